//! What hands do with a window: point, click, drag, type.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::session::{Session, number};
use super::{json, text};

/// The samples across the plot.
pub(crate) fn across(frame: &Value) -> f64 {
    number(frame, "samples_per_px") * plot(frame, 2)
}

/// The sample in the middle of the plot.
pub(crate) fn centre(frame: &Value) -> f64 {
    number(frame, "view_start") + across(frame) / 2.0
}

/// Where the plot is in the window: its left, its top, its width, its height.
pub(crate) fn plot(frame: &Value, which: usize) -> f64 {
    frame["plot"][which].as_f64().expect("a plot")
}

/// The sample at a pixel of the window.
pub(crate) fn sample_at(frame: &Value, x: f64) -> f64 {
    number(frame, "view_start") + (x - plot(frame, 0)) * number(frame, "samples_per_px")
}

/// The words of a command line, as a shell takes them.
pub(crate) fn words(line: &str) -> Vec<String> {
    let script = format!("printf '%s\\n' {line}");
    let output = Command::new("sh")
        .args(["-c", &script])
        .output()
        .expect("a shell");
    let words = String::from_utf8(output.stdout).expect("text");
    words.lines().map(String::from).collect()
}

/// Renders what a copied command says, to another file, and with other arguments for some of those that it has.
pub(crate) fn render(line: &str, output: &Path, other: &[&str]) -> Value {
    let mut words = words(line);
    assert_eq!(words.remove(0), "galvani");
    let output = format!("--output={}", text(output));
    let other: Vec<&str> = other.iter().copied().chain([&*output]).collect();
    let name = |word: &str| word.split('=').next().map(String::from);
    words.retain(|word| !other.iter().any(|other| name(other) == name(word)));
    let words: Vec<&str> = words.iter().map(String::as_str).chain(other).collect();
    json(&words)
}

impl Session {
    /// The pointer goes to a pixel of the window.
    pub(crate) fn point(&self, x: f64, y: f64) {
        self.mouse(x, y, &[]);
    }

    /// The pointer goes there and clicks.
    pub(crate) fn click(&self, x: f64, y: f64) {
        self.mouse(x, y, &["click", "1"]);
    }

    /// The pointer goes there, and what follows of a command of `xdotool` is done.
    pub(crate) fn mouse(&self, x: f64, y: f64, more: &[&str]) {
        let [x, y] = [x, y].map(|at| at.round().to_string());
        let place = ["mousemove", "--sync", "--window", &self.window, &x, &y];
        self.xdotool(&[&place[..], more].concat());
    }

    /// Drags from one pixel of the window to another, with a button.
    pub(crate) fn drag(&self, from: [f64; 2], to: [f64; 2], button: &str) {
        self.mouse(from[0], from[1], &["mousedown", button]);
        self.mouse(to[0], to[1], &["mouseup", button]);
    }

    /// Types what is asked for, and takes it, until nothing lies over the plot.
    pub(crate) fn answer(&mut self, what: &str) -> Value {
        self.settle();
        self.xdotool(&["type", "--delay", "30", what]);
        self.settle();
        self.xdotool(&["key", "Return"]);
        self.frame("the end of typing", |frame| frame["overlay"].is_null());
        self.settle()
    }

    /// Types a label into what has just been added, and takes it.
    pub(crate) fn label(&mut self, text: &str) -> Value {
        self.frame("a line to type into", |frame| frame["overlay"] == "note");
        self.answer(text)
    }

    /// Asks for an export under the name that is offered, with another ending; what is written, in a moment.
    pub(crate) fn export(&mut self, ending: &str) -> PathBuf {
        let (before, open) = self.key("ctrl+e");
        assert_eq!(open["overlay"], "export");
        let folder = self.file.parent().expect("a folder").to_path_buf();
        self.xdotool(&["key", "End"]);
        for _ in 0..4 {
            self.xdotool(&["key", "BackSpace"]);
        }
        self.xdotool(&["type", "--delay", "20", ending]);
        self.settle();
        self.xdotool(&["key", "Return"]);
        self.frame("what was exported", |frame| {
            frame["exporting"].is_null() && number(frame, "log_lines") > number(&before, "log_lines")
        });
        self.settle();
        let made = std::fs::read_dir(&folder).expect("a folder").flatten();
        let mut made: Vec<_> = made
            .map(|entry| entry.path())
            .filter(|path| path.to_string_lossy().ends_with(ending))
            .collect();
        assert_eq!(made.len(), 1, "{made:?}");
        made.remove(0)
    }
}
