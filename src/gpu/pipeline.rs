//! Pipelines: shaders made ready to run.

use ash::vk;

use super::retire::Retired;
use super::{Device, During};
use crate::{Error, Result};

/// The entry point of every shader.
const MAIN: &std::ffi::CStr = c"main";

/// The first word of SPIR-V.
const MAGIC: u32 = 0x0723_0203;

/// A pipeline, its layout, and how many bytes of push constants it takes.
pub(super) struct Shared {
    device: Device,
    pub(super) raw: vk::Pipeline,
    pub(super) layout: vk::PipelineLayout,
    push_bytes: u32,
}

impl Shared {
    /// The layout alone. Push constants are visible to all `stages`.
    fn layout(device: &Device, push_bytes: u32, stages: vk::ShaderStageFlags, set: bool) -> Result<Self> {
        let (inner, most) = (&device.inner, device.caps().max_push);
        if !push_bytes.is_multiple_of(4) || push_bytes > most {
            let problem = format!("{push_bytes} bytes; a multiple of 4 up to {most} would do");
            return Err(Error::Invalid {
                what: "push constants",
                problem,
            });
        }
        let ranges = [vk::PushConstantRange {
            stage_flags: stages,
            offset: 0,
            size: push_bytes,
        }];
        let sets = [inner.set_layout];
        let info = vk::PipelineLayoutCreateInfo::default()
            .push_constant_ranges(if push_bytes > 0 { &ranges } else { &[] })
            .set_layouts(if set { &sets } else { &[] });
        // SAFETY: `info` lives until the call returns, and is within the device's limits.
        let layout =
            unsafe { inner.raw.create_pipeline_layout(&info, None) }.during("making a pipeline's layout")?;
        Ok(Self {
            device: device.clone(),
            raw: vk::Pipeline::null(),
            layout,
            push_bytes,
        })
    }

    pub(super) fn check_push(&self, push: &[u8]) {
        let (has, needs) = (push.len(), self.push_bytes as usize);
        assert!(
            has == needs,
            "{has} bytes of push constants for a pipeline that takes {needs}"
        );
    }

    /// Takes what was made, named.
    fn set(
        &mut self,
        name: &str,
        made: std::result::Result<Vec<vk::Pipeline>, (Vec<vk::Pipeline>, vk::Result)>,
    ) -> Result<()> {
        let made = made.map_err(|(_, result)| Error::vulkan("making a pipeline", result))?;
        self.raw = made[0];
        self.device.inner.name(self.raw, name);
        Ok(())
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.device.retire(Retired::Pipeline(self.raw, self.layout));
    }
}

/// A compute shader, ready to run.
pub struct ComputePipeline {
    pub(super) shared: Shared,
    pub(super) set: bool,
}

impl ComputePipeline {
    /// Compiles the entry point `main`. Costs milliseconds, or up to hundreds of them on software drivers, some of
    /// which put the work off to the first dispatch.
    ///
    /// * `spirv`: valid SPIR-V of a compute shader that uses push constants, buffer addresses, and what a
    ///   [`Set`](super::Set) holds at most, as set 0; Vulkan does not check it.
    /// * `constants`: specialization constants, `(id, value)`, each of 32 bits.
    /// * `push_bytes`: length of its push constants, a multiple of 4.
    /// * `set`: whether it works on a [`Set`](super::Set).
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is not SPIR-V, and too many push constants; [`Error::Vulkan`].
    pub fn new(
        device: &Device,
        name: &str,
        spirv: &[u32],
        constants: &[(u32, u32)],
        push_bytes: u32,
        set: bool,
    ) -> Result<Self> {
        let inner = &device.inner;
        let mut shared = Shared::layout(device, push_bytes, vk::ShaderStageFlags::COMPUTE, set)?;
        let module = Module::new(device, spirv)?;
        let constants = Constants::new(constants);
        let specialization = constants.info();
        let info = vk::ComputePipelineCreateInfo::default()
            .stage(module.stage(vk::ShaderStageFlags::COMPUTE, &specialization))
            .layout(shared.layout);
        // SAFETY: module and layout are this device's, and `info` lives until the call returns.
        let made = unsafe { inner.raw.create_compute_pipelines(inner.cache.raw, &[info], None) };
        shared.set(name, made)?;
        Ok(Self { shared, set })
    }
}

/// How a fragment's colour meets the target's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blend {
    /// It replaces it.
    None,
    /// Source over target, by the source's alpha. Alpha: `a + (1 - a) * target`, so an opaque target stays opaque.
    Alpha,
    /// The same, of colours that are multiplied by their alpha already.
    Premultiplied,
    /// The greater one is kept, of each channel.
    Greatest,
}

/// What vertices form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topology {
    /// Each three a triangle.
    List,
    /// Each a triangle with the two before it: four are a quad.
    Strip,
}

/// What is drawn to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Onto {
    /// Of the target.
    pub format: vk::Format,
    /// How colours meet the target's.
    pub blend: Blend,
    /// Whether there are depths, of [`DEPTH`](super::DEPTH): then only what is at least as deep as what is there is drawn.
    pub depth: bool,
}

/// A vertex and a fragment shader, ready to draw.
pub struct GraphicsPipeline {
    pub(super) shared: Shared,
}

impl GraphicsPipeline {
    /// Compiles two shaders' entry points `main`, without vertex input: vertices are made from their index, and from
    /// buffers by address. Nothing is culled by the way it faces. Costs as [`ComputePipeline::new`].
    ///
    /// * `shaders`: of vertices and of fragments, valid SPIR-V that uses push constants and buffer addresses only.
    /// * `constants`: specialization constants of both, `(id, value)`.
    /// * `push_bytes`: length of the push constants, which both see.
    ///
    /// # Errors
    /// As [`ComputePipeline::new`].
    pub fn new(
        device: &Device,
        name: &str,
        shaders: [&[u32]; 2],
        constants: &[(u32, u32)],
        push_bytes: u32,
        onto: Onto,
        topology: Topology,
    ) -> Result<Self> {
        let (v, f) = (vk::ShaderStageFlags::VERTEX, vk::ShaderStageFlags::FRAGMENT);
        let mut shared = Shared::layout(device, push_bytes, v | f, false)?;
        let [vertex, fragment] = shaders.map(|spirv| Module::new(device, spirv));
        let (vertex, fragment) = (vertex?, fragment?);
        let constants = Constants::new(constants);
        let specialization = constants.info();
        let stages = [
            vertex.stage(v, &specialization),
            fragment.stage(f, &specialization),
        ];
        let fixed = Fixed::new(onto, topology);
        let formats = [onto.format];
        let mut rendering = vk::PipelineRenderingCreateInfo::default().color_attachment_formats(&formats);
        if onto.depth {
            rendering = rendering.depth_attachment_format(super::DEPTH);
        }
        let attachments = [fixed.attachment];
        let blending = vk::PipelineColorBlendStateCreateInfo::default().attachments(&attachments);
        let dynamics = [vk::DynamicState::VIEWPORT, vk::DynamicState::SCISSOR];
        let dynamic = vk::PipelineDynamicStateCreateInfo::default().dynamic_states(&dynamics);
        let info = vk::GraphicsPipelineCreateInfo::default()
            .stages(&stages)
            .vertex_input_state(&fixed.input)
            .input_assembly_state(&fixed.assembly)
            .viewport_state(&fixed.viewport)
            .rasterization_state(&fixed.raster)
            .multisample_state(&fixed.samples)
            .depth_stencil_state(&fixed.depth)
            .color_blend_state(&blending)
            .dynamic_state(&dynamic)
            .layout(shared.layout)
            .push_next(&mut rendering);
        let inner = &device.inner;
        // SAFETY: modules and layout are this device's, and all that `info` points to lives until the call returns.
        let made = unsafe {
            inner
                .raw
                .create_graphics_pipelines(inner.cache.raw, &[info], None)
        };
        shared.set(name, made)?;
        Ok(Self { shared })
    }
}

/// The states of fixed functions.
struct Fixed {
    input: vk::PipelineVertexInputStateCreateInfo<'static>,
    assembly: vk::PipelineInputAssemblyStateCreateInfo<'static>,
    viewport: vk::PipelineViewportStateCreateInfo<'static>,
    raster: vk::PipelineRasterizationStateCreateInfo<'static>,
    samples: vk::PipelineMultisampleStateCreateInfo<'static>,
    depth: vk::PipelineDepthStencilStateCreateInfo<'static>,
    attachment: vk::PipelineColorBlendAttachmentState,
}

impl Fixed {
    fn new(Onto { blend, depth, .. }: Onto, topology: Topology) -> Self {
        let topology = match topology {
            Topology::List => vk::PrimitiveTopology::TRIANGLE_LIST,
            Topology::Strip => vk::PrimitiveTopology::TRIANGLE_STRIP,
        };
        let (one, rest) = (vk::BlendFactor::ONE, vk::BlendFactor::ONE_MINUS_SRC_ALPHA);
        let op = match blend {
            Blend::Greatest => vk::BlendOp::MAX,
            _ => vk::BlendOp::ADD,
        };
        let source = if blend == Blend::Alpha {
            vk::BlendFactor::SRC_ALPHA
        } else {
            one
        };
        Self {
            input: vk::PipelineVertexInputStateCreateInfo::default(),
            assembly: vk::PipelineInputAssemblyStateCreateInfo::default().topology(topology),
            viewport: vk::PipelineViewportStateCreateInfo::default()
                .viewport_count(1)
                .scissor_count(1),
            raster: vk::PipelineRasterizationStateCreateInfo::default()
                .polygon_mode(vk::PolygonMode::FILL)
                .cull_mode(vk::CullModeFlags::NONE)
                .line_width(1.0),
            samples: vk::PipelineMultisampleStateCreateInfo::default()
                .rasterization_samples(vk::SampleCountFlags::TYPE_1),
            depth: vk::PipelineDepthStencilStateCreateInfo::default()
                .depth_test_enable(depth)
                .depth_write_enable(depth)
                .depth_compare_op(vk::CompareOp::GREATER_OR_EQUAL),
            attachment: vk::PipelineColorBlendAttachmentState::default()
                .blend_enable(blend != Blend::None)
                .src_color_blend_factor(source)
                .dst_color_blend_factor(rest)
                .src_alpha_blend_factor(one)
                .dst_alpha_blend_factor(rest)
                .color_blend_op(op)
                .alpha_blend_op(op)
                .color_write_mask(vk::ColorComponentFlags::RGBA),
        }
    }
}

/// A shader module, needed only while its pipeline is made.
struct Module<'a> {
    device: &'a Device,
    raw: vk::ShaderModule,
}

impl<'a> Module<'a> {
    fn new(device: &'a Device, spirv: &[u32]) -> Result<Self> {
        if spirv.len() < 5 || spirv[0] != MAGIC {
            let problem = "the words do not begin as SPIR-V does".into();
            return Err(Error::Invalid {
                what: "a shader",
                problem,
            });
        }
        let info = vk::ShaderModuleCreateInfo::default().code(spirv);
        // SAFETY: the words are SPIR-V, as the callers of the pipelines' `new` promise.
        let raw = unsafe { device.inner.raw.create_shader_module(&info, None) }.during("loading a shader")?;
        Ok(Self { device, raw })
    }

    fn stage<'b>(
        &self,
        stage: vk::ShaderStageFlags,
        constants: &'b vk::SpecializationInfo<'b>,
    ) -> vk::PipelineShaderStageCreateInfo<'b> {
        vk::PipelineShaderStageCreateInfo::default()
            .stage(stage)
            .module(self.raw)
            .name(MAIN)
            .specialization_info(constants)
    }
}

impl Drop for Module<'_> {
    fn drop(&mut self) {
        // SAFETY: pipelines do not need their modules once they are made.
        unsafe { self.device.inner.raw.destroy_shader_module(self.raw, None) };
    }
}

/// Specialization constants, as Vulkan takes them.
struct Constants {
    entries: Vec<vk::SpecializationMapEntry>,
    data: Vec<u8>,
}

impl Constants {
    fn new(constants: &[(u32, u32)]) -> Self {
        let entry = |(index, (id, _)): (usize, &(u32, u32))| vk::SpecializationMapEntry {
            constant_id: *id,
            offset: 4 * index as u32,
            size: 4,
        };
        let entries = constants.iter().enumerate().map(entry).collect();
        Self {
            entries,
            data: constants
                .iter()
                .flat_map(|(_, value)| value.to_ne_bytes())
                .collect(),
        }
    }

    fn info(&self) -> vk::SpecializationInfo<'_> {
        vk::SpecializationInfo::default()
            .map_entries(&self.entries)
            .data(&self.data)
    }
}
