//! What the device sees of scenes: at each sample what the host does, but right beside outlines and where two are as near as each other; and which blocks
//! of it are drawn, to the bit.

mod common;

use common::random::Random;
use common::scenes::{SIZE, empty, sheet, soup};
use common::{Gpu, gpu};
use galvani::figure::{Balls, Mesh, SizeUnit, Space, Surface};
use galvani::reference;
use galvani::renderer::{Rasteriser, Renderer};
use galvani::target::Offscreen;
use galvani::view::camera::{Camera, Projection};

/// How far outlines may be off, in samples: drivers round corners, and where they cut triangles, to 1/16 of a sample at least, and the host to 1/256.
const OFF: f64 = 0.125;

fn renderer(gpu: &Gpu) -> Renderer {
    Renderer::new(gpu.device(), Rasteriser::Compute).expect("a renderer")
}

/// By the device, once it has the solids.
fn see(renderer: &mut Renderer, space: &Space, camera: &Camera, what: &str) -> Vec<u32> {
    let size = space.target_size();
    (0..100)
        .find_map(|_| renderer.see_space(space, camera, size).expect("seen"))
        .unwrap_or_else(|| panic!("{what}: the solids do not come to the device"))
}

/// Holds what the device sees to the twin: of how many samples something is seen, and of how many something else than by the host.
fn check(renderer: &mut Renderer, space: &Space, camera: &Camera, what: &str) -> [usize; 2] {
    let size = space.target_size();
    let seen = see(renderer, space, camera, what);
    let wrong = reference::space::unexplained(space, camera, size, &seen, OFF);
    let wanted = reference::space::seen_items(space, camera, size);
    let others = seen.iter().zip(&wanted).filter(|(a, b)| a != b).count();
    let there = wanted.iter().filter(|item| **item != 0).count();
    assert_eq!(wrong, 0, "{what}: {others} of {there} are others");
    let is_there = |solid: &usize| space.solids[*solid].bounds().is_some();
    for solid in (0..space.solids.len()).filter(is_there) {
        let blocks = renderer.inspect_blocks(solid).expect("blocks");
        let wanted = reference::solids::seen(&blocks.view, &blocks.boxes);
        assert_eq!(blocks.drawn, wanted, "{what}: blocks of {solid}");
    }
    [there, others]
}

/// All of a scene from afar and from close by, between its solids and behind the eye, and by parallel rays.
fn cameras(space: &Space) -> Vec<Camera> {
    let mut cameras = vec![space.view(SIZE)];
    let bounds = space.bounds().expect("bounds");
    for distance in [1e6, 2.0, 0.5, 0.05, 1e-4] {
        let mut camera = cameras[0];
        camera.distance = distance * bounds.radius();
        camera.turntable([13.0, 4.0], SIZE);
        cameras.push(camera);
    }
    let mut parallel = cameras[0];
    parallel.projection = Projection::Orthographic;
    parallel.fit(bounds, SIZE);
    cameras.push(parallel);
    parallel.distance /= 30.0;
    cameras.push(parallel);
    cameras
}

fn places(seed: u64, count: usize, scale: f64, from: f64) -> Vec<[f64; 3]> {
    let mut random = Random::new(seed);
    (0..count)
        .map(|_| [0; 3].map(|_| from + scale * (2.0 * random.unit() - 1.0)))
        .collect()
}

/// Triangles between places at random.
fn triangles(seed: u64, count: usize, scale: f64, from: f64) -> Mesh {
    let three: Vec<[u32; 3]> = (0..count as u32).map(|i| [3 * i, 3 * i + 1, 3 * i + 2]).collect();
    Mesh::new(&places(seed, 3 * count, scale, from), &three).expect("a mesh")
}

#[test]
fn the_device_sees_what_the_host_does() {
    let gpu = gpu();
    let mut renderer = renderer(&gpu);
    let mut random = Random::new(3);
    let sizes: Vec<f32> = (0..700)
        .map(|i| [0.0, 1.0, 3.0, 9.0, f32::NAN, -2.0, 0.1][i % 7])
        .collect();
    let balls = || Balls::new(&places(5, 700, 1.0, 0.0));
    let spaces = [
        ("soup", empty().with(soup(&mut random, 300, 2.0))),
        ("few", empty().with(triangles(7, 9, 1.0, 0.0))),
        ("one", empty().with(triangles(1, 1, 1.0, 0.0))),
        ("sheet", empty().with(sheet(30))),
        ("balls", empty().with(balls())),
        (
            "sizes",
            empty().scale(1.5).with(balls().sizes(&sizes).expect("sizes")),
        ),
        ("lengths", empty().with(balls().size(0.05).unit(SizeUnit::Data))),
        (
            "all",
            empty()
                .with(sheet(20))
                .with(balls())
                .with(soup(&mut random, 90, 0.5)),
        ),
        ("none", empty().with(sheet(9)).with(Balls::new::<f32>(&[]))),
    ];
    let (mut there, mut others) = (0, 0);
    for (what, space) in spaces {
        let space = space.size(SIZE[0], SIZE[1]);
        let space = Space {
            scale_factor: 1.0,
            ..space
        };
        for (number, camera) in cameras(&space).iter().enumerate() {
            let [all, other] = check(&mut renderer, &space, camera, &format!("{what} from {number}"));
            (there, others) = (there + all, others + other);
        }
    }
    assert!(there > 400_000, "{there} samples show something");
    assert!(
        others * 50 < there,
        "{others} of {there} samples show something else"
    );
}

#[test]
fn coordinates_may_be_huge_and_tiny() {
    let gpu = gpu();
    let mut renderer = renderer(&gpu);
    for (scale, from) in [
        (1e-30, 0.0),
        (1.0, (1_u64 << 40) as f64),
        (1e30, -3e30),
        (1e100, 0.0),
    ] {
        let space = empty()
            .with(triangles(11, 50, scale, from))
            .with(Balls::new(&places(2, 90, scale, from)).size(4.0));
        for (number, camera) in cameras(&space).iter().enumerate() {
            check(&mut renderer, &space, camera, &format!("{scale:e}, {number}"));
        }
    }
}

/// Surfaces are the host's: what it sees of them lies before and behind what the device has seen of the others.
#[test]
fn pictures_do_not_depend_on_who_looks() {
    let gpu = gpu();
    let mut by_device = renderer(&gpu);
    let mut random = Random::new(9);
    let heights: Vec<f32> = (0..60 * 60).map(|_| random.unit() as f32).collect();
    let surface = || Surface::new([-1.0, 1.0], [-1.0, 1.0], [60, 60], &heights).expect("a height each");
    let balls = || Balls::new(&places(4, 300, 1.0, 0.0)).size(9.0);
    for (what, space) in [
        ("mesh", empty().with(sheet(40)).axes(true)),
        ("balls", empty().with(balls())),
        ("surface", empty().with(surface())),
        (
            "all",
            empty()
                .with(surface())
                .with(balls())
                .with(soup(&mut random, 40, 0.3)),
        ),
    ] {
        let mut target = Offscreen::new(gpu.device(), SIZE).expect("a target");
        for camera in cameras(&space) {
            let wanted = space.pixels(&camera).expect("pixels");
            // The first frames are the host's, while the device is sent what it needs.
            for _ in 0..3 {
                by_device
                    .render_space(&space, &camera, &mut target)
                    .expect("a frame");
            }
            let found = target.pixels().expect("pixels");
            let apart = |(a, b): (&u8, &u8)| a.abs_diff(*b) > 2;
            let others = found.iter().zip(&wanted).filter(|pair| apart(*pair)).count();
            assert!(others * 40 < wanted.len(), "{what}: {others} of {}", wanted.len());
            assert!(what != "surface" || found == wanted, "surfaces are the host's");
        }
    }
    assert!(by_device.figures_bytes() > 0);
}

/// Of what moves only that is sent, to the same picture as of what is made anew.
#[test]
fn what_moves_is_sent() {
    let gpu = gpu();
    let mut renderer = renderer(&gpu);
    let mut mesh = triangles(3, 400, 1.0, 0.0);
    let mut balls = Balls::new(&places(8, 500, 1.0, 0.0)).size(6.0);
    let moved = places(21, 900, 1.0, 0.0);
    for (turn, span) in [0..0, 3..9, 300..800, 5..6, 0..450].into_iter().enumerate() {
        let some = &moved[span.clone()];
        mesh.move_to(span.start, some).expect("moved");
        let of_balls = span.start.min(499)..span.end.min(500);
        balls
            .move_to(of_balls.start, &moved[of_balls.clone()])
            .expect("moved");
        let space = empty().with(mesh.clone()).with(balls.clone());
        let camera = space.view(SIZE);
        check(&mut renderer, &space, &camera, &format!("turn {turn}"));
    }
    // A clone that goes its own way has data of its own there.
    let before = renderer.figures_bytes();
    let mut other = mesh.clone();
    other.move_to(0, &places(33, 30, 1.0, 0.0)).expect("moved");
    let space = empty().with(mesh).with(other);
    let camera = space.view(SIZE);
    check(&mut renderer, &space, &camera, "both");
    assert!(renderer.figures_bytes() > before);
}

#[test]
fn many_triangles_come_by_parts_and_within_a_budget() {
    let gpu = gpu();
    let mut renderer = renderer(&gpu);
    // 1.6 million triangles and 0.8 million vertices: 35 MB.
    let space = empty().with(sheet(900));
    let camera = space.view(SIZE);
    renderer.figures_budget(30 << 20);
    assert!(renderer.see_space(&space, &camera, SIZE).expect("seen").is_none());
    assert_eq!(renderer.figures_bytes(), 0);
    renderer.figures_budget(60 << 20);
    assert!(
        renderer.see_space(&space, &camera, SIZE).expect("seen").is_none(),
        "on its way"
    );
    let seen = see(&mut renderer, &space, &camera, "many");
    let wanted = space.pixels(&camera).expect("pixels");
    let white = wanted
        .as_chunks::<4>()
        .0
        .iter()
        .filter(|px| **px == [255; 4])
        .count();
    let empty_samples = seen.iter().filter(|item| **item == 0).count();
    assert!(
        empty_samples.abs_diff(4 * white) < 400,
        "{empty_samples}, {white} pixels"
    );
    assert!((30 << 20..60 << 20).contains(&renderer.figures_bytes()));
    // What is drawn to counts as well: of a target that is too large the host sees all, and the others go for one that is not.
    let there = renderer.figures_bytes();
    renderer.figures_budget(there + (1 << 20));
    let [large, fair] = [[970, 660], [194, 132]];
    assert!(
        renderer
            .see_space(&space, &camera, large)
            .expect("seen")
            .is_none()
    );
    assert!(renderer.see_space(&space, &camera, fair).expect("seen").is_some());
    assert!(renderer.figures_bytes() <= there + (1 << 20));
    // They go with the mesh, and leave room for others.
    drop(space);
    let few = empty().with(sheet(3));
    see(&mut renderer, &few, &few.view(SIZE), "few");
    assert!(renderer.figures_bytes() < 1 << 20);
}

/// A target of more samples than images may have is the host's.
#[test]
fn large_targets_are_drawn_by_the_host() {
    let gpu = gpu();
    let mut renderer = renderer(&gpu);
    let space = empty().with(sheet(5));
    let most = gpu.device().caps().max_image;
    let size = [most / 2 + 1, 2];
    let camera = space.view(size);
    assert!(renderer.see_space(&space, &camera, size).expect("seen").is_none());
    let mut target = Offscreen::new(gpu.device(), size).expect("a target");
    renderer
        .render_space(&space, &camera, &mut target)
        .expect("a frame");
}
