//! A window under a display of its own, driven by real events of the X server.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) use super::display::Display;
use super::{folder, program, succeeds, text};

/// How long anything may take, with the validation layer on a slow machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Notches of one click of a wheel that is a button, as xdotool's is: winit tells of it as it goes down and as it goes up. (Wheels of
/// real pointers are axes, and tell once.)
pub(crate) const CLICK: f64 = 2.0;

/// The program with its window open.
pub(crate) struct Session {
    pub(crate) display: Display,
    pub(crate) program: Child,
    pub(crate) log: PathBuf,
    pub(crate) window: String,
    /// What is open.
    pub(crate) file: PathBuf,
}

/// A recording of 4 channels × 20 s.
pub(crate) fn recording(folder: &Path) -> PathBuf {
    let path = folder.join("made.bin");
    succeeds(&["synth", text(&path), "--channels", "4", "--seconds", "20"]);
    path
}

/// Writes the settings file of windows that open what is in a folder.
pub(crate) fn set(folder: &Path, settings: &str) {
    let place = folder.join("settings/galvani");
    std::fs::create_dir_all(&place).expect("the target folder is writable");
    std::fs::write(place.join("settings.toml"), settings).expect("it can be written");
}

/// Whether a frame has been logged.
pub(crate) fn drawn(log: &Path) -> bool {
    log.metadata().is_ok_and(|facts| facts.len() > 0)
}

/// The program on a display, for as long as it takes to be told what is asked.
pub(crate) fn on(display: &Display, arguments: &[&str]) -> Command {
    let mut command = program(arguments);
    command
        .env("DISPLAY", &display.name)
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET");
    command
}

impl Session {
    /// Opens a made-up recording and waits for its first picture. `None` where that cannot be tested here.
    pub(crate) fn open(name: &str) -> Option<Self> {
        // What is dragged stays where it is let go of: how long moves take here is left to chance.
        Self::open_with(name, "momentum = false\n", &[])
    }

    /// The same with a settings file and further arguments.
    pub(crate) fn open_with(name: &str, settings: &str, more: &[&str]) -> Option<Self> {
        let folder = folder(name);
        let file = recording(&folder);
        set(&folder, settings);
        Self::start(Display::start()?, file, more)
    }

    /// Ends it, and opens the same again.
    pub(crate) fn again(self) -> Self {
        let file = self.file.clone();
        self.quit();
        Self::reopen(file)
    }

    /// Opens the same again once the program has been killed.
    pub(crate) fn anew(self) -> Self {
        let file = self.file.clone();
        drop(self);
        Self::reopen(file)
    }

    /// Opens a file again that was open before.
    pub(crate) fn reopen(file: PathBuf) -> Self {
        let log = file.with_file_name("frames.jsonl");
        std::fs::remove_file(log).expect("it was written");
        Self::start(Display::start().expect("a display"), file, &[]).expect("it opened before")
    }

    /// Opens a file on a display.
    pub(crate) fn start(display: Display, file: PathBuf, more: &[&str]) -> Option<Self> {
        let folder = file.parent().expect("it is in a folder").to_path_buf();
        let log = folder.join("frames.jsonl");
        let arguments: Vec<&str> = ["open", text(&file), "--log", text(&log)]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        let mut program = on(&display, &arguments)
            .env("XDG_CONFIG_HOME", folder.join("settings"))
            .env("XDG_DATA_HOME", folder.join("data"))
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let begun = Instant::now();
        while !drawn(&log) {
            if program.try_wait().expect("a status").is_some() {
                // Not every driver draws to windows of X; then that has to be said clearly, once, after what is to be
                // said of the file.
                let said = program.wait_with_output().expect("it has ended").stderr;
                let said = String::from_utf8_lossy(&said);
                assert_eq!(said.matches("error: ").count(), 1, "{said}");
                assert!(said.contains("cannot draw to this display"), "{said}");
                eprintln!("this driver has no windows, and says so");
                return None;
            }
            assert!(begun.elapsed() < PATIENCE, "no window");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut session = Self {
            display,
            program,
            log,
            window: String::new(),
            file,
        };
        session.frame("the recording", |frame| frame["stage"] == "browsing");
        session.window = session.xdotool(&["search", "--name", "galvani"]);
        assert_eq!(session.window.lines().count(), 1, "{}", session.window);
        let window = session.window.clone();
        session.xdotool(&["windowfocus", "--sync", &window]);
        session.settle();
        Some(session)
    }

    pub(crate) fn xdotool(&self, arguments: &[&str]) -> String {
        self.display.xdotool(arguments)
    }

    /// All frames so far.
    pub(crate) fn frames(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.log).expect("the log");
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line is JSON"))
            .collect()
    }

    pub(crate) fn last(&self) -> Value {
        self.frames().pop().expect("a frame")
    }

    /// Waits until the last frame is as it should be.
    pub(crate) fn frame(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            if let Some(last) = self.frames().pop()
                && is(&last)
            {
                return last;
            }
            let ended = self.program.try_wait().expect("a status");
            assert!(ended.is_none(), "it ended: {ended:?}");
            assert!(begun.elapsed() < PATIENCE, "no {what}: {:?}", self.frames().pop());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until nothing is missing and no more frames come.
    pub(crate) fn settle(&mut self) -> Value {
        loop {
            let before = self.frame("whole frame", |frame| frame["fidelity"]["kind"] != "partial");
            std::thread::sleep(Duration::from_millis(400));
            if self.last() == before {
                return before;
            }
        }
    }

    /// Presses a key and waits for a frame that it has changed.
    pub(crate) fn key(&mut self, key: &str) -> (Value, Value) {
        self.input(&["key", key])
    }

    pub(crate) fn input(&mut self, arguments: &[&str]) -> (Value, Value) {
        let before = self.last();
        self.xdotool(arguments);
        self.frame(&arguments.join(" "), |frame| frame["frame"] != before["frame"]);
        (before, self.settle())
    }

    /// Presses Escape; the program has to end well.
    pub(crate) fn quit(self) {
        let said = self.end();
        assert_eq!(said, "", "nothing to complain of");
    }

    /// The same, whatever it has said; what that is.
    pub(crate) fn end(mut self) -> String {
        self.xdotool(&["key", "Escape"]);
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.program.try_wait().expect("a status") {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "Escape does not end it");
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut said = String::new();
        let mut stderr = self.program.stderr.take().expect("it is piped");
        std::io::Read::read_to_string(&mut stderr, &mut said).expect("text");
        assert!(status.success(), "{status}: {said}");
        said
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It has ended where the test has gone well.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

pub(crate) fn number(frame: &Value, key: &str) -> f64 {
    frame[key]
        .as_f64()
        .unwrap_or_else(|| panic!("no {key} in {frame}"))
}
