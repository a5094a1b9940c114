//! How WFDB packs values: by the number of the format, at any place.
//!
//! <https://physionet.org/physiotools/wag/signal-5.htm>.

use std::mem::MaybeUninit;
use std::ops::Range;

use super::file::{DataFile, refill};
use super::scratch;
use crate::Result;
use crate::wide::wide;

/// Values on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Differences of 8 bits, from the value before of the same signal.
    Differences,
    /// Integers of so many bytes, big-endian or not, from which something is taken.
    Plain { bytes: u64, big: bool, zero: i32 },
    /// Two of 12 bits in three bytes.
    Twelve,
    /// Three of 10 bits in four bytes, in two words of 15 bits.
    Ten,
    /// Three of 10 bits in four bytes, side by side.
    TenPacked,
    /// A stream of FLAC of so many bits at most, with a channel for each signal.
    Flac { bits: u32 },
}

impl Packing {
    pub(crate) fn of(format: u32) -> Option<Self> {
        let plain = |bytes, big, zero| Some(Self::Plain { bytes, big, zero });
        match format {
            8 => Some(Self::Differences),
            16 => plain(2, false, 0),
            24 => plain(3, false, 0),
            32 => plain(4, false, 0),
            61 => plain(2, true, 0),
            80 => plain(1, false, 128),
            160 => plain(2, false, 32768),
            212 => Some(Self::Twelve),
            310 => Some(Self::Ten),
            311 => Some(Self::TenPacked),
            508 | 516 | 524 => Some(Self::Flac { bits: format - 500 }),
            _ => None,
        }
    }

    /// Values in a group that starts at a byte, and the group's bytes.
    fn group(self) -> (u64, u64) {
        match self {
            Self::Differences | Self::Flac { .. } => (1, 1),
            Self::Plain { bytes, .. } => (1, bytes),
            Self::Twelve => (2, 3),
            Self::Ten | Self::TenPacked => (3, 4),
        }
    }

    /// Values that are in `bytes` bytes; not of [`Packing::Flac`].
    pub(crate) fn values_in(self, bytes: u64) -> u64 {
        let (values, group) = self.group();
        let rest = bytes % group;
        let some = match self {
            Self::Twelve => u64::from(rest >= 2),
            // The second value of a group is in its second word, the third in both.
            Self::Ten => u64::from(rest >= 2),
            Self::TenPacked => u64::from(rest >= 2) + u64::from(rest >= 3),
            _ => 0,
        };
        bytes / group * values + some
    }

    /// What stands for no value.
    pub(crate) fn invalid(self) -> Option<i32> {
        match self {
            Self::Differences => None,
            Self::Plain { bytes, zero: 0, .. } => Some(((1_i64 << (8 * bytes - 1)) as i32).wrapping_neg()),
            Self::Plain { zero, .. } => Some(-zero),
            Self::Twelve => Some(-2048),
            Self::Ten | Self::TenPacked => Some(-512),
            Self::Flac { bits } => Some(-1 << (bits - 1)),
        }
    }

    /// Makes something of the values of a range that is in the file, behind `offset` bytes; of those that the file does
    /// not hold, of 0. Not of [`Packing::Differences`] and [`Packing::Flac`].
    pub(crate) fn read(
        self,
        file: &DataFile,
        offset: u64,
        range: &Range<u64>,
        into: &mut [MaybeUninit<u8>],
        make: impl Make,
    ) -> Result<()> {
        let (values, group) = self.group();
        let first = range.start / values;
        let start = offset + first * group;
        let end = offset + range.end.div_ceil(values) * group;
        let held = end.min(file.len()).saturating_sub(start);
        scratch::with((end - start) as usize, |bytes| {
            let (there, missing) = bytes.split_at_mut(held as usize);
            refill(there, |there| file.read_into(start, there))?;
            missing.fill(0);
            let skip = (range.start - first * values) as usize;
            unpack(self, make, bytes, skip, into.as_chunks_mut().0);
            Ok(())
        })
    }
}

/// What is made of a value.
pub(crate) trait Make: Copy {
    fn of(self, value: i32) -> [u8; 4];
}

/// Integers.
#[derive(Clone, Copy)]
pub(crate) struct Integers;

impl Make for Integers {
    #[inline(always)]
    fn of(self, value: i32) -> [u8; 4] {
        value.to_ne_bytes()
    }
}

/// 32-bit floats, NaN of what stands for no value.
#[derive(Clone, Copy)]
pub(crate) struct Floats {
    pub(crate) invalid: Option<i32>,
}

impl Make for Floats {
    #[inline(always)]
    fn of(self, value: i32) -> [u8; 4] {
        let known = self.invalid != Some(value);
        (if known { value as f32 } else { f32::NAN }).to_ne_bytes()
    }
}

wide! {
    /// Unpacks groups, of the first of which some values are left out.
    fn unpack<T: Make>(packing: Packing, make: T, bytes: &[u8], skip: usize, into: &mut [[MaybeUninit<u8>; 4]]) = unpack_each
}

#[inline(always)]
fn unpack_each<T: Make>(
    packing: Packing,
    make: T,
    bytes: &[u8],
    skip: usize,
    into: &mut [[MaybeUninit<u8>; 4]],
) {
    // Nothing is taken from what has a sign.
    match packing {
        Packing::Plain { bytes: 1, zero, .. } => {
            each(bytes, skip, into, |[a]: [u8; 1]| [make.of(i32::from(a) - zero)]);
        }
        Packing::Plain {
            bytes: 2,
            big: false,
            zero: 0,
        } => each(bytes, skip, into, |pair| {
            [make.of(i16::from_le_bytes(pair).into())]
        }),
        Packing::Plain {
            bytes: 2, big: true, ..
        } => {
            each(bytes, skip, into, |pair| {
                [make.of(i16::from_be_bytes(pair).into())]
            });
        }
        Packing::Plain { bytes: 2, zero, .. } => {
            each(bytes, skip, into, |pair| {
                [make.of(i32::from(u16::from_le_bytes(pair)) - zero)]
            });
        }
        Packing::Plain { bytes: 3, .. } => each(bytes, skip, into, |[a, b, c]: [u8; 3]| {
            [make.of(i32::from_le_bytes([0, a, b, c]) >> 8)]
        }),
        Packing::Plain { .. } => each(bytes, skip, into, |word| [make.of(i32::from_le_bytes(word))]),
        Packing::Twelve => each(bytes, skip, into, |group: [u8; 3]| {
            let [a, b, c] = group.map(i32::from);
            [a | (b & 0x0f) << 8, c | (b & 0xf0) << 4].map(|word| make.of(signed(word, 12)))
        }),
        Packing::Ten => each(bytes, skip, into, |[a, b, c, d]: [u8; 4]| {
            let [low, high] = [[a, b], [c, d]].map(|pair| i32::from(u16::from_le_bytes(pair)));
            let third = (low >> 11 & 0x1f) | (high >> 11 & 0x1f) << 5;
            [low >> 1, high >> 1, third].map(|word| make.of(signed(word, 10)))
        }),
        Packing::TenPacked => each(bytes, skip, into, |word| {
            let word = i32::from_le_bytes(word);
            [0, 10, 20].map(|shift| make.of(signed(word >> shift, 10)))
        }),
        Packing::Differences | Packing::Flac { .. } => {}
    }
}
/// Applies `unpack` to each group, and leaves out the first `skip` values, and those for which there is no room.
#[inline(always)]
fn each<const GROUP: usize, const VALUES: usize>(
    bytes: &[u8],
    skip: usize,
    into: &mut [[MaybeUninit<u8>; 4]],
    unpack: impl Fn([u8; GROUP]) -> [[u8; 4]; VALUES],
) {
    let put = |(into, value): (&mut [MaybeUninit<u8>; 4], [u8; 4])| *into = value.map(MaybeUninit::new);
    let groups = bytes.as_chunks::<GROUP>().0;
    let partly = usize::from(skip > 0);
    let (head, into) = into.split_at_mut(((VALUES - skip) * partly).min(into.len()));
    if let Some(group) = groups.first().filter(|_| partly == 1) {
        head.iter_mut()
            .zip(unpack(*group).into_iter().skip(skip))
            .for_each(put);
    }
    let groups = &groups[partly.min(groups.len())..];
    let (whole, tail) = into.as_chunks_mut::<VALUES>();
    let last = groups.get(whole.len());
    for (group, into) in groups.iter().zip(whole) {
        *into = unpack(*group).map(|value| value.map(MaybeUninit::new));
    }
    if let Some(group) = last {
        tail.iter_mut().zip(unpack(*group)).for_each(put);
    }
}

/// The lowest bits of a word as a signed integer.
#[inline(always)]
fn signed(word: i32, bits: u32) -> i32 {
    word << (32 - bits) >> (32 - bits)
}
