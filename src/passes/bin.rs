//! Extents and bands of tiles. Shader: `bin.comp`; twin: `reference::bin`.

use super::{constants, folded, group_size, spirv, stage};
use crate::Result;
use crate::abi::Push;
use crate::gpu::{Commands, ComputePipeline, Device};
use crate::source::Dtype;

/// One invocation a tile.
pub(crate) struct BinPass {
    extents: ComputePipeline,
    bands: ComputePipeline,
    group: u32,
}

impl BinPass {
    pub(crate) fn new(device: &Device) -> Result<Self> {
        let group = group_size(device.caps());
        let step = |name, step| {
            stage(
                device,
                name,
                spirv!("bin.comp"),
                &constants(group, Dtype::I16, step),
                false,
            )
        };
        Ok(Self {
            extents: step("extents", 0)?,
            bands: step("bands", 1)?,
            group,
        })
    }

    /// Extents of at most `tiles` tiles; with `bands`, the masks of lanes too, which are all 0 before.
    pub(crate) fn record(&self, commands: &mut Commands, push: &Push, tiles: u32, bands: bool) {
        let pipeline = if bands { &self.bands } else { &self.extents };
        commands.dispatch(
            pipeline,
            bytemuck::bytes_of(push),
            folded(tiles.into(), self.group),
        );
    }
}
