//! A filter that is turned: a noisy tone that rises, and what is left of it below a frequency. With `--show filter` the pointer says which.

use galvani::Result;
use galvani::figure::Figure;
use galvani::lines::Curves;
use galvani::scene::Rgba8;
use galvani::show::{Event, Live};

use super::part_of;

const RATE_HZ: f64 = 2000.0;
/// What the pointer's way across the plot is from and to, in Hz.
const CUTS: [f64; 2] = [1.0, 200.0];

pub(super) fn figure(part: f64) -> Result<Figure> {
    seen(&signal(part), 25.0)
}

pub(super) fn live() -> Result<()> {
    let signal = signal(1.0);
    seen(&signal, 25.0)?.run(|live: &mut Live<Figure>, event| {
        if let Event::Move { at } = event {
            let across = at[0] / f64::from(live.size()[0]);
            let cut = CUTS[0] * (CUTS[1] / CUTS[0]).powf(across);
            live.shows.visuals = seen(&signal, cut)?.visuals;
        }
        Ok(())
    })
}

fn signal(part: f64) -> Vec<f32> {
    let mut bits = 0x2545_f491_4f6c_dd1d_u64;
    let sample = |i: usize| {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        let noise = (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
        let t = i as f64 / RATE_HZ;
        ((std::f64::consts::TAU * (1.0 + 2.0 * t) * t).sin() + noise) as f32
    };
    (0..part_of(12_000, part).max(400)).map(sample).collect()
}

/// A pole each way, so that nothing is late.
fn low(signal: &[f32], cut: f64) -> Vec<f32> {
    let keep = (-std::f64::consts::TAU * cut / RATE_HZ).exp() as f32;
    let mut out = signal.to_vec();
    for _ in 0..2 {
        let mut state = out[0];
        for value in &mut out {
            state = keep * state + (1.0 - keep) * *value;
            *value = state;
        }
        out.reverse();
    }
    out
}

fn seen(signal: &[f32], cut: f64) -> Result<Figure> {
    let curve = |values: Vec<f32>| Curves::even(0.0, 1.0 / RATE_HZ, values);
    Figure::new()
        .title("A live filter")
        .labels("s", "")
        .curves(curve(signal.to_vec())?)
        .color(Rgba8::opaque(0xb0_b0b0))
        .name("as it came")
        .curves(curve(low(signal, cut))?)
        .width(2.0)
        .name(format!("below {cut:.1} Hz"))
        .figure()
}
