//! Three million points of Peter de Jong's attractor, as density.

use galvani::Result;
use galvani::figure::Figure;
use galvani::scene::Style;

use super::part_of;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let (x, y) = attractor(part_of(3_000_000, part));
    Figure::new()
        .title("Three million points of Peter de Jong's attractor")
        .style(Style::dark())
        .aspect(1.0)
        .size(960, 760)
        .grid(false)
        .points(&x, &y)
        .figure()
}

/// x ← sin(a·y) − cos(b·x), y ← sin(c·x) − cos(d·y).
fn attractor(count: usize) -> (Vec<f64>, Vec<f64>) {
    let (a, b, c, d) = (1.641_f64, 1.902_f64, 0.316_f64, 1.525_f64);
    let mut at = (0.1, 0.1);
    let next = |at: &mut (f64, f64)| {
        let (x, y) = *at;
        *at = ((a * y).sin() - (b * x).cos(), (c * x).sin() - (d * y).cos());
        *at
    };
    (0..count).map(|_| next(&mut at)).unzip()
}
