//! A knot: a tube about a curve that winds three times round one way while it goes twice round the other, each vertex in a colour of its own,
//! the sides of triangles drawn over it.

use galvani::Result;
use galvani::figure::Space;
use galvani::scene::Rgba8;

use super::part_of;

const TAU: f64 = std::f64::consts::TAU;

pub(super) fn figure(part: f64) -> Result<Space> {
    let (along, around) = (part_of(400, part.sqrt()).max(60), part_of(40, part.sqrt()).max(12));
    let (mut vertices, mut values) = (Vec::new(), Vec::new());
    for i in 0..along {
        let t = TAU * i as f64 / along as f64;
        let (here, ahead) = (curve(t), curve(t + 1e-3));
        let forwards = unit(minus(ahead, here));
        let side = unit(cross(forwards, [0.0, 0.0, 1.0]));
        let up = cross(side, forwards);
        for j in 0..around {
            let (sin, cos) = (TAU * j as f64 / around as f64).sin_cos();
            vertices.push([0, 1, 2].map(|axis| here[axis] + 0.45 * (cos * side[axis] + sin * up[axis])));
            values.push((2.0 * t).sin() as f32);
        }
    }
    let mut triangles = Vec::new();
    for i in 0..along {
        for j in 0..around {
            let at = |i: usize, j: usize| (i % along * around + j % around) as u32;
            triangles.push([at(i, j), at(i + 1, j), at(i + 1, j + 1)]);
            triangles.push([at(i, j), at(i + 1, j + 1), at(i, j + 1)]);
        }
    }
    let wire = Rgba8 { r: 0, g: 0, b: 0, a: 60 };
    Space::new()
        .title(format!("{} triangles", triangles.len()))
        .mesh(&vertices, &triangles)
        .values(&values)
        .wire(0.8, wire)
        .space()
}

fn curve(t: f64) -> [f64; 3] {
    let far = 2.0 + (3.0 * t).cos();
    [far * (2.0 * t).cos(), far * (2.0 * t).sin(), 1.2 * (3.0 * t).sin()]
}

fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|axis| a[axis] - b[axis])
}

fn unit(a: [f64; 3]) -> [f64; 3] {
    let long = a[0].hypot(a[1]).hypot(a[2]);
    a.map(|v| v / long)
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
