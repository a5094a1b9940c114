//! The device: one queue, one timeline, and what its objects share.

use std::collections::VecDeque;
use std::ffi::CStr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ash::vk;
use gpu_allocator::vulkan::{Allocator, AllocatorCreateDesc};

use super::cache::PipelineCache;
use super::caps::{Caps, Features, Offered};
use super::commands::Slot;
use super::mask::Mask;
use super::memory::Counters;
use super::retire::Retirement;
use super::timing::Timings;
use super::{Adapter, Choice, During, Instance, InstanceOptions, Messages, choose, lock, set};
use crate::{Error, Result};

/// How a [`Device`] is made.
#[derive(Clone, Debug, Default)]
pub struct DeviceOptions {
    /// Features and properties that are to count as absent, separated by commas, of [`FEATURES`](super::FEATURES) and
    /// [`PROPERTIES`](super::PROPERTIES). `None`: the environment's `GALVANI_MASK`.
    pub mask: Option<String>,
    /// Where compiled pipelines are kept. `None`: `galvani` in the user's cache directory.
    pub cache_dir: Option<PathBuf>,
    /// Whether it has to present to windows.
    pub present: bool,
}

/// A Vulkan device. Clones are handles of the same device, which goes with the last of them.
#[derive(Clone)]
pub struct Device {
    pub(super) inner: Arc<Inner>,
}

/// What all handles of a device share.
pub(super) struct Inner {
    pub(super) raw: ash::Device,
    pub(super) instance: ash::Instance,
    pub(super) physical: vk::PhysicalDevice,
    pub(super) family: u32,
    pub(super) caps: Caps,
    pub(super) memory: vk::PhysicalDeviceMemoryProperties,
    pub(super) counters: Counters,
    /// Dropped before the device is.
    pub(super) allocator: Mutex<Option<Allocator>>,
    /// Its lock is held while submitting and presenting.
    pub(super) timeline: Timeline,
    pub(super) retirement: Mutex<Retirement>,
    pub(super) slots: Mutex<Slots>,
    pub(super) timings: Mutex<Timings>,
    pub(super) cache: PipelineCache,
    /// The layout of the one descriptor set: a storage image.
    pub(super) set_layout: vk::DescriptorSetLayout,
    pub(super) debug: Option<ash::ext::debug_utils::Device>,
    pub(super) present: Option<ash::khr::swapchain::Device>,
    pub(super) messages: Messages,
    /// Whose instance it is; `None` where the device is an embedder's.
    pub(super) owner: Option<Arc<Instance>>,
}

/// Where the device is in its work.
pub(super) enum Timeline {
    /// Ours: one queue, and a semaphore that each submission raises by one.
    Own {
        queue: Mutex<vk::Queue>,
        semaphore: vk::Semaphore,
        submitted: AtomicU64,
    },
    /// An embedder's, which says what it has submitted and what is complete.
    Host {
        submitted: AtomicU64,
        completed: AtomicU64,
    },
}

/// Recordings' pools: ready for use, and in flight by the value that ends them.
#[derive(Default)]
pub(super) struct Slots {
    pub(super) free: Vec<Slot>,
    pub(super) busy: VecDeque<(u64, Slot)>,
}

/// Vulkan's handles and the extensions that are enabled, from which the rest of a device is made.
pub(super) struct Parts {
    pub(super) raw: ash::Device,
    pub(super) instance: ash::Instance,
    pub(super) physical: vk::PhysicalDevice,
    pub(super) family: u32,
    pub(super) caps: Caps,
    pub(super) present: bool,
    pub(super) cache_dir: Option<PathBuf>,
    pub(super) messages: Messages,
    pub(super) owner: Option<Arc<Instance>>,
}

impl Device {
    /// Makes a device with what is required, and what is optional, offered and not masked. Costs milliseconds.
    ///
    /// # Errors
    /// [`Error::NoDevice`] where the adapter cannot be used; [`Error::Invalid`] for an unknown name in the mask, or an
    /// adapter that cannot present where that is asked for; [`Error::Vulkan`].
    pub fn new(instance: &Arc<Instance>, adapter: &Adapter, options: &DeviceOptions) -> Result<Self> {
        let mask = Mask::new(options.mask.as_deref())?;
        if let Some(why) = &adapter.unusable {
            return Err(Error::NoDevice(format!("{} {why}", adapter.name)));
        }
        let family = adapter
            .family
            .ok_or_else(|| Error::NoDevice(format!("{} has no queue", adapter.name)))?;
        let features = Features::query(&instance.raw, adapter.raw);
        let extensions = extensions(instance, adapter, options.present)?;
        let offered = Offered {
            memory_budget: extensions.contains(&ash::ext::memory_budget::NAME),
            debug_utils: instance.debug_utils,
        };
        let caps = Caps::query(&instance.raw, adapter.raw, family, &mask, &features, offered);
        let raw = create(instance, adapter.raw, family, features.wanted(&mask), &extensions)?;
        let parts = Parts {
            raw,
            instance: instance.raw.clone(),
            physical: adapter.raw,
            family,
            caps,
            present: options.present,
            cache_dir: options.cache_dir.clone(),
            messages: instance.messages().clone(),
            owner: Some(instance.clone()),
        };
        Inner::assemble(parts).map(|inner| Self {
            inner: Arc::new(inner),
        })
    }

    /// A device of an instance of its own, for pictures without a window.
    ///
    /// # Errors
    /// [`Error::NoLoader`], [`Error::NoDevice`]: they say what to install; [`Error::Vulkan`].
    pub fn open(choice: &Choice) -> Result<Self> {
        let instance = Instance::new(&InstanceOptions::default())?;
        let adapters = instance.adapters()?;
        let index = choose(&adapters, choice)?;
        Self::new(&instance, &adapters[index], &DeviceOptions::default())
    }

    /// What the device offers.
    pub fn caps(&self) -> &Caps {
        &self.inner.caps
    }

    /// Vulkan's device, for an embedder's own calls.
    pub fn raw(&self) -> &ash::Device {
        &self.inner.raw
    }

    /// Vulkan's instance and adapter, for an embedder's own calls.
    pub fn adapter(&self) -> (&ash::Instance, vk::PhysicalDevice) {
        (&self.inner.instance, self.inner.physical)
    }

    /// Lends the queue, and the family that it is of, to `use_` for as long as that takes; nothing is submitted or presented
    /// meanwhile. What is submitted there is not on the timeline: whoever does so waits for it.
    ///
    /// # Errors
    /// [`Error::Invalid`] on an embedder's device, whose queue is the embedder's.
    pub fn with_queue<T>(&self, use_: impl FnOnce(vk::Queue, u32) -> T) -> Result<T> {
        let Timeline::Own { queue, .. } = &self.inner.timeline else {
            let problem = "the device is an embedder's, who has it".into();
            return Err(Error::Invalid {
                what: "the queue",
                problem,
            });
        };
        let queue = lock(queue);
        Ok(use_(*queue, self.inner.family))
    }

    /// Whether it is an embedder's, whose submissions are not ours to wait for.
    pub fn is_host(&self) -> bool {
        matches!(self.inner.timeline, Timeline::Host { .. })
    }

    /// The timeline's value that the next submission will reach.
    pub fn next_value(&self) -> u64 {
        self.inner.submitted() + 1
    }

    /// The timeline's value: every submission up to it is complete.
    pub fn completed(&self) -> u64 {
        match &self.inner.timeline {
            Timeline::Own { semaphore, .. } => {
                // SAFETY: the semaphore is this device's timeline. A lost device completes nothing more.
                unsafe { self.inner.raw.get_semaphore_counter_value(*semaphore) }.unwrap_or(0)
            }
            Timeline::Host { completed, .. } => completed.load(Ordering::Acquire),
        }
    }

    /// Waits until every submission up to `value` is complete. A `timeout` of zero asks only.
    ///
    /// # Errors
    /// [`Error::Vulkan`] with `TIMEOUT` where time is up; [`Error::DeviceLost`]; [`Error::Invalid`] where `value` is not
    /// yet submitted or, on an embedder's device, not said to be complete: it is the embedder who waits.
    pub fn wait(&self, value: u64, timeout: Duration) -> Result<()> {
        let what = "waiting for the device";
        let refuse = |problem: &str| {
            Err(Error::Invalid {
                what,
                problem: format!("value {value} {problem}"),
            })
        };
        if value > self.inner.submitted() {
            return refuse("was never submitted");
        }
        let Timeline::Own { semaphore, .. } = &self.inner.timeline else {
            return if value <= self.completed() {
                Ok(())
            } else {
                refuse("is for the embedder to wait for")
            };
        };
        let (semaphores, values) = ([*semaphore], [value]);
        let info = vk::SemaphoreWaitInfo::default()
            .semaphores(&semaphores)
            .values(&values);
        let nanoseconds = u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX);
        // SAFETY: the semaphore is this device's timeline, and `info` lives until the call returns.
        unsafe { self.inner.raw.wait_semaphores(&info, nanoseconds) }.during(what)
    }

    /// Waits until all that was submitted is complete, and collects. On an embedder's device it collects only.
    ///
    /// # Errors
    /// [`Error::DeviceLost`]; [`Error::Vulkan`].
    pub fn wait_idle(&self) -> Result<()> {
        if let Timeline::Own { queue, .. } = &self.inner.timeline {
            let queue = lock(queue);
            // SAFETY: the queue is this device's, and its lock is held.
            unsafe { self.inner.raw.queue_wait_idle(*queue) }.during("waiting for the device")?;
        }
        self.collect();
        Ok(())
    }
}

impl Inner {
    /// Makes what objects share. On an error the device itself is destroyed where it is ours.
    pub(super) fn assemble(parts: Parts) -> Result<Self> {
        let made = Shared::make(&parts);
        let shared = match made {
            Ok(shared) => shared,
            Err(error) => {
                if parts.owner.is_some() {
                    // SAFETY: the device was made for this, and `make` has left nothing of it behind.
                    unsafe { parts.raw.destroy_device(None) };
                }
                return Err(error);
            }
        };
        let Parts {
            raw,
            instance,
            physical,
            family,
            caps,
            messages,
            owner,
            ..
        } = parts;
        // SAFETY: the device is this instance's.
        let memory = unsafe { instance.get_physical_device_memory_properties(physical) };
        Ok(Self {
            debug: caps
                .debug_utils
                .then(|| ash::ext::debug_utils::Device::new(&instance, &raw)),
            present: parts
                .present
                .then(|| ash::khr::swapchain::Device::new(&instance, &raw)),
            raw,
            instance,
            physical,
            family,
            caps,
            memory,
            counters: Counters::default(),
            allocator: Mutex::new(Some(shared.allocator)),
            timeline: shared.timeline,
            retirement: Mutex::default(),
            slots: Mutex::default(),
            timings: Mutex::default(),
            cache: shared.cache,
            set_layout: shared.set_layout,
            messages,
            owner,
        })
    }

    /// The value of the last submission.
    pub(super) fn submitted(&self) -> u64 {
        match &self.timeline {
            Timeline::Own { submitted, .. } | Timeline::Host { submitted, .. } => {
                submitted.load(Ordering::Acquire)
            }
        }
    }

    /// The value that covers all closed recordings: a host's are submitted only after they are closed.
    pub(super) fn closing_value(&self) -> u64 {
        self.submitted() + u64::from(matches!(self.timeline, Timeline::Host { .. }))
    }

    /// Names an object for debuggers, where they listen.
    pub(super) fn name(&self, object: impl vk::Handle, name: &str) {
        let Some(debug) = &self.debug else { return };
        let Ok(name) = std::ffi::CString::new(name) else {
            return;
        };
        let info = vk::DebugUtilsObjectNameInfoEXT::default()
            .object_handle(object)
            .object_name(&name);
        // SAFETY: the object is this device's, and its one owner is naming it. A refusal loses a name only.
        let _ = unsafe { debug.set_debug_utils_object_name(&info) };
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Timeline::Own { queue, .. } = &mut self.timeline {
            let queue = *queue.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
            // SAFETY: the queue is this device's and nobody else has it. A lost device is idle as well.
            let _ = unsafe { self.raw.queue_wait_idle(queue) };
        }
        let retired = lock(&self.retirement).take_all();
        retired.into_iter().for_each(|retired| self.destroy(retired));
        let slots = std::mem::take(&mut *lock(&self.slots));
        slots
            .free
            .into_iter()
            .chain(slots.busy.into_iter().map(|(_, slot)| slot))
            .for_each(|slot| {
                slot.destroy(&self.raw);
            });
        if self.in_use() > 0 {
            self.messages.push(format!(
                "leak: {} bytes of device memory were never freed",
                self.in_use()
            ));
        }
        self.cache.save(&self.raw);
        *lock(&self.allocator) = None;
        // SAFETY: the device is idle, or its embedder says so; each object is ours and destroyed once.
        unsafe {
            self.raw.destroy_pipeline_cache(self.cache.raw, None);
            self.raw.destroy_descriptor_set_layout(self.set_layout, None);
            if let Timeline::Own { semaphore, .. } = &self.timeline {
                self.raw.destroy_semaphore(*semaphore, None);
            }
            if self.owner.is_some() {
                self.raw.destroy_device(None);
            }
        }
    }
}

/// What `Inner` has that can fail to be made.
struct Shared {
    allocator: Allocator,
    timeline: Timeline,
    cache: PipelineCache,
    set_layout: vk::DescriptorSetLayout,
}

impl Shared {
    fn make(parts: &Parts) -> Result<Self> {
        let allocator = allocator(parts)?;
        let cache = PipelineCache::open(parts)?;
        let set_layout = set::layout(&parts.raw).inspect_err(|_| {
            // SAFETY: just made, and used by nothing.
            unsafe { parts.raw.destroy_pipeline_cache(cache.raw, None) };
        })?;
        let timeline = timeline(parts).inspect_err(|_| {
            // SAFETY: just made, and used by nothing.
            unsafe {
                parts.raw.destroy_pipeline_cache(cache.raw, None);
                parts.raw.destroy_descriptor_set_layout(set_layout, None);
            }
        })?;
        Ok(Self {
            allocator,
            timeline,
            cache,
            set_layout,
        })
    }
}

fn allocator(parts: &Parts) -> Result<Allocator> {
    let megabytes = 1 << 20;
    // Small blocks: all that is large has a block of its own, and a budget is to hold.
    let sizes = gpu_allocator::AllocationSizes::new(8 * megabytes, 8 * megabytes)
        .with_max_device_memblock_size(32 * megabytes)
        .with_max_host_memblock_size(32 * megabytes);
    let desc = AllocatorCreateDesc {
        instance: parts.instance.clone(),
        device: parts.raw.clone(),
        physical_device: parts.physical,
        debug_settings: gpu_allocator::AllocatorDebugSettings::default(),
        buffer_device_address: true,
        allocation_sizes: sizes,
    };
    Allocator::new(&desc).map_err(|error| Error::NoDevice(format!("{}: {error}", parts.caps.name)))
}

fn timeline(parts: &Parts) -> Result<Timeline> {
    if parts.owner.is_none() {
        return Ok(Timeline::Host {
            submitted: AtomicU64::new(0),
            completed: AtomicU64::new(0),
        });
    }
    let mut kind = vk::SemaphoreTypeCreateInfo::default().semaphore_type(vk::SemaphoreType::TIMELINE);
    let info = vk::SemaphoreCreateInfo::default().push_next(&mut kind);
    // SAFETY: timeline semaphores are enabled.
    let semaphore = unsafe { parts.raw.create_semaphore(&info, None) }.during("making the timeline")?;
    // SAFETY: the device was made with one queue of this family.
    let queue = unsafe { parts.raw.get_device_queue(parts.family, 0) };
    Ok(Timeline::Own {
        queue: Mutex::new(queue),
        semaphore,
        submitted: AtomicU64::new(0),
    })
}

/// Extensions to enable: what presenting needs, what portability obliges to, what helps.
fn extensions(instance: &Instance, adapter: &Adapter, present: bool) -> Result<Vec<&'static CStr>> {
    // SAFETY: the adapter is this instance's.
    let offered = unsafe { instance.raw.enumerate_device_extension_properties(adapter.raw) }
        .during("listing the device's extensions")?;
    let has = |name: &CStr| offered.iter().any(|e| e.extension_name_as_c_str() == Ok(name));
    let mut names = vec![ash::khr::portability_subset::NAME, ash::ext::memory_budget::NAME];
    names.retain(|name| has(name));
    if present {
        let swapchain = ash::khr::swapchain::NAME;
        if !has(swapchain) {
            return Err(Error::Invalid {
                what: "present",
                problem: format!("{} cannot present to windows", adapter.name),
            });
        }
        names.push(swapchain);
    }
    Ok(names)
}

fn create(
    instance: &Instance,
    physical: vk::PhysicalDevice,
    family: u32,
    mut features: Features,
    extensions: &[&CStr],
) -> Result<ash::Device> {
    let queues = [vk::DeviceQueueCreateInfo::default()
        .queue_family_index(family)
        .queue_priorities(&[1.0])];
    let names: Vec<_> = extensions.iter().map(|name| name.as_ptr()).collect();
    let info = vk::DeviceCreateInfo::default()
        .queue_create_infos(&queues)
        .enabled_extension_names(&names)
        .enabled_features(&features.v10)
        .push_next(&mut features.v11)
        .push_next(&mut features.v12)
        .push_next(&mut features.v13);
    // SAFETY: features and extensions are offered, and all that `info` points to lives until the call returns.
    unsafe { instance.raw.create_device(physical, &info, None) }.during("making a Vulkan device")
}
