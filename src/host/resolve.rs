//! A column's lowest and highest value, from nodes or from raw samples. Twin: `reference::resolve`.

use bytemuck::cast_slice;

use super::fold::{Between, HostSample, Range, between_all};
use super::{Frame, Level, Pages};
use crate::abi::{
    Column, Edge, FANOUT, FANOUT_SHIFT, FLAG_ABSENT, FLAG_GAP, LEAF, LEAF_SHIFT, Lane, MODE_RAW, RUN,
    RUN_SHIFT, TILE, interpolate,
};
use crate::pyramid::host::node_of;
use crate::wide::{prefetch, wide};

/// Samples that are read one and all; of more, those inside are read as runs.
const FEW_SAMPLES: usize = 3 * RUN as usize;

/// Of more samples, edges are looked at only where they show.
const MANY_SAMPLES: u32 = 4 * RUN;

/// Columns of a lane, of which column `first` of the plan is the first.
pub(super) fn columns<T: HostSample>(frame: &Frame<'_>, lane: &Lane, first: usize, columns: &mut [Column]) {
    let edges = &frame.plan.edges[first..=first + columns.len()];
    match frame.plan.mode {
        MODE_RAW => from_samples::<T>(frame, lane.channel as usize, edges, columns),
        _ => from_nodes::<T>(frame, lane.channel as usize, edges, columns),
    }
}

// Two functions rather than one: each is compiled as well as can be only where it is not too long.
wide! {
    fn from_nodes<T: HostSample>(frame: &Frame<'_>, channel: usize, edges: &[Edge], columns: &mut [Column]) = columns_of_nodes::<T>
}
wide! {
    fn from_samples<T: HostSample>(frame: &Frame<'_>, channel: usize, edges: &[Edge], columns: &mut [Column]) = columns_of_samples::<T>
}

/// All fine nodes of a column are read, some 64 at most. To read the coarse ones in between instead takes more than twice as long: short
/// reads that begin somewhere cost more than a long one. They stand in where fine ones are absent.
#[inline(always)]
fn columns_of_nodes<T: HostSample>(
    frame: &Frame<'_>,
    channel: usize,
    edges: &[Edge],
    columns: &mut [Column],
) {
    let (fine, coarse) = (&frame.fine, &frame.coarse);
    for (column, edges) in columns.iter_mut().zip(edges.windows(2)) {
        let (a, b) = (edges[0].index, edges[1].index);
        let mut range = Range::NOTHING;
        fine.take::<T>(&mut range, channel, a, b);
        if range.absent {
            coarse.take::<T>(&mut range, channel, a.div_ceil(FANOUT), b >> FANOUT_SHIFT);
        }
        *column = T::column(range, [Between::NOTHING; 2]);
    }
}

#[inline(always)]
fn columns_of_samples<T: HostSample>(
    frame: &Frame<'_>,
    channel: usize,
    edges: &[Edge],
    columns: &mut [Column],
) {
    let mut i = 0;
    while i < columns.len() {
        let page = edges[i].index >> frame.pages.shift;
        let row = frame.pages.row::<T>(channel, page << frame.pages.shift);
        let inside = edges[i + 1..].partition_point(|edge| edge.index >> frame.pages.shift == page);
        if inside == 0 || row.is_empty() {
            let end = i + inside.max(1);
            for (column, edges) in columns[i..end].iter_mut().zip(edges[i..=end].windows(2)) {
                *column = of_samples::<T>(frame, channel, [edges[0], edges[1]]);
            }
            i = end;
        } else {
            let few = inside.min(TILE as usize);
            of_row(frame, channel, row, &edges[i..=i + few], &mut columns[i..i + few]);
            i += few;
        }
    }
}

/// Columns that lie in one page, at most [`TILE`], from a channel's row of it: in steps that each do one thing to all of
/// them, of which those without branches take several columns at a time.
#[inline(always)]
fn of_row<T: HostSample>(
    frame: &Frame<'_>,
    channel: usize,
    row: &[T],
    edges: &[Edge],
    columns: &mut [Column],
) {
    const MOST: usize = TILE as usize;
    let pages = &frame.pages;
    if T::BOUNDED
        && edges
            .windows(2)
            .all(|edges| edges[1].index - edges[0].index > MANY_SAMPLES)
    {
        return of_runs(frame, channel, row, edges, columns);
    }
    let (mut a, mut b, mut t) = ([0.0; MOST + 1], [0.0; MOST + 1], [0.0; MOST + 1]);
    let runs = pages.runs_of::<T>(channel, edges[0].index);
    // What is read on either side of an edge is then far from what is read before, and all of it can be under way at once.
    let far = (edges[columns.len()].index - edges[0].index) as usize > columns.len() * FEW_SAMPLES;
    for (k, edge) in edges.iter().enumerate() {
        let at = pages.within(edge.index);
        if far {
            prefetch(row, at.saturating_sub(RUN as usize));
            prefetch(row, at + RUN as usize);
            prefetch(runs, (at >> RUN_SHIFT) * T::WORDS);
        }
        a[k] = row[at].value().unwrap_or(f32::NAN);
        b[k] = row[at + 1].value().unwrap_or(f32::NAN);
        t[k] = match edge.index + 1 < pages.samples {
            true => edge.fraction,
            false => 0.0,
        };
    }
    let (between, gaps) = between_all(&a, &b, &t);
    let (mut lo, mut hi, mut gap) = ([0.0; MOST], [0.0; MOST], [0; MOST]);
    for (k, edges) in edges.windows(2).enumerate() {
        let first = edges[0].index + u32::from(edges[0].fraction > 0.0);
        let (at, end) = (pages.within(edges[0].index), pages.within(edges[1].index) + 1);
        let samples = &row[(at + (first - edges[0].index) as usize).min(end)..end];
        let node = match samples.len() <= FEW_SAMPLES {
            true => node_of(samples),
            false => {
                let mut range = Range::NOTHING;
                T::take_samples(&mut range, &samples[..RUN as usize]);
                T::take_nodes(&mut range, pages.runs::<T>(channel, first, samples.len()));
                T::take_samples(&mut range, &samples[samples.len() - RUN as usize..]);
                range.node
            }
        };
        (lo[k], hi[k]) = T::values(node);
        gap[k] = u32::from(node.gap);
    }
    for k in 0..MOST {
        for side in [k, k + 1] {
            lo[k] = if between[side] < lo[k] {
                between[side]
            } else {
                lo[k]
            };
            hi[k] = if between[side] > hi[k] {
                between[side]
            } else {
                hi[k]
            };
            gap[k] |= gaps[side];
        }
    }
    for (k, (column, edges)) in columns.iter_mut().zip(edges.windows(2)).enumerate() {
        *column = match edges[0] == edges[1] {
            true => T::column(Range::NOTHING, [Between::NOTHING; 2]),
            false => Column {
                lo: lo[k],
                hi: hi[k],
                flags: gap[k] * FLAG_GAP,
            },
        };
    }
}

/// The same of columns of more than [`MANY_SAMPLES`] samples each, all of which have runs of their own. The samples at an edge show only
/// where the run that they are in is lower or higher than all of those: of noise 26 runs wide, in one column of seven. Those
/// alone are read, and all of these reads are under way at once.
#[inline(always)]
fn of_runs<T: HostSample>(
    frame: &Frame<'_>,
    channel: usize,
    row: &[T],
    edges: &[Edge],
    columns: &mut [Column],
) {
    let pages = &frame.pages;
    let runs = pages.runs_of::<T>(channel, edges[0].index);
    let run = |at: usize| runs.get(at * T::WORDS..(at + 1) * T::WORDS);
    // Runs of which all samples exist.
    let page = edges[0].index as usize >> pages.shift << pages.shift;
    let whole = (pages.samples as usize - page) >> RUN_SHIFT;
    let mut shows = [[false; 2]; TILE as usize];
    for (k, (column, edges)) in columns.iter_mut().zip(edges.windows(2)).enumerate() {
        let inner = Inner::of(pages, edges);
        let mut range = Range::NOTHING;
        T::take_nodes(
            &mut range,
            &runs[inner.runs.start * T::WORDS..inner.runs.end * T::WORDS],
        );
        let beyond = |at: usize| match run(at).filter(|_| at < whole) {
            Some(words) => {
                let mut edge = Range::NOTHING;
                T::take_nodes(&mut edge, words);
                edge.node.lo < range.node.lo || edge.node.hi > range.node.hi
            }
            None => true,
        };
        // The samples on both sides of an edge are in this run, or else in this one and in one of the column's own.
        shows[k] = [beyond(inner.left >> RUN_SHIFT), beyond(inner.runs.end)];
        for (at, shows) in [inner.left, inner.end].into_iter().zip(shows[k]) {
            if shows {
                prefetch(row, at);
            }
        }
        *column = T::column(range, [Between::NOTHING; 2]);
    }
    for (k, (column, edges)) in columns.iter_mut().zip(edges.windows(2)).enumerate() {
        let inner = Inner::of(pages, edges);
        let sides = [
            (inner.first..inner.runs.start << RUN_SHIFT, edges[0]),
            (inner.runs.end << RUN_SHIFT..inner.end, edges[1]),
        ];
        for ((samples, edge), shows) in sides.into_iter().zip(shows[k]) {
            if shows {
                let mut range = Range::NOTHING;
                T::take_samples(&mut range, &row[samples]);
                let there = T::column(range, [at_edge::<T>(frame, channel, edge), Between::NOTHING]);
                column.lo = column.lo.min(there.lo);
                column.hi = column.hi.max(there.hi);
            }
        }
    }
}

/// What of a page's row is in a column.
struct Inner {
    /// The sample at or before its left edge.
    left: usize,
    /// Its first sample, and the one after its last.
    first: usize,
    end: usize,
    /// The runs that are wholly in it.
    runs: std::ops::Range<usize>,
}

impl Inner {
    #[inline(always)]
    fn of(pages: &Pages<'_>, edges: &[Edge]) -> Self {
        let left = pages.within(edges[0].index);
        let first = left + usize::from(edges[0].fraction > 0.0);
        let end = pages.within(edges[1].index) + 1;
        Self {
            left,
            first,
            end,
            runs: first.div_ceil(RUN as usize)..end >> RUN_SHIFT,
        }
    }
}

impl Level<'_> {
    /// Takes nodes `a .. b` of a channel, as far as they exist.
    #[inline(always)]
    fn take<T: HostSample>(&self, range: &mut Range, channel: usize, a: u32, b: u32) {
        let (mut at, end) = (self.first + a, self.first + b.min(self.count));
        while at < end {
            let start = at >> self.shift << self.shift;
            let next = end.min(start + (1 << self.shift));
            match self.blocks.get((at >> self.shift) as usize) {
                Some(Some(words)) => {
                    let row = channel * self.stride + (at - start) as usize;
                    T::take_nodes(range, &words[row * T::WORDS..][..(next - at) as usize * T::WORDS]);
                }
                _ => range.absent = true,
            }
            at = next;
        }
    }
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

    /// All runs of a channel in the page of sample `i`; nothing where absent.
    #[inline(always)]
    fn runs_of<T: HostSample>(&self, channel: usize, i: u32) -> &'a [u32] {
        let Some(page) = self.of(i) else { return &[] };
        let each = ((1 << self.shift) >> RUN_SHIFT) * T::WORDS;
        &cast_slice::<u8, u32>(page)[self.runs..][channel * each..(channel + 1) * each]
    }

    /// The whole runs of sample `i` and the `len − 1` after it, in its page.
    #[inline(always)]
    fn runs<T: HostSample>(&self, channel: usize, i: u32, len: usize) -> &'a [u32] {
        let at = self.within(i);
        let (a, b) = (at.div_ceil(RUN as usize), (at + len) >> RUN_SHIFT);
        self.runs_of::<T>(channel, i)
            .get(a * T::WORDS..b * T::WORDS)
            .unwrap_or(&[])
    }
}

#[inline(always)]
fn of_samples<T: HostSample>(frame: &Frame<'_>, channel: usize, [left, right]: [Edge; 2]) -> Column {
    let (pages, mut range) = (&frame.pages, Range::NOTHING);
    if left == right {
        return T::column(range, [Between::NOTHING; 2]);
    }
    let (mut first, end) = (left.index + u32::from(left.fraction > 0.0), right.index + 1);
    if pages.of(left.index).is_none() || pages.of(right.index).is_none() {
        return of_leaves::<T>(frame, channel, left, right);
    }
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
    let between = [
        at_edge::<T>(frame, channel, left),
        at_edge::<T>(frame, channel, right),
    ];
    T::column(range, between)
}

/// The value at an edge that lies between two samples.
#[inline(always)]
fn at_edge<T: HostSample>(frame: &Frame<'_>, channel: usize, edge: Edge) -> Between {
    if edge.fraction == 0.0 || edge.index + 1 >= frame.pages.samples {
        return Between::NOTHING;
    }
    let &[a, b, ..] = frame.pages.row::<T>(channel, edge.index) else {
        return Between::NOTHING;
    };
    match (a.value(), b.value()) {
        (Some(a), Some(b)) => Between::of(interpolate(a, b, edge.fraction)),
        _ => Between::GAP,
    }
}

/// The column of the leaves that stand in for absent samples between two edges.
#[inline(always)]
fn of_leaves<T: HostSample>(frame: &Frame<'_>, channel: usize, left: Edge, right: Edge) -> Column {
    let near = |edge: Edge| match edge.index + 1 >= frame.pages.samples {
        true => frame.fine.count,
        false => (edge.index + LEAF / 2) >> LEAF_SHIFT,
    };
    let (a, b) = match (near(left), near(right)) {
        (a, b) if a < b => (a, b),
        _ => (left.index >> LEAF_SHIFT, (left.index >> LEAF_SHIFT) + 1),
    };
    let mut range = Range::NOTHING;
    frame.fine.take::<T>(&mut range, channel, a, b);
    let column = T::column(range, [Between::NOTHING; 2]);
    Column {
        flags: column.flags | FLAG_ABSENT,
        ..column
    }
}
