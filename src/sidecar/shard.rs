//! A shard: a file of encoded blocks one after another, then their index.
//!
//! The index is that of Zarr's `sharding_indexed` codec: offset and length of each block as `u64`, little-endian, all
//! bits set for a block that is not there, and a CRC-32C over all of it in the file's last four bytes.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::codec;
use crate::{Error, Result};

/// The folder, in a sidecar, of files that have not got their name yet.
const UNNAMED: &str = ".unnamed";

/// Distinguishes the files that one process writes.
static WRITES: AtomicU32 = AtomicU32::new(0);

/// Where each block of a shard lies: offset and length, as far as it is there.
pub(super) type Index = Vec<Option<(u64, u64)>>;

/// Writes a shard of `room` blocks, of which the first are `blocks`, and makes it visible as a whole.
pub(super) fn write(root: &Path, path: &Path, blocks: &[Vec<u8>], room: usize) -> Result<()> {
    let mut index = Vec::with_capacity(16 * room + 4);
    let mut offset = 0_u64;
    for block in blocks {
        index.extend(offset.to_le_bytes());
        index.extend((block.len() as u64).to_le_bytes());
        offset += block.len() as u64;
    }
    index.resize(16 * room, 0xff);
    index.extend(codec::checksum(&index));
    let parts: Vec<&[u8]> = blocks
        .iter()
        .map(Vec::as_slice)
        .chain([index.as_slice()])
        .collect();
    write_whole(root, path, &parts)
}

/// Writes a file under another name, waits until it is on the disk, and renames it.
///
/// It does not wait for the rename as well: where that is lost with the power, the file is not there, and is made
/// anew.
pub(super) fn write_whole(root: &Path, path: &Path, parts: &[&[u8]]) -> Result<()> {
    // A builder that tidies up may take a file away that was made, but not locked yet: once more, then.
    let mut attempts = 4;
    loop {
        attempts -= 1;
        match try_write(root, path, parts) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && attempts > 0 => {}
            Err(source) => {
                let path = path.to_path_buf();
                return Err(Error::Write { path, source });
            }
        }
    }
}

fn try_write(root: &Path, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let (mut file, other) = create(root)?;
    let written = (|| {
        // Whoever tidies up leaves alone what is locked; where nothing can be locked it goes by age.
        let _ = file.try_lock();
        for part in parts {
            file.write_all(part)?;
        }
        file.sync_all()?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::rename(&other, path)
    })();
    if written.is_err() {
        // It may not even be there.
        let _ = fs::remove_file(&other);
    }
    written
}

/// A new file in the folder of those that have no name yet.
fn create(root: &Path) -> io::Result<(File, PathBuf)> {
    let unnamed = root.join(UNNAMED);
    let number = WRITES.fetch_add(1, Ordering::Relaxed);
    let path = unnamed.join(format!("{}-{number}-{:08x}", std::process::id(), salt()));
    let mut attempts = 16;
    loop {
        attempts -= 1;
        fs::create_dir_all(&unnamed)?;
        match File::create_new(&path) {
            // Another builder may remove the folder, empty as it is, just before the file is made.
            Err(error) if error.kind() == io::ErrorKind::NotFound && attempts > 0 => {}
            made => return Ok((made?, path)),
        }
    }
}

/// Makes a file and removes it: permissions do not tell all, a file system may be read-only.
pub(super) fn try_writing(root: &Path) -> io::Result<()> {
    let (_, path) = create(root)?;
    // Another builder may have tidied it away, and the folder with it.
    let _ = fs::remove_file(path);
    let _ = fs::remove_dir(root.join(UNNAMED));
    Ok(())
}

/// Tells builders on several machines apart, whose processes may have the same number.
fn salt() -> u32 {
    use std::hash::{BuildHasher, RandomState};
    static SALT: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *SALT.get_or_init(|| RandomState::new().hash_one(std::process::id()) as u32)
}

/// Removes what killed builders have left: files whose writer is gone, and the folder if it is then empty.
pub(super) fn tidy(root: &Path) {
    let unnamed = root.join(UNNAMED);
    let Ok(entries) = fs::read_dir(&unnamed) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let Ok(file) = File::open(&path) else { continue };
        let abandoned = match file.try_lock() {
            Ok(()) => true,
            Err(fs::TryLockError::WouldBlock) => false,
            Err(fs::TryLockError::Error(_)) => older_than_a_day(&file),
        };
        if abandoned {
            let _ = fs::remove_file(&path);
        }
    }
    // It fails where another builder has files in it.
    let _ = fs::remove_dir(&unnamed);
}

fn older_than_a_day(file: &File) -> bool {
    let modified = file.metadata().and_then(|facts| facts.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age.as_secs() > 86_400))
}

/// A shard that can be read.
pub(super) struct Shard {
    file: File,
    path: PathBuf,
}

impl Shard {
    /// Opens it; `None` if it is not there.
    pub(super) fn open(path: PathBuf) -> Result<Option<Self>> {
        match File::open(&path) {
            Ok(file) => Ok(Some(Self { file, path })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Open { path, source }),
        }
    }

    /// Reads the index of a shard of `room` blocks.
    pub(super) fn index(&mut self, room: usize) -> Result<Index> {
        let size = 16 * room as u64 + 4;
        let len = self.file.metadata().map_err(|e| self.read_failed(0, e))?.len();
        let Some(first) = len.checked_sub(size) else {
            return Err(self.damaged(len, "it is shorter than its index"));
        };
        let bytes = self.bytes(first, size as usize)?;
        let Some(entries) = codec::checked(&bytes) else {
            return Err(self.damaged(first, "the checksum of its index is wrong"));
        };
        let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("8 bytes"));
        let entry = |entry: &[u8]| {
            let (offset, length) = (number(&entry[..8]), number(&entry[8..]));
            let there = offset.checked_add(length).is_some_and(|end| end <= first);
            there.then_some((offset, length))
        };
        Ok(entries.chunks_exact(16).map(entry).collect())
    }

    /// Reads a block's bytes, which are not checked.
    pub(super) fn block(&mut self, index: &Index, place: usize) -> Result<Vec<u8>> {
        match index.get(place).copied().flatten() {
            Some((offset, length)) => self.bytes(offset, length as usize),
            None => Err(self.damaged(0, "a block is missing in it")),
        }
    }

    fn bytes(&mut self, offset: u64, len: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; len];
        let read = self.file.seek(SeekFrom::Start(offset));
        let read = read.and_then(|_| self.file.read_exact(&mut bytes));
        read.map_err(|error| self.read_failed(offset, error))?;
        Ok(bytes)
    }

    /// Whether it is whole: its index and the first `blocks` blocks have the checksums that they should have.
    ///
    /// Cost: it is read as a whole, a block at a time, and not decoded.
    pub(super) fn is_whole(&mut self, room: usize, blocks: usize) -> bool {
        let Ok(index) = self.index(room) else { return false };
        (0..blocks).all(|place| {
            self.block(&index, place)
                .is_ok_and(|bytes| codec::checked(&bytes).is_some())
        })
    }

    fn read_failed(&self, offset: u64, source: io::Error) -> Error {
        let path = self.path.clone();
        Error::Read { path, offset, source }
    }

    /// The error of a shard that is not what it should be.
    pub(super) fn damaged(&self, offset: u64, problem: &str) -> Error {
        Error::Format {
            format: super::FORMAT,
            path: self.path.clone(),
            offset,
            problem: format!("{problem}; build the sidecar again, which makes this shard anew"),
        }
    }
}
