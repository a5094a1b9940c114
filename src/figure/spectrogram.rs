//! Spectrograms of recordings, as images.

use std::ops::Range;
use std::sync::Arc;

use super::{Adding, Figure, Image, Origin};
use crate::Result;
use crate::images::Pixmap;
use crate::signal::Spectrogram;
use crate::source::Source;

/// What is shown below the strongest, in dB.
const RANGE_DB: f64 = 80.0;

impl Image {
    /// The [`Spectrogram`] of a channel's samples in `span`: x in seconds since the recording's start, y in Hz, colours in dB, from 80
    /// below the strongest on.
    ///
    /// # Errors
    /// Those of [`Spectrogram::new`].
    pub fn spectrogram(
        source: &dyn Source,
        channel: usize,
        span: Range<u64>,
        window: usize,
        overlap: usize,
    ) -> Result<Self> {
        let made = Spectrogram::new(source, channel, span, window, overlap)?;
        let edges =
            |first: f64, step: f64, count: usize| [first - step / 2.0, first + (count as f64 - 0.5) * step];
        let x = edges(made.first_s, made.step_s, made.frames);
        let y = edges(0.0, made.bin_hz, made.bins);
        let pixmap = Pixmap::new([made.bins, made.frames], made.db)?;
        let label = match source.info().channels[channel].unit.as_str() {
            "" => "dB".to_owned(),
            unit => format!("dB ({unit}²/Hz)"),
        };
        let limits = pixmap
            .range()
            .map(|[least, most]| [least.max(most - RANGE_DB), most]);
        let image = Self::of(Arc::new(pixmap))
            .origin(Origin::Lower)
            .label(label)
            .extent(x, y)?;
        Ok(Self { limits, ..image })
    }
}

impl Figure {
    /// Adds a spectrogram: see [`Image::spectrogram`]. Axes say what they are, unless they say something already.
    #[must_use]
    pub fn spectrogram(
        mut self,
        source: &dyn Source,
        channel: usize,
        span: Range<u64>,
        window: usize,
        overlap: usize,
    ) -> Adding<Image> {
        for (axis, label) in [(&mut self.x, "time (s)"), (&mut self.y, "frequency (Hz)")] {
            if axis.label.is_empty() {
                label.clone_into(&mut axis.label);
            }
        }
        Adding::new(
            Ok(self),
            Image::spectrogram(source, channel, span, window, overlap),
        )
    }
}
