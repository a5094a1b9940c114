//! A recording as it looks filtered, at any place.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::common::{Group, groups};
use super::filter::Filter;
use super::pieces::{Chain, Kept, Piece};
use super::{Reference, Settings};
use crate::source::{ChannelKind, Dtype, Grown, Info, Layout, Segment, Source, robust};
use crate::{Error, Result};

/// How far a value may be from that of the whole recording's filter, in shares of the recording's largest deviation.
const TOLERANCE: f64 = 1e-6;
/// Samples on either side of a piece that are looked at, at most.
const MOST_REACH: u64 = 1 << 18;
/// Values on either side, of all channels together, at most.
const MOST_REACH_VALUES: u64 = 16 << 20;
/// Values of a piece, at most, and samples at least where there are not too many channels for that.
const MOST_VALUES: u64 = 8 << 20;
const LEAST_SAMPLES: u64 = 8192;

/// A recording, with [`Settings`] applied to whatever is read of it.
///
/// Values are `f32` in the stored units of the source, planar, so that gains stay what they are; offsets of channels change with what a
/// filter leaves of a constant, and are 0 where an offset or a reference was subtracted. Digital channels
/// pass as they are, all others are filtered. Gaps stay gaps, and each segment is filtered by itself.
///
/// **As the whole.** A value depends on all of its segment, but on what is far away next to nothing. What is read is filtered
/// in pieces, each with enough on either side that a value differs from that of `sosfiltfilt` over the whole segment by 10⁻⁶ of the
/// recording's largest value at most, apart from the rounding to `f32`; the bound is that of the filter's response, and what is met
/// is far below. No more than 2¹⁸ samples, or 2²⁴ values of all channels, are looked at on
/// either side: a filter that remembers longer (a high-pass of 1 Hz at 30 kHz remembers 170 000 samples) is
/// less near, by [`Filtered::error`], and says so in [`Info::warnings`]. The same samples are the same bits however they are read.
///
/// **Cost.** On two cores (AMD EPYC, AVX2) 0.18 Gsamples/s of 64 channels at 30 kHz for a band-pass of third order from 300 Hz on, 0.13 of 384,
/// 0.05 of one; the median of 384 channels alone 0.16, and copying without anything 0.4. What a filter remembers is filtered in vain on
/// either side of a piece: a notch at 50 Hz, a third of the work, takes 0.12 of 64 channels. Pieces are as
/// long as four times the memory on one side, 2²³ values at most, and some 2²⁴ values (64 MiB) of them are kept; on top, each thread
/// that reads holds a piece and the samples of the source around it.
///
/// **Files that grow.** What was there when it was made is filtered as if the recording ended there. What comes later can be read
/// as soon as what it is filtered with has come too.
///
/// There are no [files](Source::files), and so no sidecar.
pub struct Filtered {
    info: Info,
    source: Arc<dyn Source>,
    chain: Chain,
    error: f64,
    reference: Option<(Reference, Vec<Group>)>,
    /// Samples of a piece; pieces start at its multiples.
    step: u64,
    kept: Kept,
}

impl std::fmt::Debug for Filtered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filtered")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

impl Filtered {
    /// A recording as `settings` say.
    ///
    /// Reads nothing, unless offsets are to be removed: then as [`robust`] does.
    ///
    /// # Errors
    /// Those of [`Filter::new`]; [`Error::Invalid`] if a bad channel is none of the recording's; those of reading.
    pub fn new(source: Arc<dyn Source>, settings: &Settings) -> Result<Self> {
        let mut info = source.info().clone();
        let channels = info.channels.len() as u64;
        if let Some(bad) = settings.bad.iter().find(|bad| **bad as u64 >= channels) {
            return Err(Error::Invalid {
                what: "bad channels",
                problem: format!("there is no channel {bad}; the recording has {channels}, the first is 0"),
            });
        }
        let filter = Filter::new(&settings.bands, settings.order, info.rate_hz)?;
        let most = MOST_REACH.min(MOST_REACH_VALUES / channels);
        let (reach, error) = filter.reach(TOLERANCE, most);
        let known = std::mem::replace(&mut info.samples, source.readable());
        if let Some(last) = info.segments.last_mut().filter(|last| last.samples.end == known) {
            last.samples.end = info.samples;
        }
        let offsets = offsets(source.as_ref(), settings, info.samples)?;
        describe(&mut info, &filter, settings);
        let groups = settings.reference.map(|reference| {
            let groups = groups(&info.channels, &settings.bad);
            groups
                .iter()
                .flat_map(Group::channels)
                .for_each(|channel| info.channels[channel].offset = 0.0);
            (reference, groups)
        });
        if error > TOLERANCE {
            info.warnings.push(format!(
                "the filter remembers more than the {:.3} s on either side that are looked at: values may be off by {error:.1e} of the largest",
                reach as f64 / info.rate_hz
            ));
        }
        Ok(Self {
            step: (4 * reach)
                .max(LEAST_SAMPLES)
                .min((MOST_VALUES / channels).max(64)),
            chain: Chain {
                filter,
                reach,
                offsets,
            },
            error,
            reference: groups,
            info,
            source,
            kept: Kept::default(),
        })
    }

    /// The filter.
    #[must_use]
    pub fn filter(&self) -> &Filter {
        &self.chain.filter
    }

    /// How far a value may be from that of `sosfiltfilt` over the whole segment, in shares of the recording's largest value.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.error
    }

    /// Samples on either side of what is read that are read as well.
    #[must_use]
    pub fn reach(&self) -> u64 {
        self.chain.reach
    }

    /// A piece, made if it is not kept.
    ///
    /// Two threads that want the same one may both make it: to wait for each other within rayon's threads could be for ever.
    fn piece(&self, span: Range<u64>) -> Result<Arc<Piece>> {
        if let Some(piece) = self.kept.find(&span) {
            return Ok(piece);
        }
        let mut piece = Piece::empty(span.clone(), self.info.channels.len());
        for (target, run) in self.runs(span) {
            piece.fill(self.source.as_ref(), &self.chain, target, &run)?;
        }
        let len = piece.len();
        if let Some((reference, groups)) = &self.reference {
            for group in groups {
                group.subtract(*reference, &mut piece.values, len);
            }
        }
        let piece = Arc::new(piece);
        self.kept.keep(&piece);
        Ok(piece)
    }

    /// The parts of a span that are filtered each by itself, and the samples that count for each.
    fn runs(&self, span: Range<u64>) -> impl Iterator<Item = (Range<u64>, Range<u64>)> {
        let known = self.info.samples;
        let first = self
            .info
            .segments
            .partition_point(|segment| segment.samples.end <= span.start);
        let last = self
            .info
            .segments
            .last()
            .map_or(known, |segment| segment.samples.start);
        let grown = Segment {
            samples: known.max(span.start)..span.end.max(known),
            start_s: 0.0,
        };
        let before = self.info.segments[first..]
            .iter()
            .map(|segment| (segment.samples.clone(), segment.samples.clone()));
        let after = (grown.samples, last..self.source.readable());
        before
            .take_while({
                let end = span.end;
                move |(samples, _)| samples.start < end
            })
            .chain([after])
            .map(move |(samples, run)| (samples.start.max(span.start)..samples.end.min(span.end), run))
            .filter(|(target, _)| !target.is_empty())
    }
}

/// The middle of each channel, or 0 where none is asked for; nothing of digital ones.
fn offsets(source: &dyn Source, settings: &Settings, samples: u64) -> Result<Vec<Option<f32>>> {
    let channels = &source.info().channels;
    let centres: Vec<f32> = if settings.remove_offset {
        let usual = robust(source, 0..samples)?;
        usual.into_iter().map(|channel| channel.centre).collect()
    } else {
        vec![0.0; channels.len()]
    };
    let analogue = |(channel, centre): (&crate::source::Channel, f32)| {
        (channel.kind != ChannelKind::Digital).then_some(centre)
    };
    Ok(channels.iter().zip(centres).map(analogue).collect())
}

/// What becomes of the type, the order and the offsets.
fn describe(info: &mut Info, filter: &Filter, settings: &Settings) {
    info.dtype = Dtype::F32;
    info.layout = Layout::Planar;
    let left = if settings.remove_offset {
        0.0
    } else {
        filter.constant_gain()
    };
    for channel in &mut info.channels {
        if channel.kind != ChannelKind::Digital {
            channel.offset *= left;
        }
    }
}

impl Source for Filtered {
    fn info(&self) -> &Info {
        &self.info
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        crate::source::check_read_of(&self.info, self.readable(), &span, into.len())?;
        let row = (span.end - span.start) as usize * Dtype::F32.bytes();
        let readable = self.readable();
        let mut start = span.start;
        while start < span.end {
            let first = start - start % self.step;
            let piece = self.piece(first..readable.min(first + self.step))?;
            let end = span.end.min(piece.span.end);
            let from = (start - piece.span.start) as usize..(end - piece.span.start) as usize;
            let at = (start - span.start) as usize * Dtype::F32.bytes();
            into.par_chunks_exact_mut(row)
                .zip(piece.values.par_chunks_exact(piece.len()))
                .for_each(|(into, values)| {
                    let into = into[at..].as_chunks_mut::<4>().0;
                    for (into, value) in into.iter_mut().zip(&values[from.clone()]) {
                        *into = value.to_ne_bytes().map(MaybeUninit::new);
                    }
                });
            start = end;
        }
        Ok(())
    }

    fn readable(&self) -> u64 {
        let ready = self.source.readable().saturating_sub(self.chain.reach);
        ready.max(self.info.samples)
    }

    fn refresh(&self) -> Result<Grown> {
        Ok(match self.source.refresh()? {
            Grown::Samples(_) => Grown::Samples(self.readable()),
            other => other,
        })
    }
}
