//! Figures in windows.

use super::super::hands::{Ask, What};
use super::super::{Button, Key};
use super::{Stage, To};
use crate::Result;
use crate::figure::{Figure, Frame, Spans};
use crate::scene::PxRect;
use crate::view::axis::Scale;
use crate::view::gesture::{ARROW_SHARE, NOTCH};
use crate::view::plane::Plane;

/// A drag of so many pixels zooms by e.
const ZOOM_PX: f64 = 200.0;

/// The opacity of the box that is being drawn.
const BOX_ALPHA: u8 = 40;

impl Stage for Figure {
    fn boxes(&self, _: [u32; 2], _: [f64; 2]) -> bool {
        true
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn wanted(&self) -> [u32; 2] {
        self.size
    }

    fn rescale(&mut self, by: f32) {
        self.scale_factor *= by;
    }

    fn first(&self, size: [u32; 2]) -> Plane {
        self.view(size)
    }

    fn resize(&self, view: &mut Plane, from: [u32; 2], to: [u32; 2]) {
        let [from, to] = [from, to].map(|size| Frame::plot(self, size));
        *view = Plane::span(view.bounds([from.w, from.h]), [to.w, to.h], self.aspect);
        self.keep(view, [to.w, to.h]);
    }

    fn ask(&self, view: &mut Plane, size: [u32; 2], ask: &Ask) -> bool {
        move_plane(self, PxRect::all(size), view, ask)
    }

    fn record(&self, view: &Plane, boxed: Option<[[f64; 2]; 2]>, to: To<'_>) -> Result<()> {
        let with_box = boxed.map(|boxed| with_box(self, view, PxRect::all(to.target.extent), boxed));
        let figure = with_box.as_ref().unwrap_or(self);
        to.renderer
            .record_figure(to.commands, figure, view, to.target, to.uses)
            .map(|_| ())
    }
}

/// A plot within its window.
fn plot(figure: &Figure, rect: PxRect) -> PxRect {
    Frame::plot(figure, [rect.w, rect.h]).moved(rect.x, rect.y)
}

/// A pixel of the window in those of the plot.
fn in_plot(plot: PxRect, at: [f64; 2]) -> [f64; 2] {
    [at[0] - f64::from(plot.x), at[1] - f64::from(plot.y)]
}

/// The coordinates at a pixel of a window; `None` beside the plot.
pub(in crate::show) fn coordinates(
    figure: &Figure,
    plane: &Plane,
    size: [u32; 2],
    at: [f64; 2],
) -> Option<[f64; 2]> {
    let plot = plot(figure, PxRect::all(size));
    let [x, y] = in_plot(plot, at);
    let is_in = (0.0..f64::from(plot.w)).contains(&x) && (0.0..f64::from(plot.h)).contains(&y);
    is_in.then(|| place(figure, plane, [x, y]))
}

/// The coordinates at a pixel of the plot.
fn place(figure: &Figure, plane: &Plane, px: [f64; 2]) -> [f64; 2] {
    let [x, y] = plane.at_px(px);
    let [of_x, of_y]: [Scale; 2] = figure.both_scales();
    [of_x.coordinate_from(x), of_y.coordinate_from(y)]
}

/// The figure with a box over its plot.
pub(super) fn with_box(figure: &Figure, plane: &Plane, rect: PxRect, boxed: [[f64; 2]; 2]) -> Figure {
    let plot = plot(figure, rect);
    let [[x0, y0], [x1, y1]] = boxed.map(|at| place(figure, plane, in_plot(plot, at)));
    let color = figure.style.foreground.with_alpha(BOX_ALPHA);
    let across = [[x0.min(x1), x0.max(x1)]];
    let up = [[y0.min(y1), y0.max(y1)]];
    match Spans::rectangles(&across, &up) {
        Ok(spans) => figure.clone().with(spans.color(color)),
        // A box of nothing is not drawn.
        Err(_) => figure.clone(),
    }
}

/// Does what is asked of a figure that lies in `rect` of a window.
pub(super) fn move_plane(figure: &Figure, rect: PxRect, plane: &mut Plane, ask: &Ask) -> bool {
    let plot = plot(figure, rect);
    let size = [plot.w, plot.h];
    let at = in_plot(plot, ask.at);
    // Where pixels of both axes belong together one factor is for both.
    let factors = |x: f64, y: f64| match figure.aspect {
        Some(_) => [(x * y).sqrt(); 2],
        None => [x, y],
    };
    let sides = size.map(f64::from);
    let middle = sides.map(|px| px / 2.0);
    let step = sides.map(|px| px * ARROW_SHARE);
    match ask.what {
        What::Drag {
            button: Button::Second,
            from,
            to,
        } => {
            let [x, y] = [to[0] - from[0], from[1] - to[1]].map(|px| (px / ZOOM_PX).exp());
            plane.zoom_at(at, factors(x, y), size);
        }
        What::Drag { from, to, .. } => plane.pan_px([to[0] - from[0], to[1] - from[1]]),
        What::Box(end) => *plane = plane.zoomed_to(at, in_plot(plot, end), size, figure.aspect),
        What::Wheel(notches) => {
            let by = NOTCH.powf(notches);
            // Over an axis' numbers it is that axis alone.
            let [x, y] = match figure.aspect {
                Some(_) => [by, by],
                None if ask.held.control || at[1] >= sides[1] => [by, 1.0],
                None if ask.held.shift || at[0] < 0.0 => [1.0, by],
                None => [by, by],
            };
            plane.zoom_at(at, [x, y], size);
        }
        What::Key(key) => match key {
            Key::Left => plane.pan_px([step[0], 0.0]),
            Key::Right => plane.pan_px([-step[0], 0.0]),
            Key::Up => plane.pan_px([0.0, step[1]]),
            Key::Down => plane.pan_px([0.0, -step[1]]),
            Key::Char('+' | '=') => plane.zoom_at(middle, [NOTCH; 2], size),
            Key::Char('-') => plane.zoom_at(middle, [1.0 / NOTCH; 2], size),
            Key::Home => *plane = figure.view([rect.w, rect.h]),
            _ => return false,
        },
        What::Whole => *plane = figure.view([rect.w, rect.h]),
    }
    figure.keep(plane, size);
    true
}
