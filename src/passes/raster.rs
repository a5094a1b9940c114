//! The compute rasteriser. Shader: `raster.comp`; twin: `reference::raster`.

use super::{PerKind, constants, group_size, spirv, stage};
use crate::Result;
use crate::abi::DrawPush;
use crate::gpu::{Buffer, Commands, Device, Set};
use crate::source::Dtype;

/// Offset of the dispatch's groups in [`Counts`](crate::abi::Counts).
const RASTER: u64 = 12;

/// Lanes into a cleared target.
pub(crate) struct RasterPass {
    of: PerKind,
}

impl RasterPass {
    pub(crate) fn new(device: &Device) -> Result<Self> {
        let group = group_size(device.caps());
        let pipeline = |dtype, mode| {
            let constants = constants(group, dtype, mode);
            stage::<DrawPush>(device, "raster", spirv!("raster.comp"), &constants, true)
        };
        Ok(Self {
            of: PerKind::new(pipeline)?,
        })
    }

    pub(crate) fn record(
        &self,
        commands: &mut Commands,
        push: &DrawPush,
        kind: (Dtype, u32),
        counts: &Buffer,
        target: &Set,
    ) {
        commands.bind(target);
        commands.dispatch_indirect(self.of.get(kind), bytemuck::bytes_of(push), counts, RASTER);
    }
}
