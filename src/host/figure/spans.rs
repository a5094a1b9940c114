//! Spans and rectangles. Twin: `reference::spans`.

use rayon::prelude::*;

use super::shapes::MOST;
use super::{Canvas, Shown, VisualReport, fill};
use crate::figure::Spans;
use crate::host::{BAND, Band};
use crate::plan::Fidelity;
use crate::scene::{PxRect, Rect, Rgba8};
use crate::vector::Shape;

/// Spans of one axis that a thread lays over one another.
const TOGETHER: usize = 1 << 16;

/// Spans, ready to be drawn.
pub(super) struct Filled {
    in_view: usize,
    look: Look,
}

enum Look {
    /// What all spans of x do to each column.
    Columns(Vec<Layer>),
    /// What all spans of y do to each row.
    Rows(Vec<Layer>),
    /// Rectangles, and for each band the numbers of those that reach into it.
    Rects(Vec<Rect>, Vec<Vec<u32>>),
}

/// What colours over one another do to what is below: so much of it is left, and this is added, from 0 to 255.
#[derive(Clone, Copy, PartialEq)]
struct Layer {
    left: f32,
    added: [f32; 3],
}

impl Layer {
    const NOTHING: Self = Self {
        left: 1.0,
        added: [0.0; 3],
    };

    fn cover(&mut self, color: Rgba8) {
        let alpha = f32::from(color.a) / 255.0;
        self.left *= 1.0 - alpha;
        let parts = [color.r, color.g, color.b];
        for (added, part) in self.added.iter_mut().zip(parts) {
            *added += (f32::from(part) - *added) * alpha;
        }
    }

    /// Lays another one over it.
    fn put(&mut self, above: &Self) {
        self.left *= above.left;
        for (added, more) in self.added.iter_mut().zip(above.added) {
            *added = *added * above.left + more;
        }
    }

    fn over(&self, pixel: u32) -> u32 {
        let [r, g, b, a] = pixel.to_le_bytes();
        let mix = |below: u8, added: f32| (f32::from(below) * self.left + added + 0.5) as u8;
        let [red, green, blue] = self.added;
        u32::from_le_bytes([mix(r, red), mix(g, green), mix(b, blue), a])
    }
}

/// Runs of layers that do the same: from where to where, and the colour that does it.
fn alike(layers: &[Layer]) -> impl Iterator<Item = ([i32; 2], Rgba8)> + '_ {
    let mut next = 0;
    let runs = layers.chunk_by(|a, b| a == b).map(move |run| {
        let from = next;
        next += run.len() as i32;
        ([from, next], run[0])
    });
    let seen = runs.filter(|(_, layer)| *layer != Layer::NOTHING);
    seen.map(|(at, Layer { left, added })| {
        let alpha = 1.0 - left;
        let [r, g, b] = added.map(|part| (part / alpha.max(f32::MIN_POSITIVE) + 0.5) as u8);
        let a = (255.0 * alpha + 0.5) as u8;
        (at, Rgba8 { r, g, b, a })
    })
}

impl Filled {
    pub(super) fn new(canvas: &Canvas<'_>, spans: &Spans, auto: Rgba8) -> Self {
        let (plane, plot) = (canvas.plane, canvas.frame.plot);
        let scales = canvas.figure.both_scales();
        let (corner, per) = (plane.corner, plane.px_per_unit);
        let cut = |edges: Option<[f64; 2]>, side: u32| {
            let [from, to] = edges?;
            let (from, to) = (from.max(0.0), to.min(side.into()));
            (from < to).then_some([from as u32, to as u32])
        };
        let x = |ends: [f64; 2]| cut(Spans::edges(ends, (corner[0], per[0], scales[0])), plot.w);
        let y = |ends: [f64; 2]| cut(Spans::edges(ends, (corner[1], -per[1], scales[1])), plot.h);
        let layers = |of: &[[f64; 2]], px: &(dyn Fn([f64; 2]) -> Option<[u32; 2]> + Sync), side: u32| {
            let some = |(part, of): (usize, &[[f64; 2]])| {
                let (mut layers, mut in_view) = (vec![Layer::NOTHING; side as usize], 0);
                for (number, ends) in (part * TOGETHER..).zip(of) {
                    if let Some([from, to]) = px(*ends) {
                        let color = spans.color_of(number, auto);
                        let covered = &mut layers[from as usize..to as usize];
                        covered.iter_mut().for_each(|layer| layer.cover(color));
                        in_view += 1;
                    }
                }
                (layers, in_view)
            };
            let parts: Vec<_> = of.par_chunks(TOGETHER).enumerate().map(some).collect();
            let none = (vec![Layer::NOTHING; side as usize], 0);
            parts.into_iter().fold(none, |(mut below, count), (above, more)| {
                for (below, above) in below.iter_mut().zip(&above) {
                    below.put(above);
                }
                (below, count + more)
            })
        };
        let (look, in_view) = match (&spans.x, &spans.y) {
            (Some(of_x), Some(of_y)) => {
                let rect = |(number, (of_x, of_y)): (usize, (&[f64; 2], &[f64; 2]))| {
                    let ([x0, x1], [y0, y1]) = (x(*of_x)?, y(*of_y)?);
                    Some(Rect {
                        x0: (x0 + plot.x) as i32,
                        y0: (y0 + plot.y) as i32,
                        x1: (x1 + plot.x) as i32,
                        y1: (y1 + plot.y) as i32,
                        color: spans.color_of(number, auto),
                    })
                };
                let both = of_x.par_iter().zip(of_y.par_iter()).enumerate();
                let rects: Vec<Rect> = both.filter_map(rect).collect();
                let mut bands = vec![Vec::new(); (canvas.rect.h as usize).div_ceil(BAND)];
                for (number, rect) in rects.iter().enumerate() {
                    for band in &mut bands[rect.y0 as usize / BAND..=(rect.y1 as usize - 1) / BAND] {
                        band.push(number as u32);
                    }
                }
                let count = rects.len();
                (Look::Rects(rects, bands), count)
            }
            (Some(of_x), None) => {
                let (layers, in_view) = layers(of_x, &x, plot.w);
                (Look::Columns(layers), in_view)
            }
            (None, of_y) => {
                let (layers, in_view) = layers(of_y.as_deref().unwrap_or(&[]), &y, plot.h);
                (Look::Rows(layers), in_view)
            }
        };
        Self { in_view, look }
    }
}

impl Shown for Filled {
    fn report(&self) -> VisualReport {
        VisualReport::new(self.in_view, Fidelity::Exact)
    }

    fn shapes(&self, plot: PxRect) -> Option<Vec<Shape>> {
        let (left, top) = (plot.x as i32, plot.y as i32);
        let (right, bottom) = (plot.right() as i32, plot.bottom() as i32);
        let rects = match &self.look {
            Look::Rects(rects, _) if rects.len() > MOST => return None,
            Look::Rects(rects, _) => rects.clone(),
            Look::Columns(layers) => {
                let rect = |([from, end], color): ([i32; 2], Rgba8)| Rect {
                    x0: left + from,
                    x1: left + end,
                    y0: top,
                    y1: bottom,
                    color,
                };
                alike(layers).map(rect).collect()
            }
            Look::Rows(layers) => {
                let rect = |([from, end], color): ([i32; 2], Rgba8)| Rect {
                    x0: left,
                    x1: right,
                    y0: top + from,
                    y1: top + end,
                    color,
                };
                alike(layers).map(rect).collect()
            }
        };
        Some(rects.into_iter().map(Shape::Rect).collect())
    }

    fn draw(&self, plot: PxRect, number: usize, band: &mut Band<'_>) {
        if let Look::Rects(rects, bands) = &self.look {
            for number in &bands[number] {
                fill(&rects[*number as usize], band);
            }
            return;
        }
        for row in band.rows_of(plot) {
            let pixels = band.row_of(plot, row);
            match &self.look {
                Look::Columns(layers) => {
                    for (pixel, layer) in pixels.iter_mut().zip(layers) {
                        *pixel = layer.over(*pixel);
                    }
                }
                Look::Rows(layers) => {
                    let layer = layers[row];
                    pixels.iter_mut().for_each(|pixel| *pixel = layer.over(*pixel));
                }
                Look::Rects(..) => {}
            }
        }
    }
}
