//! Slots of one size in the device's memory, allocated some at a time as they are needed.

use std::sync::{Arc, OnceLock};

use crate::Result;
use crate::gpu::{Buffer, Device, Memory, Set, TEXEL_BYTES};
use crate::units::MIB;

/// Slots are allocated so many bytes at a time.
const SLAB_BYTES: u64 = 32 * MIB;

/// At most `capacity` slots; what they hold is their owner's affair.
pub(super) struct Pool {
    device: Device,
    name: &'static str,
    slot_bytes: u64,
    capacity: usize,
    per_slab: usize,
    slabs: Vec<Arc<Buffer>>,
    /// Those of each slab, once they were asked for.
    texels: Vec<OnceLock<Set>>,
    free: Vec<usize>,
    made: usize,
}

impl Pool {
    /// Nothing is allocated yet.
    pub(super) fn new(device: &Device, name: &'static str, slot_bytes: u64, capacity: usize) -> Self {
        let slot_bytes = slot_bytes.next_multiple_of(TEXEL_BYTES);
        let per_slab = (SLAB_BYTES / slot_bytes.max(1)).clamp(1, capacity.max(1) as u64) as usize;
        Self {
            device: device.clone(),
            name,
            slot_bytes,
            capacity,
            per_slab,
            slabs: Vec::new(),
            texels: Vec::new(),
            free: Vec::new(),
            made: 0,
        }
    }

    /// A slot that nobody has; `None` where all are taken.
    pub(super) fn take(&mut self) -> Result<Option<usize>> {
        if self.free.is_empty() && self.made < self.capacity {
            let more = self.per_slab.min(self.capacity - self.made);
            let bytes = more as u64 * self.slot_bytes;
            let slab = Buffer::new(&self.device, self.name, bytes, memory_of(&self.device))?;
            self.slabs.push(Arc::new(slab));
            self.texels.push(OnceLock::new());
            self.free.extend((self.made..self.made + more).rev());
            self.made += more;
        }
        Ok(self.free.pop())
    }

    /// Takes a slot back.
    pub(super) fn give(&mut self, slot: usize) {
        self.free.push(slot);
    }

    /// Where a slot lies.
    pub(super) fn place(&self, slot: usize) -> (&Arc<Buffer>, u64) {
        let slab = &self.slabs[slot / self.per_slab];
        (slab, (slot % self.per_slab) as u64 * self.slot_bytes)
    }

    /// A slot's address on the device.
    pub(super) fn address(&self, slot: usize) -> u64 {
        let (slab, offset) = self.place(slot);
        slab.address() + offset
    }

    /// Whether a slab's texels are no more than the device has.
    pub(super) fn fits_texels(&self) -> bool {
        let bytes = self.per_slab as u64 * self.slot_bytes;
        bytes / TEXEL_BYTES <= u64::from(self.device.caps().max_texels)
    }

    /// The texels of a slot's slab, and which of them is the slot's first.
    pub(super) fn texels(&self, slot: usize) -> Result<(&Set, u32)> {
        let (slab, offset) = self.place(slot);
        let made = &self.texels[slot / self.per_slab];
        let set = match made.get() {
            Some(set) => set,
            None => {
                let set = Set::of_texels(slab.clone())?;
                made.get_or_init(|| set)
            }
        };
        Ok((set, (offset / TEXEL_BYTES) as u32))
    }

    /// Slots that there may be.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Slots that may still be taken.
    pub(super) fn left(&self) -> usize {
        self.free.len() + self.capacity - self.made
    }

    /// Bytes allocated so far.
    pub(super) fn bytes(&self) -> u64 {
        self.slabs.iter().map(|slab| slab.size()).sum()
    }
}

/// What pages and levels are kept in: mapped memory, written directly, where the device's own is that, and on an embedder's
/// device, where nothing can be submitted to copy into another.
pub(super) fn memory_of(device: &Device) -> Memory {
    if is_mapped(device) {
        Memory::Mapped
    } else {
        Memory::Device
    }
}

/// Whether pages and levels are in mapped memory.
pub(crate) fn is_mapped(device: &Device) -> bool {
    device.caps().host_visible_device_local || device.is_host()
}
