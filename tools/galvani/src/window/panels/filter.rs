//! Where a filter is typed.

use egui::{Grid, RichText, TextEdit, Ui};
use galvani::signal::Reference;

use super::palette;
use crate::window::action::{Action, Command};
use crate::window::filtering::Form;
use crate::window::model::Model;

pub(super) fn show(ui: &mut Ui, model: &Model, form: &Form, actions: &mut Vec<Action>) {
    let Some(shown) = &model.strip.shown else {
        return;
    };
    let mut now = form.clone();
    palette::over(ui, "filter", |ui| {
        ui.label(RichText::new("Filter").heading());
        Grid::new("filter").num_columns(3).show(ui, |ui| {
            let fields = [
                ("Above", &mut now.above, "Hz, for example 300"),
                ("Below", &mut now.below, "Hz, for example 6000"),
                (
                    "Without",
                    &mut now.notches,
                    "Hz, for example 50, or 50:10 with its Q",
                ),
                ("Order", &mut now.order, "of Butterworth's, 1 to 12"),
            ];
            for (index, (name, text, hint)) in fields.into_iter().enumerate() {
                let label = ui.label(name);
                let edit = TextEdit::singleline(text).desired_width(130.0);
                let response = ui.add(edit).labelled_by(label.id);
                if index == 0 && ui.memory(|memory| memory.focused().is_none()) {
                    response.request_focus();
                }
                ui.label(RichText::new(hint).weak());
                ui.end_row();
            }
            ui.label("Reference");
            ui.horizontal(|ui| {
                let choices = [
                    (None, "none"),
                    (Some(Reference::Average), "average"),
                    (Some(Reference::Median), "median"),
                ];
                for (reference, name) in choices {
                    ui.selectable_value(&mut now.reference, reference, name);
                }
            });
            ui.label(RichText::new("of its group's good channels, subtracted").weak());
            ui.end_row();
            ui.label("Offset");
            ui.checkbox(&mut now.remove_offset, "subtract the median");
            ui.end_row();
        });
        let problem = now.settings(shown.info.rate_hz).err();
        if let Some(problem) = &problem {
            ui.label(RichText::new(problem).color(ui.visuals().warn_fg_color));
        }
        ui.horizontal(|ui| {
            let enter = ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Enter));
            let button = ui.add_enabled(problem.is_none(), egui::Button::new("Filter"));
            if now != *form {
                actions.push(Action::Filter(now.clone()));
            }
            if enter || button.clicked() {
                actions.push(Action::Take);
            }
            let key = model.settings.keys.first(Command::Filter);
            let hint = format!(
                "Enter switches it on; {key} off and on again. Forwards and backwards, so nothing is delayed."
            );
            ui.label(RichText::new(hint).weak());
        });
    });
}
