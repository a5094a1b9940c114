//! A figure or a scene in the making, as one sentence.

use super::{Figure, Solid, Space, Visual};
use crate::Result;

/// A figure, or a scene, and the visual that is being added to it, of which what follows says more. The first error is kept, and comes
/// back from whatever ends the sentence.
pub struct Adding<V, S = Figure> {
    made: Result<(S, V)>,
}

impl<V: Into<Visual>> Adding<V> {
    /// The figure with the visual.
    ///
    /// # Errors
    /// The first of those that its parts had.
    pub fn figure(self) -> Result<Figure> {
        self.made.map(|(figure, visual)| figure.with(visual))
    }
}

impl<V: Into<Solid>> Adding<V, Space> {
    /// The scene with the solid.
    ///
    /// # Errors
    /// The first of those that its parts had.
    pub fn space(self) -> Result<Space> {
        self.made.map(|(space, solid)| space.with(solid))
    }
}

impl<V, S> Adding<V, S> {
    pub(super) fn new(shows: Result<S>, visual: Result<V>) -> Self {
        Self {
            made: shows.and_then(|shows| Ok((shows, visual?))),
        }
    }

    pub(super) fn map(self, change: impl FnOnce(V) -> V) -> Self {
        Self {
            made: self.made.map(|(shows, visual)| (shows, change(visual))),
        }
    }

    pub(super) fn and_then(self, change: impl FnOnce(V) -> Result<V>) -> Self {
        Self {
            made: self.made.and_then(|(shows, visual)| Ok((shows, change(visual)?))),
        }
    }
}

/// The verbs of a visual: those that add it, to a figure and to a sentence that goes on, and what a sentence then says of it, by
/// the visual's own methods of these names, of which some can fail. Those of a solid the same of scenes.
macro_rules! verbs {
    (solid $($verbs:tt)*) => {
        verbs! { @ Space, space, Solid, $($verbs)* }
    };
    (
        @ $shows:ident, $end:ident, $any:ident, $visual:ident;
        $($(#[$doc:meta])* add $add:ident[$($generics:tt)*]($($arg:ident: $of:ty),*) = $made:expr;)*
        $(say $say:ident($($said:ident: $word:ty),*);)*
        $(try $try:ident($($tried:ident: $part:ty),*);)*
    ) => {
        impl $shows {
            $($(#[$doc])*
            #[must_use]
            pub fn $add<$($generics)*>(self, $($arg: $of),*) -> Adding<$visual, $shows> {
                Adding::new(Ok(self), $made)
            })*
        }

        impl<V: Into<$any>> Adding<V, $shows> {
            $($(#[$doc])*
            #[must_use]
            pub fn $add<$($generics)*>(self, $($arg: $of),*) -> Adding<$visual, $shows> {
                Adding::new(self.$end(), $made)
            })*
        }

        impl Adding<$visual, $shows> {
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

        impl From<$visual> for $any {
            fn from(visual: $visual) -> Self {
                Self::$visual(visual)
            }
        }
    };
    ($($verbs:tt)*) => {
        verbs! { @ Figure, figure, Visual, $($verbs)* }
    };
}
pub(super) use verbs;
