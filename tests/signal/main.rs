//! Filters and references: against scipy's numbers, against their plain twins, and any span against the whole.

mod filtered;
mod numbers;

use std::sync::Arc;

use galvani::signal::{Filtered, Settings};
use galvani::source::{Owned, Samples, Source};

/// A recording of made-up steps around `level`, the same in any language.
fn made(len: usize, seed: u64, level: i64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        ((state / (1 << 16) % 2001) as i64 - 1000 + level) as f64
    };
    (0..len).map(|_| next()).collect()
}

fn filtered(source: impl Source + 'static, settings: &Settings) -> Filtered {
    Filtered::new(Arc::new(source), settings).expect("a filtered recording")
}

/// A span of each channel.
fn values(source: &dyn Source, span: std::ops::Range<u64>) -> Vec<Vec<f64>> {
    let owned = Owned::read(source, span).expect("the span lies within the recording");
    match owned.samples() {
        Samples::I16(block) => (0..block.channels)
            .map(|c| (0..block.len).map(|t| f64::from(block.at(c, t))).collect())
            .collect(),
        Samples::F32(block) => (0..block.channels)
            .map(|c| (0..block.len).map(|t| f64::from(block.at(c, t))).collect())
            .collect(),
    }
}
