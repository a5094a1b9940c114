//! Arguments of `bench`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::{Size, whole};

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
    /// A figure of points in clusters, in f32, as many as `--samples` says.
    Points,
    /// A line over even x, through as many vertices as `--samples` says, and a walk in the plane of a tenth as many.
    Lines,
    /// An image of bytes, of as many pixels as `--samples` says, 1e9 without it.
    Image,
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
