//! Sheets in windows.

use super::super::hands::Ask;
use super::figure::{move_plane, with_box};
use super::{Stage, To};
use crate::Result;
use crate::figure::{Figure, Panel, PanelView, Sheet};
use crate::scene::PxRect;
use crate::view::plane::Plane;

impl Stage for Sheet {
    fn boxes(&self, size: [u32; 2], px: [f64; 2]) -> bool {
        let cell = at(self, size, px).and_then(|(number, _)| self.cells.get(number));
        cell.is_none_or(|cell| cell.panel.figure().is_some())
    }

    fn title(&self) -> &str {
        let titles = self.cells.iter().map(|cell| cell.panel.title());
        titles
            .into_iter()
            .find(|title| !title.is_empty())
            .unwrap_or_default()
    }

    fn wanted(&self) -> [u32; 2] {
        self.size
    }

    fn rescale(&mut self, by: f32) {
        *self = self.clone().scale(self.scale_factor * by);
    }

    fn first(&self, size: [u32; 2]) -> Vec<PanelView> {
        self.views(size)
    }

    fn resize(&self, views: &mut Vec<PanelView>, from: [u32; 2], to: [u32; 2]) {
        let [from, to] = [from, to].map(|size| self.plots(size));
        for (((view, cell), from), to) in views.iter_mut().zip(&self.cells).zip(&from).zip(&to) {
            if let (Panel::Figure(figure), PanelView::Plane(plane)) = (&cell.panel, view) {
                *plane = Plane::span(plane.bounds([from.w, from.h]), [to.w, to.h], figure.aspect);
                figure.keep(plane, [to.w, to.h]);
            }
        }
    }

    fn ask(&self, views: &mut Vec<PanelView>, size: [u32; 2], ask: &Ask) -> bool {
        let Some((number, rect)) = at(self, size, ask.at) else {
            return false;
        };
        let (Some(cell), Some(view)) = (self.cells.get(number), views.get_mut(number)) else {
            return false;
        };
        let corner = [rect.x, rect.y].map(f64::from);
        let is_moved = match (&cell.panel, view) {
            (Panel::Figure(figure), PanelView::Plane(plane)) => move_plane(figure, rect, plane, ask),
            (Panel::Space(space), PanelView::Camera(camera)) => {
                space.ask(camera, [rect.w, rect.h], &ask.within(corner))
            }
            _ => false,
        };
        if is_moved {
            self.follow(views, number, size);
        }
        is_moved
    }

    fn record(&self, views: &Vec<PanelView>, boxed: Option<[[f64; 2]; 2]>, to: To<'_>) -> Result<()> {
        let To {
            renderer,
            commands,
            target,
            uses,
        } = to;
        let rects = self.rects(target.extent);
        if rects.iter().any(|rect| rect.w == 0 || rect.h == 0) {
            // A window may be made smaller than there are cells.
            let empty = Figure::new();
            let plane = empty.view(target.extent);
            renderer.record_figure(commands, &empty, &plane, target, uses)?;
            return Ok(());
        }
        let drawn = boxed.and_then(|boxed| {
            let (number, rect) = at(self, target.extent, boxed[0])?;
            let mut sheet = self.clone();
            let figure = sheet.cells.get_mut(number)?.panel.figure_mut()?;
            *figure = with_box(figure, views.get(number)?.plane()?, rect, boxed);
            Some(sheet)
        });
        let sheet = drawn.as_ref().unwrap_or(self);
        renderer
            .record_sheet(commands, sheet, views, target, uses)
            .map(|_| ())
    }
}

/// Which cell of a sheet is at a pixel.
fn at(sheet: &Sheet, size: [u32; 2], px: [f64; 2]) -> Option<(usize, PxRect)> {
    let is_here = |rect: &PxRect| {
        let [across, down] =
            [[rect.x, rect.right()], [rect.y, rect.bottom()]].map(|side| side.map(f64::from));
        (across[0]..across[1]).contains(&px[0]) && (down[0]..down[1]).contains(&px[1])
    };
    let rects = sheet.rects(size);
    let number = rects.iter().position(is_here)?;
    Some((number, rects[number]))
}
