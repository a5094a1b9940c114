//! NWB's groups and arrays in Zarr, as hdmf-zarr writes them: links are attributes.
//!
//! <https://hdmf-zarr.readthedocs.io/en/stable/storage.html>.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::array::Array as Stored;
use super::tree::{Node, Tree};
use crate::source::hierarchy::{Array, Hierarchy};
use crate::source::stored::StoredType;
use crate::source::{Info, Source};
use crate::{Error, Result};

/// A store of NWB.
pub(super) struct Nwb {
    tree: Tree,
}

impl Nwb {
    pub(super) fn new(tree: Tree) -> Self {
        Self { tree }
    }
}

impl Hierarchy for Nwb {
    fn failed(&self, problem: String) -> Error {
        self.tree.failed(problem)
    }

    fn members(&self, group: &str) -> Option<(Vec<String>, Vec<String>)> {
        let group = self.tree.resolved(group)?;
        let links = self.tree.links(&group).into_iter().map(|(name, _)| name);
        let names = self.tree.names(&group).into_iter().chain(links);
        let (mut groups, mut arrays) = (Vec::new(), Vec::new());
        for name in names {
            let found = self.tree.resolved(&format!("{group}/{name}"));
            match found.and_then(|found| self.tree.node(&found).ok().flatten()) {
                Some(Node::Group(_)) => groups.push(name),
                Some(Node::Array(_)) => arrays.push(name),
                None => {}
            }
        }
        Some((groups, arrays))
    }

    fn array(&self, name: &str) -> Result<Arc<dyn Array>> {
        Ok(Arc::new(Table {
            array: self.tree.array(name)?,
            root: self.tree.root.clone(),
        }))
    }

    fn text(&self, group: &str, attribute: &str) -> Option<String> {
        let attributes = self.tree.attributes(group)?;
        attributes.get(attribute)?.as_str().map(ToOwned::to_owned)
    }
}

/// An array of it.
struct Table {
    array: Arc<Stored>,
    root: PathBuf,
}

impl Table {
    fn attribute(&self, name: &str) -> Option<&Value> {
        self.array.meta.attributes.get(name)
    }
}

impl Array for Table {
    fn shape(&self) -> &[u64] {
        &self.array.meta.shape
    }

    fn stored(&self) -> Option<StoredType> {
        self.array.meta.element.stored()
    }

    fn number(&self, attribute: &str) -> Option<f64> {
        let number = self.attribute(attribute)?.as_f64();
        number.filter(|number| number.is_finite())
    }

    fn text(&self, attribute: &str) -> Option<String> {
        self.attribute(attribute)?.as_str().map(ToOwned::to_owned)
    }

    fn numbers(&self, rows: Range<u64>) -> Option<Vec<f64>> {
        self.array.numbers(rows)
    }

    fn texts(&self) -> Option<Vec<String>> {
        self.array.texts()
    }

    fn recording(self: Arc<Self>, info: Info) -> Result<Box<dyn Source>> {
        let Some(stored) = self.stored() else {
            return Err(self.array.failed("its values are no samples"));
        };
        super::samples::recording(self.array.clone(), self.root.clone(), info, stored, 0)
    }
}
