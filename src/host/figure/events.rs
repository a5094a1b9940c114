//! Events in rows: of each row, and of each column of pixels, how many. Twin: `reference::events`.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::shapes::{self, MOST, faded};
use super::{Canvas, Shown, VisualReport, opaque};
use crate::figure::{Events, strength};
use crate::host::Band;
use crate::host::overlay::over;
use crate::plan::Fidelity;
use crate::scene::{PxRect, Rgba8};
use crate::vector::{Fill, Outline, Shape};
use crate::view::plane::Plane;

/// A row of more events than so many for each column is searched, not read.
const SEARCHED: usize = 8;

/// Events, ready to be drawn.
pub(super) struct Ticks {
    report: VisualReport,
    /// From the top down.
    strips: Vec<Strip>,
    /// `[strips, columns]`: how strong a pixel is, in 1/255, from 1 on; 0 where nothing is.
    cells: Vec<u8>,
    /// `[strips, columns]` where strips are of several rows that differ in colour, else one for each strip.
    colors: Vec<Rgba8>,
    opacity: f32,
}

/// Rows that are drawn as one: one, or all those of a row of pixels.
struct Strip {
    rows: Range<usize>,
    /// In pixels from the plot's top.
    top: f32,
    bottom: f32,
}

impl Ticks {
    pub(super) fn new(canvas: &Canvas<'_>, events: &Events, auto: Rgba8) -> Self {
        let (plane, plot) = (canvas.plane, canvas.frame.plot);
        let width = plot.w as usize;
        let strips = strips(events, plane, plot.h);
        let differ = !events.colors.is_empty() && strips.iter().any(|strip| strip.rows.len() > 1);
        let mut counts = vec![0_u32; strips.len() * width];
        let mut colors = match differ {
            true => vec![Rgba8::default(); counts.len()],
            false => strips
                .iter()
                .map(|strip| events.color_of(strip.rows.start, auto))
                .collect(),
        };
        let scale = canvas.figure.x.scale;
        let px = |x: f64| (scale.unit_from(x) - plane.corner[0]) * plane.px_per_unit[0];
        let each = if differ { width } else { 1 };
        strips
            .par_iter()
            .zip(counts.par_chunks_mut(width))
            .zip(colors.par_chunks_mut(each))
            .for_each(|((strip, counts), colors)| {
                if !differ {
                    for row in strip.rows.clone() {
                        count(events.trains.row(row), px, counts);
                    }
                    return;
                }
                let (mut own, mut most) = (vec![0; width], vec![0; width]);
                for row in strip.rows.clone() {
                    own.fill(0);
                    count(events.trains.row(row), px, &mut own);
                    let color = events.color_of(row, auto);
                    for (i, &own) in own.iter().enumerate() {
                        counts[i] += own;
                        if own > most[i] {
                            (most[i], colors[i]) = (own, color);
                        }
                    }
                }
            });
        let most = counts.par_iter().copied().max().unwrap_or(0);
        let in_view = counts.par_iter().map(|&count| count as usize).sum();
        let cell = |&count: &u32| match count {
            0 => 0,
            _ => (255.0 * strength(count, most)).round().clamp(1.0, 255.0) as u8,
        };
        Self {
            report: VisualReport::new(in_view, Fidelity::Exact),
            strips,
            cells: counts.par_iter().map(cell).collect(),
            colors,
            opacity: events.opacity.clamp(0.0, 1.0),
        }
    }
}

/// What of a plot of so many rows of pixels is drawn as one.
fn strips(events: &Events, plane: &Plane, height: u32) -> Vec<Strip> {
    let rows = events.trains.rows();
    let (per, top) = (plane.px_per_unit[1], plane.corner[1]);
    let middle = |row: usize| (top - row as f64) * per;
    // One more on each side, of which a part may be in view.
    let lowest = (top - f64::from(height) / per - 1.0).clamp(0.0, rows as f64) as usize;
    let highest = ((top + 2.0).clamp(0.0, rows as f64) as usize).max(lowest);
    let half = events.height * per / 2.0;
    if half >= 0.5 {
        let strip = |row: usize| {
            let (top, bottom) = (middle(row) - half, middle(row) + half);
            (bottom > 0.0 && top < f64::from(height)).then(|| Strip {
                rows: row..row + 1,
                top: top as f32,
                bottom: bottom as f32,
            })
        };
        return (lowest..highest).rev().filter_map(strip).collect();
    }
    let mut strips: Vec<Strip> = Vec::new();
    for row in (lowest..highest).rev() {
        let px = middle(row).floor();
        if !(0.0..f64::from(height)).contains(&px) {
            continue;
        }
        match strips.last_mut() {
            Some(last) if f64::from(last.top) == px => last.rows.start = row,
            _ => strips.push(Strip {
                rows: row..row + 1,
                top: px as f32,
                bottom: px as f32 + 1.0,
            }),
        }
    }
    strips
}

/// Adds the events of a row to the columns of pixels that they are in.
fn count(times: &[f64], px: impl Fn(f64) -> f64, counts: &mut [u32]) {
    let first = times.partition_point(|&t| px(t) < 0.0);
    let end = times.partition_point(|&t| px(t) < counts.len() as f64);
    let times = &times[first..end];
    if times.len() <= SEARCHED * counts.len() {
        for &t in times {
            counts[px(t) as usize] += 1;
        }
        return;
    }
    let mut rest = times;
    for (column, count) in counts.iter_mut().enumerate() {
        let is_here = |t: f64| px(t) < (column + 1) as f64;
        // Twice as far with each step, then back by halves.
        let mut far = 1;
        while rest.get(far).is_some_and(|&t| is_here(t)) {
            far *= 2;
        }
        let here = rest[..far.min(rest.len())].partition_point(|&t| is_here(t));
        *count += here as u32;
        rest = &rest[here..];
    }
}

impl Ticks {
    /// The colour of a cell that is not empty, with its alpha from 0 to 255.
    fn look(&self, strip: usize, column: usize) -> (u32, f32) {
        let number = strip * (self.cells.len() / self.strips.len()) + column;
        let color = match self.colors.len() == self.strips.len() {
            true => self.colors[strip],
            false => self.colors[number],
        };
        let alpha = self.opacity * f32::from(color.a) * (f32::from(self.cells[number]) / 255.0);
        (opaque(color), alpha)
    }
}

impl Shown for Ticks {
    fn report(&self) -> VisualReport {
        self.report
    }

    fn shapes(&self, plot: PxRect) -> Option<Vec<Shape>> {
        let filled = self.cells.iter().enumerate().filter(|(_, cell)| **cell > 0);
        if filled.clone().count() > MOST {
            return None;
        }
        let [left, top] = [plot.x, plot.y].map(|px| px as f32);
        // Of rows over one another what is alike is filled together: cells of a row do not overlap.
        let mut fills: BTreeMap<(u32, u8), Vec<Outline>> = BTreeMap::new();
        for (number, _) in filled {
            let (strip, column) = (number / plot.w as usize, number % plot.w as usize);
            let (color, alpha) = self.look(strip, column);
            let (x, strip) = (left + column as f32, &self.strips[strip]);
            let cell = shapes::rectangle([x, top + strip.top, x + 1.0, top + strip.bottom]);
            let of = fills.entry((color, faded(color, alpha).a)).or_default();
            of.push(cell);
        }
        let fill = |((color, alpha), outlines): ((u32, u8), Vec<Outline>)| {
            let color = faded(color, alpha.into());
            Shape::Fill(Fill { color, outlines })
        };
        Some(fills.into_iter().map(fill).collect())
    }

    fn draw(&self, plot: PxRect, _: usize, band: &mut Band<'_>) {
        let width = plot.w as usize;
        for row in band.rows_of(plot) {
            let pixels = band.row_of(plot, row);
            let row = row as f32;
            let first = self.strips.partition_point(|strip| strip.bottom <= row);
            let here = self.strips[first..]
                .iter()
                .take_while(|strip| strip.top < row + 1.0);
            for (number, strip) in (first..).zip(here) {
                let part = (strip.bottom.min(row + 1.0) - strip.top.max(row)).clamp(0.0, 1.0);
                let cells = &self.cells[number * width..][..width];
                for (column, (pixel, &cell)) in pixels.iter_mut().zip(cells).enumerate() {
                    if cell == 0 {
                        continue;
                    }
                    let (color, alpha) = self.look(number, column);
                    *pixel = over(*pixel, color, (part * alpha + 0.5) as u32);
                }
            }
        }
    }
}
