//! A header's fields, one after another: each read is within the header, or an error that says where it ends.

use super::file::DataFile;
use super::reader::{failed, latin1};
use crate::{Error, Result};

/// Bytes that are read at first; as many again each time that these do not do.
const FIRST: usize = 64 << 10;

/// Bytes of a file and a place among them. Numbers are little-endian.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    format: &'static str,
    file: &'a DataFile,
    /// Where the bytes lie in the file.
    base: u64,
    /// How many there are, and those that have been read.
    len: usize,
    bytes: Vec<u8>,
    at: usize,
}

impl<'a> Fields<'a> {
    /// Up to `max` bytes of a file from `offset` on, which are read as they are asked for.
    pub(crate) fn read(format: &'static str, file: &'a DataFile, offset: u64, max: u64) -> Result<Self> {
        let len = file.len().saturating_sub(offset).min(max);
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        Ok(Self {
            format,
            file,
            base: offset,
            len,
            bytes: file.read_vec(offset, len.min(FIRST))?,
            at: 0,
        })
    }

    /// Where the next field lies in the file.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Bytes that follow.
    pub(crate) fn left(&self) -> usize {
        self.len - self.at
    }

    /// Goes to a place in the file; beyond the bytes, the next read fails.
    pub(crate) fn seek(&mut self, offset: u64) {
        let at = offset
            .checked_sub(self.base)
            .and_then(|at| usize::try_from(at).ok());
        self.at = at.unwrap_or(usize::MAX).min(self.len);
    }

    /// An error at the next field.
    pub(crate) fn failed(&self, problem: impl Into<String>) -> Error {
        failed(self.format, self.file.path(), self.offset(), problem)
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&[u8]> {
        if len > self.left() {
            return Err(self.failed(format!("the header ends here, {len} bytes are missing")));
        }
        let end = self.at + len;
        if let Some(missing) = end.checked_sub(self.bytes.len()).filter(|missing| *missing > 0) {
            let read = self.bytes.len();
            let more = missing.max(read).min(self.len - read);
            self.bytes
                .extend(self.file.read_vec(self.base + read as u64, more)?);
        }
        self.at = end;
        Ok(&self.bytes[end - len..end])
    }

    pub(crate) fn skip(&mut self, len: usize) -> Result<()> {
        self.take(len).map(|_| ())
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(crate) fn u8(&mut self) -> Result<u8> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(crate) fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(crate) fn i16(&mut self) -> Result<i16> {
        Ok(i16::from_le_bytes(self.array()?))
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(crate) fn i32(&mut self) -> Result<i32> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(crate) fn i64(&mut self) -> Result<i64> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    pub(crate) fn f32(&mut self) -> Result<f32> {
        Ok(f32::from_le_bytes(self.array()?))
    }

    /// Text of `len` bytes up to its first NUL, without spaces around it.
    pub(crate) fn text(&mut self, len: usize) -> Result<String> {
        let bytes = self.take(len)?;
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(len);
        let bytes = &bytes[..end];
        let text = std::str::from_utf8(bytes).map_or_else(|_| latin1(bytes), ToOwned::to_owned);
        Ok(text.trim().to_owned())
    }

    /// A number in text of `len` bytes.
    pub(crate) fn number<T: std::str::FromStr>(&mut self, len: usize, what: &str) -> Result<T> {
        let at = self.at;
        let text = self.text(len)?;
        text.parse().map_err(|_| {
            self.at = at;
            self.failed(format!("{what} is {text:?}, which is no number that it can be"))
        })
    }
}
