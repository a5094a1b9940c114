//! Points at random, the same in every run.

use super::random::Random;

/// Points in two clusters, some anywhere, some equal, some of them none: in the unit square.
pub(crate) fn unit(seed: u64, count: usize) -> Vec<[f64; 2]> {
    let mut random = Random::new(seed);
    let middles = [[random.unit(), random.unit()], [random.unit(), random.unit()]];
    let mut one = |i: usize| match random.below(20) {
        0 => [f64::NAN, random.unit()],
        1 => [random.unit(), f64::INFINITY],
        2..6 => [random.unit(), random.unit()],
        6..8 => middles[1],
        _ => middles[i % 2].map(|v| v + (random.unit() - 0.5) * random.unit() * 0.05),
    };
    (0..count).map(&mut one).collect()
}

/// The same, so large and so far out.
pub(crate) fn scaled(points: &[[f64; 2]], scale: f64, offset: f64) -> (Vec<f64>, Vec<f64>) {
    let of = |axis: usize| points.iter().map(|at| at[axis] * scale + offset).collect();
    (of(0), of(1))
}
