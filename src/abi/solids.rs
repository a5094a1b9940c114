//! What finding what is seen of solids on a device is given.

use bytemuck::{Pod, Zeroable};

use super::Address;
use super::shared::Glsl;

/// Triangles, or balls, of a block.
pub const SOLIDS_BLOCK: u32 = 128;

/// How far from a target's middle anything is drawn, in samples.
pub const SOLIDS_FARTHEST: u32 = 1 << 20;
/// The greatest radius of a ball, in samples.
pub const SOLIDS_WIDEST: u32 = 8192;

/// What is drawn: triangles.
pub const SOLIDS_TRIANGLES: u32 = 0;
/// What is drawn: balls.
pub const SOLIDS_BALLS: u32 = 1;

shared! {
    /// The box around a block, as positions are stored.
    struct SolidsBox {
        /// The least coordinates.
        least_x: f32,
        /// The least coordinates.
        least_y: f32,
        /// The least coordinates.
        least_z: f32,
        /// The greatest coordinates.
        greatest_x: f32,
        /// The greatest coordinates.
        greatest_y: f32,
        /// The greatest coordinates.
        greatest_z: f32,
    }

    /// A camera before a solid. Places are stored positions along the camera's axes, in parts of its distance.
    struct SolidsView {
        /// To the right for a stored unit.
        right_x: f32,
        /// To the right for a stored unit.
        right_y: f32,
        /// To the right for a stored unit.
        right_z: f32,
        /// Upwards for a stored unit.
        up_x: f32,
        /// Upwards for a stored unit.
        up_y: f32,
        /// Upwards for a stored unit.
        up_z: f32,
        /// Away for a stored unit.
        away_x: f32,
        /// Away for a stored unit.
        away_y: f32,
        /// Away for a stored unit.
        away_z: f32,
        /// From where places are measured, as stored: the eye, or of parallel rays what is looked at. The first number.
        from_x: f32,
        /// The first number.
        from_y: f32,
        /// The first number.
        from_z: f32,
        /// What the first number is off.
        rest_x: f32,
        /// What the first number is off.
        rest_y: f32,
        /// What the first number is off.
        rest_z: f32,
        /// How far away that is.
        start: f32,
        /// Samples from the middle for a slope of 1.
        focal: f32,
        /// The target's middle, in samples: to the right.
        middle_x: f32,
        /// Downwards.
        middle_y: f32,
        /// The slope beside which nothing is in view: to the sides.
        slope_x: f32,
        /// Upwards and downwards.
        slope_y: f32,
        /// Of places that are divided by how far they are away 1, else 0.
        far: f32,
        /// Nothing is seen that is nearer; and over how far a place is away its depth.
        near: f32,
        /// Of parallel rays by how much depth is less for a part of the camera's distance.
        depth: f32,
        /// How much farther than its places a block may reach, as stored.
        around: f32,
        /// Samples of a ball's radius for a size of 1.
        per_size: f32,
        /// Of balls whose sizes are lengths 1, of those whose sizes are pixels 0.
        is_length: f32,
        /// The size of all balls, where they do not have one each.
        size: f32,
        /// `f32`: the sizes of balls, by their numbers; nowhere where all have one.
        sizes: Address,
    }

    /// The push constants of finding the blocks that are in view.
    struct SolidsPush {
        /// A [`SolidsView`].
        view: Address,
        /// [`SolidsBox`]es.
        boxes: Address,
        /// Two words for each chunk of blocks: how many of it are in view, then how many before it.
        sums: Address,
        /// `u32`: the numbers of the blocks that are in view.
        items: Address,
        /// A `VkDrawIndirectCommand`.
        arguments: Address,
        /// How many blocks there are.
        count: u32,
        /// Blocks of a chunk.
        chunk: u32,
        /// How many chunks there are.
        chunks: u32,
        /// Vertices of a block.
        corners: u32,
    }

    /// The push constants of drawing what lies in blocks.
    struct SolidsDrawPush {
        /// A [`SolidsView`].
        view: Address,
        /// `f32`, three each: stored positions.
        places: Address,
        /// What lies in blocks, one block after another: of triangles three numbers of positions and its own, of balls the number of its position.
        parts: Address,
        /// `u32`: the numbers of the blocks that are drawn.
        items: Address,
        /// How many triangles or balls there are in blocks.
        count: u32,
        /// What is written of the one with the number 0.
        first: u32,
    }
}
