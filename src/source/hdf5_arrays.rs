//! HDF5 that is no NWB, MATLAB's version 7.3 among it: each dataset of numbers with one axis or two is a stream.
//!
//! The longer axis is time. One number called `fs`, `srate` or the like, a dataset or an attribute, is the rate.

use std::path::Path;
use std::sync::Arc;

use super::arrays::{self, orient, problem_of, rate_of};
use super::hdf5::{Hdf5, Table};
use super::hierarchy::{Array, Hierarchy};
use super::reader::{Reader, no_events};
use super::streams::Streams;
use super::{Layout, Source};
use crate::Result;

const FORMAT: &str = "HDF5";
const MATLAB: &[u8] = b"MATLAB 7.3 MAT-file";
/// How deep groups are looked into, and how many members are; links may lead round and round.
const MAX_DEPTH: usize = 6;
const MAX_MEMBERS: usize = 10_000;
/// Classes of MATLAB's variables that are numbers, by how they begin.
const CLASSES: [&str; 5] = ["double", "single", "int", "uint", "logical"];

pub(crate) const READER: Reader = Reader {
    name: "MAT 7.3, HDF5",
    takes: ".mat, .h5",
    knows: |probe| probe.head.starts_with(MATLAB),
    open: |path| streams(path, &Hdf5::open(path)?),
    events: no_events,
};

/// A dataset by its path, and its axes.
struct Found {
    name: String,
    table: Arc<Table>,
    axes: [u64; 2],
}

/// All datasets that may be signals.
pub(crate) fn streams(path: &Path, file: &Hdf5) -> Result<Streams> {
    let mut search = Search::default();
    search.look(file, "", MAX_DEPTH);
    let Search {
        found,
        numbers,
        mut left_out,
        ..
    } = search;
    let longest = found.iter().map(|found| orient(found.axes).0).max().unwrap_or(0);
    let mut opened = Vec::new();
    for Found { name, table, axes } in found {
        if let Some(problem) = problem_of(axes, longest) {
            left_out.push(format!("{name} is left out: {problem}"));
            continue;
        }
        let rate_hz = rate_of(&name, &numbers);
        opened.push((name, stream(file, table, axes, rate_hz)));
    }
    let streams = Streams::gather(FORMAT, path, opened)?;
    let mut streams =
        streams.ok_or_else(|| file.failed(format!("it holds no signals. {}", left_out.join("; "))))?;
    streams.warnings.extend(left_out);
    Ok(streams)
}

/// What is found among groups.
#[derive(Default)]
struct Search {
    found: Vec<Found>,
    numbers: Vec<(String, f64)>,
    left_out: Vec<String>,
    seen: usize,
}

impl Search {
    fn look(&mut self, file: &Hdf5, group: &str, depth: usize) {
        let Some((groups, datasets)) = file.members(group) else {
            return;
        };
        let path = |member: &str| match group {
            "" => member.to_owned(),
            _ => format!("{group}/{member}"),
        };
        let attributes = file.attributes(group).into_iter();
        self.numbers
            .extend(attributes.map(|(name, value)| (path(&name), value)));
        for member in datasets {
            self.seen += 1;
            if self.seen > MAX_MEMBERS {
                return;
            }
            if let Ok(table) = file.table(&path(&member)) {
                self.dataset(path(&member), table);
            }
        }
        // Names that begin so are MATLAB's own.
        for member in groups
            .iter()
            .filter(|member| !member.starts_with('#') && depth > 0)
        {
            self.seen += 1;
            if self.seen > MAX_MEMBERS {
                return;
            }
            self.look(file, &path(member), depth - 1);
        }
    }

    fn dataset(&mut self, name: String, table: Arc<Table>) {
        let class = table.text("MATLAB_class");
        let is_number = |class: String| CLASSES.iter().any(|begin| class.starts_with(begin));
        if !class.is_none_or(is_number) {
            return;
        }
        let axes = match *table.shape() {
            [samples] => [samples, 1],
            [first, last] => [first, last],
            ref shape => {
                self.left_out.push(format!(
                    "{name} is left out: its axes are {shape:?}, not one or two"
                ));
                return;
            }
        };
        if axes == [1, 1] {
            let value = table.numbers(0..1).and_then(|values| values.first().copied());
            self.numbers.extend(value.map(|value| (name, value)));
        } else if table.stored().is_some() {
            let group = name
                .rsplit_once('/')
                .map_or(String::new(), |(group, _)| format!("{group}/"));
            let attributes = table.attributes().into_iter();
            self.numbers
                .extend(attributes.map(|(attribute, value)| (format!("{group}{attribute}"), value)));
            self.found.push(Found { name, table, axes });
        } else {
            self.left_out
                .push(format!("{name} is left out: its type is not read"));
        }
    }
}

fn stream(file: &Hdf5, table: Arc<Table>, axes: [u64; 2], rate_hz: Option<f64>) -> Result<Box<dyn Source>> {
    let stored = table.stored();
    let stored = stored.ok_or_else(|| file.failed("its type is not read".into()))?;
    let (samples, channels, time_first) = orient(axes);
    let layout = if time_first {
        Layout::Interleaved
    } else {
        Layout::Planar
    };
    table.recording(arrays::info(FORMAT, (samples, channels), stored, layout, rate_hz))
}
