//! Images: each pixel of a view shows what its twin says, of all types, sizes and ways to reduce, from memory and from files.

mod common;

use std::sync::Arc;

use common::gpu;
use common::random::Random;
use galvani::figure::{Figure, Frame, Image, Origin};
use galvani::images::{Given, Pixmap, Reduce, Seen};
use galvani::plan::Fidelity;
use galvani::reference::image as twin;
use galvani::renderer::{Rasteriser, Renderer};
use galvani::scene::text::Text;
use galvani::scene::{Colormap, Rgba8};
use galvani::target::Offscreen;
use galvani::view::plane::{Bounds, Plane};
use proptest::prelude::*;

const ALL: [Reduce; 3] = [Reduce::Max, Reduce::Min, Reduce::Mean];

/// The colours of a view of an image, and what was seen.
fn painted(image: &Image, plane: &Plane, [w, h]: [u32; 2]) -> (Seen, Vec<Rgba8>) {
    let seen = image
        .pixmap
        .seen(&image.place(), plane, [w, h], image.reduce)
        .expect("in view");
    let mut colors = vec![Rgba8::default(); (w * h) as usize];
    let mut put = |row: usize, words: &[u32]| {
        let row = &mut colors[row * w as usize..][..w as usize];
        for (color, word) in row.iter_mut().zip(words) {
            let [r, g, b, a] = word.to_le_bytes();
            *color = Rgba8 { r, g, b, a };
        }
    };
    // In two bands, as figures are painted in many.
    for rows in [0..h as usize / 3, h as usize / 3..h as usize] {
        let palette = image.palette();
        image
            .pixmap
            .paint((&seen, image.reduce), rows, &palette, &mut put)
            .expect("painted");
    }
    (seen, colors)
}

/// What the report says of a view is so.
fn check_report(image: &Image, plane: &Plane, px: [u32; 2], seen: &Seen) {
    let [height, width] = image.pixmap.size().map(|side| side as f64);
    let across = (image.extent.x[1] - image.extent.x[0]) * plane.px_per_unit[0];
    let down = (image.extent.y[1] - image.extent.y[0]) * plane.px_per_unit[1];
    let per_px = [(width / across).abs(), (height / down).abs()];
    if per_px.iter().all(|per_px| *per_px < 4.0) {
        assert_eq!(seen.fidelity, Fidelity::Exact, "{per_px:?}");
    }
    match seen.fidelity {
        Fidelity::Exact => assert_eq!(seen.shifts, [0, 0]),
        // A hair, for the rounding of sizes.
        Fidelity::Snapped { max_px } => assert!(max_px > 0.0 && max_px <= 0.5 + 1e-9, "{max_px}"),
        Fidelity::Partial { .. } => panic!("nothing is missing"),
    }
    // What a frame may cost.
    let in_it = |nodes: &[[u32; 2]]| nodes.iter().map(|[from, end]| end - from).sum::<u32>();
    let most = 48 * (px[0] + 2) * (px[1] + 2);
    assert!(
        in_it(&seen.columns) * in_it(&seen.rows) <= most,
        "{per_px:?}: {seen:?}"
    );
}

/// Holds an image of numbers to its twin.
fn check<V: Given + Into<f64>>(values: &[V], image: &Image, plane: &Plane, px: [u32; 2]) {
    let numbers: Vec<f64> = values.iter().map(|&value| value.into()).collect();
    for reduce in ALL {
        let image = image.clone().reduce(reduce);
        let (seen, found) = painted(&image, plane, px);
        check_report(&image, plane, px, &seen);
        let wanted = twin::numbers(&numbers, &image, (plane, px), seen.shifts);
        assert!(found == wanted, "{reduce:?}, {:?}, {px:?}", seen.shifts);
    }
}

fn check_colors(values: &[Rgba8], image: &Image, plane: &Plane, px: [u32; 2]) {
    for reduce in ALL {
        let image = image.clone().reduce(reduce);
        let (seen, found) = painted(&image, plane, px);
        check_report(&image, plane, px, &seen);
        let wanted = twin::colors(values, &image, (plane, px), seen.shifts);
        assert!(found == wanted, "{reduce:?}, {:?}, {px:?}", seen.shifts);
    }
}

/// An image of random values at a place, in a plane that sees a part of it.
fn of<V: Given>(size: [usize; 2], values: &[V], (scale, offset): (f64, f64), mirrored: [bool; 2]) -> Image {
    let side = |from: f64, to: f64, mirrored: bool| {
        let [a, b] = [from, to].map(|v| v * scale + offset);
        if mirrored { [b, a] } else { [a, b] }
    };
    Image::new(size, values)
        .and_then(|image| image.extent(side(0.0, 1.0, mirrored[0]), side(0.0, 1.0, mirrored[1])))
        .expect("an image")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn pixels_are_those_of_the_twin(
        seed in 0_u64..1000,
        height in prop_oneof![0_usize..4, 1_usize..220],
        width in prop_oneof![0_usize..4, 1_usize..330],
        px in prop::array::uniform2(1_u32..40),
        at in prop::array::uniform2(-0.3_f64..0.9),
        zoom in prop::array::uniform2(-1.0_f64..7.0),
        lower in any::<bool>(),
        mirrored in prop::array::uniform2(any::<bool>()),
        opacity in prop_oneof![Just(1.0_f32), 0.0_f32..1.0],
        scale in prop_oneof![Just((1.0, 0.0)), Just((1e-30, 0.0)), Just((1e9, (1_u64 << 40) as f64)), Just((1e200, -3e200))],
    ) {
        let mut random = Random::new(seed);
        let size = [height, width];
        let count = height * width;
        let across = zoom.map(|zoom| (-zoom).exp2());
        let side = |axis: usize| [at[axis], at[axis] + across[axis]].map(|v| v * scale.0 + scale.1);
        let plane = Plane::span(Bounds { x: side(0), y: side(1) }, px, None);
        let with = |image: Image| {
            let origin = if lower { Origin::Lower } else { Origin::Upper };
            image.origin(origin).opacity(opacity).colormap(Colormap::ALL[seed as usize % 6])
        };
        let bytes: Vec<u8> = (0..count).map(|_| random.below(256) as u8).collect();
        check(&bytes, &with(of(size, &bytes, scale, mirrored)), &plane, px);
        let words: Vec<i16> = (0..count).map(|_| random.below(1 << 16) as i16).collect();
        let limits = (random.unit() * 1e4, -random.unit() * 1e4);
        let image = with(of(size, &words, scale, mirrored)).limits(limits.0, limits.1).expect("limits");
        check(&words, &image, &plane, px);
        let mut float = |_| match random.below(12) {
            0..4 => f32::NAN,
            4 => f32::INFINITY,
            5 => f32::NEG_INFINITY,
            _ => random.unit() as f32 * 8.0 - 4.0,
        };
        let floats: Vec<f32> = (0..count).map(&mut float).collect();
        check(&floats, &with(of(size, &floats, scale, mirrored)), &plane, px);
        let colors: Vec<Rgba8> = (0..count).map(|_| Rgba8::opaque(random.below(1 << 24) as u32).with_alpha(random.below(256) as u8)).collect();
        check_colors(&colors, &with(of(size, &colors, scale, mirrored)), &plane, px);
    }
}

#[test]
fn the_value_under_a_pixel_is_seen_and_no_bright_one_is_lost() {
    // Large pixels.
    let values: Vec<u8> = (0..12).map(|i| i * 20).collect();
    let figure = Figure::new()
        .size(300, 240)
        .image([3, 4], &values)
        .limits(0.0, 255.0)
        .figure()
        .expect("a figure");
    let target = figure.target_size();
    let plane = figure.view(target);
    let plot = Frame::plot(&figure, target);
    assert_eq!(
        plane.bounds([plot.w, plot.h]).x.map(|v| (v * 1e9).round()),
        [-0.5e9, 3.5e9]
    );
    let pixels = figure.pixels(&plane);
    for row in 0..plot.h {
        for column in 0..plot.w {
            let [x, y] = plane
                .at_px([f64::from(column) + 0.5, f64::from(row) + 0.5])
                .map(f64::round);
            // The first row is at the top.
            let value = values[(2 - y as usize) * 4 + x as usize];
            let wanted = Colormap::Viridis.color(f64::from(value) * 256.0 / 255.0 / 255.0);
            let at = ((row + plot.y) * target[0] + column + plot.x) as usize * 4;
            let off = pixels[at..at + 3]
                .iter()
                .zip(wanted.to_array())
                .map(|(a, b)| a.abs_diff(b))
                .max();
            assert!(off <= Some(3), "{column}, {row}");
        }
    }
    // Many in a pixel: one bright value in two million is there wherever it lies.
    for at in [0, 777_777, 1_999_999] {
        let mut values = vec![0_u8; 2_000_000];
        values[at] = 255;
        let image = Image::new([1000, 2000], &values).expect("an image");
        for px in [[37, 23], [1, 1], [300, 7]] {
            let plane = Plane::span(image.extent, px, None);
            let (_, colors) = painted(&image, &plane, px);
            let bright = colors
                .iter()
                .filter(|color| **color == Colormap::Viridis.color(1.0))
                .count();
            assert_eq!(bright, 1, "{px:?}");
        }
    }
}

#[test]
fn files_are_as_memory() {
    let mut random = Random::new(3);
    let values: Vec<i16> = (0..301 * 407).map(|_| random.below(1 << 16) as i16).collect();
    let path = common::scratch("image.raw");
    let bytes: Vec<u8> = [7, 7, 7]
        .into_iter()
        .chain(values.iter().flat_map(|v| v.to_ne_bytes()))
        .collect();
    std::fs::write(&path, &bytes).expect("a file");
    let file = Image::of(Arc::new(
        Pixmap::open::<i16>(&path, 3, [301, 407]).expect("an image"),
    ));
    let memory = Image::new([301, 407], &values).expect("an image");
    assert_eq!(file.pixmap.range(), memory.pixmap.range());
    for (px, at) in [([50, 40], 407.0), ([300, 200], 100.0), ([80, 60], 9.0)] {
        let bounds = Bounds {
            x: [3.0, at],
            y: [5.0, at * 0.7],
        };
        let plane = Plane::span(bounds, px, None);
        for reduce in ALL {
            let [a, b] = [&file, &memory].map(|image| painted(&image.clone().reduce(reduce), &plane, px));
            assert!(a == b, "{reduce:?}, {px:?}");
        }
    }
    // One that is cut short shows what it can.
    let said = Pixmap::open::<i16>(&path, 4, [301, 407])
        .err()
        .expect("too short")
        .to_string();
    assert!(
        said.contains("301 rows of 407 values of i16 need 245014 bytes, 245013 follow"),
        "{said}"
    );
    let gpu = gpu();
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Auto).expect("a renderer");
    let mut target = Offscreen::new(gpu.device(), [300, 200]).expect("a target");
    std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("a file");
    let figure = Figure::new().with(file);
    let near = Bounds {
        x: [0.0, 300.0],
        y: [0.0, 300.0],
    };
    let plane = Plane::span(near, [300, 200], None);
    let report = renderer
        .render_figure(&figure, &plane, &mut target)
        .expect("a frame");
    assert!(
        matches!(report.visuals[0].fidelity, Fidelity::Partial { missing } if missing > 0.2),
        "{report:?}"
    );
    assert_eq!(report.fidelity(), report.visuals[0].fidelity);
}

#[test]
fn figures_show_images_and_bars() {
    let gpu = gpu();
    let values: Vec<f32> = (0..600).map(|i| (i as f32 * 0.1).sin()).collect();
    let figure = Figure::new()
        .size(400, 300)
        .image([20, 30], &values)
        .colormap(Colormap::Vik)
        .label("sine")
        .extent([0.0, 3.0], [0.0, 2.0])
        .figure()
        .expect("a figure");
    let target_size = figure.target_size();
    let plane = figure.view(target_size);
    let plot = Frame::plot(&figure, target_size);
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Auto).expect("a renderer");
    let mut target = Offscreen::new(gpu.device(), target_size).expect("a target");
    let report = renderer
        .render_figure(&figure, &plane, &mut target)
        .expect("a frame");
    assert_eq!(
        (report.fidelity(), report.visuals[0].in_view),
        (Fidelity::Exact, 600)
    );
    let pixels = figure.pixels(&plane);
    assert!(target.pixels().expect("pixels") == pixels);
    let at = |x: u32, y: u32| {
        let [r, g, b, a] = *pixels[(y * target_size[0] + x) as usize * 4..]
            .first_chunk()
            .expect("a pixel");
        Rgba8 { r, g, b, a }
    };
    // The plot shows what the twin says.
    let galvani::figure::Visual::Image(image) = &figure.visuals[0] else {
        panic!("an image")
    };
    let numbers: Vec<f64> = values.iter().map(|&v| v.into()).collect();
    let wanted = twin::numbers(&numbers, image, (&plane, [plot.w, plot.h]), [0, 0]);
    for (i, wanted) in wanted.into_iter().enumerate() {
        let (x, y) = (i as u32 % plot.w, i as u32 / plot.w);
        assert_eq!(at(plot.x + x, plot.y + y), wanted, "{x}, {y}");
    }
    // The bar's ends have the map's.
    let bar = plot.right() + 24;
    assert_eq!(
        at(bar, plot.y),
        image.colormap.color(1.0 - 0.5 / f64::from(plot.h))
    );
    let labels: Vec<String> = Frame::new(&figure, &plane, target_size, &mut Text::new())
        .overlay
        .lines
        .into_iter()
        .map(|line| line.text)
        .collect();
    for label in ["sine", "−0.5", "0.5"] {
        assert!(labels.iter().any(|found| found == label), "{label}: {labels:?}");
    }
    let without = Figure::new().size(400, 300).with(image.clone().bar(false));
    assert!(Frame::plot(&without, target_size).w > plot.w + 50);
}

#[test]
fn empty_equal_and_refused() {
    for size in [[0, 5], [5, 0], [0, 0]] {
        let figure = Figure::new()
            .size(100, 80)
            .image::<f32>(size, &[])
            .figure()
            .expect("nothing");
        let plane = figure.view([100, 80]);
        assert_eq!(figure.pixels(&plane).len(), 100 * 80 * 4);
    }
    let one = Image::new([1, 1], &[7_i16]).expect("a pixel");
    assert_eq!(one.range(), [6.5, 7.5]);
    let none = Image::new([1, 2], &[f32::NAN, f32::INFINITY]).expect("nothing finite");
    assert_eq!((none.pixmap.range(), none.range()), (None, [0.0, 1.0]));
    let said = |error: Option<galvani::Error>| error.expect("an error").to_string();
    let text = said(Image::new([2, 3], &[0_u8; 5]).err());
    assert!(text.contains("5 values for 2 rows of 3"), "{text}");
    for bad in [[0.0, 0.0], [0.0, f64::NAN], [0.0, 1e301]] {
        assert!(said(one.clone().extent(bad, [0.0, 1.0]).err()).contains("two finite edges"));
    }
    assert!(said(one.limits(f64::NAN, 1.0).err()).contains("finite"));
    let huge = Pixmap::new([usize::MAX, 2], Vec::<u8>::new());
    assert!(said(huge.err()).contains("fewer than"));
}
