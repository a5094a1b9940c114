//! Browsing at random for long, and whether what a process holds stays the same.

use std::time::{Duration, Instant};

use anyhow::Result;
use galvani::view::View;
use serde_json::{Value, json};

use super::browse::Stage;
use super::machine;

/// How often what is held is looked at; in a short soak 60 times.
const EVERY: Duration = Duration::from_secs(1);
/// Growth from the second third to the last that is no growth: a share, and bytes.
const SLACK: (f64, f64) = (1.05, 16e6);

/// The same of handles: each thread that reads has a file of the sidecar open while it does.
const HANDLES: (f64, f64) = (1.0, 4.0);

/// What was held at some moment.
struct Sample {
    rss: u64,
    handles: u64,
    device: u64,
}

/// What a soak came to.
pub(super) struct Soak {
    seconds: f64,
    frames: u64,
    samples: Vec<Sample>,
}

/// Zooms, pans and jumps, anywhere in the recording, for so long.
pub(super) fn run(stage: &mut Stage, length: Duration, seed: u64) -> Result<Soak> {
    let clock = Instant::now();
    let every = EVERY.min(length / 60);
    let (mut samples, mut frames, mut due) = (Vec::new(), 0, every);
    let mut random = Random(seed | 1);
    let mut view = stage.whole();
    while clock.elapsed() < length {
        wander(&mut view, stage, &mut random);
        // Now and then somebody looks for longer.
        if random.below(8) == 0 {
            stage.show(&view)?;
        } else {
            stage.frame(&view)?;
            stage.recording.poll()?;
        }
        frames += 1;
        if clock.elapsed() >= due {
            due += every;
            samples.push(Sample {
                rss: machine::rss_bytes().unwrap_or(0),
                handles: machine::handles(),
                device: stage.renderer.device().memory_use().held,
            });
        }
    }
    Ok(Soak {
        seconds: clock.elapsed().as_secs_f64(),
        frames,
        samples,
    })
}

fn wander(view: &mut View, stage: &Stage, random: &mut Random) {
    let columns = f64::from(stage.columns);
    match random.below(10) {
        0 => *view = stage.whole(),
        1 | 2 => view.pan_px(columns * (random.below(2000) as f64 - 1000.0) / 100.0),
        3..=5 => view.pan_px(columns * (random.below(200) as f64 - 100.0) / 500.0),
        6 | 7 => view.zoom_at(random.below(stage.columns.into()) as f64, 2.0),
        8 => view.zoom_at(random.below(stage.columns.into()) as f64, 8.0),
        _ => view.zoom_at(columns / 2.0, 0.25),
    }
    view.clamp(stage.recording.info().samples, stage.columns);
}

impl Soak {
    /// The most that was held in the second third and in the last, and whether that is the same.
    fn grown(&self, of: fn(&Sample) -> u64, slack: (f64, f64)) -> (u64, u64, bool) {
        let third = self.samples.len() / 3;
        let most = |samples: &[Sample]| samples.iter().map(of).max().unwrap_or(0);
        // The first third is where all that is kept is taken.
        let (before, after) = (
            most(&self.samples[third..2 * third]),
            most(&self.samples[2 * third..]),
        );
        (before, after, after as f64 <= before as f64 * slack.0 + slack.1)
    }

    fn all(&self) -> [(&'static str, (u64, u64, bool)); 3] {
        [
            ("host_bytes", self.grown(|sample| sample.rss, SLACK)),
            ("handles", self.grown(|sample| sample.handles, HANDLES)),
            ("device_bytes", self.grown(|sample| sample.device, (1.0, 0.0))),
        ]
    }

    pub(super) fn json(&self) -> Value {
        let mut json = json!({ "seconds": self.seconds, "frames": self.frames, "looks": self.samples.len() });
        for (name, (before, after, flat)) in self.all() {
            json[name] = json!({ "before": before, "after": after, "flat": flat });
        }
        json
    }

    pub(super) fn text(&self) -> String {
        let lines = self.all().map(|(name, (before, after, flat))| {
            let word = if flat { "flat" } else { "NOT flat" };
            format!("\n  {name:<13}{before:>14} then {after:>14}, {word}")
        });
        let (frames, seconds) = (self.frames, self.seconds);
        format!("\nsoak       {frames} frames in {seconds:.0} s{}", lines.concat())
    }
}

/// Xorshift: the same walk for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % end.max(1)
    }
}
