//! Fills, clears and copies.

use std::ops::Range;

use ash::vk;

use super::{Buffer, Commands, ImageRef, image};
use crate::{Error, Result};

impl Commands {
    /// Fills a range of bytes with a word; nothing where it is empty.
    ///
    /// # Panics
    /// Where the range is not within the buffer, or an end is no multiple of 4.
    pub fn fill(&mut self, buffer: &Buffer, range: Range<u64>, word: u32) {
        let Range { start, end } = range;
        let fits = start <= end && end <= buffer.size() && start.is_multiple_of(4) && end.is_multiple_of(4);
        assert!(fits, "cannot fill bytes {start}..{end} of {}", buffer.size());
        if start < end {
            let raw = &self.device.inner.raw;
            // SAFETY: the buffer is being recorded outside rendering, and the range was checked.
            unsafe { raw.cmd_fill_buffer(self.raw, buffer.raw(), start, end - start, word) };
        }
    }

    /// Copies `len` bytes; nothing where that is 0.
    ///
    /// # Panics
    /// Where either range is not within its buffer, or the two overlap.
    pub fn copy(&mut self, from: &Buffer, from_offset: u64, to: &Buffer, to_offset: u64, len: u64) {
        let fits = |buffer: &Buffer, at: u64| at.checked_add(len).is_some_and(|end| end <= buffer.size());
        let sizes = (from.size(), to.size());
        assert!(
            fits(from, from_offset) && fits(to, to_offset),
            "cannot copy {len} bytes from {from_offset} to {to_offset} in buffers of {sizes:?}",
        );
        let apart = from.raw() != to.raw() || from_offset.abs_diff(to_offset) >= len;
        assert!(
            apart,
            "cannot copy {len} bytes within a buffer from {from_offset} to {to_offset}: they overlap"
        );
        if len > 0 {
            let region = vk::BufferCopy {
                src_offset: from_offset,
                dst_offset: to_offset,
                size: len,
            };
            let raw = &self.device.inner.raw;
            // SAFETY: the buffer is being recorded outside rendering, and the ranges were checked.
            unsafe { raw.cmd_copy_buffer(self.raw, from.raw(), to.raw(), &[region]) };
        }
    }

    /// Copies all of an image, in use as [`ImageUse::CopySource`](super::ImageUse::CopySource), to `offset` of a
    /// buffer: its rows from the top, without padding; `pixel_bytes` is its format's size.
    ///
    /// # Panics
    /// Where it does not fit, or `offset` is no multiple of 4 and of `pixel_bytes`.
    pub fn copy_image_to_buffer(&mut self, from: &ImageRef, pixel_bytes: u32, to: &Buffer, offset: u64) {
        let [width, height] = from.extent;
        let size = u64::from(width) * u64::from(height) * u64::from(pixel_bytes);
        let fits = offset.checked_add(size).is_some_and(|end| end <= to.size());
        let aligned = offset.is_multiple_of(4) && offset.is_multiple_of(u64::from(pixel_bytes.max(1)));
        assert!(
            fits && aligned,
            "cannot copy {size} bytes of an image to {offset} of {}",
            to.size()
        );
        let region = vk::BufferImageCopy::default()
            .buffer_offset(offset)
            .image_subresource(layers(from))
            .image_extent(vk::Extent3D {
                width,
                height,
                depth: 1,
            });
        let (raw, layout) = (&self.device.inner.raw, vk::ImageLayout::TRANSFER_SRC_OPTIMAL);
        // SAFETY: the buffer is being recorded outside rendering, the image is alive, and the bytes fit.
        unsafe { raw.cmd_copy_image_to_buffer(self.raw, from.image, layout, to.raw(), &[region]) };
    }

    /// Fills all of an image, in use as [`ImageUse::CopyTarget`](super::ImageUse::CopyTarget), from the start of a
    /// buffer: its rows from the top, without padding; `pixel_bytes` is its format's size.
    ///
    /// # Panics
    /// Where the buffer is too small.
    pub fn copy_buffer_to_image(&mut self, from: &Buffer, pixel_bytes: u32, to: &ImageRef) {
        let [width, height] = to.extent;
        let size = u64::from(width) * u64::from(height) * u64::from(pixel_bytes);
        assert!(
            size <= from.size(),
            "cannot fill an image of {size} bytes from {}",
            from.size()
        );
        let region = vk::BufferImageCopy::default()
            .image_subresource(layers(to))
            .image_extent(vk::Extent3D {
                width,
                height,
                depth: 1,
            });
        let (raw, layout) = (&self.device.inner.raw, vk::ImageLayout::TRANSFER_DST_OPTIMAL);
        // SAFETY: the buffer is being recorded outside rendering, the image is alive, and the bytes are there.
        unsafe { raw.cmd_copy_buffer_to_image(self.raw, from.raw(), to.image, layout, &[region]) };
    }

    /// Makes `to`, in use as [`ImageUse::CopyTarget`](super::ImageUse::CopyTarget), show what `from`, in use as
    /// [`ImageUse::CopySource`](super::ImageUse::CopySource), holds: a copy where format and extent are equal, else a
    /// blit to the nearest pixel, which converts between formats.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the device does not blit these formats.
    pub fn blit_or_copy_image(&mut self, from: &ImageRef, to: &ImageRef) -> Result<()> {
        let raw = &self.device.inner.raw;
        let layouts = (
            vk::ImageLayout::TRANSFER_SRC_OPTIMAL,
            vk::ImageLayout::TRANSFER_DST_OPTIMAL,
        );
        let [width, height] = from.extent;
        if from.format == to.format && from.extent == to.extent {
            let region = vk::ImageCopy::default()
                .src_subresource(layers(from))
                .dst_subresource(layers(to))
                .extent(vk::Extent3D {
                    width,
                    height,
                    depth: 1,
                });
            // SAFETY: the buffer is being recorded outside rendering, the images are alive and of one size.
            unsafe { raw.cmd_copy_image(self.raw, from.image, layouts.0, to.image, layouts.1, &[region]) };
            return Ok(());
        }
        self.check_blit(from.format, vk::FormatFeatureFlags::BLIT_SRC)?;
        self.check_blit(to.format, vk::FormatFeatureFlags::BLIT_DST)?;
        self.blit(from, to, ([0; 2], to.extent));
        Ok(())
    }

    /// Puts `from`, in use as [`ImageUse::CopySource`](super::ImageUse::CopySource), into `to`, in use as
    /// [`ImageUse::CopyTarget`](super::ImageUse::CopyTarget), pixel for pixel, its top left corner at `[x, y]`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the device does not blit these formats.
    ///
    /// # Panics
    /// Where it does not lie within `to`.
    pub fn place_image(&mut self, from: &ImageRef, to: &ImageRef, [x, y]: [u32; 2]) -> Result<()> {
        let [width, height] = from.extent;
        let fits = |start: u32, length: u32, whole| start.checked_add(length).is_some_and(|end| end <= whole);
        assert!(
            fits(x, width, to.extent[0]) && fits(y, height, to.extent[1]),
            "{:?} at {x}, {y} is not within {:?}",
            from.extent,
            to.extent
        );
        self.check_blit(from.format, vk::FormatFeatureFlags::BLIT_SRC)?;
        self.check_blit(to.format, vk::FormatFeatureFlags::BLIT_DST)?;
        self.blit(from, to, ([x, y], [x + width, y + height]));
        Ok(())
    }

    /// Blits all of one image to a rectangle of another, from its first pixel to the one past its last.
    fn blit(&mut self, from: &ImageRef, to: &ImageRef, (first, end): ([u32; 2], [u32; 2])) {
        let corner = |[x, y]: [u32; 2], z| vk::Offset3D {
            x: x as i32,
            y: y as i32,
            z,
        };
        let region = vk::ImageBlit::default()
            .src_subresource(layers(from))
            .src_offsets([corner([0; 2], 0), corner(from.extent, 1)])
            .dst_subresource(layers(to))
            .dst_offsets([corner(first, 0), corner(end, 1)]);
        let (source, target) = (
            vk::ImageLayout::TRANSFER_SRC_OPTIMAL,
            vk::ImageLayout::TRANSFER_DST_OPTIMAL,
        );
        let (raw, nearest) = (&self.device.inner.raw, vk::Filter::NEAREST);
        // SAFETY: the buffer is being recorded outside rendering, the images are alive, the formats can be blitted and
        // the rectangle lies within the target.
        unsafe {
            raw.cmd_blit_image(self.raw, from.image, source, to.image, target, &[region], nearest);
        }
    }

    fn check_blit(&self, format: vk::Format, needed: vk::FormatFeatureFlags) -> Result<()> {
        let inner = &self.device.inner;
        // SAFETY: the adapter is the instance's.
        let offered = unsafe {
            inner
                .instance
                .get_physical_device_format_properties(inner.physical, format)
        };
        if offered.optimal_tiling_features.contains(needed) {
            return Ok(());
        }
        let problem = format!("{} does not offer {needed:?} for {format:?}", inner.caps.name);
        Err(Error::Invalid {
            what: "a blit",
            problem,
        })
    }

    /// Fills an image, in use as [`ImageUse::CopyTarget`](super::ImageUse::CopyTarget), with a colour: red, green,
    /// blue, alpha.
    pub fn clear_image(&mut self, image: &ImageRef, color: [f32; 4]) {
        let (color, ranges) = (
            vk::ClearColorValue { float32: color },
            [image::whole(image.format)],
        );
        let (raw, layout) = (&self.device.inner.raw, vk::ImageLayout::TRANSFER_DST_OPTIMAL);
        // SAFETY: the buffer is being recorded outside rendering, and the image is alive.
        unsafe { raw.cmd_clear_color_image(self.raw, image.image, layout, &color, &ranges) };
    }
}

/// The one level and layer of an image.
fn layers(of: &ImageRef) -> vk::ImageSubresourceLayers {
    vk::ImageSubresourceLayers::default()
        .aspect_mask(image::aspect(of.format))
        .layer_count(1)
}
