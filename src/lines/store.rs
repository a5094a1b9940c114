//! The vertices of all curves, and what is known of them.

use std::ops::Range;

use rayon::prelude::*;

use super::levels;
use super::{Across, Store};
use crate::points::{Coordinate, FARTHEST};
use crate::view::plane::Bounds;
use crate::{Error, Result};

impl<T: Coordinate> Store<T> {
    pub(super) fn new(x: Option<Vec<T>>, even: [f64; 2], y: Vec<T>) -> Result<Self> {
        let across = match x {
            Some(x) => {
                as_many(x.len(), y.len())?;
                Across::Each(x)
            }
            None => {
                is_span(even, y.len())?;
                Across::Even(even, 0)
            }
        };
        let ends = if y.is_empty() { Vec::new() } else { vec![y.len()] };
        Ok(Self::made(across, y, ends))
    }

    pub(super) fn made(x: Across<T>, y: Vec<T>, ends: Vec<usize>) -> Self {
        let mut store = Self {
            falls: 0,
            x,
            y,
            ends,
            levels: Vec::new(),
            bounds: None,
        };
        let pieces = (0..store.y.len().div_ceil(PIECE)).into_par_iter();
        let falls = |piece: usize| store.falls(piece * PIECE..((piece + 1) * PIECE).min(store.y.len()));
        store.falls = pieces.map(falls).sum();
        store.renew(0..store.y.len());
        store
    }

    /// Makes what is known of some vertices anew.
    pub(super) fn renew(&mut self, changed: Range<usize>) {
        let x = match &self.x {
            Across::Each(x) if self.falls > 0 => Some(&x[..]),
            _ => None,
        };
        levels::renew(&mut self.levels, x, &self.y, &changed);
        self.bounds = self.around();
    }

    /// Whether x never falls along any curve.
    pub(super) fn is_ordered(&self) -> bool {
        self.falls == 0
    }

    /// At how many of some vertices x is less than at the one before them on their curve, or either is a gap.
    pub(super) fn falls(&self, vertices: Range<usize>) -> usize {
        let Across::Each(x) = &self.x else {
            return 0;
        };
        let (mut at, mut falls) = (vertices.start, 0);
        let mut curve = self.ends.partition_point(|end| *end <= at);
        while at < vertices.end {
            let end = self.ends[curve].min(vertices.end);
            let mut before = match at > self.start(curve) {
                true => x[at - 1].as_f64(),
                false => f64::NEG_INFINITY,
            };
            for x in &x[at..end] {
                let x = x.as_f64();
                falls += usize::from(!(x.is_place() && x >= before));
                before = x;
            }
            (at, curve) = (end, curve + 1);
        }
        falls
    }

    pub(super) fn bytes(&self) -> usize {
        let given = match &self.x {
            Across::Even(..) => 0,
            Across::Each(x) => x.capacity(),
        };
        let nodes: usize = self
            .levels
            .iter()
            .map(|level| 2 * (level.x.capacity() + level.y.capacity()))
            .sum();
        (given + self.y.capacity() + nodes) * size_of::<T>() + self.ends.capacity() * size_of::<usize>()
    }

    /// The number of a curve's first vertex.
    pub(super) fn start(&self, curve: usize) -> usize {
        curve.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// The coordinates of a vertex of the curve that starts at vertex `start`; NaN where it is a gap.
    #[inline(always)]
    pub(super) fn at(&self, start: usize, number: usize) -> [f64; 2] {
        match self.is_vertex(number) {
            true => [self.x_at(start, number), self.y[number].as_f64()],
            false => [f64::NAN; 2],
        }
    }

    /// Whether a vertex is one, and no gap.
    #[inline(always)]
    pub(super) fn is_vertex(&self, number: usize) -> bool {
        let across = match &self.x {
            // All of them are, as they were given.
            Across::Even(..) => true,
            Across::Each(x) => x[number].is_place(),
        };
        across && self.y[number].is_place()
    }

    #[inline(always)]
    pub(super) fn x_at(&self, start: usize, number: usize) -> f64 {
        match &self.x {
            Across::Even([first, step], before) => first + (before + number - start) as f64 * step,
            Across::Each(x) => x[number].as_f64(),
        }
    }

    /// From the ends of curves where x is in order, else from the topmost boxes.
    fn around(&self) -> Option<Bounds> {
        let top = self.levels.last()?;
        let y = levels::whole(&top.y)?;
        let x = match self.is_ordered() {
            false => levels::whole(&top.x)?,
            true => {
                let ends = (0..self.ends.len()).filter(|&curve| self.start(curve) < self.ends[curve]);
                ends.map(|curve| {
                    let start = self.start(curve);
                    [start, self.ends[curve] - 1].map(|number| self.x_at(start, number))
                })
                .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])?
            }
        };
        Some(Bounds { x, y })
    }
}

/// Vertices that a thread looks at together.
const PIECE: usize = 1 << 16;

/// What errors are about.
pub(super) const WHAT: &str = "vertices of curves";

pub(super) fn failed(problem: String) -> Error {
    Error::Invalid { what: WHAT, problem }
}

/// Fails unless there is an x for each y.
pub(super) fn as_many(x: usize, y: usize) -> Result<()> {
    match x == y {
        true => Ok(()),
        false => Err(failed(format!("{x} x and {y} y; give as many of both"))),
    }
}

/// Fails unless so many vertices can lie evenly from `start` on.
pub(super) fn is_span([start, step]: [f64; 2], count: usize) -> Result<()> {
    let end = start + count.saturating_sub(1) as f64 * step;
    match step > 0.0 && [start, end].iter().all(|x| x.is_place()) {
        true => Ok(()),
        false => Err(failed(format!(
            "x from {start:e} to {end:e} by {step:e}; give a step above 0, and x up to {FARTHEST:e}"
        ))),
    }
}
