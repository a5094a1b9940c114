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
    let sidecar = if args.no_sidecar {
        Sidecars::Ignore
    } else {
        Sidecars::Build
    };
    show(
        source,
        &name.to_string_lossy(),
        &args.window,
        sidecar,
        global,
        watch,
    )
}

/// Shows a recording until its window is closed.
pub(crate) fn show(
    source: Box<dyn Source>,
    name: &str,
    args: &WindowArgs,
    sidecar: Sidecars,
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
        name,
        (args, sidecar),
        global,
        watch,
        events.create_proxy(),
    )?;
    events.run_app(&mut app).context("the window failed")?;
    app.end()
}
