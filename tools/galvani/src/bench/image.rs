//! `--workload image`: an image of bytes, seen whole, from nearer, and pixel by pixel, with pans.

use std::fmt::Write;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anyhow::{Result, ensure};
use galvani::figure::{Figure, Image};
use galvani::images::{Pixmap, Reduce};
use galvani::view::plane::Plane;
use serde_json::json;

use super::figure::{Walk, with};
use super::ms;
use crate::answer::{Answer, fidelity_text, thousands};
use crate::cli::{BenchArgs, Global};
use crate::engine::{self, Watch};

/// Pans in each of the views.
const PANS: usize = 8;
/// From one view to the next.
const FACTOR: f64 = 2.3;
/// The last view shows values this many pixels large.
const LARGEST_PX: f64 = 12.0;

pub(super) fn run(args: &BenchArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    ensure!(
        args.input.is_none() && args.channels.is_none() && args.dtype.is_none(),
        "--input, --channels and --dtype are not for --workload image"
    );
    let (renderer, _) = engine::renderer(global, watch)?;
    let size = args.size.0;
    let count = usize::try_from(args.samples.unwrap_or(1_000_000_000))?;
    // As wide as the target is for its height.
    let width = (count as f64 * f64::from(size[0]) / f64::from(size[1]))
        .sqrt()
        .round();
    let width = (width as usize).max(1);
    let height = (count / width).max(1);
    let values = made(width, height, args.seed);

    let mut walk = Walk::new(renderer, size)?;
    let clock = Instant::now();
    let pixmap = Arc::new(Pixmap::new([height, width], values)?);
    let range_s = ms(clock) / 1e3;
    walk.figure = Figure::new().with(Image::of(Arc::clone(&pixmap)));
    let full = walk.figure.view(size);
    walk.frame("first", &full)?;
    let load_s = ms(clock) / 1e3;
    path(&mut walk, full)?;
    // What a first view waits for, alone: the levels of another way to reduce, from the same place.
    let levels_s = {
        let image = Image::of(Arc::clone(&pixmap));
        let clock = Instant::now();
        pixmap.seen(&image.place(), &full, walk.plot(), Reduce::Min)?;
        ms(clock) / 1e3
    };
    // Of the two ways to reduce.
    let levels_mb = pixmap.level_bytes() as f64 / 2e6;
    let (median_ms, max_ms) = pan_ms(&walk);
    let json = with(
        walk.json("image"),
        json!({
            "image": [height, width],
            "load_s": load_s,
            "range_s": range_s,
            "levels_s": levels_s,
            "levels_mb": levels_mb,
            "pan_ms_median": median_ms,
            "pan_ms_max": max_ms,
        }),
    );
    let took = Took {
        load_s,
        range_s,
        levels_s,
    };
    let text = text(&walk, [height, width], levels_mb, &took)?;
    Ok(Answer { text, json })
}

/// What loading took, in seconds.
struct Took {
    load_s: f64,
    range_s: f64,
    levels_s: f64,
}

/// The whole image, then ever closer, with pans in each view.
fn path(walk: &mut Walk, full: Plane) -> Result<()> {
    let plot = walk.plot();
    let middle = plot.map(|px| f64::from(px) / 2.0);
    let mut view = full;
    while view.px_per_unit[0] < LARGEST_PX {
        walk.frame("zoom", &view)?;
        let mut panned = view;
        for _ in 0..PANS {
            panned.pan_px([13.3, 7.7]);
            walk.frame("pan", &panned)?;
        }
        view.zoom_at(middle, [FACTOR; 2], plot);
    }
    Ok(())
}

/// The median and the most that a pan took, in milliseconds.
fn pan_ms(walk: &Walk) -> (f64, f64) {
    Walk::frame_ms(walk.frames.iter().filter(|frame| frame.word == "pan"))
}

fn text(walk: &Walk, [height, width]: [usize; 2], levels_mb: f64, took: &Took) -> Result<String> {
    let caps = walk.renderer.device().caps();
    let (median_ms, max_ms) = pan_ms(walk);
    let floor = walk.floor_ms();
    let gb = height as f64 * width as f64 / 1e9;
    let mut text = format!(
        "{} ({}), an image by the host\n{} × {} pixels of u8, and {levels_mb:.1} MB of levels\n\
         load       {:8.3} s to the first picture, the range {:.3} s ({:.1} GB/s), levels {:.3} s ({:.1} GB/s)\n\
         floor      {floor:8.2} ms\n\
         pan        {median_ms:8.2} ms, {:.2} × the floor\n\
         slowest    {max_ms:8.2} ms, {:.2} × the floor",
        caps.name,
        caps.driver,
        thousands(width as u64),
        thousands(height as u64),
        took.load_s,
        took.range_s,
        gb / took.range_s,
        took.levels_s,
        gb / took.levels_s,
        median_ms / floor,
        max_ms / floor,
    );
    text.push_str("\n\nstep       pixels in view     total ms");
    for frame in &walk.frames {
        write!(
            text,
            "\n{:<5}{:>20}{:13.2}   {}",
            frame.word,
            thousands(frame.in_view() as u64),
            frame.total_ms,
            fidelity_text(frame.report.fidelity()),
        )?;
    }
    Ok(text)
}

/// Tiles of slopes with noise on them, and rarely a bright pixel; the same for the same seed.
fn made(width: usize, height: usize, seed: u64) -> Vec<u8> {
    let mut values = vec![0; width * height];
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let rows = height.div_ceil(threads).max(1);
    thread::scope(|scope| {
        for (part, values) in values.chunks_mut(rows * width).enumerate() {
            scope.spawn(move || {
                for (row, values) in values.chunks_mut(width).enumerate() {
                    let y = part * rows + row;
                    let mut bits = (seed ^ y as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
                    for (x, value) in values.iter_mut().enumerate() {
                        // Xorshift (G. Marsaglia, 2003).
                        bits ^= bits << 13;
                        bits ^= bits >> 7;
                        bits ^= bits << 17;
                        let slope = ((x >> 6) + (y >> 5)) & 127;
                        let bright = if bits.is_multiple_of(1 << 20) { 64 } else { 0 };
                        *value = (slope + (bits >> 58) as usize + bright) as u8;
                    }
                }
            });
        }
    });
    values
}
