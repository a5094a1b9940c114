//! All keys, in one overlay.

use egui::{Frame, Grid, Modal, RichText, ScrollArea, Ui, vec2};

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

/// How wide a column is, in points.
const COLUMN: f32 = 390.0;

pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let room = ui.ctx().content_rect().size() - vec2(60.0, 90.0);
    let modal = Modal::new("help".into())
        .frame(Frame::window(ui.style()))
        .show(ui.ctx(), |ui| {
            ui.set_width(room.x.clamp(120.0, 3.0 * COLUMN));
            ui.horizontal(|ui| {
                ui.heading("Keys");
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let close = model.settings.keys.first(Command::Close);
                    ui.label(RichText::new(format!("{close} closes")).weak());
                });
            });
            ui.separator();
            let list = ScrollArea::vertical().min_scrolled_height(room.y.max(60.0));
            list.max_height(room.y.max(60.0)).show(ui, |ui| {
                let many = ((room.x / COLUMN) as usize).clamp(1, 3);
                ui.columns(many, |columns| {
                    for (index, groups) in dealt(many).iter().enumerate() {
                        for group in groups {
                            section(&mut columns[index], model, group);
                        }
                    }
                    if let Some(last) = columns.last_mut() {
                        pointer(last);
                    }
                });
            });
            ui.separator();
            ui.label(
                RichText::new("Names are those of the settings file, where all keys can be changed.").weak(),
            );
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

/// The groups of each column: about as many lines in all of them, and fewer in the last, which the pointer's follow.
fn dealt(columns: usize) -> Vec<Vec<&'static str>> {
    let lines = |group: &str| ALL.iter().filter(|entry| entry.group == group).count() + 2;
    let groups = groups();
    let all: usize = groups.iter().map(|group| lines(group)).sum::<usize>() + POINTER.len();
    let mut dealt = vec![Vec::new(); columns];
    let mut before = 0;
    for group in groups {
        let middle = before + lines(group) / 2;
        dealt[(middle * columns / all).min(columns - 1)].push(group);
        before += lines(group);
    }
    dealt
}

fn section(ui: &mut Ui, model: &Model, group: &str) {
    ui.add_space(4.0);
    ui.label(RichText::new(group).strong().color(ui.visuals().hyperlink_color));
    Grid::new(group)
        .num_columns(2)
        .spacing([14.0, 3.0])
        .show(ui, |ui| {
            for entry in ALL.iter().filter(|entry| entry.group == group) {
                let chords = model.settings.keys.chords(entry.command);
                let keys: Vec<String> = chords.iter().take(2).map(ToString::to_string).collect();
                ui.label(RichText::new(keys.join("  ")).strong());
                ui.add(egui::Label::new(entry.help).wrap())
                    .on_hover_text(entry.name);
                ui.end_row();
            }
        });
}

fn pointer(ui: &mut Ui) {
    ui.add_space(4.0);
    ui.label(
        RichText::new("Pointer")
            .strong()
            .color(ui.visuals().hyperlink_color),
    );
    Grid::new("pointer")
        .num_columns(2)
        .spacing([14.0, 3.0])
        .show(ui, |ui| {
            for (what, does) in POINTER {
                ui.label(RichText::new(what).strong());
                ui.add(egui::Label::new(does).wrap());
                ui.end_row();
            }
        });
}
