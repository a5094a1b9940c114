//! Recordings: begun, filled, submitted.

use std::ffi::CString;

use ash::vk;

use super::device::{Inner, Timeline};
use super::timing::Clock;
use super::{Area, Buffer, ComputePipeline, Device, During, ImageRef, ImageUse, Set, Use, image, lock};
use crate::{Error, Result};

/// A recording of commands, open until it is [submitted](Self::submit). Dropped before, it is given up. What it uses may
/// be dropped while it is open and while the device works on it.
pub struct Commands {
    pub(super) device: Device,
    pub(super) raw: vk::CommandBuffer,
    /// `None` in an embedder's buffer, and once submitted.
    slot: Option<Slot>,
    serial: u64,
    labelled: bool,
    set: vk::DescriptorSet,
    pub(super) area: Area,
}

/// What a recording is made in, recycled when it completes.
pub(super) struct Slot {
    pool: vk::CommandPool,
    buffer: vk::CommandBuffer,
    clock: Option<Clock>,
}

impl Slot {
    fn new(inner: &Inner) -> Result<Self> {
        let raw = &inner.raw;
        let info = vk::CommandPoolCreateInfo::default()
            .flags(vk::CommandPoolCreateFlags::TRANSIENT)
            .queue_family_index(inner.family);
        // SAFETY: the device has a queue of this family.
        let pool = unsafe { raw.create_command_pool(&info, None) }.during("making a pool of commands")?;
        // Owned from here on; the guard gives it up on an error.
        let mut slot = Self {
            pool,
            buffer: vk::CommandBuffer::null(),
            clock: None,
        };
        match slot.fill(inner) {
            Ok(()) => Ok(slot),
            Err(error) => {
                slot.destroy(raw);
                Err(error)
            }
        }
    }

    fn fill(&mut self, inner: &Inner) -> Result<()> {
        let info = vk::CommandBufferAllocateInfo::default()
            .command_pool(self.pool)
            .command_buffer_count(1);
        // SAFETY: the pool is new and this thread's.
        let buffers =
            unsafe { inner.raw.allocate_command_buffers(&info) }.during("making a command buffer")?;
        self.buffer = buffers[0];
        self.clock = Clock::new(&inner.raw, &inner.caps)?;
        Ok(())
    }

    /// Destroys it; the device is done with it.
    pub(super) fn destroy(self, raw: &ash::Device) {
        // SAFETY: both are this slot's, and no submission uses them any more.
        unsafe {
            if let Some(clock) = &self.clock {
                raw.destroy_query_pool(clock.pool, None);
            }
            raw.destroy_command_pool(self.pool, None);
        }
    }
}

impl Inner {
    /// Takes back the slots of recordings that have completed, and reads their timings.
    pub(super) fn recycle(&self, completed: u64) {
        let mut slots = lock(&self.slots);
        let mut index = 0;
        while let Some((value, _)) = slots.busy.get(index) {
            if *value > completed {
                index += 1;
                continue;
            }
            let (value, slot) = slots.busy.remove(index).expect("just seen");
            let passes = slot
                .clock
                .as_ref()
                .map(|clock| clock.read(&self.raw, &self.caps))
                .unwrap_or_default();
            lock(&self.timings).push(value, passes);
            self.give_back(slot, &mut slots.free);
        }
    }

    /// Empties a slot that the device is done with, for the next recording.
    fn give_back(&self, slot: Slot, free: &mut Vec<Slot>) {
        // SAFETY: no submission uses the pool any more.
        match unsafe {
            self.raw
                .reset_command_pool(slot.pool, vk::CommandPoolResetFlags::empty())
        } {
            Ok(()) => free.push(slot),
            Err(_) => slot.destroy(&self.raw),
        }
    }

    /// Submits, and raises the timeline; its new value.
    fn submit(
        &self,
        commands: vk::CommandBuffer,
        wait: &[(vk::Semaphore, vk::PipelineStageFlags2)],
        signal: &[vk::Semaphore],
    ) -> Result<u64> {
        use std::sync::atomic::Ordering;
        let Timeline::Own {
            queue,
            semaphore,
            submitted,
        } = &self.timeline
        else {
            unreachable!("an embedder's recordings are finished, not submitted");
        };
        let semaphore_info = |semaphore| vk::SemaphoreSubmitInfo::default().semaphore(semaphore);
        let waits: Vec<_> = wait
            .iter()
            .map(|(semaphore, stage)| semaphore_info(*semaphore).stage_mask(*stage))
            .collect();
        let all = vk::PipelineStageFlags2::ALL_COMMANDS;
        let mut signals: Vec<_> = signal
            .iter()
            .map(|semaphore| semaphore_info(*semaphore).stage_mask(all))
            .collect();
        let commands = [vk::CommandBufferSubmitInfo::default().command_buffer(commands)];
        let queue = lock(queue);
        let value = submitted.load(Ordering::Acquire) + 1;
        signals.push(semaphore_info(*semaphore).stage_mask(all).value(value));
        let info = vk::SubmitInfo2::default()
            .wait_semaphore_infos(&waits)
            .command_buffer_infos(&commands)
            .signal_semaphore_infos(&signals);
        // SAFETY: the queue's lock is held, the commands are ended and not pending, and values only rise.
        unsafe { self.raw.queue_submit2(*queue, &[info], vk::Fence::null()) }.during("submitting")?;
        submitted.store(value, Ordering::Release);
        Ok(value)
    }
}

impl Device {
    /// Opens a recording; debuggers see it under `label`. Pools are recycled, so it allocates only while more
    /// recordings are in flight than ever before. It sees what earlier recordings wrote from its first fitting
    /// [`barrier`](Commands::barrier) on.
    ///
    /// # Errors
    /// [`Error::Invalid`] on an embedder's device, whose own buffers are recorded to; [`Error::Vulkan`];
    /// [`Error::DeviceLost`].
    pub fn commands(&self, label: &str) -> Result<Commands> {
        let inner = &self.inner;
        if let Timeline::Host { .. } = inner.timeline {
            let problem =
                "the device is an embedder's; record into its own buffer with Commands::foreign".into();
            return Err(Error::Invalid {
                what: "commands",
                problem,
            });
        }
        inner.recycle(self.completed());
        let free = lock(&inner.slots).free.pop();
        let slot = free.map_or_else(|| Slot::new(inner), Ok)?;
        let raw = slot.buffer;
        let mut commands = Commands::open(self, raw, Some(slot));
        let info = vk::CommandBufferBeginInfo::default().flags(vk::CommandBufferUsageFlags::ONE_TIME_SUBMIT);
        // SAFETY: the buffer is empty, and this thread's alone.
        unsafe { inner.raw.begin_command_buffer(raw, &info) }.during("beginning a recording")?;
        if let Some(clock) = commands.slot.as_mut().and_then(|slot| slot.clock.as_mut()) {
            clock.reset(&inner.raw, raw);
        }
        commands.label(label);
        commands.labelled = true;
        Ok(commands)
    }
}

impl Commands {
    fn open(device: &Device, raw: vk::CommandBuffer, slot: Option<Slot>) -> Self {
        let serial = lock(&device.inner.retirement).open();
        let (set, area) = (vk::DescriptorSet::null(), Area::default());
        Self {
            device: device.clone(),
            raw,
            slot,
            serial,
            labelled: false,
            set,
            area,
        }
    }

    /// Records into an embedder's command buffer, which is neither begun nor ended nor submitted here, and not timed.
    /// To be [finished](Self::finish), or dropped, before the embedder submits it.
    ///
    /// # Safety
    /// The buffer is the device's, of the family that [`HostDevice`](super::HostDevice) names, primary, being recorded, outside
    /// rendering, and used by nobody else until this is finished. It is submitted before the next call of
    /// [`Device::host_submitted`], or never.
    pub unsafe fn foreign(device: &Device, raw: vk::CommandBuffer) -> Self {
        Self::open(device, raw, None)
    }

    /// Ends what is recorded into an embedder's buffer. Of its state, pipelines, push constants and descriptor set 0
    /// have changed.
    pub fn finish(self) {}

    /// The device it is recorded for.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Vulkan's handle, for an embedder's own commands.
    pub fn raw(&self) -> vk::CommandBuffer {
        self.raw
    }

    /// Submits; the timeline's value once it has completed.
    ///
    /// # Errors
    /// [`Error::DeviceLost`]; [`Error::Vulkan`]; [`Error::Invalid`] for an embedder's buffer.
    pub fn submit(self) -> Result<u64> {
        self.submit_with(&[], &[])
    }

    /// Submits: each stage waits for its semaphore, and the semaphores of `signal` follow the end. The timeline's value
    /// once it has completed.
    ///
    /// # Errors
    /// As [`submit`](Self::submit).
    pub fn submit_with(
        mut self,
        wait: &[(vk::Semaphore, vk::PipelineStageFlags2)],
        signal: &[vk::Semaphore],
    ) -> Result<u64> {
        if self.slot.is_none() {
            let problem = "an embedder's buffer is finished here and submitted by the embedder".into();
            return Err(Error::Invalid {
                what: "submit",
                problem,
            });
        }
        if std::mem::take(&mut self.labelled) {
            self.end_label();
        }
        let device = self.device.clone();
        // SAFETY: the buffer is being recorded, outside rendering.
        unsafe { device.inner.raw.end_command_buffer(self.raw) }.during("ending a recording")?;
        let value = device.inner.submit(self.raw, wait, signal)?;
        lock(&device.inner.slots)
            .busy
            .extend(self.slot.take().map(|slot| (value, slot)));
        // Closes it, which dates what was retired meanwhile.
        drop(self);
        device.collect();
        Ok(value)
    }

    /// Records a pass: debuggers see it under its name, and [`Device::timings`] how long it took. At most 64 passes of a recording
    /// are timed.
    pub fn pass<T>(&mut self, name: &'static str, record: impl FnOnce(&mut Self) -> T) -> T {
        let device = self.device.clone();
        let (raw, buffer) = (&device.inner.raw, self.raw);
        self.label(name);
        let pass = self.clock().and_then(|clock| clock.start(raw, buffer, name));
        self.settle(pass.is_some());
        let result = record(self);
        if let (Some(pass), Some(clock)) = (pass, self.clock()) {
            clock.end(raw, buffer, pass);
            self.settle(true);
        }
        self.end_label();
        result
    }

    /// A software device takes its timestamps late, together with those that follow, unless it is made to settle.
    fn settle(&mut self, timed: bool) {
        if timed && self.device.caps().software {
            self.barrier(&[Use::ComputeWrite], &[Use::ComputeRead]);
        }
    }

    fn clock(&mut self) -> Option<&mut Clock> {
        self.slot.as_mut().and_then(|slot| slot.clock.as_mut())
    }

    fn label(&self, name: &str) {
        let Some(debug) = &self.device.inner.debug else {
            return;
        };
        let name = CString::new(name).unwrap_or_default();
        let info = vk::DebugUtilsLabelEXT::default().label_name(&name);
        // SAFETY: the buffer is being recorded, and the name lives until the call returns.
        unsafe { debug.cmd_begin_debug_utils_label(self.raw, &info) };
    }

    fn end_label(&self) {
        let Some(debug) = &self.device.inner.debug else {
            return;
        };
        // SAFETY: the buffer is being recorded, and each label that is begun is ended once.
        unsafe { debug.cmd_end_debug_utils_label(self.raw) };
    }

    /// Lets uses on the right see what those on the left have done; one global memory barrier. Outside rendering.
    pub fn barrier(&mut self, from: &[Use], to: &[Use]) {
        let ((src_stage, src_access), (dst_stage, dst_access)) = (Use::scope(from), Use::scope(to));
        let barriers = [vk::MemoryBarrier2::default()
            .src_stage_mask(src_stage)
            .src_access_mask(src_access)
            .dst_stage_mask(dst_stage)
            .dst_access_mask(dst_access)];
        let info = vk::DependencyInfo::default().memory_barriers(&barriers);
        // SAFETY: the buffer is being recorded.
        unsafe { self.device.inner.raw.cmd_pipeline_barrier2(self.raw, &info) };
    }

    /// Takes an image from one use to another. Outside rendering.
    pub fn image_barrier(&mut self, image: &ImageRef, from: ImageUse, to: ImageUse) {
        let ((src_stage, src_access), (dst_stage, dst_access)) = (from.scope(), to.scope());
        let barriers = [vk::ImageMemoryBarrier2::default()
            .src_stage_mask(src_stage)
            .src_access_mask(src_access)
            .dst_stage_mask(dst_stage)
            .dst_access_mask(dst_access)
            .old_layout(from.layout())
            .new_layout(to.layout())
            .src_queue_family_index(vk::QUEUE_FAMILY_IGNORED)
            .dst_queue_family_index(vk::QUEUE_FAMILY_IGNORED)
            .image(image.image)
            .subresource_range(image::whole(image.format))];
        let info = vk::DependencyInfo::default().image_memory_barriers(&barriers);
        // SAFETY: the buffer is being recorded, and the image is alive, as `ImageRef` asks.
        unsafe { self.device.inner.raw.cmd_pipeline_barrier2(self.raw, &info) };
    }

    /// What pipelines with a set work on, from now on. It has to hold what their shaders use.
    pub fn bind(&mut self, set: &Set) {
        self.set = set.raw;
    }

    /// Runs a compute shader over `groups` workgroups; nothing where a dimension is 0.
    ///
    /// # Panics
    /// Where `push` is not of the pipeline's length, a dimension is beyond
    /// [`Caps::max_groups`](super::Caps::max_groups), or no set is bound and the pipeline has one.
    pub fn dispatch(&mut self, pipeline: &ComputePipeline, push: &[u8], groups: [u32; 3]) {
        let most = self.device.caps().max_groups;
        assert!(
            groups.iter().all(|count| *count <= most),
            "{groups:?} groups; {most} is the most: fold them"
        );
        self.bind_compute(pipeline, push);
        let [x, y, z] = groups;
        // SAFETY: the pipeline, its push constants and its set are bound, and the counts within limits.
        unsafe { self.device.inner.raw.cmd_dispatch(self.raw, x, y, z) };
    }

    /// Runs a compute shader over as many workgroups as three u32 at `offset` of `arguments` say when it runs.
    ///
    /// # Panics
    /// As [`dispatch`](Self::dispatch), and where `offset` is no multiple of 4 or the arguments are beyond the end.
    pub fn dispatch_indirect(
        &mut self,
        pipeline: &ComputePipeline,
        push: &[u8],
        arguments: &Buffer,
        offset: u64,
    ) {
        assert!(
            offset.is_multiple_of(4) && offset + 12 <= arguments.size(),
            "no arguments at {offset}"
        );
        self.bind_compute(pipeline, push);
        // SAFETY: the pipeline, its push constants and its set are bound, and the arguments within the buffer.
        unsafe {
            self.device
                .inner
                .raw
                .cmd_dispatch_indirect(self.raw, arguments.raw(), offset)
        };
    }

    fn bind_compute(&mut self, pipeline: &ComputePipeline, push: &[u8]) {
        let (raw, point) = (&self.device.inner.raw, vk::PipelineBindPoint::COMPUTE);
        let shared = &pipeline.shared;
        shared.check_push(push);
        assert!(
            !pipeline.set || self.set != vk::DescriptorSet::null(),
            "no set is bound"
        );
        // SAFETY: the buffer is being recorded; pipeline and set are of this device, and of one layout.
        unsafe {
            raw.cmd_bind_pipeline(self.raw, point, shared.raw);
            if pipeline.set {
                raw.cmd_bind_descriptor_sets(self.raw, point, shared.layout, 0, &[self.set], &[]);
            }
            if !push.is_empty() {
                raw.cmd_push_constants(self.raw, shared.layout, vk::ShaderStageFlags::COMPUTE, 0, push);
            }
        }
    }
}

impl Drop for Commands {
    fn drop(&mut self) {
        let inner = &self.device.inner;
        if let Some(slot) = self.slot.take() {
            let mut slots = lock(&inner.slots);
            inner.give_back(slot, &mut slots.free);
        }
        let mut retirement = lock(&inner.retirement);
        let value = inner.closing_value();
        retirement.close(self.serial, value);
    }
}
