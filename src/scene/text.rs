//! Lines of text to glyphs: an embedded font, and an atlas of coverage that is filled as glyphs are first needed.
//!
//! The font is Inter 4.001 (SIL Open Font License, `font/LICENSE-OFL.txt`), cut down to Latin-1, some letters beyond it, Greek,
//! superscripts and subscripts, arrows and signs of mathematics; `font/README.md` lists them. Its tabular digits stand in for the
//! proportional ones, so that numbers keep their width as they count. Glyphs stand on whole pixels vertically, where
//! stems would blur, and on quarters of a pixel horizontally below 32 px, where uneven gaps would show. The same
//! calls give the same bytes.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use ab_glyph::{Font as _, FontRef, GlyphId, point};

use super::overlay::Glyph;
use super::style::Rgba8;

/// The atlas never grows past this many bytes.
pub const MAX_COVERAGE: usize = 4 << 20;

/// Heights of letters that can be had, in pixels.
pub const FONT_PX: (f32, f32) = (4.0, 64.0);

/// The embedded font, TrueType: for panels around a picture that are to look like it.
pub static FONT: &[u8] = include_bytes!("font/inter-subset.ttf");

/// One glyph's coverage in the atlas, and where its box lies from the pen.
#[derive(Debug, Clone, Copy)]
struct Cached {
    x: i32,
    y: i32,
    w: i32,
    h: i32,
    offset: u32,
}

/// The font, and the advances of Latin-1 in units of its height: most measuring is done with those alone.
struct Face {
    font: FontRef<'static>,
    latin: [f32; 256],
}

static FACE: LazyLock<Face> = LazyLock::new(|| {
    let font = FontRef::try_from_slice(FONT).expect("the embedded font is well formed");
    let mut face = Face {
        font,
        latin: [0.0; 256],
    };
    face.latin = std::array::from_fn(|c| face.em_advance(char::from(c as u8)));
    face
});

impl Face {
    fn advance(&self, c: char) -> f32 {
        match u8::try_from(c) {
            Ok(latin) => self.latin[usize::from(latin)],
            Err(_) => self.em_advance(c),
        }
    }

    fn em_advance(&self, c: char) -> f32 {
        self.font.h_advance_unscaled(self.glyph_id(c)) / self.units_per_em()
    }

    /// What the font lacks shows as a question mark, control characters as blanks.
    fn glyph_id(&self, c: char) -> GlyphId {
        let c = if c.is_control() || c.is_whitespace() {
            ' '
        } else {
            c
        };
        match self.font.glyph_id(c) {
            GlyphId(0) => self.font.glyph_id('?'),
            id => id,
        }
    }

    fn units_per_em(&self) -> f32 {
        self.font.units_per_em().unwrap_or(2048.0)
    }
}

/// Pixels that a line of text takes, for letters `px` high. Costs a few ns a character.
#[must_use]
pub fn width(text: &str, px: f32) -> f32 {
    text.chars().map(|c| FACE.advance(c)).sum::<f32>() * px
}

/// The embedded font itself, TrueType.
pub(crate) fn font() -> &'static [u8] {
    FONT
}

/// The number of a character's glyph in the embedded font, and its advance in heights of letters.
pub(crate) fn glyph(c: char) -> (u16, f32) {
    (FACE.glyph_id(c).0, FACE.advance(c))
}

/// How far the embedded font reaches above and below its baseline, in heights of letters; below is negative.
pub(crate) fn reach() -> (f32, f32) {
    let em = FACE.units_per_em();
    (
        FACE.font.ascent_unscaled() / em,
        FACE.font.descent_unscaled() / em,
    )
}

/// The text, or its longest beginning with an ellipsis that takes no more than `room` pixels; empty where not
/// even one character fits.
#[must_use]
pub fn elided(text: &str, px: f32, room: f32) -> String {
    if width(text, px) <= room {
        return text.to_owned();
    }
    let mut used = width("…", px);
    let fits = |c: &char| {
        used += FACE.advance(*c) * px;
        used <= room
    };
    let kept: String = text.chars().take_while(fits).collect();
    // A lone ellipsis says nothing.
    if kept.is_empty() {
        kept
    } else {
        format!("{}…", kept.trim_end())
    }
}

/// The atlas of coverage made so far.
#[derive(Debug, Default)]
pub struct Text {
    coverage: Arc<Vec<u8>>,
    version: u64,
    cache: HashMap<(GlyphId, u32, u8), Option<Cached>>,
}

impl Text {
    /// An empty atlas.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All coverage, one byte a pixel; [`Glyph::offset`] points into it.
    #[must_use]
    pub fn coverage(&self) -> &Arc<Vec<u8>> {
        &self.coverage
    }

    /// Changes whenever [`Text::coverage`] does.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Starts a picture: empties the atlas if it is half full, so that one picture's glyphs always fit.
    ///
    /// Glyphs laid out before are no longer valid if [`Text::version`] changes here.
    pub fn begin(&mut self) {
        if self.coverage.len() > MAX_COVERAGE / 2 {
            self.coverage = Arc::default();
            self.cache.clear();
            self.version += 1;
        }
    }

    /// Lays out a line that starts at `x` with its baseline on row `y`, and appends its glyphs that touch
    /// `[0, width) × [0, height)`, cut to it; returns where the line ends.
    pub fn line(&mut self, to: &mut Vec<Glyph>, text: &str, at: (f32, i32), px: f32, ink: Ink) -> f32 {
        let px = px.clamp(FONT_PX.0, FONT_PX.1);
        let (mut x, y) = at;
        for c in text.chars() {
            let pen = x;
            x += FACE.advance(c) * px;
            let (left, quarter) = if px < 32.0 {
                let quarters = (pen * 4.0).round() as i32;
                (quarters.div_euclid(4), quarters.rem_euclid(4) as u8)
            } else {
                (pen.round() as i32, 0)
            };
            let id = FACE.glyph_id(c);
            if let Some(cached) = self.rasterised(id, px, quarter) {
                let (x, y) = (left.saturating_add(cached.x), y.saturating_add(cached.y));
                let whole = Glyph {
                    x,
                    y,
                    w: cached.w,
                    h: cached.h,
                    offset: cached.offset,
                    stride: cached.w as u32,
                    color: ink.color,
                };
                to.extend(whole.cut(ink.target));
            }
        }
        x
    }

    fn rasterised(&mut self, id: GlyphId, px: f32, quarter: u8) -> Option<Cached> {
        let key = (id, px.to_bits(), quarter);
        if let Some(known) = self.cache.get(&key) {
            return *known;
        }
        // `px` is the em square's height, ab_glyph's scale the height between ascender and descender.
        let scale = px * FACE.font.height_unscaled() / FACE.units_per_em();
        let glyph = id.with_scale_and_position(scale, point(f32::from(quarter) / 4.0, 0.0));
        let made = FACE.font.outline_glyph(glyph).and_then(|outline| {
            let bounds = outline.px_bounds();
            let (w, h) = (bounds.width() as usize, bounds.height() as usize);
            let offset = self.coverage.len();
            if w * h == 0 || offset + w * h > MAX_COVERAGE {
                return None;
            }
            let bytes = Arc::make_mut(&mut self.coverage);
            bytes.resize(offset + w * h, 0);
            outline.draw(|x, y, c| {
                // The rasteriser may touch a row or column past the bounds with nothing in it.
                if (x as usize) < w && (y as usize) < h {
                    bytes[offset + y as usize * w + x as usize] = (c.clamp(0.0, 1.0) * 255.0).round() as u8;
                }
            });
            self.version += 1;
            Some(Cached {
                x: bounds.min.x as i32,
                y: bounds.min.y as i32,
                w: w as i32,
                h: h as i32,
                offset: offset as u32,
            })
        });
        self.cache.insert(key, made);
        made
    }
}

/// The colour of a line of text, and the target that it is cut to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    /// The letters' colour.
    pub color: Rgba8,
    /// Pixels of the target, `[width, height]`.
    pub target: [u32; 2],
}

#[cfg(test)]
mod tests {
    use super::glyph;

    #[test]
    fn what_labels_of_axes_need_is_there() {
        let (unknown, _) = glyph('?');
        let greek = ('Α'..='Ω').chain('α'..='ω').filter(|c| *c != '\u{3a2}');
        let signs = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉₊₋×±°ÅµΩ√∞≤≥≈≠←→↔∂∇∫∑∏∆−·′‰";
        for c in greek.chain(signs.chars()) {
            let (number, advance) = glyph(c);
            assert!(number != unknown && advance > 0.0, "{c}");
        }
        assert_eq!(glyph('\u{4e2d}').0, unknown);
    }
}
