//! A column by brute force: every sample in it, and the values interpolated at its edges.

use std::ops::Range;

use super::pyramid::node;
use crate::abi::{
    Column, Edge, FLAG_ABSENT, FLAG_GAP, LEAF, Node, Sample, f32_from_key, interpolate, key_from_f32,
};
use crate::source::Block;

/// The column of no sample.
pub const EMPTY: Column = Column {
    lo: f32::INFINITY,
    hi: f32::NEG_INFINITY,
    flags: 0,
};

/// The range of the polyline through `channel` between two edges, given in samples; both ends belong to it.
pub fn column<T: Sample>(samples: &Block<'_, T>, channel: usize, left: Edge, right: Edge) -> Column {
    let mut range = Node::EMPTY;
    if left == right {
        return finish(range);
    }
    let first = left.index as usize + usize::from(left.fraction > 0.0);
    for t in first..=right.index as usize {
        range = range.union(float_node(samples.at(channel, t)));
    }
    for edge in [left, right] {
        range = range.union(at_edge(samples, channel, edge));
    }
    finish(range)
}

/// The same, with edges that are boundaries of nodes of `node_samples` samples: the closed span of nodes
/// `left .. right`, as far as it exists.
pub fn column_of_nodes<T: Sample>(
    samples: &Block<'_, T>,
    channel: usize,
    node_samples: usize,
    nodes: Range<u32>,
) -> Column {
    let mut range = Node::EMPTY;
    if nodes.is_empty() {
        return finish(range);
    }
    for t in nodes.start as usize * node_samples..=nodes.end as usize * node_samples {
        if t < samples.len {
            range = range.union(float_node(samples.at(channel, t)));
        }
    }
    finish(range)
}

/// The same where raw samples are absent: the leaves around.
pub fn column_of_leaves<T: Sample>(
    samples: &Block<'_, T>,
    channel: usize,
    left: Edge,
    right: Edge,
) -> Column {
    let leaves = (samples.len as u32).div_ceil(LEAF);
    let near = |edge: Edge| match edge.index + 1 >= samples.len as u32 {
        true => leaves,
        false => (edge.index + LEAF / 2) / LEAF,
    };
    if left == right {
        return EMPTY;
    }
    let (mut a, mut b) = (near(left), near(right));
    if a >= b {
        a = left.index / LEAF;
        b = a + 1;
    }
    let mut column = column_of_nodes(samples, channel, LEAF as usize, a..b);
    column.flags |= FLAG_ABSENT;
    column
}

fn at_edge<T: Sample>(samples: &Block<'_, T>, channel: usize, edge: Edge) -> Node {
    let i = edge.index as usize;
    if edge.fraction == 0.0 || i + 1 >= samples.len {
        return Node::EMPTY;
    }
    match (samples.at(channel, i).value(), samples.at(channel, i + 1).value()) {
        (Some(a), Some(b)) => {
            key_from_f32(interpolate(a, b, edge.fraction)).map_or(Node::EMPTY, |key| Node {
                lo: key,
                hi: key,
                gap: false,
            })
        }
        _ => Node {
            gap: true,
            ..Node::EMPTY
        },
    }
}

/// The node of a sample's value as a float, whatever its type.
fn float_node<T: Sample>(sample: T) -> Node {
    node(sample.value().unwrap_or(f32::NAN))
}

fn finish(node: Node) -> Column {
    let flags = if node.gap { FLAG_GAP } else { 0 };
    if node.lo > node.hi {
        return Column { flags, ..EMPTY };
    }
    Column {
        lo: f32_from_key(node.lo),
        hi: f32_from_key(node.hi),
        flags,
    }
}
