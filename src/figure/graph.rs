//! Graphs: nodes, and edges between them.

use std::sync::Arc;

use super::adding::verbs;
use super::looks::move_one;
use super::points::SIZE;
use super::{Adding, Color, Figure, Shape, Size, Visual};
use crate::points::Coordinate;
use crate::scene::Rgba8;
use crate::view::axis::Scale;
use crate::view::plane::Bounds;
use crate::{Error, Result};

/// A graph as a figure shows it: a marker for each node, above straight lines for edges. Both are found from one list of places, so that a
/// node that is moved ([`Graph::move_to`]) takes its edges along.
///
/// Edges lie as one over what is below: where they cross they are not more opaque. A node that has no place has no edges.
#[derive(Clone)]
pub struct Graph {
    /// Where nodes are.
    pub places: Arc<[[f64; 2]]>,
    /// The two nodes of each edge, by their numbers.
    pub edges: Arc<[[u32; 2]]>,
    /// What nodes look like.
    pub shape: Shape,
    /// How large nodes are, in pixels before scaling to the display.
    pub size: Size,
    /// In which colour.
    pub color: Color,
    /// How wide edges are, in pixels before scaling to the display; thinner than one they are as much fainter.
    pub width: f32,
    /// In which colour; the style's of text, faint, without.
    pub edge_color: Option<Rgba8>,
    /// How opaque all of it is, from 0 to 1.
    pub opacity: f32,
    /// What the legend calls it; nothing if it does not.
    pub name: String,
}

/// How opaque edges are without a word, of 255.
const FAINT: u8 = 96;

impl Graph {
    /// Nodes at `(x[i], y[i])`, and edges between two of them each, by their numbers.
    ///
    /// # Errors
    /// [`Error::Invalid`] for different numbers of x and y, and for an edge of a node that is not there.
    pub fn new<T: Coordinate>(x: &[T], y: &[T], edges: &[[u32; 2]]) -> Result<Self> {
        let failed = |problem: String| Error::Invalid {
            what: "a graph",
            problem,
        };
        if x.len() != y.len() {
            let problem = format!("{} x and {} y; give as many of both", x.len(), y.len());
            return Err(failed(problem));
        }
        let is_there = |node: &u32| (*node as usize) < x.len();
        if let Some(place) = edges.iter().position(|edge| !edge.iter().all(is_there)) {
            let [a, b] = edges[place];
            let problem = format!(
                "edge {place} is between nodes {a} and {b}, of {}; number them from 0",
                x.len()
            );
            return Err(failed(problem));
        }
        Ok(Self {
            places: x.iter().zip(y).map(|(x, y)| [x.as_f64(), y.as_f64()]).collect(),
            edges: edges.into(),
            shape: Shape::default(),
            size: Size::All(SIZE),
            color: Color::Auto,
            width: 1.0,
            edge_color: None,
            opacity: 1.0,
            name: String::new(),
        })
    }

    /// Moves a node; its edges follow. Copies all places where they are shared with another figure.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such node.
    pub fn move_to(&mut self, node: usize, place: [f64; 2]) -> Result<()> {
        move_one(&mut self.places, ("a graph", "node"), node, place)
    }

    /// The least rectangle around all nodes; `None` of none.
    pub(super) fn bounds(&self, scales: [Scale; 2]) -> Option<Bounds> {
        Bounds::around(self.places.iter().map(|place| Scale::units(scales, *place)))
    }

    /// How wide edges are, in pixels before scaling to the display.
    #[must_use]
    pub fn width(self, width: f32) -> Self {
        Self { width, ..self }
    }

    /// In which colour edges are.
    #[must_use]
    pub fn edge_color(self, color: Rgba8) -> Self {
        Self {
            edge_color: Some(color),
            ..self
        }
    }

    /// The colour of edges; `text` is the style's of text.
    pub(crate) fn color_of_edges(&self, text: Rgba8) -> Rgba8 {
        self.edge_color.unwrap_or(text.with_alpha(FAINT))
    }

    pub(super) fn count(&self) -> usize {
        self.places.len()
    }
}

verbs! {
    Graph;
    /// Adds nodes at `(x[i], y[i])`, of `f32` or `f64`, and edges between two of them each: see [`Graph`].
    add graph[T: Coordinate](x: &[T], y: &[T], edges: &[[u32; 2]]) = Graph::new(x, y, edges);
    say shape(shape: Shape);
    say size(size: f32);
    say color(color: Rgba8);
    say width(width: f32);
    say edge_color(color: Rgba8);
    say opacity(opacity: f32);
    say name(name: impl Into<String>);
    try sizes(sizes: &[f32]);
    try colors(colors: &[Rgba8]);
}
