//! A recording that needs no file: for demonstrations, tests and benchmarks.

use std::mem::MaybeUninit;
use std::ops::Range;

use rayon::prelude::*;

use super::file::copy;
use super::synthetic_model::{MAX_BLOCK, Model, STEP_MV, STEP_UV};
use super::{
    ByteOrder, Channel, Dtype, Info, Kind, Layout, Segment, Source, Spike, StoredType, check_read,
    check_shape,
};
use crate::Result;

/// Values of a channel that one thread makes at a time.
const PIECE: usize = 1 << 16;

/// A made-up recording, a pure function of (seed, channel, sample index): any span of any length of recording is
/// made when it is read, at some 0.3 Gsamples/s on each core of a server (measured; SSE2 suffices), and is the same on every machine.
///
/// Each channel has noise (8 µV rms), a slow field (some 100 µV) shared with its neighbours, and the spikes of a unit
/// for every four channels (−60 to −250 µV, seen by neighbours too). One artefact of some millivolts
/// strikes all channels, 37 % into the recording. Samples are 16-bit steps of 0.195 µV, planar.
///
/// ```
/// use galvani::source::{Owned, Source, Synthetic};
/// let hours = Synthetic::new(1, 384, 1_000_000_000_000, 30_000.0)?;
/// let a_second_in_the_middle = Owned::read(&hours, 500_000_000_000..500_000_030_000)?;
/// let the_truth = hours.spikes(500_000_000_000..500_000_030_000);
/// # Ok::<(), galvani::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Synthetic {
    seed: u64,
    info: Info,
    model: Model,
}

impl Synthetic {
    /// A recording of `samples` samples of each channel.
    ///
    /// Takes some kilobytes for every four channels, whatever the length.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) without channels, or for a rate that is not positive and finite.
    pub fn new(seed: u64, channels: usize, samples: u64, rate_hz: f64) -> Result<Self> {
        check_shape(channels, rate_hz)?;
        let channel = |number: usize| Channel {
            unit: "µV".into(),
            gain: STEP_UV,
            ..Channel::new(format!("CH{number}"))
        };
        let info = Info {
            format: "synthetic",
            channels: (0..channels).map(channel).collect(),
            samples,
            rate_hz,
            stored: stored(Dtype::I16),
            dtype: Dtype::I16,
            layout: Layout::Planar,
            segments: Segment::all(samples),
            warnings: Vec::new(),
        };
        Ok(Self {
            seed,
            model: Model::new(seed, channels, samples, rate_hz, false),
            info,
        })
    }

    /// With `true`, the last channel is the potential inside a cell: −65 mV at rest, with action potentials to +30 mV,
    /// in steps of 0.01 mV.
    #[must_use]
    pub fn with_intracellular(self, intracellular: bool) -> Self {
        let Self { seed, mut info, .. } = self;
        let channels = info.channels.len();
        if let Some(last) = info.channels.last_mut() {
            let (name, unit, gain) = if intracellular {
                ("Vm".to_owned(), "mV", STEP_MV)
            } else {
                (format!("CH{}", channels - 1), "µV", STEP_UV)
            };
            *last = Channel {
                name,
                unit: unit.into(),
                gain,
                ..last.clone()
            };
        }
        let model = Model::new(seed, channels, info.samples, info.rate_hz, intracellular);
        Self { seed, info, model }
    }

    /// The same values as `f32`, still whole steps.
    #[must_use]
    pub fn as_f32(mut self) -> Self {
        self.info.dtype = Dtype::F32;
        self.info.stored = stored(Dtype::F32);
        self
    }

    /// The true spikes whose extremes lie in `span`, by time; what leaves the recording is left out.
    ///
    /// Costs and returns in proportion to `span` and the number of units: a unit has a spike in at most every 30 ms.
    #[must_use]
    pub fn spikes(&self, span: Range<u64>) -> Vec<Spike> {
        let end = span.end.min(self.info.samples);
        if span.start >= end {
            return Vec::new();
        }
        self.model.spikes(span.start..end)
    }

    /// Makes samples from `first` of one channel.
    fn make(&self, channel: usize, first: u64, into: &mut [MaybeUninit<u8>]) {
        let width = self.info.dtype.bytes();
        let mut values = [0.0; MAX_BLOCK];
        let block = self.model.block();
        let end = first + (into.len() / width) as u64;
        let (mut at, mut rest) = (first, into);
        while at < end {
            let next = (at - at % block + block).min(end);
            let values = &mut values[..(next - at) as usize];
            self.model.fill(channel, at, values);
            let (into, after) = rest.split_at_mut(values.len() * width);
            store(values, self.info.dtype, into);
            (at, rest) = (next, after);
        }
    }
}

/// The short form of a type of this machine's byte order.
fn stored(dtype: Dtype) -> String {
    let kind = match dtype {
        Dtype::I16 => Kind::I16,
        Dtype::F32 => Kind::F32,
    };
    StoredType {
        kind,
        order: ByteOrder::NATIVE,
    }
    .to_string()
}

/// Rounds to whole steps that fit in 16 bits, and writes them.
fn store(values: &[f32], dtype: Dtype, into: &mut [MaybeUninit<u8>]) {
    match dtype {
        Dtype::I16 => {
            for (value, into) in values.iter().zip(into.as_chunks_mut::<2>().0) {
                copy(&whole(*value).to_ne_bytes(), into);
            }
        }
        Dtype::F32 => {
            for (value, into) in values.iter().zip(into.as_chunks_mut::<4>().0) {
                copy(&f32::from(whole(*value)).to_ne_bytes(), into);
            }
        }
    }
}

/// The nearest 16-bit integer: beside 1.5 · 2²³ the steps of `f32` are ones, so that the sum's low bits are it.
fn whole(value: f32) -> i16 {
    (value.clamp(-32767.0, 32767.0) + 12_582_912.0).to_bits() as i16
}

impl Source for Synthetic {
    fn info(&self) -> &Info {
        &self.info
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        if into.is_empty() {
            return Ok(());
        }
        let row = into.len() / self.model.channels();
        let piece = PIECE * self.info.dtype.bytes();
        if into.len() <= piece {
            for (channel, into) in into.chunks_exact_mut(row).enumerate() {
                self.make(channel, span.start, into);
            }
            return Ok(());
        }
        into.par_chunks_exact_mut(row)
            .enumerate()
            .for_each(|(channel, row)| {
                row.par_chunks_mut(piece).enumerate().for_each(|(index, into)| {
                    self.make(channel, span.start + (index * PIECE) as u64, into);
                });
            });
        Ok(())
    }
}
