//! Thrift's compact protocol, as a tree of values of which the types are in the bytes.
//!
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

/// Structures within structures.
const MAX_DEPTH: usize = 32;

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Bool(bool),
    Int(i64),
    Double(f64),
    Bytes(&'a [u8]),
    List(Vec<Self>),
    /// Fields by their numbers.
    Struct(Vec<(i16, Self)>),
}

/// A structure at the start of some bytes, and how many it takes; `None` if they are no such thing.
pub(crate) fn parse(bytes: &[u8]) -> Option<(Value<'_>, usize)> {
    let mut left = bytes;
    let value = structure(&mut left, MAX_DEPTH)?;
    Some((value, bytes.len() - left.len()))
}

impl<'a> Value<'a> {
    /// A field of a structure.
    pub(crate) fn get(&self, field: i16) -> Option<&Self> {
        match self {
            Self::Struct(fields) => fields
                .iter()
                .find(|(number, _)| *number == field)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// A field that is a whole number.
    pub(crate) fn int(&self, field: i16) -> Option<i64> {
        match self.get(field)? {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// A field that is a number of things.
    pub(crate) fn count(&self, field: i16) -> Option<u64> {
        self.int(field)?.try_into().ok()
    }

    /// A field that is a list; empty if it is none.
    pub(crate) fn list(&self, field: i16) -> &[Self] {
        match self.get(field) {
            Some(Self::List(list)) => list,
            _ => &[],
        }
    }

    /// A field that is a text.
    pub(crate) fn text(&self, field: i16) -> Option<String> {
        match self.get(field)? {
            Self::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            _ => None,
        }
    }

    /// The one field that a union has.
    pub(crate) fn choice(&self) -> Option<(i16, &Self)> {
        match self {
            Self::Struct(fields) => fields.first().map(|(number, value)| (*number, value)),
            _ => None,
        }
    }
}

fn byte(left: &mut &[u8]) -> Option<u8> {
    let (first, rest) = left.split_first()?;
    *left = rest;
    Some(*first)
}

/// A number, seven bits in each byte, the lowest first.
pub(crate) fn varint(left: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let next = byte(left)?;
        value |= u64::from(next & 0x7f) << shift;
        if next & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The same of numbers that may be negative.
pub(crate) fn zigzag(left: &mut &[u8]) -> Option<i64> {
    let folded = varint(left)?;
    Some((folded >> 1).cast_signed() ^ -(folded & 1).cast_signed())
}

fn structure<'a>(left: &mut &'a [u8], depth: usize) -> Option<Value<'a>> {
    let (mut fields, mut last) = (Vec::new(), 0_i16);
    loop {
        let head = byte(left)?;
        if head == 0 {
            return Some(Value::Struct(fields));
        }
        last = match head >> 4 {
            0 => zigzag(left)?.try_into().ok()?,
            more => last.checked_add(i16::from(more))?,
        };
        let value = match head & 0xf {
            1 => Value::Bool(true),
            2 => Value::Bool(false),
            kind => value(left, kind, depth)?,
        };
        fields.push((last, value));
    }
}

fn value<'a>(left: &mut &'a [u8], kind: u8, depth: usize) -> Option<Value<'a>> {
    let inner = depth.checked_sub(1)?;
    Some(match kind {
        1 | 2 => Value::Bool(byte(left)? == 1),
        3 => Value::Int(i64::from(byte(left)?.cast_signed())),
        4..=6 => Value::Int(zigzag(left)?),
        7 => {
            let (bytes, rest) = left.split_first_chunk()?;
            *left = rest;
            Value::Double(f64::from_le_bytes(*bytes))
        }
        8 => {
            let len = usize::try_from(varint(left)?).ok()?;
            let (bytes, rest) = left.split_at_checked(len)?;
            *left = rest;
            Value::Bytes(bytes)
        }
        9 | 10 => {
            let head = byte(left)?;
            let count = match head >> 4 {
                15 => varint(left)?,
                count => u64::from(count),
            };
            // Each takes a byte at least, so that a list ends where the bytes do.
            let items = (0..count).map(|_| value(left, head & 0xf, inner));
            Value::List(items.collect::<Option<_>>()?)
        }
        11 => {
            let count = varint(left)?;
            let kinds = if count == 0 { 0 } else { byte(left)? };
            let mut items = Vec::new();
            for _ in 0..count {
                items.push(value(left, kinds >> 4, inner)?);
                items.push(value(left, kinds & 0xf, inner)?);
            }
            Value::List(items)
        }
        12 => structure(left, inner)?,
        _ => return None,
    })
}
