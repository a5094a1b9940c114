//! Open Ephys' older format: a `.continuous` file for each channel, in records of 1024 big-endian samples.
//!
//! <https://open-ephys.github.io/gui-docs/User-Manual/Recording-data/Open-Ephys-format.html>. Time stamps that jump are gaps.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::DataFile;
use super::gaps::{Run as Clocked, place, runs};
use super::reader::{Probe, Reader, failed, latin1, names_in, no_events};
use super::records::{RecordFacts, Records, Run};
use super::streams::Streams;
use super::{Channel, ChannelKind, Source};
use crate::Result;

const FORMAT: &str = "Open Ephys, legacy";
const MAGIC: &[u8] = b"header.format = 'Open Ephys Data Format'";
const HEADER: u64 = 1024;
const SAMPLES: u64 = 1024;
/// Time stamp, number of samples, number of the recording.
const RECORD_HEAD: u64 = 12;
const RECORD: u64 = RECORD_HEAD + 2 * SAMPLES + 10;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".continuous, or a folder of them",
    knows: |probe: &Probe| {
        if probe.is_dir {
            probe.has_ending(".continuous")
        } else {
            probe.head.starts_with(MAGIC)
        }
    },
    open,
    events: no_events,
};

/// What a file's name says: processor, then experiment, then channel, in the order of channels.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    processor: String,
    experiment: u32,
    /// Neural channels before others.
    kind: u8,
    letters: String,
    number: u32,
}

impl Name {
    /// `100_CH1.continuous`, `100_CH1_2.continuous`, and with a stream's name `100_RhythmData_CH1.continuous`.
    fn of(file: &str) -> Self {
        let stem = file.trim_end_matches(".continuous");
        let mut parts: Vec<&str> = stem.split('_').collect();
        let ends_in_number = parts.len() > 2 && parts.last().is_some_and(|part| part.parse::<u32>().is_ok());
        let experiment = if ends_in_number { parts.pop() } else { None };
        let channel = parts.pop().unwrap_or_default();
        let letters = channel.trim_end_matches(|c: char| c.is_ascii_digit());
        Self {
            processor: parts.join("_"),
            experiment: experiment.and_then(|number| number.parse().ok()).unwrap_or(1),
            kind: u8::from(letters.starts_with("AUX")) + 2 * u8::from(letters.starts_with("ADC")),
            letters: letters.to_owned(),
            number: channel[letters.len()..].parse().unwrap_or(0),
        }
    }

    /// The stream's name.
    fn stream(&self) -> String {
        match self.experiment {
            1 => self.processor.clone(),
            number => format!("{}_{number}", self.processor),
        }
    }
}

fn open(path: &Path) -> Result<Streams> {
    let (folder, names) = if path.is_dir() {
        let names = names_in(path)?
            .into_iter()
            .filter(|name| name.ends_with(".continuous"));
        (path, names.collect())
    } else {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        (path.parent().unwrap_or(Path::new(".")), vec![name])
    };
    let mut streams: BTreeMap<String, Vec<(Name, PathBuf)>> = BTreeMap::new();
    for file in names {
        let name = Name::of(&file);
        streams
            .entry(name.stream())
            .or_default()
            .push((name, folder.join(file)));
    }
    let opened = streams.into_iter().map(|(name, mut files)| {
        files.sort();
        (name, stream(&files))
    });
    Streams::gather(FORMAT, path, opened)?.ok_or_else(|| failed(FORMAT, path, 0, "there is no .continuous"))
}

/// The channels of one processor, which have their records at the same times.
fn stream(named: &[(Name, PathBuf)]) -> Result<Box<dyn Source>> {
    let (mut files, mut channels, mut rate_hz) = (Vec::new(), Vec::new(), 0.0);
    for (number, (name, path)) in named.iter().enumerate() {
        let file = Arc::new(DataFile::open(path)?);
        let (channel, rate) = header(&file, name)?;
        if number > 0 && rate != rate_hz {
            return Err(failed(
                FORMAT,
                path,
                0,
                format!("it has {rate} Hz, the first channel {rate_hz}"),
            ));
        }
        rate_hz = rate;
        let run = Run {
            file: number,
            at: RECORD_HEAD,
        };
        channels.push((channel, run));
        files.push(file);
    }
    let held = |file: &Arc<DataFile>| file.len().saturating_sub(HEADER) / RECORD;
    let records = files.iter().map(held).min().unwrap_or(0);
    let Some(first) = files.first().cloned() else {
        return Err(failed(FORMAT, Path::new(""), 0, "there are no channels"));
    };
    let mut warnings = Vec::new();
    if files.iter().any(|file| file.len() != HEADER + records * RECORD) {
        warnings.push(format!(
            "files end in the middle of a record, or differ in length: {records} records of each are taken"
        ));
    }
    let clock = |record: u64| -> Result<i64> {
        let mut stamp = [0; 8];
        stamp.copy_from_slice(&first.read_vec(HEADER + record * RECORD, 8)?);
        Ok(i64::from_le_bytes(stamp))
    };
    let runs = runs(records, SAMPLES, clock)?;
    let mut clocked = Vec::new();
    for (number, (clock, record)) in runs.iter().enumerate() {
        let end = runs.get(number + 1).map_or(records, |(_, next)| *next);
        let facts = RecordFacts {
            format: FORMAT,
            channels: channels.clone(),
            rate_hz,
            stored: ">i2".parse()?,
            offset: HEADER + record * RECORD,
            record: RECORD,
            values: SAMPLES,
            samples: (end - record) * SAMPLES,
            start_s: *clock as f64 / rate_hz,
            warnings: if number == 0 { warnings.clone() } else { Vec::new() },
        };
        clocked.push(Clocked {
            clock: *clock,
            source: Box::new(Records::new(files.clone(), facts)?),
        });
    }
    if clocked.is_empty() {
        return Err(failed(FORMAT, first.path(), HEADER, "there is no whole record"));
    }
    place(clocked, Vec::new())
}

/// A file's channel and rate, from its header of assignments.
fn header(file: &DataFile, name: &Name) -> Result<(Channel, f64)> {
    let text = latin1(&file.read_vec(0, file.len().min(HEADER) as usize)?);
    if !text.as_bytes().starts_with(MAGIC) {
        return Err(failed(
            FORMAT,
            file.path(),
            0,
            "it does not begin as Open Ephys' files do",
        ));
    }
    let value = |key: &str| {
        let assigned = text.split(';').find_map(|part| {
            let (name, value) = part.trim().split_once('=')?;
            (name.trim() == format!("header.{key}")).then(|| value.trim().trim_matches('\''))
        });
        assigned.ok_or_else(|| failed(FORMAT, file.path(), 0, format!("header.{key} is missing")))
    };
    let number = |key: &str| -> Result<f64> {
        let value = value(key)?;
        let parsed = value.parse().ok().filter(|number: &f64| number.is_finite());
        parsed.ok_or_else(|| failed(FORMAT, file.path(), 0, format!("header.{key} is {value:?}")))
    };
    if number("version").is_ok_and(|version| version < 0.2) {
        let problem = "versions before 0.2 have other records, which are not read".to_owned();
        return Err(failed(FORMAT, file.path(), 0, problem));
    }
    if number("blockLength").is_ok_and(|length| length != SAMPLES as f64) {
        let problem = "only records of 1024 samples are read".to_owned();
        return Err(failed(FORMAT, file.path(), 0, problem));
    }
    let given = value("channel").unwrap_or_default();
    let given = if given.is_empty() {
        format!("{}{}", name.letters, name.number)
    } else {
        given.to_owned()
    };
    let channel = Channel {
        unit: if name.kind == 2 { "V" } else { "µV" }.to_owned(),
        gain: number("bitVolts")?,
        kind: if name.kind == 0 {
            ChannelKind::Neural
        } else {
            ChannelKind::Auxiliary
        },
        ..Channel::new(given)
    };
    Ok((channel, number("sampleRate")?))
}
