//! Visuals that a device has drawn, laid over what is below them.

use super::{Canvas, Layer, Shown, VisualReport};
use crate::figure::Custom;
use crate::host::Band;
use crate::plan::Fidelity;
use crate::scene::PxRect;
use crate::vector::Shape;

/// A layer, ready to be drawn; none where no device has drawn it.
pub(super) struct Laid<'a> {
    layer: Option<&'a [u32]>,
    items: u32,
    /// Of 256.
    opacity: u32,
}

impl<'a> Laid<'a> {
    pub(super) fn new(canvas: &'a Canvas<'_>, visual: usize, custom: &Custom) -> Self {
        Self {
            layer: match canvas.layers.get(visual) {
                Some(Some(Layer::Drawn(pixels))) => Some(pixels),
                _ => None,
            },
            items: custom.count(),
            opacity: (custom.opacity.clamp(0.0, 1.0) * 256.0).round() as u32,
        }
    }
}

impl Shown for Laid<'_> {
    fn report(&self) -> VisualReport {
        let missing = 1.0;
        let (in_view, fidelity) = match self.layer {
            Some(_) => (self.items as usize, Fidelity::Exact),
            None => (0, Fidelity::Partial { missing }),
        };
        VisualReport::new(in_view, fidelity)
    }

    fn shapes(&self, _: PxRect) -> Option<Vec<Shape>> {
        None
    }

    fn draw(&self, plot: PxRect, _: usize, band: &mut Band<'_>) {
        let Some(pixels) = self.layer else {
            return;
        };
        let width = plot.w as usize;
        for row in band.rows_of(plot) {
            let words = &pixels[row * width..][..width];
            let drawn = band.row_of(plot, row).iter_mut().zip(words);
            for (pixel, &word) in drawn.filter(|(_, word)| **word != 0) {
                *pixel = lay(*pixel, word, self.opacity);
            }
        }
    }
}

/// A premultiplied colour, so opaque of 256, over an opaque one.
fn lay(below: u32, word: u32, opacity: u32) -> u32 {
    let part = |shift: u32| ((word >> shift & 0xff) * opacity + 128) >> 8;
    let rest = 255 - part(24);
    let mixed = |shift: u32| {
        let sum = part(shift) + ((below >> shift & 0xff) * rest + 127) / 255;
        sum.min(255) << shift
    };
    0xff00_0000 | mixed(16) | mixed(8) | mixed(0)
}

#[cfg(test)]
mod tests {
    use super::lay;

    #[test]
    fn layers_are_as_opaque_as_they_say() {
        let below = 0xff10_8020;
        assert_eq!(lay(below, 0xff33_2211, 256), 0xff33_2211, "opaque");
        assert_eq!(lay(below, 0xff33_2211, 0), below, "not at all");
        assert_eq!(lay(below, 0, 256), below, "nothing");
        // Half of white over black, and half of that.
        assert_eq!(lay(0xff00_0000, 0x8080_8080, 256), 0xff80_8080);
        assert_eq!(lay(0xff00_0000, 0x8080_8080, 128), 0xff40_4040);
        // What a device rounds up does not wrap.
        assert_eq!(lay(0xffff_ffff, 0x80ff_ffff, 256), 0xffff_ffff);
    }
}
