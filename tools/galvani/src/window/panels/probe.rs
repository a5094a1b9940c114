//! The probe: electrodes where they are, to select channels by.

use egui::{Rect, RichText, Sense, Stroke, Ui, Window, pos2, vec2};

use crate::window::action::{Action, Change, Command};
use crate::window::model::{Model, Shown};
use crate::window::theme;

pub(super) fn show(ui: &mut Ui, model: &Model, plot: Rect, actions: &mut Vec<Action>) {
    let Some(shown) = model.strip.shown.as_ref().filter(|_| model.panels.probe) else {
        return;
    };
    let mut open = true;
    Window::new("Probe")
        .open(&mut open)
        .default_pos(plot.right_top() + vec2(-250.0, 14.0))
        .default_size(vec2(220.0, 420.0))
        .resizable(true)
        .show(ui.ctx(), |ui| {
            let places = places(shown);
            if places.is_empty() {
                ui.label(RichText::new("The file does not say where electrodes are.").weak());
                return;
            }
            ui.label(RichText::new("Click, Ctrl+click or drag over electrodes to select them.").weak());
            map(ui, model, shown, &places, actions);
        });
    if !open {
        actions.push(Action::Do(Command::Probe));
    }
}

/// Channels and where they are, in µm; shanks beside one another.
fn places(shown: &Shown) -> Vec<(usize, [f32; 2])> {
    let channels = shown.info.channels.iter().enumerate();
    channels
        .filter_map(|(index, channel)| Some((index, channel.position_um?)))
        .collect()
}

fn map(ui: &mut Ui, model: &Model, shown: &Shown, places: &[(usize, [f32; 2])], actions: &mut Vec<Action>) {
    let (rect, response) = ui.allocate_exact_size(
        ui.available_size().max(vec2(80.0, 120.0)),
        Sense::click_and_drag(),
    );
    let inner = rect.shrink(12.0);
    let range = |axis: usize| {
        let values = places.iter().map(|(_, at)| at[axis]);
        values.fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), v| {
            (a.min(v), b.max(v))
        })
    };
    let ((x0, x1), (y0, y1)) = (range(0), range(1));
    let share = |v: f32, a: f32, b: f32| if b > a { (v - a) / (b - a) } else { 0.5 };
    let at = |[x, y]: [f32; 2]| {
        pos2(
            inner.left() + share(x, x0, x1) * inner.width(),
            inner.bottom() - share(y, y0, y1) * inner.height(),
        )
    };
    let size = (inner.height() / (places.len() as f32).max(1.0) * 1.6).clamp(2.5, 7.0);
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 4.0, ui.visuals().extreme_bg_color);
    let style = model.style();
    for &(channel, place) in places {
        let state = &shown.channels.all[channel];
        let color = theme::color(shown.channels.color(channel, &shown.info, &style));
        let dim = if state.hidden { 0.3 } else { 1.0 };
        let pad = Rect::from_center_size(at(place), vec2(size * 2.0, size * 1.6));
        painter.rect_filled(pad, 1.5, color.gamma_multiply(dim));
        if state.selected {
            let line = Stroke::new(1.5, ui.visuals().text_color());
            painter.rect_stroke(pad.expand(1.5), 2.0, line, egui::StrokeKind::Outside);
        }
    }
    let nearest = |point: egui::Pos2| {
        let distance = |place: &[f32; 2]| at(*place).distance(point);
        let near = places
            .iter()
            .min_by(|a, b| distance(&a.1).total_cmp(&distance(&b.1)))?;
        (distance(&near.1) < 3.0 * size.max(4.0)).then_some(near.0)
    };
    let held = ui.input(|input| input.modifiers);
    if let Some(point) = response.interact_pointer_pos()
        && let Some(channel) = nearest(point)
    {
        let selected = shown.channels.all[channel].selected;
        if response.clicked() {
            let change = if held.command {
                Change::Toggle
            } else {
                Change::Select
            };
            actions.push(Action::Channel(channel, change));
        } else if response.drag_started() && !held.command {
            actions.push(Action::Channel(channel, Change::Select));
        } else if response.dragged() && !selected {
            actions.push(Action::Channel(channel, Change::Toggle));
        }
    }
    if let Some(channel) = response.hover_pos().and_then(nearest) {
        let known = &shown.info.channels[channel];
        let [x, y] = known.position_um.unwrap_or_default();
        response.on_hover_text(format!("{}: {x} µm across, {y} µm up", known.name));
    }
}
