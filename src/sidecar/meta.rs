//! The Zarr metadata of a sidecar: groups, arrays, and the attributes that name the recording.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use zarrs::array::builder::ArrayBuilderFillValue;
use zarrs::array::codec::{BloscCodec, BloscCompressionLevel, BytesCodec, Crc32cCodec, ShardingCodecBuilder};
use zarrs::array::{ArrayBuilder, DataType, data_type};

use super::codec::{self, Part};
use super::cut::{Cut, Plan};
use super::identity::Identity;
use super::{shard, usual};
use crate::pyramid::Geometry;
use crate::source::Dtype;
use crate::{Error, Result};

/// The metadata's file name in every group and array.
const METADATA: &str = "zarr.json";

/// The file of a shard: chunk `s/0/0`, or `s/0` of the gaps, under Zarr's default key encoding.
pub(super) fn shard_path(root: &Path, part: Part, level: usize, shard: u64) -> PathBuf {
    let mut path = root.join(part.name());
    path.extend([&level.to_string(), "c", &shard.to_string(), "0"]);
    match part {
        Part::Range => path.join("0"),
        Part::Gap => path,
    }
}

/// The attributes of the group in a folder; `None` where there is no sidecar, or not enough of one.
pub(super) fn attributes(root: &Path) -> Option<Value> {
    let text = fs::read(root.join(METADATA)).ok()?;
    let mut group: Value = serde_json::from_slice(&text).ok()?;
    let known = group["zarr_format"] == 3 && group["node_type"] == "group";
    known.then(|| group["attributes"].take())
}

/// Makes a folder the sidecar of a recording: keeps what is of the same recording and cut, removes what is not, and
/// says which was the case: true if it was kept.
///
/// Several builders may do so at once. Whoever removes begins with the group's metadata, and whoever writes ends with
/// it, so that where it is all else belongs to it.
pub(super) fn prepare(root: &Path, identity: &Identity, plan: &Plan) -> Result<bool> {
    let failed = |source| Error::Write {
        path: root.to_path_buf(),
        source,
    };
    fs::create_dir_all(root).map_err(failed)?;
    // Released with the file, or with the process. Where folders cannot be locked, builders that start in the same
    // instant on a sidecar of a changed recording may undo each other's first shards; the next build makes them anew.
    let lock = fs::File::open(root).ok();
    let _locked = lock.as_ref().map(fs::File::lock);
    let wanted = identity.attributes(plan.cut);
    if attributes(root).is_some_and(|there| there == wanted) {
        return Ok(true);
    }
    remove(root).map_err(failed)?;
    for part in Part::of(plan.dtype()) {
        let group = root.join(part.name());
        write_json(
            root,
            &group.join(METADATA),
            &json!({"zarr_format": 3, "node_type": "group"}),
        )?;
        for level in 0..plan.geometry.levels() {
            let array = array(*part, plan, level)?;
            write_json(root, &group.join(level.to_string()).join(METADATA), &array)?;
        }
    }
    let usual = usual::metadata(plan.channels());
    write_json(root, &root.join(usual::NAME).join(METADATA), &usual)?;
    let group = json!({"zarr_format": 3, "node_type": "group", "attributes": wanted});
    write_json(root, &root.join(METADATA), &group)?;
    Ok(false)
}

/// Removes a sidecar's own files and nothing else that may be in the folder.
fn remove(root: &Path) -> std::io::Result<()> {
    let gone = |done: std::io::Result<()>| match done {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done,
    };
    gone(fs::remove_file(root.join(METADATA)))?;
    for array in [Part::Range.name(), Part::Gap.name(), usual::NAME] {
        gone(fs::remove_dir_all(root.join(array)))?;
    }
    Ok(())
}

fn write_json(root: &Path, path: &Path, value: &Value) -> Result<()> {
    let text = format!("{value:#}\n");
    shard::write_whole(root, path, &[text.as_bytes()])
}

/// The metadata of one array.
fn array(part: Part, plan: &Plan, level: usize) -> Result<Value> {
    let (channels, stored) = (plan.channels() as u64, plan.stored_nodes(level));
    let shape = |nodes: u64| match part {
        Part::Range => vec![nodes, channels, 2],
        Part::Gap => vec![nodes, channels],
    };
    let (dtype, zero): (DataType, ArrayBuilderFillValue) = match (part, plan.dtype()) {
        (Part::Range, Dtype::I16) => (data_type::int16(), 0_i16.into()),
        (Part::Range, Dtype::F32) => (data_type::float32(), 0_f32.into()),
        (Part::Gap, _) => (data_type::uint8(), 0_u8.into()),
    };
    let failed = |problem: String| Error::Invalid {
        what: "sidecar",
        problem,
    };
    let inner = shape(stored).into_iter().map(std::num::NonZeroU64::new);
    let inner: Option<Vec<_>> = inner.collect();
    let inner = inner.ok_or_else(|| failed("a recording has samples and channels".into()))?;
    let level_of_blosc = BloscCompressionLevel::try_from(codec::LEVEL).expect("a level of blosc's");
    let blosc = BloscCodec::new(
        codec::COMPRESSOR,
        level_of_blosc,
        None,
        part.shuffle(),
        Some(part.value_bytes(plan.dtype())),
    )
    .map_err(|error| failed(error.to_string()))?;
    let mut sharding = ShardingCodecBuilder::new(inner, &dtype);
    sharding
        .array_to_bytes_codec(Arc::new(BytesCodec::little()))
        .index_array_to_bytes_codec(Arc::new(BytesCodec::little()))
        .bytes_to_bytes_codecs(vec![Arc::new(blosc), Arc::new(Crc32cCodec::new())]);
    let shard = stored * plan.shard_blocks(level);
    let mut builder = ArrayBuilder::new(shape(plan.geometry.nodes(level)), shape(shard), dtype, zero);
    let names = ["node", "channel", "range"];
    let metadata = builder
        .array_to_bytes_codec(sharding.build_arc())
        .dimension_names(Some(names[..shape(1).len()].iter().copied()))
        .attributes(attributes_of(level))
        .build_metadata()
        .map_err(|error| failed(error.to_string()))?;
    serde_json::to_value(metadata).map_err(|error| failed(error.to_string()))
}

fn attributes_of(level: usize) -> serde_json::Map<String, Value> {
    let mut attributes = serde_json::Map::new();
    let samples = 1_u64 << Geometry::node_shift(level);
    attributes.insert("samples_per_node".into(), samples.into());
    attributes
}

/// How a sidecar's group says that it is cut, if it is of this recording.
pub(super) fn cut_of(root: &Path, identity: &Identity) -> Option<std::result::Result<Cut, String>> {
    attributes(root).map(|attributes| identity.matches(&attributes))
}
