//! Lines: views are drawn from the vertices of the twin, no vertex is lost, and pixels are those of the twin. All of it needs no Vulkan.

mod common;

use common::figures;
use common::random::Random;
use galvani::Error;
use galvani::figure::{Figure, Frame, LineColor, Lines, Visual};
use galvani::lines::pieces::{Part, Piece, Seen};
use galvani::lines::{COARSEST, Curves, FANOUT, LEAF, MOST, Reduced};
use galvani::reference::lines as twin;
use galvani::scene::{Rgba8, Style};
use galvani::view::plane::{Bounds, Plane};
use proptest::prelude::*;

/// A signal with spikes, steps, gaps and vertices right above one another.
fn signal(seed: u64, count: usize) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random::new(seed);
    let mut x = 0.0;
    let one = |_| {
        x += match random.below(12) {
            0 => 0.0,
            1 => 20.0 * random.unit(),
            _ => random.unit(),
        };
        let y = match random.below(40) {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => 9.0,
            3 => -9.0,
            4..8 => 0.0,
            _ => random.unit(),
        };
        (x, y)
    };
    (0..count).map(one).unzip()
}

/// A walk in the plane, with gaps.
fn walk(seed: u64, count: usize) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random::new(seed);
    let (mut x, mut y) = (0.0, 0.0);
    let one = |_| {
        x += random.unit() - 0.5;
        y += random.unit() - 0.5;
        match random.below(200) {
            0 => (f64::NAN, y),
            1 => (x, f64::NEG_INFINITY),
            _ => (x, y),
        }
    };
    (0..count).map(one).unzip()
}

/// A view of a part of what is in `bounds`: where it begins, and how much of it is seen.
fn view(bounds: Bounds, size: [u32; 2], [left, low, part]: [f64; 3]) -> Plane {
    let side = |[a, b]: [f64; 2], from: f64| [a + (b - a) * from, a + (b - a) * (from + part)];
    let bounds = Bounds {
        x: side(bounds.x, left),
        y: side(bounds.y, low),
    };
    Plane::span(bounds, size, None)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn columns_are_those_of_the_twin(
        seed in 0_u64..1000,
        count in 0_usize..6000,
        width in 1_u32..1500,
        at in -0.3..1.1_f64,
        part in prop_oneof![Just(1.4), 0.001..1.2_f64],
        place in prop_oneof![
            Just((1.0, 0.0)),
            Just((1e-30, 0.0)),
            Just((1.0, (1_u64 << 40) as f64)),
            Just((1e30, -1e31)),
        ],
    ) {
        let (mut x, y) = signal(seed, count);
        x.iter_mut().for_each(|x| *x = *x * place.0 + place.1);
        let curves = Curves::new(&x, &y).expect("curves");
        prop_assert!(curves.is_ordered());
        let Some(bounds) = curves.bounds() else { return Ok(()) };
        let size = [width, 90];
        let plane = view(bounds, size, [at, 0.0, part]);
        let found = curves.reduce(&plane, size, 2.5);
        prop_assert_eq!(&found.curves[0], &twin::columns(&x, &y, &plane, size, 2.5));
        let (x, y): (Vec<f32>, Vec<f32>) = x.iter().zip(&y).map(|(x, y)| (*x as f32, *y as f32)).unzip();
        if x.iter().all(|x| x.is_finite()) {
            let found = Curves::new(&x, &y).expect("curves").reduce(&plane, size, 2.5);
            prop_assert_eq!(&found.curves[0], &twin::columns(&x, &y, &plane, size, 2.5));
        }
    }

    #[test]
    fn no_vertex_of_a_walk_is_lost(
        seed in 0_u64..1000,
        count in 2_usize..9000,
        width in 1_u32..700,
        at in -0.2..1.0_f64,
        part in prop_oneof![Just(1.2), 0.001..1.2_f64],
    ) {
        let (x, y) = walk(seed, count);
        let curves = Curves::new(&x, &y).expect("curves");
        let Some(bounds) = curves.bounds() else { return Ok(()) };
        let size = [width, 80];
        let plane = view(bounds, size, [at, at, part]);
        check_walk(&x, &y, &curves, &plane, size);
    }
}

/// All pieces of curves in view.
fn pieces(curves: &Curves, reduced: &Reduced, plane: &Plane, size: [u32; 2]) -> Vec<Piece> {
    let mut all = Vec::new();
    let seen = Seen {
        plane,
        size,
        reach: 2.0,
        dashes: None,
    };
    for part in reduced.parts(100, false) {
        curves.pieces(reduced, &part, &seen, |piece| all.push(piece));
    }
    all
}

/// Every vertex in view lies on what is drawn, or as near as the report says, and half a pixel more where pieces are upright; where
/// that is on it, all pieces are drawn.
fn check_walk(x: &[f64], y: &[f64], curves: &Curves, plane: &Plane, size: [u32; 2]) {
    let found = curves.reduce(plane, size, 2.0);
    let good = |i: usize| x[i].is_finite() && y[i].is_finite();
    let all = Reduced {
        curves: vec![
            (0..x.len())
                .map(|i| if good(i) { i } else { usize::MAX })
                .collect(),
        ],
        ..Reduced::default()
    };
    let (drawn, every) = (
        pieces(curves, &found, plane, size),
        pieces(curves, &all, plane, size),
    );
    if curves.is_ordered() {
        return;
    }
    if found.max_px == 0.0 {
        assert_eq!(drawn, every);
    }
    for i in (0..x.len()).filter(|&i| good(i)) {
        let at = plane.px_from([x[i], y[i]]);
        let inside = (0.0..f64::from(size[0])).contains(&at[0]) && (0.0..f64::from(size[1])).contains(&at[1]);
        if inside {
            let near = drawn
                .iter()
                .map(|piece| twin::distance(piece, at))
                .fold(f64::MAX, f64::min);
            assert!(
                near <= found.max_px + 0.501,
                "vertex {i} at {at:?}: {near} px, {}",
                found.max_px
            );
        }
    }
}

#[test]
fn a_long_walk_takes_no_more_than_it_may() {
    let (x, y) = walk(3, 3_000_000);
    let curves = Curves::new(x, y).expect("curves");
    assert!(!curves.is_ordered());
    let bounds = curves.bounds().expect("vertices");
    for part in [1.0, 0.5, 0.1, 0.01, 0.001] {
        let size = [480, 270];
        let plane = view(bounds, size, [0.4, 0.4, part]);
        let found = curves.reduce(&plane, size, 2.0);
        assert!(found.curves[0].len() <= MOST, "{part}: {}", found.curves[0].len());
        assert!(found.max_px <= COARSEST * 1.5, "{part}: {}", found.max_px);
    }
}

#[test]
fn even_x_is_x_in_even_steps() {
    let (_, y) = signal(5, 5000);
    let (start, step) = (-3.7, 0.013);
    let x: Vec<f64> = (0..y.len()).map(|i| start + i as f64 * step).collect();
    let (even, each) = (
        Curves::even(start, step, &y).expect("curves"),
        Curves::new(&x, &y).expect("curves"),
    );
    assert_eq!(even.bounds(), each.bounds());
    assert_eq!(even.vertex(77), [x[77], y[77]]);
    for part in [1.0, 0.3, 0.004] {
        let plane = view(each.bounds().expect("vertices"), [301, 80], [0.2, 0.0, part]);
        let of = |curves: &Curves| curves.reduce(&plane, [301, 80], 2.0);
        assert_eq!(of(&even), of(&each));
    }
}

#[test]
fn many_curves_are_each_as_alone() {
    let lengths = [0, 1, 700, 2, LEAF * FANOUT + 1, 0, 3000];
    let parts: Vec<_> = (0..)
        .zip(lengths)
        .map(|(seed, count)| signal(seed, count))
        .collect();
    let whole = |axis: usize| -> Vec<f64> {
        let of = |part: &(Vec<f64>, Vec<f64>)| if axis == 0 { part.0.clone() } else { part.1.clone() };
        parts.iter().flat_map(of).collect()
    };
    let all = Curves::new(whole(0), whole(1))
        .expect("curves")
        .cut(lengths)
        .expect("lengths");
    assert!(all.is_ordered() && all.count() == lengths.len());
    let plane = view(all.bounds().expect("vertices"), [200, 60], [0.1, 0.0, 0.6]);
    let found = all.reduce(&plane, [200, 60], 2.0);
    let mut first = 0;
    for ((x, y), found) in parts.iter().zip(&found.curves) {
        let alone = twin::columns(x, y, &plane, [200, 60], 2.0);
        let moved: Vec<usize> = alone
            .into_iter()
            .map(|i| if i == usize::MAX { i } else { i + first })
            .collect();
        assert_eq!(found, &moved);
        first += x.len();
    }
    // Walks as well.
    let (x, y) = walk(9, 5000);
    let all = Curves::new(&x, &y)
        .expect("curves")
        .cut([1700, 0, 1, 3299])
        .expect("lengths");
    let plane = view(all.bounds().expect("vertices"), [2000, 2000], [0.0, 0.0, 1.0]);
    let found = all.reduce(&plane, [2000, 2000], 2.0);
    for (curve, range) in [0..1700, 1700..1700, 1700..1701, 1701..5000]
        .into_iter()
        .enumerate()
    {
        let numbers = found.curves[curve].iter().filter(|i| **i != usize::MAX);
        assert!(numbers.clone().all(|i| range.contains(i)), "curve {curve}");
        assert_eq!(numbers.count() > 0, !range.is_empty(), "curve {curve}");
    }
}

#[test]
fn what_cannot_be_curves_is_refused() {
    let invalid = |result: galvani::Result<Curves>| matches!(result.err(), Some(Error::Invalid { .. }));
    assert!(invalid(Curves::new([1.0, 2.0].as_slice(), [1.0].as_slice())));
    for (start, step) in [
        (f64::NAN, 1.0),
        (0.0, 0.0),
        (0.0, -1.0),
        (0.0, f64::INFINITY),
        (0.0, 1e300),
    ] {
        assert!(invalid(Curves::even(start, step, [1.0_f32; 3].as_slice())));
    }
    let three = || Curves::even(0.0, 1.0, [1.0_f32; 3].as_slice()).expect("curves");
    assert!(invalid(three().cut([1, 1])) && invalid(three().cut([usize::MAX, 4])));
    let lines = || Lines::of(three());
    assert!(lines().curve_colors(&[Rgba8::default(); 2]).is_err());
    assert!(lines().values(&[0.0; 2]).is_err());
    for dashes in [&[1.0][..], &[0.1, 0.2], &[f32::NAN, 2.0], &[-3.0, 9.0]] {
        assert!(lines().dashes(dashes).is_err(), "{dashes:?}");
    }
}

fn small() -> Figure {
    Figure::new().size(170, 130).grid(false)
}

/// Holds a figure of lines, none of whose colours are of vertices, to the twin: within 3 of 255.
fn check(figure: &Figure, plane: &Plane, what: &str) {
    figures::check(figure, plane, what, |frame, wanted, width| {
        let size = [frame.plot.w, frame.plot.h];
        for (number, visual) in figure.visuals.iter().enumerate() {
            let Visual::Lines(lines) = visual else {
                panic!("lines")
            };
            let scale = f64::from(figure.scale_factor);
            let wide = f64::from(lines.width) * scale;
            let lengths: Vec<f64> = lines.dashes.iter().map(|v| f64::from(*v) * scale).collect();
            let half = wide.max(1.0) / 2.0;
            let seen = Seen {
                plane,
                size,
                reach: half + 1.0,
                dashes: (!lengths.is_empty()).then_some((&lengths[..], half)),
            };
            let reduced = lines.curves.reduce(plane, size, seen.reach);
            let of = |curve: usize| {
                let mut all = Vec::new();
                let part = Part {
                    curve,
                    numbers: 0..reduced.curves[curve].len(),
                };
                lines
                    .curves
                    .pieces(&reduced, &part, &seen, |piece| all.push(piece));
                let color = match &lines.color {
                    LineColor::All(color) => *color,
                    LineColor::Curves(colors) => colors[curve],
                    _ => figure.style.color(number + curve),
                };
                (all, color)
            };
            let curves: Vec<_> = (0..lines.curves.count()).map(of).collect();
            let look = (wide, f64::from(lines.opacity));
            twin::strokes(&curves, look, frame.plot, wanted, width);
        }
    });
}

#[test]
fn widths_dashes_and_opacity_are_as_their_twin() {
    let (x, y) = signal(11, 60);
    for width in [0.3, 1.0, 1.5, 7.0] {
        for dashes in [&[][..], &[9.0, 4.0], &[0.0, 6.0], &[12.0, 3.0, 0.0, 3.0]] {
            let figure = small()
                .style(Style::dark())
                .lines(&x, &y)
                .width(width)
                .dashes(dashes)
                .opacity(0.7);
            let figure = figure.figure().expect("a figure");
            let plane = figure.view(figure.target_size());
            check(&figure, &plane, &format!("{width} px, {dashes:?}"));
            let mut near = plane;
            near.zoom_at([60.0, 50.0], [7.0, 2.0], [120, 90]);
            check(&figure, &near, &format!("{width} px, {dashes:?}, nearer"));
        }
    }
}

#[test]
fn dense_signals_and_walks_are_as_their_twin() {
    let curves = [
        signal(12, 4000),
        walk(13, 4000),
        signal(14, 1),
        walk(15, 2),
        signal(16, 0),
    ];
    for (number, (x, y)) in curves.iter().enumerate() {
        let figure = small()
            .scale(1.25)
            .lines(x, y)
            .lines(y, x)
            .width(1.0)
            .figure()
            .expect("a figure");
        let plane = figure.view(figure.target_size());
        check(&figure, &plane, &format!("curve {number}"));
        let again = figure.pixels(&plane);
        assert_eq!(again, figure.pixels(&plane), "twice the same");
    }
}

/// What all vertices draw, without leaving out any: how much each pixel of the plot is covered.
fn brute(x: &[f64], y: &[f64], plane: &Plane, [w, h]: [u32; 2], half: f64) -> Vec<f64> {
    let places: Vec<[f64; 2]> = x.iter().zip(y).map(|(x, y)| plane.px_from([*x, *y])).collect();
    let good = |at: &[f64; 2]| at.iter().all(|v| v.is_finite());
    let mut all = vec![0.0_f64; (w * h) as usize];
    for (vertex, pair) in places.windows(2).enumerate() {
        let [from, to] = [pair[0], pair[1]];
        if !good(&from) || !good(&to) {
            continue;
        }
        let piece = Piece { from, to, vertex };
        let span = |axis: usize, most: u32| {
            let (a, b) = (from[axis].min(to[axis]) - 4.0, from[axis].max(to[axis]) + 4.0);
            a.clamp(0.0, f64::from(most)) as u32..b.clamp(0.0, f64::from(most)) as u32
        };
        for row in span(1, h) {
            for column in span(0, w) {
                let at = [f64::from(column) + 0.5, f64::from(row) + 0.5];
                let cover = (half + 0.5 - twin::distance(&piece, at)).clamp(0.0, 1.0);
                let place = &mut all[(row * w + column) as usize];
                *place = place.max(cover);
            }
        }
    }
    all
}

/// What few vertices draw is what all draw: where all cover a pixel wholly, few cover about half of it or more, or of one beside it; and the other way
/// round.
#[test]
fn what_is_drawn_is_what_all_vertices_draw() {
    let smooth: (Vec<f64>, Vec<f64>) = (0..30_000)
        .map(|i| (f64::from(i), (f64::from(i) * 2e-3).sin()))
        .unzip();
    let mut noise = signal(21, 30_000);
    noise
        .1
        .iter_mut()
        .for_each(|y| *y = if y.is_finite() { *y } else { 0.5 });
    for (name, (x, y)) in [("smooth", smooth), ("noise", noise), ("walk", walk(22, 30_000))] {
        for width in [1.0_f32, 3.0] {
            let color = Rgba8::opaque(0);
            let figure = small()
                .lines(&x, &y)
                .width(width)
                .color(color)
                .figure()
                .expect("a figure");
            let (target, plane) = (figure.target_size(), figure.view(figure.target_size()));
            let plot = Frame::plot(&figure, target);
            let pixels = figure.pixels(&plane);
            let all = brute(&x, &y, &plane, [plot.w, plot.h], f64::from(width) / 2.0);
            let few = |column: u32, row: u32| {
                let at = ((row + plot.y) * target[0] + column + plot.x) as usize * 4;
                1.0 - f64::from(pixels[at]) / 255.0
            };
            let near = |column: u32, row: u32, of: &dyn Fn(u32, u32) -> f64| {
                let around = |v: u32, most: u32| v.saturating_sub(1)..(v + 2).min(most);
                let rows = around(row, plot.h);
                rows.flat_map(|row| around(column, plot.w).map(move |column| (column, row)))
                    .map(|(column, row)| of(column, row))
                    .fold(0.0, f64::max)
            };
            let every = |column: u32, row: u32| all[(row * plot.w + column) as usize];
            for row in 0..plot.h {
                for column in 0..plot.w {
                    let (a, b) = (every(column, row), few(column, row));
                    let what = format!("{name}, {width} px, {column}, {row}: {a} of all, {b} of few");
                    assert!(a < 0.99 || near(column, row, &few) > 0.45, "{what}");
                    assert!(b < 0.99 || near(column, row, &every) > 0.45, "{what}");
                }
            }
        }
    }
}

#[test]
fn huge_tiny_and_far_coordinates() {
    for (scale, offset) in [
        (1e-30, 0.0),
        (1.0, (1_u64 << 40) as f64),
        (1e250, 0.0),
        (1e299, 0.0),
    ] {
        let (x, y) = walk(17, 300);
        let of = |values: &[f64]| -> Vec<f64> { values.iter().map(|v| v * scale / 40.0 + offset).collect() };
        let figure = small().lines(of(&x), of(&y)).figure().expect("a figure");
        let mut plane = figure.view(figure.target_size());
        check(&figure, &plane, &format!("{scale}, {offset}"));
        // Vertices lie many screens away.
        plane.zoom_at([70.0, 60.0], [1e6, 1e6], [120, 90]);
        check(&figure, &plane, &format!("{scale}, {offset}, near"));
    }
    let level = small()
        .lines(&[-1e300, 1e300], &[0.0, 1.0])
        .figure()
        .expect("a figure");
    check(&level, &level.view(level.target_size()), "as far as it goes");
}

#[test]
fn a_spike_is_seen_from_afar_and_a_lone_vertex_is_a_dot() {
    let mut y = vec![0.0_f32; 3_000_000];
    y[1_234_567] = 50.0;
    let figure = small()
        .curves(Curves::even(0.0, 1.0, &y).expect("curves"))
        .color(Rgba8::opaque(0xff_0000));
    let figure = figure.figure().expect("a figure");
    let plane = figure.view(figure.target_size());
    let target = figure.target_size();
    let plot = Frame::plot(&figure, target);
    let pixels = figure.pixels(&plane);
    let column = plane.px_from([1_234_567.0, 0.0])[0] as u32 + plot.x;
    let lit = (plot.y..plot.bottom()).filter(|row| {
        let pixel = &pixels[(row * target[0] + column) as usize * 4..][..3];
        pixel[0] > 200 && pixel[1] < 160
    });
    assert!(
        lit.count() > plot.h as usize * 8 / 10,
        "the spike is as high as it is"
    );
    let alone = small()
        .lines(&[1.0, f64::NAN, 3.0], &[1.0, 1.0, 1.0])
        .width(6.0)
        .figure()
        .expect("a figure");
    let plane = alone.view(target);
    check(&alone, &plane, "dots");
    let inked = alone
        .pixels(&plane)
        .as_chunks::<4>()
        .0
        .iter()
        .filter(|p| p[2] > p[0])
        .count();
    assert!(inked >= 2 * 20, "{inked} pixels of two dots");
}

#[test]
fn colours_of_curves_and_of_vertices() {
    let (x, y) = signal(18, 900);
    let [red, blue] = [0xff_0000, 0x00_00ff].map(Rgba8::opaque);
    let curves = || {
        Curves::new(&x, &y)
            .expect("curves")
            .cut([450, 450])
            .expect("lengths")
    };
    let figure = small()
        .curves(curves())
        .curve_colors(&[red, blue.with_alpha(90)])
        .figure()
        .expect("a figure");
    let plane = figure.view(figure.target_size());
    check(&figure, &plane, "two colours");
    // Of one colour for each vertex it is that of one for all.
    let each = small()
        .lines(&x, &y)
        .colors(&vec![red; x.len()])
        .figure()
        .expect("a figure");
    let all = small().lines(&x, &y).color(red).figure().expect("a figure");
    assert_eq!(each.pixels(&plane), all.pixels(&plane));
    let values: Vec<f32> = (0..900)
        .map(|i| if i < 450 { f32::NAN } else { i as f32 })
        .collect();
    let clear = small().lines(&x, &y).values(&values).figure().expect("a figure");
    assert_ne!(clear.pixels(&plane), small().pixels(&plane), "half of it is seen");
}

#[test]
fn panning_by_whole_pixels_moves_the_picture() {
    // Coordinates that are exact in pixels, so that no vertex changes its column.
    let mut random = Random::new(19);
    let y: Vec<f64> = (0..20_000).map(|_| random.below(64) as f64).collect();
    let curves = std::sync::Arc::new(Curves::even(0.0, 0.0625, &y).expect("curves"));
    let figure = small().curves(curves).figure().expect("a figure");
    let target = figure.target_size();
    let plot = Frame::plot(&figure, target);
    let plane = Plane {
        corner: [100.0, 70.0],
        px_per_unit: [1.0, 1.0],
    };
    let before = figure.pixels(&plane);
    let mut moved = plane;
    moved.pan_px([-8.0, 0.0]);
    let after = figure.pixels(&moved);
    for row in plot.y..plot.bottom() {
        for column in plot.x + 2..plot.right() - 12 {
            let at = |x: u32| (row * target[0] + x) as usize * 4;
            let (a, b) = (&before[at(column + 8)..][..4], &after[at(column)..][..4]);
            assert_eq!(a, b, "{column}, {row}");
        }
    }
}

#[test]
fn the_report_says_what_is_drawn() {
    let (x, y) = walk(20, 400_000);
    let figure = small().lines(&x, &y).figure().expect("a figure");
    let Visual::Lines(lines) = &figure.visuals[0] else {
        panic!("lines")
    };
    let far = lines.curves.reduce(&figure.view([170, 130]), [110, 90], 2.0);
    assert!(
        far.max_px > 0.0 && far.in_view == 400_000,
        "{}, {}",
        far.max_px,
        far.in_view
    );
    let bounds = lines.curves.bounds().expect("vertices");
    let near = lines
        .curves
        .reduce(&view(bounds, [110, 90], [0.5, 0.5, 1e-3]), [110, 90], 2.0);
    assert!(near.max_px == 0.0 && near.in_view < 400_000);
}
