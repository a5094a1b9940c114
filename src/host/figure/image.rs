//! Images.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{Canvas, Shown, VisualReport};
use crate::figure::Image;
use crate::host::Band;
use crate::host::overlay::over;
use crate::images::{Palette, Place, Seen};
use crate::plan::Fidelity;
use crate::scene::PxRect;
use crate::vector::Shape;

/// An image, ready to be drawn.
pub(super) struct Pixels<'a> {
    image: &'a Image,
    /// `None` of one that cannot be read.
    seen: Option<Seen>,
    palette: Palette,
    rows: u32,
    /// How many of the plot's rows could not be read.
    missing: AtomicU32,
}

impl<'a> Pixels<'a> {
    pub(super) fn new(canvas: &Canvas<'_>, image: &'a Image) -> Self {
        let plot = canvas.frame.plot;
        let size = [plot.w, plot.h];
        let place = Place {
            scales: canvas.figure.both_scales(),
            ..image.place()
        };
        Self {
            image,
            seen: image.pixmap.seen(&place, canvas.plane, size, image.reduce).ok(),
            palette: image.palette(),
            rows: plot.h,
            missing: AtomicU32::new(0),
        }
    }
}

impl Shown for Pixels<'_> {
    fn report(&self) -> VisualReport {
        let missing = f64::from(self.missing.load(Ordering::Relaxed)) / f64::from(self.rows);
        let (in_view, fidelity) = match &self.seen {
            Some(seen) if missing == 0.0 => (seen.in_view, seen.fidelity),
            Some(seen) => (seen.in_view, Fidelity::Partial { missing }),
            None => (0, Fidelity::Partial { missing: 1.0 }),
        };
        VisualReport::new(in_view, fidelity)
    }

    fn shapes(&self, _: PxRect) -> Option<Vec<Shape>> {
        None
    }

    fn draw(&self, plot: PxRect, _: usize, band: &mut Band<'_>) {
        let Some(seen) = &self.seen else {
            return;
        };
        let rows = band.rows_of(plot);
        let count = rows.len() as u32;
        let mut put = |row: usize, words: &[u32]| {
            for (pixel, &word) in band.row_of(plot, row).iter_mut().zip(words) {
                *pixel = match word >> 24 {
                    0 => *pixel,
                    255 => word,
                    alpha => over(*pixel, word | 0xff00_0000, alpha),
                };
            }
        };
        let painted = self
            .image
            .pixmap
            .paint((seen, self.image.reduce), rows, &self.palette, &mut put);
        if painted.is_err() {
            self.missing.fetch_add(count, Ordering::Relaxed);
        }
    }
}
