//! The host's builder: native SIMD on every core, no Vulkan at all.
//!
//! Samples may lie either way. A planar channel is folded along time, as integers whose minima a compiler may take in any
//! order. Interleaved ones are folded across channels, row by row, into an array of running minima as wide as several
//! vector registers; `a < b ? a : b` is one instruction for integers and floats alike, and for floats it drops NaN by
//! itself.

use crate::abi::{FANOUT, LEAF, Node, Sample, f32_from_key, key_from_f32};
use crate::source::{Block, Layout, Samples};

const LEAF_SAMPLES: usize = LEAF as usize;
/// Values folded side by side.
const WIDTH: usize = 32;

/// The levels of one page: level `l` is `levels[l]`, `[channels, nodes]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNodes {
    /// From the leaves up to the level of which the page is one node.
    pub levels: Vec<Vec<Node>>,
}

/// Builds the levels `0 ..= top` of a page of `len` samples.
///
/// `samples` holds the page's samples and, where the recording goes on, the first of the next page, which closes the
/// last leaf: its length is `len` or `len + 1`. Cost: one pass over the samples.
#[must_use]
pub fn build(samples: &Samples<'_>, len: usize, top: usize) -> PageNodes {
    let channels = match samples {
        Samples::I16(block) => block.channels,
        Samples::F32(block) => block.channels,
    };
    let mut levels = vec![match samples {
        Samples::I16(block) => wide_leaves(block, len),
        Samples::F32(block) => wide_leaves(block, len),
    }];
    while levels.len() <= top {
        let finer = &levels[levels.len() - 1];
        let each = finer.len() / channels;
        levels.push(finer.chunks_exact(each.max(1)).flat_map(reduce).collect());
    }
    PageNodes { levels }
}

/// The next level of one channel.
pub fn reduce(nodes: &[Node]) -> impl Iterator<Item = Node> + '_ {
    nodes
        .chunks(FANOUT as usize)
        .map(|children| children.iter().fold(Node::EMPTY, |a, b| a.union(*b)))
}

/// A sample that can be folded: what it compares as, its neutral elements, and whether it is a gap.
pub trait Fold: Sample + PartialOrd {
    /// An integer in the order of samples, whose minima a compiler may take in any order.
    type Order: Ord + Copy;
    /// What every minimum is below.
    const HIGHEST: Self;
    /// What every maximum is above.
    const LOWEST: Self;
    /// All bits set for a gap, none otherwise, so that the test needs no branch.
    fn gap_mask(self) -> u32;
    /// The order of a sample; a gap's lies outside those of all others.
    fn order(self) -> Self::Order;
    /// Whether a gap is among samples of these lowest and highest orders.
    fn is_broken(lo: Self::Order, hi: Self::Order) -> bool;
    /// The node of a lowest and a highest sample, none where that is the higher one.
    fn between(lo: Self::Order, hi: Self::Order, gap: bool) -> Node;
}

impl Fold for i16 {
    type Order = Self;
    const HIGHEST: Self = Self::MAX;
    const LOWEST: Self = Self::MIN;
    #[inline(always)]
    fn gap_mask(self) -> u32 {
        0
    }
    #[inline(always)]
    fn order(self) -> Self {
        self
    }
    #[inline(always)]
    fn is_broken(_: Self, _: Self) -> bool {
        false
    }
    #[inline(always)]
    fn between(lo: Self, hi: Self, gap: bool) -> Node {
        match lo <= hi {
            true => Node {
                lo: lo.into(),
                hi: hi.into(),
                gap,
            },
            false => Node { gap, ..Node::EMPTY },
        }
    }
}

impl Fold for f32 {
    type Order = i32;
    const HIGHEST: Self = Self::INFINITY;
    const LOWEST: Self = Self::NEG_INFINITY;
    #[inline(always)]
    fn gap_mask(self) -> u32 {
        u32::from(self.is_nan()).wrapping_neg()
    }
    #[inline(always)]
    fn order(self) -> i32 {
        let bits = self.to_bits() as i32;
        bits ^ ((bits >> 31) & 0x7fff_ffff)
    }
    #[inline(always)]
    fn is_broken(lo: i32, hi: i32) -> bool {
        hi > Self::INFINITY.order() || lo < Self::NEG_INFINITY.order()
    }
    #[inline(always)]
    fn between(lo: i32, hi: i32, gap: bool) -> Node {
        // Denormals count as 0, which keeps the order.
        let key = |order: i32| key_from_f32(f32_from_key(order));
        match (lo <= hi, key(lo), key(hi)) {
            (true, Some(lo), Some(hi)) => Node { lo, hi, gap },
            _ => Node { gap, ..Node::EMPTY },
        }
    }
}

/// The node of samples.
///
/// Minima of a number of values that is fixed become a few instructions; accumulated from vector to vector in an array
/// they would not. A number that is no multiple ends with values that were taken before.
#[inline(always)]
pub fn node_of<T: Fold>(samples: &[T]) -> Node {
    if samples.is_empty() {
        return Node::EMPTY;
    }
    let (lo, hi) = in_vectors(samples, orders::<T>);
    match T::is_broken(lo, hi) {
        true => node_with_gaps(samples),
        false => T::between(lo, hi, false),
    }
}

/// The lowest and the highest order of samples, at least one.
#[inline(always)]
fn orders<T: Fold>(samples: &[T]) -> (T::Order, T::Order) {
    let one = samples[0].order();
    let lo = samples.iter().fold(one, |lo, x| lo.min(x.order()));
    let hi = samples.iter().fold(one, |hi, x| hi.max(x.order()));
    (lo, hi)
}

/// The node of samples of which some are gaps.
#[cold]
#[inline(never)]
fn node_with_gaps<T: Fold>(samples: &[T]) -> Node {
    samples
        .iter()
        .fold(Node::EMPTY, |node, &x| node.union(node_of_one(x)))
}

fn node_of_one<T: Fold>(x: T) -> Node {
    match x.gap_mask() {
        0 => T::between(x.order(), x.order(), false),
        _ => Node {
            gap: true,
            ..Node::EMPTY
        },
    }
}

/// The lowest and the highest of values, at least one, by `few`, which finds those of a slice: it is given 64, 16, 8 or 4,
/// and may be given a value twice. A function rather than a closure, which might not be
/// compiled into its caller and for the same processor.
#[inline(always)]
pub fn in_vectors<V: Copy, O: Ord + Copy>(values: &[V], few: impl Fn(&[V]) -> (O, O) + Copy) -> (O, O) {
    if let Some(last) = values.last_chunk::<64>() {
        let whole = values.as_chunks::<64>().0.as_flattened();
        join(few(whole), few(last))
    } else if let Some(last) = values.last_chunk::<16>() {
        let whole = values.as_chunks::<16>().0;
        let mut all = few(last);
        for chunk in whole {
            all = join(all, few(chunk));
        }
        all
    } else if let (Some(first), Some(last)) = (values.first_chunk::<8>(), values.last_chunk::<8>()) {
        join(few(first), few(last))
    } else if let (Some(first), Some(last)) = (values.first_chunk::<4>(), values.last_chunk::<4>()) {
        join(few(first), few(last))
    } else {
        // Without a branch for how many there are, which nobody could foresee.
        let end = values.len() - 1;
        few(&[values[0], values[end.min(1)], values[end.min(2)], values[end]])
    }
}

#[inline(always)]
fn join<O: Ord>(a: (O, O), b: (O, O)) -> (O, O) {
    (a.0.min(b.0), a.1.max(b.1))
}

/// Running minima, maxima and gaps of `WIDTH` values side by side.
#[derive(Clone, Copy)]
struct Folded<T> {
    lo: [T; WIDTH],
    hi: [T; WIDTH],
    gap: [u32; WIDTH],
}

impl<T: Fold> Folded<T> {
    const NEUTRAL: Self = Self {
        lo: [T::HIGHEST; WIDTH],
        hi: [T::LOWEST; WIDTH],
        gap: [0; WIDTH],
    };

    #[inline(always)]
    fn take(&mut self, values: &[T; WIDTH]) {
        for (i, &x) in values.iter().enumerate() {
            self.lo[i] = if x < self.lo[i] { x } else { self.lo[i] };
            self.hi[i] = if x > self.hi[i] { x } else { self.hi[i] };
            self.gap[i] |= x.gap_mask();
        }
    }

    #[inline(always)]
    fn node(&self, i: usize) -> Node {
        node(self.lo[i], self.hi[i], self.gap[i])
    }
}

#[inline(always)]
fn node<T: Fold>(lo: T, hi: T, gap: u32) -> Node {
    match (lo <= hi, lo.key(), hi.key()) {
        (true, Some(lo), Some(hi)) => Node {
            lo,
            hi,
            gap: gap != 0,
        },
        _ => Node {
            gap: gap != 0,
            ..Node::EMPTY
        },
    }
}

crate::wide::wide! {
    /// [`leaves`], twice as fast with AVX2 as with what every x86-64 has.
    fn wide_leaves<T: Fold>(block: &Block<'_, T>, len: usize) -> Vec<Node> = leaves::<T>
}

#[inline(always)]
fn leaves<T: Fold>(block: &Block<'_, T>, len: usize) -> Vec<Node> {
    match block.layout {
        // One channel that is its own row lies either way, and folds faster along time.
        Layout::Interleaved if block.channels == 1 && block.stride == 1 => {
            let layout = Layout::Planar;
            let stride = block.len;
            planar_leaves(
                &Block {
                    layout,
                    stride,
                    ..*block
                },
                len,
            )
        }
        Layout::Planar => planar_leaves(block, len),
        Layout::Interleaved => interleaved_leaves(block, len),
    }
}

#[inline(always)]
fn planar_leaves<T: Fold>(block: &Block<'_, T>, len: usize) -> Vec<Node> {
    let count = len.div_ceil(LEAF_SAMPLES);
    let mut nodes = Vec::with_capacity(block.channels * count);
    for c in 0..block.channels {
        let row = &block.data[c * block.stride..][..block.len];
        for k in 0..count {
            nodes.push(leaf_of_row(&row[k * LEAF_SAMPLES..]));
        }
    }
    nodes
}

/// The leaf at the start of a channel's remaining samples.
#[inline(always)]
fn leaf_of_row<T: Fold>(row: &[T]) -> Node {
    match row.split_first_chunk::<LEAF_SAMPLES>() {
        // Folded as so many, for which the compiler knows the best instructions.
        Some((leaf, rest)) => {
            let closing = rest.first().unwrap_or(&leaf[0]);
            let (lo, hi) = join(orders(leaf), (closing.order(), closing.order()));
            match T::is_broken(lo, hi) {
                true => node_with_gaps(&row[..row.len().min(LEAF_SAMPLES + 1)]),
                false => T::between(lo, hi, false),
            }
        }
        None => node_of(row),
    }
}

/// Interleaved samples: `WIDTH` channels at a time, down the rows of a leaf.
#[inline(always)]
fn interleaved_leaves<T: Fold>(block: &Block<'_, T>, len: usize) -> Vec<Node> {
    let count = len.div_ceil(LEAF_SAMPLES);
    let mut nodes = vec![Node::EMPTY; block.channels * count];
    for k in 0..count {
        let first = k * LEAF_SAMPLES;
        let last = (first + LEAF_SAMPLES).min(block.len - 1);
        let mut c = 0;
        while c + WIDTH <= block.channels {
            let mut folded = Folded::<T>::NEUTRAL;
            for t in first..=last {
                if let Some(values) = block.data[t * block.stride + c..].first_chunk::<WIDTH>() {
                    folded.take(values);
                }
            }
            for i in 0..WIDTH {
                nodes[(c + i) * count + k] = folded.node(i);
            }
            c += WIDTH;
        }
        if c < block.channels {
            fold_few(block, first..last + 1, c, |i, node| {
                nodes[(c + i) * count + k] = node
            });
        }
    }
    nodes
}

/// The channels from `c` on, fewer than `WIDTH`: where they are all channels, several rows make one row of values.
#[inline(always)]
fn fold_few<T: Fold>(
    block: &Block<'_, T>,
    rows: std::ops::Range<usize>,
    c: usize,
    mut put: impl FnMut(usize, Node),
) {
    let few = block.channels - c;
    let together = if block.stride == few {
        (WIDTH / few).max(1)
    } else {
        1
    };
    let mut folded = Folded::<T>::NEUTRAL;
    let mut t = rows.start;
    while t < rows.end {
        let n = together.min(rows.end - t);
        let from = t * block.stride + c;
        match block.data[from..]
            .first_chunk::<WIDTH>()
            .filter(|_| n == together && WIDTH == few * together)
        {
            Some(values) => folded.take(values),
            None => take_slice(&mut folded, &block.data[from..][..few * n]),
        }
        t += n;
    }
    for i in 0..few {
        let all = (i..few * together).step_by(few).map(|j| folded.node(j));
        put(i, all.fold(Node::EMPTY, Node::union));
    }
}

#[inline(always)]
fn take_slice<T: Fold>(folded: &mut Folded<T>, values: &[T]) {
    let Folded { lo, hi, gap } = folded;
    for (((x, lo), hi), gap) in values.iter().zip(lo).zip(hi).zip(gap) {
        *lo = if *x < *lo { *x } else { *lo };
        *hi = if *x > *hi { *x } else { *hi };
        *gap |= x.gap_mask();
    }
}
