//! Blackrock's NSx: continuous 16-bit samples of one rate, in blocks between pauses.
//!
//! <https://blackrockneurotech.com/wp-content/uploads/LB-0023-7.00_NEV_File_Format.pdf>, specifications 2.1 to 3.0; from 3.0
//! on a file may have a packet for each sample, stamped by a network's clock (PTP).

use std::path::Path;
use std::sync::Arc;

use super::events::Events;
use super::fields::Fields;
use super::file::DataFile;
use super::gaps::{Run as Clocked, place, runs_within};
use super::plain::{Facts, Plain};
use super::reader::{Probe, Reader, failed, names_in};
use super::records::{RecordFacts, Records, Run};
use super::stored::StoredType;
use super::streams::Streams;
use super::{Channel, ChannelKind, Source};
use crate::Result;

const FORMAT: &str = "Blackrock NSx";
const MAGICS: [&[u8; 8]; 3] = [b"NEURALSG", b"NEURALCD", b"BRSMPGRP"];
/// Ticks a second that periods are counted in.
const TICKS_HZ: f64 = 30_000.0;
const MAX_HEADER: u64 = 16 << 20;
const MAX_CHANNELS: u32 = 1 << 16;
/// More blocks than pauses make; what follows is left out.
const MAX_BLOCKS: usize = 1 << 20;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".ns1 to .ns9, or a folder of them",
    knows,
    open,
    events,
};

fn knows(probe: &Probe) -> bool {
    if probe.is_dir {
        return probe.names.iter().any(|name| is_nsx(name));
    }
    MAGICS.iter().any(|magic| probe.head.starts_with(*magic))
}

fn is_nsx(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| matches!(ending.as_bytes(), [b'n', b's', b'1'..=b'9']))
}

fn open(path: &Path) -> Result<Streams> {
    if !path.is_dir() {
        let digit = path.to_string_lossy().chars().last().unwrap_or('x');
        return Ok(Streams::one(path, format!("nsx{digit}"), open_file(path)?));
    }
    let names = names_in(path)?.into_iter().filter(|name| is_nsx(name));
    let opened = names.map(|name| {
        let source = open_file(&path.join(&name));
        (name, source)
    });
    Streams::gather(FORMAT, path, opened)?.ok_or_else(|| failed(FORMAT, path, 0, "there is no .ns1 to .ns9"))
}

/// The events in the `.nev` beside a file, or in all of those in a folder.
fn events(path: &Path) -> Result<Vec<Events>> {
    if !path.is_dir() {
        let nev = path.with_extension("nev");
        return if nev.is_file() {
            super::nev::read(&nev)
        } else {
            Ok(Vec::new())
        };
    }
    let mut found = Vec::new();
    for name in names_in(path)?
        .iter()
        .filter(|name| name.to_lowercase().ends_with(".nev"))
    {
        found.extend(super::nev::read(&path.join(name))?);
    }
    Ok(found)
}

/// What a header says.
struct Header {
    channels: Vec<Channel>,
    rate_hz: f64,
    /// Ticks a second of the blocks' time stamps.
    clock_hz: f64,
    /// Bytes of a time stamp; 0 where there are no blocks.
    stamp: u64,
    bytes: u64,
}

fn open_file(path: &Path) -> Result<Box<dyn Source>> {
    let file = Arc::new(DataFile::open(path)?);
    let header = header(&file)?;
    let facts = Facts {
        format: FORMAT,
        channels: header.channels.clone(),
        rate_hz: header.rate_hz,
        stored: StoredType::I16_LE,
        offset: header.bytes,
        bytes: None,
        start_s: 0.0,
    };
    if header.stamp == 0 {
        return Ok(Box::new(Plain::open(file, facts)?));
    }
    let sample = 2 * header.channels.len() as u64;
    if is_packets(&file, &header, sample)? {
        return packets(&file, &header, sample);
    }
    blocks(&file, &header, &facts, sample)
}

fn header(file: &DataFile) -> Result<Header> {
    let mut fields = Fields::read(FORMAT, file, 0, MAX_HEADER)?;
    let magic: [u8; 8] = fields.array()?;
    let simple = &magic == MAGICS[0];
    let (mut major, mut stated) = (2, 0);
    if !simple {
        major = fields.u8()?;
        fields.skip(1)?;
        stated = u64::from(fields.u32()?);
    }
    fields.skip(if simple { 16 } else { 16 + 256 })?;
    let period = f64::from(fields.u32()?);
    let mut clock_hz = TICKS_HZ;
    if !simple {
        clock_hz = f64::from(fields.u32()?);
        fields.skip(16)?;
    }
    let count = fields.u32()?;
    if count == 0 || count > MAX_CHANNELS || period < 1.0 || clock_hz < 1.0 {
        return Err(fields.failed(format!(
            "{count} channels with a period of {period} ticks and {clock_hz} ticks a second mean nothing"
        )));
    }
    let mut channels = Vec::new();
    for _ in 0..count {
        channels.push(if simple {
            numbered(fields.u32()?)
        } else {
            described(&mut fields)?
        });
    }
    // Later versions may have more headers than are known.
    let bytes = fields.offset().max(stated);
    Ok(Header {
        channels,
        rate_hz: TICKS_HZ / period,
        clock_hz,
        stamp: match (simple, major) {
            (true, _) => 0,
            (false, ..=2) => 4,
            (false, 3..) => 8,
        },
        bytes,
    })
}

/// A channel of which only the electrode's number is known; those behind 128 are analogue inputs.
fn numbered(id: u32) -> Channel {
    match id {
        0..=128 => Channel::new(format!("chan{id}")),
        _ => Channel {
            kind: ChannelKind::Auxiliary,
            ..Channel::new(format!("ainp{}", id - 128))
        },
    }
}

/// A channel's extended header.
fn described(fields: &mut Fields) -> Result<Channel> {
    let mark: [u8; 2] = fields.array()?;
    if &mark != b"CC" {
        return Err(fields.failed("a channel's header does not begin with CC"));
    }
    fields.skip(2)?;
    let name = fields.text(16)?;
    fields.skip(2)?;
    let [low, high, lowest, highest] =
        [fields.i16()?, fields.i16()?, fields.i16()?, fields.i16()?].map(f64::from);
    let unit = fields.text(16)?.replace("uV", "µV");
    fields.skip(20)?;
    let gain = (highest - lowest) / (high - low);
    let gain = if gain.is_finite() && gain != 0.0 {
        gain
    } else {
        1.0
    };
    // What rounding leaves of a symmetrical range is no offset.
    let offset = lowest - gain * low;
    let neural = unit == "µV" || name.starts_with("elec") || name.starts_with("chan");
    Ok(Channel {
        unit,
        gain,
        offset: if offset.abs() < 1e-9 * gain.abs() * 65536.0 {
            0.0
        } else {
            offset
        },
        kind: if neural {
            ChannelKind::Neural
        } else {
            ChannelKind::Auxiliary
        },
        ..Channel::new(name)
    })
}

/// A block's header: its time stamp and number of samples; `None` where there is none.
fn block(file: &DataFile, header: &Header, at: u64) -> Result<Option<(u64, u64)>> {
    let len = 1 + header.stamp as usize + 4;
    if at + len as u64 > file.len() {
        return Ok(None);
    }
    let bytes = file.read_vec(at, len)?;
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    let stamp = number(&bytes[1..len - 4]);
    Ok((bytes[0] == 1).then(|| (stamp, number(&bytes[len - 4..]))))
}

/// Whether every block is a packet of one sample, as the first ones tell.
fn is_packets(file: &DataFile, header: &Header, sample: u64) -> Result<bool> {
    let packet = 1 + header.stamp + 4 + sample;
    let one = |at: u64| Ok(block(file, header, at)?.is_some_and(|(_, samples)| samples == 1));
    Ok(header.stamp == 8 && one(header.bytes)? && one(header.bytes + packet)?)
}

/// Time in samples, from time stamps.
fn samples_from_stamp(stamp: u64, header: &Header) -> i64 {
    (stamp as f64 * header.rate_hz / header.clock_hz).round() as i64
}

/// A recording of blocks between pauses.
fn blocks(file: &Arc<DataFile>, header: &Header, facts: &Facts, sample: u64) -> Result<Box<dyn Source>> {
    let head = 1 + header.stamp + 4;
    let (mut at, mut found, mut warnings) = (header.bytes, Vec::new(), Vec::new());
    while at < file.len() && found.len() < MAX_BLOCKS {
        let Some((stamp, samples)) = block(file, header, at)? else {
            warnings.push(format!(
                "there is no block at byte {at}: what follows is left out"
            ));
            break;
        };
        let held = (file.len() - at - head) / sample;
        let next = at + head + samples.saturating_mul(sample);
        // A recorder that did not come to an end left no number, or one that is too large.
        let open_ended = samples == 0 && next < file.len() && block(file, header, next)?.is_none();
        let samples = if open_ended || samples > held {
            warnings.push(format!(
                "the block at byte {at} is not closed: {held} samples are there"
            ));
            held
        } else {
            samples
        };
        if samples > 0 {
            found.push((stamp, at + head, samples));
        }
        at = at + head + samples * sample;
        if open_ended {
            break;
        }
    }
    let mut clocked = Vec::new();
    for (stamp, offset, samples) in found {
        let facts = Facts {
            offset,
            bytes: Some(samples * sample),
            start_s: stamp as f64 / header.clock_hz,
            ..facts.clone()
        };
        clocked.push(Clocked {
            clock: samples_from_stamp(stamp, header),
            source: Box::new(Plain::open(file.clone(), facts)?),
        });
    }
    if clocked.is_empty() {
        return Err(failed(
            FORMAT,
            file.path(),
            header.bytes,
            "there is no block of samples behind the header",
        ));
    }
    place(clocked, warnings)
}

/// A recording of packets of one sample each; the network's clock drifts against the samples', so that only jumps count.
fn packets(file: &Arc<DataFile>, header: &Header, sample: u64) -> Result<Box<dyn Source>> {
    let head = 1 + header.stamp + 4;
    let record = head + sample;
    let (count, rest) = (
        (file.len() - header.bytes) / record,
        (file.len() - header.bytes) % record,
    );
    let clock = |packet: u64| -> Result<i64> {
        let stamp = file.read_vec(header.bytes + packet * record + 1, 8)?;
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&stamp);
        Ok(samples_from_stamp(u64::from_le_bytes(bytes), header))
    };
    // Within a second a clock drifts by less than two samples.
    let second = (header.rate_hz as u64).max(1);
    let runs = runs_within(count, 1, 2, second, clock)?;
    let mut clocked = Vec::new();
    let mut drift = 0;
    for (number, (start, first)) in runs.iter().enumerate() {
        let end = runs.get(number + 1).map_or(count, |(_, next)| *next);
        let channel = |(number, channel): (usize, &Channel)| {
            let run = Run {
                file: 0,
                at: head + 2 * number as u64,
            };
            (channel.clone(), run)
        };
        let facts = RecordFacts {
            format: FORMAT,
            channels: header.channels.iter().enumerate().map(channel).collect(),
            rate_hz: header.rate_hz,
            stored: StoredType::I16_LE,
            offset: header.bytes + first * record,
            record,
            values: 1,
            samples: end - first,
            start_s: *start as f64 / header.rate_hz,
            warnings: Vec::new(),
        };
        clocked.push(Clocked {
            clock: start - drift,
            source: Box::new(Records::new(vec![file.clone()], facts)?),
        });
        // By how much the stamps of the run's end are ahead of its samples.
        drift += clock(end - 1)? - start - (end - 1 - first) as i64;
    }
    let cut = (rest > 0).then(|| format!("the file is cut short: the last {rest} bytes are no whole packet"));
    place(clocked, cut.into_iter().collect())
}
