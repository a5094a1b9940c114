//! A store in a folder: its groups, its arrays and their attributes, of version 2 or 3.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::FORMAT;
use super::array::Array;
use super::meta::Meta;
use crate::source::reader::{failed, inside, names_in, text};
use crate::{Error, Result};

/// Descriptions hold no more bytes; consolidated ones are of all arrays together.
const MAX_TEXT: u64 = 256 << 20;
/// Links that lead to links.
const MAX_LINKS: usize = 16;

/// The names of the files that describe a group or an array.
pub(super) const DOCUMENTS: [&str; 4] = ["zarr.json", ".zarray", ".zgroup", ".zmetadata"];

/// A store.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: PathBuf,
    /// Descriptions of all groups and arrays that are written together, by their names; read where there is no file.
    together: BTreeMap<String, Value>,
}

/// What a name leads to.
#[derive(Debug)]
pub(super) enum Node {
    Group(Map<String, Value>),
    Array(Arc<Array>),
}

impl Tree {
    /// The store in a folder, or described by a file in it.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let root = match path.is_dir() {
            true => path,
            false => path
                .parent()
                .filter(|folder| *folder != Path::new(""))
                .unwrap_or(Path::new(".")),
        };
        let mut tree = Self {
            root: root.to_path_buf(),
            together: BTreeMap::new(),
        };
        let v2 = tree.document(".zmetadata")?;
        let v3 = tree.document("zarr.json")?;
        if let Some(Value::Object(all)) = v2.as_ref().and_then(|told| told.get("metadata")) {
            tree.together.extend(all.clone());
        }
        let v3 = v3
            .as_ref()
            .and_then(|told| told.get("consolidated_metadata")?.get("metadata"));
        if let Some(Value::Object(all)) = v3 {
            let named = all
                .iter()
                .map(|(name, told)| (format!("{name}/zarr.json"), told.clone()));
            tree.together.extend(named);
        }
        Ok(tree)
    }

    /// A file of JSON, by its name in the store, if it is there.
    fn document(&self, name: &str) -> Result<Option<Value>> {
        let path = inside(&self.root, name)?;
        if !path.is_file() {
            return Ok(self.together.get(name).cloned());
        }
        let written = text(FORMAT, &path, MAX_TEXT)?;
        // Python writes numbers that JSON has not.
        let parsed = serde_json::from_str(&written).or_else(|_| serde_json::from_str(&without_nan(&written)));
        parsed
            .map(Some)
            .map_err(|error| failed(FORMAT, &path, 0, format!("it is no JSON: {error}")))
    }

    /// A group or an array by its name from the root, which is "" itself, if it is there. No links are followed.
    pub(super) fn node(&self, name: &str) -> Result<Option<Node>> {
        let below = |file: &str| match name {
            "" => file.to_owned(),
            name => format!("{name}/{file}"),
        };
        let parsed = |meta: std::result::Result<Meta, String>, document: &str| {
            let path = inside(&self.root, document)?;
            let meta = meta.map_err(|problem| failed(FORMAT, &path, 0, problem))?;
            Ok(Some(Node::Array(Arc::new(Array::new(meta, path)))))
        };
        let v3 = below("zarr.json");
        if let Some(told) = self.document(&v3)? {
            let format = &told["zarr_format"];
            return match told["node_type"].as_str() {
                _ if *format != 3 => Err(failed(
                    FORMAT,
                    &inside(&self.root, &v3)?,
                    0,
                    format!("version {format} is not known"),
                )),
                Some("array") => parsed(Meta::of_v3(&told), &v3),
                _ => Ok(Some(Node::Group(
                    told["attributes"].as_object().cloned().unwrap_or_default(),
                ))),
            };
        }
        let attributes = || -> Result<Map<String, Value>> {
            Ok(match self.document(&below(".zattrs"))? {
                Some(Value::Object(attributes)) => attributes,
                _ => Map::new(),
            })
        };
        let v2 = below(".zarray");
        if let Some(told) = self.document(&v2)? {
            let attributes = attributes()?;
            return parsed(Meta::of_v2(&told, attributes), &v2);
        }
        match self.document(&below(".zgroup"))? {
            Some(_) => Ok(Some(Node::Group(attributes()?))),
            None => Ok(None),
        }
    }

    /// The names in a group, sorted; some may lead to nothing.
    pub(super) fn names(&self, group: &str) -> Vec<String> {
        let folder = inside(&self.root, if group.is_empty() { "." } else { group });
        let listed = folder.and_then(|folder| names_in(&folder)).unwrap_or_default();
        // What we put beside recordings is a store as well.
        let mut names: BTreeSet<String> = listed
            .into_iter()
            .filter(|name| !name.starts_with('.') && !name.ends_with(".galvani"))
            .collect();
        names.remove("zarr.json");
        let prefix = if group.is_empty() {
            String::new()
        } else {
            format!("{group}/")
        };
        for key in self.together.range(prefix.clone()..) {
            let Some(rest) = key.0.strip_prefix(&prefix) else {
                break;
            };
            names.extend(rest.split_once('/').map(|(name, _)| name.to_owned()));
        }
        names.into_iter().collect()
    }

    /// The name without links on its way that a name leads to.
    ///
    /// NWB writes links as an attribute of the group that they are in: `zarr_link`, a list of names, and the paths that they
    /// lead to. Those out of the store lead nowhere.
    pub(super) fn resolved(&self, name: &str) -> Option<String> {
        let mut left: Vec<String> = parts(name);
        let (mut at, mut links) = (String::new(), 0);
        while !left.is_empty() {
            let part = left.remove(0);
            let next = if at.is_empty() {
                part.clone()
            } else {
                format!("{at}/{part}")
            };
            if let Ok(Some(_)) = self.node(&next) {
                at = next;
                continue;
            }
            links += 1;
            let target = self.links(&at).into_iter().find(|(name, _)| *name == part);
            let (_, target) = target.filter(|_| links <= MAX_LINKS)?;
            left.splice(0..0, parts(&target));
            at.clear();
        }
        Some(at)
    }

    /// The links in a group: their names, and where they lead to in the same store.
    pub(super) fn links(&self, group: &str) -> Vec<(String, String)> {
        let Ok(Some(Node::Group(attributes))) = self.node(group) else {
            return Vec::new();
        };
        let links = attributes.get("zarr_link").and_then(Value::as_array);
        let link = |told: &Value| {
            let text = |key: &str| told.get(key).and_then(Value::as_str);
            let here = matches!(text("source"), None | Some("." | ""));
            let (name, path) = (text("name")?, text("path")?);
            here.then(|| (name.to_owned(), path.to_owned()))
        };
        links.into_iter().flatten().filter_map(link).collect()
    }

    /// An array by its name, links followed.
    pub(super) fn array(&self, name: &str) -> Result<Arc<Array>> {
        let found = self
            .resolved(name)
            .map(|name| self.node(&name))
            .transpose()?
            .flatten();
        match found {
            Some(Node::Array(array)) => Ok(array),
            _ => Err(self.failed(format!("there is no array {name:?}"))),
        }
    }

    /// The attributes of a group, links followed.
    pub(super) fn attributes(&self, group: &str) -> Option<Map<String, Value>> {
        match self.node(&self.resolved(group)?) {
            Ok(Some(Node::Group(attributes))) => Some(attributes),
            _ => None,
        }
    }

    pub(super) fn failed(&self, problem: impl Into<String>) -> Error {
        failed(FORMAT, &self.root, 0, problem)
    }
}

fn parts(name: &str) -> Vec<String> {
    let parts = name.split('/').filter(|part| !part.is_empty() && *part != ".");
    parts.map(ToOwned::to_owned).collect()
}

/// JSON with `null` for the numbers that only Python writes: `NaN`, `Infinity`, `-Infinity`.
fn without_nan(written: &str) -> String {
    let mut clean = String::with_capacity(written.len());
    // Every second piece between quotation marks is a text; those within texts have a backslash before them.
    let (mut in_text, mut rest) = (false, written);
    while let Some(at) = rest.find('"') {
        let (piece, after) = rest.split_at(at);
        push(&mut clean, piece, in_text);
        clean.push('"');
        let escapes = piece.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if !(in_text && escapes % 2 == 1) {
            in_text = !in_text;
        }
        rest = &after[1..];
    }
    push(&mut clean, rest, in_text);
    clean
}

fn push(clean: &mut String, piece: &str, in_text: bool) {
    if in_text {
        clean.push_str(piece);
    } else {
        let piece = piece.replace("-Infinity", "null").replace("Infinity", "null");
        clean.push_str(&piece.replace("NaN", "null"));
    }
}

#[cfg(test)]
mod tests {
    use super::without_nan;

    #[test]
    fn numbers_that_are_none() {
        let written = r#"{"NaN": [NaN, -Infinity, "a \"NaN\" \\", Infinity], "b": NaN}"#;
        let clean = r#"{"NaN": [null, null, "a \"NaN\" \\", null], "b": null}"#;
        assert_eq!(without_nan(written), clean);
    }
}
