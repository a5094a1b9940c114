//! HDF5, read by position: arrays of numbers with time as their first axis, in chunks that are decoded in parallel.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hdf5_reader::group::Group;
use hdf5_reader::storage::{Storage, StorageBuffer};
use hdf5_reader::{
    Attribute, BlockCacheStorage, Dataset, Datatype, FileStorage, H5Type, Hdf5File, OpenOptions,
};
use hdf5_reader::{SliceInfo, SliceInfoElem};
use rayon::prelude::*;

use super::file::DataFile;
use super::hdf5_chunks;
use super::hierarchy::{Array, Hierarchy, MAX_TABLE};
use super::reader::failed;
use super::stored::{ByteOrder, Kind, StoredType};
use super::zlib::MAX_RATIO;
use super::{Info, Layout, Source, check_read};
use crate::{Error, Result};

/// Chunks may claim so many bytes in any file, and in larger ones what gzip can make of the file.
const SMALLEST_CHUNK: u64 = 1 << 20;

/// Reads of that many bytes or more are of chunks, which are kept once they are decoded, and not before.
const LARGE: usize = 32 << 10;
/// Bytes of samples that a thread reads at a time, or one chunk if that is more.
const BATCH: u64 = 256 << 10;

/// A file of which blocks are kept where little is read at a time, as from headers and indices.
struct Reads {
    file: Arc<FileStorage>,
    blocks: BlockCacheStorage,
}

impl Reads {
    fn of(file: Arc<FileStorage>) -> Self {
        Self {
            blocks: BlockCacheStorage::with_defaults(file.clone()),
            file,
        }
    }
}

impl Storage for Reads {
    fn len(&self) -> u64 {
        self.file.len()
    }

    fn read_range(&self, offset: u64, len: usize) -> hdf5_reader::error::Result<StorageBuffer> {
        match len < LARGE {
            true => self.blocks.read_range(offset, len),
            false => self.file.read_range(offset, len),
        }
    }
}

/// An open file.
pub(crate) struct Hdf5 {
    file: Hdf5File,
    data: Arc<DataFile>,
}

impl Hdf5 {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let data = DataFile::open(path)?;
        let largest = data
            .len()
            .saturating_mul(MAX_RATIO)
            .clamp(SMALLEST_CHUNK, hdf5_chunks::LARGEST);
        let options = OpenOptions::default().with_max_chunk_bytes(largest as usize);
        let storage = FileStorage::from_file(data.again()?).map_err(|error| format_error(path, &error))?;
        let storage = Arc::new(Reads::of(Arc::new(storage)));
        let file = Hdf5File::from_storage_with_options(storage, options)
            .map_err(|error| format_error(path, &error))?;
        Ok(Self {
            file,
            data: Arc::new(data),
        })
    }

    fn group(&self, name: &str) -> hdf5_reader::error::Result<Group> {
        match name {
            "" => self.file.root_group(),
            name => self.file.group(name),
        }
    }

    pub(crate) fn table(&self, name: &str) -> Result<Arc<Table>> {
        let dataset = self.file.dataset(name);
        let failed = |error| format_error(self.data.path(), &error);
        Ok(Arc::new(Table {
            dataset: dataset.map_err(failed)?,
            root: self.file.root_group().map_err(failed)?,
            data: self.data.clone(),
        }))
    }

    /// The attributes of a group that are a number.
    pub(crate) fn attributes(&self, group: &str) -> Vec<(String, f64)> {
        let attributes = self.group(group).and_then(|group| group.attributes());
        numbers_of(attributes.unwrap_or_default())
    }
}

/// Those attributes that are a number.
fn numbers_of(attributes: Vec<Attribute>) -> Vec<(String, f64)> {
    let number = |attribute: Attribute| Some((attribute.name.clone(), attribute.read_as_f64().ok()?));
    attributes.into_iter().filter_map(number).collect()
}

impl Hierarchy for Hdf5 {
    fn failed(&self, problem: String) -> Error {
        failed("HDF5", self.data.path(), 0, problem)
    }

    fn members(&self, group: &str) -> Option<(Vec<String>, Vec<String>)> {
        self.group(group).ok()?.member_names().ok()
    }

    fn array(&self, name: &str) -> Result<Arc<dyn Array>> {
        Ok(self.table(name)?)
    }

    fn text(&self, group: &str, attribute: &str) -> Option<String> {
        let attribute = self.group(group).ok()?.attribute(attribute).ok()?;
        attribute.read_string().ok()
    }
}

/// A dataset.
pub(crate) struct Table {
    dataset: Dataset,
    root: Group,
    data: Arc<DataFile>,
}

impl Table {
    /// The attributes that are a number.
    pub(crate) fn attributes(&self) -> Vec<(String, f64)> {
        numbers_of(self.dataset.attributes())
    }
}

impl Array for Table {
    fn shape(&self) -> &[u64] {
        self.dataset.shape()
    }

    fn stored(&self) -> Option<StoredType> {
        stored_type(&self.dataset)
    }

    fn number(&self, attribute: &str) -> Option<f64> {
        let attribute = self.dataset.attribute(attribute).ok()?;
        attribute.read_as_f64().ok().filter(|number| number.is_finite())
    }

    fn text(&self, attribute: &str) -> Option<String> {
        self.dataset.attribute(attribute).ok()?.read_string().ok()
    }

    fn numbers(&self, rows: Range<u64>) -> Option<Vec<f64>> {
        numbers(&self.dataset, rows)
    }

    fn texts(&self) -> Option<Vec<String>> {
        if self.dataset.shape().is_empty() {
            return Some(vec![self.dataset.read_string().ok()?]);
        }
        if self.dataset.num_elements().ok()? > MAX_TABLE / 64 {
            return None;
        }
        self.dataset.read_strings().ok()
    }

    fn recording(self: Arc<Self>, info: Info) -> Result<Box<dyn Source>> {
        let stored = self
            .stored()
            .ok_or_else(|| failed("HDF5", self.data.path(), 0, "its values are no samples"))?;
        if let Some(chunks) = hdf5_chunks::recording(&self.dataset, &self.root, &self.data, (&info, stored)) {
            return Ok(chunks);
        }
        Ok(Box::new(Rows {
            info,
            table: self,
            stored,
        }))
    }
}

fn format_error(path: &Path, error: &hdf5_reader::error::Error) -> Error {
    failed("HDF5", path, 0, error.to_string())
}

/// The type of a dataset's numbers.
fn stored_type(dataset: &Dataset) -> Option<StoredType> {
    let (kind, order) = match dataset.dtype() {
        Datatype::FixedPoint {
            size,
            signed,
            byte_order,
        } => {
            let kind = match (size, signed) {
                (1, true) => Kind::I8,
                (1, false) => Kind::U8,
                (2, true) => Kind::I16,
                (2, false) => Kind::U16,
                (4, true) => Kind::I32,
                _ => return None,
            };
            (kind, byte_order)
        }
        Datatype::FloatingPoint { size, byte_order } => {
            let kind = match size {
                4 => Kind::F32,
                8 => Kind::F64,
                _ => return None,
            };
            (kind, byte_order)
        }
        _ => return None,
    };
    let order = match order {
        hdf5_reader::ByteOrder::LittleEndian => ByteOrder::Little,
        hdf5_reader::ByteOrder::BigEndian => ByteOrder::Big,
    };
    Some(StoredType { kind, order })
}

/// A span along an axis of a dataset of one axis or two, in C order.
fn along<T: H5Type>(dataset: &Dataset, axis: usize, span: Range<u64>) -> hdf5_reader::error::Result<Vec<T>> {
    let mut selection = SliceInfo::all(dataset.ndim());
    if let Some(selected) = selection.selections.get_mut(axis) {
        *selected = SliceInfoElem::Slice {
            start: span.start,
            end: span.end,
            step: 1,
        };
    }
    Ok(dataset
        .read_slice_parallel::<T>(&selection)?
        .into_raw_vec_and_offset()
        .0)
}

/// Rows of numbers of any type.
fn numbers(dataset: &Dataset, span: Range<u64>) -> Option<Vec<f64>> {
    let columns: u64 = dataset.shape().iter().skip(1).product();
    if (span.end - span.start).checked_mul(columns)?.checked_mul(8)? > MAX_TABLE {
        return None;
    }
    fn wide<T: H5Type>(dataset: &Dataset, span: Range<u64>, number: impl Fn(T) -> f64) -> Option<Vec<f64>> {
        let values = along::<T>(dataset, 0, span).ok()?;
        Some(values.into_iter().map(number).collect())
    }
    match dataset.dtype() {
        Datatype::FloatingPoint { size: 4, .. } => wide::<f32>(dataset, span, f64::from),
        Datatype::FloatingPoint { .. } => wide::<f64>(dataset, span, |number| number),
        Datatype::FixedPoint {
            size: 1,
            signed: false,
            ..
        } => wide::<u8>(dataset, span, f64::from),
        Datatype::FixedPoint {
            size: 2,
            signed: false,
            ..
        } => wide::<u16>(dataset, span, f64::from),
        Datatype::FixedPoint {
            size: 4,
            signed: false,
            ..
        } => wide::<u32>(dataset, span, f64::from),
        Datatype::FixedPoint {
            size: 8,
            signed: false,
            ..
        } => wide::<u64>(dataset, span, |number| number as f64),
        Datatype::FixedPoint { size: 1, .. } => wide::<i8>(dataset, span, f64::from),
        Datatype::FixedPoint { size: 2, .. } => wide::<i16>(dataset, span, f64::from),
        Datatype::FixedPoint { size: 4, .. } => wide::<i32>(dataset, span, f64::from),
        Datatype::FixedPoint { size: 8, .. } => wide::<i64>(dataset, span, |number| number as f64),
        _ => None,
    }
}

/// Rows of a dataset as a recording: shape `[samples]` or `[samples, channels]`; planar, its columns: `[channels, samples]`.
struct Rows {
    info: Info,
    table: Arc<Table>,
    stored: StoredType,
}

impl Rows {
    fn fill<T: H5Type, const N: usize>(
        &self,
        span: Range<u64>,
        into: &mut [MaybeUninit<u8>],
        bytes: impl Fn(T) -> [u8; N],
    ) -> Result<()> {
        let axis = usize::from(self.info.layout == Layout::Planar);
        let values = along::<T>(&self.table.dataset, axis, span)
            .map_err(|error| format_error(self.table.data.path(), &error))?;
        let into = into.as_chunks_mut::<N>().0;
        if values.len() != into.len() {
            let problem = format!("{} values were read for {}", values.len(), into.len());
            return Err(failed("HDF5", self.table.data.path(), 0, problem));
        }
        for (into, value) in into.iter_mut().zip(values) {
            *into = bytes(value).map(MaybeUninit::new);
        }
        Ok(())
    }
}

impl Source for Rows {
    fn info(&self) -> &Info {
        &self.info
    }

    fn files(&self) -> Vec<PathBuf> {
        vec![self.table.data.path().to_path_buf()]
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        if into.is_empty() {
            return Ok(());
        }
        let sample = self.info.channels.len() * self.info.dtype.bytes();
        if self.info.layout == Layout::Planar {
            return self.read_some(span, into);
        }
        let rows = self.rows_together();
        // Cut where chunks are.
        let (mut pieces, mut start, mut rest) = (Vec::new(), span.start, into);
        while start < span.end {
            let end = (start / rows + 1).saturating_mul(rows).min(span.end);
            let (here, later) = rest.split_at_mut((end - start) as usize * sample);
            pieces.push((start..end, here));
            (start, rest) = (end, later);
        }
        pieces
            .into_par_iter()
            .try_for_each(|(span, into)| self.read_some(span, into))
    }
}

impl Rows {
    /// Rows that are decoded by one thread: those of whole chunks.
    fn rows_together(&self) -> u64 {
        let row = self.info.channels.len() as u64 * self.stored.bytes() as u64;
        let chunk = self.table.dataset.chunks().and_then(|axes| axes.first().copied());
        let chunk = u64::from(chunk.unwrap_or(1).max(1));
        chunk.saturating_mul((BATCH / row.saturating_mul(chunk).max(1)).max(1))
    }

    fn read_some(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        match self.stored.kind {
            Kind::I8 => self.fill(span, into, |value: i8| i16::from(value).to_ne_bytes()),
            Kind::U8 => self.fill(span, into, |value: u8| i16::from(value).to_ne_bytes()),
            Kind::I16 => self.fill(span, into, i16::to_ne_bytes),
            Kind::U16 => self.fill(span, into, |value: u16| (value ^ 0x8000).to_ne_bytes()),
            Kind::I24 | Kind::I32 => self.fill(span, into, |value: i32| (value as f32).to_ne_bytes()),
            Kind::F32 => self.fill(span, into, f32::to_ne_bytes),
            Kind::F64 => self.fill(span, into, |value: f64| (value as f32).to_ne_bytes()),
        }
    }
}
