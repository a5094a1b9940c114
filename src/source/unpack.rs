//! Bytes out of compressed ones, and no more of them than are expected.

use std::io::Read;

#[cfg(feature = "zarr")]
use flate2::Crc;
use flate2::read::MultiGzDecoder;
#[cfg(feature = "zarr")]
use flate2::read::ZlibDecoder;
use zstd::zstd_safe::get_frame_content_size;

/// The bytes of a gzip file.
pub(crate) fn gunzip(packed: &[u8], most: usize) -> Result<Vec<u8>, String> {
    all(MultiGzDecoder::new(packed), most)
}

/// The bytes of a zlib stream.
#[cfg(feature = "zarr")]
pub(crate) fn inflate(packed: &[u8], most: usize) -> Result<Vec<u8>, String> {
    all(ZlibDecoder::new(packed), most)
}

/// The bytes of bzip2's files.
#[cfg(feature = "zarr")]
pub(crate) fn unpack_bz2(packed: &[u8], most: usize) -> Result<Vec<u8>, String> {
    all(bzip2::read::MultiBzDecoder::new(packed), most)
}

/// The bytes of zstd's frames.
pub(crate) fn unpack_zstd_frames(packed: &[u8], most: usize) -> Result<Vec<u8>, String> {
    // Where the first frame says its size and is the only one, as usual, at one go.
    if let Ok(Some(size)) = get_frame_content_size(packed)
        && size <= most as u64
    {
        let mut bytes = vec![0; size as usize];
        if unpack_zstd(packed, &mut bytes) == Ok(bytes.len()) {
            return Ok(bytes);
        }
    }
    all(
        zstd::stream::read::Decoder::with_buffer(packed).map_err(|error| error.to_string())?,
        most,
    )
}

/// The bytes of a block of LZ4, after their number in four bytes.
#[cfg(feature = "zarr")]
pub(crate) fn unpack_lz4(packed: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let (size, block) = packed
        .split_first_chunk::<4>()
        .ok_or("the length of the bytes is missing")?;
    let size = u32::from_le_bytes(*size) as usize;
    if size > most {
        return Err(format!("it unpacks to more than {most} bytes"));
    }
    unpack_lz4_block(block, size)
}

/// The bytes of a block of LZ4, of which there are `most`.
pub(crate) fn unpack_lz4_block(block: &[u8], most: usize) -> Result<Vec<u8>, String> {
    // LZ4 makes 255 bytes of one at most.
    if most / 255 > block.len() {
        return Err(format!("{} bytes cannot be {most}", block.len()));
    }
    let mut bytes = vec![0; most];
    let filled = lz4_flex::block::decompress_into(block, &mut bytes).map_err(|error| error.to_string())?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// The bytes of a block of Snappy.
#[cfg(feature = "tables")]
pub(crate) fn unpack_snappy(block: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let said = snap::raw::decompress_len(block).map_err(|error| error.to_string())?;
    // What makes most of its bytes is a copy of 64 that takes three.
    if said > most || said / 32 > block.len() {
        return Err(format!("{} bytes cannot be {said}", block.len()));
    }
    let unpacked = snap::raw::Decoder::new().decompress_vec(block);
    unpacked.map_err(|error| error.to_string())
}

/// Fills `into` from a zlib stream, and says how far.
#[cfg(feature = "zarr")]
pub(crate) fn inflate_zlib(packed: &[u8], into: &mut [u8]) -> Result<usize, String> {
    let mut stream = ZlibDecoder::new(packed);
    let mut filled = 0;
    while filled < into.len() {
        match stream
            .read(&mut into[filled..])
            .map_err(|error| error.to_string())?
        {
            0 => break,
            more => filled += more,
        }
    }
    Ok(filled)
}

/// Fills `into` from zstd's frames, and says how far.
pub(crate) fn unpack_zstd(packed: &[u8], into: &mut [u8]) -> Result<usize, String> {
    zstd::bulk::decompress_to_buffer(packed, into).map_err(|error| error.to_string())
}

/// All that a stream gives, of which there may be `most`.
fn all(mut stream: impl Read, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let limit = most as u64 + 1;
    stream
        .by_ref()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() > most {
        return Err(format!("it unpacks to more than {most} bytes"));
    }
    Ok(bytes)
}

/// CRC-32 as gzip has it.
#[cfg(feature = "zarr")]
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = Crc::new();
    sum.update(bytes);
    sum.sum()
}

/// Adler-32 as zlib has it.
#[cfg(feature = "zarr")]
pub(crate) fn adler32(bytes: &[u8]) -> u32 {
    const PRIME: u32 = 65_521;
    let (mut low, mut high) = (1_u32, 0_u32);
    // So many bytes add up without passing 32 bits.
    for part in bytes.chunks(5552) {
        for byte in part {
            low += u32::from(*byte);
            high += low;
        }
        low %= PRIME;
        high %= PRIME;
    }
    high << 16 | low
}
