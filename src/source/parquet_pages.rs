//! The pages of a column of Parquet, unpacked and decoded.
//!
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings>.

use std::borrow::Cow;
use std::ops::Range;

use super::thrift::{self, Value, varint, zigzag};
use super::unpack::{gunzip, unpack_lz4_block, unpack_snappy, unpack_zstd_frames};

/// What a codec makes of a byte at most: zstd has blocks of four bytes that are 128 KiB.
const MAX_RATIO: usize = 1 << 15;
/// Numbers that are packed alike in one piece.
const MAX_PIECE: u64 = 1 << 20;

/// A column's pages in a row group.
pub(crate) struct Chunk {
    pub(crate) codec: i64,
    /// Of the file.
    pub(crate) bytes: Range<u64>,
    /// Rows without a value, if it is said.
    pub(crate) missing: Option<u64>,
}

/// How values lie where they are plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Physical {
    /// A bit each.
    Bool,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

impl Physical {
    fn width(self) -> usize {
        match self {
            Self::Bool => 0,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }

    /// A value by its bits.
    fn number(self, bits: u64) -> f64 {
        match self {
            Self::Bool => f64::from(u8::from(bits != 0)),
            Self::I32 => f64::from((bits as u32).cast_signed()),
            Self::U32 => f64::from(bits as u32),
            Self::I64 => bits.cast_signed() as f64,
            Self::U64 => bits as f64,
            Self::F32 => f64::from(f32::from_bits(bits as u32)),
            Self::F64 => f64::from_bits(bits),
        }
    }
}

/// All values of a column's pages, of which there are as many as rows, NaN where there is none: those below the level `levels`.
///
/// Errors are of a byte among these.
pub(crate) fn column(
    bytes: &[u8],
    codec: i64,
    physical: Physical,
    levels: u32,
    rows: usize,
) -> Result<Vec<f64>, (usize, String)> {
    let (mut values, mut dictionary, mut at) = (Vec::new(), Vec::new(), 0);
    while values.len() < rows {
        let wrong = |problem: String| (at, problem);
        let page = thrift::parse(&bytes[at..]).and_then(|(header, len)| {
            let size = |field: i16| usize::try_from(header.count(field)?).ok();
            let (unpacked, packed) = (size(2)?, size(3)?);
            let body = bytes.get(at + len..)?.get(..packed)?;
            Some((header, unpacked, body, at + len + packed))
        });
        let (header, unpacked, body, next) = page.ok_or_else(|| {
            wrong(format!(
                "it ends at row {} of {rows}, or is damaged",
                values.len()
            ))
        })?;
        let page = Page {
            codec,
            physical,
            levels,
            unpacked,
            body,
        };
        let left = rows - values.len();
        match header.int(1) {
            Some(0) => page.first(header.get(5), left, &dictionary, &mut values),
            Some(2) => page.dictionary(header.get(7)).map(|read| dictionary = read),
            Some(3) => page.second(header.get(8), left, &dictionary, &mut values),
            // An index.
            Some(1) => Ok(()),
            kind => Err(format!("pages of kind {kind:?} are not known")),
        }
        .map_err(wrong)?;
        at = next;
    }
    Ok(values)
}

/// A page, as it is stored.
struct Page<'a> {
    codec: i64,
    physical: Physical,
    levels: u32,
    unpacked: usize,
    body: &'a [u8],
}

impl<'a> Page<'a> {
    fn unpack(&self, packed: &'a [u8], size: usize) -> Result<Cow<'a, [u8]>, String> {
        if self.codec != 0 && size / MAX_RATIO > packed.len() {
            return Err(format!("{} bytes cannot be {size}", packed.len()));
        }
        Ok(Cow::Owned(match self.codec {
            0 => return Ok(Cow::Borrowed(packed)),
            // Of older writers some leave an empty page unpacked.
            _ if size == 0 => return Ok(Cow::Borrowed(&[])),
            1 => unpack_snappy(packed, size)?,
            2 => gunzip(packed, size)?,
            6 => unpack_zstd_frames(packed, size)?,
            7 => unpack_lz4_block(packed, size)?,
            4 => return Err("it is compressed by brotli, which is not read".into()),
            other => return Err(format!("codec {other} is not read")),
        }))
    }

    fn dictionary(&self, header: Option<&Value<'_>>) -> Result<Vec<f64>, String> {
        let count = header.and_then(|header| header.count(1)).unwrap_or(0);
        let bytes = self.unpack(self.body, self.unpacked)?;
        plain(&bytes, self.physical, count as usize).ok_or_else(|| "its dictionary is cut short".into())
    }

    /// A page of the first kind: levels and values are packed together.
    fn first(
        &self,
        header: Option<&Value<'_>>,
        left: usize,
        dictionary: &[f64],
        values: &mut Vec<f64>,
    ) -> Result<(), String> {
        let (count, encoding) = facts(header, 2, left)?;
        let bytes = self.unpack(self.body, self.unpacked)?;
        let mut rest = &bytes[..];
        let mut there = None;
        if self.levels > 0 {
            if header.and_then(|header| header.int(3)) != Some(3) {
                return Err("its levels are packed in a way that is not read".into());
            }
            let (levels, after) = sized(rest).ok_or("its levels are cut short")?;
            there = Some(levels);
            rest = after;
        }
        self.values(there, rest, count, encoding, dictionary, values)
    }

    /// A page of the second kind: levels come before what is packed.
    fn second(
        &self,
        header: Option<&Value<'_>>,
        left: usize,
        dictionary: &[f64],
        values: &mut Vec<f64>,
    ) -> Result<(), String> {
        let (count, encoding) = facts(header, 4, left)?;
        let size = |field: i16| header.and_then(|header| header.count(field)).unwrap_or(0);
        let (repeats, levels) = (size(6) as usize, size(5) as usize);
        let parts = self
            .body
            .get(repeats..)
            .and_then(|body| body.split_at_checked(levels));
        let (levels, packed) = parts.ok_or("its levels are cut short")?;
        let is_packed = header.and_then(|header| header.get(7)) != Some(&Value::Bool(false));
        let bytes = if is_packed {
            let unpacked = self.unpacked.saturating_sub(self.body.len() - packed.len());
            self.unpack(packed, unpacked)?
        } else {
            Cow::Borrowed(packed)
        };
        let there = (self.levels > 0).then_some(levels);
        self.values(there, &bytes, count, encoding, dictionary, values)
    }

    /// Adds the values of so many rows; `levels` say which rows have one.
    fn values(
        &self,
        levels: Option<&[u8]>,
        bytes: &[u8],
        count: usize,
        encoding: i64,
        dictionary: &[f64],
        values: &mut Vec<f64>,
    ) -> Result<(), String> {
        let there: Option<Vec<bool>> = match levels {
            None => None,
            Some(levels) => {
                let width = u32::BITS - self.levels.leading_zeros();
                let levels = hybrid(levels, width, count).ok_or("its levels are cut short")?;
                Some(levels.into_iter().map(|level| level == self.levels).collect())
            }
        };
        let stored = there
            .as_ref()
            .map_or(count, |there| there.iter().filter(|there| **there).count());
        let read = self.decode(bytes, stored, encoding, dictionary)?;
        match there {
            None => values.extend(read),
            Some(there) => {
                let mut read = read.into_iter();
                let value = |there| if there { read.next() } else { None };
                values.extend(
                    there
                        .into_iter()
                        .map(value)
                        .map(|value| value.unwrap_or(f64::NAN)),
                );
            }
        }
        Ok(())
    }

    fn decode(
        &self,
        bytes: &[u8],
        count: usize,
        encoding: i64,
        dictionary: &[f64],
    ) -> Result<Vec<f64>, String> {
        let read = match encoding {
            0 => plain(bytes, self.physical, count),
            2 | 8 if count == 0 => Some(Vec::new()),
            2 | 8 => bytes.split_first().and_then(|(width, bytes)| {
                let entries = hybrid(bytes, u32::from(*width), count)?;
                entries
                    .into_iter()
                    .map(|entry| dictionary.get(entry as usize).copied())
                    .collect()
            }),
            3 if self.physical == Physical::Bool => sized(bytes).and_then(|(bytes, _)| {
                let bits = hybrid(bytes, 1, count)?;
                Some(bits.into_iter().map(f64::from).collect())
            }),
            5 => differences(bytes, count).map(|values| {
                let number = |value: i64| self.physical.number(value.cast_unsigned());
                values.into_iter().map(number).collect()
            }),
            9 => split(bytes, self.physical, count),
            other => return Err(format!("encoding {other} is not read")),
        };
        read.ok_or_else(|| format!("a page of {count} values is cut short or damaged"))
    }
}

/// How many rows a page has, of which there may be `left`, and how their values are encoded.
fn facts(header: Option<&Value<'_>>, encoding: i16, left: usize) -> Result<(usize, i64), String> {
    let facts = header.and_then(|header| Some((header.count(1)? as usize, header.int(encoding)?)));
    facts
        .filter(|(count, _)| *count <= left)
        .ok_or_else(|| "a page has more rows than are left, or does not say how many".into())
}

/// Bytes after their number, and the rest.
fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*len) as usize)
}

/// `width` bits from bit `at` on; those behind the end are 0.
fn bits(bytes: &[u8], at: usize, width: u32) -> u64 {
    let from = bytes.get(at / 8..).unwrap_or_default();
    let mut window = [0; 16];
    let len = from.len().min(9);
    window[..len].copy_from_slice(&from[..len]);
    let window = u128::from_le_bytes(window) >> (at % 8);
    (window & ((1 << width) - 1)) as u64
}

/// Values one after another.
fn plain(bytes: &[u8], physical: Physical, count: usize) -> Option<Vec<f64>> {
    let width = physical.width();
    let taken = match physical {
        Physical::Bool => count.div_ceil(8),
        _ => count.checked_mul(width)?,
    };
    let bytes = bytes.get(..taken)?;
    let number = |word: u64| physical.number(word);
    Some(match width {
        0 => (0..count).map(|at| number(bits(bytes, at, 1))).collect(),
        4 => {
            let words = bytes.as_chunks().0.iter();
            words
                .map(|word| number(u64::from(u32::from_le_bytes(*word))))
                .collect()
        }
        _ => {
            let words = bytes.as_chunks().0.iter();
            words.map(|word| number(u64::from_le_bytes(*word))).collect()
        }
    })
}

/// Values of which first all lowest bytes lie, then the next.
fn split(bytes: &[u8], physical: Physical, count: usize) -> Option<Vec<f64>> {
    let width = physical.width();
    let bytes = bytes.get(..count.checked_mul(width).filter(|_| width > 0)?)?;
    let word = |at: usize| {
        (0..width).fold(0, |word, byte| {
            word | u64::from(bytes[byte * count + at]) << (8 * byte)
        })
    };
    Some((0..count).map(|at| physical.number(word(at))).collect())
}

/// So many small numbers, in runs of one of them and runs of packed ones.
fn hybrid(mut bytes: &[u8], width: u32, count: usize) -> Option<Vec<u32>> {
    if width > 32 {
        return None;
    }
    let mut values = Vec::new();
    while values.len() < count {
        let head = varint(&mut bytes)?;
        let left = count - values.len();
        if head & 1 == 0 {
            let (value, rest) = bytes.split_at_checked(width.div_ceil(8) as usize)?;
            let value = value
                .iter()
                .rev()
                .fold(0, |value, byte| value << 8 | u32::from(*byte));
            values.extend(std::iter::repeat_n(value, left.min((head >> 1) as usize)));
            bytes = rest;
        } else {
            let taken = usize::try_from(head >> 1).ok()?.checked_mul(width as usize)?;
            let numbers = usize::try_from(head >> 1).ok()?.saturating_mul(8);
            // Of the last run, some writers leave out what is not used.
            let (packed, rest) = bytes.split_at(taken.min(bytes.len()));
            let numbers = numbers.min(left);
            if (numbers * width as usize).div_ceil(8) > packed.len() {
                return None;
            }
            values.extend((0..numbers).map(|at| bits(packed, at * width as usize, width) as u32));
            bytes = rest;
        }
    }
    Some(values)
}

/// Whole numbers by their differences, which are packed in pieces, each with bits of its own.
fn differences(mut bytes: &[u8], count: usize) -> Option<Vec<i64>> {
    let (block, pieces) = (varint(&mut bytes)?, varint(&mut bytes)?);
    let (total, mut value) = (varint(&mut bytes)?, zigzag(&mut bytes)?);
    let piece = block
        .checked_div(pieces)
        .filter(|piece| (1..=MAX_PIECE).contains(piece))?;
    if total < count as u64 {
        return None;
    }
    let mut values = Vec::new();
    if count > 0 {
        values.push(value);
    }
    while values.len() < count {
        let least = zigzag(&mut bytes)?;
        let (widths, mut rest) = bytes.split_at_checked(usize::try_from(pieces).ok()?)?;
        for width in widths {
            if values.len() == count {
                break;
            }
            let (width, left) = (u32::from(*width), count - values.len());
            let taken = (piece as usize * width as usize).div_ceil(8);
            let (packed, after) = rest.split_at_checked(taken).filter(|_| width <= 64)?;
            rest = after;
            for at in 0..left.min(piece as usize) {
                let more = bits(packed, at * width as usize, width).cast_signed();
                value = value.wrapping_add(least).wrapping_add(more);
                values.push(value);
            }
        }
        bytes = rest;
    }
    Some(values)
}
