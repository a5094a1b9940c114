//! Text at places of the plot, from glyphs.

use super::shapes::written;
use super::{Shown, VisualReport};
use crate::figure::Written;
use crate::host::{Band, overlay};
use crate::plan::Fidelity;
use crate::scene::PxRect;
use crate::vector::Shape;

/// Labels, ready to be drawn.
pub(super) struct Letters<'a>(pub(super) Option<&'a Written>);

impl Shown for Letters<'_> {
    fn report(&self) -> VisualReport {
        VisualReport::new(self.0.map_or(0, |written| written.in_view), Fidelity::Exact)
    }

    fn shapes(&self, _: PxRect) -> Option<Vec<Shape>> {
        Some(self.0.map_or(Vec::new(), |seen| written(&seen.overlay).collect()))
    }

    fn draw(&self, _: PxRect, _: usize, band: &mut Band<'_>) {
        if let Some(written) = self.0 {
            overlay::cover(&written.overlay, 0, band);
        }
    }
}
