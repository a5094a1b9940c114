//! The pyramid, sample by sample.

use crate::abi::{FANOUT, LEAF, Node, Sample};
use crate::source::Block;

/// Leaves of one channel: leaf `k` is the range of samples `64k ..= 64k + 64`, as far as they exist.
pub fn leaves<T: Sample>(samples: &Block<'_, T>, channel: usize) -> Vec<Node> {
    let leaf = LEAF as usize;
    (0..samples.len.div_ceil(leaf))
        .map(|k| {
            (leaf * k..=leaf * (k + 1))
                .take_while(|&t| t < samples.len)
                .map(|t| node(samples.at(channel, t)))
                .fold(Node::EMPTY, Node::union)
        })
        .collect()
}

/// The next level: each node is the union of eight.
#[must_use]
pub fn reduce(nodes: &[Node]) -> Vec<Node> {
    nodes
        .chunks(FANOUT as usize)
        .map(|children| children.iter().fold(Node::EMPTY, |a, b| a.union(*b)))
        .collect()
}

/// All levels of one channel, the leaves first, up to the one of a single node.
pub fn levels<T: Sample>(samples: &Block<'_, T>, channel: usize) -> Vec<Vec<Node>> {
    let mut levels = vec![leaves(samples, channel)];
    while let Some(last) = levels.last().filter(|level| level.len() > 1) {
        levels.push(reduce(last));
    }
    levels
}

/// The node of one sample.
pub fn node<T: Sample>(sample: T) -> Node {
    match sample.key() {
        Some(key) => Node {
            lo: key,
            hi: key,
            gap: false,
        },
        None => Node {
            gap: true,
            ..Node::EMPTY
        },
    }
}
