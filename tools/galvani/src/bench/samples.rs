//! What is measured: samples in memory, or past that a recording that is made up as it is read.

use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use galvani::source::npy::{self, TimeAxis};
use galvani::source::{Block, Dtype, Element, Layout, Memory, Npy, Owned, Samples, Source, Synthetic};

use super::machine;
use crate::cli::{BenchArgs, BenchDtype};
use crate::info::dtype_word;

const SAMPLES: u64 = 100_000_000;
const CHANNELS: usize = 32;

/// The share of the memory available that samples may take.
const SHARE: f64 = 0.4;

/// Samples, and the rate that they are said to have.
pub(super) struct Data {
    kind: Kind,
    rate_hz: f64,
}

enum Kind {
    /// In memory, to the program's end.
    Held(&'static Owned),
    /// Made as they are read.
    Made(Box<Synthetic>),
}

/// The type that samples will have, before any is there.
pub(super) fn dtype(args: &BenchArgs) -> Result<Dtype> {
    let asked = args.dtype.map(|dtype| match dtype {
        BenchDtype::I16 => Dtype::I16,
        BenchDtype::F32 => Dtype::F32,
    });
    let Some(path) = &args.input else {
        return Ok(asked.unwrap_or(Dtype::I16));
    };
    let held = Npy::open(path, options(args))?.info().dtype;
    if let Some(asked) = asked.filter(|asked| *asked != held) {
        let (asked, held) = (dtype_word(asked), dtype_word(held));
        bail!("--dtype {asked}: {} holds what is read as {held}", path.display());
    }
    Ok(held)
}

fn options(args: &BenchArgs) -> npy::Options {
    npy::Options {
        rate_hz: Some(args.rate),
        time: TimeAxis::Last,
    }
}

impl Data {
    /// Reads the file that is given, or makes a recording up, in memory where it takes two fifths of that at most.
    pub(super) fn new(args: &BenchArgs) -> Result<Self> {
        let rate_hz = args.rate;
        if args.input.is_some() {
            let kind = Kind::Held(kept(read(args)?));
            return Ok(Self { kind, rate_hz });
        }
        let channels = args.channels.unwrap_or(CHANNELS);
        ensure!(channels > 0, "--channels 0: there is nothing to draw");
        let each = args.samples.unwrap_or(SAMPLES) / channels as u64;
        ensure!(
            each > 0,
            "--samples: {channels} channels take at least {channels}"
        );
        let mut made = Synthetic::new(args.seed, channels, each, rate_hz)?;
        if dtype(args)? == Dtype::F32 {
            made = made.as_f32();
        }
        let bytes = each as f64 * channels as f64 * made.info().dtype.bytes() as f64;
        let kind = if bytes <= SHARE * machine::available_bytes() as f64 {
            Kind::Held(kept(
                Owned::read(&made, 0..each).context("cannot make the samples up")?,
            ))
        } else {
            Kind::Made(Box::new(made))
        };
        Ok(Self { kind, rate_hz })
    }

    /// Whether the samples are in memory.
    pub(super) fn in_memory(&self) -> bool {
        matches!(self.kind, Kind::Held(_))
    }

    /// Bytes of the samples in memory.
    pub(super) fn bytes(&self) -> u64 {
        match &self.kind {
            Kind::Held(owned) => match owned.samples() {
                Samples::I16(block) => size_of_val(block.data) as u64,
                Samples::F32(block) => size_of_val(block.data) as u64,
            },
            Kind::Made(_) => 0,
        }
    }

    /// The samples where they lie, without a copy.
    pub(super) fn source(&self) -> Result<Arc<dyn Source>> {
        match &self.kind {
            Kind::Held(owned) => match owned.samples() {
                Samples::I16(block) => borrowed(block, self.rate_hz),
                Samples::F32(block) => borrowed(block, self.rate_hz),
            },
            Kind::Made(made) => Ok(Arc::new(Synthetic::clone(made))),
        }
    }
}

/// Keeps samples for as long as threads may read them.
fn kept(samples: Owned) -> &'static Owned {
    Box::leak(Box::new(samples))
}

fn borrowed<T: Element>(block: Block<'static, T>, rate_hz: f64) -> Result<Arc<dyn Source>> {
    let memory = match block.layout {
        Layout::Planar => Memory::planar(block.data, block.channels, rate_hz)?,
        Layout::Interleaved => Memory::interleaved(block.data, block.channels, rate_hz)?,
    };
    Ok(Arc::new(memory.scaled(1.0, "")))
}

/// Reads a whole file, which has to be what else was asked for.
fn read(args: &BenchArgs) -> Result<Owned> {
    let path = args.input.as_ref().context("there is no file to read")?;
    let file = Npy::open(path, options(args))?;
    let info = file.info();
    let (channels, total) = (info.channels.len(), info.samples * info.channels.len() as u64);
    if let Some(asked) = args.channels.filter(|asked| *asked != channels) {
        bail!(
            "--channels {asked}: {} holds {channels}, and its shape is [N] or [channels, N]",
            path.display()
        );
    }
    if let Some(asked) = args.samples.filter(|asked| *asked != total) {
        bail!(
            "--samples {asked}: {} holds {total} of all channels",
            path.display()
        );
    }
    Owned::read(&file, 0..info.samples).with_context(|| format!("cannot read {}", path.display()))
}
