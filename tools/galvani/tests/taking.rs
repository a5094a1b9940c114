//! What is taken away from the window: the command that renders its view, pictures, samples, and what is read out.
#![cfg(target_os = "linux")]

mod common;

use std::path::Path;
use std::process::Command;

use common::hands::{across, render, words};
use common::session::{Session, number};
use common::{folder, json, png, skip, text};
use serde_json::Value;

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
    let taken = render(&line, &output, &[]);
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
    for ending in [".png", ".svg", ".pdf"] {
        let made = session.export(ending);
        let again = made.with_file_name(format!("again{}", ending.to_uppercase()));
        render(&line, &again, &[]);
        let [made, again] = [&made, &again].map(|path| std::fs::read(path).expect("a picture"));
        assert!(made == again, "the same bytes of {ending}");
    }
    session.quit();
}

#[test]
fn the_picture_goes_to_the_clipboard() {
    let Some(mut session) = Session::open("taking-clipboard") else {
        return;
    };
    if let Err(error) = Command::new("xclip").arg("-version").output() {
        return skip(&format!("xclip: {error}"));
    }
    session.input(&["key", "--repeat", "7", "--delay", "5", "plus"]);
    let (before, copied) = session.key("ctrl+shift+c");
    let line = copied["copied"].as_str().expect("a command").to_owned();
    session.xdotool(&["key", "ctrl+alt+c"]);
    session.frame("a picture on the clipboard", |frame| {
        frame["exporting"].is_null() && number(frame, "log_lines") >= number(&before, "log_lines") + 2.0
    });
    session.settle();
    let pasted = session.file.with_file_name("pasted.png");
    let output = Command::new("xclip")
        .args(["-selection", "clipboard", "-target", "image/png", "-out"])
        .env("DISPLAY", &session.display.name)
        .output()
        .expect("xclip starts");
    assert!(output.status.success(), "{output:?}");
    std::fs::write(&pasted, output.stdout).expect("the folder is writable");
    let again = session.file.with_file_name("again.png");
    render(&line, &again, &[]);
    assert!(png(&pasted) == png(&again), "the same pixels");
    session.quit();
}

#[test]
fn samples_in_view_are_exported_in_every_format() {
    let Some(mut session) = Session::open("taking-samples") else {
        return;
    };
    session.input(&["key", "--repeat", "30", "--delay", "5", "plus"]);
    session.key("l");
    let shown = session.settle();
    let text = |path: &Path| std::fs::read_to_string(path).expect("text");
    let csv = text(&session.export(".csv"));
    let mut lines = csv.lines();
    let heading = lines.next().expect("a heading");
    assert_eq!(heading.split(',').count(), 5, "{heading}");
    let count = lines.count();
    assert!((count as f64 - across(&shown)).abs() <= 2.0, "{count} of {shown}");
    // What is written opens again, with as many samples of as many channels.
    for ending in [".npy", ".wav"] {
        let made = session.export(ending);
        let mut arguments = vec!["info", common::text(&made)];
        if ending == ".npy" {
            arguments.extend(["--rate", "30000"]);
        }
        let info = json(&arguments);
        let stream = &info["streams"][0];
        assert_eq!(
            (
                stream["samples"].as_u64(),
                stream["channels"].as_array().map(Vec::len)
            ),
            (Some(count as u64), Some(4)),
            "{info}"
        );
    }
    session.quit();
}

#[test]
fn events_of_another_file_are_shown_in_a_colour_and_in_the_command() {
    let folder = folder("taking-events");
    let table = folder.join("marks.csv");
    let lines = (1..=50).map(|i| format!("{},0,mark,{}\n", f64::from(i) * 0.3, i % 4));
    let lines: String = lines.collect();
    std::fs::write(&table, format!("time,duration,label,channel\n{lines}")).expect("it can be written");
    let arguments = [
        "--events",
        common::text(&table),
        "--event-color",
        "events=#12ab34",
    ];
    let Some(mut session) = Session::open_with("taking-events-window", "", &arguments) else {
        return;
    };
    session.frame("the events", |frame| frame["events"] == 50);
    session.settle();
    let (_, copied) = session.key("ctrl+shift+c");
    let line = copied["copied"].as_str().expect("a command").to_owned();
    assert!(
        line.contains(&format!("--events={}", table.display())) && line.contains("--event-color="),
        "{line}"
    );
    let made = session.export(".png");
    let again = made.with_file_name("again.PNG");
    render(&line, &again, &[]);
    let (size, pixels) = png(&made);
    assert!(
        (size, &pixels) == (png(&again).0, &png(&again).1),
        "the same picture"
    );
    let words = words(&line);
    let (color, rest): (Vec<_>, Vec<_>) = words
        .into_iter()
        .partition(|word| word.starts_with("--event-color="));
    assert_eq!(color, ["--event-color=events=#12ab34"]);
    render(&rest.join(" "), &again, &[]);
    assert!(pixels != png(&again).1, "the colour is seen");
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
    let first = &stats["streams"][0]["per_channel"]["0"];
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
