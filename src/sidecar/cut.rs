//! Where each node of a sidecar lies: blocks, shards and stretches.

use crate::pyramid::Geometry;
use crate::source::Dtype;
use crate::{Error, Result};

/// Most raw nodes of the leaves of a stretch, in bytes at 4 a node.
const STRETCH_BYTES: u64 = 64 << 20;

/// How a sidecar is cut along time, the same in all its levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// log2 of the nodes of a block.
    pub block_shift: u32,
    /// The highest level of which a stretch holds a whole block: a stretch is `8^top` blocks of leaves, `8^(top - 1)`
    /// of level 1, and so on, each in a shard of its own.
    pub top: u32,
}

impl Cut {
    /// The cut that [`build`](super::build) chooses: blocks as [`Geometry::block_shift`] says, and as many levels in
    /// a stretch, 3 at most, as keep its leaves within 64 MiB at 4 bytes a node.
    #[must_use]
    pub fn new(geometry: &Geometry) -> Self {
        let block_shift = geometry.block_shift();
        let block = (4 * geometry.channels as u64) << block_shift;
        let top = (0..=2).rev().find(|top| block << (3 * top) <= STRETCH_BYTES);
        Self {
            block_shift,
            top: top.unwrap_or(0),
        }
    }
}

/// The cut of one recording's pyramid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) geometry: Geometry,
    pub(super) cut: Cut,
}

impl Plan {
    pub(super) fn new(geometry: Geometry, cut: Cut) -> Result<Self> {
        let Cut { block_shift, top } = cut;
        // Below a leaf's blocks there is nothing to halve, and beyond 2²⁴ nodes no block fits in memory.
        if top > 4 || !(3 * top.max(1)..=24).contains(&block_shift) {
            return Err(Error::Invalid {
                what: "cut",
                problem: format!("blocks of 2^{block_shift} nodes, {top} levels above the leaves"),
            });
        }
        if geometry.samples == 0 {
            return Err(Error::Invalid {
                what: "recording",
                problem: "it has no samples, and so no pyramid".into(),
            });
        }
        Ok(Self { geometry, cut })
    }

    pub(super) fn channels(&self) -> usize {
        self.geometry.channels
    }

    pub(super) fn dtype(&self) -> Dtype {
        self.geometry.dtype
    }

    /// Nodes of a block but the last.
    pub(super) fn block_nodes(&self) -> u64 {
        1 << self.cut.block_shift
    }

    /// Blocks of `level`.
    pub(super) fn blocks(&self, level: usize) -> u64 {
        self.geometry.nodes(level).div_ceil(self.block_nodes())
    }

    /// Nodes of each channel in a block; 0 past the end.
    pub(super) fn block_len(&self, level: usize, block: u64) -> usize {
        let nodes = self.geometry.nodes(level);
        let first = block.saturating_mul(self.block_nodes()).min(nodes);
        (nodes - first).min(self.block_nodes()) as usize
    }

    /// Levels that are written a stretch at a time; those above are merged from the last of them.
    pub(super) fn own_levels(&self) -> usize {
        self.geometry.levels().min(self.cut.top as usize + 1)
    }

    /// log2 of the blocks of a shard.
    fn shard_shift(&self, level: usize) -> u32 {
        let top = self.cut.top;
        3 * top.checked_sub(level as u32).unwrap_or(top)
    }

    /// Nodes of a block as they are stored: a level of fewer nodes than a block is one block of just those.
    pub(super) fn stored_nodes(&self, level: usize) -> u64 {
        self.geometry.nodes(level).min(self.block_nodes())
    }

    /// Blocks that a shard of `level` has room for.
    pub(super) fn shard_blocks(&self, level: usize) -> u64 {
        if self.blocks(level) == 1 {
            1
        } else {
            1 << self.shard_shift(level)
        }
    }

    /// Shards of `level`.
    pub(super) fn shards(&self, level: usize) -> u64 {
        self.blocks(level).div_ceil(self.shard_blocks(level))
    }

    /// The shard that holds a block, and the block's place in it.
    pub(super) fn shard_of(&self, level: usize, block: u64) -> (u64, usize) {
        let each = self.shard_blocks(level);
        (block / each, (block % each) as usize)
    }

    /// The blocks of a shard.
    pub(super) fn blocks_of(&self, level: usize, shard: u64) -> std::ops::Range<u64> {
        let each = self.shard_blocks(level);
        shard * each..((shard + 1) * each).min(self.blocks(level))
    }

    /// Stretches of the recording; the last may be shorter. Shard `s` of each own level is of stretch `s`.
    pub(super) fn stretches(&self) -> u64 {
        self.blocks(0).div_ceil(1 << (3 * self.cut.top))
    }

    /// Samples of a stretch.
    pub(super) fn stretch_samples(&self) -> u64 {
        1 << (self.cut.block_shift + 3 * self.cut.top + Geometry::node_shift(0))
    }

    /// The blocks of `level` that lie in a stretch.
    pub(super) fn blocks_of_stretch(&self, level: usize, stretch: u64) -> std::ops::Range<u64> {
        let each = 1_u64 << (3 * (self.cut.top - level as u32));
        let end = self.blocks(level);
        (stretch * each).min(end)..((stretch + 1) * each).min(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(samples: u64, channels: usize) -> Plan {
        let mut geometry = Geometry {
            channels,
            samples,
            dtype: Dtype::I16,
            page_shift: 12,
        };
        geometry.channels = channels;
        Plan::new(geometry, Cut::new(&geometry)).expect("a cut")
    }

    #[test]
    fn a_day_of_384_channels() {
        let plan = plan(30_000 * 86_400, 384);
        assert_eq!(
            plan.cut,
            Cut {
                block_shift: 9,
                top: 2
            }
        );
        assert_eq!(plan.stretch_samples(), 1 << 21);
        assert_eq!(plan.stretches(), 1236);
        assert_eq!((plan.shards(0), plan.shards(2)), (1236, 1236));
        assert_eq!(plan.blocks_of_stretch(1, 3), 24..32);
        assert_eq!(plan.shard_of(3, 130), (2, 2));
    }

    #[test]
    fn many_channels_make_short_stretches() {
        assert_eq!(plan(1 << 30, 1024).cut.top, 1);
        assert_eq!(plan(1 << 30, 20_000).cut.top, 0);
    }

    #[test]
    fn a_short_level_is_one_block_of_its_own_size() {
        let plan = plan(65, 2);
        assert_eq!(
            (plan.stored_nodes(0), plan.shard_blocks(0), plan.shards(0)),
            (2, 1, 1)
        );
        assert_eq!((plan.block_len(0, 0), plan.block_len(0, 1)), (2, 0));
        assert_eq!(plan.own_levels(), 2);
    }
}
