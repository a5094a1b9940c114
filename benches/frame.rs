//! Whole frames, read back: of recordings from nodes, from raw samples, as polylines, each resolved anew; of figures with a custom visual; and of scenes
//! and graphs in which the device has a share, and where the host does all.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use galvani::Result;
use galvani::figure::{Balls, Custom, Figure, Graph, Mesh, Space};
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

/// What the device has a share in, with it and without. One that is no GPU takes longer than the host does.
fn shared(criterion: &mut Criterion) {
    for rasteriser in [Rasteriser::Host, Rasteriser::Draw] {
        measure_shared(criterion, rasteriser).expect("a device and its memory");
    }
}

fn measure_shared(criterion: &mut Criterion, rasteriser: Rasteriser) -> Result<()> {
    const SIZE: [u32; 2] = [1920, 1080];
    let device = Device::open(&Choice::Auto)?;
    let Ok(mut renderer) = Renderer::new(&device, rasteriser) else {
        return Ok(());
    };
    let mut target = Offscreen::new(&device, SIZE)?;
    let mut group = criterion.benchmark_group(format!("frame/shared/{rasteriser:?}"));
    group.sample_size(10);
    for side in [300_u32, 2237] {
        let space = Space::new().size(SIZE[0], SIZE[1]).with(waves(side)?);
        let camera = space.view(SIZE);
        // Until all is there.
        while rasteriser != Rasteriser::Host && renderer.see_space(&space, &camera, SIZE)?.is_none() {}
        let name = format!("{} triangles", 2 * (side - 1) * (side - 1));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                renderer
                    .render_space(&space, &camera, &mut target)
                    .expect("a frame")
            });
        });
    }
    let scattered = |count: u32, factor: u32| -> Vec<f64> {
        let at = |i: u32| f64::from(i.wrapping_mul(factor)) / f64::from(u32::MAX);
        (0..count).map(at).collect()
    };
    let [x, y, z] = [2_654_435_769, 1_640_531_527, 3_266_489_917].map(|by| scattered(1_000_000, by));
    let places: Vec<[f64; 3]> = (0..x.len()).map(|i| [x[i], y[i], z[i]]).collect();
    let space = Space::new()
        .size(SIZE[0], SIZE[1])
        .with(Balls::new(&places).size(5.0));
    let camera = space.view(SIZE);
    while rasteriser != Rasteriser::Host && renderer.see_space(&space, &camera, SIZE)?.is_none() {}
    group.bench_function("1000000 balls", |bencher| {
        bencher.iter(|| {
            renderer
                .render_space(&space, &camera, &mut target)
                .expect("a frame")
        });
    });
    for count in [100_000_u32, 1_000_000] {
        let edges: Vec<[u32; 2]> = (0..count)
            .map(|i| [i, i.wrapping_mul(2_654_435_769) % 1_000_000])
            .collect();
        let figure = Figure::new()
            .size(SIZE[0], SIZE[1])
            .with(Graph::new(&x, &y, &edges)?.size(1.0));
        let plane = figure.view(SIZE);
        group.bench_function(format!("{count} edges"), |bencher| {
            bencher.iter(|| {
                let drawn = renderer.render_figure(&figure, &plane, &mut target);
                drawn.expect("a frame")
            });
        });
    }
    group.finish();
    Ok(())
}

/// A sheet of two triangles a cell, waved.
fn waves(side: u32) -> Result<Mesh> {
    let at = |v: u32| f64::from(v) / f64::from(side);
    let vertex = |i: u32| {
        let [x, y] = [at(i % side), at(i / side)];
        [x, y, 0.1 * (30.0 * x).sin() * (17.0 * y).cos()]
    };
    let vertices: Vec<[f64; 3]> = (0..side * side).map(vertex).collect();
    let cells = (0..side - 1).flat_map(|row| (0..side - 1).map(move |column| row * side + column));
    let triangles: Vec<[u32; 3]> = cells
        .flat_map(|at| [[at, at + 1, at + side + 1], [at, at + side + 1, at + side]])
        .collect();
    Mesh::new(&vertices, &triangles)
}

criterion_group!(benches, frames, custom, shared);
criterion_main!(benches);
