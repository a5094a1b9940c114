//! Hue and saturation as an image of colours.

use galvani::Result;
use galvani::figure::{Figure, Origin};
use galvani::scene::Rgba8;

pub(super) fn figure(_: f64) -> Result<Figure> {
    let [height, width] = [256, 512];
    let color = |i: usize| {
        let (hue, saturation) = (i % width, i / width);
        hsv(hue as f64 / width as f64, saturation as f64 / (height - 1) as f64)
    };
    let colors: Vec<Rgba8> = (0..height * width).map(color).collect();
    Figure::new()
        .title("HSV, at full value")
        .labels("hue (degrees)", "saturation")
        .grid(false)
        .image([height, width], &colors)
        .origin(Origin::Lower)
        .extent([0.0, 360.0], [0.0, 1.0])
        .figure()
}

/// The colour of a hue and a saturation from 0 to 1, at full value.
fn hsv(hue: f64, saturation: f64) -> Rgba8 {
    let channel = |sixth: f64| {
        let at = (sixth + 6.0 * hue) % 6.0;
        let lacks = saturation * at.min(4.0 - at).clamp(0.0, 1.0);
        ((1.0 - lacks) * 255.0).round() as u8
    };
    Rgba8 {
        r: channel(5.0),
        g: channel(3.0),
        b: channel(1.0),
        a: 255,
    }
}
