//! Where a recording's sidecar is looked for, and where it is written.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::read::Sidecar;
use super::shard;
use crate::source::Source;
use crate::{Error, Result};

/// The folders in which a recording's sidecar may be: beside its first file, and in the user's cache directory, there
/// in `galvani/sidecars/HASH`, the hash being that of the absolute path of the folder in which the recording is.
pub(super) fn candidates(source: &dyn Source) -> Result<Vec<PathBuf>> {
    let files = source.files();
    let Some(first) = files.first() else {
        return Ok(Vec::new());
    };
    let absolute = std::path::absolute(first).map_err(|source| Error::Open {
        path: first.clone(),
        source,
    })?;
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    let name = name(&files);
    let mut found = vec![folder.join(&name)];
    if let Some(cache) = cache_dir() {
        let hash = Sha256::digest(folder.as_os_str().as_encoded_bytes());
        let hash: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        found.push(cache.join("galvani").join("sidecars").join(hash).join(name));
    }
    Ok(found)
}

/// The first file's name with `.galvani` after it, and before that `+N` where `N` files follow the first.
fn name(files: &[PathBuf]) -> OsString {
    let first = files.first().and_then(|file| file.file_name());
    let mut name = first.map(OsString::from).unwrap_or_default();
    if files.len() > 1 {
        name.push(format!("+{}", files.len() - 1));
    }
    name.push(".galvani");
    name
}

/// The folder that a recording's sidecar is to be written to, which is made if it is not there: `NAME.galvani` in
/// `folder`; without one where a complete sidecar is, else beside the recording, or where that cannot be written to,
/// in the user's cache directory.
///
/// `NAME` is the recording's file's; of several files the first one's, with `+N` where `N` files follow it.
///
/// # Errors
/// [`Error::Invalid`] if the recording is in no file; [`Error::Write`] if none of these can be written to; those of
/// [`Sidecar::find`].
pub fn place(source: &dyn Source, folder: Option<&Path>) -> Result<PathBuf> {
    if folder.is_none()
        && let Some(found) = Sidecar::find(source)?.filter(Sidecar::is_complete)
    {
        return Ok(found.root().to_path_buf());
    }
    let places = match folder {
        Some(folder) if !source.files().is_empty() => vec![folder.join(name(&source.files()))],
        _ => candidates(source)?,
    };
    let mut failed = Error::Invalid {
        what: "recording",
        problem: "it is in no file, so there is no place beside it".into(),
    };
    for path in places {
        match fs::create_dir_all(&path).and_then(|()| shard::try_writing(&path)) {
            Ok(()) => return Ok(path),
            Err(source) => failed = Error::Write { path, source },
        }
    }
    Err(failed)
}

/// The user's cache directory, as each system has it.
fn cache_dir() -> Option<PathBuf> {
    let of = |name: &str| {
        let path = std::env::var_os(name).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    };
    if cfg!(windows) {
        of("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        of("HOME").map(|home| home.join("Library/Caches"))
    } else {
        of("XDG_CACHE_HOME").or_else(|| of("HOME").map(|home| home.join(".cache")))
    }
}
