//! Levels from pages. Shader: `pyramid.comp`; twin: `reference::pyramid`.

use super::{constants, folded, spirv};
use crate::Result;
use crate::abi::{Address, Build, Level};
use crate::gpu::{Commands, ComputePipeline, Device};
use crate::pyramid::Geometry;
use crate::source::Dtype;

/// Leaves from samples, and nodes from finer nodes.
pub(crate) struct PyramidPass {
    leaves: ComputePipeline,
    reduce: ComputePipeline,
    group: u32,
}

impl PyramidPass {
    pub(crate) fn new(device: &Device, dtype: Dtype) -> Result<Self> {
        // Twice the subgroup measured best on a software device.
        let caps = device.caps();
        let group = if caps.software {
            (2 * caps.subgroup_size).clamp(1, 64)
        } else {
            64
        };
        let pipeline = |name, step| {
            let push = size_of::<Build>() as u32;
            ComputePipeline::new(
                device,
                name,
                spirv!("pyramid.comp"),
                &constants(group, dtype, step),
                push,
                false,
            )
        };
        Ok(Self {
            leaves: pipeline("leaves", 0)?,
            reduce: pipeline("reduce", 1)?,
            group,
        })
    }

    /// The leaves of a page of `samples` samples, the closing one included, into the first `nodes` nodes of `target`.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a plain fact of the page, named at the call"
    )]
    pub(crate) fn leaves(
        &self,
        commands: &mut Commands,
        geometry: &Geometry,
        page: Address,
        page_stride: u32,
        samples: u32,
        target: &Level,
        nodes: u32,
    ) {
        let build = Build {
            source: page,
            target: target.nodes,
            source_stride: page_stride,
            target_stride: target.stride,
            count: samples,
            nodes,
            channels: geometry.channels as u32,
        };
        self.dispatch(commands, &self.leaves, &build);
    }

    /// All of a level from all of the one below.
    pub(crate) fn reduce(&self, commands: &mut Commands, geometry: &Geometry, from: &Level, to: &Level) {
        let build = Build {
            source: from.nodes,
            target: to.nodes,
            source_stride: from.stride,
            target_stride: to.stride,
            count: from.count,
            nodes: to.count,
            channels: geometry.channels as u32,
        };
        self.dispatch(commands, &self.reduce, &build);
    }

    fn dispatch(&self, commands: &mut Commands, pipeline: &ComputePipeline, build: &Build) {
        let invocations = u64::from(build.nodes) * u64::from(build.channels);
        commands.dispatch(
            pipeline,
            bytemuck::bytes_of(build),
            folded(invocations, self.group),
        );
    }
}
