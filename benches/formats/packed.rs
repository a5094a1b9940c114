//! Formats in compressed chunks, and their codecs on their own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};

use crate::CHANNELS;
#[cfg(any(feature = "nwb", feature = "zarr"))]
use crate::SAMPLES;
use crate::flac_writer::{Kind, Sub, file, frame};
#[cfg(feature = "nwb")]
use crate::hdf5;

/// A file, its chunks as they are packed, and what unpacks one.
pub(crate) struct Packed {
    pub(crate) path: PathBuf,
    pub(crate) chunks: Vec<Vec<u8>>,
    /// Unpacks one into memory that is used again, the quickest way that the codec's library has.
    pub(crate) unpack: fn(&[u8], &mut Vec<u8>),
}

type Make = fn(&Path, &[i16]) -> Packed;
type MakeOwn = fn(&Path, &[i16]) -> PathBuf;

pub(crate) const FORMATS: &[(&str, Make)] = &[
    ("mtscomp", mtscomp),
    #[cfg(feature = "nwb")]
    ("gzip HDF5", gzip_hdf5),
    #[cfg(feature = "zarr")]
    ("zstd Zarr", zstd_zarr),
];

/// Of which the codec is our own.
pub(crate) const OWN: [(&str, MakeOwn); 1] = [("FLAC", flac)];

fn inflate(packed: &[u8], bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.reserve(8 << 20);
    let mut stream = Decompress::new(true);
    let status = stream.decompress_vec(packed, bytes, FlushDecompress::Finish);
    assert_eq!(status.expect("it is whole"), Status::StreamEnd);
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// Chunks of a second; differences along time, channel after channel.
fn mtscomp(folder: &Path, values: &[i16]) -> Packed {
    const CHUNK: usize = 30_000;
    let (mut bounds, mut offsets, mut chunks) = (vec![0], vec![0], Vec::new());
    for chunk in values.chunks(CHUNK * CHANNELS) {
        let mut planar = Vec::with_capacity(chunk.len());
        for channel in 0..CHANNELS {
            let mut last = 0_i16;
            for row in chunk.chunks_exact(CHANNELS) {
                planar.push(row[channel].wrapping_sub(last));
                last = row[channel];
            }
        }
        let packed = deflate(bytemuck::cast_slice(&planar));
        bounds.push(bounds[bounds.len() - 1] + chunk.len() / CHANNELS);
        offsets.push(offsets[offsets.len() - 1] + packed.len());
        chunks.push(packed);
    }
    let described = format!(
        r#"{{"version": "1.0", "algorithm": "zlib", "n_channels": {CHANNELS}, "sample_rate": {CHUNK}.0, "dtype": "int16",
        "do_time_diff": true, "do_spatial_diff": false, "chunk_bounds": {bounds:?}, "chunk_offsets": {offsets:?}}}"#
    );
    fs::write(folder.join("a.ch"), described).expect("room");
    let path = folder.join("a.cbin");
    fs::write(&path, chunks.concat()).expect("room");
    Packed {
        path,
        chunks,
        unpack: inflate,
    }
}

/// Rows of a chunk, of which there are 64.
#[cfg(any(feature = "nwb", feature = "zarr"))]
const ROWS: usize = SAMPLES / 64;

#[cfg(feature = "nwb")]
fn gzip_hdf5(folder: &Path, values: &[i16]) -> Packed {
    let chunks = values
        .chunks(ROWS * CHANNELS)
        .map(|chunk| deflate(bytemuck::cast_slice(chunk)));
    let chunks: Vec<Vec<u8>> = chunks.collect();
    let path = folder.join("a.h5");
    fs::write(&path, hdf5::gzip(&chunks, ROWS as u64, CHANNELS as u64)).expect("room");
    Packed {
        path,
        chunks,
        unpack: inflate,
    }
}

#[cfg(feature = "zarr")]
fn zstd_zarr(folder: &Path, values: &[i16]) -> Packed {
    let described = format!(
        r#"{{"zarr_format": 3, "node_type": "array", "shape": [{SAMPLES}, {CHANNELS}], "data_type": "int16", "fill_value": 0,
        "chunk_grid": {{"name": "regular", "configuration": {{"chunk_shape": [{ROWS}, {CHANNELS}]}}}},
        "chunk_key_encoding": {{"name": "default"}}, "codecs": [{{"name": "bytes"}}, {{"name": "zstd"}}],
        "attributes": {{"sampling_rate": 30000}}}}"#
    );
    let mut chunks = Vec::new();
    for (number, chunk) in values.chunks(ROWS * CHANNELS).enumerate() {
        let packed = zstd::bulk::compress(bytemuck::cast_slice(chunk), 1).expect("memory");
        let place = folder.join(format!("c/{number}"));
        fs::create_dir_all(&place).expect("room");
        fs::write(place.join("0"), &packed).expect("room");
        chunks.push(packed);
    }
    fs::write(folder.join("zarr.json"), described).expect("room");
    Packed {
        path: folder.to_path_buf(),
        chunks,
        unpack: |packed, bytes| {
            bytes.resize(8 << 20, 0);
            let len = zstd::bulk::decompress_to_buffer(packed, bytes.as_mut_slice()).expect("it is whole");
            assert!(len > 0);
        },
    }
}

/// Eight channels, as many as it can have, of a quarter of the values.
fn flac(folder: &Path, values: &[i16]) -> PathBuf {
    const BLOCK: usize = 4096;
    let values = &values[..values.len() / 4];
    let mut frames = Vec::new();
    for (number, block) in values.chunks_exact(8 * BLOCK).enumerate() {
        let planar: Vec<Vec<i64>> = (0..8)
            .map(|channel| {
                block
                    .iter()
                    .skip(channel)
                    .step_by(8)
                    .map(|value| i64::from(*value))
                    .collect()
            })
            .collect();
        let subframes: Vec<Sub<'_>> = planar
            .iter()
            .map(|samples| (samples.as_slice(), 0, 0, Kind::Fixed(1, None, 0)))
            .collect();
        frames.push(frame(number as u64, false, 7, 16, &subframes));
    }
    let samples = (frames.len() * BLOCK) as u64;
    let path = folder.join("a.flac");
    fs::write(&path, file(BLOCK as u16, 8, 16, samples, &frames)).expect("room");
    path
}
