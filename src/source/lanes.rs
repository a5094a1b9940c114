//! Digital words as lanes of 0 and 1, a lane for each bit.

use std::mem::MaybeUninit;
use std::ops::Range;

use super::{Channel, ChannelKind, Grown, Info, Layout, Owned, Samples, Source, check_read_of};
use crate::{Error, Result};

/// Samples of words that are read at a time, of all of the recording's channels; bounds the memory that a read takes.
const CHUNK: u64 = 1 << 20;

/// The bits of a recording's digital words.
///
/// Lanes are named after their word and bit, `XD0.3`. Reading takes all channels of the recording, 2²⁰ values at a time. Gaps
/// stay gaps.
pub struct Lanes {
    info: Info,
    source: Box<dyn Source>,
    /// Of each lane: the word's channel, and the bit.
    bits: Vec<(usize, u32)>,
}

impl std::fmt::Debug for Lanes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lanes")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

impl Lanes {
    /// A lane for each bit of each digital word of a recording: 16 of a word, 24 where words have 24 bits.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the recording has no digital words.
    pub fn new(source: Box<dyn Source>) -> Result<Self> {
        let info = source.info();
        let width = if info.stored.ends_with("i3") { 24 } else { 16 };
        let (mut bits, mut channels) = (Vec::new(), Vec::new());
        for (number, word) in info.channels.iter().enumerate() {
            if word.kind != ChannelKind::Digital {
                continue;
            }
            for bit in 0..width {
                bits.push((number, bit));
                channels.push(Channel {
                    kind: ChannelKind::Digital,
                    group: word.group,
                    ..Channel::new(format!("{}.{bit}", word.name))
                });
            }
        }
        if bits.is_empty() {
            return Err(Error::Invalid {
                what: "digital lanes",
                problem: "the recording has no digital words".into(),
            });
        }
        let info = Info {
            channels,
            layout: Layout::Planar,
            ..info.clone()
        };
        Ok(Self { info, source, bits })
    }

    /// Writes the lanes of `owned` into their rows, from `at` on.
    fn write(&self, owned: &Owned, into: &mut [MaybeUninit<u8>], at: usize) {
        let row = into.len() / self.bits.len();
        for (into, (channel, bit)) in into.chunks_exact_mut(row).zip(&self.bits) {
            let word = &self.source.info().channels[*channel];
            // A word as it was stored, whatever took it apart on the way.
            let is_set = |value: f64| ((value * word.gain + word.offset).round() as i64 >> bit) & 1;
            match owned.samples() {
                Samples::I16(block) => {
                    for (t, into) in into.as_chunks_mut::<2>().0[at..]
                        .iter_mut()
                        .take(block.len)
                        .enumerate()
                    {
                        let set = is_set(f64::from(block.at(*channel, t))) as i16;
                        *into = set.to_ne_bytes().map(MaybeUninit::new);
                    }
                }
                Samples::F32(block) => {
                    for (t, into) in into.as_chunks_mut::<4>().0[at..]
                        .iter_mut()
                        .take(block.len)
                        .enumerate()
                    {
                        let value = block.at(*channel, t);
                        let set = if value.is_nan() {
                            value
                        } else {
                            is_set(f64::from(value)) as f32
                        };
                        *into = set.to_ne_bytes().map(MaybeUninit::new);
                    }
                }
            }
        }
    }
}

impl Source for Lanes {
    fn info(&self) -> &Info {
        &self.info
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read_of(&self.info, self.readable(), &span, into.len())?;
        let step = (CHUNK / self.source.info().channels.len() as u64).max(1);
        let mut start = span.start;
        while start < span.end {
            let end = span.end.min(start + step);
            let owned = Owned::read(self.source.as_ref(), start..end)?;
            self.write(&owned, into, (start - span.start) as usize);
            start = end;
        }
        Ok(())
    }

    fn readable(&self) -> u64 {
        self.source.readable()
    }

    fn refresh(&self) -> Result<Grown> {
        self.source.refresh()
    }
}
