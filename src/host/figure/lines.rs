//! Lines, from pieces in view to strokes.

use super::shapes::{self, MOST};
use super::{Canvas, Shown, VisualReport, opaque};
use crate::figure::{LineColor, Lines};
use crate::host::strokes::{self, Cover, Inks, Own, Same, Stroke};
use crate::host::{BAND, Band};
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
    /// Half of their width, in pixels.
    half: f32,
    /// Whether pieces of one curve differ in colour.
    differ: bool,
    sheaves: Vec<Sheaf>,
}

/// Some strokes in the order of drawing.
pub(super) struct Sheaf {
    strokes: Vec<Stroke>,
    /// For each band the numbers of those that reach into it.
    bands: Vec<Vec<u32>>,
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
        let bands = (canvas.rect.h as usize).div_ceil(BAND);
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
            Sheaf::new(strokes, half as f32, plot, bands)
        };
        let parts = reduced.parts(TOGETHER, seen.dashes.is_some());
        let fidelity = match reduced.max_px {
            max_px if max_px > 0.0 => Fidelity::Snapped { max_px },
            _ => Fidelity::Exact,
        };
        Self {
            report: VisualReport::new(reduced.in_view, fidelity),
            half: half as f32,
            differ: matches!(lines.color, LineColor::Vertices(_)),
            sheaves: together(&parts).into_par_iter().map(sheaf).collect(),
        }
    }

    fn lay<I: Inks>(&self, plot: PxRect, number: usize, band: &mut Band<'_>) {
        let mut cover = Cover::new::<I>(band.width, band.pixels.len() / band.width);
        for sheaf in &self.sheaves {
            sheaf.draw::<I>(self.half, number, plot, &mut cover, band);
        }
        strokes::finish::<I>(&mut cover, band);
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

impl Sheaf {
    pub(super) fn new(strokes: Vec<Stroke>, half: f32, plot: PxRect, bands: usize) -> Self {
        let mut all = vec![Vec::new(); bands];
        let span = [plot.y as i32, plot.bottom() as i32];
        for (number, stroke) in strokes.iter().enumerate() {
            let [top, bottom] = strokes::rows(stroke, half, span);
            if top < bottom {
                for band in &mut all[top as usize / BAND..=(bottom as usize - 1) / BAND] {
                    band.push(number as u32);
                }
            }
        }
        Self { strokes, bands: all }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.strokes.len()
    }

    /// All strokes, if they are not too many.
    pub(super) fn shapes(sheaves: &[Self], half: f32, plot: PxRect) -> Option<Vec<Shape>> {
        let count: usize = sheaves.iter().map(Self::len).sum();
        let strokes = sheaves.iter().flat_map(|sheaf| &sheaf.strokes);
        (count <= MOST).then(|| shapes::strokes(strokes, half, plot))
    }

    /// Covers the pixels of band `number` with those that reach into it.
    pub(super) fn draw<I: Inks>(
        &self,
        half: f32,
        number: usize,
        plot: PxRect,
        cover: &mut Cover,
        band: &mut Band<'_>,
    ) {
        strokes::draw::<I>(&self.strokes, &self.bands[number], half, plot, cover, band);
    }
}

impl Shown for Drawn {
    fn report(&self) -> VisualReport {
        self.report
    }

    fn shapes(&self, plot: PxRect) -> Option<Vec<Shape>> {
        Sheaf::shapes(&self.sheaves, self.half, plot)
    }

    fn draw(&self, plot: PxRect, number: usize, band: &mut Band<'_>) {
        match self.differ {
            true => self.lay::<Own>(plot, number, band),
            false => self.lay::<Same>(plot, number, band),
        }
    }
}
