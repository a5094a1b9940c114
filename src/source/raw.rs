//! Raw files: values and nothing else. What they mean is said by whoever opens them.

use std::path::Path;

use super::file::DataFile;
use super::flat::{Flat, whole_samples};
use super::plain::{Plain, by_plain};
use super::reader::failed;
use super::stored::StoredType;
use super::{Info, Layout, Segment, check_shape, numbered_channels};
use crate::{Error, Result};

const FORMAT: &str = "raw";

/// What a raw file does not say of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct RawFormat {
    /// Number of channels.
    pub channels: usize,
    /// Samples a second of each channel.
    pub rate_hz: f64,
    /// The type of a value.
    pub dtype: StoredType,
    /// How the values lie in the file.
    pub order: Layout,
    /// Bytes before the first value.
    pub offset: u64,
    /// Physical value = `gain · stored value + value_offset`, on every channel.
    pub gain: f64,
    /// See `gain`.
    pub value_offset: f64,
    /// The unit of physical values; empty if it is not known.
    pub unit: String,
}

impl RawFormat {
    /// Interleaved values from the file's first byte, in steps of no unit.
    #[must_use]
    pub fn new(channels: usize, rate_hz: f64, dtype: StoredType) -> Self {
        Self {
            channels,
            rate_hz,
            dtype,
            order: Layout::Interleaved,
            offset: 0,
            gain: 1.0,
            value_offset: 0.0,
            unit: String::new(),
        }
    }
}

/// An open raw file.
///
/// A native type (`i16` or `f32` in the machine's byte order) is read straight into place; others are converted by way
/// of at most 256 KiB a thread.
#[derive(Debug)]
pub struct Raw {
    /// Grows but where it is planar: there, more bytes are another shape.
    plain: Plain,
}

impl Raw {
    /// Opens a file as `format` says, to its last whole sample.
    ///
    /// # Errors
    /// [`Error::Open`] if it cannot be opened, [`Error::Format`] if it holds no whole sample, [`Error::Invalid`] if
    /// `format` has no channels or a rate or scale that means nothing.
    pub fn open(path: impl AsRef<Path>, format: &RawFormat) -> Result<Self> {
        check_shape(format.channels, format.rate_hz)?;
        if !(format.gain.is_finite() && format.value_offset.is_finite()) {
            return Err(Error::Invalid {
                what: "gain",
                problem: format!(
                    "{} and offset {} must be finite",
                    format.gain, format.value_offset
                ),
            });
        }
        let file = DataFile::open(path.as_ref())?;
        let bytes = file.len().saturating_sub(format.offset);
        let (samples, warning) = whole_samples(bytes, format.channels, format.dtype);
        if samples == 0 {
            return Err(failed(
                FORMAT,
                file.path(),
                format.offset,
                format!(
                    "there is no whole sample of {} channels of {}: {bytes} bytes follow",
                    format.channels, format.dtype
                ),
            ));
        }
        let mut warnings: Vec<String> = warning.into_iter().collect();
        if format.order == Layout::Planar && !warnings.is_empty() {
            warnings.push(
                "in a planar file this shifts every channel but the first; check the number of channels"
                    .into(),
            );
        }
        let mut channels = numbered_channels(format.channels);
        for channel in &mut channels {
            channel.gain = format.gain;
            channel.offset = format.value_offset + format.gain * format.dtype.shift();
            format.unit.clone_into(&mut channel.unit);
        }
        let info = Info {
            format: FORMAT,
            channels,
            samples,
            rate_hz: format.rate_hz,
            stored: format.dtype.to_string(),
            dtype: format.dtype.dtype(),
            layout: format.order,
            segments: Segment::all(samples),
            warnings,
        };
        let flat = Flat {
            file: file.into(),
            offset: format.offset,
            stored: format.dtype,
            channels: format.channels,
            samples,
            layout: format.order,
        };
        let grows = format.order == Layout::Interleaved;
        let plain = Plain::new(info, flat, grows)?;
        Ok(Self { plain })
    }
}

by_plain!(Raw);
