//! A fountain: eight thousand drops thrown up and falling, coloured by how fast they are. `--show fountain` lets it run.

use galvani::Result;
use galvani::figure::Figure;
use galvani::scene::Style;
use galvani::show::{Event, Live};

use super::part_of;

/// Metres a second, each second.
const GRAVITY: f64 = 9.81;

pub(super) fn figure(part: f64) -> Result<Figure> {
    seen(part_of(8000, part), 0.0)
}

pub(super) fn live() -> Result<()> {
    seen(8000, 0.0)?.run(|live: &mut Live<Figure>, event| {
        live.animate(true);
        if let Event::Frame { .. } = event {
            live.shows.visuals = seen(8000, live.seconds())?.visuals;
        }
        Ok(())
    })
}

/// So many drops, so many seconds on.
fn seen(count: usize, seconds: f64) -> Result<Figure> {
    let drops: Vec<[f64; 3]> = (0..count).map(|i| drop(i, count, seconds)).collect();
    let [x, y, speed] = [0, 1, 2].map(|axis| drops.iter().map(|drop| drop[axis]).collect::<Vec<f64>>());
    let speed: Vec<f32> = speed.iter().map(|speed| *speed as f32).collect();
    Figure::new()
        .title("A fountain")
        .labels("m", "m")
        .style(Style::dark())
        .x_limits(-5.0, 5.0)
        .y_limits(0.0, 6.0)
        .points(&x, &y)
        .values(&speed)
        .size(3.0)
        .opacity(0.6)
        .figure()
}

/// Where a drop is, and how fast, of so many that are in the air.
fn drop(i: usize, count: usize, seconds: f64) -> [f64; 3] {
    // Even fractions of the golden ratio and of the square root of 2 fill the plane without clumps.
    let [a, b] = [0.618_033_988_749_895, std::f64::consts::SQRT_2].map(|step| (i as f64 * step).fract());
    let up = 9.0 + 1.5 * (i as f64 * 0.755).sin();
    let across = 2.4 * (a - 0.5) + 1.2 * (b - 0.5);
    let falls = 2.0 * up / GRAVITY;
    // One that has fallen is thrown up again.
    let s = (i as f64 / count as f64 * falls + seconds) % falls;
    let now = up - GRAVITY * s;
    [across * s, up * s - GRAVITY * s * s / 2.0, now.hypot(across)]
}
