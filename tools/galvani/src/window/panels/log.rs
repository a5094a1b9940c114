//! What was odd about files and settings, and what was done.

use egui::{Panel, RichText, ScrollArea, Ui};

use crate::window::action::{Action, Command};
use crate::window::model::Model;

pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    if !model.panels.log {
        return;
    }
    Panel::bottom("log")
        .resizable(true)
        .default_size(130.0)
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(RichText::new("Log").strong());
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if ui.small_button("Close").clicked() {
                        actions.push(Action::Do(Command::Log));
                    }
                    if ui.small_button("Copy all").clicked() {
                        let lines: Vec<&str> = model.log.iter().map(String::as_str).collect();
                        ui.ctx().copy_text(lines.join("\n"));
                    }
                });
            });
            ScrollArea::vertical()
                .auto_shrink([false; 2])
                .stick_to_bottom(true)
                .show(ui, |ui| {
                    if model.log.is_empty() {
                        ui.label(RichText::new("Nothing to say.").weak());
                    }
                    for line in &model.log {
                        ui.add(egui::Label::new(line).wrap().selectable(true));
                    }
                });
        });
}
