//! Points: markers, density, or both.

use super::marked::{Marked, marker};
use super::{Canvas, Layer, Shown, VisualReport, opaque};
use crate::figure::{Color, Density, Figure, Points, REACH, SIZE, Size, tone};
use crate::host::Band;
use crate::host::overlay::over;
use crate::plan::Fidelity;
use crate::points::{Cloud, Counted, Spread};
use crate::scene::{Colormap, PxRect, Rgba8};
use crate::vector::Shape;
use crate::view::plane::Plane;

/// Points, ready to be drawn.
pub(super) struct Dots<'a> {
    report: VisualReport,
    density: Option<Tones<'a>>,
    marked: Option<Marked>,
}

impl<'a> Dots<'a> {
    pub(super) fn new(
        canvas: &'a Canvas<'_>,
        (visual, points): (usize, &Points),
        auto: Rgba8,
        counts: &'a mut Vec<u32>,
    ) -> Self {
        let plot = canvas.frame.plot;
        let size = [plot.w, plot.h];
        let cloud = points.cloud.on(canvas.figure.both_scales());
        let px_per_size = px_per_size(canvas.figure, canvas.plane, points);
        let in_view = cloud.in_view(canvas.plane, size);
        let share = points.markers(in_view, px_per_size);
        let color = match points.color {
            Color::All(color) => color,
            _ => auto,
        };
        let opacity = f64::from(points.opacity).clamp(0.0, 1.0);
        let (counted, counts): (Option<Counted>, &'a [u32]) = match canvas.layers.get(visual) {
            _ if share >= 1.0 => (None, &[]),
            Some(Some(Layer::Counted(counted, counts))) => (Some(*counted), counts),
            _ => (Some(cloud.count(canvas.plane, size, counts)), counts),
        };
        let density = counted.map(|counted| {
            Tones::new(
                points.density,
                color,
                counted.most,
                opacity * (1.0 - share),
                counts,
            )
        });
        Self {
            report: VisualReport {
                in_view,
                fidelity: counted.map_or(Fidelity::Exact, |counted| counted.fidelity),
                markers: share,
                counted,
            },
            density,
            marked: (share > 0.0).then(|| mark(canvas, points, (px_per_size, opacity * share), color)),
        }
    }
}

/// Pixels of a unit of size.
fn px_per_size(figure: &Figure, plane: &Plane, points: &Points) -> f64 {
    points.px_per_size(plane.px_per_unit[0], figure.scale_factor)
}

/// The points of which density is seen, on a plot of `[width, height]` pixels; `None` where all are markers.
pub(crate) fn density<'a>(
    figure: &Figure,
    plane: &Plane,
    plot: [u32; 2],
    points: &'a Points,
) -> Option<&'a Cloud> {
    let cloud = points.cloud.on(figure.both_scales());
    let share = points.markers(cloud.in_view(plane, plot), px_per_size(figure, plane, points));
    (share < 1.0).then_some(cloud)
}

/// The markers in view.
fn mark(canvas: &Canvas<'_>, points: &Points, (px_per_size, opacity): (f64, f64), color: Rgba8) -> Marked {
    let plot = canvas.frame.plot;
    let reach = f64::from(points.greatest_size()) * px_per_size / 2.0 * f64::from(REACH) + 1.0;
    let cloud = points.cloud.on(canvas.figure.both_scales());
    let near = cloud.gather(canvas.plane, [plot.w, plot.h], reach.clamp(0.0, 1e9));
    let of = |spread: &Spread| {
        let index = spread.index as usize;
        let size = match &points.size {
            Size::All(size) => *size,
            Size::Each(sizes) => sizes.get(index).copied().unwrap_or(SIZE),
        };
        let color = points.color.of(index, color);
        let at = [spread.px[0] + plot.x as f32, spread.px[1] + plot.y as f32];
        marker(at, f64::from(size) * px_per_size, color, opacity)
    };
    let markers = near.iter().filter_map(of).collect();
    Marked::new(canvas, points.shape, markers)
}

impl Shown for Dots<'_> {
    fn report(&self) -> VisualReport {
        self.report
    }

    fn shapes(&self, _: PxRect) -> Option<Vec<Shape>> {
        match (&self.density, &self.marked) {
            (Some(_), _) => None,
            (None, Some(marked)) => marked.shapes(),
            (None, None) => Some(Vec::new()),
        }
    }

    fn draw(&self, plot: PxRect, number: usize, band: &mut Band<'_>) {
        if let Some(tones) = &self.density {
            tones.draw(plot, band);
        }
        if let Some(marked) = &self.marked {
            marked.draw(plot, number, band);
        }
    }
}

/// Counts up to which tones lie in a table.
const TABLE: u32 = 4096;

/// Counts, and their colours.
struct Tones<'a> {
    counts: &'a [u32],
    most: u32,
    /// Of each count up to [`TABLE`] the number of its colour.
    table: Vec<u8>,
    colors: [u32; 256],
    alphas: [u32; 256],
}

impl<'a> Tones<'a> {
    fn new(density: Density, color: Rgba8, most: u32, opacity: f64, counts: &'a [u32]) -> Self {
        let part = |number: usize| number.saturating_sub(1) as f64 / 254.0;
        let alpha = |share: f64| (share * 255.0).round() as u32;
        let (colors, alphas): ([u32; 256], [u32; 256]) = match density {
            Density::Viridis => (
                std::array::from_fn(|number| opaque(Colormap::Viridis.color(part(number)))),
                [alpha(opacity); 256],
            ),
            Density::Opacity => (
                [opaque(color); 256],
                std::array::from_fn(|number| {
                    let least = 0.15;
                    alpha(opacity * f64::from(color.a) / 255.0 * (least + (1.0 - least) * part(number)))
                }),
            ),
        };
        Self {
            counts,
            most,
            table: (0..=most.min(TABLE - 1)).map(|count| tone(count, most)).collect(),
            colors,
            alphas,
        }
    }

    fn draw(&self, plot: PxRect, band: &mut Band<'_>) {
        let width = plot.w as usize;
        for row in band.rows_of(plot) {
            let counts = &self.counts[row * width..][..width];
            for (pixel, &count) in band.row_of(plot, row).iter_mut().zip(counts) {
                if count == 0 {
                    continue;
                }
                let number = match self.table.get(count as usize) {
                    Some(number) => *number,
                    None => tone(count, self.most),
                };
                let (color, alpha) = (self.colors[usize::from(number)], self.alphas[usize::from(number)]);
                *pixel = match alpha {
                    255 => color,
                    alpha => over(*pixel, color, alpha),
                };
            }
        }
    }
}
