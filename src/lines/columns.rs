//! Curves whose x never falls, by columns of pixels. Twin: [`reference::lines`](crate::reference::lines).

use rayon::prelude::*;

use super::levels::extremes;
use super::{FEW, LIFT, Reduced, Store};
use crate::points::Coordinate;
use crate::view::plane::Plane;

/// Columns that a thread looks at together.
const TOGETHER: usize = 256;

pub(super) fn reduce<T: Coordinate>(
    store: &Store<T>,
    plane: &Plane,
    [w, _]: [u32; 2],
    reach: f64,
) -> Reduced {
    let columns = [-reach.ceil(), f64::from(w) + reach.ceil()];
    let parts: Vec<Vec<Part>> = (0..store.ends.len())
        .into_par_iter()
        .map(|curve| parts(store, plane, curve, columns))
        .collect();
    let in_view = parts
        .iter()
        .map(|parts| parts.last().map_or(0, |last| last.end - parts[0].first))
        .sum();
    let curves = parts.into_par_iter().enumerate().map(|(curve, parts)| {
        let found: Vec<Vec<usize>> = parts
            .into_par_iter()
            .map(|part| part.reduce(store, plane, curve))
            .collect();
        found.concat()
    });
    Reduced {
        curves: curves.collect(),
        in_view,
        max_px: 0.0,
    }
}

/// Vertices of whole columns, and the one on either side of the view.
struct Part {
    first: usize,
    end: usize,
}

/// The vertices in view, cut between columns, and with them the nearest on either side.
fn parts<T: Coordinate>(store: &Store<T>, plane: &Plane, curve: usize, [left, right]: [f64; 2]) -> Vec<Part> {
    let (start, end) = (store.start(curve), store.ends[curve]);
    let before = |px: f64, from: usize| partition(from, end, |i| px_of(store, plane, start, i) < px);
    let first = before(left, start);
    let last = before(right, first);
    let (first, last) = (first.saturating_sub(1).max(start), (last + 1).min(end));
    if first >= last {
        return Vec::new();
    }
    let width = right - left;
    let count = match last - first > 4 * TOGETHER {
        true => (width / TOGETHER as f64).ceil().max(1.0) as usize,
        false => 1,
    };
    let mut cuts = vec![first];
    for part in 1..count {
        let px = (left + width * part as f64 / count as f64).floor();
        let cut = before(px, cuts[part - 1]);
        cuts.push(cut.clamp(cuts[part - 1], last));
    }
    cuts.push(last);
    let part = |ends: &[usize]| Part {
        first: ends[0],
        end: ends[1],
    };
    cuts.windows(2).map(part).collect()
}

impl Part {
    fn reduce<T: Coordinate>(&self, store: &Store<T>, plane: &Plane, curve: usize) -> Vec<usize> {
        let start = store.start(curve);
        let px = |i: usize| px_of(store, plane, start, i);
        let mut found = Vec::new();
        let (mut a, mut before) = (self.first, 1);
        while a < self.end {
            let next = px(a).floor() + 1.0;
            // It is likely to be as long as the one before.
            let b = near(a + 1, self.end, before - 1, |i| px(i) < next);
            column(store, a, b, &mut found);
            (before, a) = (b - a, b);
        }
        found
    }
}

/// The vertices that stand for `a .. b`.
fn column<T: Coordinate>(store: &Store<T>, a: usize, b: usize, found: &mut Vec<usize>) {
    let is_vertex = |i: usize| store.y[i].is_place();
    let of = |i: usize| if is_vertex(i) { i } else { LIFT };
    if b - a <= FEW {
        found.extend((a..b).map(of));
        return;
    }
    let Some([least, greatest]) = extremes(&store.levels, &store.y, a, b) else {
        found.push(LIFT);
        return;
    };
    let all = [of(a), least.min(greatest), least.max(greatest), of(b - 1)];
    for (k, &i) in all.iter().enumerate() {
        if i == LIFT || !all[..k].contains(&i) {
            found.push(i);
        }
    }
}

#[inline(always)]
fn px_of<T: Coordinate>(store: &Store<T>, plane: &Plane, start: usize, number: usize) -> f64 {
    (store.x_at(start, number) - plane.corner[0]) * plane.px_per_unit[0]
}

/// The first of `from .. end` of which `is_before` is no longer true.
fn partition(from: usize, end: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut a, mut b) = (from, end);
    while a < b {
        let middle = a + (b - a) / 2;
        match is_before(middle) {
            true => a = middle + 1,
            false => b = middle,
        }
    }
    a
}

/// The same where it is about `guess` after `from`.
pub(super) fn near(from: usize, end: usize, guess: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut a, mut b) = (from, end);
    let mut step = 1;
    let mut at = from.saturating_add(guess);
    if at < end && is_before(at) {
        while at < end && is_before(at) {
            a = at + 1;
            at = at.saturating_add(step);
            step *= 2;
        }
        b = b.min(at);
    } else {
        b = b.min(at);
        while b > a {
            at = b.saturating_sub(step).max(a);
            if is_before(at) {
                a = at + 1;
                break;
            }
            b = at;
            step *= 2;
        }
    }
    partition(a, b, is_before)
}
