//! The drawing rasteriser: one indirect draw of a quad for each seen tile. Shaders: `draw.vert`, `draw.frag`; twin:
//! `reference::raster`.

use std::collections::HashMap;

use ash::vk;

use super::{constants, spirv};
use crate::Result;
use crate::abi::Push;
use crate::gpu::{Blend, Buffer, Commands, Device, GraphicsPipeline, Topology};
use crate::source::Dtype;

/// Offset of the draw's arguments in [`Counts`](crate::abi::Counts).
const DRAW: u64 = 24;

/// A pipeline for each kind of target, of samples, and of overlap.
#[derive(Default)]
pub(crate) struct DrawPass {
    of: HashMap<(vk::Format, Dtype, bool), GraphicsPipeline>,
}

impl DrawPass {
    /// Makes the pipeline for this kind of frame unless it is there.
    pub(crate) fn prepare(
        &mut self,
        device: &Device,
        format: vk::Format,
        dtype: Dtype,
        overlap: bool,
    ) -> Result<()> {
        if self.of.contains_key(&(format, dtype, overlap)) {
            return Ok(());
        }
        let pipeline = GraphicsPipeline::new(
            device,
            "draw",
            spirv!("draw.vert"),
            spirv!("draw.frag"),
            &constants(1, dtype, overlap.into()),
            size_of::<Push>() as u32,
            format,
            if overlap { Blend::Alpha } else { Blend::None },
            Topology::List,
        )?;
        self.of.insert((format, dtype, overlap), pipeline);
        Ok(())
    }

    /// Within rendering to a target of `format`; nothing if [`DrawPass::prepare`] was not called for it.
    pub(crate) fn record(
        &self,
        commands: &mut Commands,
        push: &Push,
        (format, dtype, overlap): (vk::Format, Dtype, bool),
        counts: &Buffer,
    ) {
        if let Some(pipeline) = self.of.get(&(format, dtype, overlap)) {
            commands.draw_indirect(pipeline, bytemuck::bytes_of(push), counts, DRAW, 1);
        }
    }
}
