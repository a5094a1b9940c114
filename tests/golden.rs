//! A few small pictures, kept, so that a change of looks is seen. `GALVANI_BLESS=1` writes them anew: look at them then.
//!
//! At most 1 pixel in 200 may be off by more than 2 of 255, since drivers round the blending of text differently.

mod common;

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use common::gpu;
use common::pictures::{Easel, open, rasterisers};
use common::random::Random;
use common::scripted::Scripted;
use galvani::figure::{Balls, Figure, Legend, Mesh, Scale, Shape, SizeUnit, Space, Surface};
use galvani::renderer::{Picture, Rasteriser};
use galvani::scene::marks::{Layer, Marks, Parts, Show};
use galvani::scene::{Colormap, Rgba8, Style};
use galvani::source::Synthetic;
use galvani::store::{OpenOptions, Recording};
use galvani::view::View;

const SIZE: [u32; 2] = [320, 200];

fn path(name: &str) -> PathBuf {
    let name = format!("tests/golden/{name}.png");
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(path: &Path) -> Vec<[u8; 4]> {
    let file = File::open(path).expect("a golden picture; GALVANI_BLESS=1 makes it");
    let mut reader = png::Decoder::new(BufReader::new(file))
        .read_info()
        .expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a small picture")];
    let info = reader.next_frame(&mut bytes).expect("a picture");
    assert_eq!([info.width, info.height], SIZE);
    assert_eq!(
        (info.color_type, info.bit_depth),
        (png::ColorType::Rgba, png::BitDepth::Eight)
    );
    bytes.as_chunks::<4>().0.to_vec()
}

fn write(path: &Path, pixels: &[[u8; 4]]) {
    let file = File::create(path).expect("a writable folder");
    let mut encoder = png::Encoder::new(BufWriter::new(file), SIZE[0], SIZE[1]);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(pixels.as_flattened()).expect("a picture");
}

fn check(name: &str, style: Style, view: &View) {
    check_marked(name, style, view, Vec::new());
}

fn check_marked(name: &str, style: Style, view: &View, marks: Vec<Layer>) {
    let gpu = gpu();
    for kind in rasterisers(gpu.device()) {
        let mut easel = Easel::new(gpu.device(), kind, SIZE);
        let source = Synthetic::new(5, 5, 1_800_000, 30_000.0).expect("a source");
        let mut recording = open(gpu.device(), source.with_intracellular(true));
        let mut scene = recording.scene(style.clone());
        scene.traces.gain = 2.0;
        if !marks.is_empty() {
            scene.traces.quiet(&style);
        }
        scene.marks = marks.clone();
        let status = ["golden".to_owned()];
        let picture = Picture {
            status: &status,
            ..Picture::new(&scene, view)
        };
        let (_, pixels) = easel.draw_picture(&mut recording, &picture);
        compare(name, kind, &pixels);
    }
}

/// Holds a picture to the one that is kept.
fn compare(name: &str, kind: Rasteriser, pixels: &[[u8; 4]]) {
    if std::env::var_os("GALVANI_BLESS").is_some() && kind == Rasteriser::Compute {
        write(&path(name), pixels);
    }
    let golden = read(&path(name));
    let off = |a: &[u8; 4], b: &[u8; 4]| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > 2);
    let wrong = pixels.iter().zip(&golden).filter(|(a, b)| off(a, b)).count();
    if wrong * 200 > pixels.len() {
        let found = common::scratch(&format!("{name}-{kind:?}.png"));
        write(&found, pixels);
        panic!(
            "{name}, {kind:?}: {wrong} pixels are off; the picture is in {}",
            found.display()
        );
    }
}

#[test]
fn far() {
    check("far", Style::dark(), &View::fit(1_800_000, 290));
}

#[test]
fn raw() {
    check("raw", Style::light(), &View::span(22.1, 0.2, 30_000.0, 290));
}

#[test]
fn polyline() {
    check(
        "polyline",
        Style::dark(),
        &View::span(22.172, 0.012, 30_000.0, 290),
    );
}

/// A layer of each kind, of events a second before or after others of their kind.
fn layers(style: &Style) -> Vec<Layer> {
    let every = |from: f64, step: f64, lasting: f64| Parts {
        times: (0..40).map(|i| (from + f64::from(i) * step) * 30_000.0).collect(),
        durations: vec![lasting * 30_000.0; 40],
        labels: (0..40).map(|i| i % 3).collect(),
        names: ["rest", "run", "groom"].map(String::from).to_vec(),
        channels: (0..40).map(|i| i % 5).collect(),
    };
    let lanes = Show::Lanes {
        piece: [-15.0, 30.0],
        ticks: true,
    };
    let layers = [
        ("epochs", every(20.0, 0.07, 0.03), Show::Bands),
        ("notes", every(20.012, 0.11, 0.0), Show::Lines),
        ("spikes", every(22.0, 0.0113, 0.0), lanes),
        ("units", every(22.1, 0.004, 0.0), Show::Row),
        ("ttl", every(21.0, 0.05, 0.02), Show::Levels),
    ];
    let layer = |(name, parts, show)| Layer::new(name, Marks::new(parts), show, style);
    layers.map(layer).to_vec()
}

#[test]
fn marks() {
    let view = View::span(22.1, 0.2, 30_000.0, 290);
    check_marked("marks", Style::dark(), &view, layers(&Style::dark()));
    check_marked("marks_light", Style::light(), &view, layers(&Style::light()));
}

/// A stretch that cannot be read stays hatched.
#[test]
fn partial() {
    let gpu = gpu();
    for kind in rasterisers(gpu.device()) {
        let mut easel = Easel::new(gpu.device(), kind, SIZE);
        let source = Synthetic::new(5, 5, 1_800_000, 30_000.0).expect("a source");
        let (source, script) = Scripted::new(source.with_intracellular(true));
        let mut recording =
            Recording::stream(gpu.device(), source, &OpenOptions::default()).expect("a recording");
        script.break_at(900_000..1_000_000);
        let mut scene = recording.scene(Style::dark());
        scene.traces.gain = 2.0;
        let view = View::fit(1_800_000, 290);
        let (_, pixels) = easel.draw_picture(&mut recording, &Picture::new(&scene, &view));
        compare("partial", kind, &pixels);
    }
}

/// Lanes of 2 and of 5 rows: as rows of colour, and halfway between lines and those; with spikes of two units.
#[test]
fn heat() {
    let gpu = gpu();
    let view = View::span(22.0, 0.5, 30_000.0, 290);
    for (name, lanes, style) in [("heat", 88, Style::dark()), ("fading", 35, Style::light())] {
        for kind in rasterisers(gpu.device()) {
            let mut easel = Easel::new(gpu.device(), kind, SIZE);
            let source = Synthetic::new(5, lanes, 1_800_000, 30_000.0).expect("a source");
            let mut recording = open(gpu.device(), source);
            let mut scene = recording.scene(style.clone());
            let times = (0..24).map(|i| (22.01 + f64::from(i) * 0.02) * 30_000.0);
            let marks = Marks::new(Parts {
                times: times.collect(),
                labels: (0..24).map(|i| i % 2).collect(),
                names: ["a", "b"].map(String::from).to_vec(),
                channels: (0..24).map(|i| i * 11 % lanes as u32).collect(),
                ..Parts::default()
            });
            let show = Show::Lanes {
                piece: [-60.0, 90.0],
                ticks: false,
            };
            scene.marks = vec![Layer::new("spikes", marks, show, &style)];
            let (_, pixels) = easel.draw_picture(&mut recording, &Picture::new(&scene, &view));
            compare(name, kind, &pixels);
        }
    }
}

#[test]
fn figure() {
    let mut random = Random::new(11);
    let spread: Vec<[f64; 2]> = (0..120_000)
        .map(|i| {
            let far = if i % 3 == 0 { 0.05 } else { 0.4 };
            let mut near = || (random.unit() + random.unit() - 1.0) * far;
            [3.0 + near(), -1.0 + near()]
        })
        .collect();
    let of = |axis: usize, step: usize| spread.iter().step_by(step).map(|at| at[axis]).collect::<Vec<_>>();
    let figure = Figure::new()
        .size(SIZE[0], SIZE[1])
        .title("Points")
        .labels("along (mm)", "up (mm)")
        .points(&of(0, 1), &of(1, 1))
        .points(&of(0, 901), &of(1, 901))
        .shape(Shape::Star)
        .size(9.0)
        .color(Rgba8::opaque(0xd5_5e00))
        .figure()
        .expect("a figure");
    let pixels = figure.pixels(&figure.view(SIZE));
    // Painted by the host, whatever draws the others.
    compare("figure", Rasteriser::Compute, pixels.as_chunks::<4>().0);
}

#[test]
fn image() {
    // Taller than its plot, with what is no number, and a small one of colours over it.
    let value = |i: usize| {
        let (x, y) = ((i % 90) as f32 / 90.0, (i / 90) as f32 / 900.0);
        let hole = (x - 0.7).hypot(y - 0.5) < 0.12;
        if hole { f32::NAN } else { (6.0 * x).sin() + y }
    };
    let values: Vec<f32> = (0..900 * 90).map(value).collect();
    let colors = [0xff_0000, 0x00_ff00, 0x00_00ff, 0xff_ff00].map(Rgba8::opaque);
    let figure = Figure::new()
        .size(SIZE[0], SIZE[1])
        .title("Images")
        .labels("along (mm)", "up (mm)")
        .image([900, 90], &values)
        .extent([0.0, 9.0], [0.0, 1.0])
        .colormap(Colormap::Batlow)
        .label("mV")
        .image([2, 2], &colors)
        .extent([1.0, 2.5], [0.6, 0.9])
        .opacity(0.7)
        .figure()
        .expect("a figure");
    let pixels = figure.pixels(&figure.view(SIZE));
    compare("image", Rasteriser::Compute, pixels.as_chunks::<4>().0);
}

#[test]
fn lines() {
    // Bars below, a noisy curve with a gap, dashes, a walk in no order with colours of its own, and a legend over all of them.
    let mut random = Random::new(12);
    let x: Vec<f64> = (0..6000).map(|i| f64::from(i) / 600.0).collect();
    let y: Vec<f64> = x
        .iter()
        .map(|x| {
            if (4.0..4.4).contains(x) {
                f64::NAN
            } else {
                x.sin() + 0.2 * random.unit()
            }
        })
        .collect();
    let (mut at, mut walk) = ([7.0, 0.0], Vec::new());
    for _ in 0..900 {
        at = at.map(|v: f64| v + 0.12 * (random.unit() - 0.5));
        walk.push(at);
    }
    let of = |axis: usize| walk.iter().map(|at| at[axis]).collect::<Vec<f64>>();
    let steps: Vec<f32> = (0..900_u16).map(f32::from).collect();
    let smooth: Vec<f64> = x.iter().map(|x| x.cos()).collect();
    let heights: Vec<f64> = (0..20).map(|i| f64::from(i % 7) / 6.0 - 0.3).collect();
    let middles: Vec<f64> = (0..20).map(|i| f64::from(i) / 2.0 + 0.25).collect();
    let figure = Figure::new()
        .size(SIZE[0], SIZE[1])
        .title("Lines and bars")
        .bars(middles, heights)
        .opacity(0.4)
        .name("bars")
        .lines(&x[..], &y[..])
        .name("noise")
        .lines(&x[..], &smooth[..])
        .width(2.5)
        .dashes(&[9.0, 5.0])
        .name("dashes")
        .lines(of(0), of(1))
        .values(&steps)
        .figure()
        .expect("a figure");
    let pixels = figure.pixels(&figure.view(SIZE));
    compare("lines", Rasteriser::Compute, pixels.as_chunks::<4>().0);
}

#[test]
fn more() {
    let mut random = Random::new(17);
    let trains: Vec<Vec<f64>> = (0..300)
        .map(|row| {
            (0..40 + row)
                .map(|_| 10_f64.powf(4.0 * random.unit() - 2.0))
                .collect()
        })
        .collect();
    let nodes: Vec<[f64; 2]> = (0..14)
        .map(|_| {
            [
                10_f64.powf(3.0 * random.unit() - 2.0),
                320.0 + 200.0 * random.unit(),
            ]
        })
        .collect();
    let of = |axis: usize| nodes.iter().map(|node| node[axis]).collect::<Vec<f64>>();
    let edges: Vec<[u32; 2]> = (1..14).flat_map(|i| [[i, i / 2], [i, i / 3]]).collect();
    let figure = Figure::new()
        .size(SIZE[0], SIZE[1])
        .title("Events, a graph, text")
        .labels("s after the pulse", "cell")
        .scales(Scale::Log, Scale::Linear)
        .legend(Legend::LowerRight)
        .events(&trains)
        .name("spikes")
        .graph(&of(0), &of(1), &edges)
        .size(8.0)
        .text(&[30.0, 0.02], &[420.0, 150.0], &["over\ntwo lines", "below"])
        .color(Rgba8::opaque(0xa0_1020))
        .figure()
        .expect("a figure");
    let pixels = figure.pixels(&figure.view(SIZE));
    compare("more", Rasteriser::Compute, pixels.as_chunks::<4>().0);
}

#[test]
fn space() {
    // A knot of triangles with their sides, balls of two units around it, and a surface below that ends behind the eye.
    let mut random = Random::new(23);
    let (mut vertices, mut triangles) = (Vec::new(), Vec::new());
    for i in 0..90_u32 {
        let t = f64::from(i) / 90.0 * std::f64::consts::TAU;
        let far = 2.0 + (3.0 * t).cos();
        let middle = [far * (2.0 * t).cos(), far * (2.0 * t).sin(), (3.0 * t).sin()];
        for j in 0..8_u32 {
            let (sin, cos) = (f64::from(j) / 8.0 * std::f64::consts::TAU).sin_cos();
            let out = [(2.0 * t).cos(), (2.0 * t).sin()].map(|v| 0.4 * cos * v);
            vertices.push([middle[0] + out[0], middle[1] + out[1], middle[2] + 0.4 * sin]);
            let at = |i: u32, j: u32| i % 90 * 8 + j % 8;
            triangles.push([at(i, j), at(i + 1, j), at(i + 1, j + 1)]);
            triangles.push([at(i, j), at(i + 1, j + 1), at(i, j + 1)]);
        }
    }
    let heights: Vec<f32> = (0..1600).map(|i| -2.5 + 0.2 * ((i % 40) as f32).sin()).collect();
    let mut places = |count: usize| -> Vec<[f64; 3]> {
        let place = |_| [0; 3].map(|_| 7.0 * random.unit() - 3.5);
        (0..count).map(place).collect()
    };
    let scene = Space::new()
        .size(SIZE[0], SIZE[1])
        .title("Triangles, balls, heights")
        .with(Mesh::new(&vertices, &triangles).expect("a mesh").wire(
            1.0,
            Rgba8 {
                r: 0,
                g: 0,
                b: 0,
                a: 90,
            },
        ))
        .with(Balls::new(&places(60)).size(0.4).unit(SizeUnit::Data))
        .with(Balls::new(&places(400)).size(3.0))
        .with(Surface::new([-40.0, 40.0], [-40.0, 40.0], [40, 40], &heights).expect("heights"));
    let mut camera = scene.view(SIZE);
    camera.distance = 9.0;
    camera.target = [0.0; 3];
    let pixels = scene.pixels(&camera).expect("pixels");
    compare("space", Rasteriser::Compute, pixels.as_chunks::<4>().0);
}
