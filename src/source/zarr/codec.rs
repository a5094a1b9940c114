//! The codecs of a chunk: from its bytes in a file to values in memory.

use serde_json::Value;

use super::blosc;
use super::element::{Class, Element};
use crate::source::shuffle::unshuffle;
use crate::source::stored::ByteOrder;
use crate::source::unpack;

/// Which checksum, and where its four bytes are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Check {
    sum: fn(&[u8]) -> u32,
    at_end: bool,
}

/// One step of decoding.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Blosc,
    Bz2,
    Gzip,
    Lz4,
    Zlib,
    Zstd,
    Check(Check),
    /// Bytes of values of so many bytes, put together.
    Shuffle(usize),
    /// Sums of differences.
    Delta {
        from: Element,
        to: Element,
    },
    /// Values divided by a scale, and an offset added.
    Scale {
        from: Element,
        to: Element,
        scale: f64,
        offset: f64,
    },
}

/// A codec of either version, by its name and what it was told: the step that undoes it; `None` if there is nothing to undo.
pub(super) fn step(name: &str, told: &Value, element: Element) -> Result<Option<Step>, String> {
    let check = |sum, usual: &str| {
        let place = told.get("location").and_then(Value::as_str).unwrap_or(usual);
        Some(Step::Check(Check {
            sum,
            at_end: place == "end",
        }))
    };
    let number = |key: &str, usual: f64| told.get(key).and_then(Value::as_f64).unwrap_or(usual);
    Ok(match name {
        "blosc" => Some(Step::Blosc),
        "bz2" => Some(Step::Bz2),
        "gzip" => Some(Step::Gzip),
        "lz4" => Some(Step::Lz4),
        "zlib" => Some(Step::Zlib),
        "zstd" => Some(Step::Zstd),
        "crc32c" => check(crc32c::crc32c, "end"),
        "crc32" => check(unpack::crc32, "start"),
        "adler32" => check(unpack::adler32, "start"),
        "shuffle" => {
            let size = told.get("elementsize").and_then(Value::as_u64).unwrap_or(4);
            if !(1..=256).contains(&size) {
                return Err(format!("shuffle: values of {size} bytes"));
            }
            Some(Step::Shuffle(size as usize))
        }
        "delta" => {
            let (from, to) = types(told, element, "astype", "dtype")?;
            Some(Step::Delta { from, to })
        }
        "fixedscaleoffset" => {
            let (from, to) = types(told, element, "astype", "dtype")?;
            let (scale, offset) = (number("scale", 1.0), number("offset", 0.0));
            Some(Step::Scale {
                from,
                to,
                scale,
                offset,
            })
        }
        "astype" => {
            let (from, to) = types(told, element, "encode_dtype", "decode_dtype")?;
            Some(Step::Scale {
                from,
                to,
                scale: 1.0,
                offset: 0.0,
            })
        }
        // They only take digits away.
        "bitround" => None,
        "quantize"
            if told
                .get("astype")
                .is_none_or(|other| Some(other) == told.get("dtype")) =>
        {
            None
        }
        other => return Err(format!("the codec {other:?} is not known")),
    })
}

/// The types of encoded and of decoded values, of which both are numbers.
fn types(told: &Value, element: Element, from: &str, to: &str) -> Result<(Element, Element), String> {
    let named = |key: &str| told.get(key).and_then(Value::as_str).map(Element::of_numpy);
    let to = named(to).transpose()?.unwrap_or(element);
    let from = named(from).transpose()?.unwrap_or(to);
    if from.is_number() && to.is_number() {
        Ok((from, to))
    } else {
        Err("differences and scales are of numbers".into())
    }
}

impl Step {
    /// Whether the bytes that come out of it must be in the order of the array's axes, and not in another.
    pub(super) fn needs_order(&self) -> bool {
        matches!(self, Self::Delta { .. })
    }

    /// The type that values have in a file, before a step which gives other ones.
    pub(super) fn encoded(&self) -> Option<Element> {
        match self {
            Self::Delta { from, .. } | Self::Scale { from, .. } => Some(*from),
            _ => None,
        }
    }

    /// The same step where values are in the byte order of what they are decoded to.
    pub(super) fn in_order(self, order: ByteOrder) -> Self {
        let of = |element| Element { order, ..element };
        match self {
            Self::Delta { from, to } => Self::Delta {
                from: of(from),
                to: of(to),
            },
            Self::Scale {
                from,
                to,
                scale,
                offset,
            } => Self::Scale {
                from: of(from),
                to: of(to),
                scale,
                offset,
            },
            other => other,
        }
    }

    /// Undoes a codec, giving `most` bytes at most.
    pub(super) fn decode(&self, bytes: Vec<u8>, most: usize) -> Result<Vec<u8>, String> {
        match self {
            Self::Blosc => blosc::decode(&bytes, most).map_err(|problem| format!("blosc: {problem}")),
            Self::Bz2 => unpack::unpack_bz2(&bytes, most).map_err(|problem| format!("bz2: {problem}")),
            Self::Gzip => unpack::gunzip(&bytes, most).map_err(|problem| format!("gzip: {problem}")),
            Self::Lz4 => unpack::unpack_lz4(&bytes, most).map_err(|problem| format!("lz4: {problem}")),
            Self::Zlib => unpack::inflate(&bytes, most).map_err(|problem| format!("zlib: {problem}")),
            Self::Zstd => {
                unpack::unpack_zstd_frames(&bytes, most).map_err(|problem| format!("zstd: {problem}"))
            }
            Self::Check(check) => check.checked(bytes),
            Self::Shuffle(size) => {
                let mut into = vec![0; bytes.len()];
                unshuffle(*size, &bytes, &mut into);
                Ok(into)
            }
            Self::Delta { from, to } => add_up(*from, *to, bytes, most),
            Self::Scale {
                from,
                to,
                scale,
                offset,
            } => {
                let single = from.class == Class::Float && from.bytes == 4;
                converted(*from, *to, &bytes, most, |number| match single {
                    true => f64::from(number as f32 / *scale as f32 + *offset as f32),
                    false => number / scale + offset,
                })
            }
        }
    }
}

impl Check {
    fn checked(&self, mut bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        let Some(rest) = bytes.len().checked_sub(4) else {
            return Err("it has no checksum".into());
        };
        let sum = if self.at_end {
            bytes.split_off(rest)
        } else {
            let data = bytes.split_off(4);
            std::mem::replace(&mut bytes, data)
        };
        if (self.sum)(&bytes).to_le_bytes() == *sum {
            Ok(bytes)
        } else {
            Err("its checksum is wrong: the chunk is damaged".into())
        }
    }
}

/// Makes values of their differences; integers wrap.
fn add_up(from: Element, to: Element, mut bytes: Vec<u8>, most: usize) -> Result<Vec<u8>, String> {
    if from != to || to.order == ByteOrder::Big || to.class == Class::Float {
        let mut sum = 0.0;
        return converted(from, to, &bytes, most, |number| {
            sum += number;
            // As 32-bit additions round.
            if to.class == Class::Float && to.bytes == 4 {
                sum = f64::from(sum as f32);
            }
            sum
        });
    }
    match to.bytes {
        1 => sums::<1>(&mut bytes),
        2 => sums::<2>(&mut bytes),
        4 => sums::<4>(&mut bytes),
        _ => sums::<8>(&mut bytes),
    }
    Ok(bytes)
}

/// Running sums of integers of `N` bytes, little-endian, modulo 2^(8·N).
fn sums<const N: usize>(bytes: &mut [u8]) {
    let mut sum = 0_u64;
    for value in bytes.as_chunks_mut::<N>().0 {
        let mut wide = [0; 8];
        wide[..N].copy_from_slice(value);
        sum = sum.wrapping_add(u64::from_le_bytes(wide));
        value.copy_from_slice(&sum.to_le_bytes()[..N]);
    }
}

/// Values of another type, each made of one.
fn converted(
    from: Element,
    to: Element,
    bytes: &[u8],
    most: usize,
    mut change: impl FnMut(f64) -> f64,
) -> Result<Vec<u8>, String> {
    let values = bytes.len() / from.bytes;
    if values.saturating_mul(to.bytes) > most {
        return Err(format!("{values} values are more than the chunk has"));
    }
    let mut into = vec![0; values * to.bytes];
    for (value, into) in bytes
        .chunks_exact(from.bytes)
        .zip(into.chunks_exact_mut(to.bytes))
    {
        to.write(change(from.number(value)), into);
    }
    Ok(into)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn undone(name: &str, told: Value, dtype: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let element = Element::of_numpy(dtype)?;
        step(name, &told, element)?
            .expect("there is something to undo")
            .decode(bytes.to_vec(), 64)
    }

    #[test]
    fn differences_add_up_and_wrap() {
        let delta = |dtype: &str, bytes: &[u8]| undone("delta", json!({"dtype": dtype}), dtype, bytes);
        assert_eq!(delta("<i2", &[0xff, 0x7f, 1, 0]), Ok(vec![0xff, 0x7f, 0, 0x80]));
        assert_eq!(delta(">i2", &[0x7f, 0xff, 0, 1]), Ok(vec![0x7f, 0xff, 0x80, 0]));
        assert_eq!(delta("|u1", &[200, 100]), Ok(vec![200, 44]));
        let floats: Vec<u8> = [1.5_f32, -0.5]
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let sums: Vec<u8> = [1.5_f32, 1.0]
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        assert_eq!(delta("<f4", &floats), Ok(sums));
        let wide = json!({"dtype": "<i2", "astype": "|i1"});
        assert_eq!(
            undone("delta", wide, "<i2", &[100, 100]),
            Ok(vec![100, 0, 200, 0])
        );
    }

    #[test]
    fn scales_and_offsets_are_undone() {
        let told = json!({"dtype": "<i2", "astype": "|u1", "scale": 0.5, "offset": 1000});
        assert_eq!(
            undone("fixedscaleoffset", told, "<i2", &[0, 3]),
            Ok(vec![0xe8, 3, 0xee, 3])
        );
        assert!(undone("delta", json!({"dtype": "|O"}), "<i2", &[]).is_err());
        assert!(
            undone("lzma", json!({}), "<i2", &[])
                .expect_err("not known")
                .contains("lzma")
        );
    }

    #[test]
    fn checksums_are_checked() {
        let data = b"123456789";
        // As catalogues of checksums have them.
        for (name, sum) in [
            ("crc32", 0xcbf4_3926_u32),
            ("adler32", 0x091e_01de),
            ("crc32c", 0xe306_9283),
        ] {
            for place in ["start", "end"] {
                let mut bytes = data.to_vec();
                let at = if place == "start" { 0 } else { 9 };
                bytes.splice(at..at, sum.to_le_bytes());
                let told = json!({"location": place});
                assert_eq!(undone(name, told.clone(), "|u1", &bytes), Ok(data.to_vec()));
                bytes[6] ^= 1;
                assert!(
                    undone(name, told, "|u1", &bytes).is_err(),
                    "{name} at the {place}"
                );
            }
        }
    }
}
