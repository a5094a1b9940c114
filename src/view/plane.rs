//! A plot of two axes from where it is seen: pure maths in `f64`, pixels from the plot's top left corner. Coordinates are in units of the
//! axes: on a logarithmic one powers of ten ([`Scale`](super::axis::Scale)).

/// The least span of an axis, as a share of the greatest coordinate on it: below it neighbouring pixels would show the
/// same `f64`.
const LEAST_SHARE: f64 = 1.0 / (1_u64 << 41) as f64;

/// The least span about 0, and the greatest of all.
const SPANS: (f64, f64) = (1e-280, 1e300);

/// Which part of the plane is seen, and how large: x grows to the right and y upwards, rows of pixels downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plane {
    /// The coordinates of the plot's top left corner: the least x in view, and the greatest y.
    pub corner: [f64; 2],
    /// Pixels for a unit of x and of y; finite and above 0.
    pub px_per_unit: [f64; 2],
}

/// A rectangle of coordinates, `[least, greatest]` of x and of y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Of x.
    pub x: [f64; 2],
    /// Of y.
    pub y: [f64; 2],
}

impl Bounds {
    /// The least rectangle around places; those that are not finite are left out. `None` of none.
    #[must_use]
    pub fn around(places: impl IntoIterator<Item = [f64; 2]>) -> Option<Self> {
        let is_place = |place: &[f64; 2]| place.iter().all(|v| v.is_finite());
        let one = |[x, y]: [f64; 2]| Self { x: [x, x], y: [y, y] };
        places.into_iter().filter(is_place).map(one).reduce(Self::union)
    }

    /// The least rectangle around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let both = |a: [f64; 2], b: [f64; 2]| [a[0].min(b[0]), a[1].max(b[1])];
        Self {
            x: both(self.x, other.x),
            y: both(self.y, other.y),
        }
    }
}

/// A span that can be drawn: `[least, greatest]` in order, and wide enough for its coordinates; one of no width gets a
/// unit, or a hundredth of itself where that is more.
pub(crate) fn spread([a, b]: [f64; 2]) -> [f64; 2] {
    let finite = |v: f64| {
        if v.is_finite() {
            v.clamp(-SPANS.1, SPANS.1)
        } else {
            0.0
        }
    };
    let (a, b) = (finite(a.min(b)), finite(a.max(b)));
    let middle = a / 2.0 + b / 2.0;
    let least = (middle.abs() * LEAST_SHARE).max(SPANS.0);
    if b - a >= least {
        return [a, b];
    }
    let half = if a == b {
        (middle.abs() / 100.0).max(0.5)
    } else {
        least / 2.0
    };
    [middle - half, middle + half]
}

impl Plane {
    /// The view of `bounds` in a plot of `[width, height]` pixels: just these, or more on one axis where `aspect` holds
    /// the pixels of a unit of y for a pixel of one of x.
    #[must_use]
    pub fn span(bounds: Bounds, size: [u32; 2], aspect: Option<f64>) -> Self {
        let (x, y) = (spread(bounds.x), spread(bounds.y));
        let size = size.map(|px| f64::from(px.max(1)));
        let mut per = [size[0] / (x[1] - x[0]), size[1] / (y[1] - y[0])];
        if let Some(aspect) = aspect.filter(|aspect| aspect.is_finite() && *aspect > 0.0) {
            per[0] = per[0].min(per[1] / aspect);
            per[1] = per[0] * aspect;
        }
        let middle = [x[0] / 2.0 + x[1] / 2.0, y[0] / 2.0 + y[1] / 2.0];
        Self {
            corner: [
                middle[0] - size[0] / 2.0 / per[0],
                middle[1] + size[1] / 2.0 / per[1],
            ],
            px_per_unit: per,
        }
    }

    /// The same with a twentieth of the bounds' span free on each side, for points that shall not lie on the frame.
    #[must_use]
    pub fn fit(bounds: Bounds, size: [u32; 2], aspect: Option<f64>) -> Self {
        let wider = |span: [f64; 2]| {
            let [a, b] = spread(span);
            [a - (b - a) / 20.0, b + (b - a) / 20.0]
        };
        let bounds = Bounds {
            x: wider(bounds.x),
            y: wider(bounds.y),
        };
        Self::span(bounds, size, aspect)
    }

    /// Where a point lies, in pixels. NaN of NaN.
    #[inline(always)]
    #[must_use]
    pub fn px_from(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            (x - self.corner[0]) * self.px_per_unit[0],
            (self.corner[1] - y) * self.px_per_unit[1],
        ]
    }

    /// The coordinates of a place in pixels.
    #[must_use]
    pub fn at_px(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            self.corner[0] + x / self.px_per_unit[0],
            self.corner[1] - y / self.px_per_unit[1],
        ]
    }

    /// What is in view of a plot of `[width, height]` pixels.
    #[must_use]
    pub fn bounds(&self, size: [u32; 2]) -> Bounds {
        let far = self.at_px(size.map(f64::from));
        Bounds {
            x: [self.corner[0], far[0]],
            y: [far[1], self.corner[1]],
        }
    }

    /// Moves what is seen by so many pixels, as a drag of the pointer does. Ignores what is not finite.
    pub fn pan_px(&mut self, by: [f64; 2]) {
        if by.iter().all(|px| px.is_finite()) {
            self.corner[0] -= by[0] / self.px_per_unit[0];
            self.corner[1] += by[1] / self.px_per_unit[1];
        }
    }

    /// Zooms each axis by a factor of its own, above 1 for closer, with what lies at pixel `at` in its place; within what
    /// `f64` can tell apart in a plot of `size` pixels. Ignores factors that are not above 0, and what is not finite.
    ///
    /// A drag that zooms is this, with the place of its press, and factors such as `exp(moved / 200 px)`.
    pub fn zoom_at(&mut self, at: [f64; 2], factors: [f64; 2], size: [u32; 2]) {
        let good = |v: &f64| v.is_finite();
        if !at.iter().all(good) || !factors.iter().all(|f| f.is_finite() && *f > 0.0) {
            return;
        }
        let held = self.at_px(at);
        for axis in 0..2 {
            let px = f64::from(size[axis].max(1));
            let least = (held[axis].abs() * LEAST_SHARE).max(SPANS.0);
            let per = self.px_per_unit[axis] * factors[axis];
            self.px_per_unit[axis] = per.clamp(px / SPANS.1, px / least);
        }
        self.corner = [
            held[0] - at[0] / self.px_per_unit[0],
            held[1] + at[1] / self.px_per_unit[1],
        ];
    }

    /// The view of a box between two pixels, in any order; of one that is less than a pixel wide or high, that axis stays.
    #[must_use]
    pub fn zoomed_to(&self, from: [f64; 2], to: [f64; 2], size: [u32; 2], aspect: Option<f64>) -> Self {
        let (a, b) = (self.at_px(from), self.at_px(to));
        let now = self.bounds(size);
        let side = |axis: usize, whole: [f64; 2]| match (from[axis] - to[axis]).abs() >= 1.0 {
            true => [a[axis].min(b[axis]), a[axis].max(b[axis])],
            false => whole,
        };
        let bounds = Bounds {
            x: side(0, now.x),
            y: side(1, now.y),
        };
        Self::span(bounds, size, aspect)
    }

    /// Moves the view, and then narrows it, until nothing beyond `limits` is seen.
    pub fn keep_within(&mut self, limits: Bounds, size: [u32; 2]) {
        let px = size.map(|px| f64::from(px.max(1)));
        let (x, y) = (spread(limits.x), spread(limits.y));
        self.px_per_unit[0] = self.px_per_unit[0].max(px[0] / (x[1] - x[0]));
        self.px_per_unit[1] = self.px_per_unit[1].max(px[1] / (y[1] - y[0]));
        let across = [px[0] / self.px_per_unit[0], px[1] / self.px_per_unit[1]];
        self.corner[0] = self.corner[0].min(x[1] - across[0]).max(x[0]);
        self.corner[1] = self.corner[1].max(y[0] + across[1]).min(y[1]);
    }

    /// The same place in a plot of another size: its middle stays, and so do the pixels of a unit.
    pub fn resize(&mut self, from: [u32; 2], to: [u32; 2]) {
        let by = [0, 1].map(|axis| (f64::from(to[axis]) - f64::from(from[axis])) / 2.0);
        self.pan_px(by);
    }
}
