//! SpikeGLX: a headerless `.bin` of interleaved 16-bit integers, and a `.meta` beside it that says what they are.

use std::fs;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::file::DataFile;
use super::flat::{Flat, whole_samples};
use super::stored::StoredType;
use super::{Info, Layout, Source, check_read};
use crate::{Error, Result};

pub use super::spikeglx_meta::{Device, Meta};

pub(crate) const FORMAT: &str = "SpikeGLX";
/// How deep a run's folder is searched for `.bin` files: run, probe, and two to spare.
const MAX_DEPTH: usize = 4;
/// How many files a message lists.
const MAX_LISTED: usize = 16;

/// An open SpikeGLX stream.
///
/// The number of samples is that of the real `.bin`: the size in the `.meta` is often stale.
#[derive(Debug)]
pub struct SpikeGlx {
    info: Info,
    flat: Flat,
    meta: Meta,
}

impl SpikeGlx {
    /// Opens a stream by its `.bin`, its `.meta`, or a folder that holds one `.bin`, at most four levels down.
    ///
    /// # Errors
    /// [`Error::Open`] if either file is missing or cannot be opened; [`Error::Format`] if the `.meta` cannot be
    /// understood, the `.bin` holds no whole sample, or a folder holds none or several, which are then listed.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bin = if path.is_dir() {
            only_bin(path)?
        } else if path.extension().is_some_and(|extension| extension == "meta") {
            path.with_extension("bin")
        } else {
            path.to_path_buf()
        };
        let file = DataFile::open(&bin)?;
        let meta = Meta::open(bin.with_extension("meta"))?;
        let stored = StoredType::I16_LE;
        let (samples, cut) = whole_samples(file.len(), meta.channels.len(), stored);
        if samples == 0 {
            return Err(Error::Format {
                format: FORMAT,
                path: bin,
                offset: 0,
                problem: format!(
                    "there is no whole sample of {} channels in {} bytes",
                    meta.channels.len(),
                    file.len()
                ),
            });
        }
        let stale = meta.file_bytes.filter(|bytes| *bytes != file.len()).map(|bytes| {
            format!(
                "the .meta says {bytes} bytes, the .bin has {}: the .bin is believed",
                file.len()
            )
        });
        let info = Info {
            format: FORMAT,
            channels: meta.channels.clone(),
            samples,
            rate_hz: meta.rate_hz,
            stored: stored.to_string(),
            dtype: stored.dtype(),
            layout: Layout::Interleaved,
            warnings: stale.into_iter().chain(cut).collect(),
        };
        let channels = info.channels.len();
        let flat = Flat {
            file,
            offset: 0,
            stored,
            channels,
            samples,
            layout: Layout::Interleaved,
        };
        Ok(Self { info, flat, meta })
    }

    /// What the `.meta` says.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }
}

impl Source for SpikeGlx {
    fn info(&self) -> &Info {
        &self.info
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        self.flat.read(&span, into)
    }

    fn files(&self) -> Vec<PathBuf> {
        vec![self.flat.file.path().to_path_buf()]
    }
}

/// The one `.bin` in a folder.
fn only_bin(folder: &Path) -> Result<PathBuf> {
    let mut found = Vec::new();
    find_bins(folder, MAX_DEPTH, &mut found)?;
    found.sort();
    let problem = match found.as_slice() {
        [only] => return Ok(only.clone()),
        [] => "there is no .bin in this folder".to_owned(),
        several => {
            let listed = several
                .iter()
                .take(MAX_LISTED)
                .map(|path| format!("\n  {}", path.display()));
            let more = several.len().saturating_sub(MAX_LISTED);
            let more = if more > 0 {
                format!("\n  and {more} more")
            } else {
                String::new()
            };
            format!(
                "{} streams are in this folder; open one of\n{}{more}\n",
                several.len(),
                listed.collect::<String>()
            )
        }
    };
    Err(Error::Format {
        format: FORMAT,
        path: folder.to_path_buf(),
        offset: 0,
        problem,
    })
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
