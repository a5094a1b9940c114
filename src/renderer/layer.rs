//! What the device draws for the host, which reads it.

use ash::vk;

use crate::Result;
use crate::gpu::{Buffer, Device, Image, Memory};

/// An image of `[width, height]` pixels to draw to, of a format with so many bytes a pixel, and where it is read.
pub(super) fn layer(
    device: &Device,
    name: &'static str,
    size: [u32; 2],
    (format, bytes): (vk::Format, u64),
) -> Result<(Image, Buffer)> {
    let usage = vk::ImageUsageFlags::COLOR_ATTACHMENT | vk::ImageUsageFlags::TRANSFER_SRC;
    let needs = (u64::from(size[0]) * u64::from(size[1]) * bytes).next_multiple_of(4);
    Ok((
        Image::new(device, name, size, format, usage)?,
        Buffer::new(device, name, needs, Memory::Readback)?,
    ))
}
