//! What is opened, and how it is read where it does not say so itself.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use galvani::source::{Layout, StoredType};

use super::words::{Words, absolute};

/// A file, and what a raw one does not say of itself.
#[derive(Debug, Clone, PartialEq, Args)]
pub(crate) struct FileArgs {
    /// A recording's file or folder, or with --raw-channels any file of plain values.
    ///
    /// SpikeGLX, Open Ephys, Intan, Blackrock, Axon, Neuroscope, phy, mtscomp, EDF, BDF, WFDB, WAV, NWB, Zarr, NPY and CSV are known by
    /// themselves.
    pub(crate) file: PathBuf,
    /// More files: those of the first one's shape are one recording with it, in this order; `open` and `render` show others below it.
    ///
    /// SpikeGLX files of one run lie where their .meta says, with gaps between them; others one right after another.
    #[arg(value_name = "MORE")]
    pub(crate) more: Vec<PathBuf>,
    /// Which of several streams, by its name or the end of it; `galvani info` lists them. `open` and `render` show several above one another.
    #[arg(long = "stream", value_name = "NAME", conflicts_with = "more")]
    pub(crate) streams: Vec<String>,
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
    /// Samples a second of each channel, of raw files and of those that do not say it: NPY, Zarr, MAT, tables without time.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
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

impl FileArgs {
    /// A file or folder that says itself what it is.
    pub(crate) fn plain(file: PathBuf) -> Self {
        Self {
            file,
            more: Vec::new(),
            streams: Vec::new(),
            probe: None,
            digital: false,
            raw_channels: None,
            rate: None,
            dtype: StoredType::I16_LE,
            order: Order::Interleaved,
            offset: 0,
            gain: 1.0,
            value_offset: 0.0,
            unit: String::new(),
            truncated: false,
        }
    }

    /// The same with this stream of it.
    pub(crate) fn with_stream(&self, name: &str) -> Self {
        Self {
            streams: vec![name.to_owned()],
            ..self.clone()
        }
    }

    /// The stream that is asked for; the first of several.
    pub(crate) fn stream(&self) -> Option<&str> {
        self.streams.first().map(String::as_str)
    }

    /// The arguments that say the same, paths from the root on.
    pub(crate) fn words(&self) -> Vec<String> {
        let files = std::iter::once(&self.file).chain(&self.more);
        let mut words = Words::new(files.map(|path| absolute(path)));
        for name in &self.streams {
            words.value("stream", Some(name));
        }
        words.value("probe", self.probe.as_deref().map(absolute));
        words.value("raw-channels", self.raw_channels);
        words.value("rate", self.rate);
        if self.raw_channels.is_some() {
            words.value("dtype", Some(self.dtype));
            words.value("order", (self.order == Order::Planar).then_some("planar"));
            words.value("offset", Some(self.offset).filter(|offset| *offset > 0));
            words.value("gain", Some(self.gain).filter(|gain| *gain != 1.0));
            let value_offset = Some(self.value_offset).filter(|offset| *offset != 0.0);
            words.value("value-offset", value_offset);
            words.value("unit", Some(&self.unit).filter(|unit| !unit.is_empty()));
        }
        words.flag("digital", self.digital);
        words.flag("truncated", self.truncated);
        words.all()
    }
}
