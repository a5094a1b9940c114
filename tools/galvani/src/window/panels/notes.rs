//! Annotations on the plot: a flag each, that is clicked to edit it; and where its label is typed.

use egui::{Align2, FontId, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};

use super::events::{channels, details, own_color};
use super::palette;
use crate::window::action::Action;
use crate::window::annotations::Id;
use crate::window::model::{Model, Shown};
use crate::window::notes::Act;
use crate::window::time;

/// The height of a flag, and its greatest width, in points.
const FLAG: [f32; 2] = [16.0, 180.0];

/// Flags in view at most.
const MOST: usize = 300;

/// Flags along the plot's top, and a line at the event that was jumped to; where the flags are.
pub(super) fn flags(ui: &mut Ui, shown: &Shown, actions: &mut Vec<Action>) -> Vec<Rect> {
    let (scale, plot, view) = (ui.ctx().pixels_per_point(), shown.plot, &shown.browser.view);
    let (start, across) = (view.start().as_f64(), view.samples_across(shown.browser.columns));
    let x = |sample: f64| (plot.x as f32 + ((sample - start) / view.samples_per_px()) as f32) / scale;
    let [top, bottom] = [plot.y, plot.bottom()].map(|y| y as f32 / scale);
    let (left, right) = (plot.x as f32 / scale, (plot.x + plot.w) as f32 / scale);
    let area = Rect::from_min_max(pos2(left, top), pos2(right, bottom));
    let painter = ui.painter_at(area);
    if let Some(at) = shown.layers.at.filter(|at| (start..=start + across).contains(at)) {
        let ink = ui.visuals().text_color().gamma_multiply(0.7);
        painter.extend(egui::Shape::dashed_line(
            &[pos2(x(at), top), pos2(x(at), bottom)],
            Stroke::new(1.0, ink),
            5.0,
            4.0,
        ));
    }
    let own = shown.layers.all.get(shown.layers.found);
    let mut flags = Vec::new();
    if own.is_none_or(|layer| !layer.visible) {
        return flags;
    }
    let color = own_color(shown);
    let span = |note: &crate::window::annotations::Annotation| {
        let begin = shown.info.sample_from_clock(note.time_s);
        [begin, begin + note.duration_s * shown.info.rate_hz]
    };
    let seen = shown.notes.all().iter().filter(|(_, note)| {
        let [begin, end] = span(note);
        begin <= start + across && end >= start
    });
    let seen: Vec<_> = seen.take(MOST).collect();
    for (i, (id, note)) in seen.iter().enumerate() {
        let at = x(span(note)[0]).max(left);
        // As wide as there is room before the next.
        let next = seen.get(i + 1).map_or(right, |(_, next)| x(span(next)[0]));
        let room = (next - at - 1.0).clamp(4.0, FLAG[1]);
        let font = FontId::proportional(11.0);
        let ink = ui.visuals().extreme_bg_color;
        let text = painter.layout_no_wrap(note.label.trim().to_owned(), font, ink);
        let width = (text.size().x + 8.0).clamp(8.0, FLAG[1]).min(room);
        let flag = Rect::from_min_size(pos2(at, top), vec2(width, FLAG[0]));
        flags.push(flag.intersect(area));
        let response = ui.interact(flag.intersect(area), ui.id().with(("flag", id)), Sense::click());
        painter.rect_filled(
            flag,
            2.0,
            color.gamma_multiply(if response.hovered() { 1.0 } else { 0.85 }),
        );
        let inside = painter.with_clip_rect(flag.shrink2(vec2(3.0, 0.0)).intersect(area));
        inside.galley(
            Align2::LEFT_CENTER
                .align_size_within_rect(text.size(), flag.translate(vec2(4.0, 0.0)))
                .min,
            text,
            ink,
        );
        if response.clicked() {
            actions.push(Action::Events(Act::Edit(*id)));
        }
        let lasts = match note.duration_s > 0.0 {
            true => format!(" for {}", time::length(note.duration_s)),
            false => String::new(),
        };
        let at = time::told(note.time_s, shown.window_s());
        response.on_hover_text(format!(
            "{}\nat {at}{lasts}, on {}\nClick to edit",
            note.label,
            channels(shown, note)
        ));
    }
    flags
}

/// Where an annotation's label is typed.
pub(super) fn show(ui: &mut Ui, model: &Model, (id, typed): (Id, &str), actions: &mut Vec<Action>) {
    let known = model
        .strip
        .shown
        .as_ref()
        .and_then(|shown| Some((shown, shown.notes.get(id)?)));
    let Some((shown, note)) = known else {
        return;
    };
    palette::over(ui, "annotation", |ui| {
        palette::line(ui, typed, "What is this?", actions);
        details(ui, shown, (id, note), actions);
        ui.horizontal(|ui| {
            let hint = "Enter keeps it, Esc leaves it as it was.";
            ui.label(RichText::new(hint).weak());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.small_button("Delete").clicked() {
                    actions.push(Action::Events(Act::Delete(id)));
                }
            });
        });
    });
}
