//! Files and arrays to samples.
//!
//! A [`Source`] knows a recording's shape and reads any span of it by position. Samples come in one of the two
//! types that the device keeps ([`Dtype`]); how they relate to physical units travels beside them ([`Channel`]).

mod abf;
mod abf_header;
mod arrays;
#[cfg(feature = "tables")]
mod arrow;
#[cfg(feature = "tables")]
mod arrow_schema;
#[cfg(feature = "tables")]
mod batches;
mod blackrock;
mod chunks;
mod csv;
mod described;
mod edf;
mod edf_events;
mod events;
mod events_csv;
mod fields;
mod file;
mod flac;
mod flac_frame;
mod flac_stream;
mod flat;
#[cfg(feature = "tables")]
mod flatbuffer;
mod gaps;
mod growing;
#[cfg(feature = "nwb")]
mod hdf5;
#[cfg(feature = "nwb")]
mod hdf5_arrays;
#[cfg(feature = "nwb")]
mod hdf5_chunks;
#[cfg(any(feature = "nwb", feature = "zarr"))]
mod hierarchy;
mod intan;
mod intan_header;
mod joined;
mod lanes;
mod literals;
mod mat;
mod mat_elements;
mod memory;
mod mtscomp;
mod neuroscope;
mod neuroscope_events;
mod nev;
pub mod npy;
#[cfg(any(feature = "nwb", feature = "zarr"))]
mod nwb;
mod open;
mod openephys;
mod openephys_events;
mod openephys_legacy;
mod openephys_probes;
mod order;
mod owned;
#[cfg(feature = "tables")]
mod parquet;
#[cfg(feature = "tables")]
mod parquet_pages;
mod phy;
mod phy_channels;
mod phy_events;
mod plain;
mod probe;
mod raw;
mod reader;
mod records;
mod robust;
mod scratch;
mod section;
mod share;
#[cfg(any(feature = "nwb", feature = "zarr"))]
mod shuffle;
pub mod spikeglx;
mod spikeglx_geometry;
mod spikeglx_meta;
mod spikeglx_run;
mod spikeinterface;
mod stored;
mod streams;
#[cfg(any(feature = "nwb", feature = "zarr"))]
mod stretch;
mod synthetic;
mod synthetic_model;
mod table;
#[cfg(feature = "tables")]
mod thrift;
#[cfg(any(feature = "tables", feature = "zarr"))]
mod unpack;
mod wav;
mod wfdb;
mod wfdb_events;
mod wfdb_file;
mod wfdb_header;
mod wfdb_values;
#[cfg(feature = "zarr")]
pub mod zarr;
mod zlib;

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;

use crate::{Error, Result};

pub use described::rated;
pub use events::{EventKind, Events};
pub(crate) use file::{DataFile, refill};
pub use growing::Grown;
pub use joined::{Joined, Part};
pub use lanes::Lanes;
pub use memory::{Element, Memory};
pub use npy::Npy;
pub use open::{events, open, open_all, streams};
pub use order::Order;
pub use owned::Owned;
pub use probe::Probe;
pub use raw::{Raw, RawFormat};
pub use robust::{Robust, robust};
pub use spikeglx::SpikeGlx;
pub use stored::{ByteOrder, Kind, StoredType};
pub use streams::{Stream, Streams};
pub use synthetic::Synthetic;
pub use synthetic_model::Spike;

/// The type of a sample on its way to the device and on it.
///
/// Narrower integers widen to [`Dtype::I16`], `u16` shifts by −32768 (the channel's offset makes up for it); `i24`,
/// `i32` and `f64` round to the nearest [`Dtype::F32`]. A recording with gaps is [`Dtype::F32`], its gaps NaN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// 16-bit signed integer.
    I16,
    /// 32-bit float; NaN is a gap.
    F32,
}

impl Dtype {
    /// Bytes of one sample.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::I16 => 2,
            Self::F32 => 4,
        }
    }
}

/// The order in which [`Source::read`] lays samples out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// `[sample, channel]`: all channels of one instant side by side.
    Interleaved,
    /// `[channel, sample]`: each channel contiguous.
    Planar,
}

/// What a channel carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// A neural signal.
    Neural,
    /// An analogue signal that is not neural.
    Auxiliary,
    /// A word of digital lines.
    Digital,
}

/// One channel: its name, and physical units from stored values.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// The name in the file, or the channel's number.
    pub name: String,
    /// The unit of physical values, for example `µV`; empty where the file does not say.
    pub unit: String,
    /// Physical value = `gain · sample + offset`, with the sample as [`Source::read`] gives it.
    pub gain: f64,
    /// See `gain`.
    pub offset: f64,
    /// What it carries.
    pub kind: ChannelKind,
    /// Which of several probes' shanks, tetrodes or headstages it belongs to, by the file's number.
    pub group: Option<u32>,
    /// Where its electrode is: across the shank, and up from the tip, in µm.
    pub position_um: Option<[f32; 2]>,
}

impl Channel {
    /// A neural channel whose stored values are physical ones, of no unit and at no known place.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            unit: String::new(),
            gain: 1.0,
            offset: 0.0,
            kind: ChannelKind::Neural,
            group: None,
            position_um: None,
        }
    }
}

/// What is known of a recording without reading its samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Info {
    /// The format, for people: `SpikeGLX`, `NPY`.
    pub format: &'static str,
    /// The channels, in the file's order; never empty.
    pub channels: Vec<Channel>,
    /// Samples of each channel when it was opened; see [`Source::readable`] for files that grow.
    pub samples: u64,
    /// Samples a second of each channel.
    pub rate_hz: f64,
    /// The type on disk, in NumPy's short form: `<i2`, `>f4`, `<f8`.
    pub stored: String,
    /// The type that [`Source::read`] gives.
    pub dtype: Dtype,
    /// The order that [`Source::read`] gives.
    pub layout: Layout,
    /// Where there are samples, ascending and apart: sweeps, or what lies between gaps. Without gaps one, of all.
    pub segments: Vec<Segment>,
    /// What was odd but not fatal, one sentence each: a stale header, a truncated last sample.
    pub warnings: Vec<String>,
}

/// A run of samples without a gap: a sweep, a trigger's file, what was acquired between two pauses.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Where in the recording.
    pub samples: Range<u64>,
    /// When its first sample was taken, in seconds on the recording's own clock; 0 where the file does not say.
    pub start_s: f64,
}

impl Segment {
    /// One segment of all of a recording's samples, from second 0.
    #[must_use]
    pub fn all(samples: u64) -> Vec<Self> {
        vec![Self {
            samples: 0..samples,
            start_s: 0.0,
        }]
    }
}

/// Samples in memory, `[channels, len]` or `[len, channels]`, borrowed.
#[derive(Debug, Clone, Copy)]
pub enum Samples<'a> {
    /// 16-bit integers.
    I16(Block<'a, i16>),
    /// 32-bit floats.
    F32(Block<'a, f32>),
}

/// A rectangle of samples.
///
/// Sample `t` of channel `c` is `data[t * stride + c]` ([`Layout::Interleaved`], `stride` ≥ channels) or
/// `data[c * stride + t]` ([`Layout::Planar`], `stride` ≥ len).
#[derive(Debug, Clone, Copy)]
pub struct Block<'a, T> {
    /// The values.
    pub data: &'a [T],
    /// Number of channels.
    pub channels: usize,
    /// Samples of each channel.
    pub len: usize,
    /// The order.
    pub layout: Layout,
    /// Distance of rows, in values.
    pub stride: usize,
}

impl<T: Copy> Block<'_, T> {
    /// Sample `t` of channel `c`.
    ///
    /// # Panics
    /// If either is out of range.
    #[must_use]
    pub fn at(&self, c: usize, t: usize) -> T {
        assert!(c < self.channels && t < self.len, "sample {t} of channel {c}");
        match self.layout {
            Layout::Interleaved => self.data[t * self.stride + c],
            Layout::Planar => self.data[c * self.stride + t],
        }
    }
}

/// A recording that can be read at any place, from any thread.
pub trait Source: Send + Sync {
    /// Shape, rate, types and channels.
    fn info(&self) -> &Info;

    /// Reads the samples of all channels in `span` into `into`, as [`Info::dtype`] in the machine's byte order
    /// and in [`Info::layout`] without padding: `[span.len, channels]` or `[channels, span.len]`.
    ///
    /// `into` is exactly `span.len() · channels · dtype.bytes()` long, and all of it is initialised on `Ok`. It may be
    /// write-combined device memory: implementations write it in order and never read it back.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `span` leaves what is [readable](Source::readable) or `into` has another length;
    /// [`Error::Read`] if the file fails or is shorter than when it was opened.
    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()>;

    /// The files that the samples are in, in the order of time; none where there are none, and then no sidecar either. Where
    /// they are many in a folder, that folder comes first, and of more than some thousand files some stand for all.
    fn files(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The samples in `span`, where they lie in memory already as [`Info::dtype`]; `None` where they do not.
    fn borrow(&self, span: Range<u64>) -> Option<Samples<'_>> {
        let _ = span;
        None
    }

    /// Samples of each channel that can be read: [`Info::samples`], or more once [`Source::refresh`] has found more.
    fn readable(&self) -> u64 {
        self.info().samples
    }

    /// Looks whether the file has grown, or is no longer what it was; from then on more is [readable](Source::readable).
    ///
    /// Raw and SpikeGLX files can grow, and recordings that end with one; others stay as they are and are not looked at.
    /// Costs a look at the file's facts and 8 KiB of reading.
    ///
    /// # Errors
    /// [`Error::Read`] if the file can no longer be looked at; that it is gone is no error but an answer.
    fn refresh(&self) -> Result<Grown> {
        Ok(Grown::Samples(self.readable()))
    }
}

/// Bytes that `span` takes, if it lies within the first `samples` of the recording.
fn checked_bytes(info: &Info, samples: u64, span: &Range<u64>) -> Result<usize> {
    if span.start > span.end || span.end > samples {
        return Err(Error::Invalid {
            what: "span",
            problem: format!(
                "{}..{} leaves the recording's {samples} samples",
                span.start, span.end
            ),
        });
    }
    let sample = info.channels.len() * info.dtype.bytes();
    usize::try_from(span.end - span.start)
        .ok()
        .and_then(|len| len.checked_mul(sample))
        .ok_or_else(|| Error::Invalid {
            what: "span",
            problem: format!("{}..{} is more than memory holds", span.start, span.end),
        })
}

/// Checks the arguments of [`Source::read`] where all that was there on opening can be read.
fn check_read(info: &Info, span: &Range<u64>, room: usize) -> Result<()> {
    check_read_of(info, info.samples, span, room)
}

/// The same where `samples` can be read.
pub(crate) fn check_read_of(info: &Info, samples: u64, span: &Range<u64>, room: usize) -> Result<()> {
    let bytes = checked_bytes(info, samples, span)?;
    if bytes == room {
        return Ok(());
    }
    Err(Error::Invalid {
        what: "into",
        problem: format!(
            "samples {}..{} take {bytes} bytes, there are {room}",
            span.start, span.end
        ),
    })
}

/// Checks what every recording needs: a channel, and a rate that time can be told by.
fn check_shape(channels: usize, rate_hz: f64) -> Result<()> {
    if channels == 0 {
        return Err(Error::Invalid {
            what: "channels",
            problem: "a recording has at least one".into(),
        });
    }
    if !(rate_hz.is_finite() && rate_hz > 0.0) {
        return Err(Error::Invalid {
            what: "rate",
            problem: format!("{rate_hz} Hz; it must be positive and finite"),
        });
    }
    Ok(())
}

/// Channels called by their numbers, as they are stored, in no unit.
fn numbered_channels(count: usize) -> Vec<Channel> {
    (0..count)
        .map(|number| Channel::new(number.to_string()))
        .collect()
}
