//! What stands on recordings above one another: which of them commands go to, how exact each is, a button that closes it, and the
//! borders between them, that can be dragged.

use egui::{CursorIcon, Id, Rect, Sense, Stroke, Ui, Vec2, pos2, vec2};
use galvani::plan::Fidelity;
use galvani::scene::PxRect;

use super::status;
use crate::window::action::Action;
use crate::window::model::Model;

/// How far from a border it can be held, in points.
const GRIP: f32 = 4.0;

/// The width of the mark beside the recording that commands go to.
const MARK: f32 = 3.0;

/// The side of a button.
const BUTTON: f32 = 16.0;

/// Shows it over the place of all; what of it takes the pointer.
pub(super) fn show(ui: &mut Ui, model: &Model, place: Rect, actions: &mut Vec<Action>) -> Vec<Rect> {
    if !model.is_stacked() {
        return Vec::new();
    }
    let scale = ui.ctx().pixels_per_point();
    let mut taken = Vec::new();
    let mut tops = Vec::new();
    for (index, strip) in model.strip.iter().enumerate() {
        let Some(shown) = &strip.shown else {
            continue;
        };
        let (area, plot) = (points(shown.area, scale), points(shown.plot, scale));
        tops.push((index, area.top()));
        if index == model.strip.at() {
            let mark = Rect::from_min_size(area.min, vec2(MARK, area.height()));
            ui.painter_at(place)
                .rect_filled(mark, 0.0, ui.visuals().hyperlink_color);
        }
        badge(
            ui,
            (Id::new("badge").with(strip.id), plot),
            shown.fidelity(),
            false,
        );
        if index > 0 {
            let corner = plot.left_top() + vec2(BUTTON + 4.0, 2.0);
            let button = Rect::from_min_size(corner, Vec2::splat(BUTTON));
            close(
                ui,
                (Id::new("close").with(strip.id), button),
                (index, &strip.title()),
                actions,
            );
            taken.push(button);
        }
    }
    for (index, top) in tops.into_iter().filter(|(index, _)| *index > 0) {
        let grip = Rect::from_min_max(pos2(place.left(), top - GRIP), pos2(place.right(), top + GRIP));
        let response = ui.interact(grip, Id::new("border").with(index), Sense::drag());
        let line = Stroke::new(1.0, ui.visuals().weak_text_color());
        ui.painter_at(place).hline(place.x_range(), top - 0.5, line);
        if let Some(at) = response.interact_pointer_pos()
            && (response.dragged() || response.drag_stopped())
            && place.height() > 0.0
        {
            let by = f64::from((at.y - top) / place.height());
            actions.push(Action::Share(index - 1, by));
        }
        response.on_hover_cursor(CursorIcon::ResizeVertical);
        taken.push(grip);
    }
    taken
}

fn close(ui: &mut Ui, (id, place): (Id, Rect), (index, title): (usize, &str), actions: &mut Vec<Action>) {
    let response = ui.interact(place, id, Sense::click());
    let ink = match response.hovered() {
        true => ui.visuals().strong_text_color(),
        false => ui.visuals().weak_text_color(),
    };
    let painter = ui.painter();
    painter.rect_filled(place, 3.0, ui.visuals().panel_fill.gamma_multiply(0.8));
    let cross = place.shrink(5.0);
    let line = Stroke::new(1.5, ink);
    painter.line_segment([cross.left_top(), cross.right_bottom()], line);
    painter.line_segment([cross.right_top(), cross.left_bottom()], line);
    if response.on_hover_text(format!("Close {title}")).clicked() {
        actions.push(Action::CloseStrip(index));
    }
}

/// How exact a plot is, in its top left corner: a dot, and its word where that is wished.
pub(super) fn badge(ui: &mut Ui, (id, plot): (Id, Rect), fidelity: Option<Fidelity>, word: bool) {
    let (told, color, more) = status::exactness(ui, fidelity);
    let at = plot.left_top() + vec2(2.0 + BUTTON / 2.0, 2.0 + BUTTON / 2.0);
    let painter = ui.painter().clone();
    let behind = ui.visuals().panel_fill.gamma_multiply(0.8);
    let mut place = Rect::from_center_size(at, Vec2::splat(BUTTON));
    if word {
        let ink = ui.visuals().strong_text_color();
        let text = painter.layout_no_wrap(told.clone(), egui::FontId::proportional(12.0), ink);
        place.max.x += text.size().x + 4.0;
        painter.rect_filled(place, 3.0, behind);
        let corner = pos2(at.x + BUTTON / 2.0, place.center().y - text.size().y / 2.0);
        painter.galley(corner, text, ink);
    } else {
        painter.rect_filled(place, 3.0, behind);
    }
    painter.circle_filled(at, 4.0, color);
    let hint = format!("{told}. {more}");
    ui.interact(place, id, Sense::hover()).on_hover_text(hint);
}

/// Pixels in points.
pub(super) fn points(rect: PxRect, scale: f32) -> Rect {
    Rect::from_min_max(
        pos2(rect.x as f32, rect.y as f32) / scale,
        pos2(rect.right() as f32, rect.bottom() as f32) / scale,
    )
}
