//! Views of points that are not sorted: all of them are looked at, but for blocks of which it is known where they lie.

use rayon::prelude::*;

use super::grid::Coordinate;
use super::laid::{BLOCK, Block, Laid, Part};
use super::seen::{View, pixels};
use super::{PIECE, Spread};
use crate::system::room;
use crate::view::plane::Bounds;
use crate::wide::prefetch;

/// Pictures that are counted at once at most, each of 4 bytes a pixel.
const PICTURES: usize = 8;

/// How a block lies to a view.
#[derive(PartialEq, Eq)]
enum Lies {
    Inside,
    Outside,
    Across,
}

/// A greater coordinate is never a pixel before, rounding included.
fn lies(block: &Block, view: View<'_>) -> Lies {
    let Some(Bounds { x, y }) = block.bounds else {
        return Lies::Outside;
    };
    let least = view.plane.px_from([x[0], y[1]]);
    let most = view.plane.px_from([x[1], y[0]]);
    let end = view.size.map(f64::from);
    let inside = |axis: usize| least[axis] >= 0.0 && most[axis] < end[axis];
    let outside = |axis: usize| most[axis] < -view.reach || least[axis] > end[axis] + view.reach;
    match () {
        () if inside(0) && inside(1) => Lies::Inside,
        () if outside(0) || outside(1) => Lies::Outside,
        () => Lies::Across,
    }
}

/// How many points lie in view.
pub(super) fn in_view<T: Coordinate>(laid: &Laid<T>, view: View<'_>) -> usize {
    let in_block = |(block, points): Part<'_, T>| match lies(block, view) {
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
    let room_for = into.len();
    // One is counted in place, and the others are added to it.
    let (first, rest) = parts.split_at(share.min(parts.len()));
    let others = || -> Vec<(Vec<u32>, usize)> {
        let pieces = rest.par_chunks(share).map(|parts| {
            let mut counts = room(room_for);
            counts.resize(room_for, 0);
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
    let mut found = [0; BLOCK];
    let seen = parts
        .iter()
        .filter(|(block, _)| lies(block, view) != Lies::Outside);
    let mut seen = seen.peekable();
    while let Some((_, points)) = seen.next() {
        pixels(points, view, &mut found);
        let next = seen.peek().map_or(&[][..], |(_, points)| points);
        for (i, pixel) in found[..points.len()].iter().enumerate() {
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

/// The points whose place is within the view's reach of the plot, in the order in which they were given.
pub(super) fn gather<T: Coordinate>(laid: &Laid<T>, view: View<'_>) -> Vec<Spread> {
    let seen = laid
        .parts()
        .filter(|(block, _)| lies(block, view) != Lies::Outside);
    let near = |(_, points): Part<'_, T>| -> Vec<Spread> {
        let near = points.iter().filter_map(|point| point.near(view));
        near.collect()
    };
    seen.map(near).collect::<Vec<_>>().concat()
}
