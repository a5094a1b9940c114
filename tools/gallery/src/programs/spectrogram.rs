//! The spectrogram of a made-up recording's channel: a tone that rises, one that trembles, and noise.

use galvani::Result;
use galvani::figure::Figure;
use galvani::scene::{Colormap, Style};
use galvani::signal::Spectrogram;
use galvani::source::Memory;

use super::part_of;

const RATE_HZ: f64 = 2000.0;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let samples: Vec<f32> = signal(part_of(60_000, part.max(0.1)));
    let span = 0..samples.len() as u64;
    let recording = Memory::planar(samples, 1, RATE_HZ)?;
    let spectrogram = Spectrogram::new(&recording, 0, span, 512, 448)?;
    Figure::new()
        .title("Thirty seconds of a channel")
        .style(Style::dark())
        .size(960, 560)
        .grid(false)
        .spectrogram(spectrogram)
        .colormap(Colormap::Batlow)
        .figure()
}

fn signal(count: usize) -> Vec<f32> {
    let (mut rising, mut trembling, mut bits) = (0.0_f64, 0.0_f64, 1_u64);
    let step = std::f64::consts::TAU / RATE_HZ;
    let sample = |i: usize| {
        let s = i as f64 / RATE_HZ;
        rising += step * (50.0 + 25.0 * s);
        trembling += step * (450.0 + 120.0 * (0.8 * s).sin());
        // Xorshift (G. Marsaglia, 2003).
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        let noise = bits as f64 / u64::MAX as f64 - 0.5;
        (rising.sin() + 0.4 * trembling.sin() + 0.05 * noise) as f32
    };
    (0..count).map(sample).collect()
}
