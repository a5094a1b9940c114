//! Which blocks of a solid are in view.

use crate::abi::solids::{SolidsBox, SolidsView};

/// The numbers of the boxes that meet what is in view, in their order: of each plane around that a part of them is on the inner side.
#[must_use]
pub fn seen(view: &SolidsView, boxes: &[SolidsBox]) -> Vec<u32> {
    let meets = |own: &SolidsBox| {
        let least = [own.least_x, own.least_y, own.least_z];
        let greatest = [own.greatest_x, own.greatest_y, own.greatest_z];
        let middle = [0, 1, 2].map(|axis| (least[axis] + greatest[axis]) * 0.5);
        let half = [0, 1, 2].map(|axis| (greatest[axis] - least[axis]) * 0.5 + view.around);
        let away = [view.away_x, view.away_y, view.away_z];
        let sides = [
            ([view.right_x, view.right_y, view.right_z], view.slope_x),
            ([view.up_x, view.up_y, view.up_z], view.slope_y),
        ];
        let from = [view.from_x, view.from_y, view.from_z];
        let rest = [view.rest_x, view.rest_y, view.rest_z];
        let off = [0, 1, 2].map(|axis| (middle[axis] - from[axis]) - rest[axis]);
        let far = along(away, off) + view.start;
        let is_within = |(beside, slope): ([f32; 3], f32)| {
            [-1.0, 1.0].into_iter().all(|side: f32| {
                let inwards = [0, 1, 2].map(|axis| beside[axis] * side + away[axis] * (view.far * slope));
                let divisor = view.far * far + (1.0 - view.far);
                let reach = along(inwards.map(f32::abs), half);
                side * along(beside, off) + slope * divisor + reach >= 0.0
            })
        };
        let deepest = far + along(away.map(f32::abs), half);
        sides.into_iter().all(is_within) && (view.far == 0.0 || deepest >= view.near)
    };
    let numbered = (0..).zip(boxes);
    numbered
        .filter(|(_, own)| meets(own))
        .map(|(number, _)| number)
        .collect()
}

/// A sum of three products, in this order.
fn along(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
