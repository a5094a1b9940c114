//! Images: PNG in Base64 (RFC 4648) for SVG, and deflated pixels for PDF.

use std::collections::HashMap;

use crate::png::{self, Compression, Kind};
use crate::scene::PxRect;

/// Pixels that lie over what is below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Where it goes.
    pub at: PxRect,
    /// How many pixels it has itself, across and down.
    pub size: [u32; 2],
    /// Red, green and blue of each, row by row.
    pub pixels: Vec<[u8; 3]>,
    /// How opaque all of it is.
    pub alpha: u8,
}

/// An image's pixels as both formats take them.
pub(super) struct Coded {
    /// Red, green and blue of each colour, where there are 256 at most.
    pub(super) palette: Option<Vec<u8>>,
    /// The number of its colour of each pixel, or red, green and blue.
    pub(super) bytes: Vec<u8>,
}

impl Image {
    pub(super) fn coded(&self) -> Coded {
        let mut numbers = HashMap::new();
        let mut bytes = Vec::with_capacity(self.pixels.len());
        for color in &self.pixels {
            let next = numbers.len();
            let number = *numbers.entry(*color).or_insert(next);
            match u8::try_from(number) {
                Ok(number) => bytes.push(number),
                Err(_) => {
                    return Coded {
                        palette: None,
                        bytes: self.pixels.as_flattened().to_vec(),
                    };
                }
            }
        }
        let mut palette = vec![[0; 3]; numbers.len()];
        for (color, number) in numbers {
            palette[number] = color;
        }
        Coded {
            palette: Some(palette.into_flattened()),
            bytes,
        }
    }

    /// The image as a PNG.
    pub(super) fn png(&self) -> Vec<u8> {
        let coded = self.coded();
        let kind = coded.palette.as_deref().map_or(Kind::Rgb, Kind::Indexed);
        png::encode(self.size, kind, &coded.bytes, Compression::best())
    }

    /// Whether its pixels are the drawing's.
    pub(super) fn is_even(&self) -> bool {
        self.size == [self.at.w, self.at.h]
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
            let color = |i: u16| {
                let [r, g, b, _] = (u32::from(i) * 7919).to_le_bytes();
                [r, g, b]
            };
            let image = Image {
                at: PxRect {
                    x: 2,
                    y: 3,
                    w: 20,
                    h: 15,
                },
                size: [20, 15],
                pixels: (0..300).map(|i| color(i % colors)).collect(),
                alpha: 255,
            };
            let file = image.png();
            let mut decoder = ::png::Decoder::new(std::io::Cursor::new(&file));
            decoder.set_transformations(::png::Transformations::EXPAND);
            let mut reader = decoder.read_info().expect("a PNG");
            let mut bytes = vec![0; reader.output_buffer_size().expect("a small picture")];
            reader.next_frame(&mut bytes).expect("a picture");
            assert_eq!(image.coded().palette.is_some(), colors == 3);
            assert_eq!(bytes.as_chunks::<3>().0, image.pixels);
        }
    }
}
