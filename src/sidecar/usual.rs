//! The usual range of each channel's values, so that a second opening need not look at the samples for it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::codec;
use super::shard;
use crate::Result;
use crate::source::{Robust, Source, robust};

/// The array's folder in a sidecar.
pub(super) const NAME: &str = "usual";

/// Bytes of a channel: two `float32`.
const BYTES: usize = 8;

/// The file of its only chunk.
pub(super) fn path(root: &Path) -> PathBuf {
    root.join(NAME).join("c").join("0").join("0")
}

/// The array's metadata.
pub(super) fn metadata(channels: usize) -> Value {
    let shape = [channels, 2];
    json!({
        "zarr_format": 3,
        "node_type": "array",
        "shape": shape,
        "data_type": "float32",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": shape}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0.0,
        "codecs": [
            {"name": "bytes", "configuration": {"endian": "little"}},
            {"name": "crc32c"},
        ],
        "dimension_names": ["channel", "usual"],
        "attributes": {"usual": ["centre", "amplitude"]},
    })
}

/// Looks at the samples, and writes what is found.
///
/// # Errors
/// Those of [`Source::read`]; [`Error::Write`](crate::Error::Write).
pub(super) fn write(root: &Path, source: &dyn Source) -> Result<()> {
    let all = robust(source, 0..source.info().samples)?;
    let values = all.iter().flat_map(|channel| [channel.centre, channel.amplitude]);
    let bytes: Vec<u8> = values.flat_map(f32::to_le_bytes).collect();
    let sum = codec::checksum(&bytes);
    shard::write_whole(root, &path(root), &[&bytes, &sum])
}

/// What was found; `None` where it is not there, or not as it was written.
pub(super) fn read(root: &Path, channels: usize) -> Option<Vec<Robust>> {
    let path = path(root);
    let whole = (channels * BYTES + codec::CHECKSUM) as u64;
    if fs::metadata(&path).ok()?.len() != whole {
        return None;
    }
    let bytes = fs::read(&path).ok()?;
    let (values, _) = codec::checked(&bytes)?.as_chunks::<4>();
    let values: Vec<f32> = values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let robust = values.chunks_exact(2).map(|pair| Robust {
        centre: pair[0],
        amplitude: pair[1],
    });
    Some(robust.collect())
}
