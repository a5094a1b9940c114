//! Pictures against `reference::raster`, and against one another.
//!
//! Columns are equal to the twin's. Polylines may be one step of coverage off in each lane that touches a pixel, since
//! a shader's division and square root are not exact: 1/32 of a colour's range, rounded up to 8 of 255.

mod common;

use std::cell::Cell;

use common::cases::{self, Case, PIECE, spikes};
use common::pictures::{Easel, assert_same, bare, open, rasterisers};
use common::twins::Around;
use common::{Gpu, gpu};
use galvani::abi::{Lane, Sample, TILE};
use galvani::reference::raster::{cover_polyline, cover_rows, target};
use galvani::renderer::{Inspection, Rasteriser};
use galvani::source::{Block, Samples, Source, Synthetic};
use galvani::view::View;
use galvani::view::grid::{first_column, grid_position};

/// A step of coverage of a full change of colour.
const STEP: u32 = 255_u32.div_ceil(32);

/// The coverage of each pixel of each lane, `[lanes, columns, rows]`.
struct Covers {
    all: Vec<u32>,
    columns: u32,
    rows: u32,
}

impl Covers {
    fn new(seen: &Inspection, cover: impl Fn(u32, u32) -> Vec<u32>) -> Self {
        let (columns, rows) = (seen.plan.tiles * TILE, seen.pushes.draw.plot_rows >> 16);
        let mut all = Vec::with_capacity(seen.lanes.len() * (columns * rows) as usize);
        for lane in 0..seen.lanes.len() as u32 {
            for column in 0..columns {
                match seen.plan.data.contains(&(column / TILE)) {
                    true => all.extend(cover(lane, column)),
                    false => all.extend(std::iter::repeat_n(0, rows as usize)),
                }
            }
        }
        Self { all, columns, rows }
    }

    fn at(&self, lane: usize, column: u32, row: u32) -> u32 {
        self.all[((lane as u32 * self.columns + column) * self.rows + row) as usize]
    }
}

fn of_columns(seen: &Inspection) -> Covers {
    let push = &seen.pushes.draw;
    let rows = push.plot_rows >> 16;
    Covers::new(seen, |lane, column| {
        let touched = seen.rows(lane, column);
        (0..rows)
            .map(|row| cover_rows(touched, row, push.row_shift))
            .collect()
    })
}

fn of_polylines<T: Sample>(seen: &Inspection, block: &Block<'_, T>) -> Covers {
    let rows = seen.pushes.draw.plot_rows >> 16;
    Covers::new(seen, |index, column| {
        let lane = &seen.lanes[index as usize];
        let vertices = vertices(seen, block, lane, column);
        (0..rows)
            .map(|row| cover_polyline(lane, &vertices, 0.0, row))
            .collect()
    })
}

/// The samples whose segments can come near a column, in pixels from its middle.
fn vertices<T: Sample>(
    seen: &Inspection,
    block: &Block<'_, T>,
    lane: &Lane,
    column: u32,
) -> Vec<Option<[f32; 2]>> {
    let edge = seen.plan.edges[column as usize];
    let spp = seen.plan.samples_per_px;
    let reach = (f64::from(lane.half_width_px) + 2.0) * spp + 2.0;
    let (first, last) = (
        (f64::from(edge.index) - reach) as i64,
        (f64::from(edge.index) + reach + spp) as i64,
    );
    (first.max(0)..=last.min(block.len as i64 - 1))
        .map(|t| {
            let value = block.at(lane.channel as usize, t as usize).value()?;
            let x = ((t - i64::from(edge.index)) as f64 - f64::from(edge.fraction)) / spp - 0.5;
            let y = f64::from(value) * f64::from(lane.px_per_stored) + f64::from(lane.zero_px);
            Some([x as f32, y.clamp(-1_048_576.0, 1_048_576.0) as f32])
        })
        .collect()
}

/// The picture against the twin; whether it was drawn as polylines.
fn check(seen: &Inspection, source: &dyn Source, pixels: &[[u8; 4]], what: &str) -> bool {
    let polyline = seen.pushes.bin.polyline != 0;
    let covers = match (polyline, Around::new(source, 0..source.info().samples, seen)) {
        (true, Some(around)) => match around.owned.samples() {
            Samples::I16(block) => of_polylines(seen, &block),
            Samples::F32(block) => of_polylines(seen, &block),
        },
        _ => of_columns(seen),
    };
    let push = &seen.pushes.draw;
    let wanted = target(
        push,
        &seen.lanes,
        |lane, column| seen.color(lane as u32, column),
        |lane, column, row| covers.at(lane, column, row),
    );
    let width = push.target & 0xffff;
    assert_eq!(pixels.len(), wanted.len(), "{what}: pixels");
    for (i, (found, wanted)) in pixels.iter().zip(&wanted).enumerate() {
        let (x, y) = (i as u32 % width, i as u32 / width);
        let touching = (0..seen.lanes.len()).filter(|&lane| covers.at(lane, x + push.skip, y) > 0);
        let allowed = match polyline {
            // A pixel that the twin leaves alone may still be touched by one step.
            true => STEP * touching.count().max(1) as u32,
            false => 0,
        };
        let off = found
            .iter()
            .zip(wanted)
            .map(|(a, b)| u32::from(a.abs_diff(*b)))
            .max();
        assert!(
            off <= Some(allowed),
            "{what}: ({x}, {y}) is {found:?}, not {wanted:?}"
        );
    }
    polyline
}

/// Both of the device's rasterisers, of which each is to give the same bytes twice.
fn both(gpu: &Gpu) -> [Easel; 2] {
    [Rasteriser::Compute, Rasteriser::Draw].map(|kind| Easel::new(gpu.device(), kind, [1, 1]))
}

/// The host's, where there is mapped memory for it.
fn of_host(gpu: &Gpu) -> Option<Easel> {
    let there = rasterisers(gpu.device()).contains(&Rasteriser::Host);
    there.then(|| Easel::new(gpu.device(), Rasteriser::Host, [1, 1]))
}

/// Holds the pictures of all cases, changed by `change`, to be the twin's and one another's.
fn agree(change: impl Fn(&mut Case), told: impl Fn(&Case, &View, &Inspection)) {
    let gpu = gpu();
    let [mut compute, mut draw] = both(&gpu);
    let mut host = of_host(&gpu);
    let mut kinds = [0, 0];
    for mut case in cases::all(gpu.device()) {
        change(&mut case);
        compute.resize(case.size);
        draw.resize(case.size);
        for view in case.views() {
            let picture = Case::picture(&case.scene, &view, case.scale_factor);
            let what = format!("{}, {view:?}", case.name);
            let width = case.size[0];
            let (_, pixels) = compute.draw_picture(&mut case.recording, &picture);
            let seen = compute.renderer.inspect().expect("a frame");
            let polyline = check(&seen, case.source.as_ref(), &pixels, &what);
            kinds[usize::from(polyline)] += 1;
            let (_, again) = compute.draw_picture(&mut case.recording, &picture);
            assert_same(&pixels, &again, width, &format!("{what}, twice"));
            let (_, drawn) = draw.draw_picture(&mut case.recording, &picture);
            assert_same(&pixels, &drawn, width, &format!("{what}, drawn"));
            let (_, again) = draw.draw_picture(&mut case.recording, &picture);
            assert_same(&drawn, &again, width, &format!("{what}, drawn twice"));
            if let Some(host) = &mut host {
                host.resize(case.size);
                let (_, pixels) = host.draw_picture(&mut case.recording, &picture);
                check(
                    &seen,
                    case.source.as_ref(),
                    &pixels,
                    &format!("{what}, by the host"),
                );
                let (_, again) = host.draw_picture(&mut case.recording, &picture);
                assert_same(&pixels, &again, width, &format!("{what}, by the host twice"));
            }
            told(&case, &view, &seen);
        }
    }
    assert!(kinds[0] > 40 && kinds[1] > 40, "{kinds:?}");
}

#[test]
fn pictures_equal_the_twin_and_one_another() {
    agree(|_| {}, |_, _, seen| assert_eq!(seen.tints, None));
}

/// The colour of a column of a lane, event by event.
fn tinted(case: &Case, view: &View, seen: &Inspection, (lane, column): (u32, u32)) -> u32 {
    let (layer, lane) = (&case.scene.marks[0], &seen.lanes[lane as usize]);
    let edge = |column: u32| {
        let (sample, fraction) = grid_position(first_column(view) + i64::from(column), view.samples_per_px());
        sample as f64 + fraction
    };
    let [left, right] = [column, column + 1].map(edge);
    let mut color = lane.color;
    for of in [None, Some(lane.channel)] {
        for i in (0..layer.marks.len()).filter(|&i| layer.marks.channel(i) == of) {
            let time = layer.marks.times()[i];
            if time + PIECE[0] < right && time + PIECE[1] >= left {
                color = layer.color_of(layer.marks.label(i).expect("a unit")).to_u32();
            }
        }
    }
    color
}

#[test]
fn tinted_pictures_equal_the_twin_and_one_another() {
    let tints = Cell::new(0);
    agree(spikes, |case, view, seen| {
        let plot = seen.pushes.draw.plot_columns >> 16;
        // One by one is slow: not every lane of many.
        let step = seen.lanes.len().div_ceil(8);
        for lane in (0..seen.lanes.len() as u32).step_by(step) {
            for column in 0..plot {
                let found = seen.color(lane, column + seen.plan.skip);
                let wanted = tinted(case, view, seen, (lane, column));
                assert_eq!(
                    found, wanted,
                    "{}, {view:?}: lane {lane}, column {column}",
                    case.name
                );
                tints.set(tints.get() + usize::from(wanted != seen.lanes[lane as usize].color));
            }
        }
    });
    assert!(tints.get() > 1000, "{tints:?}");
}

/// Holds a picture to be another, moved left by `by` pixels.
fn assert_moved(before: &[[u8; 4]], after: &[[u8; 4]], [width, height]: [u32; 2], by: i32, what: &str) {
    for y in 0..height {
        for x in 0..width {
            let from = x as i32 + by;
            if (0..width as i32).contains(&from) {
                let before = before[(y * width + from as u32) as usize];
                let after = after[(y * width + x) as usize];
                assert_eq!(after, before, "{what}: ({x}, {y}) by {by}");
            }
        }
    }
}

#[test]
fn panning_by_whole_pixels_moves_the_picture() {
    let gpu = gpu();
    let size = [230, 80];
    let source = Synthetic::new(3, 4, 200_000, 30_000.0).expect("a source");
    let mut recording = open(gpu.device(), source.with_intracellular(true));
    for overlap in [false, true] {
        let mut scene = bare(&recording);
        scene.traces.overlap = overlap;
        scene.traces.gain = 2.0;
        scene.style.line_width_px = 2.5;
        let [mut compute, mut draw] = both(&gpu);
        let [mut uncached, _] = both(&gpu);
        let mut host = of_host(&gpu);
        for easel in [&mut compute, &mut draw, &mut uncached] {
            easel.resize(size);
        }
        for spp in [0.037, 0.7, 1.9, 2.3, 77.7, 600.1] {
            let mut view: View = common::pictures::view(90_000.0, spp).snapped();
            let (_, mut before) = compute.draw(&mut recording, &scene, &view);
            let mut host = host.as_mut().map(|host| {
                host.resize(size);
                let (_, pixels) = host.draw(&mut recording, &scene, &view);
                (host, pixels)
            });
            for by in [1, 64, -67, 500] {
                let what = format!("{spp} samples a pixel, overlap {overlap}");
                view.pan_px(f64::from(by));
                let (_, after) = compute.draw(&mut recording, &scene, &view);
                assert_moved(&before, &after, size, by, &what);
                let (_, drawn) = draw.draw(&mut recording, &scene, &view);
                assert_same(&after, &drawn, size[0], &format!("{what}, drawn"));
                // One that has just drawn another zoom has no columns to keep.
                uncached.draw(&mut recording, &scene, &common::pictures::view(0.0, 11.0));
                let (_, fresh) = uncached.draw(&mut recording, &scene, &view);
                assert_same(&after, &fresh, size[0], &format!("{what}, without what was kept"));
                before = after;
                if let Some((host, before)) = &mut host {
                    let (_, after) = host.draw(&mut recording, &scene, &view);
                    assert_moved(before, &after, size, by, &format!("{what}, by the host"));
                    *before = after;
                }
            }
        }
    }
}
