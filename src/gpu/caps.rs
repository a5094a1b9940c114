//! What a device can do, once masked.

use ash::vk;

use super::adapter::{self, AdapterKind};
use super::mask::Mask;

/// What a device offers, with what is masked counted as absent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Caps {
    /// The device's name.
    pub name: String,
    /// The driver's name and version.
    pub driver: String,
    /// What sort of device it is.
    pub kind: AdapterKind,
    /// Whether it is the CPU.
    pub software: bool,
    /// Invocations of a subgroup; a hint only, shaders hold with any size.
    pub subgroup_size: u32,
    /// Whether compute shaders have subgroup arithmetic.
    pub subgroup_arithmetic: bool,
    /// Most invocations of a workgroup.
    pub max_group_invocations: u32,
    /// Most bytes shared within a workgroup.
    pub max_group_shared: u32,
    /// Most workgroups of a dispatch, in each of its dimensions.
    pub max_groups: u32,
    /// Most bytes of push constants, at least 128.
    pub max_push: u32,
    /// Most bytes of one buffer.
    pub max_alloc: u64,
    /// Most texels of a buffer, at least 65,536; none where they are masked.
    pub max_texels: u32,
    /// Most pixels along either side of an image.
    pub max_image: u32,
    /// Whether most of the device's memory can be mapped: integrated and software devices, and resizable BAR. Then
    /// [`Memory::Mapped`](super::Memory::Mapped) is as fast as any for shaders.
    pub host_visible_device_local: bool,
    /// Bytes of the device's largest heap.
    pub device_heap: u64,
    /// Nanoseconds of a tick of the device's clock; `None` where passes cannot be timed.
    pub timestamp_period_ns: Option<f32>,
    /// Bits of a timestamp that count.
    pub(super) timestamp_bits: u32,
    /// The count of indirect draws may come from a buffer.
    pub draw_indirect_count: bool,
    /// One call may draw several indirect draws. Where it may not, [`Commands`](super::Commands) calls once for each.
    pub multi_draw_indirect: bool,
    /// An indirect draw's first instance may be other than zero.
    pub draw_indirect_first_instance: bool,
    /// Queries of pipeline statistics.
    pub pipeline_statistics: bool,
    /// 64-bit integers in shaders.
    pub int64: bool,
    /// 16-bit integers in shaders, and in buffers.
    pub int16: bool,
    /// 8-bit integers in shaders, and in buffers.
    pub int8: bool,
    /// Storage images whose format the shader does not name may be written.
    pub storage_image_write_without_format: bool,
    /// The driver says how much of its memory is left.
    pub memory_budget: bool,
    /// Objects are named and passes labelled for debuggers.
    pub debug_utils: bool,
    /// Compiled pipelines are kept on disk.
    pub pipeline_cache: bool,
}

impl Caps {
    /// Asks the device. `debug_utils` and `extensions` are those of the instance and the device.
    pub(super) fn query(
        instance: &ash::Instance,
        raw: vk::PhysicalDevice,
        family: u32,
        mask: &Mask,
        features: &Features,
        offered: Offered,
    ) -> Self {
        let mut v11 = vk::PhysicalDeviceVulkan11Properties::default();
        let mut v13 = vk::PhysicalDeviceVulkan13Properties::default();
        let mut all = vk::PhysicalDeviceProperties2::default()
            .push_next(&mut v11)
            .push_next(&mut v13);
        // SAFETY: the device is this instance's, of Vulkan 1.3, and so knows the structures.
        unsafe { instance.get_physical_device_properties2(raw, &mut all) };
        let properties = all.properties;
        let limits = &properties.limits;
        // SAFETY: the device is this instance's.
        let memory = unsafe { instance.get_physical_device_memory_properties(raw) };
        // SAFETY: the device is this instance's.
        let families = unsafe { instance.get_physical_device_queue_family_properties(raw) };
        let timestamp_bits = families
            .get(family as usize)
            .map_or(0, |family| family.timestamp_valid_bits);
        let timed = timestamp_bits > 0 && limits.timestamp_period > 0.0 && mask.allows("timestamps");
        let kind = AdapterKind::of(properties.device_type);
        let arithmetic = v11
            .subgroup_supported_operations
            .contains(vk::SubgroupFeatureFlags::ARITHMETIC)
            && v11
                .subgroup_supported_stages
                .contains(vk::ShaderStageFlags::COMPUTE);
        let [x, y, z] = limits.max_compute_work_group_count;
        let sides = [
            limits.max_image_dimension2_d,
            limits.max_framebuffer_width,
            limits.max_framebuffer_height,
        ];
        let device_heap = largest_heap(&memory);
        let optional = features.optional(mask);
        Self {
            name: adapter::string(properties.device_name_as_c_str().ok()),
            driver: adapter::driver(instance, raw),
            kind,
            software: kind == AdapterKind::Software,
            subgroup_size: v11.subgroup_size,
            subgroup_arithmetic: arithmetic && mask.allows("subgroupArithmetic"),
            max_group_invocations: limits.max_compute_work_group_invocations,
            max_group_shared: limits.max_compute_shared_memory_size,
            max_groups: x.min(y).min(z),
            max_push: limits.max_push_constants_size,
            max_alloc: v11
                .max_memory_allocation_size
                .min(v13.max_buffer_size)
                .min(device_heap),
            max_texels: match mask.allows("texels") {
                true => limits.max_texel_buffer_elements,
                false => 0,
            },
            max_image: sides.into_iter().fold(u32::MAX, u32::min),
            host_visible_device_local: mask.allows("hostVisibleDeviceLocal")
                && mappable(&memory, device_heap),
            device_heap,
            timestamp_period_ns: timed.then_some(limits.timestamp_period),
            timestamp_bits,
            draw_indirect_count: optional.draw_indirect_count,
            multi_draw_indirect: optional.multi_draw_indirect,
            draw_indirect_first_instance: optional.draw_indirect_first_instance,
            pipeline_statistics: optional.pipeline_statistics,
            int64: optional.int64,
            int16: optional.int16,
            int8: optional.int8,
            storage_image_write_without_format: optional.storage_image_write_without_format,
            memory_budget: offered.memory_budget && mask.allows("memoryBudget"),
            debug_utils: offered.debug_utils && mask.allows("debugUtils"),
            pipeline_cache: mask.allows("pipelineCache"),
        }
    }
}

/// Extensions that are enabled, or can be.
#[derive(Clone, Copy)]
pub(super) struct Offered {
    pub(super) memory_budget: bool,
    pub(super) debug_utils: bool,
}

fn largest_heap(memory: &vk::PhysicalDeviceMemoryProperties) -> u64 {
    let device = |heap: &&vk::MemoryHeap| heap.flags.contains(vk::MemoryHeapFlags::DEVICE_LOCAL);
    memory
        .memory_heaps_as_slice()
        .iter()
        .filter(device)
        .map(|heap| heap.size)
        .max()
        .unwrap_or(0)
}

/// Whether memory that is both the device's and mapped covers at least half of the device's largest heap.
fn mappable(memory: &vk::PhysicalDeviceMemoryProperties, largest: u64) -> bool {
    use vk::MemoryPropertyFlags as Flags;
    let both = Flags::DEVICE_LOCAL | Flags::HOST_VISIBLE | Flags::HOST_COHERENT;
    let heaps = memory.memory_heaps_as_slice();
    let of = |kind: &vk::MemoryType| heaps.get(kind.heap_index as usize).map_or(0, |heap| heap.size);
    let types = memory.memory_types_as_slice();
    types
        .iter()
        .any(|kind| kind.property_flags.contains(both) && of(kind) >= largest / 2)
}

/// The features of a device, by the version of Vulkan that brought them.
#[derive(Default)]
pub(super) struct Features {
    pub(super) v10: vk::PhysicalDeviceFeatures,
    pub(super) v11: vk::PhysicalDeviceVulkan11Features<'static>,
    pub(super) v12: vk::PhysicalDeviceVulkan12Features<'static>,
    pub(super) v13: vk::PhysicalDeviceVulkan13Features<'static>,
}

/// Those optional features that are there and not masked.
struct Optional {
    draw_indirect_count: bool,
    multi_draw_indirect: bool,
    draw_indirect_first_instance: bool,
    pipeline_statistics: bool,
    int64: bool,
    int16: bool,
    int8: bool,
    storage_image_write_without_format: bool,
}

impl Features {
    /// Asks a device of Vulkan 1.3.
    pub(super) fn query(instance: &ash::Instance, raw: vk::PhysicalDevice) -> Self {
        let mut found = Self::default();
        let mut all = vk::PhysicalDeviceFeatures2::default()
            .push_next(&mut found.v11)
            .push_next(&mut found.v12)
            .push_next(&mut found.v13);
        // SAFETY: the device is this instance's, of Vulkan 1.3, and so knows the structures.
        unsafe { instance.get_physical_device_features2(raw, &mut all) };
        found.v10 = all.features;
        found.v11.p_next = std::ptr::null_mut();
        found.v12.p_next = std::ptr::null_mut();
        found.v13.p_next = std::ptr::null_mut();
        found
    }

    /// The names of required features that are not there.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let required = [
            ("timelineSemaphore", self.v12.timeline_semaphore),
            ("bufferDeviceAddress", self.v12.buffer_device_address),
            ("scalarBlockLayout", self.v12.scalar_block_layout),
            ("synchronization2", self.v13.synchronization2),
            ("dynamicRendering", self.v13.dynamic_rendering),
            ("maintenance4", self.v13.maintenance4),
        ];
        required
            .into_iter()
            .filter(|(_, there)| *there == vk::FALSE)
            .map(|(name, _)| name)
            .collect()
    }

    /// What to enable: the required, the optional that are there and not masked, and nothing else.
    pub(super) fn wanted(&self, mask: &Mask) -> Self {
        let optional = self.optional(mask);
        let v10 = vk::PhysicalDeviceFeatures::default()
            .multi_draw_indirect(optional.multi_draw_indirect)
            .draw_indirect_first_instance(optional.draw_indirect_first_instance)
            .pipeline_statistics_query(optional.pipeline_statistics)
            .shader_int64(optional.int64)
            .shader_int16(optional.int16)
            .shader_storage_image_write_without_format(optional.storage_image_write_without_format);
        let v11 = vk::PhysicalDeviceVulkan11Features::default().storage_buffer16_bit_access(optional.int16);
        let v12 = vk::PhysicalDeviceVulkan12Features::default()
            .timeline_semaphore(true)
            .buffer_device_address(true)
            .scalar_block_layout(true)
            .draw_indirect_count(optional.draw_indirect_count)
            .shader_int8(optional.int8)
            .storage_buffer8_bit_access(optional.int8);
        // The last two are what `discard` becomes in SPIR-V 1.6.
        let v13 = vk::PhysicalDeviceVulkan13Features::default()
            .synchronization2(true)
            .dynamic_rendering(true)
            .maintenance4(true)
            .shader_terminate_invocation(self.v13.shader_terminate_invocation != 0)
            .shader_demote_to_helper_invocation(self.v13.shader_demote_to_helper_invocation != 0);
        Self { v10, v11, v12, v13 }
    }

    fn optional(&self, mask: &Mask) -> Optional {
        let (v10, v11, v12) = (&self.v10, &self.v11, &self.v12);
        let on = |name, bits: &[vk::Bool32]| mask.allows(name) && bits.iter().all(|bit| *bit != vk::FALSE);
        Optional {
            draw_indirect_count: on("drawIndirectCount", &[v12.draw_indirect_count]),
            multi_draw_indirect: on("multiDrawIndirect", &[v10.multi_draw_indirect]),
            draw_indirect_first_instance: on(
                "drawIndirectFirstInstance",
                &[v10.draw_indirect_first_instance],
            ),
            pipeline_statistics: on("pipelineStatistics", &[v10.pipeline_statistics_query]),
            int64: on("int64", &[v10.shader_int64]),
            int16: on("int16", &[v10.shader_int16, v11.storage_buffer16_bit_access]),
            int8: on("int8", &[v12.shader_int8, v12.storage_buffer8_bit_access]),
            storage_image_write_without_format: on(
                "storageImageWriteWithoutFormat",
                &[v10.shader_storage_image_write_without_format],
            ),
        }
    }
}
