//! A command line from its parts: what was asked for, said so that it can be asked for again.

use std::path::{Path, PathBuf};

use super::{EventsFrom, FileArgs, LookArgs, RenderArgs, Size, SpanArgs};
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
    fn word(&self) -> String {
        match self {
            Self::Nowhere => "none".into(),
            Self::Recording => "auto".into(),
            Self::Path(path) => absolute(path),
        }
    }
}

impl LookArgs {
    fn words(&self) -> Vec<String> {
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
        }
    }

    /// The whole command line, word by word.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Words::new(["galvani".into(), "render".into()]);
        words.0.extend(self.file.words());
        words.value("output", Some(self.output.display()));
        let Size([width, height]) = self.size;
        words.value("size", Some(format!("{width}x{height}")));
        words.value("scale", Some(self.scale).filter(|scale| *scale != 1.0));
        words.value("start", self.span.start);
        words.value("duration", self.span.duration);
        words.value("channels", self.span.channels.as_ref());
        words.0.extend(self.look.words());
        let known = Some(&self.annotations).filter(|known| **known != EventsFrom::Nowhere);
        words.value("annotations", known.map(EventsFrom::word));
        words.0.extend(signal::words(&self.signal.settings()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    #[test]
    fn what_is_told_is_asked_for() {
        for words in [
            "galvani render /a.bin --output=b.png --size=1920x1080",
            "galvani render /a.bin --stream=ap --probe=/p.json --digital --output=b.png --size=64x48 --scale=1.5",
            "galvani render /a.raw --raw-channels=3 --rate=1000.5 --dtype=<i2 --order=planar --gain=0.5 --unit=µV --truncated \
             --output=/tmp/b.svg --size=9x9 --start=-0.25 --duration=12.5 --channels=0-3,9 --sort=depth --hide=1 \
             --color-by=group --trace-gain=2.5 --channel-gain=0-3:2 --channel-offset=7:-12.5 --lanes=heatmap --events=auto --hide-events=a \
             --hide-events=b --cut --light --annotations=/n.csv --bandpass=300-6000 --reference=median --bad=4 --no-sidecar",
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
    fn shells_are_told_words() {
        let words = ["galvani", "it's here.bin", "--dtype=<i2", "--size=1x1", ""].map(String::from);
        assert_eq!(
            quoted(&words),
            "galvani 'it'\\''s here.bin' '--dtype=<i2' --size=1x1 ''"
        );
    }
}
