//! Blosc's frames: blocks of shuffled bytes, each compressed by one of several codecs.
//!
//! <https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst>, version 2 of the format, which is that of Blosc 1.

use super::lz;
use crate::source::shuffle::unshuffle;
use crate::source::unpack::{inflate_zlib, unpack_zstd};

const HEADER: usize = 16;
const VERSION: u8 = 2;
const SHUFFLE: u8 = 0x01;
const STORED: u8 = 0x02;
const BIT_SHUFFLE: u8 = 0x04;
const UNSPLIT: u8 = 0x10;
/// Blocks of types of more bytes are never split, nor those of fewer values.
const MAX_SPLITS: usize = 16;
const MIN_SPLIT: usize = 128;

/// The bytes in a frame, of which there may be `most`.
pub(super) fn decode(frame: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let Some(header) = frame.first_chunk::<HEADER>() else {
        return Err(format!("a frame of {} bytes has no header", frame.len()));
    };
    let number = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let (bytes, block, packed) = (number(4) as usize, number(8) as usize, number(12) as usize);
    if header[0] != VERSION {
        return Err(format!("version {} of the frame is not known", header[0]));
    }
    if bytes > most {
        return Err(format!("a frame of {bytes} bytes, where {most} fit"));
    }
    if bytes == 0 {
        return Ok(Vec::new());
    }
    let frame = frame
        .get(..packed)
        .ok_or_else(|| format!("{packed} bytes are announced, {} are there", frame.len()))?;
    let flags = header[2];
    if flags & STORED != 0 {
        let stored = frame.get(HEADER..HEADER + bytes);
        return Ok(stored.ok_or("stored bytes are missing")?.to_vec());
    }
    let blocks = bytes
        .checked_div(block)
        .map(|whole| whole + usize::from(!bytes.is_multiple_of(block)));
    let starts = blocks.and_then(|blocks| frame.get(HEADER..HEADER + 4 * blocks));
    let starts = starts.ok_or_else(|| format!("blocks of {block} bytes have no places"))?;
    let mut decoded = vec![0; bytes];
    let mut shuffled = vec![0; block.min(bytes)];
    let size = usize::from(header[3]).max(1);
    for (start, into) in starts.as_chunks::<4>().0.iter().zip(decoded.chunks_mut(block)) {
        let start = u32::from_le_bytes(*start) as usize;
        let whole = into.len() == block;
        let splits = flags & UNSPLIT == 0 && whole && size <= MAX_SPLITS && block / size >= MIN_SPLIT;
        let splits = if splits { size } else { 1 };
        let mut rest = frame.get(start..).ok_or("a block begins beyond the frame")?;
        let shuffle = flags & SHUFFLE != 0 && size > 1;
        let bits = !shuffle && flags & BIT_SHUFFLE != 0 && into.len() >= size;
        let room = &mut shuffled[..into.len()];
        {
            let target = if shuffle || bits { &mut *room } else { &mut *into };
            if !target.len().is_multiple_of(splits) {
                return Err(format!("a block of {} bytes in {splits} parts", target.len()));
            }
            let part = target.len() / splits;
            for part in target.chunks_exact_mut(part) {
                rest = unpack(flags >> 5, rest, part)?;
            }
        }
        if shuffle {
            unshuffle(size, room, into);
        } else if bits {
            unshuffle_bits(size, room, into);
        }
    }
    Ok(decoded)
}

/// Decodes one part of a block, which fills `into`; what follows it.
fn unpack<'a>(codec: u8, from: &'a [u8], into: &mut [u8]) -> Result<&'a [u8], String> {
    let (packed, from) = from
        .split_first_chunk::<4>()
        .ok_or("a block's length is missing")?;
    let packed = u32::from_le_bytes(*packed) as usize;
    let (packed, rest) = from
        .split_at_checked(packed)
        .ok_or("a block reaches beyond the frame")?;
    if packed.len() == into.len() {
        into.copy_from_slice(packed);
        return Ok(rest);
    }
    let done = match codec {
        0 => lz::blosclz(packed, into),
        1 => lz4_flex::block::decompress_into(packed, into).map_err(|error| error.to_string()),
        2 => lz::snappy(packed, into),
        3 => inflate_zlib(packed, into),
        4 => unpack_zstd(packed, into),
        other => return Err(format!("codec {other} inside the frame is not known")),
    };
    match done? {
        filled if filled == into.len() => Ok(rest),
        filled => Err(format!(
            "a block has {filled} bytes and should have {}",
            into.len()
        )),
    }
}

/// What [`unshuffle`] does, for bits: first lie the lowest bits of all first bytes. Values come in eights, or are not shuffled.
fn unshuffle_bits(size: usize, from: &[u8], into: &mut [u8]) {
    let values = from.len() / size;
    if !values.is_multiple_of(8) {
        into.copy_from_slice(from);
        return;
    }
    let (eights, whole) = (values / 8, values * size);
    for byte in 0..size {
        let planes = &from[byte * values..][..values];
        for eight in 0..eights {
            let rows: [u8; 8] = std::array::from_fn(|bit| planes[bit * eights + eight]);
            let values = transposed(u64::from_le_bytes(rows)).to_le_bytes();
            for (i, value) in values.into_iter().enumerate() {
                into[(8 * eight + i) * size + byte] = value;
            }
        }
    }
    into[whole..].copy_from_slice(&from[whole..]);
}

/// A matrix of 8 × 8 bits, a byte a row, with rows and columns exchanged (Hacker's Delight, 7-3).
fn transposed(bits: u64) -> u64 {
    let swap = |bits: u64, mask: u64, shift: u32| {
        let differ = (bits ^ (bits >> shift)) & mask;
        bits ^ differ ^ (differ << shift)
    };
    let bits = swap(bits, 0x00aa_00aa_00aa_00aa, 7);
    let bits = swap(bits, 0x0000_cccc_0000_cccc, 14);
    swap(bits, 0x0000_0000_f0f0_f0f0, 28)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_exchanged() {
        let bits = 0x8123_4567_89ab_cdef_u64;
        let turned = transposed(bits);
        for row in 0..8 {
            for column in 0..8 {
                assert_eq!(bits >> (8 * row + column) & 1, turned >> (8 * column + row) & 1);
            }
        }
    }
}
