//! Raw samples on the device: which pages are there, and where.

use std::collections::HashMap;
use std::ops::Range;

use super::upload::{PATIENCE, PageShape, fill};
use crate::Result;
use crate::abi::{Address, NODE_WORDS, RUN_SHIFT, address};
use crate::gpu::{Buffer, Commands, Device, Memory, ReadView, Ring, Slice};
use crate::pyramid::Geometry;
use crate::source::{Dtype, Owned, Samples, Source};
use crate::units::MIB;

/// Samples that a row has past the page's own: the one that closes it, and what keeps rows aligned to 16 bytes.
const ROW_EXTRA: u64 = 8;
/// Slots are allocated so much at a time.
const SLAB_BYTES: u64 = 32 * MIB;

/// How much may be loaded at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Everything, however long it takes.
    All,
    /// About so many bytes, then the rest is absent.
    Bytes(u64),
}

/// What a view's pages came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Came {
    /// Pages that are absent.
    pub(crate) absent: u64,
    /// Whether they come when asked again, rather than never fit.
    pub(crate) coming: bool,
    /// Bytes loaded now.
    pub(crate) bytes: u64,
}

/// A fixed number of slots, allocated as they are needed, and the pages in them.
pub(super) struct Pages {
    device: Device,
    geometry: Geometry,
    /// The extent's first sample in the source.
    start: u64,
    slabs: Vec<Buffer>,
    slots: Vec<Slot>,
    slots_of: HashMap<u64, usize>,
    capacity: usize,
    asked: u64,
}

struct Slot {
    slab: usize,
    offset: u64,
    page: Option<u64>,
    /// When it was last asked for.
    asked: u64,
    /// The submission after which nothing reads it.
    busy: u64,
}

impl Pages {
    /// At most `bytes` of pages of `geometry`, but one at least; nothing is allocated yet.
    pub(super) fn new(device: &Device, geometry: Geometry, start: u64, bytes: u64) -> Self {
        let capacity = (bytes / page_bytes(&geometry)).max(1) as usize;
        Self {
            device: device.clone(),
            geometry,
            start,
            slabs: Vec::new(),
            slots: Vec::new(),
            slots_of: HashMap::new(),
            capacity,
            asked: 0,
        }
    }

    /// Samples from one channel of a page to the next.
    pub(super) fn stride(&self) -> u32 {
        (self.geometry.page_samples() + ROW_EXTRA) as u32
    }

    /// Takes every page for absent. Slots are written again only once the device is done with them.
    pub(super) fn forget(&mut self) {
        self.slots_of.clear();
    }

    /// Words of a page before its runs.
    pub(super) fn runs(&self) -> u32 {
        (rows_bytes(&self.geometry) / 4) as u32
    }

    /// Slots that there may be.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Where a page is; nowhere where it is absent.
    pub(super) fn address(&self, page: u64) -> Address {
        self.slots_of
            .get(&page)
            .map_or([0; 2], |&slot| self.slot_address(slot))
    }

    /// A page's bytes; `None` where it is absent.
    pub(super) fn reread(&self, page: u64) -> Result<Option<ReadView<'_>>> {
        let Some(&slot) = self.slots_of.get(&page) else {
            return Ok(None);
        };
        let slot = &self.slots[slot];
        let bytes = slot.offset..slot.offset + page_bytes(&self.geometry);
        self.slabs[slot.slab].reread(bytes).map(Some)
    }

    fn slot_address(&self, slot: usize) -> Address {
        let slot = &self.slots[slot];
        address(self.slabs[slot.slab].address() + slot.offset)
    }

    /// Loads those of `pages` that are absent, by `wanted`, and keeps the others from being dropped.
    ///
    /// `busy` is the submission that will read them. Copies from the ring, where the device's memory is not mapped, are
    /// recorded in `commands`; what the ring cannot hold now is absent until asked again.
    pub(super) fn want(
        &mut self,
        source: &dyn Source,
        pages: Range<u64>,
        wanted: Wanted,
        loader: &mut Loader<'_>,
        busy: u64,
    ) -> Result<Came> {
        let mut came = Came::default();
        if pages.end - pages.start > self.capacity as u64 {
            return Ok(Came {
                absent: pages.end - pages.start,
                ..came
            });
        }
        self.asked += 1;
        for page in pages.clone() {
            if let Some(&slot) = self.slots_of.get(&page) {
                self.slots[slot].asked = self.asked;
                self.slots[slot].busy = busy;
            }
        }
        for page in pages {
            if self.slots_of.contains_key(&page) {
                continue;
            }
            let full = matches!(wanted, Wanted::Bytes(limit) if came.bytes >= limit);
            if full || !self.load(source, page, loader, busy)? {
                came.absent += 1;
                came.coming = true;
            } else {
                came.bytes += page_bytes(&self.geometry);
            }
        }
        Ok(came)
    }

    /// Loads a page into a free slot or that of the page which was least recently asked for. `false` if the ring is
    /// full, or every slot is in use.
    pub(super) fn load(
        &mut self,
        source: &dyn Source,
        page: u64,
        loader: &mut Loader<'_>,
        busy: u64,
    ) -> Result<bool> {
        let slice = match loader.ring {
            Some(ring) => match ring.reserve(page_bytes(&self.geometry), 16)? {
                None => return Ok(false),
                slice => slice,
            },
            None => None,
        };
        self.asked += 1;
        let Some(index) = self.free_slot()? else {
            return Ok(false);
        };
        let owned;
        let span = self.span(page);
        let samples = match source.borrow(span.clone()) {
            Some(samples) => samples,
            None => {
                owned = Owned::read(source, span)?;
                owned.samples()
            }
        };
        self.write(index, &samples, slice, loader)?;
        let slot = &mut self.slots[index];
        slot.page = Some(page);
        slot.asked = self.asked;
        slot.busy = busy;
        self.slots_of.insert(page, index);
        Ok(true)
    }

    fn write(
        &mut self,
        index: usize,
        samples: &Samples<'_>,
        slice: Option<Slice>,
        loader: &mut Loader<'_>,
    ) -> Result<()> {
        let bytes = page_bytes(&self.geometry);
        let slot = &self.slots[index];
        let slab = &self.slabs[slot.slab];
        let shape = PageShape {
            row_bytes: self.stride() as usize * self.geometry.dtype.bytes(),
            rows_bytes: rows_bytes(&self.geometry) as usize,
            runs: (self.geometry.page_samples() >> RUN_SHIFT) as usize,
        };
        match slice {
            None => fill(
                samples,
                slab.view(slot.offset..slot.offset + bytes)?.uninit(),
                &shape,
            ),
            Some(mut slice) => {
                fill(samples, slice.view()?.uninit(), &shape);
                loader
                    .commands
                    .copy(slice.buffer(), slice.offset(), slab, slot.offset, bytes);
            }
        }
        Ok(())
    }

    /// The source's samples of a page, and the one after where there is one.
    pub(super) fn span(&self, page: u64) -> Range<u64> {
        self.span_of(page..page + 1)
    }

    /// The same of several pages in a row.
    pub(super) fn span_of(&self, pages: Range<u64>) -> Range<u64> {
        let [first, end] = [pages.start, pages.end].map(|page| page << self.geometry.page_shift);
        self.start + first..self.start + (end + 1).min(self.geometry.samples)
    }

    /// A slot that nothing uses: a new one, or the least recently asked for once the device is done with it. `None` on an
    /// embedder's device that has not said so yet.
    fn free_slot(&mut self) -> Result<Option<usize>> {
        if let Some(index) = self.slots.iter().position(|slot| slot.page.is_none()) {
            return Ok(Some(index));
        }
        if self.slots.len() < self.capacity {
            self.add_slab()?;
            return self.free_slot();
        }
        let Some((index, slot)) = self
            .slots
            .iter_mut()
            .enumerate()
            .min_by_key(|(_, slot)| slot.asked)
        else {
            return Ok(None);
        };
        if slot.busy > self.device.completed() {
            if self.device.is_host() {
                return Ok(None);
            }
            self.device.wait(slot.busy, PATIENCE)?;
        }
        // A page that was forgotten may be in another slot by now.
        if let Some(page) = slot
            .page
            .take()
            .filter(|page| self.slots_of.get(page) == Some(&index))
        {
            self.slots_of.remove(&page);
        }
        Ok(Some(index))
    }

    fn add_slab(&mut self) -> Result<()> {
        let bytes = page_bytes(&self.geometry);
        let more = (SLAB_BYTES / bytes).clamp(1, (self.capacity - self.slots.len()) as u64);
        let memory = memory_of(&self.device);
        self.slabs
            .push(Buffer::new(&self.device, "pages", more * bytes, memory)?);
        let slab = self.slabs.len() - 1;
        self.slots.extend((0..more).map(|i| Slot {
            slab,
            offset: i * bytes,
            page: None,
            asked: 0,
            busy: 0,
        }));
        Ok(())
    }
}

/// What loading needs besides the pages: where copies are recorded, and the ring that they come from; no ring where
/// the device's memory is written directly.
pub(crate) struct Loader<'a> {
    pub(crate) commands: &'a mut Commands,
    pub(crate) ring: Option<&'a Ring>,
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

/// Bytes of a page on the device: its samples, then its runs.
pub(super) fn page_bytes(geometry: &Geometry) -> u64 {
    let words = NODE_WORDS[usize::from(geometry.dtype == Dtype::F32)];
    let runs = geometry.channels as u64 * (geometry.page_samples() >> RUN_SHIFT) * u64::from(words) * 4;
    (rows_bytes(geometry) + runs).next_multiple_of(16)
}

fn rows_bytes(geometry: &Geometry) -> u64 {
    (geometry.page_samples() + ROW_EXTRA) * geometry.channels as u64 * geometry.dtype.bytes() as u64
}
