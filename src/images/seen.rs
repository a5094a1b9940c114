//! Which values of an image lie in which pixel of a view.

use std::ops::Range;

use super::levels::Skew;
use crate::plan::Fidelity;
use crate::view::axis::Scale;
use crate::view::plane::Plane;

/// Where an image lies: the coordinates of its outer edges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Left of its first column, and right of its last one.
    pub x: [f64; 2],
    /// Above its first row, and below its last one.
    pub y: [f64; 2],
    /// How coordinates lie along the axes.
    pub scales: [Scale; 2],
}

/// What of an image is in view.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// For each column of the plot the nodes in it, the first and the one past the last; equal where there are none.
    pub columns: Vec<[u32; 2]>,
    /// The same for each row.
    pub rows: Vec<[u32; 2]>,
    /// log2 of the values in a node, across and down.
    pub shifts: [u32; 2],
    /// Whether each pixel shows just the values in it.
    pub fidelity: Fidelity,
    /// How many of the image's pixels are in view.
    pub in_view: usize,
    /// The level, where it is not the image itself.
    pub(super) skew: Option<Skew>,
}

/// One axis of a view.
struct Axis {
    /// Values on it.
    side: usize,
    /// Where the first begins, and where the last ends.
    edges: [f64; 2],
    /// The coordinate of pixel 0.
    start: f64,
    /// Of one pixel; below 0 where coordinates fall.
    step: f64,
    px: u32,
    scale: Scale,
}

impl Axis {
    /// Values in a pixel.
    fn per_px(&self) -> f64 {
        (self.side as f64 * self.step / (self.edges[1] - self.edges[0])).abs()
    }

    /// log2 of the greatest block that is not larger than a pixel, nor than the image needs. On a logarithmic axis pixels differ: there
    /// it is of single values, as many as are in view.
    fn closest(&self) -> u32 {
        if self.scale.is_log() {
            return 0;
        }
        let whole = self.side.max(1).next_power_of_two().ilog2();
        (self.per_px().log2().floor().max(0.0) as u32).min(whole)
    }

    /// For each pixel the nodes of 2ⁿ values in it, by their middles; where there are none, that under the pixel's own middle.
    fn nodes(&self, shift: u32) -> Vec<[u32; 2]> {
        let block = f64::from(shift).exp2();
        let count = self.side.div_ceil(1 << shift) as i64;
        let end = self.side as f64 / block;
        // The last one may be cut.
        let last = ((count - 1) as f64 + end) / 2.0;
        let at = |px: f64| match self.scale {
            Scale::Log => {
                let coordinate = Scale::Log.coordinate_from(self.start + px * self.step);
                value_at(0.0, (coordinate, 0.0), self.edges, self.side) / block
            }
            Scale::Linear | Scale::Time => {
                value_at(px, (self.start, self.step), self.edges, self.side) / block
            }
        };
        // The first node whose middle lies at or past an edge.
        let first = |px: u32| {
            let edge = at(f64::from(px));
            let node = ((edge - 0.5).ceil() as i64).clamp(0, count);
            if node == count - 1 && edge > last {
                count
            } else {
                node
            }
        };
        let many = |px: u32| match self.scale {
            Scale::Log => (at(f64::from(px + 1)) - at(f64::from(px))).abs() >= 1.0,
            Scale::Linear | Scale::Time => self.per_px() >= block,
        };
        (0..self.px)
            .map(|px| {
                let (a, b) = (first(px), first(px + 1));
                let under = at(f64::from(px) + 0.5);
                let [from, end] = match many(px) && a != b {
                    true => [a.min(b), a.max(b)],
                    false if (0.0..end).contains(&under) => [under as i64, under as i64 + 1],
                    false => [0, 0],
                };
                [from as u32, end as u32]
            })
            .collect()
    }
}

/// The place of a pixel's left or upper edge among the values of an axis, whose first value is from 0 to 1.
pub(super) fn value_at(px: f64, (start, step): (f64, f64), edges: [f64; 2], side: usize) -> f64 {
    (start + px * step - edges[0]) / (edges[1] - edges[0]) * side as f64
}

/// From the first node of any pixel to the last one's end.
pub(super) fn whole(nodes: &[[u32; 2]]) -> Range<usize> {
    let some = || nodes.iter().filter(|[from, end]| from < end);
    let from = some().map(|nodes| nodes[0]).min().unwrap_or(0);
    let end = some().map(|nodes| nodes[1]).max().unwrap_or(0);
    from as usize..end as usize
}

impl Seen {
    /// What is in view, in a plot of `px` pixels, of an image of `[width, height]` values.
    pub(super) fn new(size: [usize; 2], place: &Place, plane: &Plane, px: [u32; 2]) -> Self {
        let [x, y] = [
            Axis {
                side: size[0],
                edges: place.x,
                start: plane.corner[0],
                step: 1.0 / plane.px_per_unit[0],
                px: px[0],
                scale: place.scales[0],
            },
            Axis {
                side: size[1],
                edges: place.y,
                start: plane.corner[1],
                step: -1.0 / plane.px_per_unit[1],
                px: px[1],
                scale: place.scales[1],
            },
        ];
        let (skew, shifts) = level([x.closest(), y.closest()]);
        let moved = [(&x, shifts[0]), (&y, shifts[1])].map(|(axis, shift)| match shift {
            0 => 0.0,
            _ => f64::from(shift).exp2() / 2.0 / axis.per_px(),
        });
        let (columns, rows) = (x.nodes(shifts[0]), y.nodes(shifts[1]));
        let in_view = [(&columns, 0), (&rows, 1)].map(|(nodes, axis): (&Vec<[u32; 2]>, usize)| {
            let nodes = whole(nodes);
            let values = |node: usize| (node << shifts[axis]).min(size[axis]);
            values(nodes.end) - values(nodes.start)
        });
        Self {
            columns,
            rows,
            shifts,
            fidelity: match skew {
                None => Fidelity::Exact,
                Some(_) => Fidelity::Snapped {
                    max_px: moved[0].max(moved[1]),
                },
            },
            in_view: in_view[0] * in_view[1],
            skew,
        }
    }
}

/// The level whose nodes are not larger than a pixel, and not much smaller: at most 32 of them are in it. `None` for the image itself.
fn level([x, y]: [u32; 2]) -> (Option<Skew>, [u32; 2]) {
    // Towards 0, to an even number.
    let skew = (x as i32 - y as i32) / 2 * 2;
    let rung = match x.min(y) {
        0 | 1 => 0,
        rung => rung,
    };
    let shifts = [skew.max(0) as u32 + rung, (-skew).max(0) as u32 + rung];
    ((shifts != [0, 0]).then_some(skew), shifts)
}
