//! Recordings in compressed chunks of time, decoded one by one and in parallel.

use std::collections::VecDeque;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::file::copy;
use super::{Info, Layout, Source, check_read};
use crate::Result;

/// Decoded bytes that are kept for the next read, which often starts within the chunk where the last one ended.
const KEPT: usize = 64 << 20;

/// Makes samples of a chunk's bytes.
pub(crate) trait Decode: Send + Sync {
    /// All samples of a chunk, interleaved, as [`Info::dtype`] in the machine's byte order.
    fn decode(&self, chunk: usize) -> Result<Vec<u8>>;

    /// The same into memory of that size, which is written in order.
    fn decode_into(&self, chunk: usize, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        copy(&self.decode(chunk)?, into);
        Ok(())
    }

    /// The files that the chunks are in.
    fn files(&self) -> Vec<PathBuf>;
}

/// Where chunks start and end.
enum Bounds {
    /// Where they start, and the end of the last.
    At(Vec<u64>),
    /// Each is so long, but for the last.
    #[cfg(any(feature = "nwb", feature = "zarr"))]
    Every(u64),
}

/// A recording in chunks.
pub(crate) struct Chunks<D> {
    info: Info,
    bounds: Bounds,
    decoder: D,
    /// Chunks that were read in part, the latest last.
    kept: Mutex<VecDeque<(usize, Arc<Vec<u8>>)>>,
}

impl<D: Decode> Chunks<D> {
    /// `bounds` ascend from 0 to `info.samples`; `info` is interleaved.
    pub(crate) fn new(info: Info, bounds: Vec<u64>, decoder: D) -> Self {
        Self::within(info, Bounds::At(bounds), decoder)
    }

    /// Chunks of `len` samples each, of which there is at least one; the last ends with the recording. `info` is interleaved.
    #[cfg(any(feature = "nwb", feature = "zarr"))]
    pub(crate) fn regular(info: Info, len: u64, decoder: D) -> Self {
        Self::within(info, Bounds::Every(len.max(1)), decoder)
    }

    fn within(info: Info, bounds: Bounds, decoder: D) -> Self {
        assert_eq!(info.layout, Layout::Interleaved, "chunks are interleaved");
        Self {
            info,
            bounds,
            decoder,
            kept: Mutex::default(),
        }
    }

    /// The chunk that a sample is in.
    fn chunk_of(&self, sample: u64) -> usize {
        match &self.bounds {
            Bounds::At(bounds) => bounds.partition_point(|bound| *bound <= sample).saturating_sub(1),
            #[cfg(any(feature = "nwb", feature = "zarr"))]
            Bounds::Every(len) => (sample / len) as usize,
        }
    }

    /// The samples of a chunk; none behind the last.
    fn samples_of(&self, chunk: usize) -> Range<u64> {
        match &self.bounds {
            Bounds::At(bounds) => match bounds.get(chunk..chunk + 2) {
                Some(&[start, end]) => start..end,
                _ => self.info.samples..self.info.samples,
            },
            #[cfg(any(feature = "nwb", feature = "zarr"))]
            Bounds::Every(len) => {
                let at = |chunk: usize| (chunk as u64).saturating_mul(*len).min(self.info.samples);
                at(chunk)..at(chunk + 1)
            }
        }
    }

    /// A chunk of which a part is wanted.
    fn part(&self, chunk: usize) -> Result<Arc<Vec<u8>>> {
        let kept = || self.kept.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((_, bytes)) = kept().iter().find(|(number, _)| *number == chunk) {
            return Ok(bytes.clone());
        }
        let bytes = Arc::new(self.decoder.decode(chunk)?);
        let mut kept = kept();
        kept.push_back((chunk, bytes.clone()));
        while kept.len() > 1 && kept.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > KEPT {
            kept.pop_front();
        }
        Ok(bytes)
    }
}

impl<D: Decode> Source for Chunks<D> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn files(&self) -> Vec<PathBuf> {
        self.decoder.files()
    }

    fn read(&self, span: Range<u64>, mut into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        let sample = self.info.channels.len() * self.info.dtype.bytes();
        let mut pieces = Vec::new();
        let mut chunk = self.chunk_of(span.start);
        while !into.is_empty() {
            let samples = self.samples_of(chunk);
            let inside = span.start.max(samples.start)..span.end.min(samples.end);
            let (here, rest) = into.split_at_mut((inside.end - inside.start) as usize * sample);
            into = rest;
            pieces.push((
                chunk,
                inside.start - samples.start..inside.end - samples.start,
                here,
            ));
            chunk += 1;
        }
        pieces.into_par_iter().try_for_each(|(chunk, inside, into)| {
            let samples = self.samples_of(chunk);
            if inside == (0..samples.end - samples.start) {
                return self.decoder.decode_into(chunk, into);
            }
            let bytes = inside.start as usize * sample..inside.end as usize * sample;
            copy(&self.part(chunk)?[bytes], into);
            Ok(())
        })
    }
}
