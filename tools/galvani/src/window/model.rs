//! All that is shown, as plain data. Nothing here has heard of a window, a device or a panel.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use galvani::plan::Fidelity;
use galvani::renderer::Report;
use galvani::scene::{PxRect, Scene, Style};
use galvani::source::{Info, Robust};
use galvani::store::MemoryHeld;
use galvani::view::View;
use galvani::view::gesture::{Browser, Input};

use super::action::{Command, Measure};
use super::annotations::{Annotations, Id};
use super::channels::Channels;
use super::exporting::{self, Job};
use super::filtering::Form;
use super::lanes::InView;
use super::layers::Layers;
use super::loading::Named;
use super::look::Looks;
use super::measuring::{Measuring, Wanted};
use super::motion::{History, Motion};
use super::settings::Settings;
use super::statistics::Statistics;
use super::strips::{Strip, Strips};
use crate::cli::StripArgs;

/// Frames of which it is kept what they took.
pub(super) const FRAMES_KEPT: usize = 120;

/// Samples of a recording that grows from which on it is taken to be known how far its values go. Before, the lanes are
/// scaled anew each time that it is twice as long.
const WELL_KNOWN: u64 = 1 << 17;

/// Lines that the log keeps.
const LOG_LINES: usize = 500;

/// What is shown, and how.
#[derive(Debug, Clone)]
pub(super) struct Model {
    /// The recordings, and the one that commands are about.
    pub(super) strip: Strips<Strip>,
    /// How far what is being exported is, in percent.
    pub(super) exporting: Option<u64>,
    /// What was put on the clipboard last.
    pub(super) copied: Option<String>,
    /// The streams of the main recording, once they are known.
    pub(super) streams: Vec<Named>,
    pub(super) settings: Settings,
    pub(super) panels: Panels,
    /// What lies over the plot, if anything.
    pub(super) overlay: Option<Overlay>,
    pub(super) motion: Motion,
    /// Warnings and what was done, the latest last.
    pub(super) log: VecDeque<String>,
    /// How many of them came since the log was last looked at.
    pub(super) unread: usize,
    /// Seconds since the window was opened.
    pub(super) now_s: f64,
    /// Where the pointer is, in pixels of the window; `None` outside it.
    pub(super) pointer: Option<[f64; 2]>,
    pub(super) facts: Facts,
}

/// A recording, and from where it is seen.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) info: Arc<Info>,
    pub(super) scene: Scene,
    pub(super) channels: Channels,
    pub(super) browser: Browser,
    /// Which lanes are in view.
    pub(super) in_view: InView,
    pub(super) history: History,
    /// Of each channel, what fills its lane at gain 1.
    pub(super) robust: Vec<Robust>,
    /// Counts up whenever another version of it is shown, filtered or not.
    pub(super) version: u64,
    /// The scene as it was opened.
    pub(super) first: Channels,
    /// How many samples there were when that was scaled.
    scaled_at: u64,
    /// The zoom box: one corner held, the other; pixels from the plot's left edge.
    pub(super) zoom_box: Option<[f64; 2]>,
    /// Whether the next drag makes a zoom box.
    pub(super) boxing: bool,
    /// Whether that is annotated instead of zoomed to.
    pub(super) noting: bool,
    /// What happened when.
    pub(super) layers: Layers,
    /// What people have written down.
    pub(super) notes: Annotations,
    pub(super) measuring: Measuring,
    pub(super) statistics: Statistics,
    /// The plot, in pixels of the window; as the last frame had it.
    pub(super) plot: PxRect,
    /// What panels leave to it, its axes and names; and pixels for one of its lengths.
    pub(super) area: PxRect,
    pub(super) scale_factor: f32,
    /// Whether it is known from where to look: a frame has been laid out, or a view is remembered.
    pub(super) placed: bool,
    /// Columns of the detail strip as the last frame had it; 0 where there is none.
    pub(super) detail_columns: u32,
    /// Whether something of the strip is on its way, and how close it is to the samples.
    pub(super) detail_lacks: bool,
    pub(super) detail_fidelity: Option<Fidelity>,
    /// What the last frame came to.
    pub(super) report: Option<Report>,
    /// What there is to say of the file and of reading it, a line each.
    pub(super) status: Vec<String>,
}

/// Which panels are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Panels {
    pub(super) channels: bool,
    pub(super) probe: bool,
    pub(super) events: bool,
    pub(super) overview: bool,
    pub(super) log: bool,
    pub(super) facts: bool,
    pub(super) detail: bool,
    pub(super) statistics: bool,
    /// Lines through the pointer.
    pub(super) crosshair: bool,
}

impl Default for Panels {
    fn default() -> Self {
        Self {
            channels: false,
            probe: false,
            events: false,
            overview: true,
            log: false,
            facts: false,
            detail: false,
            statistics: false,
            crosshair: false,
        }
    }
}

impl Panels {
    /// The one that a command shows and hides, where it does no more than that.
    pub(super) fn of(&mut self, command: Command) -> Option<&mut bool> {
        Some(match command {
            Command::Channels => &mut self.channels,
            Command::Probe => &mut self.probe,
            Command::Events => &mut self.events,
            Command::Overview => &mut self.overview,
            Command::Facts => &mut self.facts,
            Command::Statistics => &mut self.statistics,
            Command::Crosshair => &mut self.crosshair,
            Command::Detail => &mut self.detail,
            _ => return None,
        })
    }
}

/// What lies over the plot and takes the keys.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Overlay {
    /// All keys.
    Help,
    /// Every command by its name: what is typed, and which of those it finds.
    Palette { typed: String, chosen: usize },
    /// A time to go to, as it is typed.
    GoTo { typed: String },
    /// Where on the axis a strip starts, as it is typed.
    Shift { typed: String },
    /// A file to open: its path as it is typed, and which of those it begins; and whether it goes beside what is open.
    Open {
        typed: String,
        chosen: usize,
        beside: bool,
    },
    /// What of the view is exported, and where to.
    Export(exporting::Form),
    /// A filter, as it is typed.
    Filter(Form),
    /// An annotation, and its label as it is typed.
    Note { id: Id, typed: String },
}

impl Overlay {
    /// What it is called where frames are told of.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Palette { .. } => "palette",
            Self::GoTo { .. } => "go-to",
            Self::Shift { .. } => "shift",
            Self::Open { beside: false, .. } => "open",
            Self::Open { beside: true, .. } => "open-beside",
            Self::Export(_) => "export",
            Self::Filter(_) => "filter",
            Self::Note { .. } => "note",
        }
    }
}

/// What only the window can do.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Request {
    /// Close it.
    Quit,
    /// Fill the screen, or no longer.
    FullScreen,
    /// Look at the samples in view.
    Measure(Measure),
    /// Look up what the pointer is over.
    Look(Wanted),
    /// Open another recording instead of all.
    Open(PathBuf),
    /// Open another recording beside those that there are.
    Beside(Box<StripArgs>),
    /// Close a strip, by its id.
    CloseStrip(u64),
    /// Keep annotations as they are now.
    Keep,
    /// Filter it as it is wanted now.
    Filter,
    /// Make a picture, or samples, of what is in view.
    Export(Job),
    /// Put a text on the clipboard.
    Copy(String),
}

/// What F2 shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Facts {
    pub(super) device: String,
    pub(super) driver: String,
    pub(super) rasteriser: &'static str,
    /// Milliseconds of the host and of the device for the last frames.
    pub(super) frame_ms: VecDeque<[f32; 2]>,
    pub(super) held: MemoryHeld,
    /// Bytes that the recording may take on the device, and on the host.
    pub(super) budget: [u64; 2],
    pub(super) frames: u64,
}

impl Model {
    pub(super) fn new(name: &str, path: PathBuf, settings: Settings) -> Self {
        Self {
            strip: Strips::new(Strip::new(name, path)),
            exporting: None,
            copied: None,
            streams: Vec::new(),
            settings,
            panels: Panels::default(),
            overlay: None,
            motion: Motion::default(),
            log: VecDeque::new(),
            unread: 0,
            now_s: 0.0,
            pointer: None,
            facts: Facts::default(),
        }
    }

    /// Colours of the picture.
    pub(super) fn style(&self) -> Style {
        if self.settings.light {
            Style::light()
        } else {
            Style::dark()
        }
    }

    /// Shows a recording that is open now; its scene is of the present theme.
    pub(super) fn show(&mut self, info: Info, scene: Scene, robust: Vec<Robust>) {
        let channels = Channels::new(&scene.traces, &info);
        let mut browser = Browser::new(info.samples, 1);
        browser.gain = 1.0;
        self.motion = Motion::default();
        self.strip.shown = Some(Shown {
            scene,
            version: 0,
            first: channels.clone(),
            scaled_at: info.samples,
            info: Arc::new(info),
            channels,
            browser,
            in_view: InView::default(),
            history: History::default(),
            robust,
            zoom_box: None,
            boxing: false,
            noting: false,
            layers: Layers::default(),
            notes: Annotations::default(),
            measuring: Measuring::default(),
            statistics: Statistics::default(),
            plot: PxRect::default(),
            area: PxRect::default(),
            scale_factor: 1.0,
            placed: false,
            detail_columns: 0,
            detail_lacks: false,
            detail_fidelity: None,
            report: None,
            status: Vec::new(),
        });
    }

    /// The recording has so many samples now; whether that is more than before.
    pub(super) fn grow(&mut self, samples: u64) -> bool {
        let Some(shown) = &mut self.strip.shown else {
            return false;
        };
        if shown.info.samples == samples {
            return false;
        }
        Arc::make_mut(&mut shown.info).samples = samples;
        shown.browser.apply(Input::Grow { samples });
        if shown.scaled_at < WELL_KNOWN && shown.scaled_at <= samples / 2 {
            shown.scaled_at = samples;
            self.strip.requests.push(Request::Measure(Measure::Grown));
        }
        true
    }

    /// Whether all channels, and their gain, are as they were when the recording was opened.
    pub(super) fn is_untouched(&self) -> bool {
        let untouched = |shown: &Shown| shown.channels == shown.first && shown.browser.gain == 1.0;
        self.strip.shown.as_ref().is_some_and(untouched)
    }

    /// Adds a line to the log.
    pub(super) fn tell(&mut self, line: impl Into<String>) {
        if self.log.len() == LOG_LINES {
            self.log.pop_front();
        }
        self.log.push_back(line.into());
        self.unread += usize::from(!self.panels.log);
    }

    /// Takes what only the window can do for the strip that is meant.
    pub(super) fn take_requests(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.strip.requests)
    }

    /// Moves on what moves by itself by so many seconds; whether that shows.
    pub(super) fn step(&mut self, seconds: f64) -> bool {
        self.now_s += seconds.max(0.0);
        let moved = match &mut self.strip.shown {
            Some(shown) if self.motion.is_moving() => {
                self.motion.step(&mut shown.browser, shown.info.rate_hz, seconds)
            }
            _ => false,
        };
        self.follow();
        moved
    }
}

#[cfg(test)]
impl Model {
    /// That one, 10 s of it from 20 s on in 1000 columns.
    pub(super) fn from_near() -> Self {
        let mut model = Self::example();
        let shown = model.strip.shown.as_mut().expect("it is open");
        shown.browser.columns = 1000;
        shown.browser.view = View::span(20.0, 10.0, 1000.0, 1000);
        model
    }

    /// One that shows 4 channels of 100 s at 1 kHz.
    pub(super) fn example() -> Self {
        use galvani::source::{Source, Synthetic};
        let source = Synthetic::new(1, 4, 100_000, 1000.0).expect("a source");
        let info = source.info().clone();
        let scene = Scene::new(&info, Style::dark());
        let mut model = Self::new("a.bin", "/somewhere/a.bin".into(), Settings::default());
        let robust = Robust {
            centre: 0.0,
            amplitude: 100.0,
        };
        model.show(info, scene, vec![robust; 4]);
        model
    }
}

impl Shown {
    /// Makes the traces anew from the channels' state.
    pub(super) fn trace(&mut self, style: &Style) {
        self.mark(style);
    }

    /// Makes the scene from what it is made of, as it is now.
    pub(super) fn dress(&mut self, style: &Style) {
        let looks = Looks {
            style,
            channels: &self.channels,
            layers: &self.layers.all,
            gain: self.browser.gain,
        };
        looks.dress(&mut self.scene, &self.info);
    }

    /// The samples in view.
    pub(super) fn span(&self) -> Range<u64> {
        let (view, samples) = (&self.browser.view, self.info.samples);
        let at = |sample: f64| (sample.max(0.0) as u64).min(samples);
        let start = view.start().as_f64();
        let end = at((start + view.samples_across(self.browser.columns)).ceil());
        at(start).min(end.saturating_sub(1))..end
    }

    /// How wide the plot is, in seconds.
    pub(super) fn window_s(&self) -> f64 {
        self.browser
            .view
            .duration_s(self.browser.columns, self.info.rate_hz)
    }

    /// Seconds of the plot's left edge.
    pub(super) fn start_s(&self) -> f64 {
        self.browser.view.start().as_f64() / self.info.rate_hz
    }

    /// Goes to a view and keeps the one before.
    pub(super) fn go(&mut self, view: View, now_s: f64) {
        let before = self.browser.view;
        self.browser.view = view;
        self.browser.hold();
        if self.browser.view != before {
            self.history.leave(before, now_s);
        }
    }

    /// How close the last frame was to the samples.
    pub(super) fn fidelity(&self) -> Option<Fidelity> {
        self.report.as_ref().map(|report| report.fidelity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_scaled_anew_while_little_is_known() {
        let mut model = Model::example();
        for (samples, asks) in [(150_000, false), (200_000, true), (500_000, false)] {
            assert!(model.grow(samples));
            let asked = model.take_requests() == [Request::Measure(Measure::Grown)];
            assert_eq!(asked, asks, "{samples}");
        }
        assert!(model.is_untouched());
        let shown = model.strip.shown.as_mut().expect("it is open");
        shown.channels.all[1].gain = 2.0;
        assert!(!model.is_untouched());
    }
}
