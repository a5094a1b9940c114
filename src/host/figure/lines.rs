//! Lines, from pieces in view to strokes.

use super::sheaf::Sheaves;
use super::{Canvas, Shown, VisualReport, opaque};
use crate::figure::{LineColor, Lines};
use crate::host::Band;
use crate::host::strokes::Stroke;
use crate::lines::pieces::{Part, Piece, Seen};
use crate::plan::Fidelity;
use crate::scene::PxRect;
use crate::vector::Shape;
use rayon::prelude::*;

/// Vertices whose pieces a thread makes at once.
const TOGETHER: usize = 1 << 14;

/// Lines, ready to be drawn.
pub(super) struct Drawn {
    report: VisualReport,
    pub(super) strokes: Sheaves,
}

impl Drawn {
    pub(super) fn new(canvas: &Canvas<'_>, lines: &Lines, visual: usize) -> Self {
        let (plot, scale) = (canvas.frame.plot, f64::from(canvas.figure.scale_factor));
        let size = [plot.w, plot.h];
        let (half, faint) = half_width(lines.width, scale);
        let lengths: Vec<f64> = lines.dashes.iter().map(|v| f64::from(*v) * scale).collect();
        let seen = Seen {
            plane: canvas.plane,
            size,
            reach: half + 1.0,
            dashes: (!lengths.is_empty()).then_some((&lengths[..], half)),
        };
        let curves = lines.curves.on(canvas.figure.both_scales());
        let reduced = curves.reduce(canvas.plane, size, seen.reach);
        let opacity = f64::from(lines.opacity).clamp(0.0, 1.0) * faint;
        let sheaf = |parts: &[Part]| {
            let mut strokes = Vec::new();
            for part in parts {
                let color = lines.color_of(part.curve, |number| canvas.figure.color_of(visual + number));
                let look = |vertex: usize| match &lines.color {
                    LineColor::Vertices(colors) => colors.get(vertex).copied().unwrap_or(color),
                    _ => color,
                };
                let place =
                    |[x, y]: [f64; 2]| [(x + f64::from(plot.x)) as f32, (y + f64::from(plot.y)) as f32];
                let stroke = |piece: Piece| {
                    let color = look(piece.vertex);
                    strokes.push(Stroke {
                        from: place(piece.from),
                        to: place(piece.to),
                        color: opaque(color),
                        alpha: (f64::from(color.a) * opacity) as f32,
                        curve: part.curve as u32,
                    });
                };
                curves.pieces(&reduced, part, &seen, stroke);
            }
            strokes
        };
        let parts = reduced.parts(TOGETHER, seen.dashes.is_some());
        let fidelity = match reduced.max_px {
            max_px if max_px > 0.0 => Fidelity::Snapped { max_px },
            _ => Fidelity::Exact,
        };
        Self {
            report: VisualReport::new(reduced.in_view, fidelity),
            strokes: Sheaves::new(
                together(&parts).into_par_iter().map(sheaf).collect(),
                half as f32,
                matches!(lines.color, LineColor::Vertices(_)),
            ),
        }
    }
}

/// Half of the width of lines, in pixels, at least half a pixel; and how much fainter thinner ones are.
pub(super) fn half_width(width: f32, scale: f64) -> (f64, f64) {
    let wide = f64::from(width) * scale;
    let wide = if wide.is_finite() {
        wide.clamp(0.0, 1e4)
    } else {
        0.0
    };
    (wide.max(1.0) / 2.0, wide.min(1.0))
}

/// Runs of parts, each of about as many vertices.
fn together(parts: &[Part]) -> Vec<&[Part]> {
    let mut runs = Vec::new();
    let (mut first, mut count) = (0, 0);
    for (k, part) in parts.iter().enumerate() {
        count += part.numbers.len();
        if count >= TOGETHER || k + 1 == parts.len() {
            runs.push(&parts[first..=k]);
            (first, count) = (k + 1, 0);
        }
    }
    runs
}

impl Shown for Drawn {
    fn report(&self) -> VisualReport {
        self.report
    }

    fn shapes(&self, plot: PxRect) -> Option<Vec<Shape>> {
        self.strokes.shapes(plot)
    }

    fn draw(&self, plot: PxRect, number: usize, band: &mut Band<'_>) {
        self.strokes.draw(plot, number, band);
    }
}
