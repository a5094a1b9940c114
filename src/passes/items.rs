//! Which items of a custom visual are seen. Shader: `items.comp`; twin: `reference::items`.

use super::{constants, folded, spirv, stage};
use crate::abi::MAX_ITERATIONS;
use crate::abi::custom::ItemsPush;
use crate::gpu::Use::{ComputeRead, ComputeWrite};
use crate::gpu::{Commands, ComputePipeline, Device};
use crate::source::Dtype;
use crate::{Error, Result};

/// Invocations of a group of the scan, as in `lib/scan.glsl`.
const SCAN: u32 = 64;

/// Chunks that items are counted in, where they do not have to be more.
const CHUNKS: u32 = 4096;

/// Counts, scans and lists: three small dispatches.
pub(crate) struct ItemsPass {
    steps: [ComputePipeline; 3],
    group: u32,
}

/// How items are cut: items of a chunk, and chunks.
pub(crate) fn chunks(items: u32, per: u32) -> Result<[u32; 2]> {
    // A chunk's loops, and those of the scan, stay below what a driver runs.
    let most = (MAX_ITERATIONS / (per + 1)).max(1);
    let chunk = items.div_ceil(CHUNKS).clamp(1, most);
    let chunks = items.div_ceil(chunk);
    if chunks / SCAN < MAX_ITERATIONS / 4 {
        return Ok([chunk, chunks]);
    }
    Err(Error::Invalid {
        what: "the items of a custom visual",
        problem: format!("{items} of {per} places are more than can be looked through; draw them as several"),
    })
}

impl ItemsPass {
    pub(crate) fn new(device: &Device) -> Result<Self> {
        let group = super::group_size(device.caps());
        let step = |name, group, step| {
            let constants = constants(group, Dtype::I16, step);
            stage::<ItemsPush>(device, name, spirv!("items.comp"), &constants, false)
        };
        let steps = [
            step("items count", group, 0)?,
            step("items scan", SCAN, 1)?,
            step("items list", group, 2)?,
        ];
        Ok(Self { steps, group })
    }

    pub(crate) fn record(&self, commands: &mut Commands, push: &ItemsPush) {
        let groups = folded(push.chunks.into(), self.group);
        let push = bytemuck::bytes_of(push);
        let [count, scan, list] = &self.steps;
        commands.dispatch(count, push, groups);
        commands.barrier(&[ComputeWrite], &[ComputeRead, ComputeWrite]); // counts → scan
        commands.dispatch(scan, push, [1, 1, 1]);
        commands.barrier(&[ComputeWrite], &[ComputeRead]); // sums → list
        commands.dispatch(list, push, groups);
    }
}
