//! Several recordings above one another, driven as people drive them.
#![cfg(target_os = "linux")]

mod common;

use std::time::{Duration, Instant};

use common::session::{CLICK, Display, PATIENCE, Session, number, recording, set};
use common::{folder, succeeds, text};
use serde_json::{Value, json};

/// Something of each strip.
fn each(frame: &Value, key: &str) -> Vec<f64> {
    let strips = frame["strips"].as_array().expect("a list");
    strips.iter().map(|strip| number(strip, key)).collect()
}

/// Whether all strips are open and nothing is missing of them.
fn whole(frame: &Value, count: usize) -> bool {
    let Some(strips) = frame["strips"].as_array() else {
        return false;
    };
    let is_there =
        |strip: &Value| strip["fidelity"]["kind"].is_string() && strip["fidelity"]["kind"] != "partial";
    strips.len() == count && strips.iter().all(is_there)
}

/// When all strips start, and how long they are in view, in seconds: the same of all.
fn seen(frame: &Value) -> [f64; 2] {
    ["start_s", "across_s"].map(|key| {
        let of = each(frame, key);
        assert!(of.iter().all(|one| (one - of[0]).abs() < 1e-6), "{key}: {of:?}");
        of[0]
    })
}

/// A middle of a strip, in pixels of the window.
fn middle(frame: &Value, strip: usize) -> [f64; 2] {
    let area = &frame["strips"][strip]["area"];
    let of = |at: usize| area[at].as_f64().expect("a number");
    [of(0) + of(2) / 2.0, of(1) + of(3) / 2.0].map(f64::round)
}

/// 20 s at 30 kHz above 25 s at 2.5 kHz. `None` where no window can be opened.
fn open(name: &str, more: &[&str]) -> Option<Session> {
    let folder = folder(name);
    let file = recording(&folder);
    let below = folder.join("below.bin");
    let shape = ["--channels", "3", "--seconds", "25", "--rate", "2500"];
    succeeds(&[&["synth", text(&below)][..], &shape].concat());
    set(&folder, "momentum = false\n");
    let mut session = Session::start(Display::start()?, file, &[&[text(&below)], more].concat())?;
    session.frame("both", |frame| whole(frame, 2));
    session.settle();
    Some(session)
}

#[test]
fn both_follow_and_each_has_its_own() {
    let Some(mut session) = open("linked-both", &[]) else {
        return;
    };
    let first = session.last();
    assert_eq!(seen(&first), [0.0, 25.0], "as far as the longer one reaches");
    assert_eq!(
        first["strips"][0]["plot"], first["strips"][1]["plot"],
        "they start at one column"
    );
    assert_eq!(first["strip"], 0);
    let title = &first["strips"][1]["title"];
    assert_eq!(title, "below.bin · 2.5 kHz");

    // The wheel over the lower one.
    let [x, y] = middle(&first, 1);
    session.mouse(x, y, &["click", "--repeat", "5", "--delay", "20", "4"]);
    let zoomed = session.frame("a zoom of both", |frame| {
        (25.0 / seen(frame)[1] / 1.2_f64.powf(5.0 * CLICK) - 1.0).abs() < 1e-6
    });
    assert_eq!(zoomed["strip"], 1, "what is used is meant");
    session.settle();
    // A drag in the upper one.
    let [x, y] = middle(&first, 0);
    session.drag([x, y], [x - 200.0, y], "1");
    let dragged = session.frame("a move of both", |frame| {
        seen(frame)[0] > seen(&zoomed)[0] && frame["strip"] == 0
    });
    let per_px = seen(&dragged)[1] / first["strips"][0]["plot"][1].as_f64().expect("a width");
    assert!((seen(&dragged)[0] - seen(&zoomed)[0] - 200.0 * per_px).abs() < 2.0 * per_px);
    session.settle();

    // What keys do goes to the one that is meant, and N means the next.
    session.key("alt+Up");
    let (_, next) = session.key("n");
    assert_eq!(next["strip"], 1);
    let (_, louder) = session.input(&["key", "alt+Up", "alt+Up"]);
    assert!((each(&louder, "gain")[0] - 1.2).abs() < 1e-9);
    assert!((each(&louder, "gain")[1] - 1.44).abs() < 1e-9);
    session.key("c");
    session.click(60.0, 143.0);
    session.frame("a selection", |frame| frame["selected"] == json!([1]));
    let (_, hidden) = session.key("x");
    assert_eq!((&hidden["hidden"], &hidden["lanes"]), (&json!([1]), &json!(2)));
    session.key("c");
    let (_, other) = session.key("n");
    assert_eq!((&other["hidden"], &other["lanes"]), (&json!([]), &json!(4)));

    // The border between them, at a hand's pace: a button that goes down and up between two frames drags nothing.
    let area = &other["strips"][1]["area"];
    let border = area[1].as_u64().expect("a row");
    for (row, button) in [
        (border - 1, &[][..]),
        (border - 1, &["mousedown", "1"]),
        (border + 40, &[]),
        (border + 100, &[]),
        (border + 100, &["mouseup", "1"]),
    ] {
        session.mouse(500.0, row as f64, button);
        std::thread::sleep(Duration::from_millis(200));
    }
    let lower = session.frame("the border elsewhere", |frame| {
        frame["strips"][1]["area"][1].as_u64() > Some(border + 90)
    });
    assert_eq!(seen(&lower), seen(&other), "and nothing else is");
    session.quit();
}

#[test]
fn they_come_and_go_and_are_found_again() {
    let Some(mut session) = open("linked-again", &[]) else {
        return;
    };
    session.input(&["key", "--repeat", "6", "--delay", "5", "plus"]);
    session.key("n");
    let (_, before) = session.key("alt+Up");
    let mut session = session.again();
    let after = session.frame("both again", |frame| whole(frame, 2));
    assert_eq!(each(&after, "gain"), each(&before, "gain"));
    let [old, new] = [&before, &after].map(seen);
    let apart = [0, 1].map(|at| (old[at] - new[at]).abs());
    assert!(apart.iter().all(|by| *by < 1e-6), "{old:?} {new:?}");
    session.settle();

    session.key("n");
    session.xdotool(&["key", "ctrl+w"]);
    let alone = session.frame("one alone", |frame| whole(frame, 1));
    assert_eq!((&alone["strip"], seen(&alone)[1]), (&json!(0), new[1]));
    session.settle();
    let (_, whole_view) = session.key("f");
    assert_eq!(seen(&whole_view), [0.0, 20.0], "the one that is left");
    let (_, asked) = session.key("ctrl+shift+o");
    assert_eq!(asked["overlay"], "open-beside");
    let below = session.file.with_file_name("below.bin");
    session.xdotool(&["key", "ctrl+a"]);
    session.xdotool(&["type", "--delay", "5", text(&below)]);
    session.settle();
    session.xdotool(&["key", "Return"]);
    let both = session.frame("both", |frame| whole(frame, 2));
    assert_eq!(seen(&both), [0.0, 25.0], "a view of all stays one");
    session.settle();

    // The command that renders it draws both.
    let (_, copied) = session.key("ctrl+shift+c");
    let command = copied["copied"].as_str().expect("a command");
    assert!(
        command.contains("--with=") && command.contains("below.bin"),
        "{command}"
    );
    let mut session = session.again();
    let again = session.frame("both once more", |frame| whole(frame, 2));
    assert_eq!(seen(&again), [0.0, 25.0], "all of both");
    session.settle();
    session.quit();
}

#[test]
fn a_lost_device_is_replaced_under_both() {
    let Some(mut session) = open("linked-lost", &["--lose-device", "60"]) else {
        return;
    };
    session.input(&["key", "--repeat", "6", "--delay", "5", "plus"]);
    session.key("n");
    let (_, before) = session.key("alt+Up");
    let begun = Instant::now();
    let was_lost = |session: &Session| {
        let stages: Vec<Value> = session
            .frames()
            .iter()
            .map(|frame| frame["stage"].clone())
            .collect();
        let first = stages.iter().position(|stage| stage == "browsing");
        stages.iter().rposition(|stage| stage == "loading") > first
    };
    while !was_lost(&session) {
        assert!(begun.elapsed() < PATIENCE, "no loss: {}", session.last());
        session.xdotool(&["key", "Right", "key", "Left"]);
        std::thread::sleep(Duration::from_millis(30));
    }
    let after = session.frame("both on another device", |frame| {
        frame["stage"] == "browsing" && whole(frame, 2)
    });
    assert_eq!(each(&after, "gain"), each(&before, "gain"));
    assert_eq!(after["strip"], before["strip"]);
    assert!((seen(&after)[1] - seen(&before)[1]).abs() < 1e-6);
    session.settle();
    let said = session.end();
    assert_eq!(said.matches("lost").count(), 1, "{said}");
}
