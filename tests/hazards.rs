//! What validation cannot see: mapped memory that is written again, arrays that frames share, and what is dropped while
//! frames in flight use it. Nothing waits between frames here; each picture is then the one that a renderer of its own
//! draws. The barriers within a frame have their test in `barriers.rs`.

mod common;

use common::flying::{self, Flying, WAIT, hold};
use common::pictures::{Easel, assert_same, bare, open_with, rasterisers, view};
use common::random::i16s;
use common::{Gpu, gpu, gpu_masked};
use galvani::gpu::{Buffer, Image, Memory as DeviceMemory, Use};
use galvani::plan::Fidelity;
use galvani::pyramid::Geometry;
use galvani::renderer::{Picture, Rasteriser, Renderer};
use galvani::scene::Scene;
use galvani::source::{Memory, Source};
use galvani::store::{OpenOptions, Recording};
use galvani::view::View;

const SIZE: [u32; 2] = [640, 360];
const CHANNELS: usize = 8;

fn target(gpu: &Gpu) -> Image {
    flying::target(gpu, SIZE)
}

fn source(seed: u64, samples: usize) -> Memory<Vec<i16>, i16> {
    Memory::planar(i16s(seed, CHANNELS * samples), CHANNELS, 1000.0).expect("a source")
}

/// Keeps the device busy for some tenths of a second, where what follows waits for some of it.
fn busy(gpu: &Gpu) {
    let busy = Buffer::new(gpu.device(), "busy", 64 << 20, DeviceMemory::Device).expect("a buffer");
    let mut commands = gpu.device().commands("busy").expect("commands");
    for word in 0..48 {
        commands.fill(&busy, 0..busy.size(), word);
        commands.barrier(&[Use::TransferWrite], &[Use::TransferWrite]);
    }
    commands.submit().expect("submitted");
}

/// Records and submits a frame, and does not wait.
fn fly(
    gpu: &Gpu,
    renderer: &mut Renderer,
    recording: &mut Recording<'_>,
    (scene, view): (&Scene, &View),
    image: &Image,
) -> Flying {
    flying::fly(gpu, renderer, recording, &Picture::new(scene, view), image, SIZE)
}

/// What a renderer and a recording of their own show.
fn alone(gpu: &Gpu, source: &Memory<Vec<i16>, i16>, kind: Rasteriser, views: &[View]) -> Vec<Vec<[u8; 4]>> {
    let mut recording = open_with(gpu.device(), source.clone(), &OpenOptions::default());
    let scene = bare(&recording);
    let mut easel = Easel::new(gpu.device(), kind, SIZE);
    views
        .iter()
        .map(|view| easel.draw(&mut recording, &scene, view).1)
        .collect()
}

/// Views of all kinds, none like the one before.
fn views() -> Vec<View> {
    (0..24)
        .map(|i| {
            view(
                f64::from(i * 37 % 1000),
                [40.0, 0.7, 600.0, 5.0, 100.0][i as usize % 5],
            )
        })
        .collect()
}

/// Guards: a frame's slot of mapped memory, which is written again only once its frame is complete (`FrameSlots::take`);
/// the renderer's arrays from frame to frame (the barrier that opens a frame); the image, between a frame's copy and
/// the next one's clear (`ImageUse::Undefined` waits for all before).
#[test]
fn frames_in_flight_do_not_share_what_they_are_given() {
    for mask in ["", "hostVisibleDeviceLocal"] {
        let gpu = gpu_masked(mask);
        let sources = [source(1, 400_000), source(2, 300_000)];
        for kind in rasterisers(gpu.device()) {
            let wanted = [0, 1].map(|i| alone(&gpu, &sources[i], kind, &views()));
            let mut recordings =
                [0, 1].map(|i| open_with(gpu.device(), sources[i].clone(), &OpenOptions::default()));
            let scenes = [0, 1].map(|i| bare(&recordings[i]));
            let mut renderer = Renderer::new(gpu.device(), kind).expect("a renderer");
            let image = target(&gpu);
            let held = hold(&gpu);
            let mut flying = Vec::new();
            for (i, view) in views().iter().enumerate() {
                let which = i % 2;
                let shown = (&scenes[which], view);
                flying.push(fly(&gpu, &mut renderer, &mut recordings[which], shown, &image));
            }
            drop(held);
            for (i, frame) in flying.iter().enumerate() {
                let what = format!("{kind:?}, frame {i}, without {mask:?}");
                assert!(
                    !matches!(frame.report.fidelity, Fidelity::Partial { .. }),
                    "{what}"
                );
                assert_same(&frame.read(&gpu), &wanted[i % 2][i], SIZE[0], &what);
            }
        }
    }
}

/// A view inside one page, whatever its size.
fn within(geometry: &Geometry, page: u64) -> View {
    let first = (page % geometry.pages()) << geometry.page_shift;
    let samples = geometry.page_samples() as f64;
    view(first as f64 + 0.2 * samples, samples / 2000.0)
}

/// Guards: a page's place is written again only once the last frame that reads it is complete (`Pages::free_slot`). Two
/// pages fit, and each frame needs another one than the two before.
#[test]
fn pages_are_not_overwritten_while_frames_read_them() {
    for mask in ["", "hostVisibleDeviceLocal"] {
        let gpu = gpu_masked(mask);
        let source = source(3, 2_000_000);
        let geometry = Geometry::new(source.info());
        let levels: u64 = (0..geometry.levels())
            .map(|l| geometry.nodes(l) * CHANNELS as u64 * 4)
            .sum();
        let page = geometry.page_samples() * CHANNELS as u64 * 9 / 4 + 4096;
        let options = OpenOptions {
            budget_device: Some(levels + 2 * page),
            ..OpenOptions::default()
        };
        assert!(geometry.pages() >= 6, "{geometry:?}");
        let views: Vec<View> = (0..20).map(|i| within(&geometry, i * 3)).collect();
        let wanted = alone(&gpu, &source, Rasteriser::Compute, &views);
        let mut recording = open_with(gpu.device(), source.clone(), &options);
        let scene = bare(&recording);
        let mut renderer = Renderer::new(gpu.device(), Rasteriser::Compute).expect("a renderer");
        let image = target(&gpu);
        busy(&gpu);
        let flying: Vec<Flying> = views
            .iter()
            .map(|view| fly(&gpu, &mut renderer, &mut recording, (&scene, view), &image))
            .collect();
        for (i, frame) in flying.iter().enumerate() {
            assert_eq!(frame.report.fidelity, Fidelity::Exact, "frame {i}");
            assert_same(
                &frame.read(&gpu),
                &wanted[i],
                SIZE[0],
                &format!("frame {i}, without {mask:?}"),
            );
        }
    }
}

/// Guards: a piece of the mapped ring is written again only once its copy is complete (`Retired::Slice`). More pages
/// are loaded in a row than the ring holds; a frame that found it full says so, and is drawn again later.
#[test]
fn the_ring_is_not_overwritten_while_it_is_copied_from() {
    let gpu = gpu_masked("hostVisibleDeviceLocal");
    let source = source(4, 6_000_000);
    let geometry = Geometry::new(source.info());
    assert!(geometry.pages() > 20, "more than the ring holds: {geometry:?}");
    let views: Vec<View> = (0..geometry.pages() - 1)
        .map(|page| within(&geometry, page))
        .collect();
    let wanted = alone(&gpu, &source, Rasteriser::Compute, &views);
    let mut recording = open_with(gpu.device(), source.clone(), &OpenOptions::default());
    let scene = bare(&recording);
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Compute).expect("a renderer");
    let image = target(&gpu);
    let mut full = 0;
    let mut flying = Vec::new();
    // Until the ring is full once, nothing is copied from it.
    let mut held = Some(hold(&gpu));
    for view in &views {
        let mut frame = fly(&gpu, &mut renderer, &mut recording, (&scene, view), &image);
        while matches!(frame.report.fidelity, Fidelity::Partial { .. }) {
            full += 1;
            held = None;
            gpu.device().wait(frame.value, WAIT).expect("complete");
            frame = fly(&gpu, &mut renderer, &mut recording, (&scene, view), &image);
        }
        flying.push(frame);
    }
    drop(held);
    assert!(full > 0, "the ring was never full, so nothing was tested");
    for (i, frame) in flying.iter().enumerate() {
        assert_same(&frame.read(&gpu), &wanted[i], SIZE[0], &format!("frame {i}"));
    }
}

/// Guards: what is dropped while frames in flight use it lives until they are complete (`Device::retire`): targets,
/// recordings with their pages and levels, renderers with their arrays and pipelines. Were it freed at once, validation
/// would tell, or the next to take the memory would write into these pictures.
#[test]
fn what_is_dropped_in_flight_lives_until_its_frames_are_complete() {
    for mask in ["", "hostVisibleDeviceLocal"] {
        let gpu = gpu_masked(mask);
        let sources = [source(5, 200_000), source(6, 200_000)];
        let views = &views()[..8];
        let wanted = [0, 1].map(|i| alone(&gpu, &sources[i], Rasteriser::Compute, views));
        let held = hold(&gpu);
        let flying: Vec<Flying> = views
            .iter()
            .enumerate()
            .map(|(i, view)| {
                let mut recording = open_with(gpu.device(), sources[i % 2].clone(), &OpenOptions::default());
                let scene = bare(&recording);
                let mut renderer = Renderer::new(gpu.device(), Rasteriser::Compute).expect("a renderer");
                fly(&gpu, &mut renderer, &mut recording, (&scene, view), &target(&gpu))
            })
            .collect();
        drop(held);
        for (i, frame) in flying.iter().enumerate() {
            let what = format!("frame {i}, without {mask:?}");
            assert_same(&frame.read(&gpu), &wanted[i % 2][i], SIZE[0], &what);
        }
        gpu.device().wait_idle().expect("idle");
        assert_eq!(gpu.device().retired(), 0, "all of it is gone in the end");
    }
}

/// Guards: frames that change size in flight take new arrays and give the old ones back late.
#[test]
fn sizes_may_change_in_flight() {
    let gpu = gpu();
    let source = source(7, 100_000);
    let mut recording = open_with(gpu.device(), source.clone(), &OpenOptions::default());
    let scene = bare(&recording);
    let mut hidden = scene.clone();
    for trace in &mut hidden.traces.channels {
        trace.visible = trace.channel % 3 == 0;
    }
    let view = view(1000.0, 40.0);
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
    let wanted = [&scene, &hidden].map(|scene| easel.draw(&mut recording, scene, &view).1);
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Compute).expect("a renderer");
    let image = target(&gpu);
    let held = hold(&gpu);
    let flying: Vec<Flying> = (0..20)
        .map(|i| {
            let scene = [&scene, &hidden][i % 2];
            fly(&gpu, &mut renderer, &mut recording, (scene, &view), &image)
        })
        .collect();
    drop(held);
    for (i, frame) in flying.iter().enumerate() {
        assert_same(&frame.read(&gpu), &wanted[i % 2], SIZE[0], &format!("frame {i}"));
    }
}
