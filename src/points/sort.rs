//! Points into the order of their cells: by the leading bits first, all cores at once, in pieces that fit a cache.
//!
//! A radix sort from the greatest digit down, stable, so that the same points give the same order every time. Cells are not
//! stored but found again from the coordinates at each step, which is cheaper than moving them.
//!
//! 1. While there are many points, pieces of [`PIECE`] are sorted by a digit each, into memory that a core's cache holds, and
//!    then the runs of equal digits are put together, a digit a task.
//! 2. What is left of a digit, some thousand points, is sorted by one core, a digit at a time.
//! 3. The last few dozen are inserted one by one.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::Spread;
use super::grid::{BITS, Coordinate, Grid, morton};
use super::seen::View;
use crate::system::room;

/// A point, and which of those that were given it is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[repr(C)]
pub(super) struct Point<T> {
    /// x and y.
    pub(super) at: [T; 2],
    /// Its index.
    pub(super) index: u32,
}

impl<T: Coordinate> Point<T> {
    /// One that was given: of no coordinates, if something cannot lie there.
    #[inline(always)]
    pub(super) fn new(at: [T; 2], index: usize) -> Self {
        let is_there = at.iter().all(|v| v.is_place());
        Self {
            at: if is_there { at } else { [T::nearest(f64::NAN); 2] },
            index: index as u32,
        }
    }

    /// Whether it has coordinates.
    #[inline(always)]
    pub(super) fn is_there(&self) -> bool {
        self.at[0].is_place()
    }

    /// Its coordinates.
    #[inline(always)]
    pub(super) fn place(&self) -> [f64; 2] {
        self.at.map(T::as_f64)
    }

    /// The same in pixels, if it is within the view's reach of the plot.
    #[inline(always)]
    pub(super) fn near(&self, view: View<'_>) -> Option<Spread> {
        let at = view.plane.px_from(self.place());
        let near =
            |axis: usize| at[axis] >= -view.reach && at[axis] <= f64::from(view.size[axis]) + view.reach;
        (near(0) && near(1)).then_some(Spread {
            px: at.map(|v| v as f32),
            index: self.index,
        })
    }
}

/// Points of a piece.
const PIECE: usize = 1 << 16;
/// From so many points on, all cores sort them together.
pub(super) const MANY: usize = 1 << 18;
/// Up to so many points are inserted one by one.
const FEW: usize = 24;

/// A digit: so many bits of the column and as many of the row, from bit `shift` of either up.
#[derive(Clone, Copy)]
struct Digit {
    shift: u32,
    bits: u32,
}

/// Bits of a column apart, as a digit has them.
const APART: [u16; 32] = {
    let mut apart = [0; 32];
    let mut i = 0;
    while i < 32 {
        let mut bit = 0;
        while bit < 5 {
            apart[i] |= ((i as u16 >> bit) & 1) << (2 * bit);
            bit += 1;
        }
        i += 1;
    }
    apart
};

impl Digit {
    /// The next one below `left` bits.
    fn below(left: u32, bits: u32) -> Self {
        let bits = bits.min(left);
        Self {
            shift: left - bits,
            bits,
        }
    }

    #[inline(always)]
    fn of<T: Coordinate>(self, grid: &Grid, point: &Point<T>) -> usize {
        let part =
            |word: u32| usize::from(APART[(word >> self.shift & ((1 << self.bits) - 1)) as usize & 31]);
        let [column, row] = grid.cell(point.place());
        part(row) << 1 | part(column)
    }

    fn values(self) -> usize {
        1 << (2 * self.bits)
    }
}

/// Sorts points by their cells; those of one cell stay in their order. Takes as much memory again meanwhile. Leaves off once they are
/// `unwanted`.
pub(super) fn sort<T: Coordinate>(grid: &Grid, points: &mut [Point<T>], unwanted: &AtomicBool) {
    let mut spare = room(points.len());
    rayon::iter::repeat_n(Point::default(), points.len()).collect_into_vec(&mut spare);
    by_all((grid, unwanted), points, &mut spare, BITS);
}

/// Sorts points of which all but the lowest `left` bits of columns and rows are the same.
fn by_all<T: Coordinate>(
    (grid, unwanted): (&Grid, &AtomicBool),
    points: &mut [Point<T>],
    spare: &mut [Point<T>],
    left: u32,
) {
    if unwanted.load(Ordering::Relaxed) {
        return;
    }
    if left == 0 || points.len() < MANY {
        return by_one(grid, points, spare, left);
    }
    let digit = Digit::below(left, 5);
    let runs: Vec<Vec<u32>> = points
        .par_chunks(PIECE)
        .zip(spare.par_chunks_mut(PIECE))
        .map(|(piece, sorted)| distribute(grid, digit, piece, sorted))
        .collect();
    // Each digit's part of all points, and of the memory to sort it in.
    let count_of = |value: usize| runs.iter().map(|ends| len(ends, value)).sum::<usize>();
    let mut parts = Vec::with_capacity(digit.values());
    let mut rest = &mut *points;
    for value in 0..digit.values() {
        let (part, after) = rest.split_at_mut(count_of(value));
        parts.push(part);
        rest = after;
    }
    let sorted = &*spare;
    parts.par_iter_mut().enumerate().for_each(|(value, part)| {
        let mut to = 0;
        for (piece, ends) in sorted.chunks(PIECE).zip(&runs) {
            let from = start(ends, value);
            let run = &piece[from..from + len(ends, value)];
            part[to..to + run.len()].copy_from_slice(run);
            to += run.len();
        }
    });
    let mut rest = spare;
    let mut tasks = Vec::with_capacity(parts.len());
    for part in parts {
        let (memory, after) = rest.split_at_mut(part.len());
        tasks.push((part, memory));
        rest = after;
    }
    tasks
        .into_par_iter()
        .with_max_len(1)
        .for_each(|(part, memory)| by_all((grid, unwanted), part, memory, digit.shift));
}

/// Where the run of a value starts in a piece whose runs end so.
fn start(ends: &[u32], value: usize) -> usize {
    value.checked_sub(1).map_or(0, |before| ends[before] as usize)
}

fn len(ends: &[u32], value: usize) -> usize {
    ends[value] as usize - start(ends, value)
}

/// Puts points in the order of a digit; where the run of each value ends.
#[inline(always)]
fn distribute<T: Coordinate>(grid: &Grid, digit: Digit, from: &[Point<T>], to: &mut [Point<T>]) -> Vec<u32> {
    let digits: Vec<u16> = from.iter().map(|point| digit.of(grid, point) as u16).collect();
    let mut ends = vec![0_u32; digit.values()];
    for &digit in &digits {
        ends[usize::from(digit)] += 1;
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += std::mem::replace(end, sum);
    }
    for (point, &digit) in from.iter().zip(&digits) {
        let end = &mut ends[usize::from(digit)];
        to[*end as usize] = *point;
        *end += 1;
    }
    ends
}

fn by_one<T: Coordinate>(grid: &Grid, points: &mut [Point<T>], spare: &mut [Point<T>], left: u32) {
    if left == 0 || points.len() < 2 {
        return;
    }
    if points.len() <= FEW {
        return insert(grid, points);
    }
    let digit = Digit::below(left, if points.len() < 2048 { 2 } else { 4 });
    let ends = distribute(grid, digit, points, spare);
    points.copy_from_slice(spare);
    for value in 0..digit.values() {
        let run = start(&ends, value)..ends[value] as usize;
        by_one(grid, &mut points[run.clone()], &mut spare[run], digit.shift);
    }
}

fn insert<T: Coordinate>(grid: &Grid, points: &mut [Point<T>]) {
    let mut keys = [0; FEW];
    for i in 0..points.len() {
        let point = points[i];
        let key = morton(grid.cell(point.place()));
        let mut at = i;
        while at > 0 && keys[at - 1] > key {
            keys[at] = keys[at - 1];
            points[at] = points[at - 1];
            at -= 1;
        }
        keys[at] = key;
        points[at] = point;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::plane::Bounds;

    #[test]
    fn points_are_sorted_as_a_stable_sort_does() {
        let grid = Grid::new(Bounds {
            x: [0.0, 1.0],
            y: [0.0, 1.0],
        });
        for n in [0, 1, 2, 23, 24, 25, 1000, 5000, MANY - 1, MANY + PIECE + 7] {
            let mut state = 7_u32;
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Many are equal, and one corner is full.
                ((state >> 8) as f32 / (1 << 24) as f32).powi(4)
            };
            let mut points: Vec<Point<f32>> = (0..n)
                .map(|i| Point {
                    at: [next(), (next() * 64.0).floor() / 64.0],
                    index: i as u32,
                })
                .collect();
            let mut wanted = points.clone();
            wanted.sort_by_key(|point| morton(grid.cell(point.place())));
            sort(&grid, &mut points, &AtomicBool::new(false));
            assert!(points == wanted, "{n} points");
        }
    }

    #[test]
    fn points_of_one_place_keep_their_order() {
        let grid = Grid::new(Bounds {
            x: [1.0; 2],
            y: [1.0; 2],
        });
        let mut points: Vec<Point<f64>> = (0..MANY as u32 + 9)
            .map(|index| Point { at: [1.0; 2], index })
            .collect();
        sort(&grid, &mut points, &AtomicBool::new(false));
        assert!(
            points
                .iter()
                .enumerate()
                .all(|(i, point)| point.index == i as u32)
        );
    }
}
