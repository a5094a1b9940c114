//! How much memory a recording may take, of the device and of the host, decided in one place.
//!
//! ```text
//! device: levels (small ones stay, blocks of the others) │ raw pages
//! host:   staging ring │ what is being read, and what was read and is not yet on the device │ tables
//! ```

use super::pages::page_bytes;
use super::pool::memory_of;
use super::words::node_words;
use crate::gpu::{Device, Memory};
use crate::pyramid::Geometry;
use crate::units::MIB;
use crate::{Error, Result};

/// The most that a background read takes at once.
const UNIT_BYTES: u64 = 8 * MIB;
/// Where mapped memory is written directly, this much is staged for what frames in flight are reading.
const SMALL_RING: u64 = 4 * MIB;

/// Bytes of the device's and of the host's memory, by what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// On the device: the pyramid.
    pub levels: u64,
    /// On the device: raw pages, which come and go with the view.
    pub pages: u64,
    /// On the host: the ring through which what is read reaches the device.
    pub ring: u64,
    /// On the host: what is being read, and what was read and waits for a frame to take it.
    pub buffers: u64,
    /// On the host: a background read takes at most so much at once.
    pub unit: u64,
    /// On the host: building a sidecar behind the view, where that is done.
    pub building: u64,
}

/// What a recording asks of its budgets.
pub(super) struct Asked {
    /// Bytes of the device's memory.
    pub(super) device: Option<u64>,
    /// Bytes of the host's memory.
    pub(super) host: Option<u64>,
    /// Whether nodes that were dropped can be read again.
    pub(super) evictable: bool,
    /// Threads that read in the background; none where everything is read by who asks.
    pub(super) threads: usize,
    /// Bytes of the host's memory that building a sidecar takes.
    pub(super) building: u64,
}

impl Budget {
    /// Bytes of the device and of the host that a recording may take where nothing else is said: half of the device's memory, and
    /// a quarter of the machine's, 1 GiB at most.
    #[must_use]
    pub fn usual(device: &Device) -> [u64; 2] {
        [device.caps().device_heap / 2, default_host()]
    }

    /// Shares out what is asked for.
    ///
    /// Without a figure the device's budget is half of the device's memory, and the host's a quarter of the machine's,
    /// 1 GiB at most. Raw pages get what the pyramid leaves, but no more than a quarter of the device's memory, or a
    /// thirty-fourth on a software device, whose memory is the host's. A pyramid that can be read again takes half
    /// where all of it does not fit.
    ///
    /// # Errors
    /// [`Error::OutOfBudget`] if the pyramid (where it can be read again, its small levels and a few blocks) and one page
    /// do not fit the device's budget; or a ring, a read for each thread and the tables not the host's.
    pub(super) fn new(device: &Device, geometry: &Geometry, asked: &Asked) -> Result<Self> {
        let caps = device.caps();
        let page = page_bytes(geometry);
        let all = LevelBytes::new(geometry);
        let share = if caps.software { 34 } else { 4 };
        let total = asked.device.unwrap_or(caps.device_heap / 2);
        let (what, least) = match asked.evictable {
            true => (
                "the recording's small levels, a few blocks of the others and one page of its samples",
                all.small + 4.min(all.blocks) * all.block,
            ),
            false => ("the recording's pyramid and one page of its samples", all.bytes()),
        };
        if least.saturating_add(page) > total {
            return Err(Error::OutOfBudget {
                what,
                needs: least.saturating_add(page),
                has: total,
                advice: "open a shorter span of it, or raise the device's budget",
            });
        }
        let levels = all
            .bytes()
            .min((total / 2).max(least))
            .max(match asked.evictable {
                true => 0,
                false => all.bytes(),
            });
        let pages = (total - levels).min((caps.device_heap / share).max(32 * MIB));
        let host = Self::host(device, geometry, asked)?;
        Ok(Self {
            levels,
            pages: pages.max(page),
            ..host
        })
    }

    /// The host's part.
    fn host(device: &Device, geometry: &Geometry, asked: &Asked) -> Result<Self> {
        let page = page_bytes(geometry);
        let total = host_bytes(asked.host).saturating_sub(asked.building);
        // A block goes through it whole, and a page.
        let block = 2 * LevelBytes::new(geometry).block;
        let (least_ring, ring) = match memory_of(device) {
            Memory::Mapped => (block, SMALL_RING),
            _ => (block.max(2 * page), (4 * page).max(32 * MIB)),
        };
        let ring = ring.min(total / 4).max(least_ring);
        // A thread has a read, its nodes and what it hands over; about as much waits to be taken.
        let readers = asked.threads.max(1) as u64;
        let rest = total.saturating_sub(ring).saturating_sub(tables(geometry));
        let unit = (rest / (3 * readers)).min(UNIT_BYTES.max(page));
        if unit < page {
            return Err(Error::OutOfBudget {
                what: "staging, a page for each thread that reads, and tables",
                needs: least_ring + tables(geometry) + 3 * readers * page,
                has: total,
                advice: "take fewer threads, or raise the host's budget",
            });
        }
        Ok(Self {
            levels: 0,
            pages: 0,
            ring,
            buffers: 3 * readers * unit,
            unit,
            building: asked.building,
        })
    }
}

/// How a recording is cut that grows from what `geometry` says: for as many samples as whose nodes take three quarters of
/// the device's budget and whose tables an eighth of the host's, and as there are in any case.
pub(super) fn longest(device: &Device, geometry: &Geometry, asked: &Asked) -> Geometry {
    let of = |samples| Geometry::of(geometry.channels, geometry.dtype, samples);
    let levels = asked.device.unwrap_or(device.caps().device_heap / 2) / 4 * 3;
    let host = host_bytes(asked.host) / 8;
    let fits = |samples| LevelBytes::new(&of(samples)).bytes() <= levels && tables(&of(samples)) <= host;
    let mut samples = geometry.samples;
    // Bit by bit, to 2⁴⁰ samples at most.
    for step in (0..40).rev().map(|bit| 1_u64 << bit) {
        if fits(samples + step) {
            samples += step;
        }
    }
    of(samples)
}

/// Bytes of the pyramid on the device.
#[derive(Debug, Clone, Copy)]
pub(super) struct LevelBytes {
    /// Of all levels of one block, which stay.
    pub(super) small: u64,
    /// Of one block of the others.
    pub(super) block: u64,
    /// Blocks of the others.
    pub(super) blocks: u64,
    /// Of a node of every channel.
    row: u64,
}

impl LevelBytes {
    /// Of the whole pyramid.
    pub(super) fn new(geometry: &Geometry) -> Self {
        let row = geometry.channels as u64 * node_words(geometry.dtype) as u64 * 4;
        let nodes = 1 << geometry.block_shift();
        let (large, small): (Vec<u64>, Vec<u64>) = (0..geometry.levels())
            .map(|level| geometry.nodes(level))
            .partition(|&count| count > nodes);
        Self {
            small: small.iter().map(|count| count * row).sum(),
            block: (nodes * row).next_multiple_of(16),
            blocks: large.iter().map(|count| count.div_ceil(nodes)).sum(),
            row,
        }
    }

    /// Of so many nodes of every channel.
    pub(super) fn of(&self, nodes: u64) -> u64 {
        nodes * self.row
    }

    /// The same with as many blocks as fit `bytes`.
    pub(super) fn within(self, bytes: u64) -> Self {
        let blocks = bytes.saturating_sub(self.small) / self.block;
        Self {
            blocks: blocks.min(self.blocks),
            ..self
        }
    }

    /// Of all of it.
    pub(super) fn bytes(&self) -> u64 {
        self.small + self.blocks * self.block
    }
}

/// Bytes of the host's tables: which pages each level holds, and the nodes above the pages'.
fn tables(geometry: &Geometry) -> u64 {
    let row = LevelBytes::new(geometry).row;
    let above: u64 = (geometry.page_level() + 1..geometry.levels())
        .map(|level| geometry.nodes(level) * row)
        .sum();
    above + geometry.levels() as u64 * geometry.pages().div_ceil(8) + (1 << 16)
}

/// Bytes of the host's memory: what is asked for, or the default.
pub(super) fn host_bytes(asked: Option<u64>) -> u64 {
    asked.unwrap_or_else(default_host)
}

/// A quarter of the machine's memory, 1 GiB at most; half of that where the system does not say.
fn default_host() -> u64 {
    let total = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    total.map_or(512 * MIB, |kib| (kib * 1024 / 4).clamp(64 * MIB, 1024 * MIB))
}
