//! What an array is an array of, and its values as numbers.

use serde_json::Value;

use crate::source::stored::{ByteOrder, Kind, StoredType};

/// The kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Int,
    /// Booleans as well.
    Uint,
    Float,
    /// Text of so many bytes, filled up with zeros.
    Ascii,
    /// The same, of four bytes a character.
    Unicode,
    /// Texts of any length, packed one after another.
    Texts,
    /// Texts of any length, as JSON.
    Json,
}

/// A value's kind, its size and its byte order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) class: Class,
    /// Of one value; 1 where texts are of any length.
    pub(super) bytes: usize,
    pub(super) order: ByteOrder,
}

impl Element {
    /// Of NumPy's short form: `<i2`, `|S8`, `<U3`, `|O`.
    pub(super) fn of_numpy(text: &str) -> Result<Self, String> {
        let unknown = || format!("values of type {text:?} are not read");
        let (order, rest) = match text.as_bytes().first() {
            Some(b'>') => (ByteOrder::Big, &text[1..]),
            Some(b'<' | b'|' | b'=') => (ByteOrder::Little, &text[1..]),
            _ => (ByteOrder::Little, text),
        };
        let kind = rest.get(..1).ok_or_else(unknown)?;
        if kind == "O" {
            return Ok(Self::texts(Class::Texts));
        }
        let count: usize = rest[1..].parse().map_err(|_| unknown())?;
        let (class, bytes) = match (kind, count) {
            ("i", 1 | 2 | 4 | 8) => (Class::Int, count),
            ("u", 1 | 2 | 4 | 8) | ("b", 1) => (Class::Uint, count),
            ("f", 4 | 8) => (Class::Float, count),
            ("S", 1..=65_536) => (Class::Ascii, count),
            ("U", 1..=65_536) => (Class::Unicode, 4 * count),
            _ => return Err(unknown()),
        };
        Ok(Self { class, bytes, order })
    }

    /// Of version 3's `data_type`: a name, or a name and its configuration.
    pub(super) fn of_name(written: &Value) -> Result<Self, String> {
        let unknown = || format!("values of type {written} are not read");
        let name = written.as_str().or_else(|| written.get("name")?.as_str());
        let bytes = || {
            let bytes = written.get("configuration")?.get("length_bytes")?.as_u64()?;
            (1..=1 << 18).contains(&bytes).then_some(bytes as usize)
        };
        let (class, bytes) = match name.ok_or_else(unknown)? {
            "bool" | "uint8" => (Class::Uint, 1),
            "uint16" => (Class::Uint, 2),
            "uint32" => (Class::Uint, 4),
            "uint64" => (Class::Uint, 8),
            "int8" => (Class::Int, 1),
            "int16" => (Class::Int, 2),
            "int32" => (Class::Int, 4),
            "int64" => (Class::Int, 8),
            "float32" => (Class::Float, 4),
            "float64" => (Class::Float, 8),
            "string" => (Class::Texts, 1),
            "null_terminated_bytes" => (Class::Ascii, bytes().ok_or_else(unknown)?),
            "fixed_length_utf32" => (Class::Unicode, bytes().ok_or_else(unknown)?),
            _ => return Err(unknown()),
        };
        Ok(Self {
            class,
            bytes,
            order: ByteOrder::Little,
        })
    }

    /// Texts of any length.
    pub(super) fn texts(class: Class) -> Self {
        Self {
            class,
            bytes: 1,
            order: ByteOrder::Little,
        }
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self.class, Class::Int | Class::Uint | Class::Float)
    }

    /// The type of samples, if these can be some.
    pub(super) fn stored(self) -> Option<StoredType> {
        let kind = match (self.class, self.bytes) {
            (Class::Int, 1) => Kind::I8,
            (Class::Int, 2) => Kind::I16,
            (Class::Int, 4) => Kind::I32,
            (Class::Uint, 1) => Kind::U8,
            (Class::Uint, 2) => Kind::U16,
            (Class::Float, 4) => Kind::F32,
            (Class::Float, 8) => Kind::F64,
            _ => return None,
        };
        Some(StoredType {
            kind,
            order: self.order,
        })
    }

    /// A number from its bytes, of which there are as many as it has.
    pub(super) fn number(self, bytes: &[u8]) -> f64 {
        let mut low = [0; 8];
        low[..self.bytes].copy_from_slice(bytes);
        if self.order == ByteOrder::Big {
            low[..self.bytes].reverse();
        }
        let bits = u64::from_le_bytes(low);
        match (self.class, self.bytes) {
            (Class::Float, 4) => f64::from(f32::from_bits(bits as u32)),
            (Class::Float, _) => f64::from_bits(bits),
            (Class::Int, bytes) => {
                let unused = 64 - 8 * bytes as u32;
                ((bits << unused) as i64 >> unused) as f64
            }
            _ => bits as f64,
        }
    }

    /// The same the other way: cut where the number is no whole one, and its lowest bits where it is too large, as NumPy does.
    pub(super) fn write(self, number: f64, into: &mut [u8]) {
        let bits = match (self.class, self.bytes) {
            (Class::Float, 4) => u64::from((number as f32).to_bits()),
            (Class::Float, _) => number.to_bits(),
            _ if number < 0.0 => number as i64 as u64,
            _ => number as u64,
        };
        let low = bits.to_le_bytes();
        into.copy_from_slice(&low[..self.bytes]);
        if self.order == ByteOrder::Big {
            into.reverse();
        }
    }

    /// The bytes of a fill value, as arrays' descriptions write it.
    pub(super) fn fill(self, written: &Value) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; self.bytes];
        if !self.is_number() {
            return Ok(bytes);
        }
        let unknown = || format!("\"fill_value\" is {written}");
        match written {
            Value::Null => {}
            Value::Bool(value) => self.write(f64::from(u8::from(*value)), &mut bytes),
            Value::Number(number) => match (number.as_i64(), number.as_u64(), self.class) {
                // 64-bit integers are not all numbers of 64-bit floats.
                (Some(whole), _, Class::Int | Class::Uint) => self.bits(whole as u64, &mut bytes),
                (_, Some(whole), Class::Int | Class::Uint) => self.bits(whole, &mut bytes),
                _ => self.write(number.as_f64().ok_or_else(unknown)?, &mut bytes),
            },
            Value::String(text) => match (text.as_str(), self.class) {
                ("NaN", Class::Float) => self.write(f64::NAN, &mut bytes),
                ("Infinity", Class::Float) => self.write(f64::INFINITY, &mut bytes),
                ("-Infinity", Class::Float) => self.write(f64::NEG_INFINITY, &mut bytes),
                _ => {
                    let digits = text.strip_prefix("0x").ok_or_else(unknown)?;
                    let bits = u64::from_str_radix(digits, 16).map_err(|_| unknown())?;
                    self.bits(bits, &mut bytes);
                }
            },
            _ => return Err(unknown()),
        }
        Ok(bytes)
    }

    fn bits(self, bits: u64, into: &mut [u8]) {
        into.copy_from_slice(&bits.to_le_bytes()[..self.bytes]);
        if self.order == ByteOrder::Big {
            into.reverse();
        }
    }

    /// The texts in a chunk of `count` values.
    pub(super) fn texts_in(self, bytes: &[u8], count: usize) -> Option<Vec<String>> {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            text.trim_end_matches('\0').to_owned()
        };
        match self.class {
            Class::Ascii => Some(bytes.chunks_exact(self.bytes).map(text).collect()),
            Class::Unicode => {
                let one = |bytes: &[u8]| -> String {
                    let codes = bytes.as_chunks::<4>().0.iter().map(|code| match self.order {
                        ByteOrder::Little => u32::from_le_bytes(*code),
                        ByteOrder::Big => u32::from_be_bytes(*code),
                    });
                    codes
                        .take_while(|code| *code != 0)
                        .filter_map(char::from_u32)
                        .collect()
                };
                Some(bytes.chunks_exact(self.bytes).map(one).collect())
            }
            Class::Texts => {
                let (_, mut rest) = bytes.split_first_chunk::<4>()?;
                let mut texts = Vec::new();
                while texts.len() < count
                    && let Some((len, after)) = rest.split_first_chunk::<4>()
                {
                    let (bytes, after) = after.split_at_checked(u32::from_le_bytes(*len) as usize)?;
                    texts.push(text(bytes));
                    rest = after;
                }
                Some(texts)
            }
            Class::Json => {
                let mut written: Vec<Value> = serde_json::from_slice(bytes).ok()?;
                // The type and the shape come last.
                written.truncate(written.len().saturating_sub(2).min(count));
                let text = |value: Value| match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                Some(written.into_iter().map(text).collect())
            }
            _ => None,
        }
    }
}
