//! From the vertices that a view is drawn from to pieces of lines in it: cut to the view, and into dashes.

use std::ops::Range;

use super::{LIFT, Reduced};
use crate::view::plane::{Bounds, Plane};

/// A piece of a line, in pixels from the plot's top left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Where it begins.
    pub from: [f64; 2],
    /// Where it ends; the same place for a dot.
    pub to: [f64; 2],
    /// The vertex whose colour it has.
    pub vertex: usize,
}

/// From where pieces are seen, and how they are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// From where.
    pub plane: &'a Plane,
    /// Width and height of the plot, in pixels.
    pub size: [u32; 2],
    /// What is beside it is in view as far as this, in pixels.
    pub reach: f64,
    /// Lengths of dashes and of gaps between them, in turns, in pixels, and how far their round ends reach beyond: a dash is as much
    /// shorter at both.
    pub dashes: Option<(&'a [f64], f64)>,
}

/// Some of what a curve is drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The curve.
    pub curve: usize,
    /// Which of its vertices are at the ends of pieces; the first one is connected to what is before.
    pub numbers: Range<usize>,
}

impl Reduced {
    /// All of it, in parts of about so many vertices; those of dashed lines are whole curves.
    #[must_use]
    pub fn parts(&self, each: usize, dashed: bool) -> Vec<Part> {
        let parts = self.curves.iter().enumerate().flat_map(|(curve, numbers)| {
            let each = if dashed { numbers.len().max(1) } else { each };
            (0..numbers.len()).step_by(each).map(move |first| Part {
                curve,
                numbers: first..(first + each).min(numbers.len()),
            })
        });
        parts.collect()
    }
}

/// Pieces that are so steep stand upright where they are: at most so wide, and at least so high, in pixels. All of their rows are then
/// covered alike, and they are at most half a pixel off.
const UPRIGHT: [f64; 2] = [1.0, 16.0];

/// The pieces of a curve whose vertices are `numbers`, and lie at `at`. The first one of all lies `place` pixels along its curve.
pub(super) fn pieces(
    numbers: &[usize],
    part: Range<usize>,
    at: impl Fn(usize) -> [f64; 2],
    seen: &Seen<'_>,
    mut place: f64,
    mut each: impl FnMut(Piece),
) {
    let view = view(seen.size, seen.reach);
    let known = |number: &usize| (*number != LIFT).then(|| (*number, at(*number)));
    let mut before = part.start.checked_sub(1).and_then(|k| known(&numbers[k]));
    for k in part {
        let Some((number, to)) = known(&numbers[k]) else {
            before = None;
            continue;
        };
        let last = before.replace((number, to));
        let is_dot = || numbers.get(k + 1).is_none_or(|next| *next == LIFT);
        let Some((vertex, from)) = last.or_else(|| is_dot().then_some((number, to))) else {
            continue;
        };
        let piece = Piece { from, to, vertex };
        if let Some(dashes) = seen.dashes {
            dashed(piece, place, view, dashes, &mut each);
            place += distance(from, to);
            continue;
        }
        if let Some(piece) = cut(upright(piece), view) {
            each(piece);
        }
    }
}

fn upright(piece: Piece) -> Piece {
    let by = [0, 1].map(|axis| (piece.to[axis] - piece.from[axis]).abs());
    if by[0] > UPRIGHT[0] || by[1] < UPRIGHT[1] {
        return piece;
    }
    let x = piece.from[0] / 2.0 + piece.to[0] / 2.0;
    Piece {
        from: [x, piece.from[1]],
        to: [x, piece.to[1]],
        ..piece
    }
}

/// How long a curve is on the screen up to vertex `end`, in pixels.
pub(super) fn length(start: usize, end: usize, at: impl Fn(usize) -> [f64; 2]) -> f64 {
    let mut length = 0.0;
    let mut before = at(start);
    for number in start + 1..=end {
        let to = at(number);
        let step = distance(before, to);
        length += if step.is_finite() { step } else { 0.0 };
        before = to;
    }
    length
}

/// The box of pixels of a plot of `[width, height]`, and `reach` more on each side.
pub(crate) fn view([w, h]: [u32; 2], reach: f64) -> Bounds {
    Bounds {
        x: [-reach, f64::from(w) + reach],
        y: [-reach, f64::from(h) + reach],
    }
}

/// What of a piece is in view.
pub(crate) fn cut(piece: Piece, view: Bounds) -> Option<Piece> {
    let [a, b] = within(&piece, view)?;
    Some(Piece {
        from: along(&piece, a),
        to: along(&piece, b),
        ..piece
    })
}

/// Which part of a piece is in view, from 0 to 1 along it (Y.-D. Liang, B. A. Barsky, *A new concept and method for line clipping*, ACM
/// Transactions on Graphics 3 (1), 1984).
fn within(piece: &Piece, view: Bounds) -> Option<[f64; 2]> {
    let (mut a, mut b) = (0.0_f64, 1.0_f64);
    for (axis, [least, greatest]) in [view.x, view.y].into_iter().enumerate() {
        let (from, to) = (piece.from[axis], piece.to[axis]);
        let step = to - from;
        if step == 0.0 {
            if from < least || from > greatest {
                return None;
            }
        } else {
            // Divided each by itself: the difference of two may be beyond all numbers.
            let ends = [least / step - from / step, greatest / step - from / step];
            a = a.max(ends[0].min(ends[1]));
            b = b.min(ends[0].max(ends[1]));
        }
    }
    (a <= b && a.is_finite() && b.is_finite()).then_some([a, b])
}

/// The place at a part of a piece.
fn along(piece: &Piece, part: f64) -> [f64; 2] {
    // From the nearer end, so that ends are met exactly.
    [0, 1].map(|axis| {
        let (from, to) = (piece.from[axis], piece.to[axis]);
        match part {
            0.0 => from,
            1.0 => to,
            _ => from * (1.0 - part) + to * part,
        }
    })
}

/// How far a place is from the middle of a piece, in pixels.
pub(crate) fn far(piece: &Piece, at: [f64; 2]) -> f64 {
    let by = [0, 1].map(|axis| piece.to[axis] - piece.from[axis]);
    let to = [0, 1].map(|axis| at[axis] - piece.from[axis]);
    let square = by[0] * by[0] + by[1] * by[1];
    let part = match square > 0.0 {
        true => ((to[0] * by[0] + to[1] * by[1]) / square).clamp(0.0, 1.0),
        false => 0.0,
    };
    (to[0] - part * by[0]).hypot(to[1] - part * by[1])
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (b[0] - a[0]).hypot(b[1] - a[1])
}

/// What dashes there are of a piece that lies at `place` along its curve, as far as it is in view.
fn dashed(
    piece: Piece,
    place: f64,
    view: Bounds,
    (lengths, cap): (&[f64], f64),
    each: &mut impl FnMut(Piece),
) {
    let (whole, period) = (distance(piece.from, piece.to), lengths.iter().sum::<f64>());
    let Some([a, b]) = within(&piece, view).filter(|_| (place + whole).is_finite() && period > 0.0) else {
        return;
    };
    let (first, last) = (place + a * whole, place + b * whole);
    let mut turn = (first / period).floor() * period;
    while turn <= last {
        let mut at = turn;
        for pair in lengths.chunks_exact(2) {
            let (from, to) = (at + cap, at + pair[0] - cap);
            at += pair[0] + pair[1];
            // What is shorter than wide is a dot.
            let middle = from / 2.0 + to / 2.0;
            let (from, to) = if from < to { (from, to) } else { (middle, middle) };
            let (from, to) = (from.max(first), to.min(last));
            if from <= to {
                let part = |at: f64| if whole > 0.0 { (at - place) / whole } else { 0.0 };
                each(Piece {
                    from: along(&piece, part(from)),
                    to: along(&piece, part(to)),
                    vertex: piece.vertex,
                });
            }
        }
        // Rounding may not hold it back for ever.
        turn = if at > turn { at } else { f64::INFINITY };
    }
}
