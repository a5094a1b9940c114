//! From the command line to a source, and to what of it is shown.

use anyhow::{Context, Result, bail};
use galvani::scene::Scene;
use galvani::source::{self, Npy, Raw, RawFormat, Source, npy};

use crate::cli::{Channels, FileArgs};

/// Opens the file, by what it is or as it is said to be.
pub(crate) fn open(args: &FileArgs) -> Result<Box<dyn Source>> {
    let Some(channels) = args.raw_channels else {
        return open_known(args);
    };
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
    let raw = Raw::open(&args.file, &format)?;
    // What is left over is much more often a wrong number of channels than a recording cut short.
    if let (Some(warning), false) = (raw.info().warnings.first(), args.truncated) {
        bail!(
            "{}: {warning}; is it really {channels} channels of {} after {} bytes? If so, --truncated opens it",
            args.file.display(),
            args.dtype,
            args.offset,
        );
    }
    Ok(Box::new(raw))
}

fn open_known(args: &FileArgs) -> Result<Box<dyn Source>> {
    if args.rate.is_none() {
        return Ok(source::open(&args.file)?);
    }
    let is_npy = args.file.is_file() && npy::header(&args.file).is_ok();
    if !is_npy {
        // A file that cannot be opened at all is the first thing to say.
        let known = source::open(&args.file)?;
        bail!(
            "{}: {} files say their own rate; --rate is for .npy files, and for raw ones with --raw-channels",
            args.file.display(),
            known.info().format
        );
    }
    let options = npy::Options {
        rate_hz: args.rate,
        ..npy::Options::default()
    };
    Ok(Box::new(Npy::open(&args.file, options)?))
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
