//! Intan's RHD and RHS recordings: one file of blocks, or a folder with a file for each type of signal or each channel.
//!
//! Values are 16-bit; where they are unsigned, 32768 is taken off and put into the channel's offset.

use std::path::Path;
use std::sync::Arc;

use super::file::DataFile;
use super::gaps::{Run as Clocked, place, runs};
use super::intan_header::{FORMAT, Group, Header, RHD_MAGIC, RHS_MAGIC};
use super::plain::{Facts, Plain};
use super::reader::{Probe, Reader, failed, inside, no_events};
use super::records::{RecordFacts, Records, Run};
use super::stored::{ByteOrder, Kind, StoredType};
use super::streams::Streams;
use super::{Channel, ChannelKind, Source};
use crate::Result;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".rhd, .rhs, or a folder with info.rhd or info.rhs",
    knows,
    open,
    events: no_events,
};

fn knows(probe: &Probe) -> bool {
    if probe.is_dir {
        return probe.has("info.rhd") || probe.has("info.rhs");
    }
    probe.head.starts_with(&RHD_MAGIC) || probe.head.starts_with(&RHS_MAGIC)
}

fn open(path: &Path) -> Result<Streams> {
    let info = ["info.rhd", "info.rhs"].map(|name| path.join(name));
    let described = info.into_iter().find(|info| info.is_file());
    let described = described.unwrap_or_else(|| path.to_path_buf());
    let file = Arc::new(DataFile::open(&described)?);
    let header = Header::read(&file)?;
    let folder = described.parent().unwrap_or(Path::new("."));
    let opened = if file.len() > header.bytes {
        blocks(&file, &header)?
    } else if folder.join("time.dat").is_file() || folder.join("amplifier.dat").is_file() {
        in_files(folder, &header)
    } else {
        Vec::new()
    };
    Streams::gather(FORMAT, path, opened)?.ok_or_else(|| {
        failed(
            FORMAT,
            described,
            header.bytes,
            "there are no samples behind the header, nor in .dat files beside it",
        )
    })
}

type Opened = (String, Result<Box<dyn Source>>);

/// The type of a group's values on disk.
fn stored(signed: bool) -> StoredType {
    StoredType {
        kind: if signed { Kind::I16 } else { Kind::U16 },
        order: ByteOrder::Little,
    }
}

/// The one channel of a word whose bits are channels.
fn word(group: &Group) -> Vec<Channel> {
    let names: Vec<&str> = group
        .channels
        .iter()
        .map(|channel| channel.name.as_str())
        .collect();
    let name = format!("word of {}", names.join(", "));
    vec![Channel {
        kind: ChannelKind::Digital,
        ..Channel::new(name)
    }]
}

/// The streams in one file, whose blocks hold them all.
fn blocks(file: &Arc<DataFile>, header: &Header) -> Result<Vec<Opened>> {
    let mut at = 4 * header.block;
    let mut starts = Vec::new();
    for group in &header.groups {
        starts.push(at);
        let channels = if group.word {
            group.channels.len().min(1)
        } else {
            group.channels.len()
        };
        at += 2 * group.values * channels as u64;
    }
    let record = at;
    let (count, rest) = (
        (file.len() - header.bytes) / record,
        (file.len() - header.bytes) % record,
    );
    if count == 0 {
        return Err(failed(
            FORMAT,
            file.path(),
            header.bytes,
            format!("{rest} bytes of samples are no whole block of {record}"),
        ));
    }
    let mut warnings = Vec::new();
    if rest > 0 {
        warnings.push(format!(
            "the file is cut short: the last {rest} bytes are no whole block"
        ));
    }
    let time = |block: u64| -> Result<i64> {
        let bytes = file.read_vec(header.bytes + block * record, 4)?;
        let time = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        Ok(if header.signed_time {
            i64::from(time as i32)
        } else {
            i64::from(time)
        })
    };
    let runs = runs(count, header.block, time)?;
    let mut opened = Vec::new();
    for (group, start) in header.groups.iter().zip(starts) {
        if group.channels.is_empty() || group.values == 0 {
            continue;
        }
        let channels = if group.word {
            word(group)
        } else {
            group.channels.clone()
        };
        let run = |number: usize| Run {
            file: 0,
            at: start + 2 * group.values * number as u64,
        };
        let facts = RecordFacts {
            format: FORMAT,
            channels: channels
                .into_iter()
                .enumerate()
                .map(|(number, channel)| (channel, run(number)))
                .collect(),
            rate_hz: header.rate_hz * group.values as f64 / header.block as f64,
            stored: stored(group.signed),
            offset: header.bytes,
            record,
            values: group.values,
            samples: 0,
            start_s: 0.0,
            warnings: Vec::new(),
        };
        opened.push((
            group.name.to_owned(),
            placed(file, header, &facts, &runs, count, &warnings),
        ));
    }
    Ok(opened)
}

/// The runs of blocks between jumps of the clock.
fn placed(
    file: &Arc<DataFile>,
    header: &Header,
    facts: &RecordFacts,
    runs: &[(i64, u64)],
    count: u64,
    warnings: &[String],
) -> Result<Box<dyn Source>> {
    let mut clocked = Vec::new();
    for (number, (clock, first)) in runs.iter().enumerate() {
        let end = runs.get(number + 1).map_or(count, |(_, next)| *next);
        let facts = RecordFacts {
            offset: facts.offset + first * facts.record,
            samples: (end - first) * facts.values,
            start_s: *clock as f64 / header.rate_hz,
            warnings: if number == 0 {
                warnings.to_vec()
            } else {
                Vec::new()
            },
            ..facts.clone()
        };
        // The clock counts samples of the amplifiers.
        clocked.push(Clocked {
            clock: clock / (header.block / facts.values) as i64,
            source: Box::new(Records::new(vec![file.clone()], facts)?),
        });
    }
    place(clocked, Vec::new())
}

/// The streams of a folder, of a file for each type of signal, or for each channel.
fn in_files(folder: &Path, header: &Header) -> Vec<Opened> {
    let amplifiers = header
        .groups
        .first()
        .map_or(0, |group| group.channels.len() as u64);
    let bytes = |name: &str| folder.join(name).metadata().map_or(0, |facts| facts.len());
    let samples = match bytes("time.dat") / 4 {
        0 => bytes("amplifier.dat") / (2 * amplifiers).max(1),
        samples => samples,
    };
    let mut opened = Vec::new();
    for group in header.groups.iter().filter(|group| !group.channels.is_empty()) {
        // Amplifiers are stored with a sign here, in the same steps.
        let mut group = group.clone();
        if group.name == "amplifier" {
            group.signed = true;
            for channel in &mut group.channels {
                channel.offset = 0.0;
            }
        }
        let together = folder.join(format!("{}.dat", group.file));
        let source = if together.is_file() {
            of_type(&together, &group, header, samples)
        } else {
            match of_channels(folder, &group, header, samples) {
                Some(source) => source,
                None => continue,
            }
        };
        opened.push((group.name.to_owned(), source));
    }
    opened
}

/// By how much more slowly than amplifiers, of which there are `samples`, a signal is sampled of which a file holds `held`.
///
/// Auxiliary inputs and supplies are; some versions write their values as often as those of amplifiers nonetheless.
fn slower(group: &Group, header: &Header, samples: u64, held: u64) -> f64 {
    match header.block.checked_div(group.values) {
        Some(factor) if held > 0 && samples / held >= 2 => factor as f64,
        _ => 1.0,
    }
}

/// The one file of a type of signal, interleaved.
fn of_type(path: &Path, group: &Group, header: &Header, samples: u64) -> Result<Box<dyn Source>> {
    let file = DataFile::open(path)?;
    let channels = if group.word {
        word(group)
    } else {
        group.channels.clone()
    };
    let held = file.len() / (2 * channels.len() as u64);
    let slower = slower(group, header, samples, held);
    let facts = Facts {
        format: FORMAT,
        channels,
        rate_hz: header.rate_hz / slower,
        stored: stored(group.signed),
        offset: 0,
        bytes: None,
        start_s: 0.0,
    };
    Ok(Box::new(Plain::open(Arc::new(file), facts)?))
}

/// A file for each channel, `amp-A-000.dat`; `None` where there is none of the first.
fn of_channels(
    folder: &Path,
    group: &Group,
    header: &Header,
    amplified: u64,
) -> Option<Result<Box<dyn Source>>> {
    let path = |native: &str| inside(folder, &format!("{}-{native}.dat", group.prefix));
    let first = path(group.natives.first()?);
    if group.prefix.is_empty() || !first.is_ok_and(|first| first.is_file()) {
        return None;
    }
    let open = || -> Result<Box<dyn Source>> {
        let mut files = Vec::new();
        for native in &group.natives {
            files.push(Arc::new(DataFile::open(&path(native)?)?));
        }
        let samples = files.iter().map(|file| file.len() / 2).min().unwrap_or(0);
        let cut = files.iter().any(|file| file.len() != samples * 2);
        let values = 1 << 16;
        let run = |number: usize| Run { file: number, at: 0 };
        let channels = group.channels.iter().cloned();
        let facts = RecordFacts {
            format: FORMAT,
            channels: channels
                .enumerate()
                .map(|(number, channel)| (channel, run(number)))
                .collect(),
            rate_hz: header.rate_hz / slower(group, header, amplified, samples),
            stored: stored(group.signed),
            offset: 0,
            record: 2 * values,
            values,
            samples,
            start_s: 0.0,
            warnings: cut
                .then(|| "the channels' files differ in length: the shortest is taken".to_owned())
                .into_iter()
                .collect(),
        };
        Ok(Box::new(Records::new(files, facts)?))
    };
    Some(open())
}
