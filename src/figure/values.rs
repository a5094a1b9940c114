//! Colours by values, and what they mean.

use std::sync::Arc;

use crate::scene::{Colormap, Rgba8};
use crate::view::plane::spread;
use crate::{Error, Result};

/// Holds the values of the first colour and of the last to be finite.
pub(super) fn limits(what: &'static str, first: f64, last: f64) -> Result<[f64; 2]> {
    if first.is_finite() && last.is_finite() {
        return Ok([first, last]);
    }
    Err(Error::Invalid {
        what,
        problem: format!("{first} and {last}; give finite ones"),
    })
}

/// Limits that differ: where they would not, with something on either side; of none 0 and 1.
pub(super) fn apart(limits: Option<[f64; 2]>) -> [f64; 2] {
    let limits = limits.unwrap_or([0.0, 1.0]);
    match limits[0] == limits[1] {
        true => spread(limits),
        false => limits,
    }
}

/// A value for each item of a visual, and the colours that they have: those of a [`Colormap`] from the first of two limits to the second.
/// What is not finite is clear.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    pub(super) values: Arc<[f32]>,
    pub(super) colors: Arc<[Rgba8]>,
    colormap: Colormap,
    limits: Option<[f64; 2]>,
    /// The least and the greatest finite one.
    ends: Option<[f64; 2]>,
    pub(super) bar: bool,
    pub(super) label: String,
}

impl Values {
    /// In viridis from the least to the greatest finite one.
    pub(super) fn new(values: &[f32]) -> Self {
        let finite = values.iter().copied().filter(|value| value.is_finite());
        let ends = finite.fold(None, |ends: Option<[f32; 2]>, v| {
            Some(ends.map_or([v; 2], |[least, most]| [least.min(v), most.max(v)]))
        });
        let made = Self {
            values: values.into(),
            colors: Arc::default(),
            colormap: Colormap::Viridis,
            limits: None,
            ends: ends.map(|ends| ends.map(f64::from)),
            bar: false,
            label: String::new(),
        };
        made.colored()
    }

    pub(super) fn colormap(self, colormap: Colormap) -> Self {
        Self { colormap, ..self }.colored()
    }

    pub(super) fn limits(self, first: f64, last: f64) -> Result<Self> {
        let limits = Some(limits("the limits of values", first, last)?);
        Ok(Self { limits, ..self }.colored())
    }

    pub(super) fn bar(self, bar: bool) -> Self {
        Self { bar, ..self }
    }

    pub(super) fn label(self, label: String) -> Self {
        let bar = true;
        Self { bar, label, ..self }
    }

    fn colored(self) -> Self {
        let [first, last] = self.range();
        let color = |value: &f32| match value.is_finite() {
            true => self.colormap.color((f64::from(*value) - first) / (last - first)),
            false => Rgba8::default(),
        };
        let colors = self.values.iter().map(color).collect();
        Self { colors, ..self }
    }

    /// A colour for each.
    #[must_use]
    pub fn colors(&self) -> &[Rgba8] {
        &self.colors
    }

    /// Which colours they are of.
    #[must_use]
    pub fn map(&self) -> Colormap {
        self.colormap
    }

    /// The values of the first colour and of the last, which differ: where they would not, with something on either side.
    #[must_use]
    pub fn range(&self) -> [f64; 2] {
        apart(self.limits.or(self.ends))
    }
}

#[cfg(test)]
mod tests {
    use super::Values;
    use crate::scene::{Colormap, Rgba8};

    #[test]
    fn colours_go_from_limit_to_limit() {
        let values = Values::new(&[0.0, f32::NAN, 1.0, 3.0]);
        let ends = [0.0, 1.0].map(|part| Colormap::Viridis.color(part));
        assert_eq!(values.range(), [0.0, 3.0]);
        assert_eq!([values.colors()[0], values.colors()[3]], ends);
        assert_eq!(values.colors()[1], Rgba8::default());
        let values = values.colormap(Colormap::Gray).limits(1.0, 0.0).expect("limits");
        let gray = [1.0, 0.0, 0.0].map(|part| Colormap::Gray.color(part));
        assert_eq!([0, 2, 3].map(|place| values.colors()[place]), gray);
        assert!(values.limits(0.0, f64::INFINITY).is_err());
    }

    #[test]
    fn none_and_one_have_a_range() {
        assert_eq!(Values::new(&[]).range(), [0.0, 1.0]);
        assert_eq!(Values::new(&[f32::INFINITY]).range(), [0.0, 1.0]);
        assert_eq!(Values::new(&[2.0]).range(), [1.5, 2.5]);
    }
}
