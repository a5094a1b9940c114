//! What the pointer is over: where that is, and the point that is nearest. `--show mouse` follows the pointer.

use galvani::Result;
use galvani::figure::{Figure, Frame, Item, Shape};
use galvani::scene::Rgba8;
use galvani::show::{Event, Live};
use galvani::view::plane::Plane;

use super::part_of;

/// How far from the pointer, in pixels, a point is looked for.
const REACH_PX: f64 = 40.0;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let units = units(part);
    let cells = cells(&units)?;
    let size = cells.target_size();
    let plane = cells.view(size);
    // Right beside one of them.
    let (plot, [x, y]) = (Frame::plot(&cells, size), plane.px_from(units[4]));
    let at = [f64::from(plot.x) + x + 7.0, f64::from(plot.y) + y - 5.0];
    told((&cells, &units), &plane, size, at)
}

pub(super) fn live() -> Result<()> {
    let units = units(1.0);
    let cells = cells(&units)?;
    cells.clone().run(|live: &mut Live<Figure>, event| {
        if let Event::Frame { .. } = event {
            live.shows.visuals = match live.pointer() {
                Some(at) => told((&cells, &units), &live.view, live.size(), at)?.visuals,
                None => cells.visuals.clone(),
            };
        }
        Ok(())
    })
}

/// Units of two kinds by the width of their spikes and by how often they fire.
fn units(part: f64) -> Vec<[f64; 2]> {
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        // Xorshift (G. Marsaglia, 2003).
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        (bits >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    // A sum of three is nearly a bell.
    let mut bell = || next() + next() + next();
    let unit = |i: usize| match i % 4 {
        0 => [0.25 + 0.07 * bell(), 18.0 + 8.0 * bell()],
        _ => [0.65 + 0.15 * bell(), 5.0 + 4.0 * bell()],
    };
    (0..part_of(300, part.max(0.1))).map(unit).collect()
}

fn cells(units: &[[f64; 2]]) -> Result<Figure> {
    let [x, y] = [0, 1].map(|axis| units.iter().map(|unit| unit[axis]).collect::<Vec<f64>>());
    Figure::new()
        .title("Two kinds of units")
        .labels("width of spikes (ms)", "Hz")
        .points(&x, &y)
        .size(6.0)
        .opacity(0.7)
        .figure()
}

/// The same with what is at a pixel.
fn told(
    (cells, units): (&Figure, &[[f64; 2]]),
    plane: &Plane,
    size: [u32; 2],
    at: [f64; 2],
) -> Result<Figure> {
    let hit = cells.hit(plane, size, at, REACH_PX);
    let Some(Item::Point(number)) = hit.map(|hit| hit.item) else {
        return Ok(cells.clone());
    };
    let [x, y] = units[number];
    cells
        .clone()
        .points(&[x], &[y])
        .shape(Shape::Ring)
        .size(16.0)
        .color(Rgba8::opaque(0xd0_3030))
        .text(&[x], &[y], &[format!("unit {number}\n{x:.2} ms, {y:.1} Hz")])
        .offset(12.0, 12.0)
        .anchor(0.0, 0.0)
        .figure()
}
