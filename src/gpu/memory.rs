//! Where memory comes from, and how much of it there is.
//!
//! All mapped memory is coherent, which Vulkan promises every device to have, so nothing is flushed or invalidated.

use std::sync::atomic::{AtomicU64, Ordering};

use ash::vk;
use gpu_allocator::MemoryLocation;
use gpu_allocator::vulkan::{Allocation, AllocationCreateDesc, AllocationScheme, Allocator};
use vk::MemoryPropertyFlags as Flags;

use super::device::{Device, Inner};
use super::lock;
use crate::{Error, Result, system};

/// Allocations from here up have a block of their own, so that freeing one gives its memory back at once.
const DEDICATED: u64 = 4 << 20;

/// Who writes and who reads a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Memory {
    /// The device alone.
    Device,
    /// The host writes, shaders read: the device's own memory, mapped. Where
    /// [`Caps::host_visible_device_local`](super::Caps::host_visible_device_local) is false it is the host's memory,
    /// slow for shaders: upload and copy instead.
    Mapped,
    /// The host writes, copies read.
    Upload,
    /// The device writes, the host reads: the host's memory, cached.
    Readback,
}

impl Memory {
    /// Properties that memory must have, should have, and should not have.
    fn properties(self, mapped_is_local: bool) -> [Flags; 3] {
        let host = Flags::HOST_VISIBLE | Flags::HOST_COHERENT;
        match self {
            Self::Device => [Flags::DEVICE_LOCAL, Flags::empty(), Flags::HOST_VISIBLE],
            Self::Mapped if mapped_is_local => {
                [host | Flags::DEVICE_LOCAL, Flags::empty(), Flags::HOST_CACHED]
            }
            Self::Mapped | Self::Upload => [host, Flags::empty(), Flags::DEVICE_LOCAL | Flags::HOST_CACHED],
            Self::Readback => [host, Flags::HOST_CACHED, Flags::DEVICE_LOCAL],
        }
    }

    pub(super) fn category(self) -> Category {
        match self {
            Self::Device => Category::Device,
            Self::Mapped => Category::Mapped,
            Self::Upload => Category::Upload,
            Self::Readback => Category::Readback,
        }
    }
}

/// Bytes in use, by purpose. What is retired but not yet free counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryUse {
    /// Buffers of the device alone.
    pub device: u64,
    /// Mapped buffers that shaders read.
    pub mapped: u64,
    /// Staging buffers.
    pub upload: u64,
    /// Buffers that the host reads.
    pub readback: u64,
    /// Images.
    pub images: u64,
    /// All bytes taken from Vulkan: the above, and what is spare in blocks that small allocations share.
    pub held: u64,
}

/// What an allocation is counted as.
#[derive(Clone, Copy, Debug)]
pub(super) enum Category {
    Device,
    Mapped,
    Upload,
    Readback,
    Images,
}

/// Bytes per category.
#[derive(Default)]
pub(super) struct Counters([AtomicU64; 5]);

impl Counters {
    fn of(&self, category: Category) -> &AtomicU64 {
        &self.0[category as usize]
    }

    fn read(&self, category: Category) -> u64 {
        self.of(category).load(Ordering::Relaxed)
    }
}

/// A piece of memory and what it is counted as.
pub(super) struct Piece {
    pub(super) allocation: Allocation,
    category: Category,
}

impl Device {
    /// Bytes in use, by purpose.
    pub fn memory_use(&self) -> MemoryUse {
        let counters = &self.inner.counters;
        MemoryUse {
            device: counters.read(Category::Device),
            mapped: counters.read(Category::Mapped),
            upload: counters.read(Category::Upload),
            readback: counters.read(Category::Readback),
            images: counters.read(Category::Images),
            held: lock(&self.inner.allocator)
                .as_ref()
                .map_or(0, Allocator::capacity),
        }
    }

    /// Bytes of the device's largest heap that this process may still take, by the driver's own estimate, which other
    /// processes change at any time. `None` where the driver does not say.
    pub fn memory_left(&self) -> Option<u64> {
        if !self.caps().memory_budget {
            return None;
        }
        let mut budget = vk::PhysicalDeviceMemoryBudgetPropertiesEXT::default();
        let mut all = vk::PhysicalDeviceMemoryProperties2::default().push_next(&mut budget);
        let inner = &self.inner;
        // SAFETY: the extension that brings the structure is enabled.
        unsafe {
            inner
                .instance
                .get_physical_device_memory_properties2(inner.physical, &mut all)
        };
        let memory = all.memory_properties;
        let heaps = memory.memory_heaps_as_slice().iter().enumerate();
        let local = heaps.filter(|(_, heap)| heap.flags.contains(vk::MemoryHeapFlags::DEVICE_LOCAL));
        let (largest, _) = local.max_by_key(|(_, heap)| heap.size)?;
        Some(budget.heap_budget[largest].saturating_sub(budget.heap_usage[largest]))
    }
}

/// Large pages under a software device's memory, which is the host's.
fn use_large_pages(allocation: &Allocation) {
    if let Some(start) = allocation.mapped_ptr() {
        // SAFETY: an allocation is mapped as long as it lives.
        unsafe { system::use_large_pages(start.as_ptr().cast(), allocation.size() as usize) };
    }
}

impl Inner {
    /// Memory for a buffer.
    pub(super) fn allocate_buffer(&self, name: &str, raw: vk::Buffer, memory: Memory) -> Result<Piece> {
        // SAFETY: the buffer is this device's.
        let mut needs = unsafe { self.raw.get_buffer_memory_requirements(raw) };
        // What `Buffer::new` promises of addresses.
        needs.alignment = needs.alignment.max(16);
        self.allocate(
            name,
            needs,
            memory,
            memory.category(),
            AllocationScheme::DedicatedBuffer(raw),
            true,
        )
    }

    /// Memory for an image.
    pub(super) fn allocate_image(&self, name: &str, raw: vk::Image) -> Result<Piece> {
        // SAFETY: the image is this device's.
        let needs = unsafe { self.raw.get_image_memory_requirements(raw) };
        self.allocate(
            name,
            needs,
            Memory::Device,
            Category::Images,
            AllocationScheme::DedicatedImage(raw),
            false,
        )
    }

    fn allocate(
        &self,
        name: &str,
        mut requirements: vk::MemoryRequirements,
        memory: Memory,
        category: Category,
        dedicated: AllocationScheme,
        linear: bool,
    ) -> Result<Piece> {
        let what = "device memory";
        let full = |needs| {
            let has = self.caps.device_heap.saturating_sub(self.in_use());
            Error::OutOfBudget {
                what,
                needs,
                has,
                advice: "close other programs, or lower the budget",
            }
        };
        let size = requirements.size;
        let properties = memory.properties(self.caps.host_visible_device_local);
        // One bit only, so that the choice is made here; it has to be coherent, which the allocator wants as well.
        let kind = pick(&self.memory, requirements.memory_type_bits, properties).ok_or_else(|| full(size))?;
        requirements.memory_type_bits = 1 << kind;
        let desc = AllocationCreateDesc {
            name,
            requirements,
            location: MemoryLocation::Unknown,
            linear,
            allocation_scheme: if size >= DEDICATED {
                dedicated
            } else {
                AllocationScheme::GpuAllocatorManaged
            },
        };
        let mut allocator = lock(&self.allocator);
        let allocator = allocator
            .as_mut()
            .expect("the allocator lives as long as the device");
        let allocation = allocator.allocate(&desc).map_err(|_| full(size))?;
        if self.caps.software {
            use_large_pages(&allocation);
        }
        self.counters
            .of(category)
            .fetch_add(allocation.size(), Ordering::Relaxed);
        Ok(Piece { allocation, category })
    }

    /// Gives memory back.
    pub(super) fn free(&self, piece: Piece) {
        self.counters
            .of(piece.category)
            .fetch_sub(piece.allocation.size(), Ordering::Relaxed);
        if let Some(allocator) = lock(&self.allocator).as_mut()
            && let Err(error) = allocator.free(piece.allocation)
        {
            self.messages.push(format!("freeing device memory: {error}"));
        }
    }

    /// Bytes of all categories.
    pub(super) fn in_use(&self) -> u64 {
        self.counters
            .0
            .iter()
            .map(|bytes| bytes.load(Ordering::Relaxed))
            .sum()
    }
}

/// The memory type that has all it must, most of what it should, and least of what it should not.
fn pick(
    memory: &vk::PhysicalDeviceMemoryProperties,
    bits: u32,
    [must, should, not]: [Flags; 3],
) -> Option<usize> {
    // Contents that the host cannot map, vanish, or bypass caches.
    let never =
        Flags::PROTECTED | Flags::LAZILY_ALLOCATED | Flags::DEVICE_COHERENT_AMD | Flags::DEVICE_UNCACHED_AMD;
    let count = |flags: Flags| i64::from(flags.as_raw().count_ones());
    let types = memory.memory_types_as_slice().iter().enumerate();
    types
        .filter(|(index, _)| bits & (1 << index) != 0)
        .map(|(index, kind)| (index, kind.property_flags))
        .filter(|(_, has)| has.contains(must) && !has.intersects(never))
        // The first of the best: drivers list the preferred type first.
        .min_by_key(|(_, has)| count(*has & not) - count(*has & should))
        .map(|(index, _)| index)
}
