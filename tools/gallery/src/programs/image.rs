//! An image of the Mandelbrot set, with a colour bar; what never escapes is NaN, and clear.

use galvani::Result;
use galvani::figure::{Figure, Origin};
use galvani::scene::{Colormap, Style};

pub(super) fn figure(part: f64) -> Result<Figure> {
    let sides = [1200.0, 1600.0].map(|side: f64| (side * part.sqrt()).round());
    let [height, width] = sides.map(|side| side as usize);
    let (x, y) = ([-2.2, 1.0], [-1.2, 1.2]);
    let at = |i: usize, side: f64, [from, to]: [f64; 2]| from + (to - from) * (i as f64 + 0.5) / side;
    let values: Vec<f32> = (0..height * width)
        .map(|i| steps([at(i % width, sides[1], x), at(i / width, sides[0], y)]))
        .collect();
    Figure::new()
        .title("Steps until points escape")
        .labels("real", "imaginary")
        .style(Style::dark())
        .aspect(1.0)
        .size(960, 640)
        .grid(false)
        .image([height, width], &values)
        .origin(Origin::Lower)
        .extent(x, y)
        .colormap(Colormap::Magma)
        .label("log2 steps")
        .figure()
}

/// How many steps of z ← z² + c it takes until z is far out, smoothed, as a logarithm; NaN where it never is.
fn steps([cx, cy]: [f64; 2]) -> f32 {
    let (mut x, mut y) = (0.0, 0.0);
    for step in 0..400 {
        (x, y) = (x * x - y * y + cx, 2.0 * x * y + cy);
        let far = x * x + y * y;
        if far > 1e6 {
            let smooth = f64::from(step) + 2.0 - (far.ln() / 2.0).log2();
            return smooth.max(1.0).log2() as f32;
        }
    }
    f32::NAN
}
