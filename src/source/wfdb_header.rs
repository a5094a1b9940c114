//! WFDB's headers, `.hea`: lines of text that say which signals lie in which files, or of which segments a record is made.
//!
//! <https://physionet.org/physiotools/wag/header-5.htm>.

use std::path::Path;

use super::reader::{failed, text};
use crate::Result;

pub(crate) const FORMAT: &str = "WFDB";
const MAX_TEXT: u64 = 64 << 20;
const MAX_SIGNALS: usize = 1 << 16;
const MAX_SEGMENTS: usize = 1 << 20;
/// The most samples of a signal in a frame, and frames of skew, that make sense.
const MAX_FRAME: u32 = 1 << 16;
/// Steps a unit where a header does not say.
const USUAL_GAIN: f64 = 200.0;

/// A signal, as its line describes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signal {
    pub(crate) file: String,
    pub(crate) format: u32,
    /// Samples in a frame.
    pub(crate) per_frame: u32,
    /// Frames by which its samples come late.
    pub(crate) skew: u32,
    /// Bytes before the first sample of the file.
    pub(crate) offset: u64,
    /// Steps a unit.
    pub(crate) gain: f64,
    /// The step of 0.
    pub(crate) baseline: f64,
    pub(crate) unit: String,
    /// The first value, which differences start from.
    pub(crate) initial: i32,
    pub(crate) name: String,
}

/// What a record is made of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Signals(Vec<Signal>),
    /// Records, and frames of each; `~` is a gap.
    Segments(Vec<(String, u64)>),
}

/// A header.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Header {
    /// Frames a second.
    pub(crate) rate_hz: f64,
    /// Frames, if it says.
    pub(crate) frames: Option<u64>,
    pub(crate) content: Content,
    pub(crate) started: Option<String>,
}

impl Header {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let written = text(FORMAT, path, MAX_TEXT)?;
        Self::parse(&written).map_err(|(line, problem)| {
            failed(
                FORMAT,
                path,
                line.map_or(0, |line| line.as_ptr() as u64 - written.as_ptr() as u64),
                problem,
            )
        })
    }

    /// Parses a header, or says what is wrong with which line.
    fn parse(written: &str) -> std::result::Result<Self, (Option<&str>, String)> {
        let mut lines = written
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let line = lines.next().ok_or((None, "it is empty".to_owned()))?;
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default();
        let count = words.next().and_then(|count| count.parse::<usize>().ok());
        let count = count.filter(|count| *count <= MAX_SIGNALS);
        let count = count.ok_or((
            Some(line),
            "it does not say how many signals there are".to_owned(),
        ))?;
        // Frequency, that of a counter, and the counter's base.
        let rate = words
            .next()
            .and_then(|rate| rate.split(['/', '(']).next()?.parse().ok());
        let frames = words
            .next()
            .and_then(|frames| frames.parse().ok())
            .filter(|frames| *frames > 0);
        let started = started(words.next(), words.next());
        let content = match name.split_once('/') {
            Some((_, segments)) => {
                let count = segments
                    .parse::<usize>()
                    .ok()
                    .filter(|count| *count <= MAX_SEGMENTS);
                let count = count.ok_or((Some(line), format!("{segments:?} is no number of segments")))?;
                let segment = |line: &str| {
                    let (name, frames) = line.split_once(char::is_whitespace)?;
                    Some((name.to_owned(), frames.trim().parse().ok()?))
                };
                let segments: Option<Vec<_>> = lines.take(count).map(segment).collect();
                Content::Segments(segments.ok_or((Some(line), "a segment is not described".to_owned()))?)
            }
            None => {
                let mut signals = Vec::new();
                for line in lines.take(count) {
                    signals.push(Signal::parse(line).map_err(|problem| (Some(line), problem))?);
                }
                if signals.len() < count {
                    let problem = format!("{count} signals are said, {} described", signals.len());
                    return Err((Some(line), problem));
                }
                Content::Signals(signals)
            }
        };
        Ok(Self {
            rate_hz: rate
                .filter(|rate: &f64| rate.is_finite() && *rate > 0.0)
                .unwrap_or(250.0),
            frames,
            content,
            started,
        })
    }
}

impl Signal {
    /// `file format[xN][:skew][+offset] [gain[(baseline)][/unit] [resolution [zero [initial [checksum [block [name]]]]]]]`
    fn parse(line: &str) -> std::result::Result<Self, String> {
        let mut words = line.split_whitespace();
        let mut next = || words.next();
        let (file, stored) = (next().unwrap_or_default(), next().ok_or("the format is missing")?);
        let digits = stored.find(|c: char| !c.is_ascii_digit()).unwrap_or(stored.len());
        let format = stored[..digits]
            .parse()
            .map_err(|_| format!("{stored:?} is no format"))?;
        let after = |mark: char| -> Option<u64> {
            let rest = &stored[stored.find(mark)? + mark.len_utf8()..];
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest[..end].parse().ok()
        };
        let small = |value: u64| u32::try_from(value).ok().filter(|value| *value <= MAX_FRAME);
        let per_frame = small(after('x').unwrap_or(1)).filter(|samples| *samples > 0);
        let skew = small(after(':').unwrap_or(0));
        let scale = next().unwrap_or_default();
        let (numbers, unit) = scale.split_once('/').unwrap_or((scale, "mV"));
        let (gain, baseline) = numbers.split_once('(').unwrap_or((numbers, ""));
        let gain = gain
            .parse()
            .ok()
            .filter(|gain: &f64| gain.is_finite() && *gain != 0.0);
        let _resolution = next();
        let zero: i32 = next().and_then(|zero| zero.parse().ok()).unwrap_or(0);
        let initial = next().and_then(|initial| initial.parse().ok()).unwrap_or(zero);
        let (_checksum, _block) = (next(), next());
        let baseline = baseline.trim_end_matches(')').parse::<i32>().unwrap_or(zero);
        let name: Vec<&str> = words.collect();
        Ok(Self {
            file: file.to_owned(),
            format,
            per_frame: per_frame.ok_or("the number of samples in a frame means nothing")?,
            skew: skew.ok_or("the skew means nothing")?,
            offset: after('+').unwrap_or(0),
            gain: gain.unwrap_or(USUAL_GAIN),
            baseline: f64::from(baseline),
            unit: unit.replace("uV", "µV"),
            initial,
            name: name.join(" "),
        })
    }
}

/// `hh:mm:ss` and `dd/mm/yyyy` to ISO 8601, if both are there.
fn started(time: Option<&str>, date: Option<&str>) -> Option<String> {
    let parts: Vec<u32> = date?.split('/').map_while(|part| part.parse().ok()).collect();
    let [day, month, year] = parts.try_into().ok()?;
    Some(format!("{year:04}-{month:02}-{day:02}T{:0>8}", time?))
}
