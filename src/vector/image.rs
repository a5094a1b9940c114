//! Lanes as rows of colour, as an image: PNG in Base64 (RFC 4648) for SVG, and deflated pixels for PDF.

use std::collections::HashMap;

use crate::abi::{COVER_SHIFT, Column, TILE, heat_word, level};
use crate::png::{self, Compression, Kind};
use crate::renderer::Columns;
use crate::scene::{Heat, PxRect, Rgba8};

/// Pixels that lie over what is below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Where it goes, a pixel of it on a pixel of the drawing.
    pub at: PxRect,
    /// Its colours, opaque.
    pub palette: Vec<Rgba8>,
    /// For each pixel the number of its colour, row by row.
    pub pixels: Vec<u16>,
    /// How opaque all of it is.
    pub alpha: u8,
}

/// The lanes of a picture that are rows of colour, where there is data; `None` where there are none.
pub(super) fn heat(columns: &Columns, plot: PxRect) -> Option<Image> {
    let heat = columns.heat.as_ref()?;
    let plan = &columns.plan;
    let from = (plan.data.start * TILE).max(plan.skip);
    let end = (plan.data.end * TILE).min(plan.skip + plot.w);
    if from >= end {
        return None;
    }
    let full = 1 << COVER_SHIFT;
    let mut image = Image {
        at: PxRect {
            x: plot.x + from - plan.skip,
            w: end - from,
            ..plot
        },
        palette: Vec::new(),
        pixels: Vec::with_capacity((end - from) as usize * plot.h as usize),
        alpha: (columns.heat_share() * 255 / full) as u8,
    };
    let mut numbers = HashMap::new();
    let mut before = None;
    for lanes in &heat.rows {
        let start = image.pixels.len();
        if before == Some(*lanes) {
            image.pixels.extend_from_within(start - (end - from) as usize..);
            continue;
        }
        before = Some(*lanes);
        for c in from..end {
            let color = color(columns, heat, *lanes, c as usize);
            let palette = &mut image.palette;
            let number = *numbers.entry(color).or_insert_with(|| {
                palette.push(color);
                palette.len() as u16 - 1
            });
            image.pixels.push(number);
        }
    }
    Some(image)
}

/// What is seen of those lanes in a column of the tiles.
fn color(columns: &Columns, heat: &Heat, [first, end]: [u32; 2], c: usize) -> Rgba8 {
    let each = (columns.plan.tiles * TILE) as usize;
    let tints = columns.tints.as_ref();
    let word = |lane: usize| {
        let Column { lo, hi, .. } = columns.columns[lane * each + c];
        let tint = tints.map_or(0, |tints| tints.of[lane * tints.columns + c]);
        heat_word(
            level(columns.lanes[lane].level_per_stored, lo, hi),
            u32::from(tint),
        )
    };
    let word = (first as usize..end as usize).map(word).max().unwrap_or(0);
    match (word & 0xff, tints) {
        (tint, Some(tints)) if tint != 0 => tints.palette[tint as usize - 1].with_alpha(255),
        _ => heat.colors[(word >> 8 & 0xff) as usize],
    }
}

impl Image {
    /// Whether its pixels are written as numbers of colours, a byte each, rather than as colours.
    pub(super) fn is_indexed(&self) -> bool {
        self.palette.len() <= 256
    }

    /// The colours, red, green and blue.
    pub(super) fn palette_bytes(&self) -> Vec<u8> {
        self.palette
            .iter()
            .flat_map(|color| [color.r, color.g, color.b])
            .collect()
    }

    /// Each row's pixels, with `before` in front of them.
    pub(super) fn rows(&self, before: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for row in self.pixels.chunks_exact(self.at.w.max(1) as usize) {
            bytes.extend_from_slice(before);
            match self.is_indexed() {
                true => bytes.extend(row.iter().map(|&number| number as u8)),
                false => bytes.extend(row.iter().flat_map(|&number| {
                    let Rgba8 { r, g, b, .. } = self.palette[usize::from(number)];
                    [r, g, b]
                })),
            }
        }
        bytes
    }

    /// The image as a PNG.
    pub(super) fn png(&self) -> Vec<u8> {
        let palette = self.palette_bytes();
        let kind = match self.is_indexed() {
            true => Kind::Indexed(&palette),
            false => Kind::Rgb,
        };
        // Rows without a filter: neighbours are not alike.
        png::encode(
            [self.at.w, self.at.h],
            kind,
            &self.rows(&[0]),
            Compression::best(),
        )
    }
}

/// Bytes as letters.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0, |word, i| {
            word << 8 | u32::from(three.get(i).copied().unwrap_or(0))
        });
        for i in 0..4 {
            match i <= three.len() {
                true => text.push(char::from(LETTERS[(word >> (18 - 6 * i) & 63) as usize])),
                false => text.push('='),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_its_standard() {
        for (plain, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(plain.as_bytes()), text);
        }
    }

    #[test]
    fn images_are_read_by_others() {
        for colors in [3_u16, 300] {
            let color = |i: u16| Rgba8::opaque(u32::from(i) * 7919);
            let image = Image {
                at: PxRect {
                    x: 2,
                    y: 3,
                    w: 20,
                    h: 15,
                },
                palette: (0..colors).map(color).collect(),
                pixels: (0..300).map(|i| i % colors).collect(),
                alpha: 255,
            };
            let file = image.png();
            let mut decoder = ::png::Decoder::new(std::io::Cursor::new(&file));
            decoder.set_transformations(::png::Transformations::EXPAND);
            let mut reader = decoder.read_info().expect("a PNG");
            let mut bytes = vec![0; reader.output_buffer_size().expect("a small picture")];
            reader.next_frame(&mut bytes).expect("a picture");
            for (found, number) in bytes.chunks(3).zip(&image.pixels) {
                let wanted = color(*number);
                assert_eq!(found, [wanted.r, wanted.g, wanted.b]);
            }
        }
    }
}
