//! The list of channels: what each is called and looks like, and what is done with it.

use egui::{Color32, ComboBox, DragValue, Panel, RichText, ScrollArea, Sense, Ui, vec2};
use galvani::source::ChannelKind;

use super::switch;
use crate::window::action::{Action, Change, Command};
use crate::window::channels::{ColorBy, Order};
use crate::window::model::{Model, Shown};
use crate::window::theme;

/// How high a line is, in points.
const LINE: f32 = 20.0;

pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(shown) = model.strip.shown.as_ref().filter(|_| model.panels.channels) else {
        return;
    };
    let panel = Panel::left("channels").resizable(true);
    panel.default_size(250.0).min_size(210.0).show(ui, |ui| {
        ui.add_space(2.0);
        head(ui, model, shown, actions);
        ui.separator();
        let order = shown.channels.ordered(&shown.info);
        ScrollArea::vertical()
            .auto_shrink([false; 2])
            .show_rows(ui, LINE, order.len(), |ui, rows| {
                for &channel in &order[rows] {
                    line(ui, model, shown, channel, actions);
                }
            });
    });
}

/// What is about all channels.
fn head(ui: &mut Ui, model: &Model, shown: &Shown, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        choice(
            ui,
            "order",
            Order::ALL,
            (shown.channels.order, Order::word),
            |order| {
                actions.push(Action::Order(order));
            },
        );
        choice(
            ui,
            "colour",
            ColorBy::ALL,
            (shown.channels.color_by, ColorBy::word),
            |by| actions.push(Action::ColorBy(by)),
        );
    });
    ui.horizontal(|ui| {
        ui.label(RichText::new("gain").weak());
        let mut gain = shown.browser.gain;
        let value = DragValue::new(&mut gain)
            .range(1e-4..=1e4)
            .speed(0.01)
            .max_decimals(3);
        if ui.add(value).changed() {
            actions.push(Action::Gain(gain));
        }
        let overlap = shown.scene.traces.overlap;
        for one in [
            (false, "fill", Command::Scale),
            (false, "centre", Command::Center),
            (overlap, "overlap", Command::Overlap),
        ] {
            switch(ui, model, one, actions);
        }
    });
    ui.horizontal(|ui| {
        let selected = shown.channels.selected().count();
        ui.label(RichText::new(format!("{selected} selected")).weak());
        ui.add_enabled_ui(selected > 0, |ui| {
            for (label, command) in [("hide", Command::Hide), ("bad", Command::Bad)] {
                switch(ui, model, (false, label, command), actions);
            }
        });
        let (all, seen) = shown.channels.counts();
        if seen < all {
            switch(ui, model, (false, "show all", Command::ShowAll), actions);
        }
        if shown
            .info
            .channels
            .iter()
            .any(|channel| channel.position_um.is_some())
        {
            switch(ui, model, (model.panels.probe, "probe", Command::Probe), actions);
        }
    });
}

fn choice<T: Copy + PartialEq, const N: usize>(
    ui: &mut Ui,
    name: &str,
    all: [T; N],
    (now, word): (T, fn(T) -> &'static str),
    mut take: impl FnMut(T),
) {
    ui.label(RichText::new(name).weak());
    ComboBox::from_id_salt(name)
        .selected_text(word(now))
        .width(64.0)
        .show_ui(ui, |ui| {
            for one in all {
                if ui.selectable_label(one == now, word(one)).clicked() {
                    take(one);
                }
            }
        });
}

/// One channel.
fn line(ui: &mut Ui, model: &Model, shown: &Shown, channel: usize, actions: &mut Vec<Action>) {
    let (state, known) = (&shown.channels.all[channel], &shown.info.channels[channel]);
    let color = theme::color(shown.channels.color(channel, &shown.info, &model.style()));
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE - 4.0), Sense::click());
    let painter = ui.painter();
    if state.selected {
        painter.rect_filled(rect, 3.0, ui.visuals().selection.bg_fill);
    } else if response.hovered() {
        painter.rect_filled(rect, 3.0, ui.visuals().faint_bg_color);
    }
    if response.clicked() {
        let held = ui.input(|input| input.modifiers);
        actions.push(match (held.shift, held.command) {
            (true, _) => Action::SelectTo(channel),
            (_, true) => Action::Channel(channel, Change::Toggle),
            _ => Action::Channel(channel, Change::Select),
        });
    }
    response.on_hover_text(facts(shown, channel));
    let mut row = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(rect.shrink2(vec2(4.0, 0.0)))
            .layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    let ui = &mut row;
    let mut visible = !state.hidden;
    let shown_box = ui.checkbox(&mut visible, "").on_hover_text("Shown or hidden");
    if shown_box.changed() {
        actions.push(Action::Channel(channel, Change::Hidden(!visible)));
    }
    let (swatch, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
    ui.painter().rect_filled(swatch, 2.0, color);
    let mut name = RichText::new(&known.name);
    if state.bad {
        name = name.strikethrough().weak();
    } else if state.hidden {
        name = name.weak();
    }
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let mut gain = state.gain;
        let value = DragValue::new(&mut gain).prefix("× ").speed(0.01).max_decimals(2);
        if ui.add(value).on_hover_text("Its own gain").changed() {
            actions.push(Action::Channel(channel, Change::Gain(gain)));
        }
        let word = RichText::new("bad").color(if state.bad {
            ui.visuals().warn_fg_color
        } else {
            weak(ui)
        });
        let bad = egui::Button::new(word)
            .small()
            .selected(state.bad)
            .frame_when_inactive(false);
        let hint = "Drawn in grey, and left out of references";
        let text = ui.add_sized(vec2(26.0, 14.0), bad).on_hover_text(hint);
        if text.clicked() {
            actions.push(Action::Channel(channel, Change::Bad(!state.bad)));
        }
        let group = known.group.map(|group| format!("g{group}")).unwrap_or_default();
        let kind = match known.kind {
            ChannelKind::Neural => "",
            ChannelKind::Auxiliary => "aux",
            ChannelKind::Digital => "digital",
        };
        ui.label(RichText::new(format!("{kind} {group}")).small().color(weak(ui)));
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.add(egui::Label::new(name).truncate().sense(Sense::empty()));
        });
    });
}

fn weak(ui: &Ui) -> Color32 {
    ui.visuals().weak_text_color()
}

/// What is known of a channel, a line each.
fn facts(shown: &Shown, channel: usize) -> String {
    let known = &shown.info.channels[channel];
    let mut lines = vec![format!("{} (channel {channel})", known.name)];
    if let Some(group) = known.group {
        lines.push(format!("group {group}"));
    }
    if let Some([x, y]) = known.position_um {
        lines.push(format!("at {x} µm across, {y} µm up"));
    }
    if !known.unit.is_empty() {
        lines.push(format!("{} {} a step", known.gain, known.unit));
    }
    lines.join("\n")
}
