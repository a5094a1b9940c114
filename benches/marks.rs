//! What ten million events cost a frame: rectangles of each kind of layer, and tints of 384 lanes.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use galvani::scene::marks::{Layer, Marks, Parts, Show, tints};
use galvani::scene::text::Text;
use galvani::scene::{Layout, Overlay, Scene, Style, overlay::Shown};
use galvani::source::{Source, Synthetic};
use galvani::view::View;

const RATE_HZ: f64 = 30_000.0;
const CHANNELS: usize = 384;
const EVENTS: usize = 10_000_000;
/// An hour.
const SAMPLES: u64 = 3600 * 30_000;

fn events() -> Marks {
    let step = SAMPLES as f64 / EVENTS as f64;
    let mut random = 1_u64;
    let mut next = move |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 33) % below
    };
    Marks::new(Parts {
        times: (0..EVENTS).map(|i| i as f64 * step).collect(),
        durations: vec![step / 2.0; EVENTS],
        labels: (0..EVENTS).map(|_| next(300) as u32).collect(),
        names: (0..300).map(|unit| unit.to_string()).collect(),
        channels: (0..EVENTS).map(|_| next(CHANNELS as u64) as u32).collect(),
    })
}

fn marks(criterion: &mut Criterion) {
    let source = Synthetic::new(1, CHANNELS, SAMPLES, RATE_HZ).expect("a source");
    let (info, marks) = (source.info(), events());
    let lanes = Show::Lanes {
        piece: [-15.0, 30.0],
        ticks: true,
    };
    for show in [Show::Row, Show::Lines, Show::Bands, Show::Levels, lanes] {
        let mut scene = Scene::new(info, Style::dark());
        let layer = Layer::new("events", marks.clone(), show, &scene.style);
        scene.marks = vec![layer];
        let size = [1920, 1080];
        let layout = Layout::new(size, &scene, info, &[], 0..usize::MAX, 1.0);
        let columns = layout.plot.w;
        let word = format!("{show:?}");
        let mut group =
            criterion.benchmark_group(format!("marks/{}", word.split(' ').next().unwrap_or_default()));
        group.sample_size(10);
        for seconds in [3600.0, 130.0, 10.0, 0.1] {
            let view = View::span(0.0, seconds, RATE_HZ, columns);
            let shown = Shown {
                scene: &scene,
                info,
                layout: &layout,
                view: &view,
                status: &[],
            };
            let mut text = Text::new();
            group.bench_function(BenchmarkId::from_parameter(format!("{seconds} s")), |bencher| {
                bencher.iter(|| match show {
                    Show::Lanes { .. } => tints(&scene, &layout, &view, (0, columns as usize)).is_some(),
                    _ => Overlay::new(&mut text, &shown).is_empty(),
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, marks);
criterion_main!(benches);
