//! Ranges of samples and of nodes, many at a time.
//!
//! Minimum and maximum may take a value twice, so that a stretch which is no whole number of vectors ends with one that
//! overlaps the one before, and nothing is done one by one but in stretches shorter than a vector.

use crate::abi::{Column, FLAG_GAP, NODE_WORDS, f32_from_key, key_from_f32};
use crate::pyramid::host::Fold;

/// The keys seen so far; empty where `lo > hi`.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) lo: i32,
    pub(super) hi: i32,
    pub(super) gap: bool,
}

impl Range {
    pub(super) const NOTHING: Self = Self {
        lo: i32::MAX,
        hi: i32::MIN,
        gap: false,
    };

    #[inline(always)]
    fn take(&mut self, lo: i32, hi: i32) {
        self.lo = self.lo.min(lo);
        self.hi = self.hi.max(hi);
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

    /// The column of what was taken, and of what lies between samples, given by its float.
    #[inline(always)]
    fn column(range: Range, between: [Option<f32>; 2]) -> Column {
        let (mut lo, mut hi) = (f32::INFINITY, f32::NEG_INFINITY);
        if range.lo <= range.hi {
            (lo, hi) = (Self::value_of_key(range.lo), Self::value_of_key(range.hi));
        }
        for key in between.into_iter().flatten().filter_map(key_from_f32) {
            let value = f32_from_key(key);
            lo = if value < lo { value } else { lo };
            hi = if value > hi { value } else { hi };
        }
        let flags = if range.gap { FLAG_GAP } else { 0 };
        Column { lo, hi, flags }
    }
}

impl HostSample for i16 {
    #[inline(always)]
    fn take_samples(range: &mut Range, samples: &[Self]) {
        let (mut lo, mut hi) = (Self::MAX, Self::MIN);
        if let Some(last) = samples.last_chunk::<16>() {
            let (mut los, mut his) = (*last, *last);
            for values in samples.as_chunks::<16>().0 {
                for i in 0..16 {
                    los[i] = los[i].min(values[i]);
                    his[i] = his[i].max(values[i]);
                }
            }
            (lo, hi) = (folded(los, Self::min), folded(his, Self::max));
        } else if let (Some(first), Some(last)) = (samples.first_chunk::<8>(), samples.last_chunk::<8>()) {
            let (mut los, mut his) = (*first, *first);
            for i in 0..8 {
                los[i] = los[i].min(last[i]);
                his[i] = his[i].max(last[i]);
            }
            (lo, hi) = (folded(los, Self::min), folded(his, Self::max));
        } else {
            for &x in samples {
                (lo, hi) = (lo.min(x), hi.max(x));
            }
        }
        if lo <= hi {
            range.take(lo.into(), hi.into());
        }
    }

    #[inline(always)]
    fn take_nodes(range: &mut Range, words: &[u32]) {
        let low = |word: u32| i32::from(word as i16);
        let high = |word: u32| word as i32 >> 16;
        let (mut lo, mut hi) = (i32::MAX, i32::MIN);
        if let Some(last) = words.last_chunk::<8>() {
            let (mut los, mut his) = (last.map(low), last.map(high));
            for words in words.as_chunks::<8>().0 {
                for i in 0..8 {
                    los[i] = los[i].min(low(words[i]));
                    his[i] = his[i].max(high(words[i]));
                }
            }
            (lo, hi) = (folded(los, i32::min), folded(his, i32::max));
        } else {
            for &word in words {
                (lo, hi) = (lo.min(low(word)), hi.max(high(word)));
            }
        }
        range.take(lo, hi);
    }
}

impl HostSample for f32 {
    #[inline(always)]
    fn take_samples(range: &mut Range, samples: &[Self]) {
        let (mut lo, mut hi) = ([Self::INFINITY; 8], [Self::NEG_INFINITY; 8]);
        let mut gap = [0; 8];
        let mut take = |values: &[Self; 8]| {
            for i in 0..8 {
                let x = values[i];
                lo[i] = if x < lo[i] { x } else { lo[i] };
                hi[i] = if x > hi[i] { x } else { hi[i] };
                gap[i] |= x.gap_mask();
            }
        };
        match samples.last_chunk::<8>() {
            Some(last) => {
                samples.as_chunks::<8>().0.iter().for_each(&mut take);
                take(last);
            }
            None => {
                let Some(&first) = samples.first() else { return };
                let mut few = [first; 8];
                few[..samples.len()].copy_from_slice(samples);
                take(&few);
            }
        }
        let less = |a, b| if a < b { a } else { b };
        let more = |a, b| if a > b { a } else { b };
        let (lo, hi) = (folded(lo, less), folded(hi, more));
        range.gap |= folded(gap, |a, b| a | b) != 0;
        if let (true, Some(lo), Some(hi)) = (lo <= hi, key_from_f32(lo), key_from_f32(hi)) {
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

/// The fold of an array, by halves.
#[inline(always)]
fn folded<T: Copy, const N: usize>(mut values: [T; N], fold: impl Fn(T, T) -> T) -> T {
    let mut n = N / 2;
    while n > 0 {
        for i in 0..n {
            values[i] = fold(values[i], values[i + n]);
        }
        n /= 2;
    }
    values[0]
}
