//! What a reader of a format is, and what it is shown of a path before it opens it.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::events::Events;
use super::file::DataFile;
use super::streams::Streams;
use crate::{Error, Result};

/// Bytes of a file's head that a reader is shown.
const HEAD: u64 = 1024;
/// Names of a folder that a reader is shown; the rest of a larger one is not looked at.
const MAX_NAMES: usize = 100_000;

/// A format: how it is told, and how it is opened.
pub(crate) struct Reader {
    /// For people.
    pub(crate) name: &'static str,
    /// What it takes, for messages: `.ns1 to .ns6`.
    pub(crate) takes: &'static str,
    /// Whether a path looks like it.
    pub(crate) knows: fn(&Probe) -> bool,
    /// Opens all streams of it.
    pub(crate) open: fn(&Path) -> Result<Streams>,
    /// Reads all events of it.
    pub(crate) events: fn(&Path) -> Result<Vec<Events>>,
}

/// For formats that have no events.
pub(crate) fn no_events(_path: &Path) -> Result<Vec<Events>> {
    Ok(Vec::new())
}

/// What is seen of a path at a glance.
pub(crate) struct Probe {
    pub(crate) path: PathBuf,
    pub(crate) is_dir: bool,
    /// In lower case, without the dot.
    pub(crate) extension: String,
    /// The first bytes of a file.
    pub(crate) head: Vec<u8>,
    /// The names in a folder, sorted.
    pub(crate) names: Vec<String>,
}

impl Probe {
    pub(crate) fn new(path: &Path) -> Result<Self> {
        let extension = path
            .extension()
            .map(|extension| extension.to_string_lossy().to_lowercase());
        let is_dir = path.is_dir();
        let (mut head, mut names) = (Vec::new(), Vec::new());
        if is_dir {
            names = names_in(path)?;
        } else {
            let file = DataFile::open(path)?;
            head = file.read_vec(0, file.len().min(HEAD) as usize)?;
        }
        Ok(Self {
            path: path.to_path_buf(),
            is_dir,
            extension: extension.unwrap_or_default(),
            head,
            names,
        })
    }

    /// Whether a folder holds a file of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|other| other == name)
    }

    /// Whether a folder holds a file whose name ends so.
    pub(crate) fn has_ending(&self, ending: &str) -> bool {
        self.names.iter().any(|name| name.ends_with(ending))
    }
}

/// An error of a file at a byte of it: 0 where it is the file as a whole, or where nothing says where.
pub(crate) fn failed(
    format: &'static str,
    path: impl Into<PathBuf>,
    offset: u64,
    problem: impl Into<String>,
) -> Error {
    Error::Format {
        format,
        path: path.into(),
        offset,
        problem: problem.into(),
    }
}

/// The names in a folder, sorted.
pub(crate) fn names_in(folder: &Path) -> Result<Vec<String>> {
    // What a name without a folder has for a parent.
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let failed = |source| Error::Open {
        path: folder.to_path_buf(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)?.take(MAX_NAMES) {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The file that a file in `folder` names, if it lies in that folder or below.
///
/// # Errors
/// [`Error::Open`] if the name leads elsewhere.
pub(crate) fn inside(folder: &Path, name: &str) -> Result<PathBuf> {
    let named = PathBuf::from(name.replace('\\', "/"));
    let mut parts = named.components();
    if !name.is_empty() && parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Ok(folder.join(named));
    }
    Err(Error::Open {
        path: folder.to_path_buf(),
        source: io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("a file in it names {name:?}, which may not lead out of the folder"),
        ),
    })
}

/// The text of a small file, of `max` bytes at most; what is not UTF-8 is read as Latin-1.
pub(crate) fn text(format: &'static str, path: &Path, max: u64) -> Result<String> {
    let file = DataFile::open(path)?;
    if file.len() > max {
        return Err(failed(
            format,
            path,
            max,
            format!("{} bytes are too many for a description", file.len()),
        ));
    }
    let bytes = file.read_vec(0, file.len() as usize)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| latin1(error.as_bytes())))
}

/// The same as JSON.
pub(crate) fn json(format: &'static str, path: &Path, max: u64) -> Result<serde_json::Value> {
    serde_json::from_str(&text(format, path, max)?)
        .map_err(|error| failed(format, path, 0, format!("it is no JSON: {error}")))
}

/// Bytes as Latin-1, which every byte is.
pub(crate) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
