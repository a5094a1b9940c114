//! Recordings made up for a test, and what is seen of pictures.

use std::fs;
use std::path::{Path, PathBuf};

use super::{png, succeeds, text};

/// Makes a recording up, 4 channels × half a second.
pub(crate) fn recording(folder: &Path) -> PathBuf {
    let path = folder.join("made.imec0.ap.bin");
    succeeds(&[
        "synth",
        text(&path),
        "--channels",
        "4",
        "--seconds",
        "0.5",
        "--seed",
        "7",
    ]);
    path
}

/// An NPY file of format 1.0.
pub(crate) fn npy(path: &Path, descr: &str, shape: &str, data: &[u8]) {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let padded = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((padded.len() as u16).to_le_bytes());
    bytes.extend(padded.as_bytes());
    bytes.extend(data);
    fs::write(path, bytes).expect("the folder is writable");
}

/// The share of pixels that are not the most frequent colour's.
pub(crate) fn inked(pixels: &[u8]) -> f64 {
    let mut counts = std::collections::HashMap::new();
    for pixel in pixels.chunks_exact(4) {
        *counts.entry(pixel).or_insert(0_usize) += 1;
    }
    let most = counts.values().max().copied().unwrap_or(0);
    1.0 - most as f64 / (pixels.len() / 4) as f64
}

/// The picture that a command with more arguments draws.
pub(crate) fn png_of(arguments: &[&str], more: &[&str], out: &Path) -> Vec<u8> {
    succeeds(&arguments.iter().chain(more).copied().collect::<Vec<_>>());
    png(out).1
}
