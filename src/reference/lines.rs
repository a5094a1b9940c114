//! Curves in pixels: what [`Curves::reduce`](crate::lines::Curves::reduce) finds of those whose x never falls, vertex by vertex, and
//! what the painting of lines means, piece by piece and pixel by pixel.

use crate::lines::FEW;
use crate::lines::pieces::Piece;
use crate::points::Coordinate;
use crate::scene::{PxRect, Rgba8};
use crate::view::plane::Plane;

/// The vertices that a curve whose x never falls is drawn from, in a view of `[width, height]` pixels and `reach` more on each side;
/// [`usize::MAX`] between those that are not connected.
#[must_use]
pub fn columns<T: Coordinate>(x: &[T], y: &[T], plane: &Plane, [w, _]: [u32; 2], reach: f64) -> Vec<usize> {
    let px = |i: usize| (x[i].as_f64() - plane.corner[0]) * plane.px_per_unit[0];
    let (left, right) = (-reach.ceil(), f64::from(w) + reach.ceil());
    let inside: Vec<usize> = (0..x.len()).filter(|&i| (left..right).contains(&px(i))).collect();
    let before = (0..x.len()).rev().find(|&i| px(i) < left);
    let after = (0..x.len()).find(|&i| px(i) >= right);
    let value = |i: usize| y[i].as_f64();
    let of = |i: usize| if value(i).is_place() { i } else { usize::MAX };
    let mut found: Vec<usize> = before.map(of).into_iter().collect();
    for column in inside.chunk_by(|&a, &b| px(a).floor() == px(b).floor()) {
        if column.len() <= FEW {
            found.extend(column.iter().map(|&i| of(i)));
            continue;
        }
        let good = || column.iter().copied().filter(|&i| of(i) == i);
        let pick = |a: usize, b: usize, better: bool| if better { b } else { a };
        let least = good().reduce(|a, b| pick(a, b, value(b) < value(a)));
        let greatest = good().reduce(|a, b| pick(a, b, value(b) > value(a)));
        let (Some(least), Some(greatest)) = (least, greatest) else {
            found.push(usize::MAX);
            continue;
        };
        let mut all = vec![of(column[0]), least.min(greatest), least.max(greatest)];
        all.push(of(column[column.len() - 1]));
        let mut seen = Vec::new();
        for i in all {
            if i == usize::MAX || !seen.contains(&i) {
                seen.push(i);
            }
        }
        found.extend(seen);
    }
    found.extend(after.map(of));
    found
}

/// Paints curves of one colour each over opaque pixels of a target `width` pixels across, in floating point: of each the pieces, as
/// lines `wide` pixels wide.
pub fn strokes(
    curves: &[(Vec<Piece>, Rgba8)],
    (wide, opacity): (f64, f64),
    plot: PxRect,
    pixels: &mut [[f64; 3]],
    width: usize,
) {
    let (half, faint) = (wide.max(1.0) / 2.0, wide.min(1.0));
    for (pieces, color) in curves {
        let alpha = f64::from(color.a) / 255.0 * opacity * faint;
        for row in 0..plot.h {
            for column in 0..plot.w {
                let at = [f64::from(column) + 0.5, f64::from(row) + 0.5];
                let cover = |piece: &Piece| (half + 0.5 - distance(piece, at)).clamp(0.0, 1.0);
                let most = pieces.iter().map(cover).fold(0.0, f64::max);
                let place = (row + plot.y) as usize * width + (column + plot.x) as usize;
                let parts = [color.r, color.g, color.b];
                for (value, part) in pixels[place].iter_mut().zip(parts) {
                    *value += (f64::from(part) - *value) * most * alpha;
                }
            }
        }
    }
}

/// How far a place lies from a piece, all in pixels.
#[must_use]
pub fn distance(piece: &Piece, [x, y]: [f64; 2]) -> f64 {
    let (a, b) = (piece.from, piece.to);
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let square = dx * dx + dy * dy;
    let part = match square > 0.0 {
        true => (((x - a[0]) * dx + (y - a[1]) * dy) / square).clamp(0.0, 1.0),
        false => 0.0,
    };
    (x - a[0] - part * dx).hypot(y - a[1] - part * dy)
}
