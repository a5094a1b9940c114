//! Hatches, rectangles and letters over a band. Twin: `reference::overlay`.

use super::Band;
use crate::abi::{HATCH_PITCH, HATCH_WIDTH};
use crate::scene::{Glyph, Overlay, Rect, Rgba8};

/// Draws what of an overlay lies in a band; `plot_y` is the target's row in which the plot begins.
pub(super) fn cover(overlay: &Overlay, plot_y: i32, band: &mut Band<'_>) {
    let first = band.first + plot_y;
    let end = first + (band.pixels.len() / band.width) as i32;
    let rows = |top: i32, bottom: i32| top.max(first)..bottom.min(end);
    for rect in &overlay.hatches {
        for y in rows(rect.y0, rect.y1) {
            hatch(rect, y as u32, row(band, y - first, rect.x0, rect.x1));
        }
    }
    for rect in &overlay.rects {
        let (ink, alpha) = (ink(rect.color), u32::from(rect.color.a));
        for y in rows(rect.y0, rect.y1) {
            for pixel in row(band, y - first, rect.x0, rect.x1) {
                *pixel = over(*pixel, ink, alpha);
            }
        }
    }
    for glyph in &overlay.glyphs {
        let ink = ink(glyph.color);
        for y in rows(glyph.y, glyph.y + glyph.h) {
            let pixels = row(band, y - first, glyph.x, glyph.x + glyph.w);
            for (pixel, cover) in pixels.iter_mut().zip(covers(overlay, glyph, y)) {
                *pixel = over(*pixel, ink, part(u32::from(glyph.color.a) * u32::from(*cover)));
            }
        }
    }
}

/// Pixels of a row of the band.
fn row<'a>(band: &'a mut Band<'_>, row: i32, x0: i32, x1: i32) -> &'a mut [u32] {
    &mut band.pixels[row as usize * band.width..][x0 as usize..x1 as usize]
}

/// A glyph's coverage in a row of the target.
fn covers<'a>(overlay: &'a Overlay, glyph: &Glyph, y: i32) -> &'a [u8] {
    let at = glyph.offset as usize + (y - glyph.y) as usize * glyph.stride as usize;
    &overlay.coverage[at..][..glyph.w as usize]
}

/// The lines of a hatch in row `y`, of whose pixels in it the first is that of column `rect.x0`.
fn hatch(rect: &Rect, y: u32, pixels: &mut [u32]) {
    let (ink, alpha) = (ink(rect.color), u32::from(rect.color.a));
    let into = (rect.x0 as u32 + y) % HATCH_PITCH;
    // The line that the first pixel may still be of, then those after it.
    let lines = (0..pixels.len() + into as usize).step_by(HATCH_PITCH as usize);
    for line in lines {
        let from = line.saturating_sub(into as usize);
        let end = (line + HATCH_WIDTH as usize).saturating_sub(into as usize);
        let end = end.min(pixels.len());
        for pixel in &mut pixels[from.min(end)..end] {
            *pixel = over(*pixel, ink, alpha);
        }
    }
}

fn ink(color: Rgba8) -> u32 {
    color.to_u32() | 0xff00_0000
}

/// A 255th of a product of two numbers up to 255, or of a sum of such whose weights add up to 255, to the nearest; of two
/// such side by side in halves of a word.
#[inline(always)]
fn part(product: u32) -> u32 {
    let rounded = product + 0x0080_0080;
    ((rounded + (rounded >> 8 & 0x00ff_00ff)) >> 8) & 0x00ff_00ff
}

/// One colour over another, `alpha` of 255 opaque, two of the channels of 8 bits side by side.
#[inline(always)]
pub(super) fn over(below: u32, ink: u32, alpha: u32) -> u32 {
    const MASK: u32 = 0x00ff_00ff;
    let mix = |below: u32, ink: u32| part((below & MASK) * (255 - alpha) + (ink & MASK) * alpha);
    mix(below, ink) | mix(below >> 8, ink >> 8) << 8
}
