//! Sorted points as squares within squares, each of which knows how many points its cells have: what views are counted from.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::PIECE;
use super::grid::{BITS, Coordinate, Grid};
use super::sort::Point;
use super::tile::{Cells, SIDE, SIDE_BITS};
use crate::view::plane::Plane;

/// Squares of fewer points have no cells: where one would be looked at, its points are counted one by one.
pub const TILE: usize = 1024;

/// The most that a square can have been quartered: its cells are the finest then.
pub(super) const DEEPEST: u32 = BITS - SIDE_BITS;

/// A square of many points, 2⁻ⁿ of the grid across and up, and its quarters.
pub(super) struct Tile {
    /// Where the points of its quarters start, in Morton's order, and where they end.
    starts: [u32; 5],
    pub(super) cells: Cells,
    /// Those of fewer points are none.
    quarters: [Option<Box<Self>>; 4],
}

/// Where points are, and how they become tiles.
#[derive(Clone, Copy)]
pub(super) struct Build<'a, T> {
    pub(super) grid: &'a Grid,
    pub(super) points: &'a [Point<T>],
    /// The fewest points of a tile.
    pub(super) least: usize,
    /// Whether it need not be done any more.
    pub(super) unwanted: &'a AtomicBool,
}

impl<T: Coordinate> Build<'_, T> {
    /// The tile of a run of points, all of those in a square that was quartered so often; `None` of too few.
    pub(super) fn tile(self, run: Range<usize>, depth: u32) -> Option<Box<Tile>> {
        let many = run.len() > PIECE;
        if run.len() < self.least.max(1) || many && self.unwanted.load(Ordering::Relaxed) {
            return None;
        }
        let shift = BITS - 1 - depth;
        let quarter = |point: &Point<T>| {
            let [column, row] = self.grid.cell(point.place()).map(|v| v >> shift & 1);
            row << 1 | column
        };
        let of = |number: u32| run.start + self.points[run.clone()].partition_point(|p| quarter(p) < number);
        let starts = [run.start, of(1), of(2), of(3), run.end];
        let child = |number: usize| match depth < DEEPEST {
            true => self.tile(starts[number]..starts[number + 1], depth + 1),
            false => None,
        };
        let quarters = match many {
            true => {
                let two = |a, b| rayon::join(|| child(a), || child(b));
                let ((a, b), (c, d)) = rayon::join(|| two(0, 1), || two(2, 3));
                [a, b, c, d]
            }
            false => [0, 1, 2, 3].map(child),
        };
        Some(Box::new(Tile {
            starts: starts.map(|start| start as u32),
            cells: self.cells(&starts, &quarters, DEEPEST - depth),
            quarters,
        }))
    }

    /// Of its quarters where they know, else of its points: `shift` bits lie below a cell.
    fn cells(self, starts: &[usize; 5], quarters: &[Option<Box<Tile>>; 4], shift: u32) -> Cells {
        let mut counts = [0; SIDE * SIDE];
        for (number, quarter) in quarters.iter().enumerate() {
            match quarter {
                Some(tile) => tile.cells.add_to(number, &mut counts),
                None => {
                    for point in &self.points[starts[number]..starts[number + 1]] {
                        let at = self.grid.cell(point.place());
                        let [column, row] = at.map(|v| (v >> shift) as usize % SIDE);
                        counts[row * SIDE + column] += 1;
                    }
                }
            }
        }
        Cells::new(&counts)
    }
}

/// A square of the grid, quartered so often, by its column and row among 2ⁿ × 2ⁿ.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Square {
    pub(crate) at: [u32; 2],
    pub(crate) depth: u32,
}

impl Square {
    pub(super) const WHOLE: Self = Self { at: [0, 0], depth: 0 };

    fn quarter(self, number: u32) -> Self {
        Self {
            at: [self.at[0] << 1 | number & 1, self.at[1] << 1 | number >> 1],
            depth: self.depth + 1,
        }
    }

    /// The first and the last of its finest columns, or rows.
    fn span(self, axis: usize) -> [u32; 2] {
        let below = BITS - self.depth;
        let first = u64::from(self.at[axis]) << below;
        [first as u32, (first + (1 << below) - 1) as u32]
    }
}

/// A rectangle of the finest cells: the first and the last column, and the first and the last row.
#[derive(Clone, Copy)]
pub(super) struct Window([[u32; 2]; 2]);

impl Window {
    /// The cells of all that lies in a plot, or `reach` pixels and one more around it.
    pub(super) fn of(grid: &Grid, plane: &Plane, [w, h]: [u32; 2], reach: f64) -> Self {
        Self::around(grid, plane, [0.0, w.into()], [0.0, h.into()], reach)
    }

    /// The same of a part of it, from one column or row of pixels to another.
    pub(super) fn around(grid: &Grid, plane: &Plane, x: [f64; 2], y: [f64; 2], reach: f64) -> Self {
        let around = 1.0 + reach;
        let [left, top] = grid.cell(plane.at_px([x[0] - around, y[0] - around]));
        let [right, bottom] = grid.cell(plane.at_px([x[1] + around, y[1] + around]));
        Self([[left, right], [bottom, top]])
    }

    fn misses(&self, square: Square) -> bool {
        let out = |axis: usize| {
            let ([first, last], of) = (square.span(axis), self.0[axis]);
            last < of[0] || first > of[1]
        };
        out(0) || out(1)
    }

    /// Whether a square lies in it as a whole.
    pub(super) fn holds(&self, square: Square) -> bool {
        let inside = |axis: usize| {
            let ([first, last], of) = (square.span(axis), self.0[axis]);
            first >= of[0] && last <= of[1]
        };
        inside(0) && inside(1)
    }
}

/// What is found in a window.
pub(super) enum Found<'a> {
    /// Points of a square that has no tile, or that was not to be looked into.
    Points(Range<usize>),
    Tile(&'a Tile, Square),
}

impl Tile {
    pub(super) fn points(&self) -> Range<usize> {
        self.starts[0] as usize..self.starts[4] as usize
    }

    /// Calls `each` with what lies in a window: tiles for which `whole` holds, and the points of squares without a tile. Those of the finest tiles, whose quarters
    /// have none, are told as points where `whole` holds for none.
    pub(super) fn find<'a>(
        &'a self,
        square: Square,
        window: &Window,
        whole: &impl Fn(Square) -> bool,
        each: &mut impl FnMut(Found<'a>),
    ) {
        if window.misses(square) {
            return;
        }
        if whole(square) {
            return each(Found::Tile(self, square));
        }
        for (number, quarter) in (0..).zip(&self.quarters) {
            let run = self.starts[number as usize] as usize..self.starts[number as usize + 1] as usize;
            let square = square.quarter(number);
            match quarter {
                Some(tile) => tile.find(square, window, whole, each),
                None if run.is_empty() || window.misses(square) => {}
                None => each(Found::Points(run)),
            }
        }
    }

    /// The tiles that a square's quarters are.
    pub(super) fn quarters(&self, square: Square) -> impl Iterator<Item = (&Self, Square)> {
        let numbered = (0..).zip(&self.quarters);
        numbered.filter_map(move |(number, tile)| Some((&**tile.as_ref()?, square.quarter(number))))
    }

    /// The tile of a square, if it has one; of all squares.
    pub(super) fn at(&self, square: Square) -> Option<&Self> {
        (0..square.depth).rev().try_fold(self, |tile, below| {
            let [column, row] = square.at.map(|v| v as usize >> below & 1);
            tile.quarters[row << 1 | column].as_deref()
        })
    }

    /// Memory of it and all within.
    pub(super) fn bytes(&self) -> usize {
        let within = self.quarters.iter().flatten().map(|tile| tile.bytes());
        size_of::<Self>() + self.cells.bytes() + within.sum::<usize>()
    }
}
