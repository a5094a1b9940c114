//! A signal as it arrives: the last five seconds of what a cell does. `--show realtime` lets it run.

use galvani::Result;
use galvani::figure::{Figure, Lines, Visual};
use galvani::lines::Curves;
use galvani::show::{Event, Live};

use super::part_of;

const RATE_HZ: f64 = 10_000.0;
const SHOWN_S: f64 = 5.0;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let mut cell = Cell::new();
    let values = cell.run(part_of(80_000, part));
    shown(&cell, values)
}

pub(super) fn live() -> Result<()> {
    let mut cell = Cell::new();
    shown(&cell, Vec::new())?.run(|live: &mut Live<Figure>, event| {
        live.animate(true);
        if let Event::Frame { .. } = event {
            let due = (live.seconds() * RATE_HZ) as usize;
            if let Some(Visual::Lines(lines)) = live.shows.visuals.first_mut() {
                lines.append_even(&cell.run(due.saturating_sub(cell.count)))?;
                lines.keep((SHOWN_S * RATE_HZ) as usize)?;
            }
            live.shows.x.limits = Some(cell.seen());
            live.view = live.shows.view(live.size());
        }
        Ok(())
    })
}

fn shown(cell: &Cell, values: Vec<f32>) -> Result<Figure> {
    let [start, end] = cell.seen();
    let figure = Figure::new()
        .title("A cell")
        .labels("s", "mV")
        .x_limits(start, end)
        .y_limits(-80.0, 40.0);
    Ok(figure.with(Lines::of(Curves::even(0.0, 1.0 / RATE_HZ, values)?)))
}

/// A neuron that leaks and fires, driven by noise.
struct Cell {
    count: usize,
    potential: f64,
    drive: f64,
    bits: u64,
}

impl Cell {
    fn new() -> Self {
        Self {
            count: 0,
            potential: -65.0,
            drive: 0.0,
            bits: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// The samples that follow, in mV.
    fn run(&mut self, samples: usize) -> Vec<f32> {
        let sample = |_| {
            // Xorshift (G. Marsaglia, 2003).
            self.bits ^= self.bits << 13;
            self.bits ^= self.bits >> 7;
            self.bits ^= self.bits << 17;
            let noise = (self.bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
            let step = 1.0 / RATE_HZ;
            self.drive += -self.drive * step / 0.02 + 0.55 * noise;
            self.potential += (-65.0 - self.potential + self.drive + 11.0) * step / 0.015;
            self.count += 1;
            if self.potential <= -50.0 {
                return self.potential as f32;
            }
            self.potential = -72.0;
            30.0
        };
        (0..samples).map(sample).collect()
    }

    /// The seconds that are shown.
    fn seen(&self) -> [f64; 2] {
        let start = (self.count as f64 / RATE_HZ - SHOWN_S).max(0.0);
        [start, start + SHOWN_S]
    }
}
