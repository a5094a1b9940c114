//! Nodes through the mapped ring, waiting where it is full: for what is built at once.

use super::upload::PATIENCE;
use crate::Result;
use crate::gpu::Use::{ComputeRead, TransferWrite};
use crate::gpu::{Buffer, Device, Ring};

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

    pub(super) fn write(&mut self, to: &Buffer, offset: u64, bytes: &[u8]) -> Result<()> {
        let mut done = 0;
        while done < bytes.len() {
            let len = (bytes.len() - done).min(self.ring.size() as usize / 4);
            let slice = match self.ring.reserve(len as u64, 16)? {
                Some(slice) => slice,
                None => {
                    // The ring is full of what is recorded here: it is recycled once that has run.
                    self.submit()?;
                    self.ring.reserve_wait(len as u64, 16, PATIENCE)?
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
            commands.barrier(&[TransferWrite], &[ComputeRead]);
            commands.submit()?;
        }
        Ok(())
    }
}
