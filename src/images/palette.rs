//! The colours of values.

use crate::scene::{Colormap, Rgba8};

/// Which colour stands for which value, as words with red in their lowest byte and alpha in their highest.
pub struct Palette {
    /// Of 256 parts of the range, from the first limit to the second.
    colors: [u32; 256],
    from: f64,
    /// Parts for a unit.
    scale: f64,
    /// Of values of 8 bits.
    pub(super) bytes: [u32; 256],
    /// What alpha of colours becomes.
    pub(super) alphas: [u8; 256],
}

impl Palette {
    /// Of a range whose limits differ; values beyond it have the colours of its ends, and NaN is clear. `opacity` is from 0 to 1.
    #[must_use]
    pub fn new(map: Colormap, [from, to]: [f64; 2], opacity: f32) -> Self {
        let opacity = f64::from(opacity).clamp(0.0, 1.0);
        let alpha = |alpha: f64| (alpha * opacity).round() as u8;
        let colors = std::array::from_fn(|part| {
            let color: Rgba8 = map.color(part as f64 / 255.0);
            color.with_alpha(alpha(255.0)).to_u32()
        });
        let mut palette = Self {
            colors,
            from,
            scale: 256.0 / (to - from),
            bytes: [0; 256],
            alphas: std::array::from_fn(|value| alpha(value as f64)),
        };
        palette.bytes = std::array::from_fn(|value| palette.color(value as f64));
        palette
    }

    /// The colour of a number.
    #[inline(always)]
    pub(super) fn color(&self, value: f64) -> u32 {
        if value.is_nan() {
            return 0;
        }
        let part = (value - self.from) * self.scale;
        self.colors[part.clamp(0.0, 255.0) as usize]
    }
}
