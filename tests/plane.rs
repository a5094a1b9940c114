//! The camera of two axes.

use galvani::view::plane::{Bounds, Plane};

const SIZE: [u32; 2] = [400, 200];

fn unit() -> Plane {
    let bounds = Bounds {
        x: [0.0, 4.0],
        y: [-1.0, 1.0],
    };
    Plane::span(bounds, SIZE, None)
}

fn close(a: [f64; 2], b: [f64; 2]) {
    assert!(
        (a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9,
        "{a:?} and {b:?}"
    );
}

#[test]
fn pixels_and_places_are_inverse() {
    let plane = unit();
    close(plane.px_from([0.0, 1.0]), [0.0, 0.0]);
    close(plane.px_from([4.0, -1.0]), [400.0, 200.0]);
    close(plane.at_px([100.0, 50.0]), [1.0, 0.5]);
    let bounds = plane.bounds(SIZE);
    assert_eq!((bounds.x, bounds.y), ([0.0, 4.0], [-1.0, 1.0]));
}

#[test]
fn a_drag_moves_what_is_held_along() {
    let mut plane = unit();
    let held = plane.at_px([30.0, 40.0]);
    plane.pan_px([12.0, -7.0]);
    close(plane.px_from(held), [42.0, 33.0]);
    let before = plane;
    plane.pan_px([f64::NAN, 1.0]);
    assert_eq!(plane, before);
}

#[test]
fn a_zoom_is_about_the_press_and_by_axis() {
    let mut plane = unit();
    let held = plane.at_px([30.0, 40.0]);
    plane.zoom_at([30.0, 40.0], [2.0, 0.5], SIZE);
    close(plane.px_from(held), [30.0, 40.0]);
    close(plane.px_per_unit, [200.0, 50.0]);
    let before = plane;
    plane.zoom_at([0.0, 0.0], [0.0, 2.0], SIZE);
    assert_eq!(plane, before);
    // As deep as numbers go, and no deeper.
    for _ in 0..5000 {
        plane.zoom_at([30.0, 40.0], [3.0; 2], SIZE);
    }
    let at = plane.px_from(held);
    assert!((at[0] - 30.0).abs() < 0.5 && (at[1] - 40.0).abs() < 0.5, "{at:?}");
    let one = plane.at_px([31.0, 41.0]);
    assert!(one[0] > held[0] && one[1] < held[1], "pixels can be told apart");
    for _ in 0..5000 {
        plane.zoom_at([30.0, 40.0], [0.3; 2], SIZE);
    }
    assert!(plane.bounds(SIZE).x.iter().all(|v| v.is_finite()));
}

#[test]
fn a_box_is_zoomed_to() {
    let to = unit().zoomed_to([300.0, 150.0], [100.0, 50.0], SIZE, None);
    close(to.at_px([0.0, 0.0]), [1.0, 0.5]);
    close(to.at_px([400.0, 200.0]), [3.0, -0.5]);
    // A box of no height zooms along x alone.
    let along = unit().zoomed_to([100.0, 50.0], [300.0, 50.2], SIZE, None);
    close(along.corner, [1.0, 1.0]);
    close(along.px_per_unit, [200.0, 100.0]);
}

#[test]
fn aspect_and_limits_hold() {
    let bounds = Bounds {
        x: [0.0, 1.0],
        y: [0.0, 1.0],
    };
    let square = Plane::span(bounds, SIZE, Some(1.0));
    close(square.px_per_unit, [200.0, 200.0]);
    close(square.px_from([0.5, 0.5]), [200.0, 100.0]);
    let mut plane = unit();
    plane.pan_px([1e5, 1e5]);
    plane.keep_within(bounds, SIZE);
    let seen = plane.bounds(SIZE);
    close(seen.x, [0.0, 1.0]);
    close(seen.y, [0.0, 1.0]);
}

#[test]
fn spans_of_nothing_and_far_out_are_seen() {
    for (x, y) in [
        ([3.0; 2], [0.0; 2]),
        ([f64::NAN, 1.0], [2.0, -2.0]),
        ([1e-300, 2e-300], [1e299, 1.1e299]),
        ([(1_u64 << 40) as f64; 2], [1e-30, 2e-30]),
    ] {
        let plane = Plane::fit(Bounds { x, y }, SIZE, None);
        let seen = plane.bounds(SIZE);
        assert!(
            seen.x[0] < seen.x[1] && seen.y[0] < seen.y[1],
            "{x:?} {y:?}: {seen:?}"
        );
        assert!(plane.px_per_unit.iter().all(|v| v.is_finite() && *v > 0.0));
    }
}

#[test]
fn another_size_keeps_the_middle() {
    let mut plane = unit();
    let middle = plane.at_px([200.0, 100.0]);
    plane.resize(SIZE, [600, 100]);
    close(plane.px_from(middle), [300.0, 50.0]);
}
