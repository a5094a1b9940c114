//! A stretch of a recording as a recording.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Info, Source, check_read};
use crate::Result;

/// Samples of a recording from one on, as many as `info` says.
pub(crate) struct Stretch {
    pub(crate) info: Info,
    pub(crate) source: Arc<dyn Source>,
    /// The first of them, in the recording.
    pub(crate) first: u64,
}

impl Source for Stretch {
    fn info(&self) -> &Info {
        &self.info
    }

    fn files(&self) -> Vec<PathBuf> {
        self.source.files()
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        self.source
            .read(span.start + self.first..span.end + self.first, into)
    }
}
