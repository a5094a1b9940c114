//! What the window measures: the sample under the pointer, ranges of columns, and the ruler.
#![cfg(target_os = "linux")]

mod common;

use common::session::{Session, number};
use serde_json::Value;

/// The pointer goes to a pixel of the window.
fn point(session: &Session, x: u32, y: u32) {
    let (x, y) = (x.to_string(), y.to_string());
    session.xdotool(&["mousemove", "--sync", "--window", &session.window, &x, &y]);
}

/// The column of the plot that a pixel of the window is in.
fn column(frame: &Value, x: u32) -> f64 {
    f64::from(x) - frame["plot"][0].as_f64().expect("a plot")
}

#[test]
fn the_pointer_reads_columns_and_samples() {
    let Some(mut session) = Session::open("measuring-pointer") else {
        return;
    };
    point(&session, 500, 300);
    // What the pointer was over before it came here may be read out first.
    let left =
        |frame: &Value| number(frame, "view_start") + column(frame, 500) * number(frame, "samples_per_px");
    let wide = session.frame("the column's range", |frame| {
        let first = frame["pointed"]["span"][0].as_f64();
        first.is_some_and(|first| (first - left(frame)).abs() <= 1.0)
    });
    let [lo, hi] = [0, 1].map(|i| wide["pointed"]["range"][i].as_f64().expect("a value"));
    assert!(lo < hi, "a column of many samples");
    let first = wide["pointed"]["span"][0].as_f64().expect("a sample");
    let channel = wide["pointed"]["channel"].as_u64().expect("a channel");

    session.input(&["key", "--repeat", "60", "--delay", "5", "plus"]);
    session.frame("samples wider than a column", |frame| {
        number(frame, "samples_per_px") < 0.5
    });
    session.settle();
    point(&session, 501, 300);
    let near = session.frame("one sample", |frame| {
        let at = number(frame, "view_start") + column(frame, 501) * number(frame, "samples_per_px");
        number(frame, "samples_per_px") < 0.5
            && frame["pointed"]["span"][0].as_f64() == Some((at + 0.5).floor())
    });
    let pointed = &near["pointed"];
    assert_eq!(pointed["channel"].as_u64(), Some(channel), "the same lane");
    let value = pointed["range"][0].as_f64().expect("a value");
    assert_eq!(pointed["range"][1].as_f64(), Some(value));
    // The file says the same.
    let sample = pointed["span"][0].as_u64().expect("a sample");
    let raw = std::fs::read(&session.file).expect("it is there");
    let stored = |sample: u64, channel: u64| {
        let at = 2 * (sample * 4 + channel) as usize;
        f64::from(i16::from_le_bytes([raw[at], raw[at + 1]]))
    };
    let scale = value / stored(sample, channel);
    let (from, to) = (
        first as u64,
        wide["pointed"]["span"][1].as_u64().expect("a sample"),
    );
    let column: Vec<f64> = (from..to).map(|t| stored(t, channel) * scale).collect();
    let [least, most] = [
        column.iter().copied().fold(f64::INFINITY, f64::min),
        column.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    ];
    assert!((lo - least).abs() < 1e-9 * (hi - lo) && (hi - most).abs() < 1e-9 * (hi - lo));
    session.quit();
}

#[test]
fn a_ruler_is_drawn_with_shift_and_taken_away() {
    let Some(mut session) = Session::open("measuring-ruler") else {
        return;
    };
    let before = session.last();
    point(&session, 400, 300);
    session.xdotool(&["keydown", "shift", "mousedown", "1"]);
    point(&session, 600, 260);
    session.xdotool(&["mouseup", "1", "keyup", "shift"]);
    let spp = number(&before, "samples_per_px");
    let expected = 200.0 * spp / 30_000.0;
    let ruled = session.frame("a ruler", |frame| {
        let seconds = frame["ruler"]["seconds"].as_f64().unwrap_or(0.0);
        (seconds / expected - 1.0).abs() < 1e-6
    });
    assert!(ruled["ruler"]["rise"].as_f64() > Some(0.0), "upwards is more");
    assert_eq!(ruled["view_start"], before["view_start"], "nothing was dragged");
    session.settle();
    let (_, without) = session.key("Escape");
    assert!(without["ruler"].is_null());
    session.quit();
}
