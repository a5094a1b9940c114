//! Images of the Vulkan layer: drawn on, stored to, copied, blitted, and written by the host.

mod common;

use ash::vk;
use common::{finish, gpu, gpu_masked, shaders};
use galvani::gpu::{
    Area, Blend, Buffer, Commands, ComputePipeline, Device, GraphicsPipeline, Image, ImageUse, Load, Memory,
    Onto, Topology, Use,
};

/// The pixels of an image in use as a copy's source: red, green, blue, alpha.
fn pixels(device: &Device, mut commands: Commands, image: &Image) -> Vec<[u8; 4]> {
    let [width, height] = image.extent();
    let size = u64::from(width) * u64::from(height) * 4;
    let back = Buffer::new(device, "back", size, Memory::Readback).expect("buffer");
    commands.copy_image_to_buffer(&image.target(), 4, &back, 0);
    commands.barrier(&[Use::TransferWrite], &[Use::HostRead]);
    finish(commands);
    let mut bytes = vec![0; size as usize];
    back.read_into(0, &mut bytes).expect("mapped");
    bytes
        .chunks_exact(4)
        .map(|pixel| pixel.try_into().expect("four bytes"))
        .collect()
}

fn target(device: &Device, extent: [u32; 2], format: vk::Format, more: vk::ImageUsageFlags) -> Image {
    let usage = vk::ImageUsageFlags::TRANSFER_SRC | vk::ImageUsageFlags::TRANSFER_DST | more;
    Image::new(device, "target", extent, format, usage).expect("image")
}

fn painter(device: &Device, blend: Blend) -> GraphicsPipeline {
    let onto = Onto {
        format: vk::Format::R8G8B8A8_UNORM,
        blend,
        depth: false,
    };
    let shaders: [&[u32]; 2] = [&shaders::QUAD, &shaders::PAINT];
    GraphicsPipeline::new(device, "paint", shaders, &[], 16, onto, Topology::Strip).expect("pipeline")
}

fn color(color: [f32; 4]) -> Vec<u8> {
    color.iter().flat_map(|channel| channel.to_ne_bytes()).collect()
}

#[test]
fn rendering_stays_in_its_area_and_blends() {
    for mask in ["", "multiDrawIndirect"] {
        let gpu = gpu_masked(mask);
        let device = gpu.device();
        let (over, premultiplied) = (
            painter(device, Blend::Alpha),
            painter(device, Blend::Premultiplied),
        );
        let opaque = painter(device, Blend::None);
        let image = target(
            device,
            [8, 4],
            vk::Format::R8G8B8A8_UNORM,
            vk::ImageUsageFlags::COLOR_ATTACHMENT,
        );
        let arguments = Buffer::new(device, "arguments", 32, Memory::Mapped).expect("buffer");
        let draws: Vec<u8> = [4u32, 1, 0, 0, 4, 1, 0, 0]
            .iter()
            .flat_map(|word| word.to_ne_bytes())
            .collect();
        arguments.write(0, &draws).expect("mapped");

        let mut commands = device.commands("draw").expect("commands");
        let whole = image.target();
        commands.image_barrier(&whole, ImageUse::Undefined, ImageUse::Color);
        commands.begin_rendering(&whole, Load::Clear([0.0, 0.0, 0.0, 1.0]), whole.area());
        commands.draw(&opaque, &color([1.0, 0.0, 0.0, 1.0]), 4, 1);
        commands.end_rendering();
        commands.barrier(&[Use::ColorWrite], &[Use::ColorWrite]);
        commands.begin_rendering(
            &whole,
            Load::Keep,
            Area {
                x: 2,
                y: 1,
                width: 4,
                height: 2,
            },
        );
        commands.draw(&over, &color([0.0, 1.0, 0.0, 0.0]), 4, 1);
        commands.draw_indirect(&over, &color([0.0, 0.0, 1.0, 0.6]), &arguments, 0, 2);
        commands.set_scissor(Area {
            x: 0,
            y: 0,
            width: 3,
            height: 9,
        });
        commands.draw(&premultiplied, &color([0.2, 0.2, 0.2, 0.2]), 4, 1);
        commands.end_rendering();
        commands.image_barrier(&whole, ImageUse::Color, ImageUse::CopySource);
        let found = pixels(device, commands, &image);
        for (index, pixel) in found.iter().enumerate() {
            let (x, y) = (index % 8, index / 8);
            // Two draws of 0.6 leave 0.16 of the red; then a fifth of grey over the left column.
            let expected: [u8; 4] = match (x, y) {
                (2, 1..3) => [84, 51, 222, 255],
                (3..6, 1..3) => [41, 0, 214, 255],
                _ => [255, 0, 0, 255],
            };
            let apart = pixel.iter().zip(expected).map(|(a, b)| a.abs_diff(b)).max();
            assert!(apart <= Some(1), "{x}, {y}: {pixel:?}, not {expected:?}");
        }
    }
}

#[test]
fn images_are_stored_to_cleared_copied_and_blitted() {
    let gpu = gpu();
    let device = gpu.device();
    let (rgba, bgra) = (vk::Format::R8G8B8A8_UNORM, vk::Format::B8G8R8A8_UNORM);
    let paint = ComputePipeline::new(device, "image", &shaders::IMAGE, &[], 0, true).expect("pipeline");
    let stored = target(device, [5, 3], rgba, vk::ImageUsageFlags::STORAGE);
    let (same, other) = (
        target(device, [5, 3], rgba, vk::ImageUsageFlags::empty()),
        target(device, [10, 6], bgra, vk::ImageUsageFlags::empty()),
    );
    let mut commands = device.commands("images").expect("commands");
    commands.image_barrier(&stored.target(), ImageUse::Undefined, ImageUse::CopyTarget);
    commands.clear_image(&stored.target(), [1.0, 0.0, 0.0, 1.0]);
    commands.image_barrier(&stored.target(), ImageUse::CopyTarget, ImageUse::Storage);
    commands.bind(stored.storage_set().expect("set"));
    commands.dispatch(&paint, &[], [4, 3, 1]);
    commands.image_barrier(&stored.target(), ImageUse::Storage, ImageUse::CopySource);
    for to in [&same, &other] {
        commands.image_barrier(&to.target(), ImageUse::Undefined, ImageUse::CopyTarget);
        commands
            .blit_or_copy_image(&stored.target(), &to.target())
            .expect("formats");
        commands.image_barrier(&to.target(), ImageUse::CopyTarget, ImageUse::CopySource);
    }
    finish(commands);
    let (magenta, red) = ([255, 0, 255, 255], [255, 0, 0, 255]);
    let copy = pixels(device, device.commands("read").expect("commands"), &same);
    for (index, pixel) in copy.iter().enumerate() {
        assert_eq!(*pixel, if index % 5 < 4 { magenta } else { red }, "{index}");
    }
    let blit = pixels(device, device.commands("read").expect("commands"), &other);
    for (index, pixel) in blit.iter().enumerate() {
        // Blue first.
        assert_eq!(
            *pixel,
            if index % 10 < 8 { magenta } else { [0, 0, 255, 255] },
            "{index}"
        );
    }
}
