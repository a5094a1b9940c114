//! `--workload points`: points in clusters, a scripted zoom from all of them down to a hundred.

use std::fmt::Write;
use std::thread;
use std::time::Instant;

use anyhow::{Result, ensure};
use galvani::figure::Figure;
use galvani::points::Cloud;
use galvani::scene::Style;
use galvani::view::plane::Plane;
use serde_json::json;

use super::figure::{Walk, with};
use super::ms;
use super::random::Random;
use crate::answer::{Answer, fidelity_text, thousands};
use crate::cli::{BenchArgs, Global};
use crate::engine::{self, Watch};
use crate::progress;

/// Points in view at the deepest zoom.
const DEEPEST: usize = 100;
/// Zooms at most.
const STEPS: usize = 80;
/// From one view to the next.
const FACTOR: f64 = 1.5;
/// Zooms after which the path pans.
const PANNED: usize = 5;

/// Clusters.
const CLUSTERS: u64 = 64;

pub(super) fn run(args: &BenchArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    ensure!(
        args.input.is_none() && args.channels.is_none() && args.dtype.is_none(),
        "--input, --channels and --dtype are not for --workload points"
    );
    let (renderer, init_s) = engine::renderer(global, watch)?;
    let size = args.size.0;
    let mut walk = Walk::new(renderer, size)?;
    let count = usize::try_from(args.samples.unwrap_or(100_000_000))?;
    let (x, y) = made(count, args.seed);

    let clock = Instant::now();
    walk.figure = Figure::new()
        .style(Style::dark())
        .points(&x, &y)
        .size(4.0)
        .figure()?;
    let full = walk.figure.view(size);
    walk.draw(&full)?;
    let load_s = ms(clock) / 1e3;
    // The first frame has them sorted for those that follow.
    clouds(&walk.figure).for_each(Cloud::sort);
    let sorted_s = ms(clock) / 1e3;
    drop((x, y));
    send(&mut walk, &full)?;
    path(&mut walk, full, args.seed)?;

    let (median_ms, max_ms) = Walk::frame_ms(&walk.frames);
    let json = with(
        walk.json("points"),
        json!({
            "points": count,
            "load_s": load_s,
            "sorted_s": sorted_s,
            "init_s": init_s,
            "frame_ms_median": median_ms,
            "frame_ms_max": max_ms,
            "frame_ms_full": walk.frames.first().map(|frame| frame.total_ms),
            "points_mb": cloud_mb(&walk.figure),
        }),
    );
    let text = text(&walk, count, [load_s, sorted_s])?;
    Ok(Answer { text, json })
}

/// Has the device get all points, where it counts them: they come to it by parts, and do not come where they do not fit.
fn send(walk: &mut Walk, full: &Plane) -> Result<()> {
    let plot = walk.plot();
    let Walk { renderer, figure, .. } = walk;
    if !renderer.shares_figures() {
        return Ok(());
    }
    for cloud in clouds(figure) {
        for _ in 0..1 + cloud.bytes() / (1 << 20) {
            if renderer.count_points(cloud, full, plot)?.is_some() {
                break;
            }
        }
    }
    Ok(())
}

/// All points, then ever closer to a cluster's middle, with a pan after every few zooms.
fn path(walk: &mut Walk, full: Plane, seed: u64) -> Result<()> {
    let bar = progress::bar("drawing", STEPS as u64);
    let plot = walk.plot();
    let about = full.px_from(cluster(seed, 0).middle);
    let mut view = full;
    walk.frame("full", &view)?;
    for step in 1..=STEPS {
        view.zoom_at(about, [FACTOR; 2], plot);
        let in_view = walk.frame("zoom", &view)?;
        if step % PANNED == 0 {
            let mut panned = view;
            panned.pan_px([f64::from(plot[0]) / 10.0, 0.0]);
            walk.frame("pan", &panned)?;
        }
        bar.inc(1);
        if in_view <= DEEPEST {
            break;
        }
    }
    walk.frame("back", &full)?;
    bar.finish_and_clear();
    Ok(())
}

fn clouds(figure: &Figure) -> impl Iterator<Item = &Cloud> {
    figure.visuals.iter().filter_map(|visual| match visual {
        galvani::figure::Visual::Points(points) => Some(points.cloud.as_ref()),
        _ => None,
    })
}

fn cloud_mb(figure: &Figure) -> f64 {
    clouds(figure).map(Cloud::bytes).sum::<u64>() as f64 / 1e6
}

fn text(walk: &Walk, count: usize, [load_s, sorted_s]: [f64; 2]) -> Result<String> {
    let caps = walk.renderer.device().caps();
    let (median_ms, max_ms) = Walk::frame_ms(&walk.frames);
    let floor = walk.floor_ms();
    let mut text = format!(
        "{} ({}), points by the {}\n{} points in {CLUSTERS} clusters, {:.1} MB\n\
         load       {load_s:8.3} s, sorted after {sorted_s:.3} s\n\
         floor      {floor:8.2} ms\n\
         median     {median_ms:8.2} ms, {:.2} × the floor\n\
         slowest    {max_ms:8.2} ms, {:.2} × the floor",
        caps.name,
        caps.driver,
        if walk.renderer.shares_figures() {
            "device"
        } else {
            "host"
        },
        thousands(count as u64),
        cloud_mb(&walk.figure),
        median_ms / floor,
        max_ms / floor,
    );
    text.push_str("\n\nstep       points in view   markers     count      draw     total ms");
    for frame in &walk.frames {
        let host = frame.report.host;
        write!(
            text,
            "\n{:<5}{:>20}{:>8.0} %{:10.2}{:10.2}{:10.2}   {}",
            frame.word,
            thousands(frame.in_view() as u64),
            frame.markers() * 100.0,
            host.resolve_ms,
            host.draw_ms,
            frame.total_ms,
            fidelity_text(frame.report.fidelity()),
        )?;
    }
    Ok(text)
}

/// Points that lie about a place.
struct Cluster {
    middle: [f64; 2],
    /// Their standard deviation, along x and y.
    spread: [f64; 2],
}

/// A cluster of a seed: the middle is in the unit square, the spread from 0.002 to 0.06.
fn cluster(seed: u64, number: u64) -> Cluster {
    let mut random = Random::new(seed, number | 1 << 40);
    let mut spread = || 0.002 * 30_f64.powf(random.unit());
    let spread = [spread(), spread()];
    Cluster {
        middle: [random.unit(), random.unit()],
        spread,
    }
}

/// Points in clusters, and one in twenty anywhere in the unit square; the same for the same seed.
fn made(count: usize, seed: u64) -> (Vec<f32>, Vec<f32>) {
    const PIECE: usize = 1 << 16;
    let clusters: Vec<Cluster> = (0..CLUSTERS).map(|number| cluster(seed, number)).collect();
    let (mut x, mut y) = (vec![0.0; count], vec![0.0; count]);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let each = count.div_ceil(PIECE).div_ceil(threads).max(1) * PIECE;
    thread::scope(|scope| {
        for (part, (x, y)) in x.chunks_mut(each).zip(y.chunks_mut(each)).enumerate() {
            let clusters = &clusters;
            scope.spawn(move || {
                let pieces = x.chunks_mut(PIECE).zip(y.chunks_mut(PIECE)).enumerate();
                for (piece, (x, y)) in pieces {
                    let mut random = Random::new(seed, (part * each / PIECE + piece) as u64);
                    for (x, y) in x.iter_mut().zip(y) {
                        [*x, *y] = point(&mut random, clusters).map(|v| v as f32);
                    }
                }
            });
        }
    });
    (x, y)
}

/// A point near a cluster, or anywhere.
fn point(random: &mut Random, clusters: &[Cluster]) -> [f64; 2] {
    let which = random.next();
    if which.is_multiple_of(20) {
        return [random.unit(), random.unit()];
    }
    let cluster = &clusters[(which >> 32) as usize % clusters.len()];
    // Box and Muller's.
    let far = (-2.0 * (1.0 - random.unit()).ln()).sqrt();
    let (sin, cos) = (random.unit() * std::f64::consts::TAU).sin_cos();
    [
        cluster.middle[0] + cluster.spread[0] * far * cos,
        cluster.middle[1] + cluster.spread[1] * far * sin,
    ]
}
