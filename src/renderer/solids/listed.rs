//! Which blocks of a solid are in view.

use std::sync::Arc;

use super::Blocks;
use super::kept::Data;
use crate::Result;
use crate::abi::address;
use crate::abi::solids::{SolidsPush, SolidsView};
use crate::gpu::{Buffer, Device, Memory, read_back};
use crate::passes::chunks;

/// Bytes of a `VkDrawIndirectCommand`.
const ARGUMENTS: u64 = 16;

/// What says so, and what they are drawn by.
pub(super) struct Listed {
    view: Buffer,
    sums: Buffer,
    items: Buffer,
    pub(super) arguments: Buffer,
    /// What they were chosen from.
    boxes: Arc<Buffer>,
}

impl Listed {
    /// Memory for which of a solid's blocks are in view, and how that is found.
    pub(super) fn new(
        device: &Device,
        data: &Data,
        view: SolidsView,
        corners: u32,
    ) -> Result<(Self, SolidsPush)> {
        let count = data.blocks();
        let [chunk, chunks] = chunks("the blocks of a solid", count, 1)?;
        let buffer = |bytes| Buffer::new(device, "blocks in view", bytes, Memory::Device);
        let listed = Self {
            view: Buffer::new(
                device,
                "camera of solids",
                size_of::<SolidsView>() as u64,
                Memory::Mapped,
            )?,
            sums: buffer(u64::from(chunks) * 8)?,
            items: buffer(u64::from(count) * 4)?,
            arguments: buffer(ARGUMENTS)?,
            boxes: data.boxes.clone(),
        };
        listed.view.write(0, bytemuck::bytes_of(&view))?;
        let push = SolidsPush {
            view: address(listed.view.address()),
            boxes: address(data.boxes.address()),
            sums: address(listed.sums.address()),
            items: address(listed.items.address()),
            arguments: address(listed.arguments.address()),
            count,
            chunk,
            chunks,
            corners,
        };
        Ok((listed, push))
    }

    pub(super) fn inspect(&self) -> Result<Blocks> {
        let view = self.view.reread(0..size_of::<SolidsView>() as u64)?;
        let arguments: Vec<u32> = read_back(&self.arguments)?;
        let mut drawn: Vec<u32> = read_back(&self.items)?;
        drawn.truncate(arguments[1] as usize);
        Ok(Blocks {
            view: bytemuck::pod_read_unaligned(&view),
            boxes: read_back(&self.boxes)?,
            drawn,
        })
    }
}
