//! From the command line to a source, and to what of it is shown.

use std::iter;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use galvani::scene::marks::{self, Layer};
use galvani::scene::{Scene, Style};
use galvani::source::{
    self, Events, Info, Joined, Lanes, Npy, Probe, Raw, RawFormat, Source, Streams, npy, zarr,
};

use crate::cli::{Channels, EventsFrom, FileArgs};

/// Opens all streams of the file, or the one that is asked for.
pub(crate) fn streams(args: &FileArgs) -> Result<Streams> {
    let plain =
        args.more.is_empty() && args.raw_channels.is_none() && args.rate.is_none() && args.probe.is_none();
    if plain && args.stream.is_none() && !args.digital {
        return Ok(source::streams(&args.file)?);
    }
    let name = args.stream.clone().unwrap_or_default();
    Ok(Streams::one(&args.file, name, open(args)?))
}

/// The events of the file; none of one that is only said to be what it is, or of several.
pub(crate) fn events(args: &FileArgs) -> Result<Vec<Events>> {
    if args.more.is_empty() && args.raw_channels.is_none() {
        return Ok(source::events(&args.file)?);
    }
    Ok(Vec::new())
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
    if let Some(name) = &args.stream {
        return Ok(source::streams(&args.file)?.take(name)?);
    }
    if args.raw_channels.is_none() && args.rate.is_none() {
        return Ok(source::open_all(&paths().collect::<Vec<_>>())?);
    }
    let mut opened = Vec::new();
    for path in paths() {
        opened.push(match args.raw_channels {
            Some(channels) => open_raw(path, channels, args)?,
            None => open_at(path, args.rate)?,
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

/// Opens what may need to be told its rate: an .npy file, or a Zarr array.
fn open_at(path: &Path, rate_hz: Option<f64>) -> Result<Box<dyn Source>> {
    if path.is_file() && npy::header(path).is_ok() {
        let options = npy::Options {
            rate_hz,
            ..npy::Options::default()
        };
        return Ok(Box::new(Npy::open(path, options)?));
    }
    // A file that cannot be opened at all is the first thing to say.
    let known = source::streams(path)?;
    let format = known.format;
    let said = known.main()?;
    if format == "Zarr" {
        let options = zarr::Options {
            rate_hz,
            ..zarr::Options::default()
        };
        let told = zarr::streams(path, &options)?.main()?;
        // An attribute counts for more than what is given.
        if Some(told.info().rate_hz) == rate_hz {
            return Ok(told);
        }
    }
    bail!(
        "{}: {} files say their own rate, here {} Hz; --rate is for .npy files and Zarr arrays that do not, and for raw \
         files with --raw-channels",
        path.display(),
        format,
        said.info().rate_hz
    );
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
