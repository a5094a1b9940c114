//! The shaders of a custom visual: compute shaders in turn, and a draw of all items, or of those that are seen.

use ash::vk;

use super::{folded, group_size};
use crate::Result;
use crate::abi::CONSTANT_GROUP;
use crate::abi::custom::{CONSTANT_PICK, CustomPush};
use crate::custom::Program;
use crate::gpu::Use::{ComputeRead, ComputeWrite};
use crate::gpu::{Blend, Buffer, Commands, ComputePipeline, Device, GraphicsPipeline, Onto, Topology};

/// What is drawn, and how often.
pub(crate) enum Draws<'a> {
    /// So many vertices of so many items.
    All([u32; 2]),
    /// As many as the device has written, by so many `VkDrawIndirectCommand`s.
    Of(&'a Buffer, u32),
}

/// A program's pipelines.
pub(crate) struct CustomPass {
    computes: Vec<ComputePipeline>,
    draw: GraphicsPipeline,
    pick: GraphicsPipeline,
    group: u32,
}

impl CustomPass {
    /// For targets of `format`.
    pub(crate) fn new(
        device: &Device,
        program: &Program,
        (topology, format): (Topology, vk::Format),
    ) -> Result<Self> {
        let group = group_size(device.caps());
        let push = size_of::<CustomPush>() as u32;
        let compute = |spirv: &[u32]| {
            let constants = [(CONSTANT_GROUP, group)];
            ComputePipeline::new(device, "custom compute", spirv, &constants, push, false)
        };
        let draw = |name, blend, pick| {
            let shaders = [program.vertex(), program.fragment()];
            let constants = [(CONSTANT_PICK, pick)];
            let onto = Onto {
                format,
                blend,
                depth: false,
            };
            GraphicsPipeline::new(device, name, shaders, &constants, push, onto, topology)
        };
        Ok(Self {
            computes: program
                .computes()
                .iter()
                .map(|each| compute(&each.spirv))
                .collect::<Result<_>>()?,
            draw: draw("custom draw", Blend::Alpha, 0)?,
            pick: draw("custom pick", Blend::None, 1)?,
            group,
        })
    }

    /// One run of each compute shader, so many times each; what they wrote is seen by those that follow.
    pub(crate) fn step(&self, commands: &mut Commands, push: CustomPush, counts: &[u32]) {
        for (pipeline, &count) in self.computes.iter().zip(counts) {
            let push = CustomPush { count, ..push };
            let groups = folded(count.into(), self.group);
            commands.dispatch(pipeline, bytemuck::bytes_of(&push), groups);
            commands.barrier(&[ComputeRead, ComputeWrite], &[ComputeRead, ComputeWrite]); // one shader → the next
        }
    }

    /// Within rendering; the items' numbers instead of their colours where `picks`.
    pub(crate) fn draw(&self, commands: &mut Commands, push: &CustomPush, draws: &Draws<'_>, picks: bool) {
        let pipeline = if picks { &self.pick } else { &self.draw };
        let push = bytemuck::bytes_of(push);
        match *draws {
            Draws::All([vertices, items]) => commands.draw(pipeline, push, vertices, items),
            Draws::Of(arguments, count) => commands.draw_indirect(pipeline, push, arguments, 0, count),
        }
    }
}
