//! Views of points that are not sorted: all of them are looked at, but for blocks of which it is known where they lie.

use rayon::prelude::*;

use super::grid::Coordinate;
use super::laid::{Block, Laid, Part};
use super::sort::Point;
use super::{PIECE, Spread};
use crate::system::room;
use crate::view::plane::{Bounds, Plane};

/// Pictures that are counted at once at most, each of 4 bytes a pixel.
const PICTURES: usize = 8;

/// A plot, and how far beside it points are looked for.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) plane: &'a Plane,
    pub(super) size: [u32; 2],
    pub(super) reach: f64,
}

/// How a block lies to a view.
#[derive(PartialEq, Eq)]
enum Lies {
    Inside,
    Outside,
    Across,
}

impl View<'_> {
    /// The pixel that a point is in, counted row after row.
    #[inline(always)]
    fn pixel<T: Coordinate>(self, point: &Point<T>) -> Option<usize> {
        let [w, h] = self.size.map(f64::from);
        let [x, y] = self.plane.px_from(point.place());
        // One branch, which is nearly always taken.
        let inside = (x >= 0.0) & (x < w) & (y >= 0.0) & (y < h);
        inside.then(|| y as usize * self.size[0] as usize + x as usize)
    }

    /// A greater coordinate is never a pixel before, rounding included.
    fn lies(self, block: &Block) -> Lies {
        let Some(Bounds { x, y }) = block.bounds else {
            return Lies::Outside;
        };
        let least = self.plane.px_from([x[0], y[1]]);
        let most = self.plane.px_from([x[1], y[0]]);
        let end = self.size.map(f64::from);
        let inside = |axis: usize| least[axis] >= 0.0 && most[axis] < end[axis];
        let outside = |axis: usize| most[axis] < -self.reach || least[axis] > end[axis] + self.reach;
        match () {
            () if inside(0) && inside(1) => Lies::Inside,
            () if outside(0) || outside(1) => Lies::Outside,
            () => Lies::Across,
        }
    }
}

/// How many points lie in view.
pub(super) fn in_view<T: Coordinate>(laid: &Laid<T>, view: View<'_>) -> usize {
    let in_block = |(block, points): Part<'_, T>| match view.lies(block) {
        Lies::Inside => block.count,
        Lies::Outside => 0,
        Lies::Across => points.iter().filter(|point| view.pixel(point).is_some()).count(),
    };
    laid.parts().map(in_block).sum()
}

/// Adds how many lie in each pixel, `[height, width]`: how many are in view.
pub(super) fn count<T: Coordinate>(laid: &Laid<T>, view: View<'_>, into: &mut [u32]) -> usize {
    let parts: Vec<Part<'_, T>> = laid.parts().collect();
    // Of few, pictures are more to add than points.
    if laid.points().len() <= PIECE {
        return add(&parts, view, into);
    }
    let pictures = rayon::current_num_threads().clamp(1, PICTURES);
    let counted: Vec<(Vec<u32>, usize)> = parts
        .par_chunks(parts.len().div_ceil(pictures).max(1))
        .map(|parts| {
            let mut counts = room(into.len());
            counts.resize(into.len(), 0);
            let in_view = add(parts, view, &mut counts);
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
fn add<T: Coordinate>(parts: &[Part<'_, T>], view: View<'_>, counts: &mut [u32]) -> usize {
    let mut in_view = 0;
    let seen = parts
        .iter()
        .filter(|(block, _)| view.lies(block) != Lies::Outside);
    for pixel in seen
        .flat_map(|(_, points)| *points)
        .filter_map(|point| view.pixel(point))
    {
        counts[pixel] += 1;
        in_view += 1;
    }
    in_view
}

/// The points whose place is within the view's reach of the plot, in the order in which they were given.
pub(super) fn gather<T: Coordinate>(laid: &Laid<T>, view: View<'_>) -> Vec<Spread> {
    let seen = laid
        .parts()
        .filter(|(block, _)| view.lies(block) != Lies::Outside);
    let near = |(_, points): Part<'_, T>| -> Vec<Spread> {
        let near = points
            .iter()
            .filter_map(|point| point.near(view.plane, view.size, view.reach));
        near.collect()
    };
    seen.map(near).collect::<Vec<_>>().concat()
}
