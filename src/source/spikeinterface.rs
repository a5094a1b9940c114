//! SpikeInterface's binary folders: `binary.json` says what the raw files of each segment hold.
//!
//! <https://spikeinterface.readthedocs.io/en/stable/how_to/load_your_data_into_sorting.html>. Segments have clocks of their own:
//! each is a stream.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::file::DataFile;
use super::plain::{Facts, Plain};
use super::reader::{Probe, Reader, failed, inside, json, no_events};
use super::stored::StoredType;
use super::streams::Streams;
use super::{Channel, Source};
use crate::Result;

const FORMAT: &str = "SpikeInterface";
const DESCRIPTION: &str = "binary.json";
const MAX_TEXT: u64 = 64 << 20;
const MAX_CHANNELS: usize = 1 << 20;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: "a folder with binary.json",
    knows: |probe: &Probe| {
        let name = probe.path.file_name().unwrap_or_default();
        if probe.is_dir {
            probe.has(DESCRIPTION)
        } else {
            name == DESCRIPTION
        }
    },
    open,
    events: no_events,
};

fn open(path: &Path) -> Result<Streams> {
    let described = if path.is_dir() {
        path.join(DESCRIPTION)
    } else {
        path.to_path_buf()
    };
    let folder = described.parent().unwrap_or(Path::new("."));
    let failed = |problem: String| failed(FORMAT, &described, 0, problem);
    let written = json(FORMAT, &described, MAX_TEXT)?;
    // Some versions put the arguments below "kwargs", and call them by other names.
    let arguments = written.get("kwargs").unwrap_or(&written);
    let get = |names: &[&str]| names.iter().find_map(|name| arguments.get(*name));
    let channels = channels(&get).map_err(failed)?;
    let rate_hz = get(&["sampling_frequency"]).and_then(Value::as_f64);
    let dtype = get(&["dtype"]).and_then(Value::as_str).unwrap_or_default();
    if get(&["time_axis"])
        .and_then(Value::as_u64)
        .is_some_and(|axis| axis != 0)
    {
        return Err(failed("only files with time as the first axis are read".into()));
    }
    let facts = Facts {
        format: FORMAT,
        channels,
        rate_hz: rate_hz.ok_or_else(|| failed("\"sampling_frequency\" is missing".into()))?,
        stored: dtype.parse::<StoredType>()?,
        offset: get(&["file_offset"]).and_then(Value::as_u64).unwrap_or(0),
        bytes: None,
        start_s: 0.0,
    };
    let names: Vec<&str> = match get(&["file_paths"]) {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => vec![name],
        _ => return Err(failed("\"file_paths\" is missing".into())),
    };
    let starts = get(&["t_starts"]).and_then(Value::as_array);
    let start_s = |segment: usize| {
        starts
            .and_then(|starts| starts.get(segment)?.as_f64())
            .unwrap_or(0.0)
    };
    let several = names.len() > 1;
    let opened = names.iter().enumerate().map(|(segment, name)| {
        let facts = Facts {
            start_s: start_s(segment),
            ..facts.clone()
        };
        let open = || -> Result<Box<dyn Source>> {
            // Older versions wrote whole paths of their own machine.
            let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
            let path = inside(folder, name).or_else(|_| inside(folder, last))?;
            Ok(Box::new(Plain::open(Arc::new(DataFile::open(&path)?), facts)?))
        };
        (
            if several {
                format!("segment{segment}")
            } else {
                String::new()
            },
            open(),
        )
    });
    Streams::gather(FORMAT, path, opened)?.ok_or_else(|| failed("it names no files".into()))
}

/// The channels, with their scale to µV where it is said.
fn channels<'a>(get: &impl Fn(&[&str]) -> Option<&'a Value>) -> std::result::Result<Vec<Channel>, String> {
    let ids = get(&["channel_ids"]).and_then(Value::as_array);
    let count = get(&["num_channels", "num_chan"]).and_then(Value::as_u64);
    let count = count.map_or(ids.map_or(0, Vec::len), |count| {
        usize::try_from(count).unwrap_or(usize::MAX)
    });
    if count == 0 || count > MAX_CHANNELS {
        return Err(format!("{count} channels are none, or too many"));
    }
    let id = |number: usize| match ids.and_then(|ids| ids.get(number)) {
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
        None => number.to_string(),
    };
    // One for all, or one for each.
    let number = |name: &str, channel: usize| match get(&[name]) {
        Some(Value::Array(all)) => all.get(channel).and_then(Value::as_f64),
        Some(one) => one.as_f64(),
        None => None,
    };
    let channel = |at: usize| {
        let gain = number("gain_to_uV", at);
        Channel {
            unit: gain.map_or(String::new(), |_| "µV".to_owned()),
            gain: gain.unwrap_or(1.0),
            offset: number("offset_to_uV", at).unwrap_or(0.0),
            ..Channel::new(id(at))
        }
    };
    Ok((0..count).map(channel).collect())
}
