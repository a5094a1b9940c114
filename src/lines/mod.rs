//! Curves through many vertices, of which any view is drawn from few.
//!
//! **Where x never falls** along a curve, as in a signal over time, its vertices are looked at by pixel columns. A column of up to
//! [`FEW`] shows them all; of more the first, the least, the greatest and the last stand for all, which light the same pixels (M4:
//! Jugel, Jerzak, Hackenbroich and Markl, *M4: A Visualization-Oriented Time Series Data Aggregation*, PVLDB 7 (10), 2014). They are
//! found through levels of the least and the greatest y of [`LEAF`] vertices, of [`FANOUT`] times as many and so on: nothing is lost,
//! and what it takes is bounded by the columns of the view. Gaps within a column of more than [`FEW`] vertices are not seen.
//!
//! **Elsewhere** curves are walked down a tree of such boxes, of x and of y. What lies out of view is left out, and a box of up to
//! [`FINEST`] of a pixel is drawn as one piece from its first vertex to its last. Where that makes more than [`MOST`] vertices, boxes of
//! twice the size are, and so on up to [`COARSEST`]; the report says how far the picture is then from that of all vertices.
//!
//! **Gaps.** A vertex that is not a number, or is more than [`FARTHEST`](crate::points::FARTHEST), interrupts its curve.
//!
//! **What is drawn.** Pieces that are at most a pixel wide and 16 high stand upright where they are, half a pixel off at most.
//!
//! **What it costs.** In memory a seventh of what was given; to load, about as long as reading it. Curves can change ([`Curves::append`],
//! [`Curves::replace`]): only the nodes of vertices that did are made anew.
//!
//! **What was measured**, on two cores at 1920 × 1080. 10⁸ vertices over even x in `f32` take 0.2 s to their first picture, and at most
//! 0.7 ms to find what stands for them, as 10⁶ do; to draw noise as high as the plot takes 3 to 6 ms. Pieces that are steep were ten
//! times as long in drawing before they stood upright, and a conversion of each pixel's share to a whole number by itself took half of
//! all. A piece takes some 60 ns: a walk in the plane of 10⁷ steps takes 0.1 s where half of its steps are in view.
//!
//! **What is left out.** Where curves in no order pass most pixels of the view many times, all of their boxes are walked, and all pieces
//! are drawn, however much they cover what is covered already.

/// Calls the same of whichever it is.
macro_rules! either {
    ($curves:expr, $store:ident => $do:expr) => {
        match $curves {
            Either::F32($store) => $do,
            Either::F64($store) => $do,
        }
    };
}

mod boxes;
mod change;
mod columns;
mod levels;
pub mod pieces;
mod store;

use std::borrow::Cow;

use crate::points::Coordinate;
use crate::points::logged::Logged;
use crate::view::axis::Scale;
use crate::view::plane::{Bounds, Plane};
use crate::{Error, Result};
use levels::Level;
pub use levels::{FANOUT, LEAF};
use pieces::{Part, Piece, Seen};

/// Vertices that a column shows all of.
pub const FEW: usize = 4;
/// Vertices that a view of curves in no order is drawn from at most, with boxes below [`COARSEST`].
pub const MOST: usize = 1 << 19;
/// Pixels of a box that is always drawn as one piece.
pub const FINEST: f64 = 0.25;
/// Pixels of the largest box that ever is.
pub const COARSEST: f64 = 4.0;

/// Dashes of curves of up to so many vertices stay where they are on the curve as the view moves.
pub const DASHED: usize = 1 << 16;

/// Stands between vertices that are not connected.
pub(crate) const LIFT: usize = usize::MAX;

/// Curves, and what is needed to draw any view of them. A clone has all vertices once more.
#[derive(Clone)]
pub struct Curves {
    store: Either,
    logged: Logged<Curves>,
}

/// The vertices, as they were given.
#[derive(Clone)]
enum Either {
    F32(Store<f32>),
    F64(Store<f64>),
}

/// Vertices of all curves, one after the other.
#[derive(Clone)]
struct Store<T> {
    x: Across<T>,
    y: Vec<T>,
    /// For each curve the number of the vertex after its last.
    ends: Vec<usize>,
    /// At how many vertices x falls, or is a gap.
    falls: usize,
    levels: Vec<Level<T>>,
    bounds: Option<Bounds>,
}

/// Where vertices lie in x.
#[derive(Clone)]
enum Across<T> {
    /// Where each curve starts, how far apart its vertices are, and how many were there before its first one.
    Even([f64; 2], usize),
    Each(Vec<T>),
}

/// What a view of curves is drawn from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reduced {
    /// For each curve numbers of vertices in the order of drawing, [`usize::MAX`] between those that are not connected.
    pub curves: Vec<Vec<usize>>,
    /// Vertices in view, or in boxes that are partly.
    pub in_view: usize,
    /// How far vertices may lie from what is drawn, in pixels; 0 where it stands for all of them.
    pub max_px: f64,
}

/// Types of which curves are made.
pub trait Given: Coordinate {
    /// Takes curves of this type; without `x` they start at and step by `even`.
    ///
    /// # Errors
    /// Those of [`Curves::new`] and [`Curves::even`].
    fn curves(x: Option<Vec<Self>>, even: [f64; 2], y: Vec<Self>) -> Result<Curves>;
}

macro_rules! given {
    ($($type:ty: $variant:ident),*) => {
        $(impl Given for $type {
            fn curves(x: Option<Vec<Self>>, even: [f64; 2], y: Vec<Self>) -> Result<Curves> {
                Store::new(x, even, y).map(|store| Curves::of(Either::$variant(store)))
            }
        })*
    };
}

given!(f32: F32, f64: F64);

impl Curves {
    /// One curve through `(x[i], y[i])`, in that order.
    ///
    /// # Errors
    /// [`Error::Invalid`] for different numbers of x and y.
    pub fn new<'a, T: Given>(x: impl Into<Cow<'a, [T]>>, y: impl Into<Cow<'a, [T]>>) -> Result<Self> {
        T::curves(Some(x.into().into_owned()), [0.0; 2], y.into().into_owned())
    }

    /// One curve through `(start + i · step, y[i])`.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless `step` is above 0, and all x are at most [`FARTHEST`](crate::points::FARTHEST) from 0.
    pub fn even<'a, T: Given>(start: f64, step: f64, y: impl Into<Cow<'a, [T]>>) -> Result<Self> {
        T::curves(None, [start, step], y.into().into_owned())
    }

    /// The same vertices as several curves, each through so many of them. Over even x each starts anew.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless the lengths add up to all vertices.
    pub fn cut(self, lengths: impl IntoIterator<Item = usize>) -> Result<Self> {
        let mut ends: Vec<usize> = Vec::new();
        for length in lengths {
            ends.push(ends.last().copied().unwrap_or(0).saturating_add(length));
        }
        let (all, has) = (ends.last().copied().unwrap_or(0), self.len());
        if all != has {
            return Err(Error::Invalid {
                what: "lengths of curves",
                problem: format!("they are {all} vertices in all, of {has}; give each vertex to one curve"),
            });
        }
        let store = match self.store {
            Either::F32(store) => Either::F32(Store::made(store.x, store.y, ends)),
            Either::F64(store) => Either::F64(Store::made(store.x, store.y, ends)),
        };
        Ok(Self::of(store))
    }

    fn of(store: Either) -> Self {
        Self {
            store,
            logged: Logged::default(),
        }
    }

    /// The curves as axes of these scales have them: themselves where both are even, else curves through logarithms, 16 bytes a vertex,
    /// which are made when they are first asked for, and kept. A vertex of which either coordinate has no place on its axis is a gap.
    #[must_use]
    pub fn on(&self, scales: [Scale; 2]) -> &Self {
        self.logged.of(self, scales, || {
            either!(&self.store, store => {
                let places = store.places(0..store.y.len(), scales);
                let (x, y) = places.map(|[x, y]| (x, y)).unzip();
                Self::of(Either::F64(Store::made(Across::Each(x), y, store.ends.clone())))
            })
        })
    }

    /// How many vertices were given, gaps included.
    #[must_use]
    pub fn len(&self) -> usize {
        either!(&self.store, store => store.y.len())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many curves there are.
    #[must_use]
    pub fn count(&self) -> usize {
        either!(&self.store, store => store.ends.len())
    }

    /// Whether x never falls along any curve.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        either!(&self.store, store => store.is_ordered())
    }

    /// Bytes of vertices, of levels, and of what was made for logarithmic axes, with what is free for more.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        either!(&self.store, store => store.bytes() as u64) + self.logged.all().map(Self::bytes).sum::<u64>()
    }

    /// The least rectangle around all vertices; `None` where there are only gaps.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        either!(&self.store, store => store.bounds)
    }

    /// The coordinates of a vertex; NaN where it is a gap.
    ///
    /// # Panics
    /// Where there are not as many.
    #[must_use]
    pub fn vertex(&self, number: usize) -> [f64; 2] {
        either!(&self.store, store => {
            let curve = store.ends.partition_point(|end| *end <= number);
            store.at(store.start(curve), number)
        })
    }

    /// What a view of `[width, height]` pixels, and `reach` more on each side, is drawn from.
    #[must_use]
    pub fn reduce(&self, plane: &Plane, size: [u32; 2], reach: f64) -> Reduced {
        either!(&self.store, store => match store.is_ordered() {
            true => columns::reduce(store, plane, size, reach),
            false => boxes::reduce(store, plane, size, reach),
        })
    }

    /// The first vertex of curves in order, from vertex `from` on, of whose x `is_before` is no longer true; it is likely to be about
    /// `guess` further on. Of one curve.
    pub(crate) fn first(&self, from: usize, guess: usize, is_before: impl Fn(f64) -> bool) -> usize {
        either!(&self.store, store => {
            columns::near(from, store.y.len(), guess, |number| is_before(store.x_at(0, number)))
        })
    }

    /// The least and the greatest y of vertices `a .. b`; `None` of none, and of gaps alone.
    pub(crate) fn range(&self, a: usize, b: usize) -> Option<[f64; 2]> {
        either!(&self.store, store => {
            let found = levels::extremes(&store.levels, &store.y, a, b)?;
            Some(found.map(|number| store.y[number].as_f64()))
        })
    }

    /// Calls `each` with the pieces of lines that what [`Curves::reduce`] found stands for, as far as they are in view.
    ///
    /// # Panics
    /// Where `part` is not of what was found of these curves.
    pub fn pieces(&self, reduced: &Reduced, part: &Part, seen: &Seen<'_>, each: impl FnMut(Piece)) {
        let numbers = &reduced.curves[part.curve];
        either!(&self.store, store => {
            let start = store.start(part.curve);
            let at = |vertex: usize| seen.plane.px_from(store.at(start, vertex));
            // How far along the curve the first one in view is, where there are few before it.
            let place = match seen.dashes {
                Some(_) if store.ends[part.curve] - start <= DASHED => {
                    let first = numbers.iter().copied().find(|vertex| *vertex != LIFT);
                    pieces::length(start, first.unwrap_or(start), at)
                }
                _ => 0.0,
            };
            pieces::pieces(numbers, part.numbers.clone(), at, seen, place, each);
        })
    }
}
