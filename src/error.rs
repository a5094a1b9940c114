//! The library's one error type: what failed, on what, and what to do about it.

use std::ops::Range;
use std::path::PathBuf;

/// The library's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong outside the library's own control.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file could not be read where its size says that it can.
    #[error("cannot read {} at byte {offset}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Offset of the read, in bytes.
        offset: u64,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not what its format says.
    #[error("{format}: {problem} (file {}, byte {offset})", path.display())]
    Format {
        /// The format that it was read as.
        format: &'static str,
        /// The file.
        path: PathBuf,
        /// Where in the file, in bytes.
        offset: u64,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// An argument that cannot be honoured.
    #[error("{what}: {problem}")]
    Invalid {
        /// The argument.
        what: &'static str,
        /// Why not, and what would do.
        problem: String,
    },
    /// A shader of a custom visual is not what it should be.
    #[error("the {stage} shader: {problem}")]
    Shader {
        /// Its stage.
        stage: &'static str,
        /// What is wrong; what a compiler says by its own lines.
        problem: String,
    },
    /// There is no Vulkan loader.
    #[error(
        "no Vulkan loader ({0}). Install one: on Debian or Ubuntu `apt-get install libvulkan1 mesa-vulkan-drivers`, elsewhere the graphics driver's package"
    )]
    NoLoader(String),
    /// No Vulkan device can be used.
    #[error(
        "no usable Vulkan device. {0}. On Debian or Ubuntu `apt-get install mesa-vulkan-drivers` gives a software device that works everywhere"
    )]
    NoDevice(String),
    /// Vulkan refused.
    #[error("{what}: Vulkan answered {result:?}")]
    Vulkan {
        /// The operation.
        what: &'static str,
        /// Vulkan's answer.
        result: ash::vk::Result,
    },
    /// The device is gone; make a new one.
    #[error("the Vulkan device was lost during {0}: create a new device and load the recording again")]
    DeviceLost(&'static str),
    /// A budget or a device's limit does not hold what is asked.
    #[error("{what} needs {needs} bytes, {has} are to be had: {advice}")]
    OutOfBudget {
        /// What needs the memory.
        what: &'static str,
        /// Bytes needed.
        needs: u64,
        /// Bytes available.
        has: u64,
        /// What to do.
        advice: &'static str,
    },
}

impl Error {
    /// An error of Vulkan's, during `what`.
    pub fn vulkan(what: &'static str, result: ash::vk::Result) -> Self {
        match result {
            ash::vk::Result::ERROR_DEVICE_LOST => Self::DeviceLost(what),
            result => Self::Vulkan { what, result },
        }
    }

    /// The items from number `first` on, so many, of those that there are.
    pub(crate) fn span(what: &'static str, first: usize, count: usize, has: usize) -> Result<Range<usize>> {
        match first.checked_add(count) {
            Some(end) if end <= has => Ok(first..end),
            _ => Err(Self::Invalid {
                what,
                problem: format!("{count} from number {first} on, of {has}; give no more than there are"),
            }),
        }
    }
}
