//! What is asked of figures, sheets and scenes.

use super::super::hands::{Ask, What};
use super::super::{Button, Held, Key};
use super::Stage;
use super::figure::{coordinates, with_box};
use crate::figure::{Figure, Frame, Link, PanelView, Sheet, Space};
use crate::scene::PxRect;
use crate::view::plane::Plane;

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
