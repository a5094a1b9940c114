//! The window, under a display of its own, with real events from the X server.
#![cfg(target_os = "linux")]

mod common;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::hands::sample_at;
use common::session::{CLICK, Display, PATIENCE, Session, drawn, number, on, recording};
use common::{fails, folder, succeeds, text};
use serde_json::Value;

#[test]
fn keys_move_the_view() {
    let Some(mut session) = Session::open("window-keys") else {
        return;
    };
    let whole = session.last();
    assert_eq!(whole["lanes"], 4);
    assert_eq!(number(&whole, "view_start"), 0.0);
    let title = session.xdotool(&["getwindowname", &session.window]);
    assert!(title.starts_with("made.bin — "), "{title}");

    let (before, after) = session.key("plus");
    assert!(number(&after, "samples_per_px") < number(&before, "samples_per_px"));
    let (before, after) = session.key("Home");
    assert!(number(&before, "view_start") > 0.0 && number(&after, "view_start") == 0.0);
    let (_, after) = session.key("Right");
    assert!(number(&after, "view_start") > 0.0);
    let (_, after) = session.key("Left");
    assert_eq!(number(&after, "view_start"), 0.0);
    let (_, after) = session.key("End");
    let (spp, width) = (
        number(&after, "samples_per_px"),
        after["plot"][2].as_f64().expect("a width"),
    );
    assert!((number(&after, "view_start") + spp * width - 600_000.0).abs() < 1.0);
    let (before, after) = session.key("Up");
    assert!(number(&after, "gain") > number(&before, "gain"));
    let (_, after) = session.key("Down");
    assert!((number(&after, "gain") - 1.0).abs() < 1e-9);
    let (_, after) = session.key("minus");
    let (spp, full) = (number(&after, "samples_per_px"), number(&whole, "samples_per_px"));
    assert!((spp - full).abs() < 1e-6 * full, "{spp}, {full}");
    // Nothing changes, and so nothing is drawn.
    let before = session.last();
    session.xdotool(&["key", "Home", "key", "F5"]);
    std::thread::sleep(Duration::from_millis(400));
    assert_eq!(session.last()["frame"], before["frame"]);
    session.quit();
}

/// Whether the corner of a frame says something.
fn says(frame: &Value, what: &str) -> bool {
    let lines = frame["status"].as_array();
    lines.is_some_and(|lines| lines.iter().any(|line| line.to_string().contains(what)))
}

#[test]
fn the_window_outlives_its_file() {
    let Some(mut session) = Session::open("window-file") else {
        return;
    };
    let whole = std::fs::read(&session.file).expect("the recording");
    let cut = std::fs::OpenOptions::new()
        .write(true)
        .open(&session.file)
        .expect("the recording");
    cut.set_len(whole.len() as u64 / 2).expect("it can be cut");
    session.frame("word of the cut", |frame| says(frame, "was cut short"));
    session.key("plus");
    std::fs::write(&session.file, &whole).expect("it can be written");
    session.frame("word that it is back", |frame| !says(frame, "was cut short"));

    let other = session.file.with_extension("other");
    std::fs::write(&other, &whole).expect("it can be written");
    std::fs::rename(&other, &session.file).expect("it takes the name");
    session.frame("word of another file", |frame| says(frame, "is another file"));
    session.key("minus");
    std::fs::remove_file(&session.file).expect("it can be deleted");
    session.frame("word that it is gone", |frame| says(frame, "is gone"));
    session.key("plus");
    let said = session.end();
    for what in ["was cut short", "is another file", "is gone"] {
        assert!(said.contains(what), "{what}: {said}");
    }
}

/// Appends samples of 4 channels to what is open, and waits until they are shown; the frame, and how long that took.
fn append(session: &mut Session, samples: usize) -> (Value, Duration) {
    use std::io::Write;
    let before = number(&session.last(), "samples");
    let bytes: Vec<u8> = (0..samples * 4)
        .flat_map(|i| ((i % 977) as i16 - 488).to_le_bytes())
        .collect();
    let file = std::fs::OpenOptions::new().append(true).open(&session.file);
    let begun = Instant::now();
    file.expect("the recording").write_all(&bytes).expect("written");
    let frame = session.frame("frame of what was added", |frame| {
        number(frame, "samples") == before + samples as f64 && frame["fidelity"]["kind"] != "partial"
    });
    (frame, begun.elapsed())
}

/// Behind the last sample of the view.
fn view_end(frame: &Value) -> f64 {
    let plot = &frame["plot"];
    let [x, w] = [0, 2].map(|i| plot[i].as_f64().expect("a number"));
    sample_at(frame, x + w)
}

#[test]
fn the_window_follows_its_file() {
    let Some(mut session) = Session::open_with("window-follow", "", &["--follow"]) else {
        return;
    };
    let close = |a: f64, b: f64, frame: &Value| (a - b).abs() <= number(frame, "samples_per_px");
    let mut delays = Vec::new();
    // The whole stays the whole.
    for samples in [30_000, 1, 70_001] {
        let (frame, delay) = append(&mut session, samples);
        assert_eq!(number(&frame, "view_start"), 0.0);
        assert!(
            close(view_end(&frame), number(&frame, "samples"), &frame),
            "{frame}"
        );
        delays.push(delay);
    }
    // The end stays the end, down to the samples.
    for zooms in [4, 40] {
        let keys = vec!["plus"; zooms];
        session.input(&[&["key"][..], &keys].concat());
        let (_, at_end) = session.key("End");
        for samples in [3000, 63, 1, 45_000, 3000, 3000] {
            let (frame, delay) = append(&mut session, samples);
            assert_eq!(frame["samples_per_px"], at_end["samples_per_px"]);
            assert!(
                close(view_end(&frame), number(&frame, "samples"), &frame),
                "{frame}"
            );
            delays.push(delay);
        }
    }
    // Any other view stays where it is.
    session.key("Home");
    let before = session.settle();
    let (frame, _) = append(&mut session, 3000);
    assert_eq!(frame["view_start"], before["view_start"]);
    assert_eq!(frame["samples_per_px"], before["samples_per_px"]);
    // No sidecar was built.
    assert!(!session.log.with_file_name("made.bin.galvani").exists());
    delays.sort();
    let ms = |at: usize| delays[at].as_millis();
    let (median, most) = (ms(delays.len() / 2), ms(delays.len() - 1));
    eprintln!("new samples are shown after {median} ms, {most} ms at most");
    assert!(most < 5000, "{delays:?}");
    session.quit();
}

#[test]
fn the_pointer_moves_the_view() {
    let Some(mut session) = Session::open("window-pointer") else {
        return;
    };
    session.point(700.0, 300.0);
    let (before, after) = session.input(&["click", "--repeat", "5", "--delay", "5", "4"]);
    let zoom = number(&before, "samples_per_px") / number(&after, "samples_per_px");
    let notches = zoom.ln() / 1.2_f64.ln() / CLICK;
    assert!((notches - 5.0).abs() < 1e-6, "five notches, none lost: {notches}");
    let (held, still) = (sample_at(&before, 700.0), sample_at(&after, 700.0));
    assert!(
        (held - still).abs() < 1e-3,
        "what is under the pointer stays: {held} {still}"
    );

    let (before, after) = session.input(&["keydown", "ctrl", "click", "4", "keyup", "ctrl"]);
    let gain = number(&after, "gain") / number(&before, "gain");
    assert!((gain - 1.2_f64.powf(CLICK)).abs() < 1e-9, "{gain}");
    assert_eq!(before["samples_per_px"], after["samples_per_px"]);

    let before = session.last();
    session.xdotool(&["mousedown", "1"]);
    for x in (400..700).rev().step_by(20) {
        let x = x.to_string();
        session.xdotool(&["mousemove", "--window", &session.window, &x, "320"]);
    }
    session.point(400.0, 320.0);
    session.xdotool(&["mouseup", "1"]);
    session.frame("drag", |frame| frame["view_start"] != before["view_start"]);
    let after = session.settle();
    let dragged =
        (number(&after, "view_start") - number(&before, "view_start")) / number(&before, "samples_per_px");
    assert!((dragged - 300.0).abs() < 1e-6, "{dragged} px");
    // Moving on without the button does nothing.
    session.point(600.0, 320.0);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(session.last()["view_start"], after["view_start"]);
    session.quit();
}

#[test]
fn a_storm_of_sizes() {
    let Some(mut session) = Session::open("window-storm") else {
        return;
    };
    let window = session.window.clone();
    let first = session.last();
    let across = |frame: &Value| {
        number(frame, "samples_per_px") * frame["plot"][2].as_f64().expect("a plot has a width")
    };
    for i in 0..60_u32 {
        let (w, h) = (200 + i * 97 % 1300, 100 + i * 61 % 800);
        session.xdotool(&["windowsize", &window, &w.to_string(), &h.to_string()]);
    }
    // As small as a window can be, and gone from the screen, and back.
    session.xdotool(&["windowsize", "--sync", &window, "1", "1"]);
    std::thread::sleep(Duration::from_millis(300));
    session.xdotool(&["windowunmap", "--sync", &window]);
    std::thread::sleep(Duration::from_millis(300));
    session.xdotool(&["windowmap", "--sync", &window]);
    session.xdotool(&["windowsize", "--sync", &window, "900", "500"]);
    let after = session.frame("frame of the last size", |frame| {
        frame["size"] == serde_json::json!([900, 500])
    });
    assert!(
        (across(&after) - across(&first)).abs() < 1.0,
        "the span of time stays"
    );
    session.xdotool(&["windowfocus", "--sync", &window]);
    let (before, after) = session.key("plus");
    assert!(number(&after, "samples_per_px") < number(&before, "samples_per_px"));
    // The full screen, and back: without a window manager the window may stay as it is, but nothing breaks.
    session.xdotool(&["key", "F11", "key", "F11"]);
    std::thread::sleep(Duration::from_millis(300));
    session.quit();
}

#[test]
fn escape_ends_it_while_it_loads() {
    let Some(display) = Display::start() else {
        return;
    };
    let folder = folder("window-early");
    let file = folder.join("long.bin");
    succeeds(&["synth", text(&file), "--channels", "64", "--seconds", "60"]);
    let log = folder.join("frames.jsonl");
    let mut program = on(&display, &["open", text(&file), "--log", text(&log)])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let begun = Instant::now();
    while !drawn(&log) && program.try_wait().expect("a status").is_none() {
        assert!(begun.elapsed() < PATIENCE, "no window");
        std::thread::sleep(Duration::from_millis(5));
    }
    if let Some(status) = program.try_wait().expect("a status") {
        assert!(!status.success(), "it ended by itself");
        eprintln!("this driver has no windows");
        return;
    }
    // The window may go, or not have the focus yet, while the key is pressed; only the program's own end counts.
    while program.try_wait().expect("a status").is_none() {
        assert!(begun.elapsed() < PATIENCE, "it goes on");
        let pressed = Command::new("timeout")
            .args(["5", "xdotool", "search", "--name", "galvani"])
            .args(["windowfocus", "key", "Escape"])
            .env("DISPLAY", &display.name)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        pressed.expect("xdotool starts");
        std::thread::sleep(Duration::from_millis(50));
    }
    let output = program.wait_with_output().expect("a status");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {said}", output.status);
    // What was made for it is large.
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn what_cannot_be_shown_ends_it() {
    let Some(display) = Display::start() else {
        return;
    };
    let folder = folder("window-bad");
    let file = recording(&folder);
    let message = fails(&mut on(&display, &["open", text(&file), "--channels", "9"]));
    assert!(message.contains("no channel 9"), "{message}");
    let message = fails(
        on(&display, &["open", text(&file)])
            .env("VK_ICD_FILENAMES", "/nonexistent")
            .env("VK_DRIVER_FILES", "/nonexistent"),
    );
    assert!(
        message.contains("Vulkan") || message.contains("display"),
        "{message}"
    );
}

#[test]
fn browsing_leaves_a_sidecar_behind() {
    let Some(mut session) = Session::open("browsed") else {
        return;
    };
    let root = session.log.with_file_name("made.bin.galvani");
    let begun = Instant::now();
    // The last file of all: the level of one node.
    while !root.join("level/5/c/0/0/0").is_file() {
        assert!(begun.elapsed() < PATIENCE, "no sidecar is built");
        std::thread::sleep(Duration::from_millis(20));
    }
    session.settle();
    let file = session.log.with_file_name("made.bin");
    session.quit();
    succeeds(&["build", text(&file), "--verify"]);
}
