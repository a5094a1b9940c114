//! Several recordings of equal shape as one, each at its place on one time axis, and what lies between them as gaps.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;

use rayon::prelude::*;

use super::{Dtype, Grown, Info, Layout, Owned, Samples, Segment, Source, check_read_of};
use crate::{Error, Result};

/// Samples that are converted at a time; bounds the memory that a conversion takes on each thread.
const CHUNK_BYTES: usize = 256 << 10;

/// A recording's place in a [`Joined`] one.
pub struct Part {
    /// The recording.
    pub source: Box<dyn Source>,
    /// Where its first sample lies, in samples of the whole.
    pub start: u64,
    /// Samples that are left out at its head, as where triggers overlap; `start` is that of the first that is left in.
    pub skip: u64,
}

/// A part whose place has been checked.
struct Placed {
    part: Part,
    /// Behind its last sample when it was opened, in samples of the whole.
    end: u64,
}

/// Several recordings as one.
///
/// Without gaps, or of [`Dtype::F32`], samples pass as the parts give them. With gaps `i16` samples become
/// [`Dtype::F32`] of the same values, and gaps are NaN. Where its last part grows, so does the whole.
pub struct Joined {
    info: Info,
    /// Ascending, at least one.
    parts: Vec<Placed>,
}

impl std::fmt::Debug for Joined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Joined").field("info", &self.info).finish()
    }
}

/// A run within a span: samples of one part, or a gap.
enum Piece<'a> {
    /// A span of a part.
    Of(&'a dyn Source, Range<u64>),
    /// So many samples.
    Gap(u64),
}

impl Piece<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Of(_, span) => (span.end - span.start) as usize,
            Self::Gap(len) => *len as usize,
        }
    }
}

impl Joined {
    /// Recordings one right after another.
    ///
    /// # Errors
    /// As of [`Joined::at`].
    pub fn back_to_back(sources: Vec<Box<dyn Source>>) -> Result<Self> {
        let mut next = 0_u64;
        let part = |source: Box<dyn Source>| {
            let start = next;
            next = next.saturating_add(source.readable());
            Part {
                source,
                start,
                skip: 0,
            }
        };
        Self::at(sources.into_iter().map(part).collect())
    }

    /// Recordings at their places, in any order; the first starts at sample 0.
    ///
    /// # Errors
    /// [`Error::Invalid`] without parts, if they differ in their number of channels, rate, type, units or scale, if they
    /// overlap, or none starts at 0.
    pub fn at(mut parts: Vec<Part>) -> Result<Self> {
        parts.sort_by_key(|part| part.start);
        let Some(first) = parts.first() else {
            return Err(refused("there are none".into()));
        };
        if first.start != 0 {
            return Err(refused("none starts at sample 0".into()));
        }
        let first = first.source.info().clone();
        let (mut placed, mut gaps) = (Vec::<Placed>::new(), false);
        for (number, part) in (1..).zip(parts) {
            if let Some(problem) = difference(&first, part.source.info()) {
                return Err(refused(format!("number {number} {problem}")));
            }
            let len = part.source.readable().checked_sub(part.skip);
            let end = len.and_then(|len| part.start.checked_add(len));
            let end = end.ok_or_else(|| {
                refused(format!(
                    "number {number} leaves out more than it has, or ends beyond 2⁶⁴"
                ))
            })?;
            let last = placed.last().map_or(0, |last| last.end);
            if part.start < last {
                return Err(refused(format!(
                    "number {number} starts at sample {}, before number {} ends at {last}",
                    part.start,
                    number - 1
                )));
            }
            gaps |= part.start > last;
            placed.push(Placed { part, end });
        }
        Ok(Self {
            info: joined_info(&first, &placed, gaps),
            parts: placed,
        })
    }

    /// What is odd but not fatal about how the parts were put together, for [`Info::warnings`].
    #[must_use]
    pub fn with_warnings(mut self, warnings: impl IntoIterator<Item = String>) -> Self {
        self.info.warnings.extend(warnings);
        self
    }

    /// The runs of a span that has been checked, in order.
    fn pieces(&self, span: &Range<u64>) -> Vec<Piece<'_>> {
        let mut at = span.start;
        let mut pieces = Vec::new();
        let first = self.parts[..self.parts.len() - 1].partition_point(|placed| placed.end <= at);
        for (number, Placed { part, end }) in self.parts.iter().enumerate().skip(first) {
            if at >= span.end {
                break;
            }
            if part.start > at {
                let end = part.start.min(span.end);
                pieces.push(Piece::Gap(end - at));
                at = end;
            }
            // The last may have grown.
            let last = number + 1 == self.parts.len();
            let end = if last { span.end } else { span.end.min(*end) };
            if at < end {
                let inside = |sample: u64| sample - part.start + part.skip;
                pieces.push(Piece::Of(part.source.as_ref(), inside(at)..inside(end)));
                at = end;
            }
        }
        pieces
    }

    /// Whether a part gives its samples as the whole gives them.
    fn passes(&self, source: &dyn Source) -> bool {
        let info = source.info();
        info.dtype == self.info.dtype && (info.layout == self.info.layout || info.channels.len() == 1)
    }

    fn read_interleaved(&self, span: &Range<u64>, mut into: &mut [MaybeUninit<u8>]) -> Result<()> {
        let channels = self.info.channels.len();
        let sample = channels * self.info.dtype.bytes();
        for piece in self.pieces(span) {
            let (here, rest) = into.split_at_mut(piece.len() * sample);
            match piece {
                Piece::Gap(_) => write_gap(here),
                Piece::Of(source, span) if self.passes(source) => source.read(span, here)?,
                Piece::Of(source, span) => {
                    let rows = (CHUNK_BYTES / sample).max(1);
                    here.par_chunks_mut(rows * sample)
                        .enumerate()
                        .try_for_each(|(chunk, into)| {
                            let start = span.start + (chunk * rows) as u64;
                            let owned = Owned::read(source, start..start + (into.len() / sample) as u64)?;
                            let places =
                                (0..into.len() / sample).flat_map(|t| (0..channels).map(move |c| (c, t)));
                            write(&owned.samples(), places, self.info.dtype, into);
                            Ok::<_, Error>(())
                        })?;
                }
            }
            into = rest;
        }
        Ok(())
    }

    fn read_planar(&self, span: &Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        let pieces = self.pieces(span);
        if let [Piece::Of(source, span)] = pieces.as_slice()
            && self.passes(*source)
        {
            return source.read(span.clone(), into);
        }
        // All of the pieces first, so that `into` is written in order.
        let pieces: Vec<(Option<Owned>, usize)> = pieces
            .into_iter()
            .map(|piece| {
                let len = piece.len();
                match piece {
                    Piece::Gap(_) => Ok((None, len)),
                    Piece::Of(source, span) => Ok((Some(Owned::read(source, span)?), len)),
                }
            })
            .collect::<Result<_>>()?;
        let bytes = self.info.dtype.bytes();
        let row = into.len() / self.info.channels.len();
        into.par_chunks_exact_mut(row)
            .enumerate()
            .for_each(|(channel, mut into)| {
                for (owned, len) in &pieces {
                    let (here, rest) = into.split_at_mut(len * bytes);
                    match owned {
                        None => write_gap(here),
                        Some(owned) => {
                            let places = (0..*len).map(|t| (channel, t));
                            write(&owned.samples(), places, self.info.dtype, here);
                        }
                    }
                    into = rest;
                }
            });
        Ok(())
    }
}

impl Source for Joined {
    fn info(&self) -> &Info {
        &self.info
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read_of(&self.info, self.readable(), &span, into.len())?;
        if into.is_empty() {
            return Ok(());
        }
        match self.info.layout {
            Layout::Interleaved => self.read_interleaved(&span, into),
            Layout::Planar => self.read_planar(&span, into),
        }
    }

    fn files(&self) -> Vec<PathBuf> {
        let files = |placed: &Placed| placed.part.source.files();
        // Without the files of all, none tell what it is made of.
        if self.parts.iter().any(|placed| files(placed).is_empty()) {
            return Vec::new();
        }
        let mut files: Vec<PathBuf> = self.parts.iter().flat_map(files).collect();
        // Runs between gaps are often of one file.
        files.dedup();
        files
    }

    fn borrow(&self, span: Range<u64>) -> Option<Samples<'_>> {
        if span.start >= span.end || span.end > self.readable() {
            return None;
        }
        match self.pieces(&span).as_slice() {
            [Piece::Of(source, span)] if self.passes(*source) => source.borrow(span.clone()),
            _ => None,
        }
    }

    fn readable(&self) -> u64 {
        let last = self.parts.last().map(|placed| &placed.part);
        last.map_or(0, |part| part.start + part.source.readable() - part.skip)
    }

    fn refresh(&self) -> Result<Grown> {
        for (number, Placed { part, end }) in self.parts.iter().enumerate() {
            match part.source.refresh()? {
                Grown::Shrunk { path, samples } => {
                    let samples = part.start + samples.saturating_sub(part.skip);
                    return Ok(Grown::Shrunk { path, samples });
                }
                Grown::Samples(samples) => {
                    // What is behind it lies where it would go on.
                    let grown = part.start + samples - part.skip > *end;
                    if grown && number + 1 < self.parts.len() {
                        return Err(refused(format!(
                            "number {} of {} has grown, but only the last may: open them again",
                            number + 1,
                            self.parts.len()
                        )));
                    }
                }
                changed => return Ok(changed),
            }
        }
        Ok(Grown::Samples(self.readable()))
    }
}

fn refused(problem: String) -> Error {
    Error::Invalid {
        what: "recordings to join",
        problem,
    }
}

/// In what a recording differs from the first so that they cannot be one.
fn difference(first: &Info, other: &Info) -> Option<String> {
    if first.channels.len() != other.channels.len() {
        return Some(format!(
            "has {} channels, the first {}",
            other.channels.len(),
            first.channels.len()
        ));
    }
    // Calibrated rates of one device are written anew with each file; they are the same to the last digits.
    if (first.rate_hz - other.rate_hz).abs() > 1e-9 * first.rate_hz {
        return Some(format!("has {} Hz, the first {}", other.rate_hz, first.rate_hz));
    }
    if first.dtype != other.dtype {
        return Some(format!(
            "is stored as {}, the first as {}",
            other.stored, first.stored
        ));
    }
    let differ = |number: &usize| {
        let (a, b) = (&first.channels[*number], &other.channels[*number]);
        (&a.unit, a.gain, a.offset, a.kind) != (&b.unit, b.gain, b.offset, b.kind)
    };
    (0..first.channels.len())
        .find(differ)
        .map(|channel| format!("has another unit or scale on channel {channel} than the first"))
}

/// What is known of the whole.
fn joined_info(first: &Info, parts: &[Placed], gaps: bool) -> Info {
    let mut segments: Vec<Segment> = Vec::new();
    let mut warnings = Vec::new();
    for (number, Placed { part, .. }) in parts.iter().enumerate() {
        let info = part.source.info();
        warnings.extend(
            info.warnings
                .iter()
                .map(|warning| format!("number {}: {warning}", number + 1)),
        );
        for segment in &info.segments {
            let inside = segment.samples.start.max(part.skip)..segment.samples.end.max(part.skip);
            let samples = inside.start - part.skip + part.start..inside.end - part.skip + part.start;
            if samples.is_empty() {
                continue;
            }
            let skipped = inside.start - segment.samples.start;
            segments.push(Segment {
                samples,
                start_s: segment.start_s + skipped as f64 / info.rate_hz,
            });
        }
    }
    Info {
        samples: parts.last().map_or(0, |placed| placed.end),
        dtype: if gaps { Dtype::F32 } else { first.dtype },
        segments,
        warnings,
        ..first.clone()
    }
}

/// Fills with what stands for no sample.
fn write_gap(into: &mut [MaybeUninit<u8>]) {
    put(std::iter::repeat(f32::NAN.to_ne_bytes()), into);
}

/// Writes the samples at `places` (channel, time) in their order, as `dtype`.
fn write(
    samples: &Samples<'_>,
    places: impl Iterator<Item = (usize, usize)>,
    dtype: Dtype,
    into: &mut [MaybeUninit<u8>],
) {
    match (samples, dtype) {
        (Samples::I16(block), Dtype::I16) => put(places.map(|(c, t)| block.at(c, t).to_ne_bytes()), into),
        (Samples::I16(block), Dtype::F32) => {
            put(places.map(|(c, t)| f32::from(block.at(c, t)).to_ne_bytes()), into);
        }
        (Samples::F32(block), _) => put(places.map(|(c, t)| block.at(c, t).to_ne_bytes()), into),
    }
}

/// Fills `into` with values' bytes.
fn put<const N: usize>(values: impl Iterator<Item = [u8; N]>, into: &mut [MaybeUninit<u8>]) {
    for (into, value) in into.as_chunks_mut::<N>().0.iter_mut().zip(values) {
        *into = value.map(MaybeUninit::new);
    }
}
