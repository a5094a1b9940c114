//! Which channels are shown, in which order and colour: plain state, from which the scene's traces are made.

use galvani::scene::{Rgba8, Style, Trace, Traces};
use galvani::source::{Info, Robust};

use super::action::Change;
pub(super) use crate::cli::{ColorBy, Sort as Order};

/// What is known of one channel besides the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Channel {
    pub(super) hidden: bool,
    /// Drawn in grey, and left out of what is measured over channels.
    pub(super) bad: bool,
    pub(super) selected: bool,
    /// Its own gain.
    pub(super) gain: f32,
    /// The physical value in the middle of its lane.
    pub(super) offset: f64,
}

/// All channels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Channels {
    /// By the recording's number.
    pub(super) all: Vec<Channel>,
    /// Those that can be shown, in the file's or the command line's order.
    listed: Vec<usize>,
    pub(super) order: Order,
    pub(super) color_by: ColorBy,
    /// The one that was clicked last.
    anchor: Option<usize>,
}

impl Channels {
    /// As a scene shows them at first.
    pub(super) fn new(traces: &Traces, info: &Info) -> Self {
        let mut all = vec![
            Channel {
                hidden: false,
                bad: false,
                selected: false,
                gain: 1.0,
                offset: 0.0,
            };
            info.channels.len()
        ];
        for trace in &traces.channels {
            all[trace.channel].offset = trace.offset;
        }
        Self {
            all,
            listed: traces.channels.iter().map(|trace| trace.channel).collect(),
            order: Order::default(),
            color_by: ColorBy::default(),
            anchor: None,
        }
    }

    /// Those that can be shown, where these are not simply all in the file's order.
    pub(super) fn listed(&self) -> Option<&[usize]> {
        let whole = self.listed.iter().copied().eq(0..self.all.len());
        (!whole).then_some(&self.listed)
    }

    /// All that can be shown, in their present order.
    pub(super) fn ordered(&self, info: &Info) -> Vec<usize> {
        if self.order == Order::File {
            return self.listed.clone();
        }
        let mut listed = vec![false; info.channels.len()];
        self.listed.iter().for_each(|&channel| listed[channel] = true);
        let mut order = galvani::source::Order::from(self.order).of(&info.channels);
        order.retain(|&channel| listed[channel]);
        order
    }

    /// The traces of a scene.
    pub(super) fn traces(&self, info: &Info, style: &Style) -> Vec<Trace> {
        let trace = |channel: usize| {
            let state = &self.all[channel];
            Trace {
                channel,
                color: self.color(channel, info, style),
                gain: state.gain,
                offset: state.offset,
                visible: !state.hidden,
            }
        };
        self.ordered(info).into_iter().map(trace).collect()
    }

    /// The colour of a channel's line and name.
    pub(super) fn color(&self, channel: usize, info: &Info, style: &Style) -> Rgba8 {
        if self.all[channel].bad {
            return grey(style);
        }
        let known = &info.channels[channel];
        match self.color_by {
            ColorBy::Channel => style.color(channel),
            ColorBy::Group => known.group.map_or(style.foreground, |g| style.color(g as usize)),
            ColorBy::Depth => match (known.position_um, depths(info)) {
                (Some([_, y]), Some((low, high))) => {
                    let share = if high > low { (y - low) / (high - low) } else { 0.5 };
                    scale(share, style)
                }
                _ => style.foreground,
            },
        }
    }

    /// Does something to one channel.
    pub(super) fn change(&mut self, channel: usize, change: Change) {
        let Some(state) = self.all.get_mut(channel) else {
            return;
        };
        match change {
            Change::Hidden(hidden) => state.hidden = hidden,
            Change::Bad(bad) => state.bad = bad,
            Change::Gain(gain) if gain.is_finite() => state.gain = gain,
            Change::Gain(_) => {}
            Change::Toggle => {
                state.selected = !state.selected;
                self.anchor = Some(channel);
            }
            Change::Select => {
                self.select(false);
                self.all[channel].selected = true;
                self.anchor = Some(channel);
            }
        }
    }

    /// Selects all, or none.
    pub(super) fn select(&mut self, selected: bool) {
        for &channel in &self.listed {
            self.all[channel].selected = selected;
        }
    }

    /// Selects everything from the one that was clicked last, in the present order.
    pub(super) fn select_to(&mut self, channel: usize, info: &Info) {
        let order = self.ordered(info);
        let place = |of: usize| order.iter().position(|&one| one == of);
        let (Some(to), from) = (place(channel), self.anchor.and_then(place)) else {
            return;
        };
        let from = from.unwrap_or(to);
        for &one in &order[from.min(to)..=from.max(to)] {
            self.all[one].selected = true;
        }
    }

    /// Hides what is selected, and lets go of it.
    pub(super) fn hide_selected(&mut self) {
        for channel in self.all.iter_mut().filter(|channel| channel.selected) {
            channel.hidden = true;
            channel.selected = false;
        }
    }

    /// Marks what is selected as bad; where all of it is, as good.
    pub(super) fn mark_selected(&mut self) {
        let bad = self.selected().any(|channel| !self.all[channel].bad);
        for channel in self.all.iter_mut().filter(|channel| channel.selected) {
            channel.bad = bad;
        }
    }

    /// Those that are bad, by the recording's numbers.
    pub(super) fn bad(&self) -> Vec<usize> {
        let all = self.all.iter().enumerate();
        all.filter(|(_, channel)| channel.bad)
            .map(|(index, _)| index)
            .collect()
    }

    /// What is selected, by the recording's numbers.
    pub(super) fn selected(&self) -> impl Iterator<Item = usize> + '_ {
        let all = self.all.iter().enumerate();
        all.filter(|(_, channel)| channel.selected)
            .map(|(index, _)| index)
    }

    /// How many can be shown, and how many are.
    pub(super) fn counts(&self) -> (usize, usize) {
        let shown = self.listed.iter().filter(|&&channel| !self.all[channel].hidden);
        (self.listed.len(), shown.count())
    }

    /// Puts the middle of what was measured in the middle of lanes.
    pub(super) fn center(&mut self, measured: &[Robust], info: &Info) {
        for ((state, robust), channel) in self.all.iter_mut().zip(measured).zip(&info.channels) {
            let offset = channel.gain * f64::from(robust.centre) + channel.offset;
            if offset.is_finite() {
                state.offset = offset;
            }
        }
    }

    /// Gives each channel the gain by which what was measured fills a lane that `first` filled before; held to a million times.
    pub(super) fn scale(&mut self, measured: &[Robust], first: &[Robust]) {
        for ((state, now), before) in self.all.iter_mut().zip(measured).zip(first) {
            let gain = before.amplitude / now.amplitude;
            if gain.is_finite() && gain > 0.0 {
                state.gain = gain.clamp(1e-6, 1e6).copysign(state.gain);
            }
        }
    }
}

/// A colour that is there and no more.
fn grey(style: &Style) -> Rgba8 {
    let mix = |a: u8, b: u8| ((u16::from(a) * 2 + u16::from(b) * 3) / 5) as u8;
    let (ink, ground) = (style.foreground, style.background);
    Rgba8 {
        r: mix(ink.r, ground.r),
        g: mix(ink.g, ground.g),
        b: mix(ink.b, ground.b),
        a: 255,
    }
}

/// The least and the greatest height of an electrode, if any is known.
fn depths(info: &Info) -> Option<(f32, f32)> {
    let heights = info.channels.iter().filter_map(|channel| channel.position_um);
    heights
        .map(|[_, y]| (y, y))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// A place on a scale of colours from 0 to 1, of even steps to the eye and told apart without red and green (after viridis).
fn scale(share: f32, style: &Style) -> Rgba8 {
    const STOPS: [[f32; 3]; 6] = [
        [65.0, 68.0, 135.0],
        [42.0, 120.0, 142.0],
        [34.0, 168.0, 132.0],
        [122.0, 209.0, 81.0],
        [194.0, 223.0, 35.0],
        [253.0, 231.0, 37.0],
    ];
    // On white the brightest end cannot be seen, and on black the darkest.
    let light = style.background.luminance() > 0.5;
    let (from, to) = if light { (0.0, 0.66) } else { (0.2, 1.0) };
    let at = (from + share.clamp(0.0, 1.0) * (to - from)) * (STOPS.len() - 1) as f32;
    let (below, part) = ((at as usize).min(STOPS.len() - 2), at.fract());
    let part = if at as usize >= STOPS.len() - 1 { 1.0 } else { part };
    let mix = |i: usize| (STOPS[below][i] + (STOPS[below + 1][i] - STOPS[below][i]) * part).round() as u8;
    Rgba8 {
        r: mix(0),
        g: mix(1),
        b: mix(2),
        a: 255,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use galvani::source::{Source, Synthetic};

    fn channels() -> (Channels, Info) {
        let mut info = Synthetic::new(1, 4, 100, 1000.0)
            .expect("a source")
            .info()
            .clone();
        for (i, (name, y)) in [("CH10", 0.0), ("CH2", 40.0), ("aux", 20.0), ("CH1", 60.0)]
            .into_iter()
            .enumerate()
        {
            info.channels[i].name = name.into();
            info.channels[i].position_um = (name != "aux").then_some([0.0, y]);
        }
        (Channels::new(&Traces::new(&info), &info), info)
    }

    #[test]
    fn orders() {
        let (mut channels, info) = channels();
        assert_eq!(channels.ordered(&info), [0, 1, 2, 3]);
        channels.order = Order::Name;
        assert_eq!(channels.ordered(&info), [3, 1, 0, 2]);
        channels.order = Order::Depth;
        assert_eq!(channels.ordered(&info), [3, 1, 0, 2]);
    }

    #[test]
    fn hidden_bad_and_selected() {
        let (mut channels, info) = channels();
        let style = Style::dark();
        channels.change(1, Change::Select);
        channels.select_to(3, &info);
        assert_eq!(channels.selected().collect::<Vec<_>>(), [1, 2, 3]);
        channels.change(2, Change::Toggle);
        channels.mark_selected();
        assert!(channels.all[1].bad && channels.all[3].bad && !channels.all[2].bad);
        assert_eq!(channels.color(1, &info, &style), grey(&style));
        channels.mark_selected();
        assert!(!channels.all[1].bad);
        channels.hide_selected();
        assert_eq!(channels.counts(), (4, 2));
        assert_eq!(channels.selected().count(), 0);
        let traces = channels.traces(&info, &style);
        let hidden: Vec<bool> = traces.iter().map(|trace| !trace.visible).collect();
        assert_eq!(hidden, [false, true, false, true]);
    }

    #[test]
    fn colours_contrast() {
        for style in [Style::dark(), Style::light()] {
            for share in [0.0, 0.3, 0.7, 1.0] {
                let contrast = scale(share, &style).contrast(style.background);
                assert!(contrast > 1.6, "{share}: {contrast}");
            }
        }
    }

    #[test]
    fn what_was_measured_fills_lanes() {
        let (mut channels, info) = channels();
        let robust = |centre, amplitude| vec![Robust { centre, amplitude }; 4];
        channels.center(&robust(10.0, 0.0), &info);
        let expected = info.channels[0].gain * 10.0 + info.channels[0].offset;
        assert!((channels.all[0].offset - expected).abs() < 1e-9);
        channels.scale(&robust(0.0, 50.0), &robust(0.0, 100.0));
        assert!((channels.all[0].gain - 2.0).abs() < 1e-6);
        channels.scale(&robust(0.0, 0.0), &robust(0.0, 100.0));
        assert!((channels.all[0].gain - 2.0).abs() < 1e-6, "nothing to go by");
    }
}
