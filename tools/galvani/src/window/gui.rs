//! Panels over the picture: egui's input, its passes over what is shown, and what they leave of the window to the plot.

use std::time::Duration;

use anyhow::Result;
use egui::epaint::ClippedPrimitive;
use egui::epaint::textures::TexturesDelta;
use egui::{Context, FontData, FontDefinitions, FontFamily, OutputCommand, ViewportId};
use egui_winit::State;
use galvani::gpu::{Commands, Device, ImageRef};
use galvani::scene::{PxRect, text};
use winit::event::WindowEvent;
use winit::keyboard::{Key, NamedKey};
use winit::window::Window;

use super::action::Action;
use super::model::Model;
use super::painter::{Images, Painter};
use super::{panels, theme};

/// Fonts' names in egui.
const OURS: &str = "Inter";

/// egui, and what draws it.
pub(super) struct Gui {
    // Drops before the device does.
    painter: Option<Painter>,
    /// Textures for the next painter, which egui does not hand out again.
    images: Images,
    state: State,
    /// Textures of passes that were never drawn.
    pending: TexturesDelta,
    /// What panels leave to the plot, in points.
    plot: egui::Rect,
    /// What on the plot takes the pointer.
    flags: Vec<egui::Rect>,
    /// Whether the pointer was over a panel.
    was_over: bool,
    /// The keys that are held beside others, where egui has not been told yet.
    modifiers: Option<WindowEvent>,
    /// What goes to the clipboard.
    copied: Vec<OutputCommand>,
    /// What the panels look like now.
    look: Option<theme::Look>,
}

/// Panels of one frame, ready to be drawn.
pub(super) struct Panels {
    triangles: Vec<ClippedPrimitive>,
    pixels_per_point: f32,
    /// The pixels that are left to the plot.
    pub(super) plot: PxRect,
    /// The pixels of the overview bar; empty where there is none.
    pub(super) overview: PxRect,
    /// Those of the detail strip; empty where there is none.
    pub(super) detail: PxRect,
    /// When the panels want to be drawn again, if nothing else happens.
    pub(super) again: Option<Duration>,
}

impl Gui {
    pub(super) fn new(window: &Window) -> Self {
        let context = Context::default();
        context.set_fonts(fonts());
        // The window's own keys change the scale, so that it is remembered.
        context.options_mut(|options| options.zoom_with_keyboard = false);
        let state = State::new(context, ViewportId::ROOT, window, None, None, Some(8192));
        Self {
            painter: None,
            images: Images::default(),
            state,
            pending: TexturesDelta::default(),
            plot: egui::Rect::NOTHING,
            flags: Vec::new(),
            was_over: false,
            modifiers: None,
            copied: Vec::new(),
            look: None,
        }
    }

    fn context(&self) -> &Context {
        self.state.egui_ctx()
    }

    /// Hands an event over, where it is any of the panels' business; whether they may look different after it.
    ///
    /// egui draws once more after whatever it is told, so it is told nothing of keys while nothing has their focus, nor of
    /// the pointer while that is over the plot.
    pub(super) fn event(&mut self, window: &Window, event: &WindowEvent, panels: bool) -> bool {
        let attentive = self.has_focus() || self.context().any_popup_open();
        let theirs = match event {
            WindowEvent::ModifiersChanged(_) => {
                self.modifiers = Some(event.clone());
                return false;
            }
            WindowEvent::KeyboardInput { event, .. } => {
                attentive || event.logical_key == Key::Named(NamedKey::Tab)
            }
            WindowEvent::CursorMoved { .. } => {
                std::mem::replace(&mut self.was_over, panels) || panels || attentive
            }
            WindowEvent::MouseInput { .. } | WindowEvent::MouseWheel { .. } => panels || attentive,
            WindowEvent::CursorEntered { .. }
            | WindowEvent::Moved(_)
            | WindowEvent::Occluded(_)
            | WindowEvent::RedrawRequested => false,
            WindowEvent::CursorLeft { .. } => std::mem::take(&mut self.was_over),
            _ => true,
        };
        if !theirs {
            return false;
        }
        if let Some(modifiers) = self.modifiers.take() {
            let _ = self.state.on_window_event(window, &modifiers);
        }
        self.state.on_window_event(window, event).repaint
    }

    /// Whether a place in the window, in pixels, is the panels': they are there, or are being dragged.
    pub(super) fn has(&self, [x, y]: [f64; 2]) -> bool {
        let scale = self.context().pixels_per_point();
        let at = egui::pos2(x as f32 / scale, y as f32 / scale);
        let over = self.context().layer_id_at(at);
        let above = over.is_some_and(|layer| layer.order != egui::Order::Background);
        let flag = self.flags.iter().any(|flag| flag.contains(at));
        above || flag || !self.plot.contains(at) || self.context().egui_is_using_pointer()
    }

    /// Whether something is being typed into.
    pub(super) fn is_typing(&self) -> bool {
        self.context().text_edit_focused()
    }

    /// Whether a widget has the keyboard's focus.
    pub(super) fn has_focus(&self) -> bool {
        self.context().egui_wants_keyboard_input()
    }

    /// Puts something on the clipboard, with the next frame.
    pub(super) fn copy(&mut self, what: OutputCommand) {
        self.copied.push(what);
    }

    /// Lets go of whatever has the keyboard.
    pub(super) fn unfocus(&self) {
        self.context().memory_mut(|memory| {
            if let Some(id) = memory.focused() {
                memory.surrender_focus(id);
            }
        });
    }

    /// Closes menus that are open; whether there were any.
    pub(super) fn close_menus(&self) -> bool {
        let open = self.context().any_popup_open();
        if open {
            egui::Popup::close_all(self.context());
        }
        open
    }

    /// Shows the panels; what they ask for is added to `actions`.
    pub(super) fn run(&mut self, window: &Window, model: &Model, actions: &mut Vec<Action>) -> Panels {
        let look = theme::Look::of(model);
        if self.look.as_ref() != Some(&look) {
            look.apply(self.context());
            self.look = Some(look);
        }
        let input = self.state.take_egui_input(window);
        let nothing = egui::Rect::NOTHING;
        let (mut left, mut bar, mut strip, mut flags) = (nothing, nothing, nothing, Vec::new());
        let output = self.context().clone().run_ui(input, |ui| {
            let places = panels::show(ui, model, actions);
            (left, bar, strip, flags) = (places.plot, places.overview, places.detail, places.flags);
        });
        (self.plot, self.flags) = (left, flags);
        let scale = output.pixels_per_point;
        let mut platform = output.platform_output;
        platform.commands.append(&mut self.copied);
        self.state.handle_platform_output(window, platform);
        self.pending.append(output.textures_delta);
        let again = output.viewport_output.get(&ViewportId::ROOT);
        let size: [u32; 2] = window.inner_size().into();
        Panels {
            triangles: self.context().tessellate(output.shapes, scale),
            pixels_per_point: scale,
            plot: within(px(left, scale), size),
            overview: px(bar, scale).cut(size),
            detail: px(strip, scale).cut(size),
            again: again
                .map(|root| root.repaint_delay)
                .filter(|delay| *delay < Duration::from_secs(3600)),
        }
    }

    /// Records the panels over a frame, in use as [`ImageUse::Color`](galvani::gpu::ImageUse::Color).
    pub(super) fn record(
        &mut self,
        commands: &mut Commands,
        device: &Device,
        target: &ImageRef,
        panels: &Panels,
    ) -> Result<()> {
        let painter = match &mut self.painter {
            Some(painter) => painter,
            none => {
                let images = std::mem::take(&mut self.images);
                none.insert(Painter::new(device, target.format, images)?)
            }
        };
        painter.take(std::mem::take(&mut self.pending))?;
        painter.record(commands, target, panels.pixels_per_point, &panels.triangles)
    }

    /// Gives back what is on the device. Drawn on another one, it looks as before.
    pub(super) fn leave(&mut self) {
        if let Some(painter) = self.painter.take() {
            self.images = painter.into_images();
        }
    }
}

/// Ours first, which has the letters of axes; egui's for what it lacks.
fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let data = FontData::from_static(text::FONT);
    fonts.font_data.insert(OURS.into(), data.into());
    let proportional = fonts.families.entry(FontFamily::Proportional).or_default();
    proportional.insert(0, OURS.into());
    fonts
}

fn px(rect: egui::Rect, scale: f32) -> PxRect {
    let at = |value: f32| (value * scale).round().clamp(0.0, 65_535.0) as u32;
    let (x, y) = (at(rect.left()), at(rect.top()));
    PxRect {
        x,
        y,
        w: at(rect.right()).saturating_sub(x),
        h: at(rect.bottom()).saturating_sub(y),
    }
}

/// The plot has a pixel at least, however small the window.
fn within(rect: PxRect, [w, h]: [u32; 2]) -> PxRect {
    let (w, h) = (w.max(1), h.max(1));
    let (x, y) = (rect.x.min(w - 1), rect.y.min(h - 1));
    PxRect {
        x,
        y,
        w: rect.w.clamp(1, w - x),
        h: rect.h.clamp(1, h - y),
    }
}
