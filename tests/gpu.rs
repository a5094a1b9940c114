//! The Vulkan layer, on whatever device the machine has.

mod common;

use ash::vk;
use common::{WAIT, finish, gpu, gpu_masked, gpu_with, scratch, shaders};
use galvani::Error;
use galvani::gpu::{
    AdapterKind, Buffer, Choice, Commands, ComputePipeline, Device, DeviceOptions, GraphicsPipeline,
    HostDevice, Image, Instance, Memory, Ring, Set, Slice, Swapchain, Use, WriteView, choose,
};

/// A copy of a buffer's bytes.
fn read(device: &Device, buffer: &Buffer) -> Vec<u8> {
    let back = Buffer::new(device, "back", buffer.size(), Memory::Readback).expect("readback");
    let mut commands = device.commands("read").expect("commands");
    let all = [Use::ComputeWrite, Use::TransferWrite];
    commands.barrier(&all, &[Use::TransferRead]);
    commands.copy(buffer, 0, &back, 0, buffer.size());
    commands.barrier(&[Use::TransferWrite], &[Use::HostRead]);
    finish(commands);
    back.read().expect("mapped").to_vec()
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes
        .chunks_exact(4)
        .map(|word| u32::from_ne_bytes(word.try_into().expect("four bytes")))
        .collect()
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

fn push(buffer: &Buffer, summand: u32) -> Vec<u8> {
    let mut push = buffer.address().to_ne_bytes().to_vec();
    push.extend(summand.to_ne_bytes());
    push.extend([0; 4]);
    push
}

fn add(device: &Device, extra: u32) -> ComputePipeline {
    ComputePipeline::new(device, "add", &shaders::ADD, &[(3, extra)], 16, false).expect("pipeline")
}

#[test]
fn objects_can_be_sent_and_shared() {
    fn shared<T: Send + Sync>() {}
    fn sent<T: Send>() {}
    shared::<Instance>();
    shared::<Device>();
    shared::<Buffer>();
    shared::<Image>();
    shared::<ComputePipeline>();
    shared::<GraphicsPipeline>();
    shared::<Ring>();
    sent::<Slice>();
    sent::<WriteView<'_>>();
    sent::<Commands>();
    sent::<Swapchain>();
}

#[test]
fn caps_say_what_the_device_is() {
    let gpu = gpu_masked("");
    let caps = gpu.device().caps();
    assert!(
        !caps.name.is_empty() && caps.max_groups >= 65_535 && caps.max_push >= 128,
        "{caps:?}"
    );
    assert!(
        caps.max_alloc > 0 && caps.device_heap >= caps.max_alloc && caps.max_image >= 4096,
        "{caps:?}"
    );
    assert!(caps.max_texels >= 65_536, "{caps:?}");
    assert_eq!(caps.software, caps.kind == AdapterKind::Software);
    assert!(
        !caps.software || caps.host_visible_device_local,
        "the CPU's memory can be mapped: {caps:?}"
    );
}

#[test]
fn a_mask_hides_what_it_names() {
    let gpu = gpu_masked(
        "multiDrawIndirect, drawIndirectCount,hostVisibleDeviceLocal,timestamps,debugUtils,texels",
    );
    let caps = gpu.device().caps();
    assert!(!caps.multi_draw_indirect && !caps.draw_indirect_count && !caps.host_visible_device_local);
    assert!(caps.timestamp_period_ns.is_none() && !caps.debug_utils);
    let buffer = Buffer::new(gpu.device(), "texels", 64, Memory::Mapped).expect("buffer");
    let refused = Set::of_texels(buffer.into()).err();
    assert!(
        matches!(refused, Some(Error::OutOfBudget { needs: 4, has: 0, .. })),
        "{refused:?}"
    );
    let value = finish(gpu.device().commands("untimed").expect("commands"));
    assert_eq!(gpu.device().timings(value), Some(vec![]));
}

#[test]
fn an_unknown_name_in_a_mask_is_an_error_that_lists_the_known() {
    let instance = common::instance();
    let adapters = instance.adapters().expect("adapters");
    let index = choose(&adapters, &Choice::Auto).expect("a device");
    let options = DeviceOptions {
        mask: Some("int64,warpDrive".into()),
        ..DeviceOptions::default()
    };
    let error = Device::new(&instance, &adapters[index], &options)
        .err()
        .expect("refused")
        .to_string();
    assert!(
        error.contains("warpDrive") && error.contains("drawIndirectCount"),
        "{error}"
    );
}

#[test]
fn a_device_is_chosen_by_kind_place_and_name() {
    let instance = common::instance();
    let real = instance.adapters().expect("adapters");
    let like = |name: &str, kind, unusable: Option<&str>| {
        let mut adapter = real[0].clone();
        (adapter.name, adapter.kind) = (name.to_owned(), kind);
        adapter.unusable = unusable.map(str::to_owned);
        adapter
    };
    let list = [
        like("llvmpipe", AdapterKind::Software, None),
        like(
            "Big GPU",
            AdapterKind::Discrete,
            Some("offers Vulkan 1.1, 1.3 is needed"),
        ),
        like("Small GPU", AdapterKind::Integrated, None),
        like("Other GPU", AdapterKind::Discrete, None),
    ];
    let pick = |text: &str| choose(&list, &text.parse().expect("a choice"));
    let cases = [
        ("auto", 3),
        ("discrete", 3),
        ("integrated", 2),
        ("SOFTWARE", 0),
        ("2", 2),
        ("small", 2),
        ("gpu", 3),
    ];
    for (text, index) in cases {
        assert_eq!(pick(text).expect(text), index, "{text}");
    }
    for text in ["1", "7", "big", "nothing like it"] {
        let error = pick(text).expect_err(text);
        assert!(matches!(error, Error::NoDevice(_)), "{error}");
        assert!(error.to_string().contains("Vulkan 1.1"), "says why not: {error}");
    }
    assert!("".parse::<Choice>().is_err());
    assert!(matches!(choose(&[], &Choice::Auto), Err(Error::NoDevice(_))));
}

#[test]
fn bytes_go_through_mapped_and_copied_memory() {
    for mask in ["", "hostVisibleDeviceLocal"] {
        let gpu = gpu_masked(mask);
        let device = gpu.device();
        for len in [0, 1, 4, 63, 1021, 5 << 20] {
            let bytes = pattern(len);
            let from = Buffer::new(device, "from", len as u64, Memory::Mapped).expect("buffer");
            from.write(0, &bytes).expect("mapped");
            let local = Buffer::new(device, "local", from.size(), Memory::Device).expect("buffer");
            let mut commands = device.commands("copy").expect("commands");
            commands.copy(&from, 0, &local, 0, from.size());
            commands.submit().expect("submit");
            assert_eq!(&read(device, &local)[..len], bytes, "{len} bytes, mask {mask:?}");
            assert!(local.write(0, &[1]).is_err(), "device memory is not the host's");
            assert!(from.read().is_err(), "mapped memory is write-only");
        }
    }
}

#[test]
fn views_never_overlap_and_split() {
    let gpu = gpu();
    let buffer = Buffer::new(gpu.device(), "buffer", 64, Memory::Upload).expect("buffer");
    {
        let mut first = buffer.view(0..32).expect("free");
        assert!(buffer.view(31..33).is_err(), "taken");
        assert!(buffer.view(60..65).is_err(), "beyond the end");
        let second = buffer.view(32..64).expect("free");
        first.copy_from(0, &[1; 32]);
        let (mut left, mut right) = second.split_at(8);
        std::thread::scope(|scope| {
            scope.spawn(|| left.copy_from(0, &[2; 8]));
            scope.spawn(|| right.uninit().iter_mut().for_each(|byte| _ = byte.write(3)));
        });
        drop(left);
        assert!(buffer.view(32..40).is_ok() && buffer.view(32..41).is_err());
    }
    assert!(buffer.view(0..64).is_ok(), "all given back");
    let bytes = read(gpu.device(), &buffer);
    assert_eq!(
        [&bytes[..32], &bytes[32..40], &bytes[40..]],
        [&[1; 32][..], &[2; 8], &[3; 24]]
    );
}

#[test]
fn a_ring_is_recycled_by_the_timeline() {
    let gpu = gpu();
    let device = gpu.device();
    let ring = Ring::new(device, 4096).expect("ring");
    let target = Buffer::new(device, "target", 40_000, Memory::Device).expect("buffer");
    let bytes = pattern(40_000);
    for (turn, chunk) in bytes.chunks(1000).enumerate() {
        let mut slice = ring.reserve_wait(chunk.len() as u64, 16, WAIT).expect("slice");
        slice.view().expect("ours").copy_from(0, chunk);
        let mut commands = device.commands("upload").expect("commands");
        commands.copy(
            slice.buffer(),
            slice.offset(),
            &target,
            turn as u64 * 1000,
            slice.len(),
        );
        drop(slice);
        commands.submit().expect("submit");
    }
    assert_eq!(read(device, &target), bytes);
    assert!(matches!(ring.reserve(4097, 1), Err(Error::OutOfBudget { .. })));
}

#[test]
fn a_slice_is_taken_until_its_recording_has_completed() {
    let gpu = gpu();
    let device = gpu.device();
    let ring = Ring::new(device, 1024).expect("ring");
    let open = device.commands("open").expect("commands");
    drop(ring.reserve(1024, 1).expect("fits").expect("free"));
    // Another recording that completes in between changes nothing.
    finish(device.commands("other").expect("commands"));
    assert!(
        ring.reserve(1, 1).expect("fits").is_none(),
        "in an open recording"
    );
    assert!(
        matches!(ring.reserve_wait(1, 1, WAIT), Err(Error::Invalid { .. })),
        "nothing to wait for"
    );
    finish(open);
    let held = ring.reserve(1024, 1).expect("fits").expect("free again");
    assert!(
        matches!(ring.reserve_wait(1, 1, WAIT), Err(Error::Invalid { .. })),
        "alive"
    );
    drop(held);
    assert!(ring.reserve(1024, 1).expect("fits").is_some());
}

#[test]
fn what_is_dropped_lives_until_the_device_is_done_with_it() {
    let gpu = gpu();
    let device = gpu.device();
    let before = device.memory_use().device;
    let size = 8 << 20;
    let buffer = Buffer::new(device, "doomed", size, Memory::Device).expect("buffer");
    let mut commands = device.commands("use").expect("commands");
    commands.fill(&buffer, 0..size, 7);
    drop(buffer);
    device.collect();
    assert_eq!((device.retired(), device.memory_use().device), (1, before + size));
    finish(device.commands("other").expect("commands"));
    device.collect();
    assert_eq!(device.retired(), 1, "its recording is still open");
    finish(commands);
    device.collect();
    assert_eq!((device.retired(), device.memory_use().device), (0, before));
    assert_eq!(gpu.instance.messages().all(), Vec::<String>::new());
}

#[test]
fn a_recording_that_is_given_up_leaves_nothing() {
    let gpu = gpu();
    let device = gpu.device();
    let buffer = Buffer::new(device, "buffer", 64, Memory::Device).expect("buffer");
    let mut commands = device.commands("given up").expect("commands");
    commands.fill(&buffer, 0..64, 1);
    drop(buffer);
    drop(commands);
    device.wait_idle().expect("idle");
    assert_eq!(device.retired(), 0);
    assert!(device.wait(device.next_value(), WAIT).is_err(), "never submitted");
}

#[test]
fn too_much_is_an_error() {
    let gpu = gpu();
    let device = gpu.device();
    let caps = device.caps();
    let beyond = Buffer::new(device, "beyond", caps.max_alloc + 1, Memory::Device);
    assert!(matches!(beyond.err(), Some(Error::OutOfBudget { .. })));
    let wide = [caps.max_image + 1, 1];
    let usage = vk::ImageUsageFlags::TRANSFER_DST;
    for extent in [wide, [0, 1]] {
        let image = Image::new(device, "image", extent, vk::Format::R8G8B8A8_UNORM, usage);
        assert!(matches!(image.err(), Some(Error::Invalid { .. })), "{extent:?}");
    }
    assert!(ComputePipeline::new(device, "none", &[1, 2, 3], &[], 0, false).is_err());
}

#[test]
fn dispatches_see_addresses_constants_and_each_other() {
    let gpu = gpu();
    let device = gpu.device();
    let (plain, extra) = (add(device, 0), add(device, 1000));
    for n in [1u32, 31, 65_535] {
        let data = Buffer::new(device, "data", u64::from(n) * 4, Memory::Device).expect("buffer");
        let arguments = Buffer::new(device, "arguments", 16, Memory::Mapped).expect("buffer");
        let count: Vec<u8> = [0, n, 1, 1]
            .iter()
            .flat_map(|word: &u32| word.to_ne_bytes())
            .collect();
        arguments.write(0, &count).expect("mapped");
        let mut commands = device.commands("add").expect("commands");
        commands.fill(&data, 0..data.size(), 5);
        commands.barrier(&[Use::TransferWrite], &[Use::ComputeRead, Use::ComputeWrite]);
        commands.pass("direct", |commands| {
            commands.dispatch(&plain, &push(&data, 20), [n, 1, 1])
        });
        commands.barrier(&[Use::ComputeWrite], &[Use::ComputeRead, Use::ComputeWrite]);
        commands.pass("indirect", |commands| {
            commands.dispatch_indirect(&extra, &push(&data, 300), &arguments, 4);
        });
        let value = finish(commands);
        assert_eq!(words(&read(device, &data)), vec![1325; n as usize], "{n}");
        let names: Vec<_> = device
            .timings(value)
            .expect("complete")
            .iter()
            .map(|(name, _)| *name)
            .collect();
        if device.caps().timestamp_period_ns.is_some() {
            assert_eq!(names, ["direct", "indirect"]);
        }
    }
}

#[test]
fn gpu_written_arguments_are_seen_by_the_dispatch_that_reads_them() {
    let gpu = gpu();
    let device = gpu.device();
    let pipeline = add(device, 0);
    for turn in 1..20u32 {
        let data = Buffer::new(device, "data", 4096, Memory::Device).expect("buffer");
        let arguments = Buffer::new(device, "arguments", 12, Memory::Device).expect("buffer");
        let mut commands = device.commands("chain").expect("commands");
        commands.fill(&data, 0..4096, 0);
        commands.fill(&arguments, 0..4, turn);
        commands.fill(&arguments, 4..12, 1);
        commands.barrier(&[Use::TransferWrite], &[Use::ComputeRead, Use::ComputeWrite]);
        commands.dispatch(&pipeline, &push(&arguments, 1), [1, 1, 1]);
        commands.barrier(&[Use::ComputeWrite], &[Use::IndirectRead]);
        commands.dispatch_indirect(&pipeline, &push(&data, 9), &arguments, 0);
        finish(commands);
        let touched = words(&read(device, &data))
            .iter()
            .filter(|word| **word == 9)
            .count();
        assert_eq!(touched as u32, turn + 1);
    }
}

#[test]
fn recordings_of_many_threads_share_a_device() {
    let gpu = gpu();
    let device = gpu.device();
    let pipeline = add(device, 0);
    std::thread::scope(|scope| {
        for thread in 0..4u32 {
            let pipeline = &pipeline;
            scope.spawn(move || {
                for turn in 0..20 {
                    let data = Buffer::new(device, "data", 64, Memory::Device).expect("buffer");
                    let mut commands = device.commands("thread").expect("commands");
                    commands.fill(&data, 0..64, thread);
                    commands.barrier(&[Use::TransferWrite], &[Use::ComputeRead, Use::ComputeWrite]);
                    commands.dispatch(pipeline, &push(&data, turn), [16, 1, 1]);
                    commands.submit().expect("submit");
                    assert_eq!(words(&read(device, &data)), [thread + turn; 16]);
                }
            });
        }
    });
    device.wait_idle().expect("idle");
    assert_eq!(device.retired(), 0);
}

#[test]
fn compiled_pipelines_are_kept_and_damage_is_ignored() {
    let dir = scratch("cache");
    let _ = std::fs::remove_dir_all(&dir);
    let run = || {
        let gpu = gpu_with(&DeviceOptions {
            mask: Some(String::new()),
            cache_dir: Some(dir.clone()),
            ..DeviceOptions::default()
        });
        drop(add(gpu.device(), 1));
    };
    run();
    let names = || -> Vec<_> {
        let entries = std::fs::read_dir(&dir).expect("list");
        entries.map(|entry| entry.expect("entry").path()).collect()
    };
    let file = names().pop().expect("a file");
    let whole = std::fs::read(&file).expect("read");
    let mut flipped = whole.clone();
    *flipped.last_mut().expect("not empty") ^= 1;
    let cut = whole[..whole.len() / 2].to_vec();
    for damaged in [Vec::new(), b"galvani1".to_vec(), vec![0xff; 100], cut, flipped] {
        std::fs::write(&file, damaged).expect("write");
        run();
        let again = std::fs::read(&file).expect("read");
        assert!(again.starts_with(b"galvani1"), "written again");
        assert_eq!(again.len(), whole.len());
    }
    run();
    // What was kept is read again, and drivers add to it.
    assert!(std::fs::read(&file).expect("read").len() >= whole.len(), "kept");
    assert_eq!(names(), [file], "nothing half-written is left");
}

/// An embedder: an instance and a device that this test makes by itself.
struct Embedder {
    entry: ash::Entry,
    instance: ash::Instance,
    physical: vk::PhysicalDevice,
    device: ash::Device,
    family: u32,
}

impl Embedder {
    fn new() -> Self {
        // SAFETY: plain creation, in order, with what every device of Vulkan 1.3 has; handles are valid where used.
        unsafe {
            let entry = ash::Entry::load().expect("loader");
            let application = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_3);
            let info = vk::InstanceCreateInfo::default().application_info(&application);
            let instance = entry.create_instance(&info, None).expect("instance");
            let physical = instance.enumerate_physical_devices().expect("devices")[0];
            let families = instance.get_physical_device_queue_family_properties(physical);
            let both = vk::QueueFlags::GRAPHICS | vk::QueueFlags::COMPUTE;
            let family = families
                .iter()
                .position(|f| f.queue_flags.contains(both))
                .expect("family") as u32;
            let queues = [vk::DeviceQueueCreateInfo::default()
                .queue_family_index(family)
                .queue_priorities(&[1.0])];
            let mut v12 = vk::PhysicalDeviceVulkan12Features::default()
                .timeline_semaphore(true)
                .buffer_device_address(true)
                .scalar_block_layout(true);
            let mut v13 = vk::PhysicalDeviceVulkan13Features::default()
                .synchronization2(true)
                .dynamic_rendering(true)
                .maintenance4(true)
                .shader_terminate_invocation(true)
                .shader_demote_to_helper_invocation(true);
            let info = vk::DeviceCreateInfo::default()
                .queue_create_infos(&queues)
                .push_next(&mut v12)
                .push_next(&mut v13);
            let device = instance.create_device(physical, &info, None).expect("device");
            Self {
                entry,
                instance,
                physical,
                device,
                family,
            }
        }
    }

    fn host(&self) -> HostDevice {
        HostDevice {
            entry: self.entry.clone(),
            instance: self.instance.clone(),
            physical_device: self.physical,
            device: self.device.clone(),
            queue_family: self.family,
            enabled: Vec::new(),
            mask: Some(String::new()),
            cache_dir: Some(scratch("embedded")),
        }
    }

    /// Runs what is recorded, and waits.
    fn run(&self, record: impl FnOnce(vk::CommandBuffer)) {
        let device = &self.device;
        // SAFETY: one thread, and everything is complete before it is destroyed.
        unsafe {
            let info = vk::CommandPoolCreateInfo::default().queue_family_index(self.family);
            let pool = device.create_command_pool(&info, None).expect("pool");
            let info = vk::CommandBufferAllocateInfo::default()
                .command_pool(pool)
                .command_buffer_count(1);
            let buffers = device.allocate_command_buffers(&info).expect("buffer");
            device
                .begin_command_buffer(buffers[0], &vk::CommandBufferBeginInfo::default())
                .expect("begin");
            record(buffers[0]);
            device.end_command_buffer(buffers[0]).expect("end");
            let queue = device.get_device_queue(self.family, 0);
            let info = vk::SubmitInfo::default().command_buffers(&buffers);
            device
                .queue_submit(queue, &[info], vk::Fence::null())
                .expect("submit");
            device.queue_wait_idle(queue).expect("wait");
            device.destroy_command_pool(pool, None);
        }
    }
}

impl Drop for Embedder {
    fn drop(&mut self) {
        // SAFETY: all that was made of them is gone.
        unsafe {
            self.device.destroy_device(None);
            self.instance.destroy_instance(None);
        }
    }
}

#[test]
fn an_embedder_lends_its_device() {
    let embedder = Embedder::new();
    // SAFETY: the handles are the embedder's, with the required features, and outlive the device.
    let device = unsafe { Device::from_host(embedder.host()) }.expect("device");
    assert!(!device.caps().multi_draw_indirect, "not listed as enabled");
    assert!(matches!(device.commands("own"), Err(Error::Invalid { .. })));
    let pipeline = add(&device, 0);
    let data = Buffer::new(&device, "data", 64, Memory::Device).expect("buffer");
    let back = Buffer::new(&device, "back", 64, Memory::Readback).expect("buffer");
    embedder.run(|raw| {
        // SAFETY: being recorded, and submitted before `host_submitted` below.
        let mut commands = unsafe { Commands::foreign(&device, raw) };
        commands.fill(&data, 0..64, 1);
        commands.barrier(&[Use::TransferWrite], &[Use::ComputeRead, Use::ComputeWrite]);
        commands.pass("add", |commands| {
            commands.dispatch(&pipeline, &push(&data, 41), [16, 1, 1])
        });
        commands.barrier(&[Use::ComputeWrite], &[Use::TransferRead]);
        commands.copy(&data, 0, &back, 0, 64);
        commands.barrier(&[Use::TransferWrite], &[Use::HostRead]);
        commands.finish();
    });
    drop(data);
    let frame = device.host_submitted().expect("a host's");
    device.collect();
    assert_eq!(
        (frame, device.retired()),
        (1, 1),
        "the frame is not said to be complete"
    );
    assert!(device.host_completed(frame + 1).is_err(), "not submitted");
    assert!(device.wait(frame, WAIT).is_err(), "the embedder waits");
    device.host_completed(frame).expect("submitted");
    assert_eq!(device.retired(), 0);
    device.wait(frame, WAIT).expect("complete");
    assert_eq!(words(back.read().expect("mapped")), [42; 16]);
}

#[test]
fn a_hosts_frames_are_not_our_own() {
    let gpu = gpu();
    assert!(gpu.device().host_submitted().is_err() && gpu.device().host_completed(0).is_err());
}
