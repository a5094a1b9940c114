//! Arrow's files, Feather version 2 among them: columns of numbers are channels, and record batches are decoded in parallel.
//!
//! <https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format>.

use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::{FileReader, read_footer_length};
use arrow_ipc::{root_as_footer, root_as_message};
use arrow_schema::{ArrowError, DataType, Field, TimeUnit};

use super::batches::{self, Batches, Column, Described};
use super::file::DataFile;
use super::reader::{Reader, no_events};
use super::section::Section;
use super::stored::Kind;
use super::streams::Streams;
use crate::{Error, Result};

const FORMAT: &str = "Arrow";
/// Bytes at the end: the footer's length, and a mark.
const TAIL: u64 = 10;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".arrow, .feather",
    knows: |probe| probe.head.starts_with(b"ARROW1"),
    open,
    events: no_events,
};

fn open(path: &Path) -> Result<Streams> {
    let file = Arc::new(DataFile::open(path)?);
    let whole = Records { file };
    let reader = whole.reader(None)?;
    let batches = whole.batches()?;
    // Nodes of nested columns come in between.
    let flat = reader
        .schema()
        .fields()
        .iter()
        .all(|field| !field.data_type().is_nested());
    let no_null = |number: usize| flat && batches.iter().all(|batch| batch.nulls.get(number) == Some(&0));
    let (mut columns, mut warnings) = (Vec::new(), Vec::new());
    for (number, field) in reader.schema().fields().iter().enumerate() {
        match kind_of(field, || no_null(number)) {
            Some((kind, time_s)) => columns.push(Column {
                number,
                name: field.name().clone(),
                kind,
                time_s,
            }),
            None => warnings.push(format!("column {} is left out: it is no numbers", field.name())),
        }
    }
    let described = Described {
        format: FORMAT,
        columns,
        rows: batches.into_iter().map(|batch| batch.rows).collect(),
        warnings,
    };
    batches::open(whole, described)
}

/// The type of a column's numbers, and seconds of a step where they are time.
fn kind_of(field: &Field, no_null: impl Fn() -> bool) -> Option<(Kind, Option<f64>)> {
    let kind = match field.data_type() {
        DataType::Int8 | DataType::Int16 | DataType::UInt8 if no_null() => Kind::I16,
        DataType::Int8 | DataType::Int16 | DataType::UInt8 | DataType::UInt16 | DataType::Float32 => {
            Kind::F32
        }
        DataType::Boolean => Kind::F32,
        DataType::Int32 => Kind::I32,
        DataType::UInt32 | DataType::Int64 | DataType::UInt64 | DataType::Float64 => Kind::F64,
        DataType::Timestamp(unit, _) => {
            let unit = match unit {
                TimeUnit::Second => 1.0,
                TimeUnit::Millisecond => 1e-3,
                TimeUnit::Microsecond => 1e-6,
                TimeUnit::Nanosecond => 1e-9,
            };
            return Some((Kind::F64, Some(unit)));
        }
        _ => return None,
    };
    Some((kind, None))
}

/// What a record batch says of itself.
struct Head {
    rows: u64,
    /// Values that are missing, of each column.
    nulls: Vec<i64>,
}

/// The record batches of a file.
struct Records {
    file: Arc<DataFile>,
}

impl Records {
    fn reader(&self, columns: Option<Vec<usize>>) -> Result<FileReader<Section<Arc<DataFile>>>> {
        let section = Section::new(self.file.clone(), 0..u64::MAX);
        FileReader::try_new(section, columns).map_err(|error| self.failed(&error))
    }

    /// What the batches say of themselves, without their columns.
    fn batches(&self) -> Result<Vec<Head>> {
        let bad = |problem: &str| self.failed(&ArrowError::ParseError(problem.to_owned()));
        let len = self.file.len();
        let tail = self
            .file
            .read_vec(len.saturating_sub(TAIL), len.min(TAIL) as usize)?;
        let tail: [u8; 10] = tail.try_into().map_err(|_| bad("it is too short"))?;
        let footer = read_footer_length(tail).map_err(|error| self.failed(&error))?;
        let start = (len - TAIL)
            .checked_sub(footer as u64)
            .ok_or_else(|| bad("its footer is longer than it"))?;
        let footer = self.file.read_vec(start, footer)?;
        let footer = root_as_footer(&footer).map_err(|_| bad("its footer is damaged"))?;
        let mut found = Vec::new();
        for block in footer.recordBatches().into_iter().flatten() {
            let place = u64::try_from(block.offset()).unwrap_or(u64::MAX);
            let bytes = u64::try_from(block.metaDataLength()).unwrap_or(u64::MAX);
            if place.checked_add(bytes).is_none_or(|end| end > len) {
                return Err(bad("a batch lies beyond the file's end"));
            }
            let described = self.file.read_vec(place, bytes as usize)?;
            // Older writers leave out the mark before the length.
            let skip = if described.starts_with(&[0xff; 4]) { 8 } else { 4 };
            let message = described
                .get(skip..)
                .and_then(|message| root_as_message(message).ok());
            let batch = message
                .as_ref()
                .and_then(|message| message.header_as_record_batch());
            let batch = batch.ok_or_else(|| bad("the description of a batch is damaged"))?;
            let rows = u64::try_from(batch.length()).map_err(|_| bad("a batch of fewer than no rows"))?;
            let nulls = batch.nodes().into_iter().flatten().map(|node| node.null_count());
            found.push(Head {
                rows,
                nulls: nulls.collect(),
            });
        }
        Ok(found)
    }

    fn failed(&self, error: &ArrowError) -> Error {
        Error::Format {
            format: FORMAT,
            path: self.file.path().to_path_buf(),
            offset: 0,
            problem: error.to_string(),
        }
    }
}

impl Batches for Records {
    fn path(&self) -> &Path {
        self.file.path()
    }

    fn read(&self, batch: usize, columns: &[usize]) -> Result<Vec<Vec<f64>>> {
        // They come in the table's order.
        let mut sorted = columns.to_vec();
        sorted.sort_unstable();
        let mut reader = self.reader(Some(sorted.clone()))?;
        reader.set_index(batch).map_err(|error| self.failed(&error))?;
        let read = reader.next().transpose().map_err(|error| self.failed(&error))?;
        let read = read.unwrap_or_else(|| RecordBatch::new_empty(reader.schema()));
        let of = |column: &usize| {
            let at = sorted
                .binary_search(column)
                .ok()
                .filter(|at| *at < read.num_columns());
            let values = at.and_then(|at| numbers(read.column(at).as_ref()));
            values.ok_or_else(|| {
                self.failed(&ArrowError::SchemaError(
                    "a column is not as it is described".into(),
                ))
            })
        };
        columns.iter().map(of).collect()
    }
}

/// A column's values, NaN where there is none.
fn numbers(column: &dyn Array) -> Option<Vec<f64>> {
    fn all<T: ArrowPrimitiveType>(column: &dyn Array, number: impl Fn(T::Native) -> f64) -> Option<Vec<f64>> {
        let values = column.as_primitive_opt::<T>()?;
        Some(
            values
                .iter()
                .map(|value| value.map_or(f64::NAN, &number))
                .collect(),
        )
    }
    match column.data_type() {
        DataType::Boolean => {
            let values = column.as_boolean_opt()?.iter();
            Some(
                values
                    .map(|value| value.map_or(f64::NAN, |value| f64::from(u8::from(value))))
                    .collect(),
            )
        }
        DataType::Int8 => all::<Int8Type>(column, f64::from),
        DataType::Int16 => all::<Int16Type>(column, f64::from),
        DataType::Int32 => all::<Int32Type>(column, f64::from),
        DataType::Int64 => all::<Int64Type>(column, |value| value as f64),
        DataType::UInt8 => all::<UInt8Type>(column, f64::from),
        DataType::UInt16 => all::<UInt16Type>(column, f64::from),
        DataType::UInt32 => all::<UInt32Type>(column, f64::from),
        DataType::UInt64 => all::<UInt64Type>(column, |value| value as f64),
        DataType::Float32 => all::<Float32Type>(column, f64::from),
        DataType::Float64 => all::<Float64Type>(column, |value| value),
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => all::<TimestampSecondType>(column, |value| value as f64),
            TimeUnit::Millisecond => all::<TimestampMillisecondType>(column, |value| value as f64),
            TimeUnit::Microsecond => all::<TimestampMicrosecondType>(column, |value| value as f64),
            TimeUnit::Nanosecond => all::<TimestampNanosecondType>(column, |value| value as f64),
        },
        _ => None,
    }
}
