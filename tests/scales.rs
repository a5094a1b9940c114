//! Logarithmic axes and axes of time: what is shown on them is what is shown of the logarithms on even ones. All of it needs no Vulkan.

mod common;

use common::random::Random;
use galvani::figure::{
    Bars, Events, Figure, Frame, Image, Labels, Lines, Link, Points, Scale, Sheet, Visual,
};
use galvani::scene::text::Text;
use galvani::scene::{Colormap, PxRect, Rgba8};
use galvani::view::plane::{Bounds, Plane};

const BOTH: [Scale; 2] = [Scale::Log; 2];

fn small() -> Figure {
    Figure::new().size(200, 140).grid(false)
}

fn plot(figure: &Figure) -> PxRect {
    Frame::plot(figure, figure.target_size())
}

/// The pixels inside the plot.
fn inside(figure: &Figure, plane: &Plane) -> Vec<[u8; 4]> {
    let (plot, width) = (plot(figure), figure.target_size()[0]);
    let pixels = figure.pixels(plane);
    let all = pixels.as_chunks::<4>().0;
    (plot.y..plot.bottom())
        .flat_map(|y| &all[(y * width + plot.x) as usize..][..plot.w as usize])
        .copied()
        .collect()
}

/// Holds a visual on axes of some scales to another one on even ones, from where the first is seen at first.
fn same(visual: impl Into<Visual>, scales: [Scale; 2], even: impl Into<Visual>, what: &str) {
    let logged = small().scales(scales[0], scales[1]).with(visual);
    let even = small().with(even);
    for zoom in [1.0, 7.3] {
        let mut plane = logged.view(logged.target_size());
        plane.zoom_at([60.0, 40.0], [zoom, zoom], [plot(&logged).w, plot(&logged).h]);
        let (found, wanted) = (inside(&logged, &plane), inside(&even, &plane));
        assert!(found == wanted, "{what}, {zoom} × closer");
        let ground = found[0];
        let is_seen = found.iter().any(|pixel| *pixel != ground);
        assert!(is_seen || zoom > 1.0, "{what}: something is seen");
    }
}

fn log(values: &[f64]) -> Vec<f64> {
    let log = |v: &f64| if *v > 0.0 { v.log10() } else { f64::NAN };
    values.iter().map(log).collect()
}

/// Numbers over ten powers of ten, of which some have no logarithm.
fn numbers(seed: u64, count: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    let mut number = |i: usize| match i % 17 {
        3 => -random.unit(),
        5 => 0.0,
        7 => f64::NAN,
        _ => 10_f64.powf(10.0 * random.unit() - 4.0),
    };
    (0..count).map(&mut number).collect()
}

#[test]
fn points_are_those_of_their_logarithms() {
    for count in [300, 60_000] {
        let (x, y) = (numbers(1, count), numbers(2, count));
        let points = |x: &[f64], y: &[f64]| Points::new(x, y).expect("points").size(3.0);
        let mut ids: Vec<Rgba8> = (0..count as u32).map(Rgba8::opaque).collect();
        ids.truncate(count);
        let colored = |points: Points| points.colors(&ids).expect("colours");
        same(
            colored(points(&x, &y)),
            BOTH,
            colored(points(&log(&x), &log(&y))),
            "points",
        );
        let positive: Vec<f64> = y.iter().map(|v| v.abs().min(5.0)).collect();
        same(
            points(&x, &positive),
            [Scale::Log, Scale::Linear],
            points(&log(&x), &positive),
            "points over log x",
        );
    }
}

#[test]
fn lines_are_those_of_their_logarithms() {
    let y = numbers(3, 40_000);
    let x: Vec<f64> = (0..y.len()).map(|i| 1e-3 * i as f64).collect();
    let lines = |x: &[f64], y: &[f64]| Lines::new(x, y).expect("lines");
    same(
        lines(&x, &y),
        [Scale::Linear, Scale::Log],
        lines(&x, &log(&y)),
        "lines over time",
    );
    same(
        lines(&x[1..], &y[1..]),
        BOTH,
        lines(&log(&x[1..]), &log(&y[1..])),
        "lines over log x",
    );
    let any = numbers(4, 500);
    same(
        lines(&any, &y[..500]),
        BOTH,
        lines(&log(&any), &log(&y[..500])),
        "lines in any order",
    );
    let even = galvani::lines::Curves::even(0.0, 1e-3, y.as_slice()).and_then(|c| c.cut([10_000, 30_000]));
    let each = galvani::lines::Curves::new(
        (0..y.len())
            .map(|i| 1e-3 * if i < 10_000 { i } else { i - 10_000 } as f64)
            .collect::<Vec<f64>>(),
        log(&y),
    )
    .and_then(|c| c.cut([10_000, 30_000]));
    same(
        Lines::of(even.expect("curves")),
        [Scale::Linear, Scale::Log],
        Lines::of(each.expect("curves")),
        "two curves over even x",
    );
}

#[test]
fn events_are_those_of_their_logarithms() {
    let rows = [numbers(5, 900), numbers(6, 20), vec![], numbers(7, 40_000)];
    let logs: Vec<Vec<f64>> = rows.iter().map(|row| log(row)).collect();
    same(
        Events::new(&rows),
        [Scale::Log, Scale::Linear],
        Events::new(&logs),
        "events",
    );
}

#[test]
fn text_stands_at_its_logarithms() {
    let (x, y) = ([0.01, 1e5, -1.0], [1e-3, 7.0, 1.0]);
    let texts = ["low", "high", "nowhere"];
    let labels = |x: &[f64], y: &[f64]| Labels::new(x, y, &texts).expect("labels");
    same(labels(&x, &y), BOTH, labels(&log(&x), &log(&y)), "labels");
}

#[test]
fn bars_reach_their_logarithms_and_stand_on_the_axis() {
    let heights: Vec<f64> = numbers(8, 60).iter().map(|v| v.abs()).collect();
    let x: Vec<f64> = (0..60).map(f64::from).collect();
    let bars = Bars::new(x.as_slice(), heights.as_slice()).expect("bars");
    let logs = log(&heights);
    let even = Bars::new(x.as_slice(), logs.as_slice())
        .and_then(|bars| bars.base(-1e6))
        .expect("bars");
    let figure = small().scales(Scale::Linear, Scale::Log).with(bars.clone());
    let least = logs
        .iter()
        .copied()
        .filter(|v| v.is_finite())
        .fold(f64::MAX, f64::min);
    let plane = figure.view(figure.target_size());
    let size = [plot(&figure).w, plot(&figure).h];
    assert!(
        (plane.bounds(size).y[0] - least.floor()).abs() < 1e-9,
        "they stand on the axis"
    );
    same(bars, [Scale::Linear, Scale::Log], even, "bars");
    // Over logarithms of x sides are where the logarithms of sides are.
    let wide = small()
        .scales(Scale::Log, Scale::Linear)
        .bars(&x[1..], vec![1.0; 59])
        .width(1.0);
    let wide = wide.color(Rgba8::opaque(0)).figure().expect("a figure");
    let plane = wide.view(wide.target_size());
    let row = &inside(&wide, &plane)[size[1] as usize / 2 * size[0] as usize..][..size[0] as usize];
    assert!(
        row[5..size[0] as usize - 10].iter().all(|pixel| pixel[0] == 0),
        "side by side they leave no gap"
    );
}

#[test]
fn an_image_has_its_values_at_their_logarithms() {
    let (width, height) = (64, 3);
    let values: Vec<f32> = (0..width * height).map(|i| (i % width) as f32).collect();
    let image =
        Image::new([height, width], &values).and_then(|image| image.extent([0.0, 6400.0], [0.0, 3.0]));
    let image = image.expect("an image").bar(false);
    let palette = image.range();
    let figure = small().scales(Scale::Log, Scale::Linear).with(image);
    let plane = figure.view(figure.target_size());
    let size = plot(&figure).w as usize;
    let found = inside(&figure, &plane);
    let at = |px: f64| 10_f64.powf(plane.at_px([px, 0.0])[0]) / 100.0;
    for column in 0..size {
        let (a, b, under) = (
            at(column as f64),
            at(column as f64 + 1.0),
            at(column as f64 + 0.5),
        );
        let inside = (0..width).filter(|&i| (a..b).contains(&(i as f64 + 0.5)));
        // The greatest of those in the pixel, or the one under its middle.
        let greatest = inside.max().filter(|_| b - a >= 1.0);
        let value = greatest.unwrap_or((under as usize).min(width - 1)) as f64;
        let part = ((value - palette[0]) * (256.0 / (palette[1] - palette[0])))
            .floor()
            .clamp(0.0, 255.0);
        let color = Colormap::Viridis.color(part / 255.0);
        let pixel = found[70 / 2 * size + column];
        assert_eq!(
            &pixel[..3],
            [color.r, color.g, color.b],
            "column {column}: {value}"
        );
    }
}

#[test]
fn limits_and_ticks_are_coordinates() {
    let figure = Figure::new()
        .size(640, 400)
        .scales(Scale::Log, Scale::Time)
        .x_limits(0.1, 1000.0)
        .y_limits(0.0, 7200.0)
        .lines([1.0, 10.0].as_slice(), [60.0, 3600.0].as_slice())
        .figure()
        .expect("a figure");
    let plane = figure.view(figure.target_size());
    let size = [plot(&figure).w, plot(&figure).h];
    let bounds = plane.bounds(size);
    assert!(
        (bounds.x[0] + 1.0).abs() < 1e-9 && (bounds.x[1] - 3.0).abs() < 1e-9,
        "{bounds:?}"
    );
    let frame = Frame::new(&figure, &plane, figure.target_size(), &mut Text::new());
    let lines: Vec<&str> = frame
        .overlay
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    for label in ["0.1", "1", "10", "100", "1000"] {
        assert!(lines.contains(&label), "{label} in {lines:?}");
    }
    assert!(lines.iter().any(|line| line.contains("1:30:00")), "{lines:?}");
    // Limits without a place on the axis are none.
    let free = figure.clone().x_limits(-1.0, 10.0);
    assert!(free.view([640, 400]).bounds(size).x[0].abs() < 1.0);
    // Nothing that has a place is no error.
    for visual in [small().points(&[-1.0], &[0.0]), small().points::<f64>(&[], &[])] {
        let figure = visual.figure().expect("a figure").scales(Scale::Log, Scale::Log);
        assert_eq!(figure.pixels(&figure.view([200, 140])).len(), 200 * 140 * 4);
    }
}

#[test]
fn far_times_have_ticks_and_none_are_out_of_the_plot() {
    for (start, per) in [
        (0.0, 1e-3),
        (1e15, 1.0),
        ((1_u64 << 40) as f64, 1e4),
        (-50.0, 2.0),
        (1e-30, 1e31),
    ] {
        let figure = small().scales(Scale::Time, Scale::Linear);
        let plane = Plane {
            corner: [start, 1.0],
            px_per_unit: [per, 100.0],
        };
        let frame = Frame::new(&figure, &plane, figure.target_size(), &mut Text::new());
        assert!(!frame.overlay.lines.is_empty(), "{start}, {per}");
    }
}

#[test]
fn axes_that_differ_are_not_linked() {
    let figure = |scale| {
        small()
            .scales(scale, Scale::Linear)
            .points(&[1.0, 1000.0], &[0.0, 1.0])
            .figure()
    };
    let sheet = Sheet::new(2, 1)
        .link_x(Link::All)
        .at(0, 0, figure(Scale::Log).expect("a figure"))
        .and_then(|sheet| sheet.at(1, 0, figure(Scale::Linear)?))
        .expect("a sheet");
    let views = sheet.views(sheet.target_size());
    let plots = sheet.plots(sheet.target_size());
    let bounds = |i: usize| {
        views[i]
            .plane()
            .expect("a plane")
            .bounds([plots[i].w, plots[i].h])
    };
    assert!(bounds(0).x[1] < 4.0 && bounds(1).x[1] > 1000.0);
    let _: Bounds = bounds(0);
}
