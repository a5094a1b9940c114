//! Bars in pixels, one by one.

use crate::figure::Bars;
use crate::view::plane::Plane;

/// How much of each pixel of a plot bars cover, `[height, width]`, where the bars are those at `x` of `heights`.
#[must_use]
pub fn cover(x: &[f64], heights: &[f64], bars: &Bars, plane: &Plane, [w, h]: [u32; 2]) -> Vec<f64> {
    let (per, half) = (plane.px_per_unit, bars.width / 2.0 * plane.px_per_unit[0]);
    let row = |y: f64| (plane.corner[1] - y) * per[1];
    let mut all = vec![0.0; w as usize * h as usize];
    for column in 0..w {
        let here = |x: f64| {
            let px = (x - plane.corner[0]) * per[0];
            let left = (px - half).round();
            let right = (px + half).round().max(left + 1.0);
            (left..right).contains(&f64::from(column))
        };
        let level = row(bars.base);
        let (mut top, mut bottom) = (level, level);
        for (_, height) in x.iter().zip(heights).filter(|(x, _)| here(**x)) {
            if *height > bars.base {
                top = top.min(row(*height)).min(level - 1.0);
            }
            if *height < bars.base {
                bottom = bottom.max(row(*height)).max(level + 1.0);
            }
        }
        for y in 0..h {
            let part = bottom.min(f64::from(y) + 1.0) - top.max(f64::from(y));
            all[(y * w + column) as usize] = part.clamp(0.0, 1.0);
        }
    }
    all
}
