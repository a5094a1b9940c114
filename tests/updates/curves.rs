//! Curves that go on, and of which vertices are replaced, moved and forgotten.

use std::sync::Arc;

use galvani::figure::{Figure, Lines, Visual};
use galvani::lines::{Curves, FANOUT, LEAF};
use galvani::view::plane::{Bounds, Plane};

use super::common::random::Random;
use super::{SCALES, is_invalid};

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
        assert!(grown.bytes() < 8 * 21 * all.len() as u64 + 4096);
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
            x.extend(places);
            y.extend(more);
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
