//! Heights over a grid as a mesh, which surfaces are held to.

use galvani::figure::Mesh;

/// Two triangles between every four heights, where they are finite, in colours of viridis by height.
pub(crate) fn mesh(x: [f64; 2], y: [f64; 2], [rows, columns]: [usize; 2], heights: &[f32]) -> Mesh {
    let along =
        |[from, to]: [f64; 2], at: usize, count: usize| from + (to - from) * at as f64 / (count - 1) as f64;
    let place = |(number, &height): (usize, &f32)| {
        [
            along(x, number % columns, columns),
            along(y, number / columns, rows),
            f64::from(height),
        ]
    };
    let vertices: Vec<[f64; 3]> = heights.iter().enumerate().map(place).collect();
    let mut triangles = Vec::new();
    for row in 1..rows {
        for column in 1..columns {
            let at = |up: usize, left: usize| ((row - up) * columns + column - left) as u32;
            triangles.push([at(1, 1), at(1, 0), at(0, 0)]);
            triangles.push([at(1, 1), at(0, 0), at(0, 1)]);
        }
    }
    let mesh = Mesh::new(&vertices, &triangles).expect("a mesh");
    mesh.values(heights).expect("a colour each")
}
