//! mtscomp's chunks: of each type, order and kind of differences.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use galvani::source::streams;

use super::one;
use crate::{Folder, values};

/// Two of the blocks that are turned at once, and one more.
const CHANNELS: usize = 9;
/// Of the chunks: one value, some that end within what is laid out at a time, and just as many.
const LENGTHS: [usize; 4] = [1, 77, 32, 100];

fn value(channel: usize, t: usize) -> i64 {
    // Beyond any of the types, so that all wrap.
    (t as i64 * 1_234_567_891 + channel as i64 * 777_777_777) % 4_294_967_296
}

/// What a value is in `width` bytes, with a sign or not.
fn wrapped(value: i64, dtype: &str) -> f64 {
    match dtype {
        "int8" => f64::from(value as i8),
        "uint8" => f64::from(value as u8),
        "int16" => f64::from(value as i16),
        "uint16" => f64::from((value as u16 ^ 0x8000) as i16),
        _ => f64::from(value as i32 as f32),
    }
}

fn write(folder: &Folder, dtype: &str, by_channel: bool, time: bool, space: bool) {
    let width = match dtype {
        "int8" | "uint8" => 1,
        "int16" | "uint16" => 2,
        _ => 4,
    };
    let (mut data, mut bounds, mut offsets) = (Vec::new(), vec![0], vec![0]);
    for len in LENGTHS {
        let start = bounds[bounds.len() - 1];
        // Along time first, then along channels, as the writer does.
        let in_time = |channel: usize, t: usize| match time && t > 0 {
            true => value(channel, start + t) - value(channel, start + t - 1),
            false => value(channel, start + t),
        };
        let difference = |channel: usize, t: usize| match space && channel > 0 {
            true => in_time(channel, t) - in_time(channel - 1, t),
            false => in_time(channel, t),
        };
        let mut bytes = Vec::new();
        for i in 0..len * CHANNELS {
            let (channel, t) = if by_channel {
                (i / len, i % len)
            } else {
                (i % CHANNELS, i / CHANNELS)
            };
            bytes.extend(&difference(channel, t).to_le_bytes()[..width]);
        }
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&bytes).expect("memory");
        data.extend(encoder.finish().expect("memory"));
        bounds.push(start + len);
        offsets.push(data.len());
    }
    let order = if by_channel { "F" } else { "C" };
    folder.write(
        "a.ch",
        format!(
            r#"{{"algorithm": "zlib", "n_channels": {CHANNELS}, "sample_rate": 1000.0, "dtype": "{dtype}", "chunk_order": "{order}",
            "do_time_diff": {time}, "do_spatial_diff": {space}, "chunk_bounds": {bounds:?}, "chunk_offsets": {offsets:?}}}"#
        ),
    );
    folder.write("a.cbin", data);
}

#[test]
fn mtscomp() {
    let folder = Folder::new();
    let path = folder.as_ref().join("a.cbin");
    let samples = LENGTHS.iter().sum::<usize>();
    for dtype in ["int8", "uint8", "int16", "uint16", "int32"] {
        for kind in 0..8 {
            let (by_channel, time, space) = (kind & 1 == 0, kind & 2 == 0, kind & 4 == 0);
            write(&folder, dtype, by_channel, time, space);
            let source = one(&path);
            for channel in 0..CHANNELS {
                let wanted: Vec<f64> = (0..samples).map(|t| wrapped(value(channel, t), dtype)).collect();
                let read = values(source.as_ref(), channel, 0..samples as u64);
                assert_eq!(read, wanted, "{dtype}: {by_channel} {time} {space}");
            }
        }
    }
    // How sums of floats were rounded is not known.
    write(&folder, "float32", true, true, false);
    let error = streams(&path).expect_err("it is refused").to_string();
    assert!(error.contains("float32"), "{error}");
}

#[test]
fn a_chunk_that_ends_early() {
    let folder = Folder::new();
    write(&folder, "int16", true, true, false);
    let path = folder.as_ref().join("a.ch");
    let described = std::fs::read_to_string(&path).expect("it was written");
    folder.write(
        "a.ch",
        described.replace("[0, 1, 78, 110, 210]", "[0, 1, 80, 112, 212]"),
    );
    let source = streams(&path).expect("it looks right").main().expect("one");
    let error = galvani::source::Owned::read(source.as_ref(), 0..200).expect_err("a chunk is short");
    assert!(
        error.to_string().contains("chunk 1 cannot be inflated"),
        "{error}"
    );
}
