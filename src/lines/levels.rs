//! The least and the greatest coordinates of runs of vertices.

use rayon::prelude::*;

use crate::points::Coordinate;

/// Vertices of a node of the lowest level.
pub const LEAF: usize = 16;
/// Nodes of a level for one of the next.
pub const FANOUT: usize = 8;

/// Nodes that a thread makes at once.
const TOGETHER: usize = 1 << 12;

/// `[least, greatest]`; of gaps alone the least is above the greatest.
pub(super) type Range<T> = [T; 2];

/// Nodes of some vertices each.
pub(super) struct Level<T> {
    /// Vertices of a node.
    pub(super) span: usize,
    /// Of x; none where x is in order.
    pub(super) x: Vec<Range<T>>,
    /// Of y.
    pub(super) y: Vec<Range<T>>,
}

/// Levels up to one of few nodes; without x those of y alone. A vertex is a gap in both where it is one in either.
pub(super) fn build<T: Coordinate>(x: Option<&[T]>, y: &[T]) -> Vec<Level<T>> {
    let mut levels = Vec::new();
    let mut last = Level {
        span: LEAF,
        x: x.map_or_else(Vec::new, |x| leaves(x, y)),
        y: leaves(y, x.unwrap_or(y)),
    };
    while last.y.len() > FANOUT {
        let next = Level {
            span: last.span * FANOUT,
            x: folded(&last.x),
            y: folded(&last.y),
        };
        levels.push(std::mem::replace(&mut last, next));
    }
    levels.push(last);
    levels
}

/// Nodes of `values` where neither they nor the `others` are gaps.
fn leaves<T: Coordinate>(values: &[T], others: &[T]) -> Vec<Range<T>> {
    let leaf = |number: usize| {
        let first = number * LEAF;
        let end = values.len().min(first + LEAF);
        let all = values[first..end].iter().zip(&others[first..end]);
        all.fold(nothing(), |range, (value, other)| {
            let good = value.is_place() && other.is_place();
            union(range, if good { [*value; 2] } else { nothing() })
        })
    };
    let leaves = (0..values.len().div_ceil(LEAF)).into_par_iter();
    leaves.with_min_len(TOGETHER).map(leaf).collect()
}

fn folded<T: Coordinate>(nodes: &[Range<T>]) -> Vec<Range<T>> {
    let fold = |nodes: &[Range<T>]| nodes.iter().copied().fold(nothing(), union);
    nodes
        .par_chunks(FANOUT)
        .with_min_len(TOGETHER)
        .map(fold)
        .collect()
}

pub(super) fn nothing<T: Coordinate>() -> Range<T> {
    [T::INFINITY, T::NEG_INFINITY]
}

/// The range of both. The first of equal ones is kept.
#[inline(always)]
pub(super) fn union<T: Coordinate>(a: Range<T>, b: Range<T>) -> Range<T> {
    [
        if b[0] < a[0] { b[0] } else { a[0] },
        if b[1] > a[1] { b[1] } else { a[1] },
    ]
}

/// The range of all nodes, as numbers; `None` of gaps alone.
pub(super) fn whole<T: Coordinate>(nodes: &[Range<T>]) -> Option<[f64; 2]> {
    let range = nodes.iter().copied().fold(nothing(), union);
    (range[0] <= range[1]).then(|| range.map(T::as_f64))
}

/// Where the first least and the first greatest y of the vertices `a .. b` are; `None` of gaps alone.
pub(super) fn extremes<T: Coordinate>(
    levels: &[Level<T>],
    y: &[T],
    a: usize,
    b: usize,
) -> Option<[usize; 2]> {
    // What was found, and where: the level that it is a node of, none for a vertex, and its number.
    let mut found = nothing();
    let mut place: [(Option<usize>, usize); 2] = [(None, a); 2];
    let mut at = a;
    while at < b {
        let fits = |level: &&Level<T>| at.is_multiple_of(level.span) && at + level.span <= b;
        let level = levels.iter().take_while(fits).count().checked_sub(1);
        let (number, range, span) = match level {
            Some(level) => {
                let (number, level) = (at / levels[level].span, &levels[level]);
                (number, level.y[number], level.span)
            }
            None => (at, vertex(y[at]), 1),
        };
        if range[0] < found[0] {
            (found[0], place[0]) = (range[0], (level, number));
        }
        if range[1] > found[1] {
            (found[1], place[1]) = (range[1], (level, number));
        }
        at += span;
    }
    if found[0] > found[1] {
        return None;
    }
    Some([0, 1].map(|side| {
        let (mut level, mut number) = place[side];
        // Down to the first vertex that it is the value of.
        while let Some(above) = level {
            let (below, each) = match above.checked_sub(1) {
                Some(below) => (Some(below), FANOUT),
                None => (None, LEAF),
            };
            let first = number * each;
            let is_it = |i: &usize| match below {
                Some(below) => levels[below].y[*i][side] == found[side],
                None => y[*i] == found[side],
            };
            number = (first..first + each).find(is_it).unwrap_or(first);
            level = below;
        }
        number
    }))
}

/// The range of a vertex.
#[inline(always)]
fn vertex<T: Coordinate>(value: T) -> Range<T> {
    match value.is_place() {
        true => [value; 2],
        false => nothing(),
    }
}
