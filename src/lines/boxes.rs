//! Curves in no order, by a tree of boxes.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::levels::LEAF;
use super::{COARSEST, FANOUT, FINEST, LIFT, MOST, Reduced, Store};
use crate::points::Coordinate;
use crate::view::plane::Plane;

/// Of one level about so many nodes are walked apart, on all cores.
const TASKS: usize = 256;

/// Draws boxes of [`COARSEST`] pixels as one piece each, and then ever smaller ones while what is drawn is not too much.
pub(super) fn reduce<T: Coordinate>(
    store: &Store<T>,
    plane: &Plane,
    [w, h]: [u32; 2],
    reach: f64,
) -> Reduced {
    let view = [[-reach, f64::from(w) + reach], [-reach, f64::from(h) + reach]];
    let mut px = COARSEST;
    let mut best = Walk::new(store, plane, view, px, usize::MAX).all();
    while px > FINEST && best.is_some() {
        let finer = Walk::new(store, plane, view, px / 2.0, MOST).all();
        if finer.is_none() {
            break;
        }
        (best, px) = (finer, px / 2.0);
    }
    let (curves, in_view, joined) = best.unwrap_or_default();
    Reduced {
        curves,
        in_view,
        // Across a box, from corner to corner.
        max_px: if joined {
            px * std::f64::consts::SQRT_2
        } else {
            0.0
        },
    }
}

/// What a walk found: of each curve its vertices, how many are in view, and whether any box was drawn as one piece.
type Found = (Vec<Vec<usize>>, usize, bool);

/// A walk down the boxes.
struct Walk<'a, T> {
    store: &'a Store<T>,
    plane: &'a Plane,
    view: [[f64; 2]; 2],
    /// Boxes up to so many pixels are one piece.
    px: f64,
    most: usize,
    made: AtomicUsize,
}

/// What a thread finds of one curve.
#[derive(Default)]
struct Piece {
    found: Vec<usize>,
    in_view: usize,
    joined: bool,
}

impl<'a, T: Coordinate> Walk<'a, T> {
    fn new(store: &'a Store<T>, plane: &'a Plane, view: [[f64; 2]; 2], px: f64, most: usize) -> Self {
        Self {
            store,
            plane,
            view,
            px,
            most,
            made: AtomicUsize::new(0),
        }
    }

    /// `None` where it is more than there may be.
    fn all(&self) -> Option<Found> {
        let curves = (0..self.store.ends.len()).into_par_iter();
        let walked: Vec<Piece> = curves.map(|curve| self.curve(curve)).collect();
        if self.is_too_much() {
            return None;
        }
        let in_view = walked.iter().map(|piece| piece.in_view).sum();
        let joined = walked.iter().any(|piece| piece.joined);
        Some((
            walked.into_iter().map(|piece| piece.found).collect(),
            in_view,
            joined,
        ))
    }

    fn is_too_much(&self) -> bool {
        self.made.load(Ordering::Relaxed) > self.most
    }

    fn curve(&self, curve: usize) -> Piece {
        let [start, end] = [self.store.start(curve), self.store.ends[curve]];
        let levels = &self.store.levels;
        let top = levels.len() - 1;
        // Few nodes are walked at once; of many those of a level that is well shared.
        let enough = |&level: &usize| (end - start) / levels[level].span >= TASKS;
        let level = (0..top).rev().find(enough).unwrap_or(top);
        let span = levels[level].span;
        let nodes = start / span..end.div_ceil(span);
        let walk = |node: usize| {
            let mut piece = Piece::default();
            self.node(Some(level), node, [start, end], &mut piece);
            self.made.fetch_add(piece.found.len(), Ordering::Relaxed);
            piece
        };
        let pieces: Vec<Piece> = match nodes.len() > TASKS / 2 {
            true => nodes.into_par_iter().map(walk).collect(),
            false => nodes.map(walk).collect(),
        };
        let mut all = Piece::default();
        for piece in pieces {
            all.found.extend(piece.found);
            all.in_view += piece.in_view;
            all.joined |= piece.joined;
        }
        all
    }

    /// Takes what of a node belongs to the curve: a node of a level, or without one a leaf's vertices.
    fn node(&self, level: Option<usize>, number: usize, [start, end]: [usize; 2], piece: &mut Piece) {
        let Some(above) = level else {
            let first = number * LEAF;
            let (a, b) = (first.max(start), (first + LEAF).min(end));
            piece.in_view += b - a;
            return piece.found.extend((a..b).map(|i| self.vertex(i)));
        };
        let level = &self.store.levels[above];
        let first = number * level.span;
        let (a, b) = (first.max(start), (first + level.span).min(end));
        if a >= b || self.is_too_much() {
            return;
        }
        let (x, y) = (level.x[number], level.y[number]);
        if x[0] > x[1] || y[0] > y[1] {
            return piece.found.push(LIFT);
        }
        let corner = |k: usize| self.plane.px_from([x[k].as_f64(), y[1 - k].as_f64()]);
        let (near, far) = (corner(0), corner(1));
        let is_out = (0..2).any(|axis| far[axis] < self.view[axis][0] || near[axis] > self.view[axis][1]);
        if is_out {
            // What connects it to its neighbours may still be in view.
            let ends = [self.vertex(a), LIFT, self.vertex(b - 1)];
            return piece.found.extend(ends);
        }
        let is_small = (0..2).all(|axis| far[axis] - near[axis] <= self.px);
        if is_small {
            piece.joined |= b - a > 2;
            piece.in_view += b - a;
            return self.join(a, b, piece);
        }
        match above.checked_sub(1) {
            None => self.node(None, number, [start, end], piece),
            below => {
                let nodes = self.store.levels[above - 1].x.len();
                for child in number * FANOUT..((number + 1) * FANOUT).min(nodes) {
                    self.node(below, child, [start, end], piece);
                }
            }
        }
    }

    /// Draws vertices `a .. b` as one piece, connected to what is before and after where there is no gap at its ends.
    fn join(&self, a: usize, b: usize, piece: &mut Piece) {
        let is_vertex = |i: &usize| self.vertex(*i) != LIFT;
        let (first, last) = ((a..b).find(is_vertex), (a..b).rev().find(is_vertex));
        let (Some(first), Some(last)) = (first, last) else {
            return piece.found.push(LIFT);
        };
        let ends = [
            (first > a).then_some(LIFT),
            Some(first),
            (last > first).then_some(last),
            (last + 1 < b).then_some(LIFT),
        ];
        piece.found.extend(ends.into_iter().flatten());
    }

    /// A vertex; a lift where it is a gap.
    fn vertex(&self, number: usize) -> usize {
        match self.store.is_vertex(number) {
            true => number,
            false => LIFT,
        }
    }
}
