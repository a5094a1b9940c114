//! Which tiles are seen. Shader: `cull.comp`; twin: `reference::cull`.

use super::{constants, folded, spirv, stage};
use crate::Result;
use crate::abi::CullPush;
use crate::gpu::Use::{ComputeRead, ComputeWrite};
use crate::gpu::{Commands, ComputePipeline, Device};
use crate::source::Dtype;

/// Invocations of a group of the scan, as in `cull.comp`.
const SCAN: u32 = 64;

/// Counts, scans and lists: three small dispatches.
pub(crate) struct CullPass {
    steps: [ComputePipeline; 3],
    group: u32,
}

impl CullPass {
    pub(crate) fn new(device: &Device) -> Result<Self> {
        let group = super::group_size(device.caps());
        let step = |name, group, step| {
            stage::<CullPush>(
                device,
                name,
                spirv!("cull.comp"),
                &constants(group, Dtype::I16, step),
                false,
            )
        };
        let steps = [
            step("cull count", group, 0)?,
            step("cull scan", SCAN, 1)?,
            step("cull list", group, 2)?,
        ];
        Ok(Self { steps, group })
    }

    pub(crate) fn record(&self, commands: &mut Commands, push: &CullPush, lanes: u32) {
        let push = bytemuck::bytes_of(push);
        let groups = folded(lanes.into(), self.group);
        let [count, scan, list] = &self.steps;
        commands.dispatch(count, push, groups);
        commands.barrier(&[ComputeWrite], &[ComputeRead, ComputeWrite]); // counts → scan
        commands.dispatch(scan, push, [1, 1, 1]);
        commands.barrier(&[ComputeWrite], &[ComputeRead]); // offsets → list
        commands.dispatch(list, push, groups);
    }
}
