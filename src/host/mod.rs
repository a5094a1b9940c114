//! The stages of a frame on the host's own cores.
//!
//! A software device runs shaders on these same cores, through a driver that loads word by word and runs both sides of
//! each branch: what takes it 3 to 40 ms takes 1 to 5 ms here. It is given the finished picture, as an
//! upload, or nothing where the picture is only read.
//!
//! Two passes, each over pieces of memory of their own: first the rows that each column of each lane touches, a tile
//! a task, then the target, a band of rows a task, whose pixels stay in cache while the lanes and the labels are drawn over
//! one another. Columns are never kept from frame to frame, since resolving them costs less than keeping them would.
//! Twins: [`reference`](crate::reference).

pub(crate) mod figure;
mod fold;
mod heat;
mod markers;
mod overlay;
mod paint;
mod polyline;
mod resolve;
pub(crate) mod sheet;
mod space;
mod space_shapes;
mod strokes;

use std::mem::MaybeUninit;
use std::ops::Range;

use rayon::prelude::*;

use crate::abi::{Column, Lane, TILE, TINTS, pair, rows_word};
use crate::plan::Plan;
use crate::scene::{Overlay, PxRect};
use crate::source::Dtype;
use crate::wide::wide;
use fold::HostSample;
pub(crate) use heat::Heat;
use heat::Row;
use polyline::{Line, Reach};

/// Rows of a band: of a width of 1920 that is 240 KiB, which a core's second cache holds.
const BAND: usize = 32;

/// One level of the pyramid, from the view's origin on, in blocks; see [`abi::Level`](crate::abi::Level).
#[derive(Clone, Copy)]
pub(crate) struct Level<'a> {
    /// Of each block from the origin's on, element `c · stride + i` is node `i` of channel `c`, of
    /// [`NODE_WORDS`](crate::abi::NODE_WORDS) words each; `None` where it is absent.
    pub(crate) blocks: &'a [Option<&'a [u32]>],
    /// log2 of a block's nodes.
    pub(crate) shift: u32,
    /// Nodes from the first block's start to the origin.
    pub(crate) first: u32,
    /// Nodes from one channel to the next.
    pub(crate) stride: usize,
    /// Nodes from the origin to the level's end.
    pub(crate) count: u32,
}

/// The view's pages.
#[derive(Clone, Copy)]
pub(crate) struct Pages<'a> {
    /// The samples of all channels, then their runs; `None` where a page is absent.
    pub(crate) of: &'a [Option<&'a [u8]>],
    /// Whether any is there.
    pub(crate) any: bool,
    /// log2 of a page's samples.
    pub(crate) shift: u32,
    /// Samples from one channel to the next.
    pub(crate) stride: usize,
    /// Words of a page before its runs.
    pub(crate) runs: usize,
    /// Samples from the view's origin to the end.
    pub(crate) samples: u32,
}

/// Which columns of which lanes have another colour than the lane's.
#[derive(Clone, Copy)]
pub(crate) struct Tinted<'a> {
    /// RGBA, red in the low byte; that of tint `k` is number `k`.
    pub(crate) palette: &'a [u32; TINTS as usize],
    /// `[lanes, tiles · TILE]` tints; 0 for the lane's own.
    pub(crate) of: &'a [u8],
}

/// What a frame is made of.
pub(crate) struct Frame<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) lanes: &'a [Lane],
    pub(crate) dtype: Dtype,
    pub(crate) plot: PxRect,
    /// Width and height.
    pub(crate) target: [u32; 2],
    /// Whether the target has blue where it else has red.
    pub(crate) bgra: bool,
    /// RGBA, red in the low byte.
    pub(crate) background: u32,
    pub(crate) tints: Option<Tinted<'a>>,
    pub(crate) heat: Option<Heat<'a>>,
    /// What lies over the lanes.
    pub(crate) overlay: Option<&'a Overlay>,
    pub(crate) polyline: bool,
    /// See [`row_shift`](crate::abi::row_shift).
    pub(crate) row_shift: u32,
    pub(crate) fine: Level<'a>,
    pub(crate) coarse: Level<'a>,
    pub(crate) pages: Pages<'a>,
}

impl Frame<'_> {
    /// Columns of all tiles.
    fn columns(&self) -> usize {
        (self.plan.tiles * TILE) as usize
    }

    /// Which lane and tile is the `i`-th to be resolved: in the order in which memory then is read. Channels of a page lie
    /// one after the other; of nodes, each channel has more of its own than a tile's.
    fn nth(&self, i: usize) -> (usize, u32) {
        let (lanes, tiles) = (self.lanes.len(), self.plan.tiles as usize);
        match self.reads_pages() {
            true => (i % lanes, (i / lanes) as u32),
            false => (i / tiles, (i % tiles) as u32),
        }
    }

    /// The inverse.
    fn index(&self, lane: usize, tile: u32) -> usize {
        match self.reads_pages() {
            true => tile as usize * self.lanes.len() + lane,
            false => lane * self.plan.tiles as usize + tile as usize,
        }
    }

    /// The colours of a tile's columns; `None` where they have the lane's.
    #[inline(always)]
    fn colors(&self, index: usize, lane: &Lane, tile: u32) -> Option<[u32; TILE as usize]> {
        let tints = self.tints?;
        let first = index * self.columns() + (tile * TILE) as usize;
        let tints_of = tints.of[first..].first_chunk::<{ TILE as usize }>()?;
        if tints_of.iter().all(|tint| *tint == 0) {
            return None;
        }
        Some(tints_of.map(|tint| match tint {
            0 => lane.color,
            tint => tints.palette[usize::from(tint)],
        }))
    }

    /// Whether anything is seen of lines.
    fn has_lines(&self) -> bool {
        self.heat.is_none_or(|heat| heat.share < paint::FULL)
    }

    fn reads_pages(&self) -> bool {
        self.pages.any && !self.polyline
    }

    /// Whether a lane has any row in the plot.
    fn seen(&self, lane: &Lane) -> bool {
        lane.strip_bottom > 0.0 && lane.strip_top < self.plot.h as f32
    }
}

/// Memory that frames reuse: 4.06 bytes a column of each lane for lines, and 4 for rows of colour.
#[derive(Default)]
pub(crate) struct Scratch {
    /// Of each lane's tiles in the order of [`Frame::nth`], as [`rows_word`] gives them; nothing of polylines.
    rows: Vec<u32>,
    /// In the same order, the rows of all columns of a tile.
    extents: Vec<u32>,
    /// `[tiles, TILE]`, of polylines.
    reaches: Vec<Reach>,
    /// In the order of `rows`, of rows of colour.
    words: Vec<u32>,
}

/// The rows that each column of each lane touches, or its colour.
pub(crate) fn resolve(frame: &Frame<'_>, scratch: &mut Scratch) {
    match frame.dtype {
        Dtype::I16 => resolve_frame::<i16>(frame, scratch),
        Dtype::F32 => resolve_frame::<f32>(frame, scratch),
    }
}

fn resolve_frame<T: HostSample>(frame: &Frame<'_>, scratch: &mut Scratch) {
    if frame.heat.is_some() {
        heat::resolve_words::<T>(frame, &mut scratch.words);
    }
    if frame.has_lines() {
        resolve_tiles::<T>(frame, scratch);
    }
}

/// Draws all lanes over the background into `into`, `[height, width]` of RGBA or BGRA, from the rows that [`resolve`] left.
pub(crate) fn draw(frame: &Frame<'_>, scratch: &Scratch, into: &mut [MaybeUninit<u8>]) {
    match frame.dtype {
        Dtype::I16 => draw_bands::<i16>(frame, scratch, into),
        Dtype::F32 => draw_bands::<f32>(frame, scratch, into),
    }
}

/// The columns that [`draw`] draws, `[lanes, tiles · TILE]`, where it does not draw polylines.
pub(crate) fn columns(frame: &Frame<'_>) -> Vec<Column> {
    let mut columns = vec![Column::default(); frame.lanes.len() * frame.columns()];
    for (lane, columns) in frame.lanes.iter().zip(columns.chunks_exact_mut(frame.columns())) {
        match frame.dtype {
            Dtype::I16 => resolve::columns::<i16>(frame, lane, 0, columns),
            Dtype::F32 => resolve::columns::<f32>(frame, lane, 0, columns),
        }
    }
    columns
}

fn resolve_tiles<T: HostSample>(frame: &Frame<'_>, scratch: &mut Scratch) {
    let tiles = frame.plan.tiles as usize;
    scratch.rows.resize(frame.lanes.len() * frame.columns(), 0);
    scratch.extents.resize(frame.lanes.len() * tiles, 0);
    scratch.reaches.clear();
    if frame.polyline {
        scratch.reaches.extend(polyline::reaches(frame));
    }
    let reaches = &scratch.reaches;
    let rows = scratch.rows.par_chunks_exact_mut(TILE as usize);
    rows.zip(&mut scratch.extents)
        .enumerate()
        .for_each(|(i, (rows, extent))| {
            let (lane, tile) = frame.nth(i);
            let lane = &frame.lanes[lane];
            *extent = match frame.seen(lane) && frame.plan.data.contains(&tile) {
                true => tile_rows::<T>(frame, lane, tile, rows, reaches),
                false => 0,
            };
        });
}

fn draw_bands<T: HostSample>(frame: &Frame<'_>, scratch: &Scratch, into: &mut [MaybeUninit<u8>]) {
    let width = frame.target[0] as usize;
    let Scratch {
        rows,
        extents,
        reaches,
        words,
    } = scratch;
    into.par_chunks_mut(width * 4 * BAND).enumerate().for_each_init(
        || (vec![0_u32; width * BAND], Line::default(), Row::default()),
        |(pixels, line, row), (band, into)| {
            let pixels = &mut pixels[..into.len() / 4];
            pixels.fill(frame.background | 0xff00_0000);
            let mut band = Band {
                pixels,
                width,
                first: (band * BAND) as i32 - frame.plot.y as i32,
            };
            let lanes = if frame.has_lines() { frame.lanes } else { &[] };
            for (index, lane) in lanes.iter().enumerate() {
                for tile in frame.plan.data.clone() {
                    let at = frame.index(index, tile);
                    if band.cut(frame, extents[at]).is_some() {
                        let columns = tile as usize * TILE as usize;
                        let rows = match frame.polyline {
                            true => Rows::Near(extents[at], &reaches[columns..][..TILE as usize]),
                            false => Rows::Touched(&rows[at * TILE as usize..][..TILE as usize]),
                        };
                        paint_tile::<T>(frame, (index, lane), tile, rows, &mut band, line);
                    }
                }
            }
            if let Some(heat) = frame.heat {
                heat::cover::<T>(frame, heat, words, row, &mut band);
            }
            if let Some(overlay) = frame.overlay {
                overlay::cover(overlay, frame.plot.y as i32, &mut band);
            }
            if frame.bgra {
                swap_red_and_blue(band.pixels);
            }
            into.write_copy_of_slice(bytemuck::cast_slice(band.pixels));
        },
    );
}

fn swap_red_and_blue(pixels: &mut [u32]) {
    for pixel in pixels {
        *pixel = *pixel & 0xff00_ff00 | (*pixel & 0xff) << 16 | *pixel >> 16 & 0xff;
    }
}

/// Whole rows of the target.
struct Band<'a> {
    /// `[rows, width]`.
    pixels: &'a mut [u32],
    width: usize,
    /// The first row, counted from the plot's top.
    first: i32,
}

impl Band<'_> {
    /// Of a plot of the target's those rows, from its top, that lie in the band.
    fn rows_of(&self, plot: PxRect) -> Range<usize> {
        let (top, bottom) = (plot.y as i32, plot.bottom() as i32);
        let end = self.first + (self.pixels.len() / self.width) as i32;
        (self.first.max(top) - top) as usize..(end.min(bottom) - top).max(0) as usize
    }

    /// The pixels of such a row.
    fn row_of(&mut self, plot: PxRect, row: usize) -> &mut [u32] {
        &mut self.row(plot.y as i32 + row as i32)[plot.x as usize..plot.right() as usize]
    }

    /// Of rows as [`rows_word`] counts them, those whole rows of the plot that lie in the band.
    fn cut(&self, frame: &Frame<'_>, rows: u32) -> Option<(i32, i32)> {
        let (top, bottom) = ((rows & 0xffff) as i32, (rows >> 16) as i32);
        let end = self.first + (self.pixels.len() / self.width) as i32;
        let first = (top >> frame.row_shift).max(self.first).max(0);
        let end = (((bottom - 1) >> frame.row_shift) + 1)
            .min(end)
            .min(frame.plot.h as i32);
        (bottom > top && first < end).then_some((first, end))
    }

    /// The pixels of a row of the plot.
    #[inline(always)]
    fn row(&mut self, row: i32) -> &mut [u32] {
        &mut self.pixels[(row - self.first) as usize * self.width..][..self.width]
    }
}

/// The rows of a tile's columns, and those of all of them; of polylines only these, or a little more.
fn tile_rows<T: HostSample>(
    frame: &Frame<'_>,
    lane: &Lane,
    tile: u32,
    rows: &mut [u32],
    reaches: &[Reach],
) -> u32 {
    let first = (tile * TILE) as usize;
    if frame.polyline {
        return polyline::extent::<T>(frame, lane, &reaches[first..first + TILE as usize]);
    }
    let mut columns = [Column::default(); TILE as usize];
    resolve::columns::<T>(frame, lane, first, &mut columns);
    rows_touched::<T>(frame, lane, &columns, rows)
}

wide! {
    /// The rows of columns, and of all of them.
    fn rows_touched<T: HostSample>(frame: &Frame<'_>, lane: &Lane, columns: &[Column], rows: &mut [u32]) -> u32 = rows_of_columns::<T>
}

#[inline(always)]
fn rows_of_columns<T: HostSample>(
    frame: &Frame<'_>,
    lane: &Lane,
    columns: &[Column],
    rows: &mut [u32],
) -> u32 {
    for (rows, column) in rows.iter_mut().zip(columns) {
        *rows = rows_word(lane, column.lo, column.hi, frame.row_shift);
    }
    let (mut top, mut bottom) = (0xffff, 0);
    for &rows in rows.iter() {
        // None are above all others and below them.
        top = top.min(if rows == 0 { 0xffff } else { rows & 0xffff });
        bottom = bottom.max(rows >> 16);
    }
    if top < bottom { pair(top, bottom) } else { 0 }
}

wide! {
    /// Draws a lane's tile over what the band shows.
    fn paint_tile<T: HostSample>(frame: &Frame<'_>, lane: (usize, &Lane), tile: u32, rows: Rows<'_>, band: &mut Band<'_>, line: &mut Line) = tile_painted::<T>
}

#[inline(always)]
fn tile_painted<T: HostSample>(
    frame: &Frame<'_>,
    (index, lane): (usize, &Lane),
    tile: u32,
    rows: Rows<'_>,
    band: &mut Band<'_>,
    line: &mut Line,
) {
    // The tile's columns that are in the plot, and where.
    let (first, skip) = (tile * TILE, frame.plan.skip);
    let from = first.max(skip);
    let end = (first + TILE).min(skip + frame.plot.w);
    if from >= end {
        return;
    }
    let x = (frame.plot.x + from - skip) as usize;
    let shown = (from - first) as usize..(end - first) as usize;
    let colors = frame.colors(index, lane, tile);
    match (rows, &colors) {
        (Rows::Touched(rows), None) => paint::columns(frame, |_| lane.color, &rows[shown], band, x),
        (Rows::Touched(rows), Some(colors)) => {
            let colors = &colors[shown.clone()];
            paint::columns(frame, |i| colors[i], &rows[shown], band, x);
        }
        (Rows::Near(extent, reaches), None) => {
            polyline::paint::<T>(
                frame,
                (lane, extent),
                |_| lane.color,
                line,
                &reaches[shown],
                band,
                x,
            );
        }
        (Rows::Near(extent, reaches), Some(colors)) => {
            let colors = &colors[shown.clone()];
            polyline::paint::<T>(
                frame,
                (lane, extent),
                |i| colors[i],
                line,
                &reaches[shown],
                band,
                x,
            );
        }
    }
}

/// What a tile's columns are drawn from.
enum Rows<'a> {
    /// The rows that each touches.
    Touched(&'a [u32]),
    /// The rows that all of them touch at most, and the samples near each.
    Near(u32, &'a [Reach]),
}
