//! Arrays with names, of which some are signals: what MATLAB's files and plain HDF5 have in common.

use super::described::ASSUMED;
use super::stored::StoredType;
use super::{Channel, Info, Layout, Segment, numbered_channels};

/// Names of a number that is a rate, in lower case and without `_`.
const RATES: [&str; 10] = [
    "fs",
    "rate",
    "ratehz",
    "srate",
    "sfreq",
    "fsample",
    "samplerate",
    "samplingrate",
    "samplefrequency",
    "samplingfrequency",
];
/// More channels than any device has.
const MAX_CHANNELS: u64 = 1 << 20;
/// What is shorter than the longest by more than this is a table, and no signal.
const SHORTER: u64 = 16;

/// The rate among numbers with names: that beside the array `of`, `EEG.srate` beside `EEG.data`, else that of the whole file.
pub(crate) fn rate_of(of: &str, numbers: &[(String, f64)]) -> Option<f64> {
    let parent = |name: &str| {
        name.rsplit_once(['.', '/'])
            .map_or("", |(parent, _)| parent)
            .to_owned()
    };
    let is_rate = |(name, value): &&(String, f64)| {
        let last = name.rsplit(['.', '/']).next().unwrap_or(name);
        let plain = last.to_lowercase().replace('_', "");
        RATES.contains(&plain.as_str()) && value.is_finite() && *value > 0.0
    };
    let rates: Vec<&(String, f64)> = numbers.iter().filter(is_rate).collect();
    let beside = rates.iter().find(|(name, _)| parent(name) == parent(of));
    let whole = || rates.iter().find(|(name, _)| parent(name).is_empty());
    beside.or_else(whole).map(|(_, value)| *value)
}

/// Samples and channels of an array of two axes, and whether time is the first: the longer one, the first if they are equal.
pub(crate) fn orient(axes: [u64; 2]) -> (u64, u64, bool) {
    let [first, last] = axes;
    if last > first {
        (last, first, false)
    } else {
        (first, last, true)
    }
}

/// Whether an array of two axes may be signals beside another of which the longest axis is `longest`; why not.
pub(crate) fn problem_of(axes: [u64; 2], longest: u64) -> Option<String> {
    let (samples, channels, _) = orient(axes);
    match () {
        () if samples < 2 || channels == 0 => Some("it is empty, or one number".into()),
        () if channels > MAX_CHANNELS => Some(format!("{channels} channels are too many")),
        () if samples < longest / SHORTER => Some(format!("it is short, beside one of {longest} samples")),
        () => None,
    }
}

/// What is said of an array that is signals.
pub(crate) fn info(
    format: &'static str,
    (samples, channels): (u64, u64),
    stored: StoredType,
    layout: Layout,
    rate_hz: Option<f64>,
) -> Info {
    let channels: Vec<Channel> = super::plain::shifted(numbered_channels(channels as usize), stored);
    let assumed = || format!("nothing beside the array is its sampling rate: {ASSUMED}");
    Info {
        format,
        channels,
        samples,
        rate_hz: rate_hz.unwrap_or(1.0),
        stored: stored.to_string(),
        dtype: stored.dtype(),
        layout,
        segments: Segment::all(samples),
        warnings: if rate_hz.is_none() {
            vec![assumed()]
        } else {
            Vec::new()
        },
    }
}
