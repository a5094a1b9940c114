//! The arrays in MATLAB's files of versions 4 and 5: their names, shapes and types, and where their numbers are.
//!
//! <https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf>. Numbers are read where they lie; of compressed arrays the
//! beginning is inflated to know them, of compressed structures all.

use std::io::Read;
use std::path::Path;

use flate2::read::ZlibDecoder;

use super::Dtype;
use super::file::{DataFile, filled};
use super::reader::failed;
use super::section::Section;
use super::stored::{ByteOrder, Kind, StoredType};
use super::zlib::MAX_RATIO;
use crate::{Error, Result};

pub(crate) const FORMAT: &str = "MAT";
/// Bytes before the first array of version 5.
const HEADER: u64 = 128;
const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;
/// Bytes that are inflated at a time.
const STEP: u64 = 64 << 10;
/// Names, and lists of names, are no longer; nor are structures deeper, nor arrays more.
const MAX_NAMES: u64 = 1 << 20;
const MAX_DEPTH: usize = 8;
const MAX_ARRAYS: usize = 10_000;

/// An array of numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Array {
    /// Within structures, `EEG.data`.
    pub(crate) name: String,
    /// The first runs fastest.
    pub(crate) axes: Vec<u64>,
    /// The type of a stored number; `None` for those that are not read.
    pub(crate) stored: Option<StoredType>,
    pub(crate) complex: bool,
    /// Where its numbers are: in the file, or behind what inflates before them.
    pub(crate) offset: u64,
    pub(crate) bytes: u64,
    /// The compressed element that they are in.
    pub(crate) packed: Option<Packed>,
    /// Its value if it is one number.
    pub(crate) value: Option<f64>,
}

/// Compressed bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) offset: u64,
    pub(crate) bytes: u64,
}

impl Packed {
    pub(crate) fn inflate<'a>(&self, file: &'a DataFile) -> ZlibDecoder<Section<&'a DataFile>> {
        ZlibDecoder::new(Section::new(
            file,
            self.offset..self.offset.saturating_add(self.bytes),
        ))
    }

    /// More bytes than it can inflate to.
    pub(crate) fn most(&self) -> u64 {
        self.bytes.saturating_mul(MAX_RATIO)
    }
}

/// What arrays are parsed from.
enum Bytes<'a> {
    Plain(&'a DataFile),
    Inflated(Box<ZlibDecoder<Section<&'a DataFile>>>),
}

/// A place in bytes that are parsed.
struct Input<'a> {
    bytes: Bytes<'a>,
    at: u64,
    big: bool,
    path: &'a Path,
    packed: Option<Packed>,
}

impl Input<'_> {
    fn failed(&self, problem: impl Into<String>) -> Error {
        // Inflated bytes have no place in the file but their element's.
        failed(
            FORMAT,
            self.path,
            self.packed.map_or(self.at, |packed| packed.offset),
            problem,
        )
    }

    fn take(&mut self, len: u64) -> Result<Vec<u8>> {
        let cut = || "the file ends within an array's description";
        let bytes = match &mut self.bytes {
            Bytes::Plain(file) if self.at.checked_add(len).is_some_and(|end| end <= file.len()) => {
                file.read_vec(self.at, len as usize)?
            }
            Bytes::Plain(_) => return Err(self.failed(cut())),
            Bytes::Inflated(decoder) => {
                let mut bytes = Vec::new();
                let read = decoder.take(len).read_to_end(&mut bytes);
                if read.is_err() || bytes.len() as u64 != len {
                    return Err(self.failed("a compressed array is damaged or cut short"));
                }
                bytes
            }
        };
        self.at += len;
        Ok(bytes)
    }

    /// Goes to a place further on; within plain bytes perhaps beyond their end.
    fn skip_to(&mut self, place: u64) -> Result<()> {
        if let Bytes::Plain(_) = self.bytes {
            self.at = place;
            return Ok(());
        }
        while self.at < place {
            self.take((place - self.at).min(STEP))?;
        }
        Ok(())
    }

    fn u32(&mut self) -> Result<u32> {
        let bytes = self.take(4)?;
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        Ok(if self.big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    /// A tag: a type, bytes, and where what follows ends with what fills it up.
    fn tag(&mut self) -> Result<(u32, u64, u64)> {
        let word = self.u32()?;
        // A small one has both in one word, and its bytes in the next.
        if word >> 16 != 0 {
            let bytes = u64::from(word >> 16);
            if bytes > 4 {
                return Err(self.failed(format!("{bytes} bytes do not fit into a small element")));
            }
            return Ok((word & 0xffff, bytes, self.at + 4));
        }
        let bytes = u64::from(self.u32()?);
        Ok((word, bytes, self.at + bytes.next_multiple_of(8)))
    }

    /// The bytes of a small element.
    fn element(&mut self) -> Result<(u32, Vec<u8>)> {
        let (kind, bytes, end) = self.tag()?;
        if bytes > MAX_NAMES {
            return Err(self.failed(format!("{bytes} bytes are too many for a description")));
        }
        let taken = self.take(bytes)?;
        self.skip_to(end)?;
        Ok((kind, taken))
    }

    fn words(&self, bytes: &[u8]) -> Vec<u32> {
        let words = bytes.as_chunks::<4>().0.iter();
        words
            .map(|word| {
                if self.big {
                    u32::from_be_bytes(*word)
                } else {
                    u32::from_le_bytes(*word)
                }
            })
            .collect()
    }

    /// Adds the arrays of a matrix of `bytes` bytes, whose tag has been read.
    fn matrix(&mut self, bytes: u64, within: &str, depth: usize, found: &mut Vec<Array>) -> Result<()> {
        let end = self.at + bytes.next_multiple_of(8);
        // An empty matrix has no description at all.
        if bytes == 0 || found.len() >= MAX_ARRAYS {
            return self.skip_to(end);
        }
        let (_, flags) = self.element()?;
        let flags = self.words(&flags).first().copied().unwrap_or(0);
        let (_, axes) = self.element()?;
        let axes: Vec<u64> = self.words(&axes).into_iter().map(u64::from).collect();
        let (_, name) = self.element()?;
        let name = String::from_utf8_lossy(&name).trim_end_matches('\0').to_owned();
        let name = if within.is_empty() {
            name
        } else {
            within.to_owned()
        };
        match flags & 0xff {
            2 if depth < MAX_DEPTH && count(&axes) == 1 => self.structure(&name, depth, found)?,
            6..=15 => self.numbers((flags, axes, name), depth, found)?,
            _ => {}
        }
        // Of an array alone in its compressed element, nothing that follows is needed.
        if self.packed.is_some() && depth == 0 {
            return Ok(());
        }
        self.skip_to(end)
    }

    fn numbers(
        &mut self,
        (flags, axes, name): (u32, Vec<u64>, String),
        depth: usize,
        found: &mut Vec<Array>,
    ) -> Result<()> {
        let (kind, bytes, end) = self.tag()?;
        let stored = stored(kind, self.big);
        let offset = self.at;
        let mut value = None;
        if let (1, Some(stored)) = (count(&axes), stored)
            && bytes == stored.bytes() as u64
        {
            value = number(stored, &self.take(bytes)?);
        }
        found.push(Array {
            name,
            axes,
            stored,
            complex: flags & 0x800 != 0,
            offset,
            bytes,
            packed: self.packed,
            value,
        });
        if self.packed.is_some() && depth == 0 {
            Ok(())
        } else {
            self.skip_to(end)
        }
    }

    /// The fields of a structure.
    fn structure(&mut self, name: &str, depth: usize, found: &mut Vec<Array>) -> Result<()> {
        let (_, width) = self.element()?;
        let width = self.words(&width).first().copied().unwrap_or(0).max(1) as usize;
        let (_, names) = self.element()?;
        for field in names.chunks(width) {
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
            let field = String::from_utf8_lossy(&field[..end]).into_owned();
            let (kind, bytes, end) = self.tag()?;
            if kind == MATRIX {
                self.matrix(bytes, &format!("{name}.{field}"), depth + 1, found)?;
            }
            self.skip_to(end)?;
        }
        Ok(())
    }
}

/// Numbers in an array of these axes; as many as there can be if there are more.
fn count(axes: &[u64]) -> u64 {
    axes.iter().fold(1, |count, axis| count.saturating_mul(*axis))
}

/// The type of stored numbers, by the number of the type.
fn stored(kind: u32, big: bool) -> Option<StoredType> {
    let kind = match kind {
        1 => Kind::I8,
        2 => Kind::U8,
        3 => Kind::I16,
        4 => Kind::U16,
        5 => Kind::I32,
        7 => Kind::F32,
        9 => Kind::F64,
        _ => return None,
    };
    let order = if big { ByteOrder::Big } else { ByteOrder::Little };
    Some(StoredType { kind, order })
}

/// One number.
fn number(stored: StoredType, bytes: &[u8]) -> Option<f64> {
    if let (Kind::F64, Some(bytes)) = (stored.kind, bytes.first_chunk::<8>()) {
        return Some(match stored.order {
            ByteOrder::Big => f64::from_be_bytes(*bytes),
            ByteOrder::Little => f64::from_le_bytes(*bytes),
        });
    }
    let value = match stored.dtype() {
        Dtype::I16 => f64::from(converted::<i16>(stored, bytes)?),
        Dtype::F32 => f64::from(converted::<f32>(stored, bytes)?),
    };
    Some(value + stored.shift())
}

fn converted<T: bytemuck::Pod>(stored: StoredType, bytes: &[u8]) -> Option<T> {
    let values = filled(1, |into| {
        stored.convert(bytes, into);
        Ok(())
    });
    values.ok()?.first().copied()
}

/// The arrays of a file of version 5, whose header has been seen; and what cut it short.
pub(crate) fn version_5(file: &DataFile, big: bool) -> (Vec<Array>, Option<Error>) {
    let mut found = Vec::new();
    let mut at = HEADER;
    while at.saturating_add(8) <= file.len() && found.len() < MAX_ARRAYS {
        match element(file, at, big, &mut found) {
            Ok(next) => at = next,
            Err(error) => return (found, Some(error)),
        }
    }
    (found, None)
}

/// Adds the arrays of the element at a place, and says where the next is.
fn element(file: &DataFile, at: u64, big: bool, found: &mut Vec<Array>) -> Result<u64> {
    let mut input = Input {
        bytes: Bytes::Plain(file),
        at,
        big,
        path: file.path(),
        packed: None,
    };
    let (kind, bytes, end) = input.tag()?;
    match kind {
        MATRIX => input.matrix(bytes, "", 0, found)?,
        COMPRESSED => {
            let packed = Packed {
                offset: input.at,
                bytes,
            };
            let mut inner = Input {
                bytes: Bytes::Inflated(Box::new(packed.inflate(file))),
                at: 0,
                packed: Some(packed),
                ..input
            };
            let (kind, bytes, _) = inner.tag()?;
            if kind == MATRIX {
                inner.matrix(bytes, "", 0, found)?;
            }
            // Nothing fills up compressed elements.
            return Ok(packed.offset + packed.bytes);
        }
        _ => {}
    }
    Ok(end)
}

/// The arrays of a file of version 4, in which each has a header of its own; and what cut it short.
pub(crate) fn version_4(file: &DataFile) -> (Vec<Array>, Option<Error>) {
    let mut found = Vec::new();
    let mut at = 0_u64;
    while at.saturating_add(20) <= file.len() && found.len() < MAX_ARRAYS {
        match array_4(file, at) {
            Ok((array, next)) => {
                found.extend(array);
                at = next;
            }
            Err(error) => return (found, Some(error)),
        }
    }
    (found, None)
}

fn array_4(file: &DataFile, at: u64) -> Result<(Option<Array>, u64)> {
    let mut input = Input {
        bytes: Bytes::Plain(file),
        at,
        big: false,
        path: file.path(),
        packed: None,
    };
    let Some((big, kind, full)) = kind_4(input.u32()?) else {
        input.at = at;
        return Err(input.failed("this is no header of an array"));
    };
    input.big = big;
    let (rows, columns) = (u64::from(input.u32()?), u64::from(input.u32()?));
    let (imaginary, named) = (input.u32()?, u64::from(input.u32()?));
    if named > MAX_NAMES {
        return Err(input.failed(format!("a name of {named} bytes is too long")));
    }
    let name = input.take(named)?;
    let order = if big { ByteOrder::Big } else { ByteOrder::Little };
    let stored = StoredType { kind, order };
    let bytes = rows.saturating_mul(columns).saturating_mul(stored.bytes() as u64);
    let offset = input.at;
    let mut value = None;
    if rows * columns == 1 {
        value = number(stored, &input.take(bytes)?);
    }
    let array = Array {
        name: String::from_utf8_lossy(&name).trim_end_matches('\0').to_owned(),
        axes: vec![rows, columns],
        stored: Some(stored),
        complex: imaginary != 0,
        offset,
        bytes,
        packed: None,
        value,
    };
    let parts = if imaginary != 0 { 2 } else { 1 };
    Ok((
        full.then_some(array),
        offset.saturating_add(bytes.saturating_mul(parts)),
    ))
}

/// Byte order, type, and whether it is a full matrix of numbers, by the first word of an array of version 4.
pub(crate) fn kind_4(word: u32) -> Option<(bool, Kind, bool)> {
    let (word, big) = if word < 5000 {
        (word, false)
    } else {
        (word.swap_bytes(), true)
    };
    let [machine, order, kind, matrix] = [word / 1000, word / 100 % 10, word / 10 % 10, word % 10];
    let kind = match kind {
        0 => Kind::F64,
        1 => Kind::F32,
        2 => Kind::I32,
        3 => Kind::I16,
        4 => Kind::U16,
        5 => Kind::U8,
        _ => return None,
    };
    (machine == u32::from(big) && order == 0 && matrix <= 2).then_some((big, kind, matrix == 0))
}
