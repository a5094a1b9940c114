//! Pictures as SVG and PDF: shapes rather than pixels, for papers and posters. Text is text, and hatches are lines.
//!
//! A [`Drawing`] comes from [`Renderer::drawing`](crate::renderer::Renderer::drawing),
//! [`Figure::drawing`](crate::figure::Figure::drawing) and the like.

mod image;
mod path;
mod pdf;
mod svg;

use crate::scene::{PxRect, Rect, Rgba8, TextLine};
pub use image::Image;

/// A picture in shapes.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Width and height, in pixels of 1/96 inch.
    pub size: [u32; 2],
    /// Behind all; its alpha is ignored.
    pub background: Rgba8,
    /// Each over those before it.
    pub shapes: Vec<Shape>,
}

impl Drawing {
    /// Puts another drawing over this one, with its top left corner at `[x, y]`; its background is this one's.
    pub fn put(&mut self, other: Self, [x, y]: [u32; 2]) {
        self.shapes
            .extend(other.shapes.into_iter().map(|shape| shape.moved([x, y])));
    }
}

/// A part of a drawing. All positions are in pixels from its top left corner.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Columns of which some rows are filled.
    Area(Area),
    /// A line.
    Line(Line),
    /// Polygons and circles.
    Fill(Fill),
    /// What is seen as pixels alone.
    Image(Image),
    /// Where something is missing.
    Hatch(Hatch),
    /// A line or a plate.
    Rect(Rect),
    /// A line of text, in Inter.
    Text(TextLine),
    /// What of other shapes lies within a rectangle.
    Within(PxRect, Vec<Shape>),
}

impl Shape {
    /// The same so many pixels further right and down.
    fn moved(mut self, [x, y]: [u32; 2]) -> Self {
        let down = |rect: &mut PxRect| (rect.x, rect.y) = (rect.x + x, rect.y + y);
        match &mut self {
            Self::Area(area) => area.origin = [area.origin[0] + x, area.origin[1] + y],
            Self::Line(line) => {
                down(&mut line.clip);
                for point in line.runs.iter_mut().flatten() {
                    *point = [point[0] + x as f32, point[1] + y as f32];
                }
            }
            Self::Fill(fill) => {
                let by = [x, y].map(|px| px as f32);
                let to = |at: &mut [f32; 2]| *at = [at[0] + by[0], at[1] + by[1]];
                for outline in &mut fill.outlines {
                    match outline {
                        Outline::Polygon(corners) => corners.iter_mut().for_each(to),
                        Outline::Circle { at, .. } => to(at),
                    }
                }
            }
            Self::Image(image) => down(&mut image.at),
            Self::Hatch(hatch) => hatch.rects.iter_mut().for_each(down),
            Self::Rect(rect) => {
                (rect.x0, rect.x1) = (rect.x0 + x as i32, rect.x1 + x as i32);
                (rect.y0, rect.y1) = (rect.y0 + y as i32, rect.y1 + y as i32);
            }
            Self::Within(clip, shapes) => {
                down(clip);
                *shapes = std::mem::take(shapes)
                    .into_iter()
                    .map(|shape| shape.moved([x, y]))
                    .collect();
            }
            Self::Text(line) => (line.x, line.baseline) = (line.x + x as f32, line.baseline + y as i32),
        }
        self
    }
}

/// The rows that each of some columns lights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// In which colour.
    pub color: Rgba8,
    /// The first column's left edge, and the row from which rows count.
    pub origin: [u32; 2],
    /// log2 of the parts of a pixel that rows count in.
    pub row_shift: u32,
    /// For each column the first part of a row and the one past its last; equal where nothing is lit.
    pub rows: Vec<[u16; 2]>,
}

/// A line with round joins and ends. Where it crosses itself it is as opaque as elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// In which colour.
    pub color: Rgba8,
    /// The line's width.
    pub width: f32,
    /// What of it is seen.
    pub clip: PxRect,
    /// Columns and rows of its vertices, from gap to gap; a run of one is a dot.
    pub runs: Vec<Vec<[f32; 2]>>,
}

/// Outlines that are filled together: where they overlap they are as opaque as elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Fill {
    /// In which colour.
    pub color: Rgba8,
    /// All polygons have their corners clockwise.
    pub outlines: Vec<Outline>,
}

/// What is filled.
#[derive(Debug, Clone, PartialEq)]
pub enum Outline {
    /// Its corners.
    Polygon(Vec<[f32; 2]>),
    /// A circle.
    Circle {
        /// Its middle.
        at: [f32; 2],
        /// From there to its edge.
        radius: f32,
        /// Whether it is a hole in the one before.
        is_hole: bool,
    },
}

/// Rectangles filled with diagonal lines that go on from one in the next; see [`HATCH`](crate::abi::HATCH).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hatch {
    /// The lines' colour.
    pub color: Rgba8,
    /// Where they are seen; none overlaps another.
    pub rects: Vec<PxRect>,
}
