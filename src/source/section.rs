//! A part of a file as a stream, for decoders that read in order.

use std::io::{self, Read};
use std::ops::{Deref, Range};

use super::file::DataFile;

/// A range of a file's bytes.
pub(crate) struct Section<F> {
    file: F,
    range: Range<u64>,
    at: u64,
}

impl<F: Deref<Target = DataFile>> Section<F> {
    /// The bytes of a range that the file has.
    pub(crate) fn new(file: F, range: Range<u64>) -> Self {
        let end = range.end.min(file.len());
        Self {
            range: range.start.min(end)..end,
            at: range.start.min(end),
            file,
        }
    }
}

impl<F: Deref<Target = DataFile>> Read for Section<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.range.end.saturating_sub(self.at);
        let len = left.min(into.len() as u64) as usize;
        let bytes = self.file.read_vec(self.at, len).map_err(io::Error::other)?;
        into[..len].copy_from_slice(&bytes);
        self.at += len as u64;
        Ok(len)
    }
}
