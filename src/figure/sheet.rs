//! Several figures and scenes in a grid; axes of figures may be linked.

use std::ops::Range;

use super::{Panel, PanelView, Seen};
use crate::scene::PxRect;
use crate::view::plane::{Bounds, Plane};
use crate::{Error, Result};

/// Figures and scenes in a grid of equal rows and columns.
///
/// Each is drawn as on a target of its own that is as large as its cell; where nothing is, the first one's background is seen.
#[derive(Clone)]
pub struct Sheet {
    /// How many rows and columns there are.
    pub grid: [u32; 2],
    /// What is in them; none lies over another.
    pub cells: Vec<Cell>,
    /// Which of the figures show the same of x.
    pub link_x: Link,
    /// Which of the figures show the same of y.
    pub link_y: Link,
    /// Width and height where nothing else says it, in pixels before scaling to the display.
    pub size: [u32; 2],
    /// Pixels of the target for one of the sheet's.
    pub scale_factor: f32,
}

/// A figure or a scene in a sheet.
#[derive(Clone)]
pub struct Cell {
    /// What is there; of its size and its scale the sheet says all.
    pub panel: Panel,
    /// From above; several where it is higher than others.
    pub rows: Range<u32>,
    /// From the left.
    pub columns: Range<u32>,
}

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

    /// Puts a figure or a scene into a cell, both counted from 0.
    ///
    /// # Errors
    /// As [`Sheet::place`].
    pub fn at(self, row: u32, column: u32, panel: impl Into<Panel>) -> Result<Self> {
        self.place(
            row..row.saturating_add(1),
            column..column.saturating_add(1),
            panel,
        )
    }

    /// Puts a figure or a scene over several cells.
    ///
    /// # Errors
    /// [`Error::Invalid`] for cells that are not there, or where another is.
    pub fn place(mut self, rows: Range<u32>, columns: Range<u32>, panel: impl Into<Panel>) -> Result<Self> {
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
        let mut panel = panel.into();
        panel.scale(self.scale_factor);
        self.cells.push(Cell { panel, rows, columns });
        Ok(self)
    }

    /// Which of the figures show the same of x.
    #[must_use]
    pub fn link_x(self, link_x: Link) -> Self {
        Self { link_x, ..self }
    }

    /// Which of the figures show the same of y.
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
            cell.panel.scale(scale_factor);
        }
        self
    }

    /// Pixels of a target of its own size.
    #[must_use]
    pub fn target_size(&self) -> [u32; 2] {
        super::scaled(self.size, self.scale_factor)
    }

    /// Where each cell is on a target of `[width, height]` pixels; empty where there are more cells than pixels.
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

    /// Where each figure's visuals are on the target, and each scene: what the pointer is over, and by which rectangle views are moved.
    #[must_use]
    pub fn plots(&self, target: [u32; 2]) -> Vec<PxRect> {
        let cells = self.cells.iter().zip(self.rects(target));
        let plot = |(cell, rect): (&Cell, PxRect)| cell.panel.plot([rect.w, rect.h]).moved(rect.x, rect.y);
        cells.map(plot).collect()
    }

    /// From where each is seen at first: linked axes show what any of theirs would.
    #[must_use]
    pub fn views(&self, target: [u32; 2]) -> Vec<PanelView> {
        let sizes: Vec<[u32; 2]> = self.plots(target).iter().map(|plot| [plot.w, plot.h]).collect();
        let rects = self.rects(target);
        let own = |(cell, rect): (&Cell, &PxRect)| cell.panel.view([rect.w, rect.h]);
        let own: Vec<PanelView> = self.cells.iter().zip(&rects).map(own).collect();
        let bounds: Vec<Option<Bounds>> = own
            .iter()
            .zip(&sizes)
            .map(|(view, size)| Some(view.plane()?.bounds(*size)))
            .collect();
        let around = |number: usize, now: Bounds, is_linked: fn(&Self, usize, usize) -> bool| {
            let linked = (0..self.cells.len()).filter(|&other| is_linked(self, number, other));
            linked.filter_map(|other| bounds[other]).fold(now, Bounds::union)
        };
        let view = |(number, cell): (usize, &Cell)| {
            let (Some(figure), Some(now)) = (cell.panel.figure(), bounds[number]) else {
                return own[number];
            };
            let bounds = Bounds {
                x: around(number, now, Self::links_x).x,
                y: around(number, now, Self::links_y).y,
            };
            if bounds == now {
                return own[number];
            }
            let mut plane = Plane::span(bounds, sizes[number], figure.aspect);
            figure.keep(&mut plane, sizes[number]);
            plane.into()
        };
        self.cells.iter().enumerate().map(view).collect()
    }

    /// After the view of one has been moved: the axes that are linked to its own show the same.
    pub fn follow(&self, views: &mut [PanelView], moved: usize, target: [u32; 2]) {
        let sizes: Vec<[u32; 2]> = self.plots(target).iter().map(|plot| [plot.w, plot.h]).collect();
        let plane = views.get(moved).and_then(PanelView::plane).copied();
        let (Some(plane), Some(size)) = (plane, sizes.get(moved)) else {
            return;
        };
        let shown = plane.bounds(*size);
        for (other, (view, size)) in views.iter_mut().zip(&sizes).enumerate() {
            let [x, y] = [self.links_x(moved, other), self.links_y(moved, other)];
            let (Some(plane), Some(figure)) = (view.plane_mut(), self.cells[other].panel.figure()) else {
                continue;
            };
            if other == moved || !(x || y) {
                continue;
            }
            let now = plane.bounds(*size);
            let bounds = Bounds {
                x: if x { shown.x } else { now.x },
                y: if y { shown.y } else { now.y },
            };
            *plane = Plane::span(bounds, *size, figure.aspect);
        }
    }

    /// Each figure and scene, from where it is seen, and where on the target it is.
    pub(crate) fn seen<'a>(
        &'a self,
        views: &'a [PanelView],
        target: [u32; 2],
    ) -> Result<Vec<(Seen<'a>, PxRect)>> {
        let failed = |problem: String| Error::Invalid {
            what: "the views of a sheet",
            problem,
        };
        if views.len() != self.cells.len() {
            let (views, cells) = (views.len(), self.cells.len());
            return Err(failed(format!("{views} of them for {cells} figures and scenes")));
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
        let all = self.cells.iter().zip(views).zip(rects).enumerate();
        all.map(|(number, ((cell, view), rect))| {
            if let Panel::Space(space) = &cell.panel {
                space.check()?;
            }
            let seen = cell.panel.seen(view).ok_or_else(|| {
                let problem = format!(
                    "number {number} is {view:?}; a figure is seen from a plane, a scene by a camera"
                );
                failed(problem)
            })?;
            Ok((seen, rect))
        })
        .collect()
    }

    /// Axes of which one is logarithmic and the other is not have no coordinates in common places: they are not linked.
    fn links_x(&self, a: usize, b: usize) -> bool {
        let is_log = |cell: &Cell| cell.panel.figure().map(|figure| figure.x.scale.is_log());
        self.links([a, b], is_log)
            && self
                .link_x
                .joins(self.cells[a].columns.start, self.cells[b].columns.start)
    }

    fn links_y(&self, a: usize, b: usize) -> bool {
        let is_log = |cell: &Cell| cell.panel.figure().map(|figure| figure.y.scale.is_log());
        self.links([a, b], is_log)
            && self
                .link_y
                .joins(self.cells[a].rows.start, self.cells[b].rows.start)
    }

    /// Whether two are figures whose axes are alike.
    fn links(&self, of: [usize; 2], is_log: impl Fn(&Cell) -> Option<bool>) -> bool {
        let [a, b] = of.map(|number| is_log(&self.cells[number]));
        a.is_some() && a == b
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
