//! Scenes in three dimensions, held to their twin to the bit, and to rays that are followed in coordinates. All of it needs no Vulkan.

mod common;

use common::random::Random;
use common::scenes::{SIZE, check, empty, sheet, soup};
use galvani::Error;
use galvani::figure::{Balls, Color, Mesh, SizeUnit, Solid, SolidHit, Space, Surface};
use galvani::scene::Rgba8;
use galvani::view::camera::{Box3, Projection};

#[test]
fn triangles_are_those_of_the_twin() {
    let mut random = Random::new(3);
    let ink = Rgba8 {
        r: 10,
        g: 0,
        b: 0,
        a: 200,
    };
    let looks: [(&str, Mesh); 4] = [
        ("soup", soup(&mut random, 300, 2.0)),
        (
            "flat",
            soup(&mut random, 40, 2.0).flat().color(Rgba8::opaque(0x20_90f0)),
        ),
        ("sheet", sheet(30)),
        ("wire", sheet(6).wire(1.5, ink)),
    ];
    for (what, mesh) in looks {
        let space = empty().with(mesh);
        let mut camera = space.view(SIZE);
        assert!(check(&space, &camera, what) > 100, "{what}");
        camera.projection = Projection::Orthographic;
        camera.fit(space.bounds().expect("bounds"), SIZE);
        assert!(check(&space, &camera, what) > 100, "{what}");
        // Among them, with triangles that are cut at the eye, and far beside the target.
        camera.projection = Projection::Perspective(70.0);
        for distance in [0.5, 0.05, 1e-4] {
            camera.distance = distance;
            camera.turntable([13.0, 4.0], SIZE);
            check(&space, &camera, what);
        }
    }
}

#[test]
fn balls_are_those_of_the_twin() {
    let mut random = Random::new(5);
    let places: Vec<[f32; 3]> = (0..700).map(|_| [0; 3].map(|_| random.unit() as f32)).collect();
    let sizes: Vec<f32> = (0..700)
        .map(|i| [0.0, 1.0, 3.0, 9.0, f32::NAN, -2.0, 0.1][i % 7])
        .collect();
    let values: Vec<f32> = (0..700_u16).map(f32::from).collect();
    let balls = || Balls::new(&places).values(&values).expect("colours");
    for (what, balls) in [
        ("alike", balls()),
        ("each", balls().sizes(&sizes).expect("sizes")),
        ("data", balls().size(0.05).unit(SizeUnit::Data)),
    ] {
        let space = empty().scale(1.0).with(balls).with(sheet(4));
        let mut camera = space.view(SIZE);
        for distance in [camera.distance, 3.0, 0.4] {
            camera.distance = distance;
            check(&space, &camera, what);
        }
        camera.projection = Projection::Orthographic;
        check(&space, &camera, what);
    }
}

/// Most of it lies behind something nearer, block by block, and is left out.
#[test]
fn what_is_hidden_changes_nothing() {
    let mut random = Random::new(11);
    let places: Vec<[f32; 3]> = (0..1500)
        .map(|_| [0; 3].map(|_| 2.0 * random.unit() as f32 - 1.0))
        .collect();
    let balls = || Balls::new(&places).size(12.0);
    let heights: Vec<f32> = (0..40 * 40).map(|_| random.unit() as f32).collect();
    let surface = || Surface::new([-1.0, 1.0], [-1.0, 1.0], [40, 40], &heights).expect("a height each");
    let soup = soup(&mut random, 900, 0.3);
    for (what, space) in [
        ("balls", empty().with(balls())),
        ("triangles", empty().with(soup.clone())),
        ("heights", empty().with(surface())),
        ("all", empty().with(surface()).with(balls()).with(soup)),
    ] {
        let mut camera = space.view(SIZE);
        for (elevation, distance) in [(30.0, camera.distance), (2.0, 1.0)] {
            camera.look_from(40.0, elevation);
            camera.distance = distance;
            check(&space, &camera, what);
        }
        camera.projection = Projection::Orthographic;
        camera.fit(space.bounds().expect("bounds"), SIZE);
        check(&space, &camera, what);
    }
}

#[test]
fn a_lone_small_ball_is_seen_from_any_distance() {
    for at in [0.0, 0.013, -0.3, 0.25] {
        let space = empty().with(
            Balls::new(&[[at, 0.3 * at, -at]])
                .size(0.01)
                .color(Rgba8::opaque(0)),
        );
        let mut camera = space.view(SIZE);
        camera.target = [0.0; 3];
        for distance in [2.0, 50.0, 1e9] {
            camera.distance = distance;
            assert!(
                (1..10).contains(&check(&space, &camera, "a ball")),
                "{at}, {distance}"
            );
        }
    }
}

#[test]
fn hits_are_what_rays_meet() {
    let mut random = Random::new(11);
    let mesh = soup(&mut random, 12, -0.5);
    let shell = mesh.shell.clone();
    let space = empty().with(mesh);
    let mut camera = space.view(SIZE);
    camera.distance *= 0.3;
    let mut met = 0;
    for projection in [Projection::Perspective(45.0), Projection::Orthographic] {
        camera.projection = projection;
        camera.arcball([20.0, 30.0], [60.0, 11.0], SIZE);
        let [right, up, back] = camera.axes();
        for row in 0..SIZE[1] {
            for column in 0..SIZE[0] {
                // Rays through a pixel's middle and around it, followed in coordinates.
                let through = |px: [f64; 2]| {
                    let [x, y] = [px[0] - 48.5, 33.0 - px[1]];
                    let high = match projection {
                        Projection::Perspective(degrees) => {
                            2.0 * camera.distance * (degrees.to_radians() / 2.0).tan()
                        }
                        Projection::Orthographic => camera.distance,
                    };
                    let per = high / f64::from(SIZE[1]);
                    let to = [0, 1, 2].map(|i| camera.target[i] + per * (x * right[i] + y * up[i]));
                    match projection {
                        Projection::Perspective(_) => (camera.eye(), to),
                        Projection::Orthographic => ([0, 1, 2].map(|i| to[i] + 9.0 * back[i]), to),
                    }
                };
                let middle = [f64::from(column) + 0.5, f64::from(row) + 0.5];
                // Its samples are among them.
                let by = [-0.6, -0.25, 0.0, 0.25, 0.6];
                let around = by.iter().flat_map(|y| by.map(|x| [middle[0] + x, middle[1] + y]));
                let rays: Vec<_> = around.map(through).collect();
                let (from, to) = through(middle);
                let mut nearest: Option<(f64, usize)> = None;
                let mut is_clear = true;
                for (number, three) in shell.triangles().iter().enumerate() {
                    let corners = three.map(|vertex| shell.vertex(vertex as usize));
                    let meets = |(from, to): &([f64; 3], [f64; 3])| {
                        ray(*from, *to, corners).is_some_and(|(far, inside)| inside > 0.0 && far > 0.0)
                    };
                    // At a side the pixel's four samples may see something else.
                    let met = rays.iter().filter(|ray| meets(ray)).count();
                    is_clear &= met == 0 || met == rays.len();
                    if met == rays.len()
                        && let Some((far, _)) = ray(from, to, corners)
                        && nearest.is_none_or(|(least, _)| far < least)
                    {
                        nearest = Some((far, number));
                    }
                }
                if !is_clear {
                    continue;
                }
                let hit = space.hit(&camera, SIZE, [column, row]).expect("a hit");
                let wanted = nearest.map(|(_, item)| SolidHit { solid: 0, item });
                // Two that cut each other there may change places.
                if hit != wanted {
                    let of = |hit: Option<SolidHit>| hit.map(|hit| shell.triangles()[hit.item]);
                    let far = |three: [u32; 3]| ray(from, to, three.map(|v| shell.vertex(v as usize)));
                    let both = [of(hit), of(wanted)].map(|three| three.and_then(far));
                    let [Some((a, _)), Some((b, _))] = both else {
                        panic!("{column} {row}: {hit:?} and {wanted:?}");
                    };
                    assert!((a - b).abs() < 0.05, "{column} {row}: {hit:?} and {wanted:?}");
                }
                met += usize::from(wanted.is_some());
            }
        }
    }
    assert!(met > 300, "{met}");
}

/// How far along a ray a triangle's plane is, 1 at `to`, and how far inside of it, as the least part of a corner.
fn ray(from: [f64; 3], to: [f64; 3], [a, b, c]: [[f64; 3]; 3]) -> Option<(f64, f64)> {
    let minus = |a: [f64; 3], b: [f64; 3]| [0, 1, 2].map(|axis| a[axis] - b[axis]);
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let cross = |a: [f64; 3], b: [f64; 3]| {
        [0, 1, 2].map(|i: usize| a[(i + 1) % 3] * b[(i + 2) % 3] - a[(i + 2) % 3] * b[(i + 1) % 3])
    };
    let (along, ab, ac) = (minus(to, from), minus(b, a), minus(c, a));
    let normal = cross(ab, ac);
    let steep = dot(normal, along);
    let far = dot(normal, minus(a, from)) / steep;
    let at = [0, 1, 2].map(|axis| from[axis] + far * along[axis]);
    let square = dot(normal, normal);
    let part = |p: [f64; 3], q: [f64; 3]| dot(normal, cross(minus(p, at), minus(q, at))) / square;
    let inside = part(b, c).min(part(c, a)).min(part(a, b));
    (steep != 0.0 && inside.is_finite()).then_some((far, inside))
}

#[test]
fn places_of_any_size_and_none_are_drawn() {
    let mut random = Random::new(7);
    for (middle, side) in [(0.0, 1e-30), (2_f64.powi(40), 1.0), (-3e100, 1e99), (0.0, 1e-100)] {
        let mesh = soup(&mut random, 60, 2.0);
        let moved: Vec<[f64; 3]> = (0..mesh.shell.vertices())
            .map(|i| mesh.shell.vertex(i).map(|v| middle + side * v))
            .collect();
        let moved = Mesh::new(&moved, mesh.shell.triangles()).expect("a mesh");
        let space = empty().with(moved.color(Rgba8::opaque(0x80_2010)));
        assert!(check(&space, &space.view(SIZE), "moved") > 100, "{middle} {side}");
    }
    let nothing: &[[f64; 3]] = &[];
    let none = empty()
        .with(Balls::new(nothing))
        .with(Mesh::new(nothing, &[]).expect("none"));
    assert_eq!(check(&none, &none.view(SIZE), "none"), 0);
    let nan = [
        [f64::NAN, 0.0, 0.0],
        [0.0, 0.0, 0.0],
        [1.0, 0.0, 0.0],
        [0.0, 1.0, f64::INFINITY],
        [1.0, 1.0, 0.0],
    ];
    let mesh = Mesh::new(&nan, &[[0, 1, 2], [1, 2, 3], [1, 2, 4]]).expect("a mesh");
    let space = empty().with(mesh.color(Rgba8::opaque(0))).with(Balls::new(&nan));
    assert!(check(&space, &space.view(SIZE), "not finite") > 100);
    let one = empty().with(Balls::new(&[[3.0, 4.0, 5.0]]));
    assert!(check(&one, &one.view(SIZE), "one") > 10);
    // A target of one pixel, and cameras that see nothing.
    let tiny = Space::new().size(1, 1).with(sheet(5));
    check(&tiny, &tiny.view([1, 1]), "tiny");
    let mut away = space.view(SIZE);
    away.fly([0.0, 0.0, 1e3]);
    assert_eq!(check(&space, &away, "behind"), 0);
    away.distance = f64::NAN;
    away.rotation = [0.0; 4];
    space.pixels(&away).expect("pixels");
}

#[test]
fn what_cannot_be_is_an_error() {
    let corner = [[0.0_f64, 0.0, 0.0]; 3];
    let told = |error: Option<Error>| error.expect("an error").to_string();
    let found = told(Mesh::new(&corner, &[[0, 1, 3]]).err());
    assert!(found.contains("triangle 0") && found.contains("of 3"), "{found}");
    let mesh = || Mesh::new(&corner, &[[0, 1, 2]]).expect("a mesh");
    assert!(told(mesh().colors(&[Rgba8::default()]).err()).contains("1 of them for 3"));
    assert!(told(Balls::new(&corner).sizes(&[1.0; 4]).err()).contains("4 of them for 3"));
    assert!(told(Mesh::open("mesh.stl").err()).contains(".obj"));
    assert!(told(Mesh::open("no such.ply").err()).contains("no such.ply"));
    assert!(told(empty().save("scene.gif").err()).contains(".png"));
}

/// The same tetrahedron in every form that is read.
#[test]
fn files_hold_what_was_written() {
    let folder = std::env::temp_dir().join(format!("galvani-solids-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let vertices: [[f64; 3]; 4] = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 3.5]];
    let faces = [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]];
    let header = |form: &str| {
        format!(
            "ply\nformat {form} 1.0\ncomment a test\nelement vertex 4\nproperty float x\nproperty double y\n\
             property float z\nproperty uchar red\nproperty uchar green\nproperty uchar blue\n\
             element face 4\nproperty list uchar int vertex_indices\nelement edge 1\nproperty short a\nend_header\n"
        )
    };
    let mut ascii = header("ascii").into_bytes();
    let (mut little, mut big) = (
        header("binary_little_endian").into_bytes(),
        header("binary_big_endian").into_bytes(),
    );
    let mut obj = String::from("# a test\no body\n");
    for (i, [x, y, z]) in vertices.iter().enumerate() {
        ascii.extend(format!("{x} {y} {z} {i} 20 255\n").bytes());
        let (x32, z32) = (*x as f32, *z as f32);
        little.extend(
            [
                &x32.to_le_bytes()[..],
                &y.to_le_bytes(),
                &z32.to_le_bytes(),
                &[i as u8, 20, 255],
            ]
            .concat(),
        );
        big.extend(
            [
                &x32.to_be_bytes()[..],
                &y.to_be_bytes(),
                &z32.to_be_bytes(),
                &[i as u8, 20, 255],
            ]
            .concat(),
        );
        obj += &format!("v {x} {y} {z}\n");
    }
    for face in faces {
        let [a, b, c] = face;
        ascii.extend(format!("3 {a} {b} {c}\n").bytes());
        little.push(3);
        big.push(3);
        for vertex in face {
            little.extend((vertex as i32).to_le_bytes());
            big.extend((vertex as i32).to_be_bytes());
        }
        // From 1, and once from the end.
        obj += &format!("f {}/1/2 {} {}//7\n", a + 1, b + 1, c as i32 - 4)
            .replace("/1/2", "")
            .replace("//7", "");
    }
    ascii.extend(b"4\n");
    little.extend(4_i16.to_le_bytes());
    big.extend(4_i16.to_be_bytes());
    for (name, bytes) in [
        ("ascii.ply", &ascii[..]),
        ("little.PLY", &little),
        ("big.ply", &big),
        ("body.obj", obj.as_bytes()),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a file");
        let mesh = Mesh::open(&path).expect("a mesh");
        let shell = &mesh.shell;
        assert_eq!((shell.vertices(), shell.triangles().len()), (4, 4), "{name}");
        for (three, wanted) in shell.triangles().iter().zip(faces) {
            for (vertex, wanted) in three.iter().zip(wanted) {
                let (found, wanted) = (shell.vertex(*vertex as usize), vertices[wanted]);
                assert!(
                    (0..3).all(|axis| (found[axis] - wanted[axis]).abs() < 1e-6),
                    "{name}"
                );
            }
        }
        assert_eq!(
            matches!(mesh.color, Color::Each(_)),
            !name.ends_with("obj"),
            "{name}"
        );
        // Cut anywhere, or with a number that is wrong, a file is refused or read in part, and never panics.
        for end in (0..bytes.len() - 4).step_by(7) {
            std::fs::write(&path, &bytes[..end]).expect("a file");
            if let Ok(mesh) = Mesh::open(&path) {
                assert!(
                    name.ends_with("obj"),
                    "{name} cut at {end}: {}",
                    mesh.shell.vertices()
                );
            }
        }
        let mut random = Random::new(2);
        for _ in 0..300 {
            let mut hurt = bytes.to_vec();
            let at = random.below(hurt.len() as u64) as usize;
            hurt[at] = random.next() as u8;
            std::fs::write(&path, &hurt).expect("a file");
            drop(Mesh::open(&path));
        }
    }
    let huge = header("binary_little_endian").replace("vertex 4", "vertex 99999999999");
    let path = folder.join("huge.ply");
    std::fs::write(&path, huge).expect("a file");
    let error = Mesh::open(&path).err().expect("an error").to_string();
    assert!(error.contains("vertex") && error.contains("huge.ply"), "{error}");
    std::fs::remove_dir_all(&folder).expect("the folder is removed");
}

#[test]
fn normals_that_are_given_are_kept() {
    let vertices = [[0.0_f64, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    let mesh = Mesh::new(&vertices, &[[0, 1, 2]]).expect("a mesh");
    assert_eq!(mesh.shell.normal(1), [0.0, 0.0, 1.0]);
    let shell = galvani::solids::Shell::new(&vertices, &[[0, 1, 2]])
        .and_then(|shell| shell.normals(&[[0.0, 3.0, 0.0], [0.0; 3], [f64::NAN; 3]]))
        .expect("normals");
    assert_eq!(shell.normal(0), [0.0, 1.0, 0.0]);
    assert_eq!(shell.normal(2), [0.0, 0.0, 1.0]);
    assert_eq!(shell.bounds(), Some(Box3([[0.0, 1.0], [0.0, 1.0], [0.0, 0.0]])));
    let solid = Solid::from(mesh);
    assert_eq!(solid.bounds(), shell.bounds());
}
