//! Open Ephys' binary format: `structure.oebin` says which streams a recording has, each in a folder of its own.
//!
//! <https://open-ephys.github.io/gui-docs/User-Manual/Recording-data/Binary-format.html>. Until 0.6 of the GUI
//! `timestamps.npy` numbers the samples, from then on `sample_numbers.npy`; numbers that jump are gaps.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::file::DataFile;
use super::gaps::{Run, place};
use super::openephys_probes::Probes;
use super::plain::{Facts, Plain};
use super::reader::{Probe, Reader, failed, inside, json};
use super::streams::Streams;
use super::{Channel, ChannelKind, Source, StoredType, npy};
use crate::{Error, Result};

const FORMAT: &str = "Open Ephys";
const STRUCTURE: &str = "structure.oebin";
/// Record node, experiment, recording, and one to spare.
const MAX_DEPTH: usize = 4;
const MAX_TEXT: u64 = 256 << 20;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: "structure.oebin, continuous.dat, or a folder above",
    knows,
    open,
    events: super::openephys_events::read,
};

fn knows(probe: &Probe) -> bool {
    let name = probe.path.file_name().unwrap_or_default();
    if !probe.is_dir {
        return probe.extension == "oebin"
            || (name == "continuous.dat" && recording_of(&probe.path).is_some());
    }
    recordings_in(&probe.path, MAX_DEPTH).is_ok_and(|found| !found.is_empty())
}

/// The folder of the recording that a `continuous.dat` belongs to.
fn recording_of(data: &Path) -> Option<&Path> {
    data.ancestors()
        .nth(3)
        .filter(|folder| folder.join(STRUCTURE).is_file())
}

/// The folders in `folder` that hold a recording, sorted; links to folders are not followed.
fn recordings_in(folder: &Path, depth: usize) -> Result<Vec<PathBuf>> {
    if folder.join(STRUCTURE).is_file() {
        return Ok(vec![folder.to_path_buf()]);
    }
    let failed = |source| Error::Open {
        path: folder.to_path_buf(),
        source,
    };
    let mut found = Vec::new();
    if depth > 0 {
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_type().map_err(failed)?.is_dir() {
                found.extend(recordings_in(&entry.path(), depth - 1)?);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The recordings that a path stands for, and the folder by which they are named.
pub(crate) fn recordings_of(path: &Path) -> Result<(PathBuf, Vec<PathBuf>)> {
    if path.is_dir() {
        return Ok((path.to_path_buf(), recordings_in(path, MAX_DEPTH)?));
    }
    let above = path.parent().unwrap_or(Path::new("."));
    let recording = recording_of(path).unwrap_or(above).to_path_buf();
    Ok((recording.clone(), vec![recording]))
}

fn open(path: &Path) -> Result<Streams> {
    let (root, recordings) = recordings_of(path)?;
    // Samples stand for their stream.
    let only = recording_of(path).and_then(|_| path.parent()?.file_name());
    let only = only.map(|name| name.to_string_lossy());
    let (mut opened, mut warnings) = (Vec::new(), Vec::new());
    for recording in &recordings {
        let within = recording.strip_prefix(&root).unwrap_or(Path::new(""));
        let probes = Probes::read(recording).unwrap_or_else(|error| {
            warnings.push(format!("the places of electrodes are not known: {error}"));
            Probes::default()
        });
        let streams = match described(recording) {
            Ok(streams) => streams,
            Err(error) => {
                opened.push((within.to_string_lossy().replace('\\', "/"), Err(error)));
                continue;
            }
        };
        for stream in &streams {
            let folder = stream_folder(stream);
            if only.as_ref().is_some_and(|only| *only != folder) {
                continue;
            }
            let name = within.join(&folder).to_string_lossy().replace('\\', "/");
            let place = |channels: &mut [Channel]| probes.place(stream, &streams, channels);
            opened.push((name, open_stream(recording, &folder, stream, place)));
        }
    }
    let streams = Streams::gather(FORMAT, path, opened)?;
    let mut streams = streams.ok_or_else(|| failed(FORMAT, path, 0, "it describes no continuous stream"))?;
    streams.warnings.extend(warnings);
    Ok(streams)
}

/// What the `structure.oebin` of a recording says of its continuous streams.
fn described(recording: &Path) -> Result<Vec<Value>> {
    let structure = structure(recording)?;
    let streams = structure.get("continuous").and_then(Value::as_array).cloned();
    streams.ok_or_else(|| {
        failed(
            FORMAT,
            recording.join(STRUCTURE),
            0,
            "it has no list \"continuous\"",
        )
    })
}

/// The `structure.oebin` of a recording.
pub(crate) fn structure(recording: &Path) -> Result<Value> {
    json(FORMAT, &recording.join(STRUCTURE), MAX_TEXT)
}

/// The name of a stream's folder.
fn stream_folder(stream: &Value) -> String {
    let name = stream.get("folder_name").and_then(Value::as_str);
    name.unwrap_or_default().trim_end_matches(['/', '\\']).to_owned()
}

fn open_stream(
    recording: &Path,
    folder: &str,
    stream: &Value,
    place_electrodes: impl FnOnce(&mut [Channel]),
) -> Result<Box<dyn Source>> {
    let structure = recording.join(STRUCTURE);
    let folder = inside(&recording.join("continuous"), folder)?;
    let rate_hz = stream.get("sample_rate").and_then(Value::as_f64);
    let rate_hz = rate_hz.ok_or_else(|| failed(FORMAT, &structure, 0, "a stream has no \"sample_rate\""))?;
    let described = stream.get("channels").and_then(Value::as_array);
    let described = described.ok_or_else(|| failed(FORMAT, &structure, 0, "a stream has no \"channels\""))?;
    let nidaq = stream
        .get("source_processor_name")
        .and_then(Value::as_str)
        .is_some_and(|name| name.starts_with("NI-DAQ"));
    let channels: Option<Vec<Channel>> = described
        .iter()
        .map(|channel| channel_of(channel, nidaq))
        .collect();
    let mut channels =
        channels.ok_or_else(|| failed(FORMAT, &structure, 0, "a channel's \"bit_volts\" is no number"))?;
    place_electrodes(&mut channels);
    let facts = Facts {
        format: FORMAT,
        channels,
        rate_hz,
        stored: StoredType::I16_LE,
        offset: 0,
        bytes: None,
        start_s: 0.0,
    };
    let file = Arc::new(DataFile::open(&folder.join("continuous.dat"))?);
    let sample = facts.channels.len() as u64 * 2;
    let numbered = numbers_of(&folder).map(|numbers| runs(&numbers, file.len() / sample.max(1)));
    let runs = match numbered {
        Some(Ok(runs)) if !runs.is_empty() => runs,
        other => {
            let problem = match other {
                Some(Err(error)) => error.to_string(),
                _ => "there is none".into(),
            };
            let warning = format!("the numbers of the samples cannot be read: {problem}");
            let plain = Plain::open(file, facts)?;
            return Ok(Box::new(plain.describe(|info| info.warnings.push(warning))));
        }
    };
    if let [(clock, _)] = runs.as_slice() {
        let start_s = *clock as f64 / rate_hz;
        return Ok(Box::new(Plain::open(file, Facts { start_s, ..facts })?));
    }
    let mut placed = Vec::new();
    for (number, (clock, first)) in runs.iter().enumerate() {
        let facts = Facts {
            offset: first * sample,
            bytes: runs.get(number + 1).map(|(_, next)| (next - first) * sample),
            start_s: *clock as f64 / rate_hz,
            ..facts.clone()
        };
        placed.push(Run {
            clock: *clock,
            source: Box::new(Plain::open(file.clone(), facts)?),
        });
    }
    place(placed, Vec::new())
}

/// A channel, its scale and its unit; where none is written, volts of analogue inputs and µV of others.
fn channel_of(channel: &Value, nidaq: bool) -> Option<Channel> {
    let word = |key: &str| channel.get(key).and_then(Value::as_str).unwrap_or_default();
    let name = word("channel_name");
    let analogue = nidaq || name.starts_with("ADC") || word("description").contains("ADC");
    let auxiliary = analogue || name.starts_with("AUX") || word("description").contains("uxiliary");
    let unit = match word("units") {
        "" if analogue => "V",
        "" | "uV" => "µV",
        other => other,
    };
    Some(Channel {
        unit: unit.to_owned(),
        gain: channel
            .get("bit_volts")
            .map_or(Some(1.0), Value::as_f64)
            .filter(|gain| gain.is_finite())?,
        kind: if auxiliary {
            ChannelKind::Auxiliary
        } else {
            ChannelKind::Neural
        },
        ..Channel::new(name)
    })
}

/// The file that numbers a stream's samples.
fn numbers_of(folder: &Path) -> Option<PathBuf> {
    let numbers = folder.join("sample_numbers.npy");
    let older = folder.join("timestamps.npy");
    [numbers, older].into_iter().find(|path| path.is_file())
}

/// The number of the first sample of each run without a jump, and which sample that is.
fn runs(numbers: &Path, samples: u64) -> Result<Vec<(i64, u64)>> {
    let header = npy::header(numbers)?;
    let file = DataFile::open(numbers)?;
    let held = file.len().saturating_sub(header.data_offset) / 8;
    let count = header.elements().unwrap_or(0).min(held).min(samples);
    if header.descr != "<i8" {
        return Err(failed(
            FORMAT,
            numbers,
            0,
            format!("{} are no numbers of samples", header.descr),
        ));
    }
    super::gaps::runs(count, 1, |item| {
        let mut number = [0; 8];
        number.copy_from_slice(&file.read_vec(header.data_offset + item * 8, 8)?);
        Ok(i64::from_le_bytes(number))
    })
}
