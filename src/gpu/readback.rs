//! From the device's memory to the host's, at once.

use std::time::Duration;

use bytemuck::Pod;

use super::Use::{ComputeRead, ComputeWrite, HostRead, TransferRead, TransferWrite};
use super::{Buffer, Memory};
use crate::Result;

/// The contents of a buffer, as far as they are whole `T`s, once all that was submitted is complete. Waits.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid) on an embedder's device; [`Error::DeviceLost`](crate::Error::DeviceLost).
pub fn read_back<T: Pod>(from: &Buffer) -> Result<Vec<T>> {
    let device = from.device();
    let to = Buffer::new(device, "read back", from.size(), Memory::Readback)?;
    let mut commands = device.commands("read back")?;
    commands.barrier(&[ComputeWrite, ComputeRead, TransferWrite], &[TransferRead]);
    commands.copy(from, 0, &to, 0, from.size());
    commands.barrier(&[TransferWrite], &[HostRead]);
    let value = commands.submit()?;
    device.wait(value, Duration::from_secs(60))?;
    let bytes = to.read()?;
    Ok(bytes
        .chunks_exact(size_of::<T>())
        .map(bytemuck::pod_read_unaligned)
        .collect())
}
