//! Which recording a sidecar belongs to, and how the group's attributes say so.

use std::fs;
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::cut::Cut;
use crate::abi::{FANOUT, LEAF};
use crate::pyramid::Geometry;
use crate::source::{Dtype, Layout, Owned, Samples, Source};
use crate::{Error, Result};

/// The version of the format. Another one is not read.
pub(super) const VERSION: u64 = 2;
/// Places of a recording that are read to recognise it.
const PLACES: u64 = 64;
/// Bytes that are read at each, or one sample of all channels.
const PLACE_BYTES: u64 = 4096;

/// What tells one recording from another: the shape of its samples, its files, and some of its samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) geometry: Geometry,
    files: Vec<FileFacts>,
    /// SHA-256 of the samples at some places.
    hash: String,
}

/// A file without its folder, so that a recording moves together with its sidecar.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FileFacts {
    name: String,
    bytes: u64,
    /// Nanoseconds since 1970.
    modified_ns: i64,
}

impl Identity {
    /// Of a source as it is now. Cost: 64 reads of 4 KiB, or about 512 reads where each channel lies on its own.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the source is in no file; those of [`Source::read`].
    pub(super) fn of(source: &dyn Source) -> Result<Self> {
        Ok(Self {
            geometry: Geometry::new(source.info()),
            files: facts(source)?,
            hash: hash(source)?,
        })
    }

    /// Whether the files are still as they were.
    ///
    /// # Errors
    /// [`Error::Invalid`] if they are not, [`Error::Open`] if they are gone.
    pub(super) fn still_holds(&self, source: &dyn Source) -> Result<()> {
        let now = facts(source)?;
        if now == self.files {
            return Ok(());
        }
        Err(Error::Invalid {
            what: "recording",
            problem: "it has changed while its sidecar was built; build it again when nothing writes to it"
                .into(),
        })
    }

    /// The group's attributes.
    pub(super) fn attributes(&self, cut: Cut) -> Value {
        let files = self.files.iter();
        let files: Vec<Value> = files
            .map(|file| json!({"name": file.name, "bytes": file.bytes, "modified_ns": file.modified_ns}))
            .collect();
        json!({"galvani": {
            "version": VERSION,
            "leaf": LEAF,
            "fanout": FANOUT,
            "samples": self.geometry.samples,
            "channels": self.geometry.channels,
            "dtype": dtype_name(self.geometry.dtype),
            "block_nodes": 1_u64 << cut.block_shift,
            "stretch_levels": cut.top + 1,
            "source": {"files": files, "sha256": self.hash},
        }})
    }

    /// Why attributes are not of this recording, or how its sidecar is cut.
    pub(super) fn matches(&self, attributes: &Value) -> std::result::Result<Cut, String> {
        let told = &attributes["galvani"];
        match told["version"].as_u64() {
            None => return Err("it is no sidecar of galvani's".into()),
            Some(VERSION) => {}
            Some(other) => return Err(format!("it is of version {other}, this reads version {VERSION}")),
        }
        let number = |name: &str, from: std::ops::RangeInclusive<u64>| {
            told[name]
                .as_u64()
                .filter(|value| from.contains(value))
                .ok_or_else(|| format!("its attribute {name:?} is {}", told[name]))
        };
        let cut = Cut {
            block_shift: number("block_nodes", 1..=1 << 24)?.ilog2(),
            top: number("stretch_levels", 1..=5)? as u32 - 1,
        };
        // All that follows from the recording and the cut, so that nothing is compared twice or forgotten.
        if *attributes == self.attributes(cut) {
            Ok(cut)
        } else {
            Err("the recording has changed since it was built, or is read in another way".into())
        }
    }
}

pub(super) fn dtype_name(dtype: Dtype) -> &'static str {
    match dtype {
        Dtype::I16 => "int16",
        Dtype::F32 => "float32",
    }
}

fn facts(source: &dyn Source) -> Result<Vec<FileFacts>> {
    let files = source.files();
    if files.is_empty() {
        return Err(Error::Invalid {
            what: "recording",
            problem: "it is in no file, so there can be no sidecar of it".into(),
        });
    }
    let facts = files.into_iter().map(|path| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let facts = fs::metadata(&path).map_err(|source| Error::Open { path, source })?;
        let modified = facts.modified().ok();
        let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(FileFacts {
            name,
            bytes: facts.len(),
            modified_ns: since.map_or(0, |since| since.as_nanos() as i64),
        })
    });
    facts.collect()
}

/// SHA-256 of the samples, little-endian, at places spread evenly from the first sample to the last.
///
/// What is hashed is what the source gives and not the file's bytes, so that a file that is read with another offset
/// or type is another recording.
fn hash(source: &dyn Source) -> Result<String> {
    let info = source.info();
    let row = (info.channels.len() * info.dtype.bytes()) as u64;
    let each = (PLACE_BYTES / row)
        .clamp(1, info.samples.max(1))
        .min(info.samples);
    let places = match info.layout {
        Layout::Interleaved => PLACES,
        Layout::Planar => (512 / info.channels.len() as u64).clamp(4, PLACES),
    };
    let mut hash = Sha256::new();
    for place in 0..places {
        let first = (u128::from(info.samples - each) * u128::from(place) / u128::from(places - 1)) as u64;
        match Owned::read(source, first..first + each)?.samples() {
            Samples::I16(block) => block.data.iter().for_each(|x| hash.update(x.to_le_bytes())),
            Samples::F32(block) => block.data.iter().for_each(|x| hash.update(x.to_le_bytes())),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
