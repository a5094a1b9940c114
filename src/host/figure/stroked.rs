//! Lines and graphs, laid out before anything is painted, so that a device may cover the plot with strokes of which there are many.

use super::graph::Net;
use super::lines::Drawn;
use super::sheaf::Sheaves;
use super::{Canvas, Shown, VisualReport};
use crate::abi::strokes::StrokesPiece;
use crate::figure::{Graph, Lines, Visual};
use crate::host::Band;
use crate::scene::{PxRect, Rgba8};
use crate::vector::Shape;

/// A visual of strokes.
pub(super) enum Stroked {
    Lines(Drawn),
    Graph(Net),
}

/// What a device is given to cover a plot with strokes: of all that cover a pixel it keeps the most.
pub(crate) struct Strokes {
    /// In pixels of the plot.
    pub(crate) pieces: Vec<StrokesPiece>,
    /// How far from their middle pixels are touched.
    pub(crate) reach: f32,
    /// How opaque they are, from 0 to 1.
    pub(crate) alpha: f32,
}

impl Stroked {
    pub(super) fn lines(canvas: &Canvas<'_>, lines: &Lines, visual: usize) -> Self {
        Self::Lines(Drawn::new(canvas, lines, visual))
    }

    pub(super) fn graph(canvas: &Canvas<'_>, graph: &Graph, color: Rgba8) -> Self {
        Self::Graph(Net::new(canvas, graph, color))
    }

    fn strokes(&mut self) -> &mut Sheaves {
        match self {
            Self::Lines(lines) => &mut lines.strokes,
            Self::Graph(graph) => &mut graph.edges,
        }
    }

    fn shown(&self) -> &dyn Shown {
        match self {
            Self::Lines(lines) => lines,
            Self::Graph(graph) => graph,
        }
    }

    fn into_shown<'a>(self) -> Box<dyn Shown + 'a> {
        match self {
            Self::Lines(lines) => Box::new(lines),
            Self::Graph(graph) => Box::new(graph),
        }
    }
}

impl Shown for &dyn Shown {
    fn report(&self) -> VisualReport {
        (**self).report()
    }

    fn shapes(&self, plot: PxRect) -> Option<Vec<Shape>> {
        (**self).shapes(plot)
    }

    fn draw(&self, plot: PxRect, number: usize, band: &mut Band<'_>) {
        (**self).draw(plot, number, band);
    }
}

impl Canvas<'_> {
    /// Lays lines and graphs out. A device is asked to cover the plot with each that has many strokes, and may leave that to the host.
    pub(crate) fn have_covered<E>(
        &mut self,
        mut cover: impl FnMut(&Strokes, [u32; 2]) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<(), E> {
        let plot = self.frame.plot;
        let mut all = Vec::new();
        for (number, visual) in self.figure.visuals.iter().enumerate() {
            let mut stroked = match visual {
                Visual::Lines(lines) => Stroked::lines(self, lines, number),
                Visual::Graph(graph) => Stroked::graph(self, graph, self.figure.color_of(number)),
                _ => {
                    all.push(None);
                    continue;
                }
            };
            let strokes = stroked.strokes();
            if let Some(given) = strokes.heavy(plot)
                && let Some(covered) = cover(&given, [plot.w, plot.h])?
            {
                strokes.covered(covered);
            }
            strokes.sort(self);
            all.push(Some(stroked));
        }
        self.stroked = all;
        Ok(())
    }

    /// A visual of strokes as it was laid out, or now.
    pub(super) fn laid<'a>(&'a self, number: usize, make: impl FnOnce() -> Stroked) -> Box<dyn Shown + 'a> {
        if let Some(Some(stroked)) = self.stroked.get(number) {
            return Box::new(stroked.shown());
        }
        let mut stroked = make();
        stroked.strokes().sort(self);
        stroked.into_shown()
    }
}
