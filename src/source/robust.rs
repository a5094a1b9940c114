//! Where a channel's values lie and how far they usually go, from a few short stretches of the recording.

use std::ops::Range;

use rayon::prelude::*;

use super::{Block, Owned, Samples, Source};
use crate::Result;
use crate::abi::Sample;

/// Stretches looked at, spread over the span.
const STRETCHES: u64 = 8;
/// Samples of each.
const LENGTH: u64 = 1024;

/// The middle and the usual range of a channel's stored values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Robust {
    /// The median.
    pub centre: f32,
    /// Half of the range that should be seen: 997 of 1000 samples lie within two thirds of it. 0 where all are alike.
    pub amplitude: f32,
}

/// Looks at up to 8 × 1024 samples of each channel of a span.
///
/// # Errors
/// Those of [`Source::read`].
pub fn robust(source: &dyn Source, span: Range<u64>) -> Result<Vec<Robust>> {
    let channels = source.info().channels.len();
    let len = span.end - span.start;
    let stretches: Vec<Range<u64>> = match len <= STRETCHES * LENGTH {
        true => vec![span],
        false => (0..STRETCHES)
            .map(|i| span.start + ((len - LENGTH) as u128 * u128::from(i) / u128::from(STRETCHES - 1)) as u64)
            .map(|start| start..start + LENGTH)
            .collect(),
    };
    let owned: Vec<Owned> = stretches
        .into_iter()
        .map(|s| Owned::read(source, s))
        .collect::<Result<_>>()?;
    Ok((0..channels)
        .into_par_iter()
        .map(|channel| {
            let mut values = Vec::with_capacity((STRETCHES * LENGTH) as usize);
            for owned in &owned {
                match owned.samples() {
                    Samples::I16(block) => gather(&block, channel, &mut values),
                    Samples::F32(block) => gather(&block, channel, &mut values),
                }
            }
            of(&mut values)
        })
        .collect())
}

fn gather<T: Sample>(block: &Block<'_, T>, channel: usize, values: &mut Vec<f32>) {
    let all = (0..block.len).filter_map(|t| block.at(channel, t).value());
    values.extend(all.filter(|value| value.is_finite()));
}

fn of(values: &mut [f32]) -> Robust {
    if values.is_empty() {
        return Robust {
            centre: 0.0,
            amplitude: 0.0,
        };
    }
    let middle = values.len() / 2;
    let centre = *values.select_nth_unstable_by(middle, f32::total_cmp).1;
    for value in values.iter_mut() {
        *value = (*value - centre).abs();
    }
    let usual = (values.len() * 997 / 1000).min(values.len() - 1);
    let amplitude = *values.select_nth_unstable_by(usual, f32::total_cmp).1 * 1.5;
    Robust { centre, amplitude }
}
