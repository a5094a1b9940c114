//! A host with an instance, device, image and command buffer of its own, which this library only borrows.

mod common;

use std::sync::Arc;
use std::time::Duration;

use ash::vk;
use common::gpu;
use common::host::{Canvas, Host};
use common::pictures::{Easel, assert_same, open_with};
use galvani::gpu::{Commands, ImageUse};
use galvani::plan::Fidelity;
use galvani::renderer::{Picture, Rasteriser, Renderer};
use galvani::scene::Style;
use galvani::source::Synthetic;
use galvani::store::{Builder, OpenOptions, Recording};
use galvani::view::View;

const SIZE: [u32; 2] = [320, 200];

fn source() -> Synthetic {
    let source = Synthetic::new(1, 5, 300_000, 30_000.0).expect("a source");
    source.with_intracellular(true)
}

fn views() -> [View; 4] {
    [10.0, 1.0, 0.05, 0.003].map(|s| View::span(0.5, s, 30_000.0, SIZE[0] - 30))
}

/// What an off-screen target of our own shows.
fn ours(kind: Rasteriser) -> Vec<Vec<[u8; 4]>> {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), kind, SIZE);
    let mut recording = open_with(gpu.device(), source(), &OpenOptions::default());
    let scene = recording.scene(Style::light());
    let views = views();
    views
        .iter()
        .map(|view| easel.draw(&mut recording, &scene, view).1)
        .collect()
}

#[test]
fn a_host_renders_into_its_own_image() {
    let host = Host::new();
    for kind in [Rasteriser::Compute, Rasteriser::Draw, Rasteriser::Host] {
        let wanted = ours(kind);
        // Masked, the device is one whose memory cannot be mapped, which the host's cores cannot do without.
        let masks = [
            "",
            if kind == Rasteriser::Host {
                ""
            } else {
                "hostVisibleDeviceLocal"
            },
        ];
        let formats = [vk::Format::R8G8B8A8_UNORM, vk::Format::B8G8R8A8_UNORM];
        for (format, mask) in formats.into_iter().zip(masks) {
            let canvas = Canvas::new(&host, format, SIZE);
            let device = host.lend(mask);
            let mut recording: Recording<'_> = open_with(&device, source(), &OpenOptions::default());
            let mut renderer = Renderer::new(&device, kind).expect("a renderer");
            let scene = recording.scene(Style::light());
            for (view, wanted) in views().iter().zip(&wanted) {
                host.run(|raw| {
                    // SAFETY: being recorded, outside rendering, and submitted before `host_submitted` below.
                    let mut commands = unsafe { Commands::foreign(&device, raw) };
                    let uses = (ImageUse::Undefined, ImageUse::CopySource);
                    renderer
                        .record(
                            &mut commands,
                            &mut recording,
                            &Picture::new(&scene, view),
                            &canvas.image,
                            uses,
                        )
                        .expect("a frame");
                    commands.finish();
                    canvas.copy(raw);
                });
                let frame = device.host_submitted().expect("a host's");
                device.host_completed(frame).expect("submitted");
                assert_same(
                    &canvas.read(),
                    wanted,
                    SIZE[0],
                    &format!("{kind:?}, {format:?}, {view:?}"),
                );
            }
        }
    }
    let messages = host.messages();
    assert!(messages.is_empty(), "validation: {messages:#?}");
}

/// What is read arrives by the host's own frames, whether the memory is mapped and a frame in flight reads it or not.
#[test]
fn a_host_streams() {
    let host = Host::new();
    for kind in [Rasteriser::Compute, Rasteriser::Host] {
        let wanted = ours(kind);
        let canvas = Canvas::new(&host, vk::Format::R8G8B8A8_UNORM, SIZE);
        let device = host.lend("");
        let source = Arc::new(source());
        let mut recording = Recording::stream(&device, source, &OpenOptions::default()).expect("a recording");
        let mut renderer = Renderer::new(&device, kind).expect("a renderer");
        let scene = recording.scene(Style::light());
        for (view, wanted) in views().iter().zip(&wanted) {
            let mut complete = None;
            for _ in 0..2000 {
                let mut report = None;
                host.run(|raw| {
                    // SAFETY: being recorded, outside rendering, and submitted before `host_submitted` below.
                    let mut commands = unsafe { Commands::foreign(&device, raw) };
                    let uses = (ImageUse::Undefined, ImageUse::CopySource);
                    let picture = Picture::new(&scene, view);
                    report = renderer
                        .record(&mut commands, &mut recording, &picture, &canvas.image, uses)
                        .ok();
                    commands.finish();
                    canvas.copy(raw);
                });
                let frame = device.host_submitted().expect("a host's");
                // The frame before is complete; of this one nobody has said so yet.
                device.host_completed(frame - 1).expect("submitted");
                let report = report.expect("a frame");
                if !matches!(report.fidelity, Fidelity::Partial { .. }) {
                    complete = Some(canvas.read());
                    break;
                }
                recording.wait(Duration::from_millis(10));
                recording.poll().expect("no error");
            }
            let found = complete.expect("it arrives");
            assert_same(&found, wanted, SIZE[0], &format!("{kind:?}, {view:?}"));
        }
        drop((recording, renderer));
        let last = device.host_submitted().expect("a host's");
        device.host_completed(last).expect("submitted");
    }
    let messages = host.messages();
    assert!(messages.is_empty(), "validation: {messages:#?}");
}

#[test]
fn a_host_is_told_that_its_device_cannot_build() {
    let host = Host::new();
    let device = host.lend("");
    let options = OpenOptions {
        builder: Builder::Device,
        ..OpenOptions::default()
    };
    let refused = Recording::open(&device, Box::new(source()), &options);
    let error = refused.err().expect("nothing can be submitted").to_string();
    assert!(error.contains("Builder::Host"), "{error}");
}
