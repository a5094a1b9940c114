//! `galvani open`: a recording in a window.
//!
//! ```text
//! window ─► instance, device, swapchain ─► a dark frame at once
//!              ├─ thread: renderer, warmed up ──┐
//!              ├─ thread: recording, streamed ──┴─► frames of what is there ◄─ news of what has been read
//!              └─ thread: looks whether the file is still the same ──────────► news of what became of it
//!
//! event ─► chord or gesture ─► Action ─► Model::act ─► Model ─► panels (egui) ─► Actions, and a rectangle for the plot
//!                                                        └────► galvani draws into it; the panels are drawn over
//! ```
//!
//! [`model`] is all that is shown, as plain data. [`action`] lists all that can be done, and [`act`] does it: nothing else
//! changes the model. What only the window can do, or what takes long, the model asks for as a [`model::Request`]; what comes of
//! it returns as [`news::News`], and as an action. A frame is drawn only where something is new: `dirty` says so.
//!
//! **A panel** is a file in [`panels`] with `fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>)`, called from
//! [`panels::show`] in the order from the outside in, and a `bool` in [`model::Panels`] that says whether it is there. It
//! changes nothing itself: it pushes actions. What it shows is in the model, never in statics; what is typed into it is given back
//! by an action on each change.
//!
//! **A command** is a variant of [`action::Command`], one line in [`entries::ALL`] (its name in the settings file, its group, help and
//! keys, from which the help, the palette and tool tips are made), and an arm in [`act`]. What needs a value beside its name is a variant
//! of [`action::Action`]. Menus list commands in `panels/bar.rs`.
//!
//! **Annotations** are in [`annotations`] as plain data, [`keeper`] writes them on a thread at each change, [`layers`] has them with the
//! events of files, and [`notes`] is what actions do to all of these.
//!
//! **Filters** are switched by [`filtering`]; [`turning`] has the recording twice then, as it is and filtered, and shows the one of which the
//! view is there.
//!
//! **A device that is lost** is left, with all that was on it, by [`recovering`]: the model is plain data and stays as it is, and what it shows is
//! brought to a new device.
//!
//! **Several recordings** stand above one another as [`strips`]: `model.strip` and `behind` ([`behind`]) are lists that stand for the one that
//! is meant, so that all that is done to a recording is written as if it were the only one. [`linked`] keeps their views on one axis.
//!
//! **What is taken away** is a [`RenderArgs`](crate::cli::RenderArgs) made by [`taking`]: the command that is copied is those arguments in
//! words, and [`exporting`] hands them to `render` on a thread. Both make their scene by [`look`], as the window does.
//!
//! **Tests** drive the window with real events and read the frames' log ([`log`]), which tells of each frame what it shows.

mod act;
mod action;
mod annotating;
mod annotations;
mod app;
mod behind;
mod canvas;
mod channels;
mod counting;
mod detail;
mod entries;
mod events;
mod exporting;
mod filtering;
mod frame;
mod gui;
mod input;
mod keeper;
mod keys;
mod lanes;
mod latency;
mod layers;
mod linked;
mod loading;
mod log;
mod look;
mod measuring;
mod model;
mod motion;
mod news;
mod notes;
mod overlays;
mod overview;
mod painter;
mod palette;
mod panels;
mod recovering;
mod remembered;
mod settings;
mod statistics;
mod still;
mod strips;
mod taking;
mod telling;
mod theme;
mod time;
mod turning;
mod watching;

use anyhow::{Context, Result};
use galvani::signal;
use galvani::source::Source;
use galvani::store::Sidecars;
use winit::event_loop::EventLoop;

use crate::answer::{Answer, warn};
use crate::cli::{Channels, FileArgs, Global, LookArgs, OpenArgs, StripArgs, WindowArgs};
use crate::engine::Watch;
use crate::input as files;
pub(crate) use annotations::{Annotation, read as read_annotations};
use app::App;
pub(crate) use keeper::beside as annotations_beside;
pub(crate) use look::Look;
use news::Told;
pub(crate) use time::date_s;

/// What a window is opened with.
pub(crate) struct Opening {
    /// As it is in its file.
    pub(crate) source: Box<dyn Source>,
    /// How people call it.
    pub(crate) name: String,
    /// Where it is; `None` where it is in no file.
    pub(crate) file: Option<FileArgs>,
    /// What is done to it before it is shown.
    pub(crate) signal: signal::Settings,
    pub(crate) reading: Reading,
    /// What of it is shown, and how.
    pub(crate) asked: Asked,
    /// Seconds of the first recording's at which it starts; `None` for as the clocks say.
    pub(crate) shift: Option<f64>,
    /// Its height among others.
    pub(crate) share: Option<f64>,
}

impl Opening {
    /// As it comes.
    pub(crate) fn plain(
        source: Box<dyn Source>,
        name: String,
        file: Option<FileArgs>,
        reading: Reading,
    ) -> Self {
        Self {
            source,
            name,
            file,
            signal: signal::Settings::default(),
            reading,
            asked: Asked::default(),
            shift: None,
            share: None,
        }
    }

    /// As arguments ask for it.
    fn of(args: StripArgs, source: Box<dyn Source>, reading: Reading) -> Self {
        let path = args.file.file.as_path();
        let name = path.file_name().unwrap_or(path.as_os_str());
        Self {
            signal: args.signal.settings(),
            asked: Asked {
                channels: args.channels,
                look: args.look,
                start: None,
                duration: None,
            },
            shift: args.shift,
            share: args.share,
            ..Self::plain(
                source,
                name.to_string_lossy().into_owned(),
                Some(args.file.clone()),
                reading,
            )
        }
    }
}

/// What of a recording is shown, and how, as far as it is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    channels: Option<Channels>,
    look: LookArgs,
    start: Option<f64>,
    duration: Option<f64>,
}

impl From<&WindowArgs> for Asked {
    fn from(args: &WindowArgs) -> Self {
        Self {
            channels: args.channels.clone(),
            look: args.look.clone(),
            start: args.start,
            duration: args.duration,
        }
    }
}

/// What is read besides the samples that are there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) sidecar: Sidecars,
    /// Whether the file is still being written, and shown as it grows.
    pub(crate) follow: bool,
}

/// Whether the environment names a display.
pub(crate) fn has_display() -> bool {
    let unix = cfg!(unix) && !cfg!(target_os = "macos");
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !unix
        || ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
            .into_iter()
            .any(named)
}

pub(crate) fn open(args: &OpenArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    // Of a file that grows a sidecar would be out of date as soon as it is written.
    let sidecar = if args.no_sidecar || args.follow {
        Sidecars::Ignore
    } else {
        Sidecars::Build
    };
    let reading = Reading {
        sidecar,
        follow: args.follow,
    };
    let first = StripArgs {
        signal: args.signal.clone(),
        ..StripArgs::of(args.file.clone())
    };
    let mut openings = Vec::new();
    for strip in files::strips(first, &args.beside)? {
        let source = files::open(&strip.file)?;
        let mut opening = Opening::of(strip, source, reading);
        if openings.is_empty() {
            opening.asked = Asked::from(&args.window);
        }
        openings.push(opening);
    }
    show(openings, &args.window, global, watch)
}

/// Shows recordings above one another until its window is closed.
pub(crate) fn show(
    openings: Vec<Opening>,
    args: &WindowArgs,
    global: &Global,
    watch: &Watch,
) -> Result<Answer> {
    let advice = "cannot open a window; without a display, `galvani render` draws to a PNG";
    anyhow::ensure!(has_display(), "{advice}");
    for opening in &openings {
        warn(&opening.source.info().warnings);
    }
    let events = EventLoop::<Told>::with_user_event().build().context(advice)?;
    let mut app = App::new(openings, args, global, watch, events.create_proxy())?;
    events.run_app(&mut app).context("the window failed")?;
    app.end()
}
