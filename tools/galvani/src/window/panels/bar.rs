//! The line along the top: menus, what is open, and switches of panels.

use egui::{Align, Frame, Layout, Margin, MenuBar, Panel, RichText, Ui};

use super::{item, switch};
use crate::cli::{FileArgs, StripArgs};
use crate::window::action::{Action, Command};
use crate::window::model::Model;

/// Each menu, and what is in it; `None` for a line between.
const MENUS: [(&str, &[Option<Command>]); 7] = [
    (
        "File",
        &[
            Some(Command::Open),
            Some(Command::OpenBeside),
            None,
            Some(Command::Export),
            Some(Command::CopyPicture),
            Some(Command::CopyValues),
            Some(Command::CopyWords),
            None,
            Some(Command::Quit),
        ],
    ),
    (
        "View",
        &[
            Some(Command::Whole),
            Some(Command::ZoomBox),
            Some(Command::GoTo),
            Some(Command::Back),
            Some(Command::Forward),
            Some(Command::Play),
            None,
            Some(Command::Scale),
            Some(Command::Center),
            Some(Command::GainReset),
            Some(Command::Overlap),
            Some(Command::Form),
            None,
            Some(Command::Taller),
            Some(Command::Thinner),
            Some(Command::AllLanes),
            None,
            Some(Command::Theme),
            Some(Command::Overview),
            Some(Command::Detail),
            Some(Command::Log),
            Some(Command::Facts),
            Some(Command::Statistics),
            Some(Command::Crosshair),
            Some(Command::FullScreen),
        ],
    ),
    (
        "Channels",
        &[
            Some(Command::Channels),
            Some(Command::Probe),
            None,
            Some(Command::OrderBy),
            Some(Command::ColorBy),
            None,
            Some(Command::SelectAll),
            Some(Command::SelectNone),
            Some(Command::Hide),
            Some(Command::ShowAll),
            Some(Command::Bad),
        ],
    ),
    ("Signal", &[Some(Command::Filter), Some(Command::FilterSettings)]),
    (
        "Events",
        &[
            Some(Command::Events),
            None,
            Some(Command::NextEvent),
            Some(Command::PreviousEvent),
            None,
            Some(Command::Annotate),
            Some(Command::AnnotateSpan),
            Some(Command::Undo),
            Some(Command::Redo),
        ],
    ),
    (
        "Streams",
        &[
            Some(Command::OpenBeside),
            None,
            Some(Command::NextStrip),
            Some(Command::Shift),
            Some(Command::CloseStrip),
        ],
    ),
    ("Help", &[Some(Command::Help), Some(Command::Palette)]),
];

pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let frame = Frame::new()
        .fill(ui.visuals().panel_fill)
        .inner_margin(Margin::symmetric(8, 3));
    Panel::top("bar").frame(frame).show(ui, |ui| {
        MenuBar::new().ui(ui, |ui| {
            for (name, commands) in MENUS {
                ui.menu_button(name, |ui| {
                    ui.set_min_width(260.0);
                    for command in commands {
                        match command {
                            Some(command) => item(ui, model, *command, actions),
                            None => {
                                ui.separator();
                            }
                        }
                    }
                    match name {
                        "File" => recent(ui, model, actions),
                        "Streams" => streams(ui, model, actions),
                        _ => {}
                    }
                });
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                right(ui, model, actions);
                ui.with_layout(
                    Layout::left_to_right(Align::Center).with_main_justify(true),
                    |ui| {
                        ui.add(
                            egui::Label::new(RichText::new(&model.strip.first().name).strong()).truncate(),
                        );
                    },
                );
            });
        });
    });
}

/// The streams of the main recording, those that are shown with a mark; then what else is beside it.
fn streams(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let main = model.strip.first();
    let shown = |name: &str| {
        let mut strips = model.strip.iter();
        strips.position(|strip| strip.path == main.path && strip.is_stream(name))
    };
    if model.streams.len() > 1 {
        ui.separator();
    }
    for stream in model.streams.iter().filter(|_| model.streams.len() > 1) {
        let index = shown(&stream.name);
        let mut on = index.is_some();
        let title = crate::stack::title(&stream.name, stream.rate_hz);
        let text = format!("{title} · {} channels", stream.channels);
        // The first one has the axis.
        let box_ = egui::Checkbox::new(&mut on, text);
        if ui.add_enabled(index != Some(0), box_).clicked() {
            actions.push(match index {
                Some(index) => Action::CloseStrip(index),
                None => {
                    let file = main.file.clone().unwrap_or(FileArgs::plain(main.path.clone()));
                    Action::Beside(Box::new(StripArgs::of(file.with_stream(&stream.name))))
                }
            });
        }
    }
    let others = model.strip.iter().enumerate().skip(1);
    let others: Vec<_> = others.filter(|(_, strip)| strip.path != main.path).collect();
    if !others.is_empty() {
        ui.separator();
    }
    for (index, strip) in others {
        let mut on = true;
        let hint = strip.path.display().to_string();
        if ui.checkbox(&mut on, strip.title()).on_hover_text(hint).clicked() {
            actions.push(Action::CloseStrip(index));
        }
    }
}

fn recent(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    if model.settings.recent.is_empty() {
        return;
    }
    ui.separator();
    for path in model.settings.recent.iter().take(10) {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let folder = path.parent().map(|folder| folder.display().to_string());
        let button = ui.button(name.as_ref());
        if button.on_hover_text(folder.unwrap_or_default()).clicked() {
            actions.push(Action::Open(path.clone()));
            ui.close();
        }
    }
}

/// From the right: switches of panels.
fn right(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let panels = &model.panels;
    let theme = if model.settings.light { "Dark" } else { "Light" };
    let log = match model.unread {
        0 => "Log".to_owned(),
        n => format!("Log {n}"),
    };
    let switches = [
        (false, "?", Command::Help),
        (false, theme, Command::Theme),
        (panels.log, log.as_str(), Command::Log),
        (panels.events, "Events", Command::Events),
        (panels.channels, "Channels", Command::Channels),
    ];
    for one in switches {
        switch(ui, model, one, actions);
    }
}
