//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use galvani::renderer;
use galvani::scene::Form;
use galvani::sidecar::Cut;
use galvani::source::{self, Layout, StoredType};
use galvani::store;

pub(crate) use crate::signal::SignalArgs;

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
#[derive(Debug, Args)]
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

/// A file, and what a raw one does not say of itself.
#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    /// A recording's file or folder, or with --raw-channels any file of plain values.
    ///
    /// SpikeGLX, Open Ephys, Intan, Blackrock, Axon, Neuroscope, phy, mtscomp, EDF, BDF, WFDB, WAV, NWB, Zarr, NPY and CSV are known by
    /// themselves.
    pub(crate) file: PathBuf,
    /// More files of the same shape, shown with the first as one recording, in this order.
    ///
    /// SpikeGLX files of one run lie where their .meta says, with gaps between them; others one right after another.
    #[arg(value_name = "MORE")]
    pub(crate) more: Vec<PathBuf>,
    /// Which of several streams, by its name or the end of it; `galvani info` lists them.
    #[arg(long, value_name = "NAME", conflicts_with = "more")]
    pub(crate) stream: Option<String>,
    /// Where the electrodes are, and which channels they are wired to: a JSON file of ProbeInterface's.
    ///
    /// Without it the recording's own word, else a probe.json beside it.
    #[arg(long, value_name = "FILE")]
    pub(crate) probe: Option<PathBuf>,
    /// The bits of digital words, each a lane of 0 and 1, and nothing else.
    #[arg(long)]
    pub(crate) digital: bool,
    /// Read the file as plain values of so many channels; says nothing of which are shown.
    #[arg(long, value_name = "N", requires = "rate", help_heading = "Raw files")]
    pub(crate) raw_channels: Option<usize>,
    /// Samples a second of each channel, of raw and .npy files, and of Zarr arrays that do not say it.
    #[arg(long, value_name = "HZ", help_heading = "Raw files")]
    pub(crate) rate: Option<f64>,
    /// The type of a value: int8 uint8 int16 uint16 int24 int32 float32 float64, or NumPy's short forms (<i2, >f4).
    #[arg(
        long,
        default_value = "<i2",
        requires = "raw_channels",
        help_heading = "Raw files"
    )]
    pub(crate) dtype: StoredType,
    /// Whether the values of one instant lie side by side, or those of one channel.
    #[arg(
        long,
        value_enum,
        default_value = "interleaved",
        requires = "raw_channels",
        help_heading = "Raw files"
    )]
    pub(crate) order: Order,
    /// Bytes before the first value.
    #[arg(
        long,
        value_name = "BYTES",
        default_value_t = 0,
        requires = "raw_channels",
        help_heading = "Raw files"
    )]
    pub(crate) offset: u64,
    /// Physical units of one stored step.
    #[arg(
        long,
        default_value_t = 1.0,
        requires = "raw_channels",
        help_heading = "Raw files"
    )]
    pub(crate) gain: f64,
    /// The physical value of a stored 0.
    #[arg(
        long,
        default_value_t = 0.0,
        allow_negative_numbers = true,
        requires = "raw_channels",
        help_heading = "Raw files"
    )]
    pub(crate) value_offset: f64,
    /// The unit of physical values, for example µV.
    #[arg(
        long,
        default_value = "",
        requires = "raw_channels",
        help_heading = "Raw files"
    )]
    pub(crate) unit: String,
    /// Open a raw file that does not end with a whole sample, to its last whole one.
    #[arg(long, requires = "raw_channels", help_heading = "Raw files")]
    pub(crate) truncated: bool,
}

/// The order of values in a raw file.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Order {
    /// `[sample, channel]`, time-major.
    #[value(aliases = ["time-major", "multiplexed"])]
    Interleaved,
    /// `[channel, sample]`, channel-major.
    #[value(aliases = ["channel-major", "vectorized"])]
    Planar,
}

impl From<Order> for Layout {
    fn from(order: Order) -> Self {
        match order {
            Order::Interleaved => Self::Interleaved,
            Order::Planar => Self::Planar,
        }
    }
}

/// See [`galvani::source::Order`].
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Sort {
    /// As in the file, or in the list of channels.
    File,
    /// Shank after shank, from the top down.
    Depth,
    /// CH2 before CH10.
    Name,
}

impl From<Sort> for source::Order {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::File => Self::File,
            Sort::Depth => Self::Depth,
            Sort::Name => Self::Name,
        }
    }
}

/// See [`galvani::scene::Form`].
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Lanes {
    /// Lines where lanes are high enough, colours where they are thin.
    Auto,
    /// Lines, however thin lanes are.
    Lines,
    /// Colours: how far each column reaches from its lowest to its highest value.
    Heatmap,
}

impl From<Lanes> for Form {
    fn from(lanes: Lanes) -> Self {
        match lanes {
            Lanes::Auto => Self::Auto,
            Lanes::Lines => Self::Lines,
            Lanes::Heatmap => Self::Heatmap,
        }
    }
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
    pub(crate) window: WindowArgs,
}

/// How a window is opened.
#[derive(Debug, Clone, Args)]
pub(crate) struct WindowArgs {
    /// Channels to show from the top down, from 0, for example 0-31,40; without it all.
    #[arg(long, value_name = "LIST")]
    pub(crate) channels: Option<Channels>,
    /// Which of the channels to show come first: those of the file or of the list, those highest on their shank, or by name.
    #[arg(long, value_enum, default_value = "file")]
    pub(crate) sort: Sort,
    /// Append one JSON line for each frame drawn to this file.
    ///
    /// Without it the file that the environment's GALVANI_WINDOW_LOG names, if any.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Write one JSON line for each event to this file: how long it took to be seen; and a summary in the end.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace_latency: Option<PathBuf>,
}

/// A part of a recording.
#[derive(Debug, Args)]
pub(crate) struct SpanArgs {
    /// Where it starts, in seconds; without it at the recording's start.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) start: Option<f64>,
    /// How long it is, in seconds; without it all from the start on. Only this span of the file is read.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) duration: Option<f64>,
    /// Channels in the order in which they are shown or written, from 0, for example 0-31,40; without it all.
    #[arg(long, value_name = "LIST")]
    pub(crate) channels: Option<Channels>,
}

/// Arguments of `render`.
#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    pub(crate) file: FileArgs,
    /// Where the picture goes, as pixels (.png) or as shapes and text (.svg, .pdf); an older one is replaced.
    #[arg(short, long, value_name = "PICTURE")]
    pub(crate) output: PathBuf,
    /// Pixels across and down.
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1920x1080")]
    pub(crate) size: Size,
    #[command(flatten)]
    pub(crate) span: SpanArgs,
    #[command(flatten)]
    pub(crate) signal: SignalArgs,
    /// Events to show: those found with the recording (auto), those of another file or folder, or none.
    ///
    /// Spikes whose channels are known colour their traces; others are ticks on a row, as words of digital lines are.
    /// Annotations are lines, epochs bands, digital lines rows of levels.
    #[arg(long, value_name = "PATH|auto|none", default_value = "none")]
    pub(crate) events: EventsFrom,
    /// Which of the channels to show come first: those of the file or of the list, those highest on their shank, or by name.
    #[arg(long, value_enum, default_value = "file")]
    pub(crate) sort: Sort,
    /// How lanes are drawn.
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) lanes: Lanes,
    /// Dark on white, for paper.
    #[arg(long)]
    pub(crate) light: bool,
    /// Read the samples even where the recording's sidecar has what the picture needs.
    #[arg(long)]
    pub(crate) no_sidecar: bool,
}

/// Where events come from.
#[derive(Debug, Clone)]
pub(crate) enum EventsFrom {
    /// From nowhere.
    Nowhere,
    /// From the recording's own files.
    Recording,
    /// From another file or folder.
    Path(PathBuf),
}

impl FromStr for EventsFrom {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "none" => Self::Nowhere,
            "auto" => Self::Recording,
            path => Self::Path(path.into()),
        })
    }
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

/// See [`Cut`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct BuildCut(pub(crate) Cut);

impl FromStr for BuildCut {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let cut = text
            .split_once('/')
            .and_then(|(block_shift, top)| Some((block_shift.parse().ok()?, top.parse().ok()?)));
        cut.map(|(block_shift, top)| Self(Cut { block_shift, top }))
            .ok_or_else(|| "give two numbers, for example 3/1".into())
    }
}

/// Part `.0` of `.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part(pub(crate) u32, pub(crate) u32);

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let part = text
            .split_once('/')
            .and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        part.filter(|(i, n)| *n > 0 && i <= n)
            .map(|(i, n)| Self(i, n))
            .ok_or_else(|| "give the part and their number, for example 2/8".into())
    }
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

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// What to draw.
    #[arg(long, value_enum, default_value = "traces")]
    pub(crate) workload: Workload,
    /// Samples of all channels together, 1e8 for example; 1e8 without it.
    #[arg(long, value_parser = whole)]
    pub(crate) samples: Option<u64>,
    /// Number of channels; 32 without it.
    #[arg(long, value_name = "N")]
    pub(crate) channels: Option<usize>,
    /// The type of the samples; i16 without it.
    #[arg(long, value_enum)]
    pub(crate) dtype: Option<BenchDtype>,
    /// Pixels across and down.
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1920x1080")]
    pub(crate) size: Size,
    /// Samples from an .npy file, of shape [N] or [channels, N], read into memory before any clock starts; of a stream, any recording.
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// Of the made-up recording.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Of the made-up recording, and of files.
    #[arg(long, value_name = "HZ", default_value_t = 30_000.0)]
    pub(crate) rate: f64,
    /// Of a stream: the folder in which a recording is made up and the sidecar is written, both removed in the end.
    #[arg(long, value_name = "DIR")]
    pub(crate) scratch: Option<PathBuf>,
    /// Of a stream: browse at random for so long, and say whether memory, handles and the device's memory stay the same.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) soak: Option<f64>,
    /// Of a stream: windows of so many seconds, each opened in a process of its own, without a sidecar; 1 without it.
    #[arg(long, value_name = "SECONDS", value_delimiter = ',')]
    pub(crate) windows: Vec<f64>,
    /// A window of so many seconds in a process of its own, for the stream; 0 for the whole recording.
    #[arg(long, hide = true)]
    pub(crate) probe: Option<f64>,
    /// That process's sidecar.
    #[arg(long, hide = true)]
    pub(crate) sidecar: Option<PathBuf>,
}

/// What `bench` draws.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Workload {
    /// Lanes of traces.
    Traces,
    /// A file that is larger than the memory it may take: building its sidecar, opening, browsing.
    Stream,
}

/// The type of `bench`'s samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchDtype {
    /// 16-bit signed integers.
    I16,
    /// 32-bit floats.
    F32,
}

/// A number of bytes, given as such or in K, M, G or T of 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) u64);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = text
            .trim()
            .trim_end_matches(['B', 'b'])
            .trim_end_matches(['i', 'I']);
        let (number, shift) = match plain.char_indices().last() {
            Some((at, 'k' | 'K')) => (&plain[..at], 10),
            Some((at, 'm' | 'M')) => (&plain[..at], 20),
            Some((at, 'g' | 'G')) => (&plain[..at], 30),
            Some((at, 't' | 'T')) => (&plain[..at], 40),
            _ => (plain, 0),
        };
        let bytes = number.trim().parse::<f64>().map(|n| n * f64::powi(2.0, shift));
        match bytes {
            Ok(bytes) if (1.0..=1e18).contains(&bytes) => Ok(Self(bytes as u64)),
            _ => Err("give a size in bytes, or in K, M, G: for example 512M or 2G".into()),
        }
    }
}

/// `[width, height]` in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) [u32; 2]);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sides = text
            .split_once(['x', 'X'])
            .and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
        sides
            .filter(|sides| !sides.contains(&0))
            .map(Self)
            .ok_or_else(|| "give WIDTHxHEIGHT in pixels, for example 1920x1080".into())
    }
}

/// Channels by their numbers, from 0, in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Channels(pub(crate) Vec<usize>);

/// More channels than any device records.
const MOST_CHANNELS: usize = 1 << 20;

impl FromStr for Channels {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut numbers = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let number = |text: &str| text.trim().parse::<usize>().ok().filter(|n| *n < MOST_CHANNELS);
            let (Some(first), Some(last)) = (number(first), number(last)) else {
                return Err(format!(
                    "{part:?} is no channel or range; give numbers from 0, for example 0-31,40"
                ));
            };
            if first <= last {
                numbers.extend(first..=last);
            } else {
                numbers.extend((last..=first).rev());
            }
        }
        Ok(Self(numbers))
    }
}

/// A whole number, also in the form 1e8.
fn whole(text: &str) -> Result<u64, String> {
    let plain = text.replace('_', "");
    if let Ok(number) = plain.parse() {
        return Ok(number);
    }
    match plain.parse::<f64>() {
        Ok(number) if (0.0..=1e18).contains(&number) && number.fract() == 0.0 => Ok(number as u64),
        _ => Err("give a whole number, for example 100000000 or 1e8".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_hold_together() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_of_memory() {
        for (text, bytes) in [
            ("512M", 512 << 20),
            ("2G", 2 << 30),
            ("1.5KiB", 1536),
            ("4096", 4096),
            ("3 gb", 3 << 30),
        ] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
        for bad in ["", "M", "-1G", "1X", "nan", "1e30", "0"] {
            assert!(bad.parse::<Bytes>().is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!("640x480".parse(), Ok(Size([640, 480])));
        for bad in ["", "640", "640x", "0x480", "640x-1", "axb"] {
            assert!(bad.parse::<Size>().is_err(), "{bad}");
        }
    }

    #[test]
    fn parts() {
        assert_eq!("2/8".parse(), Ok(Part(2, 8)));
        for bad in ["", "2", "/", "3/2", "0/0", "-1/2", "1/2/3"] {
            assert!(bad.parse::<Part>().is_err(), "{bad}");
        }
    }

    #[test]
    fn lists_of_channels() {
        assert_eq!("0-2,7".parse(), Ok(Channels(vec![0, 1, 2, 7])));
        assert_eq!("3-1".parse(), Ok(Channels(vec![3, 2, 1])));
        for bad in ["", "a", "1-", "-1", "1,,2", "0-99999999999"] {
            assert!(bad.parse::<Channels>().is_err(), "{bad}");
        }
    }

    #[test]
    fn whole_numbers() {
        assert_eq!(whole("1e8"), Ok(100_000_000));
        assert_eq!(whole("12_000"), Ok(12_000));
        for bad in ["", "-1", "1.5", "1e30", "nan"] {
            assert!(whole(bad).is_err(), "{bad}");
        }
    }
}
