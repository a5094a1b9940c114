//! Points in pixels: what [`Cloud::count`](crate::points::Cloud::count) and the painting of figures mean, one by one.

use crate::figure::{Frame, Points, Size};
use crate::points::count::{dither, place_of, share};
use crate::points::{Cell, Cloud, Coordinate, Level};
use crate::scene::Rgba8;
use crate::view::plane::Plane;

/// How many of the points lie in each pixel, `[height, width]`.
#[must_use]
pub fn counts<T: Coordinate>(x: &[T], y: &[T], plane: &Plane, [w, h]: [u32; 2]) -> Vec<u32> {
    let mut counts = vec![0; w as usize * h as usize];
    for (x, y) in x.iter().zip(y) {
        let at = [x.as_f64(), y.as_f64()];
        let [px, py] = plane.px_from(at).map(f64::floor);
        let is_point = at.iter().all(|v| v.is_place());
        let inside = (0.0..f64::from(w)).contains(&px) && (0.0..f64::from(h)).contains(&py);
        if is_point && inside {
            counts[py as usize * w as usize + px as usize] += 1;
        }
    }
    counts
}

/// The cells of a level, and how many of the points each has, in no order.
#[must_use]
pub fn cells<T: Coordinate>(x: &[T], y: &[T], cloud: &Cloud, bits: u32) -> Vec<Cell> {
    let mut all = std::collections::BTreeMap::new();
    for (x, y) in x.iter().zip(y) {
        let at = [x.as_f64(), y.as_f64()];
        if at.iter().all(|v| v.is_place()) {
            let cell = cloud.grid().cell(at).map(|v| v >> (32 - bits));
            *all.entry(cell).or_insert(0) += 1;
        }
    }
    all.into_iter().map(|(at, count)| Cell { at, count }).collect()
}

/// How many points lie in each pixel, `[height, width]`, where cells of a level stand in for them.
#[must_use]
pub fn shared(cloud: &Cloud, level: &Level, plane: &Plane, [w, h]: [u32; 2]) -> Vec<u32> {
    let mut counts = vec![0; w as usize * h as usize];
    for cell in &level.cells {
        let ([x, y], [across, down]) = place_of(&cloud.grid(), plane, level.bits, cell);
        let dither = dither(cell);
        share(cell.count, y, down, dither[1], |row, part| {
            share(part, x, across, dither[0], |column, part| {
                if (0..i64::from(w)).contains(&column) && (0..i64::from(h)).contains(&row) {
                    counts[row as usize * w as usize + column as usize] += part;
                }
            });
        });
    }
    counts
}

/// Paints markers, each over those before it, over opaque pixels of a target `width` pixels across, in floating point.
///
/// `auto` is the colour where none was given. Of points that are all markers ([`Points::markers`] is 1).
pub fn markers<T: Coordinate>(
    (x, y): (&[T], &[T]),
    points: &Points,
    (frame, plane, scale_factor): (&Frame, &Plane, f32),
    auto: Rgba8,
    pixels: &mut [[f64; 3]],
    width: usize,
) {
    let plot = frame.plot;
    let unit = points.px_per_size(plane.px_per_unit[0], scale_factor);
    for (i, (x, y)) in x.iter().zip(y).enumerate() {
        let size = match &points.size {
            Size::All(size) => *size,
            Size::Each(sizes) => sizes[i],
        };
        let color = points.color.of(i, auto);
        let px = f64::from(size) * unit;
        let at = plane.px_from([x.as_f64(), y.as_f64()]);
        if !(px > 0.0 && at.iter().all(|v| v.is_finite())) {
            continue;
        }
        let alpha = f64::from(color.a) / 255.0 * f64::from(points.opacity) * px.min(1.0).powi(2);
        for row in plot.y..plot.bottom() {
            for column in plot.x..plot.right() {
                let from = [
                    f64::from(column - plot.x) + 0.5 - at[0],
                    f64::from(row - plot.y) + 0.5 - at[1],
                ];
                let distance = points
                    .shape
                    .distance(from.map(|v| v as f32), px.max(1.0) as f32 / 2.0);
                let cover = alpha * (0.5 - f64::from(distance)).clamp(0.0, 1.0);
                let pixel = &mut pixels[row as usize * width + column as usize];
                for (value, part) in pixel.iter_mut().zip([color.r, color.g, color.b]) {
                    *value += (f64::from(part) - *value) * cover;
                }
            }
        }
    }
}
