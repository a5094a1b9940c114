//! Where the values of an image lie: in memory, or in a file.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::Value;
use crate::source::{DataFile, refill};
use crate::{Error, Result};

/// Rows of values.
pub(super) trait Rows<V>: Sync {
    /// Columns, and rows.
    fn size(&self) -> [usize; 2];

    /// The values of some columns of a row, where they lie or in `scratch`.
    fn part<'a>(&'a self, row: usize, columns: Range<usize>, scratch: &'a mut Vec<V>) -> Result<&'a [V]>;
}

/// An image as it was given.
#[derive(Clone)]
pub(super) struct Base<V> {
    pub(super) size: [usize; 2],
    store: Store<V>,
}

#[derive(Clone)]
enum Store<V> {
    Memory(Arc<Vec<V>>),
    /// A file, and the byte of the first value.
    File(Arc<DataFile>, u64),
}

/// How many values there are of `[width, height]`, if memory can count them.
fn count(size: [usize; 2]) -> Result<usize> {
    let fits = |count: &usize| size.iter().all(|side| *side < 1 << 31) && *count < 1 << 60;
    size[0].checked_mul(size[1]).filter(fits).ok_or(Error::Invalid {
        what: "the size of an image",
        problem: format!(
            "{} × {} pixels; give fewer than 2³¹ across and down",
            size[0], size[1]
        ),
    })
}

impl<V: Value> Base<V> {
    pub(super) fn new(size: [usize; 2], values: Arc<Vec<V>>) -> Result<Self> {
        if count(size)? != values.len() {
            return Err(Error::Invalid {
                what: "an image",
                problem: format!(
                    "{} values for {} rows of {}; give one for each pixel",
                    values.len(),
                    size[1],
                    size[0]
                ),
            });
        }
        Ok(Self {
            size,
            store: Store::Memory(values),
        })
    }

    pub(super) fn open(path: &Path, offset: u64, size: [usize; 2]) -> Result<Self> {
        let file = DataFile::open(path)?;
        let needs = (count(size)? * size_of::<V>()) as u64;
        if file.len().saturating_sub(offset) < needs {
            return Err(Error::Format {
                format: "raw image",
                path: path.to_owned(),
                offset,
                problem: format!(
                    "{} rows of {} values of {} need {needs} bytes, {} follow; check the size, the type and the offset",
                    size[1],
                    size[0],
                    V::NAME,
                    file.len().saturating_sub(offset)
                ),
            });
        }
        Ok(Self {
            size,
            store: Store::File(Arc::new(file), offset),
        })
    }

    /// The values to write to, of an image in memory; copied where others have them too.
    pub(super) fn values(&mut self) -> Result<&mut Vec<V>> {
        match &mut self.store {
            Store::Memory(values) => Ok(Arc::make_mut(values)),
            Store::File(..) => Err(Error::Invalid {
                what: "an image",
                problem: "it lies in a file, where it stays as it is; open it anew, or read it into memory"
                    .to_owned(),
            }),
        }
    }

    /// The memory of the values.
    pub(super) fn bytes(&self) -> usize {
        match &self.store {
            Store::Memory(values) => values.capacity() * size_of::<V>(),
            Store::File(..) => 0,
        }
    }
}

impl<V: Value> Rows<V> for Base<V> {
    fn size(&self) -> [usize; 2] {
        self.size
    }

    fn part<'a>(&'a self, row: usize, columns: Range<usize>, scratch: &'a mut Vec<V>) -> Result<&'a [V]> {
        let first = row * self.size[0] + columns.start;
        match &self.store {
            Store::Memory(values) => Ok(&values[first..][..columns.len()]),
            Store::File(file, offset) => {
                scratch.resize(columns.len(), V::zeroed());
                let at = offset + (first * size_of::<V>()) as u64;
                refill(scratch, |bytes| file.read_into(at, bytes))?;
                Ok(scratch)
            }
        }
    }
}
