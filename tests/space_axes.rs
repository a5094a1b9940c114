//! What stands around scenes in three dimensions: axes behind all solids, their numbers, names, and bars of colours. All of it needs no Vulkan.

mod common;

use common::scenes::{SIZE, check, empty};
use galvani::figure::{Balls, Legend, Mesh, Solid, Space};
use galvani::reference;
use galvani::scene::{Colormap, Rgba8};
use galvani::vector::{Line, Shape};
use galvani::view::camera::{Camera, Projection};

/// Two squares that cross, and balls in a corner.
fn within_axes() -> Space {
    let corners = [
        [-1.0, -1.0, 0.0],
        [1.0, -1.0, 0.0],
        [1.0, 1.0, 0.0],
        [-1.0, 1.0, 0.0],
        [0.0, 1.0, 2.0],
        [0.0, -1.0, 2.0],
    ];
    let mesh = Mesh::new(&corners, &[[0, 1, 2], [0, 2, 3], [0, 4, 5]]).expect("a mesh");
    Space::new()
        .size(211, 160)
        .with(mesh.color(Rgba8::opaque(0x20_90f0)))
        .with(Balls::new(&[[0.8, 0.7, 1.5], [0.9, 0.9, 1.9]]))
        .labels("x (mm)", "depth", "V (µV)")
}

/// Cameras on all sides of a scene, and one within.
fn cameras(space: &Space) -> Vec<Camera> {
    let bounds = space.bounds().expect("bounds");
    let mut cameras = Vec::new();
    for projection in [Projection::Perspective(30.0), Projection::Orthographic] {
        for [azimuth, elevation] in [
            [-60.0, 30.0],
            [30.0, -20.0],
            [100.0, 5.0],
            [200.0, 89.0],
            [0.0, 90.0],
            [90.0, 0.0],
        ] {
            let mut camera = space.view(space.size);
            camera.projection = projection;
            camera.look_from(azimuth, elevation);
            camera.fit(bounds, [space.size[0] / 2, space.size[1] / 2]);
            camera.distance *= 1.5;
            cameras.push(camera);
        }
    }
    let mut inside = cameras[0];
    inside.target = bounds.middle();
    inside.distance = 0.1;
    cameras.push(inside);
    cameras
}

#[test]
fn axes_lie_behind_all_solids() {
    let space = within_axes();
    let plain = space.clone().axes(false);
    for (number, camera) in cameras(&space).iter().enumerate() {
        let [found, without] = [&space, &plain].map(|space| space.pixels(camera).expect("pixels"));
        let wanted = reference::space::paint(&space, camera, space.size);
        let mut lines = 0;
        let written = space.drawing(camera).expect("a drawing");
        let written = written.shapes.iter().any(|shape| matches!(shape, Shape::Text(_)));
        for (px, wanted) in wanted.iter().enumerate() {
            let [found, without] = [&found, &without].map(|pixels| pixels.as_chunks::<4>().0[px]);
            let differ = (0..3).any(|channel| found[channel].abs_diff(wanted[channel]) > 1);
            // Numbers are written over solids as well; elsewhere all is as its twin, and what a solid covers as without axes.
            assert!(!differ || written, "{number}, {px}: {found:?} and {wanted:?}");
            lines += usize::from(*wanted != without && without == [255; 4]);
        }
        assert!(lines > 100, "{number}: {lines} pixels of lines");
    }
}

/// The lines of a drawing, its text, and where that begins.
fn drawn(space: &Space, camera: &Camera) -> (Vec<Line>, Vec<(String, [f32; 2])>) {
    let (mut lines, mut texts) = (Vec::new(), Vec::new());
    for shape in space.drawing(camera).expect("a drawing").shapes {
        match shape {
            Shape::Line(line) => lines.push(line),
            Shape::Text(line) => texts.push((line.text, [line.x, line.baseline as f32])),
            _ => {}
        }
    }
    (lines, texts)
}

#[test]
fn numbers_stand_outside_of_the_box_and_say_where_things_are() {
    let space = within_axes().size(480, 360);
    let mut camera = space.view(space.size);
    let (lines, texts) = drawn(&space, &camera);
    assert_eq!(lines.len(), 3, "the grid, the edges and the axes");
    let said: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
    for wanted in ["x (mm)", "depth", "V (µV)", "−1", "0", "1", "1.5", "2.0"] {
        assert!(said.contains(&wanted), "{wanted} in {said:?}");
    }
    // All of it is on the target.
    for (text, [x, y]) in &texts {
        assert!(*x > 0.0 && *y > 0.0 && *y < 360.0, "{text} at {x}, {y}");
    }
    // From above z is a point, and has no numbers.
    camera.projection = Projection::Orthographic;
    camera.look_from(0.0, 90.0);
    camera.distance *= 1.5;
    let (_, texts) = drawn(&space, &camera);
    assert!(texts.iter().any(|(text, _)| text == "depth"));
    assert!(texts.iter().all(|(text, _)| text != "V (µV)"), "{texts:?}");
    // From within there is nowhere to write.
    let inside = cameras(&space).pop().expect("one");
    let (lines, texts) = drawn(&space, &inside);
    assert!(!lines.is_empty() && texts.is_empty(), "{texts:?}");
}

#[test]
fn axes_of_any_place_and_size_are_drawn() {
    for (middle, side) in [(0.0, 1e-30), (2_f64.powi(40), 1.0), (-3e100, 1e99), (0.0, 1e-100)] {
        let at = |v: f64| middle + side * v;
        let space = empty()
            .size(300, 200)
            .balls(&[[at(0.0), at(0.0), at(0.0)], [at(1.0), at(1.0), at(1.0)]])
            .space()
            .expect("balls")
            .labels("a", "b", "c");
        let (lines, texts) = drawn(&space, &space.view(space.size));
        assert_eq!(lines.len(), 3, "{middle} {side}");
        assert!(texts.len() > 6, "{middle} {side}: {texts:?}");
    }
    let far = 2_f64.powi(40);
    let space = empty()
        .size(300, 200)
        .with(Balls::new(&[[far; 3], [far + 1.0; 3]]))
        .axes(true);
    let (_, texts) = drawn(&space, &space.view(space.size));
    assert!(texts.iter().any(|(text, _)| text.ends_with(" +")), "{texts:?}");
    // A plane has two axes, a place none, and nothing no box.
    let flat = empty()
        .size(300, 200)
        .with(Balls::new(&[[0.0, 0.0, 5.0], [1.0, 1.0, 5.0]]))
        .labels("a", "b", "c");
    let (_, texts) = drawn(&flat, &flat.view(flat.size));
    assert!(texts.iter().any(|(text, _)| text == "a") && texts.iter().all(|(text, _)| text != "c"));
    let one = empty().with(Balls::new(&[[3.0, 4.0, 5.0]])).axes(true);
    assert!(drawn(&one, &one.view(SIZE)).1.is_empty());
    let none = empty().axes(true);
    assert_eq!(check(&none, &none.view(SIZE), "none"), 0);
    let mut lost = within_axes().view([1, 1]);
    lost.distance = f64::NAN;
    within_axes().pixels(&lost).expect("pixels");
    let tiny = within_axes().size(1, 1);
    tiny.pixels(&tiny.view([1, 1])).expect("pixels");
}

#[test]
fn names_stand_in_a_corner_and_values_beside_a_bar() {
    let corners = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0_f64]];
    let space = Space::new()
        .size(300, 200)
        .mesh(&corners, &[[0, 1, 2]])
        .values(&[0.0, 0.5, 4.0])
        .colormap(Colormap::Magma)
        .limits(-1.0, 3.0)
        .label("mV")
        .balls(&corners)
        .name("sites")
        .color(Rgba8::opaque(0x10_a010))
        .space()
        .expect("a scene");
    let camera = space.view(space.size);
    let (_, texts) = drawn(&space, &camera);
    let said: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
    for wanted in ["sites", "mV", "−1", "3"] {
        assert!(said.contains(&wanted), "{wanted} in {said:?}");
    }
    // Colours of the bar, the greatest value at the top.
    let pixels = space.pixels(&camera).expect("pixels");
    let is_at = |color: Rgba8| {
        let wanted = [color.r, color.g, color.b, 255];
        let at = pixels
            .as_chunks::<4>()
            .0
            .iter()
            .position(|pixel| *pixel == wanted);
        at.map(|at| at / 300)
    };
    // It is 120 pixels high, from row 40 on, and each has the colour of its middle.
    let [low, high] = [0.5, 119.5].map(|row| is_at(Colormap::Magma.color(row / 120.0)));
    assert!(low > Some(150) && high == Some(40), "{low:?} and {high:?}");
    let Solid::Mesh(mesh) = &space.solids[0] else {
        panic!("not a mesh");
    };
    assert_eq!(
        mesh.color.of(1, Rgba8::default()),
        Colormap::Magma.color(1.5 / 4.0)
    );
    let hidden = space.legend(Legend::Hidden);
    assert!(drawn(&hidden, &camera).1.iter().all(|(text, _)| text != "sites"));
    // No room is no error.
    let tiny = hidden.legend(Legend::UpperRight).size(20, 9).title("tiny");
    tiny.pixels(&tiny.view(tiny.size)).expect("pixels");
    let values = Balls::new(&corners).values(&[1.0, 2.0]);
    assert!(
        values
            .err()
            .expect("an error")
            .to_string()
            .contains("2 of them for 3 balls")
    );
    let values = Balls::new(&corners)
        .values(&[1.0; 3])
        .and_then(|balls| balls.limits(f64::NAN, 1.0));
    assert!(values.is_err());
}
