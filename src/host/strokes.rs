//! Strokes over a band: pieces of lines, round at both ends. Twin: `reference::lines`.

use super::Band;
use super::overlay::over;
use crate::scene::PxRect;
use crate::wide::wide;

/// Pixels whose distances are found together.
const TOGETHER: usize = 8;

/// From the first of them to each.
const STEPS: [f32; TOGETHER] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    /// Where it begins, in pixels of the target.
    pub(crate) from: [f32; 2],
    /// Where it ends.
    pub(crate) to: [f32; 2],
    /// Opaque, red in the low byte.
    pub(crate) color: u32,
    /// How opaque it is, from 0 to 255.
    pub(crate) alpha: f32,
    /// Strokes of one curve cover a pixel as the one does that covers most of it; curves lie one over the other.
    pub(crate) curve: u32,
}

/// How much of each pixel of a band the strokes of one curve cover.
pub(crate) struct Cover {
    width: usize,
    /// The curve, and the colour of its first stroke.
    of: Option<(u32, u32)>,
    /// From 0 to 255.
    cover: Vec<u8>,
    /// Of the stroke that covers most, where they differ.
    colors: Vec<u32>,
    /// A bit for each [`TOGETHER`] pixels of a row that are not all uncovered.
    touched: Vec<u64>,
}

impl Cover {
    pub(crate) fn new<I: Inks>(width: usize, rows: usize) -> Self {
        // Whole blocks, so that the last one of a row is as all others.
        let wide = width.next_multiple_of(TOGETHER);
        Self {
            width: wide,
            of: None,
            cover: vec![0; wide * rows],
            colors: vec![0; if I::DIFFER { wide * rows } else { 0 }],
            touched: vec![0; wide.div_ceil(TOGETHER * 64) * rows],
        }
    }
}

/// The rows that a stroke may touch, of a span: the first and the one past the last.
pub(crate) fn rows(stroke: &Stroke, half: f32, span: [i32; 2]) -> [i32; 2] {
    let reach = half + 0.5;
    pixels(
        stroke.from[1].min(stroke.to[1]) - reach,
        stroke.from[1].max(stroke.to[1]) + reach,
        span,
    )
}

/// The pixels whose middles lie between two places, and a little more, of a span.
#[inline(always)]
fn pixels(from: f32, to: f32, [first, end]: [i32; 2]) -> [i32; 2] {
    // Within the span all are above 0, where to cut off is to round down, which is a call where the processor is not known to
    // have it.
    let from = ((from - 0.5).max(0.0) as i32).max(first);
    let to = ((to + 0.5).max(0.0) as i32 + 1).min(end);
    [from, to]
}

/// Whether strokes of one curve differ in colour.
pub(crate) trait Inks {
    const DIFFER: bool;
}

/// All of a curve have one.
pub(crate) enum Same {}

/// Each has its own.
pub(crate) enum Own {}

impl Inks for Same {
    const DIFFER: bool = false;
}

impl Inks for Own {
    const DIFFER: bool = true;
}

wide! {
    /// Covers pixels with strokes of lines `2 · half` pixels wide, whose numbers are given, cut to the plot; curves that are complete
    /// are laid over the band, and the last one by [`finish`].
    pub(crate) fn draw<I: Inks>(strokes: &[Stroke], numbers: &[u32], half: f32, plot: PxRect, cover: &mut Cover, band: &mut Band<'_>) = draw_all::<I>
}

#[inline(always)]
fn draw_all<I: Inks>(
    strokes: &[Stroke],
    numbers: &[u32],
    half: f32,
    plot: PxRect,
    cover: &mut Cover,
    band: &mut Band<'_>,
) {
    let end = band.first + (band.pixels.len() / band.width) as i32;
    let field = Field {
        down: [band.first.max(plot.y as i32), end.min(plot.bottom() as i32)],
        across: [plot.x as i32, plot.right() as i32],
        first: band.first,
        half,
    };
    for &number in numbers {
        let stroke = &strokes[number as usize];
        if cover.of.is_none_or(|(curve, _)| curve != stroke.curve) {
            lay::<I>(cover, band);
            cover.of = Some((stroke.curve, stroke.color));
        }
        match stroke.from[0] == stroke.to[0] {
            true => upright::<I>(stroke, &field, cover),
            false => slanted::<I>(stroke, &field, cover),
        }
    }
}

/// Lays the last curve over the band.
pub(crate) fn finish<I: Inks>(cover: &mut Cover, band: &mut Band<'_>) {
    lay::<I>(cover, band);
}

/// Where strokes are drawn.
struct Field {
    /// Rows and columns of the target: the first and the one past the last.
    down: [i32; 2],
    across: [i32; 2],
    /// The band's first row.
    first: i32,
    /// Half of the lines' width.
    half: f32,
}

/// Covers pixels with a stroke that stands upright: all rows beside it are covered alike.
#[inline(always)]
fn upright<I: Inks>(stroke: &Stroke, field: &Field, cover: &mut Cover) {
    let reach = field.half + 0.5;
    let x = stroke.from[0];
    let (low, high) = (stroke.from[1].min(stroke.to[1]), stroke.from[1].max(stroke.to[1]));
    let [top, bottom] = rows(stroke, field.half, field.down);
    let [x0, x1] = pixels(x - reach, x + reach, field.across);
    if x0 >= x1 {
        return;
    }
    for at in (x0 as usize / TOGETHER * TOGETHER..x1 as usize).step_by(TOGETHER) {
        let first = at as f32 + 0.5 - x;
        let covers_at = |py: f32| -> [u8; TOGETHER] {
            std::array::from_fn(|i| {
                let ex = first + STEPS[i];
                part((ex * ex + py * py).sqrt(), reach, stroke.alpha)
            })
        };
        let beside = covers_at(0.0);
        for y in top..bottom {
            let middle = y as f32 + 0.5;
            let covers = match middle >= low && middle <= high {
                true => beside,
                false => covers_at((low - middle).max(middle - high)),
            };
            put::<I>(stroke, &covers, (y - field.first) as usize, at, field, cover);
        }
    }
}

/// A stroke that does not stand upright, and how far beside it along a row it reaches.
struct Slanted<'a> {
    stroke: &'a Stroke,
    /// From its beginning to its end.
    way: [f32; 2],
    reach: f32,
    /// 1 over its length, and over the square of that; of no length nought.
    per: f32,
    per_square: f32,
    /// Where on a row the line passes moves by so much from row to row, and how far from there it reaches; of a short one all of it.
    slope: f32,
    along: f32,
}

/// Covers pixels with any stroke.
#[inline(always)]
fn slanted<I: Inks>(stroke: &Stroke, field: &Field, cover: &mut Cover) {
    let [top, bottom] = rows(stroke, field.half, field.down);
    let way = [stroke.to[0] - stroke.from[0], stroke.to[1] - stroke.from[1]];
    let [dx, dy] = way;
    let square = dx * dx + dy * dy;
    let long = square.sqrt();
    let reach = field.half + 0.5;
    let is_long = dy.abs() > 4.0;
    let own = Slanted {
        stroke,
        way,
        reach,
        per: if square > 0.0 { 1.0 / long } else { 0.0 },
        per_square: if square > 0.0 { 1.0 / square } else { 0.0 },
        slope: if is_long { dx / dy } else { 0.0 },
        along: if is_long {
            reach * long / dy.abs()
        } else {
            f32::INFINITY
        },
    };
    // The rows of which all pixels that are looked at have their nearest place on the line at neither end.
    let ends = (own.along + 2.0 * TOGETHER as f32) * dx.abs() * own.per_square;
    let low = stroke.from[1].min(stroke.to[1]) + ends * dy.abs();
    let high = stroke.from[1].max(stroke.to[1]) - ends * dy.abs();
    let beside = match is_long && low < high {
        true => [(low + 1.0) as i32, high as i32].map(|y| y.clamp(top, bottom.max(top))),
        false => [top; 2],
    };
    let [first, end] = [beside[0], beside[1].max(beside[0])];
    near_ends::<I>(&own, [top, first], field, cover);
    beside_it::<I>(&own, [first, end], field, cover);
    near_ends::<I>(&own, [end, bottom], field, cover);
}

/// Rows of which some pixels may be nearest to an end.
#[inline(always)]
fn near_ends<I: Inks>(own: &Slanted<'_>, [top, bottom]: [i32; 2], field: &Field, cover: &mut Cover) {
    let ([ax, ay], [dx, dy]) = (own.stroke.from, own.way);
    let bx = own.stroke.to[0];
    let (left, right) = (ax.min(bx) - own.reach, ax.max(bx) + own.reach);
    for y in top..bottom {
        let py = y as f32 + 0.5 - ay;
        let middle = ax + py * own.slope;
        let from = left.max(middle - own.along);
        let [x0, x1] = pixels(from, right.min(middle + own.along), field.across);
        let row = (y - field.first) as usize;
        let mut at = x0 as usize / TOGETHER * TOGETHER;
        // Nothing of it where it lies beside the plot in this row.
        while at < x1.max(0) as usize {
            if I::DIFFER || !is_full(row, at, cover) {
                let first = at as f32 + 0.5 - ax;
                let covers: [u8; TOGETHER] = std::array::from_fn(|i| {
                    let px = first + STEPS[i];
                    let t = ((px * dx + py * dy) * own.per_square).clamp(0.0, 1.0);
                    let (ex, ey) = (px - t * dx, py - t * dy);
                    part((ex * ex + ey * ey).sqrt(), own.reach, own.stroke.alpha)
                });
                put::<I>(own.stroke, &covers, row, at, field, cover);
            }
            at += TOGETHER;
        }
    }
}

/// Rows of which no pixel is: how far pixels are from the line grows evenly along them.
#[inline(always)]
fn beside_it<I: Inks>(own: &Slanted<'_>, [top, bottom]: [i32; 2], field: &Field, cover: &mut Cover) {
    let ([ax, ay], [dx, dy]) = (own.stroke.from, own.way);
    let (step, down) = (dy * own.per, dx * own.per);
    for y in top..bottom {
        let py = y as f32 + 0.5 - ay;
        let middle = ax + py * own.slope;
        let [x0, x1] = pixels(middle - own.along, middle + own.along, field.across);
        let row = (y - field.first) as usize;
        // From the first pixel on, and not from a block's: of few pixels all are looked at together.
        let mut from = x0 as usize;
        while from < x1.max(0) as usize {
            let at = from.min(cover.width - TOGETHER);
            if I::DIFFER || !is_full(row, at, cover) {
                let start = (at as f32 + 0.5 - ax) * step - py * down;
                let covers: [u8; TOGETHER] = std::array::from_fn(|i| {
                    part((start + STEPS[i] * step).abs(), own.reach, own.stroke.alpha)
                });
                put::<I>(own.stroke, &covers, row, at, field, cover);
            }
            from += TOGETHER;
        }
    }
}

/// How much of a pixel is covered whose middle lies so far from the middle of a line.
#[inline(always)]
fn part(distance: f32, reach: f32, alpha: f32) -> u8 {
    // Added to 2²³ a number is rounded, and lies in the lowest bits: conversions are not of several numbers at once.
    ((reach - distance).clamp(0.0, 1.0) * alpha + 8_388_608.0).to_bits() as u8
}

/// Whether nothing can cover more of a block's pixels.
#[inline(always)]
fn is_full(row: usize, at: usize, cover: &Cover) -> bool {
    cover.cover[row * cover.width + at..].first_chunk::<TOGETHER>() == Some(&[255; TOGETHER])
}

/// Takes what a stroke covers of a block's pixels that are of the plot.
#[inline(always)]
fn put<I: Inks>(
    stroke: &Stroke,
    covers: &[u8; TOGETHER],
    row: usize,
    at: usize,
    field: &Field,
    cover: &mut Cover,
) {
    let [left, right] = field.across.map(|x| x as usize);
    let mut covers = *covers;
    if at < left || at + TOGETHER > right {
        for (i, cover) in covers.iter_mut().enumerate() {
            *cover = if (left..right).contains(&(at + i)) {
                *cover
            } else {
                0
            };
        }
    }
    let place = row * cover.width + at;
    let Some(old) = cover.cover[place..].first_chunk_mut::<TOGETHER>() else {
        return;
    };
    if I::DIFFER {
        for ((old, color), &new) in old.iter().zip(&mut cover.colors[place..]).zip(&covers) {
            let is_more = new >= *old && new > 0;
            *color = if is_more { stroke.color } else { *color };
        }
    }
    for (old, new) in old.iter_mut().zip(covers) {
        *old = new.max(*old);
    }
    let words = cover.width.div_ceil(TOGETHER * 64);
    for block in [at / TOGETHER, at.div_ceil(TOGETHER)] {
        cover.touched[row * words + block / 64] |= 1 << (block % 64);
    }
}

/// Lays what is covered over the band, and uncovers it.
#[inline(always)]
fn lay<I: Inks>(cover: &mut Cover, band: &mut Band<'_>) {
    let Some((_, color)) = cover.of else { return };
    let words = cover.width.div_ceil(TOGETHER * 64);
    for (number, touched) in cover.touched.iter_mut().enumerate() {
        let (row, word) = (number / words, number % words);
        while *touched != 0 {
            let at = (word * 64 + touched.trailing_zeros() as usize) * TOGETHER;
            *touched &= *touched - 1;
            let (first, count) = (row * cover.width + at, TOGETHER.min(band.width - at));
            let covered = &mut cover.cover[first..first + count];
            let pixels = &mut band.pixels[row * band.width + at..][..count];
            for (i, (pixel, covered)) in pixels.iter_mut().zip(covered).enumerate() {
                let color = if I::DIFFER { cover.colors[first + i] } else { color };
                *pixel = over(*pixel, color, u32::from(std::mem::take(covered)));
            }
        }
    }
}
