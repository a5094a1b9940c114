//! A device that is lost under the window: it goes on with another, where it was, or ends with what people have written safe.
#![cfg(target_os = "linux")]

mod common;

use std::io::Read;
use std::time::{Duration, Instant};

use common::session::{PATIENCE, Session, number};
use serde_json::Value;

/// Frames that the first device lasts: more than opening and annotating take.
const LASTS: &str = "120";

/// Adds an annotation at the pointer.
fn annotate(session: &mut Session) {
    let window = session.window.clone();
    session.xdotool(&["mousemove", "--sync", "--window", &window, "500", "300"]);
    session.key("a");
    session.frame("a line to type into", |frame| frame["overlay"] == "note");
    session.xdotool(&["type", "--delay", "30", "kept"]);
    session.settle();
    session.xdotool(&["key", "Return"]);
    session.frame("an annotation", |frame| {
        frame["overlay"].is_null() && frame["annotations"] == 1
    });
    session.settle();
}

/// Asks for frames until `done`, one by one.
fn browse_until(session: &mut Session, mut done: impl FnMut(&mut Session) -> bool) {
    let begun = Instant::now();
    while !done(session) {
        assert!(begun.elapsed() < PATIENCE, "no loss: {}", session.last());
        session.xdotool(&["key", "Right", "key", "Left"]);
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn a_lost_device_is_replaced_and_the_view_stays() {
    let arguments = ["--lose-device", LASTS];
    let settings = "momentum = false\n";
    let Some(mut session) = Session::open_with("recovering", settings, &arguments) else {
        return;
    };
    session.input(&["key", "--repeat", "6", "--delay", "5", "plus"]);
    session.key("alt+Up");
    annotate(&mut session);
    let before = session.settle();
    let lines = number(&before, "log_lines");
    browse_until(&mut session, |session| {
        session
            .frames()
            .iter()
            .any(|frame| frame["log_lines"].as_f64() > Some(lines))
    });
    let frames = session.frames();
    let loading = frames.iter().rposition(|frame| frame["stage"] == "loading");
    let browsing = frames.iter().position(|frame| frame["stage"] == "browsing");
    assert!(loading > browsing, "it was loaded again");
    session.settle();
    let (_, there) = session.key("Right");
    let (_, after) = session.key("Left");
    assert!(number(&there, "view_start") > number(&after, "view_start"));
    for same in ["samples_per_px", "gain", "annotations", "plot", "theme"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    let apart = number(&before, "view_start") - number(&after, "view_start");
    assert!(apart.abs() < number(&after, "samples_per_px"), "{apart}");
    assert_eq!(after["fidelity"], before["fidelity"]);
    let said = session.end();
    assert_eq!(said.matches("lost").count(), 1, "{said}");
}

#[test]
fn a_second_loss_at_once_ends_it_with_annotations_safe() {
    let lasts = format!("{LASTS},3");
    let arguments = ["--lose-device", &lasts];
    let settings = "momentum = false\n";
    let Some(mut session) = Session::open_with("recovering-twice", settings, &arguments) else {
        return;
    };
    // Where there is room to move.
    session.input(&["key", "--repeat", "6", "--delay", "5", "plus"]);
    annotate(&mut session);
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = session.program.try_wait().expect("a status") {
            break status;
        }
        assert!(begun.elapsed() < PATIENCE, "it goes on");
        // The window may go at any time.
        let _ = std::process::Command::new("xdotool")
            .args(["key", "Right", "key", "Left"])
            .env("DISPLAY", &session.display.name)
            .output();
        std::thread::sleep(Duration::from_millis(30));
    };
    assert_eq!(status.code(), Some(1));
    let mut said = String::new();
    let mut stderr = session.program.stderr.take().expect("it is piped");
    stderr.read_to_string(&mut said).expect("text");
    assert!(
        said.contains("lost twice within seconds") && !said.contains("validation"),
        "{said}"
    );
    let table = session.file.with_extension("bin.annotations.csv");
    let kept = std::fs::read_to_string(table).expect("a table");
    assert!(kept.contains("kept"), "{kept}");
    let frames: Vec<Value> = session.frames();
    assert!(frames.iter().any(|frame| frame["annotations"] == 1));
}
