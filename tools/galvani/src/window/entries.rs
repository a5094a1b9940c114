//! Commands as people see them: their names, what they do, and their keys.

use super::action::Command;

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
const SIGNAL: &str = "Signal";
const TAKE: &str = "Taking away";
const STRIPS: &str = "Recordings";
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
    entry(
        Command::Filter,
        "filter",
        SIGNAL,
        "The filter, on or off",
        &["Alt+F", "Shift+F"],
    ),
    entry(
        Command::FilterSettings,
        "filter-settings",
        SIGNAL,
        "Which filter and reference…",
        &["Ctrl+F"],
    ),
    entry(
        Command::Export,
        "export",
        TAKE,
        "Export the picture, or samples…",
        &["Ctrl+E"],
    ),
    entry(
        Command::CopyPicture,
        "copy-picture",
        TAKE,
        "Copy the picture",
        &["Ctrl+Alt+C"],
    ),
    entry(
        Command::CopyValues,
        "copy-values",
        TAKE,
        "Copy what is read out, or the statistics",
        &["Ctrl+C"],
    ),
    entry(
        Command::CopyWords,
        "copy-command",
        TAKE,
        "Copy the command that renders this view",
        &["Ctrl+Shift+C"],
    ),
    entry(
        Command::OpenBeside,
        "open-beside",
        STRIPS,
        "Open another recording beside this one…",
        &["Ctrl+Shift+O"],
    ),
    entry(
        Command::NextStrip,
        "next-strip",
        STRIPS,
        "Commands go to the next recording",
        &["N"],
    ),
    entry(
        Command::CloseStrip,
        "close-strip",
        STRIPS,
        "Close the recording that commands go to",
        &["Ctrl+W"],
    ),
    entry(
        Command::Shift,
        "shift",
        STRIPS,
        "Start it earlier or later…",
        &["Ctrl+T"],
    ),
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
        Command::Statistics,
        "statistics",
        WINDOW,
        "Range, mean and deviation of what is in view",
        &["I"],
    ),
    entry(
        Command::Crosshair,
        "crosshair",
        WINDOW,
        "Lines through the pointer",
        &["Y"],
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
