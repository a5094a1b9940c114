//! The picture, pixel by pixel and lane by lane.

use crate::abi::{COVER_SHIFT, DrawPush, Lane};

/// A pixel that is covered whole.
pub const FULL: u32 = 1 << COVER_SHIFT;

/// How much of a row of the plot is covered, in 1/32, by the rows that a column touches.
#[must_use]
pub fn cover_rows(rows: u32, row: u32, row_shift: u32) -> u32 {
    let parts = 1 << row_shift;
    let lit = (row * parts..(row + 1) * parts).filter(|part| (rows & 0xffff..rows >> 16).contains(part));
    lit.count() as u32 * FULL / parts
}

/// How much of the pixel centred at `(x, row + 0.5)` a polyline covers, in 1/32: by the distance of its nearest segment.
///
/// `vertices` are positions in pixels, `None` where there is a gap. A value without neighbours is a dot. Shaders may be
/// one step off, since their division and square root are not exact.
#[must_use]
pub fn cover_polyline(lane: &Lane, vertices: &[Option<[f32; 2]>], x: f32, row: u32) -> u32 {
    if (row as f32) < lane.clip_top || row as f32 >= lane.clip_bottom {
        return 0;
    }
    let mut nearest = f32::INFINITY;
    for (i, vertex) in vertices.iter().enumerate() {
        let Some(a) = *vertex else { continue };
        let next = vertices.get(i + 1).copied().flatten().unwrap_or(a);
        nearest = nearest.min(distance(a, next, [x, row as f32 + 0.5]));
    }
    let part = (lane.half_width_px + 0.5 - nearest) * FULL as f32 + 0.5;
    part.floor().clamp(0.0, FULL as f32) as u32
}

fn distance(a: [f32; 2], b: [f32; 2], p: [f32; 2]) -> f32 {
    let (along, to) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let length2 = along[0] * along[0] + along[1] * along[1];
    let t = if length2 > 0.0 {
        ((to[0] * along[0] + to[1] * along[1]) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (to[0] - along[0] * t).hypot(to[1] - along[1] * t)
}

/// One lane over what is below, each channel 0 to 255.
#[must_use]
pub fn over(below: [u8; 3], color: u32, cover: u32) -> [u8; 3] {
    let mut out = below;
    for (i, value) in out.iter_mut().enumerate() {
        let above = u32::from((color >> (8 * i)) as u8);
        *value = ((u32::from(*value) * (FULL - cover) + above * cover + FULL / 2) / FULL) as u8;
    }
    out
}

/// The whole target, `[height, width]` of RGBA, given the colour of `(lane, column of the tiles)` and the coverage of
/// `(lane, column of the tiles, row of the plot)`.
#[must_use]
pub fn target(
    push: &DrawPush,
    lanes: &[Lane],
    color_of: impl Fn(usize, u32) -> u32,
    cover: impl Fn(usize, u32, u32) -> u32,
) -> Vec<[u8; 4]> {
    let [r, g, b, _] = push.background.to_le_bytes();
    let (width, height) = (push.target & 0xffff, push.target >> 16);
    let (plot_x, plot_width) = (push.plot_columns & 0xffff, push.plot_columns >> 16);
    let (plot_y, plot_height) = (push.plot_rows & 0xffff, push.plot_rows >> 16);
    let mut pixels = vec![[r, g, b, 255]; (width * height) as usize];
    for y in 0..plot_height {
        for x in 0..plot_width {
            let mut color = [r, g, b];
            for index in 0..lanes.len() {
                let column = x + push.skip;
                color = over(color, color_of(index, column), cover(index, column, y));
            }
            let at = ((plot_y + y) * width + plot_x + x) as usize;
            pixels[at] = [color[0], color[1], color[2], 255];
        }
    }
    pixels
}
