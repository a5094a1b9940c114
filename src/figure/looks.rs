//! What several visuals say alike: how opaque they are, what they are called, in which colour, and what markers look like.

use super::{Bars, Color, Events, Graph, Lines, Points, Shape, Size, Spans};
use crate::Result;
use crate::scene::Rgba8;

macro_rules! named {
    ($($visual:ident)*) => {
        $(impl $visual {
            /// How opaque all of it is, from 0 to 1.
            #[must_use]
            pub fn opacity(self, opacity: f32) -> Self {
                Self { opacity, ..self }
            }

            /// What the legend calls it.
            #[must_use]
            pub fn name(self, name: impl Into<String>) -> Self {
                Self {
                    name: name.into(),
                    ..self
                }
            }
        })*
    };
}

macro_rules! colored {
    ($($visual:ident)*) => {
        $(impl $visual {
            /// In which colour.
            #[must_use]
            pub fn color(self, color: Rgba8) -> Self {
                Self {
                    color: Some(color),
                    ..self
                }
            }
        })*
    };
}

macro_rules! marked {
    ($($visual:ident: $markers:literal)*) => {
        $(impl $visual {
            /// What markers look like.
            #[must_use]
            pub fn shape(self, shape: Shape) -> Self {
                Self { shape, ..self }
            }

            /// One size for all: the diameter.
            #[must_use]
            pub fn size(self, size: f32) -> Self {
                Self {
                    size: Size::All(size),
                    ..self
                }
            }

            #[doc = concat!("A size for each of the ", $markers, ". Where it is not above 0 there is no marker.")]
            ///
            /// # Errors
            #[doc = concat!("[`Error::Invalid`](crate::Error::Invalid) unless there are as many as ", $markers, ".")]
            pub fn sizes(self, sizes: &[f32]) -> Result<Self> {
                self.check(concat!("sizes of ", $markers), sizes.len())?;
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
                self.check(concat!("colours of ", $markers), colors.len())?;
                Ok(Self {
                    color: Color::Each(colors.into()),
                    ..self
                })
            }
        })*
    };
}

named!(Points Lines Bars Events Graph Spans);
colored!(Bars Events Spans);
marked!(Points: "points" Graph: "nodes");
