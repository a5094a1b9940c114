//! Samples into a page, which keeps each channel contiguous.
//!
//! Pages are planar because everything that reads them walks along time: a column's samples at an edge are then a few
//! vector loads instead of scattered words, whatever the number of channels. Interleaved files are turned on the way
//! in, where each sample is touched anyway. Behind the samples lie their runs, folded while they are in cache.

use std::mem::MaybeUninit;
use std::time::Duration;

use bytemuck::Pod;
use rayon::prelude::*;

use crate::abi::{NODE_WORDS, RUN, Sample};
use crate::pyramid::host::{self, Fold};
use crate::source::{Block, Layout, Samples};

/// How long a submission may take before it counts as hung.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Channels turned together: the more, the better a cache line of the source is used while it is near.
const TOGETHER: usize = 16;
/// Samples turned at a time, whole runs.
const STEP: usize = 64;

/// Where in a page what lies.
pub(super) struct PageShape {
    /// Bytes from one channel's samples to the next's.
    pub(super) row_bytes: usize,
    /// Bytes of all samples.
    pub(super) rows_bytes: usize,
    /// Runs of each channel.
    pub(super) runs: usize,
}

/// Writes a page. What it has beyond `samples` stays as it is.
pub(super) fn fill(samples: &Samples<'_>, into: &mut [MaybeUninit<u8>], shape: &PageShape) {
    match samples {
        Samples::I16(block) => fill_block(block, into, shape),
        Samples::F32(block) => fill_block(block, into, shape),
    }
}

fn fill_block<T: Fold>(block: &Block<'_, T>, into: &mut [MaybeUninit<u8>], shape: &PageShape) {
    let run_bytes = shape.runs * NODE_WORDS[T::F32 as usize] as usize * 4;
    let (rows, runs) = into.split_at_mut(shape.rows_bytes);
    let runs = &mut runs[..run_bytes * block.channels];
    match block.layout {
        Layout::Planar => {
            let rows = rows
                .par_chunks_mut(shape.row_bytes)
                .zip(runs.par_chunks_mut(run_bytes));
            rows.enumerate().for_each(|(c, (row, runs))| {
                let values = &block.data[c * block.stride..][..block.len];
                for (start, values) in (0..).step_by(STEP).zip(values.chunks(STEP)) {
                    put(row, start, values);
                    put_runs(runs, start, values);
                }
            });
        }
        Layout::Interleaved => {
            let rows = rows
                .par_chunks_mut(shape.row_bytes * TOGETHER)
                .zip(runs.par_chunks_mut(run_bytes * TOGETHER));
            rows.enumerate().for_each(|(group, (rows, runs))| {
                let channels = rows.chunks_mut(shape.row_bytes).zip(runs.chunks_mut(run_bytes));
                turn(block, group * TOGETHER, channels.collect());
            });
        }
    }
}

/// A channel's samples and runs in a page.
type Channel<'a> = (&'a mut [MaybeUninit<u8>], &'a mut [MaybeUninit<u8>]);

/// Turns the channels from `first` on.
fn turn<T: Fold>(block: &Block<'_, T>, first: usize, mut channels: Vec<Channel<'_>>) {
    let mut values = [T::zeroed(); STEP];
    for start in (0..block.len).step_by(STEP) {
        let n = STEP.min(block.len - start);
        let from = &block.data[start * block.stride + first..];
        for (c, (row, runs)) in channels.iter_mut().enumerate() {
            for (value, from) in values[..n].iter_mut().zip(from[c..].iter().step_by(block.stride)) {
                *value = *from;
            }
            put(row, start, &values[..n]);
            put_runs(runs, start, &values[..n]);
        }
    }
}

/// Writes samples from sample `at` on.
fn put<T: Pod>(row: &mut [MaybeUninit<u8>], at: usize, values: &[T]) {
    let bytes: &[u8] = bytemuck::cast_slice(values);
    row[at * size_of::<T>()..][..bytes.len()].write_copy_of_slice(bytes);
}

/// Writes the runs of samples from sample `at` on, a multiple of `RUN`; the page's closing sample has none.
fn put_runs<T: Sample + Fold>(runs: &mut [MaybeUninit<u8>], at: usize, values: &[T]) {
    let words = NODE_WORDS[T::F32 as usize] as usize;
    let mut nodes = [0_u32; STEP / RUN as usize * 3];
    let mut len = 0;
    for values in values.chunks(RUN as usize) {
        nodes[len..len + words].copy_from_slice(&T::words(host::node_of(values))[..words]);
        len += words;
    }
    let first = at / RUN as usize * words * 4;
    let len = (len * 4).min(runs.len().saturating_sub(first));
    let bytes: &[u8] = bytemuck::cast_slice(&nodes);
    if len > 0 {
        runs[first..first + len].write_copy_of_slice(&bytes[..len]);
    }
}
