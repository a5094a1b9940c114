//! Shapes of markers, as signed distances: how far a place lies from the outline, below 0 inside.
//!
//! The distances to boxes and to the star are those of Inigo Quilez, *2D distance functions*
//! (<https://iquilezles.org/articles/distfunctions2d/>). Outside the corners of polygons they are those to the edges' lines, so that
//! corners stay sharp.

use std::f32::consts::{FRAC_PI_2, PI};

use crate::vector::Outline;

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

impl Shape {
    /// What [`Shape::distance`] is below 0 in, of a marker about a place, `2 · radius` large.
    pub(crate) fn outlines(self, at: [f32; 2], radius: f32) -> Vec<Outline> {
        let circle = |part: f32, is_hole: bool| Outline::Circle {
            at,
            radius: part * radius,
            is_hole,
        };
        let polygon = |corners: &[[f32; 2]]| {
            let corner = |[x, y]: &[f32; 2]| [at[0] + radius * x, at[1] + radius * y];
            Outline::Polygon(corners.iter().map(corner).collect())
        };
        let up = -FRAC_PI_2;
        let one = match self {
            Self::Disc => circle(1.0, false),
            Self::Ring => return vec![circle(0.8 + LINE, false), circle(0.8 - LINE, true)],
            Self::Square => polygon(&corners_of(0.886, 0.886)),
            Self::Diamond => polygon(&regular(4, &[1.25], up)),
            Self::Up => polygon(&regular(3, &[1.3], up)),
            Self::Down => polygon(&regular(3, &[1.3], FRAC_PI_2)),
            Self::Left => polygon(&regular(3, &[1.3], PI)),
            Self::Right => polygon(&regular(3, &[1.3], 0.0)),
            Self::Pentagon => polygon(&regular(5, &[0.88 / (PI / 5.0).cos()], up)),
            Self::Hexagon => polygon(&regular(6, &[0.91 / (PI / 6.0).cos()], up)),
            Self::Star => polygon(&regular(10, &[1.25, 0.5], up)),
            Self::Plus => polygon(&upright_cross()),
            Self::Cross => polygon(&turned(&upright_cross(), PI / 4.0)),
            Self::Asterisk => {
                let bar = corners_of(1.0, 0.8 * LINE);
                let bars = [FRAC_PI_2, PI / 6.0, -PI / 6.0];
                return bars.map(|angle| polygon(&turned(&bar, angle))).into();
            }
            Self::Dash => polygon(&corners_of(1.0, LINE)),
            Self::Bar => polygon(&corners_of(LINE, 1.0)),
        };
        vec![one]
    }
}

/// The corners of a rectangle, clockwise.
fn corners_of(half_width: f32, half_height: f32) -> [[f32; 2]; 4] {
    let (w, h) = (half_width, half_height);
    [[-w, -h], [w, -h], [w, h], [-w, h]]
}

/// So many corners around the middle, clockwise from an angle on, as far from it as `radii` say in turns.
fn regular(corners: usize, radii: &[f32], from: f32) -> Vec<[f32; 2]> {
    let corner = |(number, radius): (usize, &f32)| {
        let (sin, cos) = (from + 2.0 * PI * number as f32 / corners as f32).sin_cos();
        [radius * cos, radius * sin]
    };
    radii
        .iter()
        .cycle()
        .take(corners)
        .enumerate()
        .map(corner)
        .collect()
}

fn turned(corners: &[[f32; 2]], angle: f32) -> Vec<[f32; 2]> {
    let (sin, cos) = angle.sin_cos();
    let turn = |[x, y]: &[f32; 2]| [cos * x - sin * y, sin * x + cos * y];
    corners.iter().map(turn).collect()
}

fn upright_cross() -> Vec<[f32; 2]> {
    // An arm to the left, and the same a quarter on, thrice.
    let arm = [[-LINE, LINE], [-1.0, LINE], [-1.0, -LINE]];
    let quarters = (0..4).map(|number| turned(&arm, number as f32 * FRAC_PI_2));
    quarters.flatten().collect()
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
    fn outlines_are_where_the_distance_is_nought() {
        // How often an outline winds around a place, clockwise.
        let winding = |outline: &Outline, [x, y]: [f32; 2]| match outline {
            Outline::Circle { at, radius, is_hole } => {
                let is_in = (x - at[0]).hypot(y - at[1]) < *radius;
                i32::from(is_in) * if *is_hole { -1 } else { 1 }
            }
            Outline::Polygon(corners) => {
                let next = corners.iter().cycle().skip(1);
                let crossed = corners.iter().zip(next).map(|(a, b)| {
                    let left = (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
                    match (a[1] <= y, b[1] <= y) {
                        (true, false) if left > 0.0 => 1,
                        (false, true) if left < 0.0 => -1,
                        _ => 0,
                    }
                });
                // Clockwise where y grows downwards.
                crossed.sum()
            }
        };
        for shape in Shape::ALL {
            let outlines = shape.outlines([3.0, -2.0], 10.0);
            for i in -140..=140 {
                for j in -140..=140 {
                    let at = [i as f32 / 10.0 + 0.013, j as f32 / 10.0 + 0.017];
                    let distance = shape.distance(at, 10.0);
                    let place = [at[0] + 3.0, at[1] - 2.0];
                    let windings: Vec<i32> = outlines.iter().map(|one| winding(one, place)).collect();
                    let turns: i32 = windings.iter().sum();
                    assert!((0..=3).contains(&turns), "{shape:?} at {at:?}: {windings:?}");
                    if distance.abs() > 0.02 {
                        assert_eq!(turns > 0, distance < 0.0, "{shape:?} at {at:?}: {distance}");
                    }
                }
            }
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
