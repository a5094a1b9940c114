//! Levels from pages. Shaders: `pyramid.comp`, `pyramid_texels.comp`; twin: `reference::pyramid`.

use super::{constants, folded, spirv};
use crate::Result;
use crate::abi::{Address, Build, FANOUT};
use crate::gpu::{Commands, ComputePipeline, Device, Set};
use crate::source::Dtype;

/// Samples or nodes of all channels, each channel's contiguous.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    /// Address of the first channel's first; of pages as texels the number of its texel, and 0.
    pub(crate) address: Address,
    /// Elements from one channel to the next.
    pub(crate) stride: u32,
    /// Number of channels.
    pub(crate) channels: u32,
}

/// Invocations of a group. On a software device fewer cost more than they balance: each group has its own allocations,
/// and a thread's loads no longer follow one another.
const GROUP: u32 = 64;

/// Leaves from samples, and nodes from finer nodes.
pub(crate) struct PyramidPass {
    leaves: ComputePipeline,
    reduce: ComputePipeline,
}

impl PyramidPass {
    /// `texels`: whether pages come as such.
    pub(crate) fn new(device: &Device, dtype: Dtype, texels: bool) -> Result<Self> {
        let (loads, fetches) = (spirv!("pyramid.comp"), spirv!("pyramid_texels.comp"));
        let pipeline = |name, code, step, texels| {
            let push = size_of::<Build>() as u32;
            ComputePipeline::new(device, name, code, &constants(GROUP, dtype, step), push, texels)
        };
        Ok(Self {
            leaves: pipeline("leaves", if texels { fetches } else { loads }, 0, texels)?,
            reduce: pipeline("reduce", loads, 1, false)?,
        })
    }

    /// The leaves of a page of `samples` samples of each channel, the closing one included: `nodes` of them. `texels` are
    /// those that hold the page, where pages come as such.
    pub(crate) fn leaves(
        &self,
        commands: &mut Commands,
        (page, texels): (Rows, Option<&Set>),
        samples: u32,
        target: Rows,
        nodes: u32,
    ) {
        if let Some(texels) = texels {
            commands.bind(texels);
        }
        self.dispatch(commands, &self.leaves, &build(page, samples, target, nodes));
    }

    /// The next level's nodes of the first `count` of `from`.
    pub(crate) fn reduce(&self, commands: &mut Commands, from: Rows, count: u32, to: Rows) {
        self.dispatch(
            commands,
            &self.reduce,
            &build(from, count, to, count.div_ceil(FANOUT)),
        );
    }

    fn dispatch(&self, commands: &mut Commands, pipeline: &ComputePipeline, build: &Build) {
        let invocations = u64::from(build.nodes) * u64::from(build.channels);
        commands.dispatch(pipeline, bytemuck::bytes_of(build), folded(invocations, GROUP));
    }
}

fn build(from: Rows, count: u32, to: Rows, nodes: u32) -> Build {
    Build {
        source: from.address,
        target: to.address,
        source_stride: from.stride,
        target_stride: to.stride,
        count,
        nodes,
        channels: to.channels,
    }
}
