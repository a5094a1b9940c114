//! Heights over a grid as a scene shows them.

use std::sync::Arc;

use super::adding::verbs;
use super::shade::{Facet, Look, Shade, Shading, rgb};
use super::values::{apart, limits};
use super::{Adding, Solid, Space};
use crate::Result;
use crate::scene::{Colormap, Rgba8};
use crate::solids::{Local, Relief, Seen};
use crate::view::camera::dot;

/// Heights over a grid as a scene shows them: a surface between them, lit from both sides, in colours by height. Where one is not finite
/// there is a hole.
///
/// **What is exact.** Where cells are wider than a pixel, seen straight on, there are two triangles in each, as of a mesh. Where they are
/// smaller a box is drawn around all heights of so many cells as are a pixel wide, from the lowest to the highest. All of the surface is
/// in the boxes, so no height is lost, however few of however many are high, and nothing is seen through it. What boxes add is within three
/// pixels of the surface, mostly within one, beside it and in depth: outlines are thicker by that, holes smaller. A height among such as
/// are not finite, so that no triangle has it, is seen only where cells are that small. Where cells are longer than a pixel one way and
/// shorter the other, boxes are as high between two lines of heights as the highest in a pixel's width of each line makes them. What is less than a pixel wide on a triangle,
/// as the tip of a peak is, is seen as far as the four samples of a pixel meet it.
///
/// **What it costs.** A frame draws about one to four boxes or triangles for a pixel of the surface, seen as from above, at any number of
/// heights; a hundred and more where cells are many times as long as wide and are seen from among high ones.
#[derive(Clone)]
pub struct Surface {
    /// The heights.
    pub relief: Arc<Relief>,
    /// The heights of the first colour and of the last; `None` for the least and the greatest finite one.
    pub limits: Option<[f64; 2]>,
    /// Which colours.
    pub colormap: Colormap,
    /// One colour for all of it instead.
    pub color: Option<Rgba8>,
    /// Whether a colour bar stands beside the scene.
    pub bar: bool,
    /// What that bar says besides its numbers.
    pub label: String,
    /// What the legend calls it; nothing without.
    pub name: String,
}

impl Surface {
    /// Heights `[rows, columns]`, row by row, which are copied. Columns lie along `x`, rows along `y`, each from its first number to its
    /// second.
    ///
    /// # Errors
    /// As [`Relief::new`].
    pub fn new(x: [f64; 2], y: [f64; 2], shape: [usize; 2], heights: &[f32]) -> Result<Self> {
        Ok(Self::of(Arc::new(Relief::new(x, y, shape, heights.to_vec())?)))
    }

    /// The same of heights that several scenes may share.
    #[must_use]
    pub fn of(relief: Arc<Relief>) -> Self {
        Self {
            relief,
            limits: None,
            colormap: Colormap::default(),
            color: None,
            bar: false,
            label: String::new(),
            name: String::new(),
        }
    }

    /// The heights of the first colour and of the last; the first may be the greater.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for what is not finite.
    pub fn limits(self, first: f64, last: f64) -> Result<Self> {
        let limits = Some(limits("the limits of a surface", first, last)?);
        Ok(Self { limits, ..self })
    }

    /// Which colours.
    #[must_use]
    pub fn colormap(self, colormap: Colormap) -> Self {
        Self { colormap, ..self }
    }

    /// Whether a colour bar stands beside the scene.
    #[must_use]
    pub fn bar(self, bar: bool) -> Self {
        Self { bar, ..self }
    }

    /// A colour bar, and what that says besides its numbers.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        let (bar, label) = (true, label.into());
        Self { bar, label, ..self }
    }

    /// The heights of the first colour and of the last, which differ: where they would not, with something on either side.
    #[must_use]
    pub fn range(&self) -> [f64; 2] {
        apart(self.limits.or(self.relief.range()))
    }

    fn color_at(&self, height: f64) -> Rgba8 {
        let [first, last] = self.range();
        self.color
            .unwrap_or_else(|| self.colormap.color((height - first) / (last - first)))
    }
}

impl Shading<'_> {
    /// What is to be seen of an item of a surface.
    pub(super) fn look_of_surface<'a>(
        &self,
        local: &Local,
        (surface, item): (&'a Surface, usize),
    ) -> Look<'a> {
        let relief = &*surface.relief;
        match relief.seen(item) {
            Seen::Triangle(cell, half) => {
                let corners = Relief::corners(half).map(|[down, right]| [cell[0] + down, cell[1] + right]);
                Look::Triangle(Facet::new(
                    self.lens(),
                    corners.map(|corner| local.exact(relief.stored(corner))),
                    corners.map(|corner| surface.color_at(relief.height_at(corner))),
                    corners.map(|corner| relief.normal(corner)),
                ))
            }
            Seen::Node(level, node) => Look::Node(surface, level, node),
        }
    }

    /// The colour of a box of heights at a place of the target.
    pub(super) fn color_of_node(
        &self,
        local: &Local,
        (surface, level, node): (&Surface, usize, [usize; 2]),
        at: [f64; 2],
    ) -> Shade {
        let (relief, lens) = (&*surface.relief, self.lens());
        let stored = relief.node_place((lens, local), (level, node), at);
        let normal = relief.node_normal(level, node);
        let faces = dot(lens.turned(normal), lens.to_eye(local.exact(stored)));
        let normal = normal.map(|v| if faces < 0.0 { -v } else { v });
        self.lit_there(rgb(surface.color_at(relief.height(stored[2]))), normal)
    }
}

verbs! {
    solid Surface;
    /// Adds heights over a grid, `[rows, columns]` of them, row by row, between two edges along x and two along y: see [`Surface`]. They are
    /// copied; [`Surface::of`] and [`Space::with`] share many.
    add surface[](x: [f64; 2], y: [f64; 2], shape: [usize; 2], heights: &[f32]) = Surface::new(x, y, shape, heights);
    say color(color: Rgba8);
    say colormap(colormap: Colormap);
    say bar(bar: bool);
    say label(label: impl Into<String>);
    say name(name: impl Into<String>);
    try limits(first: f64, last: f64);
}
