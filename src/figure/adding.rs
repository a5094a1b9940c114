//! A figure in the making, as one sentence.

use super::{Figure, Visual};
use crate::Result;

/// A figure and the visual that is being added to it, of which what follows says more. The first error is kept, and comes back from
/// whatever ends the sentence.
pub struct Adding<V> {
    made: Result<(Figure, V)>,
}

impl<V: Into<Visual>> Adding<V> {
    pub(super) fn new(figure: Result<Figure>, visual: Result<V>) -> Self {
        Self {
            made: figure.and_then(|figure| Ok((figure, visual?))),
        }
    }

    /// The figure with the visual.
    ///
    /// # Errors
    /// The first of those that its parts had.
    pub fn figure(self) -> Result<Figure> {
        self.made.map(|(figure, visual)| figure.with(visual))
    }

    pub(super) fn map(self, change: impl FnOnce(V) -> V) -> Self {
        Self {
            made: self.made.map(|(figure, visual)| (figure, change(visual))),
        }
    }

    pub(super) fn and_then(self, change: impl FnOnce(V) -> Result<V>) -> Self {
        Self {
            made: self
                .made
                .and_then(|(figure, visual)| Ok((figure, change(visual)?))),
        }
    }
}

/// The verbs of a visual: those that add it, to a figure and to a sentence that goes on, and what a sentence then says of it, by
/// the visual's own methods of these names, of which some can fail.
macro_rules! verbs {
    (
        $visual:ident;
        $($(#[$doc:meta])* add $add:ident[$($generics:tt)*]($($arg:ident: $of:ty),*) = $made:expr;)*
        $(say $say:ident($($said:ident: $word:ty),*);)*
        $(try $try:ident($($tried:ident: $part:ty),*);)*
    ) => {
        impl Figure {
            $($(#[$doc])*
            #[must_use]
            pub fn $add<$($generics)*>(self, $($arg: $of),*) -> Adding<$visual> {
                Adding::new(Ok(self), $made)
            })*
        }

        impl<V: Into<Visual>> Adding<V> {
            $($(#[$doc])*
            #[must_use]
            pub fn $add<$($generics)*>(self, $($arg: $of),*) -> Adding<$visual> {
                Adding::new(self.figure(), $made)
            })*
        }

        impl Adding<$visual> {
            $(#[doc = concat!("As [`", stringify!($visual), "::", stringify!($say), "`].")]
            #[must_use]
            pub fn $say(self, $($said: $word),*) -> Self {
                self.map(|visual| visual.$say($($said),*))
            })*
            $(#[doc = concat!("As [`", stringify!($visual), "::", stringify!($try), "`].")]
            #[must_use]
            pub fn $try(self, $($tried: $part),*) -> Self {
                self.and_then(|visual| visual.$try($($tried),*))
            })*
        }

        impl From<$visual> for Visual {
            fn from(visual: $visual) -> Self {
                Self::$visual(visual)
            }
        }
    };
}
pub(super) use verbs;
