//! Recordings above one another: what each is, and which of them is meant.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

use galvani::signal;

use super::filtering::Switch;
use super::model::{Request, Shown};
use crate::cli::{EventsFrom, FileArgs};
use crate::stack::{self, Clock};

/// Something of which each strip has one, and the one that is meant: it stands for all that has no number. Never empty.
#[derive(Debug, Clone)]
pub(super) struct Strips<T> {
    all: Vec<T>,
    at: usize,
}

impl<T> Strips<T> {
    pub(super) fn new(first: T) -> Self {
        Self {
            all: vec![first],
            at: 0,
        }
    }

    /// Which is meant.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Means another one, the last where there are fewer; which was meant before.
    pub(super) fn turn_to(&mut self, index: usize) -> usize {
        std::mem::replace(&mut self.at, index.min(self.all.len().saturating_sub(1)))
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn push(&mut self, one: T) {
        self.all.push(one);
    }

    /// Takes away another one than the first; what was meant still is, if it is there.
    pub(super) fn remove(&mut self, index: usize) -> Option<T> {
        if index == 0 || index >= self.all.len() {
            return None;
        }
        let gone = self.all.remove(index);
        if self.at >= index {
            self.at -= 1;
        }
        Some(gone)
    }

    pub(super) fn first(&self) -> &T {
        &self.all[0]
    }

    /// The first, and the others.
    pub(super) fn split(&mut self) -> (&mut T, &mut [T]) {
        let (first, others) = self.all.split_at_mut(1);
        (&mut first[0], others)
    }

    pub(super) fn get(&self, index: usize) -> Option<&T> {
        self.all.get(index)
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.all.get_mut(index)
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.all.iter()
    }

    pub(super) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.all.iter_mut()
    }
}

impl<T> Deref for Strips<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.all[self.at]
    }
}

impl<T> DerefMut for Strips<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.all[self.at]
    }
}

/// One recording of the window.
#[derive(Debug, Clone)]
pub(super) struct Strip {
    /// By which it is told of what is made for it; no other strip of this window ever has it.
    pub(super) id: u64,
    /// The recording's name.
    pub(super) name: String,
    /// Where it is; empty where it is in no file.
    pub(super) path: PathBuf,
    /// How it was opened; `None` where it is in no file.
    pub(super) file: Option<FileArgs>,
    /// Which of several streams it is, once that is known.
    pub(super) stream: Option<String>,
    /// What has been done to it before it is shown.
    pub(super) signal: signal::Settings,
    /// The filter that is switched on and off.
    pub(super) filter: Switch,
    /// Where events come from.
    pub(super) events: EventsFrom,
    /// Where annotations are kept; `None` where they are another strip's.
    pub(super) notes_path: Option<PathBuf>,
    /// `None` while it is being opened.
    pub(super) shown: Option<Shown>,
    /// Seconds of the axis at its first sample.
    pub(super) shift_s: f64,
    /// Whether somebody has set that.
    pub(super) shifted: bool,
    /// Its height among those of the others.
    pub(super) share: f64,
    /// What only the window can do, in order.
    pub(super) requests: Vec<Request>,
}

impl Strip {
    /// One that is being opened.
    pub(super) fn new(name: &str, path: PathBuf) -> Self {
        Self {
            id: 0,
            name: name.into(),
            path,
            file: None,
            stream: None,
            signal: signal::Settings::default(),
            filter: Switch::default(),
            events: EventsFrom::Recording,
            notes_path: None,
            shown: None,
            shift_s: 0.0,
            shifted: false,
            share: 1.0,
            requests: Vec::new(),
        }
    }

    /// By what it is remembered: its path, and which stream of it where it was opened by that.
    pub(super) fn place(&self) -> PathBuf {
        match self.file.as_ref().and_then(FileArgs::stream) {
            Some(stream) => {
                let mut place = self.path.clone().into_os_string();
                place.push("#");
                place.push(stream);
                place.into()
            }
            None => self.path.clone(),
        }
    }

    /// What it is called among others.
    pub(super) fn title(&self) -> String {
        let name = self.stream.as_ref().unwrap_or(&self.name);
        match &self.shown {
            Some(shown) => stack::title(name, shown.info.rate_hz),
            None => name.clone(),
        }
    }

    /// The stream by which it was asked for, or which it turned out to be.
    pub(super) fn is_stream(&self, name: &str) -> bool {
        self.stream.as_deref() == Some(name)
    }

    /// Whether it is known from where it is seen.
    pub(super) fn is_placed(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.placed)
    }

    pub(super) fn clock(&self) -> Option<Clock> {
        let shown = self.shown.as_ref()?;
        Some(Clock {
            rate_hz: shown.info.rate_hz,
            shift_s: self.shift_s,
        })
    }
}
