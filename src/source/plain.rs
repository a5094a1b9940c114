//! A file, or a part of one, of values that lie plainly one after another: what most formats come down to.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::file::DataFile;
use super::flat::{Flat, whole_samples};
use super::growing::Growth;
use super::reader::failed;
use super::stored::StoredType;
use super::{Channel, Grown, Info, Layout, Segment, Source, check_read_of, check_shape};
use crate::Result;

/// What a description says of interleaved values.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) format: &'static str,
    /// With gain and offset of values as they are stored.
    pub(crate) channels: Vec<Channel>,
    pub(crate) rate_hz: f64,
    pub(crate) stored: StoredType,
    /// Bytes before the first value.
    pub(crate) offset: u64,
    /// Bytes of values; `None` for all that follow, as many as the file may come to have.
    pub(crate) bytes: Option<u64>,
    /// When the first sample was taken, on the recording's clock.
    pub(crate) start_s: f64,
}

/// Values in a file, and what is known of them.
#[derive(Debug)]
pub(crate) struct Plain {
    info: Info,
    flat: Flat,
    /// None where more bytes would be another shape, or something else.
    growth: Option<Growth>,
}

impl Plain {
    /// Values as they are described; whether the file may come to have more of them.
    pub(crate) fn new(info: Info, flat: Flat, grows: bool) -> Result<Self> {
        let growth = match grows {
            true => Some(Growth::new(
                &flat.file,
                flat.offset,
                flat.sample_bytes(),
                flat.samples,
            )?),
            false => None,
        };
        Ok(Self { info, flat, growth })
    }

    /// Opens interleaved values to the last whole sample that the file holds.
    pub(crate) fn open(file: Arc<DataFile>, facts: Facts) -> Result<Self> {
        let stored = facts.stored;
        let failed = |problem: String| failed(facts.format, file.path(), facts.offset, problem);
        check_shape(facts.channels.len(), facts.rate_hz).map_err(|error| failed(error.to_string()))?;
        let held = file.len().saturating_sub(facts.offset);
        let mut warnings = Vec::new();
        if let Some(bytes) = facts.bytes.filter(|bytes| *bytes > held) {
            warnings.push(format!(
                "the file is cut short: {held} of {bytes} bytes of samples are there"
            ));
        }
        let bytes = facts.bytes.unwrap_or(held).min(held);
        let (samples, cut) = whole_samples(bytes, facts.channels.len(), stored);
        warnings.extend(cut);
        if samples == 0 {
            return Err(failed(format!(
                "there is no whole sample of {} channels in {bytes} bytes",
                facts.channels.len()
            )));
        }
        let channels = shifted(facts.channels, stored);
        let flat = Flat {
            file,
            offset: facts.offset,
            stored,
            channels: channels.len(),
            samples,
            layout: Layout::Interleaved,
        };
        let info = Info {
            format: facts.format,
            channels,
            samples,
            rate_hz: facts.rate_hz,
            stored: stored.to_string(),
            dtype: stored.dtype(),
            layout: Layout::Interleaved,
            segments: vec![Segment {
                samples: 0..samples,
                start_s: facts.start_s,
            }],
            warnings,
        };
        Self::new(info, flat, facts.bytes.is_none())
    }

    /// Opens them with other things to say, and other segments, as sweeps.
    pub(crate) fn describe(mut self, change: impl FnOnce(&mut Info)) -> Self {
        change(&mut self.info);
        self
    }
}

/// Channels whose offsets make up for what conversion takes away from values.
pub(crate) fn shifted(mut channels: Vec<Channel>, stored: StoredType) -> Vec<Channel> {
    for channel in &mut channels {
        channel.offset += channel.gain * stored.shift();
    }
    channels
}

impl Source for Plain {
    fn info(&self) -> &Info {
        &self.info
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read_of(&self.info, self.readable(), &span, into.len())?;
        self.flat.read(&span, into)
    }

    fn files(&self) -> Vec<PathBuf> {
        vec![self.flat.file.path().to_path_buf()]
    }

    fn readable(&self) -> u64 {
        self.growth.as_ref().map_or(self.info.samples, Growth::samples)
    }

    fn refresh(&self) -> Result<Grown> {
        match &self.growth {
            Some(growth) => growth.refresh(&self.flat.file),
            None => Ok(Grown::Samples(self.info.samples)),
        }
    }
}

/// Makes a source of a type whose `plain` is one.
macro_rules! by_plain {
    ($name:ty) => {
        impl $crate::source::Source for $name {
            fn info(&self) -> &$crate::source::Info {
                self.plain.info()
            }

            fn read(
                &self,
                span: ::std::ops::Range<u64>,
                into: &mut [::std::mem::MaybeUninit<u8>],
            ) -> $crate::Result<()> {
                self.plain.read(span, into)
            }

            fn files(&self) -> Vec<::std::path::PathBuf> {
                self.plain.files()
            }

            fn readable(&self) -> u64 {
                self.plain.readable()
            }

            fn refresh(&self) -> $crate::Result<$crate::source::Grown> {
                self.plain.refresh()
            }
        }
    };
}
pub(crate) use by_plain;
