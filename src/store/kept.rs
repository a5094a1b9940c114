//! A recording's sidecar while it is browsed: found, used as far as it is there, and built behind the view.
//!
//! ```text
//! opened ─► whole: every block comes from it
//!        └► not there, not whole, of another time: a thread builds it, which rests while the view reads or moves
//!             └► stretch after stretch is there: its blocks come from the disk, the others from the samples
//! ```

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::io::Notify;
use super::tasks::NodeStore;
use crate::pyramid::Geometry;
use crate::sidecar::{self, BuildOptions, Progress, Sidecar};
use crate::source::{Dtype, Robust, Source};
use crate::units::MIB;
use crate::{Error, Result};

/// The builder rests for so long after each frame, so that browsing has the cores.
const REST_MS: u64 = 30;
/// How often it looks whether it may go on.
const LOOK: Duration = Duration::from_millis(5);
/// How often what has been built is looked for and told.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// What [`Recording::stream`](super::Recording::stream) and [`Recording::open`](super::Recording::open) do about a
/// recording's [sidecar](crate::sidecar). Only where the whole recording is opened, and not where
/// [`OpenOptions::nodes`](super::OpenOptions::nodes) are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sidecars {
    /// Nothing.
    #[default]
    Ignore,
    /// It is used where it is there, and not written to.
    Read,
    /// The same; and of a streamed recording it is built behind the view where it is not there, or not whole, or
    /// not of the recording as it is now.
    Build,
}

/// What has become of a recording's sidecar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SidecarState {
    /// There is none, and none is built.
    Absent,
    /// It is being built: of so many samples of each channel so many are done, in this run.
    Building {
        /// Samples that are done.
        done: u64,
        /// Samples that this run goes over; 0 until that is known.
        total: u64,
    },
    /// All of it is there.
    Whole,
    /// It is not used, or not built; a sentence for people.
    Failed(String),
}

/// The most of the host's memory that building a sidecar behind the view takes: two stretches as they are encoded, and
/// what one thread reads and reduces.
fn building_bytes(dtype: Dtype) -> u64 {
    match dtype {
        Dtype::I16 => 224 * MIB,
        Dtype::F32 => 400 * MIB,
    }
}

/// What of a sidecar can be read now.
enum There {
    Nothing,
    /// Stretches of so many samples each.
    Some {
        stretch: u64,
        complete: Vec<bool>,
    },
    All,
}

/// The sidecar as a store of nodes.
struct Shelf {
    geometry: Geometry,
    sidecar: Mutex<Option<Arc<Sidecar>>>,
    there: Mutex<There>,
}

impl NodeStore for Shelf {
    fn has(&self, level: usize, block: u64) -> bool {
        match &*lock(&self.there) {
            There::Nothing => false,
            There::All => true,
            There::Some { stretch, complete } => {
                let samples = self.samples_of(level, block);
                // A block of more than one stretch is merged in the end.
                samples.end - samples.start <= *stretch
                    && complete.get((samples.start / stretch) as usize) == Some(&true)
            }
        }
    }

    fn read_block(&self, level: usize, block: u64) -> Result<Option<Vec<u32>>> {
        let sidecar = lock(&self.sidecar).clone();
        sidecar.map_or(Ok(None), |sidecar| sidecar.read_block(level, block))
    }

    fn robust(&self) -> Option<Vec<Robust>> {
        lock(&self.sidecar).clone()?.robust()
    }
}

impl Shelf {
    fn samples_of(&self, level: usize, block: u64) -> Range<u64> {
        let shift = self.geometry.block_shift() + Geometry::node_shift(level);
        let from = |block: u64| block.checked_shl(shift).map_or(u64::MAX, |at| at);
        from(block)..from(block + 1)
    }

    /// Looks which stretches are there; whether that is news.
    fn look(&self) -> bool {
        let Some(sidecar) = lock(&self.sidecar).clone() else {
            return false;
        };
        let stretches = sidecar.stretches();
        let now: Vec<bool> = stretches.iter().map(|stretch| stretch.complete).collect();
        let stretch = sidecar.stretch_samples();
        let mut there = lock(&self.there);
        let news = match &*there {
            There::Nothing => now.contains(&true),
            There::Some { complete, .. } => *complete != now,
            There::All => false,
        };
        if news {
            *there = There::Some {
                stretch,
                complete: now,
            };
        }
        news
    }
}

/// What the builder and the recording tell one another.
struct Shared {
    source: Arc<dyn Source>,
    shelf: Arc<Shelf>,
    notify: Option<Notify>,
    begun: Instant,
    cancel: AtomicBool,
    /// Whether the view reads.
    busy: AtomicBool,
    /// When the last frame was asked for, in milliseconds since `begun`.
    frame_ms: AtomicU64,
    /// The sample in the middle of the view.
    near: AtomicU64,
    /// Whether there is more of it than when that was last asked.
    fresh: AtomicBool,
    state: Mutex<SidecarState>,
}

/// A recording's sidecar. Dropped, it ends the building, which takes as long as reading 2 MiB.
pub(super) struct Keeper {
    shared: Arc<Shared>,
    builds: bool,
    thread: Option<JoinHandle<()>>,
    note: Option<String>,
}

impl Keeper {
    /// Looks for the sidecar, and begins to build it where there is none and `builds`. `None` where there will be none.
    pub(super) fn open(
        source: &Arc<dyn Source>,
        builds: bool,
        notify: Option<Notify>,
    ) -> Result<Option<Self>> {
        if source.files().is_empty() {
            return Ok(None);
        }
        let (found, note) = Sidecar::whole(source.as_ref())?;
        let mut keeper = Self::new(source, found, builds, notify, note);
        if builds && keeper.state() != SidecarState::Whole {
            keeper.build();
        }
        Ok(Some(keeper))
    }

    fn new(
        source: &Arc<dyn Source>,
        found: Option<Sidecar>,
        builds: bool,
        notify: Option<Notify>,
        note: Option<String>,
    ) -> Self {
        let state = match (&found, &note) {
            (Some(_), _) => SidecarState::Whole,
            (None, Some(note)) if !builds => SidecarState::Failed(note.clone()),
            (None, _) => SidecarState::Absent,
        };
        let there = if found.is_some() {
            There::All
        } else {
            There::Nothing
        };
        let shelf = Arc::new(Shelf {
            geometry: Geometry::new(source.info()),
            sidecar: Mutex::new(found.map(Arc::new)),
            there: Mutex::new(there),
        });
        let shared = Arc::new(Shared {
            source: source.clone(),
            shelf,
            notify,
            begun: Instant::now(),
            cancel: AtomicBool::new(false),
            busy: AtomicBool::new(true),
            frame_ms: AtomicU64::new(0),
            near: AtomicU64::new(0),
            fresh: AtomicBool::new(false),
            state: Mutex::new(state),
        });
        Self {
            shared,
            builds,
            thread: None,
            note,
        }
    }

    /// The store of its nodes; `None` where nothing will ever be in it.
    pub(super) fn store(&self) -> Option<Arc<dyn NodeStore>> {
        let used = self.builds || *lock(&self.shared.state) == SidecarState::Whole;
        used.then(|| self.shared.shelf.clone() as Arc<dyn NodeStore>)
    }

    /// Says that it cannot be built for want of memory.
    pub(super) fn cannot_build(&mut self, dtype: Dtype, host: u64) {
        let error = Error::OutOfBudget {
            what: "a sidecar, built behind the view",
            needs: 2 * building_bytes(dtype),
            has: host,
            advice: "raise the host's budget, or build it with `galvani build`",
        };
        let mut state = lock(&self.shared.state);
        if *state != SidecarState::Whole {
            *state = SidecarState::Failed(error.to_string());
        }
    }

    /// Bytes of the host's memory that building takes.
    pub(super) fn building_bytes(&self, dtype: Dtype) -> u64 {
        if self.builds { building_bytes(dtype) } else { 0 }
    }

    /// What has become of it.
    pub(super) fn state(&self) -> SidecarState {
        lock(&self.shared.state).clone()
    }

    /// Why what was there when it was opened is not used.
    pub(super) fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// A frame has been asked for, whose view has this sample in the middle.
    pub(super) fn frame(&self, middle: u64) {
        let now = self.shared.begun.elapsed().as_millis() as u64;
        self.shared.frame_ms.store(now, Ordering::Relaxed);
        self.shared.near.store(middle, Ordering::Relaxed);
    }

    /// Says whether the view reads; learns whether there are more blocks than the last time. What was found damaged
    /// meanwhile is built again.
    pub(super) fn tick(&mut self, busy: bool) -> bool {
        self.shared.busy.store(busy, Ordering::Relaxed);
        let sidecar = lock(&self.shared.shelf.sidecar).clone();
        let idle = self.thread.as_ref().is_none_or(JoinHandle::is_finished);
        let failed = matches!(self.state(), SidecarState::Failed(_));
        if let (true, true, false, Some(sidecar)) = (self.builds, idle, failed, sidecar)
            && sidecar.take_damaged()
        {
            self.build();
        }
        self.shared.fresh.swap(false, Ordering::Relaxed)
    }

    fn build(&mut self) {
        self.join();
        let shared = self.shared.clone();
        *lock(&shared.state) = SidecarState::Building { done: 0, total: 0 };
        self.thread = Some(std::thread::spawn(move || shared.build()));
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A builder that panicked has said so.
            let _ = thread.join();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.shared.cancel.store(true, Ordering::Relaxed);
        self.join();
    }
}

impl Shared {
    fn build(&self) {
        let state = match self.try_build() {
            Ok(true) => SidecarState::Whole,
            Ok(false) => SidecarState::Absent,
            Err(error) => SidecarState::Failed(format!("no sidecar: {error}")),
        };
        if state == SidecarState::Whole {
            *lock(&self.shelf.there) = There::All;
        }
        *lock(&self.state) = state;
        self.tell();
    }

    /// Whether all of it is there now; false if it was cancelled.
    fn try_build(&self) -> Result<bool> {
        self.rest();
        let source = self.source.as_ref();
        let root = sidecar::place(source, None)?;
        let sidecar = sidecar::begin(source, &root)?;
        *lock(&self.shelf.sidecar) = Some(Arc::new(sidecar));
        if self.shelf.look() {
            self.tell();
        }
        let told = Mutex::new(Instant::now());
        let report = |Progress { done, total }| {
            *lock(&self.state) = SidecarState::Building { done, total };
            let due = {
                let mut told = lock(&told);
                let due = told.elapsed() >= TELL_EVERY;
                if due {
                    *told = Instant::now();
                }
                due
            };
            if due {
                self.shelf.look();
                self.tell();
            }
            self.rest();
        };
        let options = BuildOptions {
            threads: 1,
            near: Some(self.near.load(Ordering::Relaxed)),
            progress: Some(&report),
            cancel: Some(&self.cancel),
            ..BuildOptions::default()
        };
        Ok(sidecar::build(source, &root, &options)?.complete)
    }

    /// Waits while the view reads or moves.
    fn rest(&self) {
        let moves = || {
            let now = self.begun.elapsed().as_millis() as u64;
            now < self.frame_ms.load(Ordering::Relaxed) + REST_MS
        };
        while !self.cancel.load(Ordering::Relaxed) && (self.busy.load(Ordering::Relaxed) || moves()) {
            std::thread::sleep(LOOK);
        }
    }

    fn tell(&self) {
        self.fresh.store(true, Ordering::Relaxed);
        if let Some(notify) = &self.notify {
            notify();
        }
    }
}

/// Whether building a sidecar leaves at least as much of the host's budget as it takes.
pub(super) fn fits(dtype: Dtype, host: u64) -> bool {
    host >= 2 * building_bytes(dtype)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
