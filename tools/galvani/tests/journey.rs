//! A day's work on real recordings, from the first look to finding all of it again, driven as people drive it.
//!
//! What the first of them shows in the end is kept as a picture; `GALVANI_BLESS=1` writes it anew: look at it then.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::hands::{across, centre, plot, render, sample_at};
use common::session::{Display, Session, number, set};
use common::{folder, png};
use serde_json::json;

/// A copy of a real recording, which can be written beside; `None` where there are none.
fn copy(name: &str, from: &str, files: &[&str]) -> Option<PathBuf> {
    let from = common::recordings()?.join(from);
    let folder = folder(name);
    for file in files {
        let bytes = fs::read(from.join(file)).expect("the recording");
        fs::write(folder.join(file), bytes).expect("it can be written");
    }
    set(&folder, "momentum = false\n");
    Some(folder.join(files[0]))
}

/// From all of it to single samples, by the wheel, and back.
fn from_the_whole_to_a_sample(session: &mut Session) {
    let whole = session.settle();
    assert_ne!(whole["fidelity"]["kind"], "partial");
    let x = (plot(&whole, 0) + 0.4 * plot(&whole, 2)).round();
    session.point(x, 300.0);
    while number(&session.last(), "samples_per_px") > 0.05 {
        session.input(&["click", "--repeat", "8", "--delay", "10", "4"]);
    }
    let near = session.settle();
    assert_eq!(near["fidelity"]["kind"], "exact", "{near}");
    let (held, found) = (sample_at(&whole, x), sample_at(&near, x));
    let slack = number(&near, "samples_per_px");
    assert!(
        (held - found).abs() < slack,
        "{held} stayed under the pointer: {found}"
    );
    // It says which sample it is, and its value.
    session.point(x + 1.0, 300.0);
    let pointed = session.frame("a sample", |frame| {
        frame["pointed"]["span"][0].as_f64() == Some((sample_at(frame, x + 1.0) + 0.5).floor())
            && frame["pointed"]["range"][0].is_number()
    });
    assert_eq!(pointed["pointed"]["range"][0], pointed["pointed"]["range"][1]);
    session.settle();
    let (_, back) = session.key("f");
    assert!((across(&back) / across(&whole) - 1.0).abs() < 1e-9);
}

/// The next event comes to the middle.
fn an_event_is_found(session: &mut Session) {
    session.input(&["key", "--repeat", "22", "--delay", "10", "plus"]);
    let (_, first) = session.key("alt+Next");
    let (_, next) = session.key("alt+Next");
    assert!(number(&next, "event") > number(&first, "event"));
    let off = (centre(&next) - number(&next, "event")).abs();
    assert!(off < 2.0 * number(&next, "samples_per_px").max(1.0), "{off}");
}

/// The second channel is hidden.
fn a_channel_is_hidden(session: &mut Session) {
    session.key("c");
    session.click(60.0, 143.0);
    session.frame("a selection", |frame| frame["selected"] == json!([1]));
    session.settle();
    let (before, hidden) = session.key("x");
    assert_eq!(hidden["hidden"], json!([1]));
    assert_eq!(number(&hidden, "lanes"), number(&before, "lanes") - 1.0);
    session.key("c");
}

/// A high-pass, typed.
fn it_is_filtered(session: &mut Session, above_hz: &str) {
    let (_, open) = session.key("ctrl+f");
    assert_eq!(open["overlay"], "filter");
    session.xdotool(&["key", "ctrl+a"]);
    session.answer(above_hz);
    let wanted = format!("--highpass={above_hz}");
    session.frame("a filtered picture", |frame| {
        frame["as_wanted"] == true && frame["filter"] == json!([wanted])
    });
    session.settle();
}

/// A ruler says how long it is.
fn it_is_measured(session: &mut Session, rate_hz: f64) {
    let before = session.last();
    session.point(500.0, 320.0);
    session.xdotool(&["keydown", "shift", "mousedown", "1"]);
    session.point(620.0, 280.0);
    session.xdotool(&["mouseup", "1", "keyup", "shift"]);
    let expected = 120.0 * number(&before, "samples_per_px") / rate_hz;
    session.frame("a ruler", |frame| {
        let seconds = frame["ruler"]["seconds"].as_f64().unwrap_or(0.0);
        (seconds / expected - 1.0).abs() < 1e-6
    });
    session.settle();
    session.key("Escape");
}

/// The view as a picture and as samples, which open again.
fn it_is_taken_away(session: &mut Session) {
    let shown = session.last();
    let (size, _) = png(&session.export(".png"));
    let [width, height] = size.map(f64::from);
    assert_eq!(Some(width), shown["size"][0].as_f64(), "as wide as the window");
    assert!(height > plot(&shown, 3), "names, axis and all");
    let samples = session.export(".npy");
    let info = common::json(&["info", common::text(&samples), "--rate", "1000"]);
    let stream = &info["streams"][0];
    let count = stream["samples"].as_f64().expect("a number");
    let whole = number(&shown, "samples");
    assert!((count - across(&shown).min(whole)).abs() <= 2.0, "{info}");
    let channels = stream["channels"].as_array().map(Vec::len);
    assert_eq!(channels, shown["lanes"].as_u64().map(|lanes| lanes as usize));
}

/// All of it; the window in the end. `said`: what the program says of the recording.
fn journey(file: PathBuf, rate_hz: f64, above_hz: &str, said: &str) -> Option<Session> {
    let mut session = Session::start(Display::start()?, file, &[])?;
    from_the_whole_to_a_sample(&mut session);
    if number(&session.last(), "events") > 0.0 {
        an_event_is_found(&mut session);
    } else {
        session.input(&["key", "--repeat", "4", "--delay", "10", "plus"]);
    }
    a_channel_is_hidden(&mut session);
    it_is_filtered(&mut session, above_hz);
    it_is_measured(&mut session, rate_hz);
    it_is_taken_away(&mut session);
    session.point(560.0, 300.0);
    session.key("a");
    let before = session.label("worth a second look");
    assert_eq!(before["annotations"], 1);

    let file = session.file.clone();
    assert_eq!(session.end(), said);
    let mut session = Session::reopen(file);
    let after = session.frame("all of it", |frame| {
        frame["as_wanted"] == true && frame["filter"] == before["filter"] && frame["annotations"] == 1
    });
    for same in ["hidden", "lanes", "gain", "panels", "events"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert!((across(&before) / across(&after) - 1.0).abs() < 1e-9);
    assert!((number(&before, "view_start") - number(&after, "view_start")).abs() < 1e-3);
    session.settle();
    Some(session)
}

/// Holds a picture to the one that is kept.
fn compare(found: &Path) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journey.png");
    if std::env::var_os("GALVANI_BLESS").is_some() {
        fs::copy(found, &golden).expect("a writable folder");
    }
    let [found, golden] = [found, &golden].map(png);
    assert_eq!(found.0, golden.0, "its size");
    let [a, b] = [&found, &golden].map(|(_, pixels)| pixels.as_chunks::<4>().0);
    let off = |(a, b): &(&[u8; 4], &[u8; 4])| a.iter().zip(b.iter()).any(|(a, b)| a.abs_diff(*b) > 2);
    let wrong = a.iter().zip(b).filter(off).count();
    // Devices round the blending of text differently.
    assert!(wrong * 200 <= a.len(), "{wrong} pixels are off");
}

#[test]
fn half_an_hour_of_an_electrocardiogram() {
    let Some(file) = copy("journey-heart", "wfdb/100", &["100.hea", "100.dat", "100.atr"]) else {
        return;
    };
    let Some(mut session) = journey(file, 360.0, "5", "") else {
        return;
    };
    let (_, copied) = session.key("ctrl+shift+c");
    let line = copied["copied"].as_str().expect("a command");
    let picture = session.file.with_file_name("small.PNG");
    render(line, &picture, &["--size=480x300"]);
    compare(&picture);
    session.quit();
}

#[test]
fn a_probe_of_384_channels() {
    let files = ["Noise4Sam_g0_t0.imec0.ap.bin", "Noise4Sam_g0_t0.imec0.ap.meta"];
    let from = "spikeglx/Noise4Sam_g0/Noise4Sam_g0_imec0";
    let Some(file) = copy("journey-probe", from, &files) else {
        return;
    };
    let said = "warning: the .meta says 121625350 bytes, the .bin has 889350: the .bin is believed\n";
    if let Some(session) = journey(file, 30_000.0, "300", said) {
        assert_eq!(session.end(), said);
    }
}
