//! Types of values on disk, and their conversion to the two types that the device keeps.

use std::fmt;
use std::mem::MaybeUninit;
use std::str::FromStr;

use super::Dtype;
use super::file::copy;
use crate::wide::wide;
use crate::{Error, Result};

/// The type of a stored value, without its byte order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 8-bit signed integer.
    I8,
    /// 8-bit unsigned integer.
    U8,
    /// 16-bit signed integer.
    I16,
    /// 16-bit unsigned integer.
    U16,
    /// 24-bit signed integer, packed in three bytes.
    I24,
    /// 32-bit signed integer.
    I32,
    /// 32-bit float.
    F32,
    /// 64-bit float.
    F64,
}

/// The order of the bytes of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

impl ByteOrder {
    /// The machine's own.
    pub const NATIVE: Self = if cfg!(target_endian = "big") {
        Self::Big
    } else {
        Self::Little
    };
}

/// The type of a value on disk.
///
/// Parses NumPy's forms, long and short: `int16`, `<i2`, `>f4`, `|u1`, and `i24` or `<i3` for packed 24-bit integers.
/// Without a byte order it is little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StoredType {
    /// The type.
    pub kind: Kind,
    /// The byte order; without meaning for single bytes.
    pub order: ByteOrder,
}

impl StoredType {
    /// 16-bit signed little-endian integers, by far the most common.
    pub const I16_LE: Self = Self {
        kind: Kind::I16,
        order: ByteOrder::Little,
    };

    /// Bytes of one value on disk.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self.kind {
            Kind::I8 | Kind::U8 => 1,
            Kind::I16 | Kind::U16 => 2,
            Kind::I24 => 3,
            Kind::I32 | Kind::F32 => 4,
            Kind::F64 => 8,
        }
    }

    /// The type that values become: up to 16 bits [`Dtype::I16`], else [`Dtype::F32`].
    #[must_use]
    pub const fn dtype(self) -> Dtype {
        match self.kind {
            Kind::I8 | Kind::U8 | Kind::I16 | Kind::U16 => Dtype::I16,
            Kind::I24 | Kind::I32 | Kind::F32 | Kind::F64 => Dtype::F32,
        }
    }

    /// What conversion takes away from every value: 32768 for `u16`, else 0.
    #[must_use]
    pub const fn shift(self) -> f64 {
        match self.kind {
            Kind::U16 => 32768.0,
            _ => 0.0,
        }
    }

    /// Whether the bytes on disk are those of [`StoredType::dtype`] on this machine, so that nothing is converted.
    #[must_use]
    pub fn is_native(self) -> bool {
        matches!(self.kind, Kind::I16 | Kind::F32) && self.order == ByteOrder::NATIVE
    }

    /// Converts `from` into `into`, value by value, in order.
    ///
    /// Bits of 32-bit floats are kept, NaN's payload too; `i24`, `i32` and `f64` round to nearest, ties to even.
    ///
    /// # Panics
    /// If `from` and `into` do not hold the same number of whole values.
    pub(crate) fn convert(self, from: &[u8], into: &mut [MaybeUninit<u8>]) {
        assert_eq!(
            from.len() * self.dtype().bytes(),
            into.len() * self.bytes(),
            "as many values of each"
        );
        let (len, stride) = (from.len(), from.len());
        self.convert_runs(
            Runs {
                bytes: from,
                len,
                stride,
            },
            into,
        );
    }

    /// Converts runs into `into`, one right after another, as [`StoredType::convert`] does; of the last that there is room
    /// for maybe only the first values.
    ///
    /// # Panics
    /// If there is room for more than the runs, or if they or the room do not hold whole values.
    pub(crate) fn convert_runs(self, from: Runs<'_>, into: &mut [MaybeUninit<u8>]) {
        match self.is_native() {
            true => one_by_one::<1, 1>(from, into, copy),
            false => converted(self, from, into),
        }
    }
}

/// Bytes of values in runs of `len` bytes, from the start of one of which to the next are `stride` bytes.
#[derive(Clone, Copy)]
pub(crate) struct Runs<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) len: usize,
    pub(crate) stride: usize,
}

wide! {
    fn converted(stored: StoredType, from: Runs<'_>, into: &mut [MaybeUninit<u8>]) = convert_each
}

#[inline(always)]
fn convert_each(stored: StoredType, from: Runs<'_>, into: &mut [MaybeUninit<u8>]) {
    let big = stored.order == ByteOrder::Big;
    match (stored.kind, big) {
        (Kind::I8, _) => each(from, into, |b: [u8; 1]| i16::from(b[0] as i8).to_ne_bytes()),
        (Kind::U8, _) => each(from, into, |b: [u8; 1]| i16::from(b[0]).to_ne_bytes()),
        (Kind::I16, false) => each(from, into, |b| i16::from_le_bytes(b).to_ne_bytes()),
        (Kind::I16, true) => each(from, into, |b| i16::from_be_bytes(b).to_ne_bytes()),
        (Kind::U16, false) => each(from, into, |b| (u16::from_le_bytes(b) ^ 0x8000).to_ne_bytes()),
        (Kind::U16, true) => each(from, into, |b| (u16::from_be_bytes(b) ^ 0x8000).to_ne_bytes()),
        (Kind::I24, false) => each(from, into, |[a, b, c]: [u8; 3]| i24(a, b, c).to_ne_bytes()),
        (Kind::I24, true) => each(from, into, |[a, b, c]: [u8; 3]| i24(c, b, a).to_ne_bytes()),
        (Kind::I32, false) => each(from, into, |b| (i32::from_le_bytes(b) as f32).to_ne_bytes()),
        (Kind::I32, true) => each(from, into, |b| (i32::from_be_bytes(b) as f32).to_ne_bytes()),
        (Kind::F32, false) => each(from, into, |b| u32::from_le_bytes(b).to_ne_bytes()),
        (Kind::F32, true) => each(from, into, |b| u32::from_be_bytes(b).to_ne_bytes()),
        (Kind::F64, false) => each(from, into, |b| (f64::from_le_bytes(b) as f32).to_ne_bytes()),
        (Kind::F64, true) => each(from, into, |b| (f64::from_be_bytes(b) as f32).to_ne_bytes()),
    }
}

/// A packed 24-bit integer, lowest byte first; every one is exact as `f32`.
fn i24(low: u8, mid: u8, high: u8) -> f32 {
    (i32::from_le_bytes([0, low, mid, high]) >> 8) as f32
}

/// Applies `value` to each `FROM` bytes of runs, giving `INTO` bytes.
#[inline(always)]
fn each<const FROM: usize, const INTO: usize>(
    from: Runs<'_>,
    into: &mut [MaybeUninit<u8>],
    value: impl Fn([u8; FROM]) -> [u8; INTO],
) {
    one_by_one::<FROM, INTO>(from, into, |from, into| {
        let values = from.as_chunks::<FROM>().0;
        for (from, into) in values.iter().zip(into.as_chunks_mut::<INTO>().0) {
            *into = value(*from).map(MaybeUninit::new);
        }
    });
}

/// Hands runs to `convert`, which makes `INTO` bytes of each `FROM`, with the room for them.
#[inline(always)]
fn one_by_one<const FROM: usize, const INTO: usize>(
    from: Runs<'_>,
    into: &mut [MaybeUninit<u8>],
    convert: impl Fn(&[u8], &mut [MaybeUninit<u8>]),
) {
    if into.is_empty() {
        return;
    }
    let room = from.len / FROM * INTO;
    assert!(
        from.len.is_multiple_of(FROM) && into.len().is_multiple_of(INTO),
        "whole values"
    );
    assert!(
        into.len().div_ceil(room) <= from.bytes.len().div_ceil(from.stride),
        "no more room than there are runs"
    );
    for (run, into) in from.bytes.chunks(from.stride).zip(into.chunks_mut(room)) {
        convert(&run[..into.len() / INTO * FROM], into);
    }
}

impl fmt::Display for StoredType {
    /// NumPy's short form, `<i2`; `<i3` for packed 24-bit integers, which NumPy has not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match (self.bytes(), self.order) {
            (1, _) => '|',
            (_, ByteOrder::Little) => '<',
            (_, ByteOrder::Big) => '>',
        };
        let kind = match self.kind {
            Kind::U8 | Kind::U16 => 'u',
            Kind::F32 | Kind::F64 => 'f',
            _ => 'i',
        };
        write!(f, "{order}{kind}{}", self.bytes())
    }
}

impl FromStr for StoredType {
    type Err = Error;

    /// NumPy's names and short forms, and Rust's names where they are none of those (`i8` is NumPy's of eight bytes).
    fn from_str(text: &str) -> Result<Self> {
        let (order, name) = match text.as_bytes().first() {
            Some(b'<') => (ByteOrder::Little, &text[1..]),
            Some(b'>') => (ByteOrder::Big, &text[1..]),
            Some(b'=') => (ByteOrder::NATIVE, &text[1..]),
            Some(b'|') => (ByteOrder::Little, &text[1..]),
            _ => (ByteOrder::Little, text),
        };
        let kind = match name {
            "i1" | "int8" => Kind::I8,
            "u1" | "uint8" => Kind::U8,
            "i2" | "i16" | "int16" => Kind::I16,
            "u2" | "u16" | "uint16" => Kind::U16,
            "i3" | "i24" | "int24" => Kind::I24,
            "i4" | "i32" | "int32" => Kind::I32,
            "f4" | "f32" | "float32" => Kind::F32,
            "f8" | "f64" | "float64" => Kind::F64,
            _ => {
                return Err(Error::Invalid {
                    what: "dtype",
                    problem: format!(
                        "{text:?} is none of int8 uint8 int16 uint16 int24 int32 float32 float64, \
                         nor NumPy's short form of one, such as <i2 or >f4"
                    ),
                });
            }
        };
        Ok(Self { kind, order })
    }
}
