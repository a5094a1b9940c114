//! A device that belongs to an embedder.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ash::vk;

use super::caps::{Caps, Features, Offered};
use super::device::{Device, Inner, Parts, Timeline};
use super::mask::Mask;
use super::{Messages, version};
use crate::{Error, Result};

/// An embedder's handles, and what it has enabled.
///
/// The embedder makes the device with `timelineSemaphore`, `bufferDeviceAddress`, `scalarBlockLayout`,
/// `synchronization2`, `dynamicRendering`, `maintenance4`, `shaderTerminateInvocation` and
/// `shaderDemoteToHelperInvocation`.
pub struct HostDevice {
    /// The loader.
    pub entry: ash::Entry,
    /// The instance, of Vulkan 1.3 or later.
    pub instance: ash::Instance,
    /// The device's adapter.
    pub physical_device: vk::PhysicalDevice,
    /// The device.
    pub device: ash::Device,
    /// The family of the queues that our commands are submitted to; it draws and computes.
    pub queue_family: u32,
    /// Those of [`FEATURES`](super::FEATURES) that are enabled; all others count as absent.
    pub enabled: Vec<&'static str>,
    /// What is to count as absent; `None`: the environment's `GALVANI_MASK`.
    pub mask: Option<String>,
    /// Where compiled pipelines are kept. `None`: `galvani` in the user's cache directory.
    pub cache_dir: Option<PathBuf>,
}

impl Device {
    /// Wraps an embedder's device, which is never destroyed here. Commands are recorded into the embedder's own
    /// buffers ([`Commands::foreign`](super::Commands::foreign)), which the embedder submits; after each frame's
    /// submission it calls [`host_submitted`](Self::host_submitted) and, once it knows a frame to be complete,
    /// [`host_completed`](Self::host_completed), without which nothing is ever freed.
    ///
    /// # Safety
    /// The handles are valid and belong together, the required features and all in `enabled` are enabled, and the
    /// device outlives every clone of the result and every object made from it. When the last of those goes, no
    /// submitted work uses them any more.
    ///
    /// # Errors
    /// [`Error::NoDevice`] where the instance's or the device's Vulkan is older than 1.3, or a required feature is not even offered;
    /// [`Error::Invalid`] for an unknown name in `mask` or `enabled`; [`Error::Vulkan`].
    pub unsafe fn from_host(host: HostDevice) -> Result<Self> {
        let HostDevice {
            entry,
            instance,
            physical_device: physical,
            device: raw,
            queue_family: family,
            ..
        } = host;
        let mask = Mask::new(host.mask.as_deref())?.keep_only(&host.enabled)?;
        // SAFETY: a query without preconditions.
        let loader = unsafe { entry.try_enumerate_instance_version() }
            .ok()
            .flatten()
            .map(version);
        // SAFETY: the adapter is the instance's, as the caller promises.
        let properties = unsafe { instance.get_physical_device_properties(physical) };
        let older = version(properties.api_version).min(loader.unwrap_or((1, 0)));
        if older < (1, 3) {
            return Err(Error::NoDevice(format!(
                "The embedder's is of Vulkan {}.{}, 1.3 is needed",
                older.0, older.1
            )));
        }
        let features = Features::query(&instance, physical);
        let missing = features.missing();
        if !missing.is_empty() {
            return Err(Error::NoDevice(format!(
                "The embedder's lacks {}",
                missing.join(", ")
            )));
        }
        let offered = Offered {
            memory_budget: true,
            debug_utils: true,
        };
        let caps = Caps::query(&instance, physical, family, &mask, &features, offered);
        let parts = Parts {
            raw,
            instance,
            physical,
            family,
            caps,
            present: false,
            cache_dir: host.cache_dir,
            messages: Messages::default(),
            owner: None,
        };
        Inner::assemble(parts).map(|inner| Self {
            inner: Arc::new(inner),
        })
    }

    /// Says that the embedder has submitted a frame: every command buffer that was
    /// [finished](super::Commands::finish) before this call. Returns the frame's number, from 1.
    ///
    /// # Errors
    /// [`Error::Invalid`] on a device that is not an embedder's.
    pub fn host_submitted(&self) -> Result<u64> {
        match &self.inner.timeline {
            Timeline::Host { submitted, .. } => Ok(submitted.fetch_add(1, Ordering::AcqRel) + 1),
            Timeline::Own { .. } => Err(own("host_submitted")),
        }
    }

    /// Says that every frame up to number `frame` is complete, and frees what they alone used.
    ///
    /// # Errors
    /// [`Error::Invalid`] on a device that is not an embedder's, and for a frame that is not submitted.
    pub fn host_completed(&self, frame: u64) -> Result<()> {
        let Timeline::Host { submitted, completed } = &self.inner.timeline else {
            return Err(own("host_completed"));
        };
        let last = submitted.load(Ordering::Acquire);
        if frame > last {
            let problem = format!("frame {frame} cannot be complete, the last submitted is {last}");
            return Err(Error::Invalid {
                what: "host_completed",
                problem,
            });
        }
        completed.fetch_max(frame, Ordering::AcqRel);
        self.collect();
        Ok(())
    }
}

fn own(what: &'static str) -> Error {
    Error::Invalid {
        what,
        problem: "the device is not an embedder's; its timeline says what is complete".into(),
    }
}
