//! Recordings to samples: against independent readers, against naive decoders, and with bad input.

mod bad;
#[cfg(feature = "tables")]
mod batches;
mod conversions;
mod events;
mod flac;
mod flac_writer;
mod formats;
mod fuzz;
mod geometry;
mod growing;
#[cfg(feature = "nwb")]
mod hdf5;
mod joined;
mod made;
mod mat;
mod reference;
mod robust;
mod synthetic;
#[cfg(feature = "zarr")]
mod zarr;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use galvani::source::{Info, Owned, Samples, Source};

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "galvani-source-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("the temporary directory is writable");
        Self(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("the temporary directory is writable");
        path
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The names of a recording's channels.
fn channel_names(info: &Info) -> Vec<&str> {
    info.channels
        .iter()
        .map(|channel| channel.name.as_str())
        .collect()
}

/// The bits of a span's samples, channel after channel.
fn bits(source: &dyn Source, span: Range<u64>) -> Vec<Vec<u32>> {
    let owned = Owned::read(source, span).expect("the span lies within the recording");
    match owned.samples() {
        Samples::I16(block) => (0..block.channels)
            .map(|c| (0..block.len).map(|t| block.at(c, t) as u16 as u32).collect())
            .collect(),
        Samples::F32(block) => (0..block.channels)
            .map(|c| (0..block.len).map(|t| block.at(c, t).to_bits()).collect())
            .collect(),
    }
}

/// The stored values of a span of one channel.
fn values(source: &dyn Source, channel: usize, span: Range<u64>) -> Vec<f64> {
    let owned = Owned::read(source, span).expect("the span lies within the recording");
    match owned.samples() {
        Samples::I16(block) => (0..block.len).map(|t| f64::from(block.at(channel, t))).collect(),
        Samples::F32(block) => (0..block.len).map(|t| f64::from(block.at(channel, t))).collect(),
    }
}

/// Holds some spans of a recording to the same within the whole.
fn assert_spans_agree(source: &dyn Source) {
    let samples = source.info().samples;
    let whole = bits(source, 0..samples);
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |bound: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % bound
    };
    for _ in 0..20 {
        let (a, b) = (next(samples + 1), next(samples + 1));
        let span = a.min(b)..a.max(b);
        let part = bits(source, span.clone());
        for (whole, part) in whole.iter().zip(&part) {
            assert_eq!(&whole[span.start as usize..span.end as usize], part, "{span:?}");
        }
    }
}
