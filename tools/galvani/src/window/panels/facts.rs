//! What frames take, of time and of memory (F2).

use egui::{Align2, Area, Color32, Frame, Grid, Id, Order, Rect, RichText, Ui, pos2, vec2};

use crate::window::model::{FRAMES_KEPT, Facts, Model};

/// How wide it is, in points.
const WIDTH: f32 = 320.0;

pub(super) fn show(ui: &mut Ui, model: &Model, plot: Rect) {
    if !model.panels.facts {
        return;
    }
    let facts = &model.facts;
    Area::new(Id::new("facts"))
        .order(Order::Middle)
        .fixed_pos(plot.right_top() + vec2(-12.0, 12.0))
        .pivot(Align2::RIGHT_TOP)
        .show(ui.ctx(), |ui| {
            let frame = Frame::window(ui.style()).fill(ui.visuals().window_fill.gamma_multiply(0.94));
            frame.show(ui, |ui| {
                ui.set_width(WIDTH);
                frames(ui, facts);
                Grid::new("facts")
                    .num_columns(2)
                    .spacing([14.0, 3.0])
                    .show(ui, |ui| {
                        for (what, value) in lines(model) {
                            ui.label(RichText::new(what).weak());
                            ui.label(value);
                            ui.end_row();
                        }
                    });
            });
        });
}

/// A bar for each of the last frames: the host's part and the device's.
fn frames(ui: &mut Ui, facts: &Facts) {
    let (rect, _) = ui.allocate_exact_size(vec2(WIDTH, 44.0), egui::Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, ui.visuals().extreme_bg_color);
    let most = facts.frame_ms.iter().map(|[a, b]| a + b).fold(33.3, f32::max);
    let y = |ms: f32| rect.bottom() - ms / most * rect.height();
    let step = rect.width() / FRAMES_KEPT as f32;
    let colors = [
        Color32::from_rgb(0x56, 0xB4, 0xE9),
        Color32::from_rgb(0xE6, 0x9F, 0x00),
    ];
    for (index, [host, device]) in facts.frame_ms.iter().enumerate() {
        let x = rect.left() + index as f32 * step;
        for (from, to, color) in [(0.0, *host, colors[0]), (*host, host + device, colors[1])] {
            let bar = Rect::from_min_max(pos2(x, y(to)), pos2(x + (step - 0.5).max(0.5), y(from)));
            painter.rect_filled(bar, 0.0, color);
        }
    }
    painter.hline(rect.x_range(), y(16.7), (0.5, ui.visuals().weak_text_color()));
}

fn lines(model: &Model) -> Vec<(&'static str, String)> {
    let facts = &model.facts;
    let held = facts.held;
    let mut lines = Vec::new();
    if let Some([host, device]) = facts.frame_ms.back() {
        let text = format!("{host:.1} ms host, {device:.1} ms device");
        lines.push(("last frame", text));
        let mut all: Vec<f32> = facts.frame_ms.iter().map(|[a, b]| a + b).collect();
        all.sort_by(f32::total_cmp);
        let worst = all.last().copied().unwrap_or_default();
        lines.push((
            "median, worst",
            format!("{:.1} ms, {worst:.1} ms", all[all.len() / 2]),
        ));
    }
    lines.push(("frames", facts.frames.to_string()));
    let [device, host] = facts.budget;
    lines.push((
        "device memory",
        format!("{} of {}", bytes(held.levels + held.pages), bytes(device)),
    ));
    let on_host = held.ring + held.buffers + held.tables;
    lines.push(("host memory", format!("{} of {}", bytes(on_host), bytes(host))));
    lines.push(("pyramid", bytes(held.levels)));
    lines.push(("raw samples", bytes(held.pages)));
    if let Some(shown) = &model.strip.shown {
        let info = &shown.info;
        let rate = format!(
            "{} × {} at {} Hz",
            info.channels.len(),
            info.samples,
            info.rate_hz
        );
        lines.push(("recording", rate));
        lines.push(("format", format!("{}, {}", info.format, info.stored)));
        if let Some(report) = &shown.report {
            lines.push(("picture", crate::answer::fidelity_text(report.fidelity)));
            lines.push(("lanes", report.lanes.to_string()));
        }
    }
    lines.push(("device", facts.device.clone()));
    lines.push(("driver", facts.driver.clone()));
    lines.push(("drawn by", facts.rasteriser.into()));
    lines
}

fn bytes(count: u64) -> String {
    match count {
        0..1024 => format!("{count} B"),
        1024..1_048_576 => format!("{:.1} KiB", count as f64 / 1024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MiB", count as f64 / 1_048_576.0),
        _ => format!("{:.2} GiB", count as f64 / 1_073_741_824.0),
    }
}
