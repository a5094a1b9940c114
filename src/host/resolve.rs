//! A column's lowest and highest value, from nodes or from raw samples. Twin: `reference::resolve`.

use bytemuck::cast_slice;

use super::fold::{HostSample, Range};
use super::{Frame, Level, Pages};
use crate::abi::{
    Column, Edge, FANOUT, FANOUT_SHIFT, FLAG_ABSENT, LEAF, LEAF_SHIFT, Lane, MODE_RAW, RUN, RUN_SHIFT,
    interpolate,
};

/// Fine nodes that are read one and all; of more, those inside are read from the coarse level.
const FEW_NODES: u32 = 32;
/// Samples that are read one and all; of more, those inside are read as runs.
const FEW_SAMPLES: usize = 3 * RUN as usize;

/// Column `c` of the plan, of a lane.
#[inline(always)]
pub(super) fn column<T: HostSample>(frame: &Frame<'_>, lane: &Lane, c: usize) -> Column {
    let (left, right) = (frame.plan.edges[c], frame.plan.edges[c + 1]);
    let channel = lane.channel as usize;
    match frame.plan.mode {
        MODE_RAW => of_samples::<T>(frame, channel, left, right),
        _ => {
            let mut range = Range::NOTHING;
            take_between::<T>(&mut range, frame, channel, left.index, right.index);
            T::column(range, [None; 2])
        }
    }
}

impl<'a> Level<'a> {
    /// Nodes `a .. b` of a channel, as far as they exist.
    #[inline(always)]
    fn nodes<T: HostSample>(&self, channel: usize, a: u32, b: u32) -> &'a [u32] {
        let first = (channel * self.stride + a as usize) * T::WORDS;
        let len = b.min(self.count).saturating_sub(a) as usize * T::WORDS;
        self.words.get(first..first + len).unwrap_or_default()
    }
}

/// Takes nodes `a .. b` of the fine level.
#[inline(always)]
fn take_between<T: HostSample>(range: &mut Range, frame: &Frame<'_>, channel: usize, a: u32, b: u32) {
    let fine = &frame.fine;
    let b = b.min(fine.count);
    if b.saturating_sub(a) <= FEW_NODES || frame.coarse.count == 0 {
        return T::take_nodes(range, fine.nodes::<T>(channel, a, b));
    }
    let coarse = (a.div_ceil(FANOUT), (b >> FANOUT_SHIFT).min(frame.coarse.count));
    T::take_nodes(range, fine.nodes::<T>(channel, a, coarse.0 << FANOUT_SHIFT));
    T::take_nodes(range, frame.coarse.nodes::<T>(channel, coarse.0, coarse.1));
    T::take_nodes(range, fine.nodes::<T>(channel, coarse.1 << FANOUT_SHIFT, b));
}

impl<'a> Pages<'a> {
    /// The page that holds sample `i`.
    #[inline(always)]
    fn of(&self, i: u32) -> Option<&'a [u8]> {
        self.of.get((i >> self.shift) as usize).copied().flatten()
    }

    /// Sample `i` and all after it of its page's row, the first sample of the next page included; nothing where absent.
    #[inline(always)]
    pub(super) fn row<T: HostSample>(&self, channel: usize, i: u32) -> &'a [T] {
        let Some(page) = self.of(i) else { return &[] };
        let from = channel * self.stride + self.within(i);
        let end = channel * self.stride + (1 << self.shift) + 1;
        &cast_slice::<u8, T>(&page[..self.runs * 4])[from..end]
    }

    /// Sample `i`'s place in its page.
    #[inline(always)]
    fn within(&self, i: u32) -> usize {
        i as usize & ((1 << self.shift) - 1)
    }

    /// The whole runs of sample `i` and the `len − 1` after it, in its page.
    #[inline(always)]
    fn runs<T: HostSample>(&self, channel: usize, i: u32, len: usize) -> &'a [u32] {
        let Some(page) = self.of(i) else { return &[] };
        let at = self.within(i);
        let row = channel * ((1 << self.shift) >> RUN_SHIFT);
        let (a, b) = (at.div_ceil(RUN as usize), (at + len) >> RUN_SHIFT);
        &cast_slice::<u8, u32>(page)[self.runs..][(row + a) * T::WORDS..(row + b) * T::WORDS]
    }
}

fn of_samples<T: HostSample>(frame: &Frame<'_>, channel: usize, left: Edge, right: Edge) -> Column {
    let (pages, mut range) = (&frame.pages, Range::NOTHING);
    if left == right {
        return T::column(range, [None; 2]);
    }
    if pages.of(left.index).is_none() || pages.of(right.index).is_none() {
        let (a, b) = leaves(frame, left, right);
        take_leaves::<T>(&mut range, frame, channel, a, b);
        let column = T::column(range, [None; 2]);
        return Column {
            flags: column.flags | FLAG_ABSENT,
            ..column
        };
    }
    let mut first = left.index + u32::from(left.fraction > 0.0);
    let end = right.index + 1;
    while first < end {
        let next = ((first >> pages.shift) + 1) << pages.shift;
        let len = (end.min(next) - first) as usize;
        let row = &pages.row::<T>(channel, first)[..len];
        if len <= FEW_SAMPLES {
            T::take_samples(&mut range, row);
        } else {
            T::take_samples(&mut range, &row[..RUN as usize]);
            T::take_nodes(&mut range, pages.runs::<T>(channel, first, len));
            T::take_samples(&mut range, &row[len - RUN as usize..]);
        }
        first += len as u32;
    }
    let between = [left, right].map(|edge| at_edge::<T>(frame, channel, edge, &mut range));
    T::column(range, between)
}

/// The value at an edge that lies between two samples.
#[inline(always)]
fn at_edge<T: HostSample>(frame: &Frame<'_>, channel: usize, edge: Edge, range: &mut Range) -> Option<f32> {
    if edge.fraction == 0.0 || edge.index + 1 >= frame.pages.samples {
        return None;
    }
    let row = frame.pages.row::<T>(channel, edge.index);
    match (row[0].value(), row[1].value()) {
        (Some(a), Some(b)) => Some(interpolate(a, b, edge.fraction)),
        _ => {
            range.gap = true;
            None
        }
    }
}

/// The leaves that stand in for absent samples between two edges.
fn leaves(frame: &Frame<'_>, left: Edge, right: Edge) -> (u32, u32) {
    let near = |edge: Edge| match edge.index + 1 >= frame.pages.samples {
        true => frame.fine.count,
        false => (edge.index + LEAF / 2) >> LEAF_SHIFT,
    };
    match (near(left), near(right)) {
        (a, b) if a < b => (a, b),
        _ => (left.index >> LEAF_SHIFT, (left.index >> LEAF_SHIFT) + 1),
    }
}

#[inline(always)]
fn take_leaves<T: HostSample>(range: &mut Range, frame: &Frame<'_>, channel: usize, a: u32, b: u32) {
    T::take_nodes(range, frame.fine.nodes::<T>(channel, a, b));
}
