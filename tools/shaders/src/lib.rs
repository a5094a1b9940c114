//! What belongs to which shader, without a compiler.
//!
//! A *stage* is a file `NAME.comp`, `NAME.vert` or `NAME.frag` directly under `shaders/`. Its *closure* is the stage
//! and everything that it includes, directly or not. The compiled stage is `spv/NAME.comp.spv` (and so on), and
//! `spv/SOURCES` ties the two together: a line a stage, in the order of their names,
//!
//! ```text
//! NAME.comp sources=<SHA-256 of the closure> spirv=<SHA-256 of the compiled stage>
//! ```
//!
//! so that a test tells a stale or hand-edited binary from the sources alone, with no C++ library in reach.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// Name of the folder of compiled stages, in the folder of shaders.
pub const SPV: &str = "spv";
/// Name of the file that ties compiled stages to their sources, in [`SPV`].
pub const SOURCES: &str = "SOURCES";

/// Where an `#include` is looked for, in this order, relative to the folder of shaders.
const INCLUDE_FOLDERS: [&str; 2] = ["", "lib"];
/// Extensions that make a file a stage.
const STAGES: [&str; 3] = ["comp", "vert", "frag"];

/// Names of all stages directly under `shaders`, sorted.
///
/// # Errors
/// If the folder cannot be listed.
pub fn stages(shaders: &Path) -> Result<Vec<String>> {
    files(shaders, |name| {
        name.rsplit_once('.')
            .is_some_and(|(_, extension)| STAGES.contains(&extension))
    })
}

/// Names of the compiled stages in `shaders/spv` that have no source any more, sorted.
///
/// # Errors
/// If a folder cannot be listed.
pub fn orphans(shaders: &Path) -> Result<Vec<String>> {
    let stages = stages(shaders)?;
    files(&shaders.join(SPV), |name| {
        name.strip_suffix(".spv")
            .is_some_and(|stage| !stages.iter().any(|known| known == stage))
    })
}

/// Names of the files in `folder` that `wanted` accepts, sorted.
fn files(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let name = entry
            .with_context(|| format!("cannot list {}", folder.display()))?
            .file_name();
        names.extend(name.to_str().filter(|name| wanted(name)).map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// Path of the compiled stage `name`.
#[must_use]
pub fn spirv_path(shaders: &Path, name: &str) -> PathBuf {
    shaders.join(SPV).join(format!("{name}.spv"))
}

/// Finds what `#include "name"` means: its path relative to `shaders`, and its text.
///
/// # Errors
/// If there is no such file, or if it is not UTF-8.
pub fn resolve(shaders: &Path, name: &str) -> Result<(String, String)> {
    for folder in INCLUDE_FOLDERS {
        let relative = if folder.is_empty() {
            name.to_owned()
        } else {
            format!("{folder}/{name}")
        };
        let path = shaders.join(&relative);
        if path.is_file() {
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            return Ok((relative, text));
        }
    }
    bail!("no file {name} in {} or its lib/", shaders.display())
}

/// Everything that the stage `name` is made of: paths relative to `shaders`, and their texts.
///
/// An include that the preprocessor would skip counts as well: the closure may be too large, never too small.
///
/// # Errors
/// If the stage or an include cannot be read.
pub fn closure(shaders: &Path, name: &str) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut wanted = vec![(name.to_owned(), "the list of stages".to_owned())];
    while let Some((name, by)) = wanted.pop() {
        let (path, text) = resolve(shaders, &name).with_context(|| format!("included by {by}"))?;
        let Entry::Vacant(place) = found.entry(path) else {
            continue;
        };
        for name in text.lines().filter_map(included) {
            wanted.push((name.to_owned(), place.key().clone()));
        }
        place.insert(text);
    }
    Ok(found)
}

/// The file that a line of GLSL includes, if it does.
fn included(line: &str) -> Option<&str> {
    let rest = line
        .trim_start()
        .strip_prefix('#')?
        .trim_start()
        .strip_prefix("include")?
        .trim_start();
    let close = match rest.chars().next()? {
        '"' => '"',
        '<' => '>',
        _ => return None,
    };
    rest[1..].split_once(close).map(|(name, _)| name)
}

/// The line of `spv/SOURCES` that the stage `name` with the compiled form `spirv` must have, without its newline.
///
/// # Errors
/// If the stage or an include cannot be read.
pub fn line(shaders: &Path, name: &str, spirv: &[u8]) -> Result<String> {
    let mut sources = Sha256::new();
    for (path, text) in closure(shaders, name)? {
        // Lengths keep one file's end from passing for the next one's start.
        for part in [path.as_bytes(), text.as_bytes()] {
            sources.update((part.len() as u64).to_le_bytes());
            sources.update(part);
        }
    }
    Ok(format!(
        "{name} sources={:x} spirv={:x}",
        sources.finalize(),
        Sha256::digest(spirv)
    ))
}

/// What is stale under `shaders`, judged by hashes alone: a sentence for each fault, none if all is well.
///
/// # Errors
/// If a folder or a source cannot be read; a missing compiled stage is a fault and no error.
pub fn stale(shaders: &Path) -> Result<Vec<String>> {
    let sources = fs::read_to_string(shaders.join(SPV).join(SOURCES)).unwrap_or_default();
    let mut faults = Vec::new();
    let stages = stages(shaders)?;
    for name in &stages {
        match fs::read(spirv_path(shaders, name)) {
            Ok(spirv) => {
                let expected = line(shaders, name, &spirv)?;
                if !sources.lines().any(|line| line == expected) {
                    faults.push(format!(
                        "{name} or what it includes has changed since it was compiled"
                    ));
                }
            }
            Err(problem) => faults.push(format!("{name} has no compiled form: {problem}")),
        }
    }
    for line in sources.lines() {
        let name = line.split(' ').next().unwrap_or_default();
        if !stages.iter().any(|stage| stage == name) {
            faults.push(format!("{SPV}/{SOURCES} names {name}, which does not exist"));
        }
    }
    faults.extend(
        orphans(shaders)?
            .into_iter()
            .map(|name| format!("{SPV}/{name} has no source")),
    );
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of shaders that is removed with its owner.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("galvani-shaders-{name}-{}", std::process::id()));
            for folder in [SPV, "lib"] {
                fs::create_dir_all(path.join(folder)).expect("the temporary folder is writable");
            }
            let folder = Self(path);
            folder.write(
                "a.comp",
                "#version 460\n#include \"one.glsl\"\n  #  include <two.glsl>\n// #include \"no\"\n",
            );
            folder.write("one.glsl", "#include \"two.glsl\"\n");
            folder.write("lib/two.glsl", "#include \"one.glsl\"\n");
            folder.write("spv/a.comp.spv", "binary");
            let line = line(&folder.0, "a.comp", b"binary").expect("the closure is complete");
            folder.write("spv/SOURCES", &format!("{line}\n"));
            folder
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.0.join(name), text).expect("the temporary folder is writable");
        }

        fn stale(&self) -> String {
            stale(&self.0).expect("the folder is readable").join("\n")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            // What is left behind is in the system's folder of temporary files.
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn closure_follows_includes_through_a_cycle() -> Result<()> {
        let folder = Folder::new("closure");
        let names: Vec<_> = closure(&folder.0, "a.comp")?.into_keys().collect();
        assert_eq!(names, ["a.comp", "lib/two.glsl", "one.glsl"]);
        Ok(())
    }

    #[test]
    fn every_fault_is_named() {
        let folder = Folder::new("faults");
        assert_eq!(folder.stale(), "");
        folder.write("lib/two.glsl", "changed");
        assert!(
            folder.stale().contains("a.comp or what it includes"),
            "an include changed"
        );
        folder.write("lib/two.glsl", "#include \"one.glsl\"\n");
        assert_eq!(folder.stale(), "", "the old text has the old hash");
        folder.write("spv/a.comp.spv", "edited");
        assert!(
            folder.stale().contains("a.comp or what it includes"),
            "the binary changed"
        );
        folder.write("spv/a.comp.spv", "binary");
        folder.write("spv/b.frag.spv", "left over");
        assert!(folder.stale().contains("spv/b.frag.spv has no source"));
        folder.write("b.frag", "#version 460\n");
        assert!(
            folder.stale().contains("b.frag or what it includes"),
            "no line in SOURCES"
        );
    }

    #[test]
    fn a_missing_include_names_its_includer() {
        let folder = Folder::new("missing");
        folder.write("one.glsl", "#include \"three.glsl\"\n");
        let error = closure(&folder.0, "a.comp").expect_err("three.glsl does not exist");
        assert!(format!("{error:#}").contains("included by one.glsl"), "{error:#}");
    }
}
