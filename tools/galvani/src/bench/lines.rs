//! `--workload lines`: a signal over even x, seen whole, from nearer, and vertex by vertex, with pans; and a walk in the plane of a tenth
//! as many steps, in the same way.

use std::fmt::Write;
use std::time::Instant;

use anyhow::{Result, ensure};
use galvani::figure::{Figure, Visual};
use galvani::lines::Curves;
use galvani::view::plane::Plane;
use serde_json::json;

use super::figure::{Frame, Walk, with};
use super::ms;
use super::random::Random;
use crate::answer::{Answer, fidelity_text, thousands};
use crate::cli::{BenchArgs, Global};
use crate::engine::{self, Watch};

/// Vertices in view at the deepest zoom.
const DEEPEST: usize = 100;
/// From one view to the next.
const FACTOR: f64 = 2.0;
/// Zooms at most.
const STEPS: usize = 40;

pub(super) fn run(args: &BenchArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    ensure!(
        args.input.is_none() && args.channels.is_none() && args.dtype.is_none(),
        "--input, --channels and --dtype are not for --workload lines"
    );
    let (renderer, _) = engine::renderer(global, watch)?;
    let count = usize::try_from(args.samples.unwrap_or(100_000_000))?;
    let mut walk = Walk::new(renderer, args.size.0)?;

    let signal = signal(count, args.seed);
    let load_s = load(&mut walk, || Curves::even(0.0, 1e-3, signal))?;
    let (lines_mb, about) = place(&walk, count / 3);
    path(&mut walk, about, [FACTOR, 1.0])?;
    let signals = walk.frames.len();

    let (x, y) = steps(count / 10, args.seed);
    let walk_load_s = load(&mut walk, || Curves::new(x, y))?;
    let (_, about) = place(&walk, count / 30);
    path(&mut walk, about, [FACTOR; 2])?;

    let (signal, steps) = walk.frames.split_at(signals);
    let (all, plane) = (Walk::frame_ms(signal), Walk::frame_ms(steps));
    let json = with(
        walk.json("lines"),
        json!({
            "vertices": count,
            "load_s": load_s,
            "lines_mb": lines_mb,
            "frame_ms_median": all.0,
            "frame_ms_max": all.1,
            "walk_steps": count / 10,
            "walk_load_s": walk_load_s,
            "walk_ms_median": plane.0,
            "walk_ms_max": plane.1,
        }),
    );
    let (caps, floor) = (walk.renderer.device().caps(), walk.floor_ms());
    let mut text = format!(
        "{} ({}), lines by the host\nfloor      {floor:8.2} ms",
        caps.name, caps.driver
    );
    for (what, vertices, load_s, (median_ms, max_ms), frames) in [
        ("a signal", count, load_s, all, signal),
        ("a walk in the plane", count / 10, walk_load_s, plane, steps),
    ] {
        write!(
            text,
            "\n\n{what} of {} vertices\n\
             load       {load_s:8.3} s to the first picture\n\
             median     {median_ms:8.2} ms, {:.2} × the floor\n\
             slowest    {max_ms:8.2} ms, {:.2} × the floor\n\n\
             step     vertices in view      find      draw     total ms",
            thousands(vertices as u64),
            median_ms / floor,
            max_ms / floor,
        )?;
        frames.iter().try_for_each(|frame| line(&mut text, frame))?;
    }
    Ok(Answer { text, json })
}

fn line(text: &mut String, frame: &Frame) -> Result<()> {
    let host = frame.report.host;
    write!(
        text,
        "\n{:<5}{:>20}{:10.2}{:10.2}{:13.2}   {}",
        frame.word,
        thousands(frame.in_view() as u64),
        host.resolve_ms,
        host.draw_ms,
        frame.total_ms,
        fidelity_text(frame.report.fidelity()),
    )?;
    Ok(())
}

/// From vertices in memory to the first picture, read back: seconds.
fn load(walk: &mut Walk, make: impl FnOnce() -> galvani::Result<Curves>) -> Result<f64> {
    // What was there before goes first.
    walk.figure = Figure::new();
    let clock = Instant::now();
    walk.figure = Figure::new().curves(make()?).figure()?;
    let full = walk.figure.view(walk.size());
    walk.draw(&full)?;
    Ok(ms(clock) / 1e3)
}

/// How large the curves are, in megabytes, and where a vertex lies.
fn place(walk: &Walk, vertex: usize) -> (f64, [f64; 2]) {
    match walk.figure.visuals.first() {
        Some(Visual::Lines(lines)) if vertex < lines.curves.len() => {
            (lines.curves.bytes() as f64 / 1e6, lines.curves.vertex(vertex))
        }
        _ => (0.0, [0.0; 2]),
    }
}

/// All of it, then ever closer to a place, with a pan after each zoom, and back.
fn path(walk: &mut Walk, about: [f64; 2], factors: [f64; 2]) -> Result<()> {
    let full = walk.figure.view(walk.size());
    let plot = walk.plot();
    let mut view: Plane = full;
    for _ in 0..STEPS {
        let in_view = walk.frame("zoom", &view)?;
        let mut panned = view;
        panned.pan_px([f64::from(plot[0]) / 10.0, 0.0]);
        walk.frame("pan", &panned)?;
        if in_view <= DEEPEST {
            break;
        }
        view.zoom_at(view.px_from(about), factors, plot);
    }
    walk.frame("back", &full)?;
    Ok(())
}

/// Noise on a slow wave, and rarely a spike.
fn signal(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed, 1);
    let sample = |i: usize| {
        let spike = if random.next().is_multiple_of(1 << 20) {
            3.0
        } else {
            0.0
        };
        (i as f64 * 1e-6).sin() as f32 + random.unit() as f32 - spike
    };
    (0..count).map(sample).collect()
}

/// A walk of steps up to half a unit along each axis.
fn steps(count: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random::new(seed, 2);
    let mut at = [0.0; 2];
    let step = |_| {
        at = at.map(|v| v + random.unit() - 0.5);
        (at[0], at[1])
    };
    (0..count).map(step).unzip()
}
