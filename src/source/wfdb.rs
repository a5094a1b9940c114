//! WFDB, PhysioNet's records: a header of text, and signals packed in one file or several.
//!
//! Values come as floats of whole steps, as each packing has a value that stands for none, which becomes NaN. Signals that
//! are sampled more often are a stream of their own.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::DataFile;
use super::flac_stream::Stream;
use super::joined::{Joined, Part};
use super::reader::{Probe, Reader, failed, inside};
use super::streams::Streams;
use super::wfdb_header::{Content, FORMAT, Header, Signal};
use super::wfdb_values::Packing;
use super::{Channel, Dtype, Info, Layout, Segment, Source, check_read};
use crate::Result;

/// Frames that are unpacked at a time, divided by the values in a frame.
const BATCH: u64 = 1 << 20;

/// Values in a frame of all signals of a file.
const MAX_FRAME: u64 = 1 << 20;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".hea",
    knows,
    open,
    events: super::wfdb_events::read,
};

fn knows(probe: &Probe) -> bool {
    !probe.is_dir
        && (probe.extension == "hea"
            || (matches!(probe.extension.as_str(), "dat" | "mat")
                && probe.path.with_extension("hea").is_file()))
}

fn open(path: &Path) -> Result<Streams> {
    let path = path.with_extension("hea");
    let header = Header::read(&path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let signals = match &header.content {
        Content::Signals(signals) => signals.clone(),
        Content::Segments(segments) => layout(folder, segments)?,
    };
    let mut rates: Vec<u32> = signals.iter().map(|signal| signal.per_frame).collect();
    rates.sort_unstable();
    rates.dedup();
    let opened = rates.iter().rev().map(|per_frame| {
        let of_rate = signals.iter().filter(|signal| signal.per_frame == *per_frame);
        let wanted: Vec<Signal> = of_rate.cloned().collect();
        let name = match rates.len() {
            1 => String::new(),
            _ => format!("{} Hz", header.rate_hz * f64::from(*per_frame)),
        };
        (name, stream(&path, &header, &wanted))
    });
    let streams = Streams::gather(FORMAT, &path, opened)?;
    let mut streams = streams.ok_or_else(|| failed(FORMAT, &path, 0, "it has no signals"))?;
    streams.started = header.started;
    Ok(streams)
}

/// The header of a segment, which has signals and no segments of its own.
fn segment(folder: &Path, name: &str) -> Result<(PathBuf, Header, Vec<Signal>)> {
    let path = inside(folder, &format!("{name}.hea"))?;
    let header = Header::read(&path)?;
    match header.content.clone() {
        Content::Signals(signals) => Ok((path, header, signals)),
        Content::Segments(_) => Err(failed(FORMAT, &path, 0, "a segment is made of segments")),
    }
}

/// The signals of a record of segments: those of the first that has any, which may be there for nothing else.
fn layout(folder: &Path, segments: &[(String, u64)]) -> Result<Vec<Signal>> {
    match segments.iter().find(|(name, _)| name != "~") {
        Some((name, _)) => Ok(segment(folder, name)?.2),
        None => Ok(Vec::new()),
    }
}

/// The wanted signals of a record.
fn stream(path: &Path, header: &Header, wanted: &[Signal]) -> Result<Box<dyn Source>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let segments = match &header.content {
        Content::Signals(all) => return Ok(Box::new(Wfdb::open(path, header, all, wanted)?)),
        Content::Segments(segments) => segments,
    };
    let per_frame = wanted.first().map_or(1, |signal| u64::from(signal.per_frame));
    let (mut parts, mut frame) = (Vec::new(), 0_u64);
    for (name, frames) in segments {
        if name != "~" && *frames > 0 {
            let (path, mut header, all) = segment(folder, name)?;
            header.frames = Some(*frames);
            parts.push(Part {
                source: Box::new(Wfdb::open(&path, &header, &all, wanted)?),
                start: frame.saturating_mul(per_frame),
                skip: 0,
            });
        }
        frame = frame.saturating_add(*frames);
    }
    let first = parts.first().map_or(0, |part| part.start);
    parts.iter_mut().for_each(|part| part.start -= first);
    Ok(Box::new(Joined::at(parts)?))
}

/// A file of frames, in each of which its signals have their samples.
struct File {
    data: Arc<DataFile>,
    packing: Packing,
    offset: u64,
    /// Values in a frame.
    frame: u64,
    /// Values of a file of differences, added up.
    added: Option<Vec<i32>>,
    /// Of a file of FLAC, and samples of each signal in a frame.
    flac: Option<(Stream, u64)>,
}

/// Where a channel's samples are.
#[derive(Clone, Copy)]
struct Place {
    file: usize,
    /// Of its first sample in a frame.
    at: u64,
    skew: u64,
    /// From a segment's steps to the record's.
    scale: [f64; 2],
}

/// Signals of one rate.
struct Wfdb {
    info: Info,
    per_frame: u64,
    frames: u64,
    files: Vec<File>,
    /// Of each channel; `None` for one that this segment does not have.
    places: Vec<Option<Place>>,
}

impl Wfdb {
    /// Opens the `wanted` among `all` signals of a record, in the scale that is wanted.
    fn open(path: &Path, header: &Header, all: &[Signal], wanted: &[Signal]) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let (mut files, mut places): (Vec<(String, File)>, Vec<Place>) = (Vec::new(), Vec::new());
        for signal in all {
            if files.last().is_none_or(|(name, _)| *name != signal.file) {
                files.push((signal.file.clone(), File::open(folder, path, signal)?));
            }
            let number = files.len() - 1;
            let file = &mut files[number].1;
            places.push(Place {
                file: number,
                at: file.frame,
                skew: u64::from(signal.skew),
                scale: [1.0, 0.0],
            });
            file.frame += u64::from(signal.per_frame);
        }
        let mut files: Vec<File> = files.into_iter().map(|(_, file)| file).collect();
        let mut frames = u64::MAX;
        for (number, file) in files.iter_mut().enumerate() {
            if file.frame > MAX_FRAME {
                return Err(failed(
                    FORMAT,
                    path,
                    0,
                    format!("a frame of {} values is too large", file.frame),
                ));
            }
            let of_file = || (0..all.len()).filter(|signal| places[*signal].file == number);
            let signals: Vec<&Signal> = of_file().map(|signal| &all[signal]).collect();
            file.add_up(&signals)?;
            file.open_flac(path, &signals)?;
            frames = frames.min(file.frames());
        }
        let mut warnings = Vec::new();
        match header.frames {
            Some(stated) if stated > frames => {
                warnings.push(format!(
                    "the files are cut short: {frames} of {stated} frames are there"
                ));
            }
            Some(stated) => frames = stated,
            None => {}
        }
        let per_frame = wanted.first().map_or(1, |signal| u64::from(signal.per_frame));
        if frames == 0 || files.is_empty() {
            return Err(failed(FORMAT, path, 0, "there is no whole frame of samples"));
        }
        let samples = frames.saturating_mul(per_frame);
        let mut taken = vec![false; all.len()];
        let place = |wanted: &Signal| {
            let same = |number: &usize| {
                !taken[*number]
                    && all[*number].name == wanted.name
                    && all[*number].per_frame == wanted.per_frame
            };
            let number = (0..all.len()).find(same)?;
            taken[number] = true;
            let ratio = wanted.gain / all[number].gain;
            let scale = [ratio, wanted.baseline - ratio * all[number].baseline];
            Some(Place {
                scale,
                ..places[number]
            })
        };
        let places = wanted.iter().map(place).collect();
        let format = wanted.first().map_or(0, |signal| signal.format);
        Ok(Self {
            info: Info {
                format: FORMAT,
                channels: wanted.iter().map(channel).collect(),
                samples,
                rate_hz: header.rate_hz * per_frame as f64,
                stored: format!("WFDB {format}"),
                dtype: Dtype::F32,
                layout: Layout::Planar,
                segments: Segment::all(samples),
                warnings,
            },
            per_frame,
            frames,
            files,
            places,
        })
    }
}

fn channel(signal: &Signal) -> Channel {
    Channel {
        unit: signal.unit.clone(),
        gain: 1.0 / signal.gain,
        offset: -signal.baseline / signal.gain,
        ..Channel::new(signal.name.clone())
    }
}

impl File {
    fn open(folder: &Path, header: &Path, signal: &Signal) -> Result<Self> {
        let packing = Packing::of(signal.format).ok_or_else(|| {
            failed(
                FORMAT,
                header,
                0,
                format!("signals of format {} are not read", signal.format),
            )
        })?;
        Ok(Self {
            data: Arc::new(DataFile::open(&inside(folder, &signal.file)?)?),
            packing,
            offset: signal.offset,
            frame: 0,
            added: None,
            flac: None,
        })
    }

    /// Frames in the file.
    fn frames(&self) -> u64 {
        if let Some((stream, per_frame)) = &self.flac {
            return stream.samples.saturating_sub(self.offset) / per_frame;
        }
        let bytes = self.data.len().saturating_sub(self.offset);
        self.packing.values_in(bytes) / self.frame.max(1)
    }

    /// Makes values of differences, which start from each signal's first.
    fn add_up(&mut self, signals: &[&Signal]) -> Result<()> {
        if self.packing != Packing::Differences {
            return Ok(());
        }
        let bytes = self.data.len().saturating_sub(self.offset);
        let differences = self.data.read_vec(self.offset, bytes as usize)?;
        let mut now: Vec<i32> = signals.iter().map(|signal| signal.initial).collect();
        let order: Vec<usize> = signals
            .iter()
            .enumerate()
            .flat_map(|(number, signal)| std::iter::repeat_n(number, signal.per_frame as usize))
            .collect();
        let added = differences
            .iter()
            .zip(order.iter().cycle())
            .map(|(difference, signal)| {
                now[*signal] = now[*signal].wrapping_add(i32::from(*difference as i8));
                now[*signal]
            });
        self.added = Some(added.collect());
        Ok(())
    }

    /// Opens a stream of FLAC, whose channels are the signals, in whose steps `offset` is.
    fn open_flac(&mut self, header: &Path, signals: &[&Signal]) -> Result<()> {
        let Packing::Flac { bits } = self.packing else {
            return Ok(());
        };
        let per_frame = signals.first().map_or(1, |signal| signal.per_frame);
        if signals.iter().any(|signal| signal.per_frame != per_frame) {
            return Err(failed(
                FORMAT,
                header,
                0,
                "signals of several rates cannot be in one file of FLAC",
            ));
        }
        let stream = Stream::open(self.data.clone())?;
        if stream.info.channels != signals.len() || stream.info.bits > bits {
            return Err(failed(
                FORMAT,
                self.data.path(),
                0,
                format!(
                    "it has {} channels of {} bits, for {} signals of {bits} bits at most",
                    stream.info.channels,
                    stream.info.bits,
                    signals.len()
                ),
            ));
        }
        self.flac = Some((stream, u64::from(per_frame)));
        Ok(())
    }

    /// The values of frames, of which those behind the file's end are left out.
    fn read(&self, frames: Range<u64>) -> Result<Vec<i32>> {
        let end = frames.end.min(self.frames());
        if let Some((stream, per_frame)) = &self.flac {
            let steps = frames.start.min(end) * per_frame..end * per_frame;
            let values = stream.values(self.offset + steps.start..self.offset + steps.end)?;
            return Ok(by_signal(&values, stream.info.channels, *per_frame as usize));
        }
        let values = frames.start.min(end) * self.frame..end * self.frame;
        match &self.added {
            Some(added) => Ok(added[values.start as usize..values.end as usize].to_vec()),
            None => self.packing.read(&self.data, self.offset, values),
        }
    }
}

/// Frames whose signals lie side by side at every step, to frames in which each signal's steps do.
fn by_signal(values: &[i32], signals: usize, per_frame: usize) -> Vec<i32> {
    if per_frame == 1 || signals == 1 {
        return values.to_vec();
    }
    let frames = values.chunks_exact(signals * per_frame);
    frames
        .flat_map(|frame| (0..signals).flat_map(|signal| frame[signal..].iter().step_by(signals)))
        .copied()
        .collect()
}

impl Source for Wfdb {
    fn info(&self) -> &Info {
        &self.info
    }

    fn files(&self) -> Vec<PathBuf> {
        self.files
            .iter()
            .map(|file| file.data.path().to_path_buf())
            .collect()
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        if into.is_empty() {
            return Ok(());
        }
        let row = into.len() / self.places.len();
        let widest = self.files.iter().map(|file| file.frame).max().unwrap_or(1);
        let step = (BATCH / widest).max(1);
        let latest = self
            .places
            .iter()
            .flatten()
            .map(|place| place.skew)
            .max()
            .unwrap_or(0);
        let mut start = span.start;
        while start < span.end {
            let first = start / self.per_frame;
            let end = span.end.min((first + step) * self.per_frame);
            let last = (end - 1) / self.per_frame + 1;
            let values: Vec<Vec<i32>> = self
                .files
                .iter()
                .map(|file| file.read(first..last + latest))
                .collect::<Result<_>>()?;
            for (place, into) in self.places.iter().zip(into.chunks_exact_mut(row)) {
                let into = into.as_chunks_mut::<4>().0;
                for t in start..end {
                    let value = place.map_or(f32::NAN, |place| self.value(&values, place, first, t));
                    into[(t - span.start) as usize] = value.to_ne_bytes().map(MaybeUninit::new);
                }
            }
            start = end;
        }
        Ok(())
    }
}

impl Wfdb {
    /// Sample `t` of the channel at `place`, from values of frames from `first` on.
    fn value(&self, values: &[Vec<i32>], place: Place, first: u64, t: u64) -> f32 {
        let frame = t / self.per_frame + place.skew;
        let file = &self.files[place.file];
        let at = (frame - first) * file.frame + place.at + t % self.per_frame;
        // Samples that come late end before the record does.
        let value = values[place.file]
            .get(at as usize)
            .filter(|_| frame < self.frames);
        match value {
            Some(value) if file.packing.invalid() != Some(*value) => {
                (f64::from(*value) * place.scale[0] + place.scale[1]) as f32
            }
            _ => f32::NAN,
        }
    }
}
