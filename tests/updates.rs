//! Data that changes in place is drawn as data that was made of the same from the start: bit for bit.

mod common;

use std::sync::Arc;

use common::random::Random;
use galvani::Error;
use galvani::figure::{Figure, Image, Lines, Points, Scale, Visual};
use galvani::images::{Given as Pixel, Palette, Pixmap, Place, Reduce};
use galvani::lines::{Curves, FANOUT, LEAF};
use galvani::plan::Fidelity;
use galvani::points::{Cloud, Given, Limits};
use galvani::reference::points as twin;
use galvani::scene::{Colormap, Rgba8};
use galvani::view::plane::{Bounds, Plane};

const SCALES: [[Scale; 2]; 4] = [
    [Scale::Linear; 2],
    [Scale::Log, Scale::Linear],
    [Scale::Linear, Scale::Log],
    [Scale::Log; 2],
];

fn is_invalid<T>(result: galvani::Result<T>) -> bool {
    matches!(result, Err(Error::Invalid { .. }))
}

/// Values with steps, gaps, and rare ones that are huge.
fn values(random: &mut Random, count: usize) -> Vec<f64> {
    let one = |_| match random.below(30) {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => 1e30,
        3 => -9.0,
        _ => random.unit(),
    };
    (0..count).map(one).collect()
}

/// Holds curves to others: their bounds, and what views of all of them and of parts are drawn from, on all scales.
fn same_curves(found: &Curves, wanted: &Curves, what: &str) {
    let counts = |curves: &Curves| (curves.len(), curves.count(), curves.is_ordered());
    assert_eq!(counts(found), counts(wanted), "{what}");
    for scales in SCALES {
        let (found, wanted) = (found.on(scales), wanted.on(scales));
        assert_eq!(found.bounds(), wanted.bounds(), "{what}, {scales:?}");
        let Some(bounds) = wanted.bounds() else { continue };
        for [from, part] in [[-0.1, 1.2], [0.4, 0.3], [0.7, 0.01]] {
            let of = |[a, b]: [f64; 2]| [a + (b - a) * from, a + (b - a) * (from + part)];
            let seen = Bounds {
                x: of(bounds.x),
                y: of(bounds.y),
            };
            let size = [130, 70];
            let plane = Plane::span(seen, size, None);
            let of = |curves: &Curves| curves.reduce(&plane, size, 2.0);
            assert_eq!(of(found), of(wanted), "{what}, {scales:?} from {from}");
        }
    }
}

#[test]
fn curves_over_even_x_go_on() {
    for place in [
        [0.0, 1.0],
        [1e-30, 1e-30],
        [(1_u64 << 40) as f64, 0.5],
        [-7.0, 1e250],
    ] {
        let mut random = Random::new(31);
        let mut grown = Curves::even(place[0], place[1], Vec::<f64>::new()).expect("curves");
        let mut all: Vec<f64> = Vec::new();
        for count in [0, 1, LEAF - 1, 1, LEAF * FANOUT, 3, 2000, 1, 0, 9001] {
            // Made for logarithmic axes from the first on.
            let _ = SCALES.map(|scales| grown.on(scales).len());
            let more = values(&mut random, count);
            grown.append_even(&more).expect("more");
            all.extend(more);
            let fresh = Curves::even(place[0], place[1], &all).expect("curves");
            same_curves(&grown, &fresh, &format!("{place:?}, {} vertices", all.len()));
        }
        assert!(grown.bytes() < 8 * (all.len() * 3 + all.len() * 2 * 3 * 3));
    }
    let mut far = Curves::even(0.0, 1e299, &[1.0; 10]).expect("curves");
    assert!(is_invalid(far.append_even(&[1.0; 2])) && far.len() == 10);
    far.append_even(&[1.0]).expect("one more");
}

#[test]
fn curves_go_on_in_order_and_out_of_it() {
    for is_ordered in [true, false] {
        let mut random = Random::new(32);
        let (mut x, mut y) = (Vec::new(), Vec::new());
        let mut grown = Curves::new(Vec::<f32>::new(), Vec::<f32>::new()).expect("curves");
        let mut at = 0.0_f32;
        for count in [1, 40, 700, 5, 3000] {
            let _ = SCALES.map(|scales| grown.on(scales).len());
            let more: Vec<f32> = values(&mut random, count).iter().map(|v| *v as f32).collect();
            let back = if is_ordered { 0.0 } else { 0.1 };
            let mut next = || {
                at += random.unit() as f32 - back;
                at
            };
            let places: Vec<f32> = (0..count).map(|_| next()).collect();
            grown.append(&places, &more).expect("more");
            (x.extend(places), y.extend(more));
            let fresh = Curves::new(&x, &y).expect("curves");
            same_curves(&grown, &fresh, &format!("{} vertices", x.len()));
        }
        assert_eq!(grown.is_ordered(), is_ordered);
    }
}

#[test]
fn vertices_of_curves_are_replaced_and_moved() {
    let mut random = Random::new(33);
    let lengths = [0, 700, 1, LEAF * FANOUT + 1, 0, 3000];
    let count: usize = lengths.iter().sum();
    let mut x: Vec<f64> = lengths
        .iter()
        .flat_map(|count| (0..*count).map(|i| i as f64))
        .collect();
    let mut y = values(&mut random, count);
    let cut =
        |curves: galvani::Result<Curves>| curves.and_then(|curves| curves.cut(lengths)).expect("curves");
    let mut even = cut(Curves::even(3.0, 0.1, &y));
    let mut each = cut(Curves::new(&x, &y));
    let mut was_ordered = [false; 2];
    for round in 0..60 {
        let first = random.below(count as u64) as usize;
        let span = first..count.min(first + random.below(60) as usize);
        let more = values(&mut random, span.len());
        y[span.clone()].copy_from_slice(&more);
        even.replace(first, &more).expect("others");
        match round % 4 {
            0 => each.replace(first, &more).expect("others"),
            // Out of order, and with gaps, and back.
            k => {
                let of = |i: usize| if k == 1 { 5.0 * random.unit() } else { i as f64 };
                let places: Vec<f64> = span.clone().map(of).collect();
                x[span].copy_from_slice(&places);
                each.move_to(first, &places, &more).expect("others");
            }
        }
        if round == 30 {
            x[2] = f64::NAN;
            each.move_to(2, &[f64::NAN], &[y[2]]).expect("a gap");
        }
        if round % 8 == 7 {
            let start = |i: usize| {
                lengths
                    .iter()
                    .scan(0, |end, count| {
                        *end += count;
                        Some(*end)
                    })
                    .filter(|end| *end <= i)
                    .last()
                    .unwrap_or(0)
            };
            x = (0..count).map(|i| (i - start(i)) as f64).collect();
            each.move_to(0, &x, &y).expect("all");
        }
        was_ordered[usize::from(each.is_ordered())] = true;
        same_curves(
            &even,
            &cut(Curves::even(3.0, 0.1, &y)),
            &format!("even, round {round}"),
        );
        same_curves(&each, &cut(Curves::new(&x, &y)), &format!("each, round {round}"));
    }
    assert_eq!(was_ordered, [true; 2], "both were tried");
    // More than a core makes by itself.
    let mut long = Curves::even(0.0, 1.0, vec![0.0_f32; 500_000]).expect("curves");
    let more: Vec<f32> = (0..400_000).map(|i| (i % 977) as f32).collect();
    long.replace(70_001, &more).expect("others");
    let mut all = vec![0.0; 500_000];
    all[70_001..470_001].copy_from_slice(&more);
    same_curves(&long, &Curves::even(0.0, 1.0, all).expect("curves"), "long");
}

#[test]
fn what_curves_cannot_take_is_refused_and_changes_nothing() {
    let mut even = Curves::even(0.0, 1.0, &[1.0_f32; 3]).expect("curves");
    let mut each = Curves::new(&[1.0_f64; 3], &[1.0; 3]).expect("curves");
    assert!(is_invalid(even.append(&[1.0], &[1.0])) && is_invalid(each.append_even(&[1.0])));
    assert!(is_invalid(each.append(&[1.0], &[1.0, 2.0])) && is_invalid(each.move_to(0, &[1.0], &[1.0, 2.0])));
    assert!(is_invalid(even.move_to(0, &[1.0], &[1.0])) && is_invalid(each.move_to(3, &[1.0], &[1.0])));
    assert!(is_invalid(even.replace(2, &[1.0, 2.0])) && is_invalid(even.replace(usize::MAX, &[1.0])));
    even.replace(3, &[0.0; 0]).expect("nothing");
    same_curves(
        &even,
        &Curves::even(0.0, 1.0, &[1.0_f32; 3]).expect("curves"),
        "even",
    );
    same_curves(
        &each,
        &Curves::new(&[1.0_f64; 3], &[1.0; 3]).expect("curves"),
        "each",
    );
    assert!(is_invalid(each.cut([1, 2]).expect("lengths").keep(1)));
    // Numbers become those of the curves.
    even.replace(1, &[1.0_f64 + 1e-12]).expect("others");
    assert_eq!(even.vertex(1), [1.0, 1.0]);
}

#[test]
fn the_first_vertices_are_forgotten() {
    let mut random = Random::new(34);
    let y = values(&mut random, 10_000);
    let mut even = Curves::even(0.3, 0.1, &y[..1000]).expect("curves");
    let mut each = Curves::new(Vec::new(), Vec::<f64>::new()).expect("curves");
    let x: Vec<f64> = (0..y.len()).map(|i| 0.3 + i as f64 * 0.1).collect();
    each.append(&x[..1000], &y[..1000]).expect("more");
    let mut gone = 0;
    for end in (1010..=10_000).step_by(10) {
        even.append_even(&y[end - 10..end]).expect("more");
        each.append(&x[end - 10..end], &y[end - 10..end]).expect("more");
        let forgotten = even.keep(700).expect("one curve");
        assert_eq!(forgotten, each.keep(700).expect("one curve"));
        gone += forgotten;
        assert!(even.len() == end - gone && (700..1400).contains(&even.len()));
    }
    let fresh = Curves::new(&x[gone..], &y[gone..]).expect("curves");
    same_curves(&even, &fresh, "even");
    same_curves(&each, &fresh, "each");
    assert_eq!(even.keep(0).expect("one curve"), fresh.len());
    assert!(even.is_empty() && even.bounds().is_none());
}

#[test]
fn lines_change_in_place_and_leave_other_figures_alone() {
    let figure = |y: &[f32]| {
        let lines = Lines::of(Curves::even(0.0, 1.0, y).expect("curves"));
        Figure::new().size(200, 150).with(lines)
    };
    let (few, all) = ([0.0_f32, 3.0, 1.0], [0.0_f32, 2.0, 1.0, -4.0]);
    let mut one = figure(&few);
    let other = one.clone();
    let Visual::Lines(lines) = &mut one.visuals[0] else {
        panic!("lines")
    };
    lines.append_even(&[-4.0_f32]).expect("more");
    let curves = Arc::as_ptr(&lines.curves);
    lines.replace(1, &[2.0_f32]).expect("others");
    assert_eq!(curves, Arc::as_ptr(&lines.curves), "in place");
    let pixels = |figure: &Figure| figure.pixels(&figure.view([200, 150]));
    assert!(pixels(&one) == pixels(&figure(&all)) && pixels(&other) == pixels(&figure(&few)));
}

/// Points in the unit square and beside it, some of them none.
fn places(random: &mut Random, count: usize) -> (Vec<f64>, Vec<f64>) {
    let one = |_| match random.below(30) {
        0 => (f64::NAN, random.unit()),
        1 => (random.unit(), f64::INFINITY),
        2 => (3.0 - 9.0 * random.unit(), 0.5),
        _ => (random.unit(), random.unit() * random.unit()),
    };
    (0..count).map(one).unzip()
}

/// Holds a cloud to what it was given: to one that is made of the same, and where it counts points one by one to the twin.
fn same_cloud<T: Given>(found: &Cloud, x: &[T], y: &[T], what: &str) {
    let fresh = Cloud::new(x, y).expect("a cloud");
    let counts = |cloud: &Cloud| (cloud.given(), cloud.len());
    assert_eq!(counts(found), counts(&fresh), "{what}");
    for scales in SCALES {
        let (found, fresh) = (found.on(scales), fresh.on(scales));
        assert_eq!(found.bounds(), fresh.bounds(), "{what}, {scales:?}");
        let Some(bounds) = fresh.bounds() else { continue };
        let size = [90, 60];
        for zoom in [1.0, 7.0, 300.0] {
            let mut plane = Plane::span(bounds, size, None);
            plane.zoom_at([41.0, 23.0], [zoom; 2], size);
            let near = |cloud: &Cloud| cloud.gather(&plane, size, 2.5);
            assert!(near(found) == near(&fresh), "{what}, {scales:?} × {zoom}");
            let mut pixels = Vec::new();
            let counted = found.count(&plane, size, &mut pixels);
            assert_eq!(counted.most, pixels.iter().copied().max().unwrap_or(0), "{what}");
            let inside: u32 = pixels.iter().sum();
            assert!(counted.in_view >= inside as usize, "{what}");
            if counted.fidelity == Fidelity::Exact && scales == SCALES[0] {
                assert!(pixels == twin::counts(x, y, &plane, size), "{what} × {zoom}");
            }
        }
    }
}

#[test]
fn points_are_appended() {
    let few = Limits {
        points: 300,
        cells: 400,
    };
    for limits in [few, Limits::default()] {
        let mut random = Random::new(35);
        let (mut x, mut y) = (Vec::new(), Vec::new());
        let mut cloud = Cloud::within::<f64>(&[], &[], limits).expect("a cloud");
        for (round, count) in [0, 1, 30, 5000, 66_000, 17, 0, 70_000, 3].into_iter().enumerate() {
            let _ = SCALES.map(|scales| cloud.on(scales).len());
            let more = places(&mut random, count);
            cloud.append(&more.0, &more.1).expect("more");
            (x.extend(more.0), y.extend(more.1));
            let what = format!("{limits:?}, {} points", x.len());
            same_cloud(&cloud, &x, &y, &what);
            if round % 2 == 1 {
                cloud.sort();
                assert!(cloud.is_sorted(), "{what}");
                same_cloud(&cloud, &x, &y, &format!("{what}, sorted"));
            }
        }
        // All cells of the sorted points, and each of the others.
        let size = [90, 60];
        let plane = Plane::fit(cloud.bounds().expect("points"), size, None);
        let mut pixels = Vec::new();
        let counted = cloud.count(&plane, size, &mut pixels);
        assert_eq!(pixels.iter().sum::<u32>() as usize, cloud.len());
        assert_eq!(counted.fidelity == Fidelity::Exact, limits != few);
    }
}

#[test]
fn points_of_f32_are_appended_and_moved_far_out() {
    for (scale, offset) in [(1e-30_f32, 0.0), (1.0, (1_u64 << 40) as f32), (1e30, -1e31)] {
        let mut random = Random::new(36);
        let of = |values: &[f64]| -> Vec<f32> { values.iter().map(|v| *v as f32 * scale + offset).collect() };
        let (x, y) = places(&mut random, 900);
        let (mut x, mut y) = (of(&x), of(&y));
        let mut cloud = Cloud::new(&x[..500], &y[..500]).expect("a cloud");
        cloud.append(&x[500..], &y[500..]).expect("more");
        same_cloud(&cloud, &x, &y, "appended");
        let moved = places(&mut random, 300);
        let moved = [of(&moved.0), of(&moved.1)];
        cloud.replace(350, &moved[0], &moved[1]).expect("others");
        x[350..650].copy_from_slice(&moved[0]);
        y[350..650].copy_from_slice(&moved[1]);
        same_cloud(&cloud, &x, &y, &format!("{scale}, {offset}"));
    }
}

#[test]
fn points_are_moved() {
    let mut random = Random::new(37);
    let (mut x, mut y) = places(&mut random, 3000);
    let mut cloud = Cloud::new(&x, &y).expect("a cloud");
    for round in 0..40 {
        let first = random.below(x.len() as u64) as usize;
        let span = first..x.len().min(first + random.below(400) as usize);
        let moved = places(&mut random, span.len());
        cloud.replace(first, &moved.0, &moved.1).expect("others");
        x[span.clone()].copy_from_slice(&moved.0);
        y[span.clone()].copy_from_slice(&moved.1);
        match round % 5 {
            0 => {
                let more = places(&mut random, 100);
                cloud.append(&more.0, &more.1).expect("more");
                (x.extend(more.0), y.extend(more.1));
            }
            2 => cloud.sort(),
            3 if !span.is_empty() => {
                // They are sorted when they have stood still.
                cloud.sort_behind();
                assert!(!cloud.is_sorted());
                cloud.sort_behind();
            }
            _ => {}
        }
        same_cloud(&cloud, &x, &y, &format!("round {round}"));
    }
    // One that was shared stays as it was.
    let (other, before) = (cloud.clone(), (x.clone(), y.clone()));
    cloud.replace(0, &y, &x).expect("others");
    cloud.append(&[0.5], &[0.5]).expect("more");
    same_cloud(&other, &before.0, &before.1, "a clone");
    y.push(0.5);
    x.push(0.5);
    same_cloud(&cloud, &y, &x, "all of them");
    let nothing = [0.0; 0];
    assert!(is_invalid(cloud.append(&[1.0], &nothing)) && is_invalid(cloud.replace(0, &[1.0], &nothing)));
    assert!(is_invalid(cloud.replace(x.len(), &[1.0], &[1.0])));
    assert!(is_invalid(cloud.replace(usize::MAX, &[1.0], &[1.0])));
    cloud.replace(x.len(), &nothing, &nothing).expect("nothing");
    same_cloud(&cloud, &y, &x, "as before");
}

/// Points that change while a thread sorts those that were there.
#[test]
fn points_change_while_they_are_sorted() {
    let mut random = Random::new(38);
    let (mut x, mut y) = places(&mut random, 400_000);
    let mut cloud = Cloud::new(&x, &y).expect("a cloud");
    for round in 0..6 {
        cloud.sort_behind();
        let more = places(&mut random, 50_000);
        match round {
            1 | 4 => {
                cloud.replace(7, &more.0, &more.1).expect("others");
                x[7..50_007].copy_from_slice(&more.0);
                y[7..50_007].copy_from_slice(&more.1);
            }
            _ => {
                cloud.append(&more.0, &more.1).expect("more");
                (x.extend(more.0), y.extend(more.1));
            }
        }
        let size = [64, 40];
        let plane = Plane::fit(cloud.bounds().expect("points"), size, None);
        let mut pixels = Vec::new();
        cloud.count(&plane, size, &mut pixels);
        assert!(pixels == twin::counts(&x, &y, &plane, size), "round {round}");
    }
    cloud.sort();
    same_cloud(&cloud, &x, &y, "in the end");
}

#[test]
fn markers_and_density_of_changed_points_are_those_of_new_ones() {
    let mut random = Random::new(39);
    let pixels = |points: Points| {
        let figure = Figure::new().size(200, 150).with(points);
        figure.pixels(&figure.view([200, 150]))
    };
    for count in [100, 30_000] {
        let (x, y) = places(&mut random, count);
        let mut points = Points::new(&x[..60], &y[..60]).expect("points");
        points.append(&x[60..], &y[60..]).expect("more");
        points.replace(10, &x[20..50], &y[20..50]).expect("others");
        points.replace(10, &x[10..40], &y[10..40]).expect("others");
        assert!(
            pixels(points) == pixels(Points::new(&x, &y).expect("points")),
            "{count}"
        );
    }
}

/// Holds an image to one that is made of the same values: its range, and what views of all of it and of parts show, squeezed more on one axis than
/// on the other as well.
fn same_image<V: Pixel>(found: &Pixmap, size: [usize; 2], values: &[V], what: &str) {
    let fresh = Pixmap::new(size, values.to_vec()).expect("an image");
    assert_eq!(found.range(), fresh.range(), "{what}");
    let place = Place {
        x: [0.0, size[1] as f64],
        y: [size[0] as f64, 0.0],
        scales: [Scale::Linear; 2],
    };
    let bounds = Bounds {
        x: place.x,
        y: [0.0, place.y[0]],
    };
    for px in [[9, 7], [40, 3], [3, 50], [200, 160]] {
        let plane = Plane::span(bounds, px, None);
        for reduce in [Reduce::Max, Reduce::Min, Reduce::Mean] {
            let rows = |pixmap: &Pixmap| {
                let seen = pixmap.seen(&place, &plane, px, reduce).expect("in memory");
                let palette = Palette::new(Colormap::Viridis, [-1.0, 9.0], 1.0);
                let mut rows = Vec::new();
                let mut put = |row: usize, words: &[u32]| rows.push((row, words.to_vec()));
                let all = 0..px[1] as usize;
                pixmap
                    .paint((&seen, reduce), all, &palette, &mut put)
                    .expect("in memory");
                rows
            };
            assert_eq!(rows(found), rows(&fresh), "{what}, {px:?}, {reduce:?}");
        }
    }
}

/// Replaces rectangles of an image, small ones and rows and columns and all of it.
fn replace_rectangles<V: Pixel>(size: [usize; 2], mut value: impl FnMut() -> V, what: &str) {
    let mut random = Random::new(40);
    let [height, width] = size;
    let mut values: Vec<V> = (0..height * width).map(|_| value()).collect();
    let mut pixmap = Pixmap::new(size, values.clone()).expect("an image");
    for round in 0..12 {
        let mut some = |side: usize| {
            let from = random.below(side as u64) as usize;
            [from, random.below((side - from) as u64 + 1) as usize]
        };
        let (mut rows, mut columns) = (some(height), some(width));
        match round % 4 {
            0 => rows = [0, height],
            1 => columns = [0, width],
            2 => (rows[1], columns[1]) = (rows[1].min(2), columns[1].min(2)),
            _ => {}
        }
        let more: Vec<V> = (0..rows[1] * columns[1]).map(|_| value()).collect();
        pixmap
            .replace([rows[0], columns[0]], [rows[1], columns[1]], &more)
            .expect("others");
        for (row, more) in more.chunks(columns[1].max(1)).enumerate() {
            values[(rows[0] + row) * width + columns[0]..][..columns[1]].copy_from_slice(more);
        }
        same_image(
            &pixmap,
            size,
            &values,
            &format!("{what}, {rows:?} and {columns:?} of {size:?}"),
        );
    }
}

#[test]
fn rectangles_of_images_are_replaced() {
    for size in [[1, 1], [1, 700], [37, 5], [333, 257], [18, 2100]] {
        let random = |seed: u64| Random::new(seed);
        let (mut a, mut b, mut c, mut d) = (random(41), random(42), random(43), random(44));
        replace_rectangles(size, || a.below(256) as u8, "u8");
        replace_rectangles(size, || b.below(65_536) as u16 as i16, "i16");
        let float = || match c.below(9) {
            0 => f32::NAN,
            1 => f32::INFINITY,
            2 => 1e30,
            _ => 8.0 * c.unit() as f32,
        };
        replace_rectangles(size, float, "f32");
        let color = || Rgba8::opaque(d.next() as u32 & 0xff_ffff).with_alpha(d.next() as u8);
        replace_rectangles(size, color, "colours");
    }
}

#[test]
fn what_images_cannot_take_is_refused_and_clones_stay() {
    let mut pixmap = Pixmap::new([3, 4], vec![1_u8; 12]).expect("an image");
    assert!(is_invalid(pixmap.replace([0, 0], [1, 1], &[1.0_f32])));
    assert!(is_invalid(pixmap.replace([0, 0], [1, 1], &[1_u8; 2])));
    for (from, size) in [
        ([0, 4], [1, 1]),
        ([3, 0], [1, 1]),
        ([1, 0], [3, 1]),
        ([0, usize::MAX], [1, 2]),
    ] {
        assert!(is_invalid(pixmap.replace(
            from,
            size,
            &[1_u8; 3][..size[0] * size[1]]
        )));
    }
    pixmap.replace([1, 4], [2, 0], &[0_u8; 0]).expect("nothing");
    same_image(&pixmap, [3, 4], &[1_u8; 12], "as before");
    let other = pixmap.clone();
    pixmap.replace([0, 1], [1, 2], &[7_u8, 8]).expect("others");
    same_image(&other, [3, 4], &[1_u8; 12], "a clone");
    assert_eq!(pixmap.range(), Some([1.0, 8.0]));
    assert!(pixmap.bytes() >= 12);

    let path = std::env::temp_dir().join(format!("galvani-updates-{}.raw", std::process::id()));
    std::fs::write(&path, [5_u8; 12]).expect("a file");
    let mut file = Pixmap::open::<u8>(&path, 0, [3, 4]).expect("an image");
    assert!(is_invalid(file.replace([0, 0], [1, 1], &[1_u8])));
    assert!(file.bytes() < 12);
    std::fs::remove_file(&path).expect("the file");

    let mut image = Image::new([2, 2], &[0.0_f32, 1.0, 2.0, 3.0]).expect("an image");
    image.replace([1, 0], [1, 2], &[9.0_f32, 4.0]).expect("others");
    let pixels = |image: Image| {
        let figure = Figure::new().size(200, 150).with(image);
        figure.pixels(&figure.view([200, 150]))
    };
    let fresh = Image::new([2, 2], &[0.0_f32, 1.0, 9.0, 4.0]).expect("an image");
    assert!(pixels(image) == pixels(fresh));
}
