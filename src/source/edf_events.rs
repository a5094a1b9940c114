//! Annotations of EDF+ and BDF+: `+onset[\x15duration]\x14text\x14…\0`, in a signal of their own.

use std::path::Path;
use std::sync::Arc;

use super::edf::{header, held_records};
use super::events::{Event, EventKind, Events};
use super::file::DataFile;
use crate::Result;

/// All annotations of a file; the empty ones that only tell when a record starts are left out.
pub(crate) fn read(path: &Path) -> Result<Vec<Events>> {
    let file = Arc::new(DataFile::open(path)?);
    let header = header(&file)?;
    let mut events = Vec::new();
    if header.record > 0 {
        for signal in header.signals.iter().filter(|signal| signal.annotations) {
            let bytes = signal.values as usize * header.stored.bytes();
            for record in 0..held_records(&file, &header) {
                let offset = header.bytes + record * header.record + signal.at;
                parse(&file.read_vec(offset, bytes)?, &mut events);
            }
        }
    }
    if events.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Events::new(
        "annotations",
        EventKind::Annotations,
        events,
        Clone::clone,
    )])
}

/// The annotations of one record.
fn parse(bytes: &[u8], events: &mut Vec<Event<String>>) {
    for list in bytes.split(|byte| *byte == 0).filter(|list| !list.is_empty()) {
        let mut parts = list.split(|byte| *byte == 0x14);
        let stamp = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
        let (onset, duration) = stamp.split_once('\x15').unwrap_or((&stamp, ""));
        let Ok(time_s) = onset.trim().parse() else {
            continue;
        };
        for text in parts.filter(|text| !text.is_empty()) {
            events.push(Event {
                time_s,
                duration_s: duration.trim().parse().unwrap_or(f64::NAN),
                label: String::from_utf8_lossy(text).trim().to_owned(),
                channel: None,
            });
        }
    }
}
