//! Building a sidecar, or a part of one, and merging the levels above the stretches.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::codec::{self, Part};
use super::cut::{Cut, Plan};
use super::identity::Identity;
use super::pass::{Pass, Progress, Sink, reduce};
use super::read::Sidecar;
use super::{meta, shard, usual};
use crate::abi::Node;
use crate::source::Source;
use crate::{Error, Result};

/// What of a sidecar is built, and how. The default is all of it, on all cores.
#[derive(Clone, Copy, Default)]
pub struct BuildOptions<'a> {
    /// Part `i` of `n` of the stretches, which are shared out evenly and in order. Parts are counted modulo `n`, so
    /// that `1 ..= n` and `0 .. n` are both all of them.
    pub shard: Option<(u32, u32)>,
    /// Threads that read and reduce; 0 for twice as many as there are cores, 8 at least. Fewer are used where blocks
    /// of very many channels would take more memory than [`build`] may.
    pub threads: usize,
    /// Begin with the stretch that holds this sample and go on with those nearest to it; without it in order.
    pub near: Option<u64>,
    /// Another cut than [`Cut::new`]: what is there of another one is removed.
    pub cut: Option<Cut>,
    /// Called by several threads, about every 2 MiB of samples.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Set to end early. What is complete by then stays.
    pub cancel: Option<&'a AtomicBool>,
}

impl std::fmt::Debug for BuildOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BuildOptions")
            .field("shard", &self.shard)
            .field("threads", &self.threads)
            .field("near", &self.near)
            .field("cut", &self.cut)
            .finish_non_exhaustive()
    }
}

/// What a build has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The sidecar's folder.
    pub root: PathBuf,
    /// Stretches that were asked for.
    pub stretches: u64,
    /// Of those, the ones that were there already, and whole.
    pub kept: u64,
    /// Of those, the ones that were built.
    pub built: u64,
    /// Samples of each channel that were read.
    pub samples: u64,
    /// Whether the whole sidecar is there now, with what other builders did.
    pub complete: bool,
}

/// Builds the sidecar of a recording in the folder `root` (see [`place`](super::place())), or what is missing of it.
///
/// Stretches that are there and whose checksums hold are kept; those of a recording that has changed, or was read in
/// another way, are removed first. Once all stretches are there, whoever built them, the levels above are merged. It
/// may be killed at any time, and run by any number of processes on any machines at once.
///
/// Cost: the samples of what is missing are read once, and what is there of the sidecar. Memory: at most 1 GiB,
/// whatever the recording's length: 384 MiB for all threads' blocks, unless one block takes more (beyond 20,000
/// channels), and at most 2 stretches, each 64 MiB of encoded leaves (144 MiB of `f32`) and 27 MiB of higher levels.
///
/// # Errors
/// [`Error::Invalid`] if the recording is in no file, changes meanwhile, or `options` mean nothing; [`Error::Write`]
/// if the folder cannot be written to; those of [`Source::read`].
pub fn build(source: &dyn Source, root: &Path, options: &BuildOptions<'_>) -> Result<Built> {
    let identity = Identity::of(source)?;
    let geometry = identity.geometry;
    let cut = options.cut.unwrap_or_else(|| Cut::new(&geometry));
    let plan = Plan::new(geometry, cut)?;
    let part = part(plan.stretches(), options.shard)?;
    meta::prepare(root, &identity, &plan)?;
    shard::tidy(root);
    let sidecar = Sidecar::open_as(root.to_path_buf(), &identity)?;
    let is_missing = |stretch: &u64| !(0..plan.own_levels()).all(|level| sidecar.is_whole(level, *stretch));
    let mut missing: Vec<u64> = part.clone().into_par_iter().filter(is_missing).collect();
    if let Some(sample) = options.near {
        let middle = sample / plan.stretch_samples();
        missing.sort_by_key(|stretch| stretch.abs_diff(middle));
    }
    let writer = Writer {
        identity: &identity,
        source,
        root,
        plan,
        encoded: Mutex::default(),
        written: Mutex::default(),
    };
    let pass = Pass {
        source,
        plan,
        threads: options.threads,
        progress: options.progress,
        cancel: options.cancel,
    };
    let finished = pass.run(&missing, &writer)?;
    let all_there = || sidecar.stretches().iter().all(|stretch| stretch.complete);
    let complete = finished && all_there() && merge_all(&sidecar, source, &identity, options.cancel)?;
    shard::tidy(root);
    let written = writer
        .written
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let samples = |stretch: &u64| {
        let first = stretch * plan.stretch_samples();
        (geometry.samples - first).min(plan.stretch_samples())
    };
    Ok(Built {
        root: root.to_path_buf(),
        stretches: part.end - part.start,
        kept: part.end - part.start - missing.len() as u64,
        built: written.len() as u64,
        samples: written.iter().map(samples).sum(),
        complete,
    })
}

/// Opens the sidecar of a recording in the folder `root` with what is there of it, and makes one where none is.
///
/// # Errors
/// [`Error::Invalid`] if the recording is in no file; [`Error::Write`] if the folder cannot be written to.
pub(crate) fn begin(source: &dyn Source, root: &Path) -> Result<Sidecar> {
    let identity = Identity::of(source)?;
    let plan = Plan::new(identity.geometry, Cut::new(&identity.geometry))?;
    meta::prepare(root, &identity, &plan)?;
    Sidecar::open_as(root.to_path_buf(), &identity)
}

/// The stretches of a part.
fn part(stretches: u64, shard: Option<(u32, u32)>) -> Result<Range<u64>> {
    let Some((number, count)) = shard else {
        return Ok(0..stretches);
    };
    if count == 0 || number > count {
        return Err(Error::Invalid {
            what: "shard",
            problem: format!("{number}/{count}: give part 1 to n of n"),
        });
    }
    let (number, count) = (u128::from(number % count), u128::from(count));
    let from = |number: u128| (u128::from(stretches) * number / count) as u64;
    Ok(from(number)..from(number + 1))
}

/// Merges the levels above the stretches of the sidecar in the folder `root`, whose stretches must all be there, and looks
/// at samples for the usual ranges. What is there already and whole is kept.
///
/// Cost: reads the highest level that the stretches have, 1/64 of the leaves, and at most 48 MiB of `i16` samples.
///
/// # Errors
/// [`Error::Format`] if there is no sidecar of this recording, or a shard of it is damaged; [`Error::Invalid`] if
/// stretches are missing; [`Error::Write`] if the folder cannot be written to.
pub fn merge(source: &dyn Source, root: &Path) -> Result<()> {
    let identity = Identity::of(source)?;
    let sidecar = Sidecar::open_as(root.to_path_buf(), &identity)?;
    let stretches = sidecar.stretches();
    let missing: Vec<_> = stretches.iter().filter(|stretch| !stretch.complete).collect();
    if let Some(first) = missing.first() {
        return Err(Error::Invalid {
            what: "merge",
            problem: format!(
                "{} of {} parts of the sidecar are missing, the first of them samples {}..{}; build them first",
                missing.len(),
                stretches.len(),
                first.samples.start,
                first.samples.end
            ),
        });
    }
    merge_all(&sidecar, source, &identity, None)?;
    shard::tidy(root);
    Ok(())
}

/// What is of the recording as a whole: the levels above the stretches, and the usual ranges. False if it was cancelled on
/// the way.
fn merge_all(
    sidecar: &Sidecar,
    source: &dyn Source,
    identity: &Identity,
    cancel: Option<&AtomicBool>,
) -> Result<bool> {
    if !merge_levels(sidecar, cancel)? {
        return Ok(false);
    }
    if sidecar.robust().is_none() {
        identity.still_holds(source)?;
        usual::write(sidecar.root(), source)?;
    }
    Ok(true)
}

/// False if it was cancelled on the way.
fn merge_levels(sidecar: &Sidecar, cancel: Option<&AtomicBool>) -> Result<bool> {
    let plan = sidecar.plan();
    for level in plan.own_levels()..plan.geometry.levels() {
        for number in 0..plan.shards(level) {
            if cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
                return Ok(false);
            }
            if sidecar.is_whole(level, number) {
                continue;
            }
            let mut parts = vec![Vec::new(); Part::of(plan.dtype()).len()];
            for block in plan.blocks_of(level, number) {
                let nodes = merged(sidecar, level, block)?;
                for (part, blocks) in Part::of(plan.dtype()).iter().zip(&mut parts) {
                    blocks.push(encode(plan, *part, level, &nodes));
                }
            }
            for (part, blocks) in Part::of(plan.dtype()).iter().zip(&parts) {
                let path = meta::shard_path(sidecar.root(), *part, level, number);
                shard::write(sidecar.root(), &path, blocks, plan.shard_blocks(level) as usize)?;
            }
        }
    }
    Ok(true)
}

/// A block's nodes from those of the eight blocks below it, `[nodes, channels]`.
pub(super) fn merged(sidecar: &Sidecar, level: usize, block: u64) -> Result<Vec<Node>> {
    let plan = sidecar.plan();
    let below = 8 * block..(8 * block + 8).min(plan.blocks(level - 1));
    let mut nodes = Vec::new();
    for child in below {
        let finer = sidecar
            .read_nodes(level - 1, child)?
            .ok_or_else(|| Error::Format {
                format: super::FORMAT,
                path: sidecar.root().to_path_buf(),
                offset: 0,
                problem: format!(
                    "block {child} of level {} has gone; build the sidecar again",
                    level - 1
                ),
            })?;
        nodes.extend(reduce(&finer, plan.channels()));
    }
    Ok(nodes)
}

fn encode(plan: &Plan, part: Part, level: usize, nodes: &[Node]) -> Vec<u8> {
    let stored = plan.stored_nodes(level) as usize * plan.channels();
    codec::encode(part, plan.dtype(), nodes, stored)
}

/// The blocks of one shard, encoded, as far as they are.
type Encoded = HashMap<(Part, usize), Vec<Vec<u8>>>;

/// Encodes blocks as they come and writes the shards of each stretch once it is done.
struct Writer<'a> {
    identity: &'a Identity,
    source: &'a dyn Source,
    root: &'a Path,
    plan: Plan,
    /// By stretch.
    encoded: Mutex<HashMap<u64, Encoded>>,
    /// Stretches that are on the disk.
    written: Mutex<Vec<u64>>,
}

impl Sink for Writer<'_> {
    fn block(&self, level: usize, block: u64, nodes: &[Node]) -> Result<()> {
        let (stretch, place) = self.plan.shard_of(level, block);
        for part in Part::of(self.plan.dtype()) {
            let bytes = encode(&self.plan, *part, level, nodes);
            let mut encoded = self.encoded.lock().unwrap_or_else(PoisonError::into_inner);
            let blocks = encoded.entry(stretch).or_default();
            let blocks = blocks.entry((*part, level)).or_default();
            if blocks.len() <= place {
                blocks.resize(place + 1, Vec::new());
            }
            blocks[place] = bytes;
        }
        Ok(())
    }

    fn done(&self, stretch: u64) -> Result<()> {
        let encoded = self
            .encoded
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&stretch);
        let encoded = encoded.unwrap_or_default();
        // Else samples of before and after a change would be in one sidecar.
        self.identity.still_holds(self.source)?;
        for ((part, level), blocks) in &encoded {
            let path = meta::shard_path(self.root, *part, *level, stretch);
            shard::write(self.root, &path, blocks, self.plan.shard_blocks(*level) as usize)?;
        }
        self.written
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(stretch);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_all_once_however_they_are_counted() {
        for (stretches, count) in [(0, 3), (1, 4), (15, 4), (1000, 7)] {
            for first in [0, 1] {
                let mut all: Vec<u64> = (first..first + count)
                    .flat_map(|i| part(stretches, Some((i, count))).expect("a part"))
                    .collect();
                all.sort_unstable();
                assert_eq!(all, (0..stretches).collect::<Vec<_>>(), "{stretches} in {count}");
            }
        }
        assert!(part(5, Some((3, 2))).is_err() && part(5, Some((0, 0))).is_err());
    }
}
