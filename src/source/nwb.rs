//! NWB, Neurodata Without Borders, in HDF5: each series that has samples is a stream.
//!
//! <https://nwb-schema.readthedocs.io>. Series with a rate are even; of those with a time stamp for each sample the usual step
//! is the rate, and where time stamps jump there are gaps.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use hdf5_reader::Dataset;
use hdf5_reader::group::Group;

use super::events::{EventKind, Events};
use super::gaps::{Run, place, runs_within};
use super::hdf5::{Hdf5, Rows, numbers, stored_type};
use super::plain::shifted;
use super::reader::Reader;
use super::streams::Streams;
use super::{Channel, ChannelKind, Info, Layout, Segment, Source, check_shape};
use crate::Result;

const FORMAT: &str = "NWB";
const MAGIC: &[u8; 8] = b"\x89HDF\r\n\x1a\n";
/// Where series are.
const PLACES: [&str; 4] = ["acquisition", "processing", "stimulus", "analysis"];
/// How deep groups are looked into, and how many; links may lead round and round.
const MAX_DEPTH: usize = 6;
const MAX_GROUPS: usize = 10_000;
const MAX_CHANNELS: u64 = 1 << 20;
/// Time stamps from which the usual step is taken.
const STAMPS: u64 = 4096;
const ELECTRODES: &str = "general/extracellular_ephys/electrodes";

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".nwb",
    knows: |probe| probe.head.starts_with(MAGIC),
    open,
    events,
};

/// A series: its path in the file, and its group.
type Series = (String, Group);

fn open(path: &Path) -> Result<Streams> {
    let hdf5 = Hdf5::open(path)?;
    let mut series = Vec::new();
    let mut left = MAX_GROUPS;
    for place in PLACES {
        if let Ok(group) = hdf5.file.group(place) {
            find(place, group, MAX_DEPTH, &mut left, &mut series);
        }
    }
    let electrodes = Electrodes::read(&hdf5);
    let opened = series
        .iter()
        .map(|(name, group)| (name.clone(), stream(path, &hdf5, name, group, &electrodes)));
    let streams = Streams::gather(FORMAT, path, opened)?;
    let mut streams = streams.ok_or_else(|| hdf5.failed("it has no series with samples".into()))?;
    let started = hdf5.file.dataset("session_start_time");
    streams.started = started.ok().and_then(|started| started.read_string().ok());
    Ok(streams)
}

/// Adds the groups below one that hold samples.
fn find(name: &str, group: Group, depth: usize, left: &mut usize, found: &mut Vec<Series>) {
    *left = left.saturating_sub(1);
    let Ok((groups, datasets)) = group.member_names() else {
        return;
    };
    let has = |wanted: &str| datasets.iter().any(|dataset| dataset == wanted);
    if has("data") && (has("starting_time") || has("timestamps")) {
        found.push((name.to_owned(), group));
        return;
    }
    if depth == 0 || *left == 0 {
        return;
    }
    for inner in groups {
        if let Ok(group) = group.group(&inner) {
            find(&format!("{name}/{inner}"), group, depth - 1, left, found);
        }
    }
}

/// A number that a dataset has for an attribute.
fn attribute(dataset: &Dataset, name: &str) -> Option<f64> {
    let attribute = dataset.attribute(name).ok()?;
    attribute.read_as_f64().ok().filter(|number| number.is_finite())
}

fn stream(
    path: &Path,
    hdf5: &Hdf5,
    name: &str,
    group: &Group,
    electrodes: &Electrodes,
) -> Result<Box<dyn Source>> {
    let failed = |problem: String| hdf5.failed(format!("{name}: {problem}"));
    let dataset = group.dataset("data").map_err(|error| failed(error.to_string()))?;
    let stored =
        stored_type(&dataset).ok_or_else(|| failed("its data are no numbers that are read".into()))?;
    let (samples, count) = match *dataset.shape() {
        [samples] => (samples, 1),
        [samples, channels] => (samples, channels),
        ref shape => return Err(failed(format!("data of shape {shape:?} are no recording"))),
    };
    if samples == 0 || count == 0 || count > MAX_CHANNELS {
        return Err(failed(format!("there are {samples} samples of {count} channels")));
    }
    let channels = channels(&dataset, group, count as usize, electrodes);
    let timing = Timing::of(group, samples)
        .ok_or_else(|| failed("it does not say when its samples were taken".into()))?;
    check_shape(count as usize, timing.rate_hz)?;
    let dataset = Arc::new(dataset);
    let mut placed = Vec::new();
    for (number, (clock, first)) in timing.runs.iter().enumerate() {
        let end = timing.runs.get(number + 1).map_or(samples, |(_, next)| *next);
        let info = Info {
            format: FORMAT,
            channels: shifted(channels.clone(), stored),
            samples: end - first,
            rate_hz: timing.rate_hz,
            stored: stored.to_string(),
            dtype: stored.dtype(),
            layout: Layout::Interleaved,
            segments: vec![Segment {
                samples: 0..end - first,
                start_s: timing.start_s + *clock as f64 / timing.rate_hz,
            }],
            warnings: Vec::new(),
        };
        placed.push(Run {
            clock: *clock,
            source: Box::new(Rows {
                info,
                dataset: dataset.clone(),
                stored,
                first: *first,
                path: path.to_path_buf(),
            }),
        });
    }
    place(placed, Vec::new())
}

/// Channels, with their scale to the unit that the series names, and what is known of their electrodes.
fn channels(dataset: &Dataset, group: &Group, count: usize, electrodes: &Electrodes) -> Vec<Channel> {
    let gain = attribute(dataset, "conversion")
        .filter(|gain| *gain != 0.0)
        .unwrap_or(1.0);
    let offset = attribute(dataset, "offset").unwrap_or(0.0);
    let unit = dataset
        .attribute("unit")
        .and_then(|unit| unit.read_string())
        .unwrap_or_default();
    let unit = match unit.as_str() {
        "volts" | "volt" => "V",
        "amperes" | "ampere" => "A",
        "n/a" | "unknown" => "",
        other => other,
    };
    let each = group.dataset("channel_conversion").ok();
    let each = each
        .and_then(|each| numbers(&each, 0..count as u64))
        .unwrap_or_default();
    let kind = group
        .attribute("neurodata_type")
        .and_then(|kind| kind.read_string())
        .unwrap_or_default();
    let neural = ["ElectricalSeries", "ClampSeries"]
        .iter()
        .any(|neural| kind.ends_with(neural));
    let rows = group.dataset("electrodes").ok();
    let rows = rows
        .and_then(|rows| numbers(&rows, 0..count as u64))
        .unwrap_or_default();
    let channel = |number: usize| {
        let row = rows.get(number).map(|row| *row as usize);
        let name = row.and_then(|row| electrodes.names.get(row).cloned());
        Channel {
            unit: unit.to_owned(),
            gain: gain * each.get(number).copied().unwrap_or(1.0),
            offset,
            kind: if neural {
                ChannelKind::Neural
            } else {
                ChannelKind::Auxiliary
            },
            group: row.and_then(|row| electrodes.groups.get(row).copied()),
            position_um: row.and_then(|row| electrodes.positions_um.get(row).copied()),
            ..Channel::new(name.unwrap_or_else(|| number.to_string()))
        }
    };
    (0..count).map(channel).collect()
}

/// The table of electrodes, as far as it is there.
#[derive(Default)]
struct Electrodes {
    names: Vec<String>,
    groups: Vec<u32>,
    positions_um: Vec<[f32; 2]>,
}

impl Electrodes {
    fn read(hdf5: &Hdf5) -> Self {
        let column = |name: &str| format!("{ELECTRODES}/{name}");
        let names = ["channel_name", "label"]
            .iter()
            .find_map(|name| hdf5.texts(&column(name)));
        let ids = || hdf5.numbers(&column("id")).unwrap_or_default();
        let names = names.unwrap_or_else(|| ids().iter().map(|id| id.to_string()).collect());
        let mut numbers = BTreeMap::new();
        let groups = hdf5.texts(&column("group_name")).unwrap_or_default();
        let groups = groups.into_iter().map(|group| {
            let next = numbers.len() as u32;
            *numbers.entry(group).or_insert(next)
        });
        let groups: Vec<u32> = groups.collect();
        let axis = |names: [&str; 2]| names.iter().find_map(|name| hdf5.numbers(&column(name)));
        let (x, y) = (axis(["rel_x", "x"]), axis(["rel_y", "y"]));
        let positions = x.unwrap_or_default().into_iter().zip(y.unwrap_or_default());
        Self {
            names,
            groups,
            positions_um: positions.map(|(x, y)| [x as f32, y as f32]).collect(),
        }
    }
}

/// When a series' samples were taken.
struct Timing {
    rate_hz: f64,
    /// Of clock 0.
    start_s: f64,
    /// Where the clock, in samples, jumps, and to what.
    runs: Vec<(i64, u64)>,
}

impl Timing {
    fn of(group: &Group, samples: u64) -> Option<Self> {
        if let Ok(starting) = group.dataset("starting_time") {
            return Some(Self {
                rate_hz: attribute(&starting, "rate").filter(|rate| *rate > 0.0)?,
                start_s: starting
                    .read_array::<f64>()
                    .ok()?
                    .iter()
                    .next()
                    .copied()
                    .unwrap_or(0.0),
                runs: vec![(0, 0)],
            });
        }
        let stamps = group.dataset("timestamps").ok()?;
        if stamps.shape().first().copied()? < samples {
            return None;
        }
        let first = numbers(&stamps, 0..samples.min(STAMPS))?;
        let mut steps: Vec<f64> = first.windows(2).map(|pair| pair[1] - pair[0]).collect();
        steps.sort_by(f64::total_cmp);
        let step_s = steps.get(steps.len() / 2).copied().unwrap_or(1.0);
        if !(step_s > 0.0 && step_s.is_finite()) {
            return None;
        }
        let (rate_hz, start_s) = (1.0 / step_s, *first.first()?);
        let clock = |sample: u64| {
            let stamp = numbers(&stamps, sample..sample + 1).and_then(|stamp| stamp.first().copied());
            Ok(stamp.map_or(0, |stamp| ((stamp - start_s) * rate_hz).round() as i64))
        };
        // Digits of time stamps end, so that over a second they may be a sample off.
        let runs = runs_within(samples, 1, 1, (rate_hz as u64).max(1), clock).ok()?;
        Some(Self {
            rate_hz,
            start_s,
            runs,
        })
    }
}

/// The spikes of the table of units.
fn events(path: &Path) -> Result<Vec<Events>> {
    let hdf5 = Hdf5::open(path)?;
    let (Some(times), Some(ends)) = (
        hdf5.numbers("units/spike_times"),
        hdf5.numbers("units/spike_times_index"),
    ) else {
        return Ok(Vec::new());
    };
    let ids = hdf5.numbers("units/id").unwrap_or_default();
    let (mut spikes, mut start) = (Vec::new(), 0);
    for (unit, end) in ends.iter().enumerate() {
        let end = (*end as usize).clamp(start, times.len());
        spikes.extend(times[start..end].iter().map(|time_s| (*time_s, unit)));
        start = end;
    }
    let name_of = |unit: &usize| ids.get(*unit).map_or_else(|| unit.to_string(), f64::to_string);
    Ok(vec![Events::at("units", EventKind::Spikes, spikes, name_of)])
}
