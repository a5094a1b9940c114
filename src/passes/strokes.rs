//! How much of each pixel the strokes of a curve cover. Shaders: `strokes.vert`, `strokes.frag`; twin: `reference::lines`.

use ash::vk;

use super::spirv;
use crate::Result;
use crate::abi::strokes::StrokesPush;
use crate::gpu::{Blend, Commands, Device, GraphicsPipeline, Onto, Topology};

/// A rectangle for each stroke; of all that cover a pixel the most is kept.
pub(crate) struct StrokesPass(GraphicsPipeline);

impl StrokesPass {
    /// The format of what is written: of 255 parts of a pixel how many are covered.
    pub(crate) const FORMAT: vk::Format = vk::Format::R8_UNORM;

    pub(crate) fn new(device: &Device) -> Result<Self> {
        let onto = Onto {
            format: Self::FORMAT,
            blend: Blend::Greatest,
            depth: false,
        };
        let shaders = [spirv!("strokes.vert"), spirv!("strokes.frag")];
        let push = size_of::<StrokesPush>() as u32;
        GraphicsPipeline::new(device, "strokes", shaders, &[], push, onto, Topology::Strip).map(Self)
    }

    /// Within rendering.
    pub(crate) fn draw(&self, commands: &mut Commands, push: &StrokesPush, pieces: u32) {
        commands.draw(&self.0, bytemuck::bytes_of(push), 4, pieces);
    }
}
