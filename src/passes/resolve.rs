//! Columns of tiles. Shader: `resolve.comp`; twin: `reference::resolve`.

use super::{PerKind, constants, group_size, spirv, stage};
use crate::Result;
use crate::abi::ResolvePush;
use crate::gpu::{Buffer, Commands, Device};
use crate::source::Dtype;

/// One invocation a column, as many groups as culling counted.
pub(crate) struct ResolvePass {
    of: PerKind,
}

impl ResolvePass {
    pub(crate) fn new(device: &Device) -> Result<Self> {
        let group = group_size(device.caps());
        let pipeline = |dtype, mode| {
            let constants = constants(group, dtype, mode);
            stage::<ResolvePush>(device, "resolve", spirv!("resolve.comp"), &constants, false)
        };
        Ok(Self {
            of: PerKind::new(pipeline)?,
        })
    }

    /// `counts` holds [`Counts`](crate::abi::Counts), whose first words are this dispatch's.
    pub(crate) fn record(
        &self,
        commands: &mut Commands,
        push: &ResolvePush,
        kind: (Dtype, u32),
        counts: &Buffer,
    ) {
        commands.dispatch_indirect(self.of.get(kind), bytemuck::bytes_of(push), counts, 0);
    }
}
