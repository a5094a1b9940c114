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
