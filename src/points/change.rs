//! Points that change: others that follow, and others in the place of some.
//!
//! Points that follow lie in the order in which they were given, beside those that are sorted, and views look at each of them. Once there are
//! [`TAIL`] of them, and a [`SHARE`]th of all, they are sorted in among the others behind the frames. Points that move lie in that
//! order with all others, and are sorted when they have stood still for a frame.
//!
//! **What was measured**, on two cores that did other things as well: 1000 points more to 10⁷ of `f32` take 10 µs; 1.3 s where all are sorted
//! anew.

use super::grid::Coordinate;
use super::laid::Laid;
use super::lot::{Lot, Unsorted, check};
use super::sort::Point;
use super::{Cloud, Either, Given};
use crate::view::axis::Scale;
use crate::{Error, Result};

/// Up to so many points are never worth sorting in.
const TAIL: usize = 1 << 16;
/// Nor is less than this part of all points.
const SHARE: usize = 16;

impl Cloud {
    /// Adds points, `(x[i], y[i])` for each `i`, as numbers of the type that the others have: they follow those that were given.
    ///
    /// Takes some ns a point, and now and then as long as a copy of what was appended. Views look at all that follow the sorted points, at some 3 ns
    /// for each of them and each core; they are a sixteenth of all, or 65536, and what is appended while they are sorted in.
    ///
    /// # Errors
    /// [`Error::Invalid`] for slices of different lengths, or for 2³² points or more in all.
    pub fn append<T: Given>(&mut self, x: &[T], y: &[T]) -> Result<()> {
        let given = self.given;
        check(x.len(), y.len(), given)?;
        self.put(given, x, y);
        Ok(())
    }

    /// Moves the points from `first` on, of those that were given, to `(x[i], y[i])`, as numbers of the type that all have. Those without
    /// two finite coordinates are left out from then on.
    ///
    /// Takes some ns a point where none of them are sorted; else all points are laid in the order in which they were given first. Until they stand
    /// still views look at all points, at some 3 ns for each of them and each core.
    ///
    /// # Errors
    /// [`Error::Invalid`] for slices of different lengths, and where there are not as many points.
    pub fn replace<T: Given>(&mut self, first: usize, x: &[T], y: &[T]) -> Result<()> {
        check(x.len(), y.len(), 0)?;
        Error::span("points", first, x.len(), self.given)?;
        self.put(first, x, y);
        Ok(())
    }

    /// Puts points from number `first` on, and after the last one, here and in what was made for logarithmic axes.
    fn put<T: Given>(&mut self, first: usize, x: &[T], y: &[T]) {
        let Self { lot, logged, given } = self;
        let places = match lot {
            Either::F32(lot) => lot.put(first, x, y, *given),
            Either::F64(lot) => lot.put(first, x, y, *given),
        };
        for (scales, copy) in logged.all_mut() {
            let units = places.iter().map(|place| Scale::units(scales, *place));
            let (x, y): (Vec<f64>, Vec<f64>) = units.map(|[x, y]| (x, y)).unzip();
            copy.put(first, &x, &y);
        }
        *given = (*given).max(first + x.len());
    }
}

impl<T: Coordinate> Lot<T> {
    /// Puts points from number `first` on, and after the last one, of `given`: where they are then, NaN for those that are none.
    fn put<S: Coordinate>(&mut self, first: usize, x: &[S], y: &[S], given: usize) -> Vec<[f64; 2]> {
        let number = |v: &S| T::nearest(v.as_f64());
        let points = x.iter().zip(y).zip(first..);
        let points: Vec<Point<T>> = points
            .map(|((x, y), index)| Point::new([number(x), number(y)], index))
            .collect();
        let before = self.tail.first().saturating_sub(first).min(points.len());
        if before > 0 {
            self.move_to(first, &points[..before], given);
        }
        if before < points.len() {
            // Those that followed may lie among the others now.
            match self.tail.first() <= first + before {
                true => self.tail.put(first + before, &points[before..]),
                false => self.move_to(first + before, &points[before..], given),
            }
            self.turn();
        }
        points.iter().map(Point::place).collect()
    }

    /// Moves points that lie before those that followed; where any are sorted, all lie in the order in which they were given afterwards.
    fn move_to(&mut self, first: usize, points: &[Point<T>], given: usize) {
        let mut laid = match self.take() {
            Some(laid) => laid,
            None => {
                let laid = Laid::of(given, |each| self.now().each(each));
                self.tail = Laid::after(given);
                laid
            }
        };
        laid.put(first, points);
        let tail = std::mem::replace(&mut self.tail, Laid::after(given));
        let unsorted = Unsorted { store: None, laid };
        *self = Self::of(unsorted.laid.known(), unsorted, self.limits(), tail);
        self.stir();
    }

    /// Lets those that followed be sorted in once they are many.
    fn turn(&mut self) {
        let many = TAIL.max(self.len() / SHARE);
        let Some(store) = self.sorted().filter(|_| self.tail.points().len() > many) else {
            return;
        };
        let (store, known) = (Some(store.clone()), (self.len(), self.bounds()));
        let end = self.tail.first() + self.tail.points().len();
        let laid = std::mem::replace(&mut self.tail, Laid::after(end));
        let unsorted = Unsorted { store, laid };
        *self = Self::of(known, unsorted, self.limits(), Laid::after(end));
    }
}
