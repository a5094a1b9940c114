//! Heights over a grid, of any number: drawn as triangles where they are near, and where cells are smaller than pixels as boxes around all
//! heights of a few cells, so that a frame costs what the screen has and not what the grid has, and no height is lost.
//!
//! `levels` has the least and the greatest of heights that lie together, `patches` says which of them a camera sees and how fine, `splat` how
//! a box looks, `draw` draws, and `look` says what is seen at a place of the target.

mod draw;
mod levels;
mod look;
mod patches;
mod splat;

use std::sync::Arc;

pub(super) use draw::draw;
use levels::{Level, NOTHING, Span};
pub(crate) use look::Seen;
pub(crate) use patches::{Form, Patch};
pub(super) use splat::BESIDE;
pub(crate) use splat::Splat;

use super::{Coordinate, Frame};
use crate::view::camera::Box3;
use crate::{Error, Result};

/// Heights over a grid of rows and columns; see [`Relief::new`].
///
/// Memory: 4 bytes a height, and for the least and the greatest of heights that lie together a sixth of that; a quarter where cells are at
/// least half as long again as wide.
pub struct Relief {
    x: [f64; 2],
    y: [f64; 2],
    /// Rows, and columns.
    shape: [usize; 2],
    heights: Arc<Vec<f32>>,
    range: Option<[f64; 2]>,
    frame: Frame,
    /// Half of how far it goes along y, and along x, as stored; below 0 where it goes the other way.
    halves: [f64; 2],
    /// From line to line the same.
    strides: [f64; 2],
    /// Stored units of a unit of height.
    per_height: f64,
    levels: Vec<Level>,
    /// Of each level the number of its first node among the items; the triangles come before.
    firsts: Vec<usize>,
}

impl Relief {
    /// Heights `[rows, columns]`, row by row: a `Vec`, or an `Arc` of one where others have it too. Columns lie along `x`, rows along `y`,
    /// evenly, each from its first number to its second. Where a height is not finite there is a hole. One pass over them, on all cores.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there are `rows · columns` of them, and for edges that are not finite, or beyond 1e300.
    pub fn new(
        x: [f64; 2],
        y: [f64; 2],
        [rows, columns]: [usize; 2],
        heights: impl Into<Arc<Vec<f32>>>,
    ) -> Result<Self> {
        let heights = heights.into();
        let invalid = |problem: String| Error::Invalid {
            what: "a surface",
            problem,
        };
        if rows.checked_mul(columns) != Some(heights.len()) {
            return Err(invalid(format!(
                "{} heights for {rows} rows of {columns}; give one for each",
                heights.len()
            )));
        }
        if !x.iter().chain(&y).all(|edge| edge.is_place()) {
            return Err(invalid(format!(
                "its edges are {x:?} and {y:?}; give finite ones"
            )));
        }
        let mut relief = Self {
            x,
            y,
            shape: [rows, columns],
            heights,
            range: None,
            frame: Frame::around(None),
            halves: [0.0; 2],
            strides: [0.0; 2],
            per_height: 1.0,
            levels: Vec::new(),
            firsts: Vec::new(),
        };
        relief.levels = levels::levels(&relief.heights, relief.shape, relief.steps());
        let mut next = 2 * relief.cells()[0] * relief.cells()[1];
        let first = |level: &Level| {
            let first = next;
            next += level.nodes[0] * level.nodes[1];
            first
        };
        relief.firsts = relief.levels.iter().map(first).collect();
        let [least, greatest] = match relief.levels.len() {
            0 => {
                let heights = relief.heights.iter();
                heights.map(|v| levels::span_of(*v)).fold(NOTHING, levels::union)
            }
            all => relief.span(all - 1, [0, 0]),
        };
        relief.range = (least <= greatest).then(|| [least, greatest].map(f64::from));
        relief.frame = Frame::around(relief.bounds());
        relief.halves = [y, x].map(|[from, to]| (to / 2.0 - from / 2.0) / relief.frame.half);
        let cells = relief.cells();
        relief.strides = [0, 1].map(|axis| 2.0 * relief.halves[axis] / cells[axis].max(1) as f64);
        relief.per_height = 1.0 / relief.frame.half;
        Ok(relief)
    }

    /// Rows, and columns.
    #[must_use]
    pub fn shape(&self) -> [usize; 2] {
        self.shape
    }

    /// The heights, row by row.
    #[must_use]
    pub fn heights(&self) -> &[f32] {
        &self.heights
    }

    /// The memory that they take, with what was made of them to draw them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let levels: usize = self.levels.iter().map(Level::bytes).sum();
        (size_of_val(&self.heights[..]) + levels) as u64
    }

    /// Where a height is, by its number row by row; its z is NaN or infinite in a hole.
    #[must_use]
    pub fn place(&self, number: usize) -> [f64; 3] {
        let [rows, columns] = self.shape;
        let along = |[from, to]: [f64; 2], at: usize, count: usize| {
            from + (to - from) * at as f64 / (count.max(2) - 1) as f64
        };
        [
            along(self.x, number % columns, columns),
            along(self.y, number / columns, rows),
            self.heights[number].into(),
        ]
    }

    /// The least and the greatest finite height; `None` of none.
    #[must_use]
    pub fn range(&self) -> Option<[f64; 2]> {
        self.range
    }

    /// The box around all of the grid, as low and as high as finite heights are; `None` of none.
    #[must_use]
    pub fn bounds(&self) -> Option<Box3> {
        let sorted = |[a, b]: [f64; 2]| [a.min(b), a.max(b)];
        Some(Box3([sorted(self.x), sorted(self.y), self.range?]))
    }

    pub(crate) fn frame(&self) -> Frame {
        self.frame
    }

    /// Two triangles a cell, and the nodes of all levels.
    pub(crate) fn items(&self) -> usize {
        match (self.firsts.last(), self.levels.last()) {
            (Some(first), Some(level)) => first + level.nodes[0] * level.nodes[1],
            _ => 0,
        }
    }

    /// Cells, down and across.
    #[inline(always)]
    fn cells(&self) -> [usize; 2] {
        self.shape.map(|lines| lines.saturating_sub(1))
    }

    /// How far apart lines of the grid are, down and across.
    fn steps(&self) -> [f64; 2] {
        let cells = self.cells();
        let step = |[from, to]: [f64; 2], cells: usize| (to - from).abs() / cells.max(1) as f64;
        [step(self.y, cells[0]), step(self.x, cells[1])]
    }

    /// Where lines of the grid are, as stored: x of a column, or y of a row, for axis 1 or 0.
    #[inline(always)]
    fn stored_line(&self, axis: usize, line: f64) -> f64 {
        line * self.strides[axis] - self.halves[axis]
    }

    #[inline(always)]
    fn stored_height(&self, height: f32) -> f64 {
        (f64::from(height) - self.frame.middle[2]) * self.per_height
    }

    /// The same of a height in the grid, NaN where it is not finite.
    #[inline(always)]
    fn stored_at(&self, [row, column]: [usize; 2]) -> f64 {
        let height = self.heights[row * self.shape[1] + column];
        self.stored_height(if height.is_finite() { height } else { f32::NAN })
    }

    /// The range of a node.
    #[inline(always)]
    fn span(&self, level: usize, [down, across]: [usize; 2]) -> Span {
        let cells = self.levels[level].cells;
        let mut all = NOTHING;
        // Both borders where lines are of vertices.
        for row in down..=down + usize::from(cells[0] == 1) {
            for column in across..=across + usize::from(cells[1] == 1) {
                let span = levels::line(&self.levels, &self.heights, level, [row, column]);
                all = levels::union(all, span);
            }
        }
        all
    }

    /// From which to which line of the grid a node goes, down and across.
    #[inline(always)]
    fn lines_of(&self, level: usize, node: [usize; 2]) -> [[usize; 2]; 2] {
        let (cells, all) = (self.levels[level].cells, self.cells());
        [0, 1].map(|axis| {
            let from = node[axis] * cells[axis];
            [from, (from + cells[axis]).min(all[axis])]
        })
    }

    /// The box around a node with a range, as stored: least and greatest.
    fn box_of(&self, level: usize, node: [usize; 2], span: Span) -> [[f64; 3]; 2] {
        let [rows, columns] = self.lines_of(level, node);
        let side = |axis: usize, lines: [usize; 2]| {
            let [a, b] = lines.map(|line| self.stored_line(axis, line as f64));
            [a.min(b), a.max(b)]
        };
        let (x, y, z) = (
            side(1, columns),
            side(0, rows),
            span.map(|height| self.stored_height(height)),
        );
        [0, 1].map(|end| [x[end], y[end], z[end]])
    }
}
