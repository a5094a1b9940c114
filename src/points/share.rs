//! Points of cells among pixels, by area: whole points, none lost and none counted twice.
//!
//! Between two neighbouring pixels lies an edge, which divides the points of a cell that it crosses. Counts up to one edge less those up to the edge before it are a
//! pixel's, so that it matters little how many cells there are to a pixel, or pixels to a cell. A tile is first shared among rows of pixels and then, row
//! by row, among columns.
//!
//! Points are divided in whole ones: a part is rounded down after something as good as random was added, the same for a cell
//! every time ([`dither`]), so that cells about as large as pixels leave no pattern, and a view that moves by a whole pixel shows the same.

use super::count::LARGEST_PX;
use super::grid::Grid;
use super::tile::{Count, Counts, SIDE, counts};
use super::tree::{DEEPEST, Square, Tile};
use crate::view::plane::Plane;
use crate::wide::wide;

/// How cells lie on pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    /// Where the grid's corner lies: its left edge, and its lowest row's end.
    corner: [f64; 2],
    /// Pixels across one of the finest cells, and down; 0 where there is one for all.
    cell: [f64; 2],
}

impl Places {
    pub(crate) fn new(grid: &Grid, plane: &Plane) -> Self {
        let cell = [0, 1].map(|axis| match grid.per_unit[axis] > 0.0 {
            true => plane.px_per_unit[axis] / grid.per_unit[axis],
            false => 0.0,
        });
        Self {
            corner: plane.px_from(grid.corner),
            cell,
        }
    }

    /// Pixels across a cell of tiles of a depth, and down.
    pub(crate) fn size(&self, depth: u32) -> [f64; 2] {
        self.cell.map(|px| px * 2_f64.powi((DEEPEST - depth) as i32))
    }

    /// Pixels across a tile of a depth, and down.
    pub(super) fn tile(&self, depth: u32) -> [f64; 2] {
        self.size(depth).map(|px| px * SIDE as f64)
    }

    /// The edges of pixels that divide a tile, from its left to its right, and from its top down.
    pub(crate) fn edges(&self, [column, row]: [u32; 2], depth: u32, plot: [usize; 2]) -> [Edges; 2] {
        let (size, tile) = (self.size(depth), self.tile(depth));
        let left = self.corner[0] + f64::from(column) * tile[0];
        let top = self.corner[1] - (f64::from(row) + 1.0) * tile[1];
        [
            Edges::new(left, size[0], plot[0] as f64),
            Edges::new(top, size[1], plot[1] as f64),
        ]
    }
}

/// The edges of pixels across a tile, or down.
pub(crate) struct Edges {
    /// The pixel before the first one; -1 of a tile that begins before the plot.
    pub(crate) first: i64,
    pub(crate) all: Vec<Edge>,
}

/// Where an edge lies.
#[derive(Clone, Copy)]
pub(crate) struct Edge {
    /// The cell that it divides.
    pub(crate) cell: u32,
    /// How much of it lies before, of [`WHOLE`].
    pub(crate) before: u32,
}

/// The most edges across a tile.
const MOST_EDGES: usize = LARGEST_PX as usize * SIDE + 1;

/// All of a cell.
pub(crate) const WHOLE: u32 = 1 << 16;

impl Edges {
    /// Of a tile that begins at a place, with cells of `size` pixels: those from 0 to the plot's end.
    fn new(from: f64, size: f64, plot: f64) -> Self {
        let pixel = |place: f64| place.floor().clamp(-1.0, plot) as i64;
        let (first, last) = (pixel(from), pixel(from + size * SIDE as f64));
        let edge = |at: i64| {
            let cells = (at as f64 - from) / size;
            let cell = (cells as u32).min(SIDE as u32 - 1);
            let before = (cells - f64::from(cell)) * f64::from(WHOLE) + 0.5;
            Edge {
                cell,
                before: (before as u32).min(WHOLE),
            }
        };
        Self {
            first,
            all: (first + 1..=last).map(edge).collect(),
        }
    }
}

impl Edge {
    const START: Self = Self { cell: 0, before: 0 };
    const END: Self = Self {
        cell: SIDE as u32 - 1,
        before: WHOLE,
    };
}

/// So much of some points, in whole ones, of which `dither` decides: `(count × before + dither) / WHOLE`, which may be more than fits while it is
/// computed.
#[inline(always)]
pub(crate) fn portion(count: u32, before: u32, dither: u32) -> u32 {
    let below = (count & 0xffff).wrapping_mul(before).wrapping_add(dither) >> 16;
    (count >> 16).wrapping_mul(before).wrapping_add(below)
}

/// What is added before parts of points are rounded down, below [`WHOLE`], as they are divided between columns and between rows: of a cell's
/// column and row, the lowest row being the first.
#[inline(always)]
pub(crate) fn dither(column: u32, row: u32) -> [u32; 2] {
    let mut bits = column.wrapping_mul(0x9e37_79b1) ^ row.wrapping_mul(0x85eb_ca77);
    bits = (bits ^ bits >> 15).wrapping_mul(0xc2b2_ae35);
    bits ^= bits >> 13;
    [bits & 0xffff, bits >> 16]
}

/// Rows that are counted together.
pub(super) struct Band<'a> {
    /// `[rows, width]`.
    pub(super) counts: &'a mut [u32],
    pub(super) width: usize,
    pub(super) first: i64,
}

impl Band<'_> {
    fn row(&mut self, row: i64) -> Option<&mut [u32]> {
        let from = usize::try_from(row - self.first).ok()? * self.width;
        self.counts.get_mut(from..from + self.width)
    }

    /// Adds a tile's points.
    pub(super) fn add(&mut self, tile: &Tile, square: Square, edges: &[Edges; 2]) {
        let first = square.at.map(|v| v.wrapping_mul(SIDE as u32));
        counts!(&tile.cells, counts => add(counts, first, edges, self));
    }
}

wide! {
    /// Adds the points of cells, the first of which has a column and row, to the pixels of a band.
    fn add<T: Count>(counts: &Counts<T>, first: [u32; 2], edges: &[Edges; 2], band: &mut Band<'_>) = add_inner
}

#[inline(always)]
fn add_inner<T: Count>(counts: &Counts<T>, first: [u32; 2], [x, y]: &[Edges; 2], band: &mut Band<'_>) {
    let cells = counts.as_chunks::<SIDE>().0;
    let mut from = Edge::START;
    for (part, upto) in (0..).zip(y.all.iter().chain([&Edge::END])) {
        if let Some(pixels) = band.row(y.first + part) {
            let row = first[1] + (SIDE as u32 - 1 - from.cell);
            let sums = between(cells, first, from, *upto);
            columns(&sums, (first[0], row), x, pixels);
        }
        from = *upto;
    }
}

/// The points of each column between two edges.
#[inline(always)]
fn between<T: Count>(cells: &[[T; SIDE]], first: [u32; 2], from: Edge, upto: Edge) -> [u32; SIDE] {
    let mut sums = [0_u32; SIDE];
    let above = |cell: u32| SIDE - 1 - cell as usize;
    for cell in from.cell..upto.cell {
        let counts = &cells[above(cell)];
        for i in 0..SIDE {
            sums[i] = sums[i].wrapping_add(counts[i].into());
        }
    }
    for (edge, sign) in [(upto, 1), (from, u32::MAX)] {
        if edge.before > 0 {
            let row = above(edge.cell);
            let counts = &cells[row];
            for i in 0..SIDE {
                let dither = dither(first[0].wrapping_add(i as u32), first[1].wrapping_add(row as u32))[1];
                let part = portion(counts[i].into(), edge.before, dither);
                sums[i] = sums[i].wrapping_add(part.wrapping_mul(sign));
            }
        }
    }
    sums
}

/// Adds the points of a row of columns to pixels.
#[inline(always)]
fn columns(sums: &[u32; SIDE], (first, row): (u32, u32), x: &Edges, pixels: &mut [u32]) {
    let mut before = [0; SIDE];
    let mut all = 0_u32;
    for i in 0..SIDE {
        before[i] = all;
        all = all.wrapping_add(sums[i]);
    }
    if all == 0 {
        return;
    }
    // Up to each edge, and in all.
    let mut upto = [0_u32; MOST_EDGES + 1];
    let upto = &mut upto[..=x.all.len()];
    for (upto, edge) in upto.iter_mut().zip(&x.all) {
        let at = edge.cell as usize % SIDE;
        let dither = dither(first.wrapping_add(edge.cell), row)[0];
        *upto = before[at].wrapping_add(portion(sums[at], edge.before, dither));
    }
    upto[x.all.len()] = all;
    // Outside there is nothing: the first pixel and the last.
    let skipped = usize::from(x.first < 0);
    let mut given = if skipped == 1 { upto[0] } else { 0 };
    let pixels = &mut pixels[(x.first + skipped as i64) as usize..];
    for (pixel, upto) in pixels.iter_mut().zip(&upto[skipped..]) {
        *pixel = pixel.wrapping_add(upto.wrapping_sub(given));
        given = *upto;
    }
}
