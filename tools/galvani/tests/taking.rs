//! What is taken away from the window: the command that renders its view, pictures, samples, and what is read out.
#![cfg(target_os = "linux")]

mod common;

use std::process::Command;

use common::session::{Session, number};
use common::{json, text};
use serde_json::Value;

/// The words of a command line, as a shell takes them.
fn words(line: &str) -> Vec<String> {
    let script = format!("printf '%s\\n' {line}");
    let output = Command::new("sh")
        .args(["-c", &script])
        .output()
        .expect("a shell");
    let words = String::from_utf8(output.stdout).expect("text");
    words.lines().map(String::from).collect()
}

/// Renders what a copied command says, to another file.
fn render(line: &str, output: &std::path::Path) -> Value {
    let mut words = words(line);
    assert_eq!(words.remove(0), "galvani");
    words.retain(|word| !word.starts_with("--output="));
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.extend(["-o", text(output)]);
    json(&words)
}

#[test]
fn the_command_renders_what_the_window_shows() {
    let Some(mut session) = Session::open("taking-command") else {
        return;
    };
    session.input(&["key", "--repeat", "6", "--delay", "5", "plus"]);
    session.key("alt+Up");
    session.key("o");
    session.key("alt+Right");
    let (_, copied) = session.key("ctrl+shift+c");
    let line = copied["copied"].as_str().expect("a command").to_owned();
    let output = session.file.with_file_name("again.png");
    let taken = render(&line, &output);
    for (key, scale) in [("samples_per_px", 1.0), ("lanes", 1.0)] {
        let (shown, taken) = (number(&copied, key) * scale, number(&taken, key));
        assert!((taken / shown - 1.0).abs() < 1e-9, "{key}: {taken} for {shown}");
    }
    let rate_hz = number(&taken, "rate_hz");
    let start = number(&taken, "start_s") * rate_hz;
    assert!(
        (start - number(&copied, "view_start")).abs() < 1e-6,
        "{start}: {line}"
    );
    assert!(
        line.contains(" --cut") && line.contains("--trace-gain="),
        "{line}"
    );
    session.quit();
}

/// Asks for an export under the name that is offered; the file that is written, in a moment.
fn export(session: &mut Session, ending: &str) -> std::path::PathBuf {
    let (before, open) = session.key("ctrl+e");
    assert_eq!(open["overlay"], "export");
    let folder = session.file.parent().expect("a folder").to_path_buf();
    session.xdotool(&["key", "End"]);
    for _ in 0..4 {
        session.xdotool(&["key", "BackSpace"]);
    }
    session.xdotool(&["type", "--delay", "20", ending]);
    session.settle();
    session.xdotool(&["key", "Return"]);
    session.frame("what was exported", |frame| {
        frame["exporting"].is_null() && number(frame, "log_lines") > number(&before, "log_lines")
    });
    let made = std::fs::read_dir(&folder).expect("a folder").flatten();
    let mut made: Vec<_> = made
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    assert_eq!(made.len(), 1, "{made:?}");
    made.remove(0)
}

#[test]
fn pictures_are_those_that_the_command_renders() {
    let Some(mut session) = Session::open("taking-picture") else {
        return;
    };
    session.input(&["key", "--repeat", "7", "--delay", "5", "plus"]);
    session.key("alt+Up");
    session.key("t");
    let (_, copied) = session.key("ctrl+shift+c");
    let line = copied["copied"].as_str().expect("a command").to_owned();
    let made = export(&mut session, ".png");
    let again = made.with_file_name("again.PNG");
    render(&line, &again);
    let [made, again] = [&made, &again].map(|path| std::fs::read(path).expect("a picture"));
    assert!(made == again, "the same bytes");
    session.quit();
}

#[test]
fn what_is_counted_is_copied_and_wide_columns_are_read_out() {
    let Some(mut session) = Session::open("taking-values") else {
        return;
    };
    session.key("i");
    let counted = session.frame("statistics", |frame| !frame["statistics"].is_null());
    assert_eq!(counted["statistics"]["read"], true);
    assert_eq!(counted["statistics"]["span"], serde_json::json!([0, 600_000]));
    session.settle();
    let (_, copied) = session.key("ctrl+c");
    let table = copied["copied"].as_str().expect("a table");
    assert_eq!(table.lines().count(), 5, "{table}");
    let stats = json(&["info", text(&session.file), "--stats"]);
    let first = &stats["channels"][0];
    let ranges = &copied["statistics"]["ranges"][0];
    let [lo, hi] = [0, 1].map(|i| ranges[i].as_f64().expect("a number"));
    let [min, max] = ["min", "max"].map(|key| first[key].as_f64().expect("a number"));
    assert!(
        (lo - min).abs() < 1e-6 && (hi - max).abs() < 1e-6,
        "{ranges} for {first}"
    );
    session.key("i");
    let (_, crossed) = session.key("y");
    assert_eq!(crossed["panels"]["crosshair"], true);
    session.quit();
}

#[test]
fn a_filter_is_switched_on_and_remembered() {
    let Some(mut session) = Session::open("taking-filter") else {
        return;
    };
    session.input(&["key", "--repeat", "9", "--delay", "5", "plus"]);
    session.xdotool(&["key", "alt+f"]);
    let filtered = |frame: &Value| frame["as_wanted"] == true && frame["filter"][0] == "--bandpass=300-6000";
    session.frame("a filtered picture", filtered);
    session.settle();
    // The whole of it needs the pyramid.
    session.key("f");
    session.frame("all of it filtered", |frame| {
        filtered(frame) && frame["fidelity"]["kind"] != "partial"
    });
    let (_, copied) = session.key("ctrl+shift+c");
    let line = copied["copied"].as_str().expect("a command");
    assert!(line.ends_with("--bandpass=300-6000"), "{line}");
    session.xdotool(&["key", "alt+f"]);
    session.frame("what is not filtered", |frame| {
        frame["as_wanted"] == true && frame["filter"][0].is_null()
    });
    session.settle();
    // Another one, typed.
    let (_, open) = session.key("ctrl+f");
    assert_eq!(open["overlay"], "filter");
    session.xdotool(&["key", "ctrl+a"]);
    session.xdotool(&["type", "--delay", "20", "500"]);
    session.settle();
    session.xdotool(&["key", "Return"]);
    let other = |frame: &Value| frame["as_wanted"] == true && frame["filter"][0] == "--bandpass=500-6000";
    session.frame("another filter", other);
    session.settle();
    let mut session = session.again();
    session.frame("the same filter", other);
    session.settle();
    session.quit();
}
