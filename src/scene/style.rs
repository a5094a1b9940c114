//! Colours and widths.
//!
//! The palettes are Okabe and Ito's, which stay distinct under the common kinds of colour blindness (M. Okabe, K. Ito,
//! *Color Universal Design*, 2008, <https://jfly.uni-koeln.de/color/>), without their black. On the dark background
//! they are as published; on the light one the bright ones are darkened, each channel by the same factor, until
//! they contrast with it at 3.3 to 1. Every colour has at least the 3 to 1 that WCAG 2.2 asks of graphics.

use bytemuck::{Pod, Zeroable};

/// A colour of 8 bits a component, sRGB, with straight (not premultiplied) alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Rgba8 {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
    /// 0 is clear, 255 opaque.
    pub a: u8,
}

impl Rgba8 {
    /// The opaque colour `0xRRGGBB`.
    #[must_use]
    pub const fn opaque(rgb: u32) -> Self {
        let [_, r, g, b] = rgb.to_be_bytes();
        Self { r, g, b, a: 255 }
    }

    /// The same colour with another alpha.
    #[must_use]
    pub const fn with_alpha(self, a: u8) -> Self {
        Self { a, ..self }
    }

    /// The components as `[r, g, b, a]`.
    #[must_use]
    pub const fn to_array(self) -> [u8; 4] {
        [self.r, self.g, self.b, self.a]
    }

    /// The components packed into a word with red in its lowest byte, as `unpackUnorm4x8` wants them.
    #[must_use]
    pub const fn to_u32(self) -> u32 {
        u32::from_le_bytes(self.to_array())
    }

    /// Relative luminance by WCAG 2.2, from 0 to 1; alpha is ignored.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let linear = |component: u8| {
            let c = f64::from(component) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.r) + 0.7152 * linear(self.g) + 0.0722 * linear(self.b)
    }

    /// Contrast ratio with `other` by WCAG 2.2, from 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

/// Colours and widths of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    /// Behind everything.
    pub background: Rgba8,
    /// Axes, ticks and text.
    pub foreground: Rgba8,
    /// The width of a trace where its samples are drawn as lines, in pixels before scaling to the display.
    pub line_width_px: f32,
    /// The colours of channels, in turn; where empty they have the foreground's.
    pub palette: Vec<Rgba8>,
}

/// Sky blue, orange, bluish green, yellow, blue, vermilion, reddish purple; contrast 3.6 to 14.3.
const ON_DARK: [u32; 7] = [0x56B4E9, 0xE69F00, 0x009E73, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7];

/// The same, darkened where need be; contrast 3.3 to 5.2.
const ON_LIGHT: [u32; 7] = [0x4795C1, 0xBD8200, 0x009E73, 0x97902A, 0x0072B2, 0xD55E00, 0xC474A0];

impl Style {
    /// For screens: bright traces on near black.
    #[must_use]
    pub fn dark() -> Self {
        Self::of(0x0E1116, 0xC9D1D9, &ON_DARK)
    }

    /// For paper: traces on white.
    #[must_use]
    pub fn light() -> Self {
        Self::of(0xFFFFFF, 0x24292F, &ON_LIGHT)
    }

    /// The colour of a recording's channel.
    #[must_use]
    pub fn color(&self, channel: usize) -> Rgba8 {
        match self.palette.len() {
            0 => self.foreground,
            n => self.palette[channel % n],
        }
    }

    fn of(background: u32, foreground: u32, palette: &[u32]) -> Self {
        Self {
            background: Rgba8::opaque(background),
            foreground: Rgba8::opaque(foreground),
            line_width_px: 1.25,
            palette: palette.iter().map(|&rgb| Rgba8::opaque(rgb)).collect(),
        }
    }
}
