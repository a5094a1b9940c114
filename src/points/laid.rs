//! Points in the order in which they were given, and what is known of every few of them.

use std::ops::Range;

use rayon::prelude::*;

use super::PIECE;
use super::cover;
use super::grid::Coordinate;
use super::sort::Point;
use crate::system::room;
use crate::view::plane::Bounds;

/// Points of a block.
const BLOCK: usize = 1 << 12;

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
struct Block {
    count: usize,
    bounds: Option<Bounds>,
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
        let mut points = room(x.len());
        let all = x.par_iter().zip(y).enumerate();
        all.map(|(index, (x, y))| Point::new([*x, *y], index))
            .collect_into_vec(&mut points);
        let mut laid = Self {
            points,
            ..Self::after(0)
        };
        laid.look(0..x.len());
        laid
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
            let places = || points.iter().filter(|point| point.is_there()).map(Point::place);
            *block = Block {
                count: places().count(),
                bounds: cover::around(places()),
            };
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
