//! What lies along an axis: coordinates, or how many powers of ten they are.

/// How coordinates lie along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Evenly.
    #[default]
    Linear,
    /// Evenly by their logarithms to the base of ten: a unit of the axis is a power of ten. What is not above 0 has no place on it.
    Log,
    /// Evenly, seconds that ticks tell as times: milliseconds, minutes, hours, days.
    Time,
}

impl Scale {
    /// Where a coordinate is, in units of the axis; −∞ where it has no place.
    #[inline]
    #[must_use]
    pub fn unit_from(self, coordinate: f64) -> f64 {
        match self {
            Self::Log if coordinate > 0.0 => coordinate.log10(),
            Self::Log if coordinate.is_nan() => coordinate,
            Self::Log => f64::NEG_INFINITY,
            Self::Linear | Self::Time => coordinate,
        }
    }

    /// The coordinate at a place in units of the axis.
    #[inline]
    #[must_use]
    pub fn coordinate_from(self, unit: f64) -> f64 {
        match self {
            Self::Log => 10_f64.powf(unit),
            Self::Linear | Self::Time => unit,
        }
    }

    /// Where a place is on two axes, in units of each; NaN where it has no place on one.
    #[inline]
    #[must_use]
    pub fn units(scales: [Self; 2], place: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| match scales[axis].unit_from(place[axis]) {
            f64::NEG_INFINITY => f64::NAN,
            unit => unit,
        })
    }

    /// Whether it is logarithmic.
    #[must_use]
    pub fn is_log(self) -> bool {
        self == Self::Log
    }
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn there_and_back() {
        for scale in [Scale::Linear, Scale::Log, Scale::Time] {
            for value in [1e-30, 0.1, 1.0, 1000.0, (1_u64 << 40) as f64] {
                let back = scale.coordinate_from(scale.unit_from(value));
                assert!(
                    (back / value - 1.0).abs() < 1e-13,
                    "{scale:?}: {value} and {back}"
                );
            }
        }
        assert_eq!(Scale::Log.unit_from(1000.0), 3.0);
        assert_eq!(Scale::Log.unit_from(0.0), f64::NEG_INFINITY);
        assert_eq!(Scale::Log.unit_from(-1.0), f64::NEG_INFINITY);
        assert!(Scale::Log.unit_from(f64::NAN).is_nan());
    }
}
