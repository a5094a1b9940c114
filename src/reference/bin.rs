//! A tile's extent, and the bands that it touches.

use crate::abi::{BAND, Column, Extent, Frame, Lane, key_from_f32};

use super::raster::rows_of;

/// The extent of a tile's columns.
#[must_use]
pub fn extent(columns: &[Column]) -> Extent {
    let mut extent = Extent {
        lo: i32::MAX,
        hi: i32::MIN,
    };
    for column in columns.iter().filter(|c| c.lo <= c.hi) {
        extent.lo = key_from_f32(column.lo).map_or(extent.lo, |key| extent.lo.min(key));
        extent.hi = key_from_f32(column.hi).map_or(extent.hi, |key| extent.hi.max(key));
    }
    extent
}

/// The bands of the target that a lane may touch with values `lo ..= hi`, a row of slack included.
#[must_use]
pub fn bands(frame: &Frame, lane: &Lane, lo: f32, hi: f32) -> std::ops::Range<u32> {
    let [top, bottom] = rows_of(lane, lo, hi);
    let clip = |row: f32| {
        row.clamp(
            lane.clip_top.max(0.0),
            lane.clip_bottom.min(frame.plot_height as f32),
        )
    };
    let (top, bottom) = (clip(top - 1.0), clip(bottom + 1.0));
    if top >= bottom {
        return 0..0;
    }
    let last = (frame.plot_y + bottom.ceil() as u32 - 1) / BAND;
    (frame.plot_y + top as u32) / BAND..last.min(frame.bands - 1) + 1
}
