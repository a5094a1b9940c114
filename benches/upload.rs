//! Raw samples into pages: planar ones are copied, interleaved ones turned, both are folded into runs.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use galvani::Result;
use galvani::gpu::{Choice, Device, DeviceOptions, Instance, InstanceOptions, choose};
use galvani::renderer::{Picture, Rasteriser, Renderer};
use galvani::scene::Style;
use galvani::source::{Layout, Memory};
use galvani::store::{OpenOptions, Recording};
use galvani::target::Offscreen;
use galvani::units::MIB;
use galvani::view::View;

const SAMPLES: usize = 64 << 20;
/// Holds the pyramid and one view, so that each view drops the one before.
const BUDGET: u64 = 48 * MIB;

fn uploads(criterion: &mut Criterion) {
    let samples: Vec<i16> = (0..SAMPLES as u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 16) as i16)
        .collect();
    for mask in ["", "hostVisibleDeviceLocal"] {
        for channels in [1, 32, 384] {
            for layout in [Layout::Planar, Layout::Interleaved] {
                measure(criterion, &samples, channels, layout, mask).expect("a device and its memory");
            }
        }
    }
}

fn measure(
    criterion: &mut Criterion,
    samples: &[i16],
    channels: usize,
    layout: Layout,
    mask: &str,
) -> Result<()> {
    let instance = Instance::new(&InstanceOptions::default())?;
    let adapters = instance.adapters()?;
    let options = DeviceOptions {
        mask: Some(mask.into()),
        ..DeviceOptions::default()
    };
    let device = Device::new(&instance, &adapters[choose(&adapters, &Choice::Auto)?], &options)?;
    let samples = &samples[..samples.len() / channels * channels];
    let source = match layout {
        Layout::Planar => Memory::<_, i16>::planar(samples, channels, 30_000.0)?,
        Layout::Interleaved => Memory::<_, i16>::interleaved(samples, channels, 30_000.0)?,
    };
    let options = OpenOptions {
        budget_device: Some(BUDGET),
        ..OpenOptions::default()
    };
    let mut recording = Recording::open(&device, Box::new(source), &options)?;
    let scene = recording.scene(Style::dark());
    // So narrow that drawing costs nothing beside loading.
    let mut target = Offscreen::new(&device, [64, 64])?;
    let mut renderer = Renderer::new(&device, Rasteriser::Auto)?;
    let samples_each = recording.info().samples;
    let page = recording.geometry().page_samples();
    let seconds = page as f64 / 30_000.0 / 2.0;
    let pages = samples_each / page;
    let mut view = |i: u64| {
        let start = (i * 7 % pages * page) as f64 / 30_000.0;
        let view = View::span(start, seconds.min(500.0 * 64.0 / 30_000.0), 30_000.0, 64);
        renderer
            .render(&mut recording, &Picture::new(&scene, &view), &mut target)
            .map(|(report, _)| report.loaded_bytes)
    };
    let bytes = view(0)?;
    let way = if mask.is_empty() { "direct" } else { "staged" };
    let mut group = criterion.benchmark_group(format!("upload/{way}/{channels}"));
    group.sample_size(20).throughput(Throughput::Bytes(bytes));
    let mut i = 0;
    group.bench_function(BenchmarkId::from_parameter(format!("{layout:?}")), |bencher| {
        bencher.iter(|| {
            i += 1;
            view(i).expect("a frame")
        });
    });
    group.finish();
    Ok(())
}

criterion_group!(benches, uploads);
criterion_main!(benches);
