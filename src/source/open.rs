//! A path to a recording, by what is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::events::Events;
use super::reader::{Probe, Reader, failed};
use super::streams::{Stream, Streams};
use super::{
    Joined, Source, abf, blackrock, csv, edf, flac, intan, mat, mtscomp, neuroscope, nev, npy, openephys,
    openephys_legacy, phy, probe, spikeglx_run, spikeinterface, wav, wfdb,
};
use crate::{Error, Result};

/// Opens the recording at `path`; of several streams the one that is meant ([`Streams::main`]).
///
/// For options, open the format's own type.
///
/// # Errors
/// Those of [`streams`] and of [`Streams::main`].
pub fn open(path: impl AsRef<Path>) -> Result<Box<dyn Source>> {
    streams(path)?.main()
}

/// Opens several files as one recording, in the given order.
///
/// SpikeGLX files of one run lie where their `.meta` says, with gaps between them; all others one right after another.
///
/// # Errors
/// [`Error::Invalid`] without paths or if shapes differ, and those of [`open`] and of [`Joined`].
pub fn open_all<P: AsRef<Path>>(paths: &[P]) -> Result<Box<dyn Source>> {
    if let [path] = paths {
        return open(path);
    }
    if paths.iter().all(|path| spikeglx_run::is_file(path.as_ref())) && !paths.is_empty() {
        let paths: Vec<PathBuf> = paths.iter().map(|path| path.as_ref().to_path_buf()).collect();
        return spikeglx_run::open_files(&paths);
    }
    let sources = paths.iter().map(open).collect::<Result<_>>()?;
    Ok(Box::new(Joined::back_to_back(sources)?))
}

/// Files that are looked at in a folder that no format knows.
const MAX_FILES: usize = 1000;
/// The formats, in the order in which they are asked: those that look closest first.
const READERS: &[&Reader] = &[
    &npy::READER,
    #[cfg(feature = "nwb")]
    &super::nwb::READER,
    #[cfg(feature = "nwb")]
    &super::hdf5_arrays::READER,
    #[cfg(feature = "zarr")]
    &super::zarr::READER,
    #[cfg(feature = "tables")]
    &super::parquet::READER,
    #[cfg(feature = "tables")]
    &super::arrow::READER,
    &abf::READER,
    &wav::READER,
    &flac::READER,
    &edf::READER,
    &blackrock::READER,
    &nev::READER,
    &intan::READER,
    &mtscomp::READER,
    &openephys::READER,
    &openephys_legacy::READER,
    &spikeinterface::READER,
    &phy::READER,
    &neuroscope::READER,
    &wfdb::READER,
    &mat::READER,
    &csv::READER,
    &spikeglx_run::READER,
];

/// Opens all that is at `path`, of whatever format that this crate reads.
///
/// Formats are told by a file's first bytes where those tell, else by its name and what lies beside it.
///
/// # Errors
/// [`Error::Format`] if the format is not known, and those of the format's own `open`.
pub fn streams(path: impl AsRef<Path>) -> Result<Streams> {
    let probe = Probe::new(path.as_ref())?;
    if let Some(reader) = reader(&probe) {
        return opened(reader, probe.path);
    }
    let known: Vec<String> = READERS
        .iter()
        .map(|reader| format!("{} ({})", reader.name, reader.takes))
        .collect();
    let known = known.join(", ");
    if probe.is_dir {
        return folder(&probe)?.ok_or_else(|| {
            unknown(
                &probe,
                format!("there is no recording in this folder. Known are {known}"),
            )
        });
    }
    Err(unknown(
        &probe,
        format!(
            "neither its first bytes nor its name are those of a known format. Known are {known}. A raw file does not say \
             what it holds: say it (the program's --raw-channels, --rate and --dtype, or `RawFormat`)"
        ),
    ))
}

/// Reads all events at `path`: spikes, edges, annotations, epochs; none where the format has none.
///
/// A folder that [`streams`] takes for one of several recordings has those of each. Takes memory for all of them, some 20 bytes
/// an event.
///
/// # Errors
/// Those of [`streams`], and [`Error::Format`] where events are damaged.
pub fn events(path: impl AsRef<Path>) -> Result<Vec<Events>> {
    let probe = Probe::new(path.as_ref())?;
    if let Some(reader) = reader(&probe) {
        return (reader.events)(&probe.path).map_err(|error| in_file(error, reader, &probe.path));
    }
    let mut found = Vec::new();
    for name in probe.names.iter().take(MAX_FILES) {
        let Ok(inside) = Probe::new(&probe.path.join(name)) else {
            continue;
        };
        if let Some(reader) = reader(&inside).filter(|_| !inside.is_dir) {
            // A table of samples is no table of events.
            for events in (reader.events)(&inside.path).unwrap_or_default() {
                found.push(Events {
                    name: format!("{name}/{}", events.name),
                    ..events
                });
            }
        }
    }
    Ok(found)
}

fn reader(probe: &Probe) -> Option<&'static Reader> {
    READERS.iter().copied().find(|reader| (reader.knows)(probe))
}

fn opened(reader: &Reader, path: PathBuf) -> Result<Streams> {
    let streams = (reader.open)(&path).map_err(|error| in_file(error, reader, &path))?;
    match probe::Probe::beside(&path) {
        Some(Ok(probe)) => placed(streams, &probe),
        Some(Err(error)) => {
            let warning = format!("the places of electrodes are not known: {error}");
            Ok(Streams {
                warnings: streams.warnings.into_iter().chain([warning]).collect(),
                ..streams
            })
        }
        None => Ok(streams),
    }
}

/// Streams, those that do not say where their electrodes are with what the probe beside them says.
fn placed(mut streams: Streams, probe: &probe::Probe) -> Result<Streams> {
    let mut list = Vec::new();
    let some = |stream: &Stream| {
        let channels = &stream.source.info().channels;
        probe.suits(channels) || channels.iter().any(|channel| channel.position_um.is_some())
    };
    if !streams.list.iter().any(some) {
        let warning = "the probe beside it is wired to channels that it has not: it is left out";
        streams.warnings.push(warning.into());
    }
    for stream in streams.list {
        let suits = probe.suits(&stream.source.info().channels);
        list.push(Stream {
            source: if suits {
                probe.place(stream.source)?
            } else {
                stream.source
            },
            ..stream
        });
    }
    streams.list = list;
    Ok(streams)
}

/// An error that names the file: what does not fit together does not know of which.
fn in_file(error: Error, reader: &Reader, path: &Path) -> Error {
    match error {
        Error::Invalid { what, problem } => failed(reader.name, path, 0, format!("{what}: {problem}")),
        other => other,
    }
}

fn unknown(probe: &Probe, problem: String) -> Error {
    failed("recording", &probe.path, 0, problem)
}

/// The recordings in a folder that is no recording itself, each by its file's name; folders in it are not looked at.
fn folder(probe: &Probe) -> Result<Option<Streams>> {
    let mut streams: Vec<(String, Result<Box<dyn Source>>)> = Vec::new();
    let mut seen = BTreeSet::new();
    for name in probe.names.iter().take(MAX_FILES) {
        let path = probe.path.join(name);
        // What cannot be looked at, as a link to nothing, is no recording.
        let Ok(inside) = Probe::new(&path) else { continue };
        let Some(reader) = reader(&inside).filter(|_| !inside.is_dir) else {
            continue;
        };
        match opened(reader, path) {
            Ok(opened) => {
                for stream in opened.list {
                    // A description and what it describes open the same.
                    let of = (stream.source.files(), stream.name.clone());
                    if !of.0.is_empty() && !seen.insert(of) {
                        continue;
                    }
                    let name = match stream.name.as_str() {
                        "" => name.clone(),
                        inner => format!("{name}/{inner}"),
                    };
                    streams.push((name, Ok(stream.source)));
                }
            }
            Err(error) => streams.push((name.clone(), Err(error))),
        }
    }
    Streams::gather("folder", &probe.path, streams)
}
