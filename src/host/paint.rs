//! Columns into pixels, eight side by side. Twin: `reference::raster`.

use super::{Band, Frame};
use crate::abi::{COVER_SHIFT, pair};

/// Coverage of a whole pixel.
pub(super) const FULL: u32 = 1 << COVER_SHIFT;
/// Columns drawn together.
const TOGETHER: usize = 8;

/// Draws columns, of which `rows` are the rows and `color_of` gives the colours, from pixel `x` on.
#[inline(always)]
pub(super) fn columns(
    frame: &Frame<'_>,
    color_of: impl Fn(usize) -> u32,
    rows: &[u32],
    band: &mut Band<'_>,
    x: usize,
) {
    let last = rows.len().saturating_sub(1);
    let (groups, rest) = rows.as_chunks::<TOGETHER>();
    let colors = |first: usize| std::array::from_fn(|i| color_of((first + i).min(last)));
    for (i, rows) in groups.iter().enumerate() {
        let first = i * TOGETHER;
        group(frame, &colors(first), rows, band, x + first, TOGETHER);
    }
    if !rest.is_empty() {
        let mut padded = [0; TOGETHER];
        padded[..rest.len()].copy_from_slice(rest);
        let first = groups.len() * TOGETHER;
        group(frame, &colors(first), &padded, band, x + first, rest.len());
    }
}

/// Draws `n` columns.
#[inline(always)]
fn group(
    frame: &Frame<'_>,
    colors: &[u32; TOGETHER],
    rows: &[u32; TOGETHER],
    band: &mut Band<'_>,
    x: usize,
    n: usize,
) {
    // A column without rows starts below all, and ends above all.
    let tops = rows.map(|rows| if rows == 0 { 0xffff } else { (rows & 0xffff) as i32 });
    let bottoms = rows.map(|rows| (rows >> 16) as i32);
    let least = |values: [i32; TOGETHER]| values.into_iter().fold(i32::MAX, i32::min);
    let most = |values: [i32; TOGETHER]| values.into_iter().fold(i32::MIN, i32::max);
    let all = pair(least(tops) as u32, most(bottoms) as u32);
    let Some((first, end)) = band.cut(frame, all) else {
        return;
    };
    let parts = 1 << frame.row_shift;
    // Rows that all columns cover whole.
    let solid = (most(tops) + parts - 1) >> frame.row_shift..least(bottoms) >> frame.row_shift;
    let opaque = colors.map(|color| color | 0xff00_0000);
    for row in first..end {
        let pixels = &mut band.row(row)[x..x + n];
        if solid.contains(&row) {
            match pixels.first_chunk_mut::<TOGETHER>() {
                Some(pixels) => *pixels = opaque,
                None => pixels.copy_from_slice(&opaque[..n]),
            }
            continue;
        }
        let (top, bottom) = (row << frame.row_shift, (row + 1) << frame.row_shift);
        let mut covers = [0; TOGETHER];
        for i in 0..TOGETHER {
            let lit = (bottoms[i].min(bottom) - tops[i].max(top)).max(0) as u32;
            covers[i] = lit << (COVER_SHIFT - frame.row_shift);
        }
        match pixels.first_chunk_mut::<TOGETHER>() {
            Some(pixels) => {
                for i in 0..TOGETHER {
                    pixels[i] = over(pixels[i], colors[i], covers[i]);
                }
            }
            None => {
                for (pixel, (color, cover)) in pixels.iter_mut().zip(colors.iter().zip(covers)) {
                    *pixel = over(*pixel, *color, cover);
                }
            }
        }
    }
}

/// One colour over an opaque one, two of the channels of 8 bits side by side.
#[inline(always)]
pub(super) fn over(below: u32, color: u32, cover: u32) -> u32 {
    const MASK: u32 = 0x00ff_00ff;
    const HALF: u32 = FULL / 2 * 0x0001_0001;
    let color = color | 0xff00_0000;
    let mix = |below: u32, above: u32| {
        ((below & MASK) * (FULL - cover) + (above & MASK) * cover + HALF) >> COVER_SHIFT & MASK
    };
    mix(below, color) | mix(below >> 8, color >> 8) << 8
}
