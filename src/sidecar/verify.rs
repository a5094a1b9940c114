//! Comparing a sidecar with a fresh pass over its recording.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::build::{BuildOptions, merged};
use super::codec::Part;
use super::pass::{Pass, Sink};
use super::read::Sidecar;
use super::{meta, usual};
use crate::abi::Node;
use crate::source::{Source, robust};
use crate::{Error, Result};

/// A shard, or the file of the usual ranges, that is not what a fresh pass gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its file.
    pub shard: PathBuf,
    /// What is wrong with it, the first of it.
    pub problem: String,
}

/// Compares every node of the sidecar in the folder `root` with a fresh pass over the recording, and says which
/// shards differ, are damaged or are missing, sorted by name. Nothing is changed. Of `options` the threads, the
/// progress and the cancellation count.
///
/// Cost: reads all samples and the whole sidecar; memory as [`build`](super::build()).
///
/// # Errors
/// [`Error::Format`] if there is no sidecar of this recording as it is now; [`Error::Invalid`] if it was cancelled;
/// those of [`Source::read`].
pub fn verify(source: &dyn Source, root: &Path, options: &BuildOptions<'_>) -> Result<Vec<Difference>> {
    let sidecar = Sidecar::open(root, source)?;
    let plan = *sidecar.plan();
    let comparison = Comparison {
        sidecar: &sidecar,
        found: Mutex::default(),
    };
    let stretches: Vec<u64> = (0..plan.stretches()).collect();
    let pass = Pass {
        source,
        plan,
        threads: options.threads,
        progress: options.progress,
        cancel: options.cancel,
    };
    if !pass.run(&stretches, &comparison)? {
        return Err(Error::Invalid {
            what: "verify",
            problem: "it was cancelled".into(),
        });
    }
    for level in plan.own_levels()..plan.geometry.levels() {
        for block in 0..plan.blocks(level) {
            match merged(&sidecar, level, block) {
                Ok(nodes) => comparison.block(level, block, &nodes)?,
                // What is below has been told of already, and this cannot be right without it.
                Err(_) => comparison.tell(level, block, "what it is made of is missing or damaged".into()),
            }
        }
    }
    let usual = robust(source, 0..plan.geometry.samples)?;
    let problem = match sidecar.robust() {
        Some(there) if there == usual => None,
        Some(_) => Some("the usual ranges differ"),
        None => Some("the usual ranges are missing or damaged"),
    };
    let mut found = comparison
        .found
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    found.extend(problem.map(|problem| Difference {
        shard: usual::path(root),
        problem: problem.into(),
    }));
    found.sort_by(|a, b| a.shard.cmp(&b.shard));
    Ok(found)
}

struct Comparison<'a> {
    sidecar: &'a Sidecar,
    found: Mutex<Vec<Difference>>,
}

impl Comparison<'_> {
    /// Notes the first problem of each shard.
    fn tell(&self, level: usize, block: u64, problem: String) {
        let (number, _) = self.sidecar.plan().shard_of(level, block);
        let shard = meta::shard_path(self.sidecar.root(), Part::Range, level, number);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.iter().all(|other| other.shard != shard) {
            found.push(Difference { shard, problem });
        }
    }
}

impl Sink for Comparison<'_> {
    fn block(&self, level: usize, block: u64, nodes: &[Node]) -> Result<()> {
        let channels = self.sidecar.plan().channels();
        let problem = match self.sidecar.read_nodes(level, block) {
            Ok(Some(there)) => there.iter().zip(nodes).position(|(a, b)| a != b).map(|at| {
                let node = block * self.sidecar.plan().block_nodes() + (at / channels) as u64;
                format!(
                    "node {node} of channel {} of level {level} differs",
                    at % channels
                )
            }),
            Ok(None) => Some("it is missing".into()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(problem) = problem {
            self.tell(level, block, problem);
        }
        Ok(())
    }

    fn done(&self, _stretch: u64) -> Result<()> {
        Ok(())
    }
}
