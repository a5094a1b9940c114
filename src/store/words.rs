//! Nodes as the device stores them: one word of `i16`, three of `f32`; see [`NODE_WORDS`].

use crate::abi::{NODE_WORDS, Node, Sample};
use crate::source::Dtype;

/// Words of a node.
pub(super) fn node_words(dtype: Dtype) -> usize {
    NODE_WORDS[usize::from(dtype == Dtype::F32)] as usize
}

/// The words of nodes, one after another.
pub(super) fn words_of(dtype: Dtype, nodes: &[Node]) -> Vec<u32> {
    match dtype {
        Dtype::I16 => nodes.iter().map(|&node| i16::words(node)[0]).collect(),
        Dtype::F32 => nodes.iter().flat_map(|&node| f32::words(node)).collect(),
    }
}

/// The words of `count` nodes of nothing.
pub(super) fn empty_words(dtype: Dtype, count: usize) -> Vec<u32> {
    words_of(dtype, &vec![Node::EMPTY; count])
}

/// Makes of each node of `into` the union of itself and that of `from`.
pub(super) fn unite(dtype: Dtype, into: &mut [u32], from: &[u32]) {
    match dtype {
        Dtype::I16 => {
            for (into, from) in into.iter_mut().zip(from) {
                let halves = |word: u32| (word as i16, (word >> 16) as i16);
                let ((a, b), (c, d)) = (halves(*into), halves(*from));
                *into = u32::from(a.min(c) as u16) | u32::from(b.max(d) as u16) << 16;
            }
        }
        Dtype::F32 => {
            for (into, from) in into.chunks_exact_mut(3).zip(from.chunks_exact(3)) {
                into[0] = (into[0] as i32).min(from[0] as i32) as u32;
                into[1] = (into[1] as i32).max(from[1] as i32) as u32;
                into[2] |= from[2];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_of_words_is_that_of_nodes() {
        let node = |lo, hi, gap| Node { lo, hi, gap };
        let a = [node(-5, 3, false), Node::EMPTY, node(7, 9, true)];
        let b = [node(-2, 30_000, false), node(1, 2, false), Node::EMPTY];
        for dtype in [Dtype::I16, Dtype::F32] {
            let mut words = words_of(dtype, &a);
            unite(dtype, &mut words, &words_of(dtype, &b));
            let wanted: Vec<Node> = a.iter().zip(b).map(|(a, b)| a.union(b)).collect();
            assert_eq!(words, words_of(dtype, &wanted), "{dtype:?}");
        }
    }
}
