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
//! **A command** is a variant of [`action::Command`], one line in [`action::ALL`] (its name in the settings file, its group, help and
//! keys, from which the help, the palette and tool tips are made), and an arm in [`act`]. What needs a value beside its name is a variant
//! of [`action::Action`]. Menus list commands in `panels/bar.rs`.
//!
//! **Annotations** are in [`annotations`] as plain data, [`keeper`] writes them on a thread at each change, [`layers`] has them with the
//! events of files, and [`notes`] is what actions do to all of these.
//!
//! **Tests** drive the window with real events and read the frames' log ([`log`]), which tells of each frame what it shows.

mod act;
mod action;
mod annotating;
mod annotations;
mod app;
mod canvas;
mod channels;
mod detail;
mod events;
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
mod measuring;
mod model;
mod motion;
mod notes;
mod overview;
mod painter;
mod palette;
mod panels;
mod remembered;
mod settings;
mod strip;
mod theme;
mod time;
mod watching;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use galvani::source::Source;
use galvani::store::Sidecars;
use winit::event_loop::EventLoop;

use crate::answer::{Answer, warn};
use crate::cli::{Global, OpenArgs, WindowArgs};
use crate::engine::Watch;
use crate::input as files;
use app::App;
use loading::News;

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
    let source = args.signal.apply(files::open(&args.file)?)?;
    let path = args.file.file.as_path();
    let name = path.file_name().unwrap_or(path.as_os_str());
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
    show(
        source,
        (&name.to_string_lossy(), path),
        &args.window,
        reading,
        global,
        watch,
    )
}

/// Shows a recording until its window is closed; `path` is where it is, and empty where it is in no file.
pub(crate) fn show(
    source: Box<dyn Source>,
    (name, path): (&str, &Path),
    args: &WindowArgs,
    reading: Reading,
    global: &Global,
    watch: &Watch,
) -> Result<Answer> {
    let advice = "cannot open a window; without a display, `galvani render` draws to a PNG";
    anyhow::ensure!(has_display(), "{advice}");
    warn(&source.info().warnings);
    let args = &WindowArgs {
        channels: files::sorted(args.channels.as_ref(), args.sort, source.info()),
        ..args.clone()
    };
    let events = EventLoop::<News>::with_user_event().build().context(advice)?;
    let mut app = App::new(
        source,
        (name, PathBuf::from(path)),
        (args, reading),
        global,
        watch,
        events.create_proxy(),
    )?;
    events.run_app(&mut app).context("the window failed")?;
    app.end()
}
