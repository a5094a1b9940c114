//! How a box that is not much wider than a pixel is seen: an upright from its lowest place to its highest, as thick as its ground.
//!
//! Drawn is the rectangle around the ground, and a quarter of a pixel more on each side, along all of the way: line by line of samples, of
//! those across the way, each as near as the nearest part of the way that it meets. So each sample that a
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
    pub(super) half: [f64; 2],
    /// Along which axis of the target it goes farther.
    pub(super) axis: usize,
    /// Parts of the way for a sample along that axis.
    per: f64,
    depths: [f64; 2],
    /// Of its ends, as stored.
    heights: [f64; 2],
    /// What its ends are divided by.
    divisors: [f64; 2],
}

/// The samples of a line across an upright that it covers, from which place to which, and how near it is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Across {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) depth: f64,
    /// Which part of the way that is.
    part: f64,
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
        let (start, near, [a, b]) = lens.beside(ends[0], ways);
        let (end, far, [c, d]) = lens.beside(ends[1], ways);
        let along = [end[0] - start[0], end[1] - start[1]];
        let axis = usize::from(along[1].abs() >= along[0].abs());
        Some(Self {
            start,
            along,
            half: [
                (a[0] + b[0]).max(c[0] + d[0]) + THICKER,
                (a[1] + b[1]).max(c[1] + d[1]) + THICKER,
            ],
            axis,
            per: 1.0 / along[axis],
            depths: [near, far],
            heights,
            divisors,
        })
    }

    /// What of it is on the line at a place of its axis, if it were thicker by so much on each side.
    #[inline(always)]
    pub(super) fn across(&self, at: f64, thicker: f64) -> Option<Across> {
        let off = at - self.start[self.axis];
        let half = self.half[self.axis] + thicker;
        let (a, b) = ((off - half) * self.per, (off + half) * self.per);
        // Of no length these are without end, or not numbers on its very border.
        let (first, last) = if a < b { (a, b) } else { (b, a) };
        let from = if first > 0.0 { first } else { 0.0 };
        let to = if last < 1.0 { last } else { 1.0 };
        if from > to {
            return None;
        }
        let part = if self.depths[1] >= self.depths[0] {
            to
        } else {
            from
        };
        let other = 1 - self.axis;
        let (c, d) = (
            self.start[other] + from * self.along[other],
            self.start[other] + to * self.along[other],
        );
        let half = self.half[other] + thicker;
        Some(Across {
            from: if c < d { c } else { d } - half,
            to: if c < d { d } else { c } + half,
            depth: self.depths[0] + part * (self.depths[1] - self.depths[0]),
            part,
        })
    }

    /// How near it is at a place, if it covers it.
    pub(crate) fn depth(&self, at: [f64; 2]) -> Option<f64> {
        let across = self.across(at[self.axis], 0.0)?;
        (across.from..=across.to)
            .contains(&at[1 - self.axis])
            .then_some(across.depth)
    }

    /// How high, as stored, what is seen of it at a place is, or near it.
    pub(super) fn height(&self, at: [f64; 2]) -> f64 {
        // A pixel's middle is beside its samples.
        let nearest = if self.depths[1] >= self.depths[0] {
            1.0
        } else {
            0.0
        };
        let part = match self.across(at[self.axis], 1.0) {
            Some(across) => across.part,
            None => ((at[self.axis] - self.start[self.axis]) * self.per).clamp(0.0, 1.0),
        };
        let part = if part.is_nan() { nearest } else { part };
        // Even on the target is not even in space.
        let weights = [(1.0 - part) / self.divisors[0], part / self.divisors[1]];
        let sum = weights[0] + weights[1];
        (weights[0] * self.heights[0] + weights[1] * self.heights[1]) / sum
    }
}
