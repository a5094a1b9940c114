//! Tables in batches of rows, as Parquet and Arrow have them, each decoded on its own.
//!
//! Where time is even, or nothing says it, batches are decoded when they are read, in parallel; each takes 8 bytes a value and what
//! it becomes. Where rows are missing, the table is taken into memory and put on the grid of time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::chunks::{Chunks, Decode};
use super::reader::failed;
use super::stored::{ByteOrder, Kind, StoredType};
use super::streams::Streams;
use super::table::{Clock, Table, time_unit};
use super::{Channel, Dtype, Info, Layout, Segment, Source};
use crate::Result;

/// Rows of which the times are looked at; of more only the first batch's.
const MAX_TIMES: u64 = 1 << 27;
/// Values that are taken into memory.
const MAX_VALUES: u64 = 1 << 28;
const MAX_COLUMNS: usize = 1 << 16;

/// A column of numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    /// Its number in the table.
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Seconds of a step, where its type is time.
    pub(crate) time_s: Option<f64>,
}

/// What decodes batches.
pub(crate) trait Batches: Send + Sync {
    fn path(&self) -> &Path;

    /// The values of columns, by their numbers, of a batch: as many of each as it has rows. Missing ones are NaN.
    fn read(&self, batch: usize, columns: &[usize]) -> Result<Vec<Vec<f64>>>;
}

/// A table: its columns of numbers, rows of each batch, and what is odd about it.
pub(crate) struct Described {
    pub(crate) format: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<u64>,
    pub(crate) warnings: Vec<String>,
}

/// The table as a recording.
pub(crate) fn open(batches: impl Batches + 'static, mut described: Described) -> Result<Streams> {
    let path = batches.path().to_path_buf();
    let failed = |problem: String| failed(described.format, &path, 0, problem);
    let rows = described
        .rows
        .iter()
        .try_fold(0_u64, |sum, rows| sum.checked_add(*rows));
    let rows = rows
        .filter(|rows| *rows > 0)
        .ok_or_else(|| failed("it has no rows".into()))?;
    let count = described.columns.len();
    if count == 0 || count > MAX_COLUMNS {
        let problem = format!(
            "it has {count} columns of numbers. {}",
            described.warnings.join("; ")
        );
        return Err(failed(problem));
    }
    let is_time = |column: &Column| column.time_s.is_some() || time_unit(&column.name).is_some();
    // Time is the first of all that are time by type, else the first column if it is called so.
    let typed = described
        .columns
        .iter()
        .position(|column| column.time_s.is_some());
    let time = typed
        .or_else(|| is_time(&described.columns[0]).then_some(0))
        .filter(|_| count > 1);
    let time = time.map(|at| described.columns.remove(at));
    let clock = match &time {
        Some(time) => clock(&batches, time, &described.rows, rows)?,
        None => Clock::none(0),
    };
    let mut warnings = std::mem::take(&mut described.warnings);
    warnings.extend(clock.warning.clone());
    if clock.has_gaps() {
        if rows.saturating_mul(count as u64) <= MAX_VALUES {
            return in_memory(&batches, described, &clock, warnings);
        }
        warnings.push(
            "rows are missing in between, which is not shown, for it would take too much memory".into(),
        );
    }
    let info = info(&described, rows, &clock, warnings);
    let mut bounds = vec![0];
    for rows in described.rows.iter().filter(|rows| **rows > 0) {
        bounds.push(bounds[bounds.len() - 1] + rows);
    }
    let numbers = (0..described.rows.len()).filter(|batch| described.rows[*batch] > 0);
    let decoder = Decoder {
        numbers: numbers.collect(),
        bounds: bounds.clone(),
        columns: described.columns.iter().map(|column| column.number).collect(),
        dtype: info.dtype,
        path: path.clone(),
        format: described.format,
        batches: Arc::new(batches),
    };
    Ok(Streams::one(
        &path,
        "",
        Box::new(Chunks::new(info, bounds, decoder)),
    ))
}

/// When rows are, by the column of time.
fn clock(batches: &impl Batches, time: &Column, of_batch: &[u64], rows: u64) -> Result<Clock> {
    let unit = time.time_s.or_else(|| time_unit(&time.name)).unwrap_or(1.0);
    let looked_at = if rows > MAX_TIMES { 1 } else { of_batch.len() };
    let read = (0..looked_at)
        .into_par_iter()
        .map(|batch| batches.read(batch, &[time.number]));
    let read: Vec<Vec<Vec<f64>>> = read.collect::<Result<_>>()?;
    let mut times: Vec<f64> = read.into_iter().flatten().flatten().collect();
    // Since 1970, seconds would leave nothing of a step.
    let zero = if time.time_s.is_some() {
        times.first().copied().unwrap_or(0.0)
    } else {
        0.0
    };
    times.iter_mut().for_each(|time| *time = (*time - zero) * unit);
    let mut clock = Clock::of(&times);
    if rows > MAX_TIMES {
        let warning = format!("of its {rows} times only the first {} are looked at", times.len());
        clock.warning = Some(
            clock
                .warning
                .map_or(warning.clone(), |other| format!("{warning}; {other}")),
        );
    }
    Ok(clock)
}

fn info(described: &Described, rows: u64, clock: &Clock, warnings: Vec<String>) -> Info {
    // What does not fit into 16 bits makes floats of all.
    let bytes = |kind: Kind| {
        StoredType {
            kind,
            order: ByteOrder::Little,
        }
        .bytes()
    };
    let short = |column: &Column| matches!(column.kind, Kind::I8 | Kind::U8 | Kind::I16);
    let kind = if described.columns.iter().all(short) {
        Kind::I16
    } else if described.columns.iter().any(|column| bytes(column.kind) > 4) {
        Kind::F64
    } else {
        Kind::F32
    };
    let stored = StoredType {
        kind,
        order: ByteOrder::Little,
    };
    Info {
        format: described.format,
        channels: described
            .columns
            .iter()
            .map(|column| Channel::new(column.name.clone()))
            .collect(),
        samples: rows,
        rate_hz: clock.rate_hz,
        stored: stored.to_string(),
        dtype: stored.dtype(),
        layout: Layout::Interleaved,
        segments: vec![Segment {
            samples: 0..rows,
            start_s: clock.start_s,
        }],
        warnings,
    }
}

/// The table on the grid of time.
fn in_memory(
    batches: &impl Batches,
    described: Described,
    clock: &Clock,
    warnings: Vec<String>,
) -> Result<Streams> {
    let numbers: Vec<usize> = described.columns.iter().map(|column| column.number).collect();
    let read = (0..described.rows.len())
        .into_par_iter()
        .map(|batch| batches.read(batch, &numbers));
    let mut columns = vec![Vec::new(); numbers.len()];
    for batch in read.collect::<Result<Vec<_>>>()? {
        for (column, values) in columns.iter_mut().zip(batch) {
            column.extend(values);
        }
    }
    if columns.iter().any(|column| column.len() != clock.places.len()) {
        return Err(failed(
            described.format,
            batches.path(),
            0,
            "its columns are not of one length",
        ));
    }
    let table = Table {
        names: described.columns.into_iter().map(|column| column.name).collect(),
        columns,
        warnings,
    };
    let source: Box<dyn Source> = table.placed(described.format, "<f4", clock)?;
    Ok(Streams::one(batches.path(), "", source))
}

struct Decoder<B> {
    batches: Arc<B>,
    /// Of the batches that have rows.
    numbers: Vec<usize>,
    bounds: Vec<u64>,
    columns: Vec<usize>,
    dtype: Dtype,
    path: PathBuf,
    format: &'static str,
}

impl<B: Batches> Decode for Decoder<B> {
    fn decode(&self, chunk: usize) -> Result<Vec<u8>> {
        let columns = self.batches.read(self.numbers[chunk], &self.columns)?;
        let rows = (self.bounds[chunk + 1] - self.bounds[chunk]) as usize;
        if columns.iter().any(|column| column.len() != rows) {
            return Err(failed(
                self.format,
                &self.path,
                0,
                format!("batch {} has other rows than it says", self.numbers[chunk]),
            ));
        }
        let mut bytes = Vec::with_capacity(rows * columns.len() * self.dtype.bytes());
        for row in 0..rows {
            for column in &columns {
                match self.dtype {
                    Dtype::I16 => bytes.extend_from_slice(&(column[row] as i16).to_ne_bytes()),
                    Dtype::F32 => bytes.extend_from_slice(&(column[row] as f32).to_ne_bytes()),
                }
            }
        }
        Ok(bytes)
    }

    fn files(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}
