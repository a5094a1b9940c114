//! Markers of a visual, and which of them reach into which band.

use super::shapes::{self, MOST};
use super::{Canvas, opaque};
use crate::figure::Shape;
use crate::host::markers::{self, Marker};
use crate::host::{BAND, Band};
use crate::scene::{PxRect, Rgba8};
use crate::vector;

/// Markers, ready to be drawn.
pub(super) struct Marked {
    shape: Shape,
    markers: Vec<Marker>,
    /// For each band the numbers of the markers that reach into it.
    bands: Vec<Vec<u32>>,
}

impl Marked {
    pub(super) fn new(canvas: &Canvas<'_>, shape: Shape, markers: Vec<Marker>) -> Self {
        let plot = canvas.frame.plot;
        let mut bands = vec![Vec::new(); (canvas.rect.h as usize).div_ceil(BAND)];
        let rows = [plot.y as i32, plot.bottom() as i32];
        for (number, marker) in markers.iter().enumerate() {
            let [top, bottom] = marker.pixels(shape, 1, rows);
            if top < bottom {
                for band in &mut bands[top as usize / BAND..=(bottom as usize - 1) / BAND] {
                    band.push(number as u32);
                }
            }
        }
        Self {
            shape,
            markers,
            bands,
        }
    }

    /// All markers, if they are not too many.
    pub(super) fn shapes(&self) -> Option<Vec<vector::Shape>> {
        (self.markers.len() <= MOST).then(|| shapes::markers(self.shape, &self.markers))
    }

    pub(super) fn draw(&self, plot: PxRect, number: usize, band: &mut Band<'_>) {
        markers::draw(self.shape, &self.markers, &self.bands[number], plot, band);
    }
}

/// A marker so many pixels large, none of no size. Smaller than a pixel it is as large as one, and as much fainter.
pub(super) fn marker(at: [f32; 2], px: f64, color: Rgba8, opacity: f64) -> Option<Marker> {
    let faint = px.min(1.0).powi(2);
    (px > 0.0).then(|| Marker {
        at,
        radius: (px.max(1.0) / 2.0) as f32,
        color: opaque(color),
        alpha: (f64::from(color.a) * opacity * faint) as f32,
    })
}
