//! Pictures in shapes: what other programs make of them, against this one's own pixels.
//!
//! Others smooth edges in their own ways (lines' sides by area rather than by distance), and letters more so: the pictures
//! may be apart by 1.5 of 255 in the mean, and one pixel in 50 by more than 48. PDF is drawn by Poppler through Cairo; by
//! itself it covers a quarter of a pixel more on the right and below whatever is filled.

mod common;

use std::fs::File;
use std::io::Cursor;
use std::path::Path;
use std::process::{Command, Stdio};

use common::pictures::{Easel, bare, open, view};
use common::random::Random;
use common::scripted::Scripted;
use common::{gpu, gpu_masked, scratch, skip};
use galvani::Error;
use galvani::renderer::{Picture, Rasteriser, Renderer};
use galvani::scene::marks::{Layer, Marks, Parts, Show};
use galvani::scene::{Form, Rgba8, Scene, Style};
use galvani::source::{Memory, Synthetic};
use galvani::store::{OpenOptions, Recording};
use galvani::vector::{self, Drawing, Shape};
use galvani::view::View;

const SIZE: [u32; 2] = [480, 320];

/// How far two pictures are apart: the mean difference of a colour's part, of 255, and the share of pixels of which any
/// part is off by more than 48.
type Apart = (f64, f64);
const MOST_APART: Apart = (1.5, 0.02);

fn apart(a: &[[u8; 4]], b: &[[u8; 4]]) -> Apart {
    assert_eq!(a.len(), b.len(), "pixels");
    let off = |(a, b): (&[u8; 4], &[u8; 4])| [0, 1, 2].map(|i| a[i].abs_diff(b[i]));
    let pairs = || a.iter().zip(b).map(off);
    let all: u64 = pairs().flatten().map(u64::from).sum();
    let far = pairs().filter(|off| off.iter().any(|&off| off > 48)).count();
    (all as f64 / (3 * a.len()) as f64, far as f64 / a.len() as f64)
}

/// Size and pixels of a PNG.
fn png_of(bytes: &[u8]) -> ([u32; 2], Vec<[u8; 4]>) {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a small picture")];
    let info = reader.next_frame(&mut bytes).expect("pixels");
    assert_eq!(info.color_type, png::ColorType::Rgba);
    ([info.width, info.height], bytes.as_chunks::<4>().0.to_vec())
}

/// What a program writes; `None`, and says so, where there is none of that name.
fn output(program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let command = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    match command {
        Err(error) => {
            skip(&format!("{program}: {error}"));
            None
        }
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.is_empty(), "{program}: {said}");
            Some(output.stdout)
        }
    }
}

/// The pixels that other programs make of a drawing.
fn rasterised(drawing: &Drawing, name: &str) -> Vec<(&'static str, Vec<[u8; 4]>)> {
    let at = |ending: &str| {
        std::fs::create_dir_all(scratch("vector")).expect("a folder");
        scratch("vector").join(format!("{name}.{ending}"))
    };
    let (svg, pdf) = (at("svg"), at("pdf"));
    std::fs::write(&svg, drawing.svg()).expect("a file");
    std::fs::write(&pdf, drawing.pdf().expect("a page")).expect("a file");
    let [from_svg, from_pdf] = [&svg, &pdf].map(|path| path.to_str().expect("a path of Unicode"));
    let svg = output("rsvg-convert", &[from_svg]);
    let pdf = output("pdftocairo", &["-r", "96", "-png", "-singlefile", from_pdf, "-"]);
    let made = [("SVG", svg), ("PDF", pdf)].into_iter();
    made.filter_map(|(kind, bytes)| {
        let (size, pixels) = png_of(&bytes?);
        assert_eq!(size, drawing.size, "{name}: {kind}");
        Some((kind, pixels))
    })
    .collect()
}

fn check(name: &str, recording: &mut Recording<'_>, easel: &mut Easel, picture: &Picture<'_>) -> Drawing {
    check_within(name, recording, easel, picture, MOST_APART)
}

fn check_within(
    name: &str,
    recording: &mut Recording<'_>,
    easel: &mut Easel,
    picture: &Picture<'_>,
    most: Apart,
) -> Drawing {
    let (report, pixels) = easel.draw_picture(recording, picture);
    let size = easel.size();
    let (told, drawing) = vector::draw(&mut easel.renderer, recording, picture, size).expect("a drawing");
    assert_eq!(
        (told.fidelity, told.plot, told.missing),
        (report.fidelity, report.plot, report.missing)
    );
    let kept = scratch("vector").join(format!("{name}.png"));
    for (kind, other) in rasterised(&drawing, name) {
        write_png(&kept, easel.size(), &pixels);
        let found = apart(&pixels, &other);
        eprintln!(
            "{name}, {kind}: {:.3} of 255 apart, {:.3} % far",
            found.0,
            100.0 * found.1
        );
        let fits = found.0 <= most.0 && found.1 <= most.1;
        assert!(fits, "{name}, {kind}: {found:?} apart; see {}", kept.display());
    }
    drawing
}

fn write_png(path: &Path, [width, height]: [u32; 2], pixels: &[[u8; 4]]) {
    let file = File::create(path).expect("a writable folder");
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(pixels.as_flattened()).expect("a picture");
}

/// Channels of noise with spans, and samples here and there, that are missing.
fn gapped(channels: usize, samples: usize) -> Vec<f32> {
    let mut random = Random::new(11);
    let mut values = Vec::with_capacity(channels * samples);
    for c in 0..channels {
        for t in 0..samples {
            let gone = (t + 700 * c) % 3000 < 400 || (t + c) % 97 < 2 || (t % 50 == 7 + c) || t % 50 == 9 + c;
            let value = (random.below(2000) as f32 - 1000.0) / 1000.0 + (t as f32 / 300.0).sin();
            values.push(if gone { f32::NAN } else { value });
        }
    }
    values
}

fn synthetic() -> Synthetic {
    Synthetic::new(5, 6, 900_000, 30_000.0)
        .expect("a source")
        .with_intracellular(true)
}

#[test]
fn synthetic_recordings_look_the_same() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Auto, SIZE);
    let mut recording = open(gpu.device(), synthetic());
    let status = ["<status> & more".to_owned()];
    for (name, style, view) in [
        ("whole", Style::dark(), View::fit(900_000, 430)),
        ("light", Style::light(), View::span(10.0, 0.5, 30_000.0, 430)),
        ("beyond", Style::dark(), View::span(29.9, 0.3, 30_000.0, 430)),
        ("lines", Style::light(), View::span(11.1, 0.012, 30_000.0, 430)),
        ("samples", Style::dark(), View::span(11.1, 0.001, 30_000.0, 430)),
    ] {
        let mut scene = recording.scene(style);
        scene.traces.gain = 1.5;
        let picture = Picture {
            status: &status,
            ..Picture::new(&scene, &view)
        };
        let drawing = check(name, &mut recording, &mut easel, &picture);
        let lines = drawing.shapes.iter().any(|shape| matches!(shape, Shape::Line(_)));
        assert_eq!(lines, view.samples_per_px() < 2.0, "{name}");
    }
}

#[test]
fn gaps_look_the_same() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Auto, SIZE);
    let values = gapped(5, 20_000);
    let source = Memory::<_, f32>::planar(&values, 5, 1000.0).expect("a source");
    let mut recording = open(gpu.device(), source);
    let mut scene = recording.scene(Style::light());
    scene.traces.overlap = false;
    for (name, view) in [
        ("gaps", view(-300.0, 47.0)),
        ("gaps-near", view(900.0, 3.0)),
        ("gaps-lines", view(1200.0, 0.7)),
        ("gaps-samples", view(1210.25, 0.1)),
    ] {
        check(name, &mut recording, &mut easel, &Picture::new(&scene, &view));
    }
}

#[test]
fn many_lanes_that_overlap_look_the_same() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Auto, SIZE);
    let source = Synthetic::new(9, 200, 60_000, 30_000.0).expect("a source");
    let mut recording = open(gpu.device(), source);
    let mut scene = Scene {
        axes: None,
        ..recording.scene(Style::light())
    };
    scene.traces.form = Form::Lines;
    let view = View::fit(60_000, SIZE[0]);
    check("many", &mut recording, &mut easel, &Picture::new(&scene, &view));
    let (mut scene, view) = (
        recording.scene(Style::dark()),
        View::span(0.5, 0.02, 30_000.0, 400),
    );
    scene.traces.form = Form::Lines;
    let picture = Picture {
        scale_factor: 2.0,
        ..Picture::new(&scene, &view)
    };
    // Lines of 200 colours 1.3 pixels apart: each pixel is an edge of several, whose coverage every program counts in its own way.
    check_within("dense", &mut recording, &mut easel, &picture, (6.5, 0.04));
}

#[test]
fn what_is_missing_is_hatched_in_the_same_places() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Auto, SIZE);
    let (source, script) = Scripted::new(synthetic());
    let mut recording =
        Recording::stream(gpu.device(), source, &OpenOptions::default()).expect("a recording");
    script.break_at(300_000..400_000);
    script.break_at(600_000..601_000);
    let scene = recording.scene(Style::dark());
    let view = View::fit(900_000, 430);
    let drawing = check(
        "missing",
        &mut recording,
        &mut easel,
        &Picture::new(&scene, &view),
    );
    assert!(
        drawing
            .shapes
            .iter()
            .any(|shape| matches!(shape, Shape::Hatch(_)))
    );
}

/// Where memory is not mapped the device's own stages resolve the columns.
#[test]
fn every_device_gives_the_same_drawing() {
    let mapped = gpu();
    let apart = gpu_masked("hostVisibleDeviceLocal");
    let values = gapped(5, 20_000);
    let views = [
        view(-300.0, 47.0),
        view(900.0, 3.0),
        view(1200.0, 0.7),
        view(19_900.0, 1.0),
    ];
    let [first, second] = [&mapped, &apart].map(|gpu| {
        let source = Memory::<_, f32>::planar(&values, 5, 1000.0).expect("a source");
        let mut recording = open(gpu.device(), source);
        let mut renderer = Renderer::new(gpu.device(), Rasteriser::Auto).expect("a renderer");
        let scene = recording.scene(Style::dark());
        let draw = |view| {
            let picture = Picture::new(&scene, view);
            vector::draw(&mut renderer, &mut recording, &picture, SIZE)
                .expect("a drawing")
                .1
        };
        views.each_ref().map(draw)
    });
    for ((first, second), view) in first.iter().zip(&second).zip(&views) {
        assert!(first == second, "{view:?}");
    }
}

/// What it takes depends on lanes and columns: a longer recording's columns are as many, and reach as far.
#[test]
fn an_export_of_64_channels_is_small() {
    let gpu = gpu();
    let source = Synthetic::new(3, 64, 600_000, 30_000.0).expect("a source");
    let mut recording = open(gpu.device(), source);
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Auto).expect("a renderer");
    let scene = recording.scene(Style::light());
    let view = View::fit(600_000, 1850);
    let picture = Picture::new(&scene, &view);
    let (_, drawing) =
        vector::draw(&mut renderer, &mut recording, &picture, [1920, 1080]).expect("a drawing");
    let (svg, pdf) = (drawing.svg().len(), drawing.pdf().expect("a page").len());
    eprintln!("{svg} bytes of SVG, {pdf} of PDF");
    assert!(svg < 5_000_000 && pdf < svg, "{svg} and {pdf} bytes");
}

#[test]
fn text_is_text() {
    let gpu = gpu();
    let mut recording = open(gpu.device(), synthetic());
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Auto).expect("a renderer");
    let (scene, view) = (recording.scene(Style::dark()), View::fit(900_000, 430));
    let status = ["<a> & \"b\" \u{1}µV".to_owned(), "]]>".to_owned()];
    let picture = Picture {
        status: &status,
        ..Picture::new(&scene, &view)
    };
    let (_, drawing) = vector::draw(&mut renderer, &mut recording, &picture, SIZE).expect("a drawing");
    let svg = drawing.svg();
    let document = roxmltree::Document::parse(&svg).expect("well-formed XML");
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    let texts: Vec<&str> = texts.filter_map(|node| node.text()).collect();
    for wanted in ["CH0", "CH4", "<a> & \"b\"  µV", "]]>", "µV"] {
        assert!(
            texts.iter().any(|text| text.contains(wanted)),
            "{wanted}: {texts:?}"
        );
    }
    let path = scratch("text.pdf");
    std::fs::write(&path, drawing.pdf().expect("a page")).expect("a file");
    let path = path.to_str().expect("a path of Unicode");
    if let Some(text) = output("pdftotext", &[path, "-"]) {
        let text = String::from_utf8(text).expect("UTF-8");
        for wanted in ["CH0", "CH4", "<a> & \"b\"", "µV"] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
    }
}

#[test]
fn sizes_that_cannot_be_are_refused() {
    let gpu = gpu();
    let mut recording = open(gpu.device(), synthetic());
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Auto).expect("a renderer");
    let (scene, view) = (bare(&recording), View::fit(900_000, 430));
    for size in [[0, 10], [10, 0], [1 << 20, 10]] {
        let refused = vector::draw(&mut renderer, &mut recording, &Picture::new(&scene, &view), size);
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{size:?}");
    }
    let empty = |size| Drawing {
        size,
        background: Rgba8::opaque(0xffffff),
        shapes: Vec::new(),
    };
    assert!(empty([19_200, 1]).pdf().is_ok());
    assert!(matches!(empty([19_201, 1]).pdf(), Err(Error::Invalid { .. })));
}

/// Thin lanes, and such that lines are still seen through their colours; marked, and partly beyond the end.
#[test]
fn rows_of_colour_look_the_same() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Auto, SIZE);
    for (name, lanes, style) in [("heat", 200, Style::light()), ("heat-fading", 60, Style::dark())] {
        let source = Synthetic::new(9, lanes, 60_000, 30_000.0).expect("a source");
        let mut recording = open(gpu.device(), source);
        let mut scene = recording.scene(style.clone());
        let parts = Parts {
            times: (0..90).map(|i| 20_000.0 + f64::from(i) * 441.0).collect(),
            channels: (0..90).map(|i| i * 7 % lanes as u32).collect(),
            ..Parts::default()
        };
        let show = Show::Lanes {
            piece: [-60.0, 90.0],
            ticks: false,
        };
        scene.marks = vec![Layer::new("spikes", Marks::new(parts), show, &style)];
        let view = View::span(0.5, 1.6, 30_000.0, 430);
        let drawing = check(name, &mut recording, &mut easel, &Picture::new(&scene, &view));
        let images = drawing.shapes.iter().filter_map(|shape| match shape {
            Shape::Image(image) => Some(image.alpha),
            _ => None,
        });
        let alphas: Vec<u8> = images.collect();
        assert_eq!(alphas.len(), 1, "{name}");
        assert_eq!(alphas[0] == 255, lanes == 200, "{name}: {alphas:?}");
        let bytes = drawing.svg().len();
        assert!(bytes < 500_000, "{name}: {bytes} bytes");
    }
}
