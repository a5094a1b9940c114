//! The list of what happened: layers of events, and annotations.

use egui::{Color32, DragValue, Panel, RichText, ScrollArea, TextEdit, Ui};
use galvani::scene::Rgba8;

use super::switch;
use crate::window::action::{Action, Command};
use crate::window::annotations::{Annotation, Id};
use crate::window::layers::Change;
use crate::window::model::{Model, Shown};
use crate::window::notes::Act;
use crate::window::{theme, time};

/// How high a line of the list of annotations is, in points.
const LINE: f32 = 20.0;

pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(shown) = model.strip.shown.as_ref().filter(|_| model.panels.events) else {
        return;
    };
    let panel = Panel::right("events").resizable(true);
    panel.default_size(290.0).min_size(240.0).show(ui, |ui| {
        ui.add_space(2.0);
        jumps(ui, model, shown, actions);
        ui.separator();
        let height = 0.4 * ui.available_height();
        ScrollArea::vertical()
            .id_salt("layers")
            .max_height(height)
            .auto_shrink([false, true])
            .show(ui, |ui| layers(ui, shown, actions));
        ui.separator();
        annotations(ui, model, shown, actions);
    });
}

/// To the next event, and what is looked for.
fn jumps(ui: &mut Ui, model: &Model, shown: &Shown, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        for (label, command) in [("◀", Command::PreviousEvent), ("▶", Command::NextEvent)] {
            switch(ui, model, (false, label, command), actions);
        }
        let mut search = shown.layers.search.clone();
        let hint = "of labels with …";
        let edit = TextEdit::singleline(&mut search)
            .hint_text(hint)
            .desired_width(f32::INFINITY);
        if ui.add(edit).changed() {
            actions.push(Action::Events(Act::Search(search)));
        }
    });
    let chosen = shown.layers.chosen.and_then(|index| shown.layers.all.get(index));
    let text = match chosen {
        Some(layer) => format!("Jumps stay in {}.", layer.name),
        None => "Jumps go to events of all layers that are shown.".into(),
    };
    ui.label(RichText::new(text).weak().small());
}

/// A line for each layer.
fn layers(ui: &mut Ui, shown: &Shown, actions: &mut Vec<Action>) {
    let layers = &shown.layers;
    if layers.reading {
        ui.label(RichText::new("reading events …").weak());
    }
    // The last two are one: instants and spans that people have written down.
    let lines = layers.all.len().min(layers.found + 1);
    for index in 0..lines {
        let layer = &layers.all[index];
        ui.push_id(index, |ui| {
            ui.horizontal(|ui| {
                let mut change = |change| actions.push(Action::Events(Act::Layer(index, change)));
                let mut visible = layer.visible;
                if ui
                    .checkbox(&mut visible, "")
                    .on_hover_text("Shown or hidden")
                    .changed()
                {
                    change(Change::Visible(visible));
                }
                let mut color = [layer.color.r, layer.color.g, layer.color.b];
                if !layer.palette.is_empty() {
                    let first = layer.color_of(0);
                    color = [first.r, first.g, first.b];
                }
                let picked = ui.color_edit_button_srgb(&mut color);
                if picked.on_hover_text("One colour for all its labels").changed() {
                    let [r, g, b] = color;
                    change(Change::Color(Rgba8 { r, g, b, a: 255 }));
                }
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    ui.label(RichText::new(layers.count(index).to_string()).weak());
                    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                        let chosen = layers.chosen == Some(index);
                        let name = egui::Button::selectable(chosen, &layer.name).truncate();
                        let hint = format!(
                            "{}: {} labels. Click to jump in it alone.",
                            layer.name,
                            layer.marks.names().len()
                        );
                        if ui.add(name).on_hover_text(hint).clicked() {
                            change(Change::Choose);
                        }
                    });
                });
            });
        });
    }
}

/// A line for each annotation, and what is done with them.
fn annotations(ui: &mut Ui, model: &Model, shown: &Shown, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Annotations").strong());
        switch(ui, model, (false, "add", Command::Annotate), actions);
        switch(ui, model, (shown.noting, "draw", Command::AnnotateSpan), actions);
        let [undo, redo] = shown.notes.steps();
        for (enabled, label, command) in [(undo, "undo", Command::Undo), (redo, "redo", Command::Redo)] {
            ui.add_enabled_ui(enabled, |ui| switch(ui, model, (false, label, command), actions));
        }
    });
    let all = shown.notes.all();
    if all.is_empty() {
        let key = model.settings.keys.first(Command::Annotate);
        ui.label(RichText::new(format!("None yet: {key} adds one at the pointer.")).weak());
    }
    ScrollArea::vertical()
        .id_salt("annotations")
        .auto_shrink([false; 2])
        .show_rows(ui, LINE, all.len(), |ui, rows| {
            for (id, note) in &all[rows] {
                line(ui, shown, (*id, note), actions);
            }
        });
}

fn line(ui: &mut Ui, shown: &Shown, (id, note): (Id, &Annotation), actions: &mut Vec<Action>) {
    ui.push_id(id, |ui| {
        ui.horizontal(|ui| {
            ui.set_height(LINE - 4.0);
            let at = time::told(note.time_s, shown.window_s());
            let mut act = |act| actions.push(Action::Events(act));
            if ui.link(at).on_hover_text("Go there").clicked() {
                act(Act::GoTo(id));
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.small_button("×").on_hover_text("Delete").clicked() {
                    act(Act::Delete(id));
                }
                if note.duration_s > 0.0 {
                    ui.label(RichText::new(time::length(note.duration_s)).weak());
                }
                if !note.channels.is_empty() {
                    ui.label(RichText::new(format!("{} ch", note.channels.len())).weak())
                        .on_hover_text(channels(shown, note));
                }
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    let text = if note.label.trim().is_empty() {
                        "—"
                    } else {
                        &note.label
                    };
                    let name = egui::Button::selectable(false, text).truncate();
                    if ui.add(name).on_hover_text("Edit").clicked() {
                        act(Act::Edit(id));
                    }
                });
            });
        });
    });
}

/// The channels of an annotation by their names.
pub(super) fn channels(shown: &Shown, note: &Annotation) -> String {
    let name = |channel: &u32| match shown.info.channels.get(*channel as usize) {
        Some(known) => known.name.clone(),
        None => format!("channel {channel}, which is not there"),
    };
    match note.channels.is_empty() {
        true => "all channels".into(),
        false => note.channels.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}

/// What of an annotation is no text: from when to when, and on which channels.
pub(super) fn details(ui: &mut Ui, shown: &Shown, (id, note): (Id, &Annotation), actions: &mut Vec<Action>) {
    let mut new = note.clone();
    let step = (shown.window_s() / 1000.0).max(1e-6);
    ui.horizontal(|ui| {
        ui.label(RichText::new("at").weak());
        let value = DragValue::new(&mut new.time_s)
            .speed(step)
            .max_decimals(6)
            .suffix(" s");
        ui.add(value);
        ui.label(RichText::new("for").weak());
        let value = DragValue::new(&mut new.duration_s)
            .range(0.0..=f64::MAX)
            .speed(step);
        ui.add(value.max_decimals(6).suffix(" s"));
        let selected: Vec<u32> = shown.channels.selected().map(|channel| channel as u32).collect();
        let some = !note.channels.is_empty();
        ui.label(RichText::new("on").weak());
        if ui
            .selectable_label(!some, "all")
            .on_hover_text("All channels")
            .clicked()
        {
            new.channels.clear();
        }
        let text = match note.channels.len() {
            0 => format!("{} selected", selected.len()),
            n => format!("{n} channels"),
        };
        let choice = egui::Button::selectable(some, text);
        let hint = match some {
            true => channels(shown, note),
            false => "The channels that are selected".into(),
        };
        if ui
            .add_enabled(!selected.is_empty(), choice)
            .on_hover_text(hint)
            .clicked()
        {
            new.channels = selected;
        }
    });
    if new != *note && new.time_s.is_finite() {
        actions.push(Action::Events(Act::Change(id, new)));
    }
}

/// The colour of what people write.
pub(super) fn own_color(shown: &Shown) -> Color32 {
    let own = shown.layers.all.get(shown.layers.found);
    own.map_or(Color32::GRAY, |layer| theme::color(layer.color))
}
