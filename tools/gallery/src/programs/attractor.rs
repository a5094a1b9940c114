//! Points in three dimensions: where the weather of E. Lorenz (1963) goes, coloured by when.

use galvani::Result;
use galvani::figure::Space;
use galvani::scene::{Colormap, Style};

use super::part_of;

pub(super) fn figure(part: f64) -> Result<Space> {
    let count = part_of(1_000_000, part);
    let mut at = [1.0_f64, 1.0, 20.0];
    let mut places = Vec::with_capacity(count);
    let step = 400.0 / count as f64;
    // Small steps, so that few points still lie on the curve.
    let parts = (step / 1e-3).ceil().max(1.0);
    for _ in 0..count {
        for _ in 0..parts as usize {
            let [x, y, z] = at;
            let slope = [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z];
            at = [0, 1, 2].map(|axis| at[axis] + step / parts * slope[axis]);
        }
        places.push(at);
    }
    let when: Vec<f32> = (0..count).map(|i| i as f32).collect();
    Space::new()
        .title(format!("{count} points"))
        .style(Style::dark())
        .labels("x", "y", "z")
        .balls(&places)
        .size(3.0)
        .values(&when)
        .colormap(Colormap::Magma)
        .space()
}
