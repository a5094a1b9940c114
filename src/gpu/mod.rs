//! Vulkan 1.3, as far as the engine needs it: owners of buffers, images and pipelines, one queue, one timeline.
//!
//! ```text
//! Instance ─ adapters ─ choose ─► Device ─► Buffer  Image  ComputePipeline  GraphicsPipeline  Ring  Swapchain
//!                                   └─► Commands ─ record ─ submit ─► a value of the timeline
//! ```
//!
//! **Data** reaches shaders through buffer device addresses and push constants alone. What has no address is in a
//! [`Set`]: the storage image of rasterisers in compute, or a buffer as texels.
//!
//! **Ownership.** A [`Device`] is a handle that clones; every object holds one. Each Vulkan object has one owner,
//! whose `Drop` never waits: it *retires* the handle, which is destroyed once every recording that was open at that
//! moment has been submitted and completed. The last [`Device`] to go waits for the device and frees everything.
//!
//! **Threads.** Everything is [`Send`], and all but [`Commands`] and [`Swapchain`] are meant to be shared. Submission
//! and presentation take one lock. A recording is one thread's at a time; several may be open at once.
//!
//! **Hazards.** Nothing is tracked: passes state their barriers in words ([`Use`], [`ImageUse`]), and who writes to
//! mapped memory promises that the device is not using the range.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ash::vk;

use crate::{Error, Result};

mod adapter;
mod buffer;
mod cache;
mod caps;
mod commands;
mod copy;
mod device;
mod draw;
mod host;
mod image;
mod instance;
mod mask;
mod memory;
mod onscreen;
mod pipeline;
mod readback;
mod retire;
mod set;
mod staging;
mod surface;
mod swapchain;
mod sync;
mod timing;
mod view;
mod window;

pub use adapter::{Adapter, AdapterKind, Choice, choose};
pub use buffer::Buffer;
pub use caps::Caps;
pub use commands::Commands;
pub use device::{Device, DeviceOptions};
pub use draw::{Area, Load};
pub use host::HostDevice;
pub use image::{DEPTH, Image, ImageRef};
pub use instance::{Instance, InstanceOptions, Messages};
pub use mask::{FEATURES, PROPERTIES};
pub use memory::{Memory, MemoryUse};
pub use onscreen::{Frame, Onscreen};
pub use pipeline::{Blend, ComputePipeline, GraphicsPipeline, Onto, Topology};
pub use readback::read_back;
pub use set::{Set, TEXEL_BYTES};
pub use staging::{Ring, Slice};
pub use surface::Surface;
pub use swapchain::{Acquire, Acquired, Presented, Swapchain};
pub use sync::{ImageUse, Use};
pub use view::{ReadView, WriteView};

/// Turns Vulkan's answer into the library's error.
trait During<T> {
    /// Names the operation that failed.
    fn during(self, what: &'static str) -> Result<T>;
}

impl<T> During<T> for ash::prelude::VkResult<T> {
    fn during(self, what: &'static str) -> Result<T> {
        self.map_err(|result| Error::vulkan(what, result))
    }
}

/// Locks, also after a panic of another thread: what the locks here guard is consistent between statements.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The device's version of Vulkan as `(major, minor)`.
fn version(raw: u32) -> (u32, u32) {
    (vk::api_version_major(raw), vk::api_version_minor(raw))
}
