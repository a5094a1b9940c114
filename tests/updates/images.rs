//! Images of which rectangles are replaced.

use galvani::figure::{Figure, Image, Scale};
use galvani::images::{Given, Palette, Pixmap, Place, Reduce};
use galvani::scene::{Colormap, Rgba8};
use galvani::view::plane::{Bounds, Plane};

use super::common::random::Random;
use super::is_invalid;

/// Holds an image to one that is made of the same values: its range, and what views of all of it and of parts show, squeezed more on one axis than
/// on the other as well.
fn same_image<V: Given>(found: &Pixmap, size: [usize; 2], values: &[V], what: &str) {
    let fresh = Pixmap::new(size, values.to_vec()).expect("an image");
    assert_eq!(found.range(), fresh.range(), "{what}");
    let place = Place {
        x: [0.0, size[1] as f64],
        y: [size[0] as f64, 0.0],
        scales: [Scale::Linear; 2],
    };
    let bounds = Bounds {
        x: place.x,
        y: [0.0, place.y[0]],
    };
    for px in [[9, 7], [40, 3], [3, 50], [200, 160]] {
        let plane = Plane::span(bounds, px, None);
        for reduce in [Reduce::Max, Reduce::Min, Reduce::Mean] {
            let rows = |pixmap: &Pixmap| {
                let seen = pixmap.seen(&place, &plane, px, reduce).expect("in memory");
                let palette = Palette::new(Colormap::Viridis, [-1.0, 9.0], 1.0);
                let mut rows = Vec::new();
                let mut put = |row: usize, words: &[u32]| rows.push((row, words.to_vec()));
                let all = 0..px[1] as usize;
                pixmap
                    .paint((&seen, reduce), all, &palette, &mut put)
                    .expect("in memory");
                rows
            };
            assert_eq!(rows(found), rows(&fresh), "{what}, {px:?}, {reduce:?}");
        }
    }
}

/// Replaces rectangles of an image, small ones and rows and columns and all of it.
fn replace_rectangles<V: Given>(size: [usize; 2], mut value: impl FnMut() -> V, what: &str) {
    let mut random = Random::new(40);
    let [height, width] = size;
    let mut values: Vec<V> = (0..height * width).map(|_| value()).collect();
    let mut pixmap = Pixmap::new(size, values.clone()).expect("an image");
    for round in 0..12 {
        let mut some = |side: usize| {
            let from = random.below(side as u64) as usize;
            [from, random.below((side - from) as u64 + 1) as usize]
        };
        let (mut rows, mut columns) = (some(height), some(width));
        match round % 4 {
            0 => rows = [0, height],
            1 => columns = [0, width],
            2 => (rows[1], columns[1]) = (rows[1].min(2), columns[1].min(2)),
            _ => {}
        }
        let more: Vec<V> = (0..rows[1] * columns[1]).map(|_| value()).collect();
        pixmap
            .replace([rows[0], columns[0]], [rows[1], columns[1]], &more)
            .expect("others");
        for (row, more) in more.chunks(columns[1].max(1)).enumerate() {
            values[(rows[0] + row) * width + columns[0]..][..columns[1]].copy_from_slice(more);
        }
        same_image(
            &pixmap,
            size,
            &values,
            &format!("{what}, {rows:?} and {columns:?} of {size:?}"),
        );
    }
}

#[test]
fn rectangles_of_images_are_replaced() {
    for size in [[1, 1], [1, 700], [37, 5], [333, 257], [18, 2100]] {
        let random = |seed: u64| Random::new(seed);
        let (mut a, mut b, mut c, mut d) = (random(41), random(42), random(43), random(44));
        replace_rectangles(size, || a.below(256) as u8, "u8");
        replace_rectangles(size, || b.below(65_536) as u16 as i16, "i16");
        let float = || match c.below(9) {
            0 => f32::NAN,
            1 => f32::INFINITY,
            2 => 1e30,
            _ => 8.0 * c.unit() as f32,
        };
        replace_rectangles(size, float, "f32");
        let color = || Rgba8::opaque(d.next() as u32 & 0xff_ffff).with_alpha(d.next() as u8);
        replace_rectangles(size, color, "colours");
    }
}

#[test]
fn what_images_cannot_take_is_refused_and_clones_stay() {
    let mut pixmap = Pixmap::new([3, 4], vec![1_u8; 12]).expect("an image");
    assert!(is_invalid(pixmap.replace([0, 0], [1, 1], &[1.0_f32])));
    assert!(is_invalid(pixmap.replace([0, 0], [1, 1], &[1_u8; 2])));
    for (from, size) in [
        ([0, 4], [1, 1]),
        ([3, 0], [1, 1]),
        ([1, 0], [3, 1]),
        ([0, usize::MAX], [1, 2]),
    ] {
        assert!(is_invalid(pixmap.replace(
            from,
            size,
            &[1_u8; 3][..size[0] * size[1]]
        )));
    }
    pixmap.replace([1, 4], [2, 0], &[0_u8; 0]).expect("nothing");
    same_image(&pixmap, [3, 4], &[1_u8; 12], "as before");
    let other = pixmap.clone();
    pixmap.replace([0, 1], [1, 2], &[7_u8, 8]).expect("others");
    same_image(&other, [3, 4], &[1_u8; 12], "a clone");
    assert_eq!(pixmap.range(), Some([1.0, 8.0]));
    assert!(pixmap.bytes() >= 12);

    let path = std::env::temp_dir().join(format!("galvani-updates-{}.raw", std::process::id()));
    std::fs::write(&path, [5_u8; 12]).expect("a file");
    let mut file = Pixmap::open::<u8>(&path, 0, [3, 4]).expect("an image");
    assert!(is_invalid(file.replace([0, 0], [1, 1], &[1_u8])));
    assert!(file.bytes() < 12);
    std::fs::remove_file(&path).expect("the file");

    let mut image = Image::new([2, 2], &[0.0_f32, 1.0, 2.0, 3.0]).expect("an image");
    image.replace([1, 0], [1, 2], &[9.0_f32, 4.0]).expect("others");
    let pixels = |image: Image| {
        let figure = Figure::new().size(200, 150).with(image);
        figure.pixels(&figure.view([200, 150]))
    };
    let fresh = Image::new([2, 2], &[0.0_f32, 1.0, 9.0, 4.0]).expect("an image");
    assert!(pixels(image) == pixels(fresh));
}
