//! A histogram of a million intervals between spikes, over that of a steadier cell.

use galvani::Result;
use galvani::figure::Figure;

use super::part_of;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let count = part_of(1_000_000, part);
    let (poisson, steady) = (intervals(count, 1), intervals(count, 6));
    Figure::new()
        .title("A million intervals between spikes")
        .labels("s", "")
        .x_limits(0.0, 0.3)
        .histogram(&poisson, 800)
        .opacity(0.7)
        .name("a Poisson process")
        .histogram(&steady, 400)
        .opacity(0.7)
        .name("a steadier cell")
        .figure()
}

/// Intervals of 50 ms on average, each of so many exponential parts.
fn intervals(count: usize, parts: usize) -> Vec<f32> {
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64 ^ parts as u64;
    let mut exponential = || {
        // Xorshift (G. Marsaglia, 2003).
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        -(1.0 - (bits >> 11) as f64 / (1_u64 << 53) as f64).ln()
    };
    let mut interval = |_| (0.05 / parts as f64 * (0..parts).map(|_| exponential()).sum::<f64>()) as f32;
    (0..count).map(&mut interval).collect()
}
