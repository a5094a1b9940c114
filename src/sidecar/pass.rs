//! A pass over a recording: all samples are read once and reduced, and each block of nodes is handed on as it is
//! done.
//!
//! ```text
//! threads:  block of leaves ─ read 2 MiB, reduce, read … ─► sink ─► its parents into the stretch's levels
//! the last block of a stretch: ─► the stretch's higher levels, block after block ─► sink ─► done
//! ```
//!
//! Threads read by themselves, more of them than there are cores, so that the disk and the cores are both busy. On
//! two cores and a disk that reads 1.4 GB/s from one end to the other, 1, 2, 4 and 8 threads build at 0.8, 1.1, 1.4
//! and 1.5 GB/s. Blocks are taken in order and at most [`OPEN`] stretches are begun and not done, so that memory is
//! bounded and the disk is read from one end to the other.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::cut::Plan;
use super::read::tiles;
use crate::abi::{FANOUT, FANOUT_SHIFT, LEAF_SHIFT, Node};
use crate::pyramid::{PAGE_BYTES, host};
use crate::source::{Owned, Source};
use crate::{Error, Result};

/// Stretches that are begun and not done: one is read while another is written.
const OPEN: usize = 2;
/// What all threads together may hold of blocks and samples, in bytes; there are fewer of them where one takes much.
const THREADS_BYTES: u64 = 384 << 20;
/// More threads than this have nothing to gain.
const MOST_THREADS: usize = 32;

/// How far a pass has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Samples of each channel that were read and reduced.
    pub done: u64,
    /// Samples of each channel that this pass reads.
    pub total: u64,
}

/// What is done with the nodes of a pass. Called by several threads at once.
pub(super) trait Sink: Sync {
    /// A block of `level`, `[nodes, channels]`.
    fn block(&self, level: usize, block: u64, nodes: &[Node]) -> Result<()>;
    /// All blocks of a stretch, of all levels that it has, have been handed on.
    fn done(&self, stretch: u64) -> Result<()>;
}

/// What a pass goes over, and how.
pub(super) struct Pass<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) plan: Plan,
    /// 0: as many as suit the machine.
    pub(super) threads: usize,
    pub(super) progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    pub(super) cancel: Option<&'a AtomicBool>,
}

/// A stretch of which some blocks are done: its levels above the leaves, `[nodes, channels]` each.
struct Begun {
    /// Blocks of leaves that are not done.
    left: u64,
    levels: Vec<Vec<Node>>,
}

/// What the threads share.
#[derive(Default)]
struct Shared {
    /// Index of the stretch to take a block of next, and that block's number in it.
    next: (usize, u64),
    begun: HashMap<u64, Begun>,
    failed: Option<Error>,
}

struct Run<'a> {
    pass: &'a Pass<'a>,
    stretches: &'a [u64],
    sink: &'a dyn Sink,
    shared: Mutex<Shared>,
    changed: Condvar,
    done: AtomicU64,
    total: u64,
}

impl Pass<'_> {
    /// Goes over the listed stretches in their order. False if it was cancelled on the way.
    ///
    /// # Errors
    /// The first of the source's or the sink's; some of the stretches may be done by then.
    pub(super) fn run(&self, stretches: &[u64], sink: &dyn Sink) -> Result<bool> {
        let samples = |stretch: &u64| {
            let first = stretch * self.plan.stretch_samples();
            (self.plan.geometry.samples - first).min(self.plan.stretch_samples())
        };
        let run = Run {
            pass: self,
            stretches,
            sink,
            shared: Mutex::default(),
            changed: Condvar::new(),
            done: AtomicU64::new(0),
            total: stretches.iter().map(samples).sum(),
        };
        std::thread::scope(|scope| {
            for _ in 0..self.thread_count() {
                scope.spawn(|| run.work());
            }
        });
        let cancelled = self.is_cancelled();
        let shared = run.shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        match shared.failed {
            Some(error) => Err(error),
            None => Ok(!cancelled),
        }
    }

    fn thread_count(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(2, usize::from);
        let wanted = if self.threads == 0 {
            2 * cores()
        } else {
            self.threads
        };
        let row = self.plan.channels() as u64;
        // Nodes in memory, as values and encoded; samples, and their leaves.
        let each = 24 * row * self.plan.block_nodes() + 2 * self.read_leaves() * (row << LEAF_SHIFT) * 4;
        wanted
            .clamp(1, MOST_THREADS)
            .min((THREADS_BYTES / each).max(1) as usize)
    }

    /// Leaves that are read at a time.
    fn read_leaves(&self) -> u64 {
        let leaf = (self.plan.channels() * self.plan.dtype().bytes()) as u64 * 64;
        let most = (PAGE_BYTES / leaf).clamp(8, self.plan.block_nodes().max(8));
        1 << most.ilog2()
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed))
    }
}

impl Run<'_> {
    fn work(&self) {
        let mut memory = Memory::default();
        while let Some((stretch, block)) = self.take() {
            if let Err(error) = self.block(stretch, block, &mut memory) {
                self.shared().failed.get_or_insert(error);
                self.changed.notify_all();
            }
        }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next block of leaves to do.
    fn take(&self) -> Option<(u64, u64)> {
        let mut shared = self.shared();
        loop {
            let (at, number) = shared.next;
            let stretch = *self.stretches.get(at)?;
            if shared.failed.is_some() || self.pass.is_cancelled() {
                return None;
            }
            let blocks = self.pass.plan.blocks_of_stretch(0, stretch);
            if number == 0 {
                if shared.begun.len() >= OPEN {
                    // Now and then somebody may have cancelled.
                    let pause = Duration::from_millis(50);
                    let waited = self.changed.wait_timeout(shared, pause);
                    shared = waited.unwrap_or_else(PoisonError::into_inner).0;
                    continue;
                }
                shared.begun.insert(stretch, self.begin(stretch));
            }
            let block = blocks.start + number;
            let last = block + 1 == blocks.end;
            shared.next = if last { (at + 1, 0) } else { (at, number + 1) };
            return Some((stretch, block));
        }
    }

    fn begin(&self, stretch: u64) -> Begun {
        let plan = &self.pass.plan;
        let nodes = |level: usize| -> usize {
            let blocks = plan.blocks_of_stretch(level, stretch);
            blocks.map(|block| plan.block_len(level, block)).sum()
        };
        let levels = 1..plan.own_levels();
        let blocks = plan.blocks_of_stretch(0, stretch);
        Begun {
            left: blocks.end - blocks.start,
            levels: levels
                .map(|level| vec![Node::EMPTY; nodes(level) * plan.channels()])
                .collect(),
        }
    }

    fn block(&self, stretch: u64, block: u64, memory: &mut Memory) -> Result<()> {
        if !self.read(block, memory)? {
            return Ok(());
        }
        self.sink.block(0, block, &memory.nodes)?;
        let plan = &self.pass.plan;
        let channels = plan.channels();
        let first_of_stretch = plan.blocks_of_stretch(0, stretch).start;
        let mut parents = Vec::new();
        for _ in 1..plan.own_levels() {
            let finer = parents.last().unwrap_or(&memory.nodes);
            parents.push(reduce(finer, channels));
        }
        let levels = {
            let mut shared = self.shared();
            let begun = shared
                .begun
                .get_mut(&stretch)
                .expect("begun with its first block");
            for (index, nodes) in parents.iter().enumerate() {
                let shift = plan.cut.block_shift - FANOUT_SHIFT * (index as u32 + 1);
                let first = ((block - first_of_stretch) << shift) as usize * channels;
                begun.levels[index][first..][..nodes.len()].copy_from_slice(nodes);
            }
            begun.left -= 1;
            if begun.left > 0 {
                return Ok(());
            }
            std::mem::take(&mut begun.levels)
        };
        self.finish(stretch, &levels)?;
        self.shared().begun.remove(&stretch);
        self.changed.notify_all();
        Ok(())
    }

    /// Hands the higher levels of a stretch on, all of whose leaves are done.
    fn finish(&self, stretch: u64, levels: &[Vec<Node>]) -> Result<()> {
        let plan = &self.pass.plan;
        for (nodes, level) in levels.iter().zip(1..) {
            let mut rest = nodes.as_slice();
            for block in plan.blocks_of_stretch(level, stretch) {
                let (nodes, after) = rest.split_at(plan.block_len(level, block) * plan.channels());
                self.sink.block(level, block, nodes)?;
                rest = after;
            }
        }
        self.sink.done(stretch)
    }

    /// Reads the samples of a block of leaves and reduces them. False if it was cancelled on the way.
    fn read(&self, block: u64, memory: &mut Memory) -> Result<bool> {
        let Pass { source, plan, .. } = *self.pass;
        let channels = plan.channels();
        let first = block * plan.block_nodes();
        let count = plan.block_len(0, block) as u64;
        memory.nodes.clear();
        memory.nodes.resize(count as usize * channels, Node::EMPTY);
        let step = self.pass.read_leaves();
        for leaf in (first..first + count).step_by(step as usize) {
            if self.pass.is_cancelled() {
                return Ok(false);
            }
            let leaves = step.min(first + count - leaf);
            let start = leaf << LEAF_SHIFT;
            let end = ((leaf + leaves) << LEAF_SHIFT).min(plan.geometry.samples);
            // The first sample after the last leaf closes it.
            let span = start..(end + 1).min(plan.geometry.samples);
            match &mut memory.samples {
                Some(samples) => samples.reread(source, span)?,
                none => *none = Some(Owned::read(source, span)?),
            }
            let samples = memory.samples.as_ref().expect("just read").samples();
            let built = host::build(&samples, (end - start) as usize, 0);
            let (planar, leaves) = (&built.levels[0], leaves as usize);
            let into = &mut memory.nodes[(leaf - first) as usize * channels..][..leaves * channels];
            tiles(channels, leaves, |c, k| {
                into[k * channels + c] = planar[c * leaves + k]
            });
            let done = self.done.fetch_add(end - start, Ordering::Relaxed) + (end - start);
            if let Some(progress) = self.pass.progress {
                progress(Progress {
                    done,
                    total: self.total,
                });
            }
        }
        Ok(true)
    }
}

/// What a thread keeps from one block to the next.
#[derive(Default)]
struct Memory {
    samples: Option<Owned>,
    /// `[nodes, channels]`.
    nodes: Vec<Node>,
}

/// The next level of all channels: `[nodes, channels]`, of which eight rows make one.
pub(super) fn reduce(nodes: &[Node], channels: usize) -> Vec<Node> {
    let rows = FANOUT as usize * channels;
    let mut parents = Vec::with_capacity(nodes.len().div_ceil(rows) * channels);
    for children in nodes.chunks(rows) {
        let first = parents.len();
        parents.extend_from_slice(&children[..channels]);
        for row in children[channels..].chunks_exact(channels) {
            for (parent, child) in parents[first..].iter_mut().zip(row) {
                *parent = parent.union(*child);
            }
        }
    }
    parents
}
