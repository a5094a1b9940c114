//! Python with packages from PyPI, made once and kept.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::skip;

/// The interpreter that has what `tools/cluster/requirements.txt` lists; `None`, and says so, where it cannot be had.
///
/// # Panics
/// If it cannot be had and `GALVANI_REQUIRE_ALL` is set.
pub(crate) fn python() -> Option<PathBuf> {
    let list = cluster("requirements.txt");
    let wanted = fs::read_to_string(&list).expect("the list of packages");
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let Some(cache) = cache.map(|cache| cache.join("galvani")) else {
        skip("there is no cache directory for Python's packages");
        return None;
    };
    fs::create_dir_all(&cache).expect("the cache directory is writable");
    let root = cache.join("python");
    // Tests that run at the same time wait for the one that makes it.
    let lock = File::create(cache.join("python.lock")).expect("the cache directory is writable");
    lock.lock().expect("files can be locked");
    let made = root.join("made-of");
    if fs::read_to_string(&made).is_ok_and(|made| made == wanted) {
        return Some(root.join("bin/python"));
    }
    // It is usually not there.
    let _ = fs::remove_dir_all(&root);
    let venv = run(Command::new("python3").args(["-m", "venv"]).arg(&root));
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
    ];
    let done = venv.and_then(|()| run(Command::new(root.join("bin/python")).args(install).arg(&list)));
    if let Err(why) = done {
        skip(&format!("no Python with packages from PyPI: {why}"));
        return None;
    }
    fs::write(made, wanted).expect("the cache directory is writable");
    Some(root.join("bin/python"))
}

/// A file of `tools/cluster`.
pub(crate) fn cluster(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../cluster")
        .join(name)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!(
        "{}: {}",
        output.status,
        said.lines().last().unwrap_or_default()
    ))
}
