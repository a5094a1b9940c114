//! Which pixels points are in, one by one.

use super::grid::Coordinate;
use super::sort::Point;
use crate::view::plane::Plane;
use crate::wide::wide;

/// A plot, and how far beside it points are looked for.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) plane: &'a Plane,
    pub(super) size: [u32; 2],
    pub(super) reach: f64,
}

impl<'a> View<'a> {
    /// A plot alone.
    pub(super) fn new(plane: &'a Plane, size: [u32; 2]) -> Self {
        let reach = 0.0;
        Self { plane, size, reach }
    }

    /// Whether a point is on the plot.
    #[inline(always)]
    pub(super) fn holds<T: Coordinate>(self, point: &Point<T>) -> bool {
        let [w, h] = self.size.map(f64::from);
        let [x, y] = self.plane.px_from(point.place());
        (x >= 0.0) & (x < w) & (y >= 0.0) & (y < h)
    }
}

/// No pixel.
const NOWHERE: u32 = u32::MAX;

wide! {
    /// The pixels of a plot that as many points are in, counted row after row; a number beyond all of those that are in none.
    pub(super) fn pixels<T: Coordinate>(points: &[Point<T>], view: View<'_>, pixels: &mut [u32]) = pixels_inner
}

#[inline(always)]
fn pixels_inner<T: Coordinate>(points: &[Point<T>], view: View<'_>, pixels: &mut [u32]) {
    let [w, h] = view.size.map(|px| f64::from(px.min(i32::MAX as u32)));
    for (point, pixel) in points.iter().zip(pixels) {
        let [x, y] = view.plane.px_from(point.place());
        let inside = (x >= 0.0) & (x < w) & (y >= 0.0) & (y < h);
        // SAFETY: 0, or at least 0 and below the greatest `i32`. Conversions that have to look at what they are given are not of wide registers.
        let whole = |v: f64| unsafe { (if inside { v } else { 0.0 }).to_int_unchecked::<i32>() as u32 };
        let at = whole(y).wrapping_mul(view.size[0]).wrapping_add(whole(x));
        *pixel = if inside { at } else { NOWHERE };
    }
}
