//! Panels: each a function of what is shown, that says what is to be done. None changes anything itself.

mod bar;
mod channels;
mod detail;
mod events;
mod export;
mod facts;
mod filter;
mod help;
mod log;
mod notes;
mod overview;
mod palette;
mod plot;
mod probe;
mod statistics;
mod status;
mod strips;

use egui::{Rect, RichText, Ui};

use super::action::{Action, Command};
use super::model::{Model, Overlay};

/// What panels leave free, or leave to others, in points.
#[derive(Debug, Clone)]
pub(super) struct Places {
    /// The plot's.
    pub(super) plot: Rect,
    /// Where the overview's picture goes; nothing where there is none.
    pub(super) overview: Rect,
    /// Where the detail strip's picture goes; nothing where there is none.
    pub(super) detail: Rect,
    /// What on the plot takes the pointer.
    pub(super) flags: Vec<Rect>,
}

/// Shows all panels, from the outside in, and then what lies over the plot.
pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) -> Places {
    bar::show(ui, model, actions);
    status::show(ui, model, actions);
    let overview = overview::show(ui, model, actions);
    let detail = detail::show(ui, model);
    log::show(ui, model, actions);
    channels::show(ui, model, actions);
    events::show(ui, model, actions);
    let plot = ui.available_rect_before_wrap();
    plot::show(ui, model, plot);
    let mut flags = strips::show(ui, model, plot, actions);
    for (index, strip) in model.strip.iter().enumerate() {
        let mut own = Vec::new();
        if let Some(shown) = &strip.shown {
            flags.extend(notes::flags(ui, shown, &mut own));
        }
        if !own.is_empty() {
            actions.push(Action::Activate(index));
            actions.append(&mut own);
        }
    }
    facts::show(ui, model, plot);
    statistics::show(ui, model, plot);
    probe::show(ui, model, plot, actions);
    match &model.overlay {
        Some(Overlay::Help) => help::show(ui, model, actions),
        Some(Overlay::Palette { typed, chosen }) => palette::show(ui, model, (typed, *chosen), actions),
        Some(Overlay::GoTo { typed }) => palette::go_to(ui, model, typed, actions),
        Some(Overlay::Open {
            typed,
            chosen,
            beside,
        }) => palette::open(ui, model, (typed, *chosen, *beside), actions),
        Some(Overlay::Shift { typed }) => palette::shift(ui, model, typed, actions),
        Some(Overlay::Export(form)) => export::show(ui, model, form, actions),
        Some(Overlay::Filter(form)) => filter::show(ui, model, form, actions),
        Some(Overlay::Note { id, typed }) => notes::show(ui, model, (*id, typed), actions),
        None => {}
    }
    Places {
        plot,
        overview,
        detail,
        flags,
    }
}

/// A line of a menu: what it does, and its key.
fn item(ui: &mut Ui, model: &Model, command: Command, actions: &mut Vec<Action>) {
    let entry = command.entry();
    let key = RichText::new(model.settings.keys.first(command)).weak();
    let button = egui::Button::new(entry.help).right_text(key).frame(true);
    let [before, after] = model
        .strip
        .shown
        .as_ref()
        .map_or([false; 2], |shown| shown.history.has());
    let enabled = match command {
        Command::Back => before,
        Command::Forward => after,
        Command::NextStrip | Command::Shift | Command::CloseStrip => model.is_stacked(),
        Command::Undo | Command::Redo => model.strip.shown.as_ref().is_some_and(|shown| {
            let [undo, redo] = shown.notes.steps();
            if command == Command::Undo { undo } else { redo }
        }),
        _ => true,
    };
    if ui.add_enabled(enabled, button).clicked() {
        actions.push(Action::Do(command));
        ui.close();
    }
}

/// A button that shows whether something is there, and tells its key.
fn switch(
    ui: &mut Ui,
    model: &Model,
    (on, label, command): (bool, &str, Command),
    actions: &mut Vec<Action>,
) {
    let key = model.settings.keys.first(command);
    let hint = match key.is_empty() {
        true => command.entry().help.to_owned(),
        false => format!("{} ({key})", command.entry().help),
    };
    if ui.selectable_label(on, label).on_hover_text(hint).clicked() {
        actions.push(Action::Do(command));
    }
}
