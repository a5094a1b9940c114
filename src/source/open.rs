//! A path to a recording, by what is there.

use std::path::{Path, PathBuf};

use super::reader::{Probe, Reader};
use super::streams::Streams;
use super::{
    Joined, Source, abf, blackrock, edf, intan, mtscomp, neuroscope, npy, openephys, spikeglx_run, wav, wfdb,
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

/// The formats, in the order in which they are asked: those that look closest first.
const READERS: [&Reader; 11] = [
    &npy::READER,
    &abf::READER,
    &wav::READER,
    &edf::READER,
    &blackrock::READER,
    &intan::READER,
    &mtscomp::READER,
    &openephys::READER,
    &neuroscope::READER,
    &wfdb::READER,
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
    if let Some(reader) = READERS.iter().find(|reader| (reader.knows)(&probe)) {
        return (reader.open)(&probe.path);
    }
    let known: Vec<String> = READERS
        .iter()
        .map(|reader| format!("{} ({})", reader.name, reader.takes))
        .collect();
    Err(Error::Format {
        format: "recording",
        path: probe.path,
        offset: 0,
        problem: format!(
            "neither its first bytes nor its name are those of a known format. Known are {}. A raw file does not say \
             what it holds: say it (the program's --raw-channels, --rate and --dtype, or `RawFormat`)",
            known.join(", ")
        ),
    })
}
