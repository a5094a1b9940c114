//! Formats and variants of which there is no recording at hand, written here as their specifications say.

pub(crate) mod blackrock;
pub(crate) mod folders;
pub(crate) mod intan;
mod mtscomp;
mod spans;
pub(crate) mod tables;
pub(crate) mod wfdb;

use std::path::{Path, PathBuf};

use galvani::source::{Source, Streams, streams};

use crate::{Folder, assert_spans_agree, values};

fn open(path: impl AsRef<Path>) -> Streams {
    let opened = streams(path.as_ref());
    opened.unwrap_or_else(|error| panic!("{error}"))
}

fn one(path: impl AsRef<Path>) -> Box<dyn Source> {
    let source = open(path).main().expect("one stream");
    assert_spans_agree(source.as_ref());
    source
}

fn floats(source: &dyn Source, channel: usize) -> Vec<Option<f64>> {
    let all = values(source, channel, 0..source.info().samples);
    all.into_iter()
        .map(|value| (!value.is_nan()).then_some(value))
        .collect()
}

fn le16(values: impl IntoIterator<Item = i32>) -> Vec<u8> {
    values
        .into_iter()
        .flat_map(|value| (value as i16).to_le_bytes())
        .collect()
}

/// An NPY file of 64-bit values.
fn npy(folder: &Folder, name: &str, descr: &str, shape: &str, data: &[u8]) -> PathBuf {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    folder.write(name, bytes)
}

#[test]
fn a_folder_of_files() {
    let folder = Folder::new();
    folder.write("a.csv", "1\n2");
    folder.write("b.csv", "1\n2\n3");
    folder.write("readme.txt", "nothing");
    folder.write("c.csv", "");
    let opened = open(&folder);
    let names: Vec<&str> = opened.list.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!((names, opened.warnings.len()), (vec!["a.csv", "b.csv"], 1));
}

#[test]
fn descriptions_that_go_deep() {
    let folder = Folder::new();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(300_000), close.repeat(300_000));
    folder.write(
        "a.xml",
        format!("<parameters>{}</parameters>", deep("<a>", "</a>")),
    );
    folder.write("a.dat", [0; 8]);
    assert!(streams(&folder).is_err());
    let folder = Folder::new();
    folder.write("structure.oebin", deep("[", "]"));
    assert!(
        streams(&folder)
            .expect_err("it is refused")
            .to_string()
            .contains("structure.oebin")
    );
    let folder = Folder::new();
    folder.write("params.py", format!("dat_path = {}", deep("[", "]")));
    assert!(streams(&folder).is_err());
}
