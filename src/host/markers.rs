//! Markers over a band, one over the other. Twin: `reference::points`.

use super::Band;
use super::overlay::over;
use crate::figure::Shape;
use crate::scene::PxRect;

/// Pixels whose distances are found together.
const TOGETHER: usize = 8;

/// A marker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Marker {
    /// Its middle, in pixels of the target.
    pub(crate) at: [f32; 2],
    /// Half its size.
    pub(crate) radius: f32,
    /// Opaque, red in the low byte.
    pub(crate) color: u32,
    /// How opaque it is, from 0 to 255.
    pub(crate) alpha: f32,
}

impl Marker {
    /// The pixels that it may touch along an axis, those of a span alone: the first and the one past the last.
    pub(super) fn pixels(&self, shape: Shape, axis: usize, [first, end]: [i32; 2]) -> [i32; 2] {
        let reach = self.radius * shape.reach() + 0.5;
        // Within the span all are above 0, where to cut off is to round down, which is a call where the processor is not known to
        // have it.
        let from = (self.at[axis] - reach).max(0.0) as i32;
        let to = (self.at[axis] + reach + 1.0).max(0.0) as i32;
        [from.max(first), to.min(end)]
    }
}

/// Draws those of `markers` whose numbers are given, cut to the plot.
pub(super) fn draw(shape: Shape, markers: &[Marker], numbers: &[u32], plot: PxRect, band: &mut Band<'_>) {
    // A loop for each shape, so that none asks for each pixel which shape it is.
    macro_rules! each {
        ($($shape:ident)*) => {
            match shape {
                $(Shape::$shape => draw_all(
                    (Shape::$shape, |at, radius| Shape::$shape.distance(at, radius)),
                    markers, numbers, plot, band,
                ),)*
            }
        };
    }
    each!(Disc Ring Square Diamond Up Down Left Right Pentagon Hexagon Star Plus Cross Asterisk Dash Bar);
}

fn draw_all(
    (shape, distance): (Shape, impl Fn([f32; 2], f32) -> f32),
    markers: &[Marker],
    numbers: &[u32],
    plot: PxRect,
    band: &mut Band<'_>,
) {
    let rows = band.first + (band.pixels.len() / band.width) as i32;
    let down = [band.first.max(plot.y as i32), rows.min(plot.bottom() as i32)];
    let across = [plot.x as i32, plot.right() as i32];
    for &number in numbers {
        let marker = &markers[number as usize];
        let [left, right] = marker.pixels(shape, 0, across);
        let [top, bottom] = marker.pixels(shape, 1, down);
        if left >= right {
            continue;
        }
        for y in top..bottom {
            let pixels = &mut band.row(y)[left as usize..right as usize];
            let dy = y as f32 + 0.5 - marker.at[1];
            for (part, pixels) in pixels.chunks_mut(TOGETHER).enumerate() {
                let first = (left as usize + part * TOGETHER) as f32 + 0.5 - marker.at[0];
                let covers: [u32; TOGETHER] = std::array::from_fn(|i| {
                    cover(distance([first + i as f32, dy], marker.radius), marker.alpha)
                });
                for (pixel, cover) in pixels.iter_mut().zip(covers) {
                    if cover > 0 {
                        *pixel = over(*pixel, marker.color, cover);
                    }
                }
            }
        }
    }
}

/// How opaque a pixel is whose middle lies so far from an outline.
#[inline(always)]
fn cover(distance: f32, alpha: f32) -> u32 {
    ((0.5 - distance).clamp(0.0, 1.0) * alpha + 0.5) as i32 as u32
}
