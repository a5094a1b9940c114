//! NWB, Neurodata Without Borders, in HDF5 or Zarr: each series that has samples is a stream.
//!
//! <https://nwb-schema.readthedocs.io>. Series with a rate are even; of those with a time stamp for each sample the usual step
//! is the rate, and where time stamps jump there are gaps.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::events::{EventKind, Events};
use super::gaps::{Run, place, runs_within};
#[cfg(feature = "nwb")]
use super::hdf5::Hdf5;
#[cfg(feature = "nwb")]
use super::hdf5_arrays;
use super::hierarchy::{Array, Hierarchy};
use super::plain::shifted;
#[cfg(feature = "nwb")]
use super::reader::Reader;
use super::streams::Streams;
use super::stretch::Stretch;
use super::{Channel, ChannelKind, Info, Layout, Segment, Source, check_shape};
use crate::Result;

const FORMAT: &str = "NWB";
/// Where series are.
const PLACES: [&str; 4] = ["acquisition", "processing", "stimulus", "analysis"];
/// How deep groups are looked into, and how many; links may lead round and round.
const MAX_DEPTH: usize = 6;
const MAX_GROUPS: usize = 10_000;
const MAX_CHANNELS: u64 = 1 << 20;
/// Time stamps from which the usual step is taken.
const STAMPS: u64 = 4096;
const ELECTRODES: &str = "general/extracellular_ephys/electrodes";

#[cfg(feature = "nwb")]
pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".nwb",
    knows: |probe| probe.head.starts_with(b"\x89HDF\r\n\x1a\n"),
    open,
    events: |path| events_of(&Hdf5::open(path)?),
};

#[cfg(feature = "nwb")]
fn open(path: &Path) -> Result<Streams> {
    let file = Hdf5::open(path)?;
    let is_nwb = || file.text("", "nwb_version").is_some() || file.texts("nwb_version").is_some();
    let series = series(&file);
    // Other HDF5 has signals in its own way.
    if series.is_empty() && !is_nwb() {
        return hdf5_arrays::streams(path, &file);
    }
    streams_of(path, &file, &series)
}

/// All series of a file.
#[cfg(feature = "zarr")]
pub(crate) fn streams(path: &Path, file: &dyn Hierarchy) -> Result<Streams> {
    streams_of(path, file, &series(file))
}

/// The names of all series.
fn series(file: &dyn Hierarchy) -> Vec<String> {
    let mut series = Vec::new();
    let mut left = MAX_GROUPS;
    for place in PLACES {
        find(file, place, MAX_DEPTH, &mut left, &mut series);
    }
    series
}

fn streams_of(path: &Path, file: &dyn Hierarchy, series: &[String]) -> Result<Streams> {
    let electrodes = Electrodes::read(file);
    let opened = series
        .iter()
        .map(|name| (name.clone(), stream(file, name, &electrodes)));
    let streams = Streams::gather(FORMAT, path, opened)?;
    let mut streams = streams.ok_or_else(|| file.failed("it has no series with samples".into()))?;
    let started = file.texts("session_start_time");
    streams.started = started.and_then(|started| started.into_iter().next());
    Ok(streams)
}

/// Adds the groups in one, or itself, that hold samples.
fn find(file: &dyn Hierarchy, name: &str, depth: usize, left: &mut usize, found: &mut Vec<String>) {
    *left = left.saturating_sub(1);
    let Some((groups, arrays)) = file.members(name) else {
        return;
    };
    let has = |wanted: &str| arrays.iter().any(|array| array == wanted);
    if has("data") && (has("starting_time") || has("timestamps")) {
        found.push(name.to_owned());
        return;
    }
    if depth == 0 || *left == 0 {
        return;
    }
    for inner in groups {
        find(file, &format!("{name}/{inner}"), depth - 1, left, found);
    }
}

fn stream(file: &dyn Hierarchy, name: &str, electrodes: &Electrodes) -> Result<Box<dyn Source>> {
    let failed = |problem: String| file.failed(format!("{name}: {problem}"));
    let data = file
        .array(&format!("{name}/data"))
        .map_err(|error| failed(error.to_string()))?;
    let stored = data
        .stored()
        .ok_or_else(|| failed("its data are no numbers that are read".into()))?;
    let (samples, count) = match *data.shape() {
        [samples] => (samples, 1),
        [samples, channels] => (samples, channels),
        ref shape => return Err(failed(format!("data of shape {shape:?} are no recording"))),
    };
    if samples == 0 || count == 0 || count > MAX_CHANNELS {
        return Err(failed(format!("there are {samples} samples of {count} channels")));
    }
    let channels = channels(data.as_ref(), file, name, count as usize, electrodes);
    let timing = Timing::of(file, name, samples)
        .ok_or_else(|| failed("it does not say when its samples were taken".into()))?;
    check_shape(count as usize, timing.rate_hz)?;
    let info = |first: u64, end: u64, clock: i64| Info {
        format: FORMAT,
        channels: shifted(channels.clone(), stored),
        samples: end - first,
        rate_hz: timing.rate_hz,
        stored: stored.to_string(),
        dtype: stored.dtype(),
        layout: Layout::Interleaved,
        segments: vec![Segment {
            samples: 0..end - first,
            start_s: timing.start_s + clock as f64 / timing.rate_hz,
        }],
        warnings: Vec::new(),
    };
    let whole = data.recording(info(0, samples, 0))?;
    if timing.runs.len() == 1 {
        return Ok(whole);
    }
    let whole: Arc<dyn Source> = whole.into();
    let mut placed = Vec::new();
    for (number, (clock, first)) in timing.runs.iter().enumerate() {
        let end = timing.runs.get(number + 1).map_or(samples, |(_, next)| *next);
        let stretch = Stretch {
            info: info(*first, end, *clock),
            source: whole.clone(),
            first: *first,
        };
        placed.push(Run {
            clock: *clock,
            source: Box::new(stretch),
        });
    }
    place(placed, Vec::new())
}

/// Channels, with their scale to the unit that the series names, and what is known of their electrodes.
fn channels(
    data: &dyn Array,
    file: &dyn Hierarchy,
    name: &str,
    count: usize,
    electrodes: &Electrodes,
) -> Vec<Channel> {
    let gain = data
        .number("conversion")
        .filter(|gain| *gain != 0.0)
        .unwrap_or(1.0);
    let offset = data.number("offset").unwrap_or(0.0);
    let unit = data.text("unit").unwrap_or_default();
    let unit = match unit.as_str() {
        "volts" | "volt" => "V",
        "amperes" | "ampere" => "A",
        "n/a" | "unknown" => "",
        other => other,
    };
    let column = |column: &str| {
        let column = file.array(&format!("{name}/{column}")).ok();
        column
            .and_then(|column| column.numbers(0..count as u64))
            .unwrap_or_default()
    };
    let (each, rows) = (column("channel_conversion"), column("electrodes"));
    let kind = file.text(name, "neurodata_type").unwrap_or_default();
    let neural = ["ElectricalSeries", "ClampSeries"]
        .iter()
        .any(|neural| kind.ends_with(neural));
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
    fn read(file: &dyn Hierarchy) -> Self {
        let column = |name: &str| format!("{ELECTRODES}/{name}");
        let names = ["channel_name", "label"]
            .iter()
            .find_map(|name| file.texts(&column(name)));
        let ids = || file.numbers(&column("id")).unwrap_or_default();
        let names = names.unwrap_or_else(|| ids().iter().map(|id| id.to_string()).collect());
        let mut numbers = BTreeMap::new();
        let groups = file.texts(&column("group_name")).unwrap_or_default();
        let groups = groups.into_iter().map(|group| {
            let next = numbers.len() as u32;
            *numbers.entry(group).or_insert(next)
        });
        let groups: Vec<u32> = groups.collect();
        let axis = |names: [&str; 2]| names.iter().find_map(|name| file.numbers(&column(name)));
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
    fn of(file: &dyn Hierarchy, name: &str, samples: u64) -> Option<Self> {
        if let Ok(starting) = file.array(&format!("{name}/starting_time")) {
            let start_s = match starting.shape() {
                [] => starting.numbers(0..1)?,
                _ => starting.numbers(0..starting.shape()[0].min(1))?,
            };
            return Some(Self {
                rate_hz: starting.number("rate").filter(|rate| *rate > 0.0)?,
                start_s: start_s.first().copied().unwrap_or(0.0),
                runs: vec![(0, 0)],
            });
        }
        let stamps = file.array(&format!("{name}/timestamps")).ok()?;
        if stamps.shape().first().copied()? < samples {
            return None;
        }
        let first = stamps.numbers(0..samples.min(STAMPS))?;
        let mut steps: Vec<f64> = first.windows(2).map(|pair| pair[1] - pair[0]).collect();
        steps.sort_by(f64::total_cmp);
        let step_s = steps.get(steps.len() / 2).copied().unwrap_or(1.0);
        if !(step_s > 0.0 && step_s.is_finite()) {
            return None;
        }
        let (rate_hz, start_s) = (1.0 / step_s, *first.first()?);
        let clock = |sample: u64| {
            let stamp = stamps
                .numbers(sample..sample + 1)
                .and_then(|stamp| stamp.first().copied());
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
pub(crate) fn events_of(file: &dyn Hierarchy) -> Result<Vec<Events>> {
    let (Some(times), Some(ends)) = (
        file.numbers("units/spike_times"),
        file.numbers("units/spike_times_index"),
    ) else {
        return Ok(Vec::new());
    };
    let ids = file.numbers("units/id").unwrap_or_default();
    let (mut spikes, mut start) = (Vec::new(), 0);
    for (unit, end) in ends.iter().enumerate() {
        let end = (*end as usize).clamp(start, times.len());
        spikes.extend(times[start..end].iter().map(|time_s| (*time_s, unit)));
        start = end;
    }
    let name_of = |unit: &usize| ids.get(*unit).map_or_else(|| unit.to_string(), f64::to_string);
    Ok(vec![Events::at("units", EventKind::Spikes, spikes, name_of)])
}
