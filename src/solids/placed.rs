//! Positions to 2⁻²⁴ of their extent: 12 bytes each, wherever they lie and however small they are.

use super::Coordinate;
use crate::view::camera::Box3;

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

/// Positions in their frame: -1 … 1; NaN where one is not finite.
pub(crate) struct Placed {
    pub(crate) frame: Frame,
    pub(crate) stored: Vec<[f32; 3]>,
    pub(crate) bounds: Option<Box3>,
}

impl Placed {
    pub(super) fn new<T: Coordinate>(places: &[[T; 3]]) -> Self {
        let given = |place: &[T; 3]| match place.iter().all(|v| v.is_place()) {
            true => place.map(T::as_f64),
            false => [f64::NAN; 3],
        };
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
}
