//! An array of one axis or two as a recording, decoded a run of time at a time.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::array::Array;
use super::meta::MAX_CHUNK;
use crate::Result;
use crate::source::chunks::{Chunks, Decode};
use crate::source::file::filled;
use crate::source::stored::StoredType;
use crate::source::{Info, Source};

/// Files that are named as those of a recording; of more, some spread evenly.
const MAX_FILES: u64 = 2048;

/// The samples of an array.
struct Samples {
    array: Arc<Array>,
    /// The folder of the store, which stands for files that come and go.
    root: PathBuf,
    stored: StoredType,
    /// Which axis is time.
    time: usize,
    samples: u64,
    channels: usize,
}

/// The samples of an array as `info` describes them; `time` is the axis of time.
pub(super) fn recording(
    array: Arc<Array>,
    root: PathBuf,
    info: Info,
    stored: StoredType,
    time: usize,
) -> Result<Box<dyn Source>> {
    let run = array.meta.unit[time];
    let row = (info.channels.len() * info.dtype.bytes()) as u64;
    if run
        .min(info.samples)
        .checked_mul(row)
        .is_none_or(|bytes| bytes > MAX_CHUNK)
    {
        return Err(array.failed(format!(
            "its chunks are {run} samples long, which of all {} channels takes more than {} MiB, as much as is decoded \
             at once",
            info.channels.len(),
            MAX_CHUNK >> 20
        )));
    }
    let (samples, channels) = (info.samples, info.channels.len());
    let decoder = Samples {
        array,
        root,
        stored,
        time,
        samples,
        channels,
    };
    Ok(Box::new(Chunks::regular(info, run, decoder)))
}

/// Values of a chunk, ready for their places.
struct Piece {
    /// The first channel, and how many.
    first: usize,
    channels: usize,
    /// As they are given.
    bytes: Vec<u8>,
    /// How far apart neighbours in time and among channels are.
    along: usize,
    across: usize,
}

impl Samples {
    /// The place of a chunk: its number in time and among channels.
    fn place(&self, run: u64, column: u64) -> Vec<u64> {
        match (self.array.meta.shape.len(), self.time) {
            (1, _) => vec![run],
            (_, 0) => vec![run, column],
            _ => vec![column, run],
        }
    }

    /// Chunks across all channels, and channels of each.
    fn columns(&self) -> (u64, usize) {
        match self.array.meta.shape.len() {
            1 => (1, 1),
            _ => (
                self.array.meta.units(1 - self.time),
                self.array.meta.unit[1 - self.time] as usize,
            ),
        }
    }

    /// One chunk, converted to what is given.
    fn piece(&self, run: u64, column: u64) -> Result<Piece> {
        let meta = &self.array.meta;
        let (_, wide) = self.columns();
        let strides = self.array.strides();
        let place = self.place(run, column);
        let bytes = match self.array.unit(&place)? {
            Some(bytes) if self.stored.is_native() => bytes,
            Some(bytes) => self.converted(&bytes)?,
            None => {
                let one = self.converted(&meta.fill)?;
                let all = meta.unit_values() * one.len();
                match one.iter().all(|byte| *byte == 0) {
                    true => vec![0; all],
                    false => one.iter().copied().cycle().take(all).collect(),
                }
            }
        };
        let first = column as usize * wide;
        Ok(Piece {
            first,
            channels: wide.min(self.channels - first),
            bytes,
            along: strides[self.time],
            across: if strides.len() == 2 {
                strides[1 - self.time]
            } else {
                1
            },
        })
    }

    fn converted(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let values = bytes.len() / self.stored.bytes() * self.stored.dtype().bytes();
        filled(values, |into| {
            self.stored.convert(bytes, into);
            Ok(())
        })
    }

    /// Lays out the values of a chunk, of `N` bytes each, among all channels of `samples` samples.
    fn lay<const N: usize>(&self, piece: &Piece, samples: usize, into: &mut [u8]) {
        let from = piece.bytes.as_chunks::<N>().0;
        let into = into.as_chunks_mut::<N>().0;
        for t in 0..samples {
            let row = &mut into[t * self.channels + piece.first..][..piece.channels];
            let from = &from[t * piece.along..];
            if piece.across == 1 {
                row.copy_from_slice(&from[..piece.channels]);
            } else {
                for (c, value) in row.iter_mut().enumerate() {
                    *value = from[c * piece.across];
                }
            }
        }
    }
}

impl Decode for Samples {
    fn decode(&self, chunk: usize) -> Result<Vec<u8>> {
        let run = chunk as u64;
        let long = self.array.meta.unit[self.time];
        let samples = (self.samples - run * long).min(long) as usize;
        let width = self.stored.dtype().bytes();
        let needs = samples * self.channels * width;
        let (columns, _) = self.columns();
        if columns == 1 {
            let mut piece = self.piece(run, 0)?;
            // As it lies is as it is given.
            if piece.across == 1 && piece.along == self.channels {
                piece.bytes.truncate(needs);
                return Ok(piece.bytes);
            }
            let mut into = vec![0; needs];
            self.lay_any(&piece, samples, &mut into);
            return Ok(into);
        }
        let mut into = vec![0; needs];
        // As many chunks at a time as there are threads, so that they do not all take memory at once.
        let step = rayon::current_num_threads().max(1) as u64;
        for first in (0..columns).step_by(step as usize) {
            let pieces: Vec<Piece> = (first..columns.min(first + step))
                .into_par_iter()
                .map(|column| self.piece(run, column))
                .collect::<Result<_>>()?;
            for piece in &pieces {
                self.lay_any(piece, samples, &mut into);
            }
        }
        Ok(into)
    }

    fn files(&self) -> Vec<PathBuf> {
        let meta = &self.array.meta;
        // Even where it was given as `.`, it has a name.
        let root = std::path::absolute(&self.root).unwrap_or_else(|_| self.root.clone());
        let mut files = vec![root, self.array.document.clone()];
        let runs = meta.units(self.time).div_ceil(meta.per_file[self.time]);
        let columns = match meta.shape.len() {
            1 => 1,
            _ => meta.units(1 - self.time).div_ceil(meta.per_file[1 - self.time]),
        };
        let all = u128::from(runs) * u128::from(columns);
        let some = all.min(u128::from(MAX_FILES));
        for number in (0..some).map(|number| number * all / some) {
            let (run, column) = (number / u128::from(columns), number % u128::from(columns));
            let mut place = self.place(run as u64, column as u64);
            place
                .iter_mut()
                .zip(&meta.per_file)
                .for_each(|(at, per)| *at *= per);
            let path = self.array.file_of(&place);
            if path.is_file() {
                files.push(path);
            }
        }
        files
    }
}

impl Samples {
    fn lay_any(&self, piece: &Piece, samples: usize, into: &mut [u8]) {
        match self.stored.dtype().bytes() {
            2 => self.lay::<2>(piece, samples, into),
            _ => self.lay::<4>(piece, samples, into),
        }
    }
}
