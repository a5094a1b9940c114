//! Brings what figures and scenes are made of to the device, about [`PART`] bytes a frame.

use super::PATIENCE;
use crate::Result;
use crate::gpu::Use::{ComputeRead, TransferWrite, VertexRead};
use crate::gpu::{Buffer, Commands, Device, Memory};

/// Bytes that a frame sends of each thing, about.
pub(super) const PART: usize = 16 << 20;

/// Bytes that are on their way at once.
const ROOM: u64 = 2 * PART as u64;

/// Memory that all is sent through, and what is on its way.
#[derive(Default)]
pub(super) struct Courier {
    staged: Option<Buffer>,
    open: Option<Commands>,
    used: u64,
}

impl Courier {
    /// Takes bytes for a place of a buffer.
    pub(super) fn send(&mut self, device: &Device, mut bytes: &[u8], to: &Buffer, mut at: u64) -> Result<()> {
        while !bytes.is_empty() {
            if self.used == ROOM {
                self.deliver()?;
            }
            let staged = match &mut self.staged {
                Some(staged) => staged,
                none => none.insert(Buffer::new(device, "figures upload", ROOM, Memory::Upload)?),
            };
            let (now, rest) = bytes.split_at(bytes.len().min((ROOM - self.used) as usize));
            staged.write(self.used, now)?;
            let commands = match &mut self.open {
                Some(commands) => commands,
                none => none.insert(device.commands("figures upload")?),
            };
            commands.barrier(&[TransferWrite], &[TransferWrite]); // one span → another over it
            commands.copy(staged, self.used, to, at, now.len() as u64);
            at += now.len() as u64;
            // Copies begin at words.
            self.used += (now.len() as u64).next_multiple_of(4);
            bytes = rest;
        }
        Ok(())
    }

    /// Waits until all is there.
    pub(super) fn deliver(&mut self) -> Result<()> {
        self.used = 0;
        let Some(mut commands) = self.open.take() else {
            return Ok(());
        };
        commands.barrier(&[TransferWrite], &[ComputeRead, VertexRead]); // copies → shaders
        let device = commands.device().clone();
        device.wait(commands.submit()?, PATIENCE)
    }
}
