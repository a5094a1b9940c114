//! The barriers of a frame, listened to: each command that reads what an earlier one wrote has a barrier in between that
//! says so. A driver that runs commands one after another draws the right picture without any, and validation sees
//! neither addresses nor indirect arguments, so that only this test fails where one is taken out.
//!
//! All of the library's arrays count as one: a frame is short enough for barriers between passes to cover all of them.

mod common;

use std::ffi::{CStr, c_char};
use std::sync::{Mutex, OnceLock, PoisonError};

use ash::vk;
use common::host::{Canvas, Host};
use common::pictures::{open_with, view};
use galvani::gpu::{Commands, ImageUse};
use galvani::renderer::{Picture, Rasteriser, Renderer};
use galvani::source::Synthetic;
use galvani::store::{Builder, OpenOptions};
use vk::{AccessFlags2 as Access, PipelineStageFlags2 as Stage};

const SIZE: [u32; 2] = [200, 120];

/// What was recorded, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// A frame begins. A copy after it stands for what may be uploaded.
    Frame,
    /// A frame ends, and the host may read what it copied out.
    Host,
    Fill,
    Copy,
    Dispatch,
    DispatchIndirect,
    DrawIndirect,
    Barrier {
        from: (Stage, Access),
        to: (Stage, Access),
    },
}

static HEARD: Mutex<Vec<Heard>> = Mutex::new(Vec::new());

fn hear(heard: Heard) {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
}

/// The device's own functions.
struct Real {
    get: vk::PFN_vkGetDeviceProcAddr,
    fill: vk::PFN_vkCmdFillBuffer,
    copy: vk::PFN_vkCmdCopyBuffer,
    dispatch: vk::PFN_vkCmdDispatch,
    dispatch_indirect: vk::PFN_vkCmdDispatchIndirect,
    draw_indirect: vk::PFN_vkCmdDrawIndirect,
    barrier: vk::PFN_vkCmdPipelineBarrier2,
}

static REAL: OnceLock<Real> = OnceLock::new();

fn real() -> &'static Real {
    REAL.get().expect("set before the device is used")
}

unsafe extern "system" fn fill(
    commands: vk::CommandBuffer,
    buffer: vk::Buffer,
    offset: vk::DeviceSize,
    size: vk::DeviceSize,
    word: u32,
) {
    hear(Heard::Fill);
    // SAFETY: the caller's arguments, passed on.
    unsafe { (real().fill)(commands, buffer, offset, size, word) }
}

unsafe extern "system" fn copy(
    commands: vk::CommandBuffer,
    from: vk::Buffer,
    to: vk::Buffer,
    count: u32,
    regions: *const vk::BufferCopy,
) {
    hear(Heard::Copy);
    // SAFETY: the caller's arguments, passed on.
    unsafe { (real().copy)(commands, from, to, count, regions) }
}

unsafe extern "system" fn dispatch(commands: vk::CommandBuffer, x: u32, y: u32, z: u32) {
    hear(Heard::Dispatch);
    // SAFETY: the caller's arguments, passed on.
    unsafe { (real().dispatch)(commands, x, y, z) }
}

unsafe extern "system" fn dispatch_indirect(
    commands: vk::CommandBuffer,
    buffer: vk::Buffer,
    offset: vk::DeviceSize,
) {
    hear(Heard::DispatchIndirect);
    // SAFETY: the caller's arguments, passed on.
    unsafe { (real().dispatch_indirect)(commands, buffer, offset) }
}

unsafe extern "system" fn draw_indirect(
    commands: vk::CommandBuffer,
    buffer: vk::Buffer,
    offset: vk::DeviceSize,
    count: u32,
    stride: u32,
) {
    hear(Heard::DrawIndirect);
    // SAFETY: the caller's arguments, passed on.
    unsafe { (real().draw_indirect)(commands, buffer, offset, count, stride) }
}

unsafe extern "system" fn barrier(commands: vk::CommandBuffer, info: *const vk::DependencyInfo<'_>) {
    // SAFETY: the caller's description is valid for the call, and holds as many barriers as it says.
    let memory = unsafe {
        let (first, count) = ((*info).p_memory_barriers, (*info).memory_barrier_count);
        if count == 0 {
            &[]
        } else {
            std::slice::from_raw_parts(first, count as usize)
        }
    };
    for barrier in memory {
        hear(Heard::Barrier {
            from: (barrier.src_stage_mask, barrier.src_access_mask),
            to: (barrier.dst_stage_mask, barrier.dst_access_mask),
        });
    }
    // SAFETY: the caller's arguments, passed on.
    unsafe { (real().barrier)(commands, info) }
}

/// Hands out the listeners in place of the device's own functions.
unsafe extern "system" fn get(device: vk::Device, name: *const c_char) -> vk::PFN_vkVoidFunction {
    // SAFETY: the caller asks by a name that is ended by a zero; each listener has the type of what it stands for, and
    // functions have one size.
    unsafe {
        let listener: *const () = match CStr::from_ptr(name).to_bytes() {
            b"vkCmdFillBuffer" => fill as *const (),
            b"vkCmdCopyBuffer" => copy as *const (),
            b"vkCmdDispatch" => dispatch as *const (),
            b"vkCmdDispatchIndirect" => dispatch_indirect as *const (),
            b"vkCmdDrawIndirect" => draw_indirect as *const (),
            b"vkCmdPipelineBarrier2" => barrier as *const (),
            _ => return (real().get)(device, name),
        };
        std::mem::transmute::<*const (), vk::PFN_vkVoidFunction>(listener)
    }
}

/// The device's functions, with listeners among them.
fn listening(instance: &ash::Instance, device: vk::Device) -> ash::Device {
    // SAFETY: the device is the instance's; what is asked for by a command's name has that command's type.
    unsafe {
        let own = ash::Device::load(instance.fp_v1_0(), device);
        let (v10, v13) = (own.fp_v1_0(), own.fp_v1_3());
        REAL.get_or_init(|| Real {
            get: instance.fp_v1_0().get_device_proc_addr,
            fill: v10.cmd_fill_buffer,
            copy: v10.cmd_copy_buffer,
            dispatch: v10.cmd_dispatch,
            dispatch_indirect: v10.cmd_dispatch_indirect,
            draw_indirect: v10.cmd_draw_indirect,
            barrier: v13.cmd_pipeline_barrier2,
        });
        let mut functions = instance.fp_v1_0().clone();
        functions.get_device_proc_addr = get;
        ash::Device::load(&functions, device)
    }
}

/// How a command touches the library's arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Read,
    Indirect,
    Write,
}

impl Heard {
    fn does(self) -> Vec<(Way, (Stage, Access))> {
        let (compute, transfer) = (Stage::COMPUTE_SHADER, Stage::ALL_TRANSFER);
        let (read, write) = (Access::SHADER_READ, Access::SHADER_WRITE);
        let indirect = (
            Way::Indirect,
            (Stage::DRAW_INDIRECT, Access::INDIRECT_COMMAND_READ),
        );
        let shader = [(Way::Read, (compute, read)), (Way::Write, (compute, write))];
        match self {
            Self::Fill => vec![(Way::Write, (transfer, Access::TRANSFER_WRITE))],
            Self::Copy => vec![
                (Way::Read, (transfer, Access::TRANSFER_READ)),
                (Way::Write, (transfer, Access::TRANSFER_WRITE)),
            ],
            Self::Dispatch => shader.to_vec(),
            Self::DispatchIndirect => vec![indirect, shader[0], shader[1]],
            Self::DrawIndirect => vec![
                indirect,
                (Way::Read, (Stage::VERTEX_SHADER, read)),
                (Way::Read, (Stage::FRAGMENT_SHADER, read)),
            ],
            Self::Host => vec![(Way::Read, (Stage::HOST, Access::HOST_READ))],
            Self::Frame | Self::Barrier { .. } => vec![],
        }
    }
}

/// Whether the barriers of `between` let `to` follow `from`: one that names both, or a chain of them, the first of which
/// makes available what was written.
fn ordered(between: &[Heard], from: (Stage, Access), to: (Stage, Access)) -> bool {
    let mut reached = Stage::NONE;
    between.iter().any(|heard| {
        let Heard::Barrier { from: a, to: b } = *heard else {
            return false;
        };
        let first = a.0.contains(from.0) && a.1.contains(from.1);
        if !first && !a.0.intersects(reached) {
            return false;
        }
        reached |= b.0;
        b.0.contains(to.0) && b.1.contains(to.1)
    })
}

/// Whether memory goes from one command to a later one, so that it needs a barrier.
///
/// Within a frame stages write arrays of their own, which the ones after read; bins are filled beside culling, for
/// what comes after. From frame to frame arrays are written again, and columns are kept; what copies write is
/// guarded by the timeline, and indirect arguments are each frame's own.
fn passes_on(heard: &[Heard], (i, j): (usize, usize), from: Way, to: Way) -> bool {
    let same_frame = !heard[i..j].contains(&Heard::Frame);
    let culled = heard[i..j].contains(&Heard::DispatchIndirect);
    match (heard[i], heard[j]) {
        (Heard::Host, _) => false,
        (Heard::Copy, Heard::Host) => same_frame && from == Way::Write,
        (_, Heard::Host) => false,
        (_, Heard::Copy) if !same_frame => false,
        (Heard::Copy, _) if to == Way::Indirect => false,
        (Heard::Fill | Heard::Copy, Heard::Copy) => false,
        (Heard::Fill, _) if same_frame => culled && to != Way::Indirect,
        (_, Heard::Fill) if same_frame => false,
        _ if same_frame => from == Way::Write && matches!(to, Way::Read | Way::Indirect),
        _ => from == Way::Write && to == Way::Read || to == Way::Write,
    }
}

/// Holds each pair of commands to have its barrier. What is missing, in words.
fn missing(heard: &[Heard]) -> Vec<String> {
    let mut missing = Vec::new();
    for (i, first) in heard.iter().enumerate() {
        for (j, second) in heard.iter().enumerate().skip(i + 1) {
            for (from, done) in first.does() {
                for (to, next) in second.does() {
                    // Behind reads the order alone counts.
                    let (done, next) = match from {
                        Way::Write => (done, next),
                        _ => ((done.0, Access::NONE), (next.0, Access::NONE)),
                    };
                    if passes_on(heard, (i, j), from, to) && !ordered(&heard[i + 1..j], done, next) {
                        missing.push(format!("{i} {first:?} {done:?} → {j} {second:?} {next:?}"));
                    }
                }
            }
        }
    }
    missing
}

/// Records frames into one command buffer, from all zooms and with a pan, on a device masked as `mask` says.
fn frames(host: &Host, mask: &str, kind: Rasteriser) -> Vec<Heard> {
    let device = host.lend(mask);
    let canvas = Canvas::new(host, vk::Format::R8G8B8A8_UNORM, SIZE);
    let options = OpenOptions {
        builder: Builder::Host,
        ..OpenOptions::default()
    };
    let source = Synthetic::new(1, 3, 500_000, 30_000.0).expect("a source");
    let mut recording = open_with(&device, source, &options);
    let mut renderer = Renderer::new(&device, kind).expect("a renderer");
    let scene = recording.scene(galvani::scene::Style::dark());
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).clear();
    host.run(|raw| {
        let mut from = ImageUse::Undefined;
        for (start, spp) in [(1e5, 600.0), (1e5, 20.0), (1.1e5, 20.0), (1e5, 0.5)] {
            // SAFETY: being recorded, outside rendering, and submitted before `host_submitted` below.
            let mut commands = unsafe { Commands::foreign(&device, raw) };
            let uses = (from, ImageUse::CopySource);
            let view = view(start, spp);
            hear(Heard::Frame);
            hear(Heard::Copy);
            renderer
                .record(
                    &mut commands,
                    &mut recording,
                    &Picture::new(&scene, &view),
                    &canvas.image,
                    uses,
                )
                .expect("a frame");
            commands.finish();
            hear(Heard::Host);
            from = ImageUse::CopySource;
        }
    });
    let frame = device.host_submitted().expect("a host's");
    device.host_completed(frame).expect("submitted");
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

#[test]
fn each_pass_waits_for_what_it_reads() {
    let host = Host::with(listening);
    for kind in [Rasteriser::Compute, Rasteriser::Draw] {
        let heard = frames(&host, "", kind);
        let count = |what: Heard| heard.iter().filter(|heard| **heard == what).count();
        let (indirect, drawn) = match kind {
            Rasteriser::Compute => (8, 0),
            _ => (4, 4),
        };
        assert_eq!(
            (count(Heard::DispatchIndirect), count(Heard::DrawIndirect)),
            (indirect, drawn)
        );
        assert!(
            count(Heard::Dispatch) >= 16 && count(Heard::Fill) == 4,
            "{heard:?}"
        );
        let missing = missing(&heard);
        assert!(
            missing.is_empty(),
            "{kind:?}: {} are missing: {missing:#?}",
            missing.len()
        );
        // The test itself: without any one of them it finds something missing. Those of the target's colours are for
        // validation to see.
        for at in 0..heard.len() {
            if matches!(heard[at], Heard::Barrier { from, .. } if from.0 != Stage::COLOR_ATTACHMENT_OUTPUT) {
                let mut fewer = heard.clone();
                let taken = fewer.remove(at);
                assert!(
                    !self::missing(&fewer).is_empty(),
                    "{kind:?}: {taken:?} is not missed"
                );
            }
        }
    }
    let messages = host.messages();
    assert!(messages.is_empty(), "validation: {messages:#?}");
}
