//! What several visuals say alike: how opaque they are, what they are called, in which colour, and what markers look like.

use std::sync::Arc;

use super::{Balls, Bars, Color, Custom, Events, Graph, Lines, Points, Shape, Size, Spans, Surface};
use crate::scene::Rgba8;
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

macro_rules! named {
    ($($visual:ident)*) => {
        $(impl $visual {
            /// How opaque all of it is, from 0 to 1.
            #[must_use]
            pub fn opacity(mut self, opacity: f32) -> Self {
                self.opacity = opacity;
                self
            }

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

named!(Points Lines Bars Events Graph Spans Custom);
colored!(Bars Events Spans Custom Surface);
shaped!(Points Graph);
marked!(Points: "points" Graph: "nodes" Balls: "balls");
