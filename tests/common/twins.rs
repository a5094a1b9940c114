//! Holds what a frame left on the device to the plain twins, bit for bit.

use std::ops::Range;

use galvani::abi::{Column, FLAG_ABSENT, LEAF, MODE_RAW, Node, Sample, TILE};
use galvani::pyramid::Geometry;
use galvani::reference::{self, resolve};
use galvani::renderer::Inspection;
use galvani::source::{Block, Owned, Samples, Source};
use galvani::store::Recording;

/// The words of nodes as the device stores them.
pub(crate) fn stored<T: Sample>(nodes: &[Node]) -> Vec<u32> {
    let words = |node: &Node| match T::F32 {
        0 => {
            let (lo, hi) = (node.lo as i16, node.hi as i16);
            vec![u32::from(lo as u16) | u32::from(hi as u16) << 16]
        }
        _ => vec![node.lo as u32, node.hi as u32, node.gap.into()],
    };
    nodes.iter().flat_map(words).collect()
}

/// Every level of a recording, `block` being all of its samples.
pub(crate) fn check_levels<T: Sample>(recording: &Recording<'_>, block: &Block<'_, T>, what: &str) {
    let twins: Vec<_> = (0..block.channels)
        .map(|channel| reference::pyramid::levels(block, channel))
        .collect();
    let levels = recording.geometry().levels();
    assert_eq!(levels, twins[0].len(), "{what}: levels");
    for level in 0..levels {
        let wanted: Vec<u32> = twins.iter().flat_map(|twin| stored::<T>(&twin[level])).collect();
        let found = recording.read_level(level).expect("a level");
        assert_eq!(found.len(), wanted.len(), "{what}: words of level {level}");
        if let Some(at) = (0..wanted.len()).find(|&i| found[i] != wanted[i]) {
            let (found, wanted) = (found[at], wanted[at]);
            panic!("{what}: level {level}, word {at}: {found:#x}, not {wanted:#x}");
        }
    }
}

/// Each column of each lane that the last frame drew. `span`: what is open of the source. Where leaves stand in, the
/// column says so itself; whether any may is `absent`.
pub(crate) fn check_columns(
    source: &dyn Source,
    span: Range<u64>,
    seen: &Inspection,
    absent: bool,
    what: &str,
) {
    let samples = Around::new(source, span, seen);
    let Some(samples) = samples else { return };
    match samples.owned.samples() {
        Samples::I16(block) => check_block(&block, seen, absent, what),
        Samples::F32(block) => check_block(&block, seen, absent, what),
    }
}

/// The samples that a frame's columns are made of.
pub(crate) struct Around {
    pub(crate) owned: Owned,
    /// Of the first sample, in the view's samples.
    pub(crate) first: u64,
}

impl Around {
    /// `None` where the frame has no columns.
    pub(crate) fn new(source: &dyn Source, span: Range<u64>, seen: &Inspection) -> Option<Self> {
        let plan = &seen.plan;
        if plan.data.is_empty() {
            return None;
        }
        let last = u64::from(plan.edges.last().expect("there are edges").index);
        let page_shift = seen.pushes.resolve.page_shift;
        let (first, count) = if plan.mode == MODE_RAW {
            (plan.pages.start << page_shift, last + 4 * u64::from(LEAF))
        } else {
            let shift = Geometry::node_shift(plan.level);
            (plan.origin << shift, (last << shift) + 1)
        };
        let first = span.start + first;
        let owned = Owned::read(source, first..span.end.min(first + count)).expect("samples");
        Some(Self { owned, first })
    }

    /// Samples of each channel.
    pub(crate) fn len(&self) -> usize {
        match self.owned.samples() {
            Samples::I16(block) => block.len,
            Samples::F32(block) => block.len,
        }
    }
}

fn check_block<T: Sample>(block: &Block<'_, T>, seen: &Inspection, absent: bool, what: &str) {
    let plan = &seen.plan;
    let node_samples = 1 << Geometry::node_shift(plan.level);
    for (index, lane) in seen.lanes.iter().enumerate() {
        let channel = lane.channel as usize;
        for c in plan.data.start * TILE..plan.data.end * TILE {
            let (left, right) = (plan.edges[c as usize], plan.edges[c as usize + 1]);
            let found = seen.column(index as u32, c);
            let wanted = if plan.mode != MODE_RAW {
                resolve::column_of_nodes(block, channel, node_samples, left.index..right.index)
            } else if found.flags & FLAG_ABSENT != 0 {
                resolve::column_of_leaves(block, channel, left, right)
            } else {
                resolve::column(block, channel, left, right)
            };
            assert!(
                absent || found.flags & FLAG_ABSENT == 0,
                "{what}: lane {index}, column {c}: samples are absent"
            );
            assert!(
                same(found, wanted),
                "{what}: lane {index}, column {c} of {left:?} to {right:?}: {found:?}, not {wanted:?}"
            );
        }
    }
}

pub(crate) fn same(a: Column, b: Column) -> bool {
    (a.lo.to_bits(), a.hi.to_bits(), a.flags) == (b.lo.to_bits(), b.hi.to_bits(), b.flags)
}
