//! Points in the order in which they were given, and what is known of every few of them.

use std::ops::Range;

use rayon::prelude::*;

use super::PIECE;
use super::grid::Coordinate;
use super::sort::Point;
use crate::system::room;
use crate::view::plane::Bounds;
use crate::wide::wide;

/// Points of a block.
pub(super) const BLOCK: usize = 1 << 12;

/// Points one after the other, with none left out: those that are none have no coordinates.
#[derive(Clone)]
pub(super) struct Laid<T> {
    /// The index of the first.
    first: usize,
    points: Vec<Point<T>>,
    blocks: Vec<Block>,
}

/// How many of [`BLOCK`] points are some, and the least rectangle around them.
#[derive(Clone, Copy, Default)]
pub(super) struct Block {
    pub(super) count: usize,
    pub(super) bounds: Option<Bounds>,
}

/// A block, and its points.
pub(super) type Part<'a, T> = (&'a Block, &'a [Point<T>]);

impl Block {
    /// Of as many x as y.
    fn of<T: Coordinate>(x: &[T], y: &[T]) -> Self {
        let (count, ends) = ends(x, y);
        let [x, y] = ends.map(|ends| ends.map(T::as_f64));
        Self {
            count,
            bounds: (count > 0).then_some(Bounds { x, y }),
        }
    }
}

wide! {
    /// How many places there are among as many x as y, and the least and the greatest of both.
    fn ends<T: Coordinate>(x: &[T], y: &[T]) -> (usize, [[T; 2]; 2]) = ends_inner
}

#[inline(always)]
fn ends_inner<T: Coordinate>(x: &[T], y: &[T]) -> (usize, [[T; 2]; 2]) {
    let (mut count, mut ends) = (0, [[T::INFINITY, T::NEG_INFINITY]; 2]);
    for (x, y) in x.iter().zip(y) {
        let is_there = x.is_place() & y.is_place();
        count += usize::from(is_there);
        for ([least, greatest], v) in ends.iter_mut().zip([*x, *y]) {
            let [low, high] = if is_there {
                [v; 2]
            } else {
                [T::INFINITY, T::NEG_INFINITY]
            };
            *least = if low < *least { low } else { *least };
            *greatest = if high > *greatest { high } else { *greatest };
        }
    }
    (count, ends)
}

impl<T: Coordinate> Laid<T> {
    /// None, of which the first will have an index.
    pub(super) fn after(first: usize) -> Self {
        Self {
            first,
            points: Vec::new(),
            blocks: Vec::new(),
        }
    }

    /// All of as many x and y.
    pub(super) fn new(x: &[T], y: &[T]) -> Self {
        assert_eq!(x.len(), y.len(), "coordinates");
        let mut points = room(x.len());
        let given = x.par_chunks(BLOCK).zip(y.par_chunks(BLOCK));
        let rooms = points.spare_capacity_mut().par_chunks_mut(BLOCK).enumerate();
        let blocks = given.zip(rooms).map(|((x, y), (block, room))| {
            for (((x, y), room), index) in x.iter().zip(y).zip(room).zip(block * BLOCK..) {
                room.write(Point::new([*x, *y], index));
            }
            Block::of(x, y)
        });
        let blocks = blocks.collect();
        // SAFETY: there is room for as many points as there are coordinates, and each has just been written.
        unsafe { points.set_len(x.len()) };
        Self {
            first: 0,
            points,
            blocks,
        }
    }

    /// The same of points in any order, of `given` that there are with those that are none.
    pub(super) fn of(given: usize, each: impl FnOnce(&mut dyn FnMut(Point<T>))) -> Self {
        let none = |index| Point::new([T::nearest(f64::NAN); 2], index);
        let mut laid = Self {
            points: (0..given).map(none).collect(),
            ..Self::after(0)
        };
        each(&mut |point| laid.points[point.index as usize] = point);
        laid.look(0..given);
        laid
    }

    /// The index of the first one.
    pub(super) fn first(&self) -> usize {
        self.first
    }

    pub(super) fn points(&self) -> &[Point<T>] {
        &self.points
    }

    /// All blocks and their points.
    pub(super) fn parts(&self) -> impl IndexedParallelIterator<Item = Part<'_, T>> {
        self.blocks.par_iter().zip(self.points.par_chunks(BLOCK))
    }

    /// Puts points in the place of those from an index on, and after the last one.
    pub(super) fn put(&mut self, index: usize, points: &[Point<T>]) {
        let from = index - self.first;
        let known = points.len().min(self.points.len() - from);
        self.points[from..from + known].copy_from_slice(&points[..known]);
        self.points.extend_from_slice(&points[known..]);
        self.look(from..from + points.len());
    }

    /// Looks at the blocks of some points again.
    fn look(&mut self, changed: Range<usize>) {
        let blocks = changed.start / BLOCK..changed.end.div_ceil(BLOCK);
        let points = &self.points[blocks.start * BLOCK..self.points.len().min(blocks.end * BLOCK)];
        if blocks.end > self.blocks.len() {
            self.blocks.resize(blocks.end, Block::default());
        }
        let one = |(block, points): (&mut Block, &[Point<T>])| {
            let of = |axis: usize| points.iter().map(|point| point.at[axis]).collect::<Vec<T>>();
            *block = Block::of(&of(0), &of(1));
        };
        let blocks = &mut self.blocks[blocks];
        match changed.len() < PIECE {
            // To call other cores takes longer than a few points do.
            true => blocks.iter_mut().zip(points.chunks(BLOCK)).for_each(one),
            false => blocks.par_iter_mut().zip(points.par_chunks(BLOCK)).for_each(one),
        }
    }

    /// How many points there are, without those that are none, and the least rectangle around them; `None` of none.
    pub(super) fn known(&self) -> (usize, Option<Bounds>) {
        let bounds = self.blocks.iter().filter_map(|block| block.bounds);
        let len = self.blocks.iter().map(|block| block.count).sum();
        (len, bounds.reduce(Bounds::union))
    }

    pub(super) fn bytes(&self) -> usize {
        self.points.capacity() * size_of::<Point<T>>() + self.blocks.capacity() * size_of::<Block>()
    }
}
