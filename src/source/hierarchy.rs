//! Groups and arrays with attributes, whichever format they are in: what formats within HDF5 and Zarr are read through.

use std::ops::Range;
use std::sync::Arc;

use super::stored::StoredType;
use super::{Info, Source};
use crate::{Error, Result};

/// Tables beside recordings hold no more bytes.
pub(crate) const MAX_TABLE: u64 = 1 << 30;

/// A file, or a folder, of groups and arrays. Names are paths from the root, without a `/` before them.
pub(crate) trait Hierarchy {
    /// An error of the file.
    fn failed(&self, problem: String) -> Error;

    /// The names of the groups in a group, and of the arrays; `None` if there is no such group.
    fn members(&self, group: &str) -> Option<(Vec<String>, Vec<String>)>;

    /// An array.
    fn array(&self, name: &str) -> Result<Arc<dyn Array>>;

    /// A text that a group has for an attribute.
    fn text(&self, group: &str, attribute: &str) -> Option<String>;

    /// All numbers of a table's column, if there is one.
    fn numbers(&self, name: &str) -> Option<Vec<f64>> {
        let array = self.array(name).ok()?;
        array.numbers(0..*array.shape().first()?)
    }

    /// All texts of a table's column, if there is one.
    fn texts(&self, name: &str) -> Option<Vec<String>> {
        self.array(name).ok()?.texts()
    }
}

/// An array of numbers or of texts.
pub(crate) trait Array: Send + Sync {
    fn shape(&self) -> &[u64];

    /// The type of its numbers, if they can be samples.
    fn stored(&self) -> Option<StoredType>;

    /// A finite number that it has for an attribute.
    fn number(&self, attribute: &str) -> Option<f64>;

    /// A text that it has for an attribute.
    fn text(&self, attribute: &str) -> Option<String>;

    /// Rows of numbers, one row after another; `None` where it has none, or more than [`MAX_TABLE`].
    fn numbers(&self, rows: Range<u64>) -> Option<Vec<f64>>;

    /// All of its texts; `None` where it has none.
    fn texts(&self) -> Option<Vec<String>>;

    /// It as a recording that is described by `info`: its rows are samples, or where its layout is planar, its columns.
    fn recording(self: Arc<Self>, info: Info) -> Result<Box<dyn Source>>;
}
