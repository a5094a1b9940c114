//! A hundred thousand motes in a wind that a compute shader blows; each as bright as it is fast. `--show swarm` lets them fly.

use galvani::Result;
use galvani::figure::{Custom, Figure, Visual};
use galvani::scene::Style;
use galvani::show::{Event, Live};

use super::part_of;
use super::shaders::{Shader, shaded, shader};

pub(super) const DRAW: [Shader; 2] = [shader!("swarm.vert"), shader!("swarm.frag")];

pub(super) fn figure(part: f64) -> Result<Figure> {
    let motes = data(part_of(100_000, part).max(1000))?;
    let mut motes = shaded(motes, [&DRAW[0], &DRAW[1]], &computes())?.reach(4.0);
    motes.advance(150);
    Ok(Figure::new()
        .title("A wind that turns")
        .style(Style::dark())
        .custom(motes)
        .figure()?
        .x_limits(-1.6, 1.6)
        .y_limits(-1.0, 1.0))
}

pub(super) fn live() -> Result<()> {
    figure(1.0)?.run(|live: &mut Live<Figure>, event| {
        live.animate(true);
        if let (Event::Frame { .. }, Some(Visual::Custom(motes))) = (event, live.shows.visuals.first_mut()) {
            motes.advance(1);
        }
        Ok(())
    })
}

/// Motes, spread evenly.
pub(super) fn data(count: usize) -> Result<Custom> {
    // Kronecker's sequence (M. Roberts, 2018).
    let along = |step: f64, side: f64| -> Vec<f64> {
        (0..count).map(|i| ((i as f64 * step).fract() - 0.5) * side).collect()
    };
    Custom::new()
        .places("mote", &along(0.754_877_666_246_69, 3.2), &along(0.569_840_290_998_05, 2.0))?
        .buffer("speed", &vec![[0.0_f32; 2]; count])?
        .each_of("mote", 1)
}

pub(super) fn computes() -> [(&'static str, Shader); 1] {
    [("mote", shader!("swarm.comp"))]
}
