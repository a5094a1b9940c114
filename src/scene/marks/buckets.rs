//! Where in sorted times a moment lies, found in as many steps wherever it is: counts at the edges of buckets of equal width, of which
//! each holds some four times where they are spread evenly.

use super::columns::{ahead, below};

/// Times in a bucket.
const MANY: usize = 4;

/// Times that are counted one by one rather than searched: seldom fewer than a bucket holds.
const FEW: usize = 8;

/// A group of events in the order of time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sorted<'a> {
    pub(super) times: &'a [f64],
    /// One for each, or none at all where none has any.
    pub(super) labels: &'a [u32],
    pub(super) buckets: Option<&'a Buckets>,
}

impl Sorted<'_> {
    /// How many lie below an edge, of which it is known that `from` do.
    pub(super) fn below(&self, edge: f64, from: usize) -> usize {
        match self.buckets {
            Some(buckets) => buckets.below(self.times, edge),
            None => from + ahead(&self.times[from..], edge),
        }
    }
}

/// Counts of sorted times by buckets.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Buckets {
    first: f64,
    per_sample: f64,
    /// Of each bucket, how many times lie in those before it; and one more for the end.
    before: Vec<u32>,
}

impl Buckets {
    /// Of times in order, all of them finite. Costs a byte a time.
    pub(super) fn new(times: &[f64]) -> Self {
        let (Some(&first), Some(&last)) = (times.first(), times.last()) else {
            return Self::default();
        };
        let count = times.len().div_ceil(MANY);
        let per_sample = match count as f64 / (last - first) {
            per_sample if per_sample.is_finite() => per_sample,
            _ => 0.0,
        };
        let mut buckets = Self {
            first,
            per_sample,
            before: vec![0; count + 1],
        };
        for &time in times {
            let bucket = buckets.of(time);
            buckets.before[bucket + 1] += 1;
        }
        for bucket in 0..count {
            buckets.before[bucket + 1] += buckets.before[bucket];
        }
        buckets
    }

    /// The bucket of a time: never one before that of an earlier time.
    fn of(&self, time: f64) -> usize {
        let last = self.before.len().saturating_sub(2);
        (((time - self.first) * self.per_sample) as usize).min(last)
    }

    /// How many of the times that it was made of lie below an edge.
    fn below(&self, times: &[f64], edge: f64) -> usize {
        let bucket = self.of(edge);
        let Some(&[start, end]) = self.before.get(bucket..bucket + 2) else {
            return 0;
        };
        let (start, end) = (start as usize, end as usize);
        // Always as many, wherever the bucket ends: later times are not below the edge. So nothing is to be guessed by the processor.
        let few = times[start..].first_chunk::<FEW>();
        let counted = few.map(|few| few.iter().map(|time| usize::from(*time < edge)).sum());
        start
            + counted
                .filter(|count| *count < FEW)
                .unwrap_or_else(|| below(&times[start..end], edge))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_a_search_finds() {
        let even: Vec<f64> = (0..1000).map(|i| f64::from(i) * 7.3).collect();
        let heaped: Vec<f64> = (0..500).map(|i| f64::from(i * i * i) - 1e6).collect();
        let equal = vec![5.0; 100];
        let apart = vec![-1e300, 0.0, 0.0, 1e300];
        for times in [even, heaped, equal, apart, vec![3.0], Vec::new()] {
            let buckets = Buckets::new(&times);
            let beside = |time: &f64| [time.next_down(), *time, time.next_up(), time + 0.7];
            let ends = [f64::NEG_INFINITY, f64::INFINITY, 0.0, f64::MIN, f64::MAX];
            for edge in times.iter().flat_map(beside).chain(ends) {
                assert_eq!(buckets.below(&times, edge), below(&times, edge), "{edge}");
            }
        }
    }
}
