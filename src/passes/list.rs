//! Which of many are seen, in their order. Shaders that do it have `lib/list.glsl`.

use super::{constants, folded, group_size, stage};
use crate::abi::MAX_ITERATIONS;
use crate::gpu::Use::{ComputeRead, ComputeWrite};
use crate::gpu::{Commands, ComputePipeline, Device};
use crate::source::Dtype;
use crate::{Error, Result};

/// Invocations of a group of the scan, as in `lib/scan.glsl`.
const SCAN: u32 = 64;

/// Chunks that items are counted in, where they do not have to be more.
const CHUNKS: u32 = 4096;

/// Counts, scans and lists: three small dispatches.
pub(super) struct ListPass {
    steps: [ComputePipeline; 3],
    group: u32,
}

/// How items are cut that are looked at in so many places each: items of a chunk, and chunks.
pub(crate) fn chunks(what: &'static str, items: u32, per: u32) -> Result<[u32; 2]> {
    // A chunk's loops, and those of the scan, stay below what a driver runs.
    let most = (MAX_ITERATIONS / (per + 1)).max(1);
    let chunk = items.div_ceil(CHUNKS).clamp(1, most);
    let chunks = items.div_ceil(chunk);
    if chunks / SCAN < MAX_ITERATIONS / 4 {
        return Ok([chunk, chunks]);
    }
    Err(Error::Invalid {
        what,
        problem: format!("{items} of {per} places are more than can be looked through; draw them as several"),
    })
}

impl ListPass {
    /// Of a shader whose push constants are a `P`.
    pub(super) fn new<P>(device: &Device, names: [&str; 3], spirv: &[u32]) -> Result<Self> {
        let group = group_size(device.caps());
        let step = |group, step: usize| {
            let constants = constants(group, Dtype::I16, step as u32);
            stage::<P>(device, names[step], spirv, &constants, false)
        };
        let steps = [step(group, 0)?, step(SCAN, 1)?, step(group, 2)?];
        Ok(Self { steps, group })
    }

    pub(super) fn record(&self, commands: &mut Commands, push: &[u8], chunks: u32) {
        let groups = folded(chunks.into(), self.group);
        let [count, scan, list] = &self.steps;
        commands.dispatch(count, push, groups);
        commands.barrier(&[ComputeWrite], &[ComputeRead, ComputeWrite]); // counts → scan
        commands.dispatch(scan, push, [1, 1, 1]);
        commands.barrier(&[ComputeWrite], &[ComputeRead]); // sums → list
        commands.dispatch(list, push, groups);
    }
}
