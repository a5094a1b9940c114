//! From coordinates by way of the camera's axes to samples of a target.

use super::Frame;
use crate::abi::solids::SOLIDS_FARTHEST;
use crate::view::camera::{Box3, Camera, Projection, cross, dot, length};

/// Samples of a pixel, across and down: edges are as smooth as 4 of them make it.
pub(crate) const SAMPLES: u32 = 2;

/// Parts of a sample that vertices are rounded to.
pub(crate) const PARTS: i32 = 256;

/// How far from a target's middle triangles are cut, in samples.
const FARTHEST: f64 = SOLIDS_FARTHEST as f64;

/// How many planes all is cut at.
const PLANES: usize = 5;

/// Nearer to the eye than such a part of the camera's distance nothing is seen.
const NEAREST: f64 = 1e-3;

/// So far beside a target, in samples, things are still looked at as if they were on it.
const MARGIN: f64 = 8.0;

/// A vertex on a target.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Vertex {
    /// In 1/[`PARTS`] of a sample, to the right and downwards.
    pub(crate) at: [i32; 2],
    /// The greater the nearer, above 0; linear over a target.
    pub(crate) depth: f64,
}

/// A camera before a target.
pub(crate) struct Lens {
    axes: [[f64; 3]; 3],
    target: [f64; 3],
    distance: f64,
    is_perspective: bool,
    /// Samples from the middle for a slope of 1.
    focal: f64,
    /// The slope of a sample from the middle.
    slope: f64,
    middle: [f64; 2],
    /// How far from the target anything is that is seen side by side.
    reach: f64,
}

/// Stored positions to the camera's axes: x to the right, y upwards, and the distance from the eye.
pub(crate) struct Local {
    rows: [[f64; 4]; 3],
}

impl Local {
    #[inline(always)]
    pub(crate) fn place(&self, stored: [f32; 3]) -> [f64; 3] {
        self.exact(stored.map(f64::from))
    }

    #[inline(always)]
    pub(crate) fn exact(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        self.rows.map(|[a, b, c, d]| a * x + b * y + c * z + d)
    }

    /// The way between two places that are so far apart along each stored axis.
    #[inline(always)]
    pub(super) fn way(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        self.rows.map(|[a, b, c, _]| a * x + b * y + c * z)
    }
}

impl Local {
    /// For each of the camera's axes how far along it a stored unit of x, y and z is, and where it begins.
    pub(super) fn rows(&self) -> [[f64; 4]; 3] {
        self.rows
    }

    /// The stored position of a place, however far from all others it lies.
    pub(super) fn stored(&self, place: [f64; 3]) -> [f64; 3] {
        // The axes stand upright on each other and are equally long.
        let [a, b, c, _] = self.rows[0];
        let long = a.hypot(b).hypot(c);
        let off = [0, 1, 2].map(|row| (place[row] - self.rows[row][3]) / long);
        [0, 1, 2].map(|axis| (0..3).map(|row| self.rows[row][axis] / long * off[row]).sum())
    }
}

/// The corners of a box.
fn corners(least: [f64; 3], greatest: [f64; 3]) -> [[f64; 3]; 8] {
    std::array::from_fn(|corner| {
        [0, 1, 2].map(|axis| match corner >> axis & 1 {
            0 => least[axis],
            _ => greatest[axis],
        })
    })
}

impl Lens {
    /// Before a target of `[width, height]` pixels, to see what lies within `bounds`.
    pub(crate) fn new(camera: &Camera, target: [u32; 2], bounds: Option<Box3>) -> Self {
        let size = target.map(|px| f64::from(px * SAMPLES));
        let reach = bounds.map_or(0.0, |bounds| {
            let middle = bounds.middle();
            let off = [0, 1, 2].map(|axis| middle[axis] - camera.target[axis]);
            length(off) + bounds.radius()
        });
        Self {
            axes: camera.axes(),
            target: camera.target,
            distance: camera.distance,
            is_perspective: matches!(camera.projection, Projection::Perspective(_)),
            focal: size[1] / 2.0 / camera.tangent(),
            slope: camera.tangent() / (size[1] / 2.0),
            middle: size.map(|size| size / 2.0),
            reach: reach.max(f64::MIN_POSITIVE),
        }
    }

    pub(crate) fn local(&self, frame: Frame) -> Local {
        let off = [0, 1, 2].map(|axis| frame.middle[axis] - self.target[axis]);
        let row = |axis: [f64; 3], start: f64| {
            let [x, y, z] = axis.map(|v| v * frame.half);
            [x, y, z, start + dot(axis, off)]
        };
        let [right, up, back] = self.axes;
        Local {
            rows: [
                row(right, 0.0),
                row(up, 0.0),
                row(back.map(|v| -v), self.distance),
            ],
        }
    }

    /// By what places are divided to come to lie on the target.
    #[inline(always)]
    pub(super) fn divisor(&self, place: [f64; 3]) -> f64 {
        if self.is_perspective {
            place[2]
        } else {
            self.distance
        }
    }

    /// How many samples a length is where the camera sees it.
    #[inline(always)]
    pub(crate) fn samples(&self, length: f64, place: [f64; 3]) -> f64 {
        self.samples_at(length, self.divisor(place))
    }

    /// The same where places are divided by `divisor`.
    #[inline(always)]
    pub(super) fn samples_at(&self, length: f64, divisor: f64) -> f64 {
        length * self.focal / divisor
    }

    /// Where a place before the eye is on the target, in samples across and down.
    #[inline(always)]
    fn at(&self, place: [f64; 3]) -> [f64; 2] {
        let per = self.focal / self.divisor(place);
        [self.middle[0] + place[0] * per, self.middle[1] - place[1] * per]
    }

    /// Where a place before the eye is on the target, in samples across and down, how near it is, and how far it is on the target to places
    /// that are so short ways from it.
    #[inline(always)]
    pub(super) fn beside(&self, place: [f64; 3], ways: [[f64; 3]; 2]) -> ([f64; 2], f64, [[f64; 2]; 2]) {
        let per = 1.0 / self.divisor(place);
        let (focal, far) = (self.focal * per, if self.is_perspective { per } else { 0.0 });
        let [x, y, _] = place;
        let away = |[a, b, c]: [f64; 3]| {
            [
                ((a - x * c * far) * focal).abs(),
                ((b - y * c * far) * focal).abs(),
            ]
        };
        let depth = match self.is_perspective {
            true => self.distance * NEAREST * per,
            false => self.depth(place),
        };
        let at = [self.middle[0] + x * focal, self.middle[1] - y * focal];
        (at, depth, [away(ways[0]), away(ways[1])])
    }

    #[inline(always)]
    fn is_before(&self, place: [f64; 3]) -> bool {
        !self.is_perspective || place[2] >= self.distance * NEAREST
    }

    /// Where a place of the camera's axes is on the target; `None` where it has to be cut first, or is nowhere.
    #[inline(always)]
    pub(crate) fn vertex(&self, place: [f64; 3]) -> Option<Vertex> {
        let per = self.focal / self.divisor(place);
        let (x, y) = (place[0] * per, place[1] * per);
        let is_near = self.is_before(place) && x.abs() <= FARTHEST && y.abs() <= FARTHEST;
        is_near.then(|| self.rounded(place, [x, y]))
    }

    #[inline(always)]
    fn rounded(&self, place: [f64; 3], [x, y]: [f64; 2]) -> Vertex {
        let most = 2.0 * FARTHEST * f64::from(PARTS);
        let part = |v: f64| (v * f64::from(PARTS)).clamp(-most, most).round_ties_even() as i32;
        Vertex {
            at: [part(self.middle[0] + x), part(self.middle[1] - y)],
            depth: self.depth(place),
        }
    }

    pub(super) fn distance(&self) -> f64 {
        self.distance
    }

    pub(super) fn is_perspective(&self) -> bool {
        self.is_perspective
    }

    /// The target's middle, in samples.
    pub(super) fn middle(&self) -> [f64; 2] {
        self.middle
    }

    /// The slopes of what is seen at the target's edges, and a little and so many samples beside them.
    pub(super) fn slopes(&self, beside: f64) -> [f64; 2] {
        self.middle.map(|middle| (middle + MARGIN + beside) / self.focal)
    }

    /// How near things are seen, in parts of the camera's distance.
    pub(super) fn nearest_part(&self) -> f64 {
        NEAREST
    }

    /// How much less deep a place is that is the camera's distance farther away, seen by parallel rays.
    pub(super) fn depth_per_distance(&self) -> f64 {
        self.distance / (4.0 * self.reach)
    }

    /// By what nothing that is seen is divided less.
    pub(super) fn least_divisor(&self) -> f64 {
        match self.is_perspective {
            true => self.distance * NEAREST,
            false => self.distance,
        }
    }

    /// How near a place is: see [`Vertex`].
    #[inline(always)]
    fn depth(&self, place: [f64; 3]) -> f64 {
        match self.is_perspective {
            true => self.distance * NEAREST / place[2],
            false => 0.5 + (self.distance - place[2]) / (4.0 * self.reach),
        }
    }

    /// How far a place is on the inner side of one of the planes that all is cut at: before the eye, and so many samples from the target's
    /// middle on each side.
    fn inside(&self, plane: usize, farthest: f64, place: [f64; 3]) -> f64 {
        let room = farthest / self.focal * self.divisor(place);
        match plane {
            0 if self.is_perspective => place[2] - self.distance * NEAREST,
            0 => 1.0,
            1 => room - place[0],
            2 => room + place[0],
            3 => room - place[1],
            _ => room + place[1],
        }
    }

    /// A place of coordinates along the camera's axes: to the right, upwards, and the distance from the eye.
    pub(crate) fn place(&self, at: [f64; 3]) -> [f64; 3] {
        let off = [0, 1, 2].map(|axis| at[axis] - self.target[axis]);
        let [right, up, back] = self.axes.map(|axis| dot(axis, off));
        [right, up, self.distance - back]
    }

    /// Where on the target, in pixels, what may be seen of a line between two coordinates begins and ends; `None` of nothing.
    pub(crate) fn line(&self, ends: [[f64; 3]; 2]) -> Option<[[f64; 2]; 2]> {
        // Little further than the target's edges: far out, where a line is would be less exact.
        let farthest = 2.0 * self.middle[0].max(self.middle[1]);
        self.cut(ends, farthest.min(FARTHEST))
    }

    /// Where coordinates are on the target, in pixels; `None` where nothing is drawn of them.
    pub(crate) fn pixel(&self, at: [f64; 3]) -> Option<[f64; 2]> {
        self.cut([at, at], FARTHEST).map(|[pixel, _]| pixel)
    }

    fn cut(&self, ends: [[f64; 3]; 2], farthest: f64) -> Option<[[f64; 2]; 2]> {
        let [from, to] = ends.map(|at| self.place(at));
        let mut kept = [0.0_f64, 1.0];
        for plane in 0..PLANES {
            let [a, b] = [from, to].map(|place| self.inside(plane, farthest, place));
            match (a >= 0.0, b >= 0.0) {
                (true, true) => {}
                (false, true) => kept[0] = kept[0].max(a / (a - b)),
                (true, false) => kept[1] = kept[1].min(a / (a - b)),
                (false, false) => return None,
            }
        }
        let on_target = |part: f64| {
            let place = [0, 1, 2].map(|axis| from[axis] + part * (to[axis] - from[axis]));
            let per = self.focal / self.divisor(place);
            let [x, y] = [self.middle[0] + place[0] * per, self.middle[1] - place[1] * per];
            [x, y].map(|v| v / f64::from(SAMPLES))
        };
        let line = kept.map(on_target);
        (kept[0] <= kept[1] && line.as_flattened().iter().all(|v| v.is_finite())).then_some(line)
    }

    /// The corners of what can be drawn of a triangle of which a vertex lies too far off, or behind the eye; eight at most (I. Sutherland,
    /// G. Hodgman, 1974).
    pub(crate) fn polygon(&self, corners: [[f64; 3]; 3]) -> Vec<Vertex> {
        let mut left = corners.to_vec();
        for plane in 0..PLANES {
            let inside = |place: &[f64; 3]| self.inside(plane, FARTHEST, *place);
            let mut kept = Vec::with_capacity(left.len() + 1);
            for (number, to) in left.iter().enumerate() {
                let from = &left[(number + left.len() - 1) % left.len()];
                let [a, b] = [from, to].map(inside);
                if (a >= 0.0) != (b >= 0.0) {
                    let part = a / (a - b);
                    kept.push([0, 1, 2].map(|axis| from[axis] + part * (to[axis] - from[axis])));
                }
                if b >= 0.0 {
                    kept.push(*to);
                }
            }
            left = kept;
        }
        let on_target = |place: [f64; 3]| {
            let per = self.focal / self.divisor(place);
            self.rounded(place, [place[0] * per, place[1] * per])
        };
        left.into_iter().map(on_target).collect()
    }

    /// Where a box of stored positions may be seen, `[first, last]` samples across and down; `None` if nowhere.
    pub(super) fn range(&self, local: &Local, least: [f64; 3], greatest: [f64; 3]) -> Option<[[f64; 2]; 2]> {
        let all = [f64::NEG_INFINITY, f64::INFINITY];
        let (mut range, mut behind) = ([[f64::INFINITY, f64::NEG_INFINITY]; 2], 0);
        for corner in corners(least, greatest) {
            let place = local.exact(corner);
            if !self.is_before(place) {
                behind += 1;
                continue;
            }
            let at = self.at(place);
            for (range, at) in range.iter_mut().zip(at) {
                *range = [range[0].min(at), range[1].max(at)];
            }
        }
        match behind {
            0 => Some(range),
            8 => None,
            _ => Some([all; 2]),
        }
    }

    /// By what places of a box of stored positions are divided, at least and at most, as far as they are in view; `None` of a box that
    /// lies beside the view, or behind the eye.
    pub(super) fn divisors(&self, local: &Local, least: [f64; 3], greatest: [f64; 3]) -> Option<[f64; 2]> {
        let middle = local.exact([0, 1, 2].map(|axis| least[axis] / 2.0 + greatest[axis] / 2.0));
        let half = [0, 1, 2].map(|axis| greatest[axis] / 2.0 - least[axis] / 2.0);
        // How far a sum of the camera's axes goes to either side of the middle's.
        let reach = |by: [f64; 3]| -> f64 {
            let along = |axis: usize| (0..3).map(|row| by[row] * local.rows[row][axis]).sum::<f64>();
            (0..3).map(|axis| along(axis).abs() * half[axis]).sum()
        };
        let slope = self.slopes(0.0);
        let far = if self.is_perspective { 1.0 } else { 0.0 };
        let mut nearest = self.distance * NEAREST;
        for axis in 0..2 {
            for side in [-1.0, 1.0] {
                let mut by = [0.0, 0.0, far * slope[axis]];
                by[axis] = side;
                let room = dot(by, middle) + (1.0 - far) * slope[axis] * self.distance + reach(by);
                if room.is_nan() || room < 0.0 {
                    return None;
                }
            }
            let mut by = [0.0; 3];
            by[axis] = 1.0;
            nearest = nearest.max((middle[axis].abs() - reach(by)) / slope[axis]);
        }
        if !self.is_perspective {
            return Some([self.distance; 2]);
        }
        let deep = reach([0.0, 0.0, 1.0]);
        let farthest = middle[2] + deep;
        (farthest >= nearest).then(|| [nearest.max(middle[2] - deep), farthest])
    }

    /// How near something within a box of stored positions can be: see [`Vertex`]. As much nearer than the nearest corner as that is nearer than the
    /// farthest one, since depths are interpolated, which rounds.
    pub(super) fn nearest(&self, local: &Local, least: [f64; 3], greatest: [f64; 3]) -> f64 {
        let [mut near, mut far] = [f64::INFINITY, f64::NEG_INFINITY];
        for corner in corners(least, greatest) {
            let [_, _, away] = local.exact(corner);
            (near, far) = (near.min(away), far.max(away));
        }
        if self.is_perspective {
            near = near.max(self.distance * NEAREST);
        }
        let [near, far] = [near, far].map(|away| self.depth([0.0, 0.0, away]));
        near + (near - far).max(0.0)
    }

    /// What says of a triangle how much of each corner is at a sample: see [`weights`](Self::weights).
    pub(crate) fn crosses(&self, corners: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
        let [a, b, c] = corners.map(|place| [place[0], place[1], self.divisor(place)]);
        [cross(b, c), cross(c, a), cross(a, b)]
    }

    /// How much of each corner of a triangle is at a sample, as if the triangle went on beyond its sides, without regard to where it is cut: in
    /// parts of the sum of the three, which is below 0 where corners go round the other way.
    #[inline(always)]
    pub(crate) fn weights(&self, [a, b, c]: &[[f64; 3]; 3], at: [f64; 2]) -> [f64; 3] {
        let x = (at[0] - self.middle[0]) * self.slope;
        let y = (self.middle[1] - at[1]) * self.slope;
        [
            x * a[0] + y * a[1] + a[2],
            x * b[0] + y * b[1] + b[2],
            x * c[0] + y * c[1] + c[2],
        ]
    }

    /// The same in parts of 1.
    pub(crate) fn parts(&self, crosses: &[[f64; 3]; 3], at: [f64; 2]) -> [f64; 3] {
        let weights = self.weights(crosses, at);
        let sum = weights[0] + weights[1] + weights[2];
        weights.map(|weight| weight / sum)
    }

    /// A direction of coordinates along the camera's axes: to the right, upwards, and towards the eye.
    pub(crate) fn turned(&self, direction: [f64; 3]) -> [f64; 3] {
        self.axes.map(|axis| dot(axis, direction))
    }

    /// A direction of the camera's axes in coordinates.
    pub(crate) fn turned_back(&self, [right, up, back]: [f64; 3]) -> [f64; 3] {
        let [x, y, z] = &self.axes;
        [0, 1, 2].map(|axis| right * x[axis] + up * y[axis] + back * z[axis])
    }

    /// From a place of the camera's axes towards the eye, along them; of any length.
    pub(crate) fn to_eye(&self, place: [f64; 3]) -> [f64; 3] {
        match self.is_perspective {
            true => [-place[0], -place[1], place[2]],
            false => [0.0, 0.0, 1.0],
        }
    }
}
