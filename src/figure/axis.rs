//! The axes of a figure.

use crate::view::axis::Scale;
use crate::view::decades::log_ticks;
use crate::view::numbers::{NumberTicks, number_ticks};
use crate::view::ticks::{Tick, time_ticks};
use crate::view::{Position, View};

/// An axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// What it says beside its numbers.
    pub label: String,
    /// The least and the greatest coordinate in view at first; `None` for those of all visuals.
    pub limits: Option<[f64; 2]>,
    /// Beyond which coordinates nothing is shown, wherever the view is moved; `None` for no end.
    pub within: Option<[f64; 2]>,
    /// How coordinates lie along it.
    pub scale: Scale,
    /// The unit of a scale bar, empty for none of its own; `None` for no bar.
    pub bar: Option<String>,
}

impl Axis {
    /// Its limits in units of the axis, where they have a place on it.
    pub(super) fn units(&self) -> Option<[f64; 2]> {
        self.in_units(self.limits)
    }

    /// What views are kept within, in units of the axis.
    pub(super) fn kept(&self) -> Option<[f64; 2]> {
        self.in_units(self.within)
    }

    fn in_units(&self, span: Option<[f64; 2]>) -> Option<[f64; 2]> {
        let units = span?.map(|end| self.scale.unit_from(end));
        units.iter().all(|unit| unit.is_finite()).then_some(units)
    }

    /// Ticks of an axis that shows `start` at pixel 0 and has `px_per_unit` pixels for a unit, below 0 where it counts backwards.
    pub(super) fn ticks(&self, start: f64, px_per_unit: f64, columns: u32, min_px: f64) -> NumberTicks {
        match self.scale {
            Scale::Linear => number_ticks(start, px_per_unit, columns, min_px),
            Scale::Log => log_ticks(start, px_per_unit, columns, min_px),
            Scale::Time => times(start, px_per_unit, columns, min_px),
        }
    }
}

/// Ticks of seconds.
fn times(start: f64, px_per_unit: f64, columns: u32, min_px: f64) -> NumberTicks {
    let across = f64::from(columns);
    let least = start.min(start + across / px_per_unit);
    // A view counts whole samples; a million of them a second leave room for 290 000 years.
    let (rate_hz, far_s) = (1e6, 9e12);
    if !(least.abs() < far_s && px_per_unit.abs() < 1e12) {
        return number_ticks(start, px_per_unit, columns, min_px);
    }
    let whole = (least * rate_hz).floor();
    let view = View::new(
        Position::new(whole as i64, least * rate_hz - whole),
        rate_hz / px_per_unit.abs(),
    );
    let found = time_ticks(&view, columns, rate_hz, min_px);
    let place = |px: f64| if px_per_unit < 0.0 { across - px } else { px };
    NumberTicks {
        anchor: found.anchor,
        ticks: found
            .ticks
            .into_iter()
            .map(|tick| Tick {
                px: place(tick.px),
                ..tick
            })
            .collect(),
        minor: Vec::new(),
        step: found.step_s,
    }
}
