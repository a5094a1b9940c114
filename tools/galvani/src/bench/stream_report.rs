//! What a stream's measurement has to tell.

use std::fmt::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::browse::Shown;
use super::median;
use super::path::Step;
use super::probe::Probed;
use super::soak::Soak;
use super::stream::Built;
use crate::answer::{Answer, fidelity_json, thousands};

/// Less read than this says nothing of how long reading takes.
const LEAST_READ: u64 = 1 << 20;

/// Browsing, measured.
pub(super) struct Figures {
    pub(super) device: String,
    pub(super) driver: String,
    pub(super) samples: u64,
    pub(super) channels: usize,
    pub(super) columns: u32,
    pub(super) shown: Vec<(Step, Shown)>,
    /// The most bytes beyond the driver's, without what a software device has of them.
    pub(super) host_bytes: u64,
    pub(super) budget_host: u64,
    /// Of the recording, and of all.
    pub(super) device_bytes: [u64; 2],
    pub(super) budget_device: u64,
}

/// All of a run.
pub(super) struct Measured {
    pub(super) file: Option<PathBuf>,
    pub(super) size: [u32; 2],
    pub(super) built: Built,
    /// Windows of so many seconds, without a sidecar.
    pub(super) windows: Vec<(f64, Probed)>,
    pub(super) whole: Probed,
    pub(super) figures: Figures,
    pub(super) soak: Option<Soak>,
}

/// Median and most.
struct Range {
    median: f64,
    most: f64,
}

impl Range {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        let most = values.iter().copied().fold(0.0, f64::max);
        Self {
            median: median(&mut values),
            most,
        }
    }
}

impl Measured {
    pub(super) fn answer(&self) -> Answer {
        Answer {
            text: self.text(),
            json: self.json(),
        }
    }

    fn of(&self, value: impl Fn(&Shown) -> f64) -> Range {
        Range::of(self.figures.shown.iter().map(|(_, shown)| value(shown)))
    }

    /// Time until complete against the time that reading the same bytes takes from the disk.
    fn against_reading(&self) -> Range {
        let read = self.figures.shown.iter().filter(|(_, s)| s.bytes >= LEAST_READ);
        Range::of(read.map(|(_, s)| s.complete_ms * 1e-3 * self.built.read_bytes_s / s.bytes as f64))
    }

    /// Whole pictures a second of what was built, in bytes.
    fn build_bytes_s(&self) -> f64 {
        self.built.bytes as f64 / self.built.seconds.max(1e-9)
    }

    fn json(&self) -> Value {
        let Figures {
            samples, channels, ..
        } = self.figures;
        let (frame, complete) = (self.of(|s| s.frame_ms), self.of(|s| s.complete_ms));
        let (floor, against) = (self.of(|s| s.floor_ms), self.against_reading());
        let steps: Vec<Value> = self.figures.shown.iter().map(|step| self.step(step)).collect();
        let windows = self.windows.iter().map(|(seconds, probed)| {
            let mut window = probed.json();
            window["seconds"] = (*seconds).into();
            window
        });
        let windows: Vec<Value> = windows.collect();
        json!({
            "workload": "stream",
            "device": self.figures.device,
            "driver": self.figures.driver,
            "samples": samples * channels as u64,
            "channels": channels,
            "bytes": self.built.bytes,
            "input": self.file.as_ref().map(|path| path.display().to_string()),
            "size": self.size,
            "cold": self.built.cold,
            "read_gb_s": self.built.read_bytes_s * 1e-9,
            "build_s": self.built.seconds,
            "build_gb_s": self.build_bytes_s() * 1e-9,
            "build_of_read": self.build_bytes_s() / self.built.read_bytes_s,
            "build_host_mb": self.built.host_bytes as f64 * 1e-6,
            "sidecar_bytes": self.built.sidecar_bytes,
            "windows": windows,
            "whole": self.whole.json(),
            "floor_ms": floor.median,
            "frame_ms_median": frame.median,
            "frame_ms_max": frame.most,
            "complete_ms_median": complete.median,
            "complete_ms_max": complete.most,
            "complete_of_read_median": against.median,
            "complete_of_read_max": against.most,
            "host_mb": self.figures.host_bytes as f64 * 1e-6,
            "budget_host_mb": self.figures.budget_host as f64 * 1e-6,
            "device_mb": self.figures.device_bytes[0] as f64 * 1e-6,
            "device_all_mb": self.figures.device_bytes[1] as f64 * 1e-6,
            "budget_device_mb": self.figures.budget_device as f64 * 1e-6,
            "steps": steps,
            "soak": self.soak.as_ref().map(Soak::json),
        })
    }

    fn step(&self, (step, shown): &(Step, Shown)) -> Value {
        json!({
            "step": step.word,
            "start": step.view.start().as_f64(),
            "samples": step.view.samples_across(self.figures.columns),
            "frame_ms": shown.frame_ms,
            "resolve_ms": shown.host.map(|host| host.resolve_ms),
            "draw_ms": shown.host.map(|host| host.draw_ms),
            "floor_ms": shown.floor_ms,
            "complete_ms": shown.complete_ms,
            "read_bytes": shown.bytes,
            "fidelity": fidelity_json(shown.report.fidelity),
        })
    }

    fn text(&self) -> String {
        let figures = &self.figures;
        let (frame, complete) = (self.of(|s| s.frame_ms), self.of(|s| s.complete_ms));
        let (floor, against) = (self.of(|s| s.floor_ms).median, self.against_reading());
        let mb = |bytes: u64| bytes as f64 * 1e-6;
        let cache = match self.built.cold {
            true => {
                "each time after the system was told to forget what it keeps of the file (POSIX_FADV_DONTNEED)"
            }
            false => "with whatever the system keeps of the file, since it cannot be told to forget it",
        };
        let window = |what: &str, probed: &Probed, with: &str| {
            format!(
                "{what:<10} {:8.3} s from the start of a process, {with} a sidecar; {:.1} MB read; a pan {:.1} ms; {:.0} MB \
                 held at most\n",
                probed.seconds,
                mb(probed.bytes),
                probed.pan_ms,
                mb(probed.peak_bytes),
            )
        };
        let windows = self.windows.iter();
        let windows = windows.map(|(seconds, probed)| window(&format!("{seconds} s"), probed, "without"));
        let opened = windows.collect::<String>() + &window("whole", &self.whole, "with");
        let mut text = format!(
            "{} ({})\n{} samples, {} channels, {:.2} GB; {cache}\n\
             read       {:8.3} GB/s from one end to the other\n\
             build      {:8.3} GB/s, {:.0} % of that; {:.0} MB of host memory at most; sidecar {:.1} MB\n\
             {}\
             floor      {floor:8.2} ms\n\
             frame      {:8.2} ms median, {:.2} at most: {:.2} × and {:.2} × the floor\n\
             complete   {:8.2} ms median, {:.2} at most; {:.2} × and {:.2} × what reading the bytes takes\n\
             host       {:8.1} MB at most beyond the driver's and the device's, of {:.1}\n\
             device     {:8.1} MB at most of the recording, of {:.1}; {:.1} with all else",
            figures.device,
            figures.driver,
            thousands(figures.samples * figures.channels as u64),
            figures.channels,
            self.built.bytes as f64 * 1e-9,
            self.built.read_bytes_s * 1e-9,
            self.build_bytes_s() * 1e-9,
            100.0 * self.build_bytes_s() / self.built.read_bytes_s,
            mb(self.built.host_bytes),
            mb(self.built.sidecar_bytes),
            opened,
            frame.median,
            frame.most,
            frame.median / floor,
            frame.most / floor,
            complete.median,
            complete.most,
            against.median,
            against.most,
            mb(figures.host_bytes),
            mb(figures.budget_host),
            mb(figures.device_bytes[0]),
            mb(figures.budget_device),
            mb(figures.device_bytes[1]),
        );
        if let Some(soak) = &self.soak {
            text.push_str(&soak.text());
        }
        text.push_str("\n\nstep         samples    frame ms complete ms     MB read");
        for (step, shown) in &figures.shown {
            let line = format!(
                "\n{:<6}{:14.0}{:12.2}{:12.2}{:12.2}",
                step.word,
                step.view.samples_across(figures.columns),
                shown.frame_ms,
                shown.complete_ms,
                mb(shown.bytes),
            );
            write!(text, "{line}").expect("writing to a string does not fail");
        }
        text
    }
}
