//! The least and the greatest of heights that lie together: of a cell, of a few cells, of a few of those, until one node holds all.
//!
//! Nodes are closed: one has the heights on all of its border, which its neighbours have too. Between two levels each axis along which
//! nodes are not longer than along the other is doubled, so that nodes of any grid become about square. Along an axis on which a node is
//! one cell wide, ranges are kept of lines of vertices rather than of nodes, so that the two borders of a long cell are known apart.

use std::ops::Range;

use rayon::prelude::*;

use crate::wide::wide;

/// Cells of the least node whose range is kept. Those of less are looked for in the heights, of which there are 15 at most.
const KEPT: usize = 16;

/// How much longer than wide a node may be before its shorter side alone is doubled.
const OBLONG: f64 = std::f64::consts::SQRT_2;

/// Ranges that a core makes at a time.
const RUN: usize = 256;

/// The least and the greatest of finite heights; of none the greater is less than the least.
pub(crate) type Span = [f32; 2];

pub(super) const NOTHING: Span = [f32::INFINITY, f32::NEG_INFINITY];

/// Nodes of one size.
pub(super) struct Level {
    /// Cells of a node, down and across.
    pub(super) cells: [usize; 2],
    /// Nodes, down and across.
    pub(super) nodes: [usize; 2],
    /// Row by row, of lines of vertices on axes on which nodes are one cell wide; none of levels that are not kept.
    spans: Vec<Span>,
}

impl Level {
    fn new(cells: [usize; 2], all: [usize; 2]) -> Self {
        Self {
            cells,
            nodes: [0, 1].map(|axis| all[axis].div_ceil(cells[axis])),
            spans: Vec::new(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.spans[..])
    }

    /// Ranges that are kept along an axis.
    fn lines(&self, axis: usize) -> usize {
        self.nodes[axis] + usize::from(self.cells[axis] == 1)
    }

    fn across(&self) -> usize {
        self.lines(1)
    }

    /// Of a finer level's lines along an axis those that make up a line of this.
    #[inline(always)]
    fn made_of(&self, finer: &Self, axis: usize, line: usize) -> Range<usize> {
        let times = self.cells[axis] / finer.cells[axis];
        let closed = usize::from(times > 1 && finer.cells[axis] == 1);
        line * times..((line + 1) * times + closed).min(finer.lines(axis))
    }

    /// Which nodes of the next finer level a node has, down and across.
    pub(super) fn parts(&self, finer: &Self, node: [usize; 2]) -> [Range<usize>; 2] {
        [0, 1].map(|axis| {
            let times = self.cells[axis] / finer.cells[axis];
            node[axis] * times..((node[axis] + 1) * times).min(finer.nodes[axis])
        })
    }
}

#[inline(always)]
pub(super) fn union(a: Span, b: Span) -> Span {
    [
        if b[0] < a[0] { b[0] } else { a[0] },
        if b[1] > a[1] { b[1] } else { a[1] },
    ]
}

/// The range of a height.
#[inline(always)]
pub(super) fn span_of(height: f32) -> Span {
    match height.is_finite() {
        true => [height; 2],
        false => NOTHING,
    }
}

/// All levels of heights in rows and columns whose cells are so long down and across; none of a grid without cells.
pub(super) fn levels(heights: &[f32], [rows, columns]: [usize; 2], sides: [f64; 2]) -> Vec<Level> {
    if rows < 2 || columns < 2 {
        return Vec::new();
    }
    let all = [rows - 1, columns - 1];
    let mut levels = vec![Level::new([1, 1], all)];
    while let Some(finer) = levels.last().filter(|level| level.nodes != [1, 1]) {
        let [down, across] = [0, 1].map(|axis| sides[axis] * finer.cells[axis] as f64);
        let is_long = [down >= across * OBLONG, across >= down * OBLONG];
        let grows = |axis: usize| {
            let other = 1 - axis;
            finer.nodes[axis] > 1 && (finer.nodes[other] == 1 || is_long[other] || !is_long[axis])
        };
        let cells = [0, 1].map(|axis| finer.cells[axis] << u32::from(grows(axis)));
        let mut level = Level::new(cells, all);
        if cells[0] * cells[1] >= KEPT {
            level.spans = match finer.spans.is_empty() {
                true => from_heights(heights, columns, &level, &levels[0]),
                false => from_finer(finer, &level),
            };
        }
        levels.push(level);
    }
    levels
}

/// The range of a line's part of a level.
#[inline(always)]
pub(super) fn line(levels: &[Level], heights: &[f32], level: usize, [down, across]: [usize; 2]) -> Span {
    let (level, vertices) = (&levels[level], &levels[0]);
    if let Some(span) = level.spans.get(down * level.across() + across) {
        return *span;
    }
    let mut all = NOTHING;
    for row in level.made_of(vertices, 0, down) {
        let columns = level.made_of(vertices, 1, across);
        let first = row * vertices.across();
        for height in &heights[first + columns.start..first + columns.end] {
            all = union(all, span_of(*height));
        }
    }
    all
}

fn from_heights(heights: &[f32], columns: usize, level: &Level, vertices: &Level) -> Vec<Span> {
    let mut spans = vec![NOTHING; level.lines(0) * level.across()];
    let line = |(down, line): (usize, &mut [Span])| {
        let rows = level.made_of(vertices, 0, down);
        let rows = &heights[rows.start * columns..rows.end * columns];
        line.par_chunks_mut(RUN).enumerate().for_each_init(
            Vec::new,
            |scratch: &mut Vec<Span>, (run, spans)| {
                let ends = [run * RUN, run * RUN + spans.len() - 1];
                let [first, last] = ends.map(|line| level.made_of(vertices, 1, line));
                scratch.clear();
                scratch.resize(last.end - first.start, NOTHING);
                for row in rows.chunks_exact(columns) {
                    rise(&row[first.start..last.end], scratch);
                }
                for (number, span) in spans.iter_mut().enumerate() {
                    let of = level.made_of(vertices, 1, run * RUN + number);
                    let of = &scratch[of.start - first.start..of.end - first.start];
                    *span = of.iter().copied().fold(NOTHING, union);
                }
            },
        );
    };
    spans.par_chunks_mut(level.across()).enumerate().for_each(line);
    spans
}

wide! {
    /// Widens ranges by a height each.
    fn rise(heights: &[f32], spans: &mut [Span]) = rise_inner
}

#[inline(always)]
fn rise_inner(heights: &[f32], spans: &mut [Span]) {
    for (height, span) in heights.iter().zip(spans) {
        *span = union(*span, span_of(*height));
    }
}

fn from_finer(finer: &Level, level: &Level) -> Vec<Span> {
    let mut spans = vec![NOTHING; level.lines(0) * level.across()];
    let line = |(down, line): (usize, &mut [Span])| {
        for (across, span) in line.iter_mut().enumerate() {
            for row in level.made_of(finer, 0, down) {
                let columns = level.made_of(finer, 1, across);
                let first = row * finer.across();
                let of = &finer.spans[first + columns.start..first + columns.end];
                *span = of.iter().copied().fold(*span, union);
            }
        }
    };
    spans.par_chunks_mut(level.across()).enumerate().for_each(line);
    spans
}

#[cfg(test)]
mod tests {
    use super::{NOTHING, levels, line, span_of, union};

    #[test]
    fn nodes_have_all_heights_between_their_borders() {
        let mut state = 9_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            match state >> 28 {
                0 => f32::NAN,
                1 => f32::INFINITY,
                _ => (state >> 8) as f32,
            }
        };
        for (size, sides) in [
            ([2, 2], [1.0, 1.0]),
            ([37, 53], [1.0, 1.0]),
            ([64, 129], [1.3, 1.0]),
            ([5, 1000], [70.0, 1.0]),
            ([700, 9], [1.0, 33.0]),
            ([2, 3000], [1.0, 1.0]),
            ([40, 40], [0.0, 1.0]),
            ([40, 40], [0.0, 0.0]),
        ] {
            let heights: Vec<f32> = (0..size[0] * size[1]).map(|_| next()).collect();
            let levels = levels(&heights, size, sides);
            assert_eq!(levels.last().map(|level| level.nodes), Some([1, 1]));
            for (number, level) in levels.iter().enumerate() {
                // By vertices: from the first to the last of a line.
                let ends = |axis: usize, at: usize| {
                    let cells = level.cells[axis];
                    let width = if cells == 1 { 0 } else { cells };
                    (at * cells, (at * cells + width).min(size[axis] - 1))
                };
                for down in 0..level.lines(0) {
                    for across in 0..level.lines(1) {
                        let (rows, columns) = (ends(0, down), ends(1, across));
                        let mut wanted = NOTHING;
                        for row in rows.0..=rows.1 {
                            for column in columns.0..=columns.1 {
                                wanted = union(wanted, span_of(heights[row * size[1] + column]));
                            }
                        }
                        let found = line(&levels, &heights, number, [down, across]);
                        assert_eq!(
                            found, wanted,
                            "{size:?}, {sides:?}, level {number}, {down} {across}"
                        );
                    }
                }
            }
            let kept: usize = levels.iter().map(|level| level.spans.len()).sum();
            if size[0] * size[1] > 2000 && sides[0] > 0.0 {
                assert!(kept * 8 <= size[0] * size[1] * 4 / 3, "{size:?}: {kept} ranges");
            }
        }
        assert!(levels(&[1.0; 7], [1, 7], [1.0, 1.0]).is_empty());
        assert!(levels(&[], [0, 7], [1.0, 1.0]).is_empty());
    }
}
