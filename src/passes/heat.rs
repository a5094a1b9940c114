//! Lanes as rows of colour. Shaders: `heat.comp`, or `heat.vert` and `heat.frag`; twin: `reference::heat`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use ash::vk;

use super::{constants, folded, group_size, spirv, stage};
use crate::Result;
use crate::abi::HeatPush;
use crate::gpu::{Blend, Commands, ComputePipeline, Device, GraphicsPipeline, Onto, Set, Topology};
use crate::source::Dtype;

/// A format of target, a type of samples, and `abi::MODE_*` of the lines that are seen through the colours.
type Kind = (vk::Format, Dtype, u32);

/// Over a target that holds the lines, or for the drawing rasteriser instead of them.
#[derive(Default)]
pub(crate) struct HeatPass {
    compute: Option<(ComputePipeline, u32)>,
    drawn: HashMap<Kind, GraphicsPipeline>,
}

impl HeatPass {
    /// Makes the pipeline of the compute rasteriser unless it is there.
    pub(crate) fn prepare(&mut self, device: &Device) -> Result<()> {
        if self.compute.is_none() {
            let group = group_size(device.caps());
            let constants = constants(group, Dtype::I16, 0);
            let pipeline = stage::<HeatPush>(device, "heat", spirv!("heat.comp"), &constants, true)?;
            self.compute = Some((pipeline, group));
        }
        Ok(())
    }

    /// Makes the pipeline of the drawing rasteriser for this kind of frame unless it is there.
    pub(crate) fn prepare_drawn(&mut self, device: &Device, kind: Kind) -> Result<()> {
        if let Entry::Vacant(vacant) = self.drawn.entry(kind) {
            let (format, dtype, mode) = kind;
            vacant.insert(GraphicsPipeline::new(
                device,
                "heat",
                [spirv!("heat.vert"), spirv!("heat.frag")],
                &constants(1, dtype, mode),
                size_of::<HeatPush>() as u32,
                Onto {
                    format,
                    blend: Blend::None,
                    depth: false,
                },
                Topology::List,
            )?);
        }
        Ok(())
    }

    /// Over what `target` holds; `invocations` are as many as the compute rasteriser has.
    pub(crate) fn record(&self, commands: &mut Commands, push: &HeatPush, invocations: u32, target: &Set) {
        if let Some((pipeline, group)) = &self.compute {
            commands.bind(target);
            commands.dispatch(
                pipeline,
                bytemuck::bytes_of(push),
                folded(invocations.into(), *group),
            );
        }
    }

    /// The lines and the colours over them, within rendering to a target of the kind's format.
    pub(crate) fn draw(&self, commands: &mut Commands, push: &HeatPush, kind: Kind) {
        if let Some(pipeline) = self.drawn.get(&kind) {
            commands.draw(pipeline, bytemuck::bytes_of(push), 6, 1);
        }
    }
}
