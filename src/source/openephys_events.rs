//! Events of Open Ephys' binary format: edges of digital lines, and messages.

use std::path::Path;

use serde_json::Value;

use super::events::{EventKind, Events};
use super::file::DataFile;
use super::npy;
use super::openephys::{recordings_of, structure};
use super::reader::{inside, latin1};
use crate::Result;

/// Bytes of messages that are read at most.
const MAX_TEXT: u64 = 256 << 20;

/// The events of all recordings at a path; folders that cannot be read are left out.
pub(crate) fn read(path: &Path) -> Result<Vec<Events>> {
    let (root, recordings) = recordings_of(path)?;
    let mut found = Vec::new();
    for recording in recordings {
        let within = recording
            .strip_prefix(&root)
            .unwrap_or(Path::new(""))
            .to_path_buf();
        let structure = structure(&recording)?;
        let described = structure.get("events").and_then(Value::as_array);
        for described in described.into_iter().flatten() {
            let name = described
                .get("folder_name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let name = name.trim_end_matches(['/', '\\']);
            let Ok(folder) = inside(&recording.join("events"), name) else {
                continue;
            };
            let rate_hz = described
                .get("sample_rate")
                .and_then(Value::as_f64)
                .filter(|rate| *rate > 0.0);
            let name = within.join(name).to_string_lossy().replace('\\', "/");
            let times_s = times(&folder, rate_hz);
            let (edges, messages) = (edges(&folder), messages(&folder));
            let events = match (times_s, edges, messages) {
                (Some(times_s), Some(edges), _) => {
                    let name_of = |state: &i64| {
                        let way = if *state > 0 { "on" } else { "off" };
                        format!("line {} {way}", state.unsigned_abs())
                    };
                    Events::at(name, EventKind::Edges, times_s.into_iter().zip(edges), name_of)
                }
                (Some(times_s), None, Some(messages)) => Events::at(
                    name,
                    EventKind::Annotations,
                    times_s.into_iter().zip(messages),
                    Clone::clone,
                ),
                _ => continue,
            };
            if !events.is_empty() {
                found.push(events);
            }
        }
    }
    Ok(found)
}

/// When events happened, from the numbers of samples; messages of old versions have no rate of their own.
fn times(folder: &Path, rate_hz: Option<f64>) -> Option<Vec<f64>> {
    let numbers = npy::read_values(folder.join("sample_numbers.npy"));
    let (header, numbers) = numbers
        .or_else(|_| npy::read_values(folder.join("timestamps.npy")))
        .ok()?;
    // In seconds already where they are no whole numbers.
    let rate_hz = if header.descr.contains('f') { 1.0 } else { rate_hz? };
    Some(numbers.into_iter().map(|number| number / rate_hz).collect())
}

/// Lines that went up, or, negative, down.
fn edges(folder: &Path) -> Option<Vec<i64>> {
    let states = npy::read_values(folder.join("states.npy"));
    let states = states.or_else(|_| npy::read_values(folder.join("channel_states.npy")));
    Some(states.ok()?.1.into_iter().map(|state| state as i64).collect())
}

/// Texts of an array of byte strings.
fn messages(folder: &Path) -> Option<Vec<String>> {
    let path = folder.join("text.npy");
    let header = npy::header(&path).ok()?;
    let width: usize = header.descr.strip_prefix("|S")?.parse().ok()?;
    let file = DataFile::open(&path).ok()?;
    let bytes = file.len().saturating_sub(header.data_offset).min(MAX_TEXT);
    let bytes = file.read_vec(header.data_offset, bytes as usize).ok()?;
    let text = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| latin1(bytes));
        text.trim_end_matches('\0').to_owned()
    };
    Some(bytes.chunks_exact(width.max(1)).map(text).collect())
}
