//! SpikeGLX's runs: which files of a folder are one stream, and where each lies on its time axis.
//!
//! A run writes `run_g0_t0.imec0.ap.bin`, `run_g0_t1.imec0.ap.bin` … : gate, trigger, and stream. See
//! <https://billkarsh.github.io/SpikeGLX/Sgl_help/UserManual.html>.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::joined::{Joined, Part};
use super::reader::{Probe, Reader, failed, no_events};
use super::spikeglx::FORMAT;
use super::streams::Streams;
use super::{Source, SpikeGlx};
use crate::{Error, Result};

/// How deep a run's folder is searched for `.bin` files: run, probe, and two to spare.
const MAX_DEPTH: usize = 4;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".bin with its .meta, or a run's folder",
    knows,
    open: open_path,
    events: no_events,
};

fn knows(probe: &Probe) -> bool {
    let mut found = Vec::new();
    is_file(&probe.path)
        || (probe.is_dir && find_bins(&probe.path, MAX_DEPTH, &mut found).is_ok() && !found.is_empty())
}

/// Whether a path has the name of a stream's file.
pub(crate) fn is_file(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("bin" | "meta")) && !path.is_dir()
}

/// All streams of a folder, or the one of a file.
fn open_path(path: &Path) -> Result<Streams> {
    if !path.is_dir() {
        return Ok(Streams::one(
            path,
            Name::of(path).stream,
            Box::new(SpikeGlx::open(path)?),
        ));
    }
    let streams = streams_in(path)?.into_iter();
    let opened = streams.map(|(name, files)| (name, open_files(&files)));
    Streams::gather(FORMAT, path, opened)?
        .ok_or_else(|| failed(FORMAT, path, 0, "there is no .bin in this folder"))
}

/// What a file's name says; ordered by time within a stream.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    run: String,
    /// `imec0.ap`, `nidq`; with the trigger's word where that is no number (`tcat`).
    stream: String,
    gate: u32,
    trigger: u32,
}

impl Name {
    /// The name's parts; a name that has none is a stream of its own.
    fn of(path: &Path) -> Self {
        let stem = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        Self::parse(&stem).unwrap_or(Self {
            run: String::new(),
            stream: stem,
            gate: 0,
            trigger: 0,
        })
    }

    fn parse(stem: &str) -> Option<Self> {
        let (before, stream) = stem.split_once('.').filter(|(before, _)| before.contains("_t"))?;
        let (before, trigger) = before.rsplit_once("_t")?;
        let (run, gate) = before.rsplit_once("_g")?;
        let number = trigger.parse().ok();
        Some(Self {
            run: run.to_owned(),
            stream: match number {
                Some(_) => stream.to_owned(),
                None => format!("t{trigger}.{stream}"),
            },
            gate: gate.parse().ok()?,
            trigger: number.unwrap_or(0),
        })
    }
}

/// The `.bin` files in a folder, stream by stream, those of a stream in the order of time.
///
/// Streams of several runs have the run in their name, too.
fn streams_in(folder: &Path) -> Result<Vec<(String, Vec<PathBuf>)>> {
    let mut found = Vec::new();
    find_bins(folder, MAX_DEPTH, &mut found)?;
    let mut streams: BTreeMap<(String, String), Vec<(Name, PathBuf)>> = BTreeMap::new();
    for path in found {
        let name = Name::of(&path);
        let key = (name.run.clone(), name.stream.clone());
        streams.entry(key).or_default().push((name, path));
    }
    let first_run = streams.keys().next().map(|(run, _)| run.clone());
    let one_run = streams.keys().all(|(run, _)| Some(run) == first_run.as_ref());
    let named = |((run, stream), mut files): ((String, String), Vec<(Name, PathBuf)>)| {
        files.sort();
        let name = if one_run || run.is_empty() {
            stream
        } else {
            format!("{run}.{stream}")
        };
        (name, files.into_iter().map(|(_, path)| path).collect())
    };
    Ok(streams.into_iter().map(named).collect())
}

/// The files of one stream as one recording, or one file as it is.
///
/// Each lies where its `firstSample` says. Triggers may overlap by some samples, which are then taken from the earlier file.
pub(crate) fn open_files(files: &[PathBuf]) -> Result<Box<dyn Source>> {
    let mut opened = Vec::new();
    for file in files {
        opened.push(SpikeGlx::open(file)?);
    }
    if opened.len() == 1
        && let Some(only) = opened.pop()
    {
        return Ok(Box::new(only));
    }
    let runs: Vec<String> = files.iter().map(|file| Name::of(file).run).collect();
    let one_run = runs.iter().all(|run| *run == runs[0]) && !runs[0].is_empty();
    let known: Option<Vec<u64>> = opened.iter().map(|file| file.meta().first_sample).collect();
    let known = known.filter(|first| one_run && first.is_sorted());
    let Some(known) = known else {
        let sources = opened
            .into_iter()
            .map(|source| Box::new(source) as Box<dyn Source>);
        let warning = "the files do not say where they lie on one clock (firstSample of one run): they are shown one \
                       right after another";
        let joined = Joined::back_to_back(sources.collect())?;
        return Ok(Box::new(joined.with_warnings([warning.to_owned()])));
    };
    let (mut parts, mut warnings, mut end) = (Vec::new(), Vec::new(), 0);
    for ((source, first), file) in opened.into_iter().zip(&known).zip(files) {
        let (start, samples) = (first - known[0], source.info().samples);
        let skip = if parts.is_empty() {
            0
        } else {
            u64::saturating_sub(end, start)
        };
        if skip >= samples {
            return Err(Error::Invalid {
                what: "recordings to join",
                problem: format!("all of {} lies within the file before it", file.display()),
            });
        }
        if skip > 0 {
            warnings.push(format!(
                "{} starts {skip} samples before the file before it ends: they are left out",
                file.display()
            ));
        }
        end = start + samples;
        parts.push(Part {
            source: Box::new(source),
            start: start + skip,
            skip,
        });
    }
    Ok(Box::new(Joined::at(parts)?.with_warnings(warnings)))
}

/// Adds the `.bin` files in `folder` and `depth` levels below; links to folders are not followed.
fn find_bins(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |source| Error::Open {
        path: folder.to_path_buf(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let is_dir = entry.file_type().map_err(failed)?.is_dir();
        if is_dir && depth > 0 {
            find_bins(&path, depth - 1, found)?;
        } else if !is_dir && path.extension().is_some_and(|extension| extension == "bin") {
            found.push(path);
        }
    }
    Ok(())
}
