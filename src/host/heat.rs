//! Lanes as rows of colour. Twin: `reference::heat`.

use rayon::prelude::*;

use super::fold::HostSample;
use super::paint::{FULL, over};
use super::{Band, Frame, resolve};
use crate::abi::{Column, Lane, TILE, heat_word, level, pair};
use crate::wide::wide;

/// Columns of a tile.
const N: usize = TILE as usize;

/// What rows of colour are drawn from.
#[derive(Clone, Copy)]
pub(crate) struct Heat<'a> {
    /// How much of them covers the lines, in 1/32.
    pub(crate) share: u32,
    /// For each row of the plot the first lane on it and the one past the last.
    pub(crate) rows: &'a [[u32; 2]],
    /// RGBA of each level, red in the low byte.
    pub(crate) colors: &'a [u32; 256],
}

/// The word of each column of each lane, in the order of [`Frame::nth`].
pub(super) fn resolve_words<T: HostSample>(frame: &Frame<'_>, words: &mut Vec<u32>) {
    words.resize(frame.lanes.len() * frame.columns(), 0);
    words.par_chunks_exact_mut(N).enumerate().for_each(|(i, words)| {
        let (index, tile) = frame.nth(i);
        let lane = &frame.lanes[index];
        if !frame.plan.data.contains(&tile) {
            return words.fill(0);
        }
        let first = tile as usize * N;
        let mut columns = [Column::default(); N];
        resolve::columns::<T>(frame, lane, first, &mut columns);
        words_of::<T>(lane, &columns, words);
        if let Some(tints) = frame.tints {
            let of = &tints.of[index * frame.columns() + first..][..N];
            for (word, tint) in words.iter_mut().zip(of) {
                *word = heat_word(*word >> 8, u32::from(*tint));
            }
        }
    });
}

wide! {
    /// The words of columns that have no tint.
    fn words_of<T: HostSample>(lane: &Lane, columns: &[Column; 64], words: &mut [u32]) = plain_words::<T>
}

#[inline(always)]
fn plain_words<T: HostSample>(lane: &Lane, columns: &[Column; N], words: &mut [u32]) {
    for (word, column) in words.iter_mut().zip(columns) {
        *word = level(lane.level_per_stored, column.lo, column.hi) << 8;
    }
}

/// Memory that bands reuse: what is seen in each column of a row, and its colour.
#[derive(Default)]
pub(super) struct Row {
    words: Vec<u32>,
    colors: Vec<u32>,
}

wide! {
    /// Puts the colours over the lines that a band shows.
    pub(super) fn cover<T: HostSample>(frame: &Frame<'_>, heat: Heat<'_>, words: &[u32], row: &mut Row, band: &mut Band<'_>) = covered::<T>
}

#[inline(always)]
fn covered<T: HostSample>(
    frame: &Frame<'_>,
    heat: Heat<'_>,
    words: &[u32],
    row: &mut Row,
    band: &mut Band<'_>,
) {
    let (skip, data) = (frame.plan.skip, &frame.plan.data);
    let from = (data.start * TILE).max(skip);
    let end = (data.end * TILE).min(skip + frame.plot.w);
    if from >= end {
        return;
    }
    let x = (frame.plot.x + from - skip) as usize;
    let shown = (from - data.start * TILE) as usize..(end - data.start * TILE) as usize;
    let mut lanes = [0; 2];
    let Some((first, last)) = band.cut(frame, pair(0, frame.plot.h << frame.row_shift)) else {
        return;
    };
    for y in first..last {
        let now = heat.rows[y as usize];
        if now != lanes {
            lanes = now;
            row.take(frame, heat, words, lanes);
        }
        let pixels = &mut band.row(y)[x..x + shown.len()];
        let colors = &row.colors[shown.clone()];
        match heat.share {
            FULL => pixels.copy_from_slice(colors),
            share => {
                for (pixel, color) in pixels.iter_mut().zip(colors) {
                    *pixel = over(*pixel, *color, share);
                }
            }
        }
    }
}

impl Row {
    /// What is seen of these lanes in all columns of tiles with data.
    #[inline(always)]
    fn take(&mut self, frame: &Frame<'_>, heat: Heat<'_>, words: &[u32], [first, end]: [u32; 2]) {
        let data = frame.plan.data.clone();
        self.words.clear();
        self.words.resize(data.len() * N, 0);
        for lane in first..end {
            for (tile, seen) in data.clone().zip(self.words.chunks_exact_mut(N)) {
                let of_lane = &words[frame.index(lane as usize, tile) * N..][..N];
                for (seen, word) in seen.iter_mut().zip(of_lane) {
                    *seen = (*seen).max(*word);
                }
            }
        }
        let tints = frame.tints.map(|tints| tints.palette);
        self.colors.clear();
        self.colors.extend(self.words.iter().map(|word| {
            let color = match (word & 0xff, tints) {
                (tint, Some(palette)) if tint != 0 => palette[tint as usize],
                _ => heat.colors[(word >> 8 & 0xff) as usize],
            };
            color | 0xff00_0000
        }));
    }
}
