//! The line along the bottom: how honest the picture is, where it is, and what is still being done.

use egui::{Align, Color32, Frame, Layout, Margin, Panel, Response, RichText, Ui};
use galvani::plan::Fidelity;

use crate::window::action::{Action, Command};
use crate::window::filtering;
use crate::window::measuring::quantity;
use crate::window::model::{Model, Shown};
use crate::window::time;

pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let frame = Frame::new()
        .fill(ui.visuals().panel_fill)
        .inner_margin(Margin::symmetric(8, 3));
    Panel::bottom("status").frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            let Some(shown) = &model.strip.shown else {
                ui.label(RichText::new("opening …").weak());
                return;
            };
            badge(ui, shown);
            filter(ui, model, actions);
            ui.separator();
            place(ui, model, shown, actions);
            pointed(ui, model);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| right(ui, shown));
        });
    });
}

/// Whether the picture is exact, in a word; the rest on hovering.
fn badge(ui: &mut Ui, shown: &Shown) {
    let (word, color, more) = exactness(ui, shown.fidelity());
    dot(ui, color);
    ui.label(RichText::new(word).strong()).on_hover_text(more);
    let per_px = shown.browser.view.samples_per_px();
    let density = match per_px {
        n if n >= 100.0 => format!("{n:.0} samples/px"),
        n if n >= 1.0 => format!("{n:.1} samples/px"),
        n => format!("{:.1} px/sample", 1.0 / n),
    };
    ui.label(RichText::new(density).weak())
        .on_hover_text("How many samples stand in one column of pixels");
}

/// How exact a picture is: in a word, by a colour, and in a sentence.
pub(super) fn exactness(ui: &Ui, fidelity: Option<Fidelity>) -> (String, Color32, String) {
    match fidelity {
        None => ("…".into(), ui.visuals().weak_text_color(), String::new()),
        Some(Fidelity::Exact) => (
            "exact".into(),
            Color32::from_rgb(0x00, 0x9E, 0x73),
            "Every column shows the minimum and maximum of all its samples, and the values at its edges.".into(),
        ),
        Some(Fidelity::Snapped { max_px }) => (
            "snapped".into(),
            Color32::from_rgb(0x00, 0x9E, 0x73),
            format!("No sample is missed; the edges of columns lie within {max_px:.3} px of where they should."),
        ),
        Some(Fidelity::Partial { missing }) => (
            format!("partial, {:.0} %", (1.0 - missing) * 100.0),
            ui.visuals().warn_fg_color,
            "Something is still on its way, or cannot be read; where there is nothing to see yet it is hatched."
                .into(),
        ),
    }
}

/// What was done to what is shown, where that is anything, or not yet what it is to be.
fn filter(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let told = match model.strip.signal.is_nothing() {
        true => "unfiltered".into(),
        false => format!("filtered: {}", filtering::told(&model.strip.signal)),
    };
    let (text, hint) = match (model.is_as_wanted(), model.strip.signal.is_nothing()) {
        (true, true) => return,
        (true, false) => (
            RichText::new(told),
            "What is shown is filtered; click to change that",
        ),
        (false, _) => (
            RichText::new(format!("{told}, filtering …")).color(ui.visuals().warn_fg_color),
            "What is to be seen is not there yet for all of the view: this is shown until then",
        ),
    };
    ui.separator();
    let button = egui::Button::new(text.strong()).frame_when_inactive(false);
    if ui.add(button).on_hover_text(hint).clicked() {
        actions.push(Action::Do(Command::FilterSettings));
    }
}

fn dot(ui: &mut Ui, color: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(egui::vec2(9.0, 9.0), egui::Sense::hover());
    ui.painter().circle_filled(rect.center(), 4.0, color);
    response
}

/// Where the plot starts, and how long it is.
fn place(ui: &mut Ui, model: &Model, shown: &Shown, actions: &mut Vec<Action>) {
    let window = shown.window_s();
    let start = time::told(shown.start_s() + model.strip.shift_s, window);
    let key = model.settings.keys.first(Command::GoTo);
    let button = egui::Button::new(start).frame_when_inactive(false);
    let hint = format!("Where the plot starts; click to go to another time ({key})");
    if ui.add(button).on_hover_text(hint).clicked() {
        actions.push(Action::Do(Command::GoTo));
    }
    ui.label(RichText::new(format!("{} window", time::length(window))).weak());
    if model.motion.playing != 0.0 {
        let back = if model.motion.playing < 0.0 {
            "backwards "
        } else {
            ""
        };
        ui.label(RichText::new(format!("playing {back}× {}", speed(model.motion.speed()))).strong());
    }
    if shown.boxing {
        ui.label(RichText::new("drag over what is to fill the plot").strong());
    }
    if shown.measuring.ruling {
        ui.label(RichText::new("drag from one point to the other").strong());
    }
}

/// The time, the channel and the value under the pointer: the true sample where one is wider than a column, else the
/// column's range, read from the file.
fn pointed(ui: &mut Ui, model: &Model) {
    let mut shown = model
        .strip
        .iter()
        .filter_map(|strip| Some((strip, strip.shown.as_ref()?)));
    let found = shown.find_map(|(strip, shown)| Some((strip, shown, shown.pointed()?)));
    let Some((strip, shown, place)) = found else {
        return;
    };
    let channel = &shown.info.channels[place.channel];
    let single = shown.browser.view.samples_per_px() <= 1.0;
    let rate_hz = shown.info.rate_hz;
    let (time, value) = match shown.read_out() {
        Some(found) if single => (
            found.wanted.span.start as f64 / rate_hz,
            found.range.map(|[value, _]| quantity(value, &channel.unit)),
        ),
        Some(found) => (
            place.at.as_f64() / rate_hz,
            found
                .range
                .map(|[lo, hi]| format!("{} … {}", quantity(lo, ""), quantity(hi, &channel.unit))),
        ),
        None => (place.at.as_f64() / rate_hz, Some("…".into())),
    };
    let value = value.unwrap_or_else(|| "gap".into());
    let time = time::told(time + strip.shift_s, shown.window_s());
    ui.separator();
    ui.label(RichText::new(format!("{time}  {}  {value}", channel.name)))
        .on_hover_text("Under the pointer: the sample, or the least and the greatest of its column");
}

fn speed(times: f64) -> String {
    if times >= 1.0 {
        format!("{times:.0}")
    } else {
        format!("1/{:.0}", 1.0 / times)
    }
}

/// What is being done, and what is wrong with the file.
fn right(ui: &mut Ui, shown: &Shown) {
    let (all, seen) = shown.channels.counts();
    let gain = shown.browser.gain;
    if (gain - 1.0).abs() > 1e-9 {
        ui.label(RichText::new(format!("gain × {gain:.3}")).weak());
        ui.separator();
    }
    let count = match seen == all {
        true => format!("{all} channels"),
        false => format!("{seen} of {all} channels"),
    };
    let lanes = shown.lanes_in_view();
    if lanes.len() < shown.lanes() {
        let from_to = format!("lanes {} to {} of ", lanes.start + 1, lanes.end);
        ui.label(RichText::new(from_to + &count).weak());
    } else {
        ui.label(RichText::new(count).weak());
    }
    if let Some(line) = shown.status.first() {
        ui.separator();
        let more = shown.status.join("\n");
        let line = RichText::new(line).color(ui.visuals().warn_fg_color);
        ui.add(egui::Label::new(line).truncate()).on_hover_text(more);
    }
}
