//! A recording in pieces, each filtered with what is around it, and the last few kept.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::filter::Filter;
use super::lanes::{Lanes, zero_phase};
use crate::Result;
use crate::abi::Sample;
use crate::source::{Block, Layout, Owned, Samples, Source};

/// Channels that are filtered abreast.
const ABREAST: usize = 16;
/// The same where there are no more.
const FEW: usize = 4;
/// Instants that are transposed at a time.
const TILE: usize = 64;
/// Values of all channels that are kept, 64 MiB.
const MOST_KEPT: usize = 16 << 20;

/// What each channel is to go through.
pub(super) struct Chain {
    pub(super) filter: Filter,
    /// Samples on either side that are looked at.
    pub(super) reach: u64,
    /// Of each channel, what is subtracted first; `None` for one that passes as it is.
    pub(super) offsets: Vec<Option<f32>>,
}

/// Filtered values, `[channels, len]`.
pub(super) struct Piece {
    pub(super) span: Range<u64>,
    pub(super) values: Vec<f32>,
}

impl Piece {
    /// All gaps.
    pub(super) fn empty(span: Range<u64>, channels: usize) -> Self {
        let len = (span.end - span.start) as usize;
        Self {
            span,
            values: vec![f32::NAN; channels * len],
        }
    }

    /// Samples of each channel.
    pub(super) fn len(&self) -> usize {
        (self.span.end - self.span.start) as usize
    }

    /// Fills in `target`, which lies within the piece and within `run`, beyond which nothing counts.
    pub(super) fn fill(
        &mut self,
        source: &dyn Source,
        chain: &Chain,
        target: Range<u64>,
        run: &Range<u64>,
    ) -> Result<()> {
        let start = target.start.saturating_sub(chain.reach).max(run.start);
        let end = target.end.saturating_add(chain.reach).min(run.end);
        let window;
        let samples = match source.borrow(start..end) {
            Some(samples) => samples,
            None => {
                window = Owned::read(source, start..end)?;
                window.samples()
            }
        };
        let len = self.len();
        let within = Within {
            first: (target.start - start) as usize,
            into: (target.start - self.span.start) as usize..(target.end - self.span.start) as usize,
            len,
        };
        let few = chain.offsets.len() <= FEW;
        let abreast = if few { FEW } else { ABREAST };
        let blocks = self.values.par_chunks_mut(abreast * len).enumerate();
        if few {
            blocks.for_each(|(block, into)| {
                chain.rows::<[f64; FEW]>(&samples, block * FEW, &within, into, &mut Vec::new());
            });
        } else {
            blocks.for_each_init(Vec::new, |room, (block, into)| {
                chain.rows::<[f64; ABREAST]>(&samples, block * ABREAST, &within, into, room);
            });
        }
        Ok(())
    }
}

/// Where what is filtered goes.
struct Within {
    /// Its first instant in the window.
    first: usize,
    /// Its place in a channel's row.
    into: Range<usize>,
    /// A row's length.
    len: usize,
}

impl Chain {
    /// Filters some channels over the window, of which `first` is the first, into their rows.
    fn rows<T: Lanes>(
        &self,
        samples: &Samples<'_>,
        first: usize,
        within: &Within,
        into: &mut [f32],
        room: &mut Vec<T>,
    ) {
        match samples {
            Samples::I16(block) => self.rows_of(block, first, within, into, room),
            Samples::F32(block) => self.rows_of(block, first, within, into, room),
        }
    }

    fn rows_of<S: Sample, T: Lanes>(
        &self,
        block: &Block<'_, S>,
        first: usize,
        within: &Within,
        into: &mut [f32],
        room: &mut Vec<T>,
    ) {
        let offsets = &self.offsets[first..first + into.len() / within.len];
        let pad = self.filter.padding().min(block.len - 1);
        room.resize(block.len + 2 * pad, T::ZERO);
        let run = pad..pad + block.len;
        gather(block, first, offsets, &mut room[run.clone()]);
        // What cannot run abreast: channels that pass, and those with gaps.
        let mut alone = Vec::new();
        for (lane, is_whole) in whole(&mut room[run.clone()]).into_iter().enumerate() {
            let Some(offset) = offsets.get(lane) else { break };
            if is_whole && offset.is_some() {
                continue;
            }
            let mut values: Vec<f64> = room[run.clone()].iter_mut().map(|row| row.all()[lane]).collect();
            if offset.is_some() {
                self.filter.apply(&mut values);
            }
            alone.push((lane, values));
        }
        if alone.len() < offsets.len() {
            zero_phase(&self.filter, pad, room);
        }
        let count = within.into.len();
        scatter(&mut room[run][within.first..][..count], within, into);
        for (lane, values) in alone {
            let row = &mut into[lane * within.len..][within.into.clone()];
            for (into, value) in row.iter_mut().zip(&values[within.first..]) {
                *into = *value as f32;
            }
        }
    }
}

/// Channels side by side, less their offsets; gaps are NaN.
fn gather<S: Sample, T: Lanes>(block: &Block<'_, S>, first: usize, offsets: &[Option<f32>], rows: &mut [T]) {
    let value = |sample: S| f64::from(sample.value().unwrap_or(f32::NAN));
    match block.layout {
        Layout::Interleaved => {
            for (t, row) in rows.iter_mut().enumerate() {
                let from = &block.data[t * block.stride + first..][..offsets.len()];
                for (into, sample) in row.all().iter_mut().zip(from) {
                    *into = value(*sample);
                }
            }
        }
        Layout::Planar => {
            for (tile, rows) in rows.chunks_mut(TILE).enumerate() {
                for lane in 0..offsets.len() {
                    let from = &block.data[(first + lane) * block.stride + tile * TILE..];
                    for (row, sample) in rows.iter_mut().zip(from) {
                        row.all()[lane] = value(*sample);
                    }
                }
            }
        }
    }
    let mut less = T::ZERO;
    for (less, offset) in less.all().iter_mut().zip(offsets) {
        *less = f64::from(offset.unwrap_or(0.0));
    }
    if less.all().iter().any(|less| *less != 0.0) {
        for row in rows {
            *row = row.zip(less, |value, less| value - less);
        }
    }
}

/// Of each lane, whether all of its values are finite.
fn whole<T: Lanes>(rows: &mut [T]) -> Vec<bool> {
    // 0 as long as all were.
    let zero = rows.iter().fold(T::ZERO, |zero, row| {
        zero.zip(*row, |zero, value| zero + value * 0.0)
    });
    let mut zero = zero;
    zero.all().iter().map(|zero| !zero.is_nan()).collect()
}

/// Channels one after another.
fn scatter<T: Lanes>(rows: &mut [T], within: &Within, into: &mut [f32]) {
    for (tile, rows) in rows.chunks_mut(TILE).enumerate() {
        for (lane, into) in into.chunks_exact_mut(within.len).enumerate() {
            let into = &mut into[within.into.clone()][tile * TILE..];
            for (into, row) in into.iter_mut().zip(&mut *rows) {
                *into = row.all()[lane] as f32;
            }
        }
    }
}

/// The pieces that were asked for last, the latest first.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Arc<Piece>>>);

impl Kept {
    pub(super) fn find(&self, span: &Range<u64>) -> Option<Arc<Piece>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|piece| piece.span == *span)?;
        let found = kept.remove(at);
        kept.insert(0, found.clone());
        Some(found)
    }

    /// Keeps a piece, which another thread may have made as well, and lets go of those that no room is left for.
    pub(super) fn keep(&self, piece: &Arc<Piece>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|other| other.span != piece.span);
        kept.insert(0, piece.clone());
        let mut held = 0;
        kept.retain(|piece| {
            held += piece.values.len();
            held <= MOST_KEPT
        });
    }
}
