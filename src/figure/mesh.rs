//! Triangles as a scene shows them.

use std::path::Path;
use std::sync::Arc;

use super::adding::verbs;

use super::looks::one_each;
use super::{Adding, Color, Solid, Space};
use crate::Result;
use crate::scene::{Colormap, Rgba8};
use crate::solids::{Coordinate, Read, Shell};

/// Triangles as a scene shows them, from both sides, lit.
#[derive(Clone)]
pub struct Mesh {
    /// The triangles.
    pub shell: Arc<Shell>,
    /// What the legend calls it; nothing without.
    pub name: String,
    /// In which colour; each vertex may have one.
    pub color: Color,
    /// Whether each triangle is lit as a plane of its own, rather than as a part of something round.
    pub is_flat: bool,
    /// How wide, in pixels before scaling to the display, and in which colour the sides of triangles are drawn.
    pub wire: Option<(f32, Rgba8)>,
}

impl Mesh {
    /// Triangles between vertices, each three of their numbers.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for a triangle of a vertex that is not there.
    pub fn new<T: Coordinate>(vertices: &[[T; 3]], triangles: &[[u32; 3]]) -> Result<Self> {
        Ok(Self::of(Arc::new(Shell::new(vertices, triangles)?)))
    }

    /// The same of triangles that several scenes may share.
    #[must_use]
    pub fn of(shell: Arc<Shell>) -> Self {
        Self {
            shell,
            name: String::new(),
            color: Color::Auto,
            is_flat: false,
            wire: None,
        }
    }

    /// Reads Wavefront's OBJ, or PLY, with the normals and the colours that vertices have there; materials are left out.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for another ending of the file's name; [`Error::Open`](crate::Error::Open); [`Error::Format`](crate::Error::Format).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let read = Read::open(path.as_ref())?;
        let mut shell = Shell::new(&read.vertices, &read.triangles)?;
        if !read.normals.is_empty() {
            shell = shell.normals(&read.normals)?;
        }
        let mesh = Self::of(Arc::new(shell));
        match read.colors.is_empty() {
            true => Ok(mesh),
            false => mesh.colors(&read.colors),
        }
    }

    /// Moves the vertices from `first` on: see [`Shell::move_to`]. Copies all of them where they are shared with another scene.
    ///
    /// # Errors
    /// Those of [`Shell::move_to`].
    pub fn move_to<T: Coordinate>(&mut self, first: usize, places: &[[T; 3]]) -> Result<()> {
        Arc::make_mut(&mut self.shell).move_to(first, places)
    }

    pub(super) fn count(&self) -> usize {
        self.shell.vertices()
    }

    /// One colour for all of it.
    #[must_use]
    pub fn color(self, color: Rgba8) -> Self {
        Self {
            color: Color::All(color),
            ..self
        }
    }

    /// A colour for each vertex.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) unless there are as many as vertices.
    pub fn colors(self, colors: &[Rgba8]) -> Result<Self> {
        one_each("colours of vertices", colors.len(), ("vertices", self.count()))?;
        Ok(Self {
            color: Color::Each(colors.into()),
            ..self
        })
    }

    /// Lights each triangle as a plane of its own.
    #[must_use]
    pub fn flat(self) -> Self {
        Self {
            is_flat: true,
            ..self
        }
    }

    /// Draws the sides of triangles, so many pixels wide before scaling to the display.
    #[must_use]
    pub fn wire(self, width: f32, color: Rgba8) -> Self {
        Self {
            wire: Some((width, color)),
            ..self
        }
    }
}

verbs! {
    solid Mesh;
    /// Adds triangles between vertices, of `f32` or `f64`, each three of their numbers: see [`Mesh`].
    add mesh[T: Coordinate](vertices: &[[T; 3]], triangles: &[[u32; 3]]) = Mesh::new(vertices, triangles);
    say name(name: impl Into<String>);
    say color(color: Rgba8);
    say colormap(colormap: Colormap);
    say bar(bar: bool);
    say label(label: impl Into<String>);
    say flat();
    say wire(width: f32, color: Rgba8);
    try colors(colors: &[Rgba8]);
    try values(values: &[f32]);
    try limits(first: f64, last: f64);
}
