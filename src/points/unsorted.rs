//! Views of points that are not sorted: all of them are looked at.

use rayon::prelude::*;

use super::grid::Coordinate;
use super::sort::Point;
use super::{PIECE, Spread};
use crate::system::room;
use crate::view::plane::Plane;

/// Pictures that are counted at once at most, each of 4 bytes a pixel.
const PICTURES: usize = 8;

/// The pixel that a point is in, counted row after row.
#[inline(always)]
fn pixel<T: Coordinate>(point: &Point<T>, plane: &Plane, size: [u32; 2]) -> Option<usize> {
    let [w, h] = size.map(f64::from);
    let [x, y] = plane.px_from(point.place());
    // One branch, which is nearly always taken.
    let inside = (x >= 0.0) & (x < w) & (y >= 0.0) & (y < h);
    inside.then(|| y as usize * size[0] as usize + x as usize)
}

/// How many points lie in view.
pub(super) fn in_view<T: Coordinate>(points: &[Point<T>], plane: &Plane, size: [u32; 2]) -> usize {
    let inside = |point: &&Point<T>| pixel(point, plane, size).is_some();
    let pieces = points.par_chunks(PIECE);
    pieces.map(|piece| piece.iter().filter(inside).count()).sum()
}

/// Adds how many lie in each pixel, `[height, width]`: how many are in view.
pub(super) fn count<T: Coordinate>(
    points: &[Point<T>],
    plane: &Plane,
    size: [u32; 2],
    into: &mut [u32],
) -> usize {
    // Of few, pictures are more to add than points.
    if points.len() <= PIECE {
        return add(points, plane, size, into);
    }
    let pictures = rayon::current_num_threads().clamp(1, PICTURES);
    let share = points.len().div_ceil(pictures).max(1);
    let counted: Vec<(Vec<u32>, usize)> = points
        .par_chunks(share)
        .map(|points| {
            let mut counts = room(into.len());
            counts.resize(into.len(), 0);
            let in_view = add(points, plane, size, &mut counts);
            (counts, in_view)
        })
        .collect();
    into.par_chunks_mut(PIECE).enumerate().for_each(|(piece, into)| {
        for (counts, _) in &counted {
            for (sum, count) in into.iter_mut().zip(&counts[piece * PIECE..]) {
                *sum += count;
            }
        }
    });
    counted.iter().map(|(_, in_view)| in_view).sum()
}

/// Adds points to the pixels that they are in: how many are in one.
fn add<T: Coordinate>(points: &[Point<T>], plane: &Plane, size: [u32; 2], counts: &mut [u32]) -> usize {
    let mut in_view = 0;
    for pixel in points.iter().filter_map(|point| pixel(point, plane, size)) {
        counts[pixel] += 1;
        in_view += 1;
    }
    in_view
}

/// The points whose place is within `reach` pixels of the plot, in the order in which they were given.
pub(super) fn gather<T: Coordinate>(
    points: &[Point<T>],
    plane: &Plane,
    size: [u32; 2],
    reach: f64,
) -> Vec<Spread> {
    let pieces = points.par_chunks(PIECE);
    let near = |piece: &[Point<T>]| -> Vec<Spread> {
        piece
            .iter()
            .filter_map(|point| point.near(plane, size, reach))
            .collect()
    };
    pieces.map(near).collect::<Vec<_>>().concat()
}
