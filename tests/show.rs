//! Windows that answer, on a display of the X server, with real events; under validation. Each runs in a process of its own, since a
//! process knows one display.

#![cfg(all(target_os = "linux", feature = "window"))]

mod common;

use std::process::{Command, Output};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::display::Display;
use galvani::Error;
use galvani::figure::{Figure, Frame, Sheet, Space};
use galvani::scene::PxRect;
use galvani::show::{Event, Key, Live, Options};
use galvani::view::plane::Plane;

/// Names what a process of its own is to do.
const CHILD: &str = "GALVANI_SHOW_TEST";
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a test once more in a process of its own, on a display or on none.
fn child(test: &str, display: Option<&str>) -> Output {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET");
    if let Some(display) = display {
        command.env("DISPLAY", display);
    }
    command.output().expect("it starts")
}

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Runs a test on a display, if there is one, and if the driver draws to it.
fn on_display(test: &str) {
    let Some(display) = Display::start() else {
        return;
    };
    let output = child(test, Some(&display.name));
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("cannot draw to this display") {
        eprintln!("this driver has no windows, and says so");
        return;
    }
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{said}");
}

fn options() -> Options {
    Options {
        validation: true,
        ..Options::default()
    }
}

fn line() -> Figure {
    let at: Vec<f64> = (0..=100).map(f64::from).collect();
    let figure = Figure::new().title("Shown").lines(&at, &at).figure();
    figure.expect("a line")
}

fn xdotool(arguments: &[&str]) -> String {
    let output = Command::new("xdotool").args(arguments).output().expect("xdotool");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "xdotool {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// What the window tells, waited for.
struct Told(Receiver<(Event, Plane)>);

impl Told {
    fn wait(&self, what: &str, is: impl Fn(&Event) -> bool) -> Plane {
        loop {
            match self.0.recv_timeout(PATIENCE) {
                Ok((event, plane)) if is(&event) => return plane,
                Ok(_) => {}
                Err(_) => panic!("no {what}"),
            }
        }
    }

    /// The view of the next frame.
    fn frame(&self) -> Plane {
        self.wait("frame", |event| matches!(event, Event::Frame { .. }))
    }

    fn key(&self, name: &str, key: Key) -> Plane {
        xdotool(&["key", name]);
        self.wait(name, |event| *event == Event::Key { key, is_down: false });
        self.frame()
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6 * (1.0 + b.abs())
}

/// What a person does with a figure.
fn use_figure(told: &Told) {
    let start = told.frame();
    let window = xdotool(&["search", "--sync", "--name", "Shown"]);
    assert_eq!(window.lines().count(), 1, "{window}");
    xdotool(&["windowfocus", "--sync", &window]);
    let point = |at: [u32; 2]| {
        let [x, y] = at.map(|px| px.to_string());
        xdotool(&["mousemove", "--window", &window, &x, &y]);
        let at = at.map(f64::from);
        told.wait("move", |event| *event == Event::Move { at });
    };
    let drag = |button: &str, from: [u32; 2], to: [u32; 2]| {
        point(from);
        xdotool(&["mousedown", button]);
        point(to);
        xdotool(&["mouseup", button]);
        told.wait("release", |event| matches!(event, Event::Release { .. }));
        told.frame()
    };
    let panned = drag("1", [300, 200], [340, 190]);
    assert!(near(
        panned.corner[0],
        start.corner[0] - 40.0 / start.px_per_unit[0]
    ));
    assert!(near(
        panned.corner[1],
        start.corner[1] - 10.0 / start.px_per_unit[1]
    ));
    let zoomed = drag("3", [300, 200], [400, 200]);
    assert!(near(zoomed.px_per_unit[0], start.px_per_unit[0] * 0.5_f64.exp()));
    assert!(near(zoomed.px_per_unit[1], start.px_per_unit[1]));
    assert_eq!(told.key("Home", Key::Home), start);
    let boxed = drag("2", [300, 200], [500, 300]);
    let plot = Frame::plot(&line(), [960, 640]);
    assert!(near(
        boxed.px_per_unit[0],
        start.px_per_unit[0] * f64::from(plot.w) / 200.0
    ));
    point([400, 250]);
    xdotool(&["click", "4"]);
    told.wait(
        "wheel",
        |event| matches!(event, Event::Wheel { notches, .. } if *notches > 0.0),
    );
    assert!(told.frame().px_per_unit[1] > boxed.px_per_unit[1]);
    assert_eq!(told.key("Home", Key::Home), start);
    // This one the program keeps for itself.
    assert_eq!(told.key("Left", Key::Left), start);
    assert!(told.key("Right", Key::Right).corner[0] > start.corner[0]);
    xdotool(&["windowsize", &window, "700", "500"]);
    told.wait("size", |event| *event == Event::Resize { size: [700, 500] });
    told.frame();
    xdotool(&["key", "q"]);
}

#[test]
fn figures_answer_and_windows_follow_one_another() {
    if !is_child() {
        return on_display("figures_answer_and_windows_follow_one_another");
    }
    let (tell, hear) = channel();
    let hands = std::thread::spawn(move || use_figure(&Told(hear)));
    let act = |live: &mut Live<Figure>, event: &Event| {
        // So that a frame comes where the other side has failed.
        live.animate(true);
        if matches!(event, Event::Key { key: Key::Left, .. }) {
            live.take();
        }
        if let Event::Press { at, .. } = event {
            assert_eq!(live.pointer(), Some(*at));
            let place = live.coordinates(*at).expect("in the plot");
            assert!(place.iter().all(|v| v.is_finite()));
        }
        if tell.send((event.clone(), live.view)).is_err() {
            live.close();
        }
        Ok(())
    };
    let shown = line().run_with(&options(), act);
    if let Err(error) = shown {
        panic!("{error}");
    }
    hands.join().expect("all that was asked");

    // Another window of the same process, which changes what it shows and closes itself.
    let sheet = Sheet::new(1, 2)
        .at(0, 0, line())
        .and_then(|sheet| sheet.at(0, 1, line()))
        .expect("a sheet");
    let mut frames = 0;
    let shown = sheet.run_with(&options(), |live, event| {
        live.animate(true);
        if let Event::Frame { seconds } = event {
            assert!((frames == 0) == (*seconds == 0.0));
            frames += 1;
            let figure = live.shows.cells[0].panel.figure_mut();
            figure.expect("a figure").title = format!("{frames}");
        }
        if frames == 5 {
            live.close();
        }
        Ok(())
    });
    shown.expect("a sheet's window");
    assert_eq!(frames, 5);
    let scene = Space::new().balls(&[[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]).space();
    let mut size = [0; 2];
    let shown = scene.expect("balls").run_with(&options(), |live, event| {
        if let Event::Frame { .. } = event {
            size = live.size();
            let middle = size.map(|px| f64::from(px) / 2.0);
            assert_eq!(live.hit(middle)?, None);
            // An error of the program ends it, and comes back.
            return Err(Error::Invalid {
                what: "enough",
                problem: "of this".into(),
            });
        }
        Ok(())
    });
    assert_eq!(shown.expect_err("the program's").to_string(), "enough: of this");
    assert_eq!(PxRect::all(size), PxRect::all([960, 640]));
}

#[test]
fn no_display_is_an_error() {
    if !is_child() {
        let output = child("no_display_is_an_error", None);
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{told}");
        return;
    }
    let refused = line().show();
    assert!(
        matches!(refused, Err(Error::Invalid { what: "a window", .. })),
        "{refused:?}"
    );
}
