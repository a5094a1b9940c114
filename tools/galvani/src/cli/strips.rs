//! Recordings beside the first one, on its axis of time.

use std::str::FromStr;

use clap::{Args, Parser};

use super::words::{Words, unquoted};
use super::{Channels, EventsFrom, FileArgs, LookArgs, SignalArgs, quoted};
use crate::signal;

/// What is shown beside the recording.
#[derive(Debug, Clone, PartialEq, Default, Args)]
#[command(next_help_heading = "Beside it")]
pub(crate) struct WithArgs {
    /// Another recording below it, on the same axis of time, whatever its shape. May be repeated.
    ///
    /// Its own options stand with its path, all in quotes: --with 'b.lfp --raw-channels=8 --rate=1250 --hide=3'. Of those are all that say
    /// how a file is opened, filtered and looks, and --shift and --share: the seconds by which it starts later than the first, and
    /// its height in heights of the first. Without --shift, recordings of one clock lie as that says, others as their dates say if they
    /// meet, and else they start together.
    #[arg(long, value_name = "RECORDING")]
    pub(crate) with: Vec<StripArgs>,
}

/// A recording beside the first one.
#[derive(Debug, Clone, PartialEq, Parser)]
#[command(no_binary_name = true, name = "--with")]
pub(crate) struct StripArgs {
    #[command(flatten)]
    pub(crate) file: FileArgs,
    /// Channels to show, from the top down.
    #[arg(long, value_name = "LIST")]
    pub(crate) channels: Option<Channels>,
    #[command(flatten)]
    pub(crate) signal: SignalArgs,
    #[command(flatten)]
    pub(crate) look: LookArgs,
    /// Annotations to show, as of the first.
    #[arg(long, value_name = "PATH|auto|none", default_value = "none")]
    pub(crate) annotations: EventsFrom,
    /// Seconds by which it starts later than the first.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) shift: Option<f64>,
    /// Its height, in heights of the first.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) share: Option<f64>,
}

impl StripArgs {
    /// As it comes.
    pub(crate) fn of(file: FileArgs) -> Self {
        Self {
            file,
            channels: None,
            signal: SignalArgs::default(),
            look: LookArgs::default(),
            annotations: EventsFrom::Nowhere,
            shift: None,
            share: None,
        }
    }

    fn parse_words(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        Self::try_parse_from(words).map_err(|error| {
            let text = error.render().to_string();
            text.trim_start_matches("error: ").trim_end().to_owned()
        })
    }

    /// One word that says the same.
    pub(crate) fn word(&self) -> String {
        let mut words = Words::new(self.file.words());
        words.value("channels", self.channels.as_ref());
        words.all_of(self.look.words());
        let known = Some(&self.annotations).filter(|known| **known != EventsFrom::Nowhere);
        words.value("annotations", known.map(EventsFrom::word));
        words.all_of(signal::words(&self.signal.settings()));
        words.value("shift", self.shift);
        words.value("share", self.share);
        quoted(&words.all())
    }
}

impl FromStr for StripArgs {
    type Err = String;

    /// A path as it is where there is such a file, else words as a shell takes them.
    fn from_str(text: &str) -> Result<Self, String> {
        if std::path::Path::new(text).exists() {
            return Ok(Self::of(FileArgs::plain(text.into())));
        }
        Self::parse_words(unquoted(text))
    }
}

/// A height above 0.
fn share(text: &str) -> Result<f64, String> {
    let share = text.parse::<f64>().ok();
    share
        .filter(|share| (0.01..=100.0).contains(share))
        .ok_or_else(|| "give a number from 0.01 to 100".into())
}
