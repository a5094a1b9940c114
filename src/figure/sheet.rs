//! Several figures in a grid, whose axes may be linked.

use std::ops::Range;

use super::{Figure, Frame};
use crate::scene::PxRect;
use crate::view::plane::{Bounds, Plane};
use crate::{Error, Result};

/// Figures in a grid of equal rows and columns.
///
/// Each is drawn as on a target of its own that is as large as its cell; where nothing is, the first one's background is seen.
#[derive(Clone)]
pub struct Sheet {
    /// How many rows and columns there are.
    pub grid: [u32; 2],
    /// What is in them; none lies over another.
    pub cells: Vec<Cell>,
    /// Which of them show the same of x.
    pub link_x: Link,
    /// Which of them show the same of y.
    pub link_y: Link,
    /// Width and height where nothing else says it, in pixels before scaling to the display.
    pub size: [u32; 2],
    /// Pixels of the target for one of the sheet's.
    pub scale_factor: f32,
}

/// A figure in a sheet.
#[derive(Clone)]
pub struct Cell {
    /// What is there; of its size and its scale the sheet says all.
    pub figure: Figure,
    /// From above; several where it is higher than others.
    pub rows: Range<u32>,
    /// From the left.
    pub columns: Range<u32>,
}

/// A figure, from where it is seen, and where on the target it is.
pub(crate) type Seen<'a> = (&'a Figure, &'a Plane, PxRect);

/// Which figures of a sheet show the same of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Link {
    /// Each has its own.
    #[default]
    None,
    /// Of x those that begin in the same column, of y those that begin in the same row.
    Aligned,
    /// All.
    All,
}

impl Sheet {
    /// So many rows and columns, one at least of each, with nothing in them; 960 × 640 pixels.
    #[must_use]
    pub fn new(rows: u32, columns: u32) -> Self {
        Self {
            grid: [rows.max(1), columns.max(1)],
            cells: Vec::new(),
            link_x: Link::None,
            link_y: Link::None,
            size: [960, 640],
            scale_factor: 1.0,
        }
    }

    /// Puts a figure into a cell, both counted from 0.
    ///
    /// # Errors
    /// As [`Sheet::place`].
    pub fn at(self, row: u32, column: u32, figure: Figure) -> Result<Self> {
        self.place(
            row..row.saturating_add(1),
            column..column.saturating_add(1),
            figure,
        )
    }

    /// Puts a figure over several cells.
    ///
    /// # Errors
    /// [`Error::Invalid`] for cells that are not there, or where another figure is.
    pub fn place(mut self, rows: Range<u32>, columns: Range<u32>, figure: Figure) -> Result<Self> {
        let failed = |problem: String| Error::Invalid {
            what: "a place in a sheet",
            problem,
        };
        let [height, width] = self.grid;
        if rows.is_empty() || columns.is_empty() || rows.end > height || columns.end > width {
            return Err(failed(format!(
                "rows {rows:?} and columns {columns:?} are not in a grid of {height} rows and {width} columns"
            )));
        }
        let meet = |a: &Range<u32>, b: &Range<u32>| a.start < b.end && b.start < a.end;
        if let Some(other) = self
            .cells
            .iter()
            .find(|cell| meet(&cell.rows, &rows) && meet(&cell.columns, &columns))
        {
            return Err(failed(format!(
                "in rows {rows:?} and columns {columns:?} another figure is, of rows {:?} and columns {:?}",
                other.rows, other.columns
            )));
        }
        self.cells.push(Cell {
            figure: figure.scale(self.scale_factor),
            rows,
            columns,
        });
        Ok(self)
    }

    /// Which of them show the same of x.
    #[must_use]
    pub fn link_x(self, link_x: Link) -> Self {
        Self { link_x, ..self }
    }

    /// Which of them show the same of y.
    #[must_use]
    pub fn link_y(self, link_y: Link) -> Self {
        Self { link_y, ..self }
    }

    /// Width and height, in pixels before scaling to the display.
    #[must_use]
    pub fn size(self, width: u32, height: u32) -> Self {
        Self {
            size: [width, height],
            ..self
        }
    }

    /// Pixels of the target for one of the sheet's.
    #[must_use]
    pub fn scale(mut self, scale_factor: f32) -> Self {
        self.scale_factor = scale_factor;
        for cell in &mut self.cells {
            cell.figure.scale_factor = scale_factor;
        }
        self
    }

    /// Pixels of a target of its own size.
    #[must_use]
    pub fn target_size(&self) -> [u32; 2] {
        super::scaled(self.size, self.scale_factor)
    }

    /// Where each figure is on a target of `[width, height]` pixels; empty where there are more cells than pixels.
    #[must_use]
    pub fn rects(&self, target: [u32; 2]) -> Vec<PxRect> {
        let edge = |number: u32, of: u32, px: u32| (u64::from(px) * u64::from(number) / u64::from(of)) as u32;
        let side = |range: &Range<u32>, of: u32, px: u32| {
            let [from, to] = [range.start, range.end].map(|number| edge(number, of, px));
            (from, to - from)
        };
        let rect = |cell: &Cell| {
            let (x, w) = side(&cell.columns, self.grid[1], target[0]);
            let (y, h) = side(&cell.rows, self.grid[0], target[1]);
            PxRect { x, y, w, h }
        };
        self.cells.iter().map(rect).collect()
    }

    /// Where each figure's visuals are on the target: what the pointer is over, and by which rectangle views are moved.
    #[must_use]
    pub fn plots(&self, target: [u32; 2]) -> Vec<PxRect> {
        let cells = self.cells.iter().zip(self.rects(target));
        let plot =
            |(cell, rect): (&Cell, PxRect)| Frame::plot(&cell.figure, [rect.w, rect.h]).moved(rect.x, rect.y);
        cells.map(plot).collect()
    }

    /// What is in view of each at first: linked axes show what any of theirs would.
    #[must_use]
    pub fn views(&self, target: [u32; 2]) -> Vec<Plane> {
        let sizes: Vec<[u32; 2]> = self.plots(target).iter().map(|plot| [plot.w, plot.h]).collect();
        let rects = self.rects(target);
        let own = |(cell, rect): (&Cell, &PxRect)| cell.figure.view([rect.w, rect.h]);
        let own: Vec<Plane> = self.cells.iter().zip(&rects).map(own).collect();
        let bounds: Vec<Bounds> = own
            .iter()
            .zip(&sizes)
            .map(|(plane, size)| plane.bounds(*size))
            .collect();
        let around = |number: usize, is_linked: fn(&Self, usize, usize) -> bool| {
            let linked = (0..self.cells.len()).filter(|&other| is_linked(self, number, other));
            linked
                .map(|other| bounds[other])
                .fold(bounds[number], Bounds::union)
        };
        (0..self.cells.len())
            .map(|number| {
                let bounds = Bounds {
                    x: around(number, Self::links_x).x,
                    y: around(number, Self::links_y).y,
                };
                if bounds == own[number].bounds(sizes[number]) {
                    return own[number];
                }
                Plane::span(bounds, sizes[number], self.cells[number].figure.aspect)
            })
            .collect()
    }

    /// After the view of one has been moved: the axes that are linked to its own show the same.
    pub fn follow(&self, planes: &mut [Plane], moved: usize, target: [u32; 2]) {
        let sizes: Vec<[u32; 2]> = self.plots(target).iter().map(|plot| [plot.w, plot.h]).collect();
        let (Some(plane), Some(size)) = (planes.get(moved).copied(), sizes.get(moved)) else {
            return;
        };
        let shown = plane.bounds(*size);
        for (other, (plane, size)) in planes.iter_mut().zip(&sizes).enumerate() {
            let [x, y] = [self.links_x(moved, other), self.links_y(moved, other)];
            if other == moved || !(x || y) {
                continue;
            }
            let now = plane.bounds(*size);
            let bounds = Bounds {
                x: if x { shown.x } else { now.x },
                y: if y { shown.y } else { now.y },
            };
            *plane = Plane::span(bounds, *size, self.cells[other].figure.aspect);
        }
    }

    /// Each figure, from where it is seen, and where on the target it is.
    pub(crate) fn seen<'a>(&'a self, planes: &'a [Plane], target: [u32; 2]) -> Result<Vec<Seen<'a>>> {
        if planes.len() != self.cells.len() {
            return Err(Error::Invalid {
                what: "the views of a sheet",
                problem: format!("{} of them for {} figures", planes.len(), self.cells.len()),
            });
        }
        let rects = self.rects(target);
        if rects.iter().any(|rect| rect.w == 0 || rect.h == 0) {
            let [rows, columns] = self.grid;
            return Err(Error::Invalid {
                what: "a sheet",
                problem: format!(
                    "{rows} rows and {columns} columns are more than the {} × {} pixels to draw them in",
                    target[0], target[1]
                ),
            });
        }
        let figures = self.cells.iter().map(|cell| &cell.figure);
        let seen = figures.zip(planes).zip(rects);
        Ok(seen
            .map(|((figure, plane), rect)| (figure, plane, rect))
            .collect())
    }

    /// Axes of which one is logarithmic and the other is not have no coordinates in common places: they are not linked.
    fn links_x(&self, a: usize, b: usize) -> bool {
        let [a, b] = [a, b].map(|number| &self.cells[number]);
        let alike = a.figure.x.scale.is_log() == b.figure.x.scale.is_log();
        alike && self.link_x.joins(a.columns.start, b.columns.start)
    }

    fn links_y(&self, a: usize, b: usize) -> bool {
        let [a, b] = [a, b].map(|number| &self.cells[number]);
        let alike = a.figure.y.scale.is_log() == b.figure.y.scale.is_log();
        alike && self.link_y.joins(a.rows.start, b.rows.start)
    }
}

impl Link {
    /// Whether figures are linked that begin at two lines of the grid.
    fn joins(self, a: u32, b: u32) -> bool {
        match self {
            Self::None => false,
            Self::Aligned => a == b,
            Self::All => true,
        }
    }
}
