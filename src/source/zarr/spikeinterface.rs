//! SpikeInterface's folders in Zarr: the samples of each segment in an array of its own, properties of channels in a group.
//!
//! <https://spikeinterface.readthedocs.io/en/stable/modules/core.html>. Segments have clocks of their own: each is a stream.
//! What is sorted is spikes.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::array::Array;
use super::attributes::symbol;
use super::tree::{Node, Tree};
use super::{MAX_CHANNELS, described, recording, shape};
use crate::Result;
use crate::source::streams::Streams;
use crate::source::{Channel, EventKind, Events, Info, Segment, Source};

const FORMAT: &str = "SpikeInterface";
/// More segments than any recording has.
const MAX_SEGMENTS: u64 = 10_000;

/// Whether a group is a recording or a sorting of SpikeInterface's, by its attributes and what is in it.
pub(super) fn knows(tree: &Tree, attributes: &Map<String, Value>) -> bool {
    let has = |name: &str| matches!(tree.node(name), Ok(Some(_)));
    attributes.contains_key("sampling_frequency")
        && attributes.contains_key("num_segments")
        && (has("traces_seg0") || has("spikes"))
}

/// What the attributes of the root say.
struct Root {
    rate_hz: f64,
    segments: u64,
}

impl Root {
    fn read(tree: &Tree) -> Result<Self> {
        let attributes = tree.attributes("").unwrap_or_default();
        let rate_hz = attributes.get("sampling_frequency").and_then(Value::as_f64);
        let segments = attributes.get("num_segments").and_then(Value::as_u64);
        let rate_hz = rate_hz.filter(|rate_hz| *rate_hz > 0.0);
        match (rate_hz, segments) {
            (Some(rate_hz), Some(segments @ 1..=MAX_SEGMENTS)) => Ok(Self { rate_hz, segments }),
            _ => {
                Err(tree.failed("\"sampling_frequency\" or \"num_segments\" are no numbers that they can be"))
            }
        }
    }
}

pub(super) fn streams(path: &Path, tree: &Tree) -> Result<Streams> {
    let root = Root::read(tree)?;
    let starts = numbers(tree, "t_starts");
    let opened = (0..root.segments).map(|segment| {
        let name = match root.segments {
            1 => String::new(),
            _ => format!("segment{segment}"),
        };
        (name, stream(tree, &root, segment, &starts))
    });
    let streams = Streams::gather(FORMAT, path, opened)?;
    streams.ok_or_else(|| tree.failed("it has no segments"))
}

fn stream(tree: &Tree, root: &Root, segment: u64, starts: &[f64]) -> Result<Box<dyn Source>> {
    let array = tree.array(&format!("traces_seg{segment}"))?;
    let (samples, count) = shape(&array, 0)?;
    let times = tree.array(&format!("times_seg{segment}")).ok();
    let first = times.and_then(|times| times.numbers(0..1)?.first().copied());
    let start_s = first.or(starts.get(segment as usize).copied());
    let info = Info {
        format: FORMAT,
        channels: channels(tree, count),
        samples,
        rate_hz: root.rate_hz,
        segments: vec![Segment {
            samples: 0..samples,
            start_s: start_s.filter(|start_s| start_s.is_finite()).unwrap_or(0.0),
        }],
        ..described(&array)?
    };
    recording(tree, array, info, 0)
}

/// All numbers of an array, or none.
fn numbers(tree: &Tree, name: &str) -> Vec<f64> {
    let array = tree.array(name).ok();
    let read = |array: Arc<Array>| array.numbers(0..*array.meta.shape.first()?);
    array.and_then(read).unwrap_or_default()
}

/// What an array names things by, which may be numbers or texts.
fn names(tree: &Tree, name: &str) -> Vec<String> {
    let texts = tree.array(name).ok().and_then(|array| array.texts());
    texts.unwrap_or_else(|| numbers(tree, name).iter().map(f64::to_string).collect())
}

/// The channels, with the properties that say something of ours.
fn channels(tree: &Tree, count: usize) -> Vec<Channel> {
    let ids = names(tree, "channel_ids");
    let property = |name: &str| format!("properties/{name}");
    let one = |name: &str| numbers(tree, &property(name));
    let microvolts = (one("gain_to_uV"), one("offset_to_uV"));
    let physical = (one("gain_to_physical_unit"), one("offset_to_physical_unit"));
    let units = names(tree, &property("physical_unit"));
    let known = names(tree, &property("channel_name"));
    let places = one("location");
    // Groups have numbers, or names.
    let mut groups = one("group");
    if groups.is_empty() {
        let named = names(tree, &property("group"));
        let distinct: BTreeSet<&String> = named.iter().collect();
        let number = |name: &String| distinct.iter().position(|other| *other == name);
        groups = named
            .iter()
            .filter_map(|name| Some(number(name)? as f64))
            .collect();
    }
    // Places have two axes or three.
    let axes = places.len() / count.min(MAX_CHANNELS as usize).max(1);
    let channel = |at: usize| {
        let name = known.get(at).or(ids.get(at)).cloned();
        let (unit, scale) = match microvolts.0.get(at) {
            Some(_) => ("µV".to_owned(), &microvolts),
            None => (symbol(units.get(at).map_or("", String::as_str)), &physical),
        };
        let place = places.get(at * axes..at * axes + 2).filter(|_| axes >= 2);
        Channel {
            unit,
            gain: scale.0.get(at).copied().unwrap_or(1.0),
            offset: scale.1.get(at).copied().unwrap_or(0.0),
            group: groups.get(at).map(|group| *group as u32),
            position_um: place.map(|place| [place[0] as f32, place[1] as f32]),
            ..Channel::new(name.unwrap_or_else(|| at.to_string()))
        }
    };
    (0..count).map(channel).collect()
}

/// The spikes of a sorting; those of each segment on its own clock.
pub(super) fn events(tree: &Tree) -> Result<Vec<Events>> {
    if !matches!(tree.node("spikes"), Ok(Some(Node::Group(_)))) {
        return Ok(Vec::new());
    }
    let root = Root::read(tree)?;
    let ids = names(tree, "unit_ids");
    let (samples, units) = (
        numbers(tree, "spikes/sample_index"),
        numbers(tree, "spikes/unit_index"),
    );
    let slices = numbers(tree, "spikes/segment_slices");
    let name_of = |unit: &usize| ids.get(*unit).cloned().unwrap_or_else(|| unit.to_string());
    let of_segment = |segment: u64| {
        let at = |end: usize| slices.get(2 * segment as usize + end).map(|at| *at as usize);
        let count = samples.len().min(units.len());
        let start = at(0).unwrap_or(0).min(count);
        let end = at(1).unwrap_or(count).clamp(start, count);
        let times = samples[start..end].iter().map(|sample| sample / root.rate_hz);
        let spikes = times.zip(units[start..end].iter().map(|unit| *unit as usize));
        let name = match root.segments {
            1 => "spikes".to_owned(),
            _ => format!("segment{segment}"),
        };
        Events::at(name, EventKind::Spikes, spikes, name_of)
    };
    Ok((0..root.segments).map(of_segment).collect())
}
