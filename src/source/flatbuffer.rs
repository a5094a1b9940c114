//! Tables of FlatBuffers, a field at a time; whatever is damaged is as if it were not there.
//!
//! <https://flatbuffers.dev/internals>. A table starts with how far back its list of fields lies, which says for each field how
//! far behind the table's start it is, or 0. Texts, vectors and other tables lie as far behind their field as it says.

/// A table among the bytes of a buffer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where each field is, in two bytes.
    fields: &'a [u8],
}

/// The bytes of a number.
fn some<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

impl<'a> Table<'a> {
    /// The table that a buffer is of.
    pub(crate) fn root(bytes: &'a [u8]) -> Option<Self> {
        Self::at(bytes, u32::from_le_bytes(some(bytes, 0)?) as usize)
    }

    fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        let back = i64::from(i32::from_le_bytes(some(bytes, at)?));
        let list = usize::try_from(i64::try_from(at).ok()? - back).ok()?;
        let len = usize::from(u16::from_le_bytes(some(bytes, list)?));
        // Its own length, and the table's, come first.
        let fields = bytes.get(list..)?.get(4..len)?;
        Some(Self { bytes, at, fields })
    }

    fn place(&self, field: usize) -> Option<usize> {
        let offset = u16::from_le_bytes(some(self.fields, 2 * field)?);
        (offset != 0).then_some(self.at + usize::from(offset))
    }

    /// What a field leads to.
    fn target(&self, field: usize) -> Option<usize> {
        let place = self.place(field)?;
        place.checked_add(u32::from_le_bytes(some(self.bytes, place)?) as usize)
    }

    /// The little-endian bytes of a number; those of 0 where it is left out.
    pub(crate) fn number<const N: usize>(&self, field: usize) -> [u8; N] {
        let place = self.place(field);
        place.and_then(|place| some(self.bytes, place)).unwrap_or([0; N])
    }

    pub(crate) fn has(&self, field: usize) -> bool {
        self.place(field).is_some()
    }

    pub(crate) fn table(&self, field: usize) -> Option<Self> {
        Self::at(self.bytes, self.target(field)?)
    }

    /// The items of a vector, of which each takes `size` bytes.
    fn items(&self, field: usize, size: usize) -> Option<(usize, &'a [u8])> {
        let start = self.target(field)?;
        let count = u32::from_le_bytes(some(self.bytes, start)?) as usize;
        let items = self.bytes.get(start + 4..)?.get(..count.checked_mul(size)?)?;
        Some((start + 4, items))
    }

    pub(crate) fn text(&self, field: usize) -> Option<String> {
        let (_, bytes) = self.items(field, 1)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// A vector of numbers, or of structures, as bytes.
    pub(crate) fn vector<const N: usize>(&self, field: usize) -> &'a [[u8; N]] {
        self.items(field, N).map_or(&[], |(_, bytes)| bytes.as_chunks().0)
    }

    /// A vector of tables; those that are damaged are `None`.
    pub(crate) fn tables(&self, field: usize) -> impl Iterator<Item = Option<Self>> + use<'a> {
        let (bytes, (start, items)) = (self.bytes, self.items(field, 4).unwrap_or((0, &[])));
        let items = items.as_chunks::<4>().0.iter().enumerate();
        items.map(move |(number, offset)| {
            let place = start + 4 * number;
            Self::at(bytes, place.checked_add(u32::from_le_bytes(*offset) as usize)?)
        })
    }
}
