//! True polylines: each pixel by its distance from the segments near it, eight pixels of a row side by side. Twin:
//! `reference::raster::cover_polyline`.

use std::ops::Range;

use super::fold::HostSample;
use super::paint::{FULL, TOGETHER, over};
use super::{Band, Frame};
use crate::abi::{Lane, f32_from_key, key_from_f32, pair};

/// A number of pixels, one for each column.
type Px = [f32; TOGETHER];

/// The segments of a stretch of a lane: entry `i` leads from sample `first + i` to the next one.
///
/// A sample between gaps is a segment of no length, and what starts or ends at a gap is [`NOWHERE`].
#[derive(Default)]
pub(super) struct Line {
    first: i32,
    /// Rows of the entries' starts.
    y: Vec<f32>,
    dx: Vec<f32>,
    dy: Vec<f32>,
    /// 1 / length²; 0 where there is none.
    by_length2: Vec<f32>,
    /// Whether each sample's own entry may matter, since the next is a gap or does not exist.
    broken: bool,
    near: Vec<Near>,
}

/// A row that no pixel is near.
const NOWHERE: f32 = 1e9;

/// One entry for each column of a group, in pixels from the column's middle and the plot's top.
struct Near {
    x: Px,
    y: Px,
    dx: Px,
    dy: Px,
    by_length2: Px,
    /// Rows between which any of them may cover anything.
    rows: Range<f32>,
}

/// The distance from a pixel's centre beyond which nothing covers any of it.
fn reach_px(lane: &Lane) -> f32 {
    lane.half_width_px + 0.5
}

/// The samples on either side of column `c` whose segments may reach it.
#[inline(always)]
fn reach(frame: &Frame<'_>, reach_px: f32, c: usize) -> (i32, i32) {
    let edge = frame.plan.edges[c];
    let samples = 1.0 / px_per_sample(frame);
    let first = (edge.fraction + (0.5 - reach_px) * samples).floor() as i32;
    let last = (edge.fraction + (0.5 + reach_px) * samples).ceil() as i32;
    let (index, end) = (edge.index as i32, frame.pages.samples as i32 - 1);
    (
        index.saturating_add(first).max(0),
        index.saturating_add(last).clamp(0, end.max(0)),
    )
}

#[inline(always)]
fn px_per_sample(frame: &Frame<'_>) -> f32 {
    (1.0 / frame.plan.samples_per_px) as f32
}

impl Line {
    /// Reads what may reach columns `columns`.
    #[inline(always)]
    fn load<T: HostSample>(&mut self, frame: &Frame<'_>, lane: &Lane, columns: Range<usize>) {
        let reach_px = reach_px(lane);
        // One sample more on either side tells whether the outermost ones stand alone.
        let first = (reach(frame, reach_px, columns.start).0 - 1).max(0);
        let last = reach(frame, reach_px, columns.end - 1).1 + 1;
        let end = last.min(frame.pages.samples as i32 - 1) + 1;
        self.first = first;
        self.y.clear();
        while first + (self.y.len() as i32) < end {
            let i = first + self.y.len() as i32;
            let row = frame.pages.row::<T>(lane.channel as usize, i as u32);
            let row = &row[..row.len().min((end - i) as usize)];
            if row.is_empty() {
                break;
            }
            self.y.extend(row.iter().map(|&sample| row_of(lane, sample)));
        }
        let (n, dx) = (self.y.len(), px_per_sample(frame));
        self.dx.clear();
        self.dx.resize(n, dx);
        self.dy.clear();
        self.dy.resize(n, f32::NAN);
        for (dy, pair) in self.dy.iter_mut().zip(self.y.windows(2)) {
            *dy = pair[1] - pair[0];
        }
        self.by_length2.clear();
        self.by_length2
            .extend(self.dy.iter().map(|dy| 1.0 / (dx * dx + dy * dy)));
        self.broken = end == frame.pages.samples as i32 || self.y.iter().any(|y| y.is_nan());
        if self.broken {
            self.mend();
        }
    }

    /// Turns entries at gaps into dots and nothings.
    fn mend(&mut self) {
        let mut joined = false;
        for i in 0..self.y.len() {
            let segment = !self.dy[i].is_nan();
            if !segment {
                let dot = !self.y[i].is_nan() && !joined;
                self.y[i] = if dot { self.y[i] } else { NOWHERE };
                (self.dx[i], self.dy[i], self.by_length2[i]) = (0.0, 0.0, 0.0);
            }
            joined = segment;
        }
    }

    /// Puts together, for each of eight columns, the entries that may reach it; all rows of those.
    #[inline(always)]
    fn gather(&mut self, frame: &Frame<'_>, reach_px: f32, columns: [usize; TOGETHER]) -> Range<f32> {
        let px = px_per_sample(frame);
        let (mut from, mut to, mut start) = ([0_usize; TOGETHER], [0_usize; TOGETHER], [0.0; TOGETHER]);
        let mut count = 0;
        let entries = self.y.len();
        if entries == 0 {
            self.near.clear();
            return f32::INFINITY..f32::NEG_INFINITY;
        }
        for j in 0..TOGETHER {
            let edge = frame.plan.edges[columns[j]];
            let (a, b) = reach(frame, reach_px, columns[j]);
            from[j] = ((a - self.first) as usize).min(entries - 1);
            to[j] = ((b - self.first + i32::from(self.broken)) as usize).clamp(from[j] + 1, entries);
            let offset = (self.first + from[j] as i32).wrapping_sub(edge.index as i32);
            start[j] = offset as f32 - edge.fraction;
            count = count.max(to[j] - from[j]);
        }
        self.near.clear();
        let mut all = f32::INFINITY..f32::NEG_INFINITY;
        for k in 0..count {
            let mut near = Near {
                x: [0.0; TOGETHER],
                y: [0.0; TOGETHER],
                dx: [0.0; TOGETHER],
                dy: [0.0; TOGETHER],
                by_length2: [0.0; TOGETHER],
                rows: 0.0..0.0,
            };
            for j in 0..TOGETHER {
                // A column with fewer takes its last again.
                let i = (from[j] + k).min(to[j] - 1);
                near.x[j] = (start[j] + (i - from[j]) as f32) * px - 0.5;
                near.y[j] = self.y[i];
                near.dx[j] = self.dx[i];
                near.dy[j] = self.dy[i];
                near.by_length2[j] = self.by_length2[i];
            }
            near.rows = near.rows(reach_px);
            all = all.start.min(near.rows.start)..all.end.max(near.rows.end);
            self.near.push(near);
        }
        all
    }
}

impl Near {
    /// The rows within reach of what lies in each column's reach.
    #[inline(always)]
    fn rows(&self, reach_px: f32) -> Range<f32> {
        let (mut top, mut bottom) = ([0.0; TOGETHER], [0.0; TOGETHER]);
        for j in 0..TOGETHER {
            let slope = if self.dx[j] > 0.0 {
                self.dy[j] / self.dx[j]
            } else {
                0.0
            };
            let at = |x: f32| self.y[j] + (x.max(-reach_px).min(reach_px) - self.x[j]) * slope;
            let (a, b) = (at(self.x[j]), at(self.x[j] + self.dx[j]));
            top[j] = if a < b { a } else { b };
            bottom[j] = if a < b { b } else { a };
        }
        let top = top.into_iter().fold(f32::INFINITY, f32::min);
        let bottom = bottom.into_iter().fold(f32::NEG_INFINITY, f32::max);
        top - reach_px..bottom + reach_px
    }
}

/// The row of a sample; NaN for a gap.
#[inline(always)]
fn row_of<T: HostSample>(lane: &Lane, sample: T) -> f32 {
    match sample.value().and_then(key_from_f32) {
        Some(key) => {
            let y = f32_from_key(key) * lane.px_per_stored + lane.zero_px;
            y.clamp(-1_048_576.0, 1_048_576.0)
        }
        None => f32::NAN,
    }
}

/// The rows that columns may touch, as `rows_word` counts them.
#[inline(always)]
pub(super) fn extent<T: HostSample>(frame: &Frame<'_>, lane: &Lane, columns: Range<usize>) -> u32 {
    let reach_px = reach_px(lane);
    let (mut i, last) = (
        reach(frame, reach_px, columns.start).0,
        reach(frame, reach_px, columns.end - 1).1,
    );
    let (mut top, mut bottom) = (f32::INFINITY, f32::NEG_INFINITY);
    while i <= last {
        let row = frame.pages.row::<T>(lane.channel as usize, i as u32);
        let row = &row[..row.len().min((last + 1 - i) as usize)];
        if row.is_empty() {
            break;
        }
        for &sample in row {
            let y = row_of(lane, sample);
            top = if y < top { y } else { top };
            bottom = if y > bottom { y } else { bottom };
        }
        i += row.len() as i32;
    }
    let parts = (1 << frame.row_shift) as f32;
    let top = (top - reach_px).max(lane.clip_top).floor();
    let bottom = (bottom + reach_px).min(lane.clip_bottom).ceil();
    let part = |row: f32| (row * parts).clamp(0.0, 65_535.0) as u32;
    if top < bottom {
        pair(part(top), part(bottom))
    } else {
        0
    }
}

/// Draws columns `columns` from pixel `x` on.
#[inline(always)]
pub(super) fn paint<T: HostSample>(
    frame: &Frame<'_>,
    lane: &Lane,
    line: &mut Line,
    columns: Range<usize>,
    band: &mut Band<'_>,
    x: usize,
) {
    line.load::<T>(frame, lane, columns.clone());
    let reach_px = reach_px(lane);
    for (first, x) in columns.clone().step_by(TOGETHER).zip((x..).step_by(TOGETHER)) {
        let n = TOGETHER.min(columns.end - first);
        let group = std::array::from_fn(|j| first + j.min(n - 1));
        let rows = line.gather(frame, reach_px, group);
        let clip = lane.clip_top.max(rows.start - 1.0)..lane.clip_bottom.min(rows.end + 1.0);
        let Some((from, end)) = band.between(frame, clip) else {
            continue;
        };
        for row in from..end {
            let covers = covers(lane, &line.near, row as f32);
            let pixels = &mut band.row(row)[x..x + n];
            match pixels.first_chunk_mut::<TOGETHER>() {
                Some(pixels) => {
                    for j in 0..TOGETHER {
                        pixels[j] = over(pixels[j], lane.color, covers[j]);
                    }
                }
                None => {
                    for (pixel, cover) in pixels.iter_mut().zip(covers) {
                        *pixel = over(*pixel, lane.color, cover);
                    }
                }
            }
        }
    }
}

/// How much of each column's pixel in a row is covered.
#[inline(always)]
fn covers(lane: &Lane, near: &[Near], row: f32) -> [u32; TOGETHER] {
    if row < lane.clip_top || row >= lane.clip_bottom {
        return [0; TOGETHER];
    }
    let y = row + 0.5;
    let mut nearest2 = [1e30_f32; TOGETHER];
    for s in near.iter().filter(|s| s.rows.start <= y && y <= s.rows.end) {
        for j in 0..TOGETHER {
            let (to_x, to_y) = (-s.x[j], y - s.y[j]);
            let t = (to_x * s.dx[j] + to_y * s.dy[j]) * s.by_length2[j];
            let t = if t > 0.0 { t } else { 0.0 };
            let t = if t < 1.0 { t } else { 1.0 };
            let (off_x, off_y) = (to_x - s.dx[j] * t, to_y - s.dy[j] * t);
            let distance2 = off_x * off_x + off_y * off_y;
            nearest2[j] = if distance2 < nearest2[j] {
                distance2
            } else {
                nearest2[j]
            };
        }
    }
    let mut covers = [0; TOGETHER];
    for j in 0..TOGETHER {
        let part = (reach_px(lane) - nearest2[j].sqrt()) * FULL as f32 + 0.5;
        let part = if part > 0.0 { part } else { 0.0 };
        let part = if part < FULL as f32 { part } else { FULL as f32 };
        covers[j] = part as i32 as u32;
    }
    covers
}
