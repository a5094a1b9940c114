//! Files of records of equal size, in each of which every channel has a run of values of its own.
//!
//! EDF, Intan and Open Ephys' legacy files are made so; a file for each channel is the case of one run a record.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::file::{DataFile, refill};
use super::plain::shifted;
use super::reader::failed;
use super::scratch;
use super::share::share;
use super::stored::{Runs, StoredType};
use super::{Channel, Info, Layout, Segment, Source, check_read, check_shape};
use crate::Result;

/// Bytes of records that a thread reads at a time, so that they are still in its caches when they are converted; one record
/// if that is more.
const BATCH: usize = 256 << 10;
/// Bytes of a run from which on it is read on its own, straight to its place where nothing is converted.
const LONG: u64 = 16 << 10;
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

/// Records in one file or several, read by all threads. Samples come planar; interleaved where a record is a sample of all
/// channels, as they lie.
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
        let side_by_side = runs.windows(2).all(|pair| pair[0].at + width == pair[1].at);
        let packets = facts.values == 1 && files.len() == 1 && side_by_side;
        let info = Info {
            format: facts.format,
            channels: shifted(channels, facts.stored),
            samples: facts.samples,
            rate_hz: facts.rate_hz,
            stored: facts.stored.to_string(),
            dtype: facts.stored.dtype(),
            layout: if packets {
                Layout::Interleaved
            } else {
                Layout::Planar
            },
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

    /// Whether records are samples, with all channels side by side.
    fn is_packets(&self) -> bool {
        self.info.layout == Layout::Interleaved
    }

    /// Of records that are samples: those of `span`.
    fn read_packets(&self, span: &Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        let Some((file, first)) = self.files.first().zip(self.runs.first()) else {
            return Ok(());
        };
        let (from, to) = (self.stored.bytes(), self.info.dtype.bytes());
        let (record, channels) = (self.record as usize, self.runs.len());
        let step = (BATCH / record).max(1);
        share(
            into.chunks_mut(step * channels * to).enumerate(),
            |(batch, into)| {
                let count = into.len() / (channels * to);
                let start = span.start + (batch * step) as u64;
                let offset = self.offset + start * self.record + first.at;
                let bytes = (count - 1) * record + channels * from;
                scratch::with(bytes, |bytes| {
                    refill(bytes, |bytes| file.read_into(offset, bytes))?;
                    let len = channels * from;
                    let packets = Runs {
                        bytes,
                        len,
                        stride: record,
                    };
                    self.stored.convert_runs(packets, into);
                    Ok(())
                })
            },
        )
    }

    /// Of one batch of records of one file.
    fn read_batch(&self, batch: Batch<'_>) -> Result<()> {
        let Batch { file, span, rows } = batch;
        let (from, to) = (self.stored.bytes(), self.info.dtype.bytes());
        let (first, last) = (span.start / self.values, (span.end - 1) / self.values);
        // From the first run's start to the last one's last value that is wanted.
        let start = rows.iter().map(|(at, _)| *at).min().unwrap_or(0);
        let end = rows.iter().map(|(at, _)| *at).max().unwrap_or(0)
            + ((span.end - 1) % self.values + 1) * from as u64;
        let bytes = (last - first) * self.record + end - start;
        let offset = self.offset + first * self.record + start;
        scratch::with(bytes as usize, |bytes| {
            refill(bytes, |bytes| self.files[file].read_into(offset, bytes))?;
            let (values, record) = (self.values as usize, self.record as usize);
            let inside = (span.start % self.values) as usize;
            for (at, into) in rows {
                let run = &bytes[(at - start) as usize..];
                // The first run may be wanted from within.
                let count = (values - inside).min(into.len() / to);
                let (head, rest) = into.split_at_mut(count * to);
                self.stored.convert(&run[inside * from..][..count * from], head);
                if !rest.is_empty() {
                    let runs = Runs {
                        bytes: &run[record..],
                        len: values * from,
                        stride: record,
                    };
                    self.stored.convert_runs(runs, rest);
                }
            }
            Ok(())
        })
    }

    /// A channel's samples of `span`, run by run.
    fn read_runs(&self, run: Run, span: &Range<u64>, mut into: &mut [MaybeUninit<u8>]) -> Result<()> {
        let (from, to) = (self.stored.bytes() as u64, self.info.dtype.bytes());
        let file = &self.files[run.file];
        let mut sample = span.start;
        while sample < span.end {
            let (record, inside) = (sample / self.values, sample % self.values);
            let count = (self.values - inside)
                .min(span.end - sample)
                .min(BATCH as u64 / from);
            let offset = self.offset + record * self.record + run.at + inside * from;
            let (here, rest) = into.split_at_mut(count as usize * to);
            if self.stored.is_native() {
                file.read_into(offset, here)?;
            } else {
                scratch::with((count * from) as usize, |bytes| {
                    refill(bytes, |bytes| file.read_into(offset, bytes))?;
                    self.stored.convert(bytes, here);
                    Ok(())
                })?;
            }
            into = rest;
            sample += count;
        }
        Ok(())
    }

    /// Cuts what is to be read into batches, file by file.
    fn batches<'a>(&self, span: &Range<u64>, into: &'a mut [MaybeUninit<u8>]) -> Vec<Batch<'a>> {
        let to = self.info.dtype.bytes();
        let row = into.len() / self.runs.len();
        let records = (BATCH as u64 / self.record).max(1);
        let step = records * self.values;
        let first = span.start / self.values * self.values;
        let cuts: Vec<Range<u64>> = (first..span.end)
            .step_by(step as usize)
            .map(|start| start.max(span.start)..span.end.min(start + step))
            .collect();
        let mut batches: Vec<Batch<'a>> = (0..self.files.len())
            .flat_map(|file| {
                let rows = self.runs.iter().filter(|run| run.file == file).count();
                cuts.iter().map(move |cut| Batch {
                    file,
                    span: cut.clone(),
                    rows: Vec::with_capacity(rows),
                })
            })
            .collect();
        for (run, mut into) in self.runs.iter().zip(into.chunks_exact_mut(row)) {
            for (number, cut) in cuts.iter().enumerate() {
                let (here, rest) = into.split_at_mut((cut.end - cut.start) as usize * to);
                batches[run.file * cuts.len() + number].rows.push((run.at, here));
                into = rest;
            }
        }
        batches.retain(|batch| !batch.rows.is_empty());
        batches
    }
}

/// Samples from records that are read together.
struct Batch<'a> {
    file: usize,
    span: Range<u64>,
    /// Where channels' runs start in a record, and where their samples go.
    rows: Vec<(u64, &'a mut [MaybeUninit<u8>])>,
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
        if self.is_packets() {
            return self.read_packets(&span, into);
        }
        if self.values * self.stored.bytes() as u64 >= LONG {
            let row = into.len() / self.runs.len();
            return share(into.chunks_exact_mut(row).zip(&self.runs), |(into, run)| {
                self.read_runs(*run, &span, into)
            });
        }
        share(self.batches(&span, into).into_iter(), |batch| {
            self.read_batch(batch)
        })
    }
}
