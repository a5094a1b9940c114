//! All that can be done, listed once: what keys, menus, the palette and panels ask for.

use std::path::PathBuf;

use galvani::source::Robust;
use galvani::view::gesture::Input;

use super::channels::{ColorBy, Order};
pub(super) use super::entries::{ALL, Entry};
use super::exporting;
use super::filtering::Form;
use super::measuring::Found;
use super::notes;
use super::statistics;
use crate::cli::StripArgs;

/// Something to do. Whoever wants anything changed makes one of these; [`Model::act`](super::model::Model::act) does it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// What has a name and keys.
    Do(Command),
    /// What the pointer does to the plot.
    Gesture(Input),
    /// The pointer let go of the plot while it moved at so many pixels a second.
    Fling(f64),
    /// One corner of a zoom box is held, the other at these pixels of the plot; both count from its left edge.
    Box([f64; 2]),
    /// The zoom box is let go of: what is in it fills the plot.
    Unbox,
    /// The pointer is at this pixel of the window, or outside it.
    Point(Option<[f64; 2]>),
    /// What was looked up for the pointer; `None` where it could not be read.
    Found(Option<Found>),
    /// The ruler lies between these pixels of the window.
    Rule { from: [f64; 2], to: [f64; 2] },
    /// Lanes become taller by so many notches, around this share of the plot from its top.
    ZoomLanes { notches: f64, at: f64 },
    /// So many notches to lanes further up.
    ScrollLanes(f64),
    /// The middle of the plot goes to so many seconds of the axis.
    Center(f64),
    /// The plot starts at so many seconds of the axis.
    GoTo(f64),
    /// Another strip is meant from now on.
    Activate(usize),
    /// A strip goes.
    CloseStrip(usize),
    /// The border below a strip moves by a share of the height of all, downwards above 0.
    Share(usize, f64),
    /// What is typed into the overlay.
    Type(String),
    /// Another entry of the overlay's list: so many further down.
    Choose(isize),
    /// The overlay's entry is taken.
    Take,
    /// Something about one channel.
    Channel(usize, Change),
    /// Everything from the channel that was clicked last to this one is selected as well.
    SelectTo(usize),
    /// How channels follow one another.
    Order(Order),
    /// What channels' colours tell.
    ColorBy(ColorBy),
    /// The gain of all.
    Gain(f64),
    /// The middle and the range of channels in a span, as they were asked for; one for each channel of the recording.
    Measured(Measure, Vec<Robust>),
    /// Something about events and annotations.
    Events(notes::Act),
    /// An export is being asked for.
    Export(exporting::Form),
    /// What was counted of the view.
    Statistics(statistics::Found),
    /// A filter is being typed.
    Filter(Form),
    /// The filter that is on is to be seen.
    Refilter,
    /// A recording is opened instead of all.
    Open(PathBuf),
    /// A recording is opened beside those that there are.
    Beside(Box<StripArgs>),
}

/// What happens to one channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Change {
    /// Shown or not.
    Hidden(bool),
    /// Bad or not.
    Bad(bool),
    /// It alone is selected.
    Select,
    /// It is selected as well, or no longer.
    Toggle,
    /// Its own gain.
    Gain(f32),
}

/// What of a view is measured, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// The medians go to the middle of the lanes.
    Center,
    /// The usual range fills the lanes.
    Scale,
    /// So does that of all that there is by now of a recording that grows, unless somebody has set the lanes otherwise.
    Grown,
}

/// What has a name, a line of help, and keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Command {
    Earlier,
    Later,
    EarlierWindow,
    LaterWindow,
    EarlierFar,
    LaterFar,
    Start,
    End,
    ZoomIn,
    ZoomOut,
    Whole,
    ZoomBox,
    Ruler,
    GoTo,
    Back,
    Forward,
    NextEvent,
    PreviousEvent,
    Play,
    PlayBack,
    Faster,
    Slower,
    GainUp,
    GainDown,
    GainReset,
    Scale,
    Center,
    Overlap,
    Form,
    Taller,
    Thinner,
    LanesUp,
    LanesDown,
    LanesPageUp,
    LanesPageDown,
    AllLanes,
    Channels,
    Probe,
    SelectAll,
    SelectNone,
    Hide,
    ShowAll,
    Bad,
    OrderBy,
    ColorBy,
    Events,
    Annotate,
    AnnotateSpan,
    Undo,
    Redo,
    Filter,
    FilterSettings,
    Export,
    CopyPicture,
    CopyValues,
    CopyWords,
    OpenBeside,
    NextStrip,
    CloseStrip,
    Shift,
    Theme,
    Overview,
    Detail,
    Log,
    Facts,
    Statistics,
    Crosshair,
    Larger,
    Smaller,
    NormalSize,
    FullScreen,
    Open,
    Palette,
    Help,
    Close,
    Quit,
}
