//! What shaders of custom visuals are given. [`custom`](crate::custom) writes the GLSL that reads it.

use bytemuck::{Pod, Zeroable};

use super::Address;
use super::shared::Glsl;

/// Specialization constant of fragment shaders: whether they write an item's number instead of a colour.
pub const CONSTANT_PICK: u32 = 0;

shared! {
    /// What is the same for all shaders of a visual. [`CustomBuffer`]s follow it, in the order of their names' declaration.
    struct CustomFrame {
        /// Width of the plot, in pixels.
        plot_width: f32,
        /// Height of the plot.
        plot_height: f32,
        /// Where on the plot the image begins that is drawn to: to the right.
        left: f32,
        /// Downwards.
        top: f32,
        /// Width of that image.
        width: f32,
        /// Height of that image.
        height: f32,
        /// Pixels of the target for one of the figure's.
        scale_factor: f32,
        /// RGBA of the visual.
        color: u32,
        /// What lies at the plot's top left corner, in units of the axis to the right.
        corner_x: f32,
        /// In units of the axis upwards.
        corner_y: f32,
        /// Pixels to the right for a unit.
        px_x: f32,
        /// Pixels downwards for a unit: below 0.
        px_y: f32,
    }

    /// A buffer. Places are kept as what they are from a middle, in parts of a length, each in two numbers, of which the second is what
    /// the first one is off: `place = middle + (first + second) · half`.
    struct CustomBuffer {
        /// Its elements.
        at: Address,
        /// How many there are.
        count: u32,
        /// Of places the middle.
        middle_x: f32,
        /// Of places the middle.
        middle_y: f32,
        /// Of places the length.
        half_x: f32,
        /// Of places the length.
        half_y: f32,
        /// What lies at the plot's top left corner, as places are kept: the first number.
        corner_x: f32,
        /// The first number.
        corner_y: f32,
        /// What it is off.
        rest_x: f32,
        /// What it is off.
        rest_y: f32,
        /// Pixels to the right for one.
        px_x: f32,
        /// Pixels downwards for one: below 0.
        px_y: f32,
    }

    /// The push constants of all shaders of a visual.
    struct CustomPush {
        /// A [`CustomFrame`] and [`CustomBuffer`]s.
        table: Address,
        /// The uniforms, one after another, each as large as its type.
        uniforms: Address,
        /// `u32`: the numbers of the items that are drawn; nowhere where all are.
        items: Address,
        /// Of a compute shader how often it runs, else how many items there are.
        count: u32,
    }

    /// The push constants of culling items.
    struct ItemsPush {
        /// The [`CustomBuffer`] of places that items lie at.
        places: Address,
        /// Two words for each chunk of items: how many of it are seen, then how many before it.
        sums: Address,
        /// `u32`: the numbers of the items that are seen.
        items: Address,
        /// A `VkDrawIndirectCommand`.
        arguments: Address,
        /// How many items there are.
        count: u32,
        /// Places of an item.
        per: u32,
        /// Items of a chunk.
        chunk: u32,
        /// How many chunks there are.
        chunks: u32,
        /// Vertices of an item.
        corners: u32,
        /// What is in view, in pixels of the plot: the left edge.
        left: f32,
        /// The top edge.
        top: f32,
        /// The right edge.
        right: f32,
        /// The bottom edge.
        bottom: f32,
    }
}
