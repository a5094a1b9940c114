//! A raster of spikes: 2700 cells of three kinds around a stimulus of 0.8 s, three million spikes, none of which is lost.

use galvani::Result;
use galvani::figure::Figure;
use galvani::scene::{Colormap, Rgba8};

use super::part_of;

const CELLS: usize = 2700;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let each = part_of(1_100, part);
    let cells: Vec<Vec<f32>> = (0..CELLS).map(|cell| spikes(cell, each)).collect();
    let colors: Vec<Rgba8> = (0..CELLS)
        .map(|cell| Colormap::Viridis.color([0.1, 0.45, 0.75][kind(cell)]))
        .collect();
    Figure::new()
        .title("2700 cells around a stimulus")
        .labels("s after the stimulus", "cell")
        .grid(false)
        .spans_x(&[[0.0, 0.8]])
        .color(Rgba8::opaque(0xe0_b000))
        .events(&cells)
        .row_colors(&colors)
        .text(
            &[0.02, 0.02, 0.02],
            &[450.0, 1350.0, 2250.0],
            &["silent after it", "all at once", "in rhythm"],
        )
        .anchor(0.0, 0.5)
        .size(17.0)
        .color(Rgba8::opaque(0xb0_2010))
        .figure()
}

fn kind(cell: usize) -> usize {
    cell * 3 / CELLS
}

/// Spikes of a cell, from 2 s before the stimulus to 3 s after it: by chance, at a rate that changes with time.
fn spikes(cell: usize, each: usize) -> Vec<f32> {
    let mut bits = (cell as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut chance = || {
        // Xorshift (G. Marsaglia, 2003).
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    };
    let late = cell as f64 / CELLS as f64 * 0.1;
    let rate = |s: f64| {
        let after = s - late;
        match kind(cell) {
            0 if (0.0..0.8).contains(&after) => 0.05,
            0 => 0.5,
            1 => 0.25 + (-((after - 0.1) / 0.04).powi(2)).exp(),
            _ if after > 0.0 => 0.4 + 0.35 * (2.0 * std::f64::consts::PI * 4.0 * after).cos(),
            _ => 0.4,
        }
    };
    let at: Vec<f64> = (0..2 * each).map(|_| 5.0 * chance() - 2.0).collect();
    at.into_iter().filter(|&s| chance() < rate(s)).map(|s| s as f32).collect()
}
