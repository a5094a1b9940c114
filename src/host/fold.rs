//! Ranges of samples and of nodes, many at a time, and the columns that come of them.

use crate::abi::{Column, FLAG_ABSENT, FLAG_GAP, NODE_WORDS, Node, f32_from_key, key_from_f32};
use crate::pyramid::host::{Fold, in_vectors, node_of};

/// The keys seen so far.
pub(super) struct Range {
    node: Node,
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

/// A sample as the host folds it.
pub(super) trait HostSample: Fold {
    /// Words of a node.
    const WORDS: usize = NODE_WORDS[Self::F32 as usize] as usize;

    /// Takes samples.
    #[inline(always)]
    fn take_samples(range: &mut Range, samples: &[Self]) {
        range.take(node_of(samples));
    }

    /// Takes nodes.
    fn take_nodes(range: &mut Range, words: &[u32]);

    /// The column of what was taken, and of what lies between samples at its edges.
    #[inline(always)]
    fn column(Range { node, absent }: Range, between: [Between; 2]) -> Column {
        let (mut lo, mut hi) = (f32::INFINITY, f32::NEG_INFINITY);
        if node.lo <= node.hi {
            (lo, hi) = (Self::value_of_key(node.lo), Self::value_of_key(node.hi));
        }
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
    #[inline(always)]
    fn take_nodes(range: &mut Range, words: &[u32]) {
        let few = |words: &[u32]| {
            let lo = words.iter().fold(Self::MAX, |lo, &word| lo.min(word as Self));
            let hi = words
                .iter()
                .fold(Self::MIN, |hi, &word| hi.max((word >> 16) as Self));
            (lo, hi)
        };
        let (lo, hi) = in_vectors(words, few, |a, b| (a.0.min(b.0), a.1.max(b.1)));
        range.take(Self::between(lo, hi, false));
    }
}

impl HostSample for f32 {
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
