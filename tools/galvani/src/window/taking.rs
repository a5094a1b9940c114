//! What is taken away from the window: the present view as arguments of `render`, the one way in which a picture of it is made.

use std::collections::HashSet;
use std::path::PathBuf;

use galvani::scene::Form;
use galvani::view::View;

use super::action::Command;
use super::channels::{ColorBy, Order};
use super::exporting::Job;
use super::look;
use super::model::{Model, Overlay, Request, Shown};
use super::strips::Strip;
use crate::cli::{
    self, Channels as List, EventsFrom, FileArgs, LookArgs, PerChannel, RenderArgs, Size, StripArgs,
};
use crate::signal;

impl Model {
    /// Shows the recording as arguments ask for it; what they do not say stays as it is.
    ///
    /// # Errors
    /// Where a channel is asked for that the recording lacks.
    pub(super) fn ask(&mut self, args: &LookArgs) -> anyhow::Result<()> {
        let (style, bad) = (self.style(), List(self.strip.signal.bad.clone()));
        let Some(shown) = &mut self.strip.shown else {
            return Ok(());
        };
        look::apply(args, Some(&bad), &mut shown.channels)?;
        shown.browser.gain = args.trace_gain.unwrap_or(shown.browser.gain);
        shown.scene.traces.overlap &= !args.cut;
        shown.scene.traces.form = args.lanes.map_or(shown.scene.traces.form, Into::into);
        shown.trace(&style);
        Ok(())
    }

    /// Shows a span of so many seconds, from a time on; of what is not said as much as there is.
    ///
    /// # Errors
    /// Where that is no time, or no length.
    pub(super) fn ask_span(&mut self, start: Option<f64>, duration: Option<f64>) -> anyhow::Result<()> {
        let Some(shown) = self
            .strip
            .shown
            .as_mut()
            .filter(|_| start.is_some() || duration.is_some())
        else {
            return Ok(());
        };
        let (rate_hz, columns) = (shown.info.rate_hz, shown.browser.columns);
        let length_s = shown.info.samples as f64 / rate_hz;
        let start_s = start.unwrap_or(0.0);
        let duration_s = duration.unwrap_or(length_s - start_s);
        anyhow::ensure!(
            start_s < length_s && duration_s > 0.0,
            "--start {start_s} --duration {duration_s}: the recording is {length_s} s long"
        );
        shown.browser.view = View::span(start_s, duration_s, rate_hz, columns);
        shown.browser.hold();
        shown.placed = true;
        Ok(())
    }

    /// The arguments that make a picture of what is in view, of the plot's size, with all strips; `None` while nothing is open.
    ///
    /// The view is the same but for the rounding of seconds: some 10⁻¹⁶ of the recording's length.
    pub(super) fn picture(&self) -> Option<RenderArgs> {
        let mut strips = self.strip.iter();
        let main = strips.next()?;
        let shown = main.shown.as_ref().filter(|shown| shown.placed)?;
        let open = || self.strip.iter().filter_map(|strip| strip.shown.as_ref());
        let bottom = open().map(|shown| shown.area.bottom()).max()?;
        let size = Size([shown.area.w.max(1), (bottom - shown.area.y).max(1)]);
        let asked = self.strip_args(main)?;
        let mut args = RenderArgs::new(asked.file, self.picture_name().into(), size);
        args.scale = shown.scale_factor;
        let browser = &shown.browser;
        if browser.view != View::fit_to(&browser.reach, browser.columns) {
            args.span.start = Some(shown.start_s());
            args.span.duration = Some(shown.window_s());
        }
        args.span.channels = asked.channels;
        (args.look, args.annotations, args.signal) = (asked.look, asked.annotations, asked.signal);
        args.beside.with = strips.filter_map(|strip| self.strip_args(strip)).collect();
        Some(args)
    }

    /// The arguments that show a strip as it is now; `None` while it is not open.
    fn strip_args(&self, strip: &Strip) -> Option<StripArgs> {
        let shown = strip.shown.as_ref()?;
        let is_main = strip.id == self.strip.first().id;
        let file = strip.file.clone();
        let mut args = StripArgs::of(file.unwrap_or_else(|| FileArgs::plain(strip.name.clone().into())));
        if is_main && args.file.streams.is_empty() && self.is_stacked() {
            // Which it is, so that it is called so.
            args.file.streams.extend(strip.stream.clone());
        }
        args.channels = shown.channels.listed().map(|listed| List(listed.to_vec()));
        args.look = shown.looks(self.settings.light && is_main);
        args.look.events = (shown.layers.found > 0).then(|| strip.events.clone());
        if let Some(path) = strip
            .notes_path
            .as_ref()
            .filter(|_| !shown.notes.all().is_empty())
        {
            args.annotations = EventsFrom::Path(path.clone());
        }
        let mut settings = strip.signal.clone();
        settings.bad = shown.channels.bad();
        args.signal = signal::parse(&signal::words(&settings)).expect("what is told can be asked for");
        if !is_main {
            args.shift = Some(strip.shift_s);
        }
        args.share = Some(strip.share / self.strip.first().share).filter(|share| *share != 1.0);
        Some(args)
    }

    /// A name for a picture of what is in view: of the recording that is meant.
    fn picture_name(&self) -> String {
        let stem = PathBuf::from(&self.strip.name);
        let stem = stem.file_stem().unwrap_or(stem.as_os_str()).to_string_lossy();
        match &self.strip.shown {
            Some(shown) => format!(
                "{stem}-{:.3}s.png",
                (shown.start_s() + self.strip.shift_s).max(0.0)
            ),
            None => format!("{stem}.png"),
        }
    }

    /// Commands that take something away; `None` for others.
    pub(super) fn command_on_taking(&mut self, command: Command) -> Option<bool> {
        Some(match command {
            Command::CopyWords => {
                let in_files = self.strip.iter().all(|strip| strip.file.is_some());
                let words = self.picture().filter(|_| in_files);
                match words.map(|args| cli::quoted(&args.words())) {
                    Some(text) => self.copy(text, "the command that renders this view"),
                    None => self.tell("There is no command for what is in no file."),
                }
                true
            }
            Command::CopyValues => {
                match self.values() {
                    Some(text) => self.copy(text, "what is read out"),
                    None => self.tell("There is nothing to read out under the pointer."),
                }
                true
            }
            Command::CopyPicture => {
                let args = self.picture()?;
                self.strip
                    .requests
                    .push(Request::Export(Job::Copy(Box::new(args))));
                true
            }
            Command::Export => {
                self.overlay = match self.overlay {
                    Some(Overlay::Export(_)) => None,
                    _ => Some(Overlay::Export(self.export_form()?)),
                };
                true
            }
            _ => return None,
        })
    }

    /// Puts a text on the clipboard, and says so.
    pub(super) fn copy(&mut self, text: String, what: &str) {
        self.tell(format!("Copied: {what}"));
        self.copied = Some(text.clone());
        self.strip.requests.push(Request::Copy(text));
    }
}

impl Shown {
    /// How traces look, as arguments say it.
    fn looks(&self, light: bool) -> LookArgs {
        let channels = &self.channels;
        // Lanes that are not in view are as if they were hidden.
        let (traces, in_view) = (&self.scene.traces, self.lanes_in_view());
        let away: HashSet<usize> = traces
            .visible()
            .enumerate()
            .filter(|(lane, _)| !in_view.contains(lane))
            .map(|(_, index)| traces.channels[index].channel)
            .collect();
        let all = channels.all.iter().enumerate();
        let hidden: Vec<usize> = all
            .filter(|(index, one)| one.hidden || away.contains(index))
            .map(|(index, _)| index)
            .collect();
        let form = traces.form;
        let both = || channels.all.iter().zip(&self.first.all).enumerate();
        let gains = both().filter(|(_, (now, _))| now.gain != 1.0);
        let gains: Vec<_> = gains.map(|(index, (now, _))| (index, exact(now.gain))).collect();
        let offsets = both().filter(|(_, (now, first))| now.offset != first.offset);
        let offsets: Vec<_> = offsets.map(|(index, (now, _))| (index, now.offset)).collect();
        LookArgs {
            sort: (channels.order != Order::File).then_some(channels.order),
            hide: (!hidden.is_empty()).then_some(List(hidden)),
            color_by: (channels.color_by != ColorBy::Channel).then_some(channels.color_by),
            trace_gain: (self.browser.gain != 1.0).then_some(self.browser.gain),
            channel_gain: (!gains.is_empty()).then_some(PerChannel(gains)),
            channel_offset: (!offsets.is_empty()).then_some(PerChannel(offsets)),
            center: false,
            fill: false,
            cut: !self.scene.traces.overlap,
            lanes: (form != Form::Auto).then(|| form.into()),
            light,
            events: None,
            hide_events: self.layers.hidden(),
            event_color: self.layers.chosen_colors(),
        }
    }
}

/// The shortest number that rounds to the same gain.
fn exact(gain: f32) -> f64 {
    gain.to_string().parse().unwrap_or_else(|_| f64::from(gain))
}

#[cfg(test)]
mod tests {
    use super::super::action::{Action, Change};
    use super::super::annotations::Annotation;
    use super::super::look::Look;
    use super::*;
    use crate::cli::Cli;
    use clap::Parser;
    use galvani::scene::{PxRect, Scene, Style};

    /// The picture of a model, said and asked for again.
    fn again(model: &Model) -> RenderArgs {
        let words = model.picture().expect("a picture").words();
        let cli = Cli::try_parse_from(&words).expect("they are arguments");
        let cli::Command::Render(args) = cli.command else {
            panic!("another command");
        };
        assert_eq!(args.words(), words);
        args
    }

    #[test]
    fn a_picture_is_of_the_scene_that_is_shown() {
        let mut model = Model::example();
        model.strip.file = Some(FileArgs::plain("/somewhere/a.bin".into()));
        let shown = model.strip.shown.as_mut().expect("it is open");
        let area = PxRect {
            x: 200,
            y: 30,
            w: 800,
            h: 600,
        };
        (shown.placed, shown.area, shown.scale_factor) = (true, area, 1.25);
        let resize = galvani::view::gesture::Input::Resize { columns: 700 };
        shown.browser.apply(resize);
        for action in [
            Action::Do(Command::ZoomIn),
            Action::Do(Command::Later),
            Action::Do(Command::GainUp),
            Action::Do(Command::Overlap),
            Action::Do(Command::Theme),
            Action::Order(Order::Name),
            Action::ColorBy(ColorBy::Group),
            Action::Channel(2, Change::Hidden(true)),
            Action::Channel(1, Change::Bad(true)),
            Action::Channel(0, Change::Gain(0.1)),
            Action::Channel(3, Change::Gain(-2.5)),
        ] {
            assert!(model.act(action.clone()), "{action:?}");
        }
        let shown = model.strip.shown.as_mut().expect("it is open");
        shown.channels.all[0].offset = -12.345_678_9;
        shown.trace(&Style::light());
        let shown = model.strip.shown.as_ref().expect("it is open");
        let args = again(&model);
        assert_eq!((args.size, args.scale), (Size([800, 600]), 1.25));
        let mut scene = Scene::new(&shown.info, Style::light());
        let lists = (args.span.channels.as_ref(), args.signal.bad());
        let look = Look::new(&args.look, lists, scene.clone(), &shown.info).expect("a look");
        look.dress(&mut scene, &shown.info);
        assert_eq!(scene, shown.scene);
        let span = (
            args.span.start.expect("a start"),
            args.span.duration.expect("a length"),
        );
        let view = View::span(span.0, span.1, 1000.0, 700);
        assert!(view.start().since(shown.browser.view.start()).abs() < 1e-9);
        assert!((view.samples_per_px() / shown.browser.view.samples_per_px() - 1.0).abs() < 1e-14);
    }

    #[test]
    fn the_command_is_copied() {
        let mut model = Model::example();
        let shown = model.strip.shown.as_mut().expect("it is open");
        shown.placed = true;
        shown.notes.add(Annotation::default());
        assert!(model.act(Action::Do(Command::CopyWords)) && model.copied.is_none());
        model.strip.file = Some(FileArgs::plain("/some where/a.bin".into()));
        model.strip.notes_path = Some("/some where/a.csv".into());
        assert!(model.act(Action::Do(Command::CopyWords)));
        let [Request::Copy(text)] = &model.take_requests()[..] else {
            panic!("one text");
        };
        assert!(
            text.starts_with("galvani render '/some where/a.bin' --output=a-0.000s.png"),
            "{text}"
        );
        assert!(text.contains("'--annotations=/some where/a.csv'"), "{text}");
        assert_eq!(model.copied.as_ref(), Some(text));
        let args = again(&model);
        assert_eq!(args.span.start, None, "all of it");
    }
}
