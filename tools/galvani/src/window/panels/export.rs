//! Where an export is asked for.

use egui::{RichText, TextEdit, Ui};

use super::palette;
use crate::window::action::Action;
use crate::window::exporting::{Form, Format};
use crate::window::model::Model;

pub(super) fn show(ui: &mut Ui, model: &Model, form: &Form, actions: &mut Vec<Action>) {
    let mut now = form.clone();
    palette::over(ui, "export", |ui| {
        let enter = ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Enter));
        ui.label(RichText::new("Export what is in view").heading());
        ui.horizontal_wrapped(|ui| {
            for (index, format) in Format::ALL.into_iter().enumerate() {
                if index == 3 {
                    ui.separator();
                }
                if ui
                    .selectable_label(now.format == format, format.words().1)
                    .clicked()
                {
                    now = now.of(format);
                }
            }
        });
        let edit = TextEdit::singleline(&mut now.path).desired_width(f32::INFINITY);
        let path = ui.add(edit);
        if path.changed() {
            now = now.named();
        }
        if ui.memory(|memory| memory.focused().is_none()) {
            path.request_focus();
        }
        ui.horizontal(|ui| {
            if now.format.is_picture() {
                let label = ui.label("Pixels");
                let edit = TextEdit::singleline(&mut now.size).desired_width(110.0);
                ui.add(edit).labelled_by(label.id);
                ui.label(RichText::new("letters and lines grow along").weak());
            } else {
                let text = match now.format {
                    Format::Binary => "A folder of raw samples, and binary.json for SpikeInterface",
                    _ => "Samples of the channels that are shown, over the span in view",
                };
                ui.label(RichText::new(text).weak());
            }
        });
        let problem = model.job(&now).err();
        if let Some(problem) = &problem {
            ui.label(RichText::new(problem).color(ui.visuals().warn_fg_color));
        }
        ui.horizontal(|ui| {
            let button = ui.add_enabled(problem.is_none(), egui::Button::new("Export"));
            if now != *form {
                actions.push(Action::Export(now.clone()));
            }
            if enter || button.clicked() {
                actions.push(Action::Take);
            }
            ui.label(RichText::new("Enter exports it; an older file of this name is replaced.").weak());
        });
    });
}
