//! Arrow's files, Feather version 2 among them: columns of numbers are channels, and record batches are decoded in parallel.
//!
//! <https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format>. Each batch of rows holds two buffers of a column of
//! numbers, a bit for each row that says whether it has a value, and the values; each may be compressed on its own.

use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::arrow_schema::{Field, Values, fields};
use super::batches::{self, Batches, Column, Described};
use super::file::DataFile;
use super::flatbuffer::Table;
use super::reader::{Reader, failed, no_events};
use super::streams::Streams;
use crate::Result;

const FORMAT: &str = "Arrow";
const MARK: &[u8; 6] = b"ARROW1";
/// Bytes at the end: the length of what describes the file, and the mark.
const TAIL: u64 = 10;
/// What LZ4 or zstd make of a byte at most: zstd has blocks of four bytes that are 128 KiB.
const MAX_RATIO: u64 = 1 << 15;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".arrow, .feather",
    knows: |probe| probe.head.starts_with(MARK),
    open,
    events: no_events,
};

fn open(path: &Path) -> Result<Streams> {
    let file = Arc::new(DataFile::open(path)?);
    let failed = |problem: &str| failed(FORMAT, file.path(), 0, problem);
    let footer = footer(&file)?;
    let footer = Table::root(&footer).ok_or_else(|| failed("its footer is damaged"))?;
    let schema = footer
        .table(1)
        .ok_or_else(|| failed("its footer says of no columns"))?;
    if schema.number(0) != [0, 0] {
        return Err(failed("its numbers are big-endian, which is not read"));
    }
    let fields = fields(&schema).ok_or_else(|| failed("its columns are damaged, or of unknown types"))?;
    let wanted: Vec<usize> = (0..fields.len())
        .filter(|at| fields[*at].values.is_some())
        .collect();
    let blocks: Vec<Block> = footer.vector::<24>(3).iter().map(Block::parse).collect();
    // Each describes itself apart, with 16 bytes and more for each column.
    let described: u64 = blocks.iter().map(|block| block.described).sum();
    if described > file.len() || (blocks.len() * wanted.len()) as u64 > file.len() / 16 {
        return Err(failed("its batches are not apart"));
    }
    let of_batches: Vec<Batch> = blocks
        .iter()
        .map(|block| Batch::read(&file, block, &fields, &wanted))
        .collect::<Result<_>>()?;
    let mut columns = Vec::new();
    for (number, at) in wanted.iter().enumerate() {
        let (field, some_missing) = (&fields[*at], |batch: &Batch| batch.parts[number].missing);
        let Some(values) = field.values else { continue };
        columns.push(Column {
            number,
            name: field.name.clone(),
            kind: values.kind(of_batches.iter().any(some_missing)),
            time_s: field.time_s,
        });
    }
    let left_out = fields
        .iter()
        .filter(|field| field.is_column && field.values.is_none());
    let described = Described {
        format: FORMAT,
        columns,
        rows: of_batches.iter().map(|batch| batch.rows).collect(),
        warnings: left_out
            .map(|field| format!("column {} is left out: it is no numbers", field.name))
            .collect(),
    };
    let values = wanted.iter().filter_map(|at| fields[*at].values).collect();
    let records = Records {
        file,
        values,
        batches: of_batches,
    };
    batches::open(records, described)
}

/// What describes the file, at its end.
fn footer(file: &DataFile) -> Result<Vec<u8>> {
    let start = file.len().checked_sub(TAIL);
    let start = start.ok_or_else(|| failed(FORMAT, file.path(), 0, "it is too short"))?;
    let tail = file.read_vec(start, TAIL as usize)?;
    let Some((len, mark)) = tail.split_first_chunk::<4>() else {
        return Err(failed(FORMAT, file.path(), 0, "it is too short"));
    };
    if mark != MARK {
        return Err(failed(
            FORMAT,
            file.path(),
            0,
            "it does not end as it should: it is cut short",
        ));
    }
    let len = u32::from_le_bytes(*len);
    let start = start.checked_sub(u64::from(len));
    let start = start.ok_or_else(|| failed(FORMAT, file.path(), 0, "its footer is longer than it"))?;
    file.read_vec(start, len as usize)
}

/// How buffers are compressed.
#[derive(Debug, Clone, Copy)]
enum Codec {
    Lz4,
    Zstd,
}

/// The two buffers of a column in a batch, as bytes of the file.
struct Part {
    /// Empty if all rows have a value.
    valid: Range<u64>,
    values: Range<u64>,
    missing: bool,
}

/// Where a batch is.
struct Block {
    offset: u64,
    /// Bytes that describe it, before its buffers.
    described: u64,
}

impl Block {
    fn parse(bytes: &[u8; 24]) -> Self {
        let word = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| bytes[at + byte]));
        Self {
            offset: word(0),
            described: word(8) & u64::from(u32::MAX),
        }
    }
}

/// A record batch.
struct Batch {
    rows: u64,
    /// Of each column of numbers.
    parts: Vec<Part>,
    codec: Option<Codec>,
}

impl Batch {
    /// What a batch says of itself, at a place of the file.
    fn read(file: &DataFile, block: &Block, fields: &[Field], wanted: &[usize]) -> Result<Self> {
        let failed = |problem: &str| failed(FORMAT, file.path(), block.offset, problem);
        let body = block
            .offset
            .checked_add(block.described)
            .filter(|end| *end <= file.len());
        let body = body.ok_or_else(|| failed("a batch lies beyond the file's end"))?;
        let bytes = file.read_vec(block.offset, block.described as usize)?;
        let damaged = || failed("the description of a batch is damaged");
        // Older writers leave out the mark before the length.
        let skip = if bytes.starts_with(&[0xff; 4]) { 8 } else { 4 };
        let message = bytes.get(skip..).and_then(Table::root).ok_or_else(damaged)?;
        // What follows may be a schema, a dictionary, or a batch.
        let batch = message.table(2).filter(|_| message.number(1) == [3]);
        let batch = batch.ok_or_else(damaged)?;
        let rows = u64::try_from(i64::from_le_bytes(batch.number(0)))
            .map_err(|_| failed("a batch has fewer than no rows"))?;
        let codec = match batch.table(3).map(|codec| codec.number(0)) {
            None => None,
            Some([0]) => Some(Codec::Lz4),
            Some([1]) => Some(Codec::Zstd),
            Some([other]) => return Err(failed(&format!("codec {other} is not known"))),
        };
        let starts = starts(&batch, fields);
        let mut parts = Vec::with_capacity(wanted.len());
        for number in wanted {
            let part = Part::of(&batch, *number, starts[*number], body).ok_or_else(damaged)?;
            let held = part.values.end - part.values.start;
            let most = held.saturating_mul(if codec.is_some() { MAX_RATIO } else { 1 });
            let needed = fields[*number].values.and_then(|values| values.bytes(rows));
            let beyond = part.values.end.max(part.valid.end) > file.len();
            if beyond || needed.is_none_or(|needed| needed > most) {
                return Err(failed(&format!(
                    "{rows} rows of column {} cannot be in the bytes that they are said to be in",
                    fields[*number].name
                )));
            }
            parts.push(part);
        }
        Ok(Self { rows, parts, codec })
    }
}

/// The number of the first buffer of each column in a batch.
fn starts(batch: &Table<'_>, fields: &[Field]) -> Vec<usize> {
    let mut views = batch.vector::<8>(4).iter();
    let (mut starts, mut at) = (Vec::with_capacity(fields.len()), 0_usize);
    for field in fields {
        starts.push(at);
        let more = if field.is_view { views.next() } else { None };
        let more = more.map_or(0, |more| u64::from_le_bytes(*more) as usize);
        at = at.saturating_add(field.buffers).saturating_add(more);
    }
    starts
}

impl Part {
    /// A column by its number and that of its first buffer, in a batch of which the buffers start at `body`.
    fn of(batch: &Table<'_>, number: usize, first: usize, body: u64) -> Option<Self> {
        let word = |bytes: &[u8; 16], at: usize| {
            u64::from_le_bytes(std::array::from_fn(|byte| bytes[8 * at + byte]))
        };
        let node = batch.vector::<16>(1).get(number)?;
        let buffer = |at: usize| {
            let buffer = batch.vector::<16>(2).get(at)?;
            let start = body.checked_add(word(buffer, 0))?;
            Some(start..start.checked_add(word(buffer, 1))?)
        };
        Some(Self {
            valid: buffer(first)?,
            values: buffer(first.checked_add(1)?)?,
            missing: word(node, 1) != 0,
        })
    }
}

/// The record batches of a file.
struct Records {
    file: Arc<DataFile>,
    /// Of each column of numbers.
    values: Vec<Values>,
    batches: Vec<Batch>,
}

impl Records {
    /// The first `needed` bytes of a buffer.
    fn buffer(&self, place: &Range<u64>, needed: u64, codec: Option<Codec>) -> Result<Vec<u8>> {
        let failed = |problem: String| failed(FORMAT, self.file.path(), place.start, problem);
        let mut bytes = self
            .file
            .read_vec(place.start, (place.end - place.start) as usize)?;
        if let Some(codec) = codec {
            let (said, packed) = bytes
                .split_first_chunk::<8>()
                .ok_or_else(|| failed("a buffer does not say its length".into()))?;
            // So are those marked that compression would not make any shorter.
            bytes = if *said == [0xff; 8] {
                packed.to_vec()
            } else {
                unpack(codec, packed, needed).map_err(|error| failed(error.to_string()))?
            };
        }
        if (bytes.len() as u64) < needed {
            return Err(failed(format!("a buffer has {} bytes of {needed}", bytes.len())));
        }
        Ok(bytes)
    }

    /// A column's values in a batch, NaN where there is none.
    fn column(&self, batch: &Batch, column: usize) -> Result<Vec<f64>> {
        let (part, values, rows) = (&batch.parts[column], self.values[column], batch.rows);
        // It was checked on opening.
        let needed = values.bytes(rows).unwrap_or(u64::MAX);
        let bytes = self.buffer(&part.values, needed, batch.codec)?;
        let mut read: Vec<f64> = (0..rows as usize).map(|row| values.number(&bytes, row)).collect();
        if part.missing && !part.valid.is_empty() {
            let valid = self.buffer(&part.valid, rows.div_ceil(8), batch.codec)?;
            for (row, value) in read.iter_mut().enumerate() {
                if valid[row / 8] >> (row % 8) & 1 == 0 {
                    *value = f64::NAN;
                }
            }
        }
        Ok(read)
    }
}

/// So many bytes of those that are packed, or fewer if they end.
fn unpack(codec: Codec, packed: &[u8], needed: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match codec {
        Codec::Lz4 => lz4_flex::frame::FrameDecoder::new(packed)
            .take(needed)
            .read_to_end(&mut bytes)?,
        Codec::Zstd => zstd::stream::read::Decoder::with_buffer(packed)?
            .take(needed)
            .read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

impl Batches for Records {
    fn path(&self) -> &Path {
        self.file.path()
    }

    fn read(&self, batch: usize, columns: &[usize]) -> Result<Vec<Vec<f64>>> {
        let batch = &self.batches[batch];
        columns.iter().map(|column| self.column(batch, *column)).collect()
    }
}
