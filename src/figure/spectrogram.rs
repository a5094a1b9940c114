//! Spectrograms of recordings, as images.

use std::sync::Arc;

use super::{Adding, Figure, Image, Origin};
use crate::Result;
use crate::images::Pixmap;
use crate::signal::Spectrogram;

/// What is shown below the strongest, in dB.
const RANGE_DB: f64 = 80.0;

impl Image {
    /// A spectrogram as a picture: x in seconds since the recording's start, y in Hz, colours in dB, from 80 below the strongest on.
    ///
    /// # Errors
    /// Those of [`Pixmap::new`] and [`Image::extent`].
    pub fn spectrogram(made: Spectrogram) -> Result<Self> {
        let edges =
            |first: f64, step: f64, count: usize| [first - step / 2.0, first + (count as f64 - 0.5) * step];
        let x = edges(made.first_s, made.step_s, made.frames);
        let y = edges(0.0, made.bin_hz, made.bins);
        let label = match made.unit.as_str() {
            "" => "dB".to_owned(),
            unit => format!("dB ({unit}²/Hz)"),
        };
        let pixmap = Pixmap::new([made.bins, made.frames], made.db)?;
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
    pub fn spectrogram(mut self, made: Spectrogram) -> Adding<Image> {
        for (axis, label) in [(&mut self.x, "time (s)"), (&mut self.y, "frequency (Hz)")] {
            if axis.label.is_empty() {
                label.clone_into(&mut axis.label);
            }
        }
        Adding::new(Ok(self), Image::spectrogram(made))
    }
}
