//! A scene in three dimensions from where it is seen: pure maths in `f64`. x, y and z are right-handed, and z is up where a camera
//! keeps to it. On a target x grows to the right and y downwards.

/// The steepest that a turntable's camera looks up or down, in radians: half a turn ends where up is no longer up.
const STEEPEST: f64 = std::f64::consts::FRAC_PI_2;

/// The least and the greatest distance from what a camera looks at.
const DISTANCES: [f64; 2] = [1e-140, 1e140];

/// What of a target's sides is left for a box at least, however much is to be free beside it.
const LEAST_SHARE: f64 = 0.4;

/// How rays run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Projection {
    /// From the eye, so many degrees apart from the top of the target to its foot, held to 1 … 150.
    Perspective(f64),
    /// Side by side: what is seen is as high as the eye is far.
    Orthographic,
}

/// A box of coordinates: `[least, greatest]` of x, y and z.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Box3(pub [[f64; 2]; 3]);

impl Box3 {
    /// The least box around places; those that are not finite are left out. `None` of none.
    #[must_use]
    pub fn around(places: impl IntoIterator<Item = [f64; 3]>) -> Option<Self> {
        let is_place = |place: &[f64; 3]| place.iter().all(|v| v.is_finite());
        let one = |place: [f64; 3]| Self(place.map(|v| [v, v]));
        places.into_iter().filter(is_place).map(one).reduce(Self::union)
    }

    /// The least box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self([0, 1, 2].map(|axis| {
            let ([a, b], [c, d]) = (self.0[axis], other.0[axis]);
            [a.min(c), b.max(d)]
        }))
    }

    /// Its middle.
    #[must_use]
    pub fn middle(&self) -> [f64; 3] {
        self.0.map(|[a, b]| a / 2.0 + b / 2.0)
    }

    /// Whether a place is within it, and not on a face.
    pub(crate) fn holds(&self, place: [f64; 3]) -> bool {
        (0..3).all(|axis| self.0[axis][0] < place[axis] && place[axis] < self.0[axis][1])
    }

    /// From its middle to a corner.
    #[must_use]
    pub fn radius(&self) -> f64 {
        length(self.0.map(|[a, b]| b / 2.0 - a / 2.0))
    }
}

/// From where a scene is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// What is in the middle, and what it turns about.
    pub target: [f64; 3],
    /// Where its right, its up and its back lie: a unit quaternion x, y, z, w that turns x, y and z there.
    pub rotation: [f64; 4],
    /// How far the eye is from the target.
    pub distance: f64,
    /// How rays run.
    pub projection: Projection,
}

impl Camera {
    /// All of a box on a target of `[width, height]` pixels, from the front and the right, and from above.
    #[must_use]
    pub fn around(bounds: Box3, size: [u32; 2]) -> Self {
        let mut camera = Self {
            target: bounds.middle(),
            rotation: [0.0, 0.0, 0.0, 1.0],
            distance: 1.0,
            projection: Projection::Perspective(30.0),
        };
        camera.look_from(-60.0, 30.0);
        camera.fit(bounds, size);
        camera
    }

    /// Goes where all of a box is just seen, with a twentieth free around it, looking as before.
    pub fn fit(&mut self, bounds: Box3, size: [u32; 2]) {
        self.fit_beside(bounds, size, [0.0; 2]);
    }

    /// The same with so many pixels free at each side, across and down, where they are more.
    pub(crate) fn fit_beside(&mut self, bounds: Box3, size: [u32; 2], free: [f64; 2]) {
        self.target = bounds.middle();
        let [width, height] = size.map(|px| f64::from(px.max(1)));
        let shares = [(free[0], width), (free[1], height)].map(|(free, side)| {
            let share = 1.0 - 2.0 * free / side;
            share.clamp(LEAST_SHARE, 0.95)
        });
        // Slopes, or shares of the distance, by which the least of the target's sides is left.
        let up = self.tangent();
        let room = [up * shares[0] * width / height, up * shares[1]];
        let half = bounds.0.map(|[a, b]| b / 2.0 - a / 2.0);
        let axes = self.axes();
        let needed = |corner: u32| {
            let off = [0, 1, 2].map(|axis| {
                if corner >> axis & 1 == 0 {
                    half[axis]
                } else {
                    -half[axis]
                }
            });
            let [x, y, back] = axes.map(|axis| dot(axis, off));
            let beside = (x.abs() / room[0]).max(y.abs() / room[1]);
            match self.projection {
                Projection::Perspective(_) => back + beside,
                Projection::Orthographic => beside,
            }
        };
        let needed = (0..8).map(needed).fold(0.0, f64::max);
        self.distance = if needed > 0.0 { held(needed) } else { 1.0 };
    }

    /// Half of what is seen from top to foot, at a distance of 1.
    pub(crate) fn tangent(&self) -> f64 {
        match self.projection {
            Projection::Perspective(degrees) => (degrees.clamp(1.0, 150.0).to_radians() / 2.0).tan(),
            Projection::Orthographic => 0.5,
        }
    }

    /// Where its right, its up and its back point to.
    #[must_use]
    pub fn axes(&self) -> [[f64; 3]; 3] {
        let [x, y, z, w] = unit(self.rotation);
        [
            [
                1.0 - 2.0 * (y * y + z * z),
                2.0 * (x * y + z * w),
                2.0 * (x * z - y * w),
            ],
            [
                2.0 * (x * y - z * w),
                1.0 - 2.0 * (x * x + z * z),
                2.0 * (y * z + x * w),
            ],
            [
                2.0 * (x * z + y * w),
                2.0 * (y * z - x * w),
                1.0 - 2.0 * (x * x + y * y),
            ],
        ]
    }

    /// Where the eye is.
    #[must_use]
    pub fn eye(&self) -> [f64; 3] {
        let back = self.axes()[2];
        [0, 1, 2].map(|axis| self.target[axis] + self.distance * back[axis])
    }

    /// Looks at the target from a side, in degrees: `azimuth` from x towards y, `elevation` upwards from there; z is up.
    pub fn look_from(&mut self, azimuth: f64, elevation: f64) {
        let about_z = turn([0.0, 0.0, 1.0], azimuth.to_radians() + STEEPEST);
        let about_x = turn([1.0, 0.0, 0.0], STEEPEST - elevation.to_radians());
        self.rotation = unit(product(about_z, about_x));
    }

    /// From which side it looks, in degrees: azimuth and elevation.
    #[must_use]
    pub fn looks_from(&self) -> [f64; 2] {
        let [right, _, back] = self.axes();
        // Right lies level wherever z is up, also for a camera that looks straight down.
        let azimuth = right[1].atan2(right[0]) - STEEPEST;
        [azimuth, back[2].clamp(-1.0, 1.0).asin()].map(f64::to_degrees)
    }

    /// Turns the scene as on a turntable, by a drag of so many pixels over a target of `[width, height]`: half a turn across its height.
    /// z stays up.
    pub fn turntable(&mut self, by: [f64; 2], size: [u32; 2]) {
        let per = 180.0 / f64::from(size[1].max(1));
        let [azimuth, elevation] = self.looks_from();
        self.look_from(
            azimuth - by[0] * per,
            (elevation + by[1] * per).clamp(-90.0, 90.0),
        );
    }

    /// Turns the scene as a ball that fills the target, dragged from one pixel to another (K. Shoemake, 1992): twice the arc between
    /// the two, so that a drag there and back leaves nothing.
    pub fn arcball(&mut self, from: [f64; 2], to: [f64; 2], size: [u32; 2]) {
        let [a, b] = [from, to].map(|at| on_ball(at, size));
        let [x, y, z] = cross(a, b);
        let drag = unit([x, y, z, dot(a, b)]);
        // The ball turns by the drag, in the camera's axes; the camera the other way.
        let [x, y, z, w] = drag;
        self.rotation = unit(product(self.rotation, [-x, -y, -z, w]));
    }

    /// Moves the scene with a drag of so many pixels: what is as far as the target stays under the pointer.
    pub fn pan(&mut self, by: [f64; 2], size: [u32; 2]) {
        let per = 2.0 * self.distance * self.tangent() / f64::from(size[1].max(1));
        self.go([-by[0] * per, by[1] * per, 0.0]);
    }

    /// Goes nearer, `factor` above 1, or away, so that what is as far as the target stays under pixel `at`.
    pub fn zoom(&mut self, factor: f64, at: [f64; 2], size: [u32; 2]) {
        if !(factor > 0.0 && factor.is_finite()) {
            return;
        }
        let before = self.distance;
        self.distance = held(before / factor);
        let off = [0, 1].map(|axis| f64::from(size[axis]) / 2.0 - at[axis]);
        // As far as the drag that brings what is under the pixel back there.
        let share = self.distance / before - 1.0;
        let per = 2.0 * before * self.tangent() / f64::from(size[1].max(1));
        self.go([off[0] * per * share, -off[1] * per * share, 0.0]);
    }

    /// Flies so far to the right, up, and forwards, in coordinates.
    pub fn fly(&mut self, [right, up, forwards]: [f64; 3]) {
        self.go([right, up, -forwards]);
    }

    /// Looks about from where the eye is, by a drag of so many pixels; z stays up.
    pub fn look_about(&mut self, by: [f64; 2], size: [u32; 2]) {
        let eye = self.eye();
        let per = 2.0 * self.tangent().atan().to_degrees() / f64::from(size[1].max(1));
        let [azimuth, elevation] = self.looks_from();
        self.look_from(
            azimuth + by[0] * per,
            (elevation - by[1] * per).clamp(-90.0, 90.0),
        );
        let back = self.axes()[2];
        self.target = [0, 1, 2].map(|axis| eye[axis] - self.distance * back[axis]);
    }

    /// Moves eye and target along its own axes.
    fn go(&mut self, by: [f64; 3]) {
        let axes = self.axes();
        for (axis, value) in self.target.iter_mut().enumerate() {
            *value += (0..3).map(|own| by[own] * axes[own][axis]).sum::<f64>();
        }
    }
}

fn held(distance: f64) -> f64 {
    match distance.is_finite() {
        true => distance.clamp(DISTANCES[0], DISTANCES[1]),
        false => DISTANCES[1],
    }
}

/// Where on the ball that fills a target a pixel is, in the camera's axes; beside it its rim.
fn on_ball(at: [f64; 2], size: [u32; 2]) -> [f64; 3] {
    let [width, height] = size.map(|px| f64::from(px.max(1)));
    let radius = width.min(height) / 2.0;
    let (x, y) = ((at[0] - width / 2.0) / radius, (height / 2.0 - at[1]) / radius);
    let far = x.hypot(y);
    match far < 1.0 {
        true => [x, y, (1.0 - far * far).sqrt()],
        false => [x / far, y / far, 0.0],
    }
}

#[inline(always)]
pub(crate) fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

#[inline(always)]
pub(crate) fn length(a: [f64; 3]) -> f64 {
    let square = dot(a, a);
    // Of what is neither tiny nor huge the root alone is as good, and much faster.
    match (1e-200..1e200).contains(&square) {
        true => square.sqrt(),
        false => a[0].hypot(a[1]).hypot(a[2]),
    }
}

/// The quaternion that turns about a unit axis by an angle in radians.
fn turn([x, y, z]: [f64; 3], angle: f64) -> [f64; 4] {
    let (sin, cos) = (angle / 2.0).sin_cos();
    [x * sin, y * sin, z * sin, cos]
}

/// First `b`, then `a`.
fn product(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    let ([ax, ay, az, aw], [bx, by, bz, bw]) = (a, b);
    [
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    ]
}

/// The unit quaternion of the same turn; none of what is none.
fn unit(q: [f64; 4]) -> [f64; 4] {
    let length = q.iter().map(|v| v * v).sum::<f64>().sqrt();
    match length > 0.0 && length.is_finite() {
        true => q.map(|v| v / length),
        false => [0.0, 0.0, 0.0, 1.0],
    }
}

#[cfg(test)]
mod tests {
    use super::{Box3, Camera, Projection, cross, dot, length};

    const SIZE: [u32; 2] = [640, 480];

    fn camera() -> Camera {
        let mut camera = Camera::around(Box3([[-1.0, 3.0], [0.0, 1.0], [5.0, 6.0]]), SIZE);
        camera.look_from(25.0, -40.0);
        camera
    }

    fn near(a: [f64; 3], b: [f64; 3]) -> bool {
        (0..3).all(|axis| (a[axis] - b[axis]).abs() < 1e-9)
    }

    #[test]
    fn axes_are_right_handed_and_sides_come_back() {
        for (azimuth, elevation) in [
            (25.0, -40.0),
            (-170.0, 10.0),
            (0.0, 90.0),
            (90.0, -90.0),
            (179.0, 0.0),
        ] {
            let mut camera = camera();
            camera.look_from(azimuth, elevation);
            let [right, up, back] = camera.axes();
            assert!(near(cross(right, up), back));
            for axis in [right, up, back] {
                assert!((length(axis) - 1.0).abs() < 1e-12);
            }
            assert!(right[2].abs() < 1e-12 && up[2] > -1e-12, "z is up");
            let [a, e] = camera.looks_from();
            assert!(
                ((a - azimuth + 540.0).rem_euclid(360.0) - 180.0).abs() < 1e-6,
                "{azimuth} {a}"
            );
            assert!((e - elevation).abs() < 1e-6, "{elevation} {e}");
        }
    }

    #[test]
    fn what_is_dragged_stays_under_the_pointer() {
        for projection in [Projection::Perspective(30.0), Projection::Orthographic] {
            let mut camera = camera();
            camera.projection = projection;
            // The place as far as the target that is seen at a pixel.
            let at = |camera: &Camera, px: [f64; 2]| {
                let per = 2.0 * camera.distance * camera.tangent() / f64::from(SIZE[1]);
                let [right, up, _] = camera.axes();
                let [x, y] = [(px[0] - 320.0) * per, (240.0 - px[1]) * per];
                [0, 1, 2].map(|axis| camera.target[axis] + x * right[axis] + y * up[axis])
            };
            let before = at(&camera, [100.0, 77.0]);
            camera.pan([31.0, -12.0], SIZE);
            assert!(near(before, at(&camera, [131.0, 65.0])));
            camera.zoom(3.5, [131.0, 65.0], SIZE);
            assert!(near(before, at(&camera, [131.0, 65.0])));
        }
    }

    #[test]
    fn drags_turn_the_scene_and_back() {
        let start = camera();
        let mut camera = start;
        camera.turntable([40.0, -30.0], SIZE);
        assert!(!near(camera.eye(), start.eye()));
        camera.turntable([-40.0, 30.0], SIZE);
        assert!(near(camera.eye(), start.eye()));
        // To the right: what is in front goes to the right, so the eye to the left.
        camera.turntable([10.0, 0.0], SIZE);
        let moved = [0, 1, 2].map(|axis| camera.eye()[axis] - start.eye()[axis]);
        assert!(dot(moved, start.axes()[0]) < 0.0);
        let mut ball = start;
        ball.arcball([320.0, 240.0], [360.0, 240.0], SIZE);
        let moved = [0, 1, 2].map(|axis| ball.eye()[axis] - start.eye()[axis]);
        assert!(dot(moved, start.axes()[0]) < 0.0);
        ball.arcball([360.0, 240.0], [320.0, 240.0], SIZE);
        assert!(near(ball.eye(), start.eye()));
        assert!(near(ball.target, start.target));
    }

    #[test]
    fn flying_moves_the_eye_and_looking_about_leaves_it() {
        let start = camera();
        let mut camera = start;
        camera.look_about([50.0, 20.0], SIZE);
        assert!(near(camera.eye(), start.eye()) && !near(camera.target, start.target));
        let (eye, back) = (camera.eye(), camera.axes()[2]);
        camera.fly([0.0, 0.0, 2.0]);
        let wanted = [0, 1, 2].map(|axis| eye[axis] - 2.0 * back[axis]);
        assert!(near(camera.eye(), wanted));
    }

    #[test]
    fn boxes_of_any_size_are_fitted() {
        for side in [0.0, 1e-30, 1.0, 2_f64.powi(40), f64::MAX] {
            let camera = Camera::around(Box3([[-side, side]; 3]), SIZE);
            assert!(camera.distance > 0.0 && camera.distance.is_finite());
            assert!(camera.eye().iter().all(|v| v.is_finite()), "{side}");
        }
    }
}
