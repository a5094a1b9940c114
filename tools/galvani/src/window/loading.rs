//! What is made behind a window that is there already.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use galvani::gpu::Device;
use galvani::renderer::Renderer;
use galvani::scene::Style;
use galvani::scene::marks::layers;
use galvani::source::{Grown, Info, Samples, Source, robust};
use galvani::store::{OpenOptions, Recording};
use galvani::{Error, Result};

use super::Reading;
use super::action::Measure;
use super::measuring::{self, Wanted};
use super::news::{News, Tell};
use super::statistics;
use crate::cli::{FileArgs, Global, StripArgs};
use crate::{engine, input as files, warm};

/// A stream, as people choose it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) rate_hz: f64,
    pub(super) channels: usize,
}

/// The threads at work. Dropped before they are done it stops them, and waits for as long as one page takes to read.
pub(super) struct Loading {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Loading {
    /// Opens a recording, which may take the `part`-th part of the budgets, and makes a renderer where there is none, each on a thread of
    /// its own.
    pub(super) fn start(
        device: &Device,
        source: Arc<dyn Source>,
        (reading, part): (Reading, u64),
        with_renderer: bool,
        global: &Global,
        tell: &Tell,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (rasteriser, builder) = (global.rasteriser.into(), global.builder.into());
        let dtype = source.info().dtype;
        let source = Arc::new(Stoppable {
            source,
            stop: stop.clone(),
        });
        let renderer = with_renderer.then(|| {
            let (device, tell) = (device.clone(), tell.clone());
            std::thread::spawn(move || {
                let made = || -> anyhow::Result<News> {
                    let mut renderer = Renderer::new(&device, rasteriser)?;
                    warm::up(&mut renderer, dtype, builder)?;
                    Ok(News::Ready(Box::new(renderer)))
                };
                tell.send(made().unwrap_or_else(News::Failed));
            })
        });
        let recording = {
            let (device, tell) = (device.clone(), tell.clone());
            let arrived = tell.clone();
            let options = OpenOptions {
                notify: Some(Arc::new(move || {
                    arrived.send(News::Arrived);
                })),
                sidecar: reading.sidecar,
                grows: reading.follow,
                ..engine::part_of_budgets(&device, global, part)
            };
            std::thread::spawn(move || {
                tell.send(match Recording::stream(&device, source, &options) {
                    Ok(recording) => News::Opened(Box::new(recording)),
                    Err(error) => News::Failed(error.into()),
                });
            })
        };
        Self {
            stop,
            threads: renderer.into_iter().chain([recording]).collect(),
        }
    }
}

impl Loading {
    /// Waits for threads that have told all they had to tell; what they made goes on.
    pub(super) fn finish(mut self) {
        self.join();
    }

    fn join(&mut self) {
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so on stderr.
            let _ = thread.join();
        }
    }
}

impl Drop for Loading {
    fn drop(&mut self) {
        if !self.threads.is_empty() {
            self.stop.store(true, Ordering::Relaxed);
            self.join();
        }
    }
}

/// Looks at a span of samples, and tells what is found. Nobody waits for it.
pub(super) fn measure(source: Arc<dyn Source>, span: Range<u64>, measure: Measure, tell: Tell) {
    std::thread::spawn(move || {
        tell.send(News::Measured(measure, robust(source.as_ref(), span)));
    });
}

/// Looks up what the pointer is over, and tells it. Nobody waits for it.
pub(super) fn look_up(source: Arc<dyn Source>, wanted: Wanted, tell: Tell) {
    std::thread::spawn(move || {
        tell.send(News::Found(measuring::look_up(source.as_ref(), wanted)));
    });
}

/// Counts what is in view, and tells it. Nobody waits for it.
pub(super) fn count(source: Arc<dyn Source>, wanted: statistics::Wanted, tell: Tell) {
    std::thread::spawn(move || {
        tell.send(News::Counted(statistics::count(source.as_ref(), wanted)));
    });
}

/// Opens a recording by its path, and tells what comes of it. Nobody waits for it.
pub(super) fn open(path: PathBuf, tell: Tell) {
    std::thread::spawn(move || {
        let opened = galvani::source::open(&path);
        tell.send(News::Source(path, opened));
    });
}

/// Opens a recording that goes beside others, and tells what comes of it. Nobody waits for it.
pub(super) fn open_beside(args: StripArgs, tell: Tell) {
    std::thread::spawn(move || {
        let opened = files::open(&args.file);
        tell.send(News::Beside(Box::new(args), opened));
    });
}

/// Lists the streams of a recording, and tells which of them is open. Nobody waits for it.
pub(super) fn streams(file: FileArgs, tell: Tell) {
    if !file.more.is_empty() || file.raw_channels.is_some() {
        return;
    }
    std::thread::spawn(move || {
        let Ok(found) = galvani::source::streams(&file.file) else {
            return;
        };
        let named = found.list.iter().map(|stream| Named {
            name: stream.name.clone(),
            rate_hz: stream.source.info().rate_hz,
            channels: stream.source.info().channels.len(),
        });
        let named: Vec<Named> = named.collect();
        let ends = |name: &str| {
            let mut ending = named.iter().filter(|one| one.name.ends_with(name));
            Some(ending.next()?.name.clone())
        };
        let main = match file.stream() {
            Some(name) => ends(name),
            None => found.main_index().ok().map(|index| named[index].name.clone()),
        };
        tell.send(News::Streams(named, main));
    });
}

/// Reads when the main recording and another one started, and tells it. Nobody waits for it.
pub(super) fn started(both: [FileArgs; 2], tell: Tell) {
    std::thread::spawn(move || {
        tell.send(News::Started(both.map(|file| files::started_s(&file))));
    });
}

/// Reads the events of a recording from its files or another, and tells what is found. Nobody waits for it.
pub(super) fn events((path, from): (PathBuf, PathBuf), (info, style): (Arc<Info>, Style), tell: Tell) {
    std::thread::spawn(move || {
        let found = galvani::source::events(&from).map(|events| layers(&events, &info, &style));
        tell.send(News::Events(path, found));
    });
}

/// A source whose reads fail once they are no longer wanted.
pub(super) struct Stoppable {
    pub(super) source: Arc<dyn Source>,
    pub(super) stop: Arc<AtomicBool>,
}

impl Source for Stoppable {
    fn info(&self) -> &Info {
        self.source.info()
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Error::Invalid {
                what: "loading",
                problem: "it was stopped".into(),
            });
        }
        self.source.read(span, into)
    }

    fn files(&self) -> Vec<PathBuf> {
        self.source.files()
    }

    fn readable(&self) -> u64 {
        self.source.readable()
    }

    fn refresh(&self) -> Result<Grown> {
        self.source.refresh()
    }

    fn borrow(&self, span: Range<u64>) -> Option<Samples<'_>> {
        self.source.borrow(span)
    }
}
