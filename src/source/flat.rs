//! A rectangle of values in a file, without structure in between: what raw files, SpikeGLX and NPY have in common.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::sync::Arc;

use super::Layout;
use super::file::{DataFile, refill};
use super::scratch;
use super::share::share;
use super::stored::StoredType;
use crate::Result;

/// Bytes on disk that are converted at a time; bounds the memory that a conversion takes on each thread.
const CHUNK: usize = 256 << 10;

/// Where the values of a recording lie in a file.
#[derive(Debug)]
pub(crate) struct Flat {
    pub(crate) file: Arc<DataFile>,
    /// Of the first value, in bytes.
    pub(crate) offset: u64,
    pub(crate) stored: StoredType,
    pub(crate) channels: usize,
    /// Of each channel.
    pub(crate) samples: u64,
    pub(crate) layout: Layout,
}

impl Flat {
    /// Bytes of one sample of all channels.
    pub(crate) fn sample_bytes(&self) -> u64 {
        self.channels as u64 * self.stored.bytes() as u64
    }

    /// Reads `span`, which has been checked with `into`, in the file's own layout.
    pub(crate) fn read(&self, span: &Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        if into.is_empty() {
            return Ok(());
        }
        let width = self.stored.bytes() as u64;
        match self.layout {
            Layout::Interleaved => {
                let first = span.start * self.channels as u64;
                self.read_values(self.offset + first * width, into)
            }
            Layout::Planar => {
                let row = into.len() / self.channels;
                for (channel, into) in into.chunks_exact_mut(row).enumerate() {
                    let first = channel as u64 * self.samples + span.start;
                    self.read_values(self.offset + first * width, into)?;
                }
                Ok(())
            }
        }
    }

    /// Reads neighbouring values from `offset`: straight into place, or by way of chunks that are converted in parallel.
    fn read_values(&self, offset: u64, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        if self.stored.is_native() {
            return self.file.read_into(offset, into);
        }
        let width = self.stored.bytes();
        let values = CHUNK / width;
        let out = self.stored.dtype().bytes();
        share(into.chunks_mut(values * out).enumerate(), |(chunk, into)| {
            let offset = offset + (chunk * values * width) as u64;
            scratch::with(into.len() / out * width, |bytes| {
                refill(bytes, |bytes| self.file.read_into(offset, bytes))?;
                self.stored.convert(bytes, into);
                Ok(())
            })
        })
    }
}

/// Whole samples in `bytes`, and a warning where some are left over.
pub(crate) fn whole_samples(bytes: u64, channels: usize, stored: StoredType) -> (u64, Option<String>) {
    let sample = channels as u64 * stored.bytes() as u64;
    let (samples, rest) = (bytes / sample, bytes % sample);
    let warning = (rest > 0).then(|| {
        format!(
            "the data end in the middle of a sample: the last {rest} bytes are left out \
             (a sample of {channels} channels takes {sample} bytes)"
        )
    });
    (samples, warning)
}
