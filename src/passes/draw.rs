//! The drawing rasteriser: one indirect draw of a quad for each seen tile. Shaders: `draw.vert`, `draw.frag`; twin:
//! `reference::raster`.

use std::collections::HashMap;

use ash::vk;

use super::{constants, spirv};
use crate::Result;
use crate::abi::DrawPush;
use crate::gpu::{Blend, Buffer, Commands, Device, GraphicsPipeline, Onto, Topology};
use crate::source::Dtype;

/// Offset of the draw's arguments in [`Counts`](crate::abi::Counts).
const DRAW: u64 = 24;

/// What a pipeline is made for: a format of target, a type of samples, `abi::MODE_COLUMNS` or `abi::MODE_POLYLINE`.
type Kind = (vk::Format, Dtype, u32);

/// A pipeline for each kind of picture.
#[derive(Default)]
pub(crate) struct DrawPass {
    of: HashMap<Kind, GraphicsPipeline>,
}

impl DrawPass {
    /// Makes the pipeline for this kind of frame unless it is there.
    pub(crate) fn prepare(&mut self, device: &Device, kind: Kind) -> Result<()> {
        let (format, dtype, mode) = kind;
        if self.of.contains_key(&kind) {
            return Ok(());
        }
        let pipeline = GraphicsPipeline::new(
            device,
            "draw",
            [spirv!("draw.vert"), spirv!("draw.frag")],
            &constants(1, dtype, mode),
            size_of::<DrawPush>() as u32,
            Onto {
                format,
                blend: Blend::None,
                depth: false,
            },
            Topology::List,
        )?;
        self.of.insert(kind, pipeline);
        Ok(())
    }

    /// Within rendering to a target of `format`; nothing if [`DrawPass::prepare`] was not called for it.
    pub(crate) fn record(&self, commands: &mut Commands, push: &DrawPush, kind: Kind, counts: &Buffer) {
        if let Some(pipeline) = self.of.get(&kind) {
            commands.draw_indirect(pipeline, bytemuck::bytes_of(push), counts, DRAW, 1);
        }
    }
}
