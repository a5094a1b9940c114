//! A line for each frame drawn, so that a test can see what input did.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use galvani::renderer::Report;
use galvani::view::gesture::Browser;
use serde_json::json;

use crate::answer::fidelity_json;

/// Where frames are logged, if anywhere.
pub(super) struct FrameLog(Option<(File, PathBuf)>);

impl FrameLog {
    /// Appends to the file that is given, else to that which `GALVANI_WINDOW_LOG` names, else nowhere.
    pub(super) fn open(path: Option<&PathBuf>) -> Result<Self> {
        let variable = std::env::var_os("GALVANI_WINDOW_LOG").filter(|path| !path.is_empty());
        let Some(path) = path.cloned().or(variable.map(PathBuf::from)) else {
            return Ok(Self(None));
        };
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self(Some((file, path))))
    }

    /// A frame of the recording.
    pub(super) fn frame(
        &mut self,
        number: u64,
        size: [u32; 2],
        browser: &Browser,
        report: &Report,
        status: &[String],
    ) -> Result<()> {
        let plot = report.plot;
        self.line(&json!({
            "frame": number,
            "stage": "browsing",
            "view_start": browser.view.start().as_f64(),
            "samples_per_px": browser.view.samples_per_px(),
            "samples": browser.samples,
            "gain": browser.gain,
            "size": size,
            "plot": [plot.x, plot.y, plot.w, plot.h],
            "lanes": report.lanes,
            "loaded_bytes": report.loaded_bytes,
            "fidelity": fidelity_json(report.fidelity),
            "status": status,
        }))
    }

    /// A frame that has nothing to show yet.
    pub(super) fn loading(&mut self, number: u64, size: [u32; 2]) -> Result<()> {
        self.line(&json!({ "frame": number, "stage": "loading", "size": size }))
    }

    fn line(&mut self, line: &serde_json::Value) -> Result<()> {
        let Some((file, path)) = &mut self.0 else {
            return Ok(());
        };
        // One write a line, so that a reader never sees half of one.
        file.write_all(format!("{line}\n").as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))
    }
}
