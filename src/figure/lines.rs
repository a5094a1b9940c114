//! Lines along curves.

use std::borrow::Cow;
use std::sync::Arc;

use super::adding::verbs;
use super::looks::one_each;
use super::points::colors_of;
use super::{Adding, Figure, Visual};
use crate::lines::{Curves, Given};
use crate::scene::Rgba8;
use crate::{Error, Result};

/// Lines as a figure shows them: round at their ends and where they turn, antialiased. A curve covers a pixel once, however often it
/// passes; curves lie one over the other in the order in which they were given.
#[derive(Clone)]
pub struct Lines {
    /// Where they go.
    pub curves: Arc<Curves>,
    /// How wide they are, in pixels before scaling to the display. Thinner than a pixel they are as wide as one, and as much fainter.
    pub width: f32,
    /// In which colour.
    pub color: LineColor,
    /// How opaque all of it is, from 0 to 1.
    pub opacity: f32,
    /// Lengths of dashes and of gaps between them, in turns, in pixels before scaling to the display; none for whole lines.
    pub dashes: Arc<[f32]>,
    /// What the legend calls them, with the first curve's look; nothing if it does not.
    pub name: String,
}

/// The colour of lines.
#[derive(Debug, Clone, PartialEq)]
pub enum LineColor {
    /// The style's for this visual, and those after it for more curves.
    Auto,
    /// The same for all.
    All(Rgba8),
    /// One for each curve; those that have none have the style's.
    Curves(Arc<[Rgba8]>),
    /// One for each vertex, and for the piece from it to the next; those that have none have the style's.
    Vertices(Arc<[Rgba8]>),
}

impl Lines {
    /// A line of 1.5 pixels through `(x[i], y[i])`.
    ///
    /// # Errors
    /// Those of [`Curves::new`].
    pub fn new<'a, T: Given>(x: impl Into<Cow<'a, [T]>>, y: impl Into<Cow<'a, [T]>>) -> Result<Self> {
        Ok(Self::of(Curves::new(x, y)?))
    }

    /// The same along curves that several figures may share.
    #[must_use]
    pub fn of(curves: impl Into<Arc<Curves>>) -> Self {
        Self {
            curves: curves.into(),
            width: 1.5,
            color: LineColor::Auto,
            opacity: 1.0,
            dashes: Arc::default(),
            name: String::new(),
        }
    }

    /// How wide lines are, in pixels.
    #[must_use]
    pub fn width(self, width: f32) -> Self {
        Self { width, ..self }
    }

    /// One colour for all.
    #[must_use]
    pub fn color(self, color: Rgba8) -> Self {
        Self {
            color: LineColor::All(color),
            ..self
        }
    }

    /// A colour for each curve.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there are as many.
    pub fn curve_colors(self, colors: &[Rgba8]) -> Result<Self> {
        one_each("colours of curves", colors.len(), ("curves", self.curves.count()))?;
        Ok(Self {
            color: LineColor::Curves(colors.into()),
            ..self
        })
    }

    /// A colour for each vertex, and for the piece from it to the next. Where many vertices share a pixel the last of those that cover
    /// most of it is seen.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there are as many.
    pub fn colors(self, colors: &[Rgba8]) -> Result<Self> {
        one_each(
            "colours of vertices",
            colors.len(),
            ("vertices", self.curves.len()),
        )?;
        Ok(Self {
            color: LineColor::Vertices(colors.into()),
            ..self
        })
    }

    /// A colour of viridis for each vertex by a value of its own, from the least to the greatest finite one. Pieces whose value is
    /// not finite are clear.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there are as many as vertices.
    pub fn values(self, values: &[f32]) -> Result<Self> {
        self.colors(&colors_of(values))
    }

    /// Lengths of dashes and of gaps between them, in turns, in pixels; a dash of no length is a dot. They run on along each
    /// curve from its first vertex, or, of more than [`DASHED`](crate::lines::DASHED) vertices, from the first in view. None for whole lines.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless they are an even number of lengths of 0 or more, of at least a pixel in all.
    pub fn dashes(self, dashes: &[f32]) -> Result<Self> {
        let is_length = |v: &f32| v.is_finite() && *v >= 0.0;
        let lengths = dashes.iter().all(is_length) && dashes.len().is_multiple_of(2);
        let sum: f32 = dashes.iter().sum();
        let is_pattern = lengths && sum.is_finite() && sum >= 1.0;
        if !(dashes.is_empty() || is_pattern) {
            return Err(Error::Invalid {
                what: "dashes",
                problem: format!(
                    "{dashes:?}; give lengths of dashes and gaps in turns, of a pixel or more in all"
                ),
            });
        }
        Ok(Self {
            dashes: dashes.into(),
            ..self
        })
    }

    /// Lets the last curve go on: see [`Curves::append`]. Copies all curves where they are shared with another figure, as do the others of these.
    ///
    /// # Errors
    /// Those of [`Curves::append`].
    pub fn append<T: Given>(&mut self, x: &[T], y: &[T]) -> Result<()> {
        Arc::make_mut(&mut self.curves).append(x, y)
    }

    /// Lets the last curve go on over even x: see [`Curves::append_even`].
    ///
    /// # Errors
    /// Those of [`Curves::append_even`].
    pub fn append_even<T: Given>(&mut self, y: &[T]) -> Result<()> {
        Arc::make_mut(&mut self.curves).append_even(y)
    }

    /// Gives the vertices from `first` on other y: see [`Curves::replace`].
    ///
    /// # Errors
    /// Those of [`Curves::replace`].
    pub fn replace<T: Given>(&mut self, first: usize, y: &[T]) -> Result<()> {
        Arc::make_mut(&mut self.curves).replace(first, y)
    }

    /// Moves the vertices from `first` on: see [`Curves::move_to`].
    ///
    /// # Errors
    /// Those of [`Curves::move_to`].
    pub fn move_to<T: Given>(&mut self, first: usize, x: &[T], y: &[T]) -> Result<()> {
        Arc::make_mut(&mut self.curves).move_to(first, x, y)
    }

    /// Forgets all but the last vertices of one curve: see [`Curves::keep`]. Colours of vertices stay with their numbers.
    ///
    /// # Errors
    /// Those of [`Curves::keep`].
    pub fn keep(&mut self, last: usize) -> Result<usize> {
        Arc::make_mut(&mut self.curves).keep(last)
    }

    /// The colour of a curve where vertices have none; `auto` gives that of a number.
    pub(crate) fn color_of(&self, curve: usize, auto: impl Fn(usize) -> Rgba8) -> Rgba8 {
        match &self.color {
            LineColor::All(color) => *color,
            LineColor::Curves(colors) => colors.get(curve).copied().unwrap_or_else(|| auto(curve)),
            LineColor::Auto | LineColor::Vertices(_) => auto(curve),
        }
    }
}

verbs! {
    Lines;
    /// Adds a line through `(x[i], y[i])`, of `f32` or `f64`: see [`Lines`].
    add lines['a, T: Given](x: impl Into<Cow<'a, [T]>>, y: impl Into<Cow<'a, [T]>>) = Lines::new(x, y);
    /// Adds lines along curves: see [`Lines`].
    add curves[](curves: impl Into<Arc<Curves>>) = Ok(Lines::of(curves));
    say width(width: f32);
    say color(color: Rgba8);
    say opacity(opacity: f32);
    say name(name: impl Into<String>);
    try curve_colors(colors: &[Rgba8]);
    try colors(colors: &[Rgba8]);
    try values(values: &[f32]);
    try dashes(dashes: &[f32]);
}
