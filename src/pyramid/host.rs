//! The host's builder: native SIMD on every core, no Vulkan at all.
//!
//! A leaf's 64 samples are folded into an array of running minima as wide as several vector registers, which the
//! compiler keeps in registers, and that array is folded to one value at the end. `a < b ? a : b` is one instruction for
//! integers and floats alike, and for floats it drops NaN by itself. Samples may lie either way: a planar channel is folded
//! along time, interleaved ones are folded across channels, row by row.

use crate::abi::{FANOUT, LEAF, Node, RUN, Sample};
use crate::source::{Block, Layout, Samples};

const LEAF_SAMPLES: usize = LEAF as usize;
const RUN_SAMPLES: usize = RUN as usize;
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

/// A sample that can be folded: its neutral elements, and whether it is a gap.
pub trait Fold: Sample + PartialOrd {
    /// What every minimum is below.
    const HIGHEST: Self;
    /// What every maximum is above.
    const LOWEST: Self;
    /// All bits set for a gap, none otherwise, so that the test needs no branch.
    fn gap_mask(self) -> u32;
}

impl Fold for i16 {
    const HIGHEST: Self = Self::MAX;
    const LOWEST: Self = Self::MIN;
    #[inline(always)]
    fn gap_mask(self) -> u32 {
        0
    }
}

impl Fold for f32 {
    const HIGHEST: Self = Self::INFINITY;
    const LOWEST: Self = Self::NEG_INFINITY;
    #[inline(always)]
    fn gap_mask(self) -> u32 {
        u32::from(self.is_nan()).wrapping_neg()
    }
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

    /// Folds the right half of `2 · n` values onto the left.
    #[inline(always)]
    fn halve(&mut self, n: usize) {
        for i in 0..n {
            let (lo, hi) = (self.lo[i + n], self.hi[i + n]);
            self.lo[i] = if lo < self.lo[i] { lo } else { self.lo[i] };
            self.hi[i] = if hi > self.hi[i] { hi } else { self.hi[i] };
            self.gap[i] |= self.gap[i + n];
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

/// The node of a run's samples, or of fewer at the end of a recording.
#[inline]
pub fn run<T: Fold>(values: &[T]) -> Node {
    match values.first_chunk::<RUN_SAMPLES>() {
        Some(values) => {
            let (mut lo, mut hi, mut gap) = (*values, *values, values.map(Fold::gap_mask));
            // A gap is below and above nothing, so it would stay: it starts as what everything is below and above.
            for i in 0..RUN_SAMPLES {
                lo[i] = if gap[i] == 0 { lo[i] } else { T::HIGHEST };
                hi[i] = if gap[i] == 0 { hi[i] } else { T::LOWEST };
            }
            let mut n = RUN_SAMPLES / 2;
            while n > 0 {
                for i in 0..n {
                    lo[i] = if lo[i + n] < lo[i] { lo[i + n] } else { lo[i] };
                    hi[i] = if hi[i + n] > hi[i] { hi[i + n] } else { hi[i] };
                    gap[i] |= gap[i + n];
                }
                n /= 2;
            }
            node(lo[0], hi[0], gap[0])
        }
        None => values.iter().fold(Node::EMPTY, |node, &x| node.union(single(x))),
    }
}

/// The leaf at the start of a channel's remaining samples.
#[inline(always)]
fn leaf_of_row<T: Fold>(row: &[T]) -> Node {
    let mut folded = Folded::<T>::NEUTRAL;
    let (whole, rest) = row[..row.len().min(LEAF_SAMPLES)].as_chunks::<WIDTH>();
    for values in whole {
        folded.take(values);
    }
    let mut n = WIDTH / 2;
    while n > 0 {
        folded.halve(n);
        n /= 2;
    }
    let closing = row.get(LEAF_SAMPLES);
    rest.iter()
        .chain(closing)
        .fold(folded.node(0), |node, &x| node.union(single(x)))
}

#[inline(always)]
fn single<T: Fold>(x: T) -> Node {
    node(x, x, x.gap_mask())
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
