//! What covering pixels with strokes on a device is given.

use bytemuck::{Pod, Zeroable};

use super::Address;
use super::shared::Glsl;

shared! {
    /// A piece of a line, round at both ends, in pixels of the plot.
    struct StrokesPiece {
        /// Where it begins: to the right.
        from_x: f32,
        /// Downwards.
        from_y: f32,
        /// Where it ends: to the right.
        to_x: f32,
        /// Downwards.
        to_y: f32,
    }

    /// The push constants of covering pixels with strokes.
    struct StrokesPush {
        /// [`StrokesPiece`]s.
        pieces: Address,
        /// Of the plot, in pixels.
        width: f32,
        /// Of the plot.
        height: f32,
        /// How far from the middle of a line pixels are touched: half of its width and half a pixel.
        reach: f32,
        /// How opaque lines are, from 0 to 1.
        alpha: f32,
    }
}
