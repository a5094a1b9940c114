//! A path to a recording, by what is there.

use std::path::{Path, PathBuf};

use super::file::DataFile;
use super::streams::Streams;
use super::{Joined, Npy, Source, SpikeGlx, npy, spikeglx, spikeglx_run};
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
    if paths.iter().all(|path| is_spikeglx(path.as_ref())) && !paths.is_empty() {
        let paths: Vec<PathBuf> = paths.iter().map(|path| path.as_ref().to_path_buf()).collect();
        return spikeglx_run::open_files(&paths);
    }
    let sources = paths.iter().map(open).collect::<Result<_>>()?;
    Ok(Box::new(Joined::back_to_back(sources)?))
}

/// Opens all that is at `path`: a SpikeGLX `.bin`, `.meta` or run's folder, or an NPY file.
///
/// NPY files are told by their first bytes, SpikeGLX by its name.
///
/// # Errors
/// [`Error::Format`] if the format is not known, and those of the format's own `open`.
pub fn streams(path: impl AsRef<Path>) -> Result<Streams> {
    let path = path.as_ref();
    if path.is_dir() {
        return folder(path);
    }
    if is_spikeglx(path) {
        return Ok(Streams::one(path, "", Box::new(SpikeGlx::open(path)?)));
    }
    let file = DataFile::open(path)?;
    let magic = npy::MAGIC;
    let start = file.read_vec(
        0,
        magic.len().min(usize::try_from(file.len()).unwrap_or(usize::MAX)),
    )?;
    if start == magic {
        let npy = Npy::open(path, npy::Options::default())?;
        return Ok(Streams::one(path, "", Box::new(npy)));
    }
    Err(Error::Format {
        format: "recording",
        path: path.to_path_buf(),
        offset: 0,
        problem: "neither its first bytes nor its name are those of a known format. Known are SpikeGLX (.bin with its \
                  .meta) and NPY (.npy). A raw file does not say what it holds: say it (the program's \
                  --raw-channels, --rate and --dtype, or `RawFormat`)"
            .into(),
    })
}

/// The extension, in lower case; empty without.
fn extension(path: &Path) -> String {
    let extension = path.extension().map(|extension| extension.to_string_lossy());
    extension.unwrap_or_default().to_lowercase()
}

fn is_spikeglx(path: &Path) -> bool {
    matches!(extension(path).as_str(), "bin" | "meta") && !path.is_dir()
}

fn folder(path: &Path) -> Result<Streams> {
    let streams = spikeglx_run::streams_in(path)?.into_iter();
    let opened = streams.map(|(name, files)| (name, spikeglx_run::open_files(&files)));
    Streams::gather(spikeglx::FORMAT, path, opened)?.ok_or_else(|| Error::Format {
        format: spikeglx::FORMAT,
        path: path.to_path_buf(),
        offset: 0,
        problem: "there is no .bin in this folder".into(),
    })
}
