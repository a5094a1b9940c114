//! Whole frames, read back: from nodes, from raw samples, as polylines; each resolved anew.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use galvani::Result;
use galvani::gpu::{Choice, Device};
use galvani::renderer::{Picture, Rasteriser, Renderer};
use galvani::scene::Style;
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

criterion_group!(benches, frames);
criterion_main!(benches);
