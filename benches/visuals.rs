//! What a frame of many events, edges, spans, labels, triangles, balls and heights takes on the host's cores: of all of them in view, and of a part,
//! 1920 × 1080; and what it takes to change a part of much data.

use std::sync::Arc;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use galvani::figure::{Balls, Events, Figure, Graph, Labels, Mesh, Solid, Space, Spans, Surface, Visual};
use galvani::lines::Curves;
use galvani::points::Cloud;
use galvani::solids::Relief;
use galvani::view::plane::Plane;

/// Numbers from 0 to 1, the same each time (Knuth's MMIX).
fn numbers(seed: u64) -> impl FnMut() -> f64 {
    let mut random = seed;
    move || {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn all() -> Vec<(&'static str, Visual)> {
    let mut next = numbers(1);
    let trains: Vec<Vec<f64>> = (0..1000).map(|_| (0..10_000).map(|_| next()).collect()).collect();
    let few: Vec<Vec<f64>> = (0..10)
        .map(|_| (0..1_000_000).map(|_| next()).collect())
        .collect();
    let mut places = |count: usize| -> Vec<f64> { (0..count).map(|_| next()).collect() };
    let (x, y) = (places(200_000), places(200_000));
    // Nodes in rows of a thousand, each with edges to the next ones and to those above; and edges between any two.
    let grid: Vec<[f64; 2]> = (0..250_000)
        .map(|i| [f64::from(i % 1000), f64::from(i / 1000)])
        .collect();
    let of = |axis: usize| grid.iter().map(|place| place[axis]).collect::<Vec<f64>>();
    let near: Vec<[u32; 2]> = (0..248_000)
        .flat_map(|i| [1, 2, 1000, 1001].map(|step| [i, i + step]))
        .collect();
    let any: Vec<[u32; 2]> = (0..10_000_u32).map(|i| [i, (i * 7919) % 200_000]).collect();
    let spans: Vec<[f64; 2]> = places(10_000_000).into_iter().map(|at| [at, at + 1e-5]).collect();
    let words: Vec<String> = (0..10_000).map(|i| format!("unit {i}")).collect();
    let labels = Labels::new(&x[..10_000], &y[..10_000], &words).expect("as many of all");
    let boxes =
        Spans::rectangles(&spans[..1_000_000], &spans[1_000_000..2_000_000]).expect("as many of both");
    vec![
        ("10⁷ events of 1000 rows", Events::new(&trains).into()),
        ("10⁷ events of 10 rows", Events::new(&few).into()),
        (
            "10⁶ edges between near nodes",
            Graph::new(&of(0), &of(1), &near).expect("nodes").into(),
        ),
        (
            "10⁴ edges between any",
            Graph::new(&x, &y, &any).expect("nodes").size(2.0).into(),
        ),
        ("10⁷ spans", Spans::along_x(&spans).into()),
        ("10⁶ rectangles", boxes.into()),
        ("10⁴ labels", labels.into()),
    ]
}

fn visuals(criterion: &mut Criterion) {
    for (name, visual) in all() {
        let figure = Figure::new().size(1920, 1080).with(visual);
        let whole = figure.view([1920, 1080]);
        let mut part: Plane = whole;
        part.zoom_at([900.0, 500.0], [100.0, 100.0], [1800, 1000]);
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        for (which, plane) in [("all", whole), ("a hundredth across and up", part)] {
            group.bench_function(BenchmarkId::from_parameter(which), |bencher| {
                bencher.iter(|| figure.pixels(&plane));
            });
        }
        group.finish();
    }
}

/// A grid of side × side vertices, waved so that no hill hides all of another: how high each is.
fn waves(side: u16) -> Vec<f32> {
    let wave: Vec<f64> = (0..side).map(|i| (f64::from(i) / 40.0).sin()).collect();
    let row = |y: &f64| -> Vec<f32> { wave.iter().map(|x| (0.05 * (x + y)) as f32).collect() };
    wave.iter().flat_map(row).collect()
}

/// 10⁷ triangles between such vertices; and as many balls in a cube.
fn solids(criterion: &mut Criterion) {
    let side = 2237_u16;
    let step = 4.0 / f64::from(side - 1);
    let vertices: Vec<[f64; 3]> = waves(side)
        .iter()
        .zip(0_u32..)
        .map(|(height, i)| {
            let [x, y] = [i % u32::from(side), i / u32::from(side)].map(|at| step * f64::from(at));
            [x, y, f64::from(*height)]
        })
        .collect();
    let cells = (1..u32::from(side)).flat_map(|y| (1..u32::from(side)).map(move |x| y * u32::from(side) + x));
    let triangles: Vec<[u32; 3]> = cells
        .flat_map(|end| {
            let start = end - u32::from(side) - 1;
            [[start, start + 1, end], [start, end, end - 1]]
        })
        .collect();
    let mut next = numbers(2);
    let places: Vec<[f32; 3]> = (0..10_000_000).map(|_| [0; 3].map(|_| next() as f32)).collect();
    let mesh = Mesh::new(&vertices, &triangles).expect("vertices that are there");
    let mesh = mesh.values(&waves(side)).expect("a colour each");
    frames(criterion, "10⁷ triangles", mesh);
    frames(criterion, "10⁷ balls", Balls::new(&places).size(1.0));
}

/// 10⁸ heights, waved and rough; and how long it takes until they can be seen.
fn heights(criterion: &mut Criterion) {
    let side = 10_000_u16;
    let mut next = numbers(3);
    let rough = |height: f32| height + 0.002 * next() as f32;
    let heights: Arc<Vec<f32>> = Arc::new(waves(side).into_iter().map(rough).collect());
    let relief = || Relief::new([0.0, 4.0], [0.0, 4.0], [side.into(); 2], heights.clone());
    let mut group = criterion.benchmark_group("10⁸ heights");
    group.sample_size(10);
    group.bench_function("load", |bencher| bencher.iter(relief));
    group.finish();
    let surface = Surface::of(Arc::new(relief().expect("a height each")));
    frames(criterion, "10⁸ heights", surface);
}

/// Frames of a solid, of all of it and from near by.
fn frames(criterion: &mut Criterion, name: &str, solid: impl Into<Solid>) {
    let space = Space::new().size(1920, 1080).with(solid);
    let whole = space.view([1920, 1080]);
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    for (which, nearer) in [
        ("all", 1.0),
        ("from a tenth as far", 10.0),
        ("from a hundredth as far", 100.0),
    ] {
        let mut camera = whole;
        camera.distance /= nearer;
        group.bench_function(BenchmarkId::from_parameter(which), |bencher| {
            bencher.iter(|| space.pixels(&camera).expect("pixels"));
        });
    }
    group.finish();
}

/// A thousand more to 10⁷, of which as many are kept at least, and the same made anew.
fn append(criterion: &mut Criterion) {
    const MANY: usize = 10_000_000;
    let mut next = numbers(3);
    let values: Vec<f32> = (0..MANY).map(|_| next() as f32).collect();
    let more = &values[..1000];
    let curves = |values: Vec<f32>| Curves::even(0.0, 1.0, values).expect("even x");
    let mut group = criterion.benchmark_group("append 1000 vertices to 10⁷");
    group.sample_size(10);
    let mut kept = curves(values.clone());
    group.bench_function("in place", |bencher| {
        bencher.iter(|| {
            kept.append_even(more).expect("even x");
            kept.keep(MANY).expect("one curve")
        });
    });
    group.bench_function("anew", |bencher| {
        bencher.iter_batched(|| values.clone(), curves, BatchSize::PerIteration);
    });
    group.finish();
    let mut group = criterion.benchmark_group("append 1000 points to 10⁷");
    group.sample_size(10);
    let cloud = Cloud::new(&values, &values).expect("as many of both");
    cloud.sort();
    group.bench_function("in place", |bencher| {
        let append = |cloud: &mut Cloud| cloud.append(more, more).expect("as many of both");
        bencher.iter_batched_ref(|| cloud.clone(), append, BatchSize::SmallInput);
    });
    group.bench_function("anew", |bencher| {
        bencher.iter(|| {
            let cloud = Cloud::new(&values, &values).expect("as many of both");
            cloud.sort();
            cloud
        });
    });
    group.finish();
}

criterion_group!(benches, visuals, solids, heights, append);
criterion_main!(benches);
