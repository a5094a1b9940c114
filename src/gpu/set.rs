//! What compute shaders work on that has no address: an image, or a buffer as texels.

use std::sync::Arc;

use ash::vk;

use super::retire::Retired;
use super::{Buffer, Device, During, ImageRef};
use crate::{Error, Result};

/// Binding of a storage image, in the layout of [`ImageUse::Storage`](super::ImageUse::Storage).
const IMAGE: u32 = 0;

/// Binding of a buffer's texels.
const TEXELS: u32 = 1;

/// Bytes of a texel of a [`Set`].
pub const TEXEL_BYTES: u64 = 16;

/// A descriptor set; all are of one layout.
pub struct Set {
    device: Device,
    pool: vk::DescriptorPool,
    view: vk::BufferView,
    /// What the view is of.
    _buffer: Option<Arc<Buffer>>,
    pub(super) raw: vk::DescriptorSet,
}

impl Set {
    /// Describes an image whose usage has `STORAGE`, and which outlives the result: binding 0.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it has no view; [`Error::Vulkan`].
    pub fn of_image(device: &Device, image: &ImageRef) -> Result<Self> {
        if image.view == vk::ImageView::null() {
            let problem = "the image has no view: its usage lacks STORAGE".into();
            return Err(Error::Invalid {
                what: "a storage image",
                problem,
            });
        }
        let set = Self::new(device)?;
        let images = [vk::DescriptorImageInfo::default()
            .image_view(image.view)
            .image_layout(vk::ImageLayout::GENERAL)];
        set.write(
            vk::WriteDescriptorSet::default()
                .dst_binding(IMAGE)
                .descriptor_type(vk::DescriptorType::STORAGE_IMAGE)
                .image_info(&images),
        );
        Ok(set)
    }

    /// Describes a buffer as texels of four `uint`: binding 1. They hold a sixteenth of the buffer's bytes; what is past
    /// the last whole one has none.
    ///
    /// A software driver loads a vector from an address word by word, each in a loop over the subgroup, but fetches a
    /// texel at once.
    ///
    /// # Errors
    /// [`Error::OutOfBudget`] where there are more than [`Caps::max_texels`](super::Caps::max_texels); [`Error::Vulkan`].
    pub fn of_texels(buffer: Arc<Buffer>) -> Result<Self> {
        let device = buffer.device().clone();
        let (needs, has) = (buffer.size() / TEXEL_BYTES, u64::from(device.caps().max_texels));
        if needs > has {
            return Err(Error::OutOfBudget {
                what: "texels of a buffer",
                needs,
                has,
                advice: "load from its address",
            });
        }
        let mut set = Self::new(&device)?;
        let info = vk::BufferViewCreateInfo::default()
            .buffer(buffer.raw())
            .format(vk::Format::R32G32B32A32_UINT)
            .range(needs * TEXEL_BYTES);
        // SAFETY: the buffer is this device's, is used for texels, and has as many bytes.
        set.view = unsafe { device.inner.raw.create_buffer_view(&info, None) }
            .during("making a view of a buffer")?;
        let views = [set.view];
        set.write(
            vk::WriteDescriptorSet::default()
                .dst_binding(TEXELS)
                .descriptor_type(vk::DescriptorType::UNIFORM_TEXEL_BUFFER)
                .texel_buffer_view(&views),
        );
        set._buffer = Some(buffer);
        Ok(set)
    }

    fn new(device: &Device) -> Result<Self> {
        let inner = &device.inner;
        // Room for both kinds, since the layout has both.
        let sizes = [
            vk::DescriptorType::STORAGE_IMAGE,
            vk::DescriptorType::UNIFORM_TEXEL_BUFFER,
        ]
        .map(|ty| vk::DescriptorPoolSize {
            ty,
            descriptor_count: 1,
        });
        let info = vk::DescriptorPoolCreateInfo::default()
            .max_sets(1)
            .pool_sizes(&sizes);
        // SAFETY: `info` lives until the call returns.
        let pool =
            unsafe { inner.raw.create_descriptor_pool(&info, None) }.during("making a descriptor pool")?;
        let mut set = Self {
            device: device.clone(),
            pool,
            view: vk::BufferView::null(),
            _buffer: None,
            raw: vk::DescriptorSet::null(),
        };
        let layouts = [inner.set_layout];
        let info = vk::DescriptorSetAllocateInfo::default()
            .descriptor_pool(pool)
            .set_layouts(&layouts);
        // SAFETY: the pool has room for one set of this layout.
        let sets = unsafe { inner.raw.allocate_descriptor_sets(&info) }.during("making a descriptor set")?;
        set.raw = sets[0];
        Ok(set)
    }

    fn write(&self, write: vk::WriteDescriptorSet<'_>) {
        let write = write.dst_set(self.raw);
        // SAFETY: the set is new, so no recording uses it, and what is written is this device's.
        unsafe { self.device.inner.raw.update_descriptor_sets(&[write], &[]) };
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        self.device.retire(Retired::Set(self.pool, self.view));
    }
}

/// The layout of all sets. A set has one of the two; a shader that uses the other is not run with it.
pub(super) fn layout(raw: &ash::Device) -> Result<vk::DescriptorSetLayout> {
    let bindings = [
        (IMAGE, vk::DescriptorType::STORAGE_IMAGE),
        (TEXELS, vk::DescriptorType::UNIFORM_TEXEL_BUFFER),
    ]
    .map(|(binding, kind)| {
        vk::DescriptorSetLayoutBinding::default()
            .binding(binding)
            .descriptor_type(kind)
            .descriptor_count(1)
            .stage_flags(vk::ShaderStageFlags::COMPUTE)
    });
    let info = vk::DescriptorSetLayoutCreateInfo::default().bindings(&bindings);
    // SAFETY: `info` lives until the call returns.
    unsafe { raw.create_descriptor_set_layout(&info, None) }.during("making the layout of descriptor sets")
}
