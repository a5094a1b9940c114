//! Nodes to where the device sees them.

use std::ops::Range;

use super::levels::Levels;
use super::words::node_words;
use crate::Result;
use crate::gpu::Use::{ComputeRead, ComputeWrite, TransferWrite};
use crate::gpu::{Commands, Device, Ring};
use crate::pyramid::Geometry;

/// Where copies are recorded.
pub(super) enum Into<'a> {
    /// In a frame.
    Frame(&'a mut Commands),
    /// In a submission between frames, made when it is needed.
    Own(Option<Commands>),
    /// Nowhere: between an embedder's frames.
    Nowhere,
}

/// Writes nodes into blocks: directly where they are mapped and no frame in flight uses them, else by a copy from the ring,
/// behind what was submitted before.
pub(super) struct Pen<'a> {
    pub(super) device: &'a Device,
    pub(super) geometry: Geometry,
    pub(super) into: Into<'a>,
    pub(super) ring: Option<&'a Ring>,
    /// Whether blocks are mapped.
    pub(super) mapped: bool,
    /// What the device had completed when this began.
    pub(super) completed: u64,
    /// Blocks that copies are recorded to.
    pub(super) written: Vec<(usize, u64)>,
}

impl Pen<'_> {
    /// Where copies are recorded; `None` where nowhere.
    pub(super) fn commands(&mut self) -> Result<Option<&mut Commands>> {
        Ok(match &mut self.into {
            Into::Frame(commands) => Some(commands),
            Into::Own(Some(commands)) => Some(commands),
            Into::Own(none) => Some(none.insert(self.device.commands("nodes")?)),
            Into::Nowhere => None,
        })
    }

    /// Writes nodes of every channel, words of `[channels, nodes]`, as far as their blocks are there. `false`, and nothing
    /// written, where that has to wait for a frame: for one to be recorded, or to complete.
    pub(super) fn put(
        &mut self,
        levels: &mut Levels,
        level: usize,
        nodes: &Range<u64>,
        words: &[u32],
    ) -> Result<bool> {
        let blocks = levels.blocks_of(nodes);
        let each = (nodes.end - nodes.start) as usize;
        let size = node_words(self.geometry.dtype);
        let part = |channel: u64, part: &Range<u64>| {
            let first = channel as usize * each + (part.start - nodes.start) as usize;
            first * size * 4..(first + (part.end - part.start) as usize) * size * 4
        };
        let bytes: &[u8] = bytemuck::cast_slice(words);
        let mut all = blocks.clone();
        if self.mapped && all.all(|block| levels.busy(level, block) <= self.completed) {
            for piece in levels.pieces(level, nodes.clone()) {
                let from = part(piece.channel, &piece.nodes);
                piece.buffer.write(piece.offset, &bytes[from])?;
            }
            return Ok(true);
        }
        let ring = self.ring;
        let next = self.device.next_value();
        let (Some(ring), Some(commands)) = (ring, self.commands()?) else {
            return Ok(false);
        };
        let Some(mut slice) = ring.reserve(bytes.len() as u64, 16)? else {
            return Ok(false);
        };
        slice.view()?.copy_from(0, bytes);
        // Frames before this may read, and copies write, what is written now.
        commands.barrier(&[ComputeRead, ComputeWrite, TransferWrite], &[TransferWrite]);
        for piece in levels.pieces(level, nodes.clone()) {
            let from = part(piece.channel, &piece.nodes);
            let (at, len) = (slice.offset() + from.start as u64, from.len() as u64);
            commands.copy(slice.buffer(), at, piece.buffer, piece.offset, len);
        }
        for block in blocks {
            levels.hold(level, block, 0, next);
            self.written.push((level, block));
        }
        Ok(true)
    }

    /// Submits what is recorded between frames; what copies are recorded to in a frame.
    pub(super) fn finish(self, levels: &mut Levels) -> Result<Vec<(usize, u64)>> {
        match self.into {
            Into::Own(Some(mut commands)) => {
                commands.barrier(&[TransferWrite], &[ComputeRead]);
                let value = commands.submit()?;
                for (level, block) in self.written {
                    levels.hold(level, block, 0, value);
                }
                Ok(Vec::new())
            }
            _ => Ok(self.written),
        }
    }
}
