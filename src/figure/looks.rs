//! What several visuals say alike: how opaque they are, what they are called, in which colour, and what markers look like.

use std::sync::Arc;

use super::{
    Balls, Bars, Color, Custom, Events, Graph, Lines, Mesh, Points, Shape, Size, Solid, Spans, Surface,
    Values,
};
use crate::scene::{Colormap, Rgba8};
use crate::{Error, Result};

/// Holds what is given for each item to how many items there are.
pub(super) fn one_each(what: &'static str, count: usize, (items, has): (&str, usize)) -> Result<()> {
    if count == has {
        return Ok(());
    }
    Err(Error::Invalid {
        what,
        problem: format!("{count} of them for {has} {items}; give one each"),
    })
}

/// Moves one of some places, which are copied where they are shared.
pub(super) fn move_one(
    places: &mut Arc<[[f64; 2]]>,
    (what, item): (&'static str, &str),
    number: usize,
    place: [f64; 2],
) -> Result<()> {
    let count = places.len();
    let Some(known) = Arc::make_mut(places).get_mut(number) else {
        return Err(Error::Invalid {
            what,
            problem: format!("there is no {item} {number} of {count}"),
        });
    };
    *known = place;
    Ok(())
}

macro_rules! faded {
    ($($visual:ident)*) => {
        $(impl $visual {
            /// How opaque all of it is, from 0 to 1.
            #[must_use]
            pub fn opacity(mut self, opacity: f32) -> Self {
                self.opacity = opacity;
                self
            }
        })*
    };
}

macro_rules! named {
    ($($visual:ident)*) => {
        $(impl $visual {
            /// What the legend calls it.
            #[must_use]
            pub fn name(mut self, name: impl Into<String>) -> Self {
                self.name = name.into();
                self
            }
        })*
    };
}

macro_rules! colored {
    ($($visual:ident)*) => {
        $(impl $visual {
            /// In which colour.
            #[must_use]
            pub fn color(mut self, color: Rgba8) -> Self {
                self.color = Some(color);
                self
            }
        })*
    };
}

macro_rules! shaped {
    ($($visual:ident)*) => {
        $(impl $visual {
            /// What markers look like.
            #[must_use]
            pub fn shape(self, shape: Shape) -> Self {
                Self { shape, ..self }
            }
        })*
    };
}

macro_rules! marked {
    ($($visual:ident: $markers:literal)*) => {
        $(impl $visual {
            /// One size for all: the diameter.
            #[must_use]
            pub fn size(self, size: f32) -> Self {
                Self {
                    size: Size::All(size),
                    ..self
                }
            }

            #[doc = concat!("A size for each of the ", $markers, ". Where it is not above 0 there is none.")]
            ///
            /// # Errors
            #[doc = concat!("[`Error::Invalid`](crate::Error::Invalid) unless there are as many as ", $markers, ".")]
            pub fn sizes(self, sizes: &[f32]) -> Result<Self> {
                one_each(concat!("sizes of ", $markers), sizes.len(), ($markers, self.count()))?;
                Ok(Self {
                    size: Size::Each(sizes.into()),
                    ..self
                })
            }

            #[doc = concat!("One colour for all ", $markers, ".")]
            #[must_use]
            pub fn color(self, color: Rgba8) -> Self {
                Self {
                    color: Color::All(color),
                    ..self
                }
            }

            #[doc = concat!("A colour for each of the ", $markers, ".")]
            ///
            /// # Errors
            #[doc = concat!("[`Error::Invalid`](crate::Error::Invalid) unless there are as many as ", $markers, ".")]
            pub fn colors(self, colors: &[Rgba8]) -> Result<Self> {
                one_each(concat!("colours of ", $markers), colors.len(), ($markers, self.count()))?;
                Ok(Self {
                    color: Color::Each(colors.into()),
                    ..self
                })
            }
        })*
    };
}

macro_rules! valued {
    ($($visual:ident: $items:literal)*) => {
        $(impl $visual {
            #[doc = concat!("A colour for each of the ", $items, " by a value of its own: in viridis, from the least to the greatest finite one,")]
            /// unless what follows says another. What is not finite is clear.
            ///
            /// # Errors
            #[doc = concat!("[`Error::Invalid`](crate::Error::Invalid) unless there are as many as ", $items, ".")]
            pub fn values(self, values: &[f32]) -> Result<Self> {
                one_each(concat!("values of ", $items), values.len(), ($items, self.count()))?;
                Ok(Self {
                    color: Color::Values(Values::new(values)),
                    ..self
                })
            }

            /// Which colours values have.
            #[must_use]
            pub fn colormap(self, colormap: Colormap) -> Self {
                self.by_values(|values| values.colormap(colormap))
            }

            /// The values of the first colour and of the last; the first may be the greater.
            ///
            /// # Errors
            /// [`Error::Invalid`](crate::Error::Invalid) for what is not finite.
            pub fn limits(self, first: f64, last: f64) -> Result<Self> {
                match self.color {
                    Color::Values(values) => Ok(Self {
                        color: Color::Values(values.limits(first, last)?),
                        ..self
                    }),
                    _ => Ok(self),
                }
            }

            /// Whether a colour bar of its values stands beside it.
            #[must_use]
            pub fn bar(self, bar: bool) -> Self {
                self.by_values(|values| values.bar(bar))
            }

            /// A colour bar of its values, and what that says besides its numbers.
            #[must_use]
            pub fn label(self, label: impl Into<String>) -> Self {
                self.by_values(|values| values.label(label.into()))
            }

            /// Changes its values, where it is coloured by some.
            fn by_values(self, change: impl FnOnce(Values) -> Values) -> Self {
                match self.color {
                    Color::Values(values) => Self {
                        color: Color::Values(change(values)),
                        ..self
                    },
                    _ => self,
                }
            }
        })*
    };
}

impl Solid {
    /// What it is called, and the colour that stands for it, of which `auto` is for none.
    pub(super) fn looks(&self, auto: Rgba8) -> (&str, Rgba8) {
        match self {
            Self::Mesh(mesh) => (&mesh.name, mesh.color.of(0, auto)),
            Self::Balls(balls) => (&balls.name, balls.color.of(0, auto)),
            Self::Surface(surface) => {
                let middle = surface.colormap.color(0.5);
                (&surface.name, surface.color.unwrap_or(middle))
            }
        }
    }
}

faded!(Points Lines Bars Events Graph Spans Custom);
named!(Points Lines Bars Events Graph Spans Custom Mesh Balls Surface);
colored!(Bars Events Spans Custom Surface);
shaped!(Points Graph);
marked!(Points: "points" Graph: "nodes" Balls: "balls");
valued!(Mesh: "vertices" Balls: "balls");
