//! What is in view in numbers, a line for each channel.

use egui::{Align2, Area, Frame, Grid, Id, Order, Rect, RichText, ScrollArea, Ui, vec2};

use crate::window::measuring::quantity;
use crate::window::model::Model;
use crate::window::time;

pub(super) fn show(ui: &mut Ui, model: &Model, plot: Rect) {
    let (Some(shown), true) = (&model.shown, model.panels.statistics) else {
        return;
    };
    Area::new(Id::new("statistics"))
        .order(Order::Middle)
        .fixed_pos(plot.left_top() + vec2(12.0, 28.0))
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
                let start = time::told(span.start as f64 / rate_hz, shown.window_s());
                let how = match (found.partial, found.is_read()) {
                    (true, _) => "of what has been read so far",
                    (false, true) => "of every sample",
                    (false, false) => "ranges of what is drawn; too long for the rest",
                };
                ui.label(RichText::new(format!("{length} from {start}, {how}")).weak());
                let height = (plot.height() - 90.0).max(40.0);
                ScrollArea::vertical()
                    .max_height(height)
                    .min_scrolled_height(height)
                    .show(ui, |ui| {
                        let grid = Grid::new("statistics")
                            .num_columns(7)
                            .spacing([14.0, 2.0])
                            .striped(true);
                        grid.show(ui, |ui| {
                            for heading in ["", "min", "max", "p-p", "mean", "SD", "RMS"] {
                                ui.label(RichText::new(heading).weak());
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
                                        let value =
                                            values.map(|values| quantity(values[index], &channel.unit));
                                        ui.label(value.unwrap_or_else(|| "–".into()));
                                    }
                                }
                                ui.end_row();
                            }
                        });
                    });
            });
        });
}
