//! mtscomp: integers in zlib chunks of a second or so, `.cbin`, described by a JSON of the same name, `.ch`.
//!
//! <https://github.com/int-brain-lab/mtscomp>. Differences were taken along time, then along channels; adding them up
//! again wraps. Beside recordings of SpikeGLX lies their `.meta`, which says what channels are.

use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;
use serde_json::Value;

use super::chunks::{Chunks, Decode};
use super::file::{DataFile, filled};
use super::plain::shifted;
use super::reader::{Reader, failed, json, no_events};
use super::spikeglx_meta::Meta;
use super::stored::{ByteOrder, StoredType};
use super::streams::Streams;
use super::{Info, Layout, Segment, check_shape, numbered_channels};
use crate::{Error, Result};

const FORMAT: &str = "mtscomp";
const MAX_TEXT: u64 = 1 << 30;
const MAX_CHANNELS: u64 = 1 << 20;
/// What zlib can make of a byte at most.
const MAX_RATIO: u64 = 1032;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".cbin with its .ch",
    knows: |probe| {
        matches!(probe.extension.as_str(), "cbin" | "ch") && probe.path.with_extension("ch").is_file()
    },
    open,
    events: no_events,
};

fn open(path: &Path) -> Result<Streams> {
    let data = path.with_extension("cbin");
    let file = DataFile::open(&data)?;
    let described = path.with_extension("ch");
    let failed = |problem: String| failed(FORMAT, &described, 0, problem);
    let written = json(FORMAT, &described, MAX_TEXT)?;
    let header = Header::parse(&written, file.len()).map_err(failed)?;

    let mut warnings = header.warnings;
    let mut channels = numbered_channels(header.channels);
    if let Ok(meta) = Meta::open(path.with_extension("meta")) {
        if meta.channels.len() == header.channels {
            channels = meta.channels;
        } else {
            warnings.push(format!(
                "the .meta has {} channels, the .ch {}: the .meta is not believed",
                meta.channels.len(),
                header.channels
            ));
        }
    }
    let samples = header.bounds.last().copied().unwrap_or(0);
    let info = Info {
        format: FORMAT,
        channels: shifted(channels, header.stored),
        samples,
        rate_hz: header.rate_hz,
        stored: header.stored.to_string(),
        dtype: header.stored.dtype(),
        layout: Layout::Interleaved,
        segments: Segment::all(samples),
        warnings,
    };
    let decoder = Decoder {
        file,
        channels: header.channels,
        stored: header.stored,
        bounds: header.bounds.clone(),
        offsets: header.offsets,
        by_channel: header.by_channel,
        time: header.time,
        space: header.space,
    };
    let chunks = Chunks::new(info, header.bounds, decoder);
    Ok(Streams::one(path, "", Box::new(chunks)))
}

/// What a `.ch` says, to the last chunk that the `.cbin` holds.
struct Header {
    channels: usize,
    rate_hz: f64,
    stored: StoredType,
    bounds: Vec<u64>,
    offsets: Vec<u64>,
    /// Each channel contiguous in a chunk, and not each instant.
    by_channel: bool,
    time: bool,
    space: bool,
    warnings: Vec<String>,
}

impl Header {
    fn parse(written: &Value, held: u64) -> std::result::Result<Self, String> {
        let list = |key: &str| -> std::result::Result<Vec<u64>, String> {
            let list = written.get(key).and_then(Value::as_array);
            let list: Option<Vec<u64>> = list.and_then(|list| list.iter().map(Value::as_u64).collect());
            let ascends = |list: &Vec<u64>| list.first() == Some(&0) && list.is_sorted_by(|a, b| a < b);
            list.filter(ascends)
                .ok_or_else(|| format!("\"{key}\" is no ascending list of numbers from 0"))
        };
        let flag = |key: &str, usual: bool| written.get(key).and_then(Value::as_bool).unwrap_or(usual);
        if let Some(other) = written.get("algorithm").filter(|name| *name != "zlib") {
            return Err(format!("the algorithm {other} is not known"));
        }
        let channels = written.get("n_channels").and_then(Value::as_u64).unwrap_or(0);
        let rate_hz = written.get("sample_rate").and_then(Value::as_f64).unwrap_or(0.0);
        check_shape(channels.min(MAX_CHANNELS + 1) as usize, rate_hz).map_err(|error| error.to_string())?;
        if channels > MAX_CHANNELS {
            return Err(format!("{channels} channels are too many"));
        }
        let dtype = written.get("dtype").and_then(Value::as_str).unwrap_or("int16");
        let stored: StoredType = dtype.parse().map_err(|error: Error| error.to_string())?;
        if !matches!(stored.bytes(), 1 | 2 | 4) || stored.order == ByteOrder::Big {
            return Err(format!("values of type {dtype} are not read"));
        }
        let (mut bounds, mut offsets) = (list("chunk_bounds")?, list("chunk_offsets")?);
        if bounds.len() != offsets.len() {
            return Err(format!(
                "{} bounds of chunks and {} offsets do not fit",
                bounds.len(),
                offsets.len()
            ));
        }
        let there = offsets.partition_point(|offset| *offset <= held);
        let mut warnings = Vec::new();
        if there < offsets.len() {
            warnings.push(format!(
                "the .cbin is cut short: {} of {} chunks are there",
                there.saturating_sub(1),
                offsets.len() - 1
            ));
            bounds.truncate(there);
            offsets.truncate(there);
        }
        if bounds.len() < 2 {
            return Err("there is no whole chunk".into());
        }
        for (bounds, offsets) in bounds.windows(2).zip(offsets.windows(2)) {
            let bytes = (bounds[1] - bounds[0])
                .checked_mul(channels)
                .and_then(|values| values.checked_mul(stored.bytes() as u64));
            let most = (offsets[1] - offsets[0]).saturating_mul(MAX_RATIO);
            if bytes.is_none_or(|bytes| bytes > most) {
                return Err(format!(
                    "samples {} to {} cannot be in {} bytes",
                    bounds[0],
                    bounds[1],
                    offsets[1] - offsets[0]
                ));
            }
        }
        Ok(Self {
            channels: channels as usize,
            rate_hz,
            stored,
            bounds,
            offsets,
            by_channel: written.get("chunk_order").is_none_or(|order| order != "C"),
            time: flag("do_time_diff", true),
            space: flag("do_spatial_diff", false),
            warnings,
        })
    }
}

struct Decoder {
    file: DataFile,
    channels: usize,
    stored: StoredType,
    bounds: Vec<u64>,
    offsets: Vec<u64>,
    by_channel: bool,
    time: bool,
    space: bool,
}

impl Decode for Decoder {
    fn files(&self) -> Vec<PathBuf> {
        vec![self.file.path().to_path_buf()]
    }

    fn decode(&self, chunk: usize) -> Result<Vec<u8>> {
        let (offset, end) = (self.offsets[chunk], self.offsets[chunk + 1]);
        let samples = (self.bounds[chunk + 1] - self.bounds[chunk]) as usize;
        let width = self.stored.bytes();
        let compressed = self.file.read_vec(offset, (end - offset) as usize)?;
        let mut bytes = vec![0; samples * self.channels * width];
        ZlibDecoder::new(compressed.as_slice())
            .read_exact(&mut bytes)
            .map_err(|error| {
                failed(
                    FORMAT,
                    self.file.path(),
                    offset,
                    format!("chunk {chunk} cannot be inflated: {error}"),
                )
            })?;
        match width {
            1 => self.add_up::<1>(&mut bytes, samples),
            2 => self.add_up::<2>(&mut bytes, samples),
            _ => self.add_up::<4>(&mut bytes, samples),
        }
        if self.stored.is_native() {
            return Ok(bytes);
        }
        let values = bytes.len() / width * self.stored.dtype().bytes();
        filled(values, |into| {
            self.stored.convert(&bytes, into);
            Ok(())
        })
    }
}

impl Decoder {
    /// Lays values of `N` bytes out instant by instant, and makes values of their differences.
    ///
    /// In integers of any width that is the same sum modulo 2^(8·N).
    fn add_up<const N: usize>(&self, bytes: &mut [u8], samples: usize) {
        let channels = self.channels;
        let mut sums = vec![0_u32; samples * channels];
        for (i, value) in bytes.as_chunks::<N>().0.iter().enumerate() {
            let mut wide = [0; 4];
            wide[..N].copy_from_slice(value);
            let at = if self.by_channel {
                i % samples * channels + i / samples
            } else {
                i
            };
            sums[at] = u32::from_le_bytes(wide);
        }
        if self.space {
            for row in sums.chunks_exact_mut(channels) {
                for c in 1..channels {
                    row[c] = row[c].wrapping_add(row[c - 1]);
                }
            }
        }
        if self.time {
            for at in channels..sums.len() {
                sums[at] = sums[at].wrapping_add(sums[at - channels]);
            }
        }
        for (value, sum) in bytes.as_chunks_mut::<N>().0.iter_mut().zip(sums) {
            value.copy_from_slice(&sum.to_le_bytes()[..N]);
        }
    }
}
