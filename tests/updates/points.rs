//! Clouds of points that grow, and of which points move.

use galvani::figure::{Figure, Points};
use galvani::plan::Fidelity;
use galvani::points::{Cloud, Given, Limits};
use galvani::reference::points as twin;
use galvani::view::plane::Plane;

use super::common::random::Random;
use super::{SCALES, is_invalid};

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
            assert!(near(found) == near(fresh), "{what}, {scales:?} × {zoom}");
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
        tile: 64,
        tiles: 9,
    };
    for limits in [few, Limits::default()] {
        let mut random = Random::new(35);
        let (mut x, mut y) = (Vec::new(), Vec::new());
        let mut cloud = Cloud::within::<f64>(&[], &[], limits).expect("a cloud");
        for (round, count) in [0, 1, 30, 5000, 66_000, 17, 0, 70_000, 3].into_iter().enumerate() {
            let _ = SCALES.map(|scales| cloud.on(scales).len());
            let more = places(&mut random, count);
            cloud.append(&more.0, &more.1).expect("more");
            x.extend(more.0);
            y.extend(more.1);
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
                x.extend(more.0);
                y.extend(more.1);
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
                x.extend(more.0);
                y.extend(more.1);
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
