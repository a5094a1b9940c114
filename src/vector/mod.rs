//! Pictures as SVG and PDF: the scene of a frame in shapes rather than pixels, for papers and posters.
//!
//! Where a column holds many samples, a lane is one area: the very rows that each column lights, so that the file's size
//! depends on lanes × columns, not on the recording (some 12 bytes a column in SVG, 10 in PDF), and no spike is lost.
//! Where samples are far apart it is a line through them. Lanes that are rows of colour are an image, a pixel a column and row.
//! Text is text, and hatches are lines. All is drawn in the order of
//! the rasterisers, so that what covers what is the same.
//!
//! ```no_run
//! # fn main() -> galvani::Result<()> {
//! # let device = galvani::gpu::Device::open(&galvani::gpu::Choice::Auto)?;
//! # let source = galvani::source::open("run_g0_t0.imec0.ap.bin")?;
//! # let mut recording = galvani::store::Recording::open(&device, source, &Default::default())?;
//! # let mut renderer = galvani::renderer::Renderer::new(&device, Default::default())?;
//! let scene = recording.scene(galvani::scene::Style::light());
//! let columns = scene.plot(recording.info(), [1200, 800], 1.0).w;
//! let view = galvani::view::View::fit(recording.info().samples, columns);
//! let picture = galvani::renderer::Picture::new(&scene, &view);
//! let (report, drawing) = galvani::vector::draw(&mut renderer, &mut recording, &picture, [1200, 800])?;
//! println!("{:?}: {} bytes", report.fidelity, drawing.svg().len());
//! # Ok(())
//! # }
//! ```

mod image;
mod path;
mod pdf;
mod svg;

use std::collections::BTreeSet;

use crate::Result;
use crate::abi::{COVER_SHIFT, Lane};
use crate::renderer::{Columns, Picture, Renderer, Report, Samples};
use crate::scene::{PxRect, Rect, Rgba8, TextLine};
use crate::store::Recording;
pub use image::Image;

/// Rows beyond all targets, at which values are cut, as the rasterisers do.
const FAR_PX: f32 = 1_048_576.0;

/// A picture in shapes.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Width and height, in pixels of 1/96 inch.
    pub size: [u32; 2],
    /// Behind all; its alpha is ignored.
    pub background: Rgba8,
    /// Each over those before it.
    pub shapes: Vec<Shape>,
}

impl Drawing {
    /// Puts another drawing over this one, with its top left corner at `[x, y]`; its background is this one's.
    pub fn put(&mut self, other: Self, [x, y]: [u32; 2]) {
        self.shapes
            .extend(other.shapes.into_iter().map(|shape| shape.moved([x, y])));
    }
}

/// A part of a drawing. All positions are in pixels from its top left corner.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A lane of columns.
    Area(Area),
    /// A lane of samples.
    Line(Line),
    /// Lanes that are rows of colour.
    Image(Image),
    /// Where something is missing.
    Hatch(Hatch),
    /// A line or a plate.
    Rect(Rect),
    /// A line of text, in Inter.
    Text(TextLine),
}

impl Shape {
    /// The same so many pixels further right and down.
    fn moved(mut self, [x, y]: [u32; 2]) -> Self {
        let down = |rect: &mut PxRect| (rect.x, rect.y) = (rect.x + x, rect.y + y);
        match &mut self {
            Self::Area(area) => area.origin = [area.origin[0] + x, area.origin[1] + y],
            Self::Line(line) => {
                down(&mut line.clip);
                for point in line.runs.iter_mut().flatten() {
                    *point = [point[0] + x as f32, point[1] + y as f32];
                }
            }
            Self::Image(image) => down(&mut image.at),
            Self::Hatch(hatch) => hatch.rects.iter_mut().for_each(down),
            Self::Rect(rect) => {
                (rect.x0, rect.x1) = (rect.x0 + x as i32, rect.x1 + x as i32);
                (rect.y0, rect.y1) = (rect.y0 + y as i32, rect.y1 + y as i32);
            }
            Self::Text(line) => (line.x, line.baseline) = (line.x + x as f32, line.baseline + y as i32),
        }
        self
    }
}

/// The rows that each of a lane's columns lights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Opaque.
    pub color: Rgba8,
    /// The first column's left edge, and the row from which rows count.
    pub origin: [u32; 2],
    /// log2 of the parts of a pixel that rows count in.
    pub row_shift: u32,
    /// For each column the first part of a row and the one past its last; equal where nothing is lit.
    pub rows: Vec<[u16; 2]>,
}

/// A line through a lane's samples, with round joins and ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Opaque.
    pub color: Rgba8,
    /// The line's width.
    pub width: f32,
    /// What of it is seen.
    pub clip: PxRect,
    /// Columns and rows of its vertices, from gap to gap; a run of one is a dot.
    pub runs: Vec<Vec<[f32; 2]>>,
}

/// Rectangles filled with diagonal lines that go on from one in the next; see [`HATCH`](crate::abi::HATCH).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hatch {
    /// The lines' colour.
    pub color: Rgba8,
    /// Where they are seen; none overlaps another.
    pub rects: Vec<PxRect>,
}

/// Draws a picture of `[width, height]` pixels in shapes. Waits for its samples as [`Renderer::render`] does.
///
/// # Errors
/// Those of [`Renderer::columns`].
pub fn draw(
    renderer: &mut Renderer,
    recording: &mut Recording<'_>,
    picture: &Picture<'_>,
    size: [u32; 2],
) -> Result<(Report, Drawing)> {
    let (report, columns) = renderer.columns(recording, picture, size)?;
    let plot = report.plot;
    let mut shapes: Vec<Shape> = match &columns.samples {
        _ if columns.heat_share() == 1 << COVER_SHIFT => Vec::new(),
        Some(samples) => lines(&columns, samples, plot).map(Shape::Line).collect(),
        None => areas(&columns, plot).map(Shape::Area).collect(),
    };
    shapes.extend(image::heat(&columns, plot).map(Shape::Image));
    let overlay = columns.overlay;
    shapes.extend(hatch(&overlay.hatches).map(Shape::Hatch));
    shapes.extend(overlay.rects.into_iter().map(Shape::Rect));
    shapes.extend(overlay.lines.into_iter().map(Shape::Text));
    let background = columns.background;
    Ok((
        report,
        Drawing {
            size,
            background,
            shapes,
        },
    ))
}

/// The lanes of which anything is lit: what has the trace's colour, then what has another, each in one area.
fn areas(columns: &Columns, plot: PxRect) -> impl Iterator<Item = Area> {
    let all = columns.lanes.iter().enumerate().flat_map(move |(index, lane)| {
        let rows: Vec<[u16; 2]> = columns
            .rows(index, plot.w)
            .map(|rows| [rows as u16, (rows >> 16) as u16])
            .collect();
        let tints = columns.tints_of(index, plot.w);
        let colors = colors(lane, tints);
        colors.into_iter().map(move |(tint, color)| {
            let of = |(column, &rows): (usize, &[u16; 2])| match tints {
                Some((_, tints)) if tints[column] != tint => [0; 2],
                _ => rows,
            };
            Area {
                color,
                origin: [plot.x, plot.y],
                row_shift: columns.row_shift,
                rows: rows.iter().enumerate().map(of).collect(),
            }
        })
    });
    all.filter(|area| area.rows.iter().any(|[top, bottom]| top < bottom))
}

/// The tints that a lane's columns have, and their colours.
fn colors(lane: &Lane, tints: Option<(&[Rgba8], &[u8])>) -> Vec<(u8, Rgba8)> {
    let Some((palette, of)) = tints else {
        return vec![(0, opaque(lane))];
    };
    let used: BTreeSet<u8> = of.iter().copied().collect();
    let color = |tint: u8| match tint {
        0 => Some((0, opaque(lane))),
        tint => Some((tint, palette.get(usize::from(tint) - 1)?.with_alpha(255))),
    };
    used.into_iter().filter_map(color).collect()
}

/// The lanes of which there are samples.
fn lines(columns: &Columns, samples: &Samples, plot: PxRect) -> impl Iterator<Item = Line> {
    let lanes = columns.lanes.iter().enumerate();
    lanes.flat_map(move |(index, lane)| {
        let values = &samples.values[index * samples.count..][..samples.count];
        let vertex = |(i, &value): (usize, &f32)| {
            let x = samples.first_px + i as f64 * samples.px_per_sample;
            let y = (value * lane.px_per_stored + lane.zero_px).clamp(-FAR_PX, FAR_PX);
            [x as f32 + plot.x as f32, y + plot.y as f32]
        };
        let vertices: Vec<[f32; 2]> = values.iter().enumerate().map(vertex).collect();
        let tints = columns.tints_of(index, plot.w);
        // Whole rows only, as the rasterisers cut lines.
        let row = |row: f32| row.ceil().clamp(0.0, plot.h as f32) as u32;
        let (top, bottom) = (row(lane.clip_top), row(lane.clip_bottom));
        let clip = PxRect {
            y: plot.y + top,
            h: bottom.saturating_sub(top),
            ..plot
        };
        let colors = colors(lane, tints);
        let lines = colors.into_iter().map(move |(tint, color)| Line {
            color,
            width: 2.0 * lane.half_width_px,
            clip,
            runs: runs(&vertices, |x| match tints {
                Some((_, of)) => {
                    let column = (x - plot.x as f32).clamp(0.0, plot.w.saturating_sub(1) as f32);
                    of[column as usize] == tint
                }
                None => true,
            }),
        });
        lines.filter(|line| !line.runs.is_empty() && line.clip.h > 0)
    })
}

/// The vertices between gaps, in runs of which the middle of each piece is at an x that belongs to them.
fn runs(vertices: &[[f32; 2]], belongs: impl Fn(f32) -> bool) -> Vec<Vec<[f32; 2]>> {
    let mut runs = Vec::new();
    for run in vertices.split(|vertex| vertex[1].is_nan()) {
        if let [only] = run {
            runs.extend(belongs(only[0]).then(|| vec![*only]));
        }
        let pieces: Vec<&[[f32; 2]]> = run.windows(2).collect();
        let same = |piece: &&[[f32; 2]]| belongs(f32::midpoint(piece[0][0], piece[1][0]));
        for pieces in pieces.chunk_by(|a, b| same(a) == same(b)) {
            if same(&pieces[0]) {
                runs.push(
                    [
                        &pieces[0][..1],
                        &pieces.iter().map(|piece| piece[1]).collect::<Vec<_>>(),
                    ]
                    .concat(),
                );
            }
        }
    }
    runs
}

/// Hatches of one colour after another.
fn hatch(rects: &[Rect]) -> impl Iterator<Item = Hatch> {
    rects.chunk_by(|a, b| a.color == b.color).map(|rects| Hatch {
        color: rects[0].color,
        rects: rects.iter().map(|&rect| px_rect(rect)).collect(),
    })
}

/// What of a rectangle is right of and below the origin.
fn px_rect(rect: Rect) -> PxRect {
    let [x, y, right, bottom] = [rect.x0, rect.y0, rect.x1, rect.y1].map(|px| px.max(0) as u32);
    PxRect {
        x,
        y,
        w: right - x,
        h: bottom - y,
    }
}

/// Lanes are drawn opaque, whatever alpha their colours have.
fn opaque(lane: &Lane) -> Rgba8 {
    let [r, g, b, _] = lane.color.to_le_bytes();
    Rgba8 { r, g, b, a: 255 }
}
