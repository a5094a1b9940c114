//! True polylines: each pixel by its distance from the segments near it, a row of a tile at a time. Twin:
//! `reference::raster::cover_polyline`.
//!
//! The `k`-th segments of all columns of a tile are put side by side, so that every loop runs along a tile's columns,
//! which compilers turn into vectors.

// Loops run along several arrays at once.
#![allow(clippy::needless_range_loop)]

use std::ops::Range;

use super::fold::HostSample;
use super::paint::{FULL, over};
use super::{Band, Frame};
use crate::abi::{Lane, TILE, f32_from_key, key_from_f32, pair};
use crate::wide::wide;

/// Columns side by side.
const N: usize = TILE as usize;
/// Rows for which it is not worth while to find out which of them a segment reaches.
const FEW_ROWS: i32 = 5;
/// A row that no pixel is near.
const FAR: f32 = 1e7;

/// Where the samples lie whose segments may reach a column; the same for all lanes.
#[derive(Clone, Copy, Default)]
pub(super) struct Reach {
    /// The first sample.
    first: i32,
    /// The last sample.
    last: i32,
    /// The first sample's place, in pixels from the column's middle.
    x: f32,
}

/// For each column of the plan; beyond `reach_px` of a pixel's centre nothing covers any of it.
pub(super) fn reaches(frame: &Frame<'_>) -> impl Iterator<Item = Reach> {
    let lanes = frame.lanes.iter();
    let reach_px = lanes.fold(0.0, |most, lane| reach_px(lane).max(most));
    let px = px_per_sample(frame);
    let samples = 1.0 / px;
    let end = (frame.pages.samples as i32 - 1).max(0);
    frame.plan.edges.iter().map(move |edge| {
        let index = edge.index as i32;
        let at = |right: f32| (edge.fraction + (0.5 + right) * samples) as f64;
        let first = index.saturating_add(at(-reach_px).floor() as i32).clamp(0, end);
        let last = index.saturating_add(at(reach_px).ceil() as i32).clamp(0, end);
        let x = ((first - index) as f32 - edge.fraction) * px - 0.5;
        Reach { first, last, x }
    })
}

fn reach_px(lane: &Lane) -> f32 {
    lane.half_width_px + 0.5
}

fn px_per_sample(frame: &Frame<'_>) -> f32 {
    (1.0 / frame.plan.samples_per_px) as f32
}

/// A segment, or a sample alone, for each column of a tile: in pixels from the column's middle and the plot's top.
///
/// Where there is none its `dy` is NaN, which no comparison takes.
struct Side {
    x: [f32; N],
    y: [f32; N],
    dx: f32,
    dy: [f32; N],
    /// 1 / length²; 0 of a sample alone.
    by_length2: [f32; N],
    /// Rows between which any of them may cover anything.
    rows: Range<i32>,
}

/// Memory that tiles reuse.
#[derive(Default)]
pub(super) struct Line {
    /// The row of each sample near the tile, NaN for a gap.
    rows: Vec<f32>,
    /// The same of those that stand alone between gaps, NaN for all others.
    alone: Vec<f32>,
    sides: Vec<Side>,
}

impl Line {
    /// Reads what may reach the columns of `reaches`, and puts it side by side.
    #[inline(always)]
    fn load<T: HostSample>(&mut self, frame: &Frame<'_>, lane: &Lane, reaches: &[Reach]) {
        // One sample more on either side tells whether the outermost ones stand alone.
        let first = (reaches[0].first - 1).max(0);
        let last = (reaches[reaches.len() - 1].last + 1).min(frame.pages.samples as i32 - 1);
        self.rows.clear();
        each_row::<T>(frame, lane, first..last + 1, |samples| {
            self.rows
                .extend(samples.iter().map(|&sample| row_of(lane, sample)));
        });
        let most = reaches.iter().map(|r| r.last - r.first).max().unwrap_or(0) as usize;
        // A recording of one sample, or gaps: rare, and what they leave is found one by one.
        let broken = self.rows.len() < 2 || self.rows.iter().fold(false, |gap, y| gap | y.is_nan());
        let count = if broken { 2 * most + 1 } else { most };
        self.sides.resize_with(count, || Side::EMPTY);
        self.rows.resize(self.rows.len() + most + 1, f32::NAN);
        let mut from = [0; N];
        let mut x = [0.0; N];
        for j in 0..N {
            let reach = reaches[j.min(reaches.len() - 1)];
            from[j] = (reach.first - first) as usize;
            x[j] = reach.x;
        }
        let px = px_per_sample(frame);
        for (k, side) in self.sides[..most].iter_mut().enumerate() {
            side.connect(&self.rows[k..], &from, px);
            side.place(&x, k as f32 * px);
        }
        if broken {
            let rows = self.rows.windows(2);
            let mut before = f32::NAN;
            self.alone.clear();
            self.alone.extend(rows.map(|rows| {
                let alone = before.is_nan() && rows[1].is_nan();
                before = rows[0];
                if alone { rows[0] } else { f32::NAN }
            }));
            for (k, side) in self.sides[most..].iter_mut().enumerate() {
                side.stand(&self.alone[k..], &from);
                side.place(&x, k as f32 * px);
            }
        }
    }
}

impl Side {
    const EMPTY: Self = Self {
        x: [0.0; N],
        y: [0.0; N],
        dx: 0.0,
        dy: [0.0; N],
        by_length2: [0.0; N],
        rows: 0..0,
    };

    /// The segments from samples `from` to the next ones.
    #[inline(always)]
    fn connect(&mut self, rows: &[f32], from: &[usize; N], dx: f32) {
        let mut next = [0.0; N];
        for j in 0..N {
            let pair = &rows[from[j]..][..2];
            self.y[j] = pair[0];
            next[j] = pair[1];
        }
        self.dx = dx;
        for j in 0..N {
            let dy = next[j] - self.y[j];
            self.dy[j] = dy;
            self.by_length2[j] = 1.0 / (dx * dx + dy * dy);
        }
    }

    /// The samples `from`, where they stand alone.
    #[inline(always)]
    fn stand(&mut self, alone: &[f32], from: &[usize; N]) {
        self.dx = 0.0;
        for j in 0..N {
            self.y[j] = alone.get(from[j]).copied().unwrap_or(f32::NAN);
            self.dy[j] = if self.y[j].is_nan() { f32::NAN } else { 0.0 };
            self.by_length2[j] = 0.0;
        }
    }

    /// Where they start.
    #[inline(always)]
    fn place(&mut self, x: &[f32; N], dx: f32) {
        for j in 0..N {
            self.x[j] = x[j] + dx;
        }
        self.rows = i32::MIN..i32::MAX;
    }

    /// Which rows they may reach.
    #[inline(always)]
    fn narrow(&mut self, samples_per_px: f32, reach_px: f32) {
        let (mut top, mut bottom) = ([0; N], [0; N]);
        for j in 0..N {
            let slope = self.dy[j] * samples_per_px;
            let at = |x: f32| {
                let near = least(most(x, -reach_px), reach_px);
                self.y[j] + (near - self.x[j]) * slope
            };
            let (a, b) = (at(self.x[j]), at(self.x[j] + self.dx));
            // A NaN ends as a row that is no row's neighbour.
            top[j] = least(least(a, b) - reach_px, FAR) as i32;
            bottom[j] = most(most(a, b) + reach_px, -FAR) as i32;
        }
        let top = top.iter().fold(i32::MAX, |least, &row| least.min(row));
        let bottom = bottom.iter().fold(i32::MIN, |most, &row| most.max(row));
        self.rows = top - 1..bottom + 1;
    }

    /// Takes the squared distances from the middles of a row's pixels.
    #[inline(always)]
    fn take(&self, y: f32, nearest2: &mut [f32; N]) {
        let dx = self.dx;
        for j in 0..N {
            let (to_x, to_y) = (-self.x[j], y - self.y[j]);
            let t = (to_x * dx + to_y * self.dy[j]) * self.by_length2[j];
            let t = least(most(t, 0.0), 1.0);
            let (off_x, off_y) = (to_x - dx * t, to_y - self.dy[j] * t);
            nearest2[j] = least(off_x * off_x + off_y * off_y, nearest2[j]);
        }
    }
}

#[inline(always)]
fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[inline(always)]
fn most(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The row of a sample; NaN for a gap.
#[inline(always)]
fn row_of<T: HostSample>(lane: &Lane, sample: T) -> f32 {
    match sample.value().and_then(key_from_f32) {
        Some(key) => {
            let y = f32_from_key(key) * lane.px_per_stored + lane.zero_px;
            least(most(y, -1_048_576.0), 1_048_576.0)
        }
        None => f32::NAN,
    }
}

/// Calls `take` with the samples of a lane, page by page.
#[inline(always)]
fn each_row<T: HostSample>(frame: &Frame<'_>, lane: &Lane, samples: Range<i32>, mut take: impl FnMut(&[T])) {
    let mut i = samples.start;
    while i < samples.end {
        let row = frame.pages.row::<T>(lane.channel as usize, i as u32);
        let row = &row[..row.len().min((samples.end - i) as usize)];
        if row.is_empty() {
            return;
        }
        take(row);
        i += row.len() as i32;
    }
}

wide! {
    /// The rows that columns may touch, as `rows_word` counts them.
    pub(super) fn extent<T: HostSample>(frame: &Frame<'_>, lane: &Lane, reaches: &[Reach]) -> u32 = extent_of::<T>
}

#[inline(always)]
fn extent_of<T: HostSample>(frame: &Frame<'_>, lane: &Lane, reaches: &[Reach]) -> u32 {
    let (mut top, mut bottom) = (f32::INFINITY, f32::NEG_INFINITY);
    let samples = reaches[0].first..reaches[reaches.len() - 1].last + 1;
    each_row::<T>(frame, lane, samples, |row| {
        for &sample in row {
            let y = row_of(lane, sample);
            top = least(y, top);
            bottom = most(y, bottom);
        }
    });
    let parts = (1 << frame.row_shift) as f32;
    let top = (top - reach_px(lane)).max(lane.clip_top).floor();
    let bottom = (bottom + reach_px(lane)).min(lane.clip_bottom).ceil();
    let part = |row: f32| (row * parts).clamp(0.0, 65_535.0) as u32;
    if top < bottom {
        pair(part(top), part(bottom))
    } else {
        0
    }
}

/// Draws columns of a tile, of which `color_of` gives the colours, from pixel `x` on, in those rows of the band that `extent` names.
#[inline(always)]
pub(super) fn paint<T: HostSample>(
    frame: &Frame<'_>,
    (lane, extent): (&Lane, u32),
    color_of: impl Fn(usize) -> u32,
    line: &mut Line,
    reaches: &[Reach],
    band: &mut Band<'_>,
    x: usize,
) {
    let Some((first, end)) = band.cut(frame, extent) else {
        return;
    };
    let last = reaches.len() - 1;
    let colors: [u32; N] = std::array::from_fn(|i| color_of(i.min(last)));
    line.load::<T>(frame, lane, reaches);
    if end - first > FEW_ROWS {
        let samples_per_px = 1.0 / px_per_sample(frame);
        for side in &mut line.sides {
            side.narrow(samples_per_px, reach_px(lane));
        }
    }
    for row in first..end {
        if (row as f32) < lane.clip_top || row as f32 >= lane.clip_bottom {
            continue;
        }
        let mut nearest2 = [1e30; N];
        let mut near = line
            .sides
            .iter()
            .filter(|side| side.rows.contains(&row))
            .peekable();
        if near.peek().is_none() {
            continue;
        }
        near.for_each(|side| side.take(row as f32 + 0.5, &mut nearest2));
        let pixels = &mut band.row(row)[x..x + reaches.len()];
        match pixels.first_chunk_mut::<N>() {
            Some(pixels) => blend(pixels, lane, &colors, &nearest2),
            None => {
                let mut padded = [0; N];
                padded[..pixels.len()].copy_from_slice(pixels);
                blend(&mut padded, lane, &colors, &nearest2);
                pixels.copy_from_slice(&padded[..pixels.len()]);
            }
        }
    }
}

/// Covers pixels by how near the line is.
#[inline(always)]
fn blend(pixels: &mut [u32; N], lane: &Lane, colors: &[u32; N], nearest2: &[f32; N]) {
    let reach_px = reach_px(lane);
    for j in 0..N {
        let part = (reach_px - nearest2[j].sqrt()) * FULL as f32 + 0.5;
        let part = least(most(part, 0.0), FULL as f32);
        pixels[j] = over(pixels[j], colors[j], part as i32 as u32);
    }
}
