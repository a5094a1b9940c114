//! The shape of a pyramid and of its pages, and the builder that needs no Vulkan.

pub mod host;

use crate::abi::{FANOUT, FANOUT_SHIFT, LEAF, LEAF_SHIFT};
use crate::source::{Dtype, Info};

/// A page holds at most this much, unless 512 samples of all channels take more.
pub const PAGE_BYTES: u64 = 2 << 20;

/// A block holds at most this much at 4 bytes a node, unless 512 nodes of all channels take more.
pub const BLOCK_BYTES: u64 = 1 << 20;

/// How a recording is cut: into pages along time, and into levels of nodes above its samples.
///
/// A page is `64 · 8ᵏ` samples of all channels, so that it is a whole node of level `k` of each channel: levels up to
/// `k` are built from one page alone, and the ones above from the pages' topmost nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Number of channels.
    pub channels: usize,
    /// Samples of each channel.
    pub samples: u64,
    /// Type of the samples.
    pub dtype: Dtype,
    /// log2 of a page's samples.
    pub page_shift: u32,
}

impl Geometry {
    /// The geometry of a recording.
    #[must_use]
    pub fn new(info: &Info) -> Self {
        Self::of(info.channels.len(), info.dtype, info.samples)
    }

    /// The geometry of `samples` samples of `channels` channels.
    #[must_use]
    pub fn of(channels: usize, dtype: Dtype, samples: u64) -> Self {
        let row = (channels * dtype.bytes()) as u64;
        let mut page_shift = LEAF_SHIFT + FANOUT_SHIFT;
        while row << (page_shift + FANOUT_SHIFT) <= PAGE_BYTES && 1 << page_shift < samples {
            page_shift += FANOUT_SHIFT;
        }
        Self {
            channels,
            samples,
            dtype,
            page_shift,
        }
    }

    /// Samples of a page.
    #[must_use]
    pub fn page_samples(&self) -> u64 {
        1 << self.page_shift
    }

    /// Number of pages; the last may be shorter.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.samples.div_ceil(self.page_samples())
    }

    /// The level of which a page is one node.
    #[must_use]
    pub fn page_level(&self) -> usize {
        ((self.page_shift - LEAF_SHIFT) / FANOUT_SHIFT) as usize
    }

    /// log2 of the samples of a node of `level`.
    #[must_use]
    pub fn node_shift(level: usize) -> u32 {
        LEAF_SHIFT + FANOUT_SHIFT * level as u32
    }

    /// log2 of the nodes of a *block*: what is read and kept of a level at a time, the same span of nodes of all
    /// channels.
    ///
    /// The largest power of two such that a block takes at most 1 MiB at 4 bytes a node, but no fewer than 512 nodes
    /// and no more than 65,536. Block `b` of every level holds nodes `b << shift ..` of it, the last one fewer. A
    /// page is never wider than a block of leaves.
    #[must_use]
    pub fn block_shift(&self) -> u32 {
        let most = BLOCK_BYTES / (4 * self.channels.max(1) as u64);
        most.max(1).ilog2().clamp(9, 16)
    }

    /// Nodes of each channel in `level`.
    #[must_use]
    pub fn nodes(&self, level: usize) -> u64 {
        self.samples.div_ceil(1 << Self::node_shift(level))
    }

    /// Number of levels, the last of which has one node.
    #[must_use]
    pub fn levels(&self) -> usize {
        let (mut nodes, mut levels) = (self.samples.div_ceil(LEAF.into()), 1);
        while nodes > 1 {
            nodes = nodes.div_ceil(FANOUT.into());
            levels += 1;
        }
        levels
    }
}
