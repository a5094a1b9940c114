//! Every shape of marker, from 2 to 31 pixels.

use galvani::Result;
use galvani::figure::{Figure, Points, Shape};
use galvani::scene::Rgba8;

pub(super) fn figure(_: f64) -> Result<Figure> {
    let mut figure = Figure::new()
        .title("Sixteen shapes, from 2 to 31 pixels")
        .x_limits(0.0, 44.0)
        .y_limits(-1.0, 16.0);
    let steps = 14;
    let sizes: Vec<f32> = (0..steps).map(|i| 2.0 + 2.2 * i as f32).collect();
    let x: Vec<f32> = sizes
        .iter()
        .scan(0.0, |at, size| {
            *at += 0.7 + size * 0.12;
            Some(*at)
        })
        .collect();
    for (row, shape) in Shape::ALL.into_iter().enumerate() {
        let y = vec![(Shape::ALL.len() - 1 - row) as f32; x.len()];
        let points = Points::new(&x, &y)?.shape(shape).sizes(&sizes)?;
        let part = row as u8 * 16;
        figure = figure.with(points.color(Rgba8 {
            r: part,
            g: 90,
            b: 255 - part,
            a: 230,
        }));
    }
    Ok(figure)
}
