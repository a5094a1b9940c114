//! MATLAB's files, versions 4 and 5: each real array of numbers with two axes is a stream, by the name of its variable.
//!
//! The longer axis is time. A number called `fs`, `srate` or the like is the rate. Arrays in structures are found too,
//! `EEG.data` with `EEG.srate`; those in cells are not. What is not compressed is read where it lies. A compressed array is
//! inflated when its samples are first read, and kept in memory as it is stored: the format holds them below 4 GiB each.
//!
//! Version 7.3 is HDF5.

use std::io::Read;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::arrays::{self, orient, problem_of, rate_of};
use super::file::DataFile;
use super::flat::Flat;
use super::mat_elements::{Array, FORMAT, Packed, kind_4, version_4, version_5};
use super::plain::Plain;
use super::reader::{Probe, Reader, failed, no_events};
use super::stored::StoredType;
use super::streams::Streams;
use super::{Info, Layout, Source, check_read};
use crate::Result;

/// Where version 5 says its number and its byte order.
const VERSION: Range<usize> = 124..128;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".mat",
    knows: |probe| version(&probe.head).is_some() || is_4(probe),
    open,
    events: no_events,
};

/// Whether a file of version 5 is big-endian; `None` if it is none.
fn version(head: &[u8]) -> Option<bool> {
    match head.get(VERSION)? {
        [0, 1, b'I', b'M'] => Some(false),
        [1, 0, b'M', b'I'] => Some(true),
        _ => None,
    }
}

/// Whether it looks like a file of version 4, which has no mark of its own.
fn is_4(probe: &Probe) -> bool {
    let word = probe
        .head
        .first_chunk::<4>()
        .map(|word| u32::from_le_bytes(*word));
    probe.extension == "mat" && word.is_some_and(|word| kind_4(word).is_some())
}

fn open(path: &Path) -> Result<Streams> {
    let file = Arc::new(DataFile::open(path)?);
    let head = file.read_vec(0, file.len().min(VERSION.end as u64) as usize)?;
    let (found, cut) = match version(&head) {
        Some(big) => version_5(&file, big),
        None => version_4(&file),
    };
    let numbers: Vec<(String, f64)> = found
        .iter()
        .filter_map(|array| Some((array.name.clone(), array.value?)))
        .collect();
    let longest = found.iter().filter_map(axes_of).map(|axes| orient(axes).0).max();
    let mut left_out = Vec::new();
    let mut opened = Vec::new();
    for array in found.iter().filter(|array| array.value.is_none()) {
        match wanted(array, longest.unwrap_or(0)) {
            Ok((axes, stored)) => {
                let rate_hz = rate_of(&array.name, &numbers);
                opened.push((array.name.clone(), stream(&file, array, axes, stored, rate_hz)));
            }
            Err(problem) => left_out.push(format!("{} is left out: {problem}", array.name)),
        }
    }
    let streams = Streams::gather(FORMAT, path, opened)?;
    let mut streams = match (streams, cut) {
        (Some(mut streams), cut) => {
            let warning = |error| format!("what follows the arrays that are listed cannot be read: {error}");
            streams.warnings.extend(cut.map(warning));
            streams
        }
        (None, Some(error)) => return Err(error),
        (None, None) => {
            return Err(failed(
                FORMAT,
                path,
                0,
                format!("it holds no signals. {}", left_out.join("; ")),
            ));
        }
    };
    streams.warnings.extend(left_out);
    Ok(streams)
}

fn axes_of(array: &Array) -> Option<[u64; 2]> {
    <[u64; 2]>::try_from(array.axes.as_slice()).ok()
}

/// The axes and the type of an array that may be signals, or why it may not.
fn wanted(array: &Array, longest: u64) -> std::result::Result<([u64; 2], StoredType), String> {
    let axes = axes_of(array).ok_or_else(|| format!("its axes are {:?}, not two", array.axes))?;
    let stored = array.stored.ok_or("its type is not read")?;
    if array.complex {
        return Err("its numbers are complex".into());
    }
    problem_of(axes, longest).map_or(Ok((axes, stored)), Err)
}

/// An array as a stream, of as many samples as are there.
fn stream(
    file: &Arc<DataFile>,
    array: &Array,
    axes: [u64; 2],
    stored: StoredType,
    rate_hz: Option<f64>,
) -> Result<Box<dyn Source>> {
    let failed = |problem: String| {
        failed(
            FORMAT,
            file.path(),
            array.packed.map_or(array.offset, |packed| packed.offset),
            format!("{}: {problem}", array.name),
        )
    };
    let (mut samples, channels, time_first) = orient(axes);
    // The first axis runs fastest.
    let layout = if time_first && channels > 1 {
        Layout::Planar
    } else {
        Layout::Interleaved
    };
    let sample = channels.saturating_mul(stored.bytes() as u64);
    let whole = samples.checked_mul(sample).filter(|bytes| *bytes == array.bytes);
    let whole =
        whole.ok_or_else(|| failed(format!("its {axes:?} numbers do not take {} bytes", array.bytes)))?;
    let held = match array.packed {
        Some(packed) if packed.offset + packed.bytes > file.len() => 0,
        Some(packed) => packed.most().saturating_sub(array.offset),
        None => file.len().saturating_sub(array.offset),
    };
    let mut cut = None;
    if held < whole {
        if layout == Layout::Planar || array.packed.is_some() || held < sample {
            return Err(failed("the file ends within it".into()));
        }
        cut = Some(format!(
            "the file is cut short: {} of {samples} samples are there",
            held / sample
        ));
        samples = held / sample;
    }
    let mut info = arrays::info(FORMAT, (samples, channels), stored, layout, rate_hz);
    info.warnings.extend(cut);
    let Some(packed) = array.packed else {
        let flat = Flat {
            file: file.clone(),
            offset: array.offset,
            stored,
            channels: channels as usize,
            samples,
            layout,
        };
        return Ok(Box::new(Plain::new(info, flat, false)?));
    };
    Ok(Box::new(Inflated {
        info,
        file: file.clone(),
        packed,
        before: array.offset,
        bytes: whole,
        stored,
        values: Mutex::default(),
    }))
}

/// A compressed array.
struct Inflated {
    info: Info,
    file: Arc<DataFile>,
    packed: Packed,
    /// Inflated bytes before the values.
    before: u64,
    bytes: u64,
    stored: StoredType,
    /// As they are stored, once they have been read.
    values: Mutex<Option<Arc<Vec<u8>>>>,
}

impl Inflated {
    fn values(&self) -> Result<Arc<Vec<u8>>> {
        let mut values = self
            .values
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(values) = &*values {
            return Ok(values.clone());
        }
        let mut decoder = self.packed.inflate(&self.file);
        let skipped = std::io::copy(&mut decoder.by_ref().take(self.before), &mut std::io::sink());
        let mut inflated = Vec::new();
        let read = skipped.and_then(|_| decoder.take(self.bytes).read_to_end(&mut inflated));
        if read.is_err() || inflated.len() as u64 != self.bytes {
            return Err(failed(
                FORMAT,
                self.file.path(),
                self.packed.offset,
                "a compressed array is damaged",
            ));
        }
        let inflated = Arc::new(inflated);
        *values = Some(inflated.clone());
        Ok(inflated)
    }
}

impl Source for Inflated {
    fn info(&self) -> &Info {
        &self.info
    }

    fn files(&self) -> Vec<PathBuf> {
        vec![self.file.path().to_path_buf()]
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        if into.is_empty() {
            return Ok(());
        }
        let values = self.values()?;
        let width = self.stored.bytes();
        let channels = self.info.channels.len();
        let (start, len) = (span.start as usize, (span.end - span.start) as usize);
        match self.info.layout {
            Layout::Interleaved => {
                let first = start * channels * width;
                self.stored
                    .convert(&values[first..first + len * channels * width], into);
            }
            Layout::Planar => {
                let row = into.len() / channels;
                for (channel, into) in into.chunks_exact_mut(row).enumerate() {
                    let first = (channel * self.info.samples as usize + start) * width;
                    self.stored.convert(&values[first..first + len * width], into);
                }
            }
        }
        Ok(())
    }
}
