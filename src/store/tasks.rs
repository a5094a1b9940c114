//! What is read, whoever reads it: some pages, or a block of nodes that was kept elsewhere.
//!
//! One read of a page gives both its raw samples, in their place on the device, and its nodes, so that browsing and building share
//! their work.

use std::ops::Range;
use std::sync::Arc;

use super::pages::{page_bytes, page_shape, span_of};
use super::upload::fill;
use super::words::words_of;
use crate::gpu::{Buffer, Slice};
use crate::pyramid::{Geometry, host};
use crate::source::{Owned, Robust, Samples, Source};
use crate::{Error, Result};

/// Nodes that can be had without the samples: a sidecar's, for example.
pub trait NodeStore: Send + Sync {
    /// A block of a level, of [`Geometry::block_shift`]: the words of its nodes as
    /// [`Sample::words`](crate::abi::Sample::words) gives them ([`NODE_WORDS`](crate::abi::NODE_WORDS) a node), planar:
    /// `[channels, nodes of the block]`, of which the level's last block has fewer. `None` where it has none.
    ///
    /// # Errors
    /// Whatever reading gives; the block is then built from the samples.
    fn read_block(&self, level: usize, block: u64) -> Result<Option<Vec<u32>>>;

    /// Whether it may have a block, so that it is worth asking for. Called often, and must not read.
    fn has(&self, level: usize, block: u64) -> bool {
        let _ = (level, block);
        true
    }

    /// Of each channel, what [`robust`](crate::source::robust()) finds in the whole recording, where it is kept, so that
    /// opening need not look at the samples.
    fn robust(&self) -> Option<Vec<Robust>> {
        None
    }
}

#[cfg(feature = "sidecar")]
impl NodeStore for crate::sidecar::Sidecar {
    fn read_block(&self, level: usize, block: u64) -> Result<Option<Vec<u32>>> {
        Self::read_block(self, level, block)
    }

    fn robust(&self) -> Option<Vec<Robust>> {
        Self::robust(self)
    }
}

/// Something to be read.
pub(super) enum Task {
    /// Pages in a row.
    Pages {
        /// Which.
        pages: Range<u64>,
        /// Where the raw samples of the first go, if they are wanted.
        raw: Option<Raw>,
        /// Whether their nodes are wanted.
        nodes: bool,
        /// Samples of the recording that it is made for.
        samples: u64,
    },
    /// A block of nodes that is kept elsewhere.
    Block {
        /// Of this level.
        level: usize,
        /// Its number.
        block: u64,
    },
}

/// A place for a page's raw samples.
pub(super) struct Raw {
    /// The slot of the place.
    pub(super) slot: usize,
    pub(super) buffer: Arc<Buffer>,
    pub(super) offset: u64,
    /// What the samples are staged in, where the place cannot be written directly.
    pub(super) slice: Option<Slice>,
}

/// What tells tasks apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// Of pages from the first of these to before the second, of a recording of so many samples.
    Pages(u64, u64, u64),
    /// Of a block.
    Block(usize, u64),
}

impl Task {
    /// What tells it apart.
    pub(super) fn key(&self) -> Key {
        match self {
            Self::Pages { pages, samples, .. } => Key::Pages(pages.start, pages.end, *samples),
            Self::Block { level, block } => Key::Block(*level, *block),
        }
    }
}

/// What became of a task.
pub(super) struct Done {
    pub(super) task: Task,
    pub(super) nodes: Vec<PageWords>,
    /// `None` where the store has no such block.
    pub(super) block: Option<Vec<u32>>,
    /// Whether the raw samples are in their place, or in the slice.
    pub(super) raw: bool,
    /// Bytes of samples read.
    pub(super) bytes: u64,
    /// Pages, or the block, that could not be read.
    pub(super) failed: Vec<(Range<u64>, Error)>,
}

impl Done {
    /// Bytes that it keeps on the host until it is taken in.
    pub(super) fn held(&self) -> u64 {
        let nodes = self.nodes.iter().flat_map(|words| &words.levels);
        let words = nodes.map(Vec::len).sum::<usize>() + self.block.as_ref().map_or(0, Vec::len);
        words as u64 * 4
    }
}

/// The nodes of some pages, of each level up to the one of which a page is a node.
pub(super) struct PageWords {
    pub(super) pages: Range<u64>,
    /// Words of `[channels, nodes]` of each level, the leaves first.
    pub(super) levels: Vec<Vec<u32>>,
}

/// Who reads: what is known of the recording without the device.
pub(super) struct Reader<'s> {
    pub(super) source: Arc<dyn Source + 's>,
    pub(super) store: Option<Arc<dyn NodeStore>>,
    /// How it is cut, for as many samples as there may ever be.
    pub(super) cut: Geometry,
    /// The extent's first sample in the source.
    pub(super) start: u64,
}

impl Reader<'_> {
    /// Reads, by way of `scratch`, which may be used again. What fails is told in the result; of several pages the others
    /// are read all the same.
    pub(super) fn run(&self, task: Task, scratch: &mut Option<Owned>) -> Done {
        let mut done = Done {
            task,
            nodes: Vec::new(),
            block: None,
            raw: false,
            bytes: 0,
            failed: Vec::new(),
        };
        match &mut done.task {
            Task::Block { level, block } => {
                let read = self
                    .store
                    .as_ref()
                    .map_or(Ok(None), |store| store.read_block(*level, *block));
                match read {
                    Ok(words) => done.block = words,
                    Err(error) => done.failed.push((0..0, error)),
                }
            }
            Task::Pages {
                pages,
                raw,
                nodes,
                samples,
            } => {
                let (pages, samples) = (pages.clone(), *samples);
                match self.pages((&pages, samples), raw.as_mut(), *nodes, scratch) {
                    Ok(words) => {
                        done.nodes.extend(words);
                        done.raw = raw.is_some();
                    }
                    // Which of them it is, and what the others are.
                    Err(_) if pages.end - pages.start > 1 => {
                        for page in pages.clone() {
                            match self.pages((&(page..page + 1), samples), None, *nodes, scratch) {
                                Ok(words) => done.nodes.extend(words),
                                Err(error) => done.failed.push((page..page + 1, error)),
                            }
                        }
                    }
                    Err(error) => done.failed.push((pages.clone(), error)),
                }
                let span = span_of(&self.of(samples), self.start, &pages);
                let sample = (self.cut.channels * self.cut.dtype.bytes()) as u64;
                done.bytes = (span.end - span.start) * sample;
            }
        }
        done
    }

    /// The geometry of so many samples.
    fn of(&self, samples: u64) -> Geometry {
        Geometry { samples, ..self.cut }
    }

    /// Reads pages of a recording of so many samples.
    fn pages(
        &self,
        (pages, samples): (&Range<u64>, u64),
        raw: Option<&mut Raw>,
        nodes: bool,
        scratch: &mut Option<Owned>,
    ) -> Result<Option<PageWords>> {
        let geometry = self.of(samples);
        let span = span_of(&geometry, self.start, pages);
        let source = self.source.as_ref();
        let samples = match (source.borrow(span.clone()), scratch) {
            (Some(samples), _) => samples,
            (None, Some(scratch)) => {
                scratch.reread(source, span)?;
                scratch.samples()
            }
            (None, none) => none.insert(Owned::read(source, span)?).samples(),
        };
        if let Some(raw) = raw {
            let (bytes, shape) = (page_bytes(&geometry), page_shape(&geometry));
            match &mut raw.slice {
                None => {
                    let place = raw.offset..raw.offset + bytes;
                    fill(&samples, raw.buffer.view(place)?.uninit(), &shape);
                }
                Some(slice) => fill(&samples, slice.view()?.uninit(), &shape),
            }
        }
        Ok(nodes.then(|| self.words(pages, &geometry, &samples)))
    }

    fn words(&self, pages: &Range<u64>, geometry: &Geometry, samples: &Samples<'_>) -> PageWords {
        let first = pages.start << geometry.page_shift;
        let len = ((pages.end - pages.start) << geometry.page_shift).min(geometry.samples - first);
        let top = self.cut.page_level().min(self.cut.levels() - 1);
        let nodes = host::build(samples, len as usize, top);
        PageWords {
            pages: pages.clone(),
            levels: nodes
                .levels
                .iter()
                .map(|nodes| words_of(geometry.dtype, nodes))
                .collect(),
        }
    }
}
