//! Views of points that are not sorted: all of them are looked at, but for blocks of which it is known where they lie.

use rayon::prelude::*;

use super::grid::Coordinate;
use super::laid::{BLOCK, Block, Laid, Part};
use super::sort::Point;
use super::{PIECE, Spread};
use crate::system::room;
use crate::view::plane::{Bounds, Plane};
use crate::wide::{prefetch, wide};

/// Pictures that are counted at once at most, each of 4 bytes a pixel.
const PICTURES: usize = 8;

/// No pixel.
const NOWHERE: u32 = u32::MAX;

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
    /// Whether a point is in view.
    #[inline(always)]
    fn holds<T: Coordinate>(self, point: &Point<T>) -> bool {
        let [w, h] = self.size.map(f64::from);
        let [x, y] = self.plane.px_from(point.place());
        (x >= 0.0) & (x < w) & (y >= 0.0) & (y < h)
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
        Lies::Across => points.iter().filter(|point| view.holds(point)).count(),
    };
    laid.parts().map(in_block).sum()
}

/// Adds how many lie in each pixel, `[height, width]`: how many are in view.
pub(super) fn count<T: Coordinate>(laid: &Laid<T>, view: View<'_>, into: &mut [u32]) -> usize {
    let parts: Vec<Part<'_, T>> = laid.parts().collect();
    // Of few, pictures are more to add than points.
    let pictures = match laid.points().len() <= PIECE {
        true => 1,
        false => rayon::current_num_threads().clamp(1, PICTURES),
    };
    let share = parts.len().div_ceil(pictures).max(1);
    let pixels = into.len();
    // One is counted in place, and the others are added to it.
    let (first, rest) = parts.split_at(share.min(parts.len()));
    let others = || -> Vec<(Vec<u32>, usize)> {
        let pieces = rest.par_chunks(share).map(|parts| {
            let mut counts = room(pixels);
            counts.resize(pixels, 0);
            let in_view = add(parts, view, &mut counts);
            (counts, in_view)
        });
        pieces.collect()
    };
    let (in_view, others) = rayon::join(|| add(first, view, into), others);
    into.par_chunks_mut(PIECE).enumerate().for_each(|(piece, into)| {
        for (counts, _) in &others {
            for (sum, count) in into.iter_mut().zip(&counts[piece * PIECE..]) {
                *sum += count;
            }
        }
    });
    in_view + others.iter().map(|(_, in_view)| in_view).sum::<usize>()
}

/// Adds points to the pixels that they are in: how many are in one.
fn add<T: Coordinate>(parts: &[Part<'_, T>], view: View<'_>, counts: &mut [u32]) -> usize {
    let mut in_view = 0;
    let mut pixels = [0; BLOCK];
    let seen = parts
        .iter()
        .filter(|(block, _)| view.lies(block) != Lies::Outside);
    let mut seen = seen.peekable();
    while let Some((_, points)) = seen.next() {
        find(points, view, &mut pixels);
        let next = seen.peek().map_or(&[][..], |(_, points)| points);
        for (i, pixel) in pixels[..points.len()].iter().enumerate() {
            // The next block comes meanwhile.
            prefetch(next, i);
            if let Some(count) = counts.get_mut(*pixel as usize) {
                *count += 1;
                in_view += 1;
            }
        }
    }
    in_view
}

wide! {
    /// The pixels that points of a block are in, counted row after row; [`NOWHERE`] of those that are in none.
    fn find<T: Coordinate>(points: &[Point<T>], view: View<'_>, pixels: &mut [u32; BLOCK]) = find_inner
}

#[inline(always)]
fn find_inner<T: Coordinate>(points: &[Point<T>], view: View<'_>, pixels: &mut [u32; BLOCK]) {
    let [w, h] = view.size.map(|px| f64::from(px.min(i32::MAX as u32)));
    for (point, pixel) in points.iter().zip(pixels) {
        let place = view.plane.px_from(point.place());
        let [x, y] = place;
        let inside = (x >= 0.0) & (x < w) & (y >= 0.0) & (y < h);
        // SAFETY: 0, or at least 0 and below the greatest `i32`. Conversions that have to look at what they are given are not of wide registers.
        let whole = |v: f64| unsafe { (if inside { v } else { 0.0 }).to_int_unchecked::<i32>() as u32 };
        let at = whole(y).wrapping_mul(view.size[0]).wrapping_add(whole(x));
        *pixel = if inside { at } else { NOWHERE };
    }
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
