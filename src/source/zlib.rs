//! Whole zlib streams, unpacked at one go.

use std::mem::MaybeUninit;

use flate2::{Decompress, FlushDecompress, Status};

/// What zlib can make of a byte at most.
pub(crate) const MAX_RATIO: u64 = 1032;

/// Fills `into` from a stream that makes just as many bytes, and holds it to its checksum.
///
/// # Errors
/// What is wrong with it, if it is damaged, cut short, or longer.
pub(crate) fn inflate(packed: &[u8], into: &mut [MaybeUninit<u8>]) -> Result<(), String> {
    let mut stream = Decompress::new(true);
    let status = stream
        .decompress_uninit(packed, into, FlushDecompress::Finish)
        .map_err(|error| error.to_string())?;
    let made = stream.total_out();
    match (made == into.len() as u64, status) {
        (true, Status::StreamEnd) => Ok(()),
        (true, _) => Err(format!(
            "it goes on after {made} bytes, or its checksum is cut off"
        )),
        (false, _) => Err(format!("it ends after {made} of {} bytes", into.len())),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::inflate;
    use crate::source::file::filled;
    use crate::{Error, Result};

    fn unpacked(packed: &[u8], len: usize) -> Result<Vec<u8>> {
        filled(len, |into| {
            inflate(packed, into).map_err(|problem| Error::Invalid {
                what: "stream",
                problem,
            })
        })
    }

    #[test]
    fn only_whole_streams_of_just_the_length_are_taken() -> Result<()> {
        for len in [1_usize, 2, 255, 70_000, 1 << 20] {
            let bytes: Vec<u8> = (0..len).map(|i| ((i * i) >> 7) as u8).collect();
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
            encoder.write_all(&bytes).expect("memory");
            let packed = encoder.finish().expect("memory");
            assert!(unpacked(&packed, len)? == bytes, "{len} bytes");
            for (made, what) in [(len - 1, "goes on"), (len + 1, "ends after")] {
                let said = unpacked(&packed, made).expect_err("another length").to_string();
                assert!(said.contains(what), "{len}: {said}");
            }
            for cut in 1..5 {
                assert!(
                    unpacked(&packed[..packed.len() - cut], len).is_err(),
                    "{cut} bytes are cut off"
                );
            }
            let mut damaged = packed.clone();
            damaged[packed.len() - 2] ^= 1;
            assert!(unpacked(&damaged, len).is_err(), "another checksum");
        }
        Ok(())
    }
}
