//! Points as they were given, and sorted when somebody looks at them more than once.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use rayon::prelude::*;

use super::cover;
use super::grid::{Coordinate, Grid};
use super::sort::{self, Point};
use super::{Limits, PIECE, Store};
use crate::system::{room, yield_to_frames};
use crate::view::plane::Bounds;
use crate::{Error, Result};

/// Points that are sorted, or will be.
pub(super) struct Lot<T: Coordinate> {
    len: usize,
    bounds: Option<Bounds>,
    shared: Arc<Shared<T>>,
    sorting: Mutex<Sorting>,
}

/// How far sorting is.
enum Sorting {
    No,
    Running(JoinHandle<()>),
    Done,
}

/// What the sorting thread shares with views.
struct Shared<T> {
    grid: Grid,
    limits: Limits,
    /// In the order in which they were given; empty once they are sorted.
    given: RwLock<Arc<Vec<Point<T>>>>,
    sorted: OnceLock<Store<T>>,
    /// Whether nobody has the points any more.
    unwanted: AtomicBool,
}

/// What views look at.
pub(super) enum Now<'a, T> {
    Sorted(&'a Store<T>),
    Unsorted(Arc<Vec<Point<T>>>),
}

impl<T: Coordinate> Lot<T> {
    pub(super) fn new(x: &[T], y: &[T], limits: Limits) -> Result<Self> {
        if x.len() != y.len() || x.len() >= u32::MAX as usize {
            return Err(Error::Invalid {
                what: "points",
                problem: format!(
                    "{} coordinates of x and {} of y; give as many of both, fewer than 2³²",
                    x.len(),
                    y.len()
                ),
            });
        }
        let is_point = |place: &[f64; 2]| place.iter().all(|v| v.is_place());
        let pieces = x.par_chunks(PIECE).zip(y.par_chunks(PIECE));
        let (bounds, counts): (Vec<_>, Vec<_>) = pieces
            .map(|(x, y)| {
                let places = x.iter().zip(y).map(|(x, y)| [x.as_f64(), y.as_f64()]);
                let mut count = 0_usize;
                let bounds = cover::around(places.filter(is_point).inspect(|_| count += 1));
                (bounds, count)
            })
            .unzip();
        let bounds = bounds.into_iter().flatten().reduce(Bounds::union);
        let grid = Grid::new(bounds.unwrap_or(Bounds {
            x: [0.0; 2],
            y: [0.0; 2],
        }));
        let mut points: Vec<Point<T>> = room(x.len());
        let all = x.par_iter().zip(y).enumerate();
        let point = |(i, (&x, &y))| Point {
            at: [x, y],
            index: i as u32,
        };
        all.map(point).collect_into_vec(&mut points);
        if counts.iter().sum::<usize>() < points.len() {
            points.retain(|point| is_point(&point.place()));
        }
        let len = points.len();
        let shared = Shared {
            grid,
            limits,
            given: RwLock::default(),
            sorted: OnceLock::new(),
            unwanted: AtomicBool::new(false),
        };
        let sorting = if len < sort::MANY {
            let store = Store::new(grid, points, limits, &shared.unwanted);
            shared.sorted.get_or_init(|| store);
            Sorting::Done
        } else {
            shared.set(points);
            Sorting::No
        };
        Ok(Self {
            len,
            bounds,
            shared: Arc::new(shared),
            sorting: Mutex::new(sorting),
        })
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn bounds(&self) -> Option<Bounds> {
        self.bounds
    }

    pub(super) fn grid(&self) -> Grid {
        self.shared.grid
    }

    /// The memory of the points themselves.
    pub(super) fn bytes(&self) -> u64 {
        (self.len * size_of::<Point<T>>()) as u64
    }

    pub(super) fn sorted(&self) -> Option<&Store<T>> {
        self.shared.sorted.get()
    }

    pub(super) fn now(&self) -> Now<'_, T> {
        if let Some(store) = self.sorted() {
            return Now::Sorted(store);
        }
        let given = self.shared.points();
        // They are sorted before they are let go.
        match self.sorted() {
            Some(store) => Now::Sorted(store),
            None => Now::Unsorted(given),
        }
    }

    pub(super) fn sort_behind(&self) {
        // Who has it locked begins, or waits for the end.
        if let Ok(mut sorting) = self.sorting.try_lock() {
            self.begin(&mut sorting);
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
        if let Sorting::No = sorting {
            let shared = self.shared.clone();
            let named = thread::Builder::new().name("galvani sorts points".to_owned());
            *sorting = match named.spawn(move || shared.sort()) {
                Ok(thread) => Sorting::Running(thread),
                // No more threads are to be had.
                Err(_) => {
                    self.shared.sort();
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

impl<T: Coordinate> Shared<T> {
    fn points(&self) -> Arc<Vec<Point<T>>> {
        self.given.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, points: Vec<Point<T>>) {
        *self.given.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(points);
    }

    /// Sorts on threads of its own, none of which frames are drawn by.
    fn sort(&self) {
        let pool = rayon::ThreadPoolBuilder::new()
            .start_handler(|_| yield_to_frames())
            .build();
        let sorted = || {
            let given = self.points();
            let mut points = room(given.len());
            given.par_iter().copied().collect_into_vec(&mut points);
            drop(given);
            Store::new(self.grid, points, self.limits, &self.unwanted)
        };
        let store = match pool {
            Ok(pool) => pool.install(sorted),
            Err(_) => sorted(),
        };
        if !self.unwanted.load(Ordering::Relaxed) {
            self.sorted.get_or_init(|| store);
            self.set(Vec::new());
        }
    }
}
