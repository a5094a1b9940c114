//! What is made behind a window that is there already.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use galvani::gpu::Device;
use galvani::renderer::{Rasteriser, Renderer};
use galvani::source::{Info, Samples, Source};
use galvani::store::{Builder, OpenOptions, Recording};
use galvani::{Error, Result};
use winit::event_loop::EventLoopProxy;

use crate::warm;

/// What the window is told.
pub(super) enum News {
    /// The renderer is there, and an empty recording to draw until the real one is.
    Ready(Box<Renderer>, Box<Recording<'static>>),
    /// So many percent are loaded.
    Progress(u64),
    /// The recording is there.
    Opened(Box<Recording<'static>>),
    /// Something failed for good.
    Failed(anyhow::Error),
}

/// The threads at work. Dropped before they are done it stops them, and waits for as long as one page takes to read.
pub(super) struct Loading {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Loading {
    /// Makes a renderer and loads a recording, each on a thread of its own.
    pub(super) fn start(
        device: &Device,
        source: Box<dyn Source>,
        rasteriser: Rasteriser,
        builder: Builder,
        tell: &EventLoopProxy<News>,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let dtype = source.info().dtype;
        let source = Stoppable {
            source,
            stop: stop.clone(),
        };
        let renderer = {
            let (device, tell) = (device.clone(), tell.clone());
            std::thread::spawn(move || {
                let made = || -> anyhow::Result<News> {
                    let mut renderer = Renderer::new(&device, rasteriser)?;
                    let empty = warm::up(&mut renderer, dtype, builder)?;
                    Ok(News::Ready(Box::new(renderer), Box::new(empty)))
                };
                // A window that is gone needs no news.
                let _ = tell.send_event(made().unwrap_or_else(News::Failed));
            })
        };
        let recording = {
            let (device, tell) = (device.clone(), tell.clone());
            std::thread::spawn(move || {
                let opened = open(&device, source, builder, &tell);
                let _ = tell.send_event(match opened {
                    Ok(recording) => News::Opened(Box::new(recording)),
                    Err(error) => News::Failed(error.into()),
                });
            })
        };
        Self {
            stop,
            threads: vec![renderer, recording],
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

fn open(
    device: &Device,
    source: Stoppable,
    builder: Builder,
    tell: &EventLoopProxy<News>,
) -> Result<Recording<'static>> {
    let told = AtomicU64::new(0);
    let progress = |done: u64, of: u64| {
        let percent = (u128::from(done) * 100 / u128::from(of.max(1))) as u64;
        if told.fetch_max(percent, Ordering::Relaxed) < percent {
            let _ = tell.send_event(News::Progress(percent));
        }
    };
    let options = OpenOptions {
        builder,
        progress: Some(&progress),
        ..OpenOptions::default()
    };
    Recording::open(device, Box::new(source), &options)
}

/// A source whose reads fail once they are no longer wanted.
struct Stoppable {
    source: Box<dyn Source>,
    stop: Arc<AtomicBool>,
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

    fn borrow(&self, span: Range<u64>) -> Option<Samples<'_>> {
        self.source.borrow(span)
    }
}
