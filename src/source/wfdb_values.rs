//! How WFDB packs values: by the number of the format, at any place.
//!
//! <https://physionet.org/physiotools/wag/signal-5.htm>.

use std::ops::Range;

use super::file::DataFile;
use crate::Result;

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

    /// The values of a range that is in the file, behind `offset` bytes; not of [`Packing::Differences`] and
    /// [`Packing::Flac`].
    pub(crate) fn read(self, file: &DataFile, offset: u64, range: Range<u64>) -> Result<Vec<i32>> {
        let (values, group) = self.group();
        let first = range.start / values;
        let start = offset + first * group;
        let end = offset + range.end.div_ceil(values) * group;
        let mut bytes = file.read_vec(start, (end.min(file.len()).saturating_sub(start)) as usize)?;
        bytes.resize((end - start) as usize, 0);
        let mut unpacked = Vec::with_capacity((end - start) as usize / group as usize * values as usize);
        for bytes in bytes.chunks_exact(group as usize) {
            self.unpack(bytes, &mut unpacked);
        }
        let skip = (range.start - first * values) as usize;
        unpacked.drain(..skip);
        unpacked.truncate((range.end - range.start) as usize);
        Ok(unpacked)
    }

    fn unpack(self, bytes: &[u8], into: &mut Vec<i32>) {
        match (self, bytes) {
            (Self::Plain { big, zero, .. }, bytes) => {
                let mut wide = [0; 4];
                for (place, byte) in (4 - bytes.len()..).zip(bytes) {
                    wide[place] = *byte;
                }
                if big {
                    wide[4 - bytes.len()..].reverse();
                }
                let unused = 8 * (4 - bytes.len() as u32);
                let bits = i32::from_le_bytes(wide);
                // Without a sign where something is taken away.
                let value = if zero == 0 {
                    bits >> unused
                } else {
                    (bits as u32 >> unused) as i32
                };
                into.push(value - zero);
            }
            (Self::Twelve, &[a, b, c]) => {
                let [a, b, c] = [a, b, c].map(i32::from);
                into.push(signed(a | (b & 0x0f) << 8, 12));
                into.push(signed(c | (b & 0xf0) << 4, 12));
            }
            (Self::Ten, &[a, b, c, d]) => {
                let (low, high) = (
                    i32::from(u16::from_le_bytes([a, b])),
                    i32::from(u16::from_le_bytes([c, d])),
                );
                into.push(signed(low >> 1, 10));
                into.push(signed(high >> 1, 10));
                into.push(signed((low >> 11 & 0x1f) | (high >> 11 & 0x1f) << 5, 10));
            }
            (Self::TenPacked, &[a, b, c, d]) => {
                let word = u32::from_le_bytes([a, b, c, d]) as i32;
                into.extend([0, 10, 20].map(|shift| signed(word >> shift, 10)));
            }
            _ => {}
        }
    }
}

/// The lowest bits of a word as a signed integer.
fn signed(word: i32, bits: u32) -> i32 {
    word << (32 - bits) >> (32 - bits)
}
