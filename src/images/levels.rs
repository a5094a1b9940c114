//! Levels: an image made smaller, block by block, for views in which many of its pixels lie in one of the screen's.
//!
//! A node stands for a block of values, 2ⁿ across and 2ᵐ down; blocks at the right and the bottom edge may be cut. Levels of square
//! blocks start with 4 × 4, for a twelfth as many nodes as the image has pixels altogether, since views so close read the image itself.
//! Views in which it is squeezed at least four times as much on one axis as on the other have levels of their own, whose blocks are
//! longer by an even power of two: for each such power a 4th, a 16th … as many nodes, and a twelfth of that.
//!
//! A mean is that of the four nodes below it, which count alike even where they are cut or hold NaN.

use std::ops::Range;

use rayon::prelude::*;

use super::Value;
use super::base::Rows;
use super::fold::Fold;
use crate::Result;

/// An image made smaller.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Level<N> {
    /// log2 of the values in a block, across and down.
    pub(super) shifts: [u32; 2],
    size: [usize; 2],
    nodes: Vec<N>,
}

impl<N: Value> Rows<N> for Level<N> {
    fn size(&self) -> [usize; 2] {
        self.size
    }

    fn part<'a>(&'a self, row: usize, columns: Range<usize>, _: &'a mut Vec<N>) -> Result<&'a [N]> {
        Ok(&self.nodes[row * self.size[0]..][columns])
    }
}

impl<N> Level<N> {
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.nodes.as_slice())
    }
}

/// By how much more blocks are across than down, as a power of two; even.
pub(super) type Skew = i32;

/// The shifts of the levels of a skew, the finest first, up to one node for an image of `size`.
pub(super) fn ladder(skew: Skew, size: [usize; 2]) -> Vec<[u32; 2]> {
    let more = [skew.max(0) as u32, (-skew).max(0) as u32];
    let rungs = [0].into_iter().filter(|_| skew != 0).chain(2..32);
    let mut all = Vec::new();
    for rung in rungs {
        let shifts = more.map(|more| more + rung);
        all.push(shifts);
        if shifts
            .iter()
            .zip(size)
            .all(|(shift, side)| side.div_ceil(1 << shift) <= 1)
        {
            break;
        }
    }
    all
}

/// The levels of a skew, in nodes of `F`'s of the image's values, and of `G`'s of those nodes.
pub(super) fn levels<V, F, G>(base: &impl Rows<V>, skew: Skew) -> Result<Vec<Level<F::Out>>>
where
    V: Value,
    F: Fold<V>,
    G: Fold<F::Out, Out = F::Out>,
{
    let empty = |shifts: [u32; 2]| {
        let size = [0, 1].map(|axis| base.size()[axis].div_ceil(1 << shifts[axis]));
        Level {
            shifts,
            size,
            nodes: vec![F::out(F::NOTHING); size[0] * size[1]],
        }
    };
    let mut levels: Vec<Level<F::Out>> = ladder(skew, base.size()).into_iter().map(empty).collect();
    let all = base.size().map(|side| 0..side);
    renew::<V, F, G>(base, &mut levels, &all)?;
    Ok(levels)
}

/// Makes the nodes of some columns and rows of values anew.
pub(super) fn renew<V, F, G>(
    base: &impl Rows<V>,
    levels: &mut [Level<F::Out>],
    changed: &[Range<usize>; 2],
) -> Result<()>
where
    V: Value,
    F: Fold<V>,
    G: Fold<F::Out, Out = F::Out>,
{
    for number in 0..levels.len() {
        let (finer, level) = levels.split_at_mut(number);
        let level = &mut level[0];
        let shifts = level.shifts;
        let nodes = [0, 1].map(|axis| {
            let Range { start, end } = changed[axis];
            start >> shifts[axis]..end.div_ceil(1 << shifts[axis])
        });
        match finer.last() {
            None => fill::<V, F>(base, shifts, level, nodes)?,
            Some(finer) => {
                let by = [0, 1].map(|axis| shifts[axis] - finer.shifts[axis]);
                fill::<F::Out, G>(finer, by, level, nodes)?;
            }
        }
    }
    Ok(())
}

/// Makes some columns and rows of a level, of blocks of 2ⁿ × 2ᵐ of what is below it. Rows on all cores.
fn fill<V: Value, F: Fold<V>>(
    below: &impl Rows<V>,
    by: [u32; 2],
    level: &mut Level<F::Out>,
    [columns, rows]: [Range<usize>; 2],
) -> Result<()> {
    let [across, down] = below.size();
    let blocks = by.map(|by| 1_usize << by);
    // Columns of a strip: what is summed of it stays in cache. A multiple of every block that is narrower.
    let strip = blocks[0].max(1 << 13);
    let end = (columns.end * blocks[0]).min(across);
    let one = |scratch: &mut (Vec<F::Sum>, Vec<V>), row: usize, nodes: &mut [F::Out]| -> Result<()> {
        let rows = row * blocks[1]..((row + 1) * blocks[1]).min(down);
        let starts = (columns.start * blocks[0]..end).step_by(strip);
        for (start, nodes) in starts.zip(nodes.chunks_mut(strip >> by[0])) {
            sums::<V, F>(below, rows.clone(), start..(start + strip).min(end), scratch)?;
            for (node, sums) in nodes.iter_mut().zip(scratch.0.chunks(blocks[0])) {
                *node = F::out(sums.iter().copied().reduce(F::sum).unwrap_or(F::NOTHING));
            }
        }
        Ok(())
    };
    let width = level.size[0];
    if width == 0 {
        return Ok(());
    }
    level.nodes[rows.start * width..rows.end * width]
        .par_chunks_mut(width)
        .enumerate()
        .try_for_each_init(Default::default, |scratch, (row, nodes)| {
            one(scratch, rows.start + row, &mut nodes[columns.clone()])
        })
}

/// What each of some columns comes to over some rows, from the top down, in `scratch.0`.
#[inline]
pub(super) fn sums<V: Value, F: Fold<V>>(
    of: &impl Rows<V>,
    rows: Range<usize>,
    columns: Range<usize>,
    (sums, values): &mut (Vec<F::Sum>, Vec<V>),
) -> Result<()> {
    sums.clear();
    sums.resize(columns.len(), F::NOTHING);
    for row in rows {
        let values = of.part(row, columns.clone(), values)?;
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum = F::add(*sum, *value);
        }
    }
    Ok(())
}
