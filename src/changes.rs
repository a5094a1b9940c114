//! What of data has changed since it was seen last, so that only that is sent anew.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Changes that are told one by one; of what is older all of the data counts as changed.
const TOLD: usize = 32;

/// States of all data of the process are told apart by numbers.
static LAST: AtomicU64 = AtomicU64::new(0);

fn next_version() -> u64 {
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// In which state data are, and what they became so by, the oldest first. Clones have the past in common.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    version: u64,
    told: Vec<Change>,
}

/// From one state to the next only some elements are others.
#[derive(Debug, Clone)]
struct Change {
    from: u64,
    span: Range<usize>,
}

impl Changes {
    /// Of new data, or of such as are made anew.
    pub(crate) fn new() -> Self {
        Self {
            version: next_version(),
            told: Vec::new(),
        }
    }

    /// Takes note that elements have changed.
    pub(crate) fn put(&mut self, span: Range<usize>) {
        if self.told.len() == TOLD {
            self.told.remove(0);
        }
        let from = self.version;
        self.told.push(Change { from, span });
        self.version = next_version();
    }

    /// Which state they are in.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The elements that have changed since a state; `None` of one that is too long ago, or of other data.
    pub(crate) fn since(&self, version: u64) -> Option<Vec<Range<usize>>> {
        if version == self.version {
            return Some(Vec::new());
        }
        let first = self.told.iter().position(|change| change.from == version)?;
        let spans = self.told[first..].iter().map(|change| change.span.clone());
        Some(spans.collect())
    }
}
