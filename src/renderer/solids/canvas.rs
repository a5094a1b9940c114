//! What solids are drawn to, and where that is read.

use std::sync::Arc;

use ash::vk;

use super::super::CANVASES;
use crate::Result;
use crate::gpu::{Buffer, DEPTH, Device, Image, Memory};
use crate::passes::SolidsPass;

/// Of the last few sizes of targets.
#[derive(Default)]
pub(super) struct Canvases {
    /// The latest last.
    all: Vec<Canvas>,
    read: Vec<Arc<Read>>,
}

/// What is drawn to: numbers and depths.
pub(super) struct Canvas {
    pub(super) items: Image,
    pub(super) depths: Image,
}

/// Words that the device has written.
pub(super) struct Read(pub(super) Buffer);

impl AsRef<[u32]> for Read {
    fn as_ref(&self) -> &[u32] {
        self.0.read().map_or(&[], bytemuck::cast_slice)
    }
}

impl Canvases {
    /// Bytes of the device's memory that they take.
    pub(super) fn bytes(&self) -> u64 {
        self.all.iter().map(Canvas::bytes).sum()
    }

    /// Takes back what was drawn to, and where it is read.
    pub(super) fn give(&mut self, canvas: Canvas, read: Arc<Read>) {
        self.all.push(canvas);
        self.read.push(read);
    }

    /// Whether there is room for what is drawn to within so many bytes of all of these; others go for it.
    pub(super) fn fit(&mut self, samples: [u32; 2], room: u64) -> bool {
        let fits = |canvas: &Canvas| canvas.items.extent() == samples;
        if self.all.iter().any(fits) {
            return true;
        }
        let is_over = |own: &Self| own.bytes() + 2 * bytes(samples) > room;
        while is_over(self) && !self.all.is_empty() {
            self.all.remove(0);
        }
        !is_over(self)
    }

    /// What is drawn to, of so many samples: an old one, where one fits.
    pub(super) fn take(&mut self, device: &Device, samples: [u32; 2]) -> Result<Canvas> {
        let fits = |canvas: &Canvas| canvas.items.extent() == samples;
        if let Some(index) = self.all.iter().position(fits) {
            return Ok(self.all.remove(index));
        }
        if self.all.len() == CANVASES {
            self.all.remove(0);
        }
        let image = |name, format, usage| {
            Image::new(
                device,
                name,
                samples,
                format,
                usage | vk::ImageUsageFlags::TRANSFER_SRC,
            )
        };
        Ok(Canvas {
            items: image(
                "seen solids",
                SolidsPass::FORMAT,
                vk::ImageUsageFlags::COLOR_ATTACHMENT,
            )?,
            depths: image(
                "depths of solids",
                DEPTH,
                vk::ImageUsageFlags::DEPTH_STENCIL_ATTACHMENT,
            )?,
        })
    }

    /// Where it is read: memory that no frame reads any more, where there is some of this size.
    pub(super) fn read(&mut self, device: &Device, samples: [u32; 2], deep: bool) -> Result<Arc<Read>> {
        let needs = bytes(samples) * if deep { 2 } else { 1 };
        let is_free = |read: &Arc<Read>| Arc::strong_count(read) == 1;
        let fits = |read: &Arc<Read>| is_free(read) && read.0.size() == needs;
        if let Some(index) = self.read.iter().position(fits) {
            return Ok(self.read.remove(index));
        }
        if self.read.len() >= CANVASES {
            self.read.retain(|read| !is_free(read));
        }
        let buffer = Buffer::new(device, "seen solids", needs, Memory::Readback)?;
        Ok(Arc::new(Read(buffer)))
    }
}

impl Canvas {
    /// Bytes of the device's memory that it takes: a number and a depth for each sample.
    fn bytes(&self) -> u64 {
        2 * bytes(self.items.extent())
    }
}

/// Bytes of a word for each sample.
pub(super) fn bytes([across, down]: [u32; 2]) -> u64 {
    u64::from(across) * u64::from(down) * 4
}
