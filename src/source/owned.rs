//! Samples read into memory of their own.

use std::ops::Range;

use super::file::{filled, refill};
use super::{Block, Dtype, Layout, Samples, Source, checked_bytes};
use crate::Result;

/// A span of samples of all channels, read and kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned {
    data: Data,
    channels: usize,
    len: usize,
    layout: Layout,
}

#[derive(Debug, Clone, PartialEq)]
enum Data {
    I16(Vec<i16>),
    F32(Vec<f32>),
}

impl Owned {
    /// Reads `span` of `source` into fresh memory of `span.len() · channels · dtype.bytes()` bytes.
    ///
    /// # Errors
    /// Those of [`Source::read`].
    pub fn read(source: &dyn Source, span: Range<u64>) -> Result<Self> {
        let info = source.info();
        let bytes = checked_bytes(info, source.readable(), &span)?;
        let data = match info.dtype {
            Dtype::I16 => Data::I16(filled(bytes / 2, |into| source.read(span.clone(), into))?),
            Dtype::F32 => Data::F32(filled(bytes / 4, |into| source.read(span.clone(), into))?),
        };
        Ok(Self {
            data,
            channels: info.channels.len(),
            len: (span.end - span.start) as usize,
            layout: info.layout,
        })
    }

    /// Reads another span of the same source into the memory that is there, which grows if it must.
    ///
    /// # Errors
    /// Those of [`Source::read`]; what is held is then of no use.
    pub fn reread(&mut self, source: &dyn Source, span: Range<u64>) -> Result<()> {
        let bytes = checked_bytes(source.info(), source.readable(), &span)?;
        self.len = (span.end - span.start) as usize;
        match &mut self.data {
            Data::I16(data) => {
                data.resize(bytes / 2, 0);
                refill(data, |into| source.read(span, into))
            }
            Data::F32(data) => {
                data.resize(bytes / 4, 0.0);
                refill(data, |into| source.read(span, into))
            }
        }
    }

    /// The samples, in the source's layout without padding.
    #[must_use]
    pub fn samples(&self) -> Samples<'_> {
        match &self.data {
            Data::I16(data) => Samples::I16(self.block(data)),
            Data::F32(data) => Samples::F32(self.block(data)),
        }
    }

    fn block<'a, T>(&self, data: &'a [T]) -> Block<'a, T> {
        let stride = match self.layout {
            Layout::Interleaved => self.channels,
            Layout::Planar => self.len,
        };
        Block {
            data,
            channels: self.channels,
            len: self.len,
            layout: self.layout,
            stride,
        }
    }
}
