//! What the window measures: the sample under the pointer, ranges of columns, and the ruler.
#![cfg(target_os = "linux")]

mod common;

use common::hands::{plot, sample_at};
use common::session::{Display, Session, number};
use serde_json::Value;

#[test]
fn the_pointer_reads_columns_and_samples() {
    let Some(mut session) = Session::open("measuring-pointer") else {
        return;
    };
    session.point(500.0, 300.0);
    // What the pointer was over before it came here may be read out first.
    let left = |frame: &Value| sample_at(frame, 500.0);
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
    session.point(501.0, 300.0);
    let near = session.frame("one sample", |frame| {
        number(frame, "samples_per_px") < 0.5
            && frame["pointed"]["span"][0].as_f64() == Some((sample_at(frame, 501.0) + 0.5).floor())
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
fn columns_too_wide_to_be_read_are_told_from_the_pyramid() {
    const SAMPLES: u64 = 1 << 30;
    const AT: u64 = SAMPLES / 2 + 12_345;
    // Next to nothing on disk: all but one sample is a hole.
    let file = common::folder("measuring-wide").join("wide.raw");
    let made = std::fs::File::create(&file).expect("a file");
    made.set_len(2 * SAMPLES).expect("a file with holes");
    std::os::unix::fs::FileExt::write_all_at(&made, &1234_i16.to_le_bytes(), 2 * AT)
        .expect("it can be written");
    drop(made);
    let raw = "--raw-channels 1 --rate 30000 --dtype <i2 --no-sidecar";
    let arguments: Vec<&str> = raw.split(' ').collect();
    let Some(display) = Display::start() else { return };
    let Some(mut session) = Session::start(display, file.clone(), &arguments) else {
        return;
    };
    // Narrow, so that a column holds more than is read for one.
    let window = session.window.clone();
    session.xdotool(&["windowsize", "--sync", &window, "260", "400"]);
    session.frame("a narrow plot", |frame| {
        frame["plot"][2].as_f64().is_some_and(|width| width <= 240.0)
            && number(frame, "samples_per_px") > (4 << 20) as f64
            && frame["fidelity"]["kind"] != "partial"
    });
    let shown = session.settle();
    let at = (AT as f64 - number(&shown, "view_start")) / number(&shown, "samples_per_px");
    session.point((plot(&shown, 0) + at).floor(), 150.0);
    let pointed = session.frame("the column's range", |frame| {
        let span = [0, 1].map(|i| frame["pointed"]["span"][i].as_u64().unwrap_or(0));
        (span[0]..span[1]).contains(&AT) && !frame["pointed"]["range"].is_null()
    });
    assert_eq!(pointed["pointed"]["range"], serde_json::json!([0.0, 1234.0]));
    session.quit();
    std::fs::remove_file(file).expect("it can go");
}

#[test]
fn a_ruler_is_drawn_with_shift_and_taken_away() {
    let Some(mut session) = Session::open("measuring-ruler") else {
        return;
    };
    let before = session.last();
    session.point(400.0, 300.0);
    session.xdotool(&["keydown", "shift", "mousedown", "1"]);
    session.point(600.0, 260.0);
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
