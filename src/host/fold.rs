//! Ranges of samples and of nodes, many at a time, and the columns that come of them.

use crate::abi::{Column, FLAG_ABSENT, FLAG_GAP, NODE_WORDS, Node, f32_from_key, interpolate, key_from_f32};
use crate::pyramid::host::{Fold, node_of};
use crate::wide::range_of_halves;

/// The keys seen so far.
pub(super) struct Range {
    pub(super) node: Node,
    /// Whether nodes that were asked for are absent.
    pub(super) absent: bool,
}

impl Range {
    pub(super) const NOTHING: Self = Self {
        node: Node::EMPTY,
        absent: false,
    };

    #[inline(always)]
    fn take(&mut self, node: Node) {
        self.node = self.node.union(node);
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

/// For each edge the value a fraction `t` of the way from one sample to the next, NaN at the first itself, and whether
/// there is a gap instead.
#[inline(always)]
pub(super) fn between_all<const N: usize>(a: &[f32; N], b: &[f32; N], t: &[f32; N]) -> ([f32; N], [u32; N]) {
    let (mut values, mut gaps) = ([0.0; N], [0; N]);
    for k in 0..N {
        let value = interpolate(a[k], b[k], t[k]);
        // What `Between::of` does, without its branches.
        let kept = if value.abs() < f32::MIN_POSITIVE {
            0.0
        } else {
            value
        };
        values[k] = if t[k] == 0.0 { f32::NAN } else { kept };
        gaps[k] = u32::from(t[k] != 0.0) & (u32::from(a[k].is_nan()) | u32::from(b[k].is_nan()));
    }
    (values, gaps)
}

/// A sample as the host folds it.
pub(super) trait HostSample: Fold {
    /// Words of a node.
    const WORDS: usize = NODE_WORDS[Self::F32 as usize] as usize;
    /// Whether no sample is a gap, and what is interpolated between two is between them, rounding included.
    const BOUNDED: bool;

    /// Takes samples.
    #[inline(always)]
    fn take_samples(range: &mut Range, samples: &[Self]) {
        range.take(node_of(samples));
    }

    /// Takes nodes.
    fn take_nodes(range: &mut Range, words: &[u32]);

    /// The lowest and the highest value, the wrong way round where there are none.
    #[inline(always)]
    fn values(node: Node) -> (f32, f32) {
        match node.lo <= node.hi {
            true => (Self::value_of_key(node.lo), Self::value_of_key(node.hi)),
            false => (f32::INFINITY, f32::NEG_INFINITY),
        }
    }

    /// The column of what was taken, and of what lies between samples at its edges.
    #[inline(always)]
    fn column(Range { node, absent }: Range, between: [Between; 2]) -> Column {
        let (mut lo, mut hi) = Self::values(node);
        for Between { value, .. } in between {
            lo = if value < lo { value } else { lo };
            hi = if value > hi { value } else { hi };
        }
        let gap = node.gap | between[0].gap | between[1].gap;
        let flags = if gap { FLAG_GAP } else { 0 } | if absent { FLAG_ABSENT } else { 0 };
        Column { lo, hi, flags }
    }
}

impl HostSample for i16 {
    // The difference of two is exact in an `f32`, a part of it is no more than that, and neither is what it is added to.
    const BOUNDED: bool = true;

    #[inline(always)]
    fn take_nodes(range: &mut Range, words: &[u32]) {
        if words.is_empty() {
            return;
        }
        let (lo, hi) = range_of_halves(words);
        range.take(Self::between(lo, hi, false));
    }
}

impl HostSample for f32 {
    const BOUNDED: bool = false;

    #[inline(always)]
    fn take_nodes(range: &mut Range, words: &[u32]) {
        for &[lo, hi, gap] in words.as_chunks::<3>().0 {
            range.take(Node {
                lo: lo as i32,
                hi: hi as i32,
                gap: gap != 0,
            });
        }
    }
}
