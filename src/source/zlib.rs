//! Whole zlib streams, unpacked at one go.

use std::mem::MaybeUninit;

use flate2::{Decompress, FlushDecompress};

/// What zlib can make of a byte at most.
pub(crate) const MAX_RATIO: u64 = 1032;

/// Fills `into` from a stream. What the stream has beyond that is left.
///
/// # Errors
/// What is wrong with it, if it is damaged or ends early.
pub(crate) fn inflate(packed: &[u8], into: &mut [MaybeUninit<u8>]) -> Result<(), String> {
    let mut stream = Decompress::new(true);
    stream
        .decompress_uninit(packed, into, FlushDecompress::Finish)
        .map_err(|error| error.to_string())?;
    match stream.total_out() == into.len() as u64 {
        true => Ok(()),
        false => Err(format!(
            "it ends after {} of {} bytes",
            stream.total_out(),
            into.len()
        )),
    }
}
