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
//! it returns as [`loading::News`], and as an action. A frame is drawn only where something is new: `dirty` says so.
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
//! **What is taken away** is a [`RenderArgs`](crate::cli::RenderArgs) made by [`taking`]: the command that is copied is those arguments in
//! words, and [`exporting`] hands them to `render` on a thread. Both make their scene by [`look`], as the window does.
//!
//! **Tests** drive the window with real events and read the frames' log ([`log`]), which tells of each frame what it shows.

mod act;
mod action;
mod annotating;
mod annotations;
mod app;
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
mod loading;
mod log;
mod look;
mod measuring;
mod model;
mod motion;
mod notes;
mod overlays;
mod overview;
mod painter;
mod palette;
mod panels;
mod remembered;
mod settings;
mod statistics;
mod strip;
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
use crate::cli::{FileArgs, Global, OpenArgs, WindowArgs};
use crate::engine::Watch;
use crate::input as files;
pub(crate) use annotations::{Annotation, read as read_annotations};
use app::App;
pub(crate) use keeper::beside as annotations_beside;
use loading::News;
pub(crate) use look::Look;

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
    let path = args.file.file.as_path();
    let name = path.file_name().unwrap_or(path.as_os_str());
    // Of a file that grows a sidecar would be out of date as soon as it is written.
    let sidecar = if args.no_sidecar || args.follow {
        Sidecars::Ignore
    } else {
        Sidecars::Build
    };
    let opening = Opening {
        source: files::open(&args.file)?,
        name: name.to_string_lossy().into_owned(),
        file: Some(args.file.clone()),
        signal: args.signal.settings(),
        reading: Reading {
            sidecar,
            follow: args.follow,
        },
    };
    show(opening, &args.window, global, watch)
}

/// Shows a recording until its window is closed.
pub(crate) fn show(opening: Opening, args: &WindowArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    let advice = "cannot open a window; without a display, `galvani render` draws to a PNG";
    anyhow::ensure!(has_display(), "{advice}");
    warn(&opening.source.info().warnings);
    let events = EventLoop::<News>::with_user_event().build().context(advice)?;
    let mut app = App::new(opening, args, global, watch, events.create_proxy())?;
    events.run_app(&mut app).context("the window failed")?;
    app.end()
}
