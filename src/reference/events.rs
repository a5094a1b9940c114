//! Events in pixels, one by one.

use crate::figure::{Events, strength};
use crate::scene::{PxRect, Rgba8};
use crate::view::plane::Plane;

/// Paints events over opaque pixels of a target `width` pixels across, in floating point; `auto` is the style's colour for them.
pub fn paint(
    events: &Events,
    plane: &Plane,
    plot: PxRect,
    auto: Rgba8,
    pixels: &mut [[f64; 3]],
    width: usize,
) {
    let size = [plot.w, plot.h].map(|px| px as usize);
    let tick = events.height * plane.px_per_unit[1];
    let is_thin = tick < 1.0;
    let rows = events.trains.rows();
    let row_px = |row: usize| (plane.corner[1] - row as f64) * plane.px_per_unit[1];
    // Of each row, or of each row of pixels, the rows in it, as far as any of it is in the plot.
    let groups: Vec<(Vec<usize>, [f64; 2])> = match is_thin {
        false => (0..rows)
            .rev()
            .map(|row| {
                let middle = row_px(row);
                (vec![row], [middle - tick / 2.0, middle + tick / 2.0])
            })
            .collect(),
        true => (0..size[1])
            .map(|px| {
                let inside = (0..rows).filter(|&row| row_px(row).floor() == px as f64);
                (inside.collect(), [px as f64, px as f64 + 1.0])
            })
            .collect(),
    };
    let is_seen = |[top, bottom]: [f64; 2]| bottom > 0.0 && top < size[1] as f64;
    let counts = |row: usize| {
        let mut counts = vec![0_u32; size[0]];
        for &t in events.trains.row(row) {
            let px = plane.px_from([t, 0.0])[0].floor();
            if (0.0..size[0] as f64).contains(&px) {
                counts[px as usize] += 1;
            }
        }
        counts
    };
    let groups: Vec<Group> = groups
        .into_iter()
        .filter(|(_, span)| is_seen(*span))
        .map(|(rows, span)| Group {
            counts: rows.iter().map(|&row| counts(row)).collect(),
            rows,
            span,
        })
        .collect();
    let columns = 0..size[0];
    let most = groups
        .iter()
        .flat_map(|group| columns.clone().map(|column| group.count(column)))
        .max();
    for group in &groups {
        let [top, bottom] = group.span;
        for y in 0..size[1] {
            let part = (bottom.min(y as f64 + 1.0) - top.max(y as f64)).clamp(0.0, 1.0);
            for x in 0..size[0] {
                let count = group.count(x);
                if count == 0 || part == 0.0 {
                    continue;
                }
                let greatest = group.counts.iter().map(|row| row[x]).max();
                let first = group.counts.iter().position(|row| Some(row[x]) == greatest);
                let color = events.color_of(group.rows[first.unwrap_or(0)], auto);
                let alpha = f64::from(color.a) / 255.0
                    * f64::from(events.opacity)
                    * part
                    * strength(count, most.unwrap_or(0));
                let place = (y + plot.y as usize) * width + x + plot.x as usize;
                for (value, part) in pixels[place].iter_mut().zip([color.r, color.g, color.b]) {
                    *value += (f64::from(part) - *value) * alpha;
                }
            }
        }
    }
}

/// Rows that are painted as one.
struct Group {
    /// Of each row the events in each column.
    counts: Vec<Vec<u32>>,
    rows: Vec<usize>,
    /// In pixels from the plot's top.
    span: [f64; 2],
}

impl Group {
    fn count(&self, column: usize) -> u32 {
        self.counts.iter().map(|row| row[column]).sum()
    }
}
