//! How many points lie in each of the 64 × 64 cells of a square, in as few bytes as they take.

/// log2 of [`SIDE`].
pub(super) const SIDE_BITS: u32 = 6;
/// Cells across a tile, and up.
pub(super) const SIDE: usize = 1 << SIDE_BITS;
/// Cells of a tile.
const CELLS: usize = SIDE * SIDE;

/// Counts of all cells of a tile, `[SIDE, SIDE]`, the lowest row first.
pub(super) type Counts<T> = [T; CELLS];

/// The same as they are kept.
pub(super) enum Cells {
    /// The cells that have points, where they are few.
    Few(Box<[Few]>),
    U8(Box<Counts<u8>>),
    U16(Box<Counts<u16>>),
    U32(Box<Counts<u32>>),
}

/// A cell that has points: its number and theirs.
#[derive(Clone, Copy)]
pub(super) struct Few {
    cell: u16,
    count: u16,
}

/// Calls the same of the counts, whatever their type.
macro_rules! counts {
    ($cells:expr, $counts:ident => $do:expr) => {
        match $cells {
            $crate::points::tile::Cells::Few(few) => {
                let $counts = &$crate::points::tile::Cells::all(few);
                $do
            }
            $crate::points::tile::Cells::U8(counts) => {
                let $counts = &**counts;
                $do
            }
            $crate::points::tile::Cells::U16(counts) => {
                let $counts = &**counts;
                $do
            }
            $crate::points::tile::Cells::U32(counts) => {
                let $counts = &**counts;
                $do
            }
        }
    };
}
pub(super) use counts;

impl Cells {
    pub(super) fn new(counts: &Counts<u32>) -> Self {
        let most = counts.iter().copied().max().unwrap_or(0);
        let bytes = match most {
            0..=0xff => 1,
            0x100..=0xffff => 2,
            _ => 4,
        };
        let some = counts.iter().filter(|count| **count > 0).count();
        if bytes < 4 && some * size_of::<Few>() < CELLS * bytes {
            let cells = (0..).zip(counts).filter(|(_, count)| **count > 0);
            let few = cells.map(|(cell, count)| Few {
                cell,
                count: *count as u16,
            });
            return Self::Few(few.collect());
        }
        match bytes {
            1 => Self::U8(Box::new(counts.map(|count| count as u8))),
            2 => Self::U16(Box::new(counts.map(|count| count as u16))),
            _ => Self::U32(Box::new(*counts)),
        }
    }

    /// All cells of those that have points.
    pub(super) fn all(few: &[Few]) -> Counts<u32> {
        let mut counts = [0; CELLS];
        for few in few {
            counts[usize::from(few.cell)] = few.count.into();
        }
        counts
    }

    /// Adds the points of four cells at a time to one of a tile that is twice as large: this is its quarter `number`.
    pub(super) fn add_to(&self, number: usize, larger: &mut Counts<u32>) {
        let first = ((number >> 1) * SIDE + (number & 1)) * (SIDE / 2);
        counts!(self, counts => add(counts, &mut larger[first..]));
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Few(few) => size_of_val(&**few),
            Self::U8(_) => CELLS,
            Self::U16(_) => 2 * CELLS,
            Self::U32(_) => 4 * CELLS,
        }
    }
}

/// How many points a cell has.
pub(super) trait Count: Copy + Into<u32> {}
impl Count for u8 {}
impl Count for u16 {}
impl Count for u32 {}

/// Adds the points of four cells at a time to those from the first of `larger` on.
fn add<T: Count>(counts: &Counts<T>, larger: &mut [u32]) {
    for (row, cells) in counts.chunks_exact(SIDE).enumerate() {
        let larger = &mut larger[row / 2 * SIDE..][..SIDE / 2];
        for (sum, two) in larger.iter_mut().zip(cells.chunks_exact(2)) {
            *sum += two[0].into() + two[1].into();
        }
    }
}
