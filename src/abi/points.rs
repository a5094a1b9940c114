//! What counting points on a device is given.

use bytemuck::{Pod, Zeroable};

use super::Address;
use super::shared::Glsl;

/// Points of a run, which a group counts.
pub const POINTS_RUN: u32 = 1024;
/// Cells across a tile of points: the invocations of a group.
pub const POINTS_SIDE: u32 = 64;

/// Step of counting: points, whose coordinates are a word each.
pub const STEP_POINTS: u32 = 0;
/// Step of counting: points, whose coordinates are two words each.
pub const STEP_POINTS_64: u32 = 1;
/// Step of counting: the cells of tiles.
pub const STEP_TILES: u32 = 2;

shared! {
    /// A tile whose cells are counted.
    struct PointsTile {
        /// Where its cells begin: a word's number.
        first: u32,
        /// Bytes of a cell: 1, 2 or 4.
        bytes: u32,
        /// The [`PointsEdges`] across.
        across: u32,
        /// Those down.
        down: u32,
        /// The column of its first cell.
        column: u32,
        /// The row of its first cell, the lowest.
        row: u32,
    }

    /// The edges of pixels that divide tiles of a column, or of a row.
    struct PointsEdges {
        /// The pixel before the first one.
        pixel: i32,
        /// The number of the first one among all. Each is two words: the cell that it divides, and how much of it lies before, of 2¹⁶.
        first: u32,
        /// How many there are.
        count: u32,
    }

    /// The push constants of counting points.
    struct PointsPush {
        /// What is looked at: keys of points, x and y, or the cells of tiles.
        from: Address,
        /// What of it: runs, as the first point and the one after the last, or [`PointsTile`]s.
        tasks: Address,
        /// Of points the keys of the first place of each pixel, and of the first one beyond the last: of columns, and then of rows. Of tiles their edges.
        edges: Address,
        /// Of tiles [`PointsEdges`].
        tables: Address,
        /// How many points lie in each pixel: `[height, width]`.
        counts: Address,
        /// How many tasks there are.
        tasks_count: u32,
        /// Of the plot, in pixels.
        width: u32,
        /// Of the plot.
        height: u32,
    }
}
