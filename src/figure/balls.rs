//! Places in three dimensions as a scene shows them.

use std::path::Path;
use std::sync::Arc;

use super::adding::verbs;
use super::{Adding, Color, SIZE, Size, SizeUnit, Solid, Space};

use crate::Result;
use crate::scene::{Colormap, Rgba8};
use crate::solids::sight::{Radius, Sizes};
use crate::solids::{Coordinate, Read, SAMPLES, Spots};

/// Places as a scene shows them: balls, lit, each as near as its middle.
#[derive(Clone)]
pub struct Balls {
    /// The places.
    pub spots: Arc<Spots>,
    /// Their diameters; none is drawn smaller than a pixel.
    pub size: Size,
    /// What sizes are. Those of [`SizeUnit::Data`] are in coordinates, and are the smaller the farther away.
    pub unit: SizeUnit,
    /// What the legend calls it; nothing without.
    pub name: String,
    /// In which colour.
    pub color: Color,
}

impl Balls {
    /// Balls of 5 pixels; places that are not finite are left out.
    #[must_use]
    pub fn new<T: Coordinate>(places: &[[T; 3]]) -> Self {
        Self::of(Arc::new(Spots::new(places)))
    }

    /// The same of places that several scenes may share.
    #[must_use]
    pub fn of(spots: Arc<Spots>) -> Self {
        Self {
            spots,
            size: Size::All(SIZE),
            unit: SizeUnit::default(),
            name: String::new(),
            color: Color::Auto,
        }
    }

    /// The vertices of Wavefront's OBJ that faces have, or all of PLY, with their colours.
    ///
    /// # Errors
    /// As [`Mesh::open`](super::Mesh::open).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let read = Read::open(path.as_ref())?;
        let balls = Self::new(&read.vertices);
        match read.colors.is_empty() {
            true => Ok(balls),
            false => balls.colors(&read.colors),
        }
    }

    /// Moves the places from `first` on: see [`Spots::move_to`]. Copies all of them where they are shared with another scene.
    ///
    /// # Errors
    /// Those of [`Spots::move_to`].
    pub fn move_to<T: Coordinate>(&mut self, first: usize, places: &[[T; 3]]) -> Result<()> {
        Arc::make_mut(&mut self.spots).move_to(first, places)
    }

    /// What sizes are.
    #[must_use]
    pub fn unit(self, unit: SizeUnit) -> Self {
        Self { unit, ..self }
    }

    pub(super) fn count(&self) -> usize {
        self.spots.len()
    }

    /// How large they are drawn.
    pub(crate) fn radius(&self, scale_factor: f32) -> Radius<'_> {
        Radius {
            sizes: match &self.size {
                Size::All(size) => Sizes::All(*size),
                Size::Each(sizes) => Sizes::Each(sizes, SIZE),
            },
            samples: match self.unit {
                SizeUnit::Pixels => Some(f64::from(scale_factor) * f64::from(SAMPLES)),
                SizeUnit::Data => None,
            },
        }
    }
}

verbs! {
    solid Balls;
    /// Adds balls about places, of `f32` or `f64`: see [`Balls`].
    add balls[T: Coordinate](places: &[[T; 3]]) = Ok(Balls::new(places));
    say size(size: f32);
    say unit(unit: SizeUnit);
    say name(name: impl Into<String>);
    say color(color: Rgba8);
    say colormap(colormap: Colormap);
    say bar(bar: bool);
    say label(label: impl Into<String>);
    try sizes(sizes: &[f32]);
    try colors(colors: &[Rgba8]);
    try values(values: &[f32]);
    try limits(first: f64, last: f64);
}
