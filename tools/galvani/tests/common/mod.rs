//! What tests of the program share: running it under validation, and folders of their own.

// Each test is a crate of its own and uses a part of this.
#![allow(dead_code)]

#[cfg(target_os = "linux")]
#[path = "../../../../tests/common/display.rs"]
pub(crate) mod display;
#[cfg(target_os = "linux")]
pub(crate) mod hands;
pub(crate) mod made;
pub(crate) mod python;
#[cfg(target_os = "linux")]
pub(crate) mod session;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The program, with the validation layer watching: any message of it is an error, and the exit status says so.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_galvani"));
    command
        .args(arguments)
        .env("GALVANI_VALIDATION", "1")
        .env("XDG_CACHE_HOME", scratch("cache"))
        .env("XDG_CONFIG_HOME", scratch("nothing"))
        .env("XDG_DATA_HOME", scratch(&format!("data-{}", std::process::id())))
        .env_remove("GALVANI_WINDOW_LOG");
    command
}

/// What it answered on stdout.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What it said on stderr.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs it, which has to go well.
pub(crate) fn succeeds(arguments: &[&str]) -> Output {
    let output = program(arguments).output().expect("the program starts");
    assert!(
        output.status.success(),
        "galvani {}: {}\n{}",
        arguments.join(" "),
        output.status,
        stderr(&output)
    );
    output
}

/// Runs it with `--json`: the one object on stdout.
pub(crate) fn json(arguments: &[&str]) -> Value {
    let all: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    let text = stdout(&succeeds(&all));
    assert_eq!(text.lines().count(), 1, "one object and nothing else: {text}");
    serde_json::from_str(&text).expect("JSON on stdout")
}

/// Runs what must not go well: the one message, after nothing on stdout and with exit status 1.
pub(crate) fn fails(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{command:?}: {said}");
    assert_eq!(stdout(&output), "", "{command:?}");
    let message = said
        .strip_prefix("error: ")
        .unwrap_or_else(|| panic!("{command:?}: {said}"));
    assert_eq!(message.matches("error: ").count(), 0, "one message: {said}");
    message.to_owned()
}

/// A folder that is kept between runs.
pub(crate) fn scratch(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// A fresh folder for a test.
pub(crate) fn folder(name: &str) -> PathBuf {
    // One for each driver that tests run on at once.
    let path = scratch(&format!("{name}-{}", std::process::id()));
    // It is usually not there.
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("the target folder is writable");
    path
}

/// Every file below a folder, by its path in it.
pub(crate) fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("in it").to_path_buf();
                found.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

/// The folder of real recordings, unless it is not there.
///
/// # Panics
/// If it is not and `GALVANI_REQUIRE_ALL` is set.
pub(crate) fn recordings() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("GALVANI_TEST_DATA").map_or_else(default, PathBuf::from);
    if data.join("reference").is_dir() {
        return Some(data);
    }
    skip(&format!("there are no recordings in {}", data.display()));
    None
}

/// Size and RGBA pixels of a PNG.
pub(crate) fn png(path: &Path) -> ([u32; 2], Vec<u8>) {
    let file = std::io::BufReader::new(std::fs::File::open(path).expect("a picture"));
    let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!(info.color_type, png::ColorType::Rgba);
    ([info.width, info.height], pixels)
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are plain")
}

/// Whether what a test needs may be missing; says so where it is.
///
/// # Panics
/// Where `GALVANI_REQUIRE_ALL` is set.
pub(crate) fn skip(why: &str) {
    let required = std::env::var("GALVANI_REQUIRE_ALL").is_ok_and(|value| !matches!(&*value, "" | "0"));
    assert!(!required, "{why}");
    eprintln!("skipped: {why}");
}
