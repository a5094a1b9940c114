//! Triangles and places in three dimensions: kept in the order of Morton, so that what is near each other lies in the same block, and
//! where none of a block can be seen none of it is looked at. `sight` finds what is seen at each sample of a target, and `device` says what a GPU is given to
//! find that.
//!
//! A frame of these costs what lies in view, and the pixels: it is not bounded by the screen. One of heights over a grid ([`Relief`]) is.

mod blocks;
mod change;
pub(crate) mod device;
mod lens;
mod placed;
mod read;
mod relief;
pub(crate) mod sight;

use std::path::Path;

use blocks::Block;
use device::State;
pub(crate) use lens::{Lens, Local, PARTS, SAMPLES, Vertex};
pub(crate) use placed::{Frame, Placed};
pub use relief::Relief;
pub(crate) use relief::{Form, Seen, Splat};

pub use crate::points::Coordinate;
use crate::scene::Rgba8;
use crate::view::camera::{Box3, cross, length};
use crate::{Error, Result};

/// Triangles between vertices that they share.
///
/// Memory: 16 bytes a triangle and 24 a vertex. Positions are kept to 2⁻²⁴ of the mesh's extent, wherever it lies. A clone has all of it once more.
#[derive(Clone)]
pub struct Shell {
    placed: Placed,
    triangles: Vec<[u32; 3]>,
    normals: Vec<[f32; 3]>,
    /// The numbers of triangles, in the blocks' order.
    order: Vec<u32>,
    blocks: Vec<Block>,
    /// Of vertices.
    state: State,
}

/// Places, each on its own.
///
/// Memory: 28 bytes a place. A clone has all of them once more.
#[derive(Clone)]
pub struct Spots {
    placed: Placed,
    order: Vec<u32>,
    /// The same places in the blocks' order.
    near: Vec<[f32; 3]>,
    blocks: Vec<Block>,
    /// Of places.
    state: State,
}

/// What a file of a mesh holds.
pub(crate) struct Read {
    pub(crate) vertices: Vec<[f64; 3]>,
    pub(crate) triangles: Vec<[u32; 3]>,
    /// One for each vertex, or none.
    pub(crate) normals: Vec<[f64; 3]>,
    /// One for each vertex, or none.
    pub(crate) colors: Vec<Rgba8>,
}

impl Read {
    /// Reads Wavefront's OBJ or PLY, by the ending of the file's name.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        read::open(path)
    }
}

impl Shell {
    /// Triangles between vertices, each three of their numbers. Normals are the mean of those of the triangles at a vertex, the larger
    /// counting more. Triangles of which a vertex is not finite are not drawn.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a triangle of a vertex that is not there.
    pub fn new<T: Coordinate>(vertices: &[[T; 3]], triangles: &[[u32; 3]]) -> Result<Self> {
        let is_there = |vertex: &u32| (*vertex as usize) < vertices.len();
        if let Some(place) = triangles.iter().position(|three| !three.iter().all(is_there)) {
            let [a, b, c] = triangles[place];
            return Err(Error::Invalid {
                what: "a mesh",
                problem: format!(
                    "triangle {place} is between vertices {a}, {b} and {c}, of {}; number them from 0",
                    vertices.len()
                ),
            });
        }
        let placed = Placed::new(vertices);
        let at = |vertex: u32| placed.stored[vertex as usize];
        let corners = |&three: &[u32; 3]| three.map(at);
        let (order, blocks) = blocks::sorted(triangles.len(), |number| corners(&triangles[number]));
        let normals = normals(&placed.stored, triangles);
        Ok(Self {
            placed,
            triangles: triangles.to_vec(),
            normals,
            order,
            blocks,
            state: State::new(),
        })
    }

    /// The same with a normal for each vertex; it is of no matter how long they are. A vertex whose normal is nought or not finite keeps
    /// its own.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there are as many as vertices.
    pub fn normals<T: Coordinate>(mut self, normals: &[[T; 3]]) -> Result<Self> {
        if normals.len() != self.normals.len() {
            return Err(Error::Invalid {
                what: "a mesh",
                problem: format!("{} normals for {} vertices", normals.len(), self.normals.len()),
            });
        }
        for (own, given) in self.normals.iter_mut().zip(normals) {
            let given = given.map(T::as_f64);
            let long = length(given);
            if long > 0.0 && long.is_finite() {
                *own = given.map(|v| (v / long) as f32);
            }
        }
        Ok(self)
    }

    /// The vertices' numbers of each triangle.
    #[must_use]
    pub fn triangles(&self) -> &[[u32; 3]] {
        &self.triangles
    }

    /// How many vertices there are.
    #[must_use]
    pub fn vertices(&self) -> usize {
        self.placed.stored.len()
    }

    /// The memory that it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let vertices = size_of_val(&self.placed.stored[..]) + size_of_val(&self.normals[..]);
        let triangles = size_of_val(&self.triangles[..]) + size_of_val(&self.order[..]);
        (vertices + triangles + size_of_val(&self.blocks[..])) as u64
    }

    /// The least box around it; `None` of nothing.
    #[must_use]
    pub fn bounds(&self) -> Option<Box3> {
        self.placed.bounds
    }

    pub(crate) fn placed(&self) -> &Placed {
        &self.placed
    }

    /// Where a vertex is.
    #[must_use]
    pub fn vertex(&self, number: usize) -> [f64; 3] {
        self.placed.place(number)
    }

    /// The normal at a vertex, of length 1; nought at one without triangles.
    #[must_use]
    pub fn normal(&self, vertex: usize) -> [f32; 3] {
        self.normals[vertex]
    }
}

impl Spots {
    /// Places; those that are not finite are not drawn.
    #[must_use]
    pub fn new<T: Coordinate>(places: &[[T; 3]]) -> Self {
        let placed = Placed::new(places);
        let (order, blocks) = blocks::sorted(places.len(), |number| [placed.stored[number]; 3]);
        let near = order
            .iter()
            .map(|&number| placed.stored[number as usize])
            .collect();
        Self {
            placed,
            order,
            near,
            blocks,
            state: State::new(),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.placed.stored.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.placed.stored.is_empty()
    }

    /// The memory that they take.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let places = size_of_val(&self.placed.stored[..]) + size_of_val(&self.near[..]);
        (places + size_of_val(&self.order[..]) + size_of_val(&self.blocks[..])) as u64
    }

    /// The least box around them; `None` of nothing.
    #[must_use]
    pub fn bounds(&self) -> Option<Box3> {
        self.placed.bounds
    }

    pub(crate) fn placed(&self) -> &Placed {
        &self.placed
    }

    /// Where one of them is.
    #[must_use]
    pub fn place(&self, number: usize) -> [f64; 3] {
        self.placed.place(number)
    }
}

/// The mean of triangles' normals at each vertex, by their areas.
fn normals(stored: &[[f32; 3]], triangles: &[[u32; 3]]) -> Vec<[f32; 3]> {
    let mut normals = vec![[0.0_f64; 3]; stored.len()];
    for three in triangles {
        let [a, b, c] = three.map(|vertex| stored[vertex as usize].map(f64::from));
        let side = |to: [f64; 3]| [0, 1, 2].map(|axis| to[axis] - a[axis]);
        let normal = cross(side(b), side(c));
        if normal.iter().all(|v| v.is_finite()) {
            for vertex in three {
                for (sum, part) in normals[*vertex as usize].iter_mut().zip(normal) {
                    *sum += part;
                }
            }
        }
    }
    let unit = |normal: [f64; 3]| {
        let long = length(normal);
        normal.map(|v| if long > 0.0 { (v / long) as f32 } else { 0.0 })
    };
    normals.into_iter().map(unit).collect()
}
