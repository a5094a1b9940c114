//! What attributes say of samples, by the names that are in use.

use serde_json::{Map, Value};

use crate::source::Channel;

/// Samples a second.
const RATES: [&str; 12] = [
    "sampling_frequency",
    "sampling_rate",
    "sample_rate",
    "samplerate",
    "sampling_rate_hz",
    "sample_rate_hz",
    "rate_hz",
    "rate",
    "frequency",
    "sfreq",
    "fs",
    "fs_hz",
];
/// Seconds of the first sample.
const STARTS: [&str; 4] = ["t_start", "starting_time", "start_time_s", "start_s"];
/// What one step is in µV, and what is to be added.
const MICROVOLTS: [(&str, &str); 2] = [("gain_to_uV", "offset_to_uV"), ("gain_uV", "offset_uV")];
/// The same in the unit that is named. A plain `gain` is as often that of an amplifier, and is not taken.
const SCALES: [(&str, &str); 3] = [
    ("gains", "offsets"),
    ("conversion", "offset"),
    ("scale_factor", "add_offset"),
];
const UNITS: [&str; 2] = ["units", "unit"];
const NAMES: [&str; 4] = ["channel_names", "channel_ids", "channels", "names"];

/// The attributes of an array and of the groups above it, the nearest first.
pub(super) struct Attributes<'a>(Vec<&'a Map<String, Value>>);

impl<'a> Attributes<'a> {
    pub(super) fn new(own: &'a Map<String, Value>, above: &'a [Map<String, Value>]) -> Self {
        Self([own].into_iter().chain(above).collect())
    }

    /// The first of some attributes that the array has, or the group nearest to it; in any case.
    fn get(&self, names: &[&str]) -> Option<&'a Value> {
        let of = |attributes: &&'a Map<String, Value>| {
            let named = |name: &&str| {
                let exact = attributes.get(*name);
                exact.or_else(|| {
                    attributes
                        .iter()
                        .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
                })
            };
            names.iter().find_map(named)
        };
        self.0.iter().find_map(of)
    }

    pub(super) fn rate_hz(&self) -> Option<f64> {
        let rate_hz = number(self.get(&RATES)?)?;
        (rate_hz > 0.0).then_some(rate_hz)
    }

    pub(super) fn start_s(&self) -> f64 {
        self.get(&STARTS).and_then(number).unwrap_or(0.0)
    }

    /// The channels: scales are one for all or one for each.
    pub(super) fn channels(&self, count: usize) -> Vec<Channel> {
        let own = |pair: &(&str, &str)| Some((self.get(&[pair.0])?, self.get(&[pair.1])));
        let microvolts = MICROVOLTS.iter().find_map(own);
        let (gain, offset) = microvolts.or_else(|| SCALES.iter().find_map(own)).unzip();
        let offset = offset.flatten();
        let units = match microvolts {
            Some(_) => None,
            None => self.get(&UNITS),
        };
        let names = self.get(&NAMES).and_then(Value::as_array);
        let names = names.filter(|names| names.len() == count);
        let channel = |at: usize| {
            let name = names.and_then(|names| names.get(at)).map(text);
            let unit = units.and_then(|units| each(units, at)).map(text);
            Channel {
                unit: match microvolts {
                    Some(_) => "µV".to_owned(),
                    None => symbol(&unit.unwrap_or_default()),
                },
                gain: gain.and_then(|gain| number(each(gain, at)?)).unwrap_or(1.0),
                offset: offset.and_then(|offset| number(each(offset, at)?)).unwrap_or(0.0),
                ..Channel::new(name.unwrap_or_else(|| at.to_string()))
            }
        };
        (0..count).map(channel).collect()
    }
}

/// A channel's own of a list, or what all have.
fn each(value: &Value, at: usize) -> Option<&Value> {
    match value {
        Value::Array(all) => all.get(at),
        one => Some(one),
    }
}

/// A finite number, alone or alone in a list.
fn number(value: &Value) -> Option<f64> {
    let value = match value {
        Value::Array(all) => match all.as_slice() {
            [one] => one,
            _ => return None,
        },
        one => one,
    };
    value.as_f64().filter(|number| number.is_finite())
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// A unit's symbol, where it is written out or without `µ`.
pub(super) fn symbol(unit: &str) -> String {
    let known = match unit {
        "volts" | "volt" => "V",
        "amperes" | "ampere" => "A",
        "microvolts" | "microvolt" | "uV" | "μV" => "µV",
        "millivolts" | "millivolt" => "mV",
        "uA" | "μA" => "µA",
        "n/a" | "unknown" => "",
        other => other,
    };
    known.to_owned()
}
