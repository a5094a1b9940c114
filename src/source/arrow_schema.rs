//! What columns an Arrow file has: their types, and how many buffers each takes of a batch.
//!
//! <https://github.com/apache/arrow/blob/main/format/Schema.fbs>.

use super::flatbuffer::Table;
use super::stored::Kind;

/// Columns within columns, and how many of all.
const MAX_DEPTH: usize = 16;
const MAX_COLUMNS: usize = 1 << 16;

/// How the values of a column lie in their buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Values {
    /// A bit each.
    Bits,
    Signed(usize),
    Unsigned(usize),
    Float(usize),
}

impl Values {
    /// Bytes that values take.
    pub(crate) fn bytes(self, values: u64) -> Option<u64> {
        match self {
            Self::Bits => Some(values.div_ceil(8)),
            Self::Signed(width) | Self::Unsigned(width) | Self::Float(width) => {
                values.checked_mul(width as u64)
            }
        }
    }

    /// What the values are once some are missing, or none.
    pub(crate) fn kind(self, some_missing: bool) -> Kind {
        match self {
            Self::Signed(1 | 2) | Self::Unsigned(1) | Self::Bits if !some_missing => Kind::I16,
            Self::Bits | Self::Signed(1 | 2) | Self::Unsigned(1 | 2) | Self::Float(4) => Kind::F32,
            Self::Signed(4) => Kind::I32,
            Self::Signed(_) | Self::Unsigned(_) | Self::Float(_) => Kind::F64,
        }
    }

    /// A value of a buffer that is long enough.
    pub(crate) fn number(self, buffer: &[u8], at: usize) -> f64 {
        fn of<const N: usize>(buffer: &[u8], at: usize) -> [u8; N] {
            buffer.as_chunks().0[at]
        }
        match self {
            Self::Bits => f64::from(buffer[at / 8] >> (at % 8) & 1),
            Self::Signed(1) => f64::from(buffer[at].cast_signed()),
            Self::Signed(2) => f64::from(i16::from_le_bytes(of(buffer, at))),
            Self::Signed(4) => f64::from(i32::from_le_bytes(of(buffer, at))),
            Self::Signed(_) => i64::from_le_bytes(of(buffer, at)) as f64,
            Self::Unsigned(1) => f64::from(buffer[at]),
            Self::Unsigned(2) => f64::from(u16::from_le_bytes(of(buffer, at))),
            Self::Unsigned(4) => f64::from(u32::from_le_bytes(of(buffer, at))),
            Self::Unsigned(_) => u64::from_le_bytes(of(buffer, at)) as f64,
            Self::Float(4) => f64::from(f32::from_le_bytes(of(buffer, at))),
            Self::Float(_) => f64::from_le_bytes(of(buffer, at)),
        }
    }
}

/// A column of a table, or within one.
pub(crate) struct Field {
    pub(crate) name: String,
    /// `None` where they are no numbers, or it lies within another column.
    pub(crate) values: Option<Values>,
    /// Seconds of a step, where its type is time.
    pub(crate) time_s: Option<f64>,
    /// Whether it is a column of the table.
    pub(crate) is_column: bool,
    /// Buffers that it takes itself.
    pub(crate) buffers: usize,
    /// Whether it takes as many more as each batch says.
    pub(crate) is_view: bool,
}

/// All columns of a schema with those in them, in the order of their buffers; `None` if they are damaged, or of types that are
/// not known.
pub(crate) fn fields(schema: &Table<'_>) -> Option<Vec<Field>> {
    let mut found = Vec::new();
    for field in schema.tables(1) {
        add(field?, true, MAX_DEPTH, &mut found)?;
    }
    Some(found)
}

fn add(field: Table<'_>, is_column: bool, depth: usize, found: &mut Vec<Field>) -> Option<()> {
    if depth == 0 || found.len() > MAX_COLUMNS {
        return None;
    }
    let [kind] = field.number(2);
    let details = field.table(3);
    // Of a dictionary, the buffers are those of the numbers of its entries.
    let is_dictionary = field.has(4);
    let (values, time_s) = match details.filter(|_| is_column && !is_dictionary) {
        Some(details) => numbers(kind, &details),
        None => (None, None),
    };
    let (buffers, is_view) = match kind {
        _ if is_dictionary => (2, false),
        // Nothing; ends of runs.
        1 | 22 => (0, false),
        // Numbers, and what is of a fixed width.
        2 | 3 | 6..=11 | 15 | 18 => (2, false),
        // Bytes and texts, and lists of views.
        4 | 5 | 19 | 20 | 25 | 26 => (3, false),
        23 | 24 => (2, true),
        // Lists with their ends; maps.
        12 | 17 | 21 => (2, false),
        // What is made of its parts.
        13 | 16 => (1, false),
        // A choice of its parts; if dense, with their places.
        14 => (
            1 + usize::from(details.is_some_and(|details| details.number(0) == [1, 0])),
            false,
        ),
        _ => return None,
    };
    found.push(Field {
        name: field.text(0).unwrap_or_default(),
        values,
        time_s,
        is_column,
        buffers,
        is_view,
    });
    for inner in field.tables(5).filter(|_| !is_dictionary) {
        add(inner?, false, depth - 1, found)?;
    }
    Some(())
}

/// How numbers lie, and seconds of a step.
fn numbers(kind: u8, details: &Table<'_>) -> (Option<Values>, Option<f64>) {
    const UNITS: [f64; 4] = [1.0, 1e-3, 1e-6, 1e-9];
    // Milliseconds where it is not said, but for time stamps.
    let unit = |unsaid: usize| match i16::from_le_bytes(details.number(0)) {
        0 if !details.has(0) => UNITS.get(unsaid).copied(),
        unit => usize::try_from(unit)
            .ok()
            .and_then(|unit| UNITS.get(unit).copied()),
    };
    match kind {
        2 => {
            let width = match i32::from_le_bytes(details.number(0)) {
                bits @ (8 | 16 | 32 | 64) => bits as usize / 8,
                _ => return (None, None),
            };
            let values = match details.number(1) {
                [0] => Values::Unsigned(width),
                [_] => Values::Signed(width),
            };
            (Some(values), None)
        }
        3 => match i16::from_le_bytes(details.number(0)) {
            1 => (Some(Values::Float(4)), None),
            2 => (Some(Values::Float(8)), None),
            _ => (None, None),
        },
        6 => (Some(Values::Bits), None),
        9 => {
            let width = match i32::from_le_bytes(details.number(1)) {
                64 => 8,
                _ => 4,
            };
            (Some(Values::Signed(width)), unit(1))
        }
        10 => (Some(Values::Signed(8)), unit(0)),
        18 => (Some(Values::Signed(8)), unit(1)),
        _ => (None, None),
    }
}
