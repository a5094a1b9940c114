//! A path to a recording, by what is there.

use std::path::Path;

use super::file::DataFile;
use super::{Npy, Source, SpikeGlx, npy};
use crate::{Error, Result};

/// Opens the recording at `path`: a SpikeGLX `.bin`, `.meta` or folder, or an NPY file.
///
/// NPY files are told by their first bytes, SpikeGLX by its name. For options, open the format's own type.
///
/// # Errors
/// [`Error::Format`] if the format is not known, and those of the format's own `open`.
pub fn open(path: impl AsRef<Path>) -> Result<Box<dyn Source>> {
    let path = path.as_ref();
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .map(str::to_lowercase);
    if path.is_dir() || matches!(extension.as_deref(), Some("bin" | "meta")) {
        return Ok(Box::new(SpikeGlx::open(path)?));
    }
    let file = DataFile::open(path)?;
    let magic = npy::MAGIC;
    let start = file.read_vec(
        0,
        magic.len().min(usize::try_from(file.len()).unwrap_or(usize::MAX)),
    )?;
    if start == magic {
        return Ok(Box::new(Npy::open(path, npy::Options::default())?));
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
