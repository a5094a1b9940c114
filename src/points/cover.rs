//! Which runs of what is sorted lie in a rectangle: cells are halved until they are small, and their runs found by bisection.

use std::ops::Range;

use super::grid::{BITS, Grid};
use crate::view::plane::{Bounds, Plane};

/// A rectangle of cells, the first and the last column, and the first and the last row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    columns: [u32; 2],
    rows: [u32; 2],
}

impl Window {
    /// The first and the last column and row at a level of `bits`.
    pub(super) fn at(&self, bits: u32) -> [[u32; 2]; 2] {
        [self.columns, self.rows].map(|ends| ends.map(|v| (u64::from(v) >> (BITS - bits)) as u32))
    }

    /// The cells of all that lies in a plot, or `reach` pixels and one more around it.
    pub(super) fn of(grid: &Grid, plane: &Plane, [w, h]: [u32; 2], reach: f64) -> Self {
        Self::around(grid, plane, [0.0, w.into()], [0.0, h.into()], reach)
    }

    /// The same of a part of it, from one column or row to another.
    pub(super) fn around(grid: &Grid, plane: &Plane, x: [f64; 2], y: [f64; 2], reach: f64) -> Self {
        let around = 1.0 + reach;
        let [left, top] = grid.cell(plane.at_px([x[0] - around, y[0] - around]));
        let [right, bottom] = grid.cell(plane.at_px([x[1] + around, y[1] + around]));
        Self {
            columns: [left, right],
            rows: [bottom, top],
        }
    }
}

/// How cells lie on pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    /// Where the grid's corner lies: its left edge, and its lowest row's end.
    corner: [f64; 2],
    /// Pixels across one of the finest cells, and down; 0 where there is one for all.
    cell: [f64; 2],
}

impl Places {
    pub(super) fn new(grid: &Grid, plane: &Plane) -> Self {
        let cell = [0, 1].map(|axis| match grid.per_unit[axis] > 0.0 {
            true => plane.px_per_unit[axis] / grid.per_unit[axis],
            false => 0.0,
        });
        Self {
            corner: plane.px_from(grid.corner),
            cell,
        }
    }

    /// Pixels across a cell of a level, and down.
    pub(super) fn size(&self, bits: u32) -> [f64; 2] {
        self.cell.map(|px| px * 2_f64.powi((BITS - bits) as i32))
    }

    /// The left and the upper edge of a cell of `size` pixels.
    #[inline(always)]
    pub(super) fn of(&self, [column, row]: [u32; 2], size: [f64; 2]) -> [f64; 2] {
        [
            self.corner[0] + f64::from(column) * size[0],
            self.corner[1] - (f64::from(row) + 1.0) * size[1],
        ]
    }
}

/// What is sorted: how many there are, and the number of each in Morton's order.
pub(super) trait Sorted: Sync {
    fn len(&self) -> usize;
    fn key(&self, i: usize) -> u64;
}

/// When a block need not be halved.
#[derive(Clone, Copy)]
pub(super) enum Until {
    /// Its cell is at most so many pixels wide and high, or it has few entries.
    Small(f64),
    /// As well where all of its cell is in the window: the fewest blocks that say how much is in it.
    Inside(f64),
}

/// Entries that are no longer worth halving.
pub(super) const FEW: usize = 512;

/// The runs of all that lies in the window, and near it, in order.
pub(super) fn cover(
    sorted: &impl Sorted,
    window: Window,
    places: &Places,
    until: Until,
) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let whole = Cell { at: [0, 0], bits: 0 };
    halve(sorted, (window, places, until), whole, 0..sorted.len(), &mut runs);
    runs
}

/// Pixels across the blocks at a window's edge that are counted whole.
pub(super) const EDGE_PX: f64 = 48.0;

/// How many entries there are in the window, or near it.
pub(super) fn count(sorted: &impl Sorted, window: Window, places: &Places) -> usize {
    let runs = cover(sorted, window, places, Until::Inside(EDGE_PX));
    runs.iter().map(Range::len).sum()
}

/// Column and row at a level of `bits`.
#[derive(Clone, Copy)]
struct Cell {
    at: [u32; 2],
    bits: u32,
}

impl Cell {
    /// The first and the last of its finest columns, or rows.
    fn span(self, axis: usize) -> [u32; 2] {
        let below = BITS - self.bits;
        let first = u64::from(self.at[axis]) << below;
        [first as u32, (first + (1 << below) - 1) as u32]
    }
}

fn halve(
    sorted: &impl Sorted,
    (window, places, until): (Window, &Places, Until),
    cell: Cell,
    run: Range<usize>,
    into: &mut Vec<Range<usize>>,
) {
    let spans = [cell.span(0), cell.span(1)];
    let of = [window.columns, window.rows];
    let out = |axis: usize| spans[axis][1] < of[axis][0] || spans[axis][0] > of[axis][1];
    if run.is_empty() || out(0) || out(1) {
        return;
    }
    let inside = |axis: usize| spans[axis][0] >= of[axis][0] && spans[axis][1] <= of[axis][1];
    let size = places.size(cell.bits);
    let small = |px: f64| run.len() <= FEW || size[0] <= px && size[1] <= px;
    let done = match until {
        Until::Small(px) => small(px),
        Until::Inside(px) => small(px) || inside(0) && inside(1),
    };
    if done || cell.bits == BITS {
        into.push(run);
        return;
    }
    let mut from = run.start;
    for quarter in 0..4_u32 {
        let child = Cell {
            at: [cell.at[0] << 1 | quarter & 1, cell.at[1] << 1 | quarter >> 1],
            bits: cell.bits + 1,
        };
        let last = super::grid::morton([child.span(0)[1], child.span(1)[1]]);
        let end = match quarter {
            3 => run.end,
            _ => partition(sorted, from..run.end, last),
        };
        halve(sorted, (window, places, until), child, from..end, into);
        from = end;
    }
}

/// The first of a run whose key is beyond `last`.
fn partition(sorted: &impl Sorted, run: Range<usize>, last: u64) -> usize {
    let (mut from, mut end) = (run.start, run.end);
    while from < end {
        let middle = from + (end - from) / 2;
        match sorted.key(middle) <= last {
            true => from = middle + 1,
            false => end = middle,
        }
    }
    from
}

/// The least rectangle around places; `None` of none.
pub(super) fn around(places: impl Iterator<Item = [f64; 2]>) -> Option<Bounds> {
    places.fold(None, |all: Option<Bounds>, [x, y]| {
        let one = Bounds { x: [x; 2], y: [y; 2] };
        Some(all.map_or(one, |all| all.union(one)))
    })
}
