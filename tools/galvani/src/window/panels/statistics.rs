//! What is in view in numbers, a line for each channel.

use egui::{
    Align, Align2, Area, Frame, Grid, Id, Layout, Margin, Order, Rect, RichText, ScrollArea, Ui, WidgetText,
    pos2,
};

use super::strips::points;
use crate::window::measuring::quantity;
use crate::window::model::{Model, Shown};
use crate::window::statistics::Found;
use crate::window::time;

pub(super) fn show(ui: &mut Ui, model: &Model, plot: Rect) {
    let (Some(shown), true) = (&model.strip.shown, model.panels.statistics) else {
        return;
    };
    // Beside the lanes' names of what is counted.
    let scale = ui.ctx().pixels_per_point();
    let left = points(shown.plot, scale).left() + 12.0;
    let top = points(shown.area, scale).top().max(plot.top()) + 28.0;
    Area::new(Id::new("statistics"))
        .order(Order::Middle)
        .fixed_pos(pos2(left, top))
        .pivot(Align2::LEFT_TOP)
        .show(ui.ctx(), |ui| {
            let frame = Frame::window(ui.style()).fill(ui.visuals().window_fill.gamma_multiply(0.94));
            frame.show(ui, |ui| {
                let Some(found) = &shown.statistics.found else {
                    ui.label(RichText::new("counting …").weak());
                    return;
                };
                let rate_hz = shown.info.rate_hz;
                let span = &found.wanted.span;
                let length = time::length((span.end - span.start) as f64 / rate_hz);
                let start = time::told(model.axis_s(span.start as f64), shown.window_s());
                let how = match (found.partial, found.is_read()) {
                    (true, _) => "of what has been read so far",
                    (false, true) => "of every sample",
                    (false, false) => "ranges of what is drawn; too long for the rest",
                };
                let of = match model.is_stacked() {
                    true => format!("{}: ", model.strip.title()),
                    false => String::new(),
                };
                ui.label(RichText::new(format!("{of}{length} from {start}, {how}")).weak());
                let height = (plot.bottom() - top - 82.0).max(40.0);
                ScrollArea::vertical()
                    .max_height(height)
                    .min_scrolled_height(height)
                    .show(ui, |ui| {
                        // The bar that scrolls lies over what is at the right edge.
                        let right = 14;
                        let room = Frame::new().inner_margin(Margin {
                            right,
                            ..Margin::ZERO
                        });
                        room.show(ui, |ui| table(ui, shown, found));
                    });
            });
        });
}

/// A line for each channel.
fn table(ui: &mut Ui, shown: &Shown, found: &Found) {
    let grid = Grid::new("statistics").num_columns(7).spacing([14.0, 2.0]);
    grid.striped(true).show(ui, |ui| {
        for heading in ["", "min", "max", "p-p", "mean", "SD", "RMS"] {
            at_right(ui, RichText::new(heading).weak());
        }
        ui.end_row();
        for row in &found.rows {
            let Some(channel) = shown.info.channels.get(row.channel) else {
                continue;
            };
            ui.label(&channel.name);
            let range = row.range.map(|[lo, hi]| [lo, hi, hi - lo]);
            for values in [range, row.moments] {
                for index in 0..3 {
                    let value = values.map(|values| quantity(values[index], &channel.unit));
                    at_right(ui, value.unwrap_or_else(|| "–".into()));
                }
            }
            ui.end_row();
        }
    });
}

/// Numbers stand one below another.
fn at_right(ui: &mut Ui, text: impl Into<WidgetText>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(text));
}
