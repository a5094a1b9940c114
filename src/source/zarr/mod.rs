//! Zarr, versions 2 and 3: arrays in chunks, in a folder; alone, in groups, or as NWB and SpikeInterface write them.
//!
//! <https://zarr-specs.readthedocs.io>. An array of one axis is a channel, of two axes channels and time. Which is time is said
//! by the names of the axes (`dimension_names`, or the attributes `_ARRAY_DIMENSIONS` or `dims`); without them it is the longer
//! one, the first if they are equal. Each array of a group is a stream, called by its path.
//!
//! Zarr itself does not say how fast samples were taken, or in what unit: attributes do, of the array or, where it has none, of
//! the groups above it. Names that are in use are known:
//!
//! | what | attributes, one for all channels or a list |
//! |---|---|
//! | samples a second | `sampling_frequency`, `sampling_rate`, `sample_rate`, `rate_hz`, `rate`, `sfreq`, `fs` and their like |
//! | seconds of the first sample | `t_start`, `starting_time`, `start_s` |
//! | scale to µV | `gain_to_uV` and `offset_to_uV`, or `gain_uV` and `offset_uV` |
//! | scale to `units` or `unit` | `gains` and `offsets`, `conversion` and `offset`, or `scale_factor` and `add_offset` |
//! | names of channels | `channel_names`, `channel_ids`, `channels` or `names` |
//!
//! Read are the codecs blosc (with all that is in it), zlib, gzip, zstd, lz4, bz2, and the checksums crc32c, crc32 and adler32;
//! shards; transposition and Fortran's order; the filters `delta`, `fixedscaleoffset`, `astype` and `shuffle`. Chunks that are
//! not there are their fill value. What is said in one place for all arrays (consolidated) is read where an array does not say it.

mod array;
mod attributes;
mod blosc;
mod codec;
mod element;
mod lz;
mod meta;
mod nwb;
mod samples;
mod spikeinterface;
mod tree;

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use self::array::Array;
use self::attributes::Attributes;
use self::tree::{DOCUMENTS, Node, Tree};
use super::described::ASSUMED;
use super::npy::TimeAxis;
use super::plain::shifted;
use super::reader::Reader;
use super::streams::Streams;
use super::{Events, Info, Layout, Segment, Source, check_shape};
use crate::Result;

const FORMAT: &str = "Zarr";
/// How deep groups are looked into, and how many groups and arrays.
const MAX_DEPTH: usize = 8;
const MAX_NODES: usize = 10_000;
/// More channels than any device has; a larger count is the time axis mistaken for them.
const MAX_CHANNELS: u64 = 1 << 20;
/// More samples than are ever taken; chunks that are not there would make up any number of them.
const MAX_SAMPLES: u64 = 1 << 48;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: "a Zarr folder, of NWB and SpikeInterface as well",
    knows: |probe| {
        let name = probe.path.file_name().unwrap_or_default();
        DOCUMENTS.iter().any(|document| match probe.is_dir {
            true => probe.has(document),
            false => name == *document,
        })
    },
    open: |path| streams(path, &Options::default()),
    events,
};

/// What a Zarr array does not say of itself.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Options {
    /// Samples a second of each channel where no attribute says it; without it 1, and a warning.
    pub rate_hz: Option<f64>,
    /// Which axis is time where the axes have no names.
    pub time: TimeAxis,
}

/// Opens all arrays of a store that are recordings: those of an NWB file and SpikeInterface's folders as what they are.
///
/// `path` is the folder of a store, or of a group or an array in it, or the file that describes one.
///
/// # Errors
/// [`Error::Open`](crate::Error::Open) or [`Error::Read`](crate::Error::Read) if it cannot be read;
/// [`Error::Format`](crate::Error::Format) if it is no store of Zarr, or has no array that is a recording.
pub fn streams(path: impl AsRef<Path>, options: &Options) -> Result<Streams> {
    let path = path.as_ref();
    let tree = Tree::open(path)?;
    let mut streams = match kind(&tree)? {
        Store::Nwb => super::nwb::streams(path, &nwb::Nwb::new(tree))?,
        Store::SpikeInterface => spikeinterface::streams(path, &tree)?,
        Store::Plain(node) => plain(path, &tree, node, options)?,
    };
    streams.path = path.to_path_buf();
    Ok(streams)
}

fn events(path: &Path) -> Result<Vec<Events>> {
    let tree = Tree::open(path)?;
    match kind(&tree)? {
        Store::Nwb => super::nwb::events_of(&nwb::Nwb::new(tree)),
        Store::SpikeInterface => spikeinterface::events(&tree),
        Store::Plain(_) => Ok(Vec::new()),
    }
}

/// What a store is.
enum Store {
    Nwb,
    SpikeInterface,
    Plain(Node),
}

fn kind(tree: &Tree) -> Result<Store> {
    let root = tree.node("")?;
    let root = root.ok_or_else(|| tree.failed("it is described neither as a group nor as an array"))?;
    let Node::Group(attributes) = &root else {
        return Ok(Store::Plain(root));
    };
    Ok(
        if attributes.contains_key("nwb_version") || attributes.contains_key(".specloc") {
            Store::Nwb
        } else if spikeinterface::knows(tree, attributes) {
            Store::SpikeInterface
        } else {
            Store::Plain(root)
        },
    )
}

/// An array that was found: its name, itself, and the attributes of the groups above it, the nearest first.
type Found = (String, Result<Arc<Array>>, Vec<Map<String, Value>>);

fn plain(path: &Path, tree: &Tree, root: Node, options: &Options) -> Result<Streams> {
    let mut found = Vec::new();
    match root {
        Node::Array(array) => found.push((String::new(), Ok(array), Vec::new())),
        Node::Group(attributes) => {
            let mut left = MAX_NODES;
            find(tree, "", &[attributes], MAX_DEPTH, &mut left, &mut found);
        }
    }
    let opened = found.into_iter().map(|(name, array, above)| {
        let source = array.and_then(|array| stream(tree, array, &above, options));
        (name, source)
    });
    let streams = Streams::gather(FORMAT, path, opened)?;
    streams.ok_or_else(|| tree.failed("there is no array in it"))
}

/// Adds the arrays of a group and of the groups in it.
fn find(
    tree: &Tree,
    group: &str,
    above: &[Map<String, Value>],
    depth: usize,
    left: &mut usize,
    found: &mut Vec<Found>,
) {
    for name in tree.names(group) {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let name = match group {
            "" => name,
            group => format!("{group}/{name}"),
        };
        match tree.node(&name) {
            Ok(Some(Node::Group(attributes))) if depth > 0 => {
                let above: Vec<_> = [attributes].into_iter().chain(above.iter().cloned()).collect();
                find(tree, &name, &above, depth - 1, left, found);
            }
            Ok(Some(Node::Array(array))) => found.push((name, Ok(array), above.to_vec())),
            Err(error) => found.push((name, Err(error), Vec::new())),
            Ok(_) => {}
        }
    }
}

/// One array as a recording.
fn stream(
    tree: &Tree,
    array: Arc<Array>,
    above: &[Map<String, Value>],
    options: &Options,
) -> Result<Box<dyn Source>> {
    let mut warnings = Vec::new();
    let (time, warning) = time_axis(&array, options.time)?;
    warnings.extend(warning);
    let (samples, count) = shape(&array, time)?;
    let attributes = Attributes::new(&array.meta.attributes, above);
    let rate_hz = attributes.rate_hz().or(options.rate_hz).unwrap_or_else(|| {
        warnings.push(format!(
            "no attribute says a sampling rate, and none was given: {ASSUMED}"
        ));
        1.0
    });
    let info = Info {
        format: FORMAT,
        channels: attributes.channels(count),
        samples,
        rate_hz,
        segments: vec![Segment {
            samples: 0..samples,
            start_s: attributes.start_s(),
        }],
        ..described(&array)?
    };
    recording(tree, array, Info { warnings, ..info }, time)
}

/// Samples and channels of an array of one axis or two.
fn shape(array: &Array, time: usize) -> Result<(u64, usize)> {
    let shape = &array.meta.shape;
    let (samples, channels) = match shape.len() {
        1 => (shape[0], 1),
        2 => (shape[time], shape[1 - time]),
        _ => return Err(array.failed(format!("an array of shape {shape:?} is no recording"))),
    };
    if !(1..=MAX_SAMPLES).contains(&samples) || !(1..=MAX_CHANNELS).contains(&channels) {
        return Err(array.failed(format!("there are {samples} samples of {channels} channels")));
    }
    Ok((samples, channels as usize))
}

/// What follows from an array's type; the rest is empty.
fn described(array: &Array) -> Result<Info> {
    let stored = array.meta.element.stored();
    let stored = stored
        .ok_or_else(|| array.failed("its values are no numbers of samples: 8 or 16 bits, int32 or floats"))?;
    Ok(Info {
        format: FORMAT,
        channels: Vec::new(),
        samples: 0,
        rate_hz: 0.0,
        stored: stored.to_string(),
        dtype: stored.dtype(),
        layout: Layout::Interleaved,
        segments: Vec::new(),
        warnings: Vec::new(),
    })
}

/// An array as `info` says that it is; offsets of channels are those of stored values.
fn recording(tree: &Tree, array: Arc<Array>, mut info: Info, time: usize) -> Result<Box<dyn Source>> {
    check_shape(info.channels.len(), info.rate_hz)?;
    let stored = array.meta.element.stored();
    let stored = stored.ok_or_else(|| array.failed("its values are no samples"))?;
    info.channels = shifted(info.channels, stored);
    samples::recording(array, tree.root.clone(), info, stored, time)
}

/// Which axis is time, and what is to be said of it.
fn time_axis(array: &Array, wanted: TimeAxis) -> Result<(usize, Option<String>)> {
    const TIMES: [&str; 9] = [
        "time",
        "times",
        "t",
        "sample",
        "samples",
        "frame",
        "frames",
        "num_times",
        "num_samples",
    ];
    const CHANNELS: [&str; 8] = [
        "channel",
        "channels",
        "ch",
        "electrode",
        "electrodes",
        "num_channels",
        "unit",
        "c",
    ];
    let [first, second] = array.meta.shape[..] else {
        return Ok((0, None));
    };
    let is = |axis: usize, names: &[&str]| {
        let name = array.meta.dimensions.get(axis).map(|name| name.to_lowercase());
        name.is_some_and(|name| names.contains(&name.as_str()))
    };
    if is(0, &TIMES) || is(1, &CHANNELS) {
        return Ok((0, None));
    }
    if is(1, &TIMES) || is(0, &CHANNELS) {
        return Ok((1, None));
    }
    Ok(match wanted {
        TimeAxis::First => (0, None),
        TimeAxis::Last => (1, None),
        TimeAxis::Longer if second <= first => (0, None),
        TimeAxis::Longer => (
            1,
            Some(format!(
                "its axes have no names that say which is time: the longer one is taken, {second} samples of {first} channels"
            )),
        ),
    })
}
