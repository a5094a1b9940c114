//! Files of records of equal size, in each of which every channel has a run of values of its own.
//!
//! EDF, Intan and Open Ephys' legacy files are made so; a file for each channel is the case of one run a record.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::file::DataFile;
use super::plain::shifted;
use super::reader::failed;
use super::stored::StoredType;
use super::{Channel, Info, Layout, Segment, Source, check_read, check_shape};
use crate::Result;

/// Bytes of records that are read at a time, from all files together, or one record of each if that is more.
const BATCH: u64 = 4 << 20;
/// A larger record than any format's.
const MAX_RECORD: u64 = 1 << 30;

/// Where a channel's values lie in a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// Which of the files.
    pub(crate) file: usize,
    /// Of the first value, in bytes from the record's start.
    pub(crate) at: u64,
}

/// What a description says of records.
#[derive(Debug, Clone)]
pub(crate) struct RecordFacts {
    pub(crate) format: &'static str,
    /// With gain and offset of values as they are stored, and the channel's run.
    pub(crate) channels: Vec<(Channel, Run)>,
    pub(crate) rate_hz: f64,
    pub(crate) stored: StoredType,
    /// Bytes before the first record of each file.
    pub(crate) offset: u64,
    /// Bytes of a record.
    pub(crate) record: u64,
    /// Values in a run.
    pub(crate) values: u64,
    /// Samples of each channel; the last record may be incomplete.
    pub(crate) samples: u64,
    pub(crate) start_s: f64,
    pub(crate) warnings: Vec<String>,
}

/// Records in one file or several. Samples are read planar, by way of [`BATCH`] bytes.
#[derive(Debug)]
pub(crate) struct Records {
    info: Info,
    files: Vec<Arc<DataFile>>,
    runs: Vec<Run>,
    stored: StoredType,
    offset: u64,
    record: u64,
    values: u64,
}

impl Records {
    /// Records of which `facts.samples` samples are known to be in the files.
    pub(crate) fn new(files: Vec<Arc<DataFile>>, facts: RecordFacts) -> Result<Self> {
        let path = files.first().map(|file| file.path().to_path_buf());
        let failed = |problem: String| {
            failed(
                facts.format,
                path.clone().unwrap_or_default(),
                facts.offset,
                problem,
            )
        };
        check_shape(facts.channels.len(), facts.rate_hz).map_err(|error| failed(error.to_string()))?;
        if facts.samples == 0 || facts.values == 0 || facts.record == 0 || facts.record > MAX_RECORD {
            return Err(failed(format!(
                "there is no whole sample in records of {} bytes and {} values of each channel",
                facts.record, facts.values
            )));
        }
        let (channels, runs): (Vec<Channel>, Vec<Run>) = facts.channels.iter().cloned().unzip();
        let width = facts.stored.bytes() as u64;
        if let Some(run) = runs.iter().find(|run| {
            let end = facts
                .values
                .checked_mul(width)
                .and_then(|run_bytes| run_bytes.checked_add(run.at));
            end.is_none_or(|end| end > facts.record) || run.file >= files.len()
        }) {
            return Err(failed(format!("a run from byte {} leaves its record", run.at)));
        }
        let info = Info {
            format: facts.format,
            channels: shifted(channels, facts.stored),
            samples: facts.samples,
            rate_hz: facts.rate_hz,
            stored: facts.stored.to_string(),
            dtype: facts.stored.dtype(),
            layout: Layout::Planar,
            segments: vec![Segment {
                samples: 0..facts.samples,
                start_s: facts.start_s,
            }],
            warnings: facts.warnings,
        };
        Ok(Self {
            info,
            files,
            runs,
            stored: facts.stored,
            offset: facts.offset,
            record: facts.record,
            values: facts.values,
        })
    }

    /// Where the records from `first` on lie in each file, up to the last byte that samples before `end` take.
    fn batch(&self, first: u64, end: u64) -> Result<Vec<Vec<u8>>> {
        let last = (end - 1) / self.values;
        let partial = self.stored.bytes() as u64 * ((end - 1) % self.values + 1);
        let runs = self.runs.iter().map(|run| run.at).max().unwrap_or(0);
        let bytes = (last - first) * self.record + (runs + partial).min(self.record);
        self.files
            .iter()
            .map(|file| file.read_vec(self.offset + first * self.record, bytes as usize))
            .collect()
    }

    /// Converts a channel's samples of `span` from records of which the first is `first`.
    fn convert(
        &self,
        run: Run,
        bytes: &[u8],
        first: u64,
        span: &Range<u64>,
        mut into: &mut [MaybeUninit<u8>],
    ) {
        let (from, to) = (self.stored.bytes(), self.info.dtype.bytes());
        let mut sample = span.start;
        while sample < span.end {
            let (record, inside) = (sample / self.values, sample % self.values);
            let count = (self.values - inside).min(span.end - sample);
            let start = ((record - first) * self.record + run.at) as usize + inside as usize * from;
            let (here, rest) = into.split_at_mut(count as usize * to);
            self.stored
                .convert(&bytes[start..start + count as usize * from], here);
            into = rest;
            sample += count;
        }
    }
}

impl Source for Records {
    fn info(&self) -> &Info {
        &self.info
    }

    fn files(&self) -> Vec<PathBuf> {
        self.files.iter().map(|file| file.path().to_path_buf()).collect()
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        if into.is_empty() {
            return Ok(());
        }
        let bytes = self.info.dtype.bytes();
        let row = into.len() / self.runs.len();
        let records = (BATCH / (self.record * self.files.len() as u64)).max(1);
        let mut start = span.start;
        while start < span.end {
            let first = start / self.values;
            let end = span.end.min((first + records) * self.values);
            let batch = self.batch(first, end)?;
            let columns = (start - span.start) as usize * bytes..(end - span.start) as usize * bytes;
            into.par_chunks_exact_mut(row)
                .zip(&self.runs)
                .for_each(|(into, run)| {
                    self.convert(
                        *run,
                        &batch[run.file],
                        first,
                        &(start..end),
                        &mut into[columns.clone()],
                    );
                });
            start = end;
        }
        Ok(())
    }
}
