//! Recordings in compressed chunks of time, decoded one by one and in parallel.

use std::collections::VecDeque;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::{Path, PathBuf};
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

    /// The file that the chunks are in.
    fn file(&self) -> &Path;
}

/// A recording in chunks.
pub(crate) struct Chunks<D> {
    info: Info,
    /// Where chunks start, and the end of the last.
    bounds: Vec<u64>,
    decoder: D,
    /// Chunks that were read in part, the latest last.
    kept: Mutex<VecDeque<(usize, Arc<Vec<u8>>)>>,
}

impl<D: Decode> Chunks<D> {
    /// `bounds` ascend from 0 to `info.samples`; `info` is interleaved.
    pub(crate) fn new(info: Info, bounds: Vec<u64>, decoder: D) -> Self {
        assert_eq!(info.layout, Layout::Interleaved, "chunks are interleaved");
        Self {
            info,
            bounds,
            decoder,
            kept: Mutex::default(),
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
        vec![self.decoder.file().to_path_buf()]
    }

    fn read(&self, span: Range<u64>, mut into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        let sample = self.info.channels.len() * self.info.dtype.bytes();
        let first = self
            .bounds
            .partition_point(|bound| *bound <= span.start)
            .saturating_sub(1);
        let mut pieces = Vec::new();
        for chunk in first..self.bounds.len() - 1 {
            let (start, end) = (self.bounds[chunk], self.bounds[chunk + 1]);
            let inside = span.start.max(start)..span.end.min(end);
            if inside.is_empty() {
                continue;
            }
            let (here, rest) = into.split_at_mut((inside.end - inside.start) as usize * sample);
            into = rest;
            pieces.push((chunk, inside.start - start..inside.end - start, here));
            if end >= span.end {
                break;
            }
        }
        pieces.into_par_iter().try_for_each(|(chunk, inside, into)| {
            if inside == (0..self.bounds[chunk + 1] - self.bounds[chunk]) {
                copy(&self.decoder.decode(chunk)?, into);
            } else {
                let bytes = inside.start as usize * sample..inside.end as usize * sample;
                copy(&self.part(chunk)?[bytes], into);
            }
            Ok(())
        })
    }
}
