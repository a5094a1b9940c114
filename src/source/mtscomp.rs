//! mtscomp: integers in zlib chunks of a second or so, `.cbin`, described by a JSON of the same name, `.ch`.
//!
//! <https://github.com/int-brain-lab/mtscomp>. Differences were taken along time, then along channels; adding them up
//! again wraps. Beside recordings of SpikeGLX lies their `.meta`, which says what channels are.

use std::array;
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};

use bytemuck::Pod;
use serde_json::Value;

use super::chunks::{Chunks, Decode};
use super::file::{DataFile, filled, refill};
use super::plain::shifted;
use super::reader::{Reader, failed, json, no_events};
use super::scratch;
use super::spikeglx_meta::Meta;
use super::stored::{ByteOrder, Kind, StoredType};
use super::streams::Streams;
use super::zlib::{MAX_RATIO, inflate};
use super::{Info, Layout, Segment, check_shape, numbered_channels};
use crate::{Error, Result};

const FORMAT: &str = "mtscomp";
const MAX_TEXT: u64 = 1 << 30;
const MAX_CHANNELS: u64 = 1 << 20;
/// Instants that are laid out at a time, so that they stay in the nearest cache.
const ROWS: usize = 32;
/// Channels and instants of a block that is turned at once: as many 16-bit values as a register holds.
const SIDE: usize = 4;

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
        let (time, space) = (flag("do_time_diff", true), flag("do_spatial_diff", false));
        // Sums of floats depend on how the writer rounded.
        let summed_floats = stored.kind == Kind::F32 && (time || space);
        if !matches!(stored.bytes(), 1 | 2 | 4) || stored.order == ByteOrder::Big || summed_floats {
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
            time,
            space,
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
        let samples = (self.bounds[chunk + 1] - self.bounds[chunk]) as usize;
        let bytes = samples * self.channels * self.stored.dtype().bytes();
        filled(bytes, |into| self.decode_into(chunk, into))
    }

    fn decode_into(&self, chunk: usize, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        let (offset, end) = (self.offsets[chunk], self.offsets[chunk + 1]);
        let samples = (self.bounds[chunk + 1] - self.bounds[chunk]) as usize;
        let compressed = (end - offset) as usize;
        let bytes = samples * self.channels * self.stored.bytes();
        scratch::with(compressed + bytes, |room| {
            let (compressed, bytes) = room.split_at_mut(compressed);
            refill(compressed, |compressed| self.file.read_into(offset, compressed))?;
            refill(bytes, |bytes| {
                inflate(compressed, bytes).map_err(|problem| {
                    let problem = format!("chunk {chunk} cannot be inflated: {problem}");
                    failed(FORMAT, self.file.path(), offset, problem)
                })
            })?;
            match self.stored.bytes() {
                1 => self.add_up::<u8, 1>(bytes.as_chunks().0, samples, into),
                2 => self.add_up::<u16, 2>(bytes.as_chunks().0, samples, into),
                _ => self.add_up::<u32, 4>(bytes.as_chunks().0, samples, into),
            }
            Ok(())
        })
    }
}

impl Decoder {
    /// Makes values of their differences, and lays them out instant by instant, [`ROWS`] instants at a time.
    fn add_up<T: Word<N>, const N: usize>(
        &self,
        differences: &[[u8; N]],
        samples: usize,
        into: &mut [MaybeUninit<u8>],
    ) {
        let channels = self.channels;
        let mut rows = vec![T::zeroed(); ROWS * channels];
        let mut last = vec![T::zeroed(); channels];
        let mut into = into;
        for start in (0..samples).step_by(ROWS) {
            let len = ROWS.min(samples - start);
            let rows = &mut rows[..len * channels];
            if self.by_channel {
                turn(&differences[start..], samples, rows, channels);
            } else {
                for (value, difference) in rows.iter_mut().zip(&differences[start * channels..]) {
                    *value = T::of(*difference);
                }
            }
            for row in rows.chunks_exact_mut(channels) {
                if self.space {
                    for channel in 1..channels {
                        row[channel] = row[channel].plus(row[channel - 1]);
                    }
                }
                if self.time {
                    for (value, last) in row.iter_mut().zip(&mut last) {
                        *last = last.plus(*value);
                        *value = *last;
                    }
                }
            }
            for value in rows.iter_mut() {
                *value = value.little();
            }
            let (here, rest) = into.split_at_mut(len * channels * self.stored.dtype().bytes());
            self.stored.convert(bytemuck::cast_slice(rows), here);
            into = rest;
        }
    }
}

/// Lays out runs of channels, which start `stride` values after one another, as rows of all channels.
fn turn<T: Word<N>, const N: usize>(runs: &[[u8; N]], stride: usize, rows: &mut [T], channels: usize) {
    let len = rows.len() / channels;
    let (whole, whole_channels) = (len - len % SIDE, channels - channels % SIDE);
    for (block, rows) in rows.chunks_exact_mut(SIDE * channels).enumerate() {
        let (first, rest) = rows.split_at_mut(channels);
        let (second, rest) = rest.split_at_mut(channels);
        let (third, fourth) = rest.split_at_mut(channels);
        let [first, second, third, fourth] =
            [first, second, third, fourth].map(|row| row.as_chunks_mut::<SIDE>().0);
        let into = first.iter_mut().zip(second).zip(third).zip(fourth);
        for (number, (((a, b), c), d)) in into.enumerate() {
            let at = number * SIDE * stride + block * SIDE;
            let run = |channel: usize| runs[at + channel * stride..][..SIDE].as_chunks::<SIDE>().0[0];
            [*a, *b, *c, *d] = T::turned([run(0), run(1), run(2), run(3)]);
        }
    }
    for channel in 0..channels {
        let done = if channel < whole_channels { whole } else { 0 };
        for row in done..len {
            rows[row * channels + channel] = T::of(runs[channel * stride + row]);
        }
    }
}

/// What differences of `N` bytes are added up in: sums wrap, so that those of any type are those of integers without a sign.
trait Word<const N: usize>: Pod {
    fn of(bytes: [u8; N]) -> Self;
    fn plus(self, other: Self) -> Self;
    /// With the lowest byte first.
    fn little(self) -> Self;

    /// Columns of a block as rows.
    #[inline]
    fn turned(block: [[[u8; N]; SIDE]; SIDE]) -> [[Self; SIDE]; SIDE] {
        array::from_fn(|t| block.map(|run| Self::of(run[t])))
    }
}

macro_rules! word {
    ($word:ty $(, $turned:item)?) => {
        impl Word<{ size_of::<$word>() }> for $word {
            #[inline]
            fn of(bytes: [u8; size_of::<$word>()]) -> Self {
                Self::from_le_bytes(bytes)
            }

            #[inline]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }

            #[inline]
            fn little(self) -> Self {
                self.to_le()
            }

            $($turned)?
        }
    };
}
word!(u8);
word!(u32);
word!(
    u16,
    /// Four values in a register: compilers move them one by one.
    #[inline(always)]
    fn turned(block: [[[u8; 2]; SIDE]; SIDE]) -> [[u16; SIDE]; SIDE] {
        const EVEN: u64 = 0x0000_ffff_0000_ffff;
        const LOW: u64 = 0x0000_0000_ffff_ffff;
        // Even values of both side by side, and odd ones.
        let paired = |a: u64, b: u64| [a & EVEN | (b & EVEN) << 16, a >> 16 & EVEN | b & !EVEN];
        let word = |run: [[u8; 2]; SIDE]| u64::from_le_bytes(bytemuck::cast(run));
        let [a, b, c, d] = block;
        let [a, b, c, d] = [word(a), word(b), word(c), word(d)];
        let ([even, odd], [even_on, odd_on]) = (paired(a, b), paired(c, d));
        let lane = |column: u64, bit: u32| (column >> bit) as u16;
        let values = |column: u64| {
            [
                lane(column, 0),
                lane(column, 16),
                lane(column, 32),
                lane(column, 48),
            ]
        };
        [
            values(even & LOW | even_on << 32),
            values(odd & LOW | odd_on << 32),
            values(even >> 32 | even_on & !LOW),
            values(odd >> 32 | odd_on & !LOW),
        ]
    }
);
