//! Files of WFDB's signals: frames, in each of which every signal of the file has its samples.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::{DataFile, filled};
use super::flac_stream::Stream;
use super::reader::{failed, inside};
use super::wfdb_header::{FORMAT, Signal};
use super::wfdb_values::{Integers, Make, Packing};
use crate::Result;

/// A file of frames, in each of which its signals have their samples.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    bytes: u64,
    /// The open file, unless there are too many of them.
    kept: Option<Arc<DataFile>>,
    pub(crate) packing: Packing,
    pub(crate) offset: u64,
    /// Values in a frame.
    pub(crate) frame: u64,
    /// Values of a file of differences, added up.
    added: Option<Vec<i32>>,
    /// Of a file of FLAC, and samples of each signal in a frame.
    pub(crate) flac: Option<(Stream, u64)>,
}

impl File {
    pub(crate) fn open(folder: &Path, header: &Path, signal: &Signal) -> Result<Self> {
        let packing = Packing::of(signal.format).ok_or_else(|| {
            failed(
                FORMAT,
                header,
                0,
                format!("signals of format {} are not read", signal.format),
            )
        })?;
        let path = inside(folder, &signal.file)?;
        let data = DataFile::open(&path)?;
        Ok(Self {
            path,
            bytes: data.len(),
            kept: Some(Arc::new(data)),
            packing,
            offset: signal.offset,
            frame: 0,
            added: None,
            flac: None,
        })
    }

    /// Closes the file until it is read.
    pub(crate) fn close(&mut self) {
        self.kept = None;
    }

    fn data(&self) -> Result<Arc<DataFile>> {
        match &self.kept {
            Some(data) => Ok(data.clone()),
            None => Ok(Arc::new(DataFile::open(&self.path)?)),
        }
    }

    /// Makes something of values, as [`Packing::read`] does.
    pub(crate) fn unpack(
        &self,
        values: &Range<u64>,
        into: &mut [MaybeUninit<u8>],
        make: impl Make,
    ) -> Result<()> {
        self.packing
            .read(self.data()?.as_ref(), self.offset, values, into, make)
    }

    /// Whether its values are read from where they lie.
    pub(crate) fn is_packed(&self) -> bool {
        self.added.is_none() && self.flac.is_none()
    }

    /// Frames in the file.
    pub(crate) fn frames(&self) -> u64 {
        if let Some((stream, per_frame)) = &self.flac {
            return stream.samples.saturating_sub(self.offset) / per_frame;
        }
        let bytes = self.bytes.saturating_sub(self.offset);
        self.packing.values_in(bytes) / self.frame.max(1)
    }

    /// Makes values of differences, which start from each signal's first.
    pub(crate) fn add_up(&mut self, signals: &[&Signal]) -> Result<()> {
        if self.packing != Packing::Differences {
            return Ok(());
        }
        let bytes = self.bytes.saturating_sub(self.offset);
        let differences = self.data()?.read_vec(self.offset, bytes as usize)?;
        let mut now: Vec<i32> = signals.iter().map(|signal| signal.initial).collect();
        let order: Vec<usize> = signals
            .iter()
            .enumerate()
            .flat_map(|(number, signal)| std::iter::repeat_n(number, signal.per_frame as usize))
            .collect();
        let added = differences
            .iter()
            .zip(order.iter().cycle())
            .map(|(difference, signal)| {
                now[*signal] = now[*signal].wrapping_add(i32::from(*difference as i8));
                now[*signal]
            });
        self.added = Some(added.collect());
        Ok(())
    }

    /// Opens a stream of FLAC, whose channels are the signals, in whose steps `offset` is.
    pub(crate) fn open_flac(&mut self, header: &Path, signals: &[&Signal]) -> Result<()> {
        let Packing::Flac { bits } = self.packing else {
            return Ok(());
        };
        let per_frame = signals.first().map_or(1, |signal| signal.per_frame);
        if signals.iter().any(|signal| signal.per_frame != per_frame) {
            return Err(failed(
                FORMAT,
                header,
                0,
                "signals of several rates cannot be in one file of FLAC",
            ));
        }
        let stream = Stream::open(self.data()?)?;
        if stream.info.channels != signals.len() || stream.info.bits > bits {
            return Err(failed(
                FORMAT,
                &self.path,
                0,
                format!(
                    "it has {} channels of {} bits, for {} signals of {bits} bits at most",
                    stream.info.channels,
                    stream.info.bits,
                    signals.len()
                ),
            ));
        }
        self.flac = Some((stream, u64::from(per_frame)));
        Ok(())
    }

    /// The values of frames, of which those behind the file's end are left out.
    pub(crate) fn read(&self, frames: Range<u64>) -> Result<Vec<i32>> {
        let end = frames.end.min(self.frames());
        if let Some((stream, per_frame)) = &self.flac {
            let steps = frames.start.min(end) * per_frame..end * per_frame;
            let values = stream.values(self.offset + steps.start..self.offset + steps.end)?;
            return Ok(by_signal(&values, stream.info.channels, *per_frame as usize));
        }
        let values = frames.start.min(end) * self.frame..end * self.frame;
        match &self.added {
            Some(added) => Ok(added[values.start as usize..values.end as usize].to_vec()),
            None => filled((values.end - values.start) as usize, |into| {
                self.unpack(&values, into, Integers)
            }),
        }
    }
}

/// Frames whose signals lie side by side at every step, to frames in which each signal's steps do.
fn by_signal(values: &[i32], signals: usize, per_frame: usize) -> Vec<i32> {
    if per_frame == 1 || signals == 1 {
        return values.to_vec();
    }
    let frames = values.chunks_exact(signals * per_frame);
    frames
        .flat_map(|frame| (0..signals).flat_map(|signal| frame[signal..].iter().step_by(signals)))
        .copied()
        .collect()
}
