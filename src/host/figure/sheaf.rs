//! Strokes of a visual, and which of them reach into which band; or, where a device has covered the pixels, how much of each it has.

use rayon::prelude::*;

use super::shapes::{self, MOST};
use super::{Canvas, Strokes};
use crate::abi::strokes::StrokesPiece;
use crate::host::overlay::over;
use crate::host::strokes::{self, Cover, Inks, Own, Same, Stroke};
use crate::host::{BAND, Band};
use crate::scene::PxRect;
use crate::vector::Shape;

/// Pixels along all strokes from which on a device covers them, if it can: the host takes some 5 ms, and to ask a device takes one or two.
const HEAVY: f64 = 2e6;

/// Strokes in the order of drawing.
pub(super) struct Sheaves {
    /// Half of their width, in pixels.
    half: f32,
    /// Whether strokes of one curve differ in colour.
    differ: bool,
    all: Vec<Sheaf>,
    /// Of each pixel of the plot how much is covered, from 0 to 255.
    cover: Option<Vec<u8>>,
}

/// Some of them.
struct Sheaf {
    strokes: Vec<Stroke>,
    /// For each band the numbers of those that reach into it.
    bands: Vec<Vec<u32>>,
}

impl Sheaves {
    /// Strokes `2 · half` pixels wide, some together.
    pub(super) fn new(strokes: Vec<Vec<Stroke>>, half: f32, differ: bool) -> Self {
        let sheaf = |strokes| Sheaf {
            strokes,
            bands: Vec::new(),
        };
        Self {
            half,
            differ,
            all: strokes.into_iter().map(sheaf).collect(),
            cover: None,
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.iter().map(|sheaf| sheaf.strokes.len()).sum()
    }

    /// What a device is given to cover the plot with them; `None` of few, and where not all have one colour and are one curve.
    pub(super) fn heavy(&self, plot: PxRect) -> Option<Strokes> {
        let strokes = || self.all.iter().flat_map(|sheaf| &sheaf.strokes);
        let (first, last) = (strokes().next()?, strokes().next_back()?);
        if self.differ || first.curve != last.curve {
            return None;
        }
        let long = |stroke: &Stroke| {
            let [x, y] = [0, 1].map(|axis| (stroke.to[axis] - stroke.from[axis]).abs());
            f64::from(x.max(y)) + 1.0
        };
        let of_sheaf = |sheaf: &Sheaf| sheaf.strokes.iter().map(long).sum::<f64>();
        if self.all.par_iter().map(of_sheaf).sum::<f64>() < HEAVY {
            return None;
        }
        let corner = [plot.x as f32, plot.y as f32];
        let piece = |Stroke { from, to, .. }: &Stroke| StrokesPiece {
            from_x: from[0] - corner[0],
            from_y: from[1] - corner[1],
            to_x: to[0] - corner[0],
            to_y: to[1] - corner[1],
        };
        Some(Strokes {
            pieces: strokes().map(piece).collect(),
            reach: self.half + 0.5,
            alpha: first.alpha / 255.0,
        })
    }

    /// Takes what a device has covered.
    pub(super) fn covered(&mut self, cover: Vec<u8>) {
        self.cover = Some(cover);
    }

    /// Finds which reach into which band, unless a device has covered all.
    pub(super) fn sort(&mut self, canvas: &Canvas<'_>) {
        if self.cover.is_some() {
            return;
        }
        let plot = canvas.frame.plot;
        let (span, half) = ([plot.y as i32, plot.bottom() as i32], self.half);
        let bands = (canvas.rect.h as usize).div_ceil(BAND);
        self.all.par_iter_mut().for_each(|sheaf| {
            sheaf.bands = vec![Vec::new(); bands];
            for (number, stroke) in sheaf.strokes.iter().enumerate() {
                let [top, bottom] = strokes::rows(stroke, half, span);
                if top < bottom {
                    for band in &mut sheaf.bands[top as usize / BAND..=(bottom as usize - 1) / BAND] {
                        band.push(number as u32);
                    }
                }
            }
        });
    }

    /// All strokes, if they are not too many.
    pub(super) fn shapes(&self, plot: PxRect) -> Option<Vec<Shape>> {
        let strokes = self.all.iter().flat_map(|sheaf| &sheaf.strokes);
        (self.len() <= MOST).then(|| shapes::strokes(strokes, self.half, plot))
    }

    /// Draws what reaches into band `number`.
    pub(super) fn draw(&self, plot: PxRect, number: usize, band: &mut Band<'_>) {
        match (&self.cover, self.differ) {
            (Some(cover), _) => self.lay(cover, plot, band),
            (None, true) => self.draw_all::<Own>(plot, number, band),
            (None, false) => self.draw_all::<Same>(plot, number, band),
        }
    }

    fn draw_all<I: Inks>(&self, plot: PxRect, number: usize, band: &mut Band<'_>) {
        let mut cover = Cover::new::<I>(band.width, band.pixels.len() / band.width);
        for sheaf in &self.all {
            let numbers = &sheaf.bands[number];
            strokes::draw::<I>(&sheaf.strokes, numbers, self.half, plot, &mut cover, band);
        }
        strokes::finish::<I>(&mut cover, band);
    }

    fn lay(&self, cover: &[u8], plot: PxRect, band: &mut Band<'_>) {
        let Some(color) = self.all.iter().flat_map(|sheaf| &sheaf.strokes).next() else {
            return;
        };
        let width = plot.w as usize;
        for row in band.rows_of(plot) {
            let covers = &cover[row * width..][..width];
            for (pixel, &cover) in band.row_of(plot, row).iter_mut().zip(covers) {
                *pixel = over(*pixel, color.color, u32::from(cover));
            }
        }
    }
}
