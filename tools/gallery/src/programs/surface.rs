//! Heights over a grid, coloured by height and lit: waves that run outwards and die away.

use galvani::Result;
use galvani::figure::Space;

use super::part_of;

pub(super) fn figure(part: f64) -> Result<Space> {
    let side = part_of(3000, part.sqrt()).max(40);
    let place = |number: usize| 24.0 * (number as f64 / (side - 1) as f64 - 0.5);
    let height = |number: usize| {
        let far = place(number % side).hypot(place(number / side));
        (4.0 * (1.5 * far).cos() * (-far / 6.0).exp()) as f32
    };
    let heights: Vec<f32> = (0..side * side).map(height).collect();
    Space::new()
        .title(format!("{side} × {side} heights"))
        .labels("x (mm)", "y (mm)", "height (µm)")
        .surface([-12.0, 12.0], [-12.0, 12.0], [side, side], &heights)
        .label("µm")
        .space()
}
