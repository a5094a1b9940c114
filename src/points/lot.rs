//! Points as they were given, and sorted when somebody looks at them more than once.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use rayon::prelude::*;

use super::grid::{Coordinate, Grid};
use super::laid::Laid;
use super::now::Now;
use super::sort;
use super::{Limits, Store};
use crate::system::{room, yield_to_frames};
use crate::view::plane::Bounds;
use crate::{Error, Result};

/// Points that are sorted, or will be, and some that followed.
pub(super) struct Lot<T: Coordinate> {
    shared: Arc<Shared<T>>,
    sorting: Mutex<Sorting>,
    /// Those that followed.
    pub(super) tail: Laid<T>,
}

/// How far sorting is.
enum Sorting {
    No,
    /// Points have moved since views were drawn.
    Moved,
    Running(JoinHandle<()>),
    Done,
}

/// What the sorting thread shares with views.
struct Shared<T> {
    grid: Grid,
    limits: Limits,
    len: usize,
    bounds: Option<Bounds>,
    /// Nothing once all are sorted.
    unsorted: RwLock<Arc<Unsorted<T>>>,
    sorted: OnceLock<Arc<Store<T>>>,
    /// Whether nobody has the points any more.
    unwanted: AtomicBool,
}

/// Points that will be sorted.
pub(super) struct Unsorted<T> {
    /// Those that are among each other.
    pub(super) store: Option<Arc<Store<T>>>,
    pub(super) laid: Laid<T>,
}

/// Fails unless there are as many x as y, and with `others` fewer than 2³².
pub(super) fn check(x: usize, y: usize, others: usize) -> Result<()> {
    if x == y && others.saturating_add(x) < u32::MAX as usize {
        return Ok(());
    }
    let after = match others {
        0 => String::new(),
        _ => format!(" after {others} points"),
    };
    Err(Error::Invalid {
        what: "points",
        problem: format!(
            "{x} coordinates of x and {y} of y{after}; give as many of both, fewer than 2³² in all"
        ),
    })
}

impl<T: Coordinate> Lot<T> {
    pub(super) fn new(x: &[T], y: &[T], limits: Limits) -> Result<Self> {
        check(x.len(), y.len(), 0)?;
        let laid = Laid::new(x, y);
        let tail = Laid::after(x.len());
        let lot = Self::of(laid.known(), Unsorted { store: None, laid }, limits, tail);
        if lot.shared.len < sort::MANY {
            lot.shared.sort();
        }
        Ok(lot)
    }

    /// Of points of which there are so many, and that span as much.
    pub(super) fn of(
        (len, bounds): (usize, Option<Bounds>),
        unsorted: Unsorted<T>,
        limits: Limits,
        tail: Laid<T>,
    ) -> Self {
        let nowhere = Bounds {
            x: [0.0; 2],
            y: [0.0; 2],
        };
        let shared = Shared {
            grid: Grid::new(bounds.unwrap_or(nowhere)),
            limits,
            len,
            bounds,
            unsorted: RwLock::new(Arc::new(unsorted)),
            sorted: OnceLock::new(),
            unwanted: AtomicBool::new(false),
        };
        Self {
            shared: Arc::new(shared),
            sorting: Mutex::new(Sorting::No),
            tail,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.shared.len + self.tail.known().0
    }

    pub(super) fn bounds(&self) -> Option<Bounds> {
        let both = [self.shared.bounds, self.tail.known().1];
        both.into_iter().flatten().reduce(Bounds::union)
    }

    pub(super) fn grid(&self) -> Grid {
        self.shared.grid
    }

    pub(super) fn limits(&self) -> Limits {
        self.shared.limits
    }

    pub(super) fn sorted(&self) -> Option<&Arc<Store<T>>> {
        self.shared.sorted.get()
    }

    pub(super) fn now(&self) -> Now<'_, T> {
        let unsorted = self.shared.unsorted();
        Now {
            // They are sorted before they are let go.
            sorted: self.sorted(),
            unsorted,
            tail: &self.tail,
        }
    }

    /// The memory that they take.
    pub(super) fn bytes(&self) -> usize {
        self.now().bytes() + self.tail.bytes()
    }

    /// The points that will be sorted, where all of them lie as they were given: they are let go.
    pub(super) fn take(&mut self) -> Option<Laid<T>> {
        // It may end right now, and then nobody will see it.
        self.shared.unwanted.store(true, Ordering::Relaxed);
        let unsorted = self.shared.unsorted();
        if self.sorted().is_some() || unsorted.store.is_some() {
            return None;
        }
        self.shared.set(Unsorted::nothing());
        // Who is about to sort them has them as well.
        Some(Arc::try_unwrap(unsorted).map_or_else(|shared| shared.laid.clone(), |own| own.laid))
    }

    /// Lets them be sorted only once they have been drawn twice as they are.
    pub(super) fn stir(&mut self) {
        self.sorting = Mutex::new(Sorting::Moved);
    }

    pub(super) fn sort_behind(&self) {
        // Who has it locked begins, or waits for the end.
        if let Ok(mut sorting) = self.sorting.try_lock() {
            match *sorting {
                Sorting::Moved => *sorting = Sorting::No,
                _ => self.begin(&mut sorting),
            }
        }
    }

    pub(super) fn sort(&self) {
        let mut sorting = self.sorting.lock().unwrap_or_else(PoisonError::into_inner);
        self.begin(&mut sorting);
        if let Sorting::Running(thread) = std::mem::replace(&mut *sorting, Sorting::Done)
            && let Err(panic) = thread.join()
        {
            resume_unwind(panic);
        }
    }

    fn begin(&self, sorting: &mut Sorting) {
        if self.sorted().is_some() {
            *sorting = Sorting::Done;
        }
        if let Sorting::No | Sorting::Moved = sorting {
            let shared = self.shared.clone();
            let named = thread::Builder::new().name("galvani sorts points".to_owned());
            *sorting = match named.spawn(move || shared.sort_behind()) {
                Ok(thread) => Sorting::Running(thread),
                // No more threads are to be had.
                Err(_) => {
                    self.shared.sort_behind();
                    Sorting::Done
                }
            };
        }
    }
}

impl<T: Coordinate> Drop for Lot<T> {
    fn drop(&mut self) {
        self.shared.unwanted.store(true, Ordering::Relaxed);
    }
}

impl<T: Coordinate> Clone for Lot<T> {
    /// Shares all but those that followed.
    fn clone(&self) -> Self {
        let (of, now) = (&self.shared, self.now());
        let shared = Shared {
            grid: of.grid,
            limits: of.limits,
            len: of.len,
            bounds: of.bounds,
            sorted: now.sorted.cloned().map_or_else(OnceLock::new, OnceLock::from),
            unsorted: RwLock::new(now.unsorted),
            unwanted: AtomicBool::new(false),
        };
        Self {
            shared: Arc::new(shared),
            sorting: Mutex::new(Sorting::No),
            tail: self.tail.clone(),
        }
    }
}

impl<T: Coordinate> Unsorted<T> {
    fn nothing() -> Self {
        Self {
            store: None,
            laid: Laid::after(0),
        }
    }
}

impl<T: Coordinate> Shared<T> {
    fn unsorted(&self) -> Arc<Unsorted<T>> {
        self.unsorted
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, unsorted: Unsorted<T>) {
        *self.unsorted.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(unsorted);
    }

    /// Sorts on threads of its own, none of which frames are drawn by.
    fn sort_behind(&self) {
        let pool = rayon::ThreadPoolBuilder::new()
            .start_handler(|_| yield_to_frames())
            .build();
        match pool {
            Ok(pool) => pool.install(|| self.sort()),
            Err(_) => self.sort(),
        }
    }

    fn sort(&self) {
        let unsorted = self.unsorted();
        let sorted = unsorted.store.as_ref().map_or(&[][..], |store| &store.points);
        let laid = unsorted.laid.points();
        let mut points = room(sorted.len() + laid.len());
        let all = sorted.par_iter().chain(laid);
        all.copied().collect_into_vec(&mut points);
        drop(unsorted);
        if self.len < points.len() {
            points.retain(sort::Point::is_there);
        }
        let store = Store::new(self.grid, points, self.limits, &self.unwanted);
        if !self.unwanted.load(Ordering::Relaxed) {
            self.sorted.get_or_init(|| Arc::new(store));
            self.set(Unsorted::nothing());
        }
    }
}
