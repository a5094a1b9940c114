//! From the command line to a source, and to what of it is shown.

use std::iter;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use galvani::scene::marks::{self, Layer};
use galvani::scene::{Scene, Style};
use galvani::source::{self, Events, Info, Joined, Lanes, Probe, Raw, RawFormat, Source, Streams};

use crate::cli::{Channels, EventsFrom, FileArgs, StripArgs, WithArgs};
use crate::window::date_s;

/// Opens all streams of the file, or the one that is asked for.
pub(crate) fn streams(args: &FileArgs) -> Result<Streams> {
    let plain =
        args.more.is_empty() && args.raw_channels.is_none() && args.rate.is_none() && args.probe.is_none();
    if plain && args.streams.is_empty() && !args.digital {
        return Ok(source::streams(&args.file)?);
    }
    let name = args.stream().unwrap_or_default().to_owned();
    Ok(Streams::one(&args.file, name, open(args)?))
}

/// When the recording started by the clock on the wall, in seconds, where its file says so.
pub(crate) fn started_s(args: &FileArgs) -> Option<f64> {
    let found = source::streams(&args.file)
        .ok()
        .filter(|_| args.raw_channels.is_none())?;
    date_s(&found.started?)
}

/// The events of the file; none of one that is only said to be what it is, or of several.
pub(crate) fn events(args: &FileArgs) -> Result<Vec<Events>> {
    if args.more.is_empty() && args.raw_channels.is_none() {
        return Ok(source::events(&args.file)?);
    }
    Ok(Vec::new())
}

/// All that is shown above one another, from the top down: the first recording, its other streams, the files that are of another shape, and
/// what else is asked for.
pub(crate) fn strips(first: StripArgs, beside: &WithArgs) -> Result<Vec<StripArgs>> {
    let file = &first.file;
    let streams = file.streams.iter().map(|name| file.with_stream(name)).skip(1);
    let mut files = match file.raw_channels.is_none() && file.rate.is_none() && file.probe.is_none() {
        true => by_shape(file)?,
        false => vec![file.clone()],
    };
    let mut main = files.remove(0);
    main.streams.truncate(1);
    let below: Vec<StripArgs> = streams.chain(files).map(StripArgs::of).collect();
    let first = StripArgs { file: main, ..first };
    let strips = [first].into_iter().chain(below);
    Ok(strips.chain(beside.with.iter().cloned()).collect())
}

/// Files that are of one shape together, in the order of the first of each: of as many channels at the same rate, and where their names tell
/// a stream, of the same.
fn by_shape(args: &FileArgs) -> Result<Vec<FileArgs>> {
    if args.more.is_empty() {
        return Ok(vec![args.clone()]);
    }
    let mut found: Vec<(_, FileArgs)> = Vec::new();
    for path in iter::once(&args.file).chain(&args.more) {
        let streams = source::streams(path)?;
        let stream = &streams.list[streams.main_index()?];
        let info = stream.source.info();
        // SpikeGLX's names tell one; else a stream is called as its file is.
        let own = path
            .file_stem()
            .is_some_and(|stem| stem.to_string_lossy() == stream.name);
        let name = (info.format == "SpikeGLX" && !own).then(|| stream.name.clone());
        let shape = (info.channels.len(), info.rate_hz.to_bits(), name);
        match found.iter_mut().find(|(known, _)| *known == shape) {
            Some((_, alike)) => alike.more.push(path.clone()),
            None => {
                let (file, more) = (path.clone(), Vec::new());
                found.push((
                    shape,
                    FileArgs {
                        file,
                        more,
                        ..args.clone()
                    },
                ));
            }
        }
    }
    Ok(found.into_iter().map(|(_, file)| file).collect())
}

/// The layers of events that are asked for, by their kinds.
pub(crate) fn layers(from: &EventsFrom, args: &FileArgs, info: &Info, style: &Style) -> Result<Vec<Layer>> {
    let events = match from {
        EventsFrom::Nowhere => Vec::new(),
        EventsFrom::Recording => events(args)?,
        EventsFrom::Path(path) => {
            let found = source::events(path)?;
            ensure!(!found.is_empty(), "{}: there are no events in it", path.display());
            found
        }
    };
    Ok(marks::layers(&events, info, style))
}

/// Opens the file, or several as one recording, by what they are or as they are said to be.
pub(crate) fn open(args: &FileArgs) -> Result<Box<dyn Source>> {
    let mut source = open_whole(args)?;
    if let Some(probe) = &args.probe {
        source = Probe::read(probe)?.place(source)?;
    }
    Ok(if args.digital {
        Box::new(Lanes::new(source)?)
    } else {
        source
    })
}

fn open_whole(args: &FileArgs) -> Result<Box<dyn Source>> {
    let paths = || iter::once(&args.file).chain(&args.more);
    ensure!(
        args.streams.len() < 2,
        "--stream: several at once are for `open` and `render`; here give one"
    );
    if let Some(name) = args.stream() {
        return rated(source::streams(&args.file)?.take(name)?, &args.file, args.rate);
    }
    if args.raw_channels.is_none() && args.rate.is_none() {
        return Ok(source::open_all(&paths().collect::<Vec<_>>())?);
    }
    let mut opened = Vec::new();
    for path in paths() {
        opened.push(match args.raw_channels {
            Some(channels) => open_raw(path, channels, args)?,
            None => rated(source::open(path)?, path, args.rate)?,
        });
    }
    match opened.len() {
        1 => Ok(opened.remove(0)),
        _ => Ok(Box::new(Joined::back_to_back(opened)?)),
    }
}

fn open_raw(path: &Path, channels: usize, args: &FileArgs) -> Result<Box<dyn Source>> {
    let format = RawFormat {
        order: args.order.into(),
        offset: args.offset,
        gain: args.gain,
        value_offset: args.value_offset,
        unit: args.unit.clone(),
        ..RawFormat::new(
            channels,
            args.rate.context("a raw file needs --rate")?,
            args.dtype,
        )
    };
    let raw = Raw::open(path, &format)?;
    // What is left over is much more often a wrong number of channels than a recording cut short.
    if let (Some(warning), false) = (raw.info().warnings.first(), args.truncated) {
        bail!(
            "{}: {warning}; is it really {channels} channels of {} after {} bytes? If so, --truncated opens it",
            path.display(),
            args.dtype,
            args.offset,
        );
    }
    Ok(Box::new(raw))
}

/// A recording that may need to be told its rate.
fn rated(source: Box<dyn Source>, path: &Path, rate_hz: Option<f64>) -> Result<Box<dyn Source>> {
    let Some(rate_hz) = rate_hz else {
        return Ok(source);
    };
    let format = source.info().format;
    source::rated(source, rate_hz).with_context(|| {
        format!(
            "{}: --rate is for files that do not say it, as .npy, and for raw ones with --raw-channels; this is {format}",
            path.display()
        )
    })
}

/// Leaves the listed channels in a scene, in the list's order.
pub(crate) fn select(scene: &mut Scene, channels: Option<&Channels>) -> Result<()> {
    let Some(Channels(numbers)) = channels else {
        return Ok(());
    };
    let all = std::mem::take(&mut scene.traces.channels);
    for number in numbers {
        match all.get(*number) {
            Some(trace) => scene.traces.channels.push(*trace),
            None => bail!(
                "--channels: there is no channel {number}; the recording has {}, the first is 0",
                all.len()
            ),
        }
    }
    Ok(())
}
