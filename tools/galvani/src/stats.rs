//! What `galvani info --stats` counts: the range and mean of every channel, and a hash of its stored samples.

use anyhow::Result;
use galvani::source::{Dtype, Info, Owned, Samples, Source};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::progress;

/// Values that are read at a time, of all channels together.
const CHUNK: u64 = 4 << 20;

/// One channel's.
#[derive(Clone, Default)]
struct Counted {
    n: u64,
    not_finite: u64,
    /// Of stored values.
    min: Option<f64>,
    max: Option<f64>,
    sum: f64,
    hash: Sha256,
}

impl Counted {
    fn add(&mut self, value: f64) {
        self.n += 1;
        if !value.is_finite() {
            self.not_finite += 1;
            return;
        }
        self.min = Some(self.min.map_or(value, |min| min.min(value)));
        self.max = Some(self.max.map_or(value, |max| max.max(value)));
        self.sum += value;
    }
}

/// NumPy's short name, without byte order, of the type that samples are hashed in: as stored, but wide integers as 32 bits and
/// wide floats as 32 bits, little-endian.
fn hashed(info: &Info) -> &'static str {
    match info.stored.trim_start_matches(['<', '>', '|']) {
        "u2" => "u2",
        "i3" | "i4" => "i4",
        _ if info.dtype == Dtype::I16 || info.stored.ends_with("i2") => "i2",
        _ => "f4",
    }
}

/// The counts of all channels, by their number, gaps left out; reads all of the recording once.
pub(crate) fn of(source: &dyn Source) -> Result<Value> {
    let info = source.info();
    let mut counted = vec![Counted::default(); info.channels.len()];
    let step = (CHUNK / info.channels.len() as u64).max(1);
    let kind = hashed(info);
    let bar = progress::bar("reading", info.samples);
    for segment in &info.segments {
        let mut start = segment.samples.start;
        while start < segment.samples.end {
            let end = segment.samples.end.min(start + step);
            count(&Owned::read(source, start..end)?, kind, &mut counted);
            bar.set_position(end);
            start = end;
        }
    }
    bar.finish_and_clear();
    let mut all = Map::new();
    for (number, (channel, counted)) in info.channels.iter().zip(counted).enumerate() {
        let physical = |value: Option<f64>| value.map(|value| value * channel.gain + channel.offset);
        let (low, high) = (physical(counted.min), physical(counted.max));
        // A negative gain turns them round.
        let (min, max) = if channel.gain < 0.0 {
            (high, low)
        } else {
            (low, high)
        };
        let finite = counted.n - counted.not_finite;
        let mean = (finite > 0).then(|| counted.sum / finite as f64);
        let hash: String = counted
            .hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let facts = json!({
            "name": channel.name,
            "units": channel.unit,
            "n": counted.n,
            "not_finite": counted.not_finite,
            "min": min,
            "max": max,
            "mean": physical(mean),
            "stored_dtype": kind,
            "stored_sha256": hash,
        });
        all.insert(number.to_string(), facts);
    }
    Ok(Value::Object(all))
}

fn count(owned: &Owned, kind: &str, counted: &mut [Counted]) {
    let mut bytes = Vec::new();
    for (channel, counted) in counted.iter_mut().enumerate() {
        bytes.clear();
        match owned.samples() {
            Samples::I16(block) => {
                // Unsigned values were shifted into 16 bits.
                let shift = if kind == "u2" { i16::MIN } else { 0 };
                for t in 0..block.len {
                    let value = block.at(channel, t);
                    counted.add(f64::from(value));
                    bytes.extend((value ^ shift).to_le_bytes());
                }
            }
            Samples::F32(block) => {
                for t in 0..block.len {
                    let value = block.at(channel, t);
                    counted.add(f64::from(value));
                    match kind {
                        "i2" => bytes.extend((value as i16).to_le_bytes()),
                        "u2" => bytes.extend(((value + 32_768.0) as u16).to_le_bytes()),
                        "i4" => bytes.extend((value as i32).to_le_bytes()),
                        _ => bytes.extend(value.to_le_bytes()),
                    }
                }
            }
        }
        counted.hash.update(&bytes);
    }
}
