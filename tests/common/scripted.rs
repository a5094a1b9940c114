//! A source whose reads end when, and how, a test says.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use galvani::source::{Info, Source};
use galvani::{Error, Result};

use super::random::Random;

/// How long a read waits to be let go. A test that fails drops its recording, which waits for its reads: they go on by
/// themselves then, so that the failure is told.
const PATIENCE: Duration = Duration::from_secs(100);

/// Reads of `inner`, each of which waits to be let go.
pub(crate) struct Scripted<S> {
    inner: S,
    script: Arc<Script>,
}

/// What the reads of a source wait for.
pub(crate) struct Script {
    state: Mutex<State>,
    turn: Condvar,
}

#[derive(Default)]
struct State {
    /// Whether nothing waits.
    open: bool,
    waiting: Vec<u64>,
    let_go: Vec<u64>,
    next: u64,
    /// Spans that cannot be read.
    broken: Vec<Range<u64>>,
    /// Spans that reads were begun of.
    begun: Vec<Range<u64>>,
}

impl<S: Source> Scripted<S> {
    /// Nothing waits yet.
    pub(crate) fn new(inner: S) -> (Arc<Self>, Arc<Script>) {
        let state = State {
            open: true,
            ..State::default()
        };
        let script = Arc::new(Script {
            state: Mutex::new(state),
            turn: Condvar::new(),
        });
        let source = Self {
            inner,
            script: script.clone(),
        };
        (Arc::new(source), script)
    }
}

impl Script {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on reads wait, or do not.
    pub(crate) fn set_open(&self, open: bool) {
        self.lock().open = open;
        self.turn.notify_all();
    }

    /// A span that cannot be read.
    pub(crate) fn break_at(&self, span: Range<u64>) {
        self.lock().broken.push(span);
    }

    /// Lets one of the waiting reads go on, whichever; `false` where none waits.
    pub(crate) fn let_one_go(&self, random: &mut Random) -> bool {
        let mut state = self.lock();
        if state.waiting.is_empty() {
            return false;
        }
        let at = random.below(state.waiting.len() as u64) as usize;
        let id = state.waiting.swap_remove(at);
        state.let_go.push(id);
        self.turn.notify_all();
        true
    }

    /// Reads that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Spans of the reads begun since the last call.
    pub(crate) fn begun(&self) -> Vec<Range<u64>> {
        std::mem::take(&mut self.lock().begun)
    }
}

impl<S: Source> Source for Scripted<S> {
    fn info(&self) -> &Info {
        self.inner.info()
    }

    fn files(&self) -> Vec<PathBuf> {
        self.inner.files()
    }

    fn readable(&self) -> u64 {
        self.inner.readable()
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        let mut state = self.script.lock();
        state.begun.push(span.clone());
        let id = state.next;
        state.next += 1;
        state.waiting.push(id);
        while !state.open && !state.let_go.contains(&id) {
            let waited = self.script.turn.wait_timeout(state, PATIENCE);
            let timeout;
            (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            if timeout.timed_out() {
                state.open = true;
                self.script.turn.notify_all();
            }
        }
        state.waiting.retain(|&other| other != id);
        state.let_go.retain(|&other| other != id);
        let broken = state
            .broken
            .iter()
            .any(|broken| broken.start < span.end && span.start < broken.end);
        drop(state);
        if broken {
            return Err(Error::Read {
                path: "scripted".into(),
                offset: span.start,
                source: std::io::Error::other("it is broken here"),
            });
        }
        self.inner.read(span, into)
    }
}
