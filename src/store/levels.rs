//! The pyramid on the device, in blocks: of `2^block_shift` nodes, each channel's contiguous.
//!
//! Levels of one block share a buffer, which stays. The blocks of the others come from a pool: each is there or absent, and
//! of each level it is known which pages' nodes it holds, so that what is drawn is never taken for more than it is.

use std::ops::Range;
use std::sync::Arc;

use super::bits::Bits;
use super::budget::LevelBytes;
use super::pool::{Pool, memory_of};
use super::words::node_words;
use crate::abi::{self, Address, address};
use crate::gpu::{Buffer, Device, ReadView};
use crate::pyramid::Geometry;
use crate::{Error, Result};

/// All levels of a recording.
pub(super) struct Levels {
    /// How they are laid out: for as many samples as there may ever be.
    cut: Geometry,
    /// The same of the samples that there are.
    now: Geometry,
    small: Arc<Buffer>,
    pool: Pool,
    /// Of each slot that a block was dropped from, the submission after which nothing uses it.
    slots_busy: Vec<u64>,
    levels: Vec<Level>,
}

struct Level {
    /// Nodes from one channel of a block to the next.
    stride: u64,
    blocks: Vec<Block>,
    /// Pages whose nodes it holds.
    built: Bits,
}

#[derive(Clone, Copy)]
struct Block {
    at: At,
    /// When it was last wanted.
    asked: u64,
    /// The submission after which nothing uses it.
    busy: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    Nowhere,
    /// At this byte of the levels that stay.
    Small(u64),
    Slot(usize),
}

/// A level as a frame sees it: what shaders are given, but for the table's address, and the table.
pub(crate) struct Table {
    pub(crate) level: abi::Level,
    pub(crate) blocks: Vec<Address>,
}

/// A piece of a row of nodes: where it lies, and which of the row's nodes it is made of.
pub(super) struct Piece<'a> {
    pub(super) buffer: &'a Arc<Buffer>,
    pub(super) offset: u64,
    pub(super) nodes: Range<u64>,
    pub(super) channel: u64,
}

impl Levels {
    /// Allocates the levels of one block; the others may take what `bytes` says.
    /// There are as many samples as `cut` is for, until [`Levels::set_samples`].
    pub(super) fn new(device: &Device, cut: Geometry, bytes: &LevelBytes) -> Result<Self> {
        let small = Buffer::new(device, "small levels", bytes.small, memory_of(device))?;
        let block = 1_u64 << cut.block_shift();
        let mut small_at = 0;
        let levels = (0..cut.levels()).map(|level| {
            let nodes = cut.nodes(level);
            let at = match nodes <= block {
                true => At::Small(small_at),
                false => At::Nowhere,
            };
            if at != At::Nowhere {
                small_at += bytes.of(nodes);
            }
            let nowhere = Block {
                at,
                asked: 0,
                busy: 0,
            };
            Level {
                stride: nodes.min(block),
                blocks: vec![nowhere; nodes.div_ceil(block) as usize],
                built: Bits::new(cut.pages()),
            }
        });
        Ok(Self {
            levels: levels.collect(),
            cut,
            now: cut,
            small: Arc::new(small),
            pool: Pool::new(device, "blocks", bytes.block, bytes.blocks as usize),
            slots_busy: vec![0; bytes.blocks as usize],
        })
    }

    /// Says how many samples there are; nodes beyond are not read.
    pub(super) fn set_samples(&mut self, samples: u64) {
        self.now.samples = samples;
    }

    /// Nodes of each channel that a level has now; `None` of one that does not exist.
    fn nodes(&self, level: usize) -> Option<u64> {
        (level < self.now.levels()).then(|| self.now.nodes(level))
    }

    /// Bytes of a node.
    fn node_bytes(&self) -> u64 {
        node_words(self.cut.dtype) as u64 * 4
    }

    fn place(&self, level: usize, block: u64) -> Option<(&Arc<Buffer>, u64)> {
        match self.levels[level].blocks.get(block as usize)?.at {
            At::Nowhere => None,
            At::Small(at) => Some((&self.small, at)),
            At::Slot(slot) => Some(self.pool.place(slot)),
        }
    }

    /// Nodes from one channel of a block to the next.
    pub(super) fn stride(&self, level: usize) -> u64 {
        self.levels[level].stride
    }

    /// The address of node `first` of the first channel, whose block is there.
    pub(super) fn address_of(&self, level: usize, first: u64) -> Option<Address> {
        let shift = self.cut.block_shift();
        let (buffer, offset) = self.place(level, first >> shift)?;
        let inside = (first & ((1 << shift) - 1)) * self.node_bytes();
        Some(address(buffer.address() + offset + inside))
    }

    /// Nodes `origin ..= origin + last` of a level as shaders see them; nothing of a level that does not exist.
    pub(super) fn table(&self, level: usize, origin: u64, last: u64) -> Table {
        let shift = self.cut.block_shift();
        let Some(nodes) = self.nodes(level) else {
            return Table {
                level: abi::Level::default(),
                blocks: vec![[0; 2]],
            };
        };
        let first = origin >> shift;
        let count = nodes.saturating_sub(origin);
        let blocks = first..=(origin + last.min(count)) >> shift;
        let at = |block| {
            self.place(level, block)
                .map_or([0; 2], |(buffer, offset)| address(buffer.address() + offset))
        };
        Table {
            level: abi::Level {
                blocks: [0; 2],
                stride: self.levels[level].stride as u32,
                count: count as u32,
                first: (origin - (first << shift)) as u32,
            },
            blocks: blocks.map(at).collect(),
        }
    }

    /// The bytes of those blocks that [`Levels::table`] has; `None` of absent ones.
    pub(super) fn reread(
        &self,
        level: usize,
        origin: u64,
        table: &Table,
    ) -> Result<Vec<Option<ReadView<'_>>>> {
        let first = origin >> self.cut.block_shift();
        let bytes = table.level.stride as u64 * self.cut.channels as u64 * self.node_bytes();
        (first..first + table.blocks.len() as u64)
            .map(
                |block| match self.nodes(level).and_then(|_| self.place(level, block)) {
                    Some((buffer, offset)) => buffer.reread(offset..offset + bytes).map(Some),
                    None => Ok(None),
                },
            )
            .collect()
    }

    /// Nodes `nodes` of every channel, piece by piece; those of absent blocks are left out.
    pub(super) fn pieces(&self, level: usize, nodes: Range<u64>) -> impl Iterator<Item = Piece<'_>> + '_ {
        let (shift, stride) = (self.cut.block_shift(), self.levels[level].stride);
        let blocks = match nodes.is_empty() {
            true => 0..0,
            false => nodes.start >> shift..((nodes.end - 1) >> shift) + 1,
        };
        blocks.flat_map(move |block| {
            let start = block << shift;
            let part = nodes.start.max(start)..nodes.end.min(start + (1 << shift));
            let place = self.place(level, block);
            (0..self.cut.channels as u64).filter_map(move |channel| {
                let (buffer, offset) = place?;
                Some(Piece {
                    buffer,
                    offset: offset + (channel * stride + part.start - start) * self.node_bytes(),
                    nodes: part.clone(),
                    channel,
                })
            })
        })
    }

    /// The words of a level, read back: `[channels, nodes]`; of absent blocks nothing.
    pub(super) fn read(&self, level: usize) -> Result<Vec<u32>> {
        let Some(count) = self.nodes(level) else {
            let problem = format!("level {level} of {}", self.now.levels());
            return Err(Error::Invalid {
                what: "a level",
                problem,
            });
        };
        let words = node_words(self.cut.dtype);
        let mut all = super::words::empty_words(self.cut.dtype, count as usize * self.cut.channels);
        let mut read: Option<(u64, Vec<u32>)> = None;
        for piece in self.pieces(level, 0..count) {
            let found = match read.take().filter(|(of, _)| *of == piece.buffer.address()) {
                Some(found) => found,
                None => (piece.buffer.address(), crate::gpu::read_back(piece.buffer)?),
            };
            let to = (piece.channel * count + piece.nodes.start) as usize * words;
            let (from, len) = (
                piece.offset as usize / 4,
                (piece.nodes.end - piece.nodes.start) as usize * words,
            );
            all[to..to + len].copy_from_slice(&found.1[from..from + len]);
            read = Some(found);
        }
        Ok(all)
    }

    /// The pages that a block has nodes of.
    pub(super) fn pages_of(&self, level: usize, block: u64) -> Range<u64> {
        let shift = (self.cut.block_shift() + Geometry::node_shift(level)).min(63);
        let page = |sample: u64| sample.div_ceil(self.cut.page_samples());
        let end = (u128::from(block + 1) << shift).min(self.cut.samples.into()) as u64;
        page(block << shift)..page(end)
    }

    /// The nodes of a level that pages have a part in.
    pub(super) fn nodes_of(&self, level: usize, pages: &Range<u64>) -> Range<u64> {
        let shift = Geometry::node_shift(level);
        let sample = |page: u64| (page << self.now.page_shift).min(self.now.samples);
        sample(pages.start) >> shift..sample(pages.end).div_ceil(1 << shift)
    }

    /// The blocks of nodes.
    pub(super) fn blocks_of(&self, nodes: &Range<u64>) -> Range<u64> {
        let shift = self.cut.block_shift();
        nodes.start >> shift..nodes.end.div_ceil(1 << shift)
    }

    /// Pages whose nodes a level holds.
    pub(super) fn built(&self, level: usize) -> &Bits {
        &self.levels[level].built
    }

    /// Says that a level holds, or does not hold, the nodes of pages.
    pub(super) fn set_built(&mut self, level: usize, pages: Range<u64>, to: bool) {
        self.levels[level].built.set(pages, to);
    }

    /// Keeps a block from being dropped, and from being written by the host while the submission `busy` may use it.
    pub(super) fn hold(&mut self, level: usize, block: u64, asked: u64, busy: u64) {
        if let Some(block) = self.levels[level].blocks.get_mut(block as usize) {
            block.asked = block.asked.max(asked);
            block.busy = block.busy.max(busy);
        }
    }

    /// The submission after which nothing uses a block.
    pub(super) fn busy(&self, level: usize, block: u64) -> u64 {
        self.levels[level].blocks[block as usize].busy
    }

    /// Finds a place for a block: a free one or, with `evict`, that of the one least recently wanted before `asked` whose last
    /// frame is complete. Whether it has one now, and whether that is new to it, with contents of whatever sort.
    pub(super) fn take(
        &mut self,
        (level, block): (usize, u64),
        evict: bool,
        asked: u64,
        completed: u64,
    ) -> Result<Taken> {
        if self.levels[level].blocks[block as usize].at != At::Nowhere {
            return Ok(Taken::Had);
        }
        if self.pool.left() == 0 && evict {
            self.evict(asked, completed);
        }
        if self.pool.left() == 0 {
            return Ok(Taken::None);
        }
        let Some(slot) = self.pool.take()? else {
            return Ok(Taken::None);
        };
        self.levels[level].blocks[block as usize] = Block {
            at: At::Slot(slot),
            asked: 0,
            busy: self.slots_busy[slot],
        };
        Ok(Taken::New)
    }

    fn evict(&mut self, asked: u64, completed: u64) {
        let all = self.levels.iter().enumerate().flat_map(|(level, of)| {
            let blocks = of.blocks.iter().enumerate();
            blocks.map(move |(index, block)| (level, index as u64, *block))
        });
        let oldest = all
            .filter_map(|(level, index, block)| match block.at {
                At::Slot(_) if block.asked < asked && block.busy <= completed => {
                    Some((block.asked, level, index))
                }
                _ => None,
            })
            .min();
        if let Some((_, level, index)) = oldest {
            self.drop_block(level, index);
        }
    }

    /// Takes a block for absent, and one that stays for not built. Whoever has its place next knows until when it is used.
    pub(super) fn drop_block(&mut self, level: usize, block: u64) {
        let of = &mut self.levels[level].blocks[block as usize];
        if let At::Slot(slot) = of.at {
            of.at = At::Nowhere;
            self.slots_busy[slot] = of.busy;
            self.pool.give(slot);
        }
        let pages = self.pages_of(level, block);
        self.set_built(level, pages, false);
    }

    /// Finds places for all blocks.
    pub(super) fn take_all(&mut self) -> Result<()> {
        for level in 0..self.levels.len() {
            for block in 0..self.levels[level].blocks.len() as u64 {
                self.take((level, block), false, 0, 0)?;
            }
        }
        Ok(())
    }

    /// Blocks that there may be besides those that stay.
    pub(super) fn capacity(&self) -> usize {
        self.pool.capacity()
    }

    /// Whether a block's place stays.
    pub(super) fn is_small(&self, level: usize) -> bool {
        matches!(self.levels[level].blocks.first(), Some(block) if matches!(block.at, At::Small(_)))
    }

    /// The buffer of the levels that stay.
    pub(super) fn small(&self) -> &Arc<Buffer> {
        &self.small
    }

    /// Bytes allocated on the device.
    pub(super) fn bytes(&self) -> u64 {
        self.small.size() + self.pool.bytes()
    }

    /// Bytes of tables on the host.
    pub(super) fn host_bytes(&self) -> u64 {
        let of = |level: &Level| (level.blocks.len() * size_of::<Block>()) as u64 + level.built.bytes();
        self.levels.iter().map(of).sum()
    }
}

/// What became of a block that was to have a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It has a place, as before.
    Had,
    /// It has a place, which holds nothing of use yet.
    New,
    /// There is none to be had now.
    None,
}
