//! What a window does with what it shows: from where it is seen at first, what is asked of that, and how it is drawn.

use super::hands::{Ask, What};
use super::{Button, Key, Shows};
use crate::Result;
use crate::figure::{Figure, Frame, Panel, PanelView, Sheet, Space, Spans};
use crate::gpu::{Commands, ImageRef, ImageUse};
use crate::renderer::Renderer;
use crate::scene::PxRect;
use crate::view::axis::Scale;
use crate::view::camera::Camera;
use crate::view::gesture::{ARROW_SHARE, NOTCH};
use crate::view::plane::Plane;

/// A drag of so many pixels zooms by e.
const ZOOM_PX: f64 = 200.0;

/// The opacity of the box that is being drawn.
const BOX_ALPHA: u8 = 40;

/// The part of the distance that a press of a key flies.
const FLY_SHARE: f64 = 0.05;

/// The part of a target's height that a press of an arrow drags a turntable by: 15°.
const TURN_SHARE: f64 = 1.0 / 12.0;

/// Where and how a frame is recorded.
pub(super) struct To<'a> {
    pub(super) renderer: &'a mut Renderer,
    pub(super) commands: &'a mut Commands,
    pub(super) target: &'a ImageRef,
    pub(super) uses: (ImageUse, ImageUse),
}

/// Behind [`Shows`].
pub(super) trait Stage: Shows {
    fn title(&self) -> &str;

    /// Whether boxes can be drawn from a pixel on.
    fn boxes(&self, size: [u32; 2], at: [f64; 2]) -> bool;

    /// Width and height before scaling to the display.
    fn wanted(&self) -> [u32; 2];

    /// Pixels of a target for one before.
    fn rescale(&mut self, by: f32);

    fn first(&self, size: [u32; 2]) -> Self::View;

    /// The same on a target of another size.
    fn resize(&self, view: &mut Self::View, from: [u32; 2], to: [u32; 2]);

    /// Does what is asked; whether that is something.
    fn ask(&self, view: &mut Self::View, size: [u32; 2], ask: &Ask) -> bool;

    /// Records a frame, with the box that is being drawn.
    fn record(&self, view: &Self::View, boxed: Option<[[f64; 2]; 2]>, to: To<'_>) -> Result<()>;
}

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
        let To {
            renderer,
            commands,
            target,
            uses,
        } = to;
        renderer
            .record_figure(commands, figure, view, target, uses)
            .map(|_| ())
    }
}

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

impl Stage for Space {
    fn boxes(&self, _: [u32; 2], _: [f64; 2]) -> bool {
        false
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

    fn first(&self, size: [u32; 2]) -> Camera {
        self.view(size)
    }

    fn resize(&self, _: &mut Camera, _: [u32; 2], _: [u32; 2]) {}

    fn ask(&self, camera: &mut Camera, size: [u32; 2], ask: &Ask) -> bool {
        let middle = size.map(|px| f64::from(px) / 2.0);
        let turn = TURN_SHARE * f64::from(size[1]);
        let fly = FLY_SHARE * camera.distance;
        match ask.what {
            What::Drag { button, from, to } => {
                let by = [to[0] - from[0], to[1] - from[1]];
                match (button, ask.held) {
                    (Button::First, held) if held.shift => camera.arcball(from, to, size),
                    (Button::First, held) if held.control => camera.look_about(by, size),
                    (Button::First, _) => camera.turntable(by, size),
                    (Button::Second | Button::Middle, _) => camera.pan(by, size),
                }
            }
            What::Wheel(notches) => camera.zoom(NOTCH.powf(notches), ask.at, size),
            What::Key(key) => match key {
                Key::Left => camera.turntable([-turn, 0.0], size),
                Key::Right => camera.turntable([turn, 0.0], size),
                Key::Up => camera.turntable([0.0, -turn], size),
                Key::Down => camera.turntable([0.0, turn], size),
                Key::Char('+' | '=') => camera.zoom(NOTCH, middle, size),
                Key::Char('-') => camera.zoom(1.0 / NOTCH, middle, size),
                Key::Char('w') => camera.fly([0.0, 0.0, fly]),
                Key::Char('s') => camera.fly([0.0, 0.0, -fly]),
                Key::Char('a') => camera.fly([-fly, 0.0, 0.0]),
                Key::Char('d') => camera.fly([fly, 0.0, 0.0]),
                Key::Char('r') => camera.fly([0.0, fly, 0.0]),
                Key::Char('f') => camera.fly([0.0, -fly, 0.0]),
                Key::Home => *camera = self.view(size),
                _ => return false,
            },
            What::Whole => *camera = self.view(size),
            What::Box(_) => return false,
        }
        true
    }

    fn record(&self, camera: &Camera, _: Option<[[f64; 2]; 2]>, to: To<'_>) -> Result<()> {
        let To {
            renderer,
            commands,
            target,
            uses,
        } = to;
        renderer.record_space(commands, self, camera, target, uses)
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

/// A plot within its window.
fn plot(figure: &Figure, rect: PxRect) -> PxRect {
    Frame::plot(figure, [rect.w, rect.h]).moved(rect.x, rect.y)
}

/// A pixel of the window in those of the plot.
fn in_plot(plot: PxRect, at: [f64; 2]) -> [f64; 2] {
    [at[0] - f64::from(plot.x), at[1] - f64::from(plot.y)]
}

/// The coordinates at a pixel of a window; `None` beside the plot.
pub(super) fn coordinates(figure: &Figure, plane: &Plane, size: [u32; 2], at: [f64; 2]) -> Option<[f64; 2]> {
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
fn with_box(figure: &Figure, plane: &Plane, rect: PxRect, boxed: [[f64; 2]; 2]) -> Figure {
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
fn move_plane(figure: &Figure, rect: PxRect, plane: &mut Plane, ask: &Ask) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Link;
    use crate::show::Held;

    const SIZE: [u32; 2] = [640, 480];

    fn figure() -> Figure {
        let at: Vec<f64> = (0..=100).map(f64::from).collect();
        Figure::new().lines(&at, &at).figure().expect("a line")
    }

    fn ask(at: [f64; 2], what: What) -> Ask {
        let held = Held::default();
        Ask { at, held, what }
    }

    fn drag(button: Button, from: [f64; 2], to: [f64; 2]) -> Ask {
        ask(from, What::Drag { button, from, to })
    }

    fn near(a: [f64; 2], b: [f64; 2]) -> bool {
        (0..2).all(|axis| (a[axis] - b[axis]).abs() < 1e-6 * (1.0 + b[axis].abs()))
    }

    #[test]
    fn what_is_held_stays_under_the_pointer() {
        let figure = figure();
        let start = figure.first(SIZE);
        let px = [300.0, 200.0];
        let at = |plane: &Plane, px: [f64; 2]| coordinates(&figure, plane, SIZE, px).expect("in the plot");
        let held = at(&start, px);
        let mut plane = start;
        assert!(figure.ask(&mut plane, SIZE, &drag(Button::First, px, [340.0, 190.0])));
        assert!(near(at(&plane, [340.0, 190.0]), held));
        let mut plane = start;
        figure.ask(&mut plane, SIZE, &drag(Button::Second, px, [400.0, 150.0]));
        assert!(near(at(&plane, px), held));
        let [x, y] = [0, 1].map(|axis| plane.px_per_unit[axis] / start.px_per_unit[axis]);
        assert!(near([x, y], [0.5_f64.exp(), 0.25_f64.exp()]));
        let mut plane = start;
        figure.ask(&mut plane, SIZE, &ask(px, What::Wheel(2.0)));
        assert!(near(at(&plane, px), held) && plane.px_per_unit[0] > start.px_per_unit[0]);
        figure.ask(&mut plane, SIZE, &ask(px, What::Whole));
        assert_eq!(plane, start);
        assert!(!figure.ask(&mut plane, SIZE, &ask(px, What::Key(Key::Enter))));
    }

    #[test]
    fn axes_zoom_alone_where_their_numbers_are_or_keys_say_so() {
        let figure = figure();
        let start = figure.first(SIZE);
        let plot = Frame::plot(&figure, SIZE);
        let zoomed = |figure: &Figure, at: [f64; 2], held: Held| {
            let mut plane = start;
            let what = What::Wheel(1.0);
            figure.ask(&mut plane, SIZE, &Ask { at, held, what });
            [0, 1].map(|axis| plane.px_per_unit[axis] > start.px_per_unit[axis])
        };
        let (none, inside) = (Held::default(), [300.0, 200.0]);
        assert_eq!(zoomed(&figure, inside, none), [true, true]);
        let below = [300.0, f64::from(plot.bottom()) + 3.0];
        assert_eq!(zoomed(&figure, below, none), [true, false]);
        assert_eq!(zoomed(&figure, [3.0, 200.0], none), [false, true]);
        let control = Held {
            control: true,
            ..none
        };
        assert_eq!(zoomed(&figure, inside, control), [true, false]);
        let shift = Held { shift: true, ..none };
        assert_eq!(zoomed(&figure, inside, shift), [false, true]);
        let square = figure.clone().aspect(1.0);
        assert_eq!(zoomed(&square, below, none), [true, true]);
    }

    #[test]
    fn boxes_are_what_is_seen_then() {
        let figure = figure();
        let mut plane = figure.first(SIZE);
        let corners = [[200.0, 100.0], [400.0, 300.0]];
        let [a, b] = corners.map(|at| coordinates(&figure, &plane, SIZE, at).expect("in the plot"));
        let boxed = with_box(&figure, &plane, PxRect::all(SIZE), corners);
        assert_eq!(boxed.visuals.len(), 2);
        figure.ask(&mut plane, SIZE, &ask(corners[0], What::Box(corners[1])));
        let plot = Frame::plot(&figure, SIZE);
        let bounds = plane.bounds([plot.w, plot.h]);
        assert!(
            near(bounds.x, [a[0], b[0]]) && near(bounds.y, [b[1], a[1]]),
            "{bounds:?}"
        );
    }

    #[test]
    fn another_size_shows_the_same() {
        let figure = figure();
        let mut plane = figure.first(SIZE);
        let before = plane.bounds([Frame::plot(&figure, SIZE).w, Frame::plot(&figure, SIZE).h]);
        figure.resize(&mut plane, SIZE, [900, 200]);
        let plot = Frame::plot(&figure, [900, 200]);
        let after = plane.bounds([plot.w, plot.h]);
        assert!(near(before.x, after.x) && near(before.y, after.y));
    }

    #[test]
    fn figures_of_a_sheet_move_alone_or_with_those_that_they_are_linked_to() {
        let sheet = Sheet::new(1, 2)
            .at(0, 0, figure())
            .and_then(|sheet| sheet.at(0, 1, figure()))
            .expect("a sheet");
        let start = sheet.first(SIZE);
        let mut planes = start.clone();
        let on_second = drag(Button::First, [480.0, 200.0], [500.0, 220.0]);
        assert!(sheet.ask(&mut planes, SIZE, &on_second));
        assert!(planes[0] == start[0] && planes[1] != start[1]);
        let linked = sheet.link_x(Link::All);
        let mut planes = start.clone();
        linked.ask(&mut planes, SIZE, &on_second);
        let corner = |view: &PanelView| view.plane().expect("a figure's").corner;
        assert!((corner(&planes[0])[0] - corner(&planes[1])[0]).abs() < 1e-9);
        assert_eq!(corner(&planes[0])[1], corner(&start[0])[1]);
        assert!(!linked.ask(&mut planes, SIZE, &ask([900.0, 10.0], What::Wheel(1.0))));
    }

    #[test]
    fn views_are_moved_no_further_than_axes_are_kept_within() {
        let figure = figure().x_within(0.0, 100.0).y_within(-50.0, 1e4);
        let plot = Frame::plot(&figure, SIZE);
        let size = [plot.w, plot.h];
        let mut plane = figure.first(SIZE);
        assert!(near(plane.bounds(size).x, [0.0, 100.0]), "from the start");
        figure.ask(&mut plane, SIZE, &ask([300.0, 200.0], What::Wheel(2.0)));
        let close = plane.px_per_unit;
        for way in [-900.0, 5000.0, -300.0] {
            figure.ask(&mut plane, SIZE, &drag(Button::First, [0.0; 2], [way, way]));
            let bounds = plane.bounds(size);
            assert!(bounds.x[0] > -1e-9 && bounds.x[1] < 100.0 + 1e-9, "{bounds:?}");
            assert!(bounds.y[0] > -50.0 - 1e-9 && near(plane.px_per_unit, close));
        }
        figure.ask(&mut plane, SIZE, &ask([300.0, 200.0], What::Wheel(-9.0)));
        let bounds = plane.bounds(size);
        assert!(
            near(bounds.x, [0.0, 100.0]) && bounds.y[1] > 200.0,
            "y has room: {bounds:?}"
        );
        // Pixels that belong together stay so.
        let square = figure.aspect(1.0);
        square.ask(&mut plane, SIZE, &ask([300.0, 200.0], What::Whole));
        square.ask(&mut plane, SIZE, &ask([300.0, 200.0], What::Wheel(-9.0)));
        assert!((plane.px_per_unit[0] / plane.px_per_unit[1] - 1.0).abs() < 1e-12);
        assert!(near(plane.bounds(size).x, [0.0, 100.0]));
    }

    #[test]
    fn scenes_of_a_sheet_turn_under_the_pointer() {
        let space = Space::new()
            .balls(&[[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])
            .space()
            .expect("balls");
        let sheet = Sheet::new(1, 2)
            .at(0, 0, figure())
            .and_then(|sheet| sheet.at(0, 1, space.clone()))
            .expect("a sheet")
            .link_x(Link::All);
        let start = sheet.first(SIZE);
        let mut views = start.clone();
        assert!(sheet.ask(
            &mut views,
            SIZE,
            &drag(Button::First, [480.0, 200.0], [500.0, 220.0])
        ));
        let mut alone = space.first([320, 480]);
        space.ask(
            &mut alone,
            [320, 480],
            &drag(Button::First, [160.0, 200.0], [180.0, 220.0]),
        );
        assert_eq!(views, [start[0], PanelView::Camera(alone)]);
        // Boxes are drawn in figures alone; a wheel over the figure leaves the scene.
        assert!(sheet.boxes(SIZE, [100.0, 100.0]) && !sheet.boxes(SIZE, [480.0, 100.0]));
        let mut views = start.clone();
        assert!(sheet.ask(&mut views, SIZE, &ask([150.0, 200.0], What::Wheel(1.0))));
        assert!(views[0] != start[0] && views[1] == start[1]);
        let mut views = start.clone();
        sheet.resize(&mut views, SIZE, [900, 200]);
        assert!(views[0] != start[0] && views[1] == start[1]);
    }

    #[test]
    fn scenes_turn_pan_and_fly() {
        let space = Space::new()
            .balls(&[[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])
            .space()
            .expect("balls");
        let start = space.first(SIZE);
        let moved = |what: What, held: Held| {
            let mut camera = start;
            let at = [320.0, 240.0];
            assert!(space.ask(&mut camera, SIZE, &Ask { at, held, what }));
            camera
        };
        let none = Held::default();
        let drag = |button| What::Drag {
            button,
            from: [320.0, 240.0],
            to: [350.0, 250.0],
        };
        let turned = moved(drag(Button::First), none);
        assert!(turned.rotation != start.rotation && turned.target == start.target);
        let panned = moved(drag(Button::Second), none);
        assert!(panned.rotation == start.rotation && panned.target != start.target);
        assert!(moved(What::Wheel(1.0), none).distance < start.distance);
        let flown = moved(What::Key(Key::Char('w')), none);
        assert!(flown.eye() != start.eye() && flown.rotation == start.rotation);
        let about = moved(
            drag(Button::First),
            Held {
                control: true,
                ..none
            },
        );
        assert!((0..3).all(|axis| (about.eye()[axis] - start.eye()[axis]).abs() < 1e-9));
        assert_eq!(moved(What::Whole, none), start);
    }
}
