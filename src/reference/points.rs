//! Points in pixels: what [`Cloud::count`](crate::points::Cloud::count) and the painting of figures mean, one by one.

use std::collections::BTreeMap;

use crate::figure::{Frame, Points, Size};
use crate::points::share::{Edge, Edges, Places, dither, portion};
use crate::points::{Cloud, Coordinate};
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

/// How many points lie in each pixel, `[height, width]`, where cells stand in for points: those of 2ⁿ × 2ⁿ over all points with n = `bits`, of tiles of
/// 64 × 64 of them that have `least` points or more. The points of other tiles are counted one by one.
#[must_use]
pub fn shared<T: Coordinate>(
    (x, y): (&[T], &[T]),
    cloud: &Cloud,
    (bits, least): (u32, usize),
    plane: &Plane,
    [w, h]: [u32; 2],
) -> Vec<u32> {
    let mut tiles: BTreeMap<[u32; 2], Vec<usize>> = BTreeMap::new();
    let cell = |i: usize| {
        let cell = cloud.grid().cell([x[i].as_f64(), y[i].as_f64()]);
        cell.map(|v| v >> (32 - bits))
    };
    for i in 0..x.len() {
        if x[i].is_place() && y[i].is_place() {
            tiles.entry(cell(i).map(|v| v / 64)).or_default().push(i);
        }
    }
    let places = Places::new(&cloud.grid(), plane);
    let mut counts = vec![0; w as usize * h as usize];
    for (tile, points) in tiles {
        if points.len() < least {
            let of = |all: &[T]| points.iter().map(|i| all[*i]).collect::<Vec<T>>();
            let few = self::counts(&of(x), &of(y), plane, [w, h]);
            counts.iter_mut().zip(few).for_each(|(sum, count)| *sum += count);
            continue;
        }
        let mut cells = vec![[0; 64]; 64];
        for i in points {
            let [column, row] = cell(i).map(|v| v as usize % 64);
            cells[row][column] += 1;
        }
        let edges = places.edges(tile, bits - 6, [w as usize, h as usize]);
        share(&cells, tile.map(|v| v * 64), &edges, [w, h], &mut counts);
    }
    counts
}

/// Adds the points of a tile's cells, `[row][column]` from the lowest on, the first of which has a column and a row, to pixels.
fn share(
    cells: &[[u32; 64]],
    [column, row]: [u32; 2],
    [x, y]: &[Edges; 2],
    [w, h]: [u32; 2],
    counts: &mut [u32],
) {
    // How many of a cell's points lie before an edge; without one all.
    let before = |edge: Option<&Edge>, cell: u32, count: u32, dither: u32| match edge {
        Some(edge) if cell > edge.cell => 0,
        Some(edge) if cell == edge.cell => portion(count, edge.before, dither),
        _ => count,
    };
    for down in 0..=y.all.len() {
        let ends = [y.all[..down].last(), y.all.get(down)];
        let sums: Vec<u32> = (0..64_u32)
            .map(|i| {
                let of = |cell: u32| {
                    let above = 63 - cell;
                    let count = cells[above as usize][i as usize];
                    let upto = |edge| before(edge, cell, count, dither(column + i, row + above)[1]);
                    upto(ends[1]) - ends[0].map_or(0, |edge| upto(Some(edge)))
                };
                (0..64).map(of).sum()
            })
            .collect();
        let above = row + 63 - ends[0].map_or(0, |edge| edge.cell);
        let upto = |edge| -> u32 {
            let of = |i: u32| before(edge, i, sums[i as usize], dither(column + i, above)[0]);
            (0..64).map(of).sum()
        };
        for across in 0..=x.all.len() {
            let count = upto(x.all.get(across)) - x.all[..across].last().map_or(0, |edge| upto(Some(edge)));
            let at = [x.first + across as i64, y.first + down as i64];
            if (0..i64::from(w)).contains(&at[0]) && (0..i64::from(h)).contains(&at[1]) {
                counts[at[1] as usize * w as usize + at[0] as usize] += count;
            }
        }
    }
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
