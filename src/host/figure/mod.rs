//! A figure's pixels: what each visual shows is found first, and then a band of rows is painted at a time, the visuals and the
//! axes over one another while its pixels stay in cache.

mod bars;
mod custom;
mod events;
mod graph;
mod image;
mod labels;
mod lines;
mod marked;
mod points;
pub(crate) mod shapes;
mod sheaf;
mod spans;
mod stroked;

use std::mem::MaybeUninit;
use std::time::{Duration, Instant};

pub(crate) use points::density;
use rayon::prelude::*;
use stroked::Stroked;
pub(crate) use stroked::Strokes;

use super::overlay::{self, over};
use super::{BAND, Band, swap_red_and_blue};
use crate::figure::{Figure, Frame, Visual};
use crate::plan::Fidelity;
use crate::points::Counted;
use crate::scene::text::Text;
use crate::scene::{PxRect, Rect, Rgba8};
use crate::vector::Shape;
use crate::view::plane::Plane;

/// What a figure is painted from.
pub(crate) struct Canvas<'a> {
    pub(crate) figure: &'a Figure,
    pub(crate) plane: &'a Plane,
    pub(crate) frame: Frame,
    /// Where on the target it is, and how large.
    pub(crate) rect: PxRect,
    /// What a device has made of visuals, by their numbers; nothing of those past the last.
    pub(crate) layers: Vec<Option<Layer>>,
    /// Visuals of strokes that have been laid out already, by their numbers; nothing of those past the last.
    stroked: Vec<Option<Stroked>>,
    bgra: bool,
}

/// What a device has made of a visual.
pub(crate) enum Layer {
    /// RGBA of each pixel of the plot, multiplied by its alpha already.
    Drawn(Vec<u32>),
    /// How many points lie in each pixel of the plot.
    Counted(Counted, Vec<u32>),
}

/// Finds the layers of a figure's visuals, by their numbers, from where it is seen on a plot of `[width, height]` pixels.
pub(crate) type LayersOf<'a> = dyn FnMut(&Figure, &Plane, [u32; 2]) -> Vec<Option<Layer>> + 'a;

/// Memory that frames reuse: 4 bytes a pixel of the plot for each visual.
#[derive(Default)]
pub(crate) struct Counts(Vec<Vec<u32>>);

/// How a visual was shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VisualReport {
    /// How many of its items are in view, or right beside it.
    pub in_view: usize,
    /// Whether what is shown is exact.
    pub fidelity: Fidelity,
    /// How much of points is seen as markers, from 0 for density alone to 1; of other visuals 1.
    pub markers: f64,
    /// What density was counted from, where it is seen.
    pub counted: Option<Counted>,
}

impl VisualReport {
    /// Of what is no density.
    fn new(in_view: usize, fidelity: Fidelity) -> Self {
        Self {
            in_view,
            fidelity,
            markers: 1.0,
            counted: None,
        }
    }
}

/// What is in view of a visual, ready to be drawn, from several threads at once.
trait Shown: Sync {
    fn report(&self) -> VisualReport;

    /// The shapes that it is made of, over one another, within `plot`; `None` where they are too many, or where it is pixels by nature.
    fn shapes(&self, plot: PxRect) -> Option<Vec<Shape>>;

    /// Draws what reaches into band `number` of the target, within `plot`.
    fn draw(&self, plot: PxRect, number: usize, band: &mut Band<'_>);
}

/// What a frame took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Took {
    pub(crate) count_ms: f64,
    pub(crate) draw_ms: f64,
}

/// Bytes of a target, which may not have been written before.
pub(crate) trait Byte: Send + Sized {
    fn copy(to: &mut [Self], from: &[u8]);
}

impl Byte for u8 {
    fn copy(to: &mut [Self], from: &[u8]) {
        to.copy_from_slice(from);
    }
}

impl Byte for MaybeUninit<u8> {
    fn copy(to: &mut [Self], from: &[u8]) {
        to.write_copy_of_slice(from);
    }
}

impl<'a> Canvas<'a> {
    /// Lays a figure out; `bgra` where the target has blue where it else has red.
    pub(super) fn new(
        figure: &'a Figure,
        plane: &'a Plane,
        (rect, bgra): (PxRect, bool),
        text: &mut Text,
    ) -> Self {
        Self {
            frame: Frame::new(figure, plane, [rect.w, rect.h], text),
            figure,
            plane,
            rect,
            layers: Vec::new(),
            stroked: Vec::new(),
            bgra,
        }
    }
}

impl Canvas<'_> {
    /// What is in view of each visual.
    fn shown<'b>(&'b self, counts: &'b mut Counts) -> Vec<Box<dyn Shown + 'b>> {
        let visuals = &self.figure.visuals;
        counts.0.resize_with(visuals.len(), Vec::new);
        let mut written = self.frame.labels.iter();
        visuals
            .iter()
            .zip(&mut counts.0)
            .enumerate()
            .map(|(i, (visual, counts))| -> Box<dyn Shown + 'b> {
                let color = self.figure.color_of(i);
                match visual {
                    Visual::Points(points) => Box::new(points::Dots::new(self, (i, points), color, counts)),
                    Visual::Image(image) => Box::new(image::Pixels::new(self, image)),
                    Visual::Bars(bars) => Box::new(bars::Standing::new(self, bars, color)),
                    Visual::Custom(custom) => Box::new(custom::Laid::new(self, i, custom)),
                    Visual::Events(events) => Box::new(events::Ticks::new(self, events, color)),
                    Visual::Spans(spans) => Box::new(spans::Filled::new(self, spans, color)),
                    Visual::Labels(_) => Box::new(labels::Letters(written.next())),
                    Visual::Graph(graph) => self.laid(i, || Stroked::graph(self, graph, color)),
                    Visual::Lines(lines) => self.laid(i, || Stroked::lines(self, lines, i)),
                }
            })
            .collect()
    }

    /// Paints all of a figure into its rows.
    pub(super) fn paint<B: Byte>(
        &self,
        counts: &mut Counts,
        rows: &mut [&mut [B]],
    ) -> (Vec<VisualReport>, Took) {
        let clock = Instant::now();
        let shown = self.shown(counts);
        let counted = clock.elapsed();
        let width = self.rect.w as usize;
        let background = opaque(self.figure.style.background);
        rows.par_chunks_mut(BAND).enumerate().for_each_init(
            || vec![0_u32; width * BAND],
            |pixels, (number, rows)| {
                let pixels = &mut pixels[..rows.len() * width];
                pixels.fill(background);
                let mut band = Band {
                    pixels,
                    width,
                    first: (number * BAND) as i32,
                };
                for rect in &self.frame.grid {
                    fill(rect, &mut band);
                }
                for visual in &shown {
                    visual.draw(self.frame.plot, number, &mut band);
                }
                overlay::cover(&self.frame.overlay, 0, &mut band);
                if self.bgra {
                    swap_red_and_blue(band.pixels);
                }
                for (row, pixels) in rows.iter_mut().zip(band.pixels.chunks_exact(width)) {
                    B::copy(row, bytemuck::cast_slice(pixels));
                }
            },
        );
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        let took = Took {
            count_ms: ms(counted),
            draw_ms: ms(clock.elapsed() - counted),
        };
        (shown.iter().map(|visual| visual.report()).collect(), took)
    }
}

fn opaque(color: Rgba8) -> u32 {
    color.with_alpha(255).to_u32()
}

/// A rectangle over a band.
fn fill(rect: &Rect, band: &mut Band<'_>) {
    let end = band.first + (band.pixels.len() / band.width) as i32;
    let (color, alpha) = (opaque(rect.color), u32::from(rect.color.a));
    for y in rect.y0.max(band.first)..rect.y1.min(end) {
        for pixel in &mut band.row(y)[rect.x0 as usize..rect.x1 as usize] {
            *pixel = over(*pixel, color, alpha);
        }
    }
}
