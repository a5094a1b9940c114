//! Overlays to type into: every command by its name, a time to go to, a file to open.

use egui::{Align2, Area, Frame, Id, Key, Order, Response, RichText, ScrollArea, TextEdit, Ui, vec2};

use crate::window::action::{Action, Command};
use crate::window::model::Model;
use crate::window::{palette, time};

/// How wide overlays are, in points, where there is room.
const WIDTH: f32 = 460.0;

/// Every command, by its name.
pub(super) fn show(ui: &mut Ui, model: &Model, (typed, chosen): (&str, usize), actions: &mut Vec<Action>) {
    let hint = "Type what to do";
    over(ui, "palette", |ui| {
        line(ui, typed, hint, actions);
        let found = palette::found(typed);
        list(ui, |ui| {
            for (index, entry) in found.iter().enumerate() {
                let keys = RichText::new(model.settings.keys.first(entry.command)).weak();
                let button = egui::Button::selectable(index == chosen, entry.help)
                    .right_text(keys)
                    .min_size(vec2(ui.available_width(), 0.0));
                let response = ui.add(button);
                if index == chosen {
                    bring(ui, &response);
                }
                if response.clicked() {
                    actions.push(Action::Do(Command::Palette));
                    actions.push(Action::Do(entry.command));
                }
            }
            if found.is_empty() {
                ui.label(RichText::new("Nothing is called that.").weak());
            }
        });
    });
}

/// A time to go to.
pub(super) fn go_to(ui: &mut Ui, model: &Model, typed: &str, actions: &mut Vec<Action>) {
    over(ui, "go to", |ui| {
        line(ui, typed, "Go to: 12.5, 250 ms, 1:02:03.5", actions);
        let (Some(seconds), Some(shown)) = (time::parse(typed), &model.strip.shown) else {
            let text = if typed.is_empty() {
                "A time since the start, then Enter"
            } else {
                "This is no time."
            };
            ui.label(RichText::new(text).weak());
            return;
        };
        let reach = &shown.browser.reach;
        let [start, end] = [reach.start, reach.end()].map(|at| model.axis_s(at.as_f64()));
        let text = match (start..=end).contains(&seconds) {
            true => format!("to {}", time::told(seconds, shown.window_s())),
            false => format!("The recording ends at {}.", time::told(end, 1.0)),
        };
        ui.label(RichText::new(text).weak());
    });
}

/// Where on the axis a recording starts.
pub(super) fn shift(ui: &mut Ui, model: &Model, typed: &str, actions: &mut Vec<Action>) {
    over(ui, "shift", |ui| {
        line(
            ui,
            typed,
            "Seconds by which it starts later: 0.25, -1:30",
            actions,
        );
        let text = match time::parse(typed) {
            Some(seconds) => format!("{} starts {seconds} s after the first", model.strip.title()),
            None => "This is no time.".into(),
        };
        ui.label(RichText::new(text).weak());
    });
}

/// A file to open.
pub(super) fn open(
    ui: &mut Ui,
    model: &Model,
    (typed, chosen, beside): (&str, usize, bool),
    actions: &mut Vec<Action>,
) {
    over(ui, "open", |ui| {
        let hint = match beside {
            true => "Beside what is open: a recording's file or folder",
            false => "A recording's file or folder",
        };
        line(ui, typed, hint, actions);
        let found = palette::files(typed, &model.settings.recent);
        list(ui, |ui| {
            for (index, file) in found.iter().enumerate() {
                let name = match typed.is_empty() {
                    true => file.path.display().to_string(),
                    false => file
                        .path
                        .file_name()
                        .unwrap_or(file.path.as_os_str())
                        .to_string_lossy()
                        .into_owned(),
                };
                let folder = RichText::new(if file.folder { "folder" } else { "" }).weak();
                let button = egui::Button::selectable(index == chosen, name)
                    .right_text(folder)
                    .min_size(vec2(ui.available_width(), 0.0));
                let response = ui.add(button);
                if index == chosen {
                    bring(ui, &response);
                }
                if response.clicked() {
                    actions.push(Action::Choose(index as isize - chosen as isize));
                    actions.push(Action::Take);
                }
            }
            if found.is_empty() {
                ui.label(RichText::new("Nothing begins with that.").weak());
            }
        });
        let hint = "Enter looks into a folder, or opens a file. A folder that is a recording: clear the list's choice by \
                    typing its whole path.";
        if typed.is_empty() {
            ui.label(RichText::new("Opened before").weak());
        } else {
            ui.label(RichText::new(hint).weak());
        }
    });
}

/// A frame over the plot's upper part.
pub(super) fn over(ui: &mut Ui, name: &str, add: impl FnOnce(&mut Ui)) {
    let room = ui.ctx().content_rect().width();
    Area::new(Id::new(name))
        .order(Order::Foreground)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 56.0))
        .show(ui.ctx(), |ui| {
            Frame::window(ui.style()).show(ui, |ui| {
                ui.set_width(WIDTH.min(room - 30.0).max(80.0));
                add(ui);
            });
        });
}

fn list(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let height = (ui.ctx().content_rect().height() - 190.0).clamp(40.0, 340.0);
    ScrollArea::vertical()
        .max_height(height)
        .auto_shrink([false, true])
        .show(ui, add);
}

/// Scrolls to an entry that cannot be seen; asked for where it can, it would be done again and again.
fn bring(ui: &Ui, entry: &Response) {
    let seen = ui.clip_rect().y_range();
    if !seen.contains(entry.rect.center().y) {
        entry.scroll_to_me(None);
    }
}

/// The line that is typed into: it has the keys as long as it is there.
pub(super) fn line(ui: &mut Ui, typed: &str, hint: &str, actions: &mut Vec<Action>) -> Response {
    let (up, down, enter) = ui.input_mut(|input| {
        (
            input.count_and_consume_key(egui::Modifiers::NONE, Key::ArrowUp),
            input.count_and_consume_key(egui::Modifiers::NONE, Key::ArrowDown),
            input.consume_key(egui::Modifiers::NONE, Key::Enter),
        )
    });
    let mut text = typed.to_owned();
    let edit = TextEdit::singleline(&mut text)
        .hint_text(hint)
        .desired_width(f32::INFINITY)
        .font(egui::TextStyle::Heading);
    let response = ui.add(edit);
    if !response.has_focus() {
        response.request_focus();
    }
    if text != typed {
        actions.push(Action::Type(text));
    }
    if up != down {
        actions.push(Action::Choose(down as isize - up as isize));
    }
    if enter {
        actions.push(Action::Take);
    }
    response
}
