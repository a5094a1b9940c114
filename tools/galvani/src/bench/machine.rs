//! What the operating system says of memory.

/// Bytes that can be had without swapping; 4 GiB where the system does not say.
pub(super) fn available_bytes() -> u64 {
    kilobytes("/proc/meminfo", "MemAvailable:").unwrap_or(4 << 20) * 1024
}

/// The most bytes of memory that this process has held at once; `None` where the system does not say.
pub(super) fn peak_rss_bytes() -> Option<u64> {
    Some(kilobytes("/proc/self/status", "VmHWM:")? * 1024)
}

fn kilobytes(file: &str, key: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn linux_says() {
        assert!(super::peak_rss_bytes().is_some_and(|bytes| bytes > 1 << 16));
        assert!(super::available_bytes() > 1 << 20);
    }
}
