//! Plots that the device covers with strokes: within a step of 255 what the host does.

mod common;

use common::random::Random;
use common::{Gpu, gpu};
use galvani::figure::{Figure, Graph, Lines};
use galvani::lines::Curves;
use galvani::renderer::{Rasteriser, Renderer};
use galvani::scene::Rgba8;
use galvani::target::Offscreen;
use galvani::view::plane::Plane;

const SIZE: [u32; 2] = [480, 360];

/// A picture by the device and by the host: how many pixels are not white, and how many of both differ.
fn compare(gpu: &Gpu, renderer: &mut Renderer, figure: &Figure, plane: &Plane, what: &str) -> [usize; 2] {
    let mut target = Offscreen::new(gpu.device(), figure.target_size()).expect("a target");
    renderer
        .render_figure(figure, plane, &mut target)
        .expect("a frame");
    let found = target.pixels().expect("pixels");
    let wanted = figure.pixels(plane);
    let apart = found.iter().zip(&wanted).map(|(a, b)| a.abs_diff(*b));
    assert!(apart.clone().max() <= Some(1), "{what}: {:?}", apart.max());
    let drawn = wanted.as_chunks::<4>().0.iter().filter(|px| **px != [255; 4]);
    [drawn.count(), apart.filter(|apart| *apart > 0).count()]
}

fn views(figure: &Figure) -> Vec<Plane> {
    let whole = figure.view(figure.target_size());
    let mut views = vec![whole];
    for factor in [3.0, 1e3, 1e6] {
        let mut plane = whole;
        plane.zoom_at([211.0, 170.0], [factor; 2], figure.target_size());
        views.push(plane);
    }
    views
}

fn graph(nodes: usize, edges: usize, scale: f64, from: f64) -> Graph {
    let mut random = Random::new(17);
    let mut along = || -> Vec<f64> { (0..nodes).map(|_| from + scale * random.unit()).collect() };
    let (x, y) = (along(), along());
    let mut random = Random::new(5);
    let mut node = || (random.unit() * nodes as f64) as u32 % nodes as u32;
    let edges: Vec<[u32; 2]> = (0..edges).map(|_| [node(), node()]).collect();
    Graph::new(&x, &y, &edges).expect("a graph")
}

fn coordinates(count: usize) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random::new(29);
    let mut along = || -> Vec<f64> { (0..count).map(|_| random.unit()).collect() };
    (along(), along())
}

/// A walk in the plane of long steps.
fn walk(count: usize) -> Lines {
    let (x, y) = coordinates(count);
    Lines::new(&x, &y).expect("lines")
}

#[test]
fn the_device_covers_what_the_host_does() {
    let gpu = gpu();
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Compute).expect("a renderer");
    let ink = Rgba8 {
        r: 200,
        g: 30,
        b: 90,
        a: 120,
    };
    let figure = || Figure::new().size(SIZE[0], SIZE[1]);
    let figures = [
        ("graph", figure().with(graph(3000, 20_000, 1.0, 0.0))),
        (
            "huge",
            figure().with(graph(900, 20_000, 1e3, (1_u64 << 40) as f64)),
        ),
        ("tiny", figure().with(graph(900, 20_000, 1e-30, 0.0))),
        ("walk", figure().with(walk(20_000))),
        ("wide", figure().with(walk(16_000).width(7.0).color(ink))),
        ("thin", figure().with(walk(16_000).width(0.3))),
        (
            "dashes",
            figure().with(walk(30_000).dashes(&[9.0, 5.0]).expect("dashes")),
        ),
        (
            "both",
            figure().with(walk(17_000)).with(graph(300, 20_000, 1.0, 0.0)),
        ),
    ];
    let (mut others, mut most) = (0, 0);
    for (what, figure) in figures {
        for (number, plane) in views(&figure).iter().enumerate() {
            let name = format!("{what} from {number}");
            let [drawn, other] = compare(&gpu, &mut renderer, &figure, plane, &name);
            assert!(number > 1 || drawn > 20_000, "{name}: {drawn}");
            others += other;
            most = most.max(renderer.figures_bytes());
        }
    }
    // So the device it was; what it had of strokes is gone after a frame without.
    assert!(others > 0 && most > 300_000, "{others}, {most} bytes");
    let none = figure().with(walk(9));
    compare(&gpu, &mut renderer, &none, &none.view(SIZE), "few");
    assert_eq!(renderer.figures_bytes(), 0);
}

/// Curves that lie over one another, and those of more than one colour, are the host's; as is what does not fit.
#[test]
fn what_the_device_leaves_is_the_host_s() {
    let gpu = gpu();
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Compute).expect("a renderer");
    let colors: Vec<Rgba8> = (0..20_000_u32).map(|i| Rgba8::opaque(i * 797)).collect();
    let (x, y) = coordinates(18_000);
    let two = Curves::new(&x, &y).and_then(|curves| curves.cut([9000, 9000]));
    let figure = || Figure::new().size(SIZE[0], SIZE[1]);
    let colored = walk(20_000).colors(&colors).expect("a colour each");
    let figures = [
        ("few", figure().with(walk(90))),
        ("colours", figure().with(colored)),
        ("two", figure().with(Lines::of(two.expect("two curves")))),
    ];
    for (what, figure) in figures {
        let plane = figure.view(SIZE);
        let [_, others] = compare(&gpu, &mut renderer, &figure, &plane, what);
        assert_eq!(others, 0, "{what}");
    }
    assert_eq!(renderer.figures_bytes(), 0);
    renderer.figures_budget(1000);
    let figure = figure().with(walk(20_000));
    let plane = figure.view(SIZE);
    assert_eq!(compare(&gpu, &mut renderer, &figure, &plane, "no room")[1], 0);
    assert_eq!(renderer.figures_bytes(), 0);
}
