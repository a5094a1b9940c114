//! A scene's pixels: a band of rows at a time, first what is seen at each sample, then its colour. Twin: `reference::space`.

use std::time::Instant;

use rayon::prelude::*;

use super::figure::{Byte, Took};
use super::overlay;
use super::strokes::{self, Cover, Same, Stroke};
use super::{BAND, Band, swap_red_and_blue};
use crate::figure::{Around, Look, Shade, Shading, Space};
use crate::scene::text::Text;
use crate::scene::{PxRect, Rgba8};
use crate::solids::device::Seen;
use crate::solids::sight::{Sight, Window, item};
use crate::solids::{Lens, SAMPLES};
use crate::vector::Line;
use crate::view::camera::Camera;
use crate::wide::wide;

/// Items whose looks are kept: those of a few rows of pixels are mostly the same.
const KEPT: usize = 64;

/// What a scene is painted from.
pub(crate) struct Scene<'a> {
    pub(crate) space: &'a Space,
    pub(crate) camera: &'a Camera,
    pub(super) around: Around,
    /// Where on the target it is, and how large.
    pub(crate) rect: PxRect,
    /// What a device has seen of it.
    pub(crate) seen: Option<Seen>,
    bgra: bool,
}

impl<'a> Scene<'a> {
    /// Lays a scene out; `bgra` where the target has blue where it else has red.
    pub(super) fn new(
        space: &'a Space,
        camera: &'a Camera,
        (rect, bgra): (PxRect, bool),
        text: &mut Text,
    ) -> Self {
        Self {
            around: space.around(camera, [rect.w, rect.h], text),
            space,
            camera,
            rect,
            seen: None,
            bgra,
        }
    }

    /// Paints all of it into its rows.
    pub(super) fn paint<B: Byte>(&self, rows: &mut [&mut [B]]) -> Took {
        let clock = Instant::now();
        let target = [self.rect.w, self.rect.h];
        let seen = self.seen.as_ref();
        paint(
            (self.space, self.camera, seen),
            &self.around,
            (target, self.bgra),
            rows,
        );
        Took {
            count_ms: 0.0,
            draw_ms: clock.elapsed().as_secs_f64() * 1e3,
        }
    }
}

/// Paints a scene, of which a device may have seen some parts, and what is around it into the rows of a target of `[width, height]` pixels, of RGBA
/// or BGRA.
pub(super) fn paint<B: Byte>(
    (space, camera, seen): (&Space, &Camera, Option<&Seen>),
    around: &Around,
    (target, bgra): ([u32; 2], bool),
    rows: &mut [&mut [B]],
) {
    let lens = Lens::new(camera, target, space.bounds());
    let parts = space.parts();
    let sight = Sight::without(&lens, &parts, target, seen.map_or(&[], |seen| &seen.parts));
    let ground = space.style.background.with_alpha(255).to_u32();
    let behind = Behind::new(&around.behind);
    let width = target[0] as usize;
    let across = width * SAMPLES as usize;
    let in_band = BAND * SAMPLES as usize;
    rows.par_chunks_mut(BAND).enumerate().for_each_init(
        || {
            let cover = Cover::new::<Same>(width, BAND);
            let looks = Looks::new(space, &lens);
            (
                vec![0_u64; across * in_band],
                vec![0_u32; width * BAND],
                cover,
                looks,
            )
        },
        |(keys, pixels, cover, looks), (number, rows)| {
            let high = rows.len();
            let keys = &mut keys[..across * high * SAMPLES as usize];
            match seen {
                Some(seen) => seen.keys(number * in_band * across, keys),
                None => keys.fill(0),
            }
            sight.see_more(window(target, number * BAND, high), keys);
            let pixels = &mut pixels[..width * high];
            pixels.fill(ground);
            let mut band = Band {
                pixels,
                width,
                first: (number * BAND) as i32,
            };
            behind.draw(target, cover, &mut band);
            let rows_of_keys = keys.chunks_exact(across * SAMPLES as usize);
            for (row, (pixels, keys)) in band.pixels.chunks_exact_mut(width).zip(rows_of_keys).enumerate() {
                color(looks, &sight, (number * BAND + row, keys), pixels);
            }
            overlay::cover(&around.over, 0, &mut band);
            if bgra {
                swap_red_and_blue(band.pixels);
            }
            for (row, pixels) in rows.iter_mut().zip(band.pixels.chunks_exact(width)) {
                B::copy(row, bytemuck::cast_slice(pixels));
            }
        },
    );
}

/// Whether nothing of a scene's solids is seen in each pixel of a target of `[width, height]`.
pub(super) fn is_clear(space: &Space, camera: &Camera, target: [u32; 2]) -> Vec<bool> {
    let lens = Lens::new(camera, target, space.bounds());
    let parts = space.parts();
    let sight = Sight::new(&lens, &parts, target);
    let [width, side] = [target[0] as usize, SAMPLES as usize];
    let mut clear = vec![true; width * target[1] as usize];
    clear
        .par_chunks_mut(width * BAND)
        .enumerate()
        .for_each_init(Vec::new, |keys, (number, clear)| {
            keys.resize(clear.len() * side * side, 0);
            sight.see(window(target, number * BAND, clear.len() / width), keys);
            for (place, _) in keys.iter().enumerate().filter(|(_, key)| item(**key).is_some()) {
                let (row, column) = (place / (width * side), place % (width * side));
                clear[row / side * width + column / side] = false;
            }
        });
    clear
}

/// The samples of so many rows of pixels.
fn window(target: [u32; 2], first: usize, high: usize) -> Window {
    let samples = |px: usize| (px * SAMPLES as usize) as i32;
    Window {
        x: [0, samples(target[0] as usize)],
        y: [samples(first), samples(first + high)],
    }
}

/// Lines below all solids, as strokes: of each line its own, with half of its width.
struct Behind(Vec<(Vec<Stroke>, Vec<u32>, f32)>);

impl Behind {
    fn new(lines: &[Line]) -> Self {
        let of = |(number, line): (usize, &Line)| {
            let pairs = line.runs.iter().flat_map(|run| run.windows(2));
            let stroke = |pair: &[[f32; 2]]| Stroke {
                from: pair[0],
                to: pair[1],
                color: line.color.with_alpha(255).to_u32(),
                alpha: line.color.a.into(),
                curve: number as u32,
            };
            let strokes: Vec<Stroke> = pairs.map(stroke).collect();
            let numbers = (0..strokes.len() as u32).collect();
            (strokes, numbers, line.width / 2.0)
        };
        Self(lines.iter().enumerate().map(of).collect())
    }

    fn draw(&self, target: [u32; 2], cover: &mut Cover, band: &mut Band<'_>) {
        for (strokes, numbers, half) in &self.0 {
            strokes::draw::<Same>(strokes, numbers, *half, PxRect::all(target), cover, band);
        }
        strokes::finish::<Same>(cover, band);
    }
}

/// How a scene's items look, of those that were seen last.
struct Looks<'a> {
    shading: Shading<'a>,
    /// By the last bits of their numbers.
    kept: [(Option<u32>, Look<'a>); KEPT],
}

impl<'a> Looks<'a> {
    fn new(space: &'a Space, lens: &'a Lens) -> Self {
        Self {
            shading: Shading::new(space, lens),
            kept: std::array::from_fn(|_| (None, Look::Dot([0.0; 3]))),
        }
    }

    /// The colour of an item at a sample, or beside it.
    #[inline(always)]
    fn color(&mut self, sight: &Sight<'_>, item: u32, at: [f64; 2]) -> Shade {
        let of = sight.of(item);
        let local = sight.local(of.0);
        let kept = &mut self.kept[item as usize % KEPT];
        if kept.0 != Some(item) {
            *kept = (Some(item), self.shading.look(local, of));
        }
        self.shading.color(local, &kept.1, at)
    }
}

wide! {
    /// The colours of a row of pixels: the mean of its samples', each item's as it is in the pixel's middle, and where nothing is that which is
    /// there.
    fn color(looks: &mut Looks<'_>, sight: &Sight<'_>, row: (usize, &[u64]), pixels: &mut [u32]) = color_inner
}

#[inline(always)]
fn color_inner(looks: &mut Looks<'_>, sight: &Sight<'_>, (row, keys): (usize, &[u64]), pixels: &mut [u32]) {
    const SIDE: usize = SAMPLES as usize;
    let (above, below) = keys.split_at(pixels.len() * SIDE);
    let samples = above
        .as_chunks::<SIDE>()
        .0
        .iter()
        .zip(below.as_chunks::<SIDE>().0);
    let half = SIDE as f64 / 2.0;
    for ((column, pixel), (above, below)) in pixels.iter_mut().enumerate().zip(samples) {
        let items = [above[0], above[1], below[0], below[1]];
        let middle = [(column * SIDE) as f64 + half, (row * SIDE) as f64 + half];
        let first = item(items[0]);
        if items.iter().all(|key| item(*key) == first) {
            if let Some(first) = first {
                *pixel = rounded(looks.color(sight, first, middle), 1.0);
            }
            continue;
        }
        let [r, g, b, _] = pixel.to_le_bytes();
        let nothing: Shade = [r.into(), g.into(), b.into()];
        let (mut last, mut sum) = ((None, nothing), [0.0; 3]);
        for key in items {
            let item = item(key);
            if item != last.0 {
                let shade = match item {
                    Some(item) => looks.color(sight, item, middle),
                    None => nothing,
                };
                last = (item, shade);
            }
            sum = [sum[0] + last.1[0], sum[1] + last.1[1], sum[2] + last.1[2]];
        }
        *pixel = rounded(sum, (SIDE * SIDE) as f64);
    }
}

/// The colour of a sum of so many.
#[inline(always)]
fn rounded([r, g, b]: Shade, count: f64) -> u32 {
    // All are above 0, where to cut off is to round down.
    let [r, g, b] = [
        (r / count + 0.5) as u8,
        (g / count + 0.5) as u8,
        (b / count + 0.5) as u8,
    ];
    Rgba8 { r, g, b, a: 255 }.to_u32()
}
