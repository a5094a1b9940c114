//! Shapes of markers, as signed distances: how far a place lies from the outline, below 0 inside.
//!
//! The distances to boxes and to the star are those of Inigo Quilez, *2D distance functions*
//! (<https://iquilezles.org/articles/distfunctions2d/>). Outside the corners of polygons they are those to the edges' lines, so that
//! corners stay sharp.

/// The shape of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Shape {
    /// A filled circle.
    #[default]
    Disc,
    /// A circle's outline.
    Ring,
    /// A square on its side, of the disc's area.
    Square,
    /// A square on its corner.
    Diamond,
    /// A triangle that points up.
    Up,
    /// A triangle that points down.
    Down,
    /// A triangle that points to the left.
    Left,
    /// A triangle that points to the right.
    Right,
    /// A regular polygon of five corners, one of them up.
    Pentagon,
    /// A regular polygon of six corners, one of them up.
    Hexagon,
    /// A star of five points, one of them up.
    Star,
    /// An upright cross.
    Plus,
    /// A cross on its side.
    Cross,
    /// Three lines through the middle.
    Asterisk,
    /// A level line.
    Dash,
    /// An upright line.
    Bar,
}

/// How far any marker reaches from its middle, in halves of its size.
pub(crate) const REACH: f32 = 1.3;

/// Half the width of a marker's lines, in halves of its size.
const LINE: f32 = 0.22;

impl Shape {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Disc,
        Self::Ring,
        Self::Square,
        Self::Diamond,
        Self::Up,
        Self::Down,
        Self::Left,
        Self::Right,
        Self::Pentagon,
        Self::Hexagon,
        Self::Star,
        Self::Plus,
        Self::Cross,
        Self::Asterisk,
        Self::Dash,
        Self::Bar,
    ];

    /// How far a marker reaches from its middle along either axis, in halves of its size.
    #[must_use]
    pub fn reach(self) -> f32 {
        match self {
            Self::Square => 0.89,
            Self::Disc | Self::Plus | Self::Dash | Self::Bar => 1.0,
            Self::Ring | Self::Asterisk | Self::Cross => 1.05,
            _ => REACH,
        }
    }

    /// The distance of a place, right and down from a marker's middle, to the outline of one that is `2 · radius` large; below 0
    /// inside. All in the same unit.
    #[inline(always)]
    #[must_use]
    pub fn distance(self, [x, y]: [f32; 2], radius: f32) -> f32 {
        let r = radius;
        match self {
            Self::Disc => x.hypot2(y) - r,
            Self::Ring => (x.hypot2(y) - 0.8 * r).abs() - LINE * r,
            // A side of √π/2 diameters.
            Self::Square => rectangle(x, y, 0.886 * r, 0.886 * r),
            Self::Diamond => (x.abs() + y.abs() - 1.25 * r) * std::f32::consts::FRAC_1_SQRT_2,
            Self::Up => triangle(x, y, r),
            Self::Down => triangle(x, -y, r),
            Self::Left => triangle(y, x, r),
            Self::Right => triangle(y, -x, r),
            Self::Pentagon => pentagon(x, y, 0.88 * r),
            Self::Hexagon => hexagon(x, y, 0.91 * r),
            Self::Star => star(x, y, 1.25 * r),
            Self::Plus => plus(x, y, r),
            Self::Cross => {
                let half = std::f32::consts::FRAC_1_SQRT_2;
                plus((x + y) * half, (x - y) * half, r)
            }
            Self::Asterisk => {
                let bar = |c: f32, s: f32| rectangle(x * c + y * s, y * c - x * s, r, 0.8 * LINE * r);
                let (c, s) = (0.5, 0.866_025_4);
                bar(0.0, 1.0).min(bar(s, c)).min(bar(s, -c))
            }
            Self::Dash => rectangle(x, y, r, LINE * r),
            Self::Bar => rectangle(x, y, LINE * r, r),
        }
    }
}

trait Hypot {
    fn hypot2(self, other: Self) -> Self;
}

impl Hypot for f32 {
    /// Faster than `hypot`, whose care for overflow is not needed of pixels.
    #[inline(always)]
    fn hypot2(self, other: Self) -> Self {
        (self * self + other * other).sqrt()
    }
}

#[inline(always)]
fn rectangle(x: f32, y: f32, half_width: f32, half_height: f32) -> f32 {
    let (x, y) = (x.abs() - half_width, y.abs() - half_height);
    x.max(0.0).hypot2(y.max(0.0)) + x.max(y).min(0.0)
}

#[inline(always)]
fn plus(x: f32, y: f32, r: f32) -> f32 {
    let (x, y) = (x.abs(), y.abs());
    rectangle(x.max(y), x.min(y), r, LINE * r)
}

/// With a corner up, 0.65 from its middle to its edges.
#[inline(always)]
fn triangle(x: f32, y: f32, r: f32) -> f32 {
    let side = 0.866_025_4 * x.abs() - 0.5 * y;
    side.max(y) - 0.65 * r
}

/// With a corner up; `inner` to its edges.
#[inline(always)]
fn pentagon(x: f32, y: f32, inner: f32) -> f32 {
    let x = x.abs();
    let upper = 0.587_785_25 * x - 0.809_017 * y;
    let lower = 0.951_056_5 * x + 0.309_017 * y;
    upper.max(lower).max(y) - inner
}

#[inline(always)]
fn hexagon(x: f32, y: f32, inner: f32) -> f32 {
    let (x, y) = (x.abs(), y.abs());
    x.max(0.5 * x + 0.866_025_4 * y) - inner
}

/// With its points `outer` from the middle, and its notches 0.4 of that.
#[inline(always)]
fn star(x: f32, y: f32, outer: f32) -> f32 {
    let (k1, k2) = ([0.809_017, -0.587_785_25], [-0.809_017, -0.587_785_25]);
    let (mut x, mut y) = (x.abs(), -y);
    for k in [k1, k2] {
        let over = 2.0 * (k[0] * x + k[1] * y).max(0.0);
        x -= over * k[0];
        y -= over * k[1];
    }
    x = x.abs();
    y -= outer;
    let inner = 0.4;
    let (bx, by) = (inner * -k1[1], inner * k1[0] - 1.0);
    let along = ((x * bx + y * by) / (bx * bx + by * by)).clamp(0.0, outer);
    (x - bx * along).hypot2(y - by * along) * (y * bx - x * by).signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_inside_their_reach_and_hold_their_share_of_it() {
        for shape in Shape::ALL {
            let mut inside = 0;
            for i in -200..=200 {
                for j in -200..=200 {
                    let at = [i as f32 / 10.0, j as f32 / 10.0];
                    let distance = shape.distance(at, 10.0);
                    assert!(distance.is_finite(), "{shape:?}");
                    inside += u32::from(distance < 0.0);
                    let far = at[0].abs().max(at[1].abs()) > shape.reach() * 10.0;
                    assert!(!far || distance > 0.0, "{shape:?} at {at:?}");
                }
            }
            let share = f64::from(inside) / 31_416.0;
            assert!((0.2..1.15).contains(&share), "{shape:?}: {share} of a disc");
        }
    }

    #[test]
    fn what_points_somewhere_points_there() {
        let at = |shape: Shape, x, y| shape.distance([x, y], 10.0) < 0.0;
        assert!(at(Shape::Up, 0.0, -11.0) && !at(Shape::Up, 0.0, 11.0));
        assert!(at(Shape::Down, 0.0, 11.0) && !at(Shape::Down, 0.0, -11.0));
        assert!(at(Shape::Left, -11.0, 0.0) && !at(Shape::Left, 11.0, 0.0));
        assert!(at(Shape::Right, 11.0, 0.0) && !at(Shape::Right, -11.0, 0.0));
        assert!(at(Shape::Star, 0.0, -12.0) && !at(Shape::Star, 0.0, 12.0));
        assert!(at(Shape::Pentagon, 0.0, -10.5) && !at(Shape::Pentagon, 0.0, 10.5));
    }
}
