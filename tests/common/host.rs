//! A host of its own, in plain Vulkan: instance, device, queue, image and command buffers that this library borrows.

use std::ffi::{CStr, c_void};
use std::sync::{Arc, Mutex, PoisonError};

use ash::vk;
use galvani::gpu::{Device, HostDevice, ImageRef};

use super::scratch;

/// What the validation layer says.
type Messages = Arc<Mutex<Vec<String>>>;

unsafe extern "system" fn collect(
    _: vk::DebugUtilsMessageSeverityFlagsEXT,
    _: vk::DebugUtilsMessageTypeFlagsEXT,
    data: *const vk::DebugUtilsMessengerCallbackDataEXT<'_>,
    list: *mut c_void,
) -> vk::Bool32 {
    // SAFETY: the layer passes a valid description with a text that lives as long as the call, and the list that the
    // host holds until its messenger is gone.
    let (text, list) = unsafe {
        let list = &*list.cast_const().cast::<Mutex<Vec<String>>>();
        (CStr::from_ptr((*data).p_message), list)
    };
    let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
    list.push(text.to_string_lossy().into());
    vk::FALSE
}

/// The host's handles.
pub(crate) struct Host {
    messages: Messages,
    entry: ash::Entry,
    instance: ash::Instance,
    messenger: (ash::ext::debug_utils::Instance, vk::DebugUtilsMessengerEXT),
    physical: vk::PhysicalDevice,
    device: ash::Device,
    family: u32,
}

impl Host {
    pub(crate) fn new() -> Self {
        Self::with(|instance, device| {
            // SAFETY: the device is the instance's.
            unsafe { ash::Device::load(instance.fp_v1_0(), device) }
        })
    }

    /// `load`: from the device's handle to its functions.
    pub(crate) fn with(load: impl FnOnce(&ash::Instance, vk::Device) -> ash::Device) -> Self {
        let messages = Messages::default();
        // SAFETY: plain creation, in order; what the descriptions point to lives until each call returns.
        unsafe {
            let entry = ash::Entry::load().expect("a loader");
            let application = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_3);
            let checks = [vk::ValidationFeatureEnableEXT::SYNCHRONIZATION_VALIDATION];
            let mut features = vk::ValidationFeaturesEXT::default().enabled_validation_features(&checks);
            let layers = [c"VK_LAYER_KHRONOS_validation".as_ptr()];
            let extensions = [
                ash::ext::debug_utils::NAME.as_ptr(),
                ash::ext::validation_features::NAME.as_ptr(),
            ];
            let info = vk::InstanceCreateInfo::default()
                .application_info(&application)
                .enabled_layer_names(&layers)
                .enabled_extension_names(&extensions)
                .push_next(&mut features);
            let instance = entry.create_instance(&info, None).expect("the validation layer");
            let utils = ash::ext::debug_utils::Instance::new(&entry, &instance);
            use vk::{DebugUtilsMessageSeverityFlagsEXT as Severity, DebugUtilsMessageTypeFlagsEXT as Kind};
            let info = vk::DebugUtilsMessengerCreateInfoEXT::default()
                .message_severity(Severity::WARNING | Severity::ERROR)
                .message_type(Kind::GENERAL | Kind::VALIDATION | Kind::PERFORMANCE)
                .pfn_user_callback(Some(collect))
                .user_data(Arc::as_ptr(&messages).cast_mut().cast());
            let messenger = utils
                .create_debug_utils_messenger(&info, None)
                .expect("a messenger");
            let physical = instance.enumerate_physical_devices().expect("devices")[0];
            let families = instance.get_physical_device_queue_family_properties(physical);
            let both = vk::QueueFlags::GRAPHICS | vk::QueueFlags::COMPUTE;
            let family = families
                .iter()
                .position(|family| family.queue_flags.contains(both));
            let family = family.expect("a queue that draws and computes") as u32;
            let device = Self::device(&instance, physical, family).handle();
            Self {
                device: load(&instance, device),
                messages,
                entry,
                instance,
                messenger: (utils, messenger),
                physical,
                family,
            }
        }
    }

    /// What the validation layer has said so far.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// With the features that `HostDevice` asks for.
    fn device(instance: &ash::Instance, physical: vk::PhysicalDevice, family: u32) -> ash::Device {
        let queues = [vk::DeviceQueueCreateInfo::default()
            .queue_family_index(family)
            .queue_priorities(&[1.0])];
        let mut v12 = vk::PhysicalDeviceVulkan12Features::default()
            .timeline_semaphore(true)
            .buffer_device_address(true)
            .scalar_block_layout(true);
        let mut v13 = vk::PhysicalDeviceVulkan13Features::default()
            .synchronization2(true)
            .dynamic_rendering(true)
            .maintenance4(true)
            .shader_terminate_invocation(true)
            .shader_demote_to_helper_invocation(true);
        let info = vk::DeviceCreateInfo::default()
            .queue_create_infos(&queues)
            .push_next(&mut v12)
            .push_next(&mut v13);
        // SAFETY: the adapter is the instance's, and what the description points to lives until the call returns.
        unsafe { instance.create_device(physical, &info, None) }.expect("a device")
    }

    pub(crate) fn lend(&self, mask: &str) -> Device {
        let host = HostDevice {
            entry: self.entry.clone(),
            instance: self.instance.clone(),
            physical_device: self.physical,
            device: self.device.clone(),
            queue_family: self.family,
            enabled: vec!["debugUtils"],
            mask: Some(mask.into()),
            cache_dir: Some(scratch("embed")),
        };
        // SAFETY: the handles are this host's, with the required features, and outlive what is made of them.
        unsafe { Device::from_host(host) }.expect("a device")
    }

    fn memory(&self, needs: vk::MemoryRequirements, flags: vk::MemoryPropertyFlags) -> vk::DeviceMemory {
        // SAFETY: the adapter is the instance's; the allocation is of a type that it has.
        unsafe {
            let all = self.instance.get_physical_device_memory_properties(self.physical);
            let kind = (0..all.memory_type_count)
                .find(|&i| {
                    needs.memory_type_bits & 1 << i != 0
                        && all.memory_types[i as usize].property_flags.contains(flags)
                })
                .expect("a type of memory");
            let info = vk::MemoryAllocateInfo::default()
                .allocation_size(needs.size)
                .memory_type_index(kind);
            self.device.allocate_memory(&info, None).expect("memory")
        }
    }

    /// Records into a buffer of its own, submits it, waits.
    pub(crate) fn run(&self, record: impl FnOnce(vk::CommandBuffer)) {
        let device = &self.device;
        // SAFETY: one thread, and everything is complete before it is destroyed.
        unsafe {
            let info = vk::CommandPoolCreateInfo::default().queue_family_index(self.family);
            let pool = device.create_command_pool(&info, None).expect("a pool");
            let info = vk::CommandBufferAllocateInfo::default()
                .command_pool(pool)
                .command_buffer_count(1);
            let buffers = device.allocate_command_buffers(&info).expect("a buffer");
            let info =
                vk::CommandBufferBeginInfo::default().flags(vk::CommandBufferUsageFlags::ONE_TIME_SUBMIT);
            device.begin_command_buffer(buffers[0], &info).expect("begun");
            record(buffers[0]);
            device.end_command_buffer(buffers[0]).expect("ended");
            let queue = device.get_device_queue(self.family, 0);
            let info = vk::SubmitInfo::default().command_buffers(&buffers);
            device
                .queue_submit(queue, &[info], vk::Fence::null())
                .expect("submitted");
            device.queue_wait_idle(queue).expect("complete");
            device.destroy_command_pool(pool, None);
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // SAFETY: all that was made of them is gone.
        unsafe {
            self.device.destroy_device(None);
            self.messenger
                .0
                .destroy_debug_utils_messenger(self.messenger.1, None);
            self.instance.destroy_instance(None);
        }
    }
}

/// The host's image, and memory that it reads it back to.
pub(crate) struct Canvas<'h> {
    host: &'h Host,
    pub(crate) image: ImageRef,
    pixels: vk::Buffer,
    memory: [vk::DeviceMemory; 2],
}

impl<'h> Canvas<'h> {
    pub(crate) fn new(host: &'h Host, format: vk::Format, size: [u32; 2]) -> Self {
        let [width, height] = size;
        let device = &host.device;
        let usage = vk::ImageUsageFlags::COLOR_ATTACHMENT
            | vk::ImageUsageFlags::TRANSFER_SRC
            | vk::ImageUsageFlags::TRANSFER_DST;
        let range = vk::ImageSubresourceRange::default()
            .aspect_mask(vk::ImageAspectFlags::COLOR)
            .level_count(1)
            .layer_count(1);
        let info = vk::ImageCreateInfo::default()
            .image_type(vk::ImageType::TYPE_2D)
            .format(format)
            .extent(vk::Extent3D {
                width,
                height,
                depth: 1,
            })
            .mip_levels(1)
            .array_layers(1)
            .samples(vk::SampleCountFlags::TYPE_1)
            .usage(usage);
        // SAFETY: plain creation and binding of new objects to memory of their own.
        unsafe {
            let image = device.create_image(&info, None).expect("an image");
            let needs = device.get_image_memory_requirements(image);
            let image_memory = host.memory(needs, vk::MemoryPropertyFlags::DEVICE_LOCAL);
            device.bind_image_memory(image, image_memory, 0).expect("bound");
            let info = vk::ImageViewCreateInfo::default()
                .image(image)
                .view_type(vk::ImageViewType::TYPE_2D)
                .format(format)
                .subresource_range(range);
            let view = device.create_image_view(&info, None).expect("a view");
            let info = vk::BufferCreateInfo::default()
                .size(u64::from(width * height * 4))
                .usage(vk::BufferUsageFlags::TRANSFER_DST);
            let pixels = device.create_buffer(&info, None).expect("a buffer");
            let needs = device.get_buffer_memory_requirements(pixels);
            let flags = vk::MemoryPropertyFlags::HOST_VISIBLE | vk::MemoryPropertyFlags::HOST_COHERENT;
            let pixel_memory = host.memory(needs, flags);
            device.bind_buffer_memory(pixels, pixel_memory, 0).expect("bound");
            let image = ImageRef {
                image,
                view,
                format,
                extent: size,
            };
            Self {
                host,
                image,
                pixels,
                memory: [image_memory, pixel_memory],
            }
        }
    }

    /// Copies the image, which the renderer left as a source of copies, to the host.
    pub(crate) fn copy(&self, raw: vk::CommandBuffer) {
        let [width, height] = self.image.extent;
        let layers = vk::ImageSubresourceLayers::default()
            .aspect_mask(vk::ImageAspectFlags::COLOR)
            .layer_count(1);
        let regions = [vk::BufferImageCopy::default()
            .image_subresource(layers)
            .image_extent(vk::Extent3D {
                width,
                height,
                depth: 1,
            })];
        let barriers = [vk::MemoryBarrier::default()
            .src_access_mask(vk::AccessFlags::TRANSFER_WRITE)
            .dst_access_mask(vk::AccessFlags::HOST_READ)];
        let layout = vk::ImageLayout::TRANSFER_SRC_OPTIMAL;
        let (from, to) = (vk::PipelineStageFlags::TRANSFER, vk::PipelineStageFlags::HOST);
        let device = &self.host.device;
        // SAFETY: the buffer is being recorded, and holds the image.
        unsafe {
            device.cmd_copy_image_to_buffer(raw, self.image.image, layout, self.pixels, &regions);
            device.cmd_pipeline_barrier(raw, from, to, vk::DependencyFlags::empty(), &barriers, &[], &[]);
        }
    }

    /// The pixels as RGBA.
    pub(crate) fn read(&self) -> Vec<[u8; 4]> {
        let [width, height] = self.image.extent;
        let count = (width * height) as usize;
        let device = &self.host.device;
        // SAFETY: the memory is mapped once, long enough, and no submission is writing to it.
        let mut pixels = unsafe {
            let at = device.map_memory(self.memory[1], 0, vk::WHOLE_SIZE, vk::MemoryMapFlags::empty());
            let pixels = std::slice::from_raw_parts(at.expect("mapped").cast::<[u8; 4]>(), count).to_vec();
            device.unmap_memory(self.memory[1]);
            pixels
        };
        if self.image.format == vk::Format::B8G8R8A8_UNORM {
            pixels.iter_mut().for_each(|pixel| pixel.swap(0, 2));
        }
        pixels
    }
}

impl Drop for Canvas<'_> {
    fn drop(&mut self) {
        let device = &self.host.device;
        // SAFETY: everything that used them is complete.
        unsafe {
            device.destroy_image_view(self.image.view, None);
            device.destroy_image(self.image.image, None);
            device.destroy_buffer(self.pixels, None);
            self.memory
                .iter()
                .for_each(|memory| device.free_memory(*memory, None));
        }
    }
}
