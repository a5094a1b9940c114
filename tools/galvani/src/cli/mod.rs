//! The command line.

mod bench;
mod file;
mod look;
mod strips;
mod values;
mod words;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use galvani::{renderer, store};

pub(crate) use crate::signal::SignalArgs;
pub(crate) use bench::{BenchArgs, BenchDtype, Workload};
pub(crate) use file::FileArgs;
pub(crate) use look::{ColorBy, EventsFrom, Lanes, LookArgs, Sort};
pub(crate) use strips::{StripArgs, WithArgs};
pub(crate) use values::{BuildCut, Bytes, Channels, NamedColor, Part, PerChannel, Size};
pub(crate) use words::quoted;

/// Browse and render very long recordings: from the whole of one to a single sample, and no spike is ever lost.
#[derive(Debug, Parser)]
#[command(name = "galvani", version, about)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What all commands share.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Answer with one JSON object on stdout.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// auto, discrete, integrated, software, a number of `galvani devices`, or a part of a name.
    ///
    /// Without it the environment's GALVANI_DEVICE, else auto.
    #[arg(long, global = true)]
    pub(crate) device: Option<String>,
    /// How columns become pixels; all give the same picture.
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub(crate) rasteriser: Rasteriser,
    /// Who reduces the samples; both give the same nodes.
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub(crate) builder: Builder,
    /// The most of the device's memory that a recording takes, for example 512M or 2G; without it half of that memory.
    #[arg(long, global = true, value_name = "SIZE")]
    pub(crate) budget_device: Option<Bytes>,
    /// The most of the host's memory that reading takes; without it a quarter of that memory, 1G at most.
    #[arg(long, global = true, value_name = "SIZE")]
    pub(crate) budget_host: Option<Bytes>,
    /// Let Vulkan's validation layer check every call, and fail if it has a message.
    ///
    /// So does GALVANI_VALIDATION=1 in the environment.
    #[arg(long, global = true)]
    pub(crate) validation: bool,
}

/// See [`renderer::Rasteriser`].
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Rasteriser {
    /// Host on a software device, else draw.
    Auto,
    /// One indirect draw.
    Draw,
    /// An indirect dispatch.
    Compute,
    /// Every core of the host.
    Host,
}

impl From<Rasteriser> for renderer::Rasteriser {
    fn from(chosen: Rasteriser) -> Self {
        match chosen {
            Rasteriser::Auto => Self::Auto,
            Rasteriser::Draw => Self::Draw,
            Rasteriser::Compute => Self::Compute,
            Rasteriser::Host => Self::Host,
        }
    }
}

/// See [`store::Builder`].
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Builder {
    /// Host on a software device, else device.
    Auto,
    /// Compute shaders.
    Device,
    /// Every core of the host.
    Host,
}

impl From<Builder> for store::Builder {
    fn from(chosen: Builder) -> Self {
        match chosen {
            Builder::Auto => Self::Auto,
            Builder::Device => Self::Device,
            Builder::Host => Self::Host,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Browse a recording in a window.
    ///
    /// Wheel: zoom at the pointer; with Ctrl the gain, with Shift pan. Drag, or Left and Right: pan; with Shift by whole windows. Right
    /// drag: zoom to a box. Up and Down: gain. + and -: zoom. Home, End: to the start, the end. F: the whole recording. Space: play. C:
    /// channels. T: dark or light. Ctrl+P: every command by its name. H: all keys. Esc: close what is on top, then the window.
    #[command(verbatim_doc_comment)]
    Open(OpenArgs),
    /// Draw a recording, or a span of it, to a PNG, an SVG or a PDF.
    Render(RenderArgs),
    /// Say what is known of a recording.
    Info(InfoArgs),
    /// Write a recording, or a span of it, in a format that others read.
    Convert(ConvertArgs),
    /// Put a recording's pyramid on disk, so that it opens at once; goes on where it was interrupted.
    ///
    /// Needs no Vulkan. It is written beside FILE as FILE.galvani, a Zarr group that any reader of Zarr reads; where
    /// that folder is read-only, to the user's cache directory. What is there and whole is kept; what is damaged is
    /// made anew, and all of it where the recording has changed.
    Build(BuildArgs),
    /// Show a made-up recording: 32 extracellular channels and one inside a cell.
    Demo(DemoArgs),
    /// Write a made-up recording as SpikeGLX: OUT.bin and OUT.meta.
    Synth(SynthArgs),
    /// Say what Vulkan offers here, what galvani would use, and why not the others.
    Devices,
    /// Measure loading and a scripted path of zooms and pans.
    Bench(BenchArgs),
}

/// Arguments of `open`.
#[derive(Debug, Args)]
pub(crate) struct OpenArgs {
    #[command(flatten)]
    pub(crate) file: FileArgs,
    #[command(flatten)]
    pub(crate) signal: SignalArgs,
    /// Neither use the recording's sidecar nor build one while browsing; see `galvani build`.
    #[arg(long)]
    pub(crate) no_sidecar: bool,
    /// Show what is added to a file that is still being written: raw files and SpikeGLX.
    ///
    /// A view that reaches the end moves along with it, and a view of the whole stays one. No sidecar is used or built.
    #[arg(long)]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) beside: WithArgs,
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// How a window is opened.
#[derive(Debug, Clone, Args)]
pub(crate) struct WindowArgs {
    /// Channels to show from the top down, from 0, for example 0-31,40; without it all.
    #[arg(long, value_name = "LIST")]
    pub(crate) channels: Option<Channels>,
    #[command(flatten)]
    pub(crate) look: LookArgs,
    /// Where the plot starts, in seconds; without it, and without --duration, where it was seen last.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) start: Option<f64>,
    /// How much of the recording the plot shows, in seconds.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) duration: Option<f64>,
    /// Append one JSON line for each frame drawn to this file.
    ///
    /// Without it the file that the environment's GALVANI_WINDOW_LOG names, if any.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Write one JSON line for each event to this file: how long it took to be seen; and a summary in the end.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace_latency: Option<PathBuf>,
    /// After how many frames the first device, the second, … is taken to be lost, for tests of what becomes of the window then.
    #[arg(long, value_name = "FRAMES", value_delimiter = ',', hide = true)]
    pub(crate) lose_device: Vec<u64>,
}

/// A part of a recording.
#[derive(Debug, Clone, PartialEq, Args)]
pub(crate) struct SpanArgs {
    /// Where it starts, in seconds; without it at the recording's start.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) start: Option<f64>,
    /// How long it is, in seconds; without it all from the start on. Only this span of the file is read.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) duration: Option<f64>,
    /// Channels in the order in which they are shown or written, from 0, for example 0-31,40; without it all.
    #[arg(long, value_name = "LIST")]
    pub(crate) channels: Option<Channels>,
}

/// Arguments of `render`.
#[derive(Debug, Clone, PartialEq, Args)]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    pub(crate) file: FileArgs,
    /// Where the picture goes, as pixels (.png) or as shapes and text (.svg, .pdf); an older one is replaced.
    #[arg(short, long, value_name = "PICTURE")]
    pub(crate) output: PathBuf,
    /// Pixels across and down.
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1920x1080")]
    pub(crate) size: Size,
    /// Pixels for each that letters and lines have on a usual display: 2 for a dense one, more for print.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = scale)]
    pub(crate) scale: f32,
    #[command(flatten)]
    pub(crate) span: SpanArgs,
    #[command(flatten)]
    pub(crate) signal: SignalArgs,
    #[command(flatten)]
    pub(crate) look: LookArgs,
    /// Annotations to show: those that the window keeps beside the recording (auto), those of another file, or none.
    #[arg(long, value_name = "PATH|auto|none", default_value = "none")]
    pub(crate) annotations: EventsFrom,
    /// Read the samples even where the recording's sidecar has what the picture needs.
    #[arg(long)]
    pub(crate) no_sidecar: bool,
    #[command(flatten)]
    pub(crate) beside: WithArgs,
}

/// Arguments of `info`.
#[derive(Debug, Args)]
pub(crate) struct InfoArgs {
    #[command(flatten)]
    pub(crate) file: FileArgs,
    /// Count each channel's minimum, maximum and mean in physical units, and the SHA-256 of its stored samples; reads all of it.
    #[arg(long)]
    pub(crate) stats: bool,
}

/// Arguments of `convert`.
#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    pub(crate) file: FileArgs,
    /// An .npy, .wav, .csv or .zarr, or a folder for raw samples with SpikeInterface's binary.json; an older one is replaced.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) span: SpanArgs,
    #[command(flatten)]
    pub(crate) signal: SignalArgs,
}

/// Arguments of `build`.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) file: FileArgs,
    /// Build one of N parts, 1/N to N/N, for example each on a machine of its own; 0/N is the same as N/N.
    ///
    /// Whoever finishes the last of them merges them.
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Part>,
    /// Put FILE.galvani into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Change nothing: compare each node with a fresh pass over the recording, and fail where one differs.
    #[arg(long, conflicts_with_all = ["shard", "merge"])]
    pub(crate) verify: bool,
    /// Only merge what parts have built.
    #[arg(long, conflicts_with = "shard")]
    pub(crate) merge: bool,
    /// Threads that read and reduce; 0 for twice as many as there are cores, 8 at least.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// For tests: log2 of a block's nodes, and the highest level of a stretch.
    #[arg(long, value_name = "SHIFT/TOP", hide = true)]
    pub(crate) cut: Option<BuildCut>,
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Write a PNG, an SVG or a PDF, and open no window; demo.png where there is no display.
    #[arg(short, long, value_name = "PICTURE")]
    pub(crate) output: Option<PathBuf>,
    /// Pixels across and down, of the picture.
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1920x1080")]
    pub(crate) size: Size,
    /// Another seed makes another recording.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// Arguments of `synth`.
#[derive(Debug, Args)]
pub(crate) struct SynthArgs {
    /// The files' name, with .bin or without; older files of this name are replaced.
    pub(crate) out: PathBuf,
    /// Number of channels.
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub(crate) channels: usize,
    /// Length.
    #[arg(long, default_value_t = 60.0)]
    pub(crate) seconds: f64,
    /// Samples a second of each channel.
    #[arg(long, value_name = "HZ", default_value_t = 30_000.0)]
    pub(crate) rate: f64,
    /// The same seed, channels, length and rate give the same bytes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// A factor of sizes.
fn scale(text: &str) -> Result<f32, String> {
    let scale = text.parse::<f32>().ok();
    scale
        .filter(|scale| (0.25..=16.0).contains(scale))
        .ok_or_else(|| "give a number from 0.25 to 16".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_hold_together() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
