//! EDF, EDF+ and BDF: records of some seconds in which each signal has a run of its own, at a rate of its own.
//!
//! <https://www.edfplus.info/specs/index.html>, <https://www.biosemi.com/faq/file_format.htm>. Signals of one rate are one
//! stream. In EDF+D records may be apart; their annotations say when they start.

use std::path::Path;
use std::sync::Arc;

use super::fields::Fields;
use super::file::DataFile;
use super::gaps::{Run as Clocked, place, runs_within};
use super::reader::{Reader, failed};
use super::records::{RecordFacts, Records, Run};
use super::stored::{ByteOrder, Kind, StoredType};
use super::streams::Streams;
use super::{Channel, ChannelKind, Source};
use crate::Result;

const FORMAT: &str = "EDF";
const EDF: &[u8; 8] = b"0       ";
const BDF: &[u8; 8] = b"\xffBIOSEMI";
const MAX_SIGNALS: usize = 1 << 16;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".edf, .bdf",
    knows: |probe| probe.head.starts_with(EDF) || probe.head.starts_with(BDF),
    open,
    events: super::edf_events::read,
};

/// A signal, or the annotations.
pub(crate) struct Signal {
    pub(crate) channel: Channel,
    pub(crate) annotations: bool,
    /// Values in a record.
    pub(crate) values: u64,
    /// Of its run, in bytes from the record's start.
    pub(crate) at: u64,
}

/// What a header says.
pub(crate) struct Header {
    pub(crate) format: &'static str,
    pub(crate) stored: StoredType,
    pub(crate) signals: Vec<Signal>,
    /// Bytes of the header and of a record.
    pub(crate) bytes: u64,
    pub(crate) record: u64,
    /// Records, as far as is known.
    pub(crate) records: Option<u64>,
    pub(crate) record_s: f64,
    pub(crate) discontinuous: bool,
    pub(crate) started: Option<String>,
}

fn open(path: &Path) -> Result<Streams> {
    let file = Arc::new(DataFile::open(path)?);
    let header = header(&file)?;
    let failed = |offset: u64, problem: &str| failed(header.format, path, offset, problem);
    if header.record == 0 || header.record_s <= 0.0 {
        return Err(failed(236, "its records hold no samples, or take no time"));
    }
    let held = file.len().saturating_sub(header.bytes) / header.record;
    let records = held_records(&file, &header);
    let mut warnings = Vec::new();
    if let Some(stated) = header.records.filter(|stated| *stated > held) {
        warnings.push(format!(
            "the file is cut short: {held} of {stated} records are there"
        ));
    }
    let mut rates: Vec<u64> = Vec::new();
    for signal in header
        .signals
        .iter()
        .filter(|signal| !signal.annotations && signal.values > 0)
    {
        if !rates.contains(&signal.values) {
            rates.push(signal.values);
        }
    }
    let opened = rates.iter().map(|values| {
        let name = match rates.len() {
            1 => String::new(),
            _ => format!("{} Hz", *values as f64 / header.record_s),
        };
        (name, stream(&file, &header, *values, records, &warnings))
    });
    let streams = Streams::gather(header.format, path, opened)?;
    let mut streams = streams.ok_or_else(|| failed(header.bytes, "it has no signals"))?;
    streams.started = header.started;
    Ok(streams)
}

/// Whole records that a file with any holds, of those that its header says.
pub(crate) fn held_records(file: &DataFile, header: &Header) -> u64 {
    let held = file.len().saturating_sub(header.bytes) / header.record;
    header.records.unwrap_or(held).min(held)
}

pub(crate) fn header(file: &DataFile) -> Result<Header> {
    let mut fields = Fields::read(FORMAT, file, 0, 256 + 256 * MAX_SIGNALS as u64)?;
    let magic: [u8; 8] = fields.array()?;
    let wide = &magic == BDF;
    fields.skip(160)?;
    let (date, time) = (fields.text(8)?, fields.text(8)?);
    let bytes: u64 = fields.number(8, "the header's size")?;
    let reserved = fields.text(44)?;
    let records: i64 = fields.number(8, "the number of records")?;
    let record_s: f64 = fields.number(8, "the duration of a record")?;
    let count: usize = fields.number(4, "the number of signals")?;
    if count > MAX_SIGNALS || bytes < 256 + 256 * count as u64 {
        return Err(fields.failed(format!(
            "{count} signals do not fit into a header of {bytes} bytes"
        )));
    }
    let stored = StoredType {
        kind: if wide { Kind::I24 } else { Kind::I16 },
        order: ByteOrder::Little,
    };
    let signals = signals(&mut fields, count, stored.bytes() as u64)?;
    let record = signals
        .last()
        .map(|last| last.at + last.values * stored.bytes() as u64);
    Ok(Header {
        format: if wide { "BDF" } else { FORMAT },
        stored,
        signals,
        bytes,
        record: record.unwrap_or(0),
        records: u64::try_from(records).ok(),
        record_s: if record_s.is_finite() { record_s } else { 0.0 },
        discontinuous: reserved.starts_with("EDF+D") || reserved.starts_with("BDF+D"),
        started: started(&date, &time),
    })
}

/// The signals' headers, which lie field by field.
fn signals(fields: &mut Fields, count: usize, width: u64) -> Result<Vec<Signal>> {
    let mut labels = Vec::new();
    for _ in 0..count {
        labels.push(fields.text(16)?);
    }
    fields.skip(80 * count)?;
    let mut units = Vec::new();
    for _ in 0..count {
        units.push(fields.text(8)?);
    }
    let mut limits = [vec![], vec![], vec![], vec![]];
    for limits in &mut limits {
        for _ in 0..count {
            // Some writers leave annotations' limits empty.
            limits.push(fields.text(8)?.parse::<f64>().unwrap_or(f64::NAN));
        }
    }
    fields.skip(80 * count)?;
    let (mut signals, mut at) = (Vec::new(), 0_u64);
    for number in 0..count {
        let values: u32 = fields.number(8, "the number of samples in a record")?;
        let [lowest, highest, low, high] = [0, 1, 2, 3].map(|limit: usize| limits[limit][number]);
        let gain = (highest - lowest) / (high - low);
        let known = gain.is_finite() && gain != 0.0;
        let label = labels[number].clone();
        let annotations = label == "EDF Annotations" || label == "BDF Annotations";
        let digital = label == "Status";
        signals.push(Signal {
            annotations,
            channel: Channel {
                unit: units[number].replace("uV", "µV"),
                gain: if known { gain } else { 1.0 },
                offset: if known { lowest - gain * low } else { 0.0 },
                kind: if digital {
                    ChannelKind::Digital
                } else {
                    ChannelKind::Neural
                },
                ..Channel::new(label)
            },
            values: u64::from(values),
            at,
        });
        at += u64::from(values) * width;
    }
    Ok(signals)
}

/// `dd.mm.yy` and `hh.mm.ss` to ISO 8601; years from 85 on are of the last century.
fn started(date: &str, time: &str) -> Option<String> {
    let numbers = |text: &str| -> Option<[u32; 3]> {
        let parts: Vec<u32> = text
            .split(['.', ':', '-'])
            .map_while(|part| part.trim().parse().ok())
            .collect();
        parts.try_into().ok()
    };
    let ([day, month, year], [hour, minute, second]) = (numbers(date)?, numbers(time)?);
    let year = if year >= 85 { 1900 + year } else { 2000 + year };
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    ))
}

/// The signals that have `values` values in a record.
fn stream(
    file: &Arc<DataFile>,
    header: &Header,
    values: u64,
    records: u64,
    warnings: &[String],
) -> Result<Box<dyn Source>> {
    let rate_hz = values as f64 / header.record_s;
    let of_rate = header
        .signals
        .iter()
        .filter(|signal| !signal.annotations && signal.values == values);
    let run = |signal: &Signal| Run {
        file: 0,
        at: signal.at,
    };
    let facts = RecordFacts {
        format: header.format,
        channels: of_rate
            .map(|signal| (signal.channel.clone(), run(signal)))
            .collect(),
        rate_hz,
        stored: header.stored,
        offset: header.bytes,
        record: header.record,
        values,
        samples: records * values,
        start_s: 0.0,
        warnings: warnings.to_vec(),
    };
    let annotations = header.signals.iter().find(|signal| signal.annotations);
    let Some(annotations) = annotations.filter(|_| records > 0) else {
        return Ok(Box::new(Records::new(vec![file.clone()], facts)?));
    };
    let onset = |record: u64| -> Result<f64> {
        let offset = header.bytes + record * header.record + annotations.at;
        let bytes = file.read_vec(offset, annotations.values as usize * header.stored.bytes())?;
        let end = bytes.iter().position(|byte| *byte == 0x14).unwrap_or(0);
        let text = std::str::from_utf8(&bytes[..end]).unwrap_or_default();
        let onset = text.parse().ok().filter(|onset: &f64| onset.is_finite());
        onset.ok_or_else(|| {
            failed(
                header.format,
                file.path(),
                offset,
                format!("record {record} does not say when it starts"),
            )
        })
    };
    if !header.discontinuous {
        // Seconds of the header are whole; the first record says the rest.
        let facts = RecordFacts {
            start_s: onset(0).unwrap_or(0.0),
            ..facts
        };
        return Ok(Box::new(Records::new(vec![file.clone()], facts)?));
    }
    let clock = |record: u64| Ok((onset(record)? * rate_hz).round() as i64);
    let mut clocked = Vec::new();
    let runs = runs_within(records, values, 1, u64::MAX, clock)?;
    for (number, (clock, first)) in runs.iter().enumerate() {
        let end = runs.get(number + 1).map_or(records, |(_, next)| *next);
        let facts = RecordFacts {
            offset: facts.offset + first * facts.record,
            samples: (end - first) * values,
            start_s: onset(*first)?,
            warnings: if number == 0 {
                warnings.to_vec()
            } else {
                Vec::new()
            },
            ..facts.clone()
        };
        clocked.push(Clocked {
            clock: *clock,
            source: Box::new(Records::new(vec![file.clone()], facts)?),
        });
    }
    place(clocked, Vec::new())
}
