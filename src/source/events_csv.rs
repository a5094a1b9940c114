//! Events in a CSV: `time[,duration][,label][,channel]`, in seconds, with a line of these names.

use std::path::Path;

use super::events::{Event, EventKind, Events};
use super::reader::{failed, text};
use crate::Result;

const FORMAT: &str = "CSV of events";
const MAX_BYTES: u64 = 1 << 30;

/// The events of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<Events>> {
    let written = text(FORMAT, path, MAX_BYTES)?;
    parse(&written).map_err(|(offset, problem)| failed(FORMAT, path, offset, problem))
}

fn parse(written: &str) -> std::result::Result<Vec<Events>, (u64, String)> {
    let offset = |line: &str| line.as_ptr() as u64 - written.as_ptr() as u64;
    let mut lines = written
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let head = lines.next().ok_or((0, "there are no lines".to_owned()))?;
    let mark = [',', ';', '\t']
        .into_iter()
        .find(|mark| head.contains(*mark))
        .unwrap_or(',');
    let names: Vec<String> = fields(head, mark)
        .iter()
        .map(|name| name.to_lowercase())
        .collect();
    let column = |of: &[&str]| names.iter().position(|name| of.contains(&name.as_str()));
    let time = column(&["time", "time_s", "onset", "start", "start_s"])
        .ok_or_else(|| (0, "its first line names no column of time".to_owned()))?;
    let (duration, label) = (
        column(&["duration", "duration_s"]),
        column(&["label", "name", "type", "trial_type"]),
    );
    let channel = column(&["channel"]);
    let mut events = Vec::new();
    for line in lines {
        let fields = fields(line, mark);
        let number = |column: usize| -> std::result::Result<f64, (u64, String)> {
            let field = fields.get(column).map_or("", String::as_str);
            match field {
                "" | "n/a" => Ok(f64::NAN),
                _ => field
                    .parse()
                    .map_err(|_| (offset(line), format!("{field:?} is no number"))),
            }
        };
        let text = |column: Option<usize>| {
            column
                .and_then(|column| fields.get(column))
                .cloned()
                .unwrap_or_default()
        };
        let event = Event {
            time_s: number(time)?,
            duration_s: duration.map_or(Ok(f64::NAN), number)?,
            label: text(label),
            channel: channel.map(|_| text(channel).parse().unwrap_or(u32::MAX)),
        };
        if event.time_s.is_nan() {
            return Err((offset(line), "an event has no time".into()));
        }
        events.push(event);
    }
    Ok(vec![Events::new(
        "events",
        EventKind::Annotations,
        events,
        Clone::clone,
    )])
}

/// The fields of a line, of which those in quotes may hold marks.
fn fields(line: &str, mark: char) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == mark && !quoted => fields.push(String::new()),
            c => {
                if let Some(last) = fields.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    fields.iter().map(|field| field.trim().to_owned()).collect()
}
