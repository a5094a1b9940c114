//! All that can be done, listed once: what keys, menus, the palette and panels ask for.

use std::path::PathBuf;

use galvani::source::Robust;
use galvani::view::gesture::Input;

use super::channels::{ColorBy, Order};
use super::measuring::Found;
use super::notes;

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
    /// The middle of the plot goes to so many samples from the start.
    Center(f64),
    /// The plot starts at so many seconds.
    GoTo(f64),
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
    /// A recording is opened instead of this one.
    Open(PathBuf),
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
    Theme,
    Overview,
    Detail,
    Log,
    Facts,
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

/// A command, as people see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) command: Command,
    /// How the settings file calls it.
    pub(super) name: &'static str,
    /// Under which it is listed.
    pub(super) group: &'static str,
    /// What it does.
    pub(super) help: &'static str,
    /// The keys that it has unless told otherwise, the first to be told in menus.
    pub(super) keys: &'static [&'static str],
    /// Whether a key that is held does it again and again.
    pub(super) repeats: bool,
}

const fn entry(
    command: Command,
    name: &'static str,
    group: &'static str,
    help: &'static str,
    keys: &'static [&'static str],
) -> Entry {
    Entry {
        command,
        name,
        group,
        help,
        keys,
        repeats: false,
    }
}

impl Entry {
    const fn again(self) -> Self {
        Self {
            repeats: true,
            ..self
        }
    }
}

const MOVE: &str = "Moving";
const AMPLITUDE: &str = "Amplitude";
const LANES: &str = "Lanes";
const CHANNELS: &str = "Channels";
const EVENTS: &str = "Events";
const WINDOW: &str = "Window";

/// Every command, in the order in which they are listed.
pub(super) const ALL: &[Entry] = &[
    entry(
        Command::Earlier,
        "earlier",
        MOVE,
        "A tenth of the window earlier",
        &["Left", "Alt+Left"],
    )
    .again(),
    entry(
        Command::Later,
        "later",
        MOVE,
        "A tenth of the window later",
        &["Right", "Alt+Right"],
    )
    .again(),
    entry(
        Command::EarlierWindow,
        "earlier-window",
        MOVE,
        "A window earlier",
        &["Shift+Left", "PageUp"],
    )
    .again(),
    entry(
        Command::LaterWindow,
        "later-window",
        MOVE,
        "A window later",
        &["Shift+Right", "PageDown"],
    )
    .again(),
    entry(
        Command::EarlierFar,
        "earlier-far",
        MOVE,
        "A tenth of the recording earlier",
        &["Alt+Shift+Left"],
    )
    .again(),
    entry(
        Command::LaterFar,
        "later-far",
        MOVE,
        "A tenth of the recording later",
        &["Alt+Shift+Right"],
    )
    .again(),
    entry(
        Command::Start,
        "start",
        MOVE,
        "To the start",
        &["Home", "Alt+Home"],
    ),
    entry(Command::End, "end", MOVE, "To the end", &["End", "Alt+End"]),
    entry(
        Command::ZoomIn,
        "zoom-in",
        MOVE,
        "Closer",
        &["+", "=", "Alt++", "Alt+="],
    )
    .again(),
    entry(
        Command::ZoomOut,
        "zoom-out",
        MOVE,
        "Further away",
        &["-", "_", "Alt+-", "Alt+_"],
    )
    .again(),
    entry(Command::Whole, "whole", MOVE, "The whole recording", &["F"]),
    entry(
        Command::ZoomBox,
        "zoom-box",
        MOVE,
        "Zoom to a box that is drawn",
        &["Z"],
    ),
    entry(
        Command::Ruler,
        "ruler",
        MOVE,
        "Measure with a ruler, or take it away",
        &["R"],
    ),
    entry(Command::GoTo, "go-to", MOVE, "Go to a time…", &["Alt+T", "G"]),
    entry(
        Command::Back,
        "back",
        MOVE,
        "Back to the view before",
        &["Backspace", "Alt+[", "MouseBack"],
    )
    .again(),
    entry(
        Command::Forward,
        "forward",
        MOVE,
        "Forward to the view after",
        &["Shift+Backspace", "Alt+]", "MouseForward"],
    )
    .again(),
    entry(
        Command::NextEvent,
        "next-event",
        MOVE,
        "To the next event",
        &["Alt+PageDown"],
    )
    .again(),
    entry(
        Command::PreviousEvent,
        "previous-event",
        MOVE,
        "To the event before",
        &["Alt+PageUp"],
    )
    .again(),
    entry(Command::Play, "play", MOVE, "Play, or stop", &["Space"]),
    entry(
        Command::PlayBack,
        "play-backwards",
        MOVE,
        "Play backwards, or stop",
        &["Shift+Space"],
    ),
    entry(Command::Faster, "faster", MOVE, "Play twice as fast", &["."]),
    entry(Command::Slower, "slower", MOVE, "Play half as fast", &[","]),
    entry(
        Command::GainUp,
        "gain-up",
        AMPLITUDE,
        "More gain",
        &["Up", "Alt+Up"],
    )
    .again(),
    entry(
        Command::GainDown,
        "gain-down",
        AMPLITUDE,
        "Less gain",
        &["Down", "Alt+Down"],
    )
    .again(),
    entry(
        Command::GainReset,
        "gain-reset",
        AMPLITUDE,
        "All gains and offsets as at first",
        &["0"],
    ),
    entry(
        Command::Scale,
        "scale",
        AMPLITUDE,
        "Let what is in view fill the lanes",
        &["Q"],
    ),
    entry(
        Command::Center,
        "center",
        AMPLITUDE,
        "Centre lanes on the medians of the view",
        &["M"],
    ),
    entry(
        Command::Overlap,
        "overlap",
        AMPLITUDE,
        "Let lanes overlap, or cut them",
        &["O"],
    ),
    entry(
        Command::Form,
        "form",
        AMPLITUDE,
        "Lines, colours, or by the height of lanes",
        &["W"],
    ),
    entry(Command::Taller, "taller", LANES, "Taller lanes", &["Ctrl+Up"]).again(),
    entry(
        Command::Thinner,
        "thinner",
        LANES,
        "Thinner lanes",
        &["Ctrl+Down"],
    )
    .again(),
    entry(
        Command::LanesUp,
        "lanes-up",
        LANES,
        "A tenth of the lanes further up",
        &["Shift+Up"],
    )
    .again(),
    entry(
        Command::LanesDown,
        "lanes-down",
        LANES,
        "A tenth of the lanes further down",
        &["Shift+Down"],
    )
    .again(),
    entry(
        Command::LanesPageUp,
        "lanes-page-up",
        LANES,
        "To the lanes above",
        &["Ctrl+PageUp"],
    )
    .again(),
    entry(
        Command::LanesPageDown,
        "lanes-page-down",
        LANES,
        "To the lanes below",
        &["Ctrl+PageDown"],
    )
    .again(),
    entry(Command::AllLanes, "all-lanes", LANES, "All lanes", &["Ctrl+Home"]),
    entry(
        Command::Channels,
        "channels",
        CHANNELS,
        "The list of channels",
        &["C"],
    ),
    entry(Command::Probe, "probe", CHANNELS, "The map of the probe", &["P"]),
    entry(
        Command::SelectAll,
        "select-all",
        CHANNELS,
        "Select all",
        &["Ctrl+A"],
    ),
    entry(
        Command::SelectNone,
        "select-none",
        CHANNELS,
        "Select none",
        &["Ctrl+D"],
    ),
    entry(
        Command::Hide,
        "hide",
        CHANNELS,
        "Hide what is selected",
        &["Delete", "X"],
    ),
    entry(Command::ShowAll, "show-all", CHANNELS, "Show all again", &["U"]),
    entry(
        Command::Bad,
        "bad",
        CHANNELS,
        "Mark what is selected bad, or good",
        &["B"],
    ),
    entry(
        Command::OrderBy,
        "order",
        CHANNELS,
        "Order by file, name, depth",
        &["S"],
    ),
    entry(
        Command::ColorBy,
        "color",
        CHANNELS,
        "Colour by channel, group, depth",
        &["K"],
    ),
    entry(
        Command::Events,
        "events",
        EVENTS,
        "Events and annotations",
        &["E"],
    ),
    entry(
        Command::Annotate,
        "annotate",
        EVENTS,
        "Annotate what the pointer is at, or the box",
        &["A"],
    ),
    entry(
        Command::AnnotateSpan,
        "annotate-span",
        EVENTS,
        "Annotate a span that is drawn",
        &["Shift+A"],
    ),
    entry(
        Command::Undo,
        "undo",
        EVENTS,
        "Take back the last change of annotations",
        &["Ctrl+Z"],
    )
    .again(),
    entry(
        Command::Redo,
        "redo",
        EVENTS,
        "Make it again",
        &["Ctrl+Shift+Z", "Ctrl+Y"],
    )
    .again(),
    entry(Command::Theme, "theme", WINDOW, "Dark or light", &["T"]),
    entry(Command::Overview, "overview", WINDOW, "The overview bar", &["V"]),
    entry(
        Command::Detail,
        "detail",
        WINDOW,
        "What is pointed at, × 20",
        &["D"],
    ),
    entry(Command::Log, "log", WINDOW, "The log of warnings", &["L"]),
    entry(
        Command::Facts,
        "facts",
        WINDOW,
        "Frame time, memory and budgets",
        &["F2"],
    ),
    entry(
        Command::Larger,
        "larger",
        WINDOW,
        "Larger letters",
        &["Ctrl++", "Ctrl+="],
    )
    .again(),
    entry(
        Command::Smaller,
        "smaller",
        WINDOW,
        "Smaller letters",
        &["Ctrl+-", "Ctrl+_"],
    )
    .again(),
    entry(
        Command::NormalSize,
        "normal-size",
        WINDOW,
        "Letters as the display has them",
        &["Ctrl+0"],
    ),
    entry(
        Command::FullScreen,
        "full-screen",
        WINDOW,
        "The full screen, or back",
        &["F11"],
    ),
    entry(Command::Open, "open", WINDOW, "Open a recording…", &["Ctrl+O"]),
    entry(
        Command::Palette,
        "palette",
        WINDOW,
        "Every command, by its name",
        &["Ctrl+P", "Ctrl+Shift+P"],
    ),
    entry(Command::Help, "help", WINDOW, "All keys", &["H", "F1", "?"]),
    entry(
        Command::Close,
        "close",
        WINDOW,
        "Close what is on top, then the window",
        &["Esc"],
    ),
    entry(Command::Quit, "quit", WINDOW, "Close the window", &["Ctrl+Q"]),
];

impl Command {
    /// How people see it.
    pub(super) fn entry(self) -> &'static Entry {
        ALL.iter()
            .find(|entry| entry.command == self)
            .expect("every command is listed")
    }

    /// The command that the settings file calls so.
    pub(super) fn named(name: &str) -> Option<Self> {
        ALL.iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.command)
    }
}
