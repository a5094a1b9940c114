//! Counts of points by cells, of a few sizes: what views of many points are counted from.

use std::ops::Range;

use rayon::prelude::*;

use super::cover::Sorted;
use super::grid::{BITS, Coordinate, Grid, morton};
use super::sort::Point;

/// A cell that has points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(C)]
pub struct Cell {
    /// Its column and row, among 2ⁿ × 2ⁿ of its level.
    pub at: [u32; 2],
    /// How many points it has.
    pub count: u32,
}

/// The cells of one size that have points, in Morton's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// log2 of the number of columns, and of rows.
    pub bits: u32,
    /// Those with points.
    pub cells: Vec<Cell>,
}

/// The finest level has at most a half of the points; each one after it at most this share of the one before.
const SHARE: f64 = 0.55;

/// Points of a task.
const PIECE: usize = 1 << 16;

/// The levels of sorted points that have `least` cells or more, the finest first: together at most 1.12 cells a point.
pub(super) fn levels<T: Coordinate>(grid: &Grid, points: &[Point<T>], least: usize) -> Vec<Level> {
    let counts = counts(grid, points);
    let mut most = points.len() / 2;
    let mut levels: Vec<Level> = Vec::new();
    for bits in (1..=BITS).rev() {
        let count = counts[bits as usize];
        if count > most || count < least {
            continue;
        }
        let cells = match levels.last() {
            None => cells(points.len(), |i| (at(grid, &points[i], bits), 1)),
            Some(finer) => {
                let shift = finer.bits - bits;
                let of = |cell: &Cell| (cell.at.map(|v| v >> shift), cell.count);
                cells(finer.cells.len(), |i| of(&finer.cells[i]))
            }
        };
        most = (cells.len() as f64 * SHARE) as usize;
        levels.push(Level { bits, cells });
    }
    levels
}

#[inline(always)]
fn at<T: Coordinate>(grid: &Grid, point: &Point<T>, bits: u32) -> [u32; 2] {
    grid.cell(point.place())
        .map(|v| (u64::from(v) >> (BITS - bits)) as u32)
}

/// How many cells of each level have points.
fn counts<T: Coordinate>(grid: &Grid, points: &[Point<T>]) -> [usize; BITS as usize + 1] {
    let key = |point: &Point<T>| morton(grid.cell(point.place()));
    // By the level at which neighbours part.
    let parted = points
        .par_chunks(PIECE)
        .enumerate()
        .map(|(i, piece)| {
            let mut parted = [0_usize; BITS as usize + 1];
            let mut before = key(&points[(i * PIECE).saturating_sub(1)]);
            for point in piece {
                let this = key(point);
                parted[((before ^ this).leading_zeros() / 2) as usize] += 1;
                before = this;
            }
            parted
        })
        .reduce(
            || [0; BITS as usize + 1],
            |a, b| std::array::from_fn(|i| a[i] + b[i]),
        );
    let mut sum = usize::from(!points.is_empty());
    std::array::from_fn(|bits| {
        let cells = sum;
        // Those that part at this level are in different cells from the next one on.
        sum += if bits < BITS as usize { parted[bits] } else { 0 };
        cells
    })
}

/// Puts together neighbours of one cell.
fn cells(len: usize, of: impl Fn(usize) -> ([u32; 2], u32) + Sync) -> Vec<Cell> {
    // Tasks start where a cell does.
    let starts = |i: usize| i == 0 || of(i).0 != of(i - 1).0;
    let pieces: Vec<Vec<Cell>> = (0..len.div_ceil(PIECE))
        .into_par_iter()
        .map(|piece| {
            let run: Range<usize> = piece * PIECE..((piece + 1) * PIECE).min(len);
            let Some(first) = run.clone().find(|&i| starts(i)) else {
                return Vec::new();
            };
            let mut cells: Vec<Cell> = Vec::with_capacity(run.len() / 2);
            for i in first..len {
                let (at, count) = of(i);
                match cells.last_mut() {
                    Some(cell) if cell.at == at => cell.count += count,
                    _ if i >= run.end => break,
                    _ => cells.push(Cell { at, count }),
                }
            }
            cells
        })
        .collect();
    pieces.concat()
}

impl Sorted for Level {
    fn len(&self) -> usize {
        self.cells.len()
    }

    fn key(&self, i: usize) -> u64 {
        let below = BITS - self.bits;
        morton(self.cells[i].at.map(|v| (u64::from(v) << below) as u32))
    }
}
