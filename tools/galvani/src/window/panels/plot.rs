//! What lies right on the plot: the zoom box, and a word where nothing is open yet.

use egui::{Align2, FontId, Rect, Sense, Stroke, StrokeKind, Ui, pos2};

use crate::window::model::Model;

pub(super) fn show(ui: &mut Ui, model: &Model, place: Rect) {
    let painter = ui.painter_at(place);
    let Some(shown) = &model.shown else {
        let ink = ui.visuals().weak_text_color();
        let text = format!("Opening {} …", model.name);
        painter.text(
            place.center(),
            Align2::CENTER_CENTER,
            text,
            FontId::proportional(15.0),
            ink,
        );
        return;
    };
    if let Some([from, to]) = shown.zoom_box {
        let plot = shown.plot;
        let scale = ui.ctx().pixels_per_point();
        let x = |px: f64| (px as f32).clamp(0.0, plot.w as f32) + plot.x as f32;
        let area = Rect::from_min_max(
            pos2(x(from.min(to)), plot.y as f32) / scale,
            pos2(x(from.max(to)), plot.bottom() as f32) / scale,
        );
        let accent = ui.visuals().hyperlink_color;
        painter.rect(
            area,
            0.0,
            accent.gamma_multiply(0.16),
            Stroke::new(1.0, accent),
            StrokeKind::Inside,
        );
    }
    if shown.boxing {
        let over = ui.interact(place, ui.id().with("boxing"), Sense::hover());
        over.on_hover_cursor(egui::CursorIcon::Crosshair);
    }
}
