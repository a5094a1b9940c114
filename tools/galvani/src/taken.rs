//! What `render` tells of a picture.

use std::path::PathBuf;

use galvani::gpu::Caps;
use galvani::plan::Fidelity;
use galvani::renderer::Report;
use galvani::source::Info;
use galvani::store::Loaded;
use serde_json::{Value, json};

use crate::answer::{duration, fidelity_json, fidelity_text, thousands};
use crate::engine;
use crate::picture::Format;

/// What there is to tell of a picture.
pub(crate) struct Taken {
    pub(super) name: String,
    pub(super) info: Info,
    pub(super) caps: Caps,
    pub(super) loaded: Loaded,
    pub(super) report: Report,
    /// How many are in view.
    pub(super) events: usize,
    pub(super) start_s: f64,
    pub(super) duration_s: f64,
    /// To start, to load, to draw.
    pub(super) seconds: [f64; 3],
    pub(super) size: [u32; 2],
    pub(super) format: Format,
    /// What is below it: titles, and how close each is to its samples.
    pub(super) beside: Vec<(String, Fidelity)>,
    /// Of the file that was written.
    pub(super) bytes: u64,
    pub(super) output: PathBuf,
}

impl Taken {
    pub(super) fn json(&self) -> Value {
        let mut json = json!({
            "file": self.name,
            "channels": self.info.channels.len(),
            "lanes": self.report.lanes,
            "samples": self.info.samples * self.info.channels.len() as u64,
            "rate_hz": self.info.rate_hz,
            "start_s": self.start_s,
            "duration_s": self.duration_s,
            "events": self.events,
            "size": self.size,
            "samples_per_px": self.report.samples_per_px,
            "fidelity": fidelity_json(self.report.fidelity),
            "beside": self.beside.iter().map(|(title, fidelity)| {
                json!({ "title": title, "fidelity": fidelity_json(*fidelity) })
            }).collect::<Vec<_>>(),
            "rasteriser": engine::rasteriser_word(self.report.rasteriser),
            "builder": engine::builder_word(self.loaded.builder),
            "loaded_bytes": self.loaded.bytes,
            "init_s": self.seconds[0],
            "load_s": self.seconds[1],
            "frame_ms": self.seconds[2] * 1e3,
            "output": self.output.display().to_string(),
            "format": self.format.word(),
            "bytes": self.bytes,
            "warnings": self.info.warnings,
        });
        if let (Value::Object(all), Value::Object(facts)) = (&mut json, engine::facts(&self.caps)) {
            all.extend(facts);
        }
        json
    }

    pub(super) fn text(&self) -> String {
        let caps = &self.caps;
        let [init, load, frame] = self.seconds.map(duration);
        let [width, height] = self.size;
        let channels = self.info.channels.len();
        let samples = thousands(self.info.samples * channels as u64);
        format!(
            "device     {} ({})\nrecording  {}: {channels} channels, {samples} samples, {}\n\
             view       {} from {:.3} s on, {:.3} samples a pixel\n\
             started    {init}\nloaded     {load} (pyramid by the {})\n\
             drawn      {frame} ({}; {})\nwritten    {} ({width}x{height}, {} bytes)",
            caps.name,
            caps.driver,
            self.name,
            duration(self.info.samples as f64 / self.info.rate_hz),
            duration(self.duration_s),
            self.start_s,
            self.report.samples_per_px,
            engine::builder_word(self.loaded.builder),
            engine::rasteriser_word(self.report.rasteriser),
            fidelity_text(self.report.fidelity),
            self.output.display(),
            thousands(self.bytes),
        ) + &self.told_beside()
    }

    fn told_beside(&self) -> String {
        let line = |(title, fidelity): &(String, Fidelity)| {
            format!("\nbeside     {title} ({})", fidelity_text(*fidelity))
        };
        self.beside.iter().map(line).collect()
    }
}
