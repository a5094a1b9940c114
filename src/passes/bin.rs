//! Rows of columns and tiles, and the bands that they touch. Shader: `bin.comp`; twin: `reference::bin`.

use super::{constants, folded, group_size, spirv, stage};
use crate::Result;
use crate::abi::BinPush;
use crate::gpu::{Commands, ComputePipeline, Device};
use crate::source::Dtype;

/// One invocation a tile.
pub(crate) struct BinPass {
    pipeline: ComputePipeline,
    group: u32,
}

impl BinPass {
    pub(crate) fn new(device: &Device) -> Result<Self> {
        let group = group_size(device.caps());
        let constants = constants(group, Dtype::I16, 0);
        Ok(Self {
            pipeline: stage::<BinPush>(device, "bin", spirv!("bin.comp"), &constants, false)?,
            group,
        })
    }

    /// Of at most `tiles` tiles; the masks of lanes are all 0 before.
    pub(crate) fn record(&self, commands: &mut Commands, push: &BinPush, tiles: u32) {
        commands.dispatch(
            &self.pipeline,
            bytemuck::bytes_of(push),
            folded(tiles.into(), self.group),
        );
    }
}
