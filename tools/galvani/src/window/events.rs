//! From the window system's events to actions, and what of them only the window can do.

use std::time::Instant;

use anyhow::Result;
use egui::OutputCommand;
use galvani::scene::PxRect;
use winit::event::{ElementState, KeyEvent, WindowEvent};
use winit::event_loop::ActiveEventLoop;
use winit::window::Fullscreen;

use super::action::{Action, Command, Measure};
use super::app::App;
use super::input::Around;
use super::keys::Chord;
use super::loading;
use super::measuring::is_wide;
use super::model::Request;
use crate::cli::{FileArgs, StripArgs};

impl App<'_> {
    /// Does what an event asks for; where that shows, it is timed from now on.
    pub(super) fn event(&mut self, event_loop: &ActiveEventLoop, event: &WindowEvent) -> Result<()> {
        let (at, was_dirty) = (Instant::now(), self.dirty);
        if self.latency.is_some() {
            self.dirty = false;
        }
        let done = self.handle(event_loop, event);
        if let (Some(latency), true) = (&mut self.latency, self.dirty) {
            latency.event(event, at);
        }
        self.dirty |= was_dirty && !matches!(event, WindowEvent::RedrawRequested);
        done
    }

    fn handle(&mut self, event_loop: &ActiveEventLoop, event: &WindowEvent) -> Result<()> {
        let (Some(window), Some(canvas)) = (self.window.clone(), &mut self.canvas) else {
            return Ok(());
        };
        match event {
            WindowEvent::CloseRequested | WindowEvent::Destroyed => event_loop.exit(),
            WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. } => {
                canvas.resized();
                self.dirty = true;
            }
            WindowEvent::Occluded(hidden) => {
                self.hidden = *hidden;
                self.dirty |= !hidden;
            }
            WindowEvent::RedrawRequested => return self.draw(),
            WindowEvent::DroppedFile(path) => self.dropped.push(path.clone()),
            WindowEvent::MouseInput {
                state: ElementState::Pressed,
                ..
            }
            | WindowEvent::MouseWheel { .. } => self.mean_pointed()?,
            _ => {}
        }
        if let WindowEvent::KeyboardInput {
            event: key,
            is_synthetic: false,
            ..
        } = event
            && let Some(command) = self.command(key)
        {
            return self.obey(event_loop, command);
        }
        if let WindowEvent::MouseInput {
            state: ElementState::Pressed,
            button,
            ..
        } = event
            && let Some(chord) = Chord::button(*button, self.pointer.modifiers())
            && let Some(command) = self.model.settings.keys.command(chord)
        {
            return self.obey(event_loop, command);
        }
        let around = self.around();
        let actions = self.pointer.actions(event, &around);
        // The pointer may have moved just now.
        let panels = self.around().panels && !self.pointer.holds();
        if let Some(gui) = &mut self.gui {
            self.dirty |= gui.event(&window, event, panels);
        }
        self.act(actions)?;
        self.requests(event_loop)
    }

    /// Opens what was dropped at once: the first instead of what is open, or with Shift beside it; the others beside it in any case.
    pub(super) fn take_dropped(&mut self) -> Result<()> {
        let strip = |path| StripArgs::of(FileArgs::plain(path));
        let mut dropped = std::mem::take(&mut self.dropped).into_iter();
        let first = match self.pointer.modifiers().shift_key() {
            true => None,
            false => dropped.next(),
        };
        match first {
            Some(path) => {
                self.then_beside = dropped.map(strip).collect();
                self.act(vec![Action::Open(path)])
            }
            None => self.act(
                dropped
                    .map(|path| Action::Beside(Box::new(strip(path))))
                    .collect(),
            ),
        }
    }

    /// What the pointer has to know of what it is over.
    fn around(&self) -> Around {
        let shown = self.model.strip.shown.as_ref();
        let scale_factor = self.window.as_ref().map_or(1.0, |window| window.scale_factor());
        Around {
            plot: shown.map_or(PxRect::default(), |shown| shown.plot),
            scale_factor: scale_factor * self.model.settings.scale,
            panels: match (&self.gui, self.pointer.at()) {
                (Some(gui), Some(at)) => gui.has(at),
                _ => true,
            },
            boxing: shown.is_some_and(|shown| shown.boxing),
            ruling: shown.is_some_and(|shown| shown.measuring.ruling),
            now_s: self.opened.elapsed().as_secs_f64(),
        }
    }

    /// The command of a key, unless whatever has the keyboard takes it.
    fn command(&self, key: &KeyEvent) -> Option<Command> {
        if key.state != ElementState::Pressed {
            return None;
        }
        let held = self.pointer.modifiers();
        let chord = Chord::pressed(&key.logical_key, held);
        let keys = &self.model.settings.keys;
        let command = chord.and_then(|chord| keys.command(chord).map(|command| (chord, command)));
        let (chord, command) = command?;
        if let Some(gui) = &self.gui
            && (gui.is_typing() && chord.edits() || gui.has_focus() && chord.drives())
        {
            return None;
        }
        (!key.repeat || command.entry().repeats).then_some(command)
    }

    fn obey(&mut self, event_loop: &ActiveEventLoop, command: Command) -> Result<()> {
        if let (Command::Close, Some(gui)) = (command, &self.gui)
            && (gui.close_menus() || gui.has_focus() && self.model.overlay.is_none())
        {
            gui.unfocus();
            self.dirty = true;
            return Ok(());
        }
        self.act(vec![Action::Do(command)])?;
        self.requests(event_loop)
    }

    /// Means the strip under the pointer, unless panels have that.
    fn mean_pointed(&mut self) -> Result<()> {
        let at = self.pointer.at().filter(|_| !self.around().panels);
        let index = at.and_then(|at| self.model.strip_at(at));
        match index.filter(|index| *index != self.model.strip.at()) {
            Some(index) => self.act(vec![Action::Activate(index)]),
            None => Ok(()),
        }
    }

    /// Does what only the window can do.
    pub(super) fn requests(&mut self, event_loop: &ActiveEventLoop) -> Result<()> {
        for index in 0..self.behind.len() {
            let id = self.model.strip.get(index).map_or(0, |strip| strip.id);
            for request in self.at(index, |app| app.model.take_requests()) {
                // Strips that went make way for those behind them.
                let Some(index) = self.index_of(id) else {
                    break;
                };
                match request {
                    Request::CloseStrip(id) => self.close_strip(id),
                    Request::Beside(args) => self.open_beside(*args),
                    request => self.at(index, |app| app.request(event_loop, request))?,
                }
            }
        }
        Ok(())
    }

    fn request(&mut self, event_loop: &ActiveEventLoop, request: Request) -> Result<()> {
        match request {
            Request::Quit => event_loop.exit(),
            Request::FullScreen => {
                if let Some(window) = &self.window {
                    let full = window.fullscreen().is_none();
                    window.set_fullscreen(full.then_some(Fullscreen::Borderless(None)));
                }
            }
            Request::Measure(measure) => {
                if let (Some(source), Some(shown)) = (&self.behind.source, &self.model.strip.shown) {
                    let span = match measure {
                        Measure::Grown => 0..shown.info.samples,
                        Measure::Center | Measure::Scale => shown.span(),
                    };
                    loading::measure(source.clone(), span, measure, self.tell());
                }
            }
            Request::Look(wanted) => {
                let shown = self.model.strip.shown.as_ref();
                if shown.is_some_and(|shown| is_wide(&wanted, shown.info.channels.len())) {
                    self.look_wide(wanted)?;
                } else if let Some(source) = &self.behind.source {
                    loading::look_up(source.clone(), wanted, self.tell());
                }
            }
            Request::Open(path) => loading::open(path, self.tell()),
            // All strips are in these, and who asks does them.
            Request::Beside(_) | Request::CloseStrip(_) => {}
            Request::Keep => self.keep_annotations(),
            Request::Filter => self.turn(),
            Request::Export(job) => self.export(job),
            Request::Copy(text) => {
                if let Some(gui) = &mut self.gui {
                    gui.copy(OutputCommand::CopyText(text));
                }
            }
        }
        Ok(())
    }
}
