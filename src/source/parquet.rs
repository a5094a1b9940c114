//! Parquet: columns of numbers are channels, and row groups are decoded in parallel.
//!
//! <https://parquet.apache.org/docs/file-format>. Integers of up to 16 bits stay so where none is missing, by the statistics that
//! writers leave; columns that are no numbers, or lists, are left out.

use std::path::Path;

use rayon::prelude::*;

use super::batches::{self, Batches, Column, Described};
use super::file::DataFile;
use super::parquet_pages::{Chunk, Physical, column};
use super::reader::{Reader, failed, no_events};
use super::stored::Kind;
use super::streams::Streams;
use super::thrift::{self, Value};
use crate::Result;

const FORMAT: &str = "Parquet";
const MARK: &[u8; 4] = b"PAR1";
/// Bytes at the end: the length of what describes the file, and the mark.
const TAIL: u64 = 8;
/// Columns within columns, and how many of all.
const MAX_DEPTH: usize = 16;
const MAX_COLUMNS: usize = 1 << 16;
/// Rows of a group that a byte of a column can be, and that are never too many: long runs of a value take a few bytes.
const MAX_RATIO: u64 = 1 << 15;
const FEW_ROWS: u64 = 1 << 20;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".parquet",
    knows: |probe| probe.head.starts_with(MARK),
    open,
    events: no_events,
};

fn open(path: &Path) -> Result<Streams> {
    let file = DataFile::open(path)?;
    let wrong = |problem: &str| failed(FORMAT, path, file.len(), problem);
    let footer = footer(&file)?;
    let (footer, _) = thrift::parse(&footer).ok_or_else(|| wrong("its footer is damaged"))?;
    let schema = footer.list(2);
    let mut leaves = Vec::new();
    let end = add(schema, 0, String::new(), (0, false), MAX_DEPTH, &mut leaves);
    if end != Some(schema.len()) {
        return Err(wrong("what its footer says of columns is damaged"));
    }
    let groups: Vec<Group> = footer
        .list(4)
        .iter()
        .map(|group| Group::parse(group, leaves.len(), file.len()))
        .collect::<Option<_>>()
        .ok_or_else(|| wrong("what its footer says of rows is damaged, or the file is cut short"))?;
    let (mut columns, mut warnings) = (Vec::new(), Vec::new());
    for (number, leaf) in leaves.iter().enumerate() {
        let some_missing =
            || leaf.levels > 0 && groups.iter().any(|group| group.chunks[number].missing != Some(0));
        match leaf.physical {
            Some(physical) => columns.push(Column {
                number,
                name: leaf.name.clone(),
                kind: leaf.kind(physical, some_missing()),
                time_s: leaf.time_s,
            }),
            None => warnings.push(format!("column {} is left out: it is no numbers", leaf.name)),
        }
    }
    let described = Described {
        format: FORMAT,
        columns,
        rows: groups.iter().map(|group| group.rows).collect(),
        warnings,
    };
    batches::open(Groups { file, leaves, groups }, described)
}

/// What describes the file, at its end.
fn footer(file: &DataFile) -> Result<Vec<u8>> {
    let wrong = |problem: &str| failed(FORMAT, file.path(), file.len(), problem);
    let start = file.len().checked_sub(TAIL);
    let start = start.ok_or_else(|| wrong("it is too short"))?;
    let tail = file.read_vec(start, TAIL as usize)?;
    let Some((len, mark)) = tail.split_first_chunk::<4>() else {
        return Err(wrong("it is too short"));
    };
    if mark != MARK {
        return Err(wrong(
            "it does not end as it should: it is cut short, or encrypted",
        ));
    }
    let len = u32::from_le_bytes(*len);
    let start = start.checked_sub(u64::from(len));
    let start = start.ok_or_else(|| wrong("its footer is longer than it"))?;
    file.read_vec(start, len as usize)
}

/// A column of values.
struct Leaf {
    name: String,
    /// `None` where they are no numbers.
    physical: Option<Physical>,
    /// Bits of a whole number, if it is said.
    bits: Option<i64>,
    /// Seconds of a step, where its type is time.
    time_s: Option<f64>,
    /// The level of rows that have a value.
    levels: u32,
}

impl Leaf {
    fn kind(&self, physical: Physical, some_missing: bool) -> Kind {
        match physical {
            Physical::Bool if !some_missing => Kind::U8,
            Physical::Bool | Physical::F32 => Kind::F32,
            Physical::I32 if matches!(self.bits, Some(8 | 16)) && !some_missing => Kind::I16,
            Physical::U32 if self.bits == Some(8) && !some_missing => Kind::I16,
            Physical::I32 => Kind::I32,
            Physical::U32 if matches!(self.bits, Some(8 | 16)) => Kind::F32,
            _ => Kind::F64,
        }
    }
}

/// Adds the columns that an element of the schema is or holds, and says which element is next.
fn add(
    schema: &[Value<'_>],
    at: usize,
    path: String,
    (levels, repeated): (u32, bool),
    depth: usize,
    leaves: &mut Vec<Leaf>,
) -> Option<usize> {
    let element = schema.get(at)?;
    if depth == 0 || leaves.len() > MAX_COLUMNS {
        return None;
    }
    let repetition = element.int(3).unwrap_or(0);
    let (levels, repeated) = match at {
        0 => (0, false),
        _ => (levels + u32::from(repetition != 0), repeated || repetition == 2),
    };
    let name = match path.as_str() {
        _ if at == 0 => String::new(),
        "" => element.text(4).unwrap_or_default(),
        path => format!("{path}.{}", element.text(4).unwrap_or_default()),
    };
    let Some(kind) = element.int(1) else {
        let mut next = at + 1;
        for _ in 0..element.count(5).unwrap_or(0) {
            next = add(schema, next, name.clone(), (levels, repeated), depth - 1, leaves)?;
        }
        return Some(next);
    };
    let (physical, bits, time_s) = numbers(kind, element);
    leaves.push(Leaf {
        name,
        physical: physical.filter(|_| !repeated),
        bits,
        time_s,
        levels,
    });
    Some(at + 1)
}

/// How the values of a column lie, the bits of whole numbers, and seconds of a step.
fn numbers(kind: i64, element: &Value<'_>) -> (Option<Physical>, Option<i64>, Option<f64>) {
    let wide = |signed: bool| match kind {
        0 => Some(Physical::Bool),
        1 if signed => Some(Physical::I32),
        1 => Some(Physical::U32),
        2 if signed => Some(Physical::I64),
        2 => Some(Physical::U64),
        4 => Some(Physical::F32),
        5 => Some(Physical::F64),
        _ => None,
    };
    // What a type means, as newer writers say it; then as older ones do.
    if let Some((meaning, details)) = element.get(10).and_then(Value::choice) {
        return match meaning {
            7 | 8 => {
                let unit = details.get(2).and_then(Value::choice);
                let unit = unit.and_then(|(unit, _)| {
                    [1e-3, 1e-6, 1e-9]
                        .get(usize::try_from(unit).ok()?.checked_sub(1)?)
                        .copied()
                });
                (wide(true).filter(|_| unit.is_some()), None, unit)
            }
            10 => {
                let signed = details.get(2) != Some(&Value::Bool(false));
                (wide(signed), details.int(1), None)
            }
            _ => (None, None, None),
        };
    }
    match element.int(6) {
        None => (wide(true), None, None),
        Some(7 | 9) => (wide(true), None, Some(1e-3)),
        Some(8 | 10) => (wide(true), None, Some(1e-6)),
        Some(meaning @ 11..=14) => (wide(false), Some(8 << (meaning - 11)), None),
        Some(meaning @ 15..=18) => (wide(true), Some(8 << (meaning - 15)), None),
        Some(_) => (None, None, None),
    }
}

/// A row group.
struct Group {
    rows: u64,
    /// Of each column.
    chunks: Vec<Chunk>,
}

impl Group {
    /// What the footer says of one, if it can be in a file of `held` bytes.
    fn parse(group: &Value<'_>, columns: usize, held: u64) -> Option<Self> {
        let rows = group.count(3)?;
        let chunk = |chunk: &Value<'_>| {
            let of = chunk.get(3)?;
            let (pages, dictionary) = (of.count(9)?, of.count(11));
            // Older writers say 0 where there is no dictionary.
            let start = dictionary.filter(|at| *at > 0).unwrap_or(pages).min(pages);
            let end = start.checked_add(of.count(7)?).filter(|end| *end <= held)?;
            let most = (end - start).saturating_mul(MAX_RATIO).max(FEW_ROWS);
            (rows <= most).then_some(Chunk {
                codec: of.int(4)?,
                bytes: start..end,
                missing: of.get(12).and_then(|statistics| statistics.count(3)),
            })
        };
        let chunks: Vec<Chunk> = group.list(1).iter().map(chunk).collect::<Option<_>>()?;
        (chunks.len() == columns).then_some(Self { rows, chunks })
    }
}

/// The row groups of a file.
struct Groups {
    file: DataFile,
    leaves: Vec<Leaf>,
    groups: Vec<Group>,
}

impl Batches for Groups {
    fn path(&self) -> &Path {
        self.file.path()
    }

    fn read(&self, batch: usize, columns: &[usize]) -> Result<Vec<Vec<f64>>> {
        let group = &self.groups[batch];
        let read = |number: &usize| {
            let (leaf, chunk) = (&self.leaves[*number], &group.chunks[*number]);
            let start = chunk.bytes.start;
            let bytes = self.file.read_vec(start, (chunk.bytes.end - start) as usize)?;
            // Others are not asked for.
            let physical = leaf.physical.unwrap_or(Physical::F64);
            column(&bytes, chunk.codec, physical, leaf.levels, group.rows as usize).map_err(
                |(at, problem)| {
                    let problem = format!("column {}: {problem}", leaf.name);
                    failed(FORMAT, self.file.path(), start + at as u64, problem)
                },
            )
        };
        columns.par_iter().map(read).collect()
    }
}
