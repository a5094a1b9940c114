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
use galvani::figure::{self, Figure, Sheet, Space};
use galvani::renderer::{Picture, Rasteriser, Renderer};
use galvani::scene::marks::{Layer, Marks, Parts, Show};
use galvani::scene::{Form, Rgba8, Scene, Style};
use galvani::source::{Memory, Synthetic};
use galvani::store::{OpenOptions, Recording};
use galvani::vector::{Drawing, Shape};
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
    let (told, drawing) = easel
        .renderer
        .drawing(recording, picture, size)
        .expect("a drawing");
    assert_eq!(
        (told.fidelity, told.plot, told.missing),
        (report.fidelity, report.plot, report.missing)
    );
    compare(name, &drawing, &pixels, most);
    drawing
}

/// Holds what others make of a drawing to pixels.
fn compare(name: &str, drawing: &Drawing, pixels: &[[u8; 4]], most: Apart) {
    let kept = scratch("vector").join(format!("{name}.png"));
    for (kind, other) in rasterised(drawing, name) {
        write_png(&kept, drawing.size, pixels);
        let found = apart(pixels, &other);
        eprintln!(
            "{name}, {kind}: {:.3} of 255 apart, {:.3} % far",
            found.0,
            100.0 * found.1
        );
        let fits = found.0 <= most.0 && found.1 <= most.1;
        assert!(fits, "{name}, {kind}: {found:?} apart; see {}", kept.display());
    }
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
            renderer
                .drawing(&mut recording, &picture, SIZE)
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
    let (_, drawing) = renderer
        .drawing(&mut recording, &picture, [1920, 1080])
        .expect("a drawing");
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
    let (_, drawing) = renderer
        .drawing(&mut recording, &picture, SIZE)
        .expect("a drawing");
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
        let refused = renderer.drawing(&mut recording, &Picture::new(&scene, &view), size);
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

/// Holds a figure's drawing to its pixels, and gives the shapes within its plot.
fn check_figure(name: &str, figure: &Figure, most: Apart) -> Vec<Shape> {
    let figure = figure.clone().size(SIZE[0], SIZE[1]);
    let plane = figure.view(SIZE);
    let pixels = figure.pixels(&plane);
    let drawing = figure.drawing(&plane);
    compare(name, &drawing, pixels.as_chunks::<4>().0, most);
    let within = drawing.shapes.into_iter().find_map(|shape| match shape {
        Shape::Within(_, shapes) => Some(shapes),
        _ => None,
    });
    within.expect("a plot")
}

fn images(shapes: &[Shape]) -> usize {
    let is_image = |shape: &&Shape| matches!(shape, Shape::Image(_));
    shapes.iter().filter(is_image).count()
}

#[test]
fn figures_look_the_same() {
    let mut random = Random::new(17);
    let mut places = |count: usize| -> Vec<f64> { (0..count).map(|_| random.unit()).collect() };
    let (x, y) = (places(200), places(200));
    let time: Vec<f64> = (0..3000).map(|i| f64::from(i) * 1e-2).collect();
    let wave: Vec<f64> = time.iter().map(|t| (3.0 * t).sin() * (-t / 9.0).exp()).collect();
    let half = Rgba8::opaque(0xb0_30_20).with_alpha(120);
    let trains: Vec<Vec<f64>> = (0..12).map(|_| places(40)).collect();
    let steps: Vec<f64> = (0..40).map(|i| f64::from(i * i % 17)).collect();
    let at: Vec<f64> = (0..40).map(f64::from).collect();
    let edges: Vec<[u32; 2]> = (0..150).map(|i| [i, i + 40]).collect();
    let spans: Vec<[f64; 2]> = x.iter().take(9).map(|x| [*x, x + 0.15]).collect();
    let more: Vec<[f64; 2]> = y.iter().take(9).map(|y| [*y, y + 0.1]).collect();
    let values: Vec<f32> = time.iter().map(|v| *v as f32).collect();
    let empty = || Figure::new().title("<Title> & more").labels("time (s)", "µV");
    let figures = [
        ("f-line", empty().lines(&time, &wave).width(2.5).figure()),
        ("f-faint", empty().lines(&x, &y).width(5.0).color(half).figure()),
        (
            "f-dashes",
            empty()
                .lines(&time, &wave)
                .width(3.0)
                .dashes(&[9.0, 7.0])
                .figure(),
        ),
        (
            "f-tinted",
            empty().lines(&time, &wave).width(2.0).values(&values).figure(),
        ),
        ("f-bars", empty().bars(&at, &steps).color(half).figure()),
        ("f-raster", empty().events(&trains).figure()),
        (
            "f-graph",
            empty().graph(&x, &y, &edges).size(9.0).color(half).figure(),
        ),
        (
            "f-spans",
            empty().spans_x(&spans).color(half).spans_y(&more).figure(),
        ),
        ("f-boxes", empty().rectangles(&spans, &more).color(half).figure()),
        (
            "f-text",
            empty()
                .points(&x, &y)
                .size(3.0)
                .text(&x[..9], &y[..9], &["unit"; 9])
                .figure(),
        ),
    ];
    for (name, figure) in figures {
        // The sides of many thin lines that are seen through, and more letters, for which SVG's reader may have another font.
        let most = match name {
            "f-graph" | "f-text" => (2.5, 0.02),
            _ => MOST_APART,
        };
        let shapes = check_figure(name, &figure.expect(name), most);
        assert_eq!(images(&shapes), 0, "{name}");
    }
}

#[test]
fn markers_of_all_shapes_look_the_same() {
    let mut random = Random::new(19);
    let ink = Rgba8::opaque(0x20_50_a0);
    for (name, alpha) in [("f-opaque", 255), ("f-clear", 110)] {
        let mut made = Figure::new();
        for shape in figure::Shape::ALL {
            let (x, y): (Vec<f64>, Vec<f64>) = (0..12).map(|_| (random.unit(), random.unit())).unzip();
            let sizes: Vec<f32> = (0..12).map(|i| 1.5 * i as f32).collect();
            let points = made.points(&x, &y).shape(shape).color(ink.with_alpha(alpha));
            made = points.sizes(&sizes).figure().expect("points");
        }
        let shapes = check_figure(name, &made, MOST_APART);
        assert_eq!(images(&shapes), 0, "{name}");
    }
}

/// What is pixels by nature, or of too many pieces, takes what lies below it along, and nothing else.
#[test]
fn pixels_lie_below_shapes() {
    let mut random = Random::new(23);
    let (x, y): (Vec<f64>, Vec<f64>) = (0..200_000).map(|_| (random.unit(), random.unit())).unzip();
    let values: Vec<f32> = (0..64 * 48).map(|i| (i % 64) as f32).collect();
    let figures = [
        ("f-density", Figure::new().points(&x, &y)),
        (
            "f-below",
            Figure::new().lines(&[0.0, 1.0], &[0.0, 1.0]).points(&x, &y),
        ),
    ];
    for (name, figure) in figures {
        let figure = figure
            .lines(&[0.0, 1.0], &[1.0, 0.0])
            .width(6.0)
            .figure()
            .expect(name);
        let shapes = check_figure(name, &figure, MOST_APART);
        let kinds = [images(&shapes), shapes.len()];
        assert_eq!(kinds, [1, 2], "{name}");
        assert!(matches!(shapes[0], Shape::Image(_)) && matches!(shapes[1], Shape::Line(_)));
    }
    let image = Figure::new().image([48, 64], &values).figure().expect("an image");
    let shapes = check_figure("f-image", &image, MOST_APART);
    assert_eq!([images(&shapes), shapes.len()], [1, 1]);
    let edges: Vec<[u32; 2]> = (0..100_000).map(|i| [i, i + 1]).collect();
    let graph = Figure::new().graph(&x, &y, &edges).figure().expect("a graph");
    let plane = graph.view(SIZE);
    assert!(graph.size(SIZE[0], SIZE[1]).drawing(&plane).svg().len() < 4_000_000);
}

#[test]
fn sheets_and_scenes_are_drawn_as_well() {
    let time: Vec<f64> = (0..500).map(f64::from).collect();
    let wave: Vec<f64> = time.iter().map(|t| (t / 40.0).sin()).collect();
    let line = || {
        Figure::new()
            .lines(&time, &wave)
            .width(2.0)
            .figure()
            .expect("a line")
    };
    let dark = line().style(Style::dark());
    let heights: Vec<f32> = (0..900).map(|i| ((i % 30) as f32 / 4.0).sin()).collect();
    let image = Figure::new()
        .image([30, 30], &heights)
        .figure()
        .expect("an image");
    let mut sheet = Sheet::new(2, 2).size(SIZE[0], SIZE[1]);
    for (place, figure) in [line(), dark, image.clone(), image].into_iter().enumerate() {
        let (row, column) = (place as u32 / 2, place as u32 % 2);
        sheet = sheet.at(row, column, figure).expect("a place");
    }
    let planes = sheet.views(SIZE);
    let drawing = sheet.drawing(&planes).expect("a drawing");
    let pixels = sheet.pixels(&planes).expect("pixels");
    compare("f-sheet", &drawing, pixels.as_chunks::<4>().0, MOST_APART);
    let scene = Space::new()
        .size(SIZE[0], SIZE[1])
        .title("Heights")
        .surface([0.0, 9.0], [0.0, 9.0], [30, 30], &heights)
        .space()
        .expect("a scene");
    let camera = scene.view(SIZE);
    let pixels = scene.pixels(&camera).expect("pixels");
    let drawing = scene.drawing(&camera).expect("a drawing");
    compare("f-scene", &drawing, pixels.as_chunks::<4>().0, MOST_APART);
    assert!(drawing.svg().contains("Heights"));

    for ending in ["png", "svg", "PDF"] {
        let path = scratch("vector").join(format!("saved.{ending}"));
        scene.save(&path).expect(ending);
        sheet.save(&path).expect(ending);
        line().save(&path).expect(ending);
        let file = std::fs::read(&path).expect("a file");
        let starts: &[u8] = match ending {
            "png" => b"\x89PNG",
            "svg" => b"<svg ",
            _ => b"%PDF-",
        };
        assert!(file.starts_with(starts), "{ending}");
    }
}
