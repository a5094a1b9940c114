//! Images: rows of numbers as colours, or of colours.

use std::sync::Arc;

use super::adding::verbs;
use super::values::{apart, limits};
use super::{Adding, Figure, Visual};
use crate::images::{Given, Palette, Pixmap, Place, Reduce};
use crate::points::Coordinate;
use crate::scene::Colormap;
use crate::view::axis::Scale;
use crate::view::plane::Bounds;
use crate::{Error, Result};

/// An image as a figure shows it.
///
/// **Where it lies.** Without an extent its pixels are a unit large and their middles have whole coordinates, as Matplotlib's `imshow`
/// has it: x from −0.5 to width − 0.5, y from −0.5 to height − 0.5. y grows upwards whatever the origin: with the first row at the top it
/// is the one at y = height − 1, and axes are not turned round. [`Figure::aspect`] of 1 makes the pixels square.
///
/// **What a pixel shows** is in [`images`](crate::images): the value under its middle, or where many lie in it their greatest, or
/// another [`Reduce`]. Of colours it is their mean, unless another is wished.
///
/// **Which colours.** The range between the limits in 256 equal parts, each of which has a colour; values beyond it have those of its ends.
/// NaN is clear.
#[derive(Clone)]
pub struct Image {
    /// What it shows.
    pub pixmap: Arc<Pixmap>,
    /// Its left and right edge, and its lower and upper edge.
    pub extent: Bounds,
    /// Where its first row is.
    pub origin: Origin,
    /// The values of the first colour and of the last; `None` for the least and the greatest finite value.
    pub limits: Option<[f64; 2]>,
    /// Which colours.
    pub colormap: Colormap,
    /// What is shown of many values in a pixel.
    pub reduce: Reduce,
    /// How opaque it is, from 0 to 1.
    pub opacity: f32,
    /// Whether a colour bar stands beside the plot; of numbers alone.
    pub bar: bool,
    /// What that bar says besides its numbers.
    pub label: String,
}

/// Where the first row of an image is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// At the top, as in pictures.
    #[default]
    Upper,
    /// At the bottom, as in plots.
    Lower,
}

impl Image {
    /// Of values `[height, width]`, row after row, which are copied.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there are `height · width` of them.
    pub fn new<V: Given>(size: [usize; 2], values: &[V]) -> Result<Self> {
        Ok(Self::of(Arc::new(Pixmap::new(size, values.to_vec())?)))
    }

    /// The same of what is there already, which several figures may share.
    #[must_use]
    pub fn of(pixmap: Arc<Pixmap>) -> Self {
        let [height, width] = pixmap.size().map(|side| side as f64 - 0.5);
        Self {
            extent: Bounds {
                x: [-0.5, width],
                y: [-0.5, height],
            },
            origin: Origin::default(),
            limits: None,
            colormap: Colormap::default(),
            reduce: match pixmap.is_scalar() {
                true => Reduce::Max,
                false => Reduce::Mean,
            },
            opacity: 1.0,
            bar: true,
            label: String::new(),
            pixmap,
        }
    }

    /// Its left and right edge, and its lower and upper edge. Edges the other way round mirror it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for edges that are equal, not finite, or beyond 1e300.
    pub fn extent(self, x: [f64; 2], y: [f64; 2]) -> Result<Self> {
        let good = |[a, b]: [f64; 2]| a != b && a.is_place() && b.is_place();
        if good(x) && good(y) {
            let extent = Bounds { x, y };
            return Ok(Self { extent, ..self });
        }
        Err(Error::Invalid {
            what: "the extent of an image",
            problem: format!("{x:?} and {y:?}; give two finite edges that differ for each axis"),
        })
    }

    /// Where its first row is.
    #[must_use]
    pub fn origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// The values of the first colour and of the last; the first may be the greater.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is not finite.
    pub fn limits(self, first: f64, last: f64) -> Result<Self> {
        let limits = Some(limits("the limits of an image", first, last)?);
        Ok(Self { limits, ..self })
    }

    /// Which colours.
    #[must_use]
    pub fn colormap(self, colormap: Colormap) -> Self {
        Self { colormap, ..self }
    }

    /// What is shown of many values in a pixel.
    #[must_use]
    pub fn reduce(self, reduce: Reduce) -> Self {
        Self { reduce, ..self }
    }

    /// How opaque it is, from 0 to 1.
    #[must_use]
    pub fn opacity(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }

    /// Whether a colour bar stands beside the plot; of numbers it does unless this says no.
    #[must_use]
    pub fn bar(self, bar: bool) -> Self {
        Self { bar, ..self }
    }

    /// What the colour bar says besides its numbers.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..self
        }
    }

    /// Puts values `[height, width]` in the place of those from `[row, column]` on: see [`Pixmap::replace`]. Copies all values where they are
    /// shared with another figure.
    ///
    /// # Errors
    /// Those of [`Pixmap::replace`].
    pub fn replace<V: Given>(&mut self, from: [usize; 2], size: [usize; 2], values: &[V]) -> Result<()> {
        Arc::make_mut(&mut self.pixmap).replace(from, size, values)
    }

    /// The values of the first colour and of the last, which differ: where they would not, with something on either side.
    #[must_use]
    pub fn range(&self) -> [f64; 2] {
        apart(self.limits.or(self.pixmap.range()))
    }

    /// Where its edges are, on axes that are even.
    #[must_use]
    pub fn place(&self) -> Place {
        let [low, high] = self.extent.y;
        Place {
            x: self.extent.x,
            y: match self.origin {
                Origin::Upper => [high, low],
                Origin::Lower => [low, high],
            },
            scales: [Scale::Linear; 2],
        }
    }

    /// Its colours.
    #[must_use]
    pub fn palette(&self) -> Palette {
        Palette::new(self.colormap, self.range(), self.opacity)
    }

    /// The least rectangle around it; `None` of nothing.
    pub(super) fn bounds(&self, scales: [Scale; 2]) -> Option<Bounds> {
        let [height, width] = self.pixmap.size();
        let side = |[a, b]: [f64; 2], count: usize, scale: Scale| {
            let (from, to) = (a.min(b), a.max(b));
            // What begins where there is no place on the axis is seen from the first pixel's own width on.
            let least = if scale.is_log() {
                from.max((to - from) / count as f64)
            } else {
                from
            };
            let units = [least.min(to), to].map(|v| scale.unit_from(v));
            units.iter().all(|v| v.is_finite()).then_some(units)
        };
        if height == 0 || width == 0 {
            return None;
        }
        Some(Bounds {
            x: side(self.extent.x, width, scales[0])?,
            y: side(self.extent.y, height, scales[1])?,
        })
    }

    /// Whether a colour bar stands beside the plot.
    pub(super) fn has_bar(&self) -> bool {
        self.bar && self.pixmap.is_scalar()
    }
}

verbs! {
    Image;
    /// Adds an image of values `[height, width]`, row after row, of `u8`, `i16`, `f32` or [`Rgba8`](crate::scene::Rgba8): see [`Image`].
    /// They are copied; [`Image::of`] and [`Figure::with`] share large ones, and those in files.
    add image[T: Given](size: [usize; 2], values: &[T]) = Image::new(size, values);
    say origin(origin: Origin);
    say colormap(colormap: Colormap);
    say reduce(reduce: Reduce);
    say opacity(opacity: f32);
    say bar(bar: bool);
    say label(label: impl Into<String>);
    try extent(x: [f64; 2], y: [f64; 2]);
    try limits(first: f64, last: f64);
}
