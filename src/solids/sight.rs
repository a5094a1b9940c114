//! What is seen at each sample of a target: of all items that cover it the nearest, of equals the last. Twin: `reference::space`.
//!
//! A sample keeps the nearest item's depth and number in one integer, so that the order in which items come is of no matter. Colours are
//! found afterwards, of what is seen alone.
//!
//! Items come in blocks, the nearest first, and a block is left out where all samples that it may cover have something nearer than any of it. What is
//! hidden so costs a look at those samples, and changes nothing.

use std::sync::Arc;

use rayon::prelude::*;

use super::lens::PARTS;
use super::relief::{self, Patch};
use super::{Block, Frame, Lens, Local, Relief, SAMPLES, Shell, Spots, Vertex};
use crate::abi::solids::SOLIDS_WIDEST;
use crate::wide::{prefetch, wide};

/// The greatest radius of a spot, in samples.
const WIDEST: f64 = SOLIDS_WIDEST as f64;

/// Samples that are looked at together for whether something nearer is seen in all of them.
const TOGETHER: usize = 16;

/// Triangles before a triangle's turn its vertices are fetched, and before that itself.
const AHEAD: usize = 8;

/// Projected vertices that are kept.
const KEPT: usize = 256;

/// Items that can be seen.
pub(crate) enum Part<'a> {
    /// Triangles.
    Shell(&'a Shell),
    /// Discs about places.
    Spots(&'a Spots, Radius<'a>),
    /// Heights over a grid.
    Relief(&'a Relief),
}

/// How large discs are.
pub(crate) struct Radius<'a> {
    /// Their diameters.
    pub(crate) sizes: Sizes<'a>,
    /// Samples of a size of 1; without them sizes are lengths, in coordinates.
    pub(crate) samples: Option<f64>,
}

/// The diameters of discs.
pub(crate) enum Sizes<'a> {
    /// One for all.
    All(f32),
    /// One each, by their numbers, and one for those that have none.
    Each(&'a Arc<[f32]>, f32),
}

impl Sizes<'_> {
    /// That of a disc; 0 of none.
    pub(super) fn of(&self, number: usize) -> f32 {
        let size = match self {
            Self::All(size) => *size,
            Self::Each(sizes, other) => sizes.get(number).copied().unwrap_or(*other),
        };
        if size.is_finite() { size } else { 0.0 }
    }

    /// The greatest that was given.
    fn greatest(&self) -> f64 {
        let all = match self {
            Self::All(size) => std::slice::from_ref(size),
            Self::Each(sizes, _) => sizes,
        };
        let finite = all.iter().filter(|size| size.is_finite());
        finite.fold(0.0, |most, size| most.max(f64::from(*size)))
    }
}

impl Radius<'_> {
    /// In samples, of a disc at a place of the camera's axes; held to half a pixel at least, and 0 of none.
    pub(crate) fn of(&self, lens: &Lens, number: usize, place: [f64; 3]) -> f64 {
        let half = f64::from(self.sizes.of(number)) / 2.0;
        let samples = match self.samples {
            Some(samples) => half * samples,
            None => lens.samples(half, place),
        };
        match samples > 0.0 {
            true => samples.max(f64::from(SAMPLES) / 2.0),
            false => 0.0,
        }
    }

    /// How much farther than its place a disc may reach: in samples, and in coordinates besides. A look at all sizes.
    pub(super) fn beside(&self) -> [f64; 2] {
        let half = self.sizes.greatest() / 2.0;
        let [samples, length] = match self.samples {
            Some(samples) => [half * samples, 0.0],
            None => [0.0, half],
        };
        [samples.clamp(f64::from(SAMPLES) / 2.0, WIDEST), length]
    }
}

impl Part<'_> {
    fn frame(&self) -> Frame {
        match self {
            Self::Shell(shell) => shell.placed.frame,
            Self::Spots(spots, _) => spots.placed.frame,
            Self::Relief(relief) => relief.frame(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Shell(shell) => shell.triangles.len(),
            Self::Spots(spots, _) => spots.len(),
            Self::Relief(relief) => relief.items(),
        }
    }
}

/// Samples of a target, from the first to before the last, across and down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) x: [i32; 2],
    pub(crate) y: [i32; 2],
}

/// A block of a part that may be seen.
struct Piece {
    part: usize,
    block: usize,
    /// The samples that it may be seen in.
    range: Window,
    /// No key of it is greater.
    most: u64,
}

/// A target's parts, and where each of their blocks is.
pub(crate) struct Sight<'a> {
    lens: &'a Lens,
    parts: &'a [Part<'a>],
    /// For each part that of its first item.
    firsts: Vec<u32>,
    locals: Vec<Local>,
    /// For each part the patches of a grid, which are its blocks.
    patches: Vec<Vec<Patch>>,
    /// All that may be seen, the nearest first.
    pieces: Vec<Piece>,
}

/// For each part the number of its first item.
pub(crate) fn firsts(parts: &[Part<'_>]) -> Vec<u32> {
    let mut next = 0;
    let first = |part: &Part<'_>| {
        let first = next;
        next += part.len() as u32;
        first
    };
    parts.iter().map(first).collect()
}

/// The key of what a device has seen: its item and one more, or 0, and the bits of how near it is, where they are of any matter.
#[inline(always)]
pub(crate) fn key_of(written: u32, depth: u32) -> u64 {
    match written.checked_sub(1) {
        Some(item) => u64::from(depth.max(1)) << 32 | u64::from(item),
        None => 0,
    }
}

/// A key's item, if it has one.
pub(crate) fn item(key: u64) -> Option<u32> {
    (key != 0).then_some(key as u32)
}

/// The key of an item so near.
#[inline(always)]
pub(super) fn key(depth: f64, item: u32) -> u64 {
    let depth = (depth as f32).clamp(f32::MIN_POSITIVE, f32::MAX);
    u64::from(depth.to_bits()) << 32 | u64::from(item)
}

impl<'a> Sight<'a> {
    /// Parts with 2³² items at most, on a target of `[width, height]` pixels.
    pub(crate) fn new(lens: &'a Lens, parts: &'a [Part<'a>], target: [u32; 2]) -> Self {
        Self::without(lens, parts, target, &[])
    }

    /// The same without those for which `seen` says that somebody else has seen them: [`see_more`](Self::see_more) is given what that was.
    pub(crate) fn without(lens: &'a Lens, parts: &'a [Part<'a>], target: [u32; 2], seen: &[bool]) -> Self {
        let is_left = |number: usize| !seen.get(number).is_some_and(|seen| *seen);
        let locals: Vec<Local> = parts.iter().map(|part| lens.local(part.frame())).collect();
        let patches: Vec<Vec<Patch>> = parts
            .iter()
            .zip(&locals)
            .map(|(part, local)| match part {
                Part::Relief(relief) => relief.patches(lens, local),
                _ => Vec::new(),
            })
            .collect();
        let mut pieces = Vec::new();
        for (number, part) in parts.iter().enumerate().filter(|(number, _)| is_left(*number)) {
            let of = (number, part, &patches[number][..]);
            pieces.extend(self::pieces((lens, &locals[number]), of, target));
        }
        pieces.par_sort_unstable_by_key(|piece| std::cmp::Reverse(piece.most));
        Self {
            lens,
            parts,
            firsts: firsts(parts),
            locals,
            patches,
            pieces,
        }
    }

    /// The part that an item is of, and its number there.
    pub(crate) fn of(&self, item: u32) -> (usize, usize) {
        let part = self.firsts.partition_point(|&first| first <= item) - 1;
        // Of parts without items the last begins where the next does.
        (part, (item - self.firsts[part]) as usize)
    }

    pub(crate) fn local(&self, part: usize) -> &Local {
        &self.locals[part]
    }

    /// Sees what is in a window: a key for each of its samples, row by row, 0 where nothing is.
    pub(crate) fn see(&self, window: Window, keys: &mut [u64]) {
        keys.fill(0);
        self.see_more(window, keys);
    }

    /// Sees what is nearer than what has been seen already, whose keys are given.
    pub(crate) fn see_more(&self, window: Window, keys: &mut [u64]) {
        let mut kept = Kept::new();
        for piece in &self.pieces {
            let Some(range) = piece.range.of(window) else {
                continue;
            };
            if !is_hidden(piece.most, range, window, keys) {
                self.draw(piece, &mut kept, window, keys);
            }
        }
    }

    fn draw(&self, piece: &Piece, kept: &mut Kept, window: Window, keys: &mut [u64]) {
        let (first, local) = (self.firsts[piece.part], &self.locals[piece.part]);
        match &self.parts[piece.part] {
            Part::Shell(shell) => {
                let what = (*shell, piece.part, piece.block, first);
                triangles((self.lens, local), what, kept, window, keys);
            }
            Part::Spots(spots, radius) => {
                let block = &spots.blocks[piece.block];
                let range = block.from as usize..block.end as usize;
                for (&spot, &near) in spots.order[range.clone()].iter().zip(&spots.near[range]) {
                    let place = local.place(near);
                    if let Some(vertex) = self.lens.vertex(place) {
                        let radius = radius.of(self.lens, spot as usize, place);
                        disc(vertex, radius, first + spot, window, keys);
                    }
                }
            }
            Part::Relief(relief) => {
                let patch = &self.patches[piece.part][piece.block];
                relief::draw((self.lens, local), (relief, patch, first), window, keys);
            }
        }
    }
}

impl Window {
    /// What it has in common with another one; `None` of nothing.
    fn of(self, other: Self) -> Option<Self> {
        let both = |a: [i32; 2], b: [i32; 2]| [a[0].max(b[0]), a[1].min(b[1])];
        let (x, y) = (both(self.x, other.x), both(self.y, other.y));
        (x[0] < x[1] && y[0] < y[1]).then_some(Self { x, y })
    }
}

wide! {
    /// Whether all samples of a part of a window have keys above `most`.
    fn is_hidden(most: u64, part: Window, window: Window, keys: &[u64]) -> bool = is_hidden_inner
}

#[inline(always)]
fn is_hidden_inner(most: u64, part: Window, window: Window, keys: &[u64]) -> bool {
    let width = (window.x[1] - window.x[0]) as usize;
    let [from, end] = part.x.map(|x| (x - window.x[0]) as usize);
    let rows = keys.chunks_exact(width).skip((part.y[0] - window.y[0]) as usize);
    rows.take((part.y[1] - part.y[0]) as usize).all(|row| {
        row[from..end]
            .chunks(TOGETHER)
            .all(|keys| keys.iter().fold(true, |all, key| all & (*key > most)))
    })
}

/// All blocks of a part, or patches, that may be seen on a target.
fn pieces(
    (lens, local): (&Lens, &Local),
    (number, part, patches): (usize, &Part<'_>, &[Patch]),
    target: [u32; 2],
) -> Vec<Piece> {
    let most = target.map(|px| (px * SAMPLES) as i32);
    let piece = |block: usize, least: [f64; 3], greatest: [f64; 3], beside: f64| {
        // Rounding moves what is covered by less than a sample.
        let held = |[from, to]: [f64; 2], most: i32| {
            let from = (from - beside - 1.0).floor() as i32;
            let end = (to + beside + 2.0).ceil() as i32;
            [from.clamp(0, most), end.clamp(0, most)]
        };
        let [x, y] = lens.range(local, least, greatest)?;
        let range = Window {
            x: held(x, most[0]),
            y: held(y, most[1]),
        };
        let is_seen = range.x[0] < range.x[1] && range.y[0] < range.y[1];
        is_seen.then(|| Piece {
            part: number,
            block,
            range,
            most: key(lens.nearest(local, least, greatest), u32::MAX),
        })
    };
    let of_blocks = |blocks: &[Block], around: f64, beside: f64| {
        let of = |(number, block): (usize, &Block)| {
            let least = block.least.map(|v| f64::from(v) - around);
            let greatest = block.greatest.map(|v| f64::from(v) + around);
            piece(number, least, greatest, beside)
        };
        blocks.par_iter().enumerate().filter_map(of).collect()
    };
    match part {
        Part::Shell(shell) => of_blocks(&shell.blocks, 0.0, 0.0),
        Part::Spots(spots, radius) => {
            let [beside, length] = radius.beside();
            of_blocks(&spots.blocks, length / spots.placed.frame.half, beside)
        }
        Part::Relief(_) => {
            let of =
                |(number, patch): (usize, &Patch)| piece(number, patch.least, patch.greatest, relief::BESIDE);
            patches.par_iter().enumerate().filter_map(of).collect()
        }
    }
}

/// Vertices that have been projected, which triangles share: by the last bits of their numbers, as those of neighbours are mostly near each
/// other.
struct Kept([((usize, u32), Option<Vertex>); KEPT]);

impl Kept {
    fn new() -> Self {
        Self([((usize::MAX, 0), None); KEPT])
    }

    /// A vertex of a part, projected if it is not kept.
    #[inline(always)]
    fn vertex(&mut self, of: (usize, u32), project: impl Fn() -> Option<Vertex>) -> Option<Vertex> {
        let kept = &mut self.0[of.1 as usize % KEPT];
        if kept.0 != of {
            *kept = (of, project());
        }
        kept.1
    }
}

wide! {
    /// Draws a block's triangles.
    fn triangles(from: (&Lens, &Local), what: (&Shell, usize, usize, u32), kept: &mut Kept, window: Window, keys: &mut [u64]) = triangles_inner
}

#[inline(always)]
fn triangles_inner(
    (lens, local): (&Lens, &Local),
    (shell, part, block, first): (&Shell, usize, usize, u32),
    kept: &mut Kept,
    window: Window,
    keys: &mut [u64],
) {
    let block = &shell.blocks[block];
    let at = |vertex: u32| local.place(shell.placed.stored[vertex as usize]);
    let (from, end) = (block.from as usize, block.end as usize);
    for (place, &number) in (from..).zip(&shell.order[from..end]) {
        // Those of a block lie anywhere in memory, and so do their vertices.
        if let Some(&later) = shell.order.get(place + 2 * AHEAD) {
            prefetch(&shell.triangles, later as usize);
        }
        if let Some(&next) = shell.order.get(place + AHEAD) {
            for vertex in shell.triangles[next as usize] {
                prefetch(&shell.placed.stored, vertex as usize);
            }
        }
        let [a, b, c] = shell.triangles[number as usize];
        let item = first + number;
        let [x, y, z] = [
            kept.vertex((part, a), || lens.vertex(at(a))),
            kept.vertex((part, b), || lens.vertex(at(b))),
            kept.vertex((part, c), || lens.vertex(at(c))),
        ];
        if let (Some(x), Some(y), Some(z)) = (x, y, z) {
            triangle([x, y, z], item, window, keys);
            continue;
        }
        let polygon = lens.polygon([at(a), at(b), at(c)]);
        for pair in polygon.get(1..).unwrap_or_default().windows(2) {
            triangle([polygon[0], pair[0], pair[1]], item, window, keys);
        }
    }
}

/// The first sample whose middle is not before a place, and the last that is not after another.
#[inline(always)]
fn samples(from: i32, to: i32, [first, end]: [i32; 2]) -> [i32; 2] {
    let from = (from + PARTS / 2 - 1).div_euclid(PARTS);
    let to = (to - PARTS / 2).div_euclid(PARTS);
    [from.max(first), to.min(end - 1)]
}

#[inline(always)]
fn middle(sample: i32) -> i32 {
    sample * PARTS + PARTS / 2
}

/// A side of a triangle: above or at 0 where a place is on its inner side.
#[derive(Clone, Copy)]
struct Side {
    start: [i64; 2],
    along: [i64; 2],
    /// -1 for sides that do not have the places on them: of two triangles that share one, one has.
    bias: i64,
}

impl Side {
    #[inline(always)]
    fn new(a: Vertex, b: Vertex) -> Self {
        let [start, end] = [a, b].map(|vertex| vertex.at.map(i64::from));
        let along = [end[0] - start[0], end[1] - start[1]];
        let has = along[1] < 0 || (along[1] == 0 && along[0] > 0);
        Self {
            start,
            along,
            bias: i64::from(has) - 1,
        }
    }

    #[inline(always)]
    fn at(&self, [x, y]: [i64; 2]) -> i64 {
        self.along[0] * (y - self.start[1]) - self.along[1] * (x - self.start[0]) + self.bias
    }
}

/// Draws a triangle, whichever way its corners go round.
#[inline(always)]
pub(super) fn triangle([a, mut b, mut c]: [Vertex; 3], item: u32, window: Window, keys: &mut [u64]) {
    let of = |axis: usize| {
        let at = [a.at[axis], b.at[axis], c.at[axis]];
        (at[0].min(at[1]).min(at[2]), at[0].max(at[1]).max(at[2]))
    };
    let ((left, right), (top, bottom)) = (of(0), of(1));
    let [x0, x1] = samples(left, right, window.x);
    let [y0, y1] = samples(top, bottom, window.y);
    if x0 > x1 || y0 > y1 {
        return;
    }
    let area = |b: Vertex, c: Vertex| {
        let by = |to: Vertex, axis: usize| i64::from(to.at[axis]) - i64::from(a.at[axis]);
        by(b, 0) * by(c, 1) - by(b, 1) * by(c, 0)
    };
    let mut twice = area(b, c);
    if twice < 0 {
        std::mem::swap(&mut b, &mut c);
        twice = -twice;
    }
    if twice == 0 {
        return;
    }
    let by = |to: Vertex, axis: usize| f64::from(to.at[axis] - a.at[axis]);
    let (db, dc, area) = (b.depth - a.depth, c.depth - a.depth, twice as f64);
    let slope_x = (db * by(c, 1) - dc * by(b, 1)) / area;
    let slope_y = (dc * by(b, 0) - db * by(c, 0)) / area;
    let sides = [Side::new(a, b), Side::new(b, c), Side::new(c, a)];
    let width = (window.x[1] - window.x[0]) as usize;
    for y in y0..=y1 {
        let row = &mut keys[(y - window.y[0]) as usize * width..][..width];
        let depth_y = a.depth + slope_y * f64::from(middle(y) - a.at[1]);
        let mut put = |x: i32| {
            let depth = depth_y + slope_x * f64::from(middle(x) - a.at[0]);
            let place = &mut row[(x - window.x[0]) as usize];
            *place = (*place).max(key(depth, item));
        };
        let start = [i64::from(middle(x0)), i64::from(middle(y))];
        if x1 - x0 < 4 {
            for x in x0..=x1 {
                let at = [i64::from(middle(x)), start[1]];
                if sides.iter().all(|side| side.at(at) >= 0) {
                    put(x);
                }
            }
            continue;
        }
        let (mut from, mut end) = (0, i64::from(x1 - x0));
        for side in &sides {
            let (here, step) = (side.at(start), -side.along[1] * i64::from(PARTS));
            match step {
                0 if here < 0 => end = -1,
                0 => {}
                _ if step > 0 => from = from.max((-here + step - 1).div_euclid(step)),
                _ => end = end.min(here.div_euclid(-step)),
            }
        }
        for x in from..=end {
            put(x0 + x as i32);
        }
    }
}

/// Draws a disc with its middle's depth.
#[inline(always)]
fn disc(vertex: Vertex, radius: f64, item: u32, window: Window, keys: &mut [u64]) {
    if radius.is_nan() || radius <= 0.0 {
        return;
    }
    let radius = (radius.clamp(f64::from(SAMPLES) / 2.0, WIDEST) * f64::from(PARTS)).round() as i32;
    let [x, y] = vertex.at;
    let [x0, x1] = samples(x - radius, x + radius, window.x);
    let [y0, y1] = samples(y - radius, y + radius, window.y);
    let (key, width) = (key(vertex.depth, item), (window.x[1] - window.x[0]) as usize);
    let square = |v: i32| i64::from(v) * i64::from(v);
    for row_y in y0..=y1 {
        let room = square(radius) - square(middle(row_y) - y);
        for column in x0..=x1 {
            if square(middle(column) - x) <= room {
                let place = (row_y - window.y[0]) as usize * width + (column - window.x[0]) as usize;
                keys[place] = keys[place].max(key);
            }
        }
    }
}
