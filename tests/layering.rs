//! Imports point downward only: each module of `src/` names no other than those below it.

use std::collections::BTreeSet;
use std::path::Path;

/// Each module, from the bottom up, and the modules that it may name; `error` is every module's.
const LAYERS: [(&str, &[&str]); 31] = [
    ("error", &[]),
    ("units", &[]),
    ("abi", &[]),
    ("wide", &[]),
    ("system", &[]),
    ("changes", &[]),
    ("png", &[]),
    ("source", &["abi", "wide"]),
    ("signal", &["abi", "source", "wide"]),
    ("view", &[]),
    ("scene", &["source", "view"]),
    ("vector", &["abi", "png", "scene"]),
    ("gpu", &["system"]),
    ("pyramid", &["abi", "source", "wide"]),
    ("sidecar", &["abi", "pyramid", "source"]),
    ("plan", &["abi", "pyramid", "view"]),
    ("points", &["plan", "system", "view", "wide"]),
    ("lines", &["points", "view"]),
    ("images", &["plan", "scene", "source", "view"]),
    ("solids", &["abi", "changes", "points", "scene", "view", "wide"]),
    ("custom", &["abi", "changes", "scene", "view"]),
    (
        "figure",
        &[
            "custom", "images", "lines", "points", "scene", "signal", "solids", "source", "vector", "view",
        ],
    ),
    (
        "reference",
        &[
            "abi", "figure", "images", "lines", "points", "scene", "solids", "source", "view",
        ],
    ),
    (
        "host",
        &[
            "abi", "figure", "images", "lines", "plan", "points", "pyramid", "scene", "solids", "source",
            "vector", "view", "wide",
        ],
    ),
    ("passes", &["abi", "custom", "gpu", "pyramid", "scene", "source"]),
    (
        "store",
        &[
            "abi", "gpu", "passes", "plan", "pyramid", "scene", "sidecar", "source", "system", "units",
            "view",
        ],
    ),
    ("target", &["gpu"]),
    (
        "renderer",
        &[
            "abi", "custom", "figure", "gpu", "host", "passes", "plan", "points", "pyramid", "scene",
            "solids", "source", "store", "target", "vector", "view",
        ],
    ),
    (
        "save",
        &[
            "figure", "gpu", "host", "png", "renderer", "scene", "target", "vector", "view",
        ],
    ),
    ("show", &["figure", "gpu", "renderer", "scene", "view"]),
    ("lib", &[]),
];

/// The modules that a line of code names by `crate::`, alone or in braces.
fn named(code: &str) -> BTreeSet<String> {
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut found = BTreeSet::new();
    for (_, rest) in code
        .match_indices("crate::")
        .map(|(at, found)| (at, &code[at + found.len()..]))
    {
        match rest.strip_prefix('{') {
            Some(list) => {
                let mut depth = 0;
                let end = list
                    .find(|c| {
                        depth += i32::from(c == '{') - i32::from(c == '}');
                        depth < 0
                    })
                    .unwrap_or(list.len());
                let mut depth = 0;
                let items = list[..end].split(|c| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    depth == 0 && c == ','
                });
                found.extend(items.map(word));
            }
            None => {
                found.insert(word(rest));
            }
        }
    }
    found
}

fn files(folder: &Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn imports_point_downward() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    files(&src, &mut sources);
    assert!(sources.len() > 40, "the sources are here");
    let known: Vec<&str> = LAYERS.iter().map(|layer| layer.0).collect();
    let mut wrong = Vec::new();
    for path in sources {
        let inside = path.strip_prefix(&src).expect("below src");
        let first = inside.iter().next().expect("a name").to_string_lossy();
        let module = first.trim_end_matches(".rs").to_owned();
        let Some((_, allowed)) = LAYERS.iter().find(|layer| layer.0 == module) else {
            wrong.push(format!("{module} has no place in the table"));
            continue;
        };
        let text = std::fs::read_to_string(&path).expect("a source file");
        // Documentation may point anywhere.
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(|line| format!("{line}\n"))
            .collect();
        for other in named(&code) {
            let below = other == module || other == "error" || allowed.contains(&other.as_str());
            if known.contains(&other.as_str()) && !below {
                wrong.push(format!("{} names crate::{other}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_has_no_cycle_and_no_unknown_name() {
    for (index, (module, allowed)) in LAYERS.iter().enumerate() {
        for other in *allowed {
            let below = LAYERS[..index].iter().any(|layer| layer.0 == *other);
            assert!(below, "{other} is not below {module}");
        }
    }
}

#[test]
fn names_are_found_alone_and_in_braces() {
    let found = named(
        "use crate::abi::{self, Node}; use crate::{Error, gpu::{Buffer, Device}, store}; crate::plan::X",
    );
    let wanted = ["Error", "abi", "gpu", "plan", "store"];
    assert_eq!(found.into_iter().collect::<Vec<_>>(), wanted);
}
