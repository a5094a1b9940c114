//! Files that are still being written: how long they are now, and whether they are still the same files.

use std::fmt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::file::{DataFile, Now};
use crate::Result;

/// Bytes at the head and at the end of what is known that are compared when a file has changed.
const MARK: u64 = 4096;

/// What has become of a recording's file since it was opened; see [`Source::refresh`](super::Source::refresh).
///
/// As text, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grown {
    /// So many samples of each channel can be read now; never fewer than before.
    Samples(u64),
    /// The file was cut short: reads beyond these samples fail.
    Shrunk {
        /// The file.
        path: PathBuf,
        /// Whole samples of each channel that are left.
        samples: u64,
    },
    /// There is another file of this name now, or what was read before was written anew.
    Replaced {
        /// The file.
        path: PathBuf,
    },
    /// There is no file of this name any more.
    Gone {
        /// The file.
        path: PathBuf,
    },
}

impl fmt::Display for Grown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Samples(samples) => write!(f, "{samples} samples can be read"),
            Self::Shrunk { path, samples } => {
                write!(f, "{} was cut short: {samples} samples are left", path.display())
            }
            Self::Replaced { path } => write!(
                f,
                "{} is another file than the one that was opened: open it again",
                path.display()
            ),
            Self::Gone { path } => write!(f, "{} is gone", path.display()),
        }
    }
}

/// The length of a file that grows by whole samples, and marks that tell whether it is still the same.
#[derive(Debug)]
pub(crate) struct Growth {
    /// Bytes before the first sample.
    offset: u64,
    /// Bytes of one sample of all channels.
    sample: u64,
    samples: AtomicU64,
    marks: Mutex<Marks>,
}

/// Bytes of a file that an acquisition which appends leaves as they are.
#[derive(Debug)]
struct Marks {
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl Marks {
    /// Those of the first `end` bytes.
    fn read(file: &DataFile, end: u64) -> Result<Self> {
        let len = end.min(MARK);
        Ok(Self {
            head: file.read_vec(0, len as usize)?,
            tail: file.read_vec(end - len, len as usize)?,
        })
    }

    fn hold(&self, file: &DataFile, end: u64) -> Result<bool> {
        let now = Self::read(file, end)?;
        // The head may have been shorter when it was marked.
        Ok(now.head.starts_with(&self.head) && now.tail == self.tail)
    }
}

impl Growth {
    /// Watches a file of which `samples` samples of `sample` bytes follow `offset` bytes.
    ///
    /// Reads 8 KiB of it at most.
    pub(crate) fn new(file: &DataFile, offset: u64, sample: u64, samples: u64) -> Result<Self> {
        let marks = Marks::read(file, offset + samples * sample)?;
        Ok(Self {
            offset,
            sample,
            samples: AtomicU64::new(samples),
            marks: Mutex::new(marks),
        })
    }

    /// Samples that can be read, as far as is known.
    pub(crate) fn samples(&self) -> u64 {
        self.samples.load(Ordering::Acquire)
    }

    /// Looks at the file again. What is known never shrinks, so that spans stay valid and only their reads fail.
    pub(crate) fn refresh(&self, file: &DataFile) -> Result<Grown> {
        let path = || file.path().to_path_buf();
        let bytes = match file.now()? {
            Now::Bytes(bytes) => bytes,
            Now::Replaced => return Ok(Grown::Replaced { path: path() }),
            Now::Gone => return Ok(Grown::Gone { path: path() }),
        };
        // Marks and the count change together.
        let mut marks = self.marks.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let known = self.samples();
        let samples = bytes.saturating_sub(self.offset) / self.sample;
        if samples < known {
            return Ok(Grown::Shrunk {
                path: path(),
                samples,
            });
        }
        if !marks.hold(file, self.offset + known * self.sample)? {
            return Ok(Grown::Replaced { path: path() });
        }
        if samples > known {
            *marks = Marks::read(file, self.offset + samples * self.sample)?;
            self.samples.store(samples, Ordering::Release);
        }
        Ok(Grown::Samples(samples))
    }
}
