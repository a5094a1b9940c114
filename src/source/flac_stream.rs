//! A stream of FLAC in a file, read at any place: frames are found where they are looked for, and no index is needed.
//!
//! Each frame says which samples it has. So a sample is sought as in a book: a guess by its share of the file, the next frame from
//! there on, and a better guess between what is then known, of which what helps is kept for the next time.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::fields::Fields;
use super::file::DataFile;
use super::flac_frame::{Frame, StreamInfo};
use super::reader::failed;
use crate::{Error, Result};

pub(crate) const FORMAT: &str = "FLAC";
pub(crate) const MAGIC: &[u8; 4] = b"fLaC";
/// More blocks of metadata than a file has.
const MAX_BLOCKS: usize = 10_000;
/// Bytes that are searched for a frame at a time.
const WINDOW: u64 = 32 << 10;
/// Bytes that are rather decoded than searched any closer.
const CLOSE: u64 = 64 << 10;
/// Bytes that are read at a time to be decoded.
const AHEAD: usize = 256 << 10;
/// Guesses after which a file has no order that would lead anywhere; each halves what is left, or nearly.
const MAX_GUESSES: usize = 128;
/// The most samples of a frame, and the fewest bytes of one.
const MOST_SAMPLES: u64 = 1 << 16;
const LEAST_FRAME: u64 = 10;
/// Values that are decoded by one thread.
const PIECE: u64 = 1 << 18;
/// Frames whose places are kept.
const MAX_KNOWN: usize = 1 << 18;

/// An open stream.
pub(crate) struct Stream {
    pub(crate) file: Arc<DataFile>,
    pub(crate) info: StreamInfo,
    /// Samples of each channel that are there.
    pub(crate) samples: u64,
    pub(crate) warnings: Vec<String>,
    /// Where the first frame is.
    start: u64,
    /// Where frames are, by their first sample.
    known: Mutex<BTreeMap<u64, u64>>,
}

/// A frame, and where it is.
type Found = (u64, Frame);

impl Stream {
    /// Opens the stream that a file is: reads its metadata, and looks for its last frame.
    pub(crate) fn open(file: Arc<DataFile>) -> Result<Self> {
        let mut head = Fields::read(FORMAT, &file, 0, 8 + 34)?;
        if head.take(4)? != MAGIC {
            head.seek(0);
            return Err(head.failed("it does not begin with fLaC"));
        }
        if head.u8()? & 0x7f != 0 {
            head.seek(4);
            return Err(head.failed("the first of its metadata is not what says how samples are stored"));
        }
        head.skip(3)?;
        let info = StreamInfo::parse(&head.array()?);
        let start = first_frame(&file)?;
        let mut stream = Self {
            file,
            info,
            samples: info.samples,
            warnings: Vec::new(),
            start,
            known: Mutex::new(BTreeMap::from([(0, start)])),
        };
        let Some((_, last)) = stream.last()? else {
            return Err(stream.failed(start, "there is no whole frame of samples"));
        };
        stream.samples = last.first + last.len as u64;
        if stream.samples / MOST_SAMPLES > stream.file.len() / LEAST_FRAME {
            return Err(stream.failed(
                start,
                format!(
                    "its {} bytes cannot hold {} samples",
                    stream.file.len(),
                    stream.samples
                ),
            ));
        }
        if info.samples != 0 && info.samples != stream.samples {
            stream.warnings.push(format!(
                "the file is cut short or continued: {} of {} samples are there",
                stream.samples, info.samples
            ));
        }
        Ok(stream)
    }

    /// Hands on the frames that have samples in `span`, one after another, each with which of its samples those are.
    pub(crate) fn frames(&self, span: Range<u64>, mut each: impl FnMut(&Frame, Range<usize>)) -> Result<()> {
        if span.is_empty() {
            return Ok(());
        }
        let (mut sample, mut offset) = self.near(span.start)?;
        let mut bytes: Vec<u8> = Vec::new();
        let mut begin = 0;
        while sample < span.end {
            let frame = loop {
                let decoded = Frame::decode(&bytes[begin..], &self.info);
                // Frames that do not follow one another would lead round and round.
                if let Some(frame) = decoded.filter(|frame| frame.first == sample) {
                    break frame;
                }
                bytes.drain(..begin);
                begin = 0;
                let from = offset + bytes.len() as u64;
                let more = (self.file.len() - from.min(self.file.len())).min(AHEAD as u64);
                if more == 0 || bytes.len() > self.info.most_bytes() {
                    return Err(self.failed(
                        offset,
                        format!("there is no frame of sample {sample}, or it is damaged"),
                    ));
                }
                bytes.extend(self.file.read_vec(from, more as usize)?);
            };
            let end = sample + frame.len as u64;
            let inside = span.start.max(sample)..span.end.min(end);
            if !inside.is_empty() {
                each(
                    &frame,
                    (inside.start - sample) as usize..(inside.end - sample) as usize,
                );
            }
            begin += frame.bytes;
            offset += frame.bytes as u64;
            sample = end;
        }
        // The next read most often starts here.
        if sample < self.samples {
            self.keep(sample, offset);
        }
        Ok(())
    }

    /// The values of a span, channels side by side, decoded in parallel.
    pub(crate) fn values(&self, span: Range<u64>) -> Result<Vec<i32>> {
        let piece = (PIECE / self.info.channels as u64).max(1);
        let starts: Vec<u64> = (span.start..span.end).step_by(piece as usize).collect();
        let pieces = starts.into_par_iter().map(|start| {
            let mut values = Vec::new();
            self.frames(start..span.end.min(start + piece), |frame, inside| {
                for t in inside {
                    values.extend(
                        frame.planar[t..]
                            .iter()
                            .step_by(frame.len)
                            .map(|value| *value as i32),
                    );
                }
            })?;
            Ok(values)
        });
        Ok(pieces.collect::<Result<Vec<Vec<i32>>>>()?.concat())
    }

    /// A frame at a sample or before it, not far away: its first sample, and where it is.
    fn near(&self, sample: u64) -> Result<(u64, u64)> {
        let (mut low, mut high) = {
            let known = self.known();
            let low = known.range(..=sample).next_back();
            let high = known.range(sample + 1..).next();
            (
                low.map_or((0, self.start), |(sample, offset)| (*sample, *offset)),
                high.map_or((self.samples, self.file.len()), |(sample, offset)| {
                    (*sample, *offset)
                }),
            )
        };
        for guess in 0..MAX_GUESSES {
            let room = high.1.saturating_sub(low.1);
            if room <= CLOSE || sample == low.0 {
                break;
            }
            // Every other guess halves what is left, whatever samples cost.
            let share = (sample - low.0) as f64 / (high.0 - low.0) as f64;
            let ahead = if guess % 2 == 0 {
                room as f64 * share - CLOSE as f64 / 2.0
            } else {
                room as f64 / 2.0
            };
            let from = low.1 + (ahead as u64).clamp(1, room - 1);
            let between = |frame: &Frame| low.0 < frame.first && frame.first < high.0;
            match self.find(from..high.1, between)? {
                Some((offset, frame)) => {
                    self.keep(frame.first, offset);
                    if frame.first <= sample {
                        low = (frame.first, offset);
                    } else {
                        // None starts between where was looked from and there.
                        high = (frame.first, from);
                    }
                }
                None => high.1 = from,
            }
        }
        Ok(low)
    }

    /// The first frame that starts in a range of bytes and is wanted.
    fn find(&self, range: Range<u64>, wanted: impl Fn(&Frame) -> bool) -> Result<Option<Found>> {
        let mut from = range.start;
        while from < range.end {
            let to = range.end.min(from + WINDOW);
            let (found, _) = self.search(from..to, &wanted)?;
            if found.is_some() {
                return Ok(found);
            }
            from = to;
        }
        Ok(None)
    }

    /// The first frame that starts among a few bytes and is wanted, and whether any frame does.
    fn search(&self, range: Range<u64>, wanted: impl Fn(&Frame) -> bool) -> Result<(Option<Found>, bool)> {
        let (start, len) = (range.start, (range.end - range.start) as usize);
        let mut bytes = self.some(start, len + AHEAD)?;
        let (mut at, mut any) = (0, false);
        while at < len {
            let Some(sync) = bytes[at..]
                .windows(2)
                .position(|pair| pair[0] == 0xff && pair[1] & 0xfe == 0xf8)
            else {
                break;
            };
            at += sync;
            if at >= len {
                break;
            }
            let mut frame = Frame::decode(&bytes[at..], &self.info);
            if frame.is_none()
                && self.info.most_bytes() > bytes.len() - at
                && Frame::begins(&bytes[at..], &self.info)
            {
                bytes = self.some(start, at + self.info.most_bytes())?;
                frame = Frame::decode(&bytes[at..], &self.info);
            }
            match frame {
                Some(frame) if wanted(&frame) => return Ok((Some((start + at as u64, frame)), true)),
                Some(frame) => (at, any) = (at + frame.bytes, true),
                None => at += 1,
            }
        }
        Ok((None, any))
    }

    /// The last whole frame.
    fn last(&self) -> Result<Option<Found>> {
        let mut end = self.file.len();
        while end > self.start {
            let start = end.saturating_sub(WINDOW).max(self.start);
            let mut found: Option<Found> = None;
            let mut from = start;
            while let (Some((offset, frame)), _) = self.search(from..end, |_| true)? {
                from = offset + frame.bytes as u64;
                found = Some((offset, frame));
                if from >= end {
                    break;
                }
            }
            if found.is_some() {
                return Ok(found);
            }
            end = start;
        }
        Ok(None)
    }

    /// Up to `len` bytes from `offset` on.
    fn some(&self, offset: u64, len: usize) -> Result<Vec<u8>> {
        let left = self.file.len().saturating_sub(offset);
        self.file.read_vec(offset, left.min(len as u64) as usize)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, u64>> {
        self.known.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn keep(&self, sample: u64, offset: u64) {
        let mut known = self.known();
        if known.len() < MAX_KNOWN {
            known.insert(sample, offset);
        }
    }

    fn failed(&self, offset: u64, problem: impl Into<String>) -> Error {
        failed(FORMAT, self.file.path(), offset, problem)
    }
}

/// Where the first frame is: behind all blocks of metadata.
fn first_frame(file: &DataFile) -> Result<u64> {
    let mut at = 4;
    for _ in 0..MAX_BLOCKS {
        let mut block = Fields::read(FORMAT, file, at, 4)?;
        let [kind, high, mid, low] = block.array()?;
        at += 4 + u64::from(u32::from_be_bytes([0, high, mid, low]));
        if at > file.len() {
            return Err(block.failed("its metadata go beyond the file's end"));
        }
        if kind & 0x80 != 0 {
            return Ok(at);
        }
    }
    Err(Fields::read(FORMAT, file, at, 0)?.failed("its metadata do not end"))
}
