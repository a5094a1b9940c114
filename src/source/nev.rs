//! Blackrock's NEV: spikes, digital words and comments, in packets of equal size.
//!
//! <https://blackrockneurotech.com/wp-content/uploads/LB-0023-7.00_NEV_File_Format.pdf>, specifications 2.1 to 3.0.

use std::path::Path;

use super::events::{EventKind, Events};
use super::fields::Fields;
use super::file::DataFile;
use super::reader::{Probe, Reader, failed};
use super::streams::Streams;
use crate::Result;

const FORMAT: &str = "Blackrock NEV";
const MAGICS: [&[u8; 8]; 2] = [b"NEURALEV", b"BREVENTS"];
/// Bytes before the extended headers.
const HEADER: u64 = 336;
/// Packets are read by so many bytes at a time.
const CHUNK: u64 = 8 << 20;
/// Identifiers of packets.
const DIGITAL: u16 = 0;
const COMMENT: u16 = 0xffff;
/// The highest number of an electrode.
const MAX_ELECTRODE: u16 = 16_384;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".nev, for events",
    knows: |probe: &Probe| MAGICS.iter().any(|magic| probe.head.starts_with(*magic)),
    open,
    events: read,
};

/// There are no samples in it.
fn open(path: &Path) -> Result<Streams> {
    Err(failed(
        FORMAT,
        path,
        0,
        "it holds events, no samples: open the .ns1 to .ns6 beside it",
    ))
}

/// Spikes by electrode and unit, digital words, and comments.
pub(crate) fn read(path: &Path) -> Result<Vec<Events>> {
    let file = DataFile::open(path)?;
    let mut fields = Fields::read(FORMAT, &file, 0, HEADER)?;
    fields.skip(8)?;
    let (major, _) = (fields.u8()?, fields.u8()?);
    fields.skip(2)?;
    let (start, packet) = (u64::from(fields.u32()?), u64::from(fields.u32()?));
    let clock_hz = f64::from(fields.u32()?);
    let stamp = if major >= 3 { 8 } else { 4 };
    if packet < stamp + 8 || start < HEADER || clock_hz < 1.0 {
        return Err(fields.failed(format!(
            "packets of {packet} bytes behind a header of {start}, at {clock_hz} ticks a second, mean nothing"
        )));
    }
    let (mut spikes, mut words, mut comments) = (Vec::new(), Vec::new(), Vec::new());
    let count = file.len().saturating_sub(start) / packet;
    let step = (CHUNK / packet).max(1);
    let mut first = 0;
    while first < count {
        let here = step.min(count - first);
        let bytes = file.read_vec(start + first * packet, (here * packet) as usize)?;
        for packet in bytes.chunks_exact(packet as usize) {
            let (time, rest) = packet.split_at(stamp as usize);
            let ticks = time
                .iter()
                .rev()
                .fold(0, |ticks: u64, byte| ticks << 8 | u64::from(*byte));
            let time_s = ticks as f64 / clock_hz;
            match u16::from_le_bytes([rest[0], rest[1]]) {
                DIGITAL => words.push((time_s, u16::from_le_bytes([rest[4], rest[5]]))),
                COMMENT => comments.push((time_s, comment(rest))),
                electrode @ 1..=MAX_ELECTRODE => spikes.push((time_s, (electrode, rest[2]))),
                _ => {}
            }
        }
        first += here;
    }
    let spikes = Events::at(
        "spikes",
        EventKind::Spikes,
        spikes,
        |(electrode, unit)| match unit {
            0 => format!("electrode {electrode} unsorted"),
            255 => format!("electrode {electrode} noise"),
            unit => format!("electrode {electrode} unit {unit}"),
        },
    );
    let words = Events::at("digital", EventKind::Edges, words, |word| format!("{word:#06x}"));
    let comments = Events::at("comments", EventKind::Annotations, comments, String::clone);
    Ok([spikes, words, comments]
        .into_iter()
        .filter(|events| !events.is_empty())
        .collect())
}

/// The text of a comment's packet, in bytes or in UTF-16.
fn comment(packet: &[u8]) -> String {
    let text = packet.get(8..).unwrap_or_default();
    let units: Vec<u16> = text
        .as_chunks::<2>()
        .0
        .iter()
        .map(|unit| u16::from_le_bytes(*unit))
        .collect();
    let text = if packet[2] == 1 {
        String::from_utf16_lossy(&units)
    } else {
        super::reader::latin1(text)
    };
    text.split('\0').next().unwrap_or_default().trim().to_owned()
}
