//! What a process holds, looked at every few milliseconds while it works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::machine;

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(10);

/// Looks at the host's memory until it is asked for the most.
pub(super) struct Watch {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    baseline: u64,
}

#[derive(Default)]
struct Shared {
    most: AtomicU64,
    stop: AtomicBool,
}

impl Watch {
    /// Begins; what is held at this moment is what the rest is told beyond.
    pub(super) fn begin() -> Self {
        let shared = Arc::<Shared>::default();
        let watched = shared.clone();
        let thread = std::thread::spawn(move || {
            while !watched.stop.load(Ordering::Relaxed) {
                let now = machine::rss_bytes().unwrap_or(0);
                watched.most.fetch_max(now, Ordering::Relaxed);
                std::thread::sleep(EVERY);
            }
        });
        Self {
            shared,
            thread: Some(thread),
            baseline: machine::rss_bytes().unwrap_or(0),
        }
    }

    /// The most bytes that were held beyond what was held in the beginning.
    pub(super) fn beyond(&self) -> u64 {
        let most = self.shared.most.load(Ordering::Relaxed);
        most.saturating_sub(self.baseline)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It only reads numbers.
            let _ = thread.join();
        }
    }
}
