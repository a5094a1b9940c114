//! What the operating system says of memory, of files, and of this process.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::time::Instant;

/// Bytes of one read where a file is read from one end to the other.
const READ: usize = 8 << 20;

/// Bytes that can be had without swapping; 4 GiB where the system does not say.
pub(super) fn available_bytes() -> u64 {
    kilobytes("/proc/meminfo", "MemAvailable:").unwrap_or(4 << 20) * 1024
}

/// The most bytes of memory that this process has held at once; `None` where the system does not say.
pub(super) fn peak_rss_bytes() -> Option<u64> {
    Some(kilobytes("/proc/self/status", "VmHWM:")? * 1024)
}

/// Bytes of memory that this process holds; `None` where the system does not say.
pub(super) fn rss_bytes() -> Option<u64> {
    Some(kilobytes("/proc/self/status", "VmRSS:")? * 1024)
}

/// Bytes that this process has read from files, of the disk or not; 0 where the system does not say.
pub(super) fn read_bytes() -> u64 {
    let text = fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("rchar:"));
    line.and_then(|line| line.trim().parse().ok()).unwrap_or(0)
}

/// Handles that this process has open; 0 where the system does not say.
pub(super) fn handles() -> u64 {
    fs::read_dir("/proc/self/fd").map_or(0, |list| list.count() as u64)
}

/// Has the system forget what it keeps of a file, or of all files below a folder, so that the disk is read. False where
/// it cannot be asked to.
pub(super) fn forget(path: &Path) -> std::io::Result<bool> {
    if path.is_dir() {
        let mut all = true;
        for entry in fs::read_dir(path)? {
            all &= forget(&entry?.path())?;
        }
        return Ok(all);
    }
    let file = File::open(path)?;
    // What is not written yet is not forgotten.
    file.sync_all()?;
    #[cfg(target_os = "linux")]
    return Ok(rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).is_ok());
    #[cfg(not(target_os = "linux"))]
    Ok(false)
}

/// Reads files from one end to the other: bytes a second.
pub(super) fn sequential(paths: &[std::path::PathBuf]) -> std::io::Result<f64> {
    let mut buffer = vec![0; READ];
    let (clock, mut bytes) = (Instant::now(), 0);
    // A folder that stands for its files is none.
    for path in paths.iter().filter(|path| !path.is_dir()) {
        let mut file = File::open(path)?;
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => bytes += read,
            }
        }
    }
    Ok(bytes as f64 / clock.elapsed().as_secs_f64().max(1e-9))
}

fn kilobytes(file: &str, key: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn linux_says() {
        assert!(super::peak_rss_bytes().is_some_and(|bytes| bytes > 1 << 16));
        assert!(super::rss_bytes().is_some_and(|bytes| bytes > 1 << 16));
        assert!(super::available_bytes() > 1 << 20);
        assert!(super::handles() > 2 && super::read_bytes() > 0);
    }
}
