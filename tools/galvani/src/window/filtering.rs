//! Which filter is switched on, and how one is typed: plain state. What is made of it is in [`super::turning`].

use galvani::signal::{Band, Filter, Reference, Settings};

use super::action::Command;
use super::model::{Model, Overlay, Request};

/// What a first press switches on, of recordings that are fast enough for it: where spikes are.
const SPIKES_HZ: (f64, f64) = (300.0, 6000.0);

/// Width of a notch that says nothing else: a thirtieth of its frequency.
const USUAL_Q: f64 = 30.0;

/// The filter that is switched on and off.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Switch {
    /// As it was typed last; nothing until then.
    pub(super) settings: Settings,
    pub(super) on: bool,
}

/// A filter as it is being typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Form {
    /// Hz that are let pass from, and up to; nothing for no such edge.
    pub(super) above: String,
    pub(super) below: String,
    /// Frequencies that are taken out, each with its Q if wished.
    pub(super) notches: String,
    pub(super) order: String,
    pub(super) reference: Option<Reference>,
    pub(super) remove_offset: bool,
}

impl Form {
    pub(super) fn new(settings: &Settings) -> Self {
        let mut form = Self {
            order: settings.order.to_string(),
            reference: settings.reference,
            remove_offset: settings.remove_offset,
            ..Self::default()
        };
        let mut notches = Vec::new();
        for band in &settings.bands {
            match *band {
                Band::HighPass(hz) => form.above = hz.to_string(),
                Band::LowPass(hz) => form.below = hz.to_string(),
                Band::BandPass(low, high) => (form.above, form.below) = (low.to_string(), high.to_string()),
                Band::Notch { hz, q } if q == USUAL_Q => notches.push(hz.to_string()),
                Band::Notch { hz, q } => notches.push(format!("{hz}:{q}")),
            }
        }
        form.notches = notches.join(", ");
        form
    }

    /// What it says, for a recording of so many samples a second.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(super) fn settings(&self, rate_hz: f64) -> Result<Settings, String> {
        let number = |text: &str, what: &str| match text.trim() {
            "" => Ok(None),
            text => text
                .parse::<f64>()
                .map(Some)
                .map_err(|_| format!("{what}: {text:?} is no number")),
        };
        let (above, below) = (number(&self.above, "Above")?, number(&self.below, "Below")?);
        let mut bands = match (above, below) {
            (Some(low), Some(high)) => vec![Band::BandPass(low, high)],
            (Some(low), None) => vec![Band::HighPass(low)],
            (None, Some(high)) => vec![Band::LowPass(high)],
            (None, None) => Vec::new(),
        };
        for notch in self.notches.split([',', ' ']).filter(|notch| !notch.is_empty()) {
            let (hz, q) = notch.split_once(':').unwrap_or((notch, ""));
            let hz = number(hz, "Notch")?.ok_or("Notch: there is no frequency")?;
            let q = number(q, "Notch")?.unwrap_or(USUAL_Q);
            bands.push(Band::Notch { hz, q });
        }
        let order = match self.order.trim() {
            "" => Settings::default().order,
            text => text
                .parse()
                .map_err(|_| format!("Order: {text:?} is no whole number"))?,
        };
        Filter::new(&bands, order, rate_hz).map_err(|error| error.to_string())?;
        Ok(Settings {
            remove_offset: self.remove_offset,
            bands,
            order,
            reference: self.reference,
            bad: Vec::new(),
        })
    }
}

/// What a filter does, in a few words.
pub(super) fn told(settings: &Settings) -> String {
    let band = |band: &Band| match *band {
        Band::HighPass(hz) => format!("above {hz} Hz"),
        Band::LowPass(hz) => format!("below {hz} Hz"),
        Band::BandPass(low, high) => format!("{low}–{high} Hz"),
        Band::Notch { hz, .. } => format!("without {hz} Hz"),
    };
    let mut parts: Vec<String> = settings.bands.iter().map(band).collect();
    parts.extend(settings.reference.map(|reference| match reference {
        Reference::Average => "less the average".into(),
        Reference::Median => "less the median".into(),
    }));
    if settings.remove_offset {
        parts.push("less offsets".into());
    }
    parts.join(", ")
}

impl Model {
    /// What is to be done to the recording: the filter that is on, with the channels that are bad now.
    pub(super) fn wanted(&self) -> Settings {
        if !self.strip.filter.on {
            return Settings::default();
        }
        let mut settings = self.strip.filter.settings.clone();
        settings.bad = match (&self.strip.shown, settings.reference) {
            (Some(shown), Some(_)) => shown.channels.bad(),
            _ => Vec::new(),
        };
        settings
    }

    /// Whether what is shown is what is to be.
    pub(super) fn is_as_wanted(&self) -> bool {
        let mut shown = self.strip.signal.clone();
        if shown.reference.is_none() {
            shown.bad.clear();
        }
        shown == self.wanted()
    }

    /// Commands about filters; `None` for others.
    pub(super) fn command_on_filters(&mut self, command: Command) -> Option<bool> {
        match command {
            Command::Filter => {
                let rate_hz = self.strip.shown.as_ref()?.info.rate_hz;
                if !self.strip.filter.on && self.strip.filter.settings.is_nothing() {
                    let (low, high) = SPIKES_HZ;
                    if high >= rate_hz / 2.0 {
                        return self.command_on_filters(Command::FilterSettings);
                    }
                    self.strip.filter.settings.bands = vec![Band::BandPass(low, high)];
                }
                self.strip.filter.on = !self.strip.filter.on;
                self.turn();
            }
            Command::FilterSettings => {
                self.overlay = match self.overlay {
                    Some(Overlay::Filter(_)) => None,
                    _ => Some(Overlay::Filter(Form::new(&self.strip.filter.settings))),
                };
            }
            _ => return None,
        }
        Some(true)
    }

    /// Switches on what was typed; leaves it open where it is wrong, or nothing is open yet. What says nothing switches off.
    pub(super) fn take_filter(&mut self, form: Form) {
        let rate_hz = self.strip.shown.as_ref().map(|shown| shown.info.rate_hz);
        match rate_hz.map(|rate_hz| form.settings(rate_hz)) {
            Some(Ok(settings)) => {
                self.strip.filter.on = !settings.is_nothing();
                self.strip.filter.settings = settings;
                self.turn();
            }
            _ => self.overlay = Some(Overlay::Filter(form)),
        }
    }

    /// Asks for what is wanted now.
    pub(super) fn turn(&mut self) {
        if !self.strip.requests.contains(&Request::Filter) {
            self.strip.requests.push(Request::Filter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::{Action, Change};
    use super::*;

    #[test]
    fn forms_say_what_they_are_made_of() {
        for bands in [
            vec![Band::BandPass(30.0, 60.5)],
            vec![Band::HighPass(0.5), Band::Notch { hz: 50.0, q: 30.0 }],
            vec![Band::LowPass(100.0), Band::Notch { hz: 60.0, q: 5.0 }],
        ] {
            let settings = Settings {
                bands,
                order: 5,
                reference: Some(Reference::Median),
                ..Settings::default()
            };
            assert_eq!(Form::new(&settings).settings(1000.0), Ok(settings));
        }
        let wrong = |above: &str, order: &str| Form {
            above: above.into(),
            order: order.into(),
            ..Form::default()
        };
        for form in [
            wrong("x", ""),
            wrong("600", ""),
            wrong("10", "99"),
            wrong("1", "a"),
        ] {
            assert!(form.settings(1000.0).is_err(), "{form:?}");
        }
        assert!(
            wrong("", "")
                .settings(1000.0)
                .is_ok_and(|settings| settings.is_nothing())
        );
    }

    #[test]
    fn a_key_switches_what_was_typed_last() {
        let mut model = Model::example();
        assert!(model.act(Action::Do(Command::Filter)));
        let Some(Overlay::Filter(mut form)) = model.overlay.clone() else {
            panic!("a recording of 1 kHz has no band of spikes");
        };
        form.above = "x".into();
        assert!(model.act(Action::Filter(form.clone())) && model.act(Action::Take));
        assert!(model.overlay.is_some() && model.take_requests().is_empty());
        form.above = "10".into();
        form.reference = Some(Reference::Average);
        assert!(model.act(Action::Filter(form)) && model.act(Action::Take));
        assert!(model.overlay.is_none() && !model.is_as_wanted());
        assert_eq!(model.take_requests(), [Request::Filter]);
        assert_eq!(model.wanted().bands, [Band::HighPass(10.0)]);
        assert!(model.act(Action::Channel(2, Change::Bad(true))));
        assert_eq!(model.take_requests(), [Request::Filter], "another reference");
        assert_eq!(model.wanted().bad, [2]);
        assert!(model.act(Action::Do(Command::Filter)) && model.is_as_wanted());
        assert!(model.act(Action::Do(Command::Filter)) && !model.is_as_wanted());
    }
}
