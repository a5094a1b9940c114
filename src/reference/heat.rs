//! Lanes as rows of colour, pixel by pixel.

use super::raster::over;
use crate::abi::{Column, DrawPush, Lane, heat_word, level};

/// What is seen in a column on a row of the plot, of all lanes whose strips reach into the row, given the column and the tint
/// of each lane there: the greatest [`heat_word`].
#[must_use]
pub fn seen(lanes: &[Lane], row: u32, of: impl Fn(usize) -> (Column, u8)) -> u32 {
    let words = lanes.iter().enumerate().map(|(index, lane)| {
        if lane.strip_top >= (row + 1) as f32 || lane.strip_bottom <= row as f32 {
            return 0;
        }
        let (column, tint) = of(index);
        heat_word(level(lane.level_per_stored, column.lo, column.hi), tint.into())
    });
    words.max().unwrap_or(0)
}

/// Puts the colours over the lines of a target, `[height, width]` of RGBA, `share` 32nds of them, given the colour of
/// `(column of the tiles, row of the plot)`; `None` where there is no data.
pub fn cover(
    push: &DrawPush,
    share: u32,
    color_of: impl Fn(u32, u32) -> Option<u32>,
    pixels: &mut [[u8; 4]],
) {
    let width = push.target & 0xffff;
    let (plot_x, plot_width) = (push.plot_columns & 0xffff, push.plot_columns >> 16);
    let (plot_y, plot_height) = (push.plot_rows & 0xffff, push.plot_rows >> 16);
    for y in 0..plot_height {
        for x in 0..plot_width {
            let pixel = &mut pixels[((plot_y + y) * width + plot_x + x) as usize];
            if let Some(color) = color_of(x + push.skip, y) {
                let [r, g, b, _] = *pixel;
                let [r, g, b] = over([r, g, b], color, share);
                *pixel = [r, g, b, 255];
            }
        }
    }
}
