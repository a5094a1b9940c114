//! How a box that is not much wider than a pixel is seen: an upright from its lowest place to its highest, as thick as its ground.
//!
//! Drawn is the rectangle around the ground, and a quarter of a pixel more on each side, along all of the way. So each sample that a
//! part of the box covers is drawn, one at least on each row and column of samples that it crosses, and none that is farther from the
//! box than a pixel and a half.

use crate::solids::{Lens, Local};

/// How much thicker than its ground an upright is on each side, in samples: it cannot pass between two samples, whose middles are one apart;
/// a little more, as what lies on a border is not in it.
const THICKER: f64 = 0.5 + 1.0 / 1024.0;

/// How far it goes beyond its box, in samples.
pub(in crate::solids) const BESIDE: f64 = 4.0;

/// An upright on a target; places are in samples, across and down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Splat {
    pub(super) start: [f64; 2],
    pub(super) along: [f64; 2],
    /// Parts of the way for a sample.
    per: [f64; 2],
    pub(super) half: [f64; 2],
    depths: [f64; 2],
    /// Of its ends, as stored.
    heights: [f64; 2],
    /// What its ends are divided by.
    divisors: [f64; 2],
}

impl Splat {
    /// The upright of a box of stored positions, as far as it is not nearer than where places are divided by `nearest`.
    #[inline(always)]
    pub(super) fn new(
        (lens, local): (&Lens, &Local),
        [x, y]: [[f64; 2]; 2],
        heights: [f64; 2],
        nearest: f64,
    ) -> Option<Self> {
        let middle = [x, y].map(|[from, to]| from / 2.0 + to / 2.0);
        let mut heights = heights;
        let mut ends = heights.map(|height| local.exact([middle[0], middle[1], height]));
        let mut divisors = ends.map(|place| lens.divisor(place));
        for end in 0..2 {
            if divisors[end] < nearest {
                let other = 1 - end;
                let part = (nearest - divisors[end]) / (divisors[other] - divisors[end]);
                if !(0.0..=1.0).contains(&part) {
                    return None;
                }
                heights[end] += part * (heights[other] - heights[end]);
                let [from, to] = [ends[end], ends[other]];
                ends[end] = [0, 1, 2].map(|axis| from[axis] + part * (to[axis] - from[axis]));
                ends[end][2] = nearest;
                divisors[end] = nearest;
            }
        }
        let ways = [
            local.way([x[1] / 2.0 - x[0] / 2.0, 0.0, 0.0]),
            local.way([0.0, y[1] / 2.0 - y[0] / 2.0, 0.0]),
        ];
        let halves = ends.map(|place| {
            let [a, b] = ways.map(|way| lens.away(place, way));
            [a[0] + b[0], a[1] + b[1]]
        });
        let [start, end] = ends.map(|place| lens.at(place));
        let along = [end[0] - start[0], end[1] - start[1]];
        Some(Self {
            start,
            along,
            per: along.map(|v| 1.0 / v),
            half: [0, 1].map(|axis| halves[0][axis].max(halves[1][axis]) + THICKER),
            depths: ends.map(|place| lens.depth(place)),
            heights,
            divisors,
        })
    }

    /// From which to which part of its way it covers a place, if it were thicker by so much on each side.
    #[inline(always)]
    fn over(&self, at: [f64; 2], thicker: f64) -> Option<[f64; 2]> {
        let (mut from, mut end) = (0.0_f64, 1.0_f64);
        for axis in 0..2 {
            let [first, last] = self.over_axis(axis, at[axis], thicker);
            (from, end) = (from.max(first), end.min(last));
        }
        (from <= end).then_some([from, end])
    }

    #[inline(always)]
    pub(super) fn over_axis(&self, axis: usize, at: f64, thicker: f64) -> [f64; 2] {
        let off = at - self.start[axis];
        let half = self.half[axis] + thicker;
        let (a, b) = ((off - half) * self.per[axis], (off + half) * self.per[axis]);
        [a.min(b), a.max(b)]
    }

    /// The part that is seen of those between two.
    #[inline(always)]
    fn nearest(&self, [from, end]: [f64; 2]) -> f64 {
        if self.depths[1] >= self.depths[0] {
            end
        } else {
            from
        }
    }

    /// How near its nearest part is that covers a place, if one does.
    #[inline(always)]
    pub(crate) fn depth(&self, at: [f64; 2]) -> Option<f64> {
        let part = self.nearest(self.over(at, 0.0)?);
        Some(self.depths[0] + part * (self.depths[1] - self.depths[0]))
    }

    /// How high, as stored, what is seen of it at a place is, or near it.
    pub(super) fn height(&self, at: [f64; 2]) -> f64 {
        let beside = || {
            let off = [0, 1].map(|axis| at[axis] - self.start[axis]);
            let [along, square] = [off, self.along].map(|v| v[0] * self.along[0] + v[1] * self.along[1]);
            let part = (along / square).clamp(0.0, 1.0);
            if part.is_nan() {
                self.nearest([0.0, 1.0])
            } else {
                part
            }
        };
        // A pixel's middle is beside its samples.
        let part = self
            .over(at, 1.0)
            .map_or_else(beside, |parts| self.nearest(parts));
        // Even on the target is not even in space.
        let weights = [(1.0 - part) / self.divisors[0], part / self.divisors[1]];
        let sum = weights[0] + weights[1];
        (weights[0] * self.heights[0] + weights[1] * self.heights[1]) / sum
    }
}
