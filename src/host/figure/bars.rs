//! Bars: of each column of pixels the rows that are filled. Twin: `reference::bars`.

use rayon::prelude::*;

use super::shapes::faded;
use super::{Canvas, Shown, VisualReport, opaque};
use crate::figure::Bars;
use crate::host::Band;
use crate::host::overlay::over;
use crate::plan::Fidelity;
use crate::scene::{PxRect, Rgba8};
use crate::vector::{Area, Shape};

/// Columns that a thread looks at together.
const TOGETHER: usize = 256;

/// Nothing of a column.
const NOTHING: [f32; 2] = [0.0; 2];

/// Bars, ready to be drawn.
pub(super) struct Standing {
    report: VisualReport,
    /// Of each column of the plot where it is filled, from its top and down: from there, to there.
    columns: Vec<[f32; 2]>,
    color: u32,
    alpha: f32,
}

impl Standing {
    pub(super) fn new(canvas: &Canvas<'_>, bars: &Bars, auto: Rgba8) -> Self {
        let color = bars.color.unwrap_or(auto);
        let sides = Sides::new(canvas, bars);
        let mut columns = vec![NOTHING; canvas.frame.plot.w as usize];
        let chunks = columns.par_chunks_mut(TOGETHER).enumerate();
        chunks.for_each(|(chunk, columns)| sides.fill(chunk * TOGETHER, columns));
        let [first, end] = [
            sides.first_right_of(0.0, 0, 0),
            sides.first_from(f64::from(canvas.frame.plot.w), 0, 0),
        ];
        Self {
            report: VisualReport::new(end.saturating_sub(first), Fidelity::Exact),
            columns,
            color: opaque(color),
            alpha: f32::from(color.a) * bars.opacity.clamp(0.0, 1.0),
        }
    }
}

/// Where bars stand on the plot.
struct Sides<'a> {
    bars: &'a Bars,
    canvas: &'a Canvas<'a>,
}

impl<'a> Sides<'a> {
    fn new(canvas: &'a Canvas<'a>, bars: &'a Bars) -> Self {
        Self { bars, canvas }
    }

    #[inline(always)]
    fn of(&self, x: f64) -> [f64; 2] {
        self.bars.sides(x, self.canvas.plane, self.canvas.figure.x.scale)
    }

    /// The first bar, from bar `from` on, whose right side is right of a pixel's left edge.
    fn first_right_of(&self, column: f64, from: usize, guess: usize) -> usize {
        let is_before = |x: f64| {
            let [left, right] = self.of(x).map(f64::round);
            right.max(left + 1.0) <= column
        };
        self.bars.tops.first(from, guess, is_before)
    }

    /// The first bar, from bar `from` on, whose left side is right of it, or there.
    fn first_from(&self, column: f64, from: usize, guess: usize) -> usize {
        let is_before = |x: f64| self.of(x)[0].round() < column;
        self.bars.tops.first(from, guess, is_before)
    }

    /// Finds what is filled of the columns from column `first` on.
    fn fill(&self, first: usize, columns: &mut [[f32; 2]]) {
        let (mut a, mut b, mut last) = (0, 0, [0, 0]);
        for (k, column) in columns.iter_mut().enumerate() {
            let at = (first + k) as f64;
            let before = [a, b];
            a = self.first_right_of(at, a, last[0]);
            b = self.first_from(at + 1.0, b.max(a), last[1]);
            last = [a - before[0], b.saturating_sub(before[1])];
            if let Some(heights) = self.bars.tops.range(a, b) {
                let scale = self.canvas.figure.y.scale;
                *column = self
                    .bars
                    .rows(heights, self.canvas.plane, scale)
                    .map(|row| row as f32);
            }
        }
    }
}

impl Shown for Standing {
    fn report(&self) -> VisualReport {
        self.report
    }

    fn shapes(&self, plot: PxRect) -> Option<Vec<Shape>> {
        // As fine as 16 bits let rows be.
        let row_shift = (u16::MAX / plot.h.clamp(1, 65_535) as u16).ilog2().min(8);
        let part = |row: &f32| (row.clamp(0.0, plot.h as f32) * (1 << row_shift) as f32).round() as u16;
        let rows = self.columns.iter().map(|rows| rows.each_ref().map(part));
        Some(vec![Shape::Area(Area {
            color: faded(self.color, self.alpha),
            origin: [plot.x, plot.y],
            row_shift,
            rows: rows.collect(),
        })])
    }

    fn draw(&self, plot: PxRect, _: usize, band: &mut Band<'_>) {
        for row in band.rows_of(plot) {
            let pixels = band.row_of(plot, row);
            let row = row as f32;
            for (pixel, [top, bottom]) in pixels.iter_mut().zip(&self.columns) {
                let part = (bottom.min(row + 1.0) - top.max(row)).clamp(0.0, 1.0);
                let alpha = (part * self.alpha + 0.5) as i32 as u32;
                if alpha > 0 {
                    *pixel = over(*pixel, self.color, alpha);
                }
            }
        }
    }
}
