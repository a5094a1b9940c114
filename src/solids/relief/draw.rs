//! Draws patches into samples. Twin: `reference::space`.

use std::ops::Range;

use super::{BESIDE, Form, Patch, Relief, Splat};
use crate::solids::relief::patches::WIDEST;
use crate::solids::sight::{Window, key, triangle};
use crate::solids::{Lens, Local, Vertex};
use crate::wide::wide;

/// Pieces of a long cell at most: one that goes from beneath the eye to the horizon has them longer than a pixel.
const PIECES: f64 = 4096.0;

/// Pieces that are drawn without a look whether each can be seen.
const TOGETHER: usize = 8;

wide! {
    /// Draws a patch; its items' numbers follow `first`.
    pub(in crate::solids) fn draw(from: (&Lens, &Local), what: (&Relief, &Patch, u32), window: Window, keys: &mut [u64]) = draw_inner
}

#[inline(always)]
fn draw_inner(
    from: (&Lens, &Local),
    (relief, patch, first): (&Relief, &Patch, u32),
    window: Window,
    keys: &mut [u64],
) {
    let [rows, columns] = [0, 1].map(|axis| patch.from[axis]..patch.end[axis]);
    let Form::Boxes(level) = patch.form else {
        triangles(from, (relief, patch, first), window, keys);
        return;
    };
    let pieces = relief.pieces(from.0, level, patch.nearest);
    for row in rows {
        for column in columns.clone() {
            let item = first + relief.node_item(level, [row, column]);
            let node = (level, [row, column]);
            if pieces == 1 {
                // Not by way of the closure, which is a call that is not made for AVX2.
                if let Some(splat) = relief.splat(from, node, (0, 1), patch.nearest) {
                    put(&splat, item, window, keys);
                }
                continue;
            }
            let mut each = |piece: usize| {
                if let Some(splat) = relief.splat(from, node, (piece, pieces), patch.nearest) {
                    put(&splat, item, window, keys);
                }
            };
            let of = ((0..pieces, pieces), (patch.nearest, window));
            relief.strip(from, node, of.0, of.1, &mut each);
        }
    }
}

#[inline(always)]
fn triangles(
    (lens, local): (&Lens, &Local),
    (relief, patch, first): (&Relief, &Patch, u32),
    window: Window,
    keys: &mut [u64],
) {
    let project = |row: usize| -> Vec<([f64; 3], Option<Vertex>)> {
        let vertex = |column: usize| {
            let place = local.exact(relief.stored([row, column]));
            (place, lens.vertex(place))
        };
        (patch.from[1]..=patch.end[1]).map(vertex).collect()
    };
    let mut above = project(patch.from[0]);
    for row in patch.from[0]..patch.end[0] {
        let below = project(row + 1);
        for column in patch.from[1]..patch.end[1] {
            let at = column - patch.from[1];
            for half in 0..2 {
                let item = first + relief.triangle_item([row, column], half);
                let corners = Relief::corners(half).map(|[down, right]| {
                    let line = if down == 0 { &above } else { &below };
                    line[at + right]
                });
                if let [(_, Some(a)), (_, Some(b)), (_, Some(c))] = corners {
                    triangle([a, b, c], item, window, keys);
                    continue;
                }
                let places = corners.map(|(place, _)| place);
                if places.iter().flatten().any(|v| v.is_nan()) {
                    continue;
                }
                let polygon = lens.polygon(places);
                for pair in polygon.get(1..).unwrap_or_default().windows(2) {
                    triangle([polygon[0], pair[0], pair[1]], item, window, keys);
                }
            }
        }
        above = below;
    }
}

/// Draws an upright.
#[inline(always)]
fn put(splat: &Splat, item: u32, window: Window, keys: &mut [u64]) {
    let (axis, width) = (splat.axis, (window.x[1] - window.x[0]) as usize);
    let (lines, others) = match axis {
        0 => (window.x, window.y),
        _ => (window.y, window.x),
    };
    // From one sample of a line to the next, and from line to line.
    let (step, far) = if axis == 0 { (width, 1) } else { (1, width) };
    let (a, b) = (splat.start[axis], splat.start[axis] + splat.along[axis]);
    let [first, last] = samples(a.min(b) - splat.half[axis], a.max(b) + splat.half[axis], lines);
    for line in first..=last {
        let Some(across) = splat.across(f64::from(line) + 0.5, 0.0) else {
            continue;
        };
        let [from, to] = samples(across.from, across.to, others);
        let key = key(across.depth, item);
        for other in from..=to {
            let middle = f64::from(other) + 0.5;
            if across.from <= middle && middle <= across.to {
                let place = (line - lines[0]) as usize * far + (other - others[0]) as usize * step;
                keys[place] = keys[place].max(key);
            }
        }
    }
}

/// From the first sample whose middle is not before a place to the last whose middle is not after another, and at most one more on either side.
#[inline(always)]
fn samples(from: f64, to: f64, [first, end]: [i32; 2]) -> [i32; 2] {
    // What is cut off here is below 0, and of such samples there is none.
    let (from, to) = ((from - 0.5).max(0.0) as i32, (to + 0.5) as i32);
    [from.max(first), to.min(end - 1)]
}

impl Relief {
    /// Where a height of the grid is, as stored.
    #[inline(always)]
    pub(crate) fn stored(&self, [row, column]: [usize; 2]) -> [f64; 3] {
        [
            self.stored_line(1, column as f64),
            self.stored_line(0, row as f64),
            self.stored_at([row, column]),
        ]
    }

    /// The corners of a cell's first triangle, or second: rows and columns after the cell's.
    #[inline(always)]
    pub(crate) fn corners(half: usize) -> [[usize; 2]; 3] {
        match half {
            0 => [[0, 0], [0, 1], [1, 1]],
            _ => [[0, 0], [1, 1], [1, 0]],
        }
    }

    #[inline(always)]
    pub(crate) fn triangle_item(&self, [row, column]: [usize; 2], half: usize) -> u32 {
        (2 * (row * self.cells()[1] + column) + half) as u32
    }

    #[inline(always)]
    pub(crate) fn node_item(&self, level: usize, [row, column]: [usize; 2]) -> u32 {
        (self.firsts[level] + row * self.levels[level].nodes[1] + column) as u32
    }

    /// The axis along which nodes of a level are cells that are longer than a pixel.
    #[inline(always)]
    fn long(&self, lens: &Lens, level: usize, nearest: f64) -> Option<usize> {
        let sides = self.sides(level).map(|side| lens.samples_at(side, nearest));
        let cells = self.levels[level].cells;
        (0..2).find(|&axis| cells[axis] == 1 && sides[axis] > WIDEST)
    }

    /// In how many pieces nodes of a level are drawn.
    #[inline(always)]
    pub(crate) fn pieces(&self, lens: &Lens, level: usize, nearest: f64) -> usize {
        self.long(lens, level, nearest).map_or(1, |axis| {
            let side = lens.samples_at(self.sides(level)[axis], nearest);
            (side / WIDEST).ceil().min(PIECES) as usize
        })
    }

    /// Calls for each of some of a long cell's pieces that may be seen in a window, and a few beside it.
    pub(super) fn strip(
        &self,
        from: (&Lens, &Local),
        (level, node): (usize, [usize; 2]),
        (range, pieces): (Range<usize>, usize),
        (nearest, window): (f64, Window),
        each: &mut dyn FnMut(usize),
    ) {
        let Some(axis) = self.long(from.0, level, nearest) else {
            return;
        };
        let [mut least, mut greatest] = self.box_of(level, node, self.span(level, node));
        let ends = [range.start, range.end].map(|end| node[axis] as f64 + end as f64 / pieces as f64);
        let [a, b] = ends.map(|line| self.stored_line(axis, line));
        (least[1 - axis], greatest[1 - axis]) = (a.min(b), a.max(b));
        let Some([x, y]) = from.0.range(from.1, least, greatest) else {
            return;
        };
        let meets = |[from, to]: [f64; 2], [first, end]: [i32; 2]| {
            from - BESIDE < f64::from(end) && f64::from(first) < to + BESIDE
        };
        if !meets(x, window.x) || !meets(y, window.y) {
            return;
        }
        if range.len() <= TOGETHER {
            range.for_each(each);
            return;
        }
        let middle = range.start + range.len() / 2;
        for part in [range.start..middle, middle..range.end] {
            self.strip(from, (level, node), (part, pieces), (nearest, window), each);
        }
    }

    /// The upright of a piece of a node; `None` of a hole, and where it is behind the eye.
    #[inline(always)]
    pub(crate) fn splat(
        &self,
        (lens, local): (&Lens, &Local),
        (level, node): (usize, [usize; 2]),
        (piece, pieces): (usize, usize),
        nearest: f64,
    ) -> Option<Splat> {
        let [mut rows, mut columns] = self
            .lines_of(level, node)
            .map(|lines| lines.map(|line| line as f64));
        let heights = if pieces == 1 {
            let span = self.span(level, node);
            if span[0] > span[1] {
                return None;
            }
            span.map(|height| self.stored_height(height))
        } else {
            let axis = self.long(lens, level, nearest)?;
            let parts = [piece, piece + 1].map(|end| end as f64 / pieces as f64);
            let lines = if axis == 0 { &mut rows } else { &mut columns };
            *lines = parts.map(|part| lines[0] + part);
            self.between(level, node, axis, parts)?
        };
        let [x, y] =
            [(1, columns), (0, rows)].map(|(axis, lines)| lines.map(|line| self.stored_line(axis, line)));
        Splat::new((lens, local), [x, y], heights, nearest)
    }

    /// The least and the greatest between two parts of the way from one border of a long cell to the other, as stored.
    #[inline(always)]
    fn between(&self, level: usize, node: [usize; 2], axis: usize, parts: [f64; 2]) -> Option<[f64; 2]> {
        let border = |far: usize| {
            let mut all = super::NOTHING;
            let other = 1 - axis;
            for beside in 0..=usize::from(self.levels[level].cells[other] == 1) {
                let mut line = node;
                line[axis] += far;
                line[other] += beside;
                let span = super::levels::line(&self.levels, &self.heights, level, line);
                all = super::levels::union(all, span);
            }
            (all[0] <= all[1]).then(|| all.map(|height| self.stored_height(height)))
        };
        let (near, far) = (border(0)?, border(1)?);
        let at = |end: usize, part: f64| near[end] + part * (far[end] - near[end]);
        Some([
            at(0, parts[0]).min(at(0, parts[1])),
            at(1, parts[0]).max(at(1, parts[1])),
        ])
    }
}
