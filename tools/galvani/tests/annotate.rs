//! Events and annotations in the window: found, jumped to, written down, and there again whatever ends the program.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use common::hands;
use common::session::{Display, Session, number};

/// A copy of a real recording with annotations of heart beats, in a folder that can be written to.
fn beats(name: &str) -> Option<PathBuf> {
    let from = common::recordings()?.join("wfdb/100");
    let folder = common::folder(name);
    for file in ["100.hea", "100.dat", "100.atr"] {
        let to = folder.join(file);
        fs::write(&to, fs::read(from.join(file)).expect("the recording")).expect("it can be written");
    }
    Some(folder.join("100.hea"))
}

fn table(session: &Session) -> String {
    let mut name = session.file.clone().into_os_string();
    name.push(".annotations.csv");
    fs::read_to_string(name).unwrap_or_default()
}

#[test]
fn an_event_is_found_and_an_annotation_found_again() {
    let Some(file) = beats("annotate-beats") else {
        return;
    };
    let Some(display) = Display::start() else {
        return;
    };
    let Some(mut session) = Session::start(display, file, &[]) else {
        return;
    };
    session.frame("the beats", |frame| number(frame, "events") > 2000.0);
    session.key("e");
    session.input(&["key", "--repeat", "20", "--delay", "5", "plus"]);
    let (_, first) = session.key("alt+Next");
    let (_, second) = session.key("alt+Next");
    assert!(number(&second, "event") > number(&first, "event"));
    assert!(
        (hands::centre(&second) - number(&second, "event")).abs()
            < 2.0 * number(&second, "samples_per_px").max(1.0)
    );
    let (_, back) = session.key("alt+Prior");
    assert_eq!(back["event"], first["event"]);

    session.point(400.0, 300.0);
    session.key("a");
    session.label("seen, and odd");
    // Another, of a span.
    session.key("shift+a");
    session.drag([500.0, 300.0], [620.0, 300.0], "1");
    session.label("burst");
    let two = session.last();
    assert_eq!(number(&two, "annotations"), 2.0);
    // The span's flag opens it again.
    session.click(504.0, hands::plot(&two, 1) + 8.0);
    session.frame("the label", |frame| frame["overlay"] == "note");
    session.settle();
    session.key("Escape");
    let (_, one) = session.key("ctrl+z");
    assert_eq!(number(&one, "annotations"), 1.0);
    let (_, two) = session.key("ctrl+shift+z");
    assert_eq!(number(&two, "annotations"), 2.0);
    keep_picture(&session, "annotate.png");

    let mut session = session.again();
    session.frame("what was written", |frame| number(frame, "annotations") == 2.0);
    let text = table(&session);
    assert!(
        text.contains("\"seen, and odd\"") && text.contains("\"burst\""),
        "{text}"
    );
    session.quit();
}

#[test]
fn a_kill_loses_nothing_that_was_seen_a_second_before() {
    let Some(mut session) = Session::open("annotate-kill") else {
        return;
    };
    for text in ["one", "two"] {
        session.key("a");
        session.label(text);
    }
    // In the middle of typing.
    session.key("a");
    session.xdotool(&["type", "--delay", "30", "thr"]);
    session.frame("the third", |frame| number(frame, "annotations") == 3.0);
    session.settle();
    std::thread::sleep(Duration::from_secs(1));
    session.program.kill().expect("it runs");
    session.program.wait().expect("it ends");
    let text = table(&session);
    for label in ["\"one\"", "\"two\"", "\"thr\""] {
        assert!(text.contains(label), "{text}");
    }
    let mut session = session.anew();
    session.frame("all three", |frame| number(frame, "annotations") == 3.0);
    session.quit();
}

/// Keeps a picture of the window to be looked at, where `GALVANI_PICTURES` names a folder.
fn keep_picture(session: &Session, name: &str) {
    let Some(folder) = std::env::var_os("GALVANI_PICTURES") else {
        return;
    };
    let path = PathBuf::from(folder).join(name);
    let taken = std::process::Command::new("import")
        .args(["-display", &session.display.name, "-window", "root"])
        .arg(&path)
        .status();
    assert!(
        taken.is_ok_and(|status| status.success()),
        "no picture {}",
        path.display()
    );
}
