//! The compute rasteriser. Shader: `raster.comp`; twin: `reference::raster`.

use super::{constants, group_size, spirv, stage};
use crate::Result;
use crate::abi::DrawPush;
use crate::gpu::{Buffer, Commands, ComputePipeline, Device, StorageSet};
use crate::source::Dtype;

/// Offset of the dispatch's groups in [`Counts`](crate::abi::Counts).
const RASTER: u64 = 12;

/// Lanes into a cleared target.
pub(crate) struct RasterPass {
    of: [ComputePipeline; 2],
}

impl RasterPass {
    pub(crate) fn new(device: &Device) -> Result<Self> {
        let group = group_size(device.caps());
        let pipeline = |name, dtype| {
            stage::<DrawPush>(
                device,
                name,
                spirv!("raster.comp"),
                &constants(group, dtype, 0),
                true,
            )
        };
        Ok(Self {
            of: [
                pipeline("raster i16", Dtype::I16)?,
                pipeline("raster f32", Dtype::F32)?,
            ],
        })
    }

    pub(crate) fn record(
        &self,
        commands: &mut Commands,
        push: &DrawPush,
        dtype: Dtype,
        counts: &Buffer,
        target: &StorageSet,
    ) {
        let pipeline = &self.of[usize::from(dtype == Dtype::F32)];
        commands.bind_storage_image(target);
        commands.dispatch_indirect(pipeline, bytemuck::bytes_of(push), counts, RASTER);
    }
}
