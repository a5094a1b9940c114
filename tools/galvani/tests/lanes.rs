//! Many lanes in the window: from all of them as rows of colour to a few as lines, scrolled, and remembered.
#![cfg(target_os = "linux")]

mod common;

use common::hands::{plot, sample_at};
use common::session::{Display, Session, number};
use common::{folder, succeeds, text};
use serde_json::Value;

#[test]
fn lanes_get_taller_and_are_scrolled() {
    let folder = folder("window-lanes");
    let file = folder.join("many.bin");
    let arguments = ["synth", text(&file), "--channels", "384", "--seconds", "1"];
    succeeds(&arguments);
    let Some(display) = Display::start() else {
        return;
    };
    let Some(mut session) = Session::start(display, file, &[]) else {
        return;
    };
    let all = session.last();
    assert_eq!((number(&all, "lanes"), &all["form"]), (384.0, &"auto".into()));

    // What is under the pointer stays there.
    session.point(700.0, 300.0);
    for key in ["ctrl", "shift"] {
        session.xdotool(&["keydown", key]);
    }
    session.xdotool(&["click", "--repeat", "7", "--delay", "10", "4"]);
    for key in ["ctrl", "shift"] {
        session.xdotool(&["keyup", key]);
    }
    session.frame("30 lanes", |frame| number(frame, "lanes") == 30.0);
    let few = session.settle();
    let plot = |i: usize| few["plot"][i].as_f64().expect("a plot");
    let share = (300.0 - plot(1)) / plot(3);
    let under = |frame: &Value| number(frame, "first_lane") + share * number(frame, "lanes");
    assert!((under(&all) - under(&few)).abs() < 1.5, "{all} and {few}");
    assert_eq!(
        all["samples_per_px"], few["samples_per_px"],
        "time stays as it is"
    );

    let (before, after) = session.key("shift+Down");
    assert_eq!(number(&after, "first_lane"), number(&before, "first_lane") + 3.0);
    let (before, after) = session.key("ctrl+Next");
    assert_eq!(number(&after, "first_lane"), number(&before, "first_lane") + 30.0);
    let (before, after) = session.key("ctrl+Up");
    assert!(number(&after, "lanes") < number(&before, "lanes"));
    // Over the names the wheel scrolls.
    session.point(6.0, 300.0);
    let before = session.settle();
    session.xdotool(&["click", "4"]);
    session.frame("lanes further up", |frame| {
        number(frame, "first_lane") < number(&before, "first_lane")
    });
    session.settle();
    let (_, before) = session.key("w");
    assert_eq!(before["form"], "lines");

    let mut session = session.again();
    let after = session.settle();
    for same in ["lanes", "first_lane", "form"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    let (_, all) = session.key("ctrl+Home");
    assert_eq!(number(&all, "lanes"), 384.0);
    session.quit();
}

#[test]
fn a_strip_shows_what_the_pointer_is_at() {
    let Some(mut session) = Session::open("window-detail") else {
        return;
    };
    session.point(300.0, 200.0);
    let without = session.settle();
    assert!(without["detail"].is_null());
    let (_, with) = session.key("d");
    assert_eq!(with["panels"]["detail"], true);
    assert!(plot(&with, 3) < plot(&without, 3) - 100.0, "the strip takes room");
    let middle = |frame: &Value| {
        let detail = &frame["detail"];
        number(detail, "view_start") + number(detail, "columns") * number(detail, "samples_per_px") / 2.0
    };
    let across = number(&with["detail"], "columns") * number(&with["detail"], "samples_per_px");
    assert!((across * 20.0 / (plot(&with, 2) * number(&with, "samples_per_px")) - 1.0).abs() < 1e-6);
    for x in [400.0, 901.0] {
        session.point(x, 200.0);
        let near = |frame: &Value| {
            (middle(frame) - sample_at(frame, x)).abs() < 2.0 * number(frame, "samples_per_px")
        };
        // Its samples come, though the plot asks for none.
        let is_there = |frame: &Value| near(frame) && frame["detail"]["lacks"] == false;
        session.frame("the strip at the pointer", is_there);
    }
    session.settle();
    let (_, without) = session.key("d");
    assert!(without["detail"].is_null());
    session.quit();
}
