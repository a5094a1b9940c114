//! What threads tell the window, and what it does about it.
//!
//! All of it is about one strip, and comes with that strip's id; what is made on a device comes with that device as well. So what is told
//! of a strip that was closed, or of a device that was lost, is not taken for another's.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use galvani::renderer::Renderer;
use galvani::scene::marks::Layer;
use galvani::signal::Settings;
use galvani::source::{Robust, Source};
use galvani::store::Recording;
use winit::event_loop::EventLoopProxy;

use super::action::{Action, Measure};
use super::app::App;
use super::exporting::Exported;
use super::loading::Named;
use super::measuring::Found;
use super::model::Request;
use super::remembered;
use super::statistics;
use super::turning::Side;
use crate::answer::{told, warn};
use crate::cli::StripArgs;
use crate::input as files;

/// What the event loop is told.
pub(super) struct Told {
    /// The id of the strip that it is about.
    strip: u64,
    /// The device that it was made on, where it is gone with that one.
    device: Option<usize>,
    news: News,
}

/// Tells the event loop about one strip.
#[derive(Debug, Clone)]
pub(super) struct Tell {
    proxy: EventLoopProxy<Told>,
    strip: u64,
    device: Option<usize>,
}

impl Tell {
    /// Whether the window is there to hear it.
    pub(super) fn send(&self, news: News) -> bool {
        let (strip, device) = (self.strip, self.device);
        let told = Told { strip, device, news };
        self.proxy.send_event(told).is_ok()
    }
}

/// What there is to tell.
pub(super) enum News {
    /// The renderer is there.
    Ready(Box<Renderer>),
    /// The recording is open, and being read.
    Opened(Box<Recording<'static>>),
    /// More of the recording has been read.
    Arrived,
    /// The file has become longer.
    Grown,
    /// What has become of the file; `None` where it is as it should be again.
    File(Option<String>),
    /// What was asked of the samples in view.
    Measured(Measure, galvani::Result<Vec<Robust>>),
    /// What was looked up for the pointer.
    Found(galvani::Result<Found>),
    /// Another recording that was asked for.
    Source(PathBuf, galvani::Result<Box<dyn Source>>),
    /// Another one that goes beside what is open.
    Beside(Box<StripArgs>, Result<Box<dyn Source>>),
    /// The streams of the main recording, and which of them it is.
    Streams(Vec<Named>, Option<String>),
    /// When the main recording and another one started by the clocks on the wall, in seconds, as far as their files say.
    Started([Option<f64>; 2]),
    /// A recording as settings make it.
    Filtered(Settings, galvani::Result<Box<Side>>),
    /// What was counted of the view.
    Counted(galvani::Result<statistics::Found>),
    /// How far an export is, in percent.
    Exporting(u64),
    /// What came of an export.
    Exported(Result<Exported>),
    /// The events of a recording, by its path.
    Events(PathBuf, galvani::Result<Vec<Layer>>),
    /// What there is to be told.
    Told(String),
    /// Something failed for good.
    Failed(anyhow::Error),
}

impl App<'_> {
    /// What tells of the strip that is meant.
    pub(super) fn tell(&self) -> Tell {
        Tell {
            proxy: self.proxy.clone(),
            strip: self.model.strip.id,
            device: None,
        }
    }

    /// What tells of what is made for the strip that is meant on the present device.
    pub(super) fn tell_of_device(&self) -> Tell {
        Tell {
            device: Some(self.losses.present()),
            ..self.tell()
        }
    }

    /// Takes in what was told, for the strip that it is about.
    pub(super) fn hear(&mut self, Told { strip, device, news }: Told) -> Result<()> {
        if device.is_some_and(|device| device != self.losses.present()) {
            return Ok(());
        }
        match (self.index_of(strip), &news) {
            (Some(index), _) => self.at(index, |app| app.news(news)),
            // An export is the window's.
            (None, News::Exporting(_) | News::Exported(_)) => self.news(news),
            (None, _) => Ok(()),
        }
    }

    pub(super) fn news(&mut self, news: News) -> Result<()> {
        match news {
            News::Ready(renderer) => self.renderer = Some(renderer),
            News::Arrived => return self.arrived(),
            News::Grown => {
                let behind = &mut *self.behind;
                let aside = behind.aside.as_mut().map(|side| &mut side.recording);
                for recording in behind.recording.iter_mut().chain(aside) {
                    recording.grow()?;
                }
                return self.arrived();
            }
            News::File(trouble) => {
                warn(&Vec::from_iter(trouble.clone()));
                self.behind.trouble = trouble;
                if let Some(line) = self.behind.trouble.clone() {
                    self.model.tell(line);
                }
                self.note_status();
            }
            News::Opened(recording) => self.opened_now(recording)?,
            News::Measured(Measure::Grown, Ok(_)) if !self.model.is_untouched() => {}
            News::Measured(measure, Ok(robust)) => {
                if let (Measure::Grown, Some(recording)) = (measure, &mut self.behind.recording) {
                    recording.set_robust(robust.clone())?;
                }
                self.act(vec![Action::Measured(measure, robust)])?;
            }
            News::Measured(_, Err(error)) => self.model.tell(error.to_string()),
            // That it cannot be read is said where it is drawn.
            News::Found(found) => self.act(vec![Action::Found(found.ok())])?,
            News::Source(path, Ok(source)) => self.replace(source, &path)?,
            News::Beside(args, opened) => self.opened_beside(*args, opened),
            News::Streams(found, main) => self.streams_found(found, main),
            News::Started(started) => self.model.align(started),
            News::Source(path, Err(error)) => {
                self.then_beside.clear();
                let line = format!("cannot open {}: {error}", path.display());
                self.model.tell(line);
                self.model.panels.log = true;
            }
            News::Counted(Ok(found)) => self.act(vec![Action::Statistics(found)])?,
            News::Counted(Err(error)) => self.model.tell(error.to_string()),
            News::Exporting(percent) => self.model.exporting = Some(percent),
            News::Exported(done) => self.exported(done),
            News::Filtered(settings, made) => self.made(&settings, made),
            News::Events(path, found) => self.events_read(&path, found),
            News::Told(line) => {
                warn(std::slice::from_ref(&line));
                self.model.tell(line);
            }
            News::Failed(error) if self.model.strip.at() > 0 => {
                let name = self.model.strip.title();
                let line = format!("cannot load {name}: {}", told(&error));
                self.model.tell(line);
                self.model.panels.log = true;
                let request = Request::CloseStrip(self.model.strip.id);
                self.model.strip.requests.push(request);
            }
            News::Failed(error) => {
                return Err(error.context(format!("cannot load {}", self.model.strip.name)));
            }
        }
        self.dirty = true;
        if (self.renderer.is_some() || self.model.strip.at() > 0)
            && self.behind.recording.is_some()
            && let Some(loading) = self.behind.loading.take()
        {
            loading.finish();
        }
        Ok(())
    }

    fn opened_now(&mut self, mut recording: Box<Recording<'static>>) -> Result<()> {
        if self.behind.reading.follow {
            // It may have grown before it was open.
            recording.grow()?;
        }
        if let Some(shown) = &self.model.strip.shown {
            // It was there before, and its device was lost.
            recording.set_robust(shown.robust.clone())?;
            self.behind.recording = Some(recording);
            self.keep_up();
            self.note_status();
            return self.filter_again();
        }
        if let Some(note) = recording.sidecar_note() {
            warn(&[note.to_owned()]);
            self.model.tell(note);
        }
        let mut scene = recording.scene(self.model.style());
        let asked = self.behind.asked.clone();
        let listed = asked.as_ref().and_then(|asked| asked.channels.as_ref());
        files::select(&mut scene, listed)?;
        self.model
            .show(recording.info().clone(), scene, recording.robust().to_vec());
        let beside = remembered::restore(&mut self.model, &self.places);
        let at = self.model.strip.at();
        let mut others = self.model.strip.iter().enumerate();
        if at > 0
            && others.any(|(index, strip)| index != at && strip.is_placed())
            && let Some(shown) = &mut self.model.strip.shown
        {
            // The axis is there already: what was seen of it alone is not.
            shown.placed = false;
        }
        if let Some(asked) = asked {
            self.model.ask(&asked.look)?;
            self.model.ask_span(asked.start, asked.duration)?;
            let asked = asked.look;
            self.behind.measure_first = match (asked.fill, asked.center) {
                (true, _) => Some(Measure::Scale),
                (false, true) => Some(Measure::Center),
                _ => None,
            };
        }
        self.beside(beside);
        self.behind.kept.clear();
        self.annotations();
        self.behind.recording = Some(recording);
        self.align()?;
        self.keep_up();
        self.note_status();
        self.filter_again()
    }

    /// Takes in what was read, and draws again where that shows.
    fn arrived(&mut self) -> Result<()> {
        let behind = &mut *self.behind;
        behind.arrivals += 1;
        let Some(recording) = &mut behind.recording else {
            return Ok(());
        };
        if let Some(side) = &mut behind.aside {
            side.recording.poll()?;
            self.dirty |= !self.model.is_as_wanted();
        }
        let polled = recording.poll()?;
        self.dirty |= polled.changed || polled.waiting;
        if let Some(later) = polled.later {
            let due = Instant::now() + later;
            self.again = Some(self.again.map_or(due, |again| again.min(due)));
        }
        for problem in &recording.problems()[behind.problems..] {
            warn(std::slice::from_ref(problem));
            self.model.tell(problem);
        }
        behind.problems = recording.problems().len();
        if let Some(shown) = &mut self.model.strip.shown {
            shown.measuring.forget();
        }
        self.keep_up();
        self.note_status();
        self.draw_overview()
    }
}
