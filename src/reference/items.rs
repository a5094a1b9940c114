//! Which items of a custom visual are seen.

use crate::abi::custom::{CustomBuffer, ItemsPush};

/// The numbers of the items that meet what is in view, in their order: of places as they are kept, [`ItemsPush::per`] for each.
#[must_use]
pub fn seen(push: &ItemsPush, own: &CustomBuffer, places: &[[f32; 4]]) -> Vec<u32> {
    let px = |&[x, y, rest_x, rest_y]: &[f32; 4]| {
        [
            ((x - own.corner_x) + (rest_x - own.rest_x)) * own.px_x,
            ((y - own.corner_y) + (rest_y - own.rest_y)) * own.px_y,
        ]
    };
    let meets = |item: &u32| {
        let first = *item as usize * push.per as usize;
        let places: Vec<[f32; 2]> = places[first..first + push.per as usize].iter().map(px).collect();
        let along = |axis: usize, from: f32, to: f32| {
            let values = || places.iter().map(|place| place[axis]);
            values().all(|v| v.abs() < 3.0e38)
                && values().fold(f32::MAX, f32::min) <= to
                && values().fold(f32::MIN, f32::max) >= from
        };
        along(0, push.left, push.right) && along(1, push.top, push.bottom)
    };
    (0..push.count).filter(meets).collect()
}
