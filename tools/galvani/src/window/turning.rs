//! Turning from a recording to the same one filtered, and back: the other one is opened behind the picture that is there, read as far as
//! the view needs it, and only then shown.
//!
//! There are two at most: the one that is shown, and one aside. What is filtered has memory of its own, half as much as the
//! other may take. Where a view is so wide that it needs the pyramid, the unfiltered one is shown until that of what is filtered is there.

use std::sync::Arc;

use anyhow::Result;
use galvani::plan::Fidelity;
use galvani::renderer::{Columns, Loading, Picture, Renderer, Report};
use galvani::scene::{Form, Scene, Style};
use galvani::signal::Settings;
use galvani::source::Source;
use galvani::store::{OpenOptions, Recording, Sidecars};

use super::action::Action;
use super::app::App;
use super::model::{Model, Shown};
use super::news::News;
use crate::{engine, signal};

/// What is missing of a view, at least, where the unfiltered recording is shown instead of a filtered one that is being read.
const MISSING: f64 = 0.5;

/// A recording that is not shown at present.
pub(super) struct Side {
    /// What has been done to it.
    pub(super) settings: Settings,
    pub(super) source: Arc<dyn Source>,
    pub(super) recording: Box<Recording<'static>>,
    /// What was in the middle of lanes when it was shown last.
    offsets: Option<Vec<f64>>,
}

impl App<'_> {
    /// Sees to it that what is wanted is there, or comes.
    pub(super) fn turn(&mut self) {
        let wanted = self.model.wanted();
        if self.model.is_as_wanted() || self.behind.making.as_ref() == Some(&wanted) {
            return;
        }
        self.behind.making = None;
        self.dirty = true;
        if self
            .behind
            .aside
            .as_ref()
            .is_some_and(|side| side.settings == wanted)
        {
            return;
        }
        // Of three the unfiltered one stays.
        if self
            .behind
            .aside
            .as_ref()
            .is_some_and(|side| side.settings.is_nothing())
        {
            self.exchange();
        }
        self.behind.aside = None;
        let (Some(raw), Some(canvas), Some(recording)) =
            (&self.behind.raw, &self.canvas, &self.behind.recording)
        else {
            return;
        };
        let (raw, device, tell) = (raw.clone(), canvas.device().clone(), self.tell_of_device());
        let (arrived, budget) = (tell.clone(), recording.budget());
        let options = OpenOptions {
            notify: Some(Arc::new(move || {
                arrived.send(News::Arrived);
            })),
            sidecar: if wanted.is_nothing() {
                self.behind.reading.sidecar
            } else {
                Sidecars::Ignore
            },
            grows: self.behind.reading.follow,
            budget_device: Some((budget.levels + budget.pages) / 2),
            budget_host: Some((budget.ring + budget.buffers + budget.building) / 2),
            ..engine::open_options(self.global)
        };
        self.behind.making = Some(wanted.clone());
        std::thread::spawn(move || {
            let made = signal::filtered(raw, &wanted).and_then(|source| {
                let recording = Recording::stream(&device, source.clone(), &options)?;
                Ok(Box::new(Side {
                    settings: wanted.clone(),
                    source,
                    recording: Box::new(recording),
                    offsets: None,
                }))
            });
            tell.send(News::Filtered(wanted, made));
        });
    }

    /// Takes what was made, unless something else is wanted by now.
    pub(super) fn made(&mut self, settings: &Settings, made: galvani::Result<Box<Side>>) {
        if self.behind.making.as_ref() != Some(settings) {
            return;
        }
        self.behind.making = None;
        match made {
            Ok(side) => self.behind.aside = Some(side),
            Err(error) => {
                self.model.strip.filter.on = !self.model.strip.signal.is_nothing();
                self.model.tell(format!("cannot filter: {error}"));
                self.model.panels.log = true;
            }
        }
    }

    /// Before a frame: shows what is wanted as soon as all of the view is there, and the unfiltered recording where too little of it is.
    pub(super) fn choose(&mut self) -> Result<()> {
        let Some(shown) = &self.model.strip.shown else {
            return Ok(());
        };
        if self.model.is_as_wanted() {
            let missing = match shown.fidelity() {
                Some(Fidelity::Partial { missing }) => missing,
                _ => 0.0,
            };
            let building = self
                .behind
                .recording
                .as_ref()
                .is_some_and(|now| now.is_building());
            let unfiltered = self
                .behind
                .aside
                .as_ref()
                .is_some_and(|side| side.settings.is_nothing());
            if missing > MISSING && building && unfiltered {
                self.exchange();
            }
            return Ok(());
        }
        let wanted = self.model.wanted();
        let (Some(side), Some(renderer)) = (&mut self.behind.aside, &mut self.renderer) else {
            return Ok(());
        };
        if side.settings != wanted {
            return Ok(());
        }
        let one = Vec::from_iter(shown.scene.traces.visible().next());
        let (report, _) = columns(renderer, &mut side.recording, shown, &one)?;
        if !(matches!(report.fidelity, Fidelity::Partial { .. }) && report.coming) {
            self.exchange();
        }
        Ok(())
    }

    /// Shows what is aside, and puts aside what is shown.
    fn exchange(&mut self) {
        let behind = &mut *self.behind;
        let (Some(side), Some(recording), Some(source)) =
            (&mut behind.aside, &mut behind.recording, &mut behind.source)
        else {
            return;
        };
        std::mem::swap(&mut side.recording, recording);
        std::mem::swap(&mut side.source, source);
        std::mem::swap(&mut side.settings, &mut self.model.strip.signal);
        let offsets = side.offsets.take();
        side.offsets = self.model.exchange(recording, offsets);
        self.overview.forget();
        behind.problems = recording.problems().len();
        self.dirty = true;
    }

    /// How far the pyramid of what is wanted is, in percent, while it is not shown.
    pub(super) fn filtering(&self) -> Option<u64> {
        if self.model.is_as_wanted() {
            return None;
        }
        let progress = self.behind.aside.as_ref().map(|side| side.recording.progress());
        Some(progress.map_or(0, |(done, of)| {
            (u128::from(done) * 100 / u128::from(of.max(1))) as u64
        }))
    }

    /// Remembers a filter that was on when the recording was seen last.
    pub(super) fn filter_again(&mut self) -> Result<()> {
        match self.model.is_as_wanted() {
            true => Ok(()),
            false => self.act(vec![Action::Refilter]),
        }
    }
}

impl Model {
    /// Shows another version of the recording; what was in the middle of lanes until now.
    fn exchange(&mut self, recording: &Recording<'_>, offsets: Option<Vec<f64>>) -> Option<Vec<f64>> {
        let style = self.style();
        let shown = self.strip.shown.as_mut()?;
        let mut info = recording.info().clone();
        info.samples = recording.span().end;
        shown.info = Arc::new(info);
        shown.browser.samples = shown.info.samples;
        shown.robust = recording.robust().to_vec();
        for trace in recording.scene(style.clone()).traces.channels {
            shown.first.all[trace.channel].offset = trace.offset;
        }
        let before = shown.channels.all.iter().map(|channel| channel.offset).collect();
        let first = || shown.first.all.iter().map(|channel| channel.offset).collect();
        let now: Vec<f64> = offsets.unwrap_or_else(first);
        for (channel, offset) in shown.channels.all.iter_mut().zip(now) {
            channel.offset = offset;
        }
        shown.version += 1;
        shown.trace(&style);
        Some(before)
    }
}

/// The columns of some traces of what is in view, as far as they are there: nothing is waited for but, on a device of its own memory, the
/// frame.
pub(super) fn columns(
    renderer: &mut Renderer,
    recording: &mut Recording<'static>,
    shown: &Shown,
    traces: &[usize],
) -> Result<(Report, Columns)> {
    let mut scene = Scene::new(recording.info(), Style::dark());
    (scene.axes, scene.traces.form) = (None, Form::Lines);
    let of = |trace: &usize| shown.scene.traces.channels.get(*trace).copied();
    scene.traces.channels = traces.iter().filter_map(of).collect();
    let picture = Picture {
        loading: Loading::UpTo(engine::FRAME_BYTES),
        ..Picture::new(&scene, &shown.browser.view)
    };
    let size = [shown.plot.w.max(1), (4 * traces.len().max(1)) as u32];
    Ok(renderer.columns(recording, &picture, size)?)
}
