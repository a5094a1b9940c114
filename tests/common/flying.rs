//! Frames in flight, and a device that is held.

use std::time::Duration;

use ash::vk;
use galvani::gpu::{Buffer, Image, ImageUse, Memory, Use};
use galvani::renderer::{Picture, Renderer, Report};
use galvani::store::Recording;

use super::Gpu;

pub(crate) const WAIT: Duration = Duration::from_secs(60);

pub(crate) fn target(gpu: &Gpu, size: [u32; 2]) -> Image {
    let usage = vk::ImageUsageFlags::COLOR_ATTACHMENT
        | vk::ImageUsageFlags::TRANSFER_SRC
        | vk::ImageUsageFlags::TRANSFER_DST;
    Image::new(gpu.device(), "target", size, vk::Format::R8G8B8A8_UNORM, usage).expect("an image")
}

/// A frame in flight: its pixels, once the device has passed `value`.
pub(crate) struct Flying {
    pixels: Buffer,
    pub(crate) value: u64,
    count: usize,
    pub(crate) report: Report,
}

impl Flying {
    /// Waits for it.
    pub(crate) fn read(&self, gpu: &Gpu) -> Vec<[u8; 4]> {
        gpu.device().wait(self.value, WAIT).expect("complete");
        self.pixels.read().expect("mapped").as_chunks::<4>().0[..self.count].to_vec()
    }
}

/// Records and submits a frame, and does not wait.
pub(crate) fn fly(
    gpu: &Gpu,
    renderer: &mut Renderer,
    recording: &mut Recording<'_>,
    picture: &Picture<'_>,
    image: &Image,
    size: [u32; 2],
) -> Flying {
    let (device, count) = (gpu.device(), (size[0] * size[1]) as usize);
    let pixels = Buffer::new(device, "pixels", count as u64 * 4, Memory::Readback).expect("a buffer");
    let mut commands = device.commands("frame").expect("commands");
    let uses = (ImageUse::Undefined, ImageUse::CopySource);
    let report = renderer
        .record(&mut commands, recording, picture, &image.target(), uses)
        .expect("a frame");
    commands.copy_image_to_buffer(&image.target(), 4, &pixels, 0);
    commands.barrier(&[Use::TransferWrite], &[Use::HostRead]);
    Flying {
        pixels,
        value: commands.submit().expect("submitted"),
        count,
        report,
    }
}

/// Keeps the device from starting what is submitted next, so that all of it is in flight together, until it is dropped.
pub(crate) struct Hold<'a> {
    gpu: &'a Gpu,
    event: vk::Event,
    value: u64,
}

pub(crate) fn hold(gpu: &Gpu) -> Hold<'_> {
    let raw = gpu.device().raw();
    // SAFETY: the event is destroyed once its only use is complete.
    let event = unsafe { raw.create_event(&vk::EventCreateInfo::default(), None) }.expect("an event");
    let commands = gpu.device().commands("hold").expect("commands");
    let barriers = [vk::MemoryBarrier2::default()
        .src_stage_mask(vk::PipelineStageFlags2::HOST)
        .dst_stage_mask(vk::PipelineStageFlags2::ALL_COMMANDS)];
    let waited = vk::DependencyInfo::default().memory_barriers(&barriers);
    // SAFETY: recording has begun, outside of rendering; the host sets the event.
    unsafe { raw.cmd_wait_events2(commands.raw(), &[event], &[waited]) };
    let value = commands.submit().expect("submitted");
    Hold { gpu, event, value }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        let device = self.gpu.device();
        // SAFETY: the event lives until its use is complete, which is awaited.
        unsafe { device.raw().set_event(self.event) }.expect("set");
        device.wait(self.value, WAIT).expect("complete");
        // SAFETY: as above.
        unsafe { device.raw().destroy_event(self.event, None) };
    }
}
