//! WFDB, PhysioNet's records: a header of text, and signals packed in one file or several.
//!
//! Values come as floats of whole steps, as each packing has a value that stands for none, which becomes NaN; whether a file
//! has it is known only once all of it is read, so that none is given as 16-bit integers. Signals that are sampled more often
//! are a stream of their own.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::joined::{Joined, Part};
use super::reader::{Probe, Reader, failed, inside};
use super::share::share;
use super::streams::Streams;
use super::wfdb_file::File;
use super::wfdb_header::{Content, FORMAT, Header, Signal};
use super::wfdb_values::Floats;
use super::{Channel, Dtype, Info, Layout, Segment, Source, check_read};
use crate::Result;

/// Values that a thread unpacks at a time, so that they stay in its caches; of FLAC many frames, as its own take some time to
/// find.
const BATCH: u64 = 1 << 17;
const FLAC_BATCH: u64 = 1 << 20;

/// Segments whose files stay open; of more, each is opened when it is read.
const MAX_OPEN: usize = 64;

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
    let rate_hz = header.rate_hz;
    let (mut parts, mut frame) = (Vec::new(), 0_u64);
    for (name, frames) in segments {
        if name != "~" && *frames > 0 {
            let (path, mut header, all) = segment(folder, name)?;
            (header.frames, header.rate_hz) = (Some(*frames), rate_hz);
            let mut source = Wfdb::open(&path, &header, &all, wanted)?;
            if segments.len() > MAX_OPEN {
                source.files.iter_mut().for_each(File::close);
            }
            for segment in &mut source.info.segments {
                segment.start_s = frame as f64 / rate_hz;
            }
            parts.push(Part {
                source: Box::new(source),
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
    /// Whether the one file's values are the samples, in their order and scale.
    straight: bool,
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
        let places: Vec<Option<Place>> = wanted.iter().map(place).collect();
        let straight = match files.as_slice() {
            [file] => {
                let one = |(number, place): (u64, &Option<Place>)| {
                    place.is_some_and(|place| (place.at, place.skew, place.scale) == (number, 0, [1.0, 0.0]))
                };
                file.is_packed() && file.frame == places.len() as u64 && (0..).zip(&places).all(one)
            }
            _ => false,
        };
        let format = wanted.first().map_or(0, |signal| signal.format);
        Ok(Self {
            info: Info {
                format: FORMAT,
                channels: wanted.iter().map(channel).collect(),
                samples,
                rate_hz: header.rate_hz * per_frame as f64,
                stored: format!("WFDB {format}"),
                dtype: Dtype::F32,
                layout: Layout::Interleaved,
                segments: Segment::all(samples),
                warnings,
            },
            per_frame,
            frames,
            files,
            places,
            straight,
        })
    }

    /// Samples that are read at a time.
    fn step(&self) -> u64 {
        let values = match self.files.iter().all(|file| file.flac.is_none()) {
            true => BATCH,
            false => FLAC_BATCH,
        };
        let widest = self.files.iter().map(|file| file.frame).max().unwrap_or(1);
        // Not many times what comes late.
        (values / widest).max(self.latest()).max(1) * self.per_frame
    }

    /// The most frames by which a signal's samples come late.
    fn latest(&self) -> u64 {
        let skews = self.places.iter().flatten().map(|place| place.skew);
        skews.max().unwrap_or(0)
    }

    /// Some samples, in one thread.
    fn read_batch(&self, span: &Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        if let ([file], true) = (self.files.as_slice(), self.straight) {
            let values = span.start * file.frame..span.end * file.frame;
            let invalid = file.packing.invalid();
            return file.unpack(&values, into, Floats { invalid });
        }
        let first = span.start / self.per_frame;
        let last = (span.end - 1) / self.per_frame + 1;
        let values: Vec<Vec<i32>> = self
            .files
            .iter()
            .map(|file| file.read(first..last + self.latest()))
            .collect::<Result<_>>()?;
        let rows = into.as_chunks_mut::<4>().0.chunks_exact_mut(self.places.len());
        for (t, row) in span.clone().zip(rows) {
            let (frame, step) = (t / self.per_frame, t % self.per_frame);
            for (place, into) in self.places.iter().zip(row) {
                let value = place.map_or(f32::NAN, |place| self.value(&values, place, first, (frame, step)));
                *into = value.to_ne_bytes().map(MaybeUninit::new);
            }
        }
        Ok(())
    }

    /// A sample of the channel at `place`, in which frame and at which step, from values of frames from `first` on.
    fn value(&self, values: &[Vec<i32>], place: Place, first: u64, (frame, step): (u64, u64)) -> f32 {
        let frame = frame + place.skew;
        let file = &self.files[place.file];
        let at = (frame - first) * file.frame + place.at + step;
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

fn channel(signal: &Signal) -> Channel {
    Channel {
        unit: signal.unit.clone(),
        gain: 1.0 / signal.gain,
        offset: -signal.baseline / signal.gain,
        ..Channel::new(signal.name.clone())
    }
}

impl Source for Wfdb {
    fn info(&self) -> &Info {
        &self.info
    }

    fn files(&self) -> Vec<PathBuf> {
        self.files.iter().map(|file| file.path.clone()).collect()
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        check_read(&self.info, &span, into.len())?;
        if into.is_empty() {
            return Ok(());
        }
        let (step, channels) = (self.step(), self.places.len());
        let batches = into.chunks_mut(step as usize * channels * 4).enumerate();
        share(batches, |(batch, into)| {
            let start = span.start + batch as u64 * step;
            let end = start + (into.len() / (channels * 4)) as u64;
            self.read_batch(&(start..end), into)
        })
    }
}
