//! Ranges of samples and of nodes, many at a time.
//!
//! Minimum and maximum may take a value twice, so that a stretch which is no whole number of vectors ends with one that
//! overlaps the one before, and nothing is done one by one but in stretches shorter than a vector.

use crate::abi::{Column, FLAG_ABSENT, FLAG_GAP, NODE_WORDS, f32_from_key, key_from_f32};
use crate::pyramid::host::Fold;

/// The keys seen so far; empty where `lo > hi`.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) lo: i32,
    pub(super) hi: i32,
    pub(super) gap: bool,
    /// Whether nodes that were asked for are absent.
    pub(super) absent: bool,
}

impl Range {
    pub(super) const NOTHING: Self = Self {
        lo: i32::MAX,
        hi: i32::MIN,
        gap: false,
        absent: false,
    };

    #[inline(always)]
    fn take(&mut self, lo: i32, hi: i32) {
        self.lo = self.lo.min(lo);
        self.hi = self.hi.max(hi);
    }
}

/// What lies between two samples: a value, NaN where there is none.
#[derive(Clone, Copy)]
pub(super) struct Between {
    value: f32,
    gap: bool,
}

impl Between {
    pub(super) const NOTHING: Self = Self {
        value: f32::NAN,
        gap: false,
    };
    pub(super) const GAP: Self = Self {
        value: f32::NAN,
        gap: true,
    };

    #[inline(always)]
    pub(super) fn of(value: f32) -> Self {
        Self {
            value: key_from_f32(value).map_or(f32::NAN, f32_from_key),
            gap: false,
        }
    }
}

/// A sample as the host folds it.
pub(super) trait HostSample: Fold {
    /// Words of a node.
    const WORDS: usize = NODE_WORDS[Self::F32 as usize] as usize;

    /// Takes samples.
    fn take_samples(range: &mut Range, samples: &[Self]);

    /// Takes nodes.
    fn take_nodes(range: &mut Range, words: &[u32]);

    /// The column of what was taken, and of what lies between samples at its edges.
    #[inline(always)]
    fn column(range: Range, between: [Between; 2]) -> Column {
        let (mut lo, mut hi) = (f32::INFINITY, f32::NEG_INFINITY);
        if range.lo <= range.hi {
            (lo, hi) = (Self::value_of_key(range.lo), Self::value_of_key(range.hi));
        }
        for Between { value, .. } in between {
            lo = if value < lo { value } else { lo };
            hi = if value > hi { value } else { hi };
        }
        let gap = range.gap | between[0].gap | between[1].gap;
        let flags = if gap { FLAG_GAP } else { 0 } | if range.absent { FLAG_ABSENT } else { 0 };
        Column { lo, hi, flags }
    }
}

impl HostSample for i16 {
    #[inline(always)]
    fn take_samples(range: &mut Range, samples: &[Self]) {
        let (lo, hi) = folded(samples, |&x| x, |&x| x);
        if lo <= hi {
            range.take(lo.into(), hi.into());
        }
    }

    #[inline(always)]
    fn take_nodes(range: &mut Range, words: &[u32]) {
        let (lo, hi) = folded(words, |&word| word as Self, |&word| (word >> 16) as Self);
        if lo <= hi {
            range.take(lo.into(), hi.into());
        }
    }
}

impl HostSample for f32 {
    #[inline(always)]
    fn take_samples(range: &mut Range, samples: &[Self]) {
        // As integers, since floats have no order that a compiler may rearrange.
        let is_gap = |x: &Self| x.to_bits() & 0x7fff_ffff > 0x7f80_0000;
        let key = |x: &Self| {
            let bits = x.to_bits() as i32;
            bits ^ ((bits >> 31) & 0x7fff_ffff)
        };
        let low = |x: &Self| if is_gap(x) { i32::MAX } else { key(x) };
        let high = |x: &Self| if is_gap(x) { i32::MIN } else { key(x) };
        let (lo, hi) = folded(samples, low, high);
        range.gap |= samples.iter().fold(false, |gap, x| gap | is_gap(x));
        // Denormals count as 0, which keeps the order.
        let plain = |key: i32| key_from_f32(f32_from_key(key));
        if let (true, Some(lo), Some(hi)) = (lo <= hi, plain(lo), plain(hi)) {
            range.take(lo, hi);
        }
    }

    #[inline(always)]
    fn take_nodes(range: &mut Range, words: &[u32]) {
        for &[lo, hi, gap] in words.as_chunks::<3>().0 {
            range.take(lo as i32, hi as i32);
            range.gap |= gap != 0;
        }
    }
}

/// The least of what `low` and the most of what `high` makes of values.
///
/// Minima of a number of values that is fixed become a few instructions; accumulated from vector to vector in an array
/// they would not. A number that is no multiple ends with values that were taken before.
#[inline(always)]
fn folded<V, T: Ord + Copy + Bounded>(values: &[V], low: impl Fn(&V) -> T, high: impl Fn(&V) -> T) -> (T, T) {
    let few = |values: &[V]| {
        let lo = values.iter().fold(T::HIGHEST, |lo, x| lo.min(low(x)));
        let hi = values.iter().fold(T::LOWEST, |hi, x| hi.max(high(x)));
        (lo, hi)
    };
    let both = |a: (T, T), b: (T, T)| (a.0.min(b.0), a.1.max(b.1));
    if let Some(last) = values.last_chunk::<64>() {
        let whole = values.as_chunks::<64>().0.as_flattened();
        both(few(whole), few(last))
    } else if let Some(last) = values.last_chunk::<16>() {
        let whole = values.as_chunks::<16>().0;
        whole.iter().fold(few(last), |all, chunk| both(all, few(chunk)))
    } else if let (Some(first), Some(last)) = (values.first_chunk::<8>(), values.last_chunk::<8>()) {
        both(few(first), few(last))
    } else {
        few(values)
    }
}

/// Where folding starts.
trait Bounded {
    const HIGHEST: Self;
    const LOWEST: Self;
}

impl Bounded for i16 {
    const HIGHEST: Self = Self::MAX;
    const LOWEST: Self = Self::MIN;
}

impl Bounded for i32 {
    const HIGHEST: Self = Self::MAX;
    const LOWEST: Self = Self::MIN;
}
