//! Where the electrodes of Open Ephys' Neuropixels probes are: `settings.xml` beside the experiments lists them by channel.
//!
//! Since 0.6 of the GUI a probe's streams are called by its name; before, they are numbered, and the places of a probe's
//! electrodes rise by the distance of shanks from one shank to the next.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};
use serde_json::Value;

use super::Channel;
use super::reader::{failed, text};
use crate::Result;

const FORMAT: &str = "Open Ephys";
const MAX_TEXT: u64 = 64 << 20;
/// From one shank to the next, in µm, on all probes of several.
const SHANK_PITCH_UM: f32 = 250.0;

/// The probes of a recording.
#[derive(Debug, Default)]
pub(crate) struct Probes {
    list: Vec<Probe>,
}

#[derive(Debug)]
struct Probe {
    /// The number of the processor that acquired it.
    node: u64,
    /// What its streams' names begin with; `None` before they had names.
    stream: Option<String>,
    /// By the channel's number, from 0.
    sites: HashMap<u32, Site>,
}

#[derive(Debug, Clone, Copy)]
struct Site {
    shank: Option<u32>,
    position_um: [f32; 2],
}

impl Probes {
    /// The probes of a recording; none where no settings lie beside its experiment.
    pub(crate) fn read(recording: &Path) -> Result<Self> {
        let Some(path) = settings_of(recording) else {
            return Ok(Self::default());
        };
        let written = text(FORMAT, &path, MAX_TEXT)?;
        let failed = |problem: String| failed(FORMAT, &path, 0, problem);
        let document = Document::parse(&written).map_err(|error| failed(format!("it is no XML: {error}")))?;
        Ok(Self {
            list: probes(&document),
        })
    }

    /// Gives the channels of a stream, one of `all` that are recorded, their shanks and places.
    pub(crate) fn place(&self, stream: &Value, all: &[Value], channels: &mut [Channel]) {
        let Some(probe) = self.of(stream, all) else { return };
        // Channels keep their names where only some are recorded, or in another order.
        let numbers: Vec<Option<u32>> = channels.iter().map(|channel| number(&channel.name)).collect();
        let first = if numbers.contains(&Some(0)) { 0 } else { 1 };
        for (channel, number) in channels.iter_mut().zip(numbers) {
            if let Some(site) = number.and_then(|number| probe.sites.get(&(number.checked_sub(first)?))) {
                channel.group = site.shank;
                channel.position_um = Some(site.position_um);
            }
        }
    }

    fn of(&self, stream: &Value, all: &[Value]) -> Option<&Probe> {
        let node = node(stream)?;
        let mut of_node = self.list.iter().filter(|probe| probe.node == node);
        if let Some(name) = stream.get("stream_name").and_then(Value::as_str) {
            return of_node.find(|probe| probe.stream.as_deref() == Some(base(name)));
        }
        // Streams without names come in the order of the probes, each band for itself; where some are missing, nobody can tell
        // whose the others are.
        let same = |other: &&Value| node_and_band(other) == node_and_band(stream);
        let band: Vec<&Value> = all.iter().filter(same).collect();
        let place = band.iter().position(|other| std::ptr::eq(*other, stream))?;
        let probes: Vec<&Probe> = of_node.filter(|probe| probe.stream.is_none()).collect();
        (probes.len() == band.len()).then(|| probes[place])
    }
}

/// The settings of the experiment that a recording is of: `settings.xml` for the first, `settings_2.xml` for the second.
fn settings_of(recording: &Path) -> Option<PathBuf> {
    let experiment = recording.parent()?;
    let name = experiment.file_name()?.to_string_lossy().into_owned();
    let folder = experiment.parent()?;
    let number = name.strip_prefix("experiment")?.parse::<u32>().ok()?;
    let own = folder.join(format!("settings_{number}.xml"));
    let first = folder.join("settings.xml");
    let found = if number > 1 && own.is_file() { own } else { first };
    found.is_file().then_some(found)
}

fn node(stream: &Value) -> Option<u64> {
    stream.get("source_processor_id").and_then(Value::as_u64)
}

fn node_and_band(stream: &Value) -> (Option<u64>, bool) {
    let channel = stream.get("channels").and_then(|channels| channels.get(0));
    let name = channel.and_then(|channel| channel.get("channel_name")?.as_str());
    (node(stream), name.is_some_and(|name| name.starts_with("LFP")))
}

/// A stream's name without its band.
fn base(name: &str) -> &str {
    let name = name.strip_suffix("-AP").unwrap_or(name);
    name.strip_suffix("-LFP").unwrap_or(name)
}

/// The number in the name of an electrode's channel: `AP12`, `LFP12`, `CH12`.
fn number(name: &str) -> Option<u32> {
    let digits = ["AP", "LFP", "CH"]
        .iter()
        .find_map(|word| name.strip_prefix(word))?;
    digits.parse().ok()
}

fn probes(document: &Document) -> Vec<Probe> {
    let older = (document.descendants())
        .find(|node| node.has_tag_name("VERSION"))
        .and_then(|version| version.text())
        .is_some_and(|version| version.starts_with("0.4") || version.starts_with("0.5"));
    let processors = document
        .descendants()
        .filter(|node| node.has_tag_name("PROCESSOR"));
    let mut list = Vec::new();
    for processor in processors {
        let id = processor
            .attribute("nodeId")
            .or_else(|| processor.attribute("NodeId"));
        let Some(node) = id.and_then(|id| id.parse().ok()) else {
            continue;
        };
        let enabled = |probe: &Node| {
            probe.has_tag_name("NP_PROBE")
                && probe.attribute("isEnabled").is_none_or(|enabled| enabled == "1")
        };
        let mut names: Vec<&str> = Vec::new();
        for stream in processor.children().filter(|node| node.has_tag_name("STREAM")) {
            let name = base(stream.attribute("name").unwrap_or_default());
            if !name.contains("ADC") && !names.contains(&name) {
                names.push(name);
            }
        }
        let found: Vec<Node> = processor.descendants().filter(enabled).collect();
        // Names that are not those of the probes would put electrodes where they are not.
        if !names.is_empty() && names.len() != found.len() {
            continue;
        }
        for (number, probe) in found.into_iter().enumerate() {
            list.push(Probe {
                node,
                stream: names.get(number).map(|name| (*name).to_owned()),
                sites: sites(probe, older),
            });
        }
    }
    list
}

/// The electrodes of a probe; none where it does not say both coordinates.
fn sites(probe: Node, older: bool) -> HashMap<u32, Site> {
    let child = |name: &str| probe.children().find(|node| node.has_tag_name(name));
    let (Some(channels), Some(across), Some(up)) = (
        child("CHANNELS"),
        child("ELECTRODE_XPOS"),
        child("ELECTRODE_YPOS"),
    ) else {
        return HashMap::new();
    };
    let site = |key: &str, bank: &str| {
        // The shank follows the bank, or in older versions the channel.
        let (number, shank) = key.strip_prefix("CH")?.split_once('_').map_or_else(
            || {
                Some((
                    key.strip_prefix("CH")?,
                    bank.split_once(':').map(|(_, shank)| shank),
                ))
            },
            |(number, shank)| Some((number, Some(shank))),
        )?;
        let shank: Option<u32> = shank.and_then(|shank| shank.parse().ok());
        let coordinate = |axis: &Node| {
            let value = axis.attribute(key)?.parse::<f32>().ok();
            value.filter(|value| value.is_finite())
        };
        let (x, y) = (coordinate(&across)?, coordinate(&up)?);
        let rise = shank
            .filter(|_| older)
            .map_or(0.0, |shank| shank as f32 * SHANK_PITCH_UM);
        let position_um = [x, y - rise];
        Some((number.parse().ok()?, Site { shank, position_um }))
    };
    channels
        .attributes()
        .filter_map(|channel| site(channel.name(), channel.value()))
        .collect()
}
