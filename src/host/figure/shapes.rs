//! A figure in shapes: those that its visuals are made of, or their pixels where there are too many of them, or only pixels.

use super::{Canvas, Counts, LayersOf};
use crate::figure::{Figure, Frame, Shape as Marks};
use crate::host::markers::Marker;
use crate::host::strokes::Stroke;
use crate::scene::text::Text;
use crate::scene::{Overlay, PxRect, Rgba8};
use crate::vector::{Fill, Image, Line, Outline, Shape};
use crate::view::plane::Plane;

/// A visual of more pieces than so many is shown by its pixels.
pub(super) const MOST: usize = 1 << 16;

/// Pixels of an image for one of the drawing, across and down. Density has those of the screen: of finer ones, its counts and its look
/// would be others.
const FINER: u32 = 2;

impl Canvas<'_> {
    /// All of a figure but its background. What lies below a visual that is shown by its pixels is part of the same image.
    pub(crate) fn shapes(&self, layers: &mut LayersOf<'_>) -> Vec<Shape> {
        let plot = self.frame.plot;
        let mut counts = Counts::default();
        let shown = self.shown(&mut counts);
        let made: Vec<Option<Vec<Shape>>> = shown.iter().map(|visual| visual.shapes(plot)).collect();
        let as_pixels = made.iter().rposition(Option::is_none).map_or(0, |last| last + 1);
        let mut within = match as_pixels {
            0 => self.frame.grid.iter().copied().map(Shape::Rect).collect(),
            _ => {
                let mut below = shown[..as_pixels].iter();
                let is_density = below.any(|visual| visual.report().counted.is_some());
                let finer = if is_density { 1 } else { FINER };
                vec![Shape::Image(self.image(as_pixels, finer, layers))]
            }
        };
        within.extend(made.into_iter().skip(as_pixels).flatten().flatten());
        let mut shapes = vec![Shape::Within(plot, within)];
        shapes.extend(written(&self.frame.overlay));
        shapes
    }

    /// The plot with the first of its visuals, in finer pixels.
    fn image(&self, visuals: usize, finer: u32, layers: &mut LayersOf<'_>) -> Image {
        let figure = Figure {
            visuals: self.figure.visuals[..visuals].to_vec(),
            scale_factor: self.figure.scale_factor * finer as f32,
            ..self.figure.clone()
        };
        let plane = Plane {
            px_per_unit: self.plane.px_per_unit.map(|px| px * f64::from(finer)),
            ..*self.plane
        };
        let plot = self.frame.plot;
        let large = PxRect {
            x: plot.x * finer,
            y: plot.y * finer,
            w: plot.w * finer,
            h: plot.h * finer,
        };
        let size = [self.rect.w, self.rect.h].map(|px| px * finer);
        let mut frame = Frame::within(&figure, &plane, (large, size), &mut Text::new());
        frame.overlay = Overlay::default();
        let canvas = Canvas {
            figure: &figure,
            plane: &plane,
            frame,
            rect: PxRect::all(size),
            layers: layers(&figure, &plane, [large.w, large.h]),
            stroked: Vec::new(),
            bgra: false,
        };
        let mut pixels = vec![0_u8; size[0] as usize * size[1] as usize * 4];
        let mut rows: Vec<&mut [u8]> = pixels.chunks_exact_mut(size[0] as usize * 4).collect();
        canvas.paint(&mut Counts::default(), &mut rows);
        image(&pixels, size[0], large, plot)
    }
}

/// A part of `width` pixels across of RGBA, as an image that goes to `at`.
pub(crate) fn image(pixels: &[u8], width: u32, part: PxRect, at: PxRect) -> Image {
    let rows = pixels.chunks_exact(width as usize * 4);
    let rows = rows.skip(part.y as usize).take(part.h as usize);
    let of = |row: &[u8]| {
        let row = &row[part.x as usize * 4..part.right() as usize * 4];
        let colors = row.as_chunks::<4>().0.iter().map(|[r, g, b, _]| [*r, *g, *b]);
        colors.collect::<Vec<_>>()
    };
    Image {
        at,
        size: [part.w, part.h],
        pixels: rows.flat_map(of).collect(),
        alpha: 255,
    }
}

/// Lines, plates and text.
pub(crate) fn written(overlay: &Overlay) -> impl Iterator<Item = Shape> + '_ {
    let rects = overlay.rects.iter().copied().map(Shape::Rect);
    rects.chain(overlay.lines.iter().cloned().map(Shape::Text))
}

/// A colour whose alpha is given from 0 to 255.
pub(super) fn faded(color: u32, alpha: f32) -> Rgba8 {
    let [r, g, b, _] = color.to_le_bytes();
    Rgba8 {
        r,
        g,
        b,
        a: (alpha + 0.5) as u8,
    }
}

/// Strokes of lines `2 · half` pixels wide: those of a curve that follow one another and look alike are one line.
pub(super) fn strokes<'a>(strokes: impl Iterator<Item = &'a Stroke>, half: f32, clip: PxRect) -> Vec<Shape> {
    let mut lines: Vec<(u32, Line)> = Vec::new();
    for stroke in strokes {
        let color = faded(stroke.color, stroke.alpha);
        let is_on = |(curve, line): &&mut (u32, Line)| *curve == stroke.curve && line.color == color;
        let Some((_, line)) = lines.last_mut().filter(is_on) else {
            let line = Line {
                color,
                width: 2.0 * half,
                clip,
                runs: vec![vec![stroke.from, stroke.to]],
            };
            lines.push((stroke.curve, line));
            continue;
        };
        match line.runs.last_mut() {
            Some(run) if run.last() == Some(&stroke.from) => run.push(stroke.to),
            _ => line.runs.push(vec![stroke.from, stroke.to]),
        }
    }
    lines.into_iter().map(|(_, line)| Shape::Line(line)).collect()
}

/// Markers of a shape. Those that are not opaque are seen through one another, and so stand alone.
pub(super) fn markers(shape: Marks, markers: &[Marker]) -> Vec<Shape> {
    let mut fills: Vec<Fill> = Vec::new();
    for marker in markers {
        let color = faded(marker.color, marker.alpha);
        let outlines = shape.outlines(marker.at, marker.radius);
        match fills.last_mut() {
            Some(fill) if fill.color == color && color.a == 255 => fill.outlines.extend(outlines),
            _ => fills.push(Fill { color, outlines }),
        }
    }
    fills.into_iter().map(Shape::Fill).collect()
}

/// A rectangle's outline: left, top, right, bottom.
pub(super) fn rectangle([left, top, right, bottom]: [f32; 4]) -> Outline {
    Outline::Polygon(vec![[left, top], [right, top], [right, bottom], [left, bottom]])
}
