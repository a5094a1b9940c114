//! Images: what is rendered to.

use std::sync::OnceLock;

use ash::vk;

use super::memory::Piece;
use super::retire::Retired;
use super::{Area, Device, During, Set};
use crate::{Error, Result};

/// An image to work on, whoever owns it: ours, a window's, an embedder's. Plain handles: whoever records with them keeps the
/// image alive until the recording completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageRef {
    /// The image; two-dimensional, of one layer and level.
    pub image: vk::Image,
    /// A view of all of it; null where it is only copied.
    pub view: vk::ImageView,
    /// Its format.
    pub format: vk::Format,
    /// Width and height in pixels.
    pub extent: [u32; 2],
}

impl ImageRef {
    /// All of the image.
    pub fn area(&self) -> Area {
        Area {
            x: 0,
            y: 0,
            width: self.extent[0],
            height: self.extent[1],
        }
    }
}

/// The format of depths: a number each, 0 to 1.
pub const DEPTH: vk::Format = vk::Format::D32_SFLOAT;

/// An image, its memory and a view of it.
pub struct Image {
    device: Device,
    target: ImageRef,
    piece: Option<Piece>,
    set: OnceLock<Set>,
}

impl Image {
    /// A two-dimensional image of one level; `extent` is width and height in pixels. What it holds is undefined.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a side is zero or beyond [`Caps::max_image`](super::Caps::max_image), or the device does
    /// not offer the format for the usage; [`Error::OutOfBudget`].
    pub fn new(
        device: &Device,
        name: &str,
        extent: [u32; 2],
        format: vk::Format,
        usage: vk::ImageUsageFlags,
    ) -> Result<Self> {
        let inner = &device.inner;
        let (what, limit) = ("an image", device.caps().max_image);
        let [width, height] = extent;
        if width == 0 || height == 0 || width > limit || height > limit {
            let problem = format!("{width}×{height} pixels are not within 1 to {limit} each way");
            return Err(Error::Invalid { what, problem });
        }
        let (kind, tiling) = (vk::ImageType::TYPE_2D, vk::ImageTiling::OPTIMAL);
        // SAFETY: the adapter is the instance's.
        let offered = unsafe {
            inner.instance.get_physical_device_image_format_properties(
                inner.physical,
                format,
                kind,
                tiling,
                usage,
                vk::ImageCreateFlags::empty(),
            )
        };
        if offered.is_err() {
            let problem = format!("{} does not offer {format:?} for {usage:?}", device.caps().name);
            return Err(Error::Invalid { what, problem });
        }
        let info = vk::ImageCreateInfo::default()
            .image_type(kind)
            .format(format)
            .extent(vk::Extent3D {
                width,
                height,
                depth: 1,
            })
            .mip_levels(1)
            .array_layers(1)
            .samples(vk::SampleCountFlags::TYPE_1)
            .tiling(tiling)
            .usage(usage);
        // SAFETY: the device offers the format, the extent and the usage.
        let image = unsafe { inner.raw.create_image(&info, None) }.during("making an image")?;
        let target = ImageRef {
            image,
            view: vk::ImageView::null(),
            format,
            extent,
        };
        // Owned from here on, so that each `?` cleans up.
        let mut made = Self {
            device: device.clone(),
            target,
            piece: None,
            set: OnceLock::new(),
        };
        inner.name(image, name);
        made.bind(name)?;
        if usage.intersects(viewed()) {
            made.target.view = view(device, image, format)?;
        }
        Ok(made)
    }

    fn bind(&mut self, name: &str) -> Result<()> {
        let inner = &self.device.inner;
        let piece = inner.allocate_image(name, self.target.image)?;
        let offset = piece.allocation.offset();
        // SAFETY: the memory is only bound here; it is freed after the image is destroyed.
        let memory = unsafe { piece.allocation.memory() };
        self.piece = Some(piece);
        // SAFETY: the memory is of a type and size that the image asked for, and the image is not bound yet.
        unsafe { inner.raw.bind_image_memory(self.target.image, memory, offset) }
            .during("binding an image's memory")
    }

    /// The image, to record with.
    pub fn target(&self) -> ImageRef {
        self.target
    }

    /// Width and height in pixels.
    pub fn extent(&self) -> [u32; 2] {
        self.target.extent
    }

    /// The image as a compute shader's storage image; made at the first call.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it has no view; [`Error::Vulkan`].
    pub fn storage_set(&self) -> Result<&Set> {
        if let Some(set) = self.set.get() {
            return Ok(set);
        }
        let set = Set::of_image(&self.device, &self.target)?;
        Ok(self.set.get_or_init(|| set))
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        let ImageRef { image, view, .. } = self.target;
        // The set goes first, as the field would go last.
        self.set.take();
        self.device.retire(Retired::Image(image, view, self.piece.take()));
    }
}

/// Usages that go through a view; copies do not, and without one of these a view is not allowed.
fn viewed() -> vk::ImageUsageFlags {
    use vk::ImageUsageFlags as Usage;
    Usage::SAMPLED
        | Usage::STORAGE
        | Usage::COLOR_ATTACHMENT
        | Usage::DEPTH_STENCIL_ATTACHMENT
        | Usage::INPUT_ATTACHMENT
}

/// A view of all of an image.
pub(super) fn view(device: &Device, image: vk::Image, format: vk::Format) -> Result<vk::ImageView> {
    let range = whole(format);
    let info = vk::ImageViewCreateInfo::default()
        .image(image)
        .view_type(vk::ImageViewType::TYPE_2D)
        .format(format)
        .subresource_range(range);
    // SAFETY: the image is this device's, of this format, and bound.
    unsafe { device.inner.raw.create_image_view(&info, None) }.during("making an image's view")
}

/// What images of a format hold: colours, or depths.
pub(super) fn aspect(format: vk::Format) -> vk::ImageAspectFlags {
    match format {
        DEPTH => vk::ImageAspectFlags::DEPTH,
        _ => vk::ImageAspectFlags::COLOR,
    }
}

/// The one level and layer of an image of a format.
pub(super) fn whole(format: vk::Format) -> vk::ImageSubresourceRange {
    vk::ImageSubresourceRange::default()
        .aspect_mask(aspect(format))
        .level_count(1)
        .layer_count(1)
}
