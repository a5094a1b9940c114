//! The rows that columns and tiles touch, and the bands that those are.

use std::ops::Range;

use crate::abi::{BinPush, Column, Lane, pair, rows_word};

/// The rows of each column.
#[must_use]
pub fn rows(push: &BinPush, lane: &Lane, columns: &[Column]) -> Vec<u32> {
    columns
        .iter()
        .map(|column| rows_word(lane, column.lo, column.hi, push.row_shift))
        .collect()
}

/// How many columns on either side of a tile its lines may come from.
#[must_use]
pub fn reach(push: &BinPush, lane: &Lane) -> usize {
    if push.polyline == 0 {
        0
    } else {
        (lane.half_width_px as usize + 2).min(crate::abi::TILE as usize)
    }
}

/// The rows of a tile, from those of its columns and of as many beside it as [`reach`] says; 0 where there are none.
#[must_use]
pub fn extent(push: &BinPush, rows: &[u32]) -> u32 {
    let touched = || rows.iter().filter(|&&rows| rows != 0);
    let (Some(top), Some(bottom)) = (
        touched().map(|r| r & 0xffff).min(),
        touched().map(|r| r >> 16).max(),
    ) else {
        return 0;
    };
    if top >= bottom {
        return 0;
    }
    let parts = 1 << push.row_shift;
    match push.polyline {
        0 => pair(top, bottom),
        _ => pair(
            top.saturating_sub(parts),
            (bottom + parts).min((push.plot_rows >> 16) << push.row_shift),
        ),
    }
}

/// The bands of the target that a tile's rows touch.
#[must_use]
pub fn bands(push: &BinPush, extent: u32) -> Range<u32> {
    if extent == 0 {
        return 0..0;
    }
    let band = |row: u32| ((push.plot_rows & 0xffff) + (row >> push.row_shift)) / push.band_rows;
    band(extent & 0xffff)..band((extent >> 16) - 1).min(push.bands - 1) + 1
}
