//! Where pictures go.

use std::time::Duration;

use ash::vk;

use crate::gpu::Use::{HostRead, TransferWrite};
use crate::gpu::{Buffer, Commands, Device, Image, ImageRef, ImageUse, Memory, WriteView};
use crate::{Error, Result};

/// The format of our own targets.
pub(crate) const FORMAT: vk::Format = vk::Format::R8G8B8A8_UNORM;

/// How long a picture is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// An image of our own, and what is read back of it, or written by the host in its place.
pub struct Offscreen {
    pub(crate) image: Image,
    pixels: Buffer,
}

impl Offscreen {
    /// `[width, height]` pixels. Takes 4 bytes a pixel on the device and as many on the host.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a side is 0 or larger than the device allows; [`Error::OutOfBudget`].
    pub fn new(device: &Device, size: [u32; 2]) -> Result<Self> {
        let image = canvas(device, size)?;
        let bytes = u64::from(size[0]) * u64::from(size[1]) * 4;
        Ok(Self {
            image,
            pixels: Buffer::new(device, "pixels", bytes, Memory::Readback)?,
        })
    }

    /// `[width, height]`.
    #[must_use]
    pub fn size(&self) -> [u32; 2] {
        self.image.extent()
    }

    /// Fills it with a colour (red, green, blue, alpha), waits, and leaves the pixels as a picture would: the least that
    /// any frame costs.
    ///
    /// # Errors
    /// [`Error::DeviceLost`]; [`Error::Vulkan`].
    pub fn clear(&mut self, color: [f32; 4]) -> Result<()> {
        let image = self.image.target();
        let mut commands = self.pixels.device().commands("clear")?;
        commands.image_barrier(&image, ImageUse::Undefined, ImageUse::CopyTarget);
        commands.pass("clear", |commands| commands.clear_image(&image, color));
        commands.image_barrier(&image, ImageUse::CopyTarget, ImageUse::CopySource);
        self.read_back(commands).map(|_| ())
    }

    /// Copies the image, in use as [`ImageUse::CopySource`], to where the host reads it, and waits. The timeline's value.
    pub(crate) fn read_back(&mut self, mut commands: Commands) -> Result<u64> {
        let image = self.image.target();
        commands.pass("read back", |commands| {
            commands.copy_image_to_buffer(&image, 4, &self.pixels, 0);
        });
        commands.barrier(&[TransferWrite], &[HostRead]);
        let value = commands.submit()?;
        self.pixels.device().wait(value, PATIENCE)?;
        Ok(value)
    }

    /// The pixels, for the host to write instead.
    pub(crate) fn overwrite(&mut self) -> Result<WriteView<'_>> {
        let [width, height] = self.size();
        self.pixels.overwrite(0..u64::from(width) * u64::from(height) * 4)
    }

    /// The pixels of the last picture, `[height, width]` of RGBA, 8 bits each, opaque.
    ///
    /// # Errors
    /// [`Error::Vulkan`] if the memory cannot be made visible to the host.
    pub fn pixels(&self) -> Result<&[u8]> {
        let [width, height] = self.size();
        Ok(&self.pixels.read()?[..width as usize * height as usize * 4])
    }
}

/// An image that both rasterisers can write.
pub(crate) fn canvas(device: &Device, size: [u32; 2]) -> Result<Image> {
    let usage = vk::ImageUsageFlags::STORAGE
        | vk::ImageUsageFlags::COLOR_ATTACHMENT
        | vk::ImageUsageFlags::TRANSFER_SRC
        | vk::ImageUsageFlags::TRANSFER_DST;
    Image::new(device, "canvas", size, FORMAT, usage)
}

/// Whether pictures can be drawn into an image of this kind.
///
/// Colours are blended and written as they are shown, so a format that encodes sRGB on its own would encode twice.
pub(crate) fn check(target: &ImageRef) -> Result<()> {
    let (what, format) = ("the target", target.format);
    if !matches!(format, vk::Format::R8G8B8A8_UNORM | vk::Format::B8G8R8A8_UNORM) {
        let problem =
            format!("its format is {format:?}; make it, or a view of it, R8G8B8A8_UNORM or B8G8R8A8_UNORM");
        return Err(Error::Invalid { what, problem });
    }
    if target.extent.contains(&0) {
        return Err(Error::Invalid {
            what,
            problem: format!("it has {:?} pixels", target.extent),
        });
    }
    Ok(())
}
