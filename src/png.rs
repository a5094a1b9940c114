//! Pixels as PNG (ISO/IEC 15948).

use std::io::Write;

pub(crate) use flate2::Compression;
use flate2::Crc;
use flate2::write::ZlibEncoder;

/// What a pixel is, 8 bits each.
#[derive(Clone, Copy)]
pub(crate) enum Kind<'a> {
    /// The number of one of these colours, red, green and blue.
    Indexed(&'a [u8]),
    /// Red, green and blue.
    Rgb,
}

/// A file of `[width, height]` pixels, row by row. They are not filtered: neighbours in plots are mostly the same, or not alike.
pub(crate) fn encode(
    [width, height]: [u32; 2],
    kind: Kind<'_>,
    pixels: &[u8],
    level: Compression,
) -> Vec<u8> {
    let mut png = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    let [w, h] = [width, height].map(u32::to_be_bytes);
    let (number, each) = match kind {
        Kind::Indexed(_) => (3, 1),
        Kind::Rgb => (2, 3),
    };
    let mut rows = Vec::with_capacity(pixels.len() + height as usize);
    for row in pixels.chunks_exact((width as usize * each).max(1)) {
        rows.push(0);
        rows.extend(row);
    }
    chunk(&mut png, b"IHDR", &[&w[..], &h, &[8, number, 0, 0, 0]].concat());
    if let Kind::Indexed(palette) = kind {
        chunk(&mut png, b"PLTE", palette);
    }
    chunk(&mut png, b"IDAT", &packed(&rows, level));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], bytes: &[u8]) {
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(bytes);
    png.extend((bytes.len() as u32).to_be_bytes());
    png.extend(name);
    png.extend(bytes);
    png.extend(crc.sum().to_be_bytes());
}

/// Bytes in zlib's form, as few as can be.
pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    packed(bytes, Compression::best())
}

fn packed(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), level);
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    packed.expect("memory takes all that is written")
}
