//! SpikeGLX: a headerless `.bin` of interleaved 16-bit integers, and a `.meta` beside it that says what they are.

use std::path::Path;

use super::file::DataFile;
use super::flat::{Flat, whole_samples};
use super::plain::{Plain, by_plain};
use super::reader::failed;
use super::stored::StoredType;
use super::{Info, Layout, Segment};
use crate::Result;

pub use super::spikeglx_meta::{Device, Meta};

pub(crate) const FORMAT: &str = "SpikeGLX";

/// An open SpikeGLX stream.
///
/// The number of samples is that of the real `.bin`: the size in the `.meta` is often stale.
#[derive(Debug)]
pub struct SpikeGlx {
    plain: Plain,
    meta: Meta,
}

impl SpikeGlx {
    /// Opens one file of a stream by its `.bin` or its `.meta`.
    ///
    /// # Errors
    /// [`Error::Open`](crate::Error::Open) if either file is missing or cannot be opened;
    /// [`Error::Format`](crate::Error::Format) if the `.meta` cannot be understood or the `.bin` holds no whole sample.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bin = if path.extension().is_some_and(|extension| extension == "meta") {
            path.with_extension("bin")
        } else {
            path.to_path_buf()
        };
        let file = DataFile::open(&bin)?;
        let meta = Meta::open(bin.with_extension("meta"))?;
        let stored = StoredType::I16_LE;
        let (samples, cut) = whole_samples(file.len(), meta.channels.len(), stored);
        if samples == 0 {
            return Err(failed(
                FORMAT,
                bin,
                0,
                format!(
                    "there is no whole sample of {} channels in {} bytes",
                    meta.channels.len(),
                    file.len()
                ),
            ));
        }
        let stale = meta.file_bytes.filter(|bytes| *bytes != file.len()).map(|bytes| {
            format!(
                "the .meta says {bytes} bytes, the .bin has {}: the .bin is believed",
                file.len()
            )
        });
        let info = Info {
            format: FORMAT,
            channels: meta.channels.clone(),
            samples,
            rate_hz: meta.rate_hz,
            stored: stored.to_string(),
            dtype: stored.dtype(),
            layout: Layout::Interleaved,
            segments: vec![Segment {
                samples: 0..samples,
                start_s: meta.first_sample.unwrap_or(0) as f64 / meta.rate_hz,
            }],
            warnings: stale.into_iter().chain(cut).collect(),
        };
        let channels = info.channels.len();
        let flat = Flat {
            file: file.into(),
            offset: 0,
            stored,
            channels,
            samples,
            layout: Layout::Interleaved,
        };
        let plain = Plain::new(info, flat, true)?;
        Ok(Self { plain, meta })
    }

    /// What the `.meta` says.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }
}

by_plain!(SpikeGlx);
