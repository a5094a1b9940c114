//! What lies right on the plot: the zoom box, the ruler, and a word where nothing is open yet.

use egui::{Align2, FontId, Rect, Sense, Stroke, StrokeKind, Ui, pos2};

use super::strips::points;
use crate::window::measuring::quantity;
use crate::window::model::{Model, Shown};
use crate::window::time;

pub(super) fn show(ui: &mut Ui, model: &Model, place: Rect) {
    let painter = ui.painter_at(place);
    let scale = ui.ctx().pixels_per_point();
    for (index, strip) in model.strip.iter().enumerate() {
        let Some(shown) = &strip.shown else {
            if index == 0 {
                let ink = ui.visuals().weak_text_color();
                let text = format!("Opening {} …", strip.name);
                let font = FontId::proportional(15.0);
                painter.text(place.center(), Align2::CENTER_CENTER, text, font, ink);
            }
            continue;
        };
        // The box is of time, and time is that of all.
        zoom_box(
            ui,
            shown,
            model.strip.shown.as_ref().and_then(|shown| shown.zoom_box),
        );
        spans(ui, shown);
        ruler(ui, shown, points(shown.area, scale).intersect(place));
    }
    let mut all = model.strip.iter().filter_map(|strip| strip.shown.as_ref());
    if let (true, Some(over)) = (
        model.panels.crosshair,
        all.find(|shown| shown.pointed().is_some()),
    ) && let Some([x, y]) = over.measuring.pointer
    {
        let at = pos2(x as f32, y as f32) / scale;
        let thin = Stroke::new(1.0, ui.visuals().hyperlink_color.gamma_multiply(0.7));
        painter.vline(at.x, place.y_range(), thin);
        painter.hline(place.x_range(), at.y, thin);
    }
    let aiming = |shown: &Shown| shown.boxing || shown.measuring.ruling;
    if model.strip.shown.as_ref().is_some_and(aiming) {
        let over = ui.interact(place, ui.id().with("boxing"), Sense::hover());
        over.on_hover_cursor(egui::CursorIcon::Crosshair);
    }
}

/// The zoom box on a plot.
fn zoom_box(ui: &Ui, shown: &Shown, corners: Option<[f64; 2]>) {
    let Some([from, to]) = corners else {
        return;
    };
    let scale = ui.ctx().pixels_per_point();
    let plot = points(shown.plot, scale);
    let x = |px: f64| (px as f32).clamp(0.0, shown.plot.w as f32) / scale + plot.left();
    let area = Rect::from_x_y_ranges(x(from.min(to))..=x(from.max(to)), plot.y_range());
    let accent = ui.visuals().hyperlink_color;
    ui.painter().rect(
        area,
        0.0,
        accent.gamma_multiply(0.16),
        Stroke::new(1.0, accent),
        StrokeKind::Inside,
    );
}

/// How wide the mark is that tells which lanes are in view, in points, and how high at least.
const MARK: f32 = 4.0;
const LEAST_MARK: f32 = 16.0;

/// What of the plot the detail strip shows; and where some of the lanes are in view, which, along the right edge.
fn spans(ui: &Ui, shown: &Shown) {
    let scale = ui.ctx().pixels_per_point();
    let plot = shown.plot;
    let area = Rect::from_min_max(
        pos2(plot.x as f32, plot.y as f32) / scale,
        pos2(plot.right() as f32, plot.bottom() as f32) / scale,
    );
    let ink = ui.visuals().text_color();
    let painter = ui.painter_at(area);
    if let Some([left, right]) = shown.detail_px() {
        let x = |px: f64| area.left() + px as f32 / scale;
        let span = Rect::from_x_y_ranges(x(left)..=x(right), area.y_range());
        painter.rect_filled(span, 0.0, ink.gamma_multiply(0.12));
    }
    let (all, lanes) = (shown.lanes(), shown.lanes_in_view());
    if lanes.len() < all {
        let y = |lane: usize| area.top() + area.height() * lane as f32 / all as f32;
        let middle = (y(lanes.start) + y(lanes.end)) / 2.0;
        let half = ((y(lanes.end) - y(lanes.start)) / 2.0).max(LEAST_MARK / 2.0);
        let x = area.right() - MARK..=area.right();
        painter.rect_filled(
            Rect::from_x_y_ranges(x.clone(), area.y_range()),
            0.0,
            ink.gamma_multiply(0.15),
        );
        let mark = Rect::from_x_y_ranges(x, middle - half..=middle + half);
        painter.rect_filled(mark, MARK / 2.0, ink.gamma_multiply(0.7));
    }
}

/// The ruler between its ends, and what it measures beside its second.
fn ruler(ui: &Ui, shown: &Shown, place: Rect) {
    let Some(ruler) = &shown.measuring.ruler else {
        return;
    };
    let (Some(from), Some(to)) = (shown.px_of(&ruler.from), shown.px_of(&ruler.to)) else {
        return;
    };
    let scale = f64::from(ui.ctx().pixels_per_point());
    // Ends that are far away are drawn as far as the window's edge could ever be seen from.
    let point = |[x, y]: [f64; 2]| {
        let points = |px: f64| (px / scale).clamp(-1e5, 1e5) as f32;
        pos2(points(x), points(y))
    };
    let (from, to) = (point(from), point(to));
    let accent = ui.visuals().hyperlink_color;
    let thin = Stroke::new(1.0, accent.gamma_multiply(0.6));
    let plot = shown.plot;
    let rows = [plot.y, plot.bottom()].map(|row| (f64::from(row) / scale) as f32);
    let painter = ui.painter_at(place);
    for end in [from, to] {
        painter.vline(end.x, rows[0]..=rows[1], thin);
        painter.circle_filled(end, 3.0, accent);
    }
    painter.line_segment([from, to], Stroke::new(1.5, accent));
    let seconds = ruler.seconds(shown.info.rate_hz);
    let channel = &shown.info.channels[ruler.from.channel];
    let mut text = format!(
        "Δt {}{}\nΔ {}",
        if seconds < 0.0 { "−" } else { "" },
        time::length(seconds.abs()),
        quantity(ruler.rise(), &channel.unit),
    );
    if seconds != 0.0 {
        text += &format!("\n1/Δt {}", quantity(seconds.abs().recip(), "Hz"));
    }
    let ink = ui.visuals().strong_text_color();
    let lines = painter.layout_no_wrap(text, FontId::proportional(13.0), ink);
    // Beside its end, and inside the plot.
    let room = place.shrink(6.0);
    let least = room.min;
    let most = (room.max - lines.size()).max(least);
    let corner = (to + egui::vec2(10.0, 8.0)).clamp(least, most);
    let behind = Rect::from_min_size(corner, lines.size()).expand(4.0);
    painter.rect_filled(behind, 3.0, ui.visuals().window_fill.gamma_multiply(0.9));
    painter.galley(corner, lines, ink);
}
