//! What the pointer is over, and the ruler: plain state and maths.
//!
//! A height is turned into a value through the lane it is in, as the last frame had it. The sample under the pointer is read
//! from the source, never from the picture: one where samples are wider than a column, else all of the column's.

use std::ops::Range;

use galvani::Result;
use galvani::scene::LaneStrip;
use galvani::source::{Owned, Samples, Source};
use galvani::view::Position;

use super::model::Shown;

/// Values, of all channels together, that are read at most to tell the range of a column: 16 MiB of floats.
const MOST_VALUES: u64 = 4 << 20;

/// A place in a channel's lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) at: Position,
    pub(super) channel: usize,
    /// The physical value that this height of the lane stands for.
    pub(super) value: f64,
}

/// Two places, both measured in the lane of the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ruler {
    pub(super) from: Place,
    pub(super) to: Place,
}

impl Ruler {
    /// From one end to the other, in seconds.
    pub(super) fn seconds(&self, rate_hz: f64) -> f64 {
        self.to.at.since(self.from.at) / rate_hz
    }

    /// From one end to the other, in the unit of the first's channel.
    pub(super) fn rise(&self) -> f64 {
        self.to.value - self.from.value
    }
}

/// What is looked up for the pointer: a channel, and samples of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) channel: usize,
    pub(super) span: Range<u64>,
    /// Which version of the recording.
    pub(super) version: u64,
}

/// What was found there: the least and the greatest physical value; `None` where there are only gaps.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) wanted: Wanted,
    pub(super) range: Option<[f64; 2]>,
}

/// What is measured on the plot.
#[derive(Debug, Clone, Default)]
pub(super) struct Measuring {
    /// The pointer, in pixels of the window; `None` outside it.
    pub(super) pointer: Option<[f64; 2]>,
    pub(super) found: Option<Found>,
    /// What is being looked up.
    pub(super) looking: Option<Wanted>,
    pub(super) ruler: Option<Ruler>,
    /// Whether the next drag is a ruler.
    pub(super) ruling: bool,
    /// The lanes of the last frame.
    pub(super) lanes: Vec<LaneStrip>,
}

impl Measuring {
    /// What was found to be nothing may be there by now.
    pub(super) fn forget(&mut self) {
        self.found.take_if(|found| found.range.is_none());
    }

    /// Takes what was looked up; what could not be read is known as a gap, so that it is not asked for again and again.
    pub(super) fn found(&mut self, found: Option<Found>) {
        let Some(wanted) = self.looking.take() else {
            return;
        };
        let found = found.unwrap_or(Found {
            wanted: wanted.clone(),
            range: None,
        });
        // Another recording may have been opened since.
        if found.wanted == wanted {
            self.found = Some(found);
        }
    }
}

impl Shown {
    /// The place at a pixel of the window, in `channel`'s lane or the one that is there; `None` outside the plot.
    pub(super) fn place(&self, [x, y]: [f64; 2], channel: Option<usize>) -> Option<Place> {
        let plot = self.plot;
        let px = x - f64::from(plot.x);
        if !(0.0..f64::from(plot.w)).contains(&px) {
            return None;
        }
        let lane = self.measuring.lanes.iter().find(|lane| match channel {
            Some(channel) => lane.channel == channel,
            None => (f64::from(lane.top)..f64::from(lane.bottom)).contains(&y),
        })?;
        let stored = (y - f64::from(lane.y0)) / f64::from(lane.px_per_stored);
        let channel = self.info.channels.get(lane.channel)?;
        Some(Place {
            at: self.browser.view.sample_from_px(px),
            channel: lane.channel,
            value: stored * channel.gain + channel.offset,
        })
    }

    /// Where a place is now, in pixels of the window; `None` where its channel is not shown.
    pub(super) fn px_of(&self, place: &Place) -> Option<[f64; 2]> {
        let lane = self
            .measuring
            .lanes
            .iter()
            .find(|lane| lane.channel == place.channel)?;
        let channel = self.info.channels.get(place.channel)?;
        let stored = (place.value - channel.offset) / channel.gain;
        let x = self.browser.view.px_from_sample(place.at) + f64::from(self.plot.x);
        Some([x, f64::from(lane.y0) + stored * f64::from(lane.px_per_stored)])
    }

    /// What the pointer is over.
    pub(super) fn pointed(&self) -> Option<Place> {
        self.place(self.measuring.pointer?, None)
    }

    /// The samples to look up for the pointer; `None` beside the recording.
    pub(super) fn wanted(&self) -> Option<Wanted> {
        let place = self.pointed()?;
        let (view, samples) = (&self.browser.view, self.info.samples);
        let [first, last] = if view.samples_per_px() <= 1.0 {
            let nearest = place.at.plus(0.5).sample();
            [nearest, nearest.saturating_add(1)]
        } else {
            let px = (self.measuring.pointer?[0] - f64::from(self.plot.x)).floor();
            let after = |px: f64| {
                let at = view.sample_from_px(px);
                at.sample()
                    .saturating_add(i64::from(at.since(Position::new(at.sample(), 0.0)) > 0.0))
            };
            [after(px), after(px + 1.0)]
        };
        let within = |sample: i64| u64::try_from(sample).unwrap_or(0).min(samples);
        let span = within(first)..within(last);
        (span.start < span.end).then_some(Wanted {
            channel: place.channel,
            span,
            version: self.version,
        })
    }

    /// What is to be looked up now: once at a time, and nothing that is known.
    pub(super) fn look(&mut self) -> Option<Wanted> {
        if self.measuring.looking.is_some() {
            return None;
        }
        let wanted = self.wanted()?;
        let known = self.measuring.found.as_ref().map(|found| &found.wanted);
        if known == Some(&wanted) {
            return None;
        }
        self.measuring.looking = Some(wanted.clone());
        Some(wanted)
    }

    /// What has been found where the pointer is; `None` while it is looked up.
    pub(super) fn read_out(&self) -> Option<&Found> {
        let wanted = self.wanted()?;
        self.measuring
            .found
            .as_ref()
            .filter(|found| found.wanted == wanted)
    }

    /// One end of the ruler is put down, or the other is moved, at a pixel of the window.
    pub(super) fn rule(&mut self, from: [f64; 2], to: [f64; 2]) {
        let ends = self
            .place(from, None)
            .and_then(|from| Some((from, self.place(to, Some(from.channel))?)));
        if let Some((from, to)) = ends {
            self.measuring.ruler = Some(Ruler { from, to });
        }
        self.measuring.ruling = false;
    }
}

/// Whether what is wanted is so much that its range is told from the pyramid, as it is drawn.
pub(super) fn is_wide(wanted: &Wanted, channels: usize) -> bool {
    (wanted.span.end - wanted.span.start).saturating_mul(channels as u64) > MOST_VALUES
}

/// Reads what is wanted; gaps are passed over.
///
/// # Errors
/// Those of [`Source::read`].
pub(super) fn look_up(source: &dyn Source, wanted: Wanted) -> Result<Found> {
    let owned = Owned::read(source, wanted.span.clone())?;
    let value = |t: usize| match owned.samples() {
        Samples::I16(block) => f64::from(block.at(wanted.channel, t)),
        Samples::F32(block) => f64::from(block.at(wanted.channel, t)),
    };
    let len = (wanted.span.end - wanted.span.start) as usize;
    let Some(channel) = source.info().channels.get(wanted.channel) else {
        // Another recording has been opened since.
        return Ok(Found { wanted, range: None });
    };
    let range = (0..len)
        .map(|t| value(t) * channel.gain + channel.offset)
        .filter(|value| !value.is_nan())
        .fold(None, |range: Option<[f64; 2]>, value| {
            let [lo, hi] = range.unwrap_or([value; 2]);
            Some([lo.min(value), hi.max(value)])
        });
    Ok(Found { wanted, range })
}

/// A value in four digits, with its unit.
pub(super) fn quantity(value: f64, unit: &str) -> String {
    let digits = 3.0 - value.abs().max(1e-12).log10().floor();
    let number = match value.abs() {
        0.0 => "0".into(),
        v if !(1e-4..1e7).contains(&v) => format!("{value:.3e}"),
        _ => format!("{value:.*}", digits.clamp(0.0, 7.0) as usize),
    };
    let number = number.replace('-', "−");
    if unit.is_empty() {
        number
    } else {
        format!("{number} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use galvani::scene::{Layout, PxRect};
    use galvani::source::Synthetic;
    use galvani::view::View;

    use super::super::action::Action;
    use super::super::model::{Model, Request};

    /// 4 channels of 100 s at 1 kHz, seen from 20 s on, and their source.
    fn model(samples_per_px: f64) -> (Model, Synthetic) {
        let source = Synthetic::new(1, 4, 100_000, 1000.0).expect("a source");
        let mut model = Model::example();
        let shown = model.strip.shown.as_mut().expect("a recording");
        let area = PxRect {
            x: 10,
            y: 20,
            w: 1000,
            h: 400,
        };
        let layout = Layout::within(
            [1100, 500],
            area,
            &shown.scene,
            &shown.info,
            &[100.0; 4],
            0..4,
            1.0,
        );
        (shown.plot, shown.measuring.lanes) = (layout.plot, layout.lanes);
        shown.browser.columns = shown.plot.w;
        shown.browser.view = View::new(Position::new(20_000, 0.0), samples_per_px);
        (model, source)
    }

    #[test]
    fn places_go_there_and_back() {
        let (model, _) = model(0.25);
        let shown = model.strip.shown.as_ref().expect("a recording");
        let at = [f64::from(shown.plot.x) + 40.0, f64::from(shown.plot.y) + 130.0];
        let place = shown.place(at, None).expect("a lane is there");
        assert_eq!((place.channel, place.at), (1, Position::new(20_010, 0.0)));
        let back = shown.px_of(&place).expect("it is shown");
        assert!(
            (back[0] - at[0]).abs() < 1e-6 && (back[1] - at[1]).abs() < 1e-3,
            "{back:?}"
        );
        assert_eq!(shown.place([f64::from(shown.plot.x) - 1.0, at[1]], None), None);
    }

    #[test]
    fn the_pointer_tells_true_samples_and_ranges_of_columns() {
        for (samples_per_px, span) in [(0.25, 20_010..20_011), (8.0, 20_320..20_328)] {
            let (mut model, source) = model(samples_per_px);
            let plot = model.strip.shown.as_ref().expect("a recording").plot;
            let at = [f64::from(plot.x) + 40.4, f64::from(plot.y) + 130.0];
            assert!(model.act(Action::Point(Some(at))));
            let requests = model.take_requests();
            let [Request::Look(wanted)] = requests.as_slice() else {
                panic!("one look, not {requests:?}");
            };
            assert_eq!((wanted.channel, &wanted.span), (1, &span));
            model.act(Action::Point(Some(at)));
            assert!(model.take_requests().is_empty(), "one at a time");
            let found = look_up(&source, wanted.clone()).expect("a read");
            let [lo, hi] = found.range.expect("no gap");
            assert!(lo <= hi && (span.end - span.start > 1 || lo == hi));
            model.act(Action::Found(Some(found.clone())));
            let shown = model.strip.shown.as_ref().expect("a recording");
            assert_eq!(shown.read_out(), Some(&found));
            assert!(model.take_requests().is_empty(), "it is known");
            let beside = [at[0] + 100.0, at[1]];
            model.act(Action::Point(Some(beside)));
            assert_eq!(model.take_requests().len(), 1);
            model.act(Action::Found(None));
            assert!(
                model.take_requests().is_empty(),
                "a failed read is not tried for ever"
            );
        }
    }

    #[test]
    fn rulers_measure_in_the_first_ones_lane() {
        let (mut model, _) = model(0.5);
        let shown = model.strip.shown.as_ref().expect("a recording");
        let at = |x: f64, y: f64| [f64::from(shown.plot.x) + x, f64::from(shown.plot.y) + y];
        let (from, to) = (at(100.0, 40.0), at(300.0, 250.0));
        let lane = shown.measuring.lanes[0];
        let expected = 210.0 / f64::from(lane.px_per_stored) * shown.info.channels[0].gain;
        model.act(Action::Rule { from, to });
        let ruler = model.strip.shown.as_ref().and_then(|shown| shown.measuring.ruler);
        let ruler = ruler.expect("a ruler");
        assert_eq!((ruler.from.channel, ruler.to.channel), (0, 0));
        assert!((ruler.seconds(1000.0) - 0.1).abs() < 1e-12);
        assert!((ruler.rise() / expected - 1.0).abs() < 1e-6, "{}", ruler.rise());
    }

    #[test]
    fn quantities() {
        for (value, text) in [(12.341, "12.34 V"), (-1234.6, "−1235 V"), (1e9, "1.000e9 V")] {
            assert_eq!(quantity(value, "V"), text);
        }
        assert_eq!(quantity(0.0, ""), "0");
    }
}
