//! Graphs: edges as strokes, nodes as markers, both from the places of nodes. Twins: `reference::lines` and `reference::points`.

use rayon::prelude::*;

use super::lines::half_width;
use super::marked::{Marked, marker};
use super::sheaf::Sheaves;
use super::{Canvas, Shown, VisualReport, opaque};
use crate::figure::{Graph, REACH, SIZE, Size};
use crate::host::Band;
use crate::host::strokes::Stroke;
use crate::lines::pieces::{Piece, cut, view};
use crate::plan::Fidelity;
use crate::scene::{PxRect, Rgba8};
use crate::vector::Shape;
use crate::view::axis::Scale;

/// Edges whose strokes a thread makes at once.
const TOGETHER: usize = 1 << 14;

/// A graph, ready to be drawn.
pub(super) struct Net {
    report: VisualReport,
    pub(super) edges: Sheaves,
    nodes: Marked,
}

impl Net {
    pub(super) fn new(canvas: &Canvas<'_>, graph: &Graph, auto: Rgba8) -> Self {
        let (plot, scale) = (canvas.frame.plot, f64::from(canvas.figure.scale_factor));
        let scales = canvas.figure.both_scales();
        let px: Vec<[f64; 2]> = graph
            .places
            .par_iter()
            .map(|place| canvas.plane.px_from(Scale::units(scales, *place)))
            .collect();
        let opacity = f64::from(graph.opacity).clamp(0.0, 1.0);
        let (half, faint) = half_width(graph.width, scale);
        let color = graph.color_of_edges(canvas.figure.style.foreground);
        let area = view([plot.w, plot.h], half + 1.0);
        let corner = [plot.x, plot.y].map(f64::from);
        let on_target = |at: [f64; 2]| [0, 1].map(|axis| (at[axis] + corner[axis]) as f32);
        let sheaf = |edges: &[[u32; 2]]| {
            let stroke = |edge: &[u32; 2]| {
                let [from, to] = edge.map(|node| px[node as usize]);
                let vertex = 0;
                let piece = cut(Piece { from, to, vertex }, area)?;
                Some(Stroke {
                    from: on_target(piece.from),
                    to: on_target(piece.to),
                    color: opaque(color),
                    alpha: (f64::from(color.a) * opacity * faint) as f32,
                    curve: 0,
                })
            };
            edges.iter().filter_map(stroke).collect()
        };
        let edges: Vec<Vec<Stroke>> = graph.edges.par_chunks(TOGETHER).map(sheaf).collect();
        let edges = Sheaves::new(edges, half as f32, false);
        let node = |(number, at): (usize, &[f64; 2])| {
            let size = match &graph.size {
                Size::All(size) => *size,
                Size::Each(sizes) => sizes.get(number).copied().unwrap_or(SIZE),
            };
            let color = graph.color.of(number, auto);
            let large = f64::from(size) * scale;
            let reach = large.max(1.0) / 2.0 * f64::from(REACH) + 1.0;
            let sides = [plot.w, plot.h].map(f64::from);
            let is_near = (0..2).all(|axis| at[axis] > -reach && at[axis] < sides[axis] + reach);
            is_near
                .then(|| marker(on_target(*at), large, color, opacity))
                .flatten()
        };
        let nodes: Vec<_> = px.par_iter().enumerate().filter_map(node).collect();
        Self {
            report: VisualReport::new(nodes.len() + edges.len(), Fidelity::Exact),
            edges,
            nodes: Marked::new(canvas, graph.shape, nodes),
        }
    }
}

impl Shown for Net {
    fn report(&self) -> VisualReport {
        self.report
    }

    fn shapes(&self, plot: PxRect) -> Option<Vec<Shape>> {
        Some([self.edges.shapes(plot)?, self.nodes.shapes()?].concat())
    }

    fn draw(&self, plot: PxRect, number: usize, band: &mut Band<'_>) {
        self.edges.draw(plot, number, band);
        self.nodes.draw(plot, number, band);
    }
}
