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
use galvani::scene::marks::{Layer, layers};
use galvani::signal::Settings;
use galvani::source::{Grown, Info, Robust, Samples, Source, robust};
use galvani::store::{OpenOptions, Recording};
use galvani::{Error, Result};
use winit::event_loop::EventLoopProxy;

use super::Reading;
use super::action::Measure;
use super::exporting::Exported;
use super::measuring::{self, Found, Wanted};
use super::statistics;
use super::turning::Side;
use crate::cli::Global;
use crate::{engine, warm};

/// What the window is told.
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
    Measured(Measure, Result<Vec<Robust>>),
    /// What was looked up for the pointer.
    Found(Result<Found>),
    /// Another recording that was asked for.
    Source(PathBuf, Result<Box<dyn Source>>),
    /// A recording as settings make it.
    Filtered(Settings, Result<Box<Side>>),
    /// What was counted of the view.
    Counted(Result<statistics::Found>),
    /// How far an export is, in percent.
    Exporting(u64),
    /// What came of an export.
    Exported(anyhow::Result<Exported>),
    /// The events of a recording, by its path.
    Events(PathBuf, Result<Vec<Layer>>),
    /// What there is to be told.
    Told(String),
    /// Something failed for good.
    Failed(anyhow::Error),
}

/// The threads at work. Dropped before they are done it stops them, and waits for as long as one page takes to read.
pub(super) struct Loading {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Loading {
    /// Opens a recording, and makes a renderer where there is none, each on a thread of its own.
    pub(super) fn start(
        device: &Device,
        source: Arc<dyn Source>,
        reading: Reading,
        with_renderer: bool,
        global: &Global,
        tell: &EventLoopProxy<News>,
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
                // A window that is gone needs no news.
                let _ = tell.send_event(made().unwrap_or_else(News::Failed));
            })
        });
        let recording = {
            let (device, tell) = (device.clone(), tell.clone());
            let arrived = tell.clone();
            let options = OpenOptions {
                notify: Some(Arc::new(move || {
                    let _ = arrived.send_event(News::Arrived);
                })),
                sidecar: reading.sidecar,
                grows: reading.follow,
                ..engine::open_options(global)
            };
            std::thread::spawn(move || {
                let _ = tell.send_event(match Recording::stream(&device, source, &options) {
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
pub(super) fn measure(
    source: Arc<dyn Source>,
    span: Range<u64>,
    measure: Measure,
    tell: EventLoopProxy<News>,
) {
    std::thread::spawn(move || {
        let _ = tell.send_event(News::Measured(measure, robust(source.as_ref(), span)));
    });
}

/// Looks up what the pointer is over, and tells it. Nobody waits for it.
pub(super) fn look_up(source: Arc<dyn Source>, wanted: Wanted, tell: EventLoopProxy<News>) {
    std::thread::spawn(move || {
        let _ = tell.send_event(News::Found(measuring::look_up(source.as_ref(), wanted)));
    });
}

/// Counts what is in view, and tells it. Nobody waits for it.
pub(super) fn count(source: Arc<dyn Source>, wanted: statistics::Wanted, tell: EventLoopProxy<News>) {
    std::thread::spawn(move || {
        let _ = tell.send_event(News::Counted(statistics::count(source.as_ref(), wanted)));
    });
}

/// Opens a recording by its path, and tells what comes of it. Nobody waits for it.
pub(super) fn open(path: PathBuf, tell: EventLoopProxy<News>) {
    std::thread::spawn(move || {
        let opened = galvani::source::open(&path);
        let _ = tell.send_event(News::Source(path, opened));
    });
}

/// Reads the events of a recording from its files or another, and tells what is found. Nobody waits for it.
pub(super) fn events(
    (path, from): (PathBuf, PathBuf),
    (info, style): (Arc<Info>, Style),
    tell: EventLoopProxy<News>,
) {
    std::thread::spawn(move || {
        let found = galvani::source::events(&from).map(|events| layers(&events, &info, &style));
        let _ = tell.send_event(News::Events(path, found));
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
