//! Spectrograms: how much power a channel has at which frequency, and when.
//!
//! Each frame is a window of samples, less its mean, times Hann's (w(n) = ½ − ½ cos(2πn/N), periodic). Its power is the squared
//! magnitude of its Fourier transform over the rate and Σw², twice that where a frequency stands for its negative as well: the density
//! of Welch's method (P. D. Welch, *IEEE Trans. Audio Electroacoust.* 15, 1967), as `scipy.signal.spectrogram` gives it by default but
//! for the window.

use std::ops::Range;

use rayon::prelude::*;
use realfft::RealFftPlanner;

use crate::source::{Owned, Samples, Source};
use crate::{Error, Result};

/// A span of a channel, by frequency and time.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrogram {
    /// `[bin, frame]`: 10 · log₁₀ of the power density, in dB of the channel's unit squared per Hz; −∞ of none, NaN of windows
    /// that are not wholly in one segment, or have samples that are NaN.
    pub db: Vec<f32>,
    /// Frequencies, from 0 to half the rate.
    pub bins: usize,
    /// Windows.
    pub frames: usize,
    /// Hz from one bin to the next.
    pub bin_hz: f64,
    /// Seconds from the recording's start to the middle of the first window.
    pub first_s: f64,
    /// Seconds from one frame to the next.
    pub step_s: f64,
    /// The channel's unit; empty where it has none.
    pub unit: String,
}

/// Values that a task reads at a time, of all channels.
const VALUES: u64 = 1 << 20;

/// What all frames share.
struct Plan<'a> {
    source: &'a dyn Source,
    channel: usize,
    start: u64,
    window: usize,
    step: usize,
    bins: usize,
    /// Hann's.
    weights: Vec<f64>,
    fft: std::sync::Arc<dyn realfft::RealToComplex<f64>>,
}

impl Spectrogram {
    /// That of a channel's samples in `span`, in windows of `window` samples of which `overlap` are those of the one before. What is left
    /// over at the end is not shown.
    ///
    /// Reads all channels of the span once, on all cores, and takes 4 · bins bytes a frame, twice that while it is made.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a channel that is not there, a window of less than two samples or longer than the span, and an
    /// overlap that is not shorter; those of [`Source::read`].
    pub fn new(
        source: &dyn Source,
        channel: usize,
        span: Range<u64>,
        window: usize,
        overlap: usize,
    ) -> Result<Self> {
        let info = source.info();
        let channels = info.channels.len();
        let len = span.end.saturating_sub(span.start);
        let problem = if channel >= channels {
            Some(format!("there is no channel {channel} among {channels}"))
        } else if window < 2 || window as u64 > len {
            Some(format!(
                "a window of {window} samples; give 2 to the span's {len}"
            ))
        } else if overlap >= window {
            Some(format!(
                "an overlap of {overlap} samples; give less than the window's {window}"
            ))
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(Error::Invalid {
                what: "a spectrogram",
                problem,
            });
        }
        let (step, bins) = (window - overlap, window / 2 + 1);
        let frames = ((len - window as u64) / step as u64 + 1) as usize;
        let turn = std::f64::consts::TAU / window as f64;
        let plan = Plan {
            source,
            channel,
            start: span.start,
            window,
            step,
            bins,
            weights: (0..window).map(|n| 0.5 - 0.5 * (turn * n as f64).cos()).collect(),
            fft: RealFftPlanner::new().plan_fft_forward(window),
        };
        let piece = (VALUES / channels as u64 / step as u64).max(1) as usize;
        let mut by_frame = vec![0.0; frames * bins];
        by_frame
            .par_chunks_mut(piece * bins)
            .enumerate()
            .try_for_each(|(number, db)| plan.frames(number * piece, db))?;
        let mut db = vec![0.0; frames * bins];
        db.par_chunks_mut(frames).enumerate().for_each(|(bin, row)| {
            for (frame, value) in row.iter_mut().enumerate() {
                *value = by_frame[frame * bins + bin];
            }
        });
        Ok(Self {
            db,
            bins,
            frames,
            bin_hz: info.rate_hz / window as f64,
            first_s: (span.start as f64 + window as f64 / 2.0) / info.rate_hz,
            step_s: step as f64 / info.rate_hz,
            unit: info.channels[channel].unit.clone(),
        })
    }
}

impl Plan<'_> {
    /// Frames from number `first` on, `[frame, bin]`.
    fn frames(&self, first: usize, db: &mut [f32]) -> Result<()> {
        let count = db.len() / self.bins;
        let info = self.source.info();
        let from = self.start + (first * self.step) as u64;
        let span = from..from + ((count - 1) * self.step + self.window) as u64;
        let owned = Owned::read(self.source, span.clone())?;
        let scale = &info.channels[self.channel];
        let physical = |value: f64| scale.gain * value + scale.offset;
        let all = 0..(span.end - span.start) as usize;
        let signal: Vec<f64> = match owned.samples() {
            Samples::I16(block) => all.map(|t| physical(block.at(self.channel, t).into())).collect(),
            Samples::F32(block) => all.map(|t| physical(block.at(self.channel, t).into())).collect(),
        };
        let power: f64 = self.weights.iter().map(|weight| weight * weight).sum();
        let density = 1.0 / (info.rate_hz * power);
        let (mut input, mut output) = (self.fft.make_input_vec(), self.fft.make_output_vec());
        for (frame, db) in db.chunks_mut(self.bins).enumerate() {
            let at = frame * self.step;
            let samples = from + at as u64..from + (at + self.window) as u64;
            let after = info
                .segments
                .partition_point(|one| one.samples.start <= samples.start);
            let segment = info.segments[..after].last();
            let whole = segment.is_some_and(|one| samples.end <= one.samples.end);
            if !whole {
                db.fill(f32::NAN);
                continue;
            }
            let values = &signal[at..][..self.window];
            let mean = values.iter().sum::<f64>() / self.window as f64;
            for (input, (value, weight)) in input.iter_mut().zip(values.iter().zip(&self.weights)) {
                *input = (value - mean) * weight;
            }
            self.fft
                .process(&mut input, &mut output)
                .expect("buffers that the transform made");
            for (bin, (db, value)) in db.iter_mut().zip(&output).enumerate() {
                let twice = bin > 0 && 2 * bin != self.window;
                let power = value.norm_sqr() * density * if twice { 2.0 } else { 1.0 };
                *db = (10.0 * power.log10()) as f32;
            }
        }
        Ok(())
    }
}
