//! The overview bar: the whole recording, and where in it the plot is. Its picture is galvani's own, below this.

use egui::{CornerRadius, Frame, Panel, Rect, Sense, Stroke, StrokeKind, Ui, pos2};

use crate::window::action::Action;
use crate::window::model::{Model, Shown};
use crate::window::theme;

/// How high it is, in points.
const HEIGHT: f32 = 46.0;

/// The least width of the box, in points: it can still be seen and held.
const LEAST: f32 = 5.0;

/// Shows it; where its picture goes.
pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) -> Rect {
    if !model.panels.overview || ui.available_height() < 4.0 * HEIGHT {
        return Rect::NOTHING;
    }
    let mut place = Rect::NOTHING;
    let panel = Panel::bottom("overview").exact_size(HEIGHT).resizable(false);
    panel.frame(Frame::new()).show(ui, |ui| {
        place = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(place, Sense::click_and_drag());
        let Some(shown) = &model.strip.first().shown else {
            return;
        };
        let (left, right) = bounds(shown, place);
        let area = Rect::from_min_max(pos2(left, place.top() + 1.0), pos2(right, place.bottom() - 1.0));
        events(ui, shown, place);
        let ink = ui.visuals().text_color();
        let shade = ui.visuals().panel_fill.gamma_multiply(0.62);
        let painter = ui.painter_at(place);
        for dim in [
            Rect::from_min_max(place.min, pos2(area.left(), place.bottom())),
            Rect::from_min_max(pos2(area.right(), place.top()), place.max),
        ] {
            painter.rect_filled(dim, 0.0, shade);
        }
        painter.rect_stroke(
            area,
            CornerRadius::same(2),
            Stroke::new(1.0, ink.gamma_multiply(0.8)),
            StrokeKind::Inside,
        );
        if let Some(at) = response.interact_pointer_pos()
            && (response.dragged() || response.clicked() || response.drag_started())
        {
            let share = f64::from((at.x - place.left()) / place.width());
            let samples = share * shown.browser.samples as f64;
            actions.push(Action::Center(samples / shown.info.rate_hz));
        }
        let start = shown.browser.view.start().as_f64().max(0.0) / shown.info.rate_hz;
        response.on_hover_text(format!(
            "The whole recording; the box is the plot, from {} on. Click or drag to move it.",
            crate::window::time::told(start, shown.window_s())
        ));
    });
    place
}

/// The height of a layer's marks, in points, and how many layers have room.
const MARK: f32 = 3.0;
const LAYERS: usize = 8;

/// A row of marks for each layer that is shown, from the top down; at most one mark a point, each found by a search.
fn events(ui: &Ui, shown: &Shown, place: Rect) {
    let painter = ui.painter_at(place);
    let per_point = shown.browser.samples.max(1) as f64 / f64::from(place.width().max(1.0));
    let visible = shown
        .layers
        .all
        .iter()
        .filter(|layer| layer.visible && !layer.marks.is_empty());
    for (row, layer) in visible.take(LAYERS).enumerate() {
        let top = place.top() + row as f32 * (MARK + 1.0);
        let (marks, mut from) = (&layer.marks, f64::NEG_INFINITY);
        while let Some(index) = marks.next(from, None) {
            let at = (marks.times()[index] / per_point).floor();
            let end = (marks.end(index) / per_point).ceil().max(at + 1.0);
            let [left, right] = [at, end].map(|x| place.left() + x as f32);
            let area = Rect::from_min_max(pos2(left, top), pos2(right, top + MARK));
            painter.rect_filled(
                area,
                0.0,
                theme::color(layer.color_of(marks.label(index).unwrap_or(u32::MAX))),
            );
            // The last sample of this point: what happens in it has its mark.
            from = ((at + 1.0) * per_point).next_down().max(marks.times()[index]);
            if at >= f64::from(place.width()) {
                break;
            }
        }
    }
}

/// The box's edges.
fn bounds(shown: &Shown, place: Rect) -> (f32, f32) {
    let samples = shown.browser.samples.max(1) as f64;
    let view = &shown.browser.view;
    let x = |sample: f64| place.left() + (sample / samples).clamp(0.0, 1.0) as f32 * place.width();
    let start = view.start().as_f64();
    let (left, right) = (x(start), x(start + view.samples_across(shown.browser.columns)));
    let (middle, half) = ((left + right) / 2.0, ((right - left) / 2.0).max(LEAST / 2.0));
    (middle - half, middle + half)
}
