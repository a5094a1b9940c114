//! How many points lie in each pixel of a view, on the host's cores. Twin: `reference::points`.
//!
//! Bands of rows are counted by tasks of their own, each into memory of its own, so there is nothing to lock and nothing
//! whose order could matter.

use std::ops::Range;

use rayon::prelude::*;

use super::cover::{EDGE_PX, FEW, Places, Until, Window, count, cover};
use super::grid::{Coordinate, Grid};
use super::levels::{Cell, Level};
use super::sort::Point;
use super::{Spread, Store};
use crate::plan::Fidelity;
use crate::view::plane::Plane;

/// Up to so many points in view are counted one by one.
pub const POINTS: usize = 3 << 19;
/// Of more, at most so many cells in view.
pub const CELLS: usize = 5 << 18;
/// Cells are no larger than so many pixels, whatever it costs: points that are spread so unevenly that it takes more than
/// [`CELLS`] are rare.
const LARGEST_PX: f64 = 4.0;

/// Rows of a band: of a width of 1920 that is 960 KiB, of which few are written at a time.
const BAND: usize = 128;
/// Pixels across what is looked for in one piece.
const BLOCK_PX: f64 = 32.0;

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// How many points are in view, or right beside it.
    pub in_view: usize,
    /// The most that a pixel has.
    pub most: u32,
    /// [`Fidelity::Exact`] where each pixel's count is that of the points in it. [`Fidelity::Snapped`] where cells were counted:
    /// none is missed and none counted twice, and none is counted more than `max_px` from its pixel, in either direction.
    pub fidelity: Fidelity,
    /// The level that was counted; `None` of points.
    pub bits: Option<u32>,
}

/// What a view is counted from.
enum From<'a> {
    Points,
    Cells(&'a Level),
}

impl<T: Coordinate> Store<T> {
    /// How many points lie in view, or near it.
    pub(super) fn in_view(&self, plane: &Plane, size: [u32; 2]) -> usize {
        let window = Window::of(&self.grid, plane, size, 0.0);
        let runs = cover(
            self,
            window,
            &Places::new(&self.grid, plane),
            Until::Inside(EDGE_PX),
        );
        let [w, h] = size.map(f64::from);
        let inside = |point: &&Point<T>| {
            let [x, y] = plane.px_from(point.place());
            x >= 0.0 && x < w && y >= 0.0 && y < h
        };
        let of = |run: Range<usize>| match run.len() {
            0..=FEW => self.points[run].iter().filter(inside).count(),
            many => many,
        };
        runs.into_iter().map(of).sum()
    }

    /// The finest level that has few enough cells in view.
    fn choose(&self, window: Window, places: &Places, in_view: usize) -> From<'_> {
        if in_view <= self.limits.points {
            return From::Points;
        }
        let fits = |level: &&Level| count(*level, window, places) <= self.limits.cells;
        let small = |level: &&Level| places.size(level.bits).iter().all(|&px| px <= LARGEST_PX);
        let found = self.levels.iter().find(fits).filter(small);
        // Else the coarsest of those that are fine enough.
        match found.or_else(|| self.levels.iter().rev().find(small)) {
            Some(level) => From::Cells(level),
            None => From::Points,
        }
    }

    pub(super) fn count(&self, plane: &Plane, size: [u32; 2], into: &mut Vec<u32>) -> Counted {
        let [w, h] = size.map(|px| px as usize);
        into.resize(w * h, 0);
        let window = Window::of(&self.grid, plane, size, 0.0);
        let places = Places::new(&self.grid, plane);
        let in_view = self.in_view(plane, size);
        let from = self.choose(window, &places, in_view);
        let shares = match from {
            From::Points => None,
            From::Cells(level) => Some(Shares::new(level, window, &places)),
        };
        let bands = into.par_chunks_mut((w * BAND).max(1)).enumerate();
        let most = bands.map(|(band, counts)| {
            counts.fill(0);
            let first = band * BAND;
            let end = first + counts.len() / w;
            let rows = [first as f64, end as f64];
            let window = Window::around(&self.grid, plane, [0.0, w as f64], rows, 0.0);
            let mut band = Band {
                counts,
                width: w,
                first,
                rows: (end - first) as i64,
            };
            let until = Until::Small(BLOCK_PX);
            match (&from, &shares) {
                (From::Cells(level), Some(shares)) => {
                    for run in cover(*level, window, &places, until) {
                        shares.count(&level.cells[run], &mut band);
                    }
                }
                _ => {
                    for run in cover(self, window, &places, until) {
                        self.count_points(plane, run, rows, &mut band);
                    }
                }
            }
            band.counts.iter().copied().max().unwrap_or(0)
        });
        let most = most.max().unwrap_or(0);
        let (fidelity, bits) = match from {
            From::Points => (Fidelity::Exact, None),
            From::Cells(level) => {
                let [x, y] = places.size(level.bits);
                (Fidelity::Snapped { max_px: x.max(y) }, Some(level.bits))
            }
        };
        Counted {
            in_view,
            most,
            fidelity,
            bits,
        }
    }

    #[inline(always)]
    fn count_points(&self, plane: &Plane, run: Range<usize>, [first, end]: [f64; 2], band: &mut Band<'_>) {
        let w = band.width as f64;
        for point in &self.points[run] {
            let [x, y] = plane.px_from(point.place());
            // One branch, which is nearly always taken.
            if (x >= 0.0) & (x < w) & (y >= first) & (y < end) {
                band.counts[(y - first) as usize * band.width + x as usize] += 1;
            }
        }
    }

    /// The points whose place is within `reach` pixels of the plot, in the order in which they were given.
    pub(super) fn gather(&self, plane: &Plane, size: [u32; 2], reach: f64) -> Vec<Spread> {
        let window = Window::of(&self.grid, plane, size, reach);
        let places = Places::new(&self.grid, plane);
        let runs = cover(self, window, &places, Until::Small(BLOCK_PX)).into_iter();
        let points = runs.flat_map(|run| &self.points[run]);
        let mut found: Vec<Spread> = points
            .filter_map(|point| point.near(plane, size, reach))
            .collect();
        found.par_sort_unstable_by_key(|marker| marker.index);
        found
    }
}

/// Rows that are counted together.
struct Band<'a> {
    /// `[rows, width]`.
    counts: &'a mut [u32],
    width: usize,
    first: usize,
    rows: i64,
}

impl Band<'_> {
    /// The first of three pixels by three, where all of them are in the band.
    #[inline(always)]
    fn nine(&self, column: i64, row: i64) -> Option<usize> {
        let row = row - self.first as i64;
        let inside = (row >= 0) & (row + 2 < self.rows) & (column >= 0) & (column + 2 < self.width as i64);
        inside.then(|| row as usize * self.width + column as usize)
    }

    #[inline(always)]
    fn add(&mut self, column: i64, row: i64, count: u32) {
        let row = row - self.first as i64;
        if column >= 0 && (column as usize) < self.width && row >= 0 {
            // Beyond the last row there is nothing.
            if let Some(pixel) = self.counts.get_mut(row as usize * self.width + column as usize) {
                *pixel += count;
            }
        }
    }
}

/// Where a column of cells lies, or a row of them: the first pixel, and how much of it lies there, and there or in the next one,
/// of [`WHOLE`]; the rest is in the one after that.
#[derive(Clone, Copy)]
struct Part {
    pixel: i64,
    upto: [u32; 2],
}

impl Part {
    /// Of a column or row that begins at a place and is no larger than [`LARGEST_TABLED_PX`].
    fn new(from: f64, size: f64) -> Self {
        let (first, last) = (pixel(from), pixel(from + size));
        let upto = [first, first + 1].map(|pixel| match pixel < last {
            true => weight(pixel, from, size).min(WHOLE),
            false => WHOLE,
        });
        Self { pixel: first, upto }
    }

    /// How many of some points lie in each of three pixels.
    #[inline(always)]
    fn of(&self, count: u32, dither: u32) -> [u32; 3] {
        let upto = self.upto.map(|weight| portion(count, weight, dither));
        [upto[0], upto[1] - upto[0], count - upto[1]]
    }
}

/// All of a cell.
const WHOLE: u32 = 1 << 16;
/// Cells no larger lie on three pixels at most.
const LARGEST_TABLED_PX: f64 = 2.0;
/// Columns and rows in view for which there is a table: of more, cells are so small that hardly any is divided.
const TABLE: usize = 1 << 14;

/// How cells of a level are shared among pixels.
struct Shares<'a> {
    places: &'a Places,
    size: [f64; 2],
    /// The first column and row of the tables.
    first: [u32; 2],
    /// For each column and each row in view; empty where cells may lie on more than three pixels.
    parts: [Vec<Part>; 2],
}

impl<'a> Shares<'a> {
    fn new(level: &Level, window: Window, places: &'a Places) -> Self {
        let size = places.size(level.bits);
        let ends = window.at(level.bits);
        let tabled = |axis: usize| {
            size[axis] <= LARGEST_TABLED_PX && ((ends[axis][1] - ends[axis][0]) as usize) < TABLE
        };
        let parts = |axis: usize| match tabled(0) && tabled(1) {
            true => (ends[axis][0]..=ends[axis][1])
                .map(|number| Part::new(places.of([number; 2], size)[axis], size[axis]))
                .collect(),
            false => Vec::new(),
        };
        Self {
            places,
            size,
            first: [ends[0][0], ends[1][0]],
            parts: [parts(0), parts(1)],
        }
    }

    fn count(&self, cells: &[Cell], band: &mut Band<'_>) {
        if self.parts[0].is_empty() {
            for cell in cells {
                let [x, y] = self.places.of(cell.at, self.size);
                let dither = dither(cell);
                share(cell.count, y, self.size[1], dither[1], |row, part| {
                    share(part, x, self.size[0], dither[0], |column, part| {
                        band.add(column, row, part);
                    });
                });
            }
            return;
        }
        for cell in cells {
            let of =
                |axis: usize| self.parts[axis].get(cell.at[axis].wrapping_sub(self.first[axis]) as usize);
            // What is not in the tables is not in view.
            if let (Some(x), Some(y)) = (of(0), of(1)) {
                if x.upto[0] & y.upto[0] == WHOLE {
                    band.add(x.pixel, y.pixel, cell.count);
                    continue;
                }
                let dither = dither(cell);
                let inside = band.nine(x.pixel, y.pixel);
                for (row, count) in y.of(cell.count, dither[1]).into_iter().enumerate() {
                    if count == 0 {
                        continue;
                    }
                    let parts = x.of(count, dither[0]);
                    match inside {
                        Some(first) => {
                            let pixels = &mut band.counts[first + row * band.width..][..3];
                            for (pixel, part) in pixels.iter_mut().zip(parts) {
                                *pixel += part;
                            }
                        }
                        None => {
                            for (column, part) in (x.pixel..).zip(parts) {
                                band.add(column, y.pixel + row as i64, part);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How much of a cell lies at or before a pixel, of [`WHOLE`].
#[inline(always)]
fn weight(pixel: i64, from: f64, size: f64) -> u32 {
    (((pixel + 1) as f64 - from) / size * f64::from(WHOLE) + 0.5) as u32
}

/// So much of some points, in whole ones, of which `dither` decides.
#[inline(always)]
fn portion(count: u32, weight: u32, dither: u32) -> u32 {
    ((u64::from(count) * u64::from(weight) + u64::from(dither)) >> 16) as u32
}

/// The pixel that a place is in. `floor` is a call where the processor is not known to have it.
#[inline(always)]
fn pixel(place: f64) -> i64 {
    let towards_zero = place as i64;
    towards_zero - i64::from(towards_zero as f64 > place)
}

/// Shares a cell's points, which are spread over `size` pixels from pixel `from` on, among those pixels: whole points, in
/// all as many as there are, on average as much as each pixel covers of them.
#[inline(always)]
pub(crate) fn share(count: u32, from: f64, size: f64, dither: u32, mut each: impl FnMut(i64, u32)) {
    let (first, last) = (pixel(from), pixel(from + size));
    let mut given = 0;
    for pixel in first..last {
        let upto = portion(count, weight(pixel, from, size).min(WHOLE), dither);
        each(pixel, upto - given);
        given = upto;
    }
    each(last, count - given);
}

/// What is added before parts of points are rounded down, below [`WHOLE`]: as good as random, and the same for a cell every time, so
/// that cells of about a pixel leave no pattern.
#[inline(always)]
pub(crate) fn dither(cell: &Cell) -> [u32; 2] {
    let mut bits = cell.at[0].wrapping_mul(0x9e37_79b1) ^ cell.at[1].wrapping_mul(0x85eb_ca77);
    bits = (bits ^ bits >> 15).wrapping_mul(0xc2b2_ae35);
    bits ^= bits >> 13;
    [bits & 0xffff, bits >> 16]
}

/// The left and the upper edge of a cell in pixels, and its size; for the twin.
pub(crate) fn place_of(grid: &Grid, plane: &Plane, bits: u32, cell: &Cell) -> ([f64; 2], [f64; 2]) {
    let places = Places::new(grid, plane);
    let size = places.size(bits);
    (places.of(cell.at, size), size)
}
