//! Axon's ABF, versions 1 and 2: multiplexed samples in sweeps, as pCLAMP and AxoScope write them.
//!
//! Molecular Devices, *Axon Binary File Format (ABF) User Guide*. Sweeps lie one right after another, as in the file; when
//! each started is said by its segment.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::Segment;
use super::abf_header::{FORMAT, Header, header};
use super::events::{EventKind, Events};
use super::fields::Fields;
use super::file::DataFile;
use super::plain::{Facts, Plain};
use super::reader::Reader;
use super::stored::StoredType;
use super::streams::Streams;
use crate::Result;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".abf",
    knows: |probe| probe.head.starts_with(b"ABF ") || probe.head.starts_with(b"ABF2"),
    open,
    events: tags,
};

/// Sweeps of unequal length, that start when something happens.
const VARIABLE_LENGTH: i16 = 1;
/// One sweep without an end.
const GAP_FREE: i16 = 3;
/// Bytes of a tag.
const TAG: usize = 64;

fn open(path: &Path) -> Result<Streams> {
    let file = Arc::new(DataFile::open(path)?);
    let header = header(&file)?;
    let stored = if header.float {
        "<f4".parse::<StoredType>()?
    } else {
        StoredType::I16_LE
    };
    let channels = header.channels.len() as u64;
    let facts = Facts {
        format: FORMAT,
        channels: header.channels.clone(),
        rate_hz: header.rate_hz,
        stored,
        offset: header.data,
        bytes: Some(header.values.saturating_mul(stored.bytes() as u64)),
        start_s: 0.0,
    };
    let held = file.len().saturating_sub(header.data) / stored.bytes() as u64;
    let samples = header.values.min(held) / channels.max(1);
    let (segments, warning) = sweeps(&file, &header, samples)?;
    let plain = Plain::open(file, facts)?.describe(|info| {
        info.segments = segments;
        info.warnings.extend(warning);
    });
    let mut streams = Streams::one(path, "", Box::new(plain));
    streams.started = header.started;
    Ok(streams)
}

/// The sweeps among `samples` samples, and a warning where what is written of them does not fit.
fn sweeps(file: &DataFile, header: &Header, samples: u64) -> Result<(Vec<Segment>, Option<String>)> {
    let channels = header.channels.len() as u64;
    let entries = header
        .synch
        .end
        .min(file.len())
        .saturating_sub(header.synch.start)
        / 8;
    if entries == 0 {
        // Old files say how many sweeps there are, and no more.
        let count = header.episodes.max(1);
        let equal = header.mode != GAP_FREE && samples.is_multiple_of(count);
        let count = if equal { count } else { 1 };
        let len = samples / count;
        let segment = |number: u64| {
            segment(
                number * len..(number + 1) * len,
                (number * len) as f64 / header.rate_hz,
            )
        };
        return Ok(((0..count.min(samples)).map(segment).collect(), None));
    }
    let table = file.read_vec(header.synch.start, entries as usize * 8)?;
    let (mut segments, mut at) = (Vec::new(), 0);
    for entry in table.as_chunks::<8>().0 {
        let [a, b, c, d, e, f, g, h] = *entry;
        let (start, len) = (i32::from_le_bytes([a, b, c, d]), i32::from_le_bytes([e, f, g, h]));
        let mut len = f64::from(len.max(0));
        if header.mode == VARIABLE_LENGTH && header.synch_us > 0.0 {
            len /= header.synch_us;
        }
        let len = (len as u64 / channels).min(samples - at);
        let start_s = if header.synch_us > 0.0 {
            f64::from(start) * header.synch_us * 1e-6
        } else {
            f64::from(start) / (header.rate_hz * channels as f64)
        };
        if len > 0 {
            segments.push(segment(at..at + len, start_s));
        }
        at += len;
    }
    if at == samples {
        return Ok((segments, None));
    }
    let rest = at as f64 / header.rate_hz;
    segments.push(segment(at..samples, rest));
    Ok((
        segments,
        Some(format!(
            "the sweeps that are listed end at sample {at} of {samples}: the rest is one more"
        )),
    ))
}

/// What was written down during acquisition.
fn tags(path: &Path) -> Result<Vec<Events>> {
    let file = DataFile::open(path)?;
    let header = header(&file)?;
    let channels = header.channels.len() as f64;
    let unit_s = if header.synch_us > 0.0 {
        header.synch_us * 1e-6
    } else {
        1.0 / (header.rate_hz * channels)
    };
    let mut fields = Fields::read(
        FORMAT,
        &file,
        header.tags.start,
        header.tags.end - header.tags.start,
    )?;
    let mut tags = Vec::new();
    while fields.left() >= TAG {
        let time_s = f64::from(fields.i32()?) * unit_s;
        tags.push((time_s, fields.text(56)?));
        fields.skip(TAG - 60)?;
    }
    let found = Events::at("tags", EventKind::Annotations, tags, Clone::clone);
    Ok(if found.is_empty() { Vec::new() } else { vec![found] })
}

fn segment(samples: Range<u64>, start_s: f64) -> Segment {
    Segment { samples, start_s }
}
