//! Files read by position, into memory that need not be initialised first.
//!
//! Files are never mapped: one that is cut short under a mapping kills the process, a read only fails. So does one of a
//! file that was written to meanwhile, but for its end: what was read before and after would be of two recordings.

use std::fs::{self, File, Metadata};
use std::io;
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use bytemuck::Pod;

use crate::{Error, Result};

/// How often a file is looked at before it counts as rewritten, and how long lies between: a write that is interrupted
/// between its stamp and the file's new length goes on well before.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// An open file, its path for messages, and its length when it was opened.
#[derive(Debug)]
pub(crate) struct DataFile {
    file: File,
    path: PathBuf,
    len: u64,
    identity: Identity,
    /// When it was last written, of systems that say so.
    written: Option<SystemTime>,
}

/// What a path leads to now, next to the file that was opened by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Now {
    /// The same file, of so many bytes.
    Bytes(u64),
    /// Another file.
    Replaced,
    /// Nothing.
    Gone,
}

/// What tells a file from another of the same name: its device and number, or where there is no such thing, when it was made.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = Option<std::time::SystemTime>;

fn identity(facts: &Metadata) -> Identity {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (facts.dev(), facts.ino())
    }
    #[cfg(not(unix))]
    facts.created().ok()
}

impl DataFile {
    /// Opens a file to read; a directory is refused, as it can be opened but not read.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let failed = |source| Error::Open {
            path: path.to_path_buf(),
            source,
        };
        let file = File::open(path).map_err(failed)?;
        let facts = file.metadata().map_err(failed)?;
        if facts.is_dir() {
            return Err(failed(io::Error::new(
                io::ErrorKind::IsADirectory,
                "it is a directory; give a file",
            )));
        }
        Ok(Self {
            file,
            path: path.to_path_buf(),
            len: facts.len(),
            identity: identity(&facts),
            written: facts.modified().ok(),
        })
    }

    /// What the path leads to now.
    pub(crate) fn now(&self) -> Result<Now> {
        match fs::metadata(&self.path) {
            Ok(facts) if identity(&facts) == self.identity => Ok(Now::Bytes(facts.len())),
            Ok(_) => Ok(Now::Replaced),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Now::Gone),
            Err(error) => Err(self.read_failed(0, error)),
        }
    }

    /// The path as it was given.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes in the file when it was opened.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The same open file for a reader of its own.
    #[cfg(feature = "nwb")]
    pub(crate) fn again(&self) -> Result<File> {
        self.file.try_clone().map_err(|error| self.read_failed(0, error))
    }

    /// Fills `into` from `offset`, in order; safe from any thread. A file that ends before is an error, and so is one that
    /// was written to since it was opened and is as long as before.
    pub(crate) fn read_into(&self, mut offset: u64, mut into: &mut [MaybeUninit<u8>]) -> Result<()> {
        while !into.is_empty() {
            let read = match read_once(&self.file, offset, into) {
                Ok(0) => {
                    let cut = io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "the file ends here; it is shorter than when it was opened",
                    );
                    return Err(self.read_failed(offset, cut));
                }
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.read_failed(offset, error)),
            };
            offset += read as u64;
            into = &mut into[read..];
        }
        match self.is_rewritten() {
            true => Err(self.read_failed(
                offset,
                io::Error::other("the file has changed since it was opened; open it again"),
            )),
            false => Ok(()),
        }
    }

    /// Whether what was there when it was opened may have been written anew: asked after a read, so that one which a write
    /// overtakes is found out. What is left of a file that was cut short is taken for what it was, and so is all that was
    /// there of one that has become longer, as those do that are being recorded.
    ///
    /// A system stamps a write before it lengthens the file, so one that is about to become longer looks rewritten for a
    /// moment: that is what is waited for.
    fn is_rewritten(&self) -> bool {
        let looks_rewritten = || {
            self.file
                .metadata()
                .is_ok_and(|facts| facts.len() == self.len && facts.modified().ok() != self.written)
        };
        (0..LOOKS).all(|look| {
            if look > 0 {
                thread::sleep(BETWEEN_LOOKS);
            }
            looks_rewritten()
        })
    }

    /// `len` bytes from `offset`, allocated here: for headers.
    pub(crate) fn read_vec(&self, offset: u64, len: usize) -> Result<Vec<u8>> {
        filled(len, |into| self.read_into(offset, into))
    }

    fn read_failed(&self, offset: u64, source: io::Error) -> Error {
        Error::Read {
            path: self.path.clone(),
            offset,
            source,
        }
    }
}

/// Reads some bytes at `offset` into the head of `into` and returns how many; 0 at the end of the file.
#[cfg(unix)]
fn read_once(file: &File, offset: u64, into: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
    let (read, _) = rustix::io::pread(file, into, offset)?;
    Ok(read.len())
}

/// The same where no safe call reads into uninitialised memory: through a small buffer, a copy more.
#[cfg(windows)]
fn read_once(file: &File, offset: u64, into: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
    use std::os::windows::fs::FileExt;
    let mut buffer = [0; 1 << 16];
    let len = into.len().min(buffer.len());
    let read = file.seek_read(&mut buffer[..len], offset)?;
    copy(&buffer[..read], &mut into[..read]);
    Ok(read)
}

/// Copies `from` into `into`, of the same length.
pub(crate) fn copy(from: &[u8], into: &mut [MaybeUninit<u8>]) {
    assert_eq!(from.len(), into.len(), "as many bytes as there is room for");
    for (from, into) in from.iter().zip(into) {
        into.write(*from);
    }
}

/// `len` values, whose bytes `fill` writes.
///
/// The memory comes zeroed from the system, which costs nothing for large `len`, so that a `fill` which leaves bytes out
/// cannot expose what is not initialised.
pub(crate) fn filled<T: Pod>(
    len: usize,
    fill: impl FnOnce(&mut [MaybeUninit<u8>]) -> Result<()>,
) -> Result<Vec<T>> {
    let mut values = vec![T::zeroed(); len];
    refill(&mut values, fill)?;
    Ok(values)
}

/// Lets `fill` write the bytes of values that are there already.
pub(crate) fn refill<T: Pod>(
    values: &mut [T],
    fill: impl FnOnce(&mut [MaybeUninit<u8>]) -> Result<()>,
) -> Result<()> {
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(values);
    // SAFETY: the same bytes with the same layout, initialised already; a `fill` writes initialised bytes or none.
    fill(unsafe { &mut *(std::ptr::from_mut(bytes) as *mut [MaybeUninit<u8>]) })
}
