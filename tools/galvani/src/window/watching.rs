//! Whether the file behind a window is still what was opened.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use galvani::source::{Grown, Source};

use super::news::{News, Tell};

/// How often it is looked at: some facts and 8 KiB each time.
const EVERY: Duration = Duration::from_millis(200);
/// How often where it is followed as it grows.
const EVERY_FOLLOWED: Duration = Duration::from_millis(50);

/// A thread that looks. Dropped, it waits for the look that it is at.
pub(super) struct Watching {
    /// Its other end hears when this goes.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watching {
    /// Tells whenever there is something else to say of the file, and where it is followed, whenever it is longer.
    pub(super) fn start(source: Arc<dyn Source>, follow: bool, tell: Tell) -> Self {
        let (stop, stopped) = channel();
        let every = if follow { EVERY_FOLLOWED } else { EVERY };
        let thread = std::thread::spawn(move || {
            let mut told = None;
            let mut samples = source.readable();
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let trouble = trouble(source.as_ref());
                let longer = follow && source.readable() > samples;
                samples = source.readable();
                let changed = trouble != told;
                told.clone_from(&trouble);
                let grown = longer.then_some(News::Grown);
                let mut news = grown.into_iter().chain(changed.then_some(News::File(trouble)));
                if news.any(|news| !tell.send(news)) {
                    return;
                }
            }
        });
        Self {
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so on stderr.
            let _ = thread.join();
        }
    }
}

/// What has become of the file, if it is not good.
fn trouble(source: &dyn Source) -> Option<String> {
    match source.refresh() {
        Ok(Grown::Samples(_)) => None,
        Ok(other) => Some(other.to_string()),
        Err(error) => Some(error.to_string()),
    }
}
