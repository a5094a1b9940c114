//! From where each recording was seen last, and how: a small file for each in the data folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use galvani::view::{Position, Reach, View};
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use super::channels::{ColorBy, Order};
use super::lanes::InView;
use super::model::{Model, Shown};
use super::settings::{Places, number, write};
use crate::cli::{Lanes, NamedColor, StripArgs};
use crate::signal::{parse, words};

/// Recordings that are remembered; those seen longest ago are forgotten.
const MOST: usize = 500;

/// What is remembered of what is open, ready to be written; `None` where it is in no file, or not open yet.
pub(super) fn of(model: &Model) -> Option<String> {
    let shown = model.strip.shown.as_ref().filter(|shown| shown.placed)?;
    let path = std::path::absolute(&model.strip.path).ok()?;
    if model.strip.path.as_os_str().is_empty() {
        return None;
    }
    let (browser, view) = (&shown.browser, &shown.browser.view);
    let reach = match model.is_stacked() {
        true => {
            let Reach {
                start,
                samples,
                least_across,
            } = browser.reach;
            vec![start.as_f64().into(), samples.into(), least_across.into()]
        }
        false => Vec::new(),
    };
    let list = |is: fn(&super::channels::Channel) -> bool| -> Value {
        let all = shown.channels.all.iter().enumerate();
        let chosen = all.filter(|(_, channel)| is(channel));
        Value::Array(chosen.map(|(index, _)| Value::Integer(index as i64)).collect())
    };
    let state = Table::from_iter([
        (
            "path".to_owned(),
            Value::from(path.to_string_lossy().into_owned()),
        ),
        (
            "samples".into(),
            Value::Integer(i64::try_from(browser.samples).ok()?),
        ),
        ("start".into(), Value::Integer(view.start_sample())),
        ("start_fraction".into(), view.start_fraction().into()),
        ("across".into(), view.samples_across(browser.columns).into()),
        ("gain".into(), browser.gain.into()),
        ("overlap".into(), shown.scene.traces.overlap.into()),
        ("form".into(), Lanes::from(shown.scene.traces.form).word().into()),
        (
            "lanes".into(),
            Value::Array(
                shown
                    .in_view
                    .kept()
                    .into_iter()
                    .flatten()
                    .map(Value::from)
                    .collect(),
            ),
        ),
        ("order".into(), shown.channels.order.word().into()),
        ("color_by".into(), shown.channels.color_by.word().into()),
        (
            "filter".into(),
            Value::Array(
                words(&model.strip.filter.settings)
                    .into_iter()
                    .map(Value::from)
                    .collect(),
            ),
        ),
        ("filtered".into(), model.strip.filter.on.into()),
        (
            "beside".into(),
            Value::Array(beside(model).into_iter().map(Value::from).collect()),
        ),
        ("reach".into(), Value::Array(reach)),
        ("hidden".into(), list(|channel| channel.hidden)),
        ("bad".into(), list(|channel| channel.bad)),
        ("hidden_events".into(), words_of(shown.layers.hidden())),
        ("event_colors".into(), words_of(shown.layers.chosen_colors())),
        ("channels".into(), Value::Table(adjusted(shown))),
        (
            "panels".into(),
            Value::Table(Table::from_iter([
                ("channels".to_owned(), model.panels.channels.into()),
                ("probe".into(), model.panels.probe.into()),
                ("events".into(), model.panels.events.into()),
                ("overview".into(), model.panels.overview.into()),
                ("log".into(), model.panels.log.into()),
                ("detail".into(), model.panels.detail.into()),
            ])),
        ),
    ]);
    Some(state.to_string())
}

fn words_of<T: ToString>(list: Vec<T>) -> Value {
    Value::Array(list.iter().map(|one| Value::from(one.to_string())).collect())
}

/// Gains and offsets that are not as they were at first, by the channel's number.
fn adjusted(shown: &Shown) -> Table {
    let all = shown.channels.all.iter().zip(&shown.first.all).enumerate();
    all.filter(|(_, (now, first))| now.gain != first.gain || now.offset != first.offset)
        .map(|(index, (now, _))| {
            let values = [f64::from(now.gain), now.offset].map(Value::from);
            (index.to_string(), Value::Array(values.to_vec()))
        })
        .collect()
}

/// How far it was browsed together with what was beside it; `None` where that was nothing.
fn reach_of(state: &Table) -> Option<Reach> {
    let list = state.get("reach").and_then(Value::as_array)?;
    let list: Vec<f64> = list.iter().filter_map(number).collect();
    let &[start, samples, least_across] = list.as_slice() else {
        return None;
    };
    let fits = start.is_finite() && samples.is_finite() && samples > 0.0 && least_across > 0.0;
    fits.then(|| Reach {
        start: Position::default().plus(start),
        samples,
        least_across,
    })
}

/// The recordings beside the main one, each in a word; none of another strip.
fn beside(model: &Model) -> Vec<String> {
    if model.strip.at() > 0 {
        return Vec::new();
    }
    let others = model.strip.iter().skip(1);
    let others = others.filter_map(|strip| model.opened_as(strip));
    others.map(|args| args.word()).collect()
}

/// Puts back what is remembered of the recording that has just been opened, as far as that can be read; what was beside it.
pub(super) fn restore(model: &mut Model, places: &Places) -> Vec<StripArgs> {
    let known = file(places, &model.strip.place())
        .and_then(|path| fs::read_to_string(path).ok())
        .and_then(|text| text.parse::<Table>().ok());
    let Some(state) = known else {
        return Vec::new();
    };
    apply(model, &state);
    let list = state.get("beside").and_then(Value::as_array);
    let words = list.into_iter().flatten().filter_map(Value::as_str);
    words.filter_map(|word| word.parse().ok()).collect()
}

fn apply(model: &mut Model, state: &Table) {
    let style = model.style();
    let flag = |table: &Table, name: &str| table.get(name).and_then(Value::as_bool);
    let is_main = model.strip.at() == 0;
    if let Some(panels) = state.get("panels").and_then(Value::as_table).filter(|_| is_main) {
        let now = &mut model.panels;
        for (name, panel) in [
            ("channels", &mut now.channels),
            ("probe", &mut now.probe),
            ("events", &mut now.events),
            ("overview", &mut now.overview),
            ("log", &mut now.log),
            ("detail", &mut now.detail),
        ] {
            *panel = flag(panels, name).unwrap_or(*panel);
        }
    }
    // What the command line asks for stands.
    if !model.strip.filter.on {
        let words: Vec<&str> = match state.get("filter").and_then(Value::as_array) {
            Some(list) => list.iter().filter_map(Value::as_str).collect(),
            None => Vec::new(),
        };
        model.strip.filter.settings = parse(&words).map(|args| args.settings()).unwrap_or_default();
        model.strip.filter.on =
            flag(state, "filtered") == Some(true) && !model.strip.filter.settings.is_nothing();
    }
    let Some(shown) = &mut model.strip.shown else {
        return;
    };
    let value = |name: &str| state.get(name).and_then(number);
    if let (Some(start), Some(across)) = (state.get("start").and_then(Value::as_integer), value("across")) {
        let start = Position::new(start, value("start_fraction").unwrap_or(0.0));
        let columns = shown.browser.columns;
        if let Some(reach) = reach_of(state).filter(|_| is_main) {
            // Until what is beside it is there again.
            shown.browser.reach = reach;
        }
        shown.browser.view = View::new(start, across / f64::from(columns));
        shown.browser.hold();
        shown.placed = true;
    }
    if let Some(gain) = value("gain").filter(|gain| (1e-4..=1e4).contains(gain)) {
        shown.browser.gain = gain;
    }
    let word = |name: &str| state.get(name).and_then(Value::as_str);
    let order = Order::ALL
        .into_iter()
        .find(|order| word("order") == Some(order.word()));
    shown.channels.order = order.unwrap_or_default();
    let color_by = ColorBy::ALL
        .into_iter()
        .find(|by| word("color_by") == Some(by.word()));
    shown.channels.color_by = color_by.unwrap_or_default();
    shown.scene.traces.overlap = flag(state, "overlap").unwrap_or(shown.scene.traces.overlap);
    if let Some(form) = Lanes::ALL
        .into_iter()
        .find(|form| word("form") == Some(form.word()))
    {
        shown.scene.traces.form = form.into();
    }
    let in_view = state.get("lanes").and_then(Value::as_array);
    if let Some([first, count]) = in_view.map(Vec::as_slice) {
        let in_view = [first, count].map(|value| number(value).unwrap_or(f64::NAN));
        shown.in_view = InView::new(in_view);
    }
    for index in numbers(state.get("hidden")) {
        if let Some(channel) = shown.channels.all.get_mut(index) {
            channel.hidden = true;
        }
    }
    for index in numbers(state.get("bad")) {
        if let Some(channel) = shown.channels.all.get_mut(index) {
            channel.bad = true;
        }
    }
    let texts = |name: &str| -> Vec<String> {
        let list = state.get(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|one| Some(one.as_str()?.to_owned())).collect()
    };
    shown.layers.hide(&texts("hidden_events"));
    let colors = texts("event_colors");
    let colors: Vec<NamedColor> = colors.iter().filter_map(|text| text.parse().ok()).collect();
    shown.layers.paint(&colors);
    for (index, values) in state
        .get("channels")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
    {
        let values: Vec<f64> = values
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(number)
            .collect();
        let channel = index
            .parse()
            .ok()
            .and_then(|index: usize| shown.channels.all.get_mut(index));
        if let (Some(channel), &[gain, offset]) = (channel, values.as_slice()) {
            (channel.gain, channel.offset) = (gain as f32, offset);
        }
    }
    shown.trace(&style);
}

fn numbers(list: Option<&Value>) -> Vec<usize> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_integer)
        .filter_map(|number| usize::try_from(number).ok())
        .collect()
}

/// Keeps what is remembered of the recording at `path`.
///
/// # Errors
/// Where the data folder cannot be written to.
pub(super) fn keep(places: &Places, path: &Path, text: &str) -> Result<()> {
    let Some(file) = file(places, path) else {
        return Ok(());
    };
    write(&file, text)?;
    forget(&file);
    Ok(())
}

/// Where a recording's file is.
fn file(places: &Places, recording: &Path) -> Option<PathBuf> {
    place(places, recording, "recordings", "toml")
}

/// A file about a recording in a folder of the data folder: by its name, so that people find it, and a hash of its whole path.
pub(super) fn place(places: &Places, recording: &Path, folder: &str, ending: &str) -> Option<PathBuf> {
    let path = std::path::absolute(recording).ok()?;
    let name: String = path.file_stem()?.to_string_lossy().chars().take(40).collect();
    let hash = Sha256::digest(path.to_string_lossy().as_bytes());
    let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = places.data.as_ref()?.join(folder);
    Some(folder.join(format!("{name}-{hash}.{ending}")))
}

/// Forgets what was written longest ago, past the most that is remembered. Not an error where it cannot.
fn forget(newest: &Path) {
    let Some(Ok(entries)) = newest.parent().map(fs::read_dir) else {
        return;
    };
    let mut files: Vec<_> = entries
        .flatten()
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let many = files.len().saturating_sub(MOST);
    for (_, path) in files.into_iter().take(many) {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::{Action, Change, Command};
    use super::*;

    #[test]
    fn what_was_seen_is_seen_again() {
        let folder = std::env::temp_dir().join(format!("galvani-remembered-{}", std::process::id()));
        let places = Places {
            settings: None,
            data: Some(folder.clone()),
        };
        let mut before = Model::example();
        assert_eq!(of(&before), None, "nothing was laid out");
        if let Some(shown) = &mut before.strip.shown {
            shown.placed = true;
            shown
                .browser
                .apply(galvani::view::gesture::Input::Resize { columns: 800 });
        }
        for action in [
            Action::Do(Command::ZoomIn),
            Action::Do(Command::Later),
            Action::Do(Command::GainUp),
            Action::Channel(2, Change::Hidden(true)),
            Action::Channel(1, Change::Bad(true)),
            Action::Channel(0, Change::Gain(3.0)),
            Action::Order(Order::Name),
            Action::Do(Command::Channels),
            Action::Do(Command::Form),
            Action::Do(Command::Taller),
            Action::Do(Command::LanesDown),
        ] {
            assert!(before.act(action));
        }
        let text = of(&before).expect("something to keep");
        keep(&places, &before.strip.path, &text).expect("the folder can be written to");
        let mut after = Model::example();
        restore(&mut after, &places);
        let (before, shown) = (
            before.strip.shown.as_ref().expect("it is open"),
            after.strip.shown.as_mut().expect("it is open"),
        );
        shown
            .browser
            .apply(galvani::view::gesture::Input::Resize { columns: 800 });
        let (old, new) = (before.browser.view, shown.browser.view);
        assert!((old.samples_per_px() / new.samples_per_px() - 1.0).abs() < 1e-12);
        assert!(old.start().since(new.start()).abs() < 1e-6);
        assert_eq!(before.browser.gain, shown.browser.gain);
        assert_eq!(before.channels.all, shown.channels.all);
        assert_eq!(before.channels.order, shown.channels.order);
        assert_eq!(before.scene.traces.channels, shown.scene.traces.channels);
        assert_eq!(before.in_view, shown.in_view);
        assert_eq!(before.scene.traces.form, shown.scene.traces.form);
        assert!(after.panels.channels);
        fs::remove_dir_all(&folder).expect("it can go");
    }

    #[test]
    fn nonsense_is_passed_over() {
        let mut model = Model::example();
        let state = "start = 'a'\nacross = -1\ngain = 0\nhidden = [99, -1, 'x']\n[channels]\nx = [1]\n";
        apply(&mut model, &state.parse().expect("a table"));
        let shown = model.strip.shown.as_ref().expect("it is open");
        assert!(shown.browser.gain == 1.0 && !shown.placed);
        assert!(shown.channels.all.iter().all(|channel| !channel.hidden));
    }
}
