//! Colours of numbers.
//!
//! The colours of each map are interpolated in sRGB, 8 bits a component, between some of its own: of viridis ten, a ninth apart, within
//! 16 of 255 of all 256 that were published; of the other maps 52, a 51st apart, within 1 of 255, cividis within 4.
//!
//! | map | who made it | licence |
//! |---|---|---|
//! | viridis, magma | Stéfan van der Walt, Nathaniel Smith and Eric Firing, <https://bids.github.io/colormap/> | CC0 1.0 |
//! | cividis | Jamie Nuñez, Christopher Anderton and Ryan Renslow, <https://doi.org/10.1371/journal.pone.0199239>, as Matplotlib has it | CC0 1.0 |
//! | batlow, vik | Fabio Crameri, *Scientific colour maps*, <https://doi.org/10.5281/zenodo.1243862>, as cmcrameri 1.10 has them | MIT, © 2020 Fabio Crameri |

use super::style::Rgba8;

/// Which colour stands for which part of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Colormap {
    /// From dark violet by green to yellow. Its lightness rises evenly, also for eyes that lack a kind of cone and in print without
    /// colours.
    #[default]
    Viridis,
    /// From dark blue to yellow: looks nearly the same to eyes that lack a kind of cone.
    Cividis,
    /// From black by red to pale yellow, as even as viridis.
    Magma,
    /// From dark blue by green and orange to pink, even for all eyes.
    Batlow,
    /// From blue by white to red, for what lies on either side of a middle.
    Vik,
    /// From black to white.
    Gray,
}

impl Colormap {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Viridis,
        Self::Cividis,
        Self::Magma,
        Self::Batlow,
        Self::Vik,
        Self::Gray,
    ];

    /// The colour of a part of the range, from 0 to 1; of NaN the first.
    #[must_use]
    pub fn color(self, part: f64) -> Rgba8 {
        match self {
            Self::Viridis => between(&VIRIDIS, part),
            Self::Cividis => between(&CIVIDIS, part),
            Self::Magma => between(&MAGMA, part),
            Self::Batlow => between(&BATLOW, part),
            Self::Vik => between(&VIK, part),
            Self::Gray => between(&[0x000000, 0xFFFFFF], part),
        }
    }
}

/// The colour of a part of the way along colours that stand evenly.
fn between(anchors: &[u32], part: f64) -> Rgba8 {
    let at = part.clamp(0.0, 1.0) * (anchors.len() - 1) as f64;
    let below = (at as usize).min(anchors.len() - 2);
    let [a, b] = [below, below + 1].map(|i| Rgba8::opaque(anchors[i]));
    let mix = |a: u8, b: u8| {
        let (a, b) = (f64::from(a), f64::from(b));
        (a + (b - a) * (at - below as f64)).round() as u8
    };
    Rgba8 {
        r: mix(a.r, b.r),
        g: mix(a.g, b.g),
        b: mix(a.b, b.b),
        a: 255,
    }
}

const VIRIDIS: [u32; 10] = [
    0x440154, 0x482878, 0x3E4989, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6ECE58, 0xB5DE2B, 0xFDE725,
];

const CIVIDIS: [u32; 52] = [
    0x00224E, 0x002656, 0x002A5F, 0x002D68, 0x003070, 0x083370, 0x163770, 0x203A6F, 0x273E6E, 0x2E416D,
    0x34456C, 0x3A486C, 0x3F4C6C, 0x444F6C, 0x49536C, 0x4E566C, 0x535A6D, 0x575D6D, 0x5C616E, 0x60646F,
    0x656870, 0x696B71, 0x6D6F72, 0x727274, 0x767676, 0x7A7A78, 0x7E7D78, 0x838179, 0x888578, 0x8D8878,
    0x928C78, 0x969077, 0x9B9476, 0xA09875, 0xA59C74, 0xAAA073, 0xAFA471, 0xB5A86F, 0xBAAC6D, 0xBFB06B,
    0xC4B468, 0xC9B965, 0xCFBD62, 0xD4C15F, 0xDAC65B, 0xDFCA57, 0xE5CF52, 0xEAD34C, 0xF0D846, 0xF6DD3F,
    0xFCE236, 0xFEE838,
];

const MAGMA: [u32; 52] = [
    0x000004, 0x02020B, 0x050416, 0x090720, 0x0E0B2B, 0x140E36, 0x1A1042, 0x21114E, 0x29115A, 0x311165,
    0x390F6E, 0x420F75, 0x4A1079, 0x52137C, 0x5A167E, 0x621980, 0x6A1C81, 0x721F81, 0x792282, 0x812581,
    0x892881, 0x912B81, 0x992D80, 0xA1307E, 0xAA337D, 0xB2357B, 0xBA3878, 0xC23B75, 0xCA3E72, 0xD2426F,
    0xD9466B, 0xE04C67, 0xE75263, 0xEC5860, 0xF1605D, 0xF4695C, 0xF7725C, 0xF97B5D, 0xFB8560, 0xFC8E64,
    0xFD9869, 0xFEA16E, 0xFEAA74, 0xFEB47B, 0xFEBD82, 0xFEC68A, 0xFECF92, 0xFED89A, 0xFDE2A3, 0xFDEBAC,
    0xFCF4B6, 0xFCFDBF,
];

const BATLOW: [u32; 52] = [
    0x011959, 0x06215B, 0x0A285C, 0x0C2F5D, 0x0E365E, 0x0F3C5F, 0x114160, 0x124661, 0x134B61, 0x154F62,
    0x185462, 0x1B5862, 0x1E5D62, 0x236060, 0x28645F, 0x2F675C, 0x356A59, 0x3C6D56, 0x447052, 0x4C724D,
    0x537549, 0x5B7745, 0x637A40, 0x6C7C3C, 0x747E38, 0x7D8134, 0x868330, 0x8F862D, 0x99882C, 0xA38A2C,
    0xAD8C2D, 0xB78E31, 0xC09036, 0xCA923C, 0xD29343, 0xDB954B, 0xE39754, 0xEA995E, 0xF09C69, 0xF59F74,
    0xF9A380, 0xFBA68C, 0xFDAA97, 0xFDAEA2, 0xFDB2AD, 0xFDB5B8, 0xFDB9C2, 0xFDBCCD, 0xFCC0D8, 0xFCC4E3,
    0xFBC8EF, 0xFACCFA,
];

const VIK: [u32; 52] = [
    0x001261, 0x011A66, 0x02226B, 0x022A70, 0x023175, 0x02397A, 0x03417F, 0x034984, 0x055189, 0x08598F,
    0x106294, 0x196B9A, 0x2575A1, 0x337FA8, 0x4289AF, 0x5194B6, 0x619EBD, 0x71A8C4, 0x80B2CA, 0x90BCD1,
    0xA0C5D8, 0xB0CFDE, 0xC0D8E4, 0xCFE0E8, 0xDEE6E9, 0xE8E7E5, 0xEEE3DC, 0xEEDBD0, 0xECD1C3, 0xE8C8B5,
    0xE4BEA8, 0xDFB49A, 0xDBAA8D, 0xD7A081, 0xD39774, 0xCF8E68, 0xCC855D, 0xC87C51, 0xC47445, 0xC06B3A,
    0xBC622F, 0xB65824, 0xAF4C18, 0xA5400F, 0x9A3508, 0x8F2B06, 0x852206, 0x7C1B06, 0x731406, 0x6A0D07,
    0x620607, 0x590008,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_get_lighter_with_every_step() {
        for map in Colormap::ALL {
            let light = |i: i32| map.color(f64::from(i) / 254.0).luminance();
            match map {
                // From both ends to the middle.
                Colormap::Vik => {
                    assert!(light(0) < light(60) && light(60) < light(127) && light(254) < light(190))
                }
                // Rounded, neighbours may be a hair out of order.
                _ => assert!((0..254).all(|i| light(i) <= light(i + 1) + 2e-3), "{map:?}"),
            }
            assert_eq!(map.color(f64::NAN).a, 255);
            assert_eq!(
                (map.color(-1.0), map.color(9.0)),
                (map.color(0.0), map.color(1.0))
            );
        }
    }

    #[test]
    fn colours_are_those_that_were_published() {
        let at = |map: Colormap, number: u8| map.color(f64::from(number) / 255.0);
        assert_eq!(Colormap::Viridis.color(0.0), Rgba8::opaque(0x440154));
        assert_eq!(Colormap::Viridis.color(1.0), Rgba8::opaque(0xFDE725));
        assert_eq!(at(Colormap::Cividis, 0), Rgba8::opaque(0x00224E));
        assert_eq!(at(Colormap::Cividis, 100), Rgba8::opaque(0x656870));
        assert_eq!(at(Colormap::Cividis, 255), Rgba8::opaque(0xFEE838));
        assert_eq!(at(Colormap::Magma, 0), Rgba8::opaque(0x000004));
        assert_eq!(at(Colormap::Magma, 100), Rgba8::opaque(0x892881));
        assert_eq!(at(Colormap::Magma, 255), Rgba8::opaque(0xFCFDBF));
        assert_eq!(at(Colormap::Batlow, 0), Rgba8::opaque(0x011959));
        assert_eq!(at(Colormap::Batlow, 100), Rgba8::opaque(0x537549));
        assert_eq!(at(Colormap::Batlow, 255), Rgba8::opaque(0xFACCFA));
        assert_eq!(at(Colormap::Vik, 0), Rgba8::opaque(0x001261));
        assert_eq!(at(Colormap::Vik, 100), Rgba8::opaque(0xA0C5D8));
        assert_eq!(at(Colormap::Vik, 255), Rgba8::opaque(0x590008));
        assert_eq!(at(Colormap::Gray, 77), Rgba8::opaque(0x4D4D4D));
    }
}
