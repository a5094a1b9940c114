//! Three hundred trials of an evoked potential as one visual, from the first to the last, and their mean over them.

use galvani::Result;
use galvani::figure::{Figure, Lines};
use galvani::lines::Curves;
use galvani::scene::{Colormap, Rgba8};

use super::part_of;

/// Samples of a trial, a millisecond apart, the first of them before the stimulus.
const LONG: usize = 600;
const BEFORE: f64 = -0.1;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let count = part_of(300, part);
    let trials: Vec<f32> = (0..count).flat_map(trial).collect();
    let mean: Vec<f32> = (0..LONG)
        .map(|i| trials.iter().skip(i).step_by(LONG).sum::<f32>() / count as f32)
        .collect();
    let colors: Vec<Rgba8> = (0..count)
        .map(|number| Colormap::Viridis.color(number as f64 / count as f64).with_alpha(70))
        .collect();
    let curves = Curves::even(BEFORE, 1e-3, trials)?.cut(vec![LONG; count])?;
    let mean = Lines::of(Curves::even(BEFORE, 1e-3, mean)?);
    Ok(Figure::new()
        .title("Three hundred trials, and their mean")
        .labels("s after the stimulus", "µV")
        .curves(curves)
        .curve_colors(&colors)
        .width(1.0)
        .name("trials, from the first")
        .figure()?
        .with(mean.name("their mean").width(3.0).color(Rgba8::opaque(0xd5_5e00))))
}

/// Two waves that come a little later from trial to trial, on slow noise.
fn trial(number: usize) -> Vec<f32> {
    let mut bits = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut noise = 0.0;
    let sample = |i: usize| {
        // Xorshift (G. Marsaglia, 2003).
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        noise = 0.96 * noise + 3.0 * ((bits >> 11) as f64 / (1_u64 << 53) as f64 - 0.5);
        let s = BEFORE + i as f64 * 1e-3;
        let wave = |at: f64, wide: f64| (-((s - at) / wide).powi(2)).exp();
        let late = number as f64 * 1e-4;
        (noise - 18.0 * wave(0.1 + late, 0.02) + 26.0 * wave(0.27 + 2.0 * late, 0.06)) as f32
    };
    (0..LONG).map(sample).collect()
}
