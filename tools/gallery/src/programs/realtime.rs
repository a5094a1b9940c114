//! A signal as it arrives: the last five seconds of what a cell does. `--show realtime` lets it run.

use galvani::Result;
use galvani::figure::Figure;
use galvani::lines::Curves;
use galvani::show::{Event, Live};

use super::part_of;

const RATE_HZ: f64 = 10_000.0;
const SHOWN_S: f64 = 5.0;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let mut cell = Cell::new();
    cell.run(part_of(80_000, part));
    cell.seen()
}

pub(super) fn live() -> Result<()> {
    let mut cell = Cell::new();
    cell.seen()?.run(|live: &mut Live<Figure>, event| {
        live.animate(true);
        if let Event::Frame { .. } = event {
            let due = (live.seconds() * RATE_HZ) as usize;
            cell.run(due.saturating_sub(cell.count));
            let now = cell.seen()?;
            live.view = now.view(live.size());
            live.shows.visuals = now.visuals;
        }
        Ok(())
    })
}

/// A neuron that leaks and fires, driven by noise.
struct Cell {
    count: usize,
    potential: f64,
    drive: f64,
    bits: u64,
    /// The last samples.
    values: Vec<f32>,
}

impl Cell {
    fn new() -> Self {
        Self {
            count: 0,
            potential: -65.0,
            drive: 0.0,
            bits: 0x9e37_79b9_7f4a_7c15,
            values: Vec::new(),
        }
    }

    fn run(&mut self, samples: usize) {
        for _ in 0..samples {
            // Xorshift (G. Marsaglia, 2003).
            self.bits ^= self.bits << 13;
            self.bits ^= self.bits >> 7;
            self.bits ^= self.bits << 17;
            let noise = (self.bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
            let step = 1.0 / RATE_HZ;
            self.drive += -self.drive * step / 0.02 + 0.55 * noise;
            self.potential += (-65.0 - self.potential + self.drive + 11.0) * step / 0.015;
            let fires = self.potential > -50.0;
            self.values.push(if fires { 30.0 } else { self.potential as f32 });
            if fires {
                self.potential = -72.0;
            }
            self.count += 1;
        }
        let shown = (SHOWN_S * RATE_HZ) as usize;
        self.values.drain(..self.values.len().saturating_sub(shown));
    }

    fn seen(&self) -> Result<Figure> {
        let start = (self.count - self.values.len()) as f64 / RATE_HZ;
        let curve = Curves::even(start, 1.0 / RATE_HZ, self.values.as_slice())?;
        Figure::new()
            .title("A cell")
            .labels("s", "mV")
            .x_limits(start, start + SHOWN_S)
            .y_limits(-80.0, 40.0)
            .curves(curve)
            .figure()
    }
}
