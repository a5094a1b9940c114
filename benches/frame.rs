//! Whole frames, read back: of recordings from nodes, from raw samples, as polylines, each resolved anew; of figures with a custom visual.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use galvani::Result;
use galvani::figure::{Custom, Figure};
use galvani::gpu::{Choice, Device};
use galvani::renderer::{Picture, Rasteriser, Renderer};
use galvani::scene::{Rgba8, Style};
use galvani::source::Synthetic;
use galvani::store::{OpenOptions, Recording};
use galvani::target::Offscreen;
use galvani::view::View;

const RATE_HZ: f64 = 30_000.0;

fn frames(criterion: &mut Criterion) {
    for channels in [32, 384] {
        for rasteriser in [Rasteriser::Host, Rasteriser::Compute, Rasteriser::Draw] {
            measure(criterion, channels, rasteriser).expect("a device and its memory");
        }
    }
}

fn measure(criterion: &mut Criterion, channels: usize, rasteriser: Rasteriser) -> Result<()> {
    let device = Device::open(&Choice::Auto)?;
    let source = Synthetic::new(1, channels, 3_000_000, RATE_HZ)?;
    let mut recording = Recording::open(&device, Box::new(source), &OpenOptions::default())?;
    let scene = recording.scene(Style::dark());
    let mut target = Offscreen::new(&device, [1920, 1080])?;
    let columns = scene.plot(recording.info(), target.size(), 1.0).w;
    let mut renderer = Renderer::new(&device, rasteriser)?;
    let mut group = criterion.benchmark_group(format!("frame/{rasteriser:?}/{channels}"));
    group.sample_size(10);
    for seconds in [90.0, 10.0, 1.0, 0.02] {
        // Two views in turn, so that no column is kept from the frame before.
        let views = [seconds, seconds * 1.01].map(|s| View::span(1.0, s, RATE_HZ, columns));
        group.bench_function(BenchmarkId::from_parameter(format!("{seconds} s")), |bencher| {
            let mut turn = views.iter().cycle();
            bencher.iter(|| {
                let view = turn.next().unwrap_or(&views[0]);
                renderer
                    .render(&mut recording, &Picture::new(&scene, view), &mut target)
                    .expect("a frame")
            });
        });
    }
    group.finish();
    Ok(())
}

/// Squares by shaders of the tests' own, all of them in view, and a hundredth across and up.
fn custom(criterion: &mut Criterion) {
    for count in [10_000, 1_000_000] {
        measure_custom(criterion, count).expect("a device and its memory");
    }
}

fn measure_custom(criterion: &mut Criterion, count: usize) -> Result<()> {
    let spirv = |bytes: &[u8]| bytemuck::pod_collect_to_vec::<u8, u32>(bytes);
    let vertex = spirv(include_bytes!("../tests/custom/square.vert.spv"));
    let fragment = spirv(include_bytes!("../tests/custom/square.frag.spv"));
    let along = |step: usize| -> Vec<f64> {
        let at = |i: usize| (i * step % count) as f64 / count as f64;
        (0..count).map(at).collect()
    };
    let custom = Custom::new()
        .places("place", &along(1), &along(7919))?
        .buffer("size", &vec![2.0_f32; count])?
        .buffer("tint", &vec![Rgba8::opaque(0x20_90f0); count])?
        .buffer::<u32>("draw", &[0; 4])?
        .uniform("grow", 1.0_f32)?
        .uniform("shift", [0.0_f32; 2])?
        .uniform("per", 1_u32)?
        .uniform("gap", 99_u32)?
        .spirv(&vertex, &fragment)?
        .each_of("place", 1)?;
    let figure = Figure::new().size(1920, 1080).with(custom);
    let device = Device::open(&Choice::Auto)?;
    let mut renderer = Renderer::new(&device, Rasteriser::Auto)?;
    let mut target = Offscreen::new(&device, [1920, 1080])?;
    let whole = figure.view([1920, 1080]);
    let mut part = whole;
    part.zoom_at([900.0, 500.0], [100.0; 2], [1800, 1000]);
    let mut group = criterion.benchmark_group(format!("frame/custom/{count} squares"));
    group.sample_size(10);
    for (which, plane) in [("all", whole), ("a hundredth across and up", part)] {
        group.bench_function(BenchmarkId::from_parameter(which), |bencher| {
            bencher.iter(|| {
                let drawn = renderer.render_figure(&figure, &plane, &mut target);
                drawn.expect("a frame")
            });
        });
    }
    group.finish();
    Ok(())
}

criterion_group!(benches, frames, custom);
criterion_main!(benches);
