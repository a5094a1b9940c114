//! The least and the greatest finite value of an image, from those of its tiles, so that some can change.

use std::ops::Range;

use rayon::prelude::*;

use super::Value;
use super::base::Rows;
use crate::Result;

/// Columns and rows of a tile.
const TILE: [usize; 2] = [1 << 10, 1 << 4];

/// The least and the greatest value of each tile, row after row.
#[derive(Clone)]
pub(super) struct Ranges<V> {
    /// Tiles across.
    across: usize,
    tiles: Vec<[V; 2]>,
}

/// From this on the least is looked for, and the greatest.
fn none<V: Value>() -> [V; 2] {
    [V::ENDS[1], V::ENDS[0]]
}

fn both<V: Value>(a: [V; 2], b: [V; 2]) -> [V; 2] {
    [a[0].lesser(b[0]), a[1].greater(b[1])]
}

impl<V: Value> Ranges<V> {
    /// Takes one pass over an image, on all cores.
    pub(super) fn new(of: &impl Rows<V>) -> Result<Self> {
        let [width, height] = of.size();
        let across = width.div_ceil(TILE[0]);
        let mut ranges = Self {
            across,
            tiles: vec![none(); across * height.div_ceil(TILE[1])],
        };
        ranges.renew(of, &[0..width, 0..height])?;
        Ok(ranges)
    }

    /// Looks at the tiles of some columns and rows anew.
    pub(super) fn renew(&mut self, of: &impl Rows<V>, changed: &[Range<usize>; 2]) -> Result<()> {
        let [width, height] = of.size();
        let [across, down] = [0, 1].map(|axis| {
            let Range { start, end } = changed[axis];
            start / TILE[axis]..end.div_ceil(TILE[axis])
        });
        if across.is_empty() || down.is_empty() {
            return Ok(());
        }
        let columns = across.start * TILE[0]..(across.end * TILE[0]).min(width);
        let one = |scratch: &mut Vec<V>, (place, tiles): (usize, &mut [[V; 2]])| -> Result<()> {
            let tiles = &mut tiles[across.clone()];
            tiles.fill(none());
            let first = (down.start + place) * TILE[1];
            for row in first..(first + TILE[1]).min(height) {
                let values = of.part(row, columns.clone(), scratch)?;
                for (tile, values) in tiles.iter_mut().zip(values.chunks(TILE[0])) {
                    // One after the other: so each is a loop of vectors.
                    let finite = || values.iter().map(|value| value.finite());
                    let ends = none();
                    *tile = both(
                        *tile,
                        [
                            finite().fold(ends[0], V::lesser),
                            finite().fold(ends[1], V::greater),
                        ],
                    );
                }
            }
            Ok(())
        };
        self.tiles[down.start * self.across..down.end * self.across]
            .par_chunks_mut(self.across)
            .enumerate()
            .try_for_each_init(Vec::new, one)
    }

    /// Of all; `None` of no finite value, and of colours.
    pub(super) fn whole(&self) -> Option<[f64; 2]> {
        let range = self.tiles.iter().copied().reduce(both)?.map(V::number);
        range.iter().all(|end| end.is_finite()).then_some(range)
    }

    pub(super) fn bytes(&self) -> usize {
        self.tiles.capacity() * size_of::<[V; 2]>()
    }
}
