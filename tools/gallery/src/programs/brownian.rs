//! Brownian motion: a million steps in the plane, coloured along the way.

use galvani::Result;
use galvani::figure::Figure;
use galvani::scene::Style;

use super::part_of;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let steps = part_of(1_000_000, part);
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let (mut x, mut y) = (Vec::new(), Vec::new());
    let mut at = [0.0_f32; 2];
    for _ in 0..steps {
        // Xorshift (G. Marsaglia, 2003); a half of it for each axis.
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        at[0] += (bits >> 40) as f32 / 16_777_216.0 - 0.5;
        at[1] += (bits >> 16 & 0xff_ffff) as f32 / 16_777_216.0 - 0.5;
        x.push(at[0]);
        y.push(at[1]);
    }
    let along: Vec<f32> = (0..steps).map(|step| step as f32).collect();
    Figure::new()
        .title("A million steps of Brownian motion")
        .style(Style::dark())
        .aspect(1.0)
        .size(960, 760)
        .grid(false)
        .lines(x, y)
        .values(&along)
        .width(1.0)
        .figure()
}
