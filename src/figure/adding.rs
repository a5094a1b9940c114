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
