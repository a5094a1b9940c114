//! `galvani open`: a recording in a window.
//!
//! ```text
//! window ─► instance, device, swapchain ─► a dark frame at once
//!              ├─ thread: renderer, warmed up ──┐
//!              ├─ thread: recording, streamed ──┴─► frames of what is there ◄─ news of what has been read
//!              └─ thread: looks whether the file is still the same ──────────► news of what became of it
//! ```

mod app;
mod canvas;
mod input;
mod loading;
mod log;
mod watching;

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
    let source = files::open(&args.file)?;
    let name = args.file.file.file_name().unwrap_or(args.file.file.as_os_str());
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
        &name.to_string_lossy(),
        &args.window,
        reading,
        global,
        watch,
    )
}

/// Shows a recording until its window is closed.
pub(crate) fn show(
    source: Box<dyn Source>,
    name: &str,
    args: &WindowArgs,
    reading: Reading,
    global: &Global,
    watch: &Watch,
) -> Result<Answer> {
    let advice = "cannot open a window; without a display, `galvani render` draws to a PNG";
    anyhow::ensure!(has_display(), "{advice}");
    warn(&source.info().warnings);
    let events = EventLoop::<News>::with_user_event().build().context(advice)?;
    let mut app = App::new(
        source,
        name,
        (args, reading),
        global,
        watch,
        events.create_proxy(),
    )?;
    events.run_app(&mut app).context("the window failed")?;
    app.end()
}
