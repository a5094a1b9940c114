//! Parquet: columns of numbers are channels, and row groups are decoded in parallel.
//!
//! <https://parquet.apache.org/docs/file-format>. Integers of up to 16 bits stay so where none is missing, by the statistics that
//! writers leave; columns that are no numbers, or lists, are left out.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result as Parsed};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use rayon::prelude::*;

use super::batches::{self, Batches, Column, Described};
use super::file::DataFile;
use super::reader::{Reader, failed, no_events};
use super::section::Section;
use super::stored::Kind;
use super::streams::Streams;
use crate::{Error, Result};

const FORMAT: &str = "Parquet";
/// Values that are decoded at a time.
const STEP: usize = 1 << 16;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".parquet",
    knows: |probe| probe.head.starts_with(b"PAR1"),
    open,
    events: no_events,
};

fn open(path: &Path) -> Result<Streams> {
    let file = Arc::new(DataFile::open(path)?);
    let reader = SerializedFileReader::new(Positions(file.clone()))
        .map_err(|error| failed(FORMAT, path, 0, error.to_string()))?;
    let metadata = reader.metadata();
    let mut rows = Vec::new();
    for group in metadata.row_groups() {
        let count = u64::try_from(group.num_rows())
            .map_err(|_| failed(FORMAT, path, 0, "a group of fewer than no rows"))?;
        rows.push(count);
    }
    let (mut columns, mut warnings) = (Vec::new(), Vec::new());
    for (number, column) in metadata
        .file_metadata()
        .schema_descr()
        .columns()
        .iter()
        .enumerate()
    {
        let name = column.path().string();
        match kind_of(column, number, metadata) {
            Some((kind, time_s)) => columns.push(Column {
                number,
                name,
                kind,
                time_s,
            }),
            None => warnings.push(format!("column {name} is left out: it is no numbers")),
        }
    }
    let described = Described {
        format: FORMAT,
        columns,
        rows: rows.clone(),
        warnings,
    };
    batches::open(Groups { reader, file, rows }, described)
}

/// The type of a column's numbers, and seconds of a step where they are time.
fn kind_of(
    column: &ColumnDescriptor,
    number: usize,
    metadata: &ParquetMetaData,
) -> Option<(Kind, Option<f64>)> {
    use parquet::basic::Type;
    if column.max_rep_level() > 0 {
        return None;
    }
    let seconds = |unit: TimeUnit| match unit {
        TimeUnit::MILLIS => 1e-3,
        TimeUnit::MICROS => 1e-6,
        TimeUnit::NANOS => 1e-9,
    };
    let unit = match column.logical_type_ref() {
        Some(LogicalType::Timestamp(time)) => Some(seconds(time.unit)),
        Some(LogicalType::Time(time)) => Some(seconds(time.unit)),
        Some(LogicalType::Integer { .. }) | None => None,
        // Dates, decimals and the like.
        Some(_) => return None,
    };
    let unit = unit.or(match column.converted_type() {
        ConvertedType::TIMESTAMP_MILLIS => Some(1e-3),
        ConvertedType::TIMESTAMP_MICROS => Some(1e-6),
        _ => None,
    });
    let whole = || {
        let missing = metadata.row_groups().iter().map(|group| {
            group
                .column(number)
                .statistics()
                .and_then(|of| of.null_count_opt())
        });
        column.max_def_level() == 0 || missing.into_iter().all(|missing| missing == Some(0))
    };
    let kind = match (column.physical_type(), column.converted_type()) {
        (Type::BOOLEAN, _) if whole() => Kind::U8,
        (Type::BOOLEAN | Type::FLOAT, _) => Kind::F32,
        (Type::INT32, ConvertedType::INT_8 | ConvertedType::INT_16 | ConvertedType::UINT_8) if whole() => {
            Kind::I16
        }
        (Type::INT32, _) => Kind::I32,
        (Type::INT64 | Type::DOUBLE, _) => Kind::F64,
        _ => return None,
    };
    Some((kind, unit))
}

/// A file, read by position from any thread.
struct Positions(Arc<DataFile>);

impl Length for Positions {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for Positions {
    type T = Section<Arc<DataFile>>;

    fn get_read(&self, start: u64) -> Parsed<Self::T> {
        Ok(Section::new(self.0.clone(), start..u64::MAX))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Parsed<Bytes> {
        // Checked before anything of that size is allocated.
        if start
            .checked_add(length as u64)
            .is_none_or(|end| end > self.0.len())
        {
            return Err(ParquetError::EOF(format!(
                "{length} bytes from byte {start} on are not in the file"
            )));
        }
        let bytes = self.0.read_vec(start, length);
        bytes
            .map(Bytes::from)
            .map_err(|error| ParquetError::External(Box::new(error)))
    }
}

/// The row groups of a file.
struct Groups {
    reader: SerializedFileReader<Positions>,
    file: Arc<DataFile>,
    rows: Vec<u64>,
}

impl Batches for Groups {
    fn path(&self) -> &Path {
        self.file.path()
    }

    fn read(&self, batch: usize, columns: &[usize]) -> Result<Vec<Vec<f64>>> {
        let failed = |error: ParquetError| failed(FORMAT, self.file.path(), 0, error.to_string());
        let group = self.reader.get_row_group(batch).map_err(failed)?;
        let schema = group.metadata().schema_descr();
        let read = columns.par_iter().map(|column| {
            let levels = schema.column(*column).max_def_level();
            let rows = self.rows[batch] as usize;
            match group.get_column_reader(*column)? {
                ColumnReader::BoolColumnReader(of) => {
                    values(of, rows, levels, |value| f64::from(u8::from(*value)))
                }
                ColumnReader::Int32ColumnReader(of) => values(of, rows, levels, |value| f64::from(*value)),
                ColumnReader::Int64ColumnReader(of) => values(of, rows, levels, |value| *value as f64),
                ColumnReader::FloatColumnReader(of) => values(of, rows, levels, |value| f64::from(*value)),
                ColumnReader::DoubleColumnReader(of) => values(of, rows, levels, |value| *value),
                _ => Err(ParquetError::General(
                    "a column is not of the type that it is said to be".into(),
                )),
            }
        });
        read.collect::<Parsed<Vec<_>>>().map_err(failed)
    }
}

/// All values of a column in a row group; where the level is below `levels`, none.
fn values<T: DataType>(
    mut column: ColumnReaderImpl<T>,
    rows: usize,
    levels: i16,
    number: impl Fn(&T::T) -> f64,
) -> Parsed<Vec<f64>> {
    let (mut all, mut some, mut there) = (Vec::new(), Vec::new(), Vec::new());
    while all.len() < rows {
        some.clear();
        there.clear();
        let wanted = (rows - all.len()).min(STEP);
        let (records, _, _) =
            column.read_records(wanted, (levels > 0).then_some(&mut there), None, &mut some)?;
        if records == 0 {
            let problem = format!("a column ends at row {} of {rows}", all.len());
            return Err(ParquetError::General(problem));
        }
        if levels == 0 {
            all.extend(some.iter().map(&number));
            continue;
        }
        let mut some = some.iter();
        let value = |level: &i16| (*level == levels).then(|| some.next().map(&number)).flatten();
        all.extend(there.iter().map(value).map(|value| value.unwrap_or(f64::NAN)));
    }
    if all.len() != rows {
        return Err(ParquetError::General(format!(
            "a column has {} rows of {rows}",
            all.len()
        )));
    }
    Ok(all)
}
