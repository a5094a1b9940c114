//! Filters and references, as the command line asks for them.

use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Args, Parser, ValueEnum};
use galvani::signal::{self, Band, Filtered, Settings};
use galvani::source::Source;

use crate::cli::Channels;

/// The Q of a notch that says none: as wide as a thirtieth of its frequency.
const USUAL_Q: f64 = 30.0;

/// What is done to a recording before it is shown or written: offset, filter, reference, in this order.
#[derive(Debug, Clone, PartialEq, Args)]
#[command(next_help_heading = "Signal")]
pub(crate) struct SignalArgs {
    /// Leave what is above so many Hz: Butterworth, forwards and backwards, so that nothing is delayed.
    #[arg(long, value_name = "HZ")]
    pub(crate) highpass: Option<f64>,
    /// Leave what is below so many Hz.
    #[arg(long, value_name = "HZ")]
    pub(crate) lowpass: Option<f64>,
    /// Leave what is in between, for example 300-6000.
    #[arg(long, value_name = "LO-HI")]
    pub(crate) bandpass: Option<Edges>,
    /// Take out one frequency, as narrow as frequency over Q, which is 30 unless it is given: 50 or 50:10. May be repeated.
    #[arg(long, value_name = "HZ[:Q]")]
    pub(crate) notch: Vec<Notch>,
    /// The order of Butterworth's filters, 1 to 12.
    #[arg(long, value_name = "N", default_value_t = Settings::default().order)]
    pub(crate) filter_order: u32,
    /// Subtract each channel's median over the recording.
    #[arg(long)]
    pub(crate) remove_offset: bool,
    /// Subtract what the neural channels of a group have in common.
    #[arg(long, value_enum)]
    pub(crate) reference: Option<Reference>,
    /// Channels that are bad, from 0, for example 12,191: no part of the reference, and drawn in grey.
    #[arg(long, value_name = "LIST")]
    pub(crate) bad: Option<Channels>,
}

/// See [`signal::Reference`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reference {
    /// The average of them.
    Average,
    /// The median, which no single channel's artefact moves.
    Median,
}

impl From<Reference> for signal::Reference {
    fn from(chosen: Reference) -> Self {
        match chosen {
            Reference::Average => Self::Average,
            Reference::Median => Self::Median,
        }
    }
}

/// The edges of a band, in Hz.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Edges(f64, f64);

impl FromStr for Edges {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let edges = text
            .split_once('-')
            .and_then(|(low, high)| Some(Self(number(low)?, number(high)?)));
        edges.ok_or_else(|| "give the band's edges in Hz, for example 300-6000".into())
    }
}

/// A frequency in Hz, and its Q.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Notch(f64, f64);

impl FromStr for Notch {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let notch = match text.split_once(':') {
            Some((hz, q)) => number(hz).zip(number(q)),
            None => number(text).map(|hz| (hz, USUAL_Q)),
        };
        notch
            .map(|(hz, q)| Self(hz, q))
            .ok_or_else(|| "give a frequency in Hz, and Q if wished: 50 or 50:30".into())
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

impl Default for SignalArgs {
    fn default() -> Self {
        Self {
            highpass: None,
            lowpass: None,
            bandpass: None,
            notch: Vec::new(),
            filter_order: Settings::default().order,
            remove_offset: false,
            reference: None,
            bad: None,
        }
    }
}

impl SignalArgs {
    /// The same as the library says it.
    pub(crate) fn settings(&self) -> Settings {
        let bands = self.highpass.map(Band::HighPass).into_iter();
        let bands = bands.chain(self.lowpass.map(Band::LowPass));
        let bands = bands.chain(self.bandpass.map(|Edges(low, high)| Band::BandPass(low, high)));
        let notches = self
            .notch
            .iter()
            .map(|Notch(hz, q)| Band::Notch { hz: *hz, q: *q });
        Settings {
            remove_offset: self.remove_offset,
            bands: bands.chain(notches).collect(),
            order: self.filter_order,
            reference: self.reference.map(Into::into),
            bad: self
                .bad
                .as_ref()
                .map_or_else(Vec::new, |Channels(list)| list.clone()),
        }
    }

    /// The channels that are said to be bad.
    pub(crate) fn bad(&self) -> Option<&Channels> {
        self.bad.as_ref()
    }

    /// The recording as it is asked for; itself where nothing is.
    pub(crate) fn apply(&self, source: Box<dyn Source>) -> Result<Box<dyn Source>> {
        let settings = self.settings();
        if settings.is_nothing() {
            return Ok(source);
        }
        Ok(Box::new(Filtered::new(Arc::from(source), &settings)?))
    }
}

/// The arguments that ask for the same. Of bands those that can be asked for: one of each kind, and notches.
pub(crate) fn words(settings: &Settings) -> Vec<String> {
    let band = |band: &Band| match *band {
        Band::HighPass(hz) => format!("--highpass={hz}"),
        Band::LowPass(hz) => format!("--lowpass={hz}"),
        Band::BandPass(low, high) => format!("--bandpass={low}-{high}"),
        Band::Notch { hz, q } if q == USUAL_Q => format!("--notch={hz}"),
        Band::Notch { hz, q } => format!("--notch={hz}:{q}"),
    };
    let mut words: Vec<String> = settings.bands.iter().map(band).collect();
    if settings.order != Settings::default().order && !settings.bands.is_empty() {
        words.push(format!("--filter-order={}", settings.order));
    }
    if settings.remove_offset {
        words.push("--remove-offset".into());
    }
    match settings.reference {
        Some(signal::Reference::Average) => words.push("--reference=average".into()),
        Some(signal::Reference::Median) => words.push("--reference=median".into()),
        None => {}
    }
    if !settings.bad.is_empty() {
        words.push(format!("--bad={}", Channels(settings.bad.clone())));
    }
    words
}

/// What such arguments ask for.
///
/// # Errors
/// Where they are none of [`SignalArgs`].
pub(crate) fn parse<S: AsRef<str>>(words: &[S]) -> Result<SignalArgs> {
    /// A command line of nothing else.
    #[derive(Debug, Parser)]
    #[command(no_binary_name = true)]
    struct Alone {
        #[command(flatten)]
        signal: SignalArgs,
    }
    let alone = Alone::try_parse_from(words.iter().map(AsRef::as_ref));
    Ok(alone.context("these are no filters")?.signal)
}

/// A recording as settings say; itself where they say nothing.
///
/// # Errors
/// Those of [`Filtered::new`].
pub(crate) fn filtered(source: Arc<dyn Source>, settings: &Settings) -> galvani::Result<Arc<dyn Source>> {
    Ok(match settings.is_nothing() {
        true => source,
        false => Arc::new(Filtered::new(source, settings)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_as_they_were_asked_for() {
        for words in [
            &["--bandpass=300-6000", "--notch=50", "--notch=60:12.5"][..],
            &[
                "--highpass=0.5",
                "--filter-order=5",
                "--reference=median",
                "--bad=3,7-9",
            ],
            &["--lowpass=100", "--remove-offset", "--reference=average"],
            &[],
        ] {
            let settings = parse(words).expect("they are arguments").settings();
            assert_eq!(super::words(&settings), words);
        }
        assert!(parse(&["--nothing"]).is_err() && parse(&["--bandpass=a"]).is_err());
    }

    #[test]
    fn bands_and_notches_are_told_by_numbers() {
        assert_eq!("300-6000".parse(), Ok(Edges(300.0, 6000.0)));
        assert_eq!("0.5 - 9e3".parse(), Ok(Edges(0.5, 9000.0)));
        assert_eq!("50".parse(), Ok(Notch(50.0, 30.0)));
        assert_eq!("60:12.5".parse(), Ok(Notch(60.0, 12.5)));
        for wrong in ["300", "300-", "a-b", ""] {
            assert!(wrong.parse::<Edges>().is_err(), "{wrong}");
        }
        for wrong in ["", "50:", ":30", "50:x"] {
            assert!(wrong.parse::<Notch>().is_err(), "{wrong}");
        }
    }
}
