//! The memory of a frame: what the host gives it, and what its stages pass on.

use bytemuck::Pod;

use crate::Result;
use crate::abi::{Address, Column, Counts, TILE, address};
use crate::gpu::{Buffer, Commands, Device, Memory};

/// Arrays that the host gives a frame, put one after another, and where the device will see them.
pub(crate) struct Arena {
    base: u64,
    bytes: Vec<u8>,
}

impl Arena {
    /// Appends an array; its address.
    pub(crate) fn put<T: Pod>(&mut self, values: &[T]) -> Address {
        self.bytes.resize(self.bytes.len().next_multiple_of(16), 0);
        let at = self.base + self.bytes.len() as u64;
        self.bytes.extend_from_slice(bytemuck::cast_slice(values));
        address(at)
    }
}

/// Memory for [`Arena`]s: one slot a frame that may be in flight.
pub(crate) struct FrameSlots {
    device: Device,
    slots: Vec<FrameSlot>,
}

struct FrameSlot {
    /// What the host writes.
    written: Buffer,
    /// What the device reads, where that is another memory.
    read: Option<Buffer>,
    /// What culling counted, read back.
    counts: Buffer,
    /// The submission that uses it.
    busy: u64,
}

impl FrameSlots {
    pub(crate) fn new(device: &Device) -> Self {
        Self {
            device: device.clone(),
            slots: Vec::new(),
        }
    }

    /// Takes a slot of at least `bytes` that no frame in flight uses; never waits. Also the bits of overflow that the
    /// frame reported which used it last.
    pub(crate) fn take(&mut self, bytes: u64) -> Result<(usize, Arena, u32)> {
        let completed = self.device.completed();
        let free = self
            .slots
            .iter()
            .position(|slot| slot.busy <= completed && slot.written.size() >= bytes);
        let mut overflow = 0;
        let index = match free {
            Some(index) => {
                let words: &[u8] = self.slots[index].counts.read()?;
                let counts = bytemuck::pod_read_unaligned::<Counts>(&words[..size_of::<Counts>()]);
                overflow = if self.slots[index].busy > 0 {
                    counts.overflow
                } else {
                    0
                };
                index
            }
            None => {
                self.slots.retain(|slot| slot.busy > completed);
                self.slots.push(FrameSlot::new(
                    &self.device,
                    bytes.next_power_of_two().max(1 << 16),
                )?);
                self.slots.len() - 1
            }
        };
        let slot = &self.slots[index];
        let base = slot.read.as_ref().unwrap_or(&slot.written).address();
        Ok((
            index,
            Arena {
                base,
                bytes: Vec::with_capacity(bytes as usize),
            },
            overflow,
        ))
    }

    /// Writes the arena, and records its copy where the device reads another memory; whether it did.
    pub(crate) fn give(
        &mut self,
        index: usize,
        arena: &Arena,
        commands: &mut Commands,
        busy: u64,
    ) -> Result<bool> {
        let slot = &mut self.slots[index];
        slot.busy = busy;
        slot.written.write(0, &arena.bytes)?;
        if let Some(read) = &slot.read {
            commands.copy(&slot.written, 0, read, 0, arena.bytes.len() as u64);
        }
        Ok(slot.read.is_some())
    }

    /// Where the frame's counts are read back to.
    pub(crate) fn counts(&self, index: usize) -> &Buffer {
        &self.slots[index].counts
    }
}

impl FrameSlot {
    fn new(device: &Device, bytes: u64) -> Result<Self> {
        let mapped = device.caps().host_visible_device_local;
        let read = match mapped {
            true => None,
            false => Some(Buffer::new(device, "frame", bytes, Memory::Device)?),
        };
        let memory = if mapped { Memory::Mapped } else { Memory::Upload };
        let counts = Buffer::new(device, "counts", size_of::<Counts>() as u64, Memory::Readback)?;
        Ok(Self {
            written: Buffer::new(device, "frame", bytes, memory)?,
            read,
            counts,
            busy: 0,
        })
    }
}

/// How large the stages' arrays are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) lanes: u32,
    pub(crate) tiles: u32,
    pub(crate) target: [u32; 2],
    /// Rows of a band.
    pub(crate) band_rows: u32,
}

impl Shape {
    /// Bands of the target.
    pub(crate) fn bands(&self) -> u32 {
        self.target[1].div_ceil(self.band_rows)
    }
}

/// The arrays that stages pass on, kept from frame to frame while they are large enough.
pub(crate) struct Arrays {
    pub(crate) shape: Shape,
    pub(crate) counts: Buffer,
    pub(crate) offsets: Buffer,
    pub(crate) resolve_list: Buffer,
    pub(crate) draw_list: Buffer,
    pub(crate) columns: Buffer,
    pub(crate) rows: Buffer,
    pub(crate) extents: Buffer,
    pub(crate) bins: Buffer,
}

impl Arrays {
    /// Takes `lanes · tiles · 1036` bytes and the bins' `tiles · bands · lanes / 8`.
    pub(crate) fn new(device: &Device, shape: Shape) -> Result<Self> {
        let tiles = u64::from(shape.lanes) * u64::from(shape.tiles);
        let array = |name, bytes| Buffer::new(device, name, bytes, Memory::Device);
        let bins =
            u64::from(shape.tiles) * u64::from(shape.bands()) * u64::from(shape.lanes.div_ceil(32)) * 4;
        Ok(Self {
            shape,
            counts: array("counts", size_of::<Counts>() as u64)?,
            offsets: array("offsets", u64::from(shape.lanes) * 8)?,
            resolve_list: array("resolve list", tiles * 4)?,
            draw_list: array("draw list", tiles * 4)?,
            columns: array("columns", tiles * u64::from(TILE) * size_of::<Column>() as u64)?,
            rows: array("rows", tiles * u64::from(TILE) * 4)?,
            extents: array("extents", tiles * 4)?,
            bins: array("bins", bins)?,
        })
    }
}
