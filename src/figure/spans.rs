//! Rectangles, and spans of one axis.

use std::sync::Arc;

use super::adding::verbs;
use super::{Adding, Figure, Visual};
use crate::scene::Rgba8;
use crate::view::axis::Scale;
use crate::view::plane::Bounds;
use crate::{Error, Result};

/// Spans as a figure shows them: filled, from edge to edge of the plot along the other axis, or rectangles that are spans of both. Each lies
/// over those before it.
///
/// Sides are on the edges of pixels, and none is lost: each is at least a pixel wide and high. Spans of one axis cost what the plot's columns
/// or rows ask for, and some ns for each of them; rectangles what they cover of the plot. One with an end that is no number is left out; an end
/// without a place on a logarithmic axis lies before all of it.
#[derive(Clone)]
pub struct Spans {
    /// From where to where in x, in either order; none where all of them reach from the left edge of the plot to the right one.
    pub x: Option<Arc<[[f64; 2]]>>,
    /// The same in y; as many where there are both.
    pub y: Option<Arc<[[f64; 2]]>>,
    /// In which colour; the style's for this visual without.
    pub color: Option<Rgba8>,
    /// A colour of its own for each, or none.
    pub colors: Arc<[Rgba8]>,
    /// How opaque all of it is, from 0 to 1.
    pub opacity: f32,
    /// What the legend calls them; nothing if it does not.
    pub name: String,
}

/// How opaque spans of one axis are without a word: what they lie over is still seen.
const FAINT: f32 = 0.25;

impl Spans {
    fn of(x: Option<&[[f64; 2]]>, y: Option<&[[f64; 2]]>, opacity: f32) -> Self {
        Self {
            x: x.map(Into::into),
            y: y.map(Into::into),
            color: None,
            colors: Arc::default(),
            opacity,
            name: String::new(),
        }
    }

    /// Spans of x, a quarter opaque.
    #[must_use]
    pub fn along_x(spans: &[[f64; 2]]) -> Self {
        Self::of(Some(spans), None, FAINT)
    }

    /// Spans of y, a quarter opaque.
    #[must_use]
    pub fn along_y(spans: &[[f64; 2]]) -> Self {
        Self::of(None, Some(spans), FAINT)
    }

    /// Rectangles from `x[i][0]` to `x[i][1]`, and likewise in y.
    ///
    /// # Errors
    /// [`Error::Invalid`] for different numbers of both.
    pub fn rectangles(x: &[[f64; 2]], y: &[[f64; 2]]) -> Result<Self> {
        if x.len() != y.len() {
            return Err(Error::Invalid {
                what: "rectangles",
                problem: format!(
                    "{} spans of x and {} of y; give as many of both",
                    x.len(),
                    y.len()
                ),
            });
        }
        Ok(Self::of(Some(x), Some(y), 1.0))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let spans = self.x.as_ref().or(self.y.as_ref());
        spans.map_or(0, |spans| spans.len())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The least rectangle around them, NaN on an axis on which they have no ends; `None` of none.
    pub(super) fn bounds(&self, scales: [Scale; 2]) -> Option<Bounds> {
        let ends = |spans: &Option<Arc<[[f64; 2]]>>, scale: Scale| match spans {
            None => Some([f64::NAN; 2]),
            Some(spans) => {
                let units = spans.iter().flatten().map(|end| scale.unit_from(*end));
                let finite = units.filter(|unit| unit.is_finite()).map(|unit| [unit; 2]);
                finite.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
            }
        };
        Some(Bounds {
            x: ends(&self.x, scales[0])?,
            y: ends(&self.y, scales[1])?,
        })
    }

    /// A colour for each.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there are as many as spans.
    pub fn colors(self, colors: &[Rgba8]) -> Result<Self> {
        if colors.len() != self.len() {
            return Err(Error::Invalid {
                what: "colours of spans",
                problem: format!("{} of them for {}; give one each", colors.len(), self.len()),
            });
        }
        Ok(Self {
            colors: colors.into(),
            ..self
        })
    }

    /// The colour of one, with the opacity of all; `auto` is the style's.
    pub(crate) fn color_of(&self, number: usize, auto: Rgba8) -> Rgba8 {
        let all = self.color.unwrap_or(auto);
        let color = self.colors.get(number).copied().unwrap_or(all);
        let alpha = f32::from(color.a) * self.opacity.clamp(0.0, 1.0);
        color.with_alpha(alpha.round() as u8)
    }

    /// The edges of pixels between which a span lies, of an axis that shows `corner` at pixel 0 and has `per` pixels for a unit, below 0 where
    /// it counts backwards; `None` of none.
    pub(crate) fn edges(ends: [f64; 2], (corner, per, scale): (f64, f64, Scale)) -> Option<[f64; 2]> {
        let edges = ends.map(|end| ((scale.unit_from(end) - corner) * per).round());
        let from = edges[0].min(edges[1]);
        let is_there = edges.iter().all(|edge| !edge.is_nan());
        is_there.then(|| [from, edges[0].max(edges[1]).max(from + 1.0)])
    }
}

verbs! {
    Spans;
    /// Adds spans of x, from the bottom of the plot to its top: see [`Spans`].
    add spans_x[](spans: &[[f64; 2]]) = Ok(Spans::along_x(spans));
    /// Adds spans of y, from the left of the plot to its right: see [`Spans`].
    add spans_y[](spans: &[[f64; 2]]) = Ok(Spans::along_y(spans));
    /// Adds rectangles from `x[i][0]` to `x[i][1]`, and likewise in y: see [`Spans`].
    add rectangles[](x: &[[f64; 2]], y: &[[f64; 2]]) = Spans::rectangles(x, y);
    say color(color: Rgba8);
    say opacity(opacity: f32);
    say name(name: impl Into<String>);
    try colors(colors: &[Rgba8]);
}
