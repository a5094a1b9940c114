//! Many points, sorted once so that any view of them is drawn at a cost that the screen bounds.
//!
//! **How.** Until they are sorted, views look at all of them, as they were given ([`Cloud::sort`]): the first picture comes several times sooner, and
//! one that is only saved needs no more. Points are sorted by the cells of a grid of 2³² × 2³² over all of them, in Morton's order ([`grid`]), so that
//! what lies in a square of the grid is a run. A square of [`TILE`] points or more is a *tile*: it knows how many lie in each of its 64 × 64 cells, and has four quarters, which are
//! tiles where they have as many.
//!
//! A view of up to [`POINTS`] points counts them one by one, from the coordinates that were given, in `f64`: each pixel's
//! count is exact. A view of more counts the cells of the largest tiles whose cells are no larger than a pixel; where there is none there are few points, and these
//! are counted one by one. A cell that lies on several pixels is shared among them by area, in whole points, so that no point is lost or counted twice, and none counts further
//! off than a cell is large, which the report says.
//!
//! **On a device** that is not the host's own cores the same is done by `points.comp`, once the points are there: it gives the same counts to the one, since it adds whole numbers and computes no
//! place ([`Renderer::count_points`](crate::renderer::Renderer::count_points)).
//!
//! **What it costs.** At most [`POINTS`] points or some 2000 tiles of 4 to 16 KiB a view, for any number of
//! points. Until they are sorted, all points. In memory 12 bytes a point (24 in `f64`) and some 3 more for tiles; while they
//! are sorted three times the points. Points can be added and moved ([`Cloud::append`], [`Cloud::replace`]).
//!
//! **Why cells are shared.** Attributed by their centre, cells about as large as pixels would leave stripes, of pixels with one
//! cell more than their neighbours; to hide these they would have to be a quarter of a pixel, 16 times as many.
//!
//! **What was measured**, on two cores at 1920 × 1080, of 10⁸ points in clusters. Views of any part take at most 3 ms: of tiles 3.1 where 83 million are in view, of points 2.5 where there are
//! a million. Lists of cells, of 12 bytes each and shared one by one, took up to 16 ms, and were twice as large as pixels: rows of 64 cells are shared by wide registers, and columns of them once for
//! each pixel, however small they are.
//!
//! **What is left out.** Where one axis is much closer than the other, cells are as small as the closer one asks for, or up to four pixels where that took more than [`TILES`] tiles: a view of
//! 10⁷ points then takes several times as long. Cells are 2⁻³² of what all points span. Where a few points lie 10⁷ times further out than the others, more
//! points share a cell than can be told apart by cells; a view of more than [`POINTS`] of them is then still counted one by one, and
//! takes as long as that takes. Where many points lie at few places, tiles are many for the points: up to 26 of them, one within the other, about each such place.

pub mod count;
pub mod grid;

mod change;
pub(crate) mod device;
mod laid;
pub(crate) mod logged;
mod lot;
mod now;
mod seen;
pub(crate) mod share;
mod sort;
mod tile;
mod tree;
mod unsorted;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::Result;
use crate::view::axis::Scale;
use crate::view::plane::{Bounds, Plane};
pub use count::{Counted, POINTS, TILES};
use device::Sorted;
pub use grid::{Coordinate, Grid};
use logged::Logged;
use lot::Lot;
use sort::Point;
pub use tree::TILE;
use tree::{Build, Tile};

/// Coordinates of more than this are no points, as NaN and infinities are none.
pub const FARTHEST: f64 = 1e300;

/// Many points. A clone shares all but those that were appended last.
#[derive(Clone)]
pub struct Cloud {
    given: usize,
    lot: Either,
    logged: Logged<Cloud>,
}

/// The points, of the type in which they were given.
#[derive(Clone)]
enum Either {
    F32(Lot<f32>),
    F64(Lot<f64>),
}

/// Sorted points, and squares of them.
struct Store<T> {
    grid: Grid,
    points: Vec<Point<T>>,
    /// `None` of few.
    tree: Option<Box<Tile>>,
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
    /// Of more, squares of so many points or more are counted by their cells.
    pub tile: usize,
    /// At most about so many of them, where cells of up to four pixels allow it.
    pub tiles: usize,
}

impl Default for Limits {
    /// [`POINTS`], [`TILE`] and [`TILES`].
    fn default() -> Self {
        Self {
            points: POINTS,
            tile: TILE,
            tiles: TILES,
        }
    }
}

/// Calls the same of whichever it is.
macro_rules! either {
    ($cloud:expr, $lot:ident => $do:expr) => {
        match &$cloud.lot {
            Either::F32($lot) => $do,
            Either::F64($lot) => $do,
        }
    };
}

/// Types of which clouds are made.
pub trait Given: Coordinate {
    /// Takes points of this type.
    ///
    /// # Errors
    /// Those of [`Cloud::new`].
    fn cloud(x: &[Self], y: &[Self], limits: Limits) -> Result<Cloud>;
}

impl Given for f32 {
    fn cloud(x: &[Self], y: &[Self], limits: Limits) -> Result<Cloud> {
        Ok(Cloud {
            given: x.len(),
            lot: Either::F32(Lot::new(x, y, limits)?),
            logged: Logged::default(),
        })
    }
}

impl Given for f64 {
    fn cloud(x: &[Self], y: &[Self], limits: Limits) -> Result<Cloud> {
        Ok(Cloud {
            given: x.len(),
            lot: Either::F64(Lot::new(x, y, limits)?),
            logged: Logged::default(),
        })
    }
}

impl Cloud {
    /// Takes points, `(x[i], y[i])` for each `i`, on all cores: those without two finite coordinates are left out. Up to a quarter of a million are
    /// sorted, more are when [`Cloud::sort`] or a renderer asks for it.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for slices of different lengths, or of 2³² points or more.
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

    /// The points as axes of these scales have them: itself where both are even, else a cloud of logarithms, in `f64`, which is made when it
    /// is first asked for, and kept. Points of which either coordinate has no place on its axis are left out of it.
    #[must_use]
    pub fn on(&self, scales: [Scale; 2]) -> &Self {
        self.logged.of(self, scales, || self.logarithms(scales))
    }

    fn logarithms(&self, scales: [Scale; 2]) -> Self {
        let (mut x, mut y) = (vec![f64::NAN; self.given], vec![f64::NAN; self.given]);
        self.each(|index, place| {
            [x[index], y[index]] = Scale::units(scales, place);
        });
        Self::new(&x, &y).expect("as many of both, and no more than there were")
    }

    /// Calls `each` with all points: which it is of those that were given, and where it lies.
    pub(crate) fn each(&self, mut each: impl FnMut(usize, [f64; 2])) {
        either!(self, lot => lot.now().each(|point| each(point.index as usize, point.place())));
    }

    /// Sorts the points, unless they are sorted, but for the last that were appended ([`Cloud::append`]); returns when they are. Some 40 ns a point and core.
    pub fn sort(&self) {
        either!(self, lot => lot.sort());
    }

    /// Begins to sort them, on threads that give way to frames; [`Renderer`](crate::renderer::Renderer)s do so after the first
    /// frame. Views look at all points until it is done.
    pub fn sort_behind(&self) {
        either!(self, lot => lot.sort_behind());
    }

    /// Whether they are sorted, but for the last that were appended.
    #[must_use]
    pub fn is_sorted(&self) -> bool {
        either!(self, lot => lot.sorted().is_some())
    }

    /// How many points were given, those left out included.
    #[must_use]
    pub fn given(&self) -> usize {
        self.given
    }

    /// How many points there are.
    #[must_use]
    pub fn len(&self) -> usize {
        either!(self, lot => lot.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The least rectangle around all of them; `None` of none.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        either!(self, lot => lot.bounds())
    }

    /// How points become cells.
    #[must_use]
    pub fn grid(&self) -> Grid {
        either!(self, lot => lot.grid())
    }

    /// The memory that it takes, with that of what was made for logarithmic axes and what is free for more, but for what sorting takes meanwhile.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let logged: u64 = self.logged.all().map(Self::bytes).sum();
        either!(self, lot => lot.bytes()) as u64 + logged
    }

    /// How many points are in view of a plot of `[width, height]` pixels, or less than a block of 48 pixels beside it. Some
    /// tens of µs, once they are sorted.
    #[must_use]
    pub fn in_view(&self, plane: &Plane, size: [u32; 2]) -> usize {
        either!(self, lot => lot.now().in_view(plane, size))
    }

    /// How many points lie in each pixel, `[height, width]`, into memory that is used again.
    ///
    /// The same every time, whatever the number of cores, of points that are sorted; exact of those that are not yet.
    pub fn count(&self, plane: &Plane, size: [u32; 2], into: &mut Vec<u32>) -> Counted {
        either!(self, lot => lot.now().count(plane, size, into))
    }

    /// Adds those that are not sorted to what a device has counted of those that are.
    pub(crate) fn count_others(
        &self,
        plane: &Plane,
        size: [u32; 2],
        sorted: Counted,
        into: &mut [u32],
    ) -> Counted {
        either!(self, lot => lot.now().count_others(plane, size, sorted, into))
    }

    /// Those that are sorted, for a device; `None` until they are.
    pub(crate) fn sorted(&self) -> Option<Arc<dyn Sorted>> {
        either!(self, lot => lot.sorted().map(|store| store.clone() as Arc<dyn Sorted>))
    }

    /// The points in view, or within `reach` pixels of it, in the order in which they were given. Takes 12 bytes for each.
    #[must_use]
    pub fn gather(&self, plane: &Plane, size: [u32; 2], reach: f64) -> Vec<Spread> {
        either!(self, lot => lot.now().gather(plane, size, reach))
    }
}

/// Points of a task.
const PIECE: usize = 1 << 16;

impl<T: Coordinate> Store<T> {
    /// Sorts points, all of which are finite, until `unwanted` says that it need not be done any more: then they are in no order.
    fn new(grid: Grid, mut points: Vec<Point<T>>, limits: Limits, unwanted: &AtomicBool) -> Self {
        sort::sort(&grid, &mut points, unwanted);
        let build = Build {
            grid: &grid,
            points: &points,
            least: limits.tile,
            unwanted,
        };
        let tree = build.tile(0..points.len(), 0);
        Self {
            grid,
            points,
            tree,
            limits,
        }
    }

    fn bytes(&self) -> usize {
        let tree = self.tree.as_ref().map_or(0, |tree| tree.bytes());
        self.points.capacity() * size_of::<Point<T>>() + tree
    }
}
