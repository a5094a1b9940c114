//! Hatches, rectangles and letters over a picture, pixel by pixel.
//!
//! Colours are rounded to the nearest of 255 steps, and so is a letter's coverage times its colour's alpha. A device rounds
//! as its driver does: one step off.

use crate::abi::{HATCH_PITCH, HATCH_WIDTH};
use crate::scene::{Overlay, Rgba8};

/// Draws an overlay over the rows from `first` on of a target `width` pixels across, opaque RGBA.
///
/// # Panics
/// If the overlay leaves the target to its left or right.
pub fn cover(overlay: &Overlay, pixels: &mut [[u8; 4]], width: usize, first: i32) {
    let rows = (pixels.len() / width) as i32;
    let mut put = |x: i32, y: i32, color: Rgba8, cover: u8| {
        if (first..first + rows).contains(&y) {
            let pixel = &mut pixels[(y - first) as usize * width..][..width][x as usize];
            *pixel = over(*pixel, color, cover);
        }
    };
    for rect in &overlay.hatches {
        for (x, y) in pixels_of([rect.x0, rect.x1], [rect.y0, rect.y1]) {
            if (x + y) as u32 % HATCH_PITCH < HATCH_WIDTH {
                put(x, y, rect.color, 255);
            }
        }
    }
    for rect in &overlay.rects {
        for (x, y) in pixels_of([rect.x0, rect.x1], [rect.y0, rect.y1]) {
            put(x, y, rect.color, 255);
        }
    }
    for glyph in &overlay.glyphs {
        for (i, j) in pixels_of([0, glyph.w], [0, glyph.h]) {
            let at = glyph.offset + j as u32 * glyph.stride + i as u32;
            put(
                glyph.x + i,
                glyph.y + j,
                glyph.color,
                overlay.coverage[at as usize],
            );
        }
    }
}

fn pixels_of([x0, x1]: [i32; 2], [y0, y1]: [i32; 2]) -> impl Iterator<Item = (i32, i32)> {
    (y0..y1).flat_map(move |y| (x0..x1).map(move |x| (x, y)))
}

/// A colour over an opaque one, `cover` of 255 of it.
fn over(below: [u8; 4], color: Rgba8, cover: u8) -> [u8; 4] {
    let nearest = |product: u32| (product + 127) / 255;
    let alpha = nearest(u32::from(color.a) * u32::from(cover));
    let mix =
        |below: u8, above: u8| nearest(u32::from(below) * (255 - alpha) + u32::from(above) * alpha) as u8;
    [
        mix(below[0], color.r),
        mix(below[1], color.g),
        mix(below[2], color.b),
        255,
    ]
}
