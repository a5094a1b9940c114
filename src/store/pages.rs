//! Raw samples on the device: which pages are there, and where.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::pool::Pool;
use super::upload::{PATIENCE, PageShape, fill};
use crate::Result;
use crate::abi::{Address, NODE_WORDS, RUN_SHIFT, address};
use crate::gpu::{Buffer, Commands, Device, ReadView, Ring, Set, Slice};
use crate::pyramid::Geometry;
use crate::source::{Dtype, Owned, Samples, Source};

/// Samples that a row has past the page's own: the one that closes it, and what keeps rows aligned to 16 bytes.
const ROW_EXTRA: u64 = 8;

/// A fixed number of slots, allocated as they are needed, and the pages in them.
pub(super) struct Pages {
    device: Device,
    geometry: Geometry,
    /// The extent's first sample in the source.
    start: u64,
    pool: Pool,
    slots: Vec<Slot>,
    slots_of: HashMap<u64, usize>,
    asked: u64,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    page: Option<u64>,
    /// Whether a page is on its way to it. What it holds meanwhile is still `page`, until that is being read.
    reserved: bool,
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
            pool: Pool::new(device, "pages", page_bytes(&geometry), capacity),
            slots: Vec::new(),
            slots_of: HashMap::new(),
            asked: 0,
        }
    }

    /// Samples from one channel of a page to the next.
    pub(super) fn stride(&self) -> u32 {
        (self.geometry.page_samples() + ROW_EXTRA) as u32
    }

    /// Words of a page before its runs.
    pub(super) fn runs(&self) -> u32 {
        (rows_bytes(&self.geometry) / 4) as u32
    }

    /// Slots that there may be.
    pub(super) fn capacity(&self) -> usize {
        self.pool.capacity()
    }

    /// Bytes allocated on the device.
    pub(super) fn bytes(&self) -> u64 {
        self.pool.bytes()
    }

    /// Whether a page is there.
    pub(super) fn has(&self, page: u64) -> bool {
        self.slots_of.contains_key(&page)
    }

    /// Where a page is; nowhere where it is absent.
    pub(super) fn address(&self, page: u64) -> Address {
        self.slots_of
            .get(&page)
            .map_or([0; 2], |&slot| address(self.pool.address(slot)))
    }

    /// Whether shaders had better fetch pages as texels.
    pub(super) fn are_texels(&self) -> bool {
        self.device.caps().software && self.pool.fits_texels()
    }

    /// The texels that a page is among, and its first; `None` where it is absent.
    pub(super) fn texels(&self, page: u64) -> Result<Option<(&Set, u32)>> {
        let slot = self.slots_of.get(&page);
        slot.map(|&slot| self.pool.texels(slot)).transpose()
    }

    /// A page's bytes; `None` where it is absent.
    pub(super) fn reread(&self, page: u64) -> Result<Option<ReadView<'_>>> {
        let Some(&slot) = self.slots_of.get(&page) else {
            return Ok(None);
        };
        let (buffer, offset) = self.pool.place(slot);
        let bytes = offset..offset + page_bytes(&self.geometry);
        buffer.reread(bytes).map(Some)
    }

    /// A slot's place, to be read into.
    pub(super) fn place(&self, slot: usize) -> (Arc<Buffer>, u64) {
        let (buffer, offset) = self.pool.place(slot);
        (buffer.clone(), offset)
    }

    /// Takes every page for absent. Slots are written again only once the device is done with them.
    pub(super) fn forget(&mut self) {
        self.slots_of.clear();
        self.slots.iter_mut().for_each(|slot| slot.page = None);
    }

    /// Takes a page for absent for good: whatever holds it is no longer what it is.
    pub(super) fn outdate(&mut self, page: u64) {
        self.slots_of.remove(&page);
        let holding = self.slots.iter_mut().filter(|slot| slot.page == Some(page));
        holding.for_each(|slot| slot.page = None);
    }

    /// Begins a turn: pages that are held from now on count as wanted later than all before.
    pub(super) fn turn(&mut self) {
        self.asked += 1;
    }

    /// Keeps those of `pages` that are there from being dropped; the submission `busy` reads them.
    pub(super) fn hold(&mut self, pages: Range<u64>, busy: u64) {
        for page in pages {
            if let Some(&slot) = self.slots_of.get(&page) {
                let slot = &mut self.slots[slot];
                slot.asked = self.asked;
                slot.busy = slot.busy.max(busy);
            }
        }
    }

    /// A slot that nothing uses, for a page on its way: a new one, or that of the page which was least recently asked for,
    /// before this turn, once the device is done with it. That page is absent from now on.
    pub(super) fn reserve(&mut self) -> Result<Option<usize>> {
        let completed = self.device.completed();
        let index = match self.unused()? {
            Some(index) => Some(index),
            None => self.oldest(|slot| slot.busy <= completed),
        };
        if let Some(index) = index {
            self.slots[index].reserved = true;
            self.drop_page(index);
        }
        Ok(index)
    }

    /// Gives a reserved slot back that nothing was written to.
    pub(super) fn cancel(&mut self, index: usize) {
        let slot = &mut self.slots[index];
        slot.reserved = false;
        match slot.page {
            // Still what it holds, unless it has been read again meanwhile.
            Some(page) if !self.slots_of.contains_key(&page) => {
                self.slots_of.insert(page, index);
            }
            _ => slot.page = None,
        }
    }

    /// Says that a reserved slot was written to, and holds `page`, if anything.
    pub(super) fn arrive(&mut self, index: usize, page: Option<u64>) {
        let page = page.filter(|page| !self.slots_of.contains_key(page));
        let slot = &mut self.slots[index];
        slot.reserved = false;
        slot.page = page;
        slot.asked = self.asked;
        if let Some(page) = page {
            self.slots_of.insert(page, index);
        }
    }

    /// Loads a page at once. `false` if the ring is full, or every slot is in use. The submission `busy` reads it.
    ///
    /// Waits for the device where it reads what is least recently asked for, unless it is an embedder's.
    pub(super) fn load(
        &mut self,
        source: &dyn Source,
        page: u64,
        loader: &mut Loader<'_>,
        busy: u64,
    ) -> Result<bool> {
        let bytes = page_bytes(&self.geometry);
        let slice = match loader.ring {
            Some(ring) => match ring.reserve(bytes, 16)? {
                None => return Ok(false),
                slice => slice,
            },
            None => None,
        };
        self.turn();
        let index = match self.reserve()? {
            Some(index) => index,
            None => {
                let Some(index) = self.oldest(|_| true).filter(|_| !self.device.is_host()) else {
                    return Ok(false);
                };
                self.device.wait(self.slots[index].busy, PATIENCE)?;
                self.slots[index].reserved = true;
                self.drop_page(index);
                index
            }
        };
        let (buffer, offset) = self.place(index);
        let filled = self.fill(source, page, (&buffer, offset), slice, loader);
        self.arrive(index, filled.is_ok().then_some(page));
        self.slots[index].busy = busy;
        filled.map(|()| true)
    }

    fn fill(
        &self,
        source: &dyn Source,
        page: u64,
        (buffer, offset): (&Buffer, u64),
        slice: Option<Slice>,
        loader: &mut Loader<'_>,
    ) -> Result<()> {
        let (bytes, shape) = (page_bytes(&self.geometry), page_shape(&self.geometry));
        let owned;
        let span = self.span(page);
        let samples = match source.borrow(span.clone()) {
            Some(samples) => samples,
            None => {
                owned = Owned::read(source, span)?;
                owned.samples()
            }
        };
        fill_page(&samples, buffer, offset, bytes, &shape, slice, loader)
    }

    /// The source's samples of a page, and the one after where there is one.
    pub(super) fn span(&self, page: u64) -> Range<u64> {
        self.span_of(page..page + 1)
    }

    /// The same of several pages in a row.
    pub(super) fn span_of(&self, pages: Range<u64>) -> Range<u64> {
        span_of(&self.geometry, self.start, &pages)
    }

    /// A slot that holds no page.
    fn unused(&mut self) -> Result<Option<usize>> {
        let completed = self.device.completed();
        let empty = |slot: &Slot| slot.page.is_none() && !slot.reserved && slot.busy <= completed;
        if let Some(index) = self.slots.iter().position(empty) {
            return Ok(Some(index));
        }
        let slot = self.pool.take()?;
        if let Some(slot) = slot {
            let len = self.slots.len().max(slot + 1);
            self.slots.resize(len, Slot::default());
        }
        Ok(slot)
    }

    fn oldest(&self, usable: impl Fn(&Slot) -> bool) -> Option<usize> {
        let all = self.slots.iter().enumerate();
        all.filter(|(_, slot)| !slot.reserved && slot.asked < self.asked && usable(slot))
            .min_by_key(|(_, slot)| slot.asked)
            .map(|(index, _)| index)
    }

    /// Takes a slot's page for absent; the slot goes on knowing what it holds.
    fn drop_page(&mut self, index: usize) {
        if let Some(page) = self.slots[index].page
            && self.slots_of.get(&page) == Some(&index)
        {
            self.slots_of.remove(&page);
        }
    }
}

/// Turns samples into a page: in its place where that is mapped, else in a slice of the ring, whose copy is recorded.
fn fill_page(
    samples: &Samples<'_>,
    buffer: &Buffer,
    offset: u64,
    bytes: u64,
    shape: &PageShape,
    slice: Option<Slice>,
    loader: &mut Loader<'_>,
) -> Result<()> {
    match slice {
        None => fill(samples, buffer.view(offset..offset + bytes)?.uninit(), shape),
        Some(mut slice) => {
            fill(samples, slice.view()?.uninit(), shape);
            let commands = &mut loader.commands;
            commands.copy(slice.buffer(), slice.offset(), buffer, offset, bytes);
        }
    }
    Ok(())
}

/// What loading needs besides the pages: where copies are recorded, and the ring that they come from; no ring where
/// the device's memory is written directly.
pub(crate) struct Loader<'a> {
    pub(crate) commands: &'a mut Commands,
    pub(crate) ring: Option<&'a Ring>,
}

/// The source's samples of some pages of a recording that starts at its sample `start`, and the one after where there
/// is one.
pub(super) fn span_of(geometry: &Geometry, start: u64, pages: &Range<u64>) -> Range<u64> {
    let [first, end] = [pages.start, pages.end].map(|page| page << geometry.page_shift);
    start + first..start + (end + 1).min(geometry.samples)
}

/// How a page lies.
pub(super) fn page_shape(geometry: &Geometry) -> PageShape {
    PageShape {
        row_bytes: (geometry.page_samples() + ROW_EXTRA) as usize * geometry.dtype.bytes(),
        rows_bytes: rows_bytes(geometry) as usize,
        runs: (geometry.page_samples() >> RUN_SHIFT) as usize,
    }
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
