//! What `galvani convert` writes as Zarr v3: one array `[samples, channels]`, in chunks of shuffled and compressed samples.
//!
//! <https://zarr-specs.readthedocs.io/en/latest/v3/core/>, with the codec `blosc`, whose frames are described in
//! <https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst>.

use std::fs;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result, ensure};
use galvani::source::{Channel, Dtype, Info, Owned, Source};
use serde_json::{Value, json};

use crate::convert::values;
use crate::progress;

/// Bytes of a chunk, more or less: some ten of them are a screen of hours, and a second of many channels is in few.
const CHUNK_BYTES: u64 = 2 << 20;
/// Bytes that are shuffled and compressed at a time.
const BLOCK: usize = 256 << 10;
/// As of a sidecar: the least effort, which makes nearly as little of noise as any.
const LEVEL: i32 = 1;

/// Whether what is there may be replaced: nothing, or one array.
pub(crate) fn check_replaceable(out: &Path) -> Result<()> {
    if !out.exists() {
        return Ok(());
    }
    let described = fs::read_to_string(out.join("zarr.json")).unwrap_or_default();
    let described: Value = serde_json::from_str(&described).unwrap_or_default();
    ensure!(
        described["node_type"] == "array",
        "cannot write {}: it is there already, and is no single array of Zarr; remove it first",
        out.display()
    );
    Ok(())
}

/// Writes a span of some channels to the folder `out`, which is made.
///
/// Takes memory for two chunks of each core, and for as much of all of the recording's channels.
pub(crate) fn write(source: &dyn Source, span: &Range<u64>, channels: &[usize], out: &Path) -> Result<()> {
    let info = source.info();
    let row = (channels.len() * info.dtype.bytes()) as u64;
    let samples = span.end - span.start;
    let len = (CHUNK_BYTES / row).max(1).min(samples);
    // Left over from a run that was killed.
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    fs::create_dir_all(out.join("c"))?;
    let bar = progress::bar("converting", samples);
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get) as u64;
    let mut first = 0;
    while first * len < samples {
        let next = (first + cores).min(samples.div_ceil(len));
        thread::scope(|scope| -> Result<()> {
            let chunk = |number: u64| {
                let start = span.start + number * len;
                let span = start..span.end.min(start + len);
                scope.spawn(move || write_chunk(source, span, channels, (len * row) as usize, out, number))
            };
            let threads: Vec<_> = (first..next).map(chunk).collect();
            // The first that fails is the one that is told.
            threads
                .into_iter()
                .try_for_each(|thread| thread.join().expect("chunks do not panic"))
        })?;
        first = next;
        bar.set_position((first * len).min(samples));
    }
    let described = describe(info, span, channels, len);
    fs::write(out.join("zarr.json"), format!("{described:#}\n"))?;
    bar.finish_and_clear();
    Ok(())
}

fn write_chunk(
    source: &dyn Source,
    span: Range<u64>,
    channels: &[usize],
    bytes: usize,
    out: &Path,
    number: u64,
) -> Result<()> {
    let owned = Owned::read(source, span)?;
    let mut chunk = Vec::with_capacity(bytes);
    values(&owned.samples(), channels, &mut chunk);
    // The last one is as long as the others.
    chunk.resize(bytes, 0);
    let folder = out.join("c").join(number.to_string());
    fs::create_dir_all(&folder)?;
    let path = folder.join("0");
    fs::write(&path, frame(&chunk, source.info().dtype.bytes())?)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// A frame of Blosc: a header, where each block begins, and the blocks, each after its length.
fn frame(bytes: &[u8], size: usize) -> Result<Vec<u8>> {
    const VERSION: u8 = 2;
    const ZSTD_VERSION: u8 = 1;
    const SHUFFLED: u8 = 0x01;
    const UNSPLIT: u8 = 0x10;
    const ZSTD: u8 = 4 << 5;
    let block = BLOCK.min(bytes.len());
    let blocks = bytes.len().div_ceil(block);
    let mut frame = vec![VERSION, ZSTD_VERSION, SHUFFLED | UNSPLIT | ZSTD, size as u8];
    for number in [bytes.len(), block, 0] {
        frame.extend(u32::try_from(number)?.to_le_bytes());
    }
    frame.resize(16 + 4 * blocks, 0);
    let mut shuffled = vec![0; block];
    for (number, plain) in bytes.chunks(block).enumerate() {
        let shuffled = &mut shuffled[..plain.len()];
        let values = plain.len() / size;
        for (at, byte) in plain.iter().enumerate() {
            shuffled[at % size * values + at / size] = *byte;
        }
        let packed = zstd::bulk::compress(shuffled, LEVEL)?;
        // What does not get smaller is stored as it is, which its length says.
        let stored = if packed.len() < shuffled.len() {
            &packed[..]
        } else {
            &*shuffled
        };
        let start = u32::try_from(frame.len())?.to_le_bytes();
        frame[16 + 4 * number..][..4].copy_from_slice(&start);
        frame.extend(u32::try_from(stored.len())?.to_le_bytes());
        frame.extend(stored);
    }
    let packed = u32::try_from(frame.len())?.to_le_bytes();
    frame[12..16].copy_from_slice(&packed);
    Ok(frame)
}

fn describe(info: &Info, span: &Range<u64>, channels: &[usize], len: u64) -> Value {
    let (dtype, fill) = match info.dtype {
        Dtype::I16 => ("int16", json!(0)),
        Dtype::F32 => ("float32", json!("NaN")),
    };
    let of = |value: &dyn Fn(&Channel) -> Value| -> Value {
        channels
            .iter()
            .map(|number| value(&info.channels[*number]))
            .collect()
    };
    let blosc = json!({
        "typesize": info.dtype.bytes(),
        "cname": "zstd",
        "clevel": LEVEL,
        "shuffle": "shuffle",
        "blocksize": 0,
    });
    json!({
        "zarr_format": 3,
        "node_type": "array",
        "shape": [span.end - span.start, channels.len()],
        "data_type": dtype,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [len, channels.len()]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": fill,
        "codecs": [
            {"name": "bytes", "configuration": {"endian": "little"}},
            {"name": "blosc", "configuration": blosc},
        ],
        "dimension_names": ["time", "channel"],
        "attributes": {
            "sampling_frequency": info.rate_hz,
            "t_start": span.start as f64 / info.rate_hz,
            "channel_names": of(&|channel| channel.name.as_str().into()),
            "gains": of(&|channel| channel.gain.into()),
            "offsets": of(&|channel| channel.offset.into()),
            "units": of(&|channel| channel.unit.as_str().into()),
        },
    })
}
