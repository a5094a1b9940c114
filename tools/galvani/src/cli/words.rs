//! A command line from its parts: what was asked for, said so that it can be asked for again.

use std::path::PathBuf;

use super::{EventsFrom, FileArgs, LookArgs, RenderArgs, Size, SpanArgs};
use crate::signal::{self, SignalArgs};

impl EventsFrom {
    fn word(&self) -> String {
        match self {
            Self::Nowhere => "none".into(),
            Self::Recording => "auto".into(),
            Self::Path(path) => {
                let whole = std::path::absolute(path);
                whole.as_ref().unwrap_or(path).to_string_lossy().into_owned()
            }
        }
    }
}

impl LookArgs {
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut say = |name: &str, value: Option<String>| {
            words.extend(value.map(|value| format!("--{name}={value}")));
        };
        say("sort", self.sort.map(|sort| sort.word().into()));
        say("hide", self.hide.as_ref().map(ToString::to_string));
        say("color-by", self.color_by.map(|by| by.word().into()));
        say("trace-gain", self.trace_gain.map(|gain| gain.to_string()));
        say(
            "channel-gain",
            self.channel_gain.as_ref().map(ToString::to_string),
        );
        say(
            "channel-offset",
            self.channel_offset.as_ref().map(ToString::to_string),
        );
        say("lanes", self.lanes.map(|lanes| lanes.word().into()));
        say("events", self.events.as_ref().map(EventsFrom::word));
        for name in &self.hide_events {
            say("hide-events", Some(name.clone()));
        }
        let flags = [
            ("--center", self.center),
            ("--fill", self.fill),
            ("--cut", self.cut),
            ("--light", self.light),
        ];
        words.extend(
            flags
                .into_iter()
                .filter(|flag| flag.1)
                .map(|flag| flag.0.to_owned()),
        );
        words
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
        let mut words = vec!["galvani".to_owned(), "render".into()];
        words.extend(self.file.words());
        words.push(format!("--output={}", self.output.display()));
        let Size([width, height]) = self.size;
        words.push(format!("--size={width}x{height}"));
        let mut say = |name: &str, value: Option<String>| {
            words.extend(value.map(|value| format!("--{name}={value}")));
        };
        say("scale", (self.scale != 1.0).then(|| self.scale.to_string()));
        say("start", self.span.start.map(|start| start.to_string()));
        say(
            "duration",
            self.span.duration.map(|duration| duration.to_string()),
        );
        say("channels", self.span.channels.as_ref().map(ToString::to_string));
        words.extend(self.look.words());
        let known = &self.annotations;
        words.extend((*known != EventsFrom::Nowhere).then(|| format!("--annotations={}", known.word())));
        words.extend(signal::words(&self.signal.settings()));
        words.extend(self.no_sidecar.then(|| "--no-sidecar".to_owned()));
        words
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
