//! Compiled pipelines, kept on disk from one run to the next.
//!
//! One file per device and driver: a mark, the data's length and hash, the data. A file that is damaged, or of another
//! device or driver, is ignored: drivers are known to crash on damaged data.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use ash::vk;

use super::During;
use super::device::Parts;
use crate::Result;

const MARK: &[u8; 8] = b"galvani1";

/// Bytes before the data: mark, length, hash.
const HEADER: usize = 24;

/// Bytes of Vulkan's own header: length, version, vendor, device, driver.
const VULKAN_HEADER: usize = 32;

/// Files beyond this size are ignored.
const MOST: u64 = 256 << 20;

/// Files written by this process.
static WRITES: AtomicU32 = AtomicU32::new(0);

/// Vulkan's cache and the file that it came from.
pub(super) struct PipelineCache {
    pub(super) raw: vk::PipelineCache,
    file: Option<PathBuf>,
    /// Hash of what the file holds.
    loaded: Option<u64>,
}

impl PipelineCache {
    /// Reads the file where there is one that fits the device.
    pub(super) fn open(parts: &Parts) -> Result<Self> {
        // SAFETY: the adapter is the instance's.
        let properties = unsafe { parts.instance.get_physical_device_properties(parts.physical) };
        let file = if parts.caps.pipeline_cache {
            file(parts.cache_dir.as_deref(), &properties)
        } else {
            None
        };
        let data = file
            .as_deref()
            .and_then(read)
            .filter(|data| fits(data, &properties));
        let info = vk::PipelineCacheCreateInfo::default().initial_data(data.as_deref().unwrap_or_default());
        // SAFETY: the data is whole, and of this device and driver.
        let raw =
            unsafe { parts.raw.create_pipeline_cache(&info, None) }.during("making a pipeline cache")?;
        Ok(Self {
            raw,
            file,
            loaded: data.map(|data| hash(&data)),
        })
    }

    /// Writes the file where it differs: software drivers keep their compiled code elsewhere and give a header only. A failure costs time in the next run only, and is not reported.
    pub(super) fn save(&self, raw: &ash::Device) {
        let Some(file) = &self.file else { return };
        // SAFETY: the cache is this device's.
        let Ok(data) = (unsafe { raw.get_pipeline_cache_data(self.raw) }) else {
            return;
        };
        if data.len() >= VULKAN_HEADER && self.loaded != Some(hash(&data)) {
            let _ = write(file, &data);
        }
    }
}

/// `<dir>/<vendor>-<device>-<driver>.pipelines`.
fn file(dir: Option<&Path>, properties: &vk::PhysicalDeviceProperties) -> Option<PathBuf> {
    let dir = dir.map_or_else(default_dir, |dir| Some(dir.to_owned()))?;
    let driver: String = properties
        .pipeline_cache_uuid
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Some(dir.join(format!(
        "{:08x}-{:08x}-{driver}.pipelines",
        properties.vendor_id, properties.device_id
    )))
}

fn default_dir() -> Option<PathBuf> {
    let of = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let system = if cfg!(windows) {
        of("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        of("HOME").map(|home| home.join("Library/Caches"))
    } else {
        of("XDG_CACHE_HOME").or_else(|| of("HOME").map(|home| home.join(".cache")))
    };
    system.map(|dir| dir.join("galvani"))
}

/// The data of a file that is whole.
fn read(file: &Path) -> Option<Vec<u8>> {
    if std::fs::metadata(file).ok()?.len() > MOST {
        return None;
    }
    let mut bytes = std::fs::read(file).ok()?;
    let word = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    let (len, sum) = (word(8)?, word(16)?);
    let whole =
        bytes.starts_with(MARK) && (bytes.len() - HEADER) as u64 == len && hash(&bytes[HEADER..]) == sum;
    whole.then(|| bytes.split_off(HEADER))
}

/// Whether Vulkan's own header names this device and driver.
fn fits(data: &[u8], properties: &vk::PhysicalDeviceProperties) -> bool {
    let version = vk::PipelineCacheHeaderVersion::ONE.as_raw() as u32;
    let words = [
        VULKAN_HEADER as u32,
        version,
        properties.vendor_id,
        properties.device_id,
    ];
    let mut header: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    header.extend(properties.pipeline_cache_uuid);
    data.starts_with(&header)
}

/// Writes beside the file and renames, so that it is never half there.
fn write(file: &Path, data: &[u8]) -> std::io::Result<()> {
    let dir = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir)?;
    // Of a name of its own: other devices, of this process or another, may be writing too.
    let (process, number) = (std::process::id(), WRITES.fetch_add(1, Ordering::Relaxed));
    let beside = file.with_extension(format!("{process}-{number}.new"));
    let mut bytes = Vec::with_capacity(HEADER + data.len());
    bytes.extend(MARK);
    bytes.extend((data.len() as u64).to_le_bytes());
    bytes.extend(hash(data).to_le_bytes());
    bytes.extend(data);
    std::fs::write(&beside, bytes)
        .and_then(|()| std::fs::rename(&beside, file))
        .inspect_err(|_| {
            let _ = std::fs::remove_file(&beside);
        })
}

/// 64-bit FNV-1a: against damage, not against malice.
fn hash(bytes: &[u8]) -> u64 {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}
