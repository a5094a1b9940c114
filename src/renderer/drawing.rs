//! Pictures of recordings in shapes, from their columns.

use std::collections::BTreeSet;

use super::{Columns, Picture, Renderer, Report, Samples};
use crate::Result;
use crate::abi::{COVER_SHIFT, Column, Lane, TILE, heat_word, level};
use crate::scene::{Heat, PxRect, Rect, Rgba8};
use crate::store::Recording;
use crate::vector::{Area, Drawing, Hatch, Image, Line, Shape};

/// Rows beyond all targets, at which values are cut, as the rasterisers do.
const FAR_PX: f32 = 1_048_576.0;

impl Renderer {
    /// A picture of `[width, height]` pixels in shapes. Waits for its samples as [`Renderer::render`] does.
    ///
    /// Where a column holds many samples, a lane is one area: the very rows that each column lights, so that the file's size
    /// depends on lanes × columns, not on the recording (some 12 bytes a column in SVG, 10 in PDF), and no spike is lost.
    /// Where samples are far apart it is a line through them. Lanes that are rows of colour are an image, a pixel a column and row.
    /// All is in the order of the rasterisers, so that what covers what is the same.
    ///
    /// ```no_run
    /// # fn main() -> galvani::Result<()> {
    /// # let device = galvani::gpu::Device::open(&galvani::gpu::Choice::Auto)?;
    /// # let source = galvani::source::open("run_g0_t0.imec0.ap.bin")?;
    /// # let mut recording = galvani::store::Recording::open(&device, source, &Default::default())?;
    /// # let mut renderer = galvani::renderer::Renderer::new(&device, Default::default())?;
    /// let scene = recording.scene(galvani::scene::Style::light());
    /// let columns = scene.plot(recording.info(), [1200, 800], 1.0).w;
    /// let view = galvani::view::View::fit(recording.info().samples, columns);
    /// let picture = galvani::renderer::Picture::new(&scene, &view);
    /// let (report, drawing) = renderer.drawing(&mut recording, &picture, [1200, 800])?;
    /// println!("{:?}: {} bytes", report.fidelity, drawing.svg().len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`Renderer::columns`].
    pub fn drawing(
        &mut self,
        recording: &mut Recording<'_>,
        picture: &Picture<'_>,
        size: [u32; 2],
    ) -> Result<(Report, Drawing)> {
        let (report, columns) = self.columns(recording, picture, size)?;
        let plot = report.plot;
        let mut shapes: Vec<Shape> = match &columns.samples {
            _ if columns.heat_share() == 1 << COVER_SHIFT => Vec::new(),
            Some(samples) => lines(&columns, samples, plot).map(Shape::Line).collect(),
            None => areas(&columns, plot).map(Shape::Area).collect(),
        };
        shapes.extend(heat(&columns, plot).map(Shape::Image));
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
    let at = PxRect {
        x: plot.x + from - plan.skip,
        w: end - from,
        ..plot
    };
    let mut pixels = Vec::with_capacity(at.w as usize * at.h as usize);
    let mut before = None;
    for lanes in &heat.rows {
        let start = pixels.len();
        if before == Some(*lanes) {
            pixels.extend_from_within(start - at.w as usize..);
            continue;
        }
        before = Some(*lanes);
        pixels.extend((from..end).map(|c| {
            let Rgba8 { r, g, b, .. } = color(columns, heat, *lanes, c as usize);
            [r, g, b]
        }));
    }
    Some(Image {
        at,
        size: [at.w, at.h],
        pixels,
        alpha: (columns.heat_share() * 255 / full) as u8,
    })
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
