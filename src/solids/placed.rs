//! Positions to 2⁻²⁴ of their extent: 12 bytes each, wherever they lie and however small they are.

use rayon::prelude::*;

use super::Coordinate;
use crate::view::camera::Box3;

/// Where all positions move and any of them lies more halves than this from the middle, all are kept from a middle of their own.
const FARTHEST: f32 = 4.0;

/// From where stored positions are measured, and in what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// The middle of the box around them.
    pub(crate) middle: [f64; 3],
    /// Half of its longest side; 1 of none.
    pub(crate) half: f64,
}

impl Frame {
    pub(super) fn around(bounds: Option<Box3>) -> Self {
        let longest = bounds.map_or(0.0, |Box3(sides)| {
            sides.iter().map(|[a, b]| b / 2.0 - a / 2.0).fold(0.0, f64::max)
        });
        Self {
            middle: bounds.map_or([0.0; 3], |bounds| bounds.middle()),
            half: if longest > 0.0 { longest } else { 1.0 },
        }
    }
}

/// Positions in their frame: -1 … 1, or more once they have moved; NaN where one is not finite.
#[derive(Clone)]
pub(crate) struct Placed {
    pub(crate) frame: Frame,
    pub(crate) stored: Vec<[f32; 3]>,
    pub(crate) bounds: Option<Box3>,
}

impl Placed {
    pub(super) fn new<T: Coordinate>(places: &[[T; 3]]) -> Self {
        let bounds = Box3::around(places.iter().map(given));
        let frame = Frame::around(bounds);
        let Frame { middle, half } = frame;
        let store = |place: &[T; 3]| {
            let place = given(place);
            let part = |axis: usize| ((place[axis] - middle[axis]) / half).clamp(-1.0, 1.0) as f32;
            [0, 1, 2].map(part)
        };
        Self {
            frame,
            stored: places.iter().map(store).collect(),
            bounds,
        }
    }

    pub(crate) fn place(&self, number: usize) -> [f64; 3] {
        let stored = self.stored[number];
        let Frame { middle, half } = self.frame;
        [0, 1, 2].map(|axis| middle[axis] + half * f64::from(stored[axis]))
    }

    /// Moves positions from a number on: whether the order of what is made of them may stay, as it may not where any becomes finite or ceases
    /// to be.
    pub(super) fn put<T: Coordinate>(&mut self, first: usize, places: &[[T; 3]]) -> bool {
        let Frame { middle, half } = self.frame;
        let store = |place: &[T; 3]| {
            let place = given(place);
            let stored = [0, 1, 2].map(|axis| ((place[axis] - middle[axis]) / half) as f32);
            let is_there = stored.iter().all(|v| v.is_finite());
            if is_there { stored } else { [f32::NAN; 3] }
        };
        let all = places.len() == self.stored.len();
        let is_far = |place: &[T; 3]| store(place).iter().any(|v| v.abs() > FARTHEST);
        if all && places.par_iter().any(is_far) {
            *self = Self::new(places);
            return false;
        }
        let stored = self.stored[first..first + places.len()].par_iter_mut();
        let changes = stored.zip(places).map(|(stored, place)| {
            let before = std::mem::replace(stored, store(place));
            before[0].is_finite() != stored[0].is_finite()
        });
        let changed = changes.filter(|changes| *changes).count();
        self.bounds = self.around();
        changed == 0
    }

    /// The least box around all positions as they are stored.
    fn around(&self) -> Option<Box3> {
        let nothing = || [[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]];
        let both = |a: [[f32; 3]; 2], b: [[f32; 3]; 2]| {
            let of = |axis: usize| [a[0][axis].min(b[0][axis]), a[1][axis].max(b[1][axis])];
            let [x, y, z] = [0, 1, 2].map(of);
            [0, 1].map(|end: usize| [x[end], y[end], z[end]])
        };
        let ends = self
            .stored
            .par_iter()
            .fold(nothing, |ends, place| both(ends, [*place; 2]));
        let [least, greatest] = ends.reduce(nothing, both);
        let Frame { middle, half } = self.frame;
        let side = |axis: usize| [least, greatest].map(|end| middle[axis] + half * f64::from(end[axis]));
        (least[0] <= greatest[0]).then(|| Box3([0, 1, 2].map(side)))
    }
}

/// A position as a number each; NaN where one is not finite.
fn given<T: Coordinate>(place: &[T; 3]) -> [f64; 3] {
    match place.iter().all(|v| v.is_place()) {
        true => place.map(T::as_f64),
        false => [f64::NAN; 3],
    }
}
