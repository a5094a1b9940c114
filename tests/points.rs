//! Points in pixels: counts are those of brute force, or of cells shared one by one, and no point is lost.

mod common;

use common::clouds::{scaled, unit};
use galvani::plan::Fidelity;
use galvani::points::{Cloud, Counted, Given, Limits};
use galvani::reference::points as twin;
use galvani::view::plane::{Bounds, Plane};
use proptest::prelude::*;

/// So few that small tests reach all of it.
const LIMITS: Limits = Limits {
    points: 300,
    tile: 64,
    tiles: 9,
};

fn plane(size: [u32; 2], [left, bottom, across]: [f64; 3], (scale, offset): (f64, f64)) -> Plane {
    let side = |from: f64, across: f64| [from * scale + offset, (from + across) * scale + offset];
    let bounds = Bounds {
        x: side(left, across),
        y: side(bottom, across * 0.7),
    };
    Plane::span(bounds, size, None)
}

fn count(cloud: &Cloud, plane: &Plane, size: [u32; 2]) -> (Counted, Vec<u32>) {
    // What was there before does not show.
    let mut counts = vec![7; 11];
    let counted = cloud.count(plane, size, &mut counts);
    assert_eq!(Some(counted.most), counts.iter().copied().max(), "the most");
    (counted, counts)
}

/// Holds a view's counts to those of the twin.
fn check<T: Given>((x, y): (&[T], &[T]), (cloud, limits): (&Cloud, Limits), plane: &Plane, size: [u32; 2]) {
    let (counted, counts) = count(cloud, plane, size);
    let brute = twin::counts(x, y, plane, size);
    let inside: u32 = brute.iter().sum();
    assert!(counted.in_view >= inside as usize, "points in view");
    match (counted.fidelity, counted.bits) {
        (Fidelity::Exact, None) => assert_eq!(counts, brute),
        (Fidelity::Snapped { max_px }, Some(bits)) => {
            let shared = twin::shared((x, y), cloud, (bits, limits.tile), plane, size);
            assert_eq!(counts, shared, "{max_px} px");
            assert!(counted.in_view > limits.points, "{counted:?}");
            near(x, y, plane, size, (&counts, max_px));
        }
        other => panic!("{other:?}"),
    }
}

/// Left of each column lie no fewer points than lie `max_px` further left, and no more than lie as far right.
fn near<T: Given>(x: &[T], y: &[T], plane: &Plane, [w, h]: [u32; 2], (counts, max_px): (&[u32], f64)) {
    let places: Vec<[f64; 2]> = x
        .iter()
        .zip(y)
        .map(|(x, y)| plane.px_from([x.as_f64(), y.as_f64()]))
        .collect();
    // A hair, for the rounding of places.
    let slack = max_px + 1e-6;
    let between = |left: f64, right: f64, grown: f64| {
        let inside = |at: &&[f64; 2]| {
            at[0] >= left - grown && at[0] < right + grown && at[1] >= -grown && at[1] < f64::from(h) + grown
        };
        places.iter().filter(inside).count() as i64
    };
    for column in (0..=w).step_by(5) {
        let found: u32 = counts
            .chunks(w as usize)
            .flat_map(|row| &row[..column as usize])
            .sum();
        let right = f64::from(column);
        let (least, most) = (between(0.0, right, -slack), between(0.0, right, slack));
        let range = least..=most;
        assert!(
            range.contains(&i64::from(found)),
            "{found} left of {column}: {range:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn counts_are_those_of_the_twin(
        seed in 0_u64..1000,
        n in prop_oneof![0_usize..40, 200_usize..5000],
        at in prop::array::uniform2(-0.2_f64..1.1),
        zoom in 0.0_f64..12.0,
        w in 1_u32..90,
        h in 1_u32..150,
        scale in prop_oneof![Just((1.0, 0.0)), Just((1e-30, 0.0)), Just((1e9, (1_u64 << 40) as f64)), Just((1e200, -3e200))],
    ) {
        let (x, y) = scaled(&unit(seed, n), scale.0, scale.1);
        let plane = plane([w, h], [at[0], at[1], 2.0 * (-zoom).exp2()], scale);
        for limits in [LIMITS, Limits::default()] {
            let cloud = Cloud::within(&x, &y, limits).expect("a cloud");
            check((&x, &y), (&cloud, limits), &plane, [w, h]);
        }
        let [x, y] = [x, y].map(|v| v.into_iter().map(|v| v as f32).collect::<Vec<_>>());
        let cloud = Cloud::within(&x, &y, LIMITS).expect("a cloud of f32");
        check((&x, &y), (&cloud, LIMITS), &plane, [w, h]);
    }

    #[test]
    fn counts_are_exact_as_close_as_numbers_go(
        seed in 0_u64..1000,
        n in 1_usize..2000,
        zoom in 10.0_f64..60.0,
        offset in prop_oneof![Just(0.0), Just(1.0), Just(1e6)],
    ) {
        let (x, y) = scaled(&unit(seed, n), 1.0, offset);
        let size = [60, 140];
        let cloud = Cloud::within(&x, &y, LIMITS).expect("a cloud");
        for i in (0..n).step_by(n / 3 + 1) {
            if !(x[i] + y[i]).is_finite() {
                continue;
            }
            let mut plane = plane(size, [0.0, 0.0, 1.0], (1.0, offset));
            // The point in the middle, and then closer about it.
            let at = plane.px_from([x[i], y[i]]);
            plane.pan_px([30.0 - at[0], 70.0 - at[1]]);
            plane.zoom_at([30.0, 70.0], [zoom.exp2(); 2], size);
            check((&x, &y), (&cloud, LIMITS), &plane, size);
        }
    }

    #[test]
    fn all_points_are_gathered_in_order(
        seed in 0_u64..1000,
        n in 0_usize..3000,
        zoom in 0.0_f64..10.0,
        reach in 0.0_f64..30.0,
    ) {
        let (x, y) = scaled(&unit(seed, n), 1.0, 0.0);
        let cloud = Cloud::new(&x, &y).expect("a cloud");
        let (size, plane) = ([70, 50], plane([70, 50], [0.3, 0.2, (-zoom).exp2()], (1.0, 0.0)));
        let found: Vec<u32> = cloud.gather(&plane, size, reach).iter().map(|found| found.index).collect();
        let near = |v: f64, size: f64| v >= -reach && v <= size + reach;
        let wanted: Vec<u32> = (0..n).filter(|&i| {
            let at = plane.px_from([x[i], y[i]]);
            near(at[0], 70.0) && near(at[1], 50.0)
        }).map(|i| i as u32).collect();
        assert_eq!(found, wanted);
    }
}

#[test]
fn every_point_counts_once_however_many_there_are() {
    // More than one piece, more than one band, more than are counted one by one.
    let (x, y) = scaled(&unit(5, 5_000_000), 1.0, 0.0);
    let cloud = Cloud::new(&x, &y).expect("a cloud");
    let size = [640, 400];
    let plane = Plane::fit(cloud.bounds().expect("points"), size, None);
    let mut near = plane;
    near.zoom_at([320.0, 200.0], [12.0; 2], size);
    // Before they are sorted, each of them.
    assert!(!cloud.is_sorted());
    let unsorted = [plane, near].map(|plane| (count(&cloud, &plane, size), cloud.gather(&plane, size, 3.5)));
    assert_eq!(unsorted[0].0.0.in_view, cloud.len());
    for (plane, ((counted, counts), _)) in [plane, near].iter().zip(&unsorted) {
        assert_eq!(counted.fidelity, Fidelity::Exact);
        assert_eq!(counts, &twin::counts(&x, &y, plane, size));
        assert_eq!(counted.in_view, cloud.in_view(plane, size));
    }
    cloud.sort();
    assert!(cloud.is_sorted());
    for (plane, (_, gathered)) in [plane, near].iter().zip(&unsorted) {
        assert!(&cloud.gather(plane, size, 3.5) == gathered, "the same points");
    }
    let (counted, counts) = count(&cloud, &plane, size);
    assert!(
        matches!(counted.fidelity, Fidelity::Snapped { max_px } if max_px < 1.0),
        "{counted:?}"
    );
    let sum: u64 = counts.iter().map(|&count| u64::from(count)).sum();
    assert_eq!(sum, cloud.len() as u64);
    assert_eq!(counts, count(&cloud, &plane, size).1, "the same every time");
    check((&x, &y), (&cloud, Limits::default()), &plane, size);
    // Closer they are few enough.
    assert_eq!(count(&cloud, &near, size).0.fidelity, Fidelity::Exact);
    assert_eq!(count(&cloud, &near, size).1, twin::counts(&x, &y, &near, size));
}

#[test]
fn nothing_one_and_equal_points() {
    let plane = plane([20, 10], [0.0, 0.0, 1.0], (1.0, 0.0));
    for n in [0, 1, 2000] {
        let (x, y) = (vec![0.5_f32; n], vec![0.5_f32; n]);
        let cloud = Cloud::within(&x, &y, LIMITS).expect("a cloud");
        assert_eq!((cloud.len(), cloud.bounds().is_some()), (n, n > 0));
        check((&x, &y), (&cloud, LIMITS), &plane, [20, 10]);
    }
    let none = [f64::NAN, f64::INFINITY, -1.1e300];
    let cloud = Cloud::new(&none, &none).expect("a cloud of nothing");
    assert_eq!((cloud.given(), cloud.len(), cloud.bounds()), (3, 0, None));
    assert!(cloud.is_empty());
    let said = Cloud::new(&[1.0], &[1.0, 2.0])
        .err()
        .expect("different lengths")
        .to_string();
    assert!(said.contains("1 coordinates of x and 2 of y"), "{said}");
}

/// Views while a thread sorts see all points, and whoever lets go of points that are being sorted does not wait.
#[test]
fn points_are_seen_while_they_are_sorted() {
    let (x, y) = scaled(&unit(6, 700_000), 1.0, 0.0);
    let size = [64, 40];
    let [first, second] = [0, 1].map(|_| Cloud::new(&x, &y).expect("a cloud"));
    let plane = Plane::fit(first.bounds().expect("points"), size, None);
    first.sort_behind();
    second.sort_behind();
    drop(second);
    while !first.is_sorted() {
        let (counted, counts) = count(&first, &plane, size);
        assert_eq!(counts.iter().sum::<u32>() as usize, first.len());
        assert_eq!(counted.in_view, first.len());
    }
    first.sort();
    check((&x, &y), (&first, Limits::default()), &plane, size);
}
