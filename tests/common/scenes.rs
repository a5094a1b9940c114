//! Scenes in three dimensions, held to their twin.

use galvani::figure::{Mesh, Space};
use galvani::reference;
use galvani::view::camera::Camera;

use super::heights;
use super::random::Random;

/// Of a target.
pub(crate) const SIZE: [u32; 2] = [97, 66];

/// Holds a scene's picture to its twin's, to the bit: how many pixels are not white.
pub(crate) fn check(space: &Space, camera: &Camera, what: &str) -> usize {
    let found = space.pixels(camera).expect("pixels");
    let wanted = reference::space::paint(space, camera, space.target_size());
    let mut drawn = 0;
    for (px, (found, wanted)) in found.as_chunks::<4>().0.iter().zip(&wanted).enumerate() {
        let at = (px as u32 % space.size[0], px as u32 / space.size[0]);
        assert_eq!(found, wanted, "{what}, {at:?}");
        drawn += usize::from(*wanted != [255; 4]);
    }
    drawn
}

/// Nothing yet.
pub(crate) fn empty() -> Space {
    Space::new().size(SIZE[0], SIZE[1])
}

/// Triangles at random that cut each other, over so many powers of ten of sizes.
pub(crate) fn soup(random: &mut Random, count: usize, powers: f64) -> Mesh {
    let mut vertices = Vec::new();
    for _ in 0..count {
        let middle = [0; 3].map(|_| 2.0 * random.unit() - 1.0);
        let large = 10_f64.powf(-powers * random.unit());
        for _ in 0..3 {
            vertices.push(middle.map(|v| v + large * (random.unit() - 0.5)));
        }
    }
    let triangles: Vec<[u32; 3]> = (0..count as u32).map(|i| [3 * i, 3 * i + 1, 3 * i + 2]).collect();
    let values: Vec<f32> = (0..3 * count).map(|_| random.unit() as f32).collect();
    let mesh = Mesh::new(&vertices, &triangles).expect("a mesh");
    mesh.values(&values).expect("colours")
}

/// A grid of squares of two triangles each, waved.
pub(crate) fn sheet(side: usize) -> Mesh {
    let height = |i: usize| (0.7 * (i % side) as f64).sin() * (0.4 * (i / side) as f64).cos();
    let heights: Vec<f32> = (0..side * side).map(|i| height(i) as f32).collect();
    heights::mesh([0.0, 9.0], [0.0, 9.0], [side, side], &heights)
}
