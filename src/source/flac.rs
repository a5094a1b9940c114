//! FLAC recordings: integers of up to 32 bits, predicted and packed, in frames that are decoded in parallel.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chunks::{Chunks, Decode};
use super::file::DataFile;
use super::flac_stream::{FORMAT, MAGIC, Stream};
use super::reader::{Reader, no_events};
use super::stored::{ByteOrder, Kind, StoredType};
use super::streams::Streams;
use super::{Dtype, Info, Layout, Segment, check_shape, numbered_channels};
use crate::Result;

/// Values in a chunk, all channels together, about.
const CHUNK: u64 = 1 << 19;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".flac",
    knows: |probe| probe.head.starts_with(MAGIC),
    open,
    events: no_events,
};

fn open(path: &Path) -> Result<Streams> {
    let mut stream = Stream::open(Arc::new(DataFile::open(path)?))?;
    let facts = stream.info;
    check_shape(facts.channels, f64::from(facts.rate_hz))?;
    let stored = StoredType {
        kind: match facts.bits {
            ..=8 => Kind::I8,
            9..=16 => Kind::I16,
            17..=24 => Kind::I24,
            _ => Kind::I32,
        },
        order: ByteOrder::Little,
    };
    let info = Info {
        format: FORMAT,
        channels: numbered_channels(facts.channels),
        samples: stream.samples,
        rate_hz: f64::from(facts.rate_hz),
        stored: stored.to_string(),
        dtype: stored.dtype(),
        layout: Layout::Interleaved,
        segments: Segment::all(stream.samples),
        warnings: std::mem::take(&mut stream.warnings),
    };
    // At the starts of frames, so that none is decoded twice.
    let frame = u64::from(facts.block.max(1));
    let chunk = (CHUNK / facts.channels as u64 / frame).max(1) * frame;
    let mut bounds: Vec<u64> = (0..stream.samples.div_ceil(chunk))
        .map(|number| number * chunk)
        .collect();
    bounds.push(stream.samples);
    let decoder = Decoder {
        stream,
        bounds: bounds.clone(),
        dtype: stored.dtype(),
    };
    Ok(Streams::one(
        path,
        "",
        Box::new(Chunks::new(info, bounds, decoder)),
    ))
}

struct Decoder {
    stream: Stream,
    bounds: Vec<u64>,
    dtype: Dtype,
}

impl Decode for Decoder {
    fn decode(&self, chunk: usize) -> Result<Vec<u8>> {
        let span = self.bounds[chunk]..self.bounds[chunk + 1];
        let channels = self.stream.info.channels;
        let values = (span.end - span.start) as usize * channels;
        let mut bytes = Vec::with_capacity(values * self.dtype.bytes());
        self.stream.frames(span, |frame, inside| {
            for t in inside {
                for value in frame.planar[t..].iter().step_by(frame.len) {
                    match self.dtype {
                        Dtype::I16 => bytes.extend_from_slice(&(*value as i16).to_ne_bytes()),
                        Dtype::F32 => bytes.extend_from_slice(&(*value as f32).to_ne_bytes()),
                    }
                }
            }
        })?;
        Ok(bytes)
    }

    fn files(&self) -> Vec<PathBuf> {
        vec![self.stream.file.path().to_path_buf()]
    }
}
