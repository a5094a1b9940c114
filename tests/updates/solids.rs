//! Vertices of meshes, and balls, that move.

use std::sync::Arc;

use galvani::figure::{Balls, Mesh, Space};
use galvani::solids::{Shell, Spots};
use galvani::view::camera::{Box3, Camera};

use super::common::random::Random;
use super::is_invalid;

/// Vertices of a wavy sheet between the corners of a cube of side 2, which stay, so that positions are kept alike.
fn sheet(side: u32, wave: f64) -> Vec<[f64; 3]> {
    let corners = [[-1.0; 3], [1.0; 3]];
    let step = |i: u32| f64::from(i) / f64::from(side - 1) * 1.5 - 0.75;
    let places = (0..side * side).map(|i| {
        let (x, y) = (step(i % side), step(i / side));
        [x, y, 0.6 * (wave * (x + y * y)).sin()]
    });
    corners.into_iter().chain(places).collect()
}

/// Triangles between such vertices.
fn triangles(side: u32) -> Vec<[u32; 3]> {
    let cells = (0..side - 1).flat_map(|row| (0..side - 1).map(move |column| 2 + row * side + column));
    cells
        .flat_map(|at| [[at, at + 1, at + side], [at + 1, at + side, at + side + 1]])
        .collect()
}

/// What is seen of a scene from one place.
fn seen(space: Space) -> Vec<u8> {
    let space = space.size(160, 120);
    let bounds = Box3([[-1.0, 1.0]; 3]);
    space.pixels(&Camera::around(bounds, [160, 120])).expect("pixels")
}

#[test]
fn vertices_of_meshes_move() {
    for side in [2, 9, 70] {
        let triangles = triangles(side);
        let (from, to) = (sheet(side, 2.0), sheet(side, 7.0));
        let mut mesh = Mesh::new(&from, &triangles).expect("a mesh");
        let other = mesh.clone();
        let mut places = from.clone();
        for span in [0..0, 2..3, 4..from.len().min(40), 2..from.len()] {
            mesh.move_to(span.start, &to[span.clone()]).expect("vertices");
            places[span.clone()].copy_from_slice(&to[span.clone()]);
            let fresh = Mesh::new(&places, &triangles).expect("a mesh");
            let what = format!("{span:?} of {side} × {side}");
            assert_eq!(mesh.shell.bounds(), fresh.shell.bounds(), "{what}");
            for vertex in 0..places.len() {
                let of = |shell: &Shell| (shell.vertex(vertex), shell.normal(vertex));
                assert_eq!(of(&mesh.shell), of(&fresh.shell), "{what}, vertex {vertex}");
            }
            assert!(
                seen(Space::new().with(mesh.clone())) == seen(Space::new().with(fresh)),
                "{what}"
            );
        }
        let fresh = Mesh::new(&from, &triangles).expect("a mesh");
        assert!(
            seen(Space::new().with(other)) == seen(Space::new().with(fresh)),
            "one that was shared"
        );
        assert!(is_invalid(mesh.move_to(places.len(), &[[0.0; 3]])));
        assert!(is_invalid(mesh.move_to(usize::MAX, &[[0.0; 3]])));
    }
}

#[test]
fn vertices_that_go_far_or_are_none_and_come_back() {
    let (triangles, from) = (triangles(9), sheet(9, 2.0));
    let mut shell = Shell::new(&from, &triangles).expect("a mesh");
    let mut spots = Spots::new(&from);
    let mut places = from.clone();
    for place in [
        [f64::NAN; 3],
        [0.1; 3],
        [2.5, 0.0, 0.0],
        [1e12, 0.0, 0.0],
        [f64::INFINITY, 0.0, 1.0],
        from[7],
    ] {
        shell.move_to(7, &[place]).expect("a vertex");
        spots.move_to(7, &[place]).expect("a place");
        places[7] = place;
        // Each is kept to a part of the extent, or of how far out it is.
        let near = |v: f64| 4e-7 * v.abs().max(1.0);
        for (vertex, place) in places.iter().enumerate() {
            for found in [shell.vertex(vertex), spots.place(vertex)] {
                let is_there = place.iter().all(|v| v.is_finite());
                let is_same = |axis: usize| match is_there {
                    true => (found[axis] - place[axis]).abs() <= near(place[axis]),
                    false => found[axis].is_nan(),
                };
                assert!((0..3).all(is_same), "{place:?}: {found:?}");
            }
        }
        let wanted = Box3::around(places.iter().copied()).expect("places").0;
        for found in [shell.bounds(), spots.bounds()] {
            let found = found.expect("places").0;
            for (found, wanted) in found.iter().flatten().zip(wanted.iter().flatten()) {
                assert!(
                    (found - wanted).abs() <= near(*wanted),
                    "{place:?}: {found} and {wanted}"
                );
            }
        }
        // As a new one is seen that is kept alike.
        if place == from[7] {
            let mesh = |shell: Shell| seen(Space::new().with(Mesh::of(Arc::new(shell))));
            let fresh = Shell::new(&places, &triangles).expect("a mesh");
            assert!(mesh(shell.clone()) == mesh(fresh), "back again");
            let balls = |spots: Spots| seen(Space::new().with(Balls::of(Arc::new(spots))));
            assert!(balls(spots.clone()) == balls(Spots::new(&places)), "back again");
        }
    }
    // All of them go far away together, and are as sharp there.
    let far: Vec<[f64; 3]> = from
        .iter()
        .map(|place| place.map(|v| v + (1_u64 << 40) as f64))
        .collect();
    shell.move_to(0, &far).expect("vertices");
    let fresh = Shell::new(&far, &triangles).expect("a mesh");
    for vertex in 0..far.len() {
        assert_eq!(shell.vertex(vertex), fresh.vertex(vertex));
    }
    assert_eq!(shell.bounds(), fresh.bounds());
}

#[test]
fn balls_move() {
    for count in [3, 130, 5000] {
        let mut random = Random::new(47);
        let mut one = || [0; 3].map(|_| 1.8 * random.unit() - 0.9);
        let mut places: Vec<[f64; 3]> = (0..count).map(|_| one()).collect();
        (places[0], places[1]) = ([-1.0; 3], [1.0; 3]);
        let mut balls = Balls::new(&places).size(9.0);
        for span in [2..3, 2..count.min(90), 2..count] {
            let moved: Vec<[f64; 3]> = span.clone().map(|_| one()).collect();
            places[span.clone()].copy_from_slice(&moved);
            balls.move_to(span.start, &moved).expect("places");
            let fresh = Balls::new(&places).size(9.0);
            assert_eq!(balls.spots.bounds(), fresh.spots.bounds());
            assert!(
                seen(Space::new().with(balls.clone())) == seen(Space::new().with(fresh)),
                "{span:?} of {count}"
            );
        }
        assert!(is_invalid(balls.move_to(count, &[[0.0; 3]])));
    }
    Balls::new::<f32>(&[])
        .move_to(0, &[[0.0_f32; 3]; 0])
        .expect("nothing");
}
