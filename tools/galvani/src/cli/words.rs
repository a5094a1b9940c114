//! A command line from its parts: what was asked for, said so that it can be asked for again.

use std::path::{Path, PathBuf};

use super::{EventsFrom, FileArgs, LookArgs, RenderArgs, Size, SpanArgs, WithArgs};
use crate::signal::{self, SignalArgs};

/// Words of a command line, one after another.
#[derive(Debug, Default)]
pub(super) struct Words(Vec<String>);

impl Words {
    pub(super) fn new(words: impl IntoIterator<Item = String>) -> Self {
        Self(words.into_iter().collect())
    }

    /// `--NAME=VALUE` where there is a value.
    pub(super) fn value<T: ToString>(&mut self, name: &str, value: Option<T>) {
        self.0
            .extend(value.map(|value| format!("--{name}={}", value.to_string())));
    }

    /// `--NAME` where it is on.
    pub(super) fn flag(&mut self, name: &str, is_on: bool) {
        self.0.extend(is_on.then(|| format!("--{name}")));
    }

    /// Words that are ready.
    pub(super) fn all_of(&mut self, words: impl IntoIterator<Item = String>) {
        self.0.extend(words);
    }

    pub(super) fn all(self) -> Vec<String> {
        self.0
    }
}

/// A path from the root on, as far as that can be told.
pub(super) fn absolute(path: &Path) -> String {
    let whole = std::path::absolute(path);
    whole.as_deref().unwrap_or(path).to_string_lossy().into_owned()
}

impl EventsFrom {
    pub(super) fn word(&self) -> String {
        match self {
            Self::Nowhere => "none".into(),
            Self::Recording => "auto".into(),
            Self::Path(path) => absolute(path),
        }
    }
}

impl LookArgs {
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Words::default();
        words.value("sort", self.sort.map(|sort| sort.word()));
        words.value("hide", self.hide.as_ref());
        words.value("color-by", self.color_by.map(|by| by.word()));
        words.value("trace-gain", self.trace_gain);
        words.value("channel-gain", self.channel_gain.as_ref());
        words.value("channel-offset", self.channel_offset.as_ref());
        words.value("lanes", self.lanes.map(|lanes| lanes.word()));
        words.value("events", self.events.as_ref().map(EventsFrom::word));
        for name in &self.hide_events {
            words.value("hide-events", Some(name));
        }
        for color in &self.event_color {
            words.value("event-color", Some(color));
        }
        words.flag("center", self.center);
        words.flag("fill", self.fill);
        words.flag("cut", self.cut);
        words.flag("light", self.light);
        words.all()
    }
}

impl RenderArgs {
    /// A picture of a whole file, as it comes.
    pub(crate) fn new(file: FileArgs, output: PathBuf, Size(size): Size) -> Self {
        Self {
            file,
            output,
            size: Size(size),
            scale: 1.0,
            span: SpanArgs {
                start: None,
                duration: None,
                channels: None,
            },
            signal: SignalArgs::default(),
            look: LookArgs::default(),
            annotations: EventsFrom::Nowhere,
            no_sidecar: false,
            beside: WithArgs::default(),
        }
    }

    /// The whole command line, word by word.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Words::new(["galvani".into(), "render".into()]);
        words.all_of(self.file.words());
        words.value("output", Some(self.output.display()));
        let Size([width, height]) = self.size;
        words.value("size", Some(format!("{width}x{height}")));
        words.value("scale", Some(self.scale).filter(|scale| *scale != 1.0));
        words.value("start", self.span.start);
        words.value("duration", self.span.duration);
        words.value("channels", self.span.channels.as_ref());
        words.all_of(self.look.words());
        let known = Some(&self.annotations).filter(|known| **known != EventsFrom::Nowhere);
        words.value("annotations", known.map(EventsFrom::word));
        words.all_of(signal::words(&self.signal.settings()));
        for strip in &self.beside.with {
            words.value("with", Some(strip.word()));
        }
        words.flag("no-sidecar", self.no_sidecar);
        words.all()
    }
}

/// Words as a shell takes them: in quotes where it would make something else of them.
pub(crate) fn quoted(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-+=./:,@%".contains(c);
    let quote = |word: &String| match !word.is_empty() && word.chars().all(plain) {
        true => word.clone(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}

/// The words of a line as a shell takes them apart: quotes and backslashes, nothing else.
pub(super) fn unquoted(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().extend(chars.next()),
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    #[test]
    fn what_is_told_is_asked_for() {
        for words in [
            "galvani render /a.bin --output=b.png --size=1920x1080",
            "galvani render /a.bin --stream=ap --stream=lf --probe=/p.json --digital --output=b.png --size=64x48 --scale=1.5",
            "galvani render /a.raw --raw-channels=3 --rate=1000.5 --dtype=<i2 --order=planar --gain=0.5 --unit=µV --truncated \
             --output=/tmp/b.svg --size=9x9 --start=-0.25 --duration=12.5 --channels=0-3,9 --sort=depth --hide=1 \
             --color-by=group --trace-gain=2.5 --channel-gain=0-3:2 --channel-offset=7:-12.5 --lanes=heatmap --events=auto --hide-events=a \
             --hide-events=b --event-color=a=b=#0180ff --cut --light --annotations=/n.csv --bandpass=300-6000 --reference=median --bad=4 \
             --with=/b.wav --with=/c.lfp --no-sidecar",
        ] {
            let words: Vec<String> = words.split_whitespace().map(String::from).collect();
            let cli = Cli::try_parse_from(&words).expect("they are arguments");
            let Command::Render(args) = cli.command else {
                panic!("another command");
            };
            assert_eq!(args.words(), words);
        }
    }

    #[test]
    fn strips_are_told_in_a_word() {
        for text in [
            "/b.lfp",
            "/b.lfp --stream=lf --hide=3 --trace-gain=2 --bandpass=1-100 --shift=-0.25 --share=0.5",
            "'/it'\\''s here.lfp' --channels=0-3",
        ] {
            let strip: crate::cli::StripArgs = text.parse().expect("it is one");
            assert_eq!(strip.word(), text);
        }
        let wrong = "/b.lfp --nothing".parse::<crate::cli::StripArgs>();
        assert!(wrong.expect_err("no such option").contains("--nothing"));
        assert_eq!(unquoted(r#"a\ b "c d"'e' ''"#), ["a b", "c de", ""]);
    }

    #[test]
    fn shells_are_told_words() {
        let words = ["galvani", "it's here.bin", "--dtype=<i2", "--size=1x1", ""].map(String::from);
        assert_eq!(
            quoted(&words),
            "galvani 'it'\\''s here.bin' '--dtype=<i2' --size=1x1 ''"
        );
    }
}
