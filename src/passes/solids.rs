//! What is seen of solids at each sample of a target. Shaders: `solids.comp` finds the blocks that are in view, and `solids.vert` and `solids.frag`
//! draw what lies in them by one indirect draw; twins: `reference::solids` and `reference::space`.

use ash::vk;

use super::list::ListPass;
use super::{constants, spirv};
use crate::Result;
use crate::abi::solids::{SOLIDS_BALLS, SOLIDS_TRIANGLES, SolidsDrawPush, SolidsPush};
use crate::gpu::{Blend, Buffer, Commands, Device, GraphicsPipeline, Onto, Topology};
use crate::source::Dtype;

/// What is drawn of solids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SolidsKind {
    Triangles,
    Balls,
}

/// Culls and draws.
pub(crate) struct SolidsPass {
    cull: ListPass,
    triangles: GraphicsPipeline,
    balls: GraphicsPipeline,
}

impl SolidsPass {
    /// The format of what is written: a number for each sample.
    pub(crate) const FORMAT: vk::Format = vk::Format::R32_UINT;

    pub(crate) fn new(device: &Device) -> Result<Self> {
        let names = ["solids count", "solids scan", "solids list"];
        let draw = |name, kind| {
            let shaders = [spirv!("solids.vert"), spirv!("solids.frag")];
            let onto = Onto {
                format: Self::FORMAT,
                blend: Blend::None,
                depth: true,
            };
            let push = size_of::<SolidsDrawPush>() as u32;
            let constants = constants(1, Dtype::I16, kind);
            GraphicsPipeline::new(device, name, shaders, &constants, push, onto, Topology::List)
        };
        Ok(Self {
            cull: ListPass::new::<SolidsPush>(device, names, spirv!("solids.comp"))?,
            triangles: draw("triangles", SOLIDS_TRIANGLES)?,
            balls: draw("balls", SOLIDS_BALLS)?,
        })
    }

    /// Finds the blocks of a solid that are in view.
    pub(crate) fn cull(&self, commands: &mut Commands, push: &SolidsPush) {
        self.cull.record(commands, bytemuck::bytes_of(push), push.chunks);
    }

    /// Within rendering: draws what lies in them.
    pub(crate) fn draw(
        &self,
        commands: &mut Commands,
        push: &SolidsDrawPush,
        kind: SolidsKind,
        arguments: &Buffer,
    ) {
        let pipeline = match kind {
            SolidsKind::Triangles => &self.triangles,
            SolidsKind::Balls => &self.balls,
        };
        commands.draw_indirect(pipeline, bytemuck::bytes_of(push), arguments, 0, 1);
    }
}
