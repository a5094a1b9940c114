//! When lasting events end: which of those that started before are still going on.

use std::ops::Range;

/// Nodes of one level that make a node of the next.
const FANOUT: usize = 16;

/// The ends of events in the order of their starts, and the latest of every 16, 256, … of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ends {
    levels: Vec<Vec<f64>>,
}

impl Ends {
    pub(super) fn new(ends: Vec<f64>) -> Self {
        let mut levels = vec![ends];
        while let Some(finest) = levels.last().filter(|level| level.len() > 1) {
            let latest = |ends: &[f64]| ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let next = finest.chunks(FANOUT).map(latest).collect();
            levels.push(next);
        }
        Self { levels }
    }

    pub(super) fn of(&self, i: usize) -> Option<f64> {
        self.levels[0].get(i).copied()
    }

    /// The latest end of those in a range; looks at 30 nodes a level at most.
    pub(super) fn latest(&self, range: Range<usize>) -> f64 {
        let Range { mut start, mut end } = range;
        let mut latest = f64::NEG_INFINITY;
        for level in &self.levels {
            while start < end && !start.is_multiple_of(FANOUT) {
                latest = latest.max(level[start]);
                start += 1;
            }
            while start < end && !end.is_multiple_of(FANOUT) {
                end -= 1;
                latest = latest.max(level[end]);
            }
            if start >= end {
                break;
            }
            (start, end) = (start / FANOUT, end / FANOUT);
        }
        latest
    }

    /// Those of the first `before` events that end after `time`, the last `most` of them, in order.
    pub(super) fn going_on(&self, before: usize, time: f64, most: usize) -> Vec<usize> {
        let mut found = Vec::new();
        self.descend(self.levels.len() - 1, 0, (before, time, most), &mut found);
        found.reverse();
        found
    }

    /// Looks below node `i` of a level, from the last event to the first.
    fn descend(
        &self,
        level: usize,
        i: usize,
        (before, time, most): (usize, f64, usize),
        found: &mut Vec<usize>,
    ) {
        let first = i * FANOUT.pow(level as u32);
        let ends_later = self.levels[level].get(i).is_some_and(|end| *end > time);
        if first >= before || !ends_later || found.len() >= most {
            return;
        }
        if level == 0 {
            found.push(i);
            return;
        }
        for below in (i * FANOUT..(i + 1) * FANOUT).rev() {
            self.descend(level - 1, below, (before, time, most), found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_one_by_one(
            ends in prop::collection::vec(0.0..100.0_f64, 0..600),
            a in 0..600_usize,
            b in 0..600_usize,
            time in 0.0..100.0_f64,
        ) {
            let tree = Ends::new(ends.clone());
            let (a, b) = (a.min(ends.len()), b.min(ends.len()));
            let range = a.min(b)..a.max(b);
            let latest = ends[range.clone()].iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert_eq!(tree.latest(range), latest);
            let wanted: Vec<usize> = (0..a).filter(|&i| ends[i] > time).collect();
            prop_assert_eq!(&tree.going_on(a, time, usize::MAX), &wanted);
            let last = tree.going_on(a, time, 3);
            prop_assert_eq!(&last[..], &wanted[wanted.len().saturating_sub(3)..]);
        }
    }
}
