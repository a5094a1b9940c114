//! Spans and rectangles in pixels, one by one.

use crate::figure::Spans;
use crate::scene::{PxRect, Rgba8};
use crate::view::plane::Plane;

/// Paints spans on even axes over opaque pixels of a target `width` pixels across, in floating point; `auto` is the style's colour for them.
pub fn paint(spans: &Spans, plane: &Plane, plot: PxRect, auto: Rgba8, pixels: &mut [[f64; 3]], width: usize) {
    let is_in = |px: u32, ends: Option<[f64; 2]>| match ends {
        None => true,
        Some([a, b]) if a.is_nan() || b.is_nan() => false,
        Some([a, b]) => {
            let from = a.min(b).round();
            let to = a.max(b).round().max(from + 1.0);
            (from..to).contains(&f64::from(px))
        }
    };
    for number in 0..spans.len() {
        let along = |axis: usize, spans: &Option<std::sync::Arc<[[f64; 2]]>>| {
            let ends = spans.as_ref()?[number];
            let at = |end: f64| plane.px_from([end, end])[axis];
            Some(ends.map(at))
        };
        let (x, y) = (along(0, &spans.x), along(1, &spans.y));
        let color = spans.color.unwrap_or(auto);
        let color = spans.colors.get(number).copied().unwrap_or(color);
        let alpha = f64::from(color.a) / 255.0 * f64::from(spans.opacity);
        for row in (0..plot.h).filter(|&row| is_in(row, y)) {
            for column in (0..plot.w).filter(|&column| is_in(column, x)) {
                let place = (row + plot.y) as usize * width + (column + plot.x) as usize;
                for (value, part) in pixels[place].iter_mut().zip([color.r, color.g, color.b]) {
                    *value += (f64::from(part) - *value) * alpha;
                }
            }
        }
    }
}
