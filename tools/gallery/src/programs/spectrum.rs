//! The power of noise at each frequency on logarithmic axes, with text where hum and a rhythm stand out.

use galvani::Result;
use galvani::figure::{Figure, Scale};
use galvani::scene::Rgba8;

use super::part_of;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let count = part_of(100_000, part).max(1000);
    let (hz, power): (Vec<f64>, Vec<f64>) = (1..count)
        .map(|i| {
            let hz = 0.1 * i as f64 * 100_000.0 / count as f64;
            (hz, density(hz, i as u64))
        })
        .unzip();
    let trend: Vec<f64> = hz.iter().map(|hz| 1.0 / hz).collect();
    Figure::new()
        .title("A spectrum on logarithmic axes")
        .labels("Hz", "µV² / Hz")
        .scales(Scale::Log, Scale::Log)
        .lines(&hz, &power)
        .name("power")
        .lines(&hz, &trend)
        .dashes(&[8.0, 4.0])
        .width(2.0)
        .color(Rgba8::opaque(0xd5_5e00))
        .name("1 / f")
        .text(&[8.0, 50.0], &[6.0, 30.0], &["a rhythm\nof 8 Hz", "hum"])
        .anchor(0.5, 0.0)
        .size(15.0)
        .figure()
}

/// Noise that falls with frequency, a broad peak, and a sharp one with its harmonics.
fn density(hz: f64, number: u64) -> f64 {
    let mut bits = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^= bits >> 32;
    let chance = ((bits >> 11) as f64 + 1.0) / (1_u64 << 53) as f64;
    let peak = |at: f64, wide: f64, high: f64| high * (-((hz - at) / wide).powi(2)).exp();
    let hum: f64 = (1..4).map(|k| peak(50.0 * f64::from(k), 0.3, 10.0 / f64::from(k * k))).sum();
    (1.0 / hz + peak(8.0, 1.5, 1.5) + hum) * -chance.ln()
}
