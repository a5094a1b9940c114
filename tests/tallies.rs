//! Points that the device counts: as many in each pixel as the host has, and the twin.

mod common;

use common::clouds::{scaled, unit};
use common::gpu;
use galvani::figure::Figure;
use galvani::plan::Fidelity;
use galvani::points::{Cloud, Counted, Given, Limits};
use galvani::reference::points as twin;
use galvani::renderer::{Rasteriser, Renderer};
use galvani::target::Offscreen;
use galvani::view::plane::{Bounds, Plane};

/// So few that small tests reach all of it.
const LIMITS: Limits = Limits {
    points: 300,
    tile: 64,
    tiles: 9,
};

/// By the device, once it has the points.
fn tally(renderer: &mut Renderer, cloud: &Cloud, plane: &Plane, size: [u32; 2]) -> (Counted, Vec<u32>) {
    (0..100)
        .find_map(|_| renderer.count_points(cloud, plane, size).expect("counts"))
        .expect("the points come to the device")
}

/// Both are of the same points: what the device counts is what the host does, and the twin.
fn check<T: Given>(
    renderer: &mut Renderer,
    (x, y): (&[T], &[T]),
    cloud: &Cloud,
    plane: &Plane,
    size: [u32; 2],
) {
    let mut counts = Vec::new();
    let counted = cloud.count(plane, size, &mut counts);
    let (by_device, device_counts) = tally(renderer, cloud, plane, size);
    assert_eq!(by_device, counted);
    assert!(device_counts == counts, "{counted:?}");
    if counted.fidelity == Fidelity::Exact {
        assert!(device_counts == twin::counts(x, y, plane, size), "brute force");
    }
}

/// Views of all, of parts, from close by, and with one axis much closer than the other.
fn planes(scale: (f64, f64), size: [u32; 2]) -> Vec<Plane> {
    let of = |at: f64| at * scale.0 + scale.1;
    let view = |x: [f64; 2], y: [f64; 2]| {
        let bounds = Bounds {
            x: x.map(of),
            y: y.map(of),
        };
        Plane::span(bounds, size, None)
    };
    vec![
        view([-0.1, 1.1], [-0.1, 1.1]),
        view([-9.0, 11.0], [-9.0, 11.0]),
        view([0.2, 0.9], [0.3, 0.8]),
        view([0.31, 0.32], [-0.2, 1.2]),
        view([-0.5, 1.5], [0.45, 0.4503]),
        view([0.5, 0.500_01], [0.5, 0.500_01]),
        view([2.0, 3.0], [2.0, 3.0]),
    ]
}

fn renderer(gpu: &common::Gpu) -> Renderer {
    Renderer::new(gpu.device(), Rasteriser::Compute).expect("a renderer")
}

#[test]
fn the_device_counts_what_the_host_does() {
    let gpu = gpu();
    let mut renderer = renderer(&gpu);
    for (seed, scale) in [
        (1.0, 0.0),
        (1e-30, 0.0),
        (1e9, (1_u64 << 40) as f64),
        (1e200, -3e200),
    ]
    .into_iter()
    .enumerate()
    {
        for count in [1, 70, 5000] {
            let (x, y) = scaled(&unit(seed as u64, count), scale.0, scale.1);
            let [x32, y32] = [&x, &y].map(|v| v.iter().map(|v| *v as f32).collect::<Vec<f32>>());
            let size = [83, 61];
            for limits in [LIMITS, Limits::default()] {
                let wide = Cloud::within(&x, &y, limits).expect("a cloud");
                let narrow = Cloud::within(&x32, &y32, limits).expect("a cloud of f32");
                for plane in planes(scale, size) {
                    if !wide.is_empty() {
                        check(&mut renderer, (&x, &y), &wide, &plane, size);
                    }
                    if !narrow.is_empty() {
                        check(&mut renderer, (&x32, &y32), &narrow, &plane, size);
                    }
                }
            }
        }
    }
}

/// Cells of one, of two and of four bytes; more points than are sent at once; and more pixels across than a group has invocations.
#[test]
fn many_points_come_by_parts() {
    let gpu = gpu();
    let mut renderer = renderer(&gpu);
    let mut places = unit(7, 1_600_000);
    for (i, place) in places.iter_mut().take(300_000).enumerate() {
        match i {
            0..100_000 => *place = [0.25, 0.75],
            100_000..102_000 => *place = [0.75, 0.25],
            _ => place[0] = place[0].floor().max(0.0) + 0.5,
        }
    }
    let (x, y) = scaled(&places, 1.0, 0.0);
    let cloud = Cloud::new(&x, &y).expect("a cloud");
    let size = [300, 200];
    let [all, ..] = planes((1.0, 0.0), size)[..] else {
        panic!("views")
    };
    let none = renderer.count_points(&cloud, &all, size).expect("counts");
    assert!(none.is_none(), "not sorted");
    cloud.sort();
    let none = renderer.count_points(&cloud, &all, size).expect("counts");
    assert!(none.is_none(), "on their way");
    for plane in planes((1.0, 0.0), size) {
        check(&mut renderer, (&x, &y), &cloud, &plane, size);
    }
    let large = [1300, 40];
    check(
        &mut renderer,
        (&x, &y),
        &cloud,
        &planes((1.0, 0.0), large)[2],
        large,
    );
    // What follows is counted by the host, in the same picture.
    let mut cloud = cloud;
    cloud.append(&x[..900], &y[..900]).expect("more");
    let mut counts = Vec::new();
    let counted = cloud.count(&all, size, &mut counts);
    let (by_device, device_counts) = tally(&mut renderer, &cloud, &all, size);
    assert_eq!(by_device, counted);
    assert!(device_counts == counts);
    // And the device lets go of what is no more.
    let before = gpu.device().memory_use().device;
    drop(cloud);
    let few = Cloud::new(&[0.5], &[0.5]).expect("a cloud");
    tally(&mut renderer, &few, &all, size);
    gpu.device().collect();
    let after = gpu.device().memory_use().device;
    assert!(after + 10_000_000 < before, "{before} bytes, then {after}");
}

/// Points that do not fit are the host's to count, until there is room.
#[test]
fn points_keep_to_a_budget() {
    let gpu = gpu();
    let mut renderer = renderer(&gpu);
    let clouds = [3, 4].map(|seed| {
        let (x, y) = scaled(&unit(seed, 3000), 1.0, 0.0);
        Cloud::within(&x, &y, LIMITS).expect("a cloud")
    });
    let size = [50, 40];
    let [plane, ..] = planes((1.0, 0.0), size)[..] else {
        panic!("views")
    };
    renderer.figures_budget(1000);
    let none = renderer.count_points(&clouds[0], &plane, size).expect("counts");
    assert!(none.is_none());
    assert_eq!(renderer.figures_bytes(), 0);
    renderer.figures_budget(1 << 20);
    tally(&mut renderer, &clouds[0], &plane, size);
    let one = renderer.figures_bytes();
    assert!((10_000..1 << 20).contains(&one), "{one} bytes");
    // Another one does not fit beside it, but in its place.
    renderer.figures_budget(one + one / 2);
    let [first, second] = clouds;
    let none = renderer.count_points(&second, &plane, size).expect("counts");
    assert!(none.is_none());
    drop(first);
    tally(&mut renderer, &second, &plane, size);
    assert!(renderer.figures_bytes() <= one + one / 2);
}

#[test]
fn pictures_do_not_depend_on_who_counts() {
    let gpu = gpu();
    let (x, y) = scaled(&unit(9, 60_000), 1.0, 0.0);
    let figure = Figure::new().size(240, 180).points(&x, &y).size(3.0).figure();
    let figure = figure.expect("points");
    let target = figure.target_size();
    let whole = figure.view(target);
    let mut close = whole;
    close.zoom_at([120.0, 90.0], [4.0; 2], target);
    for plane in [whole, close] {
        let wanted = figure.pixels(&plane);
        let [host, device] = [Rasteriser::Host, Rasteriser::Compute].map(|rasteriser| {
            let mut renderer = Renderer::new(gpu.device(), rasteriser).ok()?;
            let mut off = Offscreen::new(gpu.device(), target).expect("a target");
            let report = renderer
                .render_figure(&figure, &plane, &mut off)
                .expect("a frame");
            assert!(off.pixels().expect("pixels") == wanted, "{rasteriser:?}");
            Some(report.visuals)
        });
        // A GPU whose memory is not mapped has no rasteriser of the host's.
        if host.is_some() {
            assert_eq!(host, device);
        }
    }
}
