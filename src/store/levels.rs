//! The pyramid on the device: a buffer a level, each channel's nodes contiguous.

use super::budget::level_bytes;
use super::pages::memory_of;
use crate::abi::{self, NODE_WORDS, Node, Sample};
use crate::gpu::{Buffer, Device, ReadView, Ring};
use crate::pyramid::Geometry;
use crate::source::Dtype;
use crate::{Error, Result};

/// All levels of a recording. Every node has a slot; which of them hold anything is the builder's affair.
pub(super) struct Levels {
    buffers: Vec<Buffer>,
    geometry: Geometry,
}

impl Levels {
    /// Takes `abi::NODE_WORDS / 56` of the samples' words, in mapped memory where the device has it.
    pub(super) fn new(device: &Device, geometry: Geometry) -> Result<Self> {
        let memory = memory_of(device);
        let buffers = (0..geometry.levels())
            .map(|level| Buffer::new(device, "level", level_bytes(&geometry, level), memory))
            .collect::<Result<_>>()?;
        Ok(Self { buffers, geometry })
    }

    fn node_bytes(&self) -> u64 {
        u64::from(NODE_WORDS[usize::from(self.geometry.dtype == Dtype::F32)]) * 4
    }

    /// A level as shaders see it from node `origin` on; nothing for a level that does not exist.
    pub(super) fn level(&self, level: usize, origin: u64) -> abi::Level {
        let Some(buffer) = self.buffers.get(level) else {
            return abi::Level::default();
        };
        let nodes = self.geometry.nodes(level);
        abi::Level {
            nodes: abi::address(buffer.address() + origin * self.node_bytes()),
            stride: nodes as u32,
            count: nodes.saturating_sub(origin) as u32,
        }
    }

    /// The bytes of a level; `None` for one that does not exist.
    pub(super) fn reread(&self, level: usize) -> Result<Option<ReadView<'_>>> {
        let Some(buffer) = self.buffers.get(level) else {
            return Ok(None);
        };
        buffer.reread(0..level_bytes(&self.geometry, level)).map(Some)
    }

    /// The words of a level, read back.
    pub(super) fn read(&self, level: usize) -> Result<Vec<u32>> {
        let Some(buffer) = self.buffers.get(level) else {
            let problem = format!("level {level} of {}", self.buffers.len());
            return Err(Error::Invalid {
                what: "a level",
                problem,
            });
        };
        let mut words = crate::gpu::read_back(buffer)?;
        words.truncate((level_bytes(&self.geometry, level) / 4) as usize);
        Ok(words)
    }

    /// Writes the nodes of one channel from node `first` on: at once where the buffer is mapped, else through `staged`.
    pub(super) fn write(&self, at: Place, nodes: &[Node], staged: Option<&mut Staged<'_>>) -> Result<()> {
        let mut words = Vec::with_capacity(nodes.len() * 3);
        for &node in nodes {
            match self.geometry.dtype {
                Dtype::I16 => words.push(i16::words(node)[0]),
                Dtype::F32 => words.extend(f32::words(node)),
            }
        }
        let bytes: &[u8] = bytemuck::cast_slice(&words);
        let row = at.channel as u64 * self.geometry.nodes(at.level) + at.first;
        let offset = row * self.node_bytes();
        match staged {
            None => self.buffers[at.level].write(offset, bytes),
            Some(staged) => staged.write(&self.buffers[at.level], offset, bytes),
        }
    }
}

/// Where a run of nodes belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) level: usize,
    pub(super) channel: usize,
    pub(super) first: u64,
}

/// Writes through the mapped ring, in as many submissions as that takes.
pub(super) struct Staged<'a> {
    device: &'a Device,
    ring: &'a Ring,
    commands: Option<crate::gpu::Commands>,
}

impl<'a> Staged<'a> {
    pub(super) fn new(device: &'a Device, ring: &'a Ring) -> Self {
        Self {
            device,
            ring,
            commands: None,
        }
    }

    fn write(&mut self, to: &Buffer, offset: u64, bytes: &[u8]) -> Result<()> {
        let mut done = 0;
        while done < bytes.len() {
            let len = (bytes.len() - done).min(self.ring.size() as usize / 4);
            let slice = match self.ring.reserve(len as u64, 16)? {
                Some(slice) => slice,
                None => {
                    // The ring is full of what is recorded here: it is recycled once that has run.
                    self.submit()?;
                    self.ring.reserve_wait(len as u64, 16, super::upload::PATIENCE)?
                }
            };
            let mut slice = slice;
            slice.view()?.copy_from(0, &bytes[done..done + len]);
            let commands = match &mut self.commands {
                Some(commands) => commands,
                none => none.insert(self.device.commands("levels")?),
            };
            commands.copy(
                slice.buffer(),
                slice.offset(),
                to,
                offset + done as u64,
                len as u64,
            );
            done += len;
        }
        Ok(())
    }

    pub(super) fn submit(&mut self) -> Result<()> {
        if let Some(mut commands) = self.commands.take() {
            use crate::gpu::Use::{ComputeRead, TransferWrite};
            commands.barrier(&[TransferWrite], &[ComputeRead]);
            commands.submit()?;
        }
        Ok(())
    }
}
