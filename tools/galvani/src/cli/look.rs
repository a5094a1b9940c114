//! How a recording is shown: the same in a window and in a picture.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use galvani::scene::Form;
use galvani::source;

use super::values::{Channels, NamedColor, PerChannel};

/// What of a recording is shown, and how.
#[derive(Debug, Clone, PartialEq, Default, Args)]
#[command(next_help_heading = "Look")]
pub(crate) struct LookArgs {
    /// Which of the channels to show come first: those of the file or of the list, those highest on their shank, or by name;
    /// without it as in the file.
    #[arg(long, value_enum)]
    pub(crate) sort: Option<Sort>,
    /// Channels that are not shown, from 0.
    #[arg(long, value_name = "LIST")]
    pub(crate) hide: Option<Channels>,
    /// What the colours of traces tell; without it the channel.
    #[arg(long, value_enum)]
    pub(crate) color_by: Option<ColorBy>,
    /// Multiplies the amplitude of all traces.
    #[arg(long, value_name = "GAIN", value_parser = gain)]
    pub(crate) trace_gain: Option<f64>,
    /// Multiplies that of some once more, for example 0-3:2,7:0.5; below 0 turns them upside down.
    #[arg(long, value_name = "LIST:GAIN", allow_hyphen_values = true)]
    pub(crate) channel_gain: Option<PerChannel>,
    /// The physical value in the middle of channels' lanes, for example 0-31:0,40:-12.5; without it their median.
    #[arg(long, value_name = "LIST:VALUE", allow_hyphen_values = true)]
    pub(crate) channel_offset: Option<PerChannel>,
    /// Put the medians of the view in the middle of the lanes.
    #[arg(long, conflicts_with = "channel_offset")]
    pub(crate) center: bool,
    /// The same, and let what is in view fill the lanes.
    #[arg(long, conflicts_with_all = ["channel_gain", "channel_offset"])]
    pub(crate) fill: bool,
    /// Cut traces at the edges of their lanes, rather than let them overlap.
    #[arg(long)]
    pub(crate) cut: bool,
    /// How lanes are drawn; without it by their height.
    #[arg(long, value_enum)]
    pub(crate) lanes: Option<Lanes>,
    /// Dark on white, for paper.
    #[arg(long)]
    pub(crate) light: bool,
    /// Events to show: those found with the recording (auto), those of another file or folder, or none.
    ///
    /// A window shows those of the recording unless told otherwise, a picture none. Spikes whose channels are known colour their
    /// traces; others are ticks on a row, as words of digital lines are. Annotations are lines, epochs bands, digital lines rows of
    /// levels.
    #[arg(long, value_name = "PATH|auto|none")]
    pub(crate) events: Option<EventsFrom>,
    /// Layers of events that are not shown, by their names.
    #[arg(long, value_name = "NAME")]
    pub(crate) hide_events: Vec<String>,
    /// The colour of a layer of events, by its name, for example spikes=#ff8800; without it those of the theme.
    #[arg(long, value_name = "NAME=#RRGGBB")]
    pub(crate) event_color: Vec<NamedColor>,
}

/// A factor other than 0.
fn gain(text: &str) -> Result<f64, String> {
    let gain = text.parse::<f64>().ok();
    gain.filter(|gain| gain.is_finite() && *gain > 0.0)
        .ok_or_else(|| "give a number above 0, for example 1.5".into())
}

/// See [`galvani::source::Order`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Sort {
    /// As in the file, or in the list of channels.
    #[default]
    File,
    /// Shank after shank, from the top down.
    Depth,
    /// CH2 before CH10.
    Name,
}

impl Sort {
    pub(crate) const ALL: [Self; 3] = [Self::File, Self::Name, Self::Depth];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Name => "name",
            Self::Depth => "depth",
        }
    }
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

/// See [`LookArgs::color_by`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ColorBy {
    /// Neighbours differ.
    #[default]
    Channel,
    /// Each shank, tetrode or headstage has its own.
    Group,
    /// From the tip to the shallowest, on a scale.
    Depth,
}

impl ColorBy {
    pub(crate) const ALL: [Self; 3] = [Self::Channel, Self::Group, Self::Depth];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Group => "group",
            Self::Depth => "depth",
        }
    }
}

/// See [`galvani::scene::Form`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Lanes {
    /// Lines where lanes are high enough, colours where they are thin.
    #[default]
    Auto,
    /// Lines, however thin lanes are.
    Lines,
    /// Colours: how far each column reaches from its lowest to its highest value.
    Heatmap,
}

impl Lanes {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Lines, Self::Heatmap];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Lines => "lines",
            Self::Heatmap => "heatmap",
        }
    }
}

impl From<Form> for Lanes {
    fn from(form: Form) -> Self {
        match form {
            Form::Auto => Self::Auto,
            Form::Lines => Self::Lines,
            Form::Heatmap => Self::Heatmap,
        }
    }
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

/// Where events come from.
#[derive(Debug, Clone, PartialEq, Eq)]
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
