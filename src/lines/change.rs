//! Curves that change: vertices that follow, and others in the place of some.
//!
//! Nodes of levels are made anew of the vertices that changed alone: what it takes grows with those, but for some ns a curve. Memory for
//! vertices that follow is taken ahead, for as many again as there are, so that they take as long on average however many there are.
//!
//! **What was measured**, on two cores that did other things as well: 1000 vertices more to 10⁷ of `f32` take 10 µs, with what
//! [`Curves::keep`] forgets; 51 ms where all are made anew.

use std::ops::Range;

use super::store::{WHAT, as_many, failed, is_span};
use super::{Across, Curves, Either, Given, Store};
use crate::points::Coordinate;
use crate::points::logged::Logged;
use crate::view::axis::Scale;
use crate::{Error, Result};

impl Curves {
    /// Lets the last curve go on through `(x[i], y[i])`, as numbers of the type that curves have.
    ///
    /// Where x falls for the first time along any curve, all levels are made anew: it takes as long as [`Curves::new`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for different numbers of x and y, and of curves over even x. Curves are then as they were.
    pub fn append<T: Given>(&mut self, x: &[T], y: &[T]) -> Result<()> {
        as_many(x.len(), y.len())?;
        self.check(false)?;
        self.put(self.len(), Some(x), y);
        Ok(())
    }

    /// Lets the last curve go on over even x.
    ///
    /// Several curves that grow together, as the channels of a scope, are best given all of their length from the start, of NaN, which are gaps,
    /// and filled by [`Curves::replace`].
    ///
    /// # Errors
    /// [`Error::Invalid`] of curves that do not lie over even x, and where x would be more than
    /// [`FARTHEST`](crate::points::FARTHEST) from 0. Curves are then as they were.
    pub fn append_even<T: Given>(&mut self, y: &[T]) -> Result<()> {
        self.check(true)?;
        either!(&self.store, store => if let Across::Even(even, before) = store.x {
            let last = store.ends.len().checked_sub(1).map_or(0, |last| store.start(last));
            is_span(even, before + store.y.len() - last + y.len())?;
        });
        self.put(self.len(), None, y);
        Ok(())
    }

    /// Gives the vertices from `first` on other y, as numbers of the type that curves have.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there are not as many vertices.
    pub fn replace<T: Given>(&mut self, first: usize, y: &[T]) -> Result<()> {
        Error::span(WHAT, first, y.len(), self.len())?;
        self.put(first, None, y);
        Ok(())
    }

    /// Moves the vertices from `first` on to `(x[i], y[i])`, as numbers of the type that curves have.
    ///
    /// Where x falls for the first time along any curve, all levels are made anew: it takes as long as [`Curves::new`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for different numbers of x and y, where there are not as many vertices, and of curves over even x.
    pub fn move_to<T: Given>(&mut self, first: usize, x: &[T], y: &[T]) -> Result<()> {
        as_many(x.len(), y.len())?;
        self.check(false)?;
        Error::span(WHAT, first, y.len(), self.len())?;
        self.put(first, Some(x), y);
        Ok(())
    }

    /// Forgets the first vertices of one curve, once there are twice as many as `last`, but for so many of the last ones: those that stay keep
    /// their places and have new numbers, from 0. How many were forgotten. Called after each [`Curves::append`] it takes no longer on average
    /// than that.
    ///
    /// # Errors
    /// [`Error::Invalid`] of several curves.
    pub fn keep(&mut self, last: usize) -> Result<usize> {
        if self.count() > 1 {
            return Err(failed(format!(
                "there are {} curves; one alone can forget its first vertices",
                self.count()
            )));
        }
        let gone = self.len() - last.min(self.len());
        if gone == 0 || gone < last {
            return Ok(0);
        }
        either!(&mut self.store, store => store.forget(gone));
        self.logged = Logged::default();
        Ok(gone)
    }

    /// Fails unless curves lie over even x, or where they should not.
    fn check(&self, even: bool) -> Result<()> {
        let is_even = either!(&self.store, store => matches!(store.x, Across::Even(..)));
        match (is_even, even) {
            (true, false) => Err(failed(
                "curves over even x take no x; give y alone, to append_even or replace".to_owned(),
            )),
            (false, true) => Err(failed(
                "curves of which each vertex has an x need one for each that follows; give them to append"
                    .to_owned(),
            )),
            _ => Ok(()),
        }
    }

    /// Puts vertices from `first` on, and after the last one, here and in what was made for logarithmic axes.
    fn put<T: Given>(&mut self, first: usize, x: Option<&[T]>, y: &[T]) {
        let span = first..first + y.len();
        let Self { store, logged } = self;
        either!(store, store => {
            store.put(span.clone(), x.map(|x| x.iter().copied()), y.iter().copied());
            for (scales, copy) in logged.all_mut() {
                let places: Vec<[f64; 2]> = store.places(span.clone(), scales).collect();
                if let Either::F64(copy) = &mut copy.store {
                    let of = |axis: usize| places.iter().map(move |place| place[axis]);
                    copy.put(span.clone(), Some(of(0)), of(1));
                }
            }
        });
    }
}

impl<T: Coordinate> Store<T> {
    /// Puts vertices in the place of `span`, of which some may be after the last one; without x at that which they have.
    fn put<S: Coordinate>(
        &mut self,
        span: Range<usize>,
        x: Option<impl Iterator<Item = S>>,
        y: impl Iterator<Item = S>,
    ) {
        if span.is_empty() {
            return;
        }
        let was_ordered = self.is_ordered();
        // What follows the last of them may fall from it.
        let next = span.end.saturating_add(1);
        self.falls -= self.falls(span.start..next.min(self.y.len()));
        if let (Across::Each(own), Some(x)) = (&mut self.x, x) {
            write(own, span.start, x);
        }
        write(&mut self.y, span.start, y);
        match self.ends.last_mut() {
            Some(end) => *end = (*end).max(span.end),
            None => self.ends.push(span.end),
        }
        self.falls += self.falls(span.start..next.min(self.y.len()));
        let all = match (was_ordered, self.is_ordered()) {
            // Levels have no x yet.
            (true, false) => {
                self.levels.clear();
                0..self.y.len()
            }
            (false, true) => {
                self.levels.iter_mut().for_each(|level| level.x = Vec::new());
                span
            }
            _ => span,
        };
        self.renew(all);
    }

    /// Forgets the first vertices of one curve.
    fn forget(&mut self, gone: usize) {
        let mut x = std::mem::replace(&mut self.x, Across::Each(Vec::new()));
        match &mut x {
            Across::Even(_, before) => *before += gone,
            Across::Each(x) => drop(x.drain(..gone)),
        }
        let mut y = std::mem::take(&mut self.y);
        y.drain(..gone);
        let ends = vec![y.len()];
        *self = Self::made(x, y, ends);
    }

    /// Where vertices lie on axes of these scales; NaN on one where they have no place.
    pub(super) fn places(
        &self,
        vertices: Range<usize>,
        scales: [Scale; 2],
    ) -> impl Iterator<Item = [f64; 2]> {
        let mut curve = self.ends.partition_point(|end| *end <= vertices.start);
        vertices.map(move |number| {
            while self.ends[curve] <= number {
                curve += 1;
            }
            let y = self.y[number].as_f64();
            Scale::units(scales, [self.x_at(self.start(curve), number), y])
        })
    }
}

/// Puts values in the place of others from `first` on, and after the last one.
fn write<T: Coordinate, S: Coordinate>(own: &mut Vec<T>, first: usize, values: impl Iterator<Item = S>) {
    let mut values = values.map(|value| T::nearest(value.as_f64()));
    for (own, value) in own[first..].iter_mut().zip(&mut values) {
        *own = value;
    }
    own.extend(values);
}
