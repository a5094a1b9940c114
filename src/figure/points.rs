//! Points as markers where they are few, and as a picture of their density where they are many.

use std::sync::Arc;

use super::adding::verbs;
use super::marker::Shape;
use super::{Adding, Figure, Values, Visual};
use crate::Result;
use crate::points::{Cloud, Given};
use crate::scene::Rgba8;

/// Points as a figure shows them.
///
/// **Which is shown** depends on the view alone: with `n` points in view and markers `s` pixels large on average, markers cover about
/// `n · (s + 1)²` pixels. Up to [`INK_PX`] of these, and up to [`MARKERS`] points, all are drawn, one over the other in the order in
/// which they were given. From four times as many of either on, density is drawn. In between is
/// a mixture of both, the more density the more points. Up to [`ALWAYS`] points are drawn in any case.
///
/// **Density** is the number of points in each pixel, in colours that grow with its logarithm: pixels without points show
/// what lies below, pixels with most of them the last colour. Sizes, shapes and colours of single points do not show in it.
#[derive(Clone)]
pub struct Points {
    /// Where they are.
    pub cloud: Arc<Cloud>,
    /// What markers look like.
    pub shape: Shape,
    /// How large they are.
    pub size: Size,
    /// What sizes are.
    pub unit: SizeUnit,
    /// In which colour.
    pub color: Color,
    /// How opaque all of it is, from 0 to 1.
    pub opacity: f32,
    /// What density looks like.
    pub density: Density,
    /// What the legend calls them; nothing if it does not.
    pub name: String,
}

/// Pixels that all markers in view may cover before density takes over.
pub const INK_PX: f64 = (1 << 19) as f64;
/// Markers in view before density takes over.
pub const MARKERS: usize = 8192;
/// So many are markers in any case.
pub const ALWAYS: usize = 256;

/// The size of markers, their diameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Size {
    /// The same for all.
    All(f32),
    /// One for each point that was given; those that have none are of 5.
    Each(Arc<[f32]>),
}

/// How large markers are without a word.
pub(crate) const SIZE: f32 = 5.0;

/// What sizes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SizeUnit {
    /// Pixels, before scaling to the display.
    #[default]
    Pixels,
    /// Units of x.
    Data,
}

/// The colour of markers.
#[derive(Debug, Clone, PartialEq)]
pub enum Color {
    /// The style's for this visual.
    Auto,
    /// The same for all.
    All(Rgba8),
    /// One for each point that was given; those that have none have the style's.
    Each(Arc<[Rgba8]>),
    /// One for each by a value of its own.
    Values(Values),
}

impl Color {
    /// That of an item; `auto` is the style's.
    #[must_use]
    pub fn of(&self, number: usize, auto: Rgba8) -> Rgba8 {
        match self {
            Self::Auto => auto,
            Self::All(color) => *color,
            Self::Each(colors) => colors.get(number).copied().unwrap_or(auto),
            Self::Values(values) => values.colors().get(number).copied().unwrap_or(auto),
        }
    }
}

/// What density looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// In viridis, from few points to many.
    #[default]
    Viridis,
    /// In the colour of markers, or of the style for this visual where they have one each; the more opaque the more points.
    Opacity,
}

impl Points {
    /// Discs of 5 pixels at `(x[i], y[i])`.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for slices of different lengths.
    pub fn new<T: Given>(x: &[T], y: &[T]) -> Result<Self> {
        Ok(Self::of(Arc::new(Cloud::new(x, y)?)))
    }

    /// The same of points that are sorted already, which several figures may share.
    #[must_use]
    pub fn of(cloud: Arc<Cloud>) -> Self {
        Self {
            cloud,
            shape: Shape::default(),
            size: Size::All(SIZE),
            unit: SizeUnit::default(),
            color: Color::Auto,
            opacity: 1.0,
            density: Density::default(),
            name: String::new(),
        }
    }

    /// A colour of viridis for each point by a value of its own, from the least to the greatest finite one. Points whose value is
    /// not finite are clear.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) unless there are as many as points were given.
    pub fn values(self, values: &[f32]) -> Result<Self> {
        self.colors(&colors_of(values))
    }

    /// What sizes are.
    #[must_use]
    pub fn unit(self, unit: SizeUnit) -> Self {
        Self { unit, ..self }
    }

    /// What density looks like.
    #[must_use]
    pub fn density(self, density: Density) -> Self {
        Self { density, ..self }
    }

    /// Adds points: see [`Cloud::append`]. Copies the last that were appended where they are shared with another figure.
    ///
    /// # Errors
    /// Those of [`Cloud::append`].
    pub fn append<T: Given>(&mut self, x: &[T], y: &[T]) -> Result<()> {
        Arc::make_mut(&mut self.cloud).append(x, y)
    }

    /// Moves the points from `first` on: see [`Cloud::replace`]. Copies all points where they are shared with another figure.
    ///
    /// # Errors
    /// Those of [`Cloud::replace`].
    pub fn replace<T: Given>(&mut self, first: usize, x: &[T], y: &[T]) -> Result<()> {
        Arc::make_mut(&mut self.cloud).replace(first, x, y)
    }

    pub(super) fn count(&self) -> usize {
        self.cloud.given()
    }

    /// Pixels of a unit of size.
    #[must_use]
    pub fn px_per_size(&self, px_per_unit: f64, scale_factor: f32) -> f64 {
        match self.unit {
            SizeUnit::Pixels => scale_factor.into(),
            SizeUnit::Data => px_per_unit,
        }
    }

    /// How much of `in_view` points is seen as markers, from 0 to 1, where a unit of size has so many pixels.
    #[must_use]
    pub fn markers(&self, in_view: usize, px_per_size: f64) -> f64 {
        if in_view <= ALWAYS {
            return 1.0;
        }
        let one = (self.mean_size() * px_per_size + 1.0).powi(2);
        let load = (in_view as f64 * one / INK_PX).max(in_view as f64 / MARKERS as f64);
        (1.0 - load.log2() / 2.0).clamp(0.0, 1.0)
    }

    /// The mean size; of many, that of about a thousand.
    fn mean_size(&self) -> f64 {
        match &self.size {
            Size::All(size) => (*size).max(0.0).into(),
            Size::Each(sizes) => {
                let some = sizes.iter().step_by(sizes.len() / 1024 + 1);
                let (count, sum) = some
                    .filter(|size| size.is_finite())
                    .fold((0, 0.0), |(n, sum), size| (n + 1, sum + f64::from(size.max(0.0))));
                sum / f64::from(count.max(1))
            }
        }
    }

    /// The greatest size.
    pub(crate) fn greatest_size(&self) -> f32 {
        match &self.size {
            Size::All(size) => *size,
            Size::Each(sizes) => sizes
                .iter()
                .copied()
                .filter(|size| size.is_finite())
                .fold(0.0, f32::max),
        }
    }
}

/// Colours of viridis by values, from the least to the greatest finite one; clear where one is not finite.
pub(super) fn colors_of(values: &[f32]) -> Vec<Rgba8> {
    Values::new(values).colors().to_vec()
}

/// The colour number, from 1 to 255, of a pixel with `count` points of `most`: by the logarithm of the count. 0 of none.
///
/// Where no pixel has 16 points, colours are as if one had: few points alone are no great density.
#[must_use]
pub fn tone(count: u32, most: u32) -> u8 {
    match count {
        0 => 0,
        _ => {
            let part = f64::from(count).ln_1p() / f64::from(most.max(16)).ln_1p();
            (1.0 + 254.0 * part).round().min(255.0) as u8
        }
    }
}

verbs! {
    Points;
    /// Adds points at `(x[i], y[i])`, of `f32` or `f64`: see [`Points`].
    add points[T: Given](x: &[T], y: &[T]) = Points::new(x, y);
    say color(color: Rgba8);
    say size(size: f32);
    say unit(unit: SizeUnit);
    say shape(shape: Shape);
    say opacity(opacity: f32);
    say density(density: Density);
    say name(name: impl Into<String>);
    try colors(colors: &[Rgba8]);
    try values(values: &[f32]);
    try sizes(sizes: &[f32]);
}
