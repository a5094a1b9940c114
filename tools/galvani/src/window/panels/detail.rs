//! Where the detail strip goes. Its picture is galvani's own, below this.

use egui::{Frame, Panel, Rect, Ui};

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
    });
    place
}
