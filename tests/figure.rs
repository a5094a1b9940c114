//! Figures: markers are those of the twin, density has the colours of its counts, and all targets show the same.

mod common;

use common::figures;
use common::random::Random;
use common::{Gpu, gpu};
use galvani::figure::{
    ALWAYS, Balls, Density, Figure, Frame, MARKERS, Points, Shape, SizeUnit, Space, Surface, tone,
};
use galvani::gpu::{Buffer, Commands, Image, ImageRef, ImageUse, Memory, Use};
use galvani::plan::Fidelity;
use galvani::reference::points as twin;
use galvani::renderer::{Rasteriser, Renderer};
use galvani::scene::{Colormap, Rgba8, Style};
use galvani::target::Offscreen;
use galvani::view::plane::Plane;

fn places(seed: u64, count: usize) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random::new(seed);
    (0..count).map(|_| (random.unit(), random.unit())).unzip()
}

fn small() -> Figure {
    Figure::new().size(160, 120).grid(false)
}

fn points_of(figure: &Figure) -> &Points {
    match &figure.visuals[0] {
        galvani::figure::Visual::Points(points) => points,
        _ => panic!("points"),
    }
}

/// Holds a figure of markers alone to the twin: within 3 of 255, for each of several over one another is rounded.
fn check_markers(figure: &Figure, plane: &Plane, x: &[f64], y: &[f64], what: &str) {
    figures::check(figure, plane, what, |frame, wanted, width| {
        let seen = (frame, plane, figure.scale_factor);
        twin::markers(
            (x, y),
            points_of(figure),
            seen,
            figure.style.color(0),
            wanted,
            width,
        );
    });
}

#[test]
fn every_shape_is_as_its_twin() {
    let (x, y) = places(1, 25);
    for shape in Shape::ALL {
        for size in [0.6, 1.0, 5.0, 17.5] {
            let figure = small()
                .points(&x, &y)
                .shape(shape)
                .size(size)
                .figure()
                .expect("a figure");
            let plane = figure.view(figure.target_size());
            check_markers(&figure, &plane, &x, &y, &format!("{shape:?} of {size} px"));
        }
    }
}

#[test]
fn sizes_and_colours_of_their_own_and_data_units() {
    let (mut x, y) = places(2, 40);
    x[7] = f64::NAN;
    let sizes: Vec<f32> = (0..40).map(|i| [f32::NAN, 0.0, -1.0, 0.02, 0.1][i % 5]).collect();
    let colors: Vec<Rgba8> = (0..40)
        .map(|i| Rgba8::opaque(i * 0x06_0504).with_alpha(100 + 3 * i as u8))
        .collect();
    let figure = small()
        .style(Style::dark())
        .scale(1.5)
        .points(&x, &y)
        .sizes(&sizes)
        .colors(&colors)
        .unit(SizeUnit::Data)
        .opacity(0.7)
        .figure()
        .expect("a figure");
    let mut plane = figure.view(figure.target_size());
    check_markers(&figure, &plane, &x, &y, "all");
    // Twice as close they are twice as large; markers from outside reach in.
    plane.zoom_at([20.0, 30.0], [2.0, 3.0], [100, 100]);
    check_markers(&figure, &plane, &x, &y, "closer");
    let unequal = Points::new(&x, &y).and_then(|points| points.sizes(&sizes[1..]));
    assert!(
        unequal
            .err()
            .expect("an error")
            .to_string()
            .contains("39 of them for 40 points")
    );
}

#[test]
fn huge_and_tiny_coordinates_look_alike() {
    let (x, y) = places(3, 60);
    // Steps that numbers at 2⁴⁰ can tell apart.
    let x: Vec<f64> = x.iter().map(|v| (v * 4096.0).floor() / 4096.0).collect();
    let picture = |scale: f64, offset: f64| {
        let moved: Vec<f64> = x.iter().map(|v| v * scale + offset).collect();
        let figure = small().points(&moved, &y).size(6.0).figure().expect("a figure");
        let target = figure.target_size();
        let plot = Frame::plot(&figure, target);
        let pixels = figure.pixels(&figure.view(target));
        let rows = pixels.chunks(target[0] as usize * 4);
        let inside = rows.skip(plot.y as usize + 1).take(plot.h as usize - 2);
        let part = plot.x as usize * 4 + 4..plot.right() as usize * 4 - 4;
        inside
            .flat_map(|row| row[part.clone()].to_vec())
            .collect::<Vec<u8>>()
    };
    let plain = picture(1.0, 0.0);
    assert!(plain.iter().any(|value| *value < 100));
    for (scale, offset) in [(1.0, (1_u64 << 40) as f64), (1e-30, 0.0), (1e250, 0.0)] {
        let other = picture(scale, offset);
        let off = plain
            .iter()
            .zip(&other)
            .filter(|(a, b)| a.abs_diff(**b) > 16)
            .count();
        assert!(
            off * 200 < plain.len(),
            "{scale} and {offset}: {off} of {}",
            plain.len()
        );
    }
}

#[test]
fn density_has_the_colours_of_its_counts() {
    let (x, y) = places(4, 200_000);
    for density in [Density::Viridis, Density::Opacity] {
        let red = Rgba8::opaque(0xff_0000);
        let figure = small()
            .points(&x, &y)
            .color(red)
            .density(density)
            .figure()
            .expect("a figure");
        let target = figure.target_size();
        let plane = figure.view(target);
        let plot = Frame::plot(&figure, target);
        let counts = twin::counts(&x, &y, &plane, [plot.w, plot.h]);
        let most = counts.iter().copied().max().expect("pixels");
        let pixels = figure.pixels(&plane);
        // The axes' letters do not reach into the plot.
        for (i, &count) in counts.iter().enumerate() {
            let (column, row) = (i as u32 % plot.w + plot.x, i as u32 / plot.w + plot.y);
            let at = (row * target[0] + column) as usize * 4;
            let part = f64::from(tone(count, most).max(1) - 1) / 254.0;
            let wanted = match (count, density) {
                (0, _) => [255.0; 3],
                (_, Density::Viridis) => {
                    let color = Colormap::Viridis.color(part);
                    [color.r, color.g, color.b].map(f64::from)
                }
                (_, Density::Opacity) => {
                    let rest = 255.0 * (1.0 - (0.15 + 0.85 * part));
                    [255.0, rest, rest]
                }
            };
            for (found, wanted) in pixels[at..].iter().zip(wanted) {
                assert!(
                    (f64::from(*found) - wanted).abs() <= 1.5,
                    "{count} of {most}: {found}, {wanted}"
                );
            }
        }
    }
}

#[test]
fn tones_grow_with_counts() {
    for most in [1, 2, 15, 16, 300, 5000, u32::MAX] {
        let counts = [0, 1, 2, 3, 10, 16, 100, 4095, 4096, 5000, u32::MAX];
        let tones: Vec<u8> = counts
            .iter()
            .filter(|&&c| c <= most)
            .map(|&c| tone(c, most))
            .collect();
        assert!(tones.is_sorted(), "{most}: {tones:?}");
        assert_eq!(tones[0], 0);
        assert!(tones[1..].iter().all(|tone| *tone > 0));
        assert!(most < 16 || tone(most, most) == 255);
    }
}

#[test]
fn markers_give_way_to_density_step_by_step() {
    let (x, y) = places(5, 10);
    let points = Points::new(&x, &y).expect("points");
    let share = |n: usize| points.markers(n, 1.0);
    assert_eq!((share(0), share(ALWAYS), share(MARKERS)), (1.0, 1.0, 1.0));
    assert_eq!((share(4 * MARKERS), share(usize::MAX)), (0.0, 0.0));
    let shares: Vec<f64> = (0..400).map(|i| share(1000 + i * 400)).collect();
    assert!(
        shares
            .windows(2)
            .all(|two| two[0] >= two[1] && two[0] - two[1] < 0.05)
    );
    // Large ones earlier, and few of any size are markers.
    let large = points.size(60.0);
    assert!(large.markers(2000, 1.0) < 0.1 && large.markers(ALWAYS, 1e6) == 1.0);
}

/// What is recorded into a window's image, as RGBA.
fn recorded(
    gpu: &Gpu,
    size: [u32; 2],
    record: impl FnOnce(&mut Commands, &ImageRef, (ImageUse, ImageUse)),
) -> Vec<u8> {
    let usage = ash::vk::ImageUsageFlags::TRANSFER_DST | ash::vk::ImageUsageFlags::TRANSFER_SRC;
    let format = ash::vk::Format::B8G8R8A8_UNORM;
    let image = Image::new(gpu.device(), "window", size, format, usage).expect("an image");
    let mut commands = gpu.device().commands("frame").expect("commands");
    let uses = (ImageUse::Undefined, ImageUse::CopySource);
    record(&mut commands, &image.target(), uses);
    let bytes = u64::from(size[0] * size[1] * 4);
    let buffer = Buffer::new(gpu.device(), "read", bytes, Memory::Readback).expect("a buffer");
    commands.copy_image_to_buffer(&image.target(), 4, &buffer, 0);
    commands.barrier(&[Use::TransferWrite], &[Use::HostRead]);
    common::finish(commands);
    let read = &buffer.read().expect("pixels")[..bytes as usize];
    let swapped = |[b, g, r, a]: &[u8; 4]| [*r, *g, *b, *a];
    read.as_chunks::<4>().0.iter().flat_map(swapped).collect()
}

const SIZES: [[u32; 2]; 4] = [[300, 220], [64, 48], [1, 1], [300, 220]];

#[test]
fn renderers_show_what_is_painted_without_them() {
    let gpu = gpu();
    let (x, y) = places(6, 60_000);
    let figure = Figure::new()
        .size(300, 220)
        .title("Title")
        .labels("x", "y")
        .points(&x, &y)
        .size(3.0)
        .figure()
        .expect("a figure");
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Auto).expect("a renderer");
    for size in SIZES {
        let figure = figure.clone().size(size[0], size[1]);
        let plane = figure.view(size);
        let wanted = figure.pixels(&plane);
        let mut target = Offscreen::new(gpu.device(), size).expect("a target");
        let report = renderer
            .render_figure(&figure, &plane, &mut target)
            .expect("a frame");
        assert_eq!(report.fidelity(), Fidelity::Exact);
        assert!((0.0..1.0).contains(&report.visuals[0].markers));
        assert!(target.pixels().expect("pixels") == wanted, "{size:?}");
        let recorded = recorded(&gpu, size, |commands, target, uses| {
            renderer
                .record_figure(commands, &figure, &plane, target, uses)
                .expect("a recorded frame");
        });
        assert!(recorded == wanted, "{size:?}, recorded");
    }
}

#[test]
fn renderers_show_scenes_as_they_are_painted_without_them() {
    let gpu = gpu();
    let (x, y) = places(7, 3000);
    let places: Vec<[f64; 3]> = x.iter().zip(&y).map(|(x, y)| [*x, *y, x * y]).collect();
    let heights: Vec<f32> = (0..400).map(|i| (i as f32).sin()).collect();
    let space = Space::new()
        .title("Title")
        .with(Balls::new(&places))
        .with(Surface::new([-1.0, 1.0], [-1.0, 1.0], [20, 20], &heights).expect("a surface"));
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Auto).expect("a renderer");
    for size in SIZES {
        let space = space.clone().size(size[0], size[1]);
        let camera = space.view(size);
        let wanted = space.pixels(&camera).expect("pixels");
        let mut target = Offscreen::new(gpu.device(), size).expect("a target");
        renderer
            .render_space(&space, &camera, &mut target)
            .expect("a frame");
        assert!(target.pixels().expect("pixels") == wanted, "{size:?}");
        let recorded = recorded(&gpu, size, |commands, target, uses| {
            renderer
                .record_space(commands, &space, &camera, target, uses)
                .expect("a recorded frame");
        });
        assert!(recorded == wanted, "{size:?}, recorded");
    }
}

#[test]
fn three_lines_make_a_picture() {
    let path = common::scratch("three.png");
    let (x, y) = places(7, 500);
    Figure::new()
        .points(&x, &y)
        .color(Rgba8::opaque(0x00_66_cc))
        .size(4.0)
        .save(&path)
        .expect("a picture");
    let file = std::io::BufReader::new(std::fs::File::open(&path).expect("the file"));
    let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a small picture")];
    let info = reader.next_frame(&mut bytes).expect("a picture");
    assert_eq!([info.width, info.height], [960, 640]);
    assert!(bytes.chunks(3).any(|pixel| pixel == [0, 0x66, 0xcc]));

    let said = Figure::new()
        .save("a.jpg")
        .expect_err("no such format")
        .to_string();
    assert!(said.contains(".png"), "{said}");
    let said = Figure::new()
        .points(&x, &y[1..])
        .size(3.0)
        .save(&path)
        .expect_err("unequal")
        .to_string();
    assert!(said.contains("500 coordinates of x and 499 of y"), "{said}");
}

#[test]
fn values_become_colours() {
    let values = [0.0, 1.0, f32::NAN, 0.5];
    let points = Points::new(&[0.0; 4], &[0.0; 4])
        .and_then(|points| points.values(&values))
        .expect("points");
    let galvani::figure::Color::Each(colors) = &points.color else {
        panic!("a colour each");
    };
    let viridis = |part| Colormap::Viridis.color(part);
    assert_eq!(
        (colors[0], colors[1], colors[3]),
        (viridis(0.0), viridis(1.0), viridis(0.5))
    );
    assert_eq!(colors[2].a, 0);
}

#[test]
fn nothing_is_a_picture_as_well() {
    let none: [f64; 0] = [];
    for figure in [
        Figure::new(),
        Figure::new().points(&none, &none).figure().expect("a figure"),
    ] {
        let view = figure.view(figure.target_size());
        assert_eq!(figure.pixels(&view).len(), 960 * 640 * 4);
    }
}

/// Lists that are set by hand and are too short are no reason to stop: what they lack is as without them.
#[test]
fn what_lists_lack_is_as_without_them() {
    let (x, y) = places(4, 30);
    let figure = |visual: galvani::figure::Visual| {
        let figure = Figure::new().size(90, 70).grid(false).with(visual);
        let plane = figure.view([90, 70]);
        figure.pixels(&plane)
    };
    let points = || Points::new(&x, &y).expect("points");
    let plain = figure(points().into());
    let mut short = points();
    short.size = galvani::figure::Size::Each([5.0].into());
    short.color = galvani::figure::Color::Each([].into());
    assert!(figure(short.into()) == plain, "points");
    let lines = || galvani::figure::Lines::new(&x[..], &y[..]).expect("lines");
    let plain = figure(lines().into());
    for color in [
        galvani::figure::LineColor::Curves([].into()),
        galvani::figure::LineColor::Vertices([].into()),
    ] {
        let mut short = lines();
        short.color = color;
        assert!(figure(short.into()) == plain, "lines");
    }
}
