//! What a device is given to count sorted points by itself: the keys of points, the cells of tiles, and which of both a view looks at.
//!
//! A device need not have `f64`, nor round as the host does. So it computes no pixel: it is told the first coordinate of each, which the
//! host finds, and compares. Coordinates are compared as whole numbers ([`Coordinate::key`]). Those of y are turned around, since rows of pixels go down.

use std::ops::Range;

use super::Store;
use super::count::Work;
use super::grid::Coordinate;
use super::share::{Edges, Places};
use super::tile::{Cells, Counts, counts};
pub(crate) use super::tree::Square;
use super::tree::Tile;
use crate::view::plane::Plane;

/// Sorted points, whatever their type.
pub(crate) trait Sorted: Send + Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// Words of a coordinate: 1 or 2.
    fn words(&self) -> usize;

    /// Adds the keys of a run of points, of x and then of y.
    fn keys(&self, run: Range<usize>, into: &mut Vec<u32>);

    /// All tiles, and how many bytes each of their cells takes.
    fn tiles(&self) -> Vec<(Square, u32)>;

    /// Adds the cells of a tile, in so many bytes each.
    fn cells(&self, square: Square, into: &mut Vec<u32>);

    /// What a view is counted from.
    fn work(&self, plane: &Plane, size: [u32; 2]) -> Work;

    /// The least key of each column of pixels, and of the one beyond the last; then of rows.
    fn edges(&self, plane: &Plane, size: [u32; 2]) -> Vec<u32>;

    /// The edges of pixels that divide a tile, across and down.
    fn divided(&self, square: Square, plane: &Plane, size: [u32; 2]) -> [Edges; 2];
}

impl<T: Coordinate> Sorted for Store<T> {
    fn len(&self) -> usize {
        self.points.len()
    }

    fn words(&self) -> usize {
        T::WORDS
    }

    fn keys(&self, run: Range<usize>, into: &mut Vec<u32>) {
        for point in &self.points[run] {
            let [x, y] = point.at.map(T::key);
            put::<T>(x, into);
            put::<T>(!y, into);
        }
    }

    fn tiles(&self) -> Vec<(Square, u32)> {
        let mut tiles = Vec::new();
        if let Some(tree) = &self.tree {
            tree.each(Square::WHOLE, &mut |tile, square| {
                tiles.push((square, bytes(&tile.cells)))
            });
        }
        tiles
    }

    fn cells(&self, square: Square, into: &mut Vec<u32>) {
        let tile = self.tree.as_ref().and_then(|tree| tree.at(square));
        let cells = &tile.expect("a tile of those that there are").cells;
        let bytes = bytes(cells);
        counts!(cells, counts => pack(counts, bytes, into));
    }

    fn work(&self, plane: &Plane, size: [u32; 2]) -> Work {
        Self::work(self, plane, size)
    }

    fn edges(&self, plane: &Plane, [w, h]: [u32; 2]) -> Vec<u32> {
        let mut edges = Vec::new();
        for column in 0..=w {
            let least = plane.at_px([column.into(), 0.0])[0];
            let is_beyond = |key| plane.px_from([T::from_key(key).as_f64(), 0.0])[0] >= column.into();
            let ends = [T::NEG_INFINITY.key(), T::INFINITY.key()];
            put::<T>(first(T::nearest(least).key(), ends, is_beyond), &mut edges);
        }
        for row in 0..=h {
            let greatest = plane.at_px([0.0, row.into()])[1];
            let is_beyond = |key: u64| plane.px_from([0.0, T::from_key(!key).as_f64()])[1] >= row.into();
            let ends = [T::INFINITY, T::NEG_INFINITY].map(turned);
            put::<T>(first(turned(T::nearest(greatest)), ends, is_beyond), &mut edges);
        }
        edges
    }

    fn divided(&self, square: Square, plane: &Plane, size: [u32; 2]) -> [Edges; 2] {
        let places = Places::new(&self.grid, plane);
        places.edges(square.at, square.depth, size.map(|px| px as usize))
    }
}

/// The key of a coordinate, greater for a lesser one.
fn turned<T: Coordinate>(v: T) -> u64 {
    !v.key() & (u64::MAX >> (64 - 32 * T::WORDS))
}

/// Adds a key's words.
fn put<T: Coordinate>(key: u64, into: &mut Vec<u32>) {
    into.push(key as u32);
    if T::WORDS > 1 {
        into.push((key >> 32) as u32);
    }
}

/// The least key for which something holds, as it does for all after it and for the greater one of `ends`; near `guess`.
fn first(guess: u64, ends: [u64; 2], holds: impl Fn(u64) -> bool) -> u64 {
    // It does not hold for `low`, as it may not be asked of the end.
    let [mut low, mut high] = ends;
    let mut step = 1_u64;
    let mut at = guess.clamp(low, high);
    // Away from the guess in growing steps, until it lies between two keys; and then halfway between them.
    while high - low > 1 {
        if holds(at) {
            high = at;
            at = at.saturating_sub(step).max(low + (high - low) / 2);
        } else {
            low = at;
            at = at.saturating_add(step).min(low + (high - low) / 2);
        }
        step = step.saturating_mul(2);
    }
    high
}

/// Bytes of each of a tile's cells. Few are kept as all.
fn bytes(cells: &Cells) -> u32 {
    match cells {
        Cells::U8(_) => 1,
        Cells::Few(_) | Cells::U16(_) => 2,
        Cells::U32(_) => 4,
    }
}

/// Adds counts in so many bytes each, the first in a word's lowest ones.
fn pack<C: Copy + Into<u32>>(counts: &Counts<C>, bytes: u32, into: &mut Vec<u32>) {
    let words = counts.chunks_exact(4 / bytes as usize);
    into.extend(words.map(|cells| {
        let at = cells.iter().zip((0..).step_by(8 * bytes as usize));
        at.fold(0, |word, (count, shift): (&C, u32)| {
            word | (*count).into() << shift
        })
    }));
}

impl Tile {
    /// Calls `each` with all tiles of a square.
    fn each(&self, square: Square, each: &mut impl FnMut(&Self, Square)) {
        each(self, square);
        for (quarter, square) in self.quarters(square) {
            quarter.each(square, each);
        }
    }
}
