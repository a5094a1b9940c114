//! The trace browser, driven as people drive it: keys, overlays, boxes, themes, channels, and what is remembered.
#![cfg(target_os = "linux")]

mod common;

use std::time::Duration;

use common::hands::{across, centre, sample_at};
use common::session::{Session, number};
use serde_json::{Value, json};

/// Where the plot starts, in shares of the recording's 600 000 samples.
fn start(frame: &Value) -> f64 {
    number(frame, "view_start") / 600_000.0
}

#[test]
fn keys_of_phy() {
    let Some(mut session) = Session::open("browser-phy") else {
        return;
    };
    let (before, after) = session.key("alt+plus");
    assert!(
        (across(&before) / across(&after) - 1.2).abs() < 1e-6,
        "a smaller window"
    );
    session.key("alt+Home");
    let (before, after) = session.key("alt+Right");
    let moved = (number(&after, "view_start") - number(&before, "view_start")) / across(&after);
    assert!((moved - 0.1).abs() < 0.002, "a tenth of the window: {moved}");
    let (_, after) = session.key("alt+Left");
    assert_eq!(number(&after, "view_start"), 0.0);
    let (before, after) = session.key("alt+shift+Right");
    let moved = start(&after) - start(&before);
    assert!((moved - 0.1).abs() < 0.002, "a tenth of the recording: {moved}");
    let (before, after) = session.key("alt+Up");
    assert!(number(&after, "gain") > number(&before, "gain"));
    let (_, after) = session.key("alt+Down");
    assert!((number(&after, "gain") - 1.0).abs() < 1e-9);
    let (_, after) = session.key("alt+End");
    assert!((number(&after, "view_start") + across(&after) - 600_000.0).abs() < 1.0);
    // Back to where it was, and forth again.
    std::thread::sleep(Duration::from_millis(700));
    let (end, after) = session.key("BackSpace");
    assert!(number(&after, "view_start") < number(&end, "view_start"));
    let (_, after) = session.key("alt+bracketright");
    assert_eq!(after["view_start"], end["view_start"]);
    session.quit();
}

#[test]
fn going_to_a_time_and_playing_from_there() {
    let Some(mut session) = Session::open("browser-go") else {
        return;
    };
    session.input(&["key", "--repeat", "8", "--delay", "5", "plus"]);
    let (_, open) = session.key("alt+t");
    assert_eq!(open["overlay"], "go-to");
    session.xdotool(&["type", "--delay", "20", "0:05.5"]);
    session.xdotool(&["key", "Return"]);
    let there = session.frame("the time", |frame| frame["overlay"].is_null());
    assert!((number(&there, "view_start") - 165_000.0).abs() < number(&there, "samples_per_px"));
    session.settle();

    session.xdotool(&["key", "space"]);
    let playing = session.frame("playing", |frame| {
        number(frame, "playing") == 1.0 && number(frame, "view_start") > 165_000.0 + 15_000.0
    });
    session.xdotool(&["key", "period"]);
    session.frame("twice as fast", |frame| number(frame, "playing") == 2.0);
    session.xdotool(&["key", "space"]);
    session.frame("the end of it", |frame| number(frame, "playing") == 0.0);
    let still = session.settle();
    assert!(number(&still, "view_start") >= number(&playing, "view_start"));
    session.quit();
}

#[test]
fn the_palette_and_the_help_lie_over_the_plot() {
    let Some(mut session) = Session::open("browser-palette") else {
        return;
    };
    let (_, help) = session.key("h");
    assert_eq!(help["overlay"], "help");
    // Escape closes what is on top, not the window.
    let (_, closed) = session.key("Escape");
    assert!(closed["overlay"].is_null());

    let (before, palette) = session.key("ctrl+p");
    assert_eq!(palette["overlay"], "palette");
    session.xdotool(&["type", "--delay", "20", "dark or"]);
    session.settle();
    session.xdotool(&["key", "Return"]);
    let light = session.frame("the other theme", |frame| frame["theme"] != before["theme"]);
    assert_eq!(
        (&light["theme"], &light["overlay"]),
        (&json!("light"), &Value::Null)
    );
    assert_eq!(
        light["samples_per_px"], before["samples_per_px"],
        "what is typed moves nothing"
    );
    session.settle();
    let (_, dark) = session.key("t");
    assert_eq!(dark["theme"], "dark");
    // What nobody does anything with draws nothing.
    let before = session.last();
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(session.last()["frame"], before["frame"], "at rest");
    session.quit();
}

#[test]
fn boxes_are_zoomed_to() {
    let Some(mut session) = Session::open("browser-box") else {
        return;
    };
    for (before_key, button) in [(None, "3"), (Some("z"), "1")] {
        if before_key.is_some() {
            session.key("f");
        }
        let whole = session.last();
        if let Some(key) = before_key {
            let (_, boxing) = session.key(key);
            assert_eq!(boxing["boxing"], true);
        }
        session.mouse(400.0, 300.0, &["mousedown", button]);
        session.point(600.0, 300.0);
        session.frame("a box", |frame| frame["boxing"] == true);
        session.xdotool(&["mouseup", button]);
        let zoomed = session.frame("what was in it", |frame| across(frame) < 0.5 * across(&whole));
        let spp = number(&whole, "samples_per_px");
        assert!((across(&zoomed) / spp - 200.0).abs() < 1.5, "200 px of it");
        let from = sample_at(&whole, 400.0);
        assert!((number(&zoomed, "view_start") - from).abs() < 1.5 * spp);
        session.settle();
    }
    session.quit();
}

#[test]
fn channels_are_hidden_and_marked_and_all_of_it_is_remembered() {
    let Some(mut session) = Session::open("browser-channels") else {
        return;
    };
    let (_, listed) = session.key("c");
    assert_eq!(listed["panels"]["channels"], true);
    // The list's second line: its name.
    session.click(60.0, 143.0);
    session.frame("a selection", |frame| frame["selected"] == json!([1]));
    session.settle();
    let (_, hidden) = session.key("x");
    assert_eq!((&hidden["hidden"], &hidden["lanes"]), (&json!([1]), &json!(3)));
    session.xdotool(&["keydown", "ctrl"]);
    session.click(60.0, 163.0);
    session.xdotool(&["keyup", "ctrl"]);
    session.frame("another", |frame| frame["selected"] == json!([2]));
    let (_, bad) = session.key("b");
    assert_eq!(bad["bad"], json!([2]));
    session.input(&["key", "--repeat", "6", "--delay", "5", "plus"]);
    let (_, before) = session.key("alt+Up");
    let mut session = session.again();
    let after = session.settle();
    for same in ["hidden", "bad", "lanes", "gain", "panels", "theme"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert!((across(&before) / across(&after) - 1.0).abs() < 1e-9);
    assert!((number(&before, "view_start") - number(&after, "view_start")).abs() < 1e-3);
    let (_, all) = session.key("u");
    assert_eq!(all["lanes"], 4);
    session.quit();
}

#[test]
fn panels_and_the_overview_take_the_pointer() {
    let Some(mut session) = Session::open("browser-overview") else {
        return;
    };
    session.input(&["key", "--repeat", "8", "--delay", "5", "plus"]);
    let before = session.last();
    let [_, height] = [0, 1].map(|i| before["size"][i].as_f64().expect("a size"));
    session.click(1000.0, height - 50.0);
    session.frame("another place", |frame| {
        frame["view_start"] != before["view_start"]
    });
    let after = session.settle();
    let middle = centre(&after);
    let share = 1000.0 / before["size"][0].as_f64().expect("a width");
    assert!((middle / 600_000.0 - share).abs() < 0.01, "{middle}");
    // The wheel over a panel moves no plot.
    session.xdotool(&["click", "4"]);
    std::thread::sleep(Duration::from_millis(400));
    assert_eq!(session.last()["samples_per_px"], after["samples_per_px"]);
    let (_, without) = session.key("v");
    assert!(without["plot"][3].as_f64() > after["plot"][3].as_f64());
    session.quit();
}

#[test]
fn settings_are_taken_and_what_is_wrong_is_told() {
    let settings = "theme = 'light'\nscale = 1.5\nnonsense = 1\nmomentum = false\n[keys]\nhelp = 'F9'\nlog = ['F8', 'Nokey']\n";
    let Some(mut session) = Session::open_with("browser-settings", settings, &[]) else {
        return;
    };
    let first = session.last();
    assert_eq!((&first["theme"], number(&first, "scale")), (&json!("light"), 1.5));
    assert_eq!(first["log_lines"], 2);
    let (_, help) = session.key("F9");
    assert_eq!(help["overlay"], "help");
    session.key("F9");
    let (_, log) = session.key("F8");
    assert_eq!(log["panels"]["log"], true);
    let said = session.end();
    assert!(said.contains("nonsense") && said.contains("Nokey"), "{said}");
}

#[test]
fn latency_is_traced() {
    let trace = common::folder("browser-trace").join("latency.jsonl");
    let arguments = ["--trace-latency", common::text(&trace)];
    let Some(mut session) = Session::open_with("browser-latency", "momentum = false\n", &arguments) else {
        return;
    };
    for key in ["plus", "Right", "minus"] {
        session.key(key);
    }
    session.quit();
    let text = std::fs::read_to_string(&trace).expect("a trace");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let (summary, events) = lines.split_last().expect("a summary");
    assert_eq!(summary["events"], events.len());
    // The pointer counts as well where it shows: what it is over is read out.
    let keys = events.iter().filter(|event| event["event"] == "key");
    assert!(keys.count() >= 3, "{text}");
    assert!(number(summary, "median_ms") > 0.0 && number(summary, "worst_ms") < 60_000.0);
}
