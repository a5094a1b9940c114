//! ProbeInterface: where the electrodes of probes are, and to which channel each is wired, in JSON.
//!
//! <https://probeinterface.readthedocs.io/en/main/format_spec.html>.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::described::Described;
use super::reader::{failed, json};
use super::{Channel, ChannelKind, Source};
use crate::Result;

const FORMAT: &str = "ProbeInterface";
/// The name under which it lies beside a recording.
const BESIDE: &str = "probe.json";
const MAX_TEXT: u64 = 64 << 20;
/// More contacts than any probe has.
const MAX_CONTACTS: usize = 1 << 20;

/// A probe's contact that is wired to a channel.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Contact {
    channel: usize,
    group: Option<u32>,
    position_um: [f32; 2],
}

/// The electrodes of a probe, or of several, as ProbeInterface describes them.
///
/// Shanks are groups: by their number where one probe's shanks are numbered, else counted through all probes from 0. Of three
/// coordinates the first two are taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    path: PathBuf,
    contacts: Vec<Contact>,
}

impl Probe {
    /// Reads a file of ProbeInterface's.
    ///
    /// # Errors
    /// [`Error::Open`](crate::Error::Open) or [`Error::Read`](crate::Error::Read) if it cannot be read,
    /// [`Error::Format`](crate::Error::Format) if it is no such file, or no contact is wired
    /// to a channel.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let written = json(FORMAT, path, MAX_TEXT)?;
        let failed = |problem: String| failed(FORMAT, path, 0, problem);
        if written.get("specification").and_then(Value::as_str) != Some("probeinterface") {
            return Err(failed("its \"specification\" is not \"probeinterface\"".into()));
        }
        let probes = written.get("probes").and_then(Value::as_array);
        let probes = probes.ok_or_else(|| failed("it has no list \"probes\"".into()))?;
        let mut contacts = Vec::new();
        let mut groups = Groups {
            alone: probes.len() == 1,
            counted: HashMap::new(),
        };
        for (number, probe) in probes.iter().enumerate() {
            let found = of_probe(probe, number, &mut groups);
            contacts.extend(found.map_err(|problem| failed(format!("probe {number}: {problem}")))?);
        }
        if contacts.is_empty() {
            return Err(failed("no contact of it is wired to a channel".into()));
        }
        Ok(Self {
            path: path.to_path_buf(),
            contacts,
        })
    }

    /// The same recording, with its channels where the probe says.
    ///
    /// What the file of the recording says of their places is forgotten; channels that no contact is wired to stay without.
    ///
    /// # Errors
    /// [`Error::Format`](crate::Error::Format) if a contact is wired to a channel that the recording has not.
    pub fn place(&self, source: Box<dyn Source>) -> Result<Box<dyn Source>> {
        let mut info = source.info().clone();
        let count = info.channels.len();
        for channel in &mut info.channels {
            (channel.group, channel.position_um) = (None, None);
        }
        for contact in &self.contacts {
            let channel = info.channels.get_mut(contact.channel).ok_or_else(|| {
                failed(
                    FORMAT,
                    &self.path,
                    0,
                    format!(
                        "a contact is wired to channel {}, the recording has {count}, the first is 0",
                        contact.channel
                    ),
                )
            })?;
            (channel.group, channel.position_um) = (contact.group, Some(contact.position_um));
        }
        Ok(Box::new(Described { info, source }))
    }

    /// The probe that lies beside a recording, or in its folder, as `probe.json`.
    pub(crate) fn beside(path: &Path) -> Option<Result<Self>> {
        let folder = if path.is_dir() { path } else { path.parent()? };
        let beside = folder.join(BESIDE);
        beside.is_file().then(|| Self::read(&beside))
    }

    /// Whether a recording lacks what the probe says, and has the channels for it.
    pub(crate) fn suits(&self, channels: &[Channel]) -> bool {
        let neural = |channel: &Channel| channel.kind == ChannelKind::Neural;
        channels.iter().all(|channel| channel.position_um.is_none())
            && (self.contacts.iter()).all(|contact| channels.get(contact.channel).is_some_and(neural))
    }
}

/// Numbers of shanks.
struct Groups {
    /// Whether there is one probe only.
    alone: bool,
    /// Those that have no number of their own, by probe and name.
    counted: HashMap<(usize, String), u32>,
}

impl Groups {
    fn of(&mut self, probe: usize, shank: Option<&Value>) -> Option<u32> {
        let name = match shank {
            Some(Value::String(name)) => name.clone(),
            Some(number @ Value::Number(_)) => number.to_string(),
            _ => String::new(),
        };
        if self.alone {
            if name.is_empty() {
                return None;
            }
            if let Ok(number) = name.parse() {
                return Some(number);
            }
        }
        let next = u32::try_from(self.counted.len()).ok()?;
        Some(*self.counted.entry((probe, name)).or_insert(next))
    }
}

fn of_probe(probe: &Value, number: usize, groups: &mut Groups) -> std::result::Result<Vec<Contact>, String> {
    let list = |key: &str| probe.get(key).and_then(Value::as_array);
    let um = match probe.get("si_units").and_then(Value::as_str) {
        None | Some("um" | "µm") => 1.0,
        Some("mm") => 1e3,
        Some("m") => 1e6,
        Some(other) => {
            return Err(format!(
                "\"si_units\" is {other:?}, which is none of um, mm and m"
            ));
        }
    };
    let positions = list("contact_positions").ok_or("it has no \"contact_positions\"")?;
    let (shanks, wired) = (list("shank_ids"), list("device_channel_indices"));
    if positions.len() > MAX_CONTACTS {
        return Err(format!("{} contacts are too many", positions.len()));
    }
    for (key, other) in [("shank_ids", shanks), ("device_channel_indices", wired)] {
        if let Some(other) = other.filter(|other| other.len() != positions.len()) {
            return Err(format!(
                "{} contacts have {} of \"{key}\"",
                positions.len(),
                other.len()
            ));
        }
    }
    let mut contacts = Vec::new();
    for (at, position) in positions.iter().enumerate() {
        let group = groups.of(number, shanks.and_then(|shanks| shanks.get(at)));
        // Not wired at all, contacts stand for channels in their own order; -1 is one that is not wired.
        let channel = match wired.and_then(|wired| wired.get(at)) {
            Some(wired) if wired.as_i64() == Some(-1) => continue,
            Some(wired) => wired.as_u64().and_then(|wired| usize::try_from(wired).ok()),
            None => Some(at),
        };
        let channel = channel.ok_or_else(|| format!("contact {at} is wired to no number of a channel"))?;
        let coordinate = |axis: usize| {
            let value = position.get(axis)?.as_f64()? * um;
            Some(value as f32).filter(|value| value.is_finite())
        };
        let (Some(x), Some(y)) = (coordinate(0), coordinate(1)) else {
            return Err(format!("contact {at} is at no place of two or three coordinates"));
        };
        contacts.push(Contact {
            channel,
            group,
            position_um: [x, y],
        });
    }
    Ok(contacts)
}
