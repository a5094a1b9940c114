//! Filters and references: what neurophysiologists do to a recording before they look at it.
//!
//! ```text
//! source ─► less the channel's median ─► zero-phase filter ─► less the group's average or median ─► f32
//! ```
//!
//! In this order, each of them only if asked for ([`Settings`]). [`Filtered`] does so to any span of a [`Source`] as it is
//! read and is a [`Source`] itself, so that what is filtered streams and has pyramids like any other recording.
//!
//! **Filters** ([`Filter`]) are Butterworth's or a notch, designed and run as `scipy.signal` does: `butter(output="sos")`,
//! `iirnotch` and `sosfiltfilt` with its odd padding and steady initial state. Several bands are one filter of all their
//! sections, in the order given; each runs forwards and backwards, so that nothing is delayed and each band's
//! attenuation counts twice. They compute in `f64`: the state of a high-pass of 1 Hz at 30 kHz loses a factor of
//! 2 × 10⁷ to rounding, which is all that `f32` has.
//!
//! **Gaps** (NaN, infinities, and what lies between segments) stay gaps. What lies between two gaps is filtered by
//! itself; a run that is no longer than the padding is padded with all of its samples but one, which is the most that an odd extension has.
//!
//! **References** are of the neural channels of a group that are not bad and have the same unit, in physical values.
//!
//! [`Source`]: crate::source::Source

mod common;
mod design;
mod filter;
mod filtered;
mod lanes;
mod pieces;
mod spectrogram;

pub use filter::{Filter, Section};
pub use filtered::Filtered;
pub use spectrogram::Spectrogram;

/// What a filter lets pass. Frequencies are in Hz, above 0 and below half of the recording's rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Band {
    /// Above so many Hz.
    HighPass(f64),
    /// Below so many Hz.
    LowPass(f64),
    /// From the first up to the second.
    BandPass(f64, f64),
    /// All but one frequency.
    Notch {
        /// The frequency.
        hz: f64,
        /// Frequency over the width that is lost; 30 is usual.
        q: f64,
    },
}

/// What is subtracted from all channels of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reference {
    /// The average of the group at each instant.
    Average,
    /// The median, which no single channel's artefact moves; of an even number of channels the mean of the two in the middle.
    Median,
}

/// What is done to a recording; nothing by default.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whether each channel's median over the recording, by a few short looks at it, is subtracted first.
    pub remove_offset: bool,
    /// The bands of the filter.
    pub bands: Vec<Band>,
    /// The order of Butterworth's bands, 1 to 12; a band-pass has twice as many poles.
    pub order: u32,
    /// What is subtracted in the end.
    pub reference: Option<Reference>,
    /// Channels by their numbers that are no part of a reference, and from which none is subtracted.
    pub bad: Vec<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            remove_offset: false,
            bands: Vec::new(),
            order: 3,
            reference: None,
            bad: Vec::new(),
        }
    }
}

impl Settings {
    /// Whether nothing is done.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        !self.remove_offset && self.bands.is_empty() && self.reference.is_none()
    }
}
