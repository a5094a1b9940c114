//! Recordings that are in memory already.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::Range;

use super::file::copy;
use super::{
    Block, Dtype, Info, Layout, Samples, Segment, Source, check_read, check_shape, numbered_channels,
};
use crate::{Error, Result};

mod sealed {
    pub trait Sealed {}
    impl Sealed for i16 {}
    impl Sealed for f32 {}
}

/// A type of samples that needs no conversion: `i16` and `f32`.
pub trait Element: bytemuck::Pod + Send + Sync + sealed::Sealed {
    /// The same, as a value.
    const DTYPE: Dtype;
    /// NumPy's short form.
    #[doc(hidden)]
    const STORED: &'static str;
    /// Wraps a rectangle of this type.
    #[doc(hidden)]
    fn samples(block: Block<'_, Self>) -> Samples<'_>;
}

impl Element for i16 {
    const DTYPE: Dtype = Dtype::I16;
    const STORED: &'static str = if cfg!(target_endian = "big") { ">i2" } else { "<i2" };
    fn samples(block: Block<'_, Self>) -> Samples<'_> {
        Samples::I16(block)
    }
}

impl Element for f32 {
    const DTYPE: Dtype = Dtype::F32;
    const STORED: &'static str = if cfg!(target_endian = "big") { ">f4" } else { "<f4" };
    fn samples(block: Block<'_, Self>) -> Samples<'_> {
        Samples::F32(block)
    }
}

/// A recording in memory: a slice, a `Vec` or an `Arc<[T]>`, borrowed or owned, of `i16` or `f32`.
///
/// ```
/// use galvani::source::{Memory, Source};
/// let samples: Vec<i16> = vec![0; 4 * 1000];
/// let recording = Memory::planar(&samples, 4, 30_000.0)?.scaled(0.195, "µV");
/// assert_eq!(recording.info().samples, 1000);
/// # Ok::<(), galvani::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Memory<D, T> {
    data: D,
    info: Info,
    element: PhantomData<fn() -> T>,
}

impl<T: Element, D: AsRef<[T]> + Send + Sync> Memory<D, T> {
    /// Channel after channel: shape `[channels, samples]`, `data.len() / channels` samples of each.
    ///
    /// # Errors
    /// [`Error::Invalid`] without channels, if the length is no multiple of them, or for a rate that is not positive.
    pub fn planar(data: D, channels: usize, rate_hz: f64) -> Result<Self> {
        Self::new(data, channels, rate_hz, Layout::Planar)
    }

    /// Instant after instant: shape `[samples, channels]`, `data.len() / channels` samples of each.
    ///
    /// # Errors
    /// [`Error::Invalid`] without channels, if the length is no multiple of them, or for a rate that is not positive.
    pub fn interleaved(data: D, channels: usize, rate_hz: f64) -> Result<Self> {
        Self::new(data, channels, rate_hz, Layout::Interleaved)
    }

    fn new(data: D, channels: usize, rate_hz: f64, layout: Layout) -> Result<Self> {
        check_shape(channels, rate_hz)?;
        let len = data.as_ref().len();
        if !len.is_multiple_of(channels) {
            return Err(Error::Invalid {
                what: "data",
                problem: format!("{len} values cannot be shared out evenly among {channels} channels"),
            });
        }
        let info = Info {
            format: "memory",
            channels: numbered_channels(channels),
            samples: (len / channels) as u64,
            rate_hz,
            stored: T::STORED.to_owned(),
            dtype: T::DTYPE,
            layout,
            segments: Segment::all((len / channels) as u64),
            warnings: Vec::new(),
        };
        Ok(Self {
            data,
            info,
            element: PhantomData,
        })
    }

    /// Names the channels.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there are more or fewer names than channels.
    pub fn channels_named<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.len() != self.info.channels.len() {
            return Err(Error::Invalid {
                what: "names",
                problem: format!("{} names for {} channels", names.len(), self.info.channels.len()),
            });
        }
        for (channel, name) in self.info.channels.iter_mut().zip(names) {
            channel.name = name;
        }
        Ok(self)
    }

    /// Says that one stored step is `gain` of `unit`, on every channel.
    #[must_use]
    pub fn scaled(mut self, gain: f64, unit: &str) -> Self {
        for channel in &mut self.info.channels {
            channel.gain = gain;
            unit.clone_into(&mut channel.unit);
        }
        self
    }

    /// Says other things of it; the shape stays.
    pub(crate) fn described(mut self, change: impl FnOnce(&mut Info)) -> Self {
        change(&mut self.info);
        self
    }

    /// The samples in a span that has been checked.
    fn block(&self, span: &Range<u64>) -> Block<'_, T> {
        let channels = self.info.channels.len();
        let (start, end) = (span.start as usize, span.end as usize);
        let layout = self.info.layout;
        let (values, stride) = match layout {
            Layout::Interleaved => (start * channels..end * channels, channels),
            Layout::Planar => {
                let stride = self.info.samples as usize;
                (start..(channels - 1) * stride + end, stride)
            }
        };
        Block {
            data: &self.data.as_ref()[values],
            channels,
            len: end - start,
            layout,
            stride,
        }
    }
}

impl<T: Element, D: AsRef<[T]> + Send + Sync> Source for Memory<D, T> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        if into.is_empty() {
            return Ok(());
        }
        let block = self.block(&span);
        match block.layout {
            Layout::Interleaved => copy(bytemuck::cast_slice(block.data), into),
            Layout::Planar => {
                let row = into.len() / block.channels;
                for (channel, into) in into.chunks_exact_mut(row).enumerate() {
                    let from = channel * block.stride;
                    copy(bytemuck::cast_slice(&block.data[from..from + block.len]), into);
                }
            }
        }
        Ok(())
    }

    fn borrow(&self, span: Range<u64>) -> Option<Samples<'_>> {
        super::checked_bytes(&self.info, self.info.samples, &span).ok()?;
        Some(T::samples(self.block(&span)))
    }
}
