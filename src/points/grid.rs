//! Cells: how positions become whole numbers, and their order.
//!
//! The order is that of Morton (G. M. Morton, *A computer oriented geodetic data base*, IBM, 1966): the bits of the column
//! and of the row of a cell, taken in turns, the row's first. Every cell of 2ⁿ × 2ⁿ finest cells is then one run.

use super::FARTHEST;
use crate::view::plane::Bounds;

/// Bits of a cell's column, and of its row.
pub const BITS: u32 = 32;

/// A number that points are given as.
pub trait Coordinate: Copy + PartialOrd + Send + Sync + Default + 'static + private::Sealed {
    /// Above all others.
    const INFINITY: Self;
    /// Below all others.
    const NEG_INFINITY: Self;

    /// The same as an `f64`, exactly.
    fn as_f64(self) -> f64;

    /// The one that is nearest to an `f64`.
    #[doc(hidden)]
    fn nearest(value: f64) -> Self;

    /// Words of a key.
    #[doc(hidden)]
    const WORDS: usize;

    /// A whole number that is greater for a greater coordinate.
    #[doc(hidden)]
    fn key(self) -> u64;

    /// The coordinate of a key.
    #[doc(hidden)]
    fn from_key(key: u64) -> Self;

    /// Whether something can lie there: it is a number, and of no more than [`FARTHEST`].
    #[inline(always)]
    fn is_place(self) -> bool {
        self.as_f64().abs() <= FARTHEST
    }
}

impl Coordinate for f32 {
    const INFINITY: Self = Self::INFINITY;
    const NEG_INFINITY: Self = Self::NEG_INFINITY;

    #[inline(always)]
    fn as_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn nearest(value: f64) -> Self {
        value as Self
    }

    const WORDS: usize = 1;

    #[inline(always)]
    fn key(self) -> u64 {
        let bits = self.to_bits();
        u64::from(bits ^ ((bits as i32 >> 31) as u32 | 1 << 31))
    }

    #[inline(always)]
    fn from_key(key: u64) -> Self {
        let key = key as u32;
        Self::from_bits(key ^ ((!key as i32 >> 31) as u32 | 1 << 31))
    }
}

impl Coordinate for f64 {
    const INFINITY: Self = Self::INFINITY;
    const NEG_INFINITY: Self = Self::NEG_INFINITY;

    #[inline(always)]
    fn as_f64(self) -> f64 {
        self
    }

    #[inline(always)]
    fn nearest(value: f64) -> Self {
        value
    }

    const WORDS: usize = 2;

    #[inline(always)]
    fn key(self) -> u64 {
        let bits = self.to_bits();
        bits ^ ((bits as i64 >> 63) as u64 | 1 << 63)
    }

    #[inline(always)]
    fn from_key(key: u64) -> Self {
        Self::from_bits(key ^ ((!key as i64 >> 63) as u64 | 1 << 63))
    }
}

mod private {
    /// Kept to the two types that are stored.
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// 2³² × 2³² cells over all points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// The coordinates of the first cell's corner: the least x, and the least y.
    pub corner: [f64; 2],
    /// Cells to a unit; 0 where all coordinates are equal.
    pub per_unit: [f64; 2],
}

impl Grid {
    /// That over all of `bounds`.
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        let per_unit = |[least, greatest]: [f64; 2]| {
            // A little less than all, so that the greatest coordinate has a cell as well.
            let per = (2_f64.powi(BITS as i32) - 1.0) / (greatest - least);
            if per.is_finite() { per } else { 0.0 }
        };
        Self {
            corner: [bounds.x[0], bounds.y[0]],
            per_unit: [per_unit(bounds.x), per_unit(bounds.y)],
        }
    }

    /// The column and the row of the cell of a place, or of the one nearest to it. Never less for a greater coordinate, rounding
    /// included.
    #[inline(always)]
    #[must_use]
    pub fn cell(&self, at: [f64; 2]) -> [u32; 2] {
        [0, 1].map(|axis| ((at[axis] - self.corner[axis]) * self.per_unit[axis]) as u32)
    }
}

/// The number of a cell in Morton's order.
#[inline(always)]
#[must_use]
pub fn morton([column, row]: [u32; 2]) -> u64 {
    spread(row) << 1 | spread(column)
}

/// The bits of a word, each with a 0 above it.
#[inline(always)]
fn spread(word: u32) -> u64 {
    let mut wide = u64::from(word);
    wide = (wide | wide << 16) & 0x0000_ffff_0000_ffff;
    wide = (wide | wide << 8) & 0x00ff_00ff_00ff_00ff;
    wide = (wide | wide << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    wide = (wide | wide << 2) & 0x3333_3333_3333_3333;
    (wide | wide << 1) & 0x5555_5555_5555_5555
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_taken_in_turns() {
        assert_eq!(morton([1, 0]), 1);
        assert_eq!(morton([0, 1]), 2);
        assert_eq!(morton([u32::MAX, 0]), 0x5555_5555_5555_5555);
        assert_eq!(morton([u32::MAX; 2]), u64::MAX);
    }

    #[test]
    fn places_keep_their_order_and_stay_inside() {
        let bounds = Bounds {
            x: [-1.0, 3.0],
            y: [1e-30, 2e-30],
        };
        let grid = Grid::new(bounds);
        assert_eq!(grid.cell([-1.0, 1e-30]), [0, 0]);
        assert_eq!(grid.cell([-9.0, f64::NEG_INFINITY]), [0, 0]);
        assert!(grid.cell([3.0, 2e-30])[0] >= u32::MAX - 1);
        assert_eq!(grid.cell([1e300, f64::INFINITY]), [u32::MAX; 2]);
        let one = Grid::new(Bounds {
            x: [2.0; 2],
            y: [2.0; 2],
        });
        assert_eq!(one.cell([2.0, 2.0]), [0, 0]);
    }
}
