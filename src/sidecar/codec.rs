//! A block of nodes to its bytes in a shard, and back.

use zarrs::array::codec::{
    BloscCompressionLevel, BloscCompressor, BloscShuffleMode, blosc_compress_bytes, blosc_decompress_bytes,
    blosc_validate,
};

use crate::abi::{Node, Sample, f32_from_key, key_from_f32};
use crate::source::Dtype;

/// The compressor inside a block, and how hard it tries.
///
/// Measured on extracellular noise, one core: zstd 1 after shuffling makes 1.66 to 1.72 of one and decodes at 1.3
/// GB/s; zstd 3 takes half as long again for 3 % less; lz4 decodes at 3.4 GB/s but makes 1.5, and a whole view of 384
/// channels should read two thirds of its nodes' size at most.
pub(super) const COMPRESSOR: BloscCompressor = BloscCompressor::Zstd;
/// See [`COMPRESSOR`].
pub(super) const LEVEL: u8 = 1;

/// What an array of a level holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// Lowest and highest value: `level/L`.
    Range,
    /// Whether there is a gap: `gap/L`, of floats alone.
    Gap,
}

impl Part {
    /// The parts that a recording's sidecar has.
    pub(super) fn of(dtype: Dtype) -> &'static [Self] {
        match dtype {
            Dtype::I16 => &[Self::Range],
            Dtype::F32 => &[Self::Range, Self::Gap],
        }
    }

    /// The group of its arrays.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Range => "level",
            Self::Gap => "gap",
        }
    }

    /// Bytes of one value, by which blosc shuffles.
    pub(super) fn value_bytes(self, dtype: Dtype) -> usize {
        match self {
            Self::Range => dtype.bytes(),
            Self::Gap => 1,
        }
    }

    /// Bytes of one node.
    pub(super) fn node_bytes(self, dtype: Dtype) -> usize {
        match self {
            Self::Range => 2 * dtype.bytes(),
            Self::Gap => 1,
        }
    }

    pub(super) fn shuffle(self) -> BloscShuffleMode {
        match self {
            Self::Range => BloscShuffleMode::Shuffle,
            Self::Gap => BloscShuffleMode::NoShuffle,
        }
    }
}

/// The values of `nodes` of this part as they lie in the array, filled up with zeros to `stored` nodes.
fn values(part: Part, dtype: Dtype, nodes: &[Node], stored: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(stored * part.node_bytes(dtype));
    match (part, dtype) {
        (Part::Range, Dtype::I16) => {
            // The words of the device are these very bytes.
            bytes.extend(nodes.iter().flat_map(|node| i16::words(*node)[0].to_le_bytes()));
        }
        (Part::Range, Dtype::F32) => bytes.extend(nodes.iter().flat_map(|node| {
            let (lo, hi) = if node.lo > node.hi {
                (f32::INFINITY, f32::NEG_INFINITY)
            } else {
                (f32_from_key(node.lo), f32_from_key(node.hi))
            };
            let pair = u64::from(lo.to_bits()) | u64::from(hi.to_bits()) << 32;
            pair.to_le_bytes()
        })),
        (Part::Gap, _) => bytes.extend(nodes.iter().map(|node| u8::from(node.gap))),
    }
    bytes.resize(stored * part.node_bytes(dtype), 0);
    bytes
}

/// The encoded block: blosc, then a CRC-32C in four bytes.
///
/// # Panics
/// If blosc refuses, which it does only for blocks beyond 2 GiB.
pub(super) fn encode(part: Part, dtype: Dtype, nodes: &[Node], stored: usize) -> Vec<u8> {
    let values = values(part, dtype, nodes, stored);
    let level = BloscCompressionLevel::try_from(LEVEL).expect("a level of blosc's");
    let typesize = part.value_bytes(dtype);
    let packed = blosc_compress_bytes(&values, level, part.shuffle(), typesize, COMPRESSOR, 0, 1);
    let mut bytes = packed.expect("a block is far below blosc's 2 GiB");
    bytes.extend(checksum(&bytes));
    bytes
}

/// Bytes of a checksum.
pub(super) const CHECKSUM: usize = 4;

/// The CRC-32C that Zarr's codec of that name puts behind what it is of.
pub(super) fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    crc32c::crc32c(bytes).to_le_bytes()
}

/// What encoded values hold before its checksum, if that holds.
pub(super) fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let (packed, sum) = bytes.split_last_chunk()?;
    (checksum(packed) == *sum).then_some(packed)
}

/// The values of an encoded block; `None` where its checksum or its size is wrong.
pub(super) fn decode(bytes: &[u8], expected: usize) -> Option<Vec<u8>> {
    let packed = checked(bytes)?;
    let size = blosc_validate(packed).filter(|size| *size == expected)?;
    blosc_decompress_bytes(packed, size, 1).ok()
}

/// One node from its bytes in each part.
pub(super) fn node(dtype: Dtype, range: &[u8], gap: u8) -> Node {
    match dtype {
        Dtype::I16 => {
            let value = |at: usize| i32::from(i16::from_le_bytes([range[at], range[at + 1]]));
            let (lo, hi) = (value(0), value(2));
            if lo > hi {
                return Node::EMPTY;
            }
            Node { lo, hi, gap: false }
        }
        Dtype::F32 => {
            let value =
                |at: usize| f32::from_le_bytes([range[at], range[at + 1], range[at + 2], range[at + 3]]);
            let gap = gap != 0;
            match (key_from_f32(value(0)), key_from_f32(value(4))) {
                (Some(lo), Some(hi)) if lo <= hi => Node { lo, hi, gap },
                _ => Node { gap, ..Node::EMPTY },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_come_back() {
        let key = |value: f32| key_from_f32(value).expect("not NaN");
        let floats = [
            Node {
                lo: key(-1.5),
                hi: key(2e30),
                gap: false,
            },
            Node {
                lo: key(f32::NEG_INFINITY),
                hi: key(f32::INFINITY),
                gap: true,
            },
            Node {
                gap: true,
                ..Node::EMPTY
            },
            Node::EMPTY,
            Node {
                lo: 0,
                hi: 0,
                gap: false,
            },
        ];
        let integers = [
            Node {
                lo: -32768,
                hi: 32767,
                gap: false,
            },
            Node {
                lo: 5,
                hi: 5,
                gap: false,
            },
            Node::EMPTY,
        ];
        for (dtype, nodes) in [(Dtype::F32, &floats[..]), (Dtype::I16, &integers[..])] {
            let mut parts = Vec::new();
            for part in Part::of(dtype) {
                let bytes = encode(*part, dtype, nodes, 8);
                parts.push(decode(&bytes, 8 * part.node_bytes(dtype)).expect("whole"));
            }
            let each = Part::Range.node_bytes(dtype);
            for (i, expected) in nodes.iter().enumerate() {
                let gap = parts.get(1).map_or(0, |gap| gap[i]);
                assert_eq!(
                    node(dtype, &parts[0][i * each..][..each], gap),
                    *expected,
                    "{dtype:?} {i}"
                );
            }
        }
    }

    #[test]
    fn a_flipped_bit_is_found_wherever_it_is() {
        let nodes = [Node {
            lo: -3,
            hi: 9,
            gap: false,
        }; 64];
        let bytes = encode(Part::Range, Dtype::I16, &nodes, 64);
        for at in 0..bytes.len() {
            let mut broken = bytes.clone();
            broken[at] ^= 1;
            assert_eq!(decode(&broken, 256), None, "byte {at}");
        }
        assert!(decode(&bytes, 255).is_none() && decode(&[], 0).is_none());
    }
}
