//! The least and the greatest coordinates of runs of vertices.

use std::ops::Range;

use rayon::prelude::*;

use crate::points::Coordinate;

/// Vertices of a node of the lowest level.
pub const LEAF: usize = 16;
/// Nodes of a level for one of the next.
pub const FANOUT: usize = 8;

/// Nodes that a thread makes at once.
const TOGETHER: usize = 1 << 12;

/// `[least, greatest]`; of gaps alone the least is above the greatest.
pub(super) type Ends<T> = [T; 2];

/// Nodes of some vertices each.
#[derive(Clone)]
pub(super) struct Level<T> {
    /// Vertices of a node.
    pub(super) span: usize,
    /// Of x; none where x is in order.
    pub(super) x: Vec<Ends<T>>,
    /// Of y.
    pub(super) y: Vec<Ends<T>>,
}

/// Makes the nodes of the vertices `changed` anew, and those of vertices that have none yet, in levels up to one of few nodes; without x those
/// of y alone. A vertex is a gap in both where it is one in either.
pub(super) fn renew<T: Coordinate>(
    levels: &mut Vec<Level<T>>,
    x: Option<&[T]>,
    y: &[T],
    changed: &Range<usize>,
) {
    if levels.is_empty() {
        levels.push(Level::new(LEAF));
    }
    let of = |span: usize, known: usize| known.min(changed.start / span)..changed.end.div_ceil(span);
    let lowest = &mut levels[0];
    let nodes = of(LEAF, lowest.y.len());
    if let Some(x) = x {
        make(&mut lowest.x, nodes.clone(), |number| leaf(x, y, number));
    }
    make(&mut lowest.y, nodes, |number| leaf(y, x.unwrap_or(y), number));
    for above in 1.. {
        if above == levels.len() {
            if levels[above - 1].y.len() <= FANOUT {
                break;
            }
            levels.push(Level::new(levels[above - 1].span * FANOUT));
        }
        let (below, level) = levels.split_at_mut(above);
        let (below, level) = (&below[above - 1], &mut level[0]);
        let nodes = of(level.span, level.y.len());
        if x.is_some() {
            make(&mut level.x, nodes.clone(), |number| folded(&below.x, number));
        }
        make(&mut level.y, nodes, |number| folded(&below.y, number));
    }
}

impl<T> Level<T> {
    fn new(span: usize) -> Self {
        Self {
            span,
            x: Vec::new(),
            y: Vec::new(),
        }
    }
}

/// Puts some nodes in the place of those that are there, and after them.
fn make<T: Coordinate>(
    into: &mut Vec<Ends<T>>,
    numbers: Range<usize>,
    node: impl Fn(usize) -> Ends<T> + Sync + Send,
) {
    // To call other cores takes longer than a few nodes do.
    if numbers.len() <= TOGETHER {
        for number in numbers {
            match into.get_mut(number) {
                Some(known) => *known = node(number),
                None => into.push(node(number)),
            }
        }
        return;
    }
    let known = into.len().min(numbers.end);
    let again = into[numbers.start..known].par_iter_mut().enumerate();
    let again = again.with_min_len(TOGETHER);
    again.for_each(|(place, known)| *known = node(numbers.start + place));
    let more = (known..numbers.end).into_par_iter();
    into.par_extend(more.with_min_len(TOGETHER).map(node));
}

/// A node of `values` where neither they nor the `others` are gaps.
fn leaf<T: Coordinate>(values: &[T], others: &[T], number: usize) -> Ends<T> {
    let first = number * LEAF;
    let end = values.len().min(first + LEAF);
    let all = values[first..end].iter().zip(&others[first..end]);
    all.fold(nothing(), |range, (value, other)| {
        let good = value.is_place() && other.is_place();
        union(range, if good { [*value; 2] } else { nothing() })
    })
}

/// A node of those below it.
fn folded<T: Coordinate>(below: &[Ends<T>], number: usize) -> Ends<T> {
    let first = number * FANOUT;
    let nodes = &below[first..below.len().min(first + FANOUT)];
    nodes.iter().copied().fold(nothing(), union)
}

pub(super) fn nothing<T: Coordinate>() -> Ends<T> {
    [T::INFINITY, T::NEG_INFINITY]
}

/// The range of both. The first of equal ones is kept.
#[inline(always)]
pub(super) fn union<T: Coordinate>(a: Ends<T>, b: Ends<T>) -> Ends<T> {
    [
        if b[0] < a[0] { b[0] } else { a[0] },
        if b[1] > a[1] { b[1] } else { a[1] },
    ]
}

/// The range of all nodes, as numbers; `None` of gaps alone.
pub(super) fn whole<T: Coordinate>(nodes: &[Ends<T>]) -> Option<[f64; 2]> {
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
fn vertex<T: Coordinate>(value: T) -> Ends<T> {
    match value.is_place() {
        true => [value; 2],
        false => nothing(),
    }
}
