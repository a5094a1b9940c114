//! What is behind each strip: its source, its recording and the threads that work for it; and how strips come and go.
//!
//! All that is done for a strip is done as if it were the only one: [`App::at`] means it meanwhile.
//!
//! **Budgets** are shared: recordings that the window opens with get equal parts of them, and each that is opened beside them later half of an
//! equal part, since what the others hold is theirs. A filter gets half of what its recording has.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use galvani::scene::Scene;
use galvani::signal;
use galvani::source::Source;
use galvani::store::Recording;

use super::action::Measure;
use super::app::App;
use super::filtering::Switch;
use super::keeper::Keeper;
use super::loading::{self, Loading};
use super::look::Look;
use super::model::Model;
use super::still::Still;
use super::strips::{Strip, Strips};
use super::turning::Side;
use super::watching::Watching;
use super::{Asked, Opening, Reading};
use crate::answer::warn;
use crate::cli::{Channels as List, EventsFrom, FileArgs, StripArgs};

/// What is behind one strip.
pub(super) struct Behind {
    pub(super) reading: Reading,
    /// Its recording may take one part in so many of the budgets.
    pub(super) part: u64,
    /// What is measured as soon as there is a frame.
    pub(super) measure_first: Option<Measure>,
    /// What of it is shown and how, as it was asked for.
    pub(super) asked: Option<Asked>,
    /// What is remembered of it, as it was written last.
    pub(super) kept: String,
    /// What is open; until it is being loaded, what is to be.
    pub(super) source: Option<Arc<dyn Source>>,
    /// The same as it is in its file.
    pub(super) raw: Option<Arc<dyn Source>>,
    /// What is being filtered at present.
    pub(super) making: Option<signal::Settings>,
    /// What has become of the file, if it is not good.
    pub(super) trouble: Option<String>,
    /// How many of the recording's problems were told.
    pub(super) problems: usize,
    /// How often something was read.
    pub(super) arrivals: u64,
    // From here on in the order in which they go.
    pub(super) watching: Option<Watching>,
    pub(super) keeper: Option<Keeper>,
    pub(super) loading: Option<Loading>,
    /// Its picture, of others than the first.
    pub(super) still: Still,
    /// The same recording otherwise filtered.
    pub(super) aside: Option<Box<Side>>,
    pub(super) recording: Option<Box<Recording<'static>>>,
}

impl Behind {
    fn new(reading: Reading, asked: Asked, [raw, source]: [Arc<dyn Source>; 2]) -> Self {
        Self {
            reading,
            part: 1,
            measure_first: None,
            asked: Some(asked),
            kept: String::new(),
            source: Some(source),
            raw: Some(raw),
            making: None,
            trouble: None,
            problems: 0,
            arrivals: 0,
            watching: None,
            keeper: None,
            loading: None,
            still: Still::default(),
            aside: None,
            recording: None,
        }
    }

    /// Gives back all that is on the device; what watches and writes the files goes on.
    pub(super) fn leave_device(&mut self) {
        self.loading = None;
        self.still = Still::default();
        (self.aside, self.making) = (None, None);
        self.recording = None;
        // What they say is of a device that is gone.
        self.problems = 0;
    }
}

/// A strip that is to be opened, and what is behind it.
///
/// # Errors
/// Where something is asked for that the recording lacks.
pub(super) fn strip(opening: Opening, model: &Model, id: u64) -> Result<(Strip, Behind)> {
    let Opening {
        source,
        name,
        file,
        signal,
        reading,
        asked,
        shift,
        share,
    } = opening;
    let path = file.as_ref().map_or(PathBuf::new(), |file| file.file.clone());
    let mut strip = Strip::new(&name, path);
    (strip.id, strip.stream) = (id, file.as_ref().and_then(|file| file.stream().map(String::from)));
    (strip.file, strip.signal) = (file, signal);
    strip.filter = Switch {
        on: !strip.signal.is_nothing(),
        settings: strip.signal.clone(),
    };
    (strip.shift_s, strip.shifted) = (shift.unwrap_or(0.0), shift.is_some());
    strip.share = share.unwrap_or(1.0);
    let raw: Arc<dyn Source> = Arc::from(source);
    let source = crate::signal::filtered(raw.clone(), &strip.signal)?;
    strip.events = asked.look.events.clone().unwrap_or(EventsFrom::Recording);
    // A wrong list of channels is said before anything is loaded.
    let scene = Scene::new(source.info(), model.style());
    let bad = List(strip.signal.bad.clone());
    Look::new(
        &asked.look,
        (asked.channels.as_ref(), Some(&bad)),
        scene,
        source.info(),
    )?;
    Ok((strip, Behind::new(reading, asked, [raw, source])))
}

impl App<'_> {
    /// Does something for a strip, which is meant meanwhile.
    pub(super) fn at<T>(&mut self, index: usize, does: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.model.strip.turn_to(index);
        self.behind.turn_to(index);
        let done = does(self);
        self.model.strip.turn_to(before);
        self.behind.turn_to(before);
        done
    }

    /// Does something for each strip.
    pub(super) fn each(&mut self, mut does: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        (0..self.behind.len()).try_for_each(|index| self.at(index, &mut does))
    }

    /// The strip of an id.
    pub(super) fn index_of(&self, id: u64) -> Option<usize> {
        self.model.strip.iter().position(|strip| strip.id == id)
    }

    /// Opens another recording instead of all.
    pub(super) fn replace(&mut self, source: Box<dyn Source>, path: &Path) -> Result<()> {
        self.keep_views()?;
        self.close_all();
        self.overview.forget();
        self.model.motion.stop();
        self.model.streams.clear();
        let reading = self.behind.reading;
        let args = StripArgs::of(FileArgs::plain(path.to_path_buf()));
        let opening = Opening::of(args, source, reading);
        warn(&opening.source.info().warnings);
        for line in &opening.source.info().warnings {
            self.model.tell(line);
        }
        // What tells of the one before is not heard any more.
        self.ids += 1;
        let (strip, behind) = strip(opening, &self.model, self.ids)?;
        // Threads of the one before end first.
        (*self.behind, *self.model.strip) = (behind, strip);
        self.load();
        for args in std::mem::take(&mut self.then_beside) {
            loading::open_beside(args, self.tell());
        }
        self.dirty = true;
        Ok(())
    }

    /// Opens a strip below the others.
    ///
    /// # Errors
    /// Where something is asked for that the recording lacks.
    pub(super) fn add(&mut self, opening: Opening) -> Result<()> {
        self.ids += 1;
        let (strip, behind) = strip(opening, &self.model, self.ids)?;
        for line in behind.source.iter().flat_map(|source| &source.info().warnings) {
            self.model.tell(line);
        }
        self.model.strip.push(strip);
        self.behind.push(behind);
        self.dirty = true;
        if self.canvas.is_none() {
            return Ok(());
        }
        let last = self.behind.len() - 1;
        self.at(last, |app| {
            app.behind.part = 2 * last as u64;
            app.load();
        });
        Ok(())
    }

    /// The strip that shows this already.
    fn strip_of(&self, file: &FileArgs) -> Option<usize> {
        self.model.strip.iter().position(|strip| {
            let same = strip.file.as_ref() == Some(file);
            same || strip.path == file.file && file.stream().is_some_and(|name| strip.is_stream(name))
        })
    }

    /// Has a recording opened beside those that there are.
    pub(super) fn open_beside(&mut self, args: StripArgs) {
        match self.strip_of(&args.file) {
            Some(index) => {
                self.model.activate(index);
                self.behind.turn_to(index);
                self.model.tell("That is open already.");
            }
            None => loading::open_beside(args, self.tell()),
        }
    }

    /// Opens again what was beside the main recording when it was seen last, unless something is asked for.
    pub(super) fn beside(&mut self, remembered: Vec<StripArgs>) {
        if self.model.strip.at() == 0 && !self.model.is_stacked() {
            for args in remembered {
                loading::open_beside(args, self.tell());
            }
        }
    }

    /// Puts all strips where their clocks say, as far as they are open: now one more is.
    pub(super) fn align(&mut self) -> Result<()> {
        let (at, main) = (self.model.strip.at(), self.model.strip.first().file.clone());
        self.each(|app| {
            let strip = &*app.model.strip;
            let now = app.model.strip.at();
            if now == 0 || strip.shifted || strip.shown.is_none() || at > 0 && now != at {
                return Ok(());
            }
            app.model.align([None; 2]);
            if let (Some(here), Some(there)) = (app.model.strip.file.clone(), main.clone())
                && here.file != there.file
            {
                loading::started([there, here], app.tell());
            }
            Ok(())
        })
    }

    /// Takes in which streams there are, and which the main recording is.
    pub(super) fn streams_found(&mut self, found: Vec<loading::Named>, main: Option<String>) {
        self.model.strip.stream = main.filter(|_| found.len() > 1);
        let path = self.model.strip.path.clone();
        for strip in self.model.strip.iter_mut().filter(|strip| strip.path == path) {
            let whole = |name: &String| {
                let ends = found.iter().find(|one| one.name.ends_with(name.as_str()));
                ends.map(|one| one.name.clone())
            };
            strip.stream = strip.stream.as_ref().and_then(whole);
        }
        self.model.streams = found;
    }

    /// Takes in a recording that goes beside the others.
    pub(super) fn opened_beside(&mut self, args: StripArgs, opened: Result<Box<dyn Source>>) {
        if self.strip_of(&args.file).is_some() {
            return;
        }
        let what = args.file.file.display().to_string();
        let done = opened.and_then(|source| {
            warn(&source.info().warnings);
            let reading = self.behind.first().reading;
            self.add(Opening::of(args, source, reading))
        });
        if let Err(error) = done {
            self.model
                .tell(format!("cannot open {what}: {}", crate::answer::told(&error)));
            self.model.panels.log = true;
            self.model.alone();
        }
        self.keep_soon();
    }

    /// Closes another strip than the first.
    pub(super) fn close_strip(&mut self, id: u64) {
        let Some(index) = self.index_of(id).filter(|index| *index > 0) else {
            return;
        };
        self.at(index, Self::keep_view);
        let meant = self.model.strip.at();
        if meant == index {
            // Its views go to the one above.
            self.model.activate(index - 1);
        }
        self.model.strip.remove(index);
        self.behind.remove(index);
        self.behind.turn_to(self.model.strip.at());
        self.model.alone();
        self.keep_soon();
        self.dirty = true;
    }

    /// Takes away all strips but for the first.
    pub(super) fn close_all(&mut self) {
        while self.behind.len() > 1 {
            let last = self.behind.len() - 1;
            self.model.strip.remove(last);
            self.behind.remove(last);
        }
        self.model.strip.turn_to(0);
        self.behind.turn_to(0);
        self.model.alone();
    }

    /// Gives all that the window opens with equal parts of the budgets.
    pub(super) fn share_out(&mut self) {
        let many = self.behind.len() as u64;
        self.behind.iter_mut().for_each(|behind| behind.part = many);
    }
}

/// Puts one strip and what is behind it where there are none yet.
pub(super) fn first(model: &mut Model, opening: Opening) -> Result<Strips<Behind>> {
    let (strip, behind) = strip(opening, model, 1)?;
    model.strip = Strips::new(strip);
    Ok(Strips::new(behind))
}
