//! The picture, pixel by pixel and lane by lane.

use crate::abi::{Column, Frame, Lane};

/// First and last row that values `lo ..= hi` touch, with the line's width around them; first > last where empty.
#[must_use]
pub fn rows_of(lane: &Lane, lo: f32, hi: f32) -> [f32; 2] {
    if lo > hi {
        return [1.0, -1.0];
    }
    let row = |value: f32| (value * lane.px_per_stored + lane.zero_px).clamp(-1_048_576.0, 1_048_576.0);
    let (a, b) = (row(lo), row(hi));
    [
        (a.min(b) - lane.half_width_px).max(lane.clip_top),
        (a.max(b) + lane.half_width_px).min(lane.clip_bottom),
    ]
}

/// How much of the pixel whose top is at `row` is covered.
#[must_use]
pub fn cover_column([top, bottom]: [f32; 2], row: f32) -> f32 {
    (bottom.min(row + 1.0) - top.max(row)).clamp(0.0, 1.0)
}

/// How much of the pixel centred at `(x, row + 0.5)` a polyline covers: by the distance of its nearest segment.
///
/// `vertices` are positions in pixels, `None` where there is a gap. A value without neighbours is a dot.
#[must_use]
pub fn cover_polyline(lane: &Lane, vertices: &[Option<[f32; 2]>], x: f32, row: f32) -> f32 {
    if row < lane.clip_top || row >= lane.clip_bottom {
        return 0.0;
    }
    let mut nearest = f32::INFINITY;
    for (i, vertex) in vertices.iter().enumerate() {
        let Some(a) = *vertex else { continue };
        let next = vertices.get(i + 1).copied().flatten().unwrap_or(a);
        nearest = nearest.min(distance(a, next, [x, row + 0.5]));
    }
    (lane.half_width_px + 0.5 - nearest).clamp(0.0, 1.0)
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

/// One lane over what is below, each channel 0 to 255, rounded as a target of 8 bits keeps it.
#[must_use]
pub fn over(below: [u8; 3], color: u32, cover: f32) -> [u8; 3] {
    let mut out = below;
    for (i, value) in out.iter_mut().enumerate() {
        let color = f32::from((color >> (8 * i)) as u8);
        *value = (f32::from(*value) + (color - f32::from(*value)) * cover + 0.5).floor() as u8;
    }
    out
}

/// The whole target, `[height, width]` of RGBA, given the coverage of `(lane, x of the plot, row of the plot)`.
#[must_use]
pub fn target(frame: &Frame, lanes: &[Lane], cover: impl Fn(usize, u32, f32) -> f32) -> Vec<[u8; 4]> {
    let [r, g, b, _] = frame.background.to_le_bytes();
    let mut pixels = vec![[r, g, b, 255]; (frame.target_width * frame.target_height) as usize];
    for y in 0..frame.plot_height {
        for x in 0..frame.plot_width {
            let at = ((frame.plot_y + y) * frame.target_width + frame.plot_x + x) as usize;
            let mut color = [r, g, b];
            for (index, lane) in lanes.iter().enumerate() {
                color = over(color, lane.color, cover(index, x, y as f32));
            }
            pixels[at] = [color[0], color[1], color[2], 255];
        }
    }
    pixels
}

/// The coverage of a lane drawn from columns; `column` gives that of `(lane, x of the plot)`.
pub fn from_columns<'a>(
    lanes: &'a [Lane],
    column: impl Fn(usize, u32) -> Column + 'a,
) -> impl Fn(usize, u32, f32) -> f32 + 'a {
    move |lane, x, row| {
        let column = column(lane, x);
        cover_column(rows_of(&lanes[lane], column.lo, column.hi), row)
    }
}
