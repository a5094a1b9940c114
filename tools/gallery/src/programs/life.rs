//! Conway's Game of Life after 300 steps from noise; brighter is longer alive. `--show life` goes on.

use galvani::Result;
use galvani::figure::Figure;
use galvani::scene::{Colormap, Style};
use galvani::show::{Event, Live};

const SIDE: usize = 256;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let mut cells = noise();
    for _ in 0..super::part_of(300, part) {
        cells = step(&cells);
    }
    seen(&cells)
}

pub(super) fn live() -> Result<()> {
    let mut cells = noise();
    seen(&cells)?.run(|live: &mut Live<Figure>, event| {
        live.animate(true);
        if let Event::Frame { .. } = event {
            cells = step(&cells);
            live.shows.visuals = seen(&cells)?.visuals;
        }
        Ok(())
    })
}

fn seen(cells: &[u8]) -> Result<Figure> {
    Figure::new()
        .title("The Game of Life on a torus")
        .style(Style::dark())
        .aspect(1.0)
        .size(760, 760)
        .grid(false)
        .image([SIDE, SIDE], cells)
        .limits(0.0, 30.0)
        .colormap(Colormap::Magma)
        .label("steps alive")
        .figure()
}

/// A third of all cells alive.
fn noise() -> Vec<u8> {
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let cell = |_| {
        // Xorshift (G. Marsaglia, 2003).
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        u8::from(bits.is_multiple_of(3))
    };
    (0..SIDE * SIDE).map(cell).collect()
}

/// For how many steps each cell has been alive: one with three neighbours comes to be, one with two or three lives on.
fn step(cells: &[u8]) -> Vec<u8> {
    let around = [SIDE - 1, 0, 1];
    let next = |i: usize| {
        let (x, y) = (i % SIDE, i / SIDE);
        let alive = |(dx, dy): (usize, usize)| cells[(y + dy) % SIDE * SIDE + (x + dx) % SIDE] > 0;
        let square = around.iter().flat_map(|&dy| around.iter().map(move |&dx| (dx, dy)));
        let neighbours = square.filter(|&at| at != (0, 0) && alive(at)).count();
        match (cells[i], neighbours) {
            (0, 3) => 1,
            (age @ 1.., 2 | 3) => age.saturating_add(1),
            _ => 0,
        }
    };
    (0..SIDE * SIDE).map(next).collect()
}
