//! Waves from two sources, in colours for what lies on either side of a middle.

use galvani::Result;
use galvani::figure::Figure;
use galvani::scene::Colormap;

pub(super) fn figure(_: f64) -> Result<Figure> {
    let [height, width] = [600, 800];
    Figure::new()
        .title("Two sources of waves")
        .labels("across (mm)", "up (mm)")
        .aspect(1.0)
        .size(960, 640)
        .grid(false)
        .image([height, width], &waves(height, width))
        .extent([0.0, 8.0], [0.0, 6.0])
        .limits(-2.0, 2.0)
        .colormap(Colormap::Vik)
        .label("height")
        .figure()
}

/// Rings about two places.
fn waves(height: usize, width: usize) -> Vec<f32> {
    let ring = |x: f64, y: f64, at: [f64; 2]| {
        let far = (x - at[0]).hypot(y - at[1]);
        (far * 0.12).sin() * (-far / 500.0).exp()
    };
    let pixel = |i: usize| {
        let (x, y) = ((i % width) as f64, (i / width) as f64);
        (ring(x, y, [250.0, 300.0]) + ring(x, y, [550.0, 330.0])) as f32
    };
    (0..width * height).map(pixel).collect()
}
