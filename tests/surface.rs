//! Heights over a grid, held to their twin to the bit, near by to a mesh's picture, and from afar to what of a mesh is there. All of it
//! needs no Vulkan.

mod common;

use common::heights::mesh;
use common::random::Random;
use galvani::figure::{Mesh, SolidHit, Space, Surface};
use galvani::reference;
use galvani::scene::{Colormap, Rgba8};
use galvani::view::camera::{Camera, Projection};

const SIZE: [u32; 2] = [47, 34];

const BLACK: Rgba8 = Rgba8::opaque(0);

fn empty(size: [u32; 2]) -> Space {
    Space::new().size(size[0], size[1])
}

fn pixels(space: &Space, camera: &Camera) -> Vec<[u8; 4]> {
    let bytes = space.pixels(camera).expect("pixels");
    bytes.as_chunks::<4>().0.to_vec()
}

/// How many pixels are not the ground's.
fn check(space: &Space, camera: &Camera, what: &str) -> usize {
    let found = pixels(space, camera);
    let wanted = reference::space::paint(space, camera, space.target_size());
    for (px, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
        let at = (px as u32 % space.size[0], px as u32 / space.size[0]);
        assert_eq!(found, wanted, "{what}, {at:?}");
    }
    found.iter().filter(|px| **px != [255; 4]).count()
}

/// Cameras around a scene, from far away to within it.
fn cameras(space: &Space, mut with: impl FnMut(&Camera, &str)) {
    let size = space.target_size();
    for projection in [Projection::Perspective(40.0), Projection::Orthographic] {
        for (azimuth, elevation) in [
            (-60.0, 30.0),
            (10.0, 90.0),
            (45.0, 2.0),
            (0.0, 0.0),
            (140.0, -35.0),
        ] {
            let mut camera = space.view(size);
            camera.projection = projection;
            camera.look_from(azimuth, elevation);
            camera.fit(space.bounds().expect("bounds"), size);
            for factor in [0.05, 1.0, 4.0, 5.0, 40.0] {
                camera.zoom(factor, [20.0, 14.0], size);
                with(
                    &camera,
                    &format!("{projection:?} from {azimuth} {elevation}, then × {factor}"),
                );
            }
            // On its side.
            camera.fit(space.bounds().expect("bounds"), size);
            camera.arcball([30.0, 17.0], [23.0, 30.0], size);
            with(
                &camera,
                &format!("{projection:?} from {azimuth} {elevation}, turned"),
            );
        }
    }
}

fn noise(seed: u64, count: usize, holes: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    let mut height = |_| match random.below(97) {
        0 if holes > 0 => [f32::NAN, f32::INFINITY][random.below(2) as usize],
        1 => 3.0,
        _ => random.unit() as f32,
    };
    (0..count).map(&mut height).collect()
}

fn hills([rows, columns]: [usize; 2]) -> Vec<f32> {
    let wave = |i: usize, of: usize, times: f64| (times * i as f64 / of as f64).sin();
    (0..rows * columns)
        .map(|i| (0.7 * wave(i % columns, columns, 9.0) * wave(i / columns, rows, 7.0)) as f32)
        .collect()
}

#[test]
fn surfaces_are_those_of_the_twin() {
    let looks = [
        ("hills", [0.0, 4.0], [0.0, 4.0], [70, 83], hills([70, 83])),
        ("noise", [0.0, 9.0], [4.0, -5.0], [61, 50], noise(1, 61 * 50, 1)),
        ("few rows", [0.0, 4.0], [0.0, 4.0], [3, 900], noise(2, 2700, 1)),
        ("few columns", [3.0, 0.0], [0.0, 4.0], [700, 4], noise(3, 2800, 0)),
        (
            "one cell",
            [0.0, 1.0],
            [0.0, 1.0],
            [2, 2],
            vec![0.0, 1.0, 1.0, 0.5],
        ),
    ];
    for (what, x, y, shape, heights) in looks {
        let surface = Surface::new(x, y, shape, &heights).expect("a surface");
        let space = empty(SIZE).with(surface);
        assert!(check(&space, &space.view(SIZE), what) > 100, "{what}");
        // The twin is slow: of each look a third of the cameras.
        let mut number = what.len();
        cameras(&space, |camera, from| {
            number += 1;
            if number.is_multiple_of(3) {
                check(&space, camera, &format!("{what}, {from}"));
            }
        });
    }
}

#[test]
fn near_by_surfaces_are_meshes() {
    // Of numbers that both keep exactly.
    let mut random = Random::new(5);
    let mut heights: Vec<f32> = (0..17 * 33).map(|_| random.below(129) as f32 / 64.0).collect();
    heights[100] = f32::NAN;
    let (x, y, shape) = ([0.0, 8.0], [-4.0, 0.0], [17, 33]);
    let surface = Surface::new(x, y, shape, &heights).expect("a surface");
    let as_mesh = mesh(x, y, shape, &heights);
    let looks = [
        (surface.clone(), as_mesh.clone()),
        (
            surface.color(Rgba8::opaque(0x20_90f0)),
            as_mesh.color(Rgba8::opaque(0x20_90f0)),
        ),
    ];
    let size = [300, 200];
    for (surface, mesh) in looks {
        let (surface, mesh) = (empty(size).with(surface), empty(size).with(mesh));
        assert_eq!(surface.bounds(), mesh.bounds());
        for projection in [Projection::Perspective(30.0), Projection::Orthographic] {
            for (azimuth, elevation) in [(-60.0, 30.0), (20.0, 80.0), (100.0, -20.0)] {
                for distance in [14.0, 6.0, 1.0, 0.01] {
                    let mut camera = surface.view(size);
                    camera.projection = projection;
                    camera.look_from(azimuth, elevation);
                    camera.distance = distance;
                    let what = format!("{projection:?} {azimuth} {elevation} {distance}");
                    assert!(pixels(&surface, &camera) == pixels(&mesh, &camera), "{what}");
                }
            }
        }
    }
}

/// Whether each pixel is all covered, and whether it is covered in part, of what is black and not lit.
fn cover(space: &Space, camera: &Camera) -> Vec<[bool; 2]> {
    let of = |px: &[u8; 4]| [px[0] == 0, px[0] < 255];
    pixels(space, camera).iter().map(of).collect()
}

#[test]
fn nothing_is_seen_through_what_is_closed_and_outlines_are_near_a_meshs() {
    let size = [110, 80];
    for (what, x, y, shape, heights) in [
        (
            "noise",
            [0.0, 9.0],
            [0.0, 9.0],
            [160, 150],
            noise(1, 160 * 150, 0),
        ),
        ("hills", [0.0, 4.0], [0.0, 3.0], [240, 230], hills([240, 230])),
        ("few rows", [0.0, 4.0], [0.0, 4.0], [5, 4000], noise(2, 20_000, 0)),
        ("few columns", [0.0, 4.0], [0.0, 4.0], [3000, 7], hills([3000, 7])),
    ] {
        let surface = Surface::new(x, y, shape, &heights).expect("a surface");
        let unlit = || empty(size).light([0.0, 0.0, 1.0], 1.0);
        let as_mesh = unlit().with(mesh(x, y, shape, &heights).color(BLACK));
        let surface = unlit().with(surface.color(BLACK));
        // Long cells are drawn higher between two lines of heights.
        let is_square = shape[0] > 100 && shape[1] > 100;
        let edges = edges(x, y, shape, &heights);
        cameras(&surface, |camera, from| {
            let [found, wanted] = [&surface, &as_mesh].map(|space| cover(space, camera));
            for (px, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
                let at = [px as u32 % size[0], px as u32 / size[0]];
                let fits = (!wanted[0] || found[0]) && (!wanted[1] || found[1]);
                assert!(fits, "{what}, {from}: {at:?} is seen through");
            }
            if !is_square {
                return;
            }
            // What of the mesh passes between samples is there as well.
            let mut is_there: Vec<bool> = wanted.iter().map(|wanted| wanted[1]).collect();
            let on_target = projection(camera, size);
            for place in edges.iter().filter_map(|place| on_target(*place)) {
                let [column, row] = place.map(|v| v.floor() as i32);
                if (0..size[0] as i32).contains(&column) && (0..size[1] as i32).contains(&row) {
                    is_there[(row * size[0] as i32 + column) as usize] = true;
                }
            }
            for (px, found) in found.iter().enumerate() {
                let at = [px as i32 % size[0] as i32, px as i32 / size[0] as i32];
                let near = |by: i32| {
                    let [column, row] = [at[0] + by % 7 - 3, at[1] + by / 7 - 3];
                    let is_beside =
                        !(0..size[0] as i32).contains(&column) || !(0..size[1] as i32).contains(&row);
                    is_beside || is_there[(row * size[0] as i32 + column) as usize]
                };
                assert!(
                    !found[1] || (0..49).any(near),
                    "{what}, {from}: {at:?} is far off"
                );
            }
        });
    }
}

/// Places along all sides of all triangles.
fn edges(x: [f64; 2], y: [f64; 2], [rows, columns]: [usize; 2], heights: &[f32]) -> Vec<[f64; 3]> {
    let place = |row: usize, column: usize| {
        let along = |[from, to]: [f64; 2], at: usize, count: usize| {
            from + (to - from) * at as f64 / (count - 1) as f64
        };
        let z = f64::from(heights[row * columns + column]);
        [along(x, column, columns), along(y, row, rows), z]
    };
    let mut places = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let from = place(row, column);
            for [down, right] in [[0, 1], [1, 0], [1, 1]] {
                if row + down < rows && column + right < columns {
                    let to = place(row + down, column + right);
                    let far = (0..3)
                        .map(|axis| (to[axis] - from[axis]).abs())
                        .fold(0.0, f64::max);
                    let steps = (far / 0.1).ceil() as usize;
                    places.extend((0..=steps).map(|step| {
                        let part = step as f64 / steps.max(1) as f64;
                        [0, 1, 2].map(|axis| from[axis] + part * (to[axis] - from[axis]))
                    }));
                }
            }
        }
    }
    places
}

#[test]
fn smooth_surfaces_from_afar_are_coloured_and_lit_as_meshes() {
    let (size, shape) = ([200, 150], [400, 500]);
    let heights = hills(shape);
    let (x, y) = ([0.0, 5.0], [0.0, 4.0]);
    let surface = empty(size).with(Surface::new(x, y, shape, &heights).expect("a surface"));
    let as_mesh = empty(size).with(mesh(x, y, shape, &heights));
    for (azimuth, elevation) in [(-60.0, 30.0), (10.0, 88.0), (200.0, -50.0)] {
        let mut camera = surface.view(size);
        camera.look_from(azimuth, elevation);
        camera.fit(surface.bounds().expect("bounds"), size);
        let (found, wanted) = (pixels(&surface, &camera), pixels(&as_mesh, &camera));
        let mut apart: Vec<i32> = found
            .iter()
            .zip(&wanted)
            .map(|(found, wanted)| {
                (0..3)
                    .map(|i| (i32::from(found[i]) - i32::from(wanted[i])).abs())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        apart.sort_unstable();
        let share = |part: usize| apart[apart.len() * part / 100];
        assert!(
            share(50) <= 3 && share(90) <= 12,
            "{azimuth}: {} {}",
            share(50),
            share(90)
        );
    }
}

/// Where places are on a target, in pixels; those behind the eye are not.
fn projection(camera: &Camera, size: [u32; 2]) -> impl Fn([f64; 3]) -> Option<[f64; 2]> {
    let (eye, axes, kind) = (camera.eye(), camera.axes(), camera.projection);
    let half = f64::from(size[1]) / 2.0;
    let even = 2.0 * half / camera.distance;
    move |place| {
        let off = [0, 1, 2].map(|i| place[i] - eye[i]);
        let [x, y, back] = axes.map(|axis| (0..3).map(|i| axis[i] * off[i]).sum::<f64>());
        let (is_before, per) = match kind {
            Projection::Perspective(degrees) => {
                (back < 0.0, half / (degrees.to_radians() / 2.0).tan() / -back)
            }
            Projection::Orthographic => (true, even),
        };
        is_before.then(|| [f64::from(size[0]) / 2.0 + x * per, half - y * per])
    }
}

#[test]
fn one_high_sample_is_seen_at_any_zoom() {
    let size = [120, 90];
    let mut random = Random::new(8);
    for shape in [[900, 1100], [6, 90_000], [50_000, 11]] {
        let [rows, columns] = shape;
        for _ in 0..3 {
            let mut heights = vec![0.0_f32; rows * columns];
            let number = random.below((rows * columns) as u64) as usize;
            heights[number] = 0.4;
            let surface = Surface::new([0.0, 1.0], [0.0, 1.0], shape, &heights).expect("a surface");
            let space = empty(size).light([0.0, 0.0, 1.0], 1.0).with(
                surface
                    .colormap(Colormap::Magma)
                    .limits(0.0, 0.5)
                    .expect("limits"),
            );
            let at = [
                (number % columns) as f64 / (columns - 1) as f64,
                (number / columns) as f64 / (rows - 1) as f64,
            ];
            let mut seen = 0;
            cameras(&space, |camera, from| {
                if camera.looks_from()[1] < 0.0 {
                    return;
                }
                // The ground is nearly black, and white what is behind it; what is high is red.
                let found = pixels(&space, camera);
                let is_high = |px: [u32; 2]| {
                    let [r, g, ..] = found[(px[1] * size[0] + px[0]) as usize];
                    i32::from(r) > i32::from(g) + 8
                };
                let on_target = projection(camera, size);
                let at = |up: f64| {
                    let [x, y] = on_target([at[0], at[1], 0.4 * up])?;
                    let is_there = (1.0..119.0).contains(&x) && (1.0..89.0).contains(&y);
                    is_there.then_some([x, y])
                };
                let (Some(low), Some(high)) = (at(0.4), at(1.0)) else {
                    return;
                };
                let any = (0..size[0] * size[1]).any(|px| is_high([px % size[0], px / size[0]]));
                assert!(any, "{shape:?} {number}, {from}");
                seen += 1;
                // Pixels that it goes through, if there are a few.
                if (high[0] - low[0]).hypot(high[1] - low[1]) < 5.0 {
                    return;
                }
                for step in 0..=60 {
                    if let Some(px) = at(0.4 + 0.25 * f64::from(step) / 60.0) {
                        let px = px.map(|v| v as u32);
                        assert!(is_high(px), "{shape:?} {number}, {from}: {px:?}");
                        seen += 1;
                    }
                }
            });
            assert!(seen > 300, "{seen}");
        }
    }
}

#[test]
fn hits_tell_which_height_it_is() {
    let size = [120, 90];
    // Near by: the nearest height to a pixel's middle.
    let heights = hills([9, 12]);
    let space =
        empty(size).with(Surface::new([0.0, 11.0], [0.0, 8.0], [9, 12], &heights).expect("a surface"));
    let mut camera = space.view(size);
    camera.look_from(0.0, 90.0);
    camera.fit(space.bounds().expect("bounds"), size);
    let mut met = 0;
    for (number, height) in heights.iter().enumerate() {
        let place = [(number % 12) as f64, (number / 12) as f64, f64::from(*height)];
        let [x, y] = projection(&camera, size)(place).expect("before the camera");
        let hit = space.hit(&camera, size, [x as u32, y as u32]).expect("a hit");
        // At the rim a pixel's samples may miss it.
        if let Some(hit) = hit {
            assert_eq!(
                hit,
                SolidHit {
                    solid: 0,
                    item: number
                }
            );
            met += 1;
        }
    }
    assert!(met > 80, "{met}");
    assert_eq!(space.hit(&camera, size, [0, 0]).expect("no hit"), None);
    // From afar: the spike.
    let shape = [700, 600];
    let mut heights = vec![0.0_f32; 700 * 600];
    for (number, height) in [(123_456, 0.5), (300_077, -0.5)] {
        heights[number] = height;
        let surface = Surface::new([0.0, 1.0], [0.0, 1.0], shape, &heights).expect("a surface");
        let space = empty(size)
            .with(mesh([0.0, 1.0], [0.0, 1.0], [2, 2], &[9.0; 4]))
            .with(surface);
        let mut camera = space.view(size);
        camera.look_from(-30.0, 25.0 * f64::from(height).signum());
        let relief = match &space.solids[1] {
            galvani::figure::Solid::Surface(surface) => surface.relief.clone(),
            _ => panic!("the surface is the second"),
        };
        let [x, y, z] = relief.place(number);
        assert_eq!(z, f64::from(height));
        let [column, row] = projection(&camera, size)([x, y, 0.8 * z]).expect("before the camera");
        let hit = space
            .hit(&camera, size, [column as u32, row as u32])
            .expect("a hit");
        assert_eq!(
            hit,
            Some(SolidHit {
                solid: 1,
                item: number
            })
        );
        heights[number] = 0.0;
    }
}

#[test]
fn grids_of_any_size_and_places_and_none_are_drawn() {
    let flat = |shape: [usize; 2], height: f32| {
        let heights = vec![height; shape[0] * shape[1]];
        let surface = Surface::new([0.0, 1.0], [0.0, 1.0], shape, &heights).expect("a surface");
        empty(SIZE).with(surface.color(BLACK))
    };
    for shape in [[0, 0], [0, 9], [7, 0], [1, 1], [1, 9], [9, 1]] {
        let space = flat(shape, 1.0);
        assert_eq!(check(&space, &space.view(SIZE), "no cells"), 0, "{shape:?}");
        assert_eq!(
            space.hit(&space.view(SIZE), SIZE, [23, 17]).expect("no hit"),
            None
        );
    }
    let none = flat([40, 30], f32::NAN);
    assert_eq!(check(&none, &none.view(SIZE), "holes"), 0);
    assert_eq!(none.bounds(), None);
    for shape in [[2, 2], [2, 3], [17, 16], [33, 300]] {
        let space = flat(shape, -2.0);
        assert!(check(&space, &space.view(SIZE), "flat") > 300, "{shape:?}");
    }
    // Far off, tiny, huge, all of a length, and of none.
    let heights = noise(4, 90 * 80, 1);
    for (middle, side, scale, offset) in [
        (0.0, 1e-30, 1e-30, 0.0),
        (2_f64.powi(40), 1.0, 1.0, 0.0),
        (-3e100, 1e99, 1e38, 0.0),
        (2_f64.powi(40), 1e-3, 1e-3, 0.0),
        (0.0, 1e6, 1e6, 2_f32.powi(40)),
        (0.0, 1.0, 1e-30, 0.0),
        (0.0, 1e-30, 1.0, 0.0),
        (5.0, 0.0, 1.0, 0.0),
    ] {
        let scaled: Vec<f32> = heights.iter().map(|v| v * scale + offset).collect();
        let edges = [middle - side, middle + side];
        let surface = Surface::new(edges, [edges[1], edges[0]], [90, 80], &scaled).expect("a surface");
        let space = empty(SIZE).with(surface.color(BLACK));
        let mut camera = space.view(SIZE);
        let drawn = check(&space, &camera, "moved");
        let is_thin = side == 0.0 || side < f64::from(scale) / 1e10;
        assert!(
            drawn > if is_thin { 3 } else { 300 },
            "{middle} {side} {scale}: {drawn}"
        );
        camera.zoom(30.0, [20.0, 20.0], SIZE);
        check(&space, &camera, "moved, near by");
        assert_eq!(surface_range(&space).map(f64::is_finite), [true; 2]);
    }
    // A target of one pixel, and cameras that see nothing.
    let space = flat([300, 200], 0.0);
    let tiny = space.clone().size(1, 1);
    check(&tiny, &tiny.view([1, 1]), "tiny");
    let mut away = space.view(SIZE);
    away.fly([0.0, 0.0, 1e3]);
    assert_eq!(check(&space, &away, "behind"), 0);
    away.distance = f64::NAN;
    away.rotation = [0.0; 4];
    space.pixels(&away).expect("pixels");
}

fn surface_range(space: &Space) -> [f64; 2] {
    match &space.solids[0] {
        galvani::figure::Solid::Surface(surface) => surface.range(),
        _ => panic!("it is a surface"),
    }
}

#[test]
fn surfaces_hide_and_are_hidden() {
    // A wall before half of a surface, and one behind it.
    let heights = vec![0.0_f32; 800 * 800];
    let surface = Surface::new([0.0, 8.0], [0.0, 8.0], [800, 800], &heights).expect("a surface");
    let wall = |z: f64| {
        let vertices = [[-1.0, -1.0, z], [9.0, -1.0, z], [9.0, 9.0, z], [-1.0, 9.0, z]];
        let mesh = Mesh::new(&vertices, &[[0, 1, 2], [0, 2, 3]]).expect("a mesh");
        mesh.color(Rgba8::opaque(0x00_ff00))
    };
    for (z, is_seen) in [(0.5, false), (-0.5, true)] {
        let space = empty(SIZE)
            .light([0.0, 0.0, 1.0], 1.0)
            .with(surface.clone().color(BLACK))
            .with(wall(z));
        let mut camera = space.view(SIZE);
        camera.look_from(0.0, 90.0);
        let middle = pixels(&space, &camera)[(SIZE[1] / 2 * SIZE[0] + SIZE[0] / 2) as usize];
        assert_eq!(middle, if is_seen { [0, 0, 0, 255] } else { [0, 255, 0, 255] });
    }
}

#[test]
fn what_a_surface_says_is_kept_and_what_cannot_be_is_an_error() {
    let surface =
        || Surface::new([0.0, 1.0], [0.0, 1.0], [2, 2], &[0.0, 4.0, 1.0, f32::NAN]).expect("a surface");
    assert_eq!(surface().range(), [0.0, 4.0]);
    assert_eq!(surface().limits(7.0, -1.0).expect("limits").range(), [7.0, -1.0]);
    let same = Surface::new([0.0, 1.0], [0.0, 1.0], [1, 2], &[3.0; 2])
        .expect("a surface")
        .range();
    assert!(same[0] < 3.0 && same[1] > 3.0, "{same:?}");
    assert_eq!(surface().relief.place(1), [1.0, 0.0, 4.0]);
    assert_eq!(
        (surface().relief.shape(), surface().relief.heights().len()),
        ([2, 2], 4)
    );
    let told = |made: galvani::Result<Surface>| made.err().expect("an error").to_string();
    let found = told(Surface::new([0.0, 1.0], [0.0, 1.0], [2, 2], &[0.0; 3]));
    assert!(found.contains("3 heights for 2 rows of 2"), "{found}");
    let found = told(Surface::new([0.0, 1.0], [0.0, 1.0], [usize::MAX, 2], &[0.0; 3]));
    assert!(found.contains("3 heights"), "{found}");
    let found = told(Surface::new([0.0, f64::NAN], [0.0, 1.0], [1, 1], &[0.0]));
    assert!(found.contains("edges"), "{found}");
    assert!(told(surface().limits(0.0, f64::INFINITY)).contains("finite"));
    let said = Space::new()
        .surface([0.0, 1.0], [0.0, 1.0], [2, 2], &[0.0; 4])
        .colormap(Colormap::Magma)
        .limits(0.0, 2.0)
        .space()
        .expect("a scene");
    assert_eq!(said.solids.len(), 1);
}
