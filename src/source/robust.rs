//! Where a channel's values lie and how far they usually go, from a few short stretches of the recording.
//!
//! Quantiles over samples do not serve here: action potentials three times a second fill less than a hundredth of
//! the samples and yet are what is looked at, while one artefact may fill as much. What tells them apart is that one
//! comes again. So the amplitude is the largest deviation, but for the very largest and whatever lies near it.

use std::ops::Range;

use rayon::prelude::*;

use super::{Block, Layout, Owned, Samples, Source};
use crate::Result;
use crate::abi::Sample;

/// Stretches looked at, spread over the span.
const STRETCHES: u64 = 16;
/// Samples of each: enough that events at 3 Hz are almost surely met twice in a span at 30 kHz.
const LENGTH: u64 = 8192;
/// Samples that count as one event with the largest deviation, on either side of it.
const NEAR: u64 = 4096;
/// Values of a stretch at most, all channels together: with hundreds of channels stretches are shorter.
const VALUES: u64 = 3 << 19;
/// Samples whose extremes are kept together.
const BLOCK: usize = 64;
/// Values of a channel for its median, about.
const MEDIAN_OF: u64 = 1024;
/// Share that the amplitude leaves beyond the largest deviation.
const MARGIN: f32 = 1.05;
/// Values of a planar channel that are compared at once.
const ABREAST: usize = 16;

/// The middle and the usual range of a channel's stored values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Robust {
    /// The median.
    pub centre: f32,
    /// Half of the range that should be seen: what was looked at lies within it, with 5 % to spare, but for one event.
    /// 0 where all are alike.
    pub amplitude: f32,
}

impl Robust {
    const NOTHING: Self = Self {
        centre: 0.0,
        amplitude: 0.0,
    };
}

/// Looks at up to 16 × 8192 samples of each channel of a span; fewer where there are more than 192 channels,
/// 4096 each at 384.
///
/// The amplitude is the largest deviation from the centre but for one event: the very largest deviation is left out
/// with all that lies within 4096 samples of it, or within a sixteenth of a shorter span, unless nothing else differs
/// from the centre. Gaps and infinities are passed over.
///
/// Reads at most 24 Mi values, with more than 24 576 channels 1024 of each, on all of rayon's threads; each of them
/// holds a sixteenth of that at a time. Without the reading itself, 384 channels take some 15 ms on two cores.
///
/// # Errors
/// Those of [`Source::read`].
pub fn robust(source: &dyn Source, span: Range<u64>) -> Result<Vec<Robust>> {
    let channels = source.info().channels.len();
    let (stretches, near) = stretches(span, channels as u64);
    let seen: u64 = stretches.iter().map(|stretch| stretch.end - stretch.start).sum();
    // Odd, so that signals of even periods do not beat with it.
    let step = (seen / MEDIAN_OF) as usize | 1;
    let looks: Vec<Look> = stretches
        .into_par_iter()
        .map(|stretch| look(source, stretch, step))
        .collect::<Result<_>>()?;
    Ok((0..channels)
        .into_par_iter()
        .map_init(Scratch::default, |scratch, channel| {
            scratch.judge(&looks, channel, channels, near)
        })
        .collect())
}

/// The stretches of a span, and how many samples from an event count as part of it.
fn stretches(span: Range<u64>, channels: u64) -> (Vec<Range<u64>>, u64) {
    let len = span.end.saturating_sub(span.start);
    let length = (VALUES / channels.max(1)).clamp(BLOCK as u64, LENGTH);
    let near = (len / STRETCHES).clamp(BLOCK as u64, NEAR);
    let ranges = if len <= STRETCHES * length {
        (0..len.div_ceil(length))
            .map(|i| span.start + i * length)
            .map(|start| start..span.end.min(start + length))
            .collect()
    } else {
        (0..STRETCHES)
            .map(|i| span.start + ((len - length) as u128 * u128::from(i) / u128::from(STRETCHES - 1)) as u64)
            .map(|start| start..start + length)
            .collect()
    };
    (ranges, near)
}

/// What is kept of a stretch, channels side by side. Blocks with no value have `lo > hi`.
struct Look {
    start: u64,
    /// `[block, channel]`.
    lo: Vec<f32>,
    /// `[block, channel]`.
    hi: Vec<f32>,
    /// `[sample, channel]`; NaN where there is no value.
    some: Vec<f32>,
}

fn look(source: &dyn Source, stretch: Range<u64>, step: usize) -> Result<Look> {
    if let Some(samples) = source.borrow(stretch.clone()) {
        return Ok(Look::of(stretch.start, &samples, step));
    }
    let owned = Owned::read(source, stretch.clone())?;
    Ok(Look::of(stretch.start, &owned.samples(), step))
}

impl Look {
    fn of(start: u64, samples: &Samples<'_>, step: usize) -> Self {
        match samples {
            Samples::I16(block) => Self::of_block(start, block, step),
            Samples::F32(block) => Self::of_block(start, block, step),
        }
    }

    fn of_block<T: Sample>(start: u64, block: &Block<'_, T>, step: usize) -> Self {
        let blocks = block.len.div_ceil(BLOCK);
        let mut lo = vec![f32::INFINITY; blocks * block.channels];
        let mut hi = vec![f32::NEG_INFINITY; blocks * block.channels];
        match block.layout {
            Layout::Interleaved => {
                for t in 0..block.len {
                    let row = &block.data[t * block.stride..][..block.channels];
                    let at = t / BLOCK * block.channels;
                    widen(row, &mut lo[at..], &mut hi[at..]);
                }
            }
            Layout::Planar => {
                for channel in 0..block.channels {
                    let row = &block.data[channel * block.stride..][..block.len];
                    for (index, values) in row.chunks(BLOCK).enumerate() {
                        let mut least = [f32::INFINITY; ABREAST];
                        let mut most = [f32::NEG_INFINITY; ABREAST];
                        for values in values.chunks(ABREAST) {
                            widen(values, &mut least, &mut most);
                        }
                        let at = index * block.channels + channel;
                        lo[at] = least.into_iter().fold(f32::INFINITY, f32::min);
                        hi[at] = most.into_iter().fold(f32::NEG_INFINITY, f32::max);
                    }
                }
            }
        }
        let some = (0..block.len)
            .step_by(step)
            .flat_map(|t| (0..block.channels).map(move |channel| finite(block.at(channel, t))))
            .collect();
        Self { start, lo, hi, some }
    }
}

/// The value, or NaN where it is a gap or infinite.
fn finite<T: Sample>(sample: T) -> f32 {
    let value = sample.value().unwrap_or(f32::NAN);
    if value.is_finite() { value } else { f32::NAN }
}

/// Extends each of the ranges `lo ..= hi` by the value beside it; comparisons pass over NaN.
fn widen<T: Sample>(values: &[T], lo: &mut [f32], hi: &mut [f32]) {
    for ((&sample, lo), hi) in values.iter().zip(lo).zip(hi) {
        let value = finite(sample);
        *lo = if value < *lo { value } else { *lo };
        *hi = if value > *hi { value } else { *hi };
    }
}

/// Room for a channel's values, used again for the next channel.
#[derive(Default)]
struct Scratch {
    some: Vec<f32>,
    /// First sample of each block, and how far the block goes from the centre.
    deviations: Vec<(u64, f32)>,
}

impl Scratch {
    fn judge(&mut self, looks: &[Look], channel: usize, channels: usize, near: u64) -> Robust {
        self.some.clear();
        for look in looks {
            let some = look.some.iter().skip(channel).step_by(channels);
            self.some.extend(some.filter(|value| !value.is_nan()));
        }
        let extremes = looks.iter().flat_map(|look| {
            let blocks = look.lo.iter().zip(&look.hi).skip(channel).step_by(channels);
            let starts = (look.start..).step_by(BLOCK);
            starts.zip(blocks).filter(|(_, (lo, hi))| lo <= hi)
        });
        // Where the subsample met nothing but gaps, any value is as good a centre.
        if self.some.is_empty() {
            self.some.extend(extremes.clone().map(|(_, (lo, _))| *lo));
        }
        if self.some.is_empty() {
            return Robust::NOTHING;
        }
        let middle = self.some.len() / 2;
        let centre = *self.some.select_nth_unstable_by(middle, f32::total_cmp).1;
        self.deviations.clear();
        self.deviations
            .extend(extremes.map(|(start, (lo, hi))| (start, (hi - centre).max(centre - lo))));
        let farthest = |all: &mut dyn Iterator<Item = (u64, f32)>| {
            all.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
        };
        let first = farthest(&mut self.deviations.iter().copied());
        let elsewhere = |other: &(u64, f32)| other.0.abs_diff(first.0) > near;
        let second = farthest(&mut self.deviations.iter().copied().filter(elsewhere));
        let usual = if second.1 > 0.0 { second.1 } else { first.1 };
        Robust {
            centre,
            amplitude: (usual * MARGIN).min(f32::MAX),
        }
    }
}
