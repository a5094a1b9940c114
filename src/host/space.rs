//! A scene's pixels: a band of rows at a time, first what is seen at each sample, then its colour. Twin: `reference::space`.

use rayon::prelude::*;

use super::figure::Byte;
use super::overlay;
use super::{BAND, Band, swap_red_and_blue};
use crate::figure::{Shade, Space};
use crate::scene::{Overlay, Rgba8};
use crate::solids::sight::{Sight, Window, item};
use crate::solids::{Lens, SAMPLES};
use crate::view::camera::Camera;

/// Paints a scene and what is written over it into a target of `[width, height]` pixels, of RGBA or BGRA.
pub(crate) fn paint<B: Byte>(
    space: &Space,
    camera: &Camera,
    written: &Overlay,
    (target, bgra): ([u32; 2], bool),
    into: &mut [B],
) {
    let lens = Lens::new(camera, target, space.bounds());
    let radii = space.radii(&lens);
    let parts = space.parts(&radii);
    let sight = Sight::new(&lens, &parts, target);
    let width = target[0] as usize;
    let across = width * SAMPLES as usize;
    let in_band = BAND * SAMPLES as usize;
    into.par_chunks_mut(width * 4 * BAND).enumerate().for_each_init(
        || (vec![0_u64; across * in_band], vec![0_u32; width * BAND]),
        |(keys, pixels), (number, rows)| {
            let high = rows.len() / (width * 4);
            let top = number * in_band;
            let keys = &mut keys[..across * high * SAMPLES as usize];
            let window = Window {
                x: [0, across as i32],
                y: [top, top + high * SAMPLES as usize].map(|row| row as i32),
            };
            sight.see(window, keys);
            let pixels = &mut pixels[..width * high];
            let rows_of_keys = keys.chunks_exact(across * SAMPLES as usize);
            for (row, (pixels, keys)) in pixels.chunks_exact_mut(width).zip(rows_of_keys).enumerate() {
                color(space, &lens, &sight, (number * BAND + row, keys), pixels);
            }
            let mut band = Band {
                pixels,
                width,
                first: (number * BAND) as i32,
            };
            overlay::cover(written, 0, &mut band);
            if bgra {
                swap_red_and_blue(band.pixels);
            }
            B::copy(rows, bytemuck::cast_slice(band.pixels));
        },
    );
}

/// The colours of a row of pixels: the mean of its samples', each item's as it is in the pixel's middle.
fn color(space: &Space, lens: &Lens, sight: &Sight<'_>, (row, keys): (usize, &[u64]), pixels: &mut [u32]) {
    let ground = space.style.background.with_alpha(255);
    let nothing: Shade = [ground.r, ground.g, ground.b].map(f64::from);
    let side = SAMPLES as usize;
    let across = pixels.len() * side;
    for (column, pixel) in pixels.iter_mut().enumerate() {
        let samples = (0..side * side).map(|i| keys[i / side * across + column * side + i % side]);
        let middle = [column, row].map(|px| (px * side) as f64 + side as f64 / 2.0);
        let (mut last, mut sum) = ((None, nothing), [0.0; 3]);
        for item in samples.map(item) {
            if item != last.0 {
                let shade = item.map_or(nothing, |item| {
                    let of = sight.of(item);
                    space.shade(lens, sight.local(of.0), of, middle)
                });
                last = (item, shade);
            }
            for (sum, part) in sum.iter_mut().zip(last.1) {
                *sum += part;
            }
        }
        let [r, g, b] = sum.map(|v| (v / (side * side) as f64).round() as u8);
        *pixel = Rgba8 { r, g, b, a: 255 }.to_u32();
    }
}
