//! Many points, sorted once so that any view of them is drawn at a cost that the screen bounds.
//!
//! **How.** Points are sorted by the cells of a grid of 2³² × 2³² over all of them, in Morton's order ([`grid`]), so that
//! what lies in a rectangle is a few runs. Beside them lie counts by larger cells, of a few sizes ([`Level`]).
//! A view of up to [`POINTS`] points counts them one by one, from the coordinates that were given, in `f64`: each pixel's
//! count is exact. A view of more counts cells, of the smallest size of which at most [`CELLS`] are in view. A cell that lies on
//! several pixels is shared among them by area, in whole points, so that no point is lost or counted twice, and none counts further
//! off than a cell is large, which the report says.
//!
//! **What it costs.** At most [`POINTS`] points or [`CELLS`] cells a view, of 12 bytes each (24 of points in `f64`), for any number of
//! points. In memory 12 bytes a point (24 in `f64`) and at most 14 more for cells, about 7 where points fill a plane; to
//! load as much again as the points.
//!
//! **Why cells are shared.** Attributed by their centre, cells about as large as pixels would leave stripes, of pixels with one
//! cell more than their neighbours; to hide these they would have to be a quarter of a pixel, 16 times as many.
//!
//! **What was measured**, on two cores at 1920 × 1080. Sharing cells in floating point took three times as long as with tables of
//! where their columns and rows lie, by which a cell takes some 5 ns a core, and several times that where it is larger than a pixel. A
//! point takes 5 ns, and up to 14 where 10⁸ of them lie in memory. Levels four times as coarse as the next showed cells of up to
//! 3.7 pixels where such of 1.8 were affordable; they are at most as far apart as the data lets them be.
//!
//! **What is left out.** A view of 10⁸ points that shows [`CELLS`] cells larger than a pixel takes two to four times as long as one of
//! 10⁶. Cells are 2⁻³² of what all points span. Where a few points lie 10⁷ times further out than the others, more
//! points share a cell than can be told apart by cells; a view of more than [`POINTS`] of them is then still counted one by one, and
//! takes as long as that takes.

pub mod count;
pub mod grid;

mod cover;
mod levels;
mod sort;

use rayon::prelude::*;

use crate::view::plane::{Bounds, Plane};
use crate::{Error, Result};
pub use count::{CELLS, Counted, POINTS};
use cover::Sorted;
pub use grid::{Coordinate, Grid};
pub use levels::{Cell, Level};
use sort::Point;

/// Coordinates of more than this are no points, as NaN and infinities are none.
pub const FARTHEST: f64 = 1e300;

/// Many points.
pub struct Cloud {
    given: usize,
    store: Either,
}

/// The sorted points, as they were given.
enum Either {
    F32(Store<f32>),
    F64(Store<f64>),
}

/// Sorted points, and their levels.
struct Store<T> {
    grid: Grid,
    bounds: Option<Bounds>,
    points: Vec<Point<T>>,
    levels: Vec<Level>,
    limits: Limits,
}

/// A point in view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Where it lies, in pixels from the plot's top left corner.
    pub px: [f32; 2],
    /// Which it is of the points that were given.
    pub index: u32,
}

/// What a view of points may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Up to so many points in view are counted one by one.
    pub points: usize,
    /// Of more, at most so many cells in view.
    pub cells: usize,
}

impl Default for Limits {
    /// [`POINTS`] and [`CELLS`].
    fn default() -> Self {
        Self {
            points: POINTS,
            cells: CELLS,
        }
    }
}

/// Calls the same of whichever it is.
macro_rules! either {
    ($cloud:expr, $store:ident => $do:expr) => {
        match &$cloud.store {
            Either::F32($store) => $do,
            Either::F64($store) => $do,
        }
    };
}

/// Types of which clouds are made.
pub trait Given: Coordinate {
    /// Sorts points of this type.
    ///
    /// # Errors
    /// Those of [`Cloud::new`].
    fn cloud(x: &[Self], y: &[Self], limits: Limits) -> Result<Cloud>;
}

impl Given for f32 {
    fn cloud(x: &[Self], y: &[Self], limits: Limits) -> Result<Cloud> {
        Ok(Cloud {
            given: x.len(),
            store: Either::F32(Store::new(x, y, limits)?),
        })
    }
}

impl Given for f64 {
    fn cloud(x: &[Self], y: &[Self], limits: Limits) -> Result<Cloud> {
        Ok(Cloud {
            given: x.len(),
            store: Either::F64(Store::new(x, y, limits)?),
        })
    }
}

impl Cloud {
    /// Sorts points, `(x[i], y[i])` for each `i`, on all cores. Points without two finite coordinates are left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] for slices of different lengths, or of 2³² points or more.
    pub fn new<T: Given>(x: &[T], y: &[T]) -> Result<Self> {
        Self::within(x, y, Limits::default())
    }

    /// The same with other limits to what a view may cost.
    ///
    /// # Errors
    /// As [`Cloud::new`].
    pub fn within<T: Given>(x: &[T], y: &[T], limits: Limits) -> Result<Self> {
        T::cloud(x, y, limits)
    }

    /// How many points were given, those left out included.
    #[must_use]
    pub fn given(&self) -> usize {
        self.given
    }

    /// How many points there are.
    #[must_use]
    pub fn len(&self) -> usize {
        either!(self, store => store.points.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The least rectangle around all of them; `None` of none.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        either!(self, store => store.bounds)
    }

    /// How points became cells.
    #[must_use]
    pub fn grid(&self) -> Grid {
        either!(self, store => store.grid)
    }

    /// Counts by cells, the finest first; none of few points.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        either!(self, store => &store.levels)
    }

    /// The memory that it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let cells: usize = self.levels().iter().map(|level| level.cells.capacity()).sum();
        let points = either!(self, store => size_of_val(store.points.as_slice()));
        (points + cells * size_of::<Cell>()) as u64
    }

    /// How many points are in view of a plot of `[width, height]` pixels, or less than a block of 48 pixels beside it. Some
    /// tens of µs.
    #[must_use]
    pub fn in_view(&self, plane: &Plane, size: [u32; 2]) -> usize {
        either!(self, store => store.in_view(plane, size))
    }

    /// How many points lie in each pixel, `[height, width]`, into memory that is used again.
    ///
    /// The same every time, whatever the number of cores.
    pub fn count(&self, plane: &Plane, size: [u32; 2], into: &mut Vec<u32>) -> Counted {
        either!(self, store => store.count(plane, size, into))
    }

    /// The points in view, or within `reach` pixels of it, in the order in which they were given. Takes 12 bytes for each.
    #[must_use]
    pub fn gather(&self, plane: &Plane, size: [u32; 2], reach: f64) -> Vec<Spread> {
        either!(self, store => store.gather(plane, size, reach))
    }
}

/// Points of a task.
const PIECE: usize = 1 << 16;

impl<T: Coordinate> Store<T> {
    fn new(x: &[T], y: &[T], limits: Limits) -> Result<Self> {
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
        let is_point = |place: &[f64; 2]| place.iter().all(|v| v.abs() <= FARTHEST);
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
        let mut points: Vec<Point<T>> = vec![Point::default(); counts.iter().sum()];
        let mut rest = points.as_mut_slice();
        let mut parts = Vec::with_capacity(counts.len());
        for &count in &counts {
            let (part, after) = rest.split_at_mut(count);
            parts.push(part);
            rest = after;
        }
        let pieces = x.par_chunks(PIECE).zip(y.par_chunks(PIECE)).enumerate();
        pieces.zip(parts).for_each(|((piece, (x, y)), part)| {
            let all = x.iter().zip(y).enumerate();
            let kept = all.filter(|(_, (x, y))| is_point(&[x.as_f64(), y.as_f64()]));
            for (point, (i, (&x, &y))) in part.iter_mut().zip(kept) {
                *point = Point {
                    at: [x, y],
                    index: (piece * PIECE + i) as u32,
                };
            }
        });
        sort::sort(&grid, &mut points);
        // Of fewer points all views count points.
        let levels = match points.len() > limits.points {
            true => levels::levels(&grid, &points, limits.cells / 48),
            false => Vec::new(),
        };
        Ok(Self {
            grid,
            bounds,
            points,
            levels,
            limits,
        })
    }
}

impl<T: Coordinate> Sorted for Store<T> {
    fn len(&self) -> usize {
        self.points.len()
    }

    fn key(&self, i: usize) -> u64 {
        grid::morton(self.grid.cell(self.points[i].place()))
    }
}
