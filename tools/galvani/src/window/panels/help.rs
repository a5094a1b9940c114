//! All keys, in one overlay.

use egui::{Grid, Modal, RichText, ScrollArea, Ui, vec2};

use crate::window::action::{ALL, Action, Command};
use crate::window::model::Model;

/// What the pointer does; it has no keys to list.
const POINTER: [(&str, &str); 7] = [
    ("Wheel", "Zoom at the pointer"),
    ("Ctrl+wheel", "Gain"),
    ("Shift+wheel", "Pan"),
    ("Drag", "Pan; let go in motion, it goes on"),
    ("Right drag", "Zoom to a box"),
    ("Back, forward button", "Views before and after"),
    ("Overview bar", "Click or drag to move the plot"),
];

pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let room = ui.ctx().content_rect().size() - vec2(60.0, 90.0);
    let modal = Modal::new("help".into()).show(ui.ctx(), |ui| {
        ui.set_width(room.x.clamp(120.0, 920.0));
        ui.horizontal(|ui| {
            ui.heading("Keys");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let close = model.settings.keys.first(Command::Close);
                ui.label(RichText::new(format!("{close} closes")).weak());
            });
        });
        ui.separator();
        ScrollArea::vertical().max_height(room.y.max(60.0)).show(ui, |ui| {
            let columns = if room.x > 700.0 { 2 } else { 1 };
            ui.columns(columns, |columns| {
                let groups = groups();
                let half = groups.len().div_ceil(columns.len());
                for (column, groups) in columns.iter_mut().zip(groups.chunks(half)) {
                    for group in groups {
                        section(column, model, group);
                    }
                }
                if let Some(last) = columns.last_mut() {
                    pointer(last);
                }
            });
        });
        ui.separator();
        ui.label(RichText::new("Names are those of the settings file, where all keys can be changed.").weak());
    });
    if modal.should_close() {
        actions.push(Action::Do(Command::Help));
    }
}

/// The groups, in the order in which commands are listed.
fn groups() -> Vec<&'static str> {
    let mut groups: Vec<&str> = ALL.iter().map(|entry| entry.group).collect();
    groups.dedup();
    groups
}

fn section(ui: &mut Ui, model: &Model, group: &str) {
    ui.add_space(4.0);
    ui.label(RichText::new(group).strong().color(ui.visuals().hyperlink_color));
    Grid::new(group).num_columns(2).spacing([14.0, 3.0]).show(ui, |ui| {
        for entry in ALL.iter().filter(|entry| entry.group == group) {
            let chords = model.settings.keys.chords(entry.command);
            let keys: Vec<String> = chords.iter().take(3).map(ToString::to_string).collect();
            ui.label(RichText::new(keys.join("  ")).strong());
            ui.label(entry.help).on_hover_text(entry.name);
            ui.end_row();
        }
    });
}

fn pointer(ui: &mut Ui) {
    ui.add_space(4.0);
    ui.label(RichText::new("Pointer").strong().color(ui.visuals().hyperlink_color));
    Grid::new("pointer").num_columns(2).spacing([14.0, 3.0]).show(ui, |ui| {
        for (what, does) in POINTER {
            ui.label(RichText::new(what).strong());
            ui.label(does);
            ui.end_row();
        }
    });
}
