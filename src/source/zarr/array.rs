//! An array: its chunks read and decoded, on their own or inside shards; and small arrays as a whole.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::FORMAT;
use super::meta::{Meta, Shard};
use crate::source::file::DataFile;
use crate::source::hierarchy::MAX_TABLE;
use crate::source::reader::failed;
use crate::source::stored::ByteOrder;
use crate::{Error, Result};

/// Bytes of indices of shards that are kept.
const KEPT: usize = 16 << 20;
/// Tables beside recordings are in no more files, and hold no more texts.
const MAX_FILES: u64 = 1 << 20;

/// Where each unit of a shard lies: offset and length; beyond the file where it is not there.
type Index = Vec<(u64, u64)>;

/// An array of a store.
#[derive(Debug)]
pub(super) struct Array {
    pub(super) meta: Meta,
    folder: PathBuf,
    /// The JSON that describes it.
    pub(super) document: PathBuf,
    /// Indices of shards that were read, the latest last.
    indices: Mutex<Vec<(Vec<u64>, Arc<Index>)>>,
}

impl Array {
    pub(super) fn new(meta: Meta, document: PathBuf) -> Self {
        Self {
            meta,
            folder: document.parent().unwrap_or(Path::new(".")).to_path_buf(),
            document,
            indices: Mutex::default(),
        }
    }

    /// An error of what its description says.
    pub(super) fn failed(&self, problem: impl Into<String>) -> Error {
        failed(FORMAT, &self.document, 0, problem)
    }

    /// The file that holds a unit.
    pub(super) fn file_of(&self, unit: &[u64]) -> PathBuf {
        let place: Vec<u64> = unit
            .iter()
            .zip(&self.meta.per_file)
            .map(|(at, per)| at / per)
            .collect();
        self.folder.join(self.meta.key(&place))
    }

    /// The values of a unit as they lie in it; `None` where there are none, and each is the fill value.
    pub(super) fn unit(&self, unit: &[u64]) -> Result<Option<Vec<u8>>> {
        let path = self.file_of(unit);
        let file = match DataFile::open(&path) {
            Err(Error::Open { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let (offset, len) = match &self.meta.shard {
            None => (0, file.len()),
            Some(shard) => match self.inside(shard, &file, unit)? {
                Some(place) => place,
                None => return Ok(None),
            },
        };
        let wrong = |problem: String| failed(FORMAT, &path, offset, format!("chunk {unit:?}: {problem}"));
        let most = self.meta.most();
        if len > most as u64 {
            return Err(wrong(format!("it has {len} bytes, and takes {most} at most")));
        }
        let mut bytes = file.read_vec(offset, len as usize)?;
        for step in &self.meta.steps {
            bytes = step.decode(bytes, most).map_err(wrong)?;
        }
        let needs = self.meta.unit_values() * self.meta.element.bytes;
        if self.meta.element.is_number() && bytes.len() != needs {
            return Err(wrong(format!("it decodes to {} bytes, not {needs}", bytes.len())));
        }
        Ok(Some(bytes))
    }

    /// Where in a shard's file a unit lies, if it is there.
    fn inside(&self, shard: &Shard, file: &DataFile, unit: &[u64]) -> Result<Option<(u64, u64)>> {
        let per = &self.meta.per_file;
        let place: Vec<u64> = unit.iter().zip(per).map(|(at, per)| at / per).collect();
        let number = unit
            .iter()
            .zip(per)
            .fold(0, |number, (at, per)| number * per + at % per);
        let kept = || {
            self.indices
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner())
        };
        let known = kept()
            .iter()
            .find(|(known, _)| *known == place)
            .map(|(_, index)| index.clone());
        let index = match known {
            Some(index) => index,
            None => {
                let index = Arc::new(self.read_index(shard, file)?);
                let mut kept = kept();
                kept.push((place, index.clone()));
                let most = (KEPT / (16 * index.len()).max(1)).max(1);
                let over = kept.len().saturating_sub(most);
                kept.drain(..over);
                index
            }
        };
        match index.get(number as usize) {
            Some((u64::MAX, u64::MAX)) | None => Ok(None),
            Some((offset, len)) if offset.checked_add(*len).is_some_and(|end| end <= file.len()) => {
                Ok(Some((*offset, *len)))
            }
            Some((offset, len)) => Err(failed(
                FORMAT,
                file.path(),
                0,
                format!(
                    "chunk {unit:?} should be {len} bytes from byte {offset}, beyond the end of the shard"
                ),
            )),
        }
    }

    fn read_index(&self, shard: &Shard, file: &DataFile) -> Result<Index> {
        let units = self
            .meta
            .per_file
            .iter()
            .try_fold(1_u64, |units, per| units.checked_mul(*per));
        let sum = if shard.checked { 4 } else { 0 };
        let bytes = units
            .and_then(|units| units.checked_mul(16))
            .and_then(|bytes| bytes.checked_add(sum));
        let Some((bytes, rest)) = bytes.and_then(|bytes| Some((bytes, file.len().checked_sub(bytes)?)))
        else {
            return Err(failed(
                FORMAT,
                file.path(),
                0,
                "the shard is shorter than its index",
            ));
        };
        let offset = if shard.at_start { 0 } else { rest };
        let mut index = file.read_vec(offset, bytes as usize)?;
        if shard.checked {
            let told = index.split_off(index.len() - 4);
            if crc32c::crc32c(&index).to_le_bytes() != *told {
                return Err(failed(
                    FORMAT,
                    file.path(),
                    0,
                    "the checksum of the shard's index is wrong",
                ));
            }
        }
        let numbers = index.as_chunks::<8>().0.iter().map(|bytes| match shard.order {
            ByteOrder::Little => u64::from_le_bytes(*bytes),
            ByteOrder::Big => u64::from_be_bytes(*bytes),
        });
        let numbers: Vec<u64> = numbers.collect();
        Ok(numbers
            .as_chunks::<2>()
            .0
            .iter()
            .map(|[offset, len]| (*offset, *len))
            .collect())
    }

    /// How far apart, in values, neighbours along each axis lie in a unit.
    pub(super) fn strides(&self) -> Vec<usize> {
        let mut strides = vec![0; self.meta.axes.len()];
        let mut apart = 1;
        for axis in self.meta.axes.iter().rev() {
            strides[*axis] = apart;
            apart *= self.meta.unit[*axis] as usize;
        }
        strides
    }

    /// Numbers of some rows of an array of two axes at most.
    pub(super) fn numbers(&self, rows: Range<u64>) -> Option<Vec<f64>> {
        let element = self.meta.element;
        let (all, columns) = table(&self.meta.shape)?;
        let count = rows.end.checked_sub(rows.start)?.checked_mul(columns)?;
        if !element.is_number() || rows.end > all || count.checked_mul(8)? > MAX_TABLE {
            return None;
        }
        let fill = element.number(&self.meta.fill);
        let mut numbers = vec![0.0; count as usize];
        let (unit, strides) = (table(&self.meta.unit)?, self.strides());
        let files = (rows.end - rows.start)
            .div_ceil(unit.0)
            .saturating_mul(columns.div_ceil(unit.1));
        if files > MAX_FILES {
            return None;
        }
        let (along, across) = (*strides.first().unwrap_or(&1), *strides.get(1).unwrap_or(&1));
        for row_unit in rows.start / unit.0..rows.end.div_ceil(unit.0) {
            for column_unit in 0..columns.div_ceil(unit.1) {
                let place = &[row_unit, column_unit][..self.meta.shape.len()];
                let bytes = self.unit(place).ok()?;
                if bytes.is_none() && fill == 0.0 {
                    continue;
                }
                let (top, left) = (row_unit * unit.0, column_unit * unit.1);
                for row in rows.start.max(top)..rows.end.min(top.saturating_add(unit.0)) {
                    for column in left..columns.min(left.saturating_add(unit.1)) {
                        let at = (row - top) as usize * along + (column - left) as usize * across;
                        let number = bytes.as_ref().map_or(fill, |bytes| {
                            element.number(&bytes[at * element.bytes..][..element.bytes])
                        });
                        numbers[((row - rows.start) * columns + column) as usize] = number;
                    }
                }
            }
        }
        Some(numbers)
    }

    /// Texts of an array of one axis or none.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        let (all, columns) = table(&self.meta.shape)?;
        if columns != 1 || all > MAX_FILES {
            return None;
        }
        let per = table(&self.meta.unit)?.0;
        let mut texts = Vec::new();
        for unit in 0..all.div_ceil(per) {
            let place = &[unit][..self.meta.shape.len()];
            let here = (all - unit * per).min(per) as usize;
            let mut found = match self.unit(place).ok()? {
                Some(bytes) => self.meta.element.texts_in(&bytes, here)?,
                None => Vec::new(),
            };
            found.resize(here, String::new());
            texts.append(&mut found);
        }
        Some(texts)
    }
}

/// Extents as rows and columns; 1 where there is no such axis, `None` where there are more.
fn table(extents: &[u64]) -> Option<(u64, u64)> {
    match *extents {
        [] => Some((1, 1)),
        [rows] => Some((rows, 1)),
        [rows, columns] => Some((rows, columns)),
        _ => None,
    }
}
