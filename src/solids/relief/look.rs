//! What is seen of a grid at a place of the target: how high it is there, which way it faces, and which height that is.

use super::levels::Span;
use super::{NOTHING, Relief};
use crate::solids::{Lens, Local};

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The first or the second triangle of a cell, by its row and column.
    Triangle([usize; 2], usize),
    /// A node of a level, by its row and column.
    Node(usize, [usize; 2]),
}

impl Relief {
    /// What an item is.
    pub(crate) fn seen(&self, item: usize) -> Seen {
        let level = self.firsts.partition_point(|&first| first <= item);
        let Some(level) = level.checked_sub(1) else {
            let (cell, across) = (item / 2, self.cells()[1]);
            return Seen::Triangle([cell / across, cell % across], item % 2);
        };
        let (node, across) = (item - self.firsts[level], self.levels[level].nodes[1]);
        Seen::Node(level, [node / across, node % across])
    }

    /// The height at a row and a column.
    pub(crate) fn height_at(&self, [row, column]: [usize; 2]) -> f64 {
        self.heights[row * self.shape[1] + column].into()
    }

    /// A stored height as it was given.
    pub(crate) fn height(&self, stored: f64) -> f64 {
        self.frame.middle[2] + self.frame.half * stored
    }

    /// The number of a triangle's corner, row by row.
    pub(crate) fn corner(&self, [row, column]: [usize; 2], [down, right]: [usize; 2]) -> usize {
        (row + down) * self.shape[1] + column + right
    }

    /// The normal at a height, as that of a mesh is: the mean of those of the triangles there, the larger counting more.
    pub(crate) fn normal(&self, [row, column]: [usize; 2]) -> [f64; 3] {
        let cells = self.cells();
        let [step_y, step_x] = self.strides;
        let mut sum = [0.0; 3];
        // The cells around it, and which of their triangles meet it.
        for (up, left, halves) in [(1, 1, 0..2), (1, 0, 1..2), (0, 1, 0..1), (0, 0, 0..2)] {
            let (Some(top), Some(side)) = (row.checked_sub(up), column.checked_sub(left)) else {
                continue;
            };
            if top >= cells[0] || side >= cells[1] {
                continue;
            }
            let at = |down: usize, right: usize| self.stored_at([top + down, side + right]);
            let (start, end) = (at(0, 0), at(1, 1));
            for half in halves {
                // How steep it is along x and y.
                let [rise_x, rise_y] = match half {
                    0 => [at(0, 1) - start, end - at(0, 1)],
                    _ => [end - at(1, 0), at(1, 0) - start],
                };
                let normal = [-rise_x * step_y, -rise_y * step_x, step_x * step_y];
                if normal.iter().all(|v| v.is_finite()) {
                    sum = [0, 1, 2].map(|axis| sum[axis] + normal[axis]);
                }
            }
        }
        let long = crate::view::camera::length(sum);
        // As exactly as meshes keep them.
        sum.map(|v| {
            if long > 0.0 {
                f64::from((v / long) as f32)
            } else {
                0.0
            }
        })
    }

    /// The normal of a node, by the middles of the ranges beside it: what is steep within a pixel is lit as what it stands on.
    pub(crate) fn node_normal(&self, level: usize, node: [usize; 2]) -> [f64; 3] {
        let nodes = self.levels[level].nodes;
        let middle = |node: [usize; 2]| {
            let [lo, hi] = self.span(level, node);
            (lo <= hi).then(|| self.stored_height(lo) / 2.0 + self.stored_height(hi) / 2.0)
        };
        let own = middle(node).unwrap_or(0.0);
        let slope = |axis: usize| {
            let (mut before, mut after) = (node, node);
            before[axis] = node[axis].saturating_sub(1);
            after[axis] = (node[axis] + 1).min(nodes[axis] - 1);
            let rise = middle(after).unwrap_or(own) - middle(before).unwrap_or(own);
            let lines = ((after[axis] - before[axis]) * self.levels[level].cells[axis]) as f64;
            let far = lines * self.strides[axis];
            if far == 0.0 { 0.0 } else { rise / far }
        };
        [-slope(1), -slope(0), 1.0]
    }

    /// Where what is seen of a node at a place of the target is, in samples: as stored.
    pub(crate) fn node_place(
        &self,
        from: (&Lens, &Local),
        (level, node): (usize, [usize; 2]),
        at: [f64; 2],
    ) -> [f64; 3] {
        let [lo, hi] = self.span(level, node).map(|height| self.stored_height(height));
        let height = match self.levels[level].cells.contains(&1) {
            true => self.strip_height(from, (level, node), at),
            false => {
                let nearest = from.0.least_divisor();
                let splat = self.splat(from, (level, node), (0, 1), nearest);
                splat.map(|splat| splat.height(at))
            }
        };
        let [y, x] = [0, 1].map(|axis| {
            let lines = self.lines_of(level, node)[axis];
            self.stored_line(axis, (lines[0] + lines[1]) as f64 / 2.0)
        });
        [x, y, height.unwrap_or(hi).clamp(lo, hi)]
    }

    /// The same of a node that is a cell wide, and may be drawn in pieces.
    fn strip_height(
        &self,
        from: (&Lens, &Local),
        (level, node): (usize, [usize; 2]),
        at: [f64; 2],
    ) -> Option<f64> {
        let [least, greatest] = self.box_of(level, node, self.span(level, node));
        let [nearest, _] = from.0.divisors(from.1, least, greatest)?;
        let pieces = self.pieces(from.0, level, nearest);
        let splat = |piece: usize| self.splat(from, (level, node), (piece, pieces), nearest);
        if pieces == 1 {
            return Some(splat(0)?.height(at));
        }
        // Which piece that is: how far along the cell, of all that is as far up on the target.
        let (first, last) = (splat(0)?, splat(pieces - 1)?);
        let off = [0, 1].map(|axis| at[axis] - first.start[axis]);
        let along = [0, 1].map(|axis| last.start[axis] - first.start[axis]);
        let cross = |a: [f64; 2], b: [f64; 2]| a[0] * b[1] - a[1] * b[0];
        let part = cross(off, first.along) / cross(along, first.along);
        let part = if part.is_finite() {
            part.clamp(0.0, 1.0)
        } else {
            0.5
        };
        Some(splat((part * (pieces - 1) as f64).round() as usize)?.height(at))
    }

    /// The number, row by row, of the height that is seen of an item at a place of the target, in samples: of a triangle's corners the nearest;
    /// of a node's heights the greatest or the least, whichever is nearer.
    pub(crate) fn number_at(&self, from: (&Lens, &Local), item: usize, at: [f64; 2]) -> usize {
        match self.seen(item) {
            Seen::Triangle(cell, half) => {
                let corners = Self::corners(half);
                let places =
                    corners.map(|[down, right]| from.1.exact(self.stored([cell[0] + down, cell[1] + right])));
                let parts = from.0.parts(&from.0.crosses(places), at);
                let nearest = (0..3).fold(
                    0,
                    |best, next| if parts[next] > parts[best] { next } else { best },
                );
                self.corner(cell, corners[nearest])
            }
            Seen::Node(level, node) => {
                let [lo, hi] = self.span(level, node);
                let seen = self.node_place(from, (level, node), at)[2];
                let middle = self.stored_height(lo) / 2.0 + self.stored_height(hi) / 2.0;
                self.end_of(level, node, usize::from(seen >= middle))
            }
        }
    }

    /// The number of the least height of a node, or of the greatest: `end` 0 or 1.
    fn end_of(&self, mut level: usize, mut node: [usize; 2], end: usize) -> usize {
        let further = |a: Span, b: Span| if end == 0 { b[0] < a[0] } else { b[1] > a[1] };
        while let Some(finer) = level.checked_sub(1) {
            let [rows, columns] = self.levels[level].parts(&self.levels[finer], node);
            let mut best = (NOTHING, node);
            for part in rows.flat_map(|row| columns.clone().map(move |column| [row, column])) {
                let span = self.span(finer, part);
                if further(best.0, span) {
                    best = (span, part);
                }
            }
            (level, node) = (finer, best.1);
        }
        let mut best = (NOTHING, 0);
        for corner in [[0, 0], [0, 1], [1, 0], [1, 1]] {
            let number = self.corner(node, corner);
            let span = super::levels::span_of(self.heights[number]);
            if further(best.0, span) {
                best = (span, number);
            }
        }
        best.1
    }
}
