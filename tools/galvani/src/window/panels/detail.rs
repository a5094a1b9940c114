//! Where the detail strip goes. Its picture is galvani's own, below this.

use egui::{Frame, Id, Panel, Rect, Ui};

use super::strips;
use crate::window::model::Model;

/// How high it is unless it is dragged, in points, and at least.
const HEIGHT: f32 = 200.0;
const LEAST: f32 = 60.0;

/// Its place; nothing where there is none.
pub(super) fn show(ui: &mut Ui, model: &Model) -> Rect {
    if !model.panels.detail || ui.available_height() < 3.0 * LEAST {
        return Rect::NOTHING;
    }
    let mut place = Rect::NOTHING;
    let most = (ui.available_height() - LEAST).max(LEAST);
    let panel = Panel::bottom("detail")
        .resizable(true)
        .default_size(HEIGHT)
        .size_range(LEAST..=most);
    panel.frame(Frame::new()).show(ui, |ui| {
        place = ui.available_rect_before_wrap();
        ui.allocate_rect(place, egui::Sense::hover());
        if let Some(shown) = model
            .strip
            .shown
            .as_ref()
            .filter(|shown| shown.detail_columns > 0)
        {
            let left = place.width() - shown.detail_columns as f32 / ui.ctx().pixels_per_point();
            let plot = place.with_min_x(place.left() + left.max(0.0));
            strips::badge(ui, (Id::new("detail badge"), plot), shown.detail_fidelity, true);
        }
    });
    place
}
