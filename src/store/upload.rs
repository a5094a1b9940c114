//! Samples into a page, which keeps each channel contiguous.
//!
//! Pages are planar because everything that reads them walks along time: a column's 64 samples at an edge are then 8
//! vector loads instead of 64 scattered words, whatever the number of channels. Interleaved files are turned on the way
//! in, where each sample is touched anyway.

use std::mem::MaybeUninit;
use std::time::Duration;

use bytemuck::Pod;
use rayon::prelude::*;

use crate::source::{Block, Layout, Samples};

/// How long a submission may take before it counts as hung.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Channels turned together: the more, the better a cache line of the source is used while it is near.
const TOGETHER: usize = 16;
/// Samples turned at a time.
const STEP: usize = 64;

/// Writes `samples` as rows of `row_bytes`, one a channel; what is left of a row stays as it is.
pub(super) fn fill(samples: &Samples<'_>, into: &mut [MaybeUninit<u8>], row_bytes: usize) {
    match samples {
        Samples::I16(block) => fill_block(block, into, row_bytes),
        Samples::F32(block) => fill_block(block, into, row_bytes),
    }
}

fn fill_block<T: Pod + Sync>(block: &Block<'_, T>, into: &mut [MaybeUninit<u8>], row_bytes: usize) {
    match block.layout {
        Layout::Planar => into.par_chunks_mut(row_bytes).enumerate().for_each(|(c, row)| {
            put(row, 0, &block.data[c * block.stride..][..block.len]);
        }),
        Layout::Interleaved => {
            into.par_chunks_mut(row_bytes * TOGETHER)
                .enumerate()
                .for_each(|(group, rows)| {
                    turn(block, group * TOGETHER, rows, row_bytes);
                });
        }
    }
}

/// Turns the channels from `first` on, as many as there are rows.
fn turn<T: Pod>(block: &Block<'_, T>, first: usize, rows: &mut [MaybeUninit<u8>], row_bytes: usize) {
    let mut row = [T::zeroed(); STEP];
    for start in (0..block.len).step_by(STEP) {
        let n = STEP.min(block.len - start);
        let from = &block.data[start * block.stride + first..];
        for (c, into) in rows.chunks_mut(row_bytes).enumerate() {
            for (value, from) in row[..n].iter_mut().zip(from[c..].iter().step_by(block.stride)) {
                *value = *from;
            }
            put(into, start, &row[..n]);
        }
    }
}

fn put<T: Pod>(row: &mut [MaybeUninit<u8>], at: usize, values: &[T]) {
    let bytes: &[u8] = bytemuck::cast_slice(values);
    row[at * size_of::<T>()..][..bytes.len()].write_copy_of_slice(bytes);
}
