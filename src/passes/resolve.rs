//! Columns of tiles. Shader: `resolve.comp`; twin: `reference::resolve`.

use super::{constants, group_size, spirv, stage};
use crate::Result;
use crate::abi::ResolvePush;
use crate::gpu::{Buffer, Commands, ComputePipeline, Device};
use crate::source::Dtype;

/// One invocation a column, as many groups as culling counted.
pub(crate) struct ResolvePass {
    of: [ComputePipeline; 2],
}

impl ResolvePass {
    pub(crate) fn new(device: &Device) -> Result<Self> {
        let group = group_size(device.caps());
        let pipeline = |name, dtype| {
            stage::<ResolvePush>(
                device,
                name,
                spirv!("resolve.comp"),
                &constants(group, dtype, 0),
                false,
            )
        };
        Ok(Self {
            of: [
                pipeline("resolve i16", Dtype::I16)?,
                pipeline("resolve f32", Dtype::F32)?,
            ],
        })
    }

    /// `counts` holds [`Counts`](crate::abi::Counts), whose first words are this dispatch's.
    pub(crate) fn record(&self, commands: &mut Commands, push: &ResolvePush, dtype: Dtype, counts: &Buffer) {
        let pipeline = &self.of[usize::from(dtype == Dtype::F32)];
        commands.dispatch_indirect(pipeline, bytemuck::bytes_of(push), counts, 0);
    }
}
