//! A figure being looked at, frame by frame.

use std::time::Instant;

use anyhow::Result;
use galvani::figure::Figure;
use galvani::renderer::{FigureReport, Renderer};
use galvani::target::Offscreen;
use galvani::view::plane::Plane;
use serde_json::{Value, json};

use super::{floor, machine, median, ms};
use crate::answer::fidelity_json;

/// A figure, and the frames that were drawn of it.
pub(super) struct Walk {
    pub(super) renderer: Renderer,
    pub(super) figure: Figure,
    target: Offscreen,
    pixels: Vec<u8>,
    pub(super) frames: Vec<Frame>,
    floors: Vec<f64>,
}

/// A frame, measured.
pub(super) struct Frame {
    pub(super) word: &'static str,
    pub(super) report: FigureReport,
    pub(super) total_ms: f64,
}

impl Walk {
    /// Nothing yet, on a target of its own.
    pub(super) fn new(renderer: Renderer, size: [u32; 2]) -> Result<Self> {
        Ok(Self {
            target: Offscreen::new(renderer.device(), size)?,
            renderer,
            figure: Figure::new(),
            pixels: vec![0; size[0] as usize * size[1] as usize * 4],
            frames: Vec::new(),
            floors: Vec::new(),
        })
    }

    /// Pixels of the target.
    pub(super) fn size(&self) -> [u32; 2] {
        self.target.size()
    }

    /// Pixels of the plot.
    pub(super) fn plot(&self) -> [u32; 2] {
        let plot = galvani::figure::Frame::plot(&self.figure, self.size());
        [plot.w, plot.h]
    }

    /// Draws it once, without measuring.
    pub(super) fn draw(&mut self, view: &Plane) -> Result<FigureReport> {
        let report = self
            .renderer
            .render_figure(&self.figure, view, &mut self.target)?;
        self.pixels.copy_from_slice(self.target.pixels()?);
        Ok(report)
    }

    /// Draws a frame, and an empty one before it; how many items are in view.
    pub(super) fn frame(&mut self, word: &'static str, view: &Plane) -> Result<usize> {
        self.floors.push(floor(&mut self.target, &mut self.pixels)?);
        let clock = Instant::now();
        let report = self.draw(view)?;
        let total_ms = ms(clock);
        self.frames.push(Frame {
            word,
            report,
            total_ms,
        });
        Ok(self.frames[self.frames.len() - 1].in_view())
    }

    /// The median of what empty frames took, in milliseconds.
    pub(super) fn floor_ms(&self) -> f64 {
        median(&mut self.floors.clone())
    }

    /// The median and the most that frames took, in milliseconds.
    pub(super) fn frame_ms<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> (f64, f64) {
        let mut all: Vec<f64> = frames.into_iter().map(|frame| frame.total_ms).collect();
        let most = all.iter().copied().fold(0.0, f64::max);
        (median(&mut all), most)
    }

    /// What is told of any figure's run.
    pub(super) fn json(&self, workload: &str) -> Value {
        let caps = self.renderer.device().caps();
        json!({
            "workload": workload,
            "device": caps.name,
            "driver": caps.driver,
            "size": self.size(),
            "floor_ms": self.floor_ms(),
            "frames": self.frames.iter().map(Frame::json).collect::<Vec<_>>(),
            "peak_rss_mb": machine::peak_rss_bytes().map(|bytes| bytes as f64 / 1e6),
        })
    }
}

impl Frame {
    /// Items in view.
    pub(super) fn in_view(&self) -> usize {
        self.report.visuals.iter().map(|visual| visual.in_view).sum()
    }

    /// How much of points is markers.
    pub(super) fn markers(&self) -> f64 {
        self.report.visuals.first().map_or(0.0, |visual| visual.markers)
    }

    fn json(&self) -> Value {
        json!({
            "step": self.word,
            "in_view": self.in_view(),
            "markers": self.markers(),
            "count_ms": self.report.host.resolve_ms,
            "draw_ms": self.report.host.draw_ms,
            "total_ms": self.total_ms,
            "fidelity": fidelity_json(self.report.fidelity()),
        })
    }
}

/// An object with more members.
pub(super) fn with(mut object: Value, more: Value) -> Value {
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}
