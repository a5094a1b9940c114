//! A line for each frame drawn, so that a test can see what input did.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;

use super::channels::Channel;
use super::model::{Model, Overlay};
use super::strips::Strip;
use crate::answer::fidelity_json;
use crate::cli::Lanes;

/// Where frames are logged, if anywhere.
pub(super) struct FrameLog(Option<(File, PathBuf)>);

/// Which frame it was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) number: u64,
    /// Pixels of the window.
    pub(super) size: [u32; 2],
}

/// What is told of each strip.
fn strip(strip: &Strip) -> serde_json::Value {
    let Some(shown) = &strip.shown else {
        return json!({ "title": strip.title() });
    };
    let (view, area, rate_hz) = (&shown.browser.view, shown.area, shown.info.rate_hz);
    json!({
        "title": strip.title(),
        "rate_hz": rate_hz,
        "shift_s": strip.shift_s,
        "start_s": strip.shift_s + view.start().as_f64() / rate_hz,
        "across_s": view.duration_s(shown.browser.columns, rate_hz),
        "area": [area.x, area.y, area.w, area.h],
        "plot": [shown.plot.x, shown.plot.w],
        "gain": shown.browser.gain,
        "fidelity": shown.fidelity().map(fidelity_json),
    })
}

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
    pub(super) fn frame(&mut self, told: Told, model: &Model) -> Result<()> {
        let Some((shown, report)) = model
            .strip
            .shown
            .as_ref()
            .and_then(|shown| Some((shown, shown.report.as_ref()?)))
        else {
            return Ok(());
        };
        if self.0.is_none() {
            return Ok(());
        }
        let (plot, browser) = (shown.plot, &shown.browser);
        let of = |is: fn(&Channel) -> bool| -> Vec<usize> {
            let all = shown.channels.all.iter().enumerate();
            all.filter(|(_, channel)| is(channel)).map(|(i, _)| i).collect()
        };
        self.line(&json!({
            "frame": told.number,
            "stage": "browsing",
            "view_start": browser.view.start().as_f64(),
            "samples_per_px": browser.view.samples_per_px(),
            "samples": browser.samples,
            "gain": browser.gain,
            "size": told.size,
            "plot": [plot.x, plot.y, plot.w, plot.h],
            "lanes": report.lanes,
            "first_lane": shown.lanes_in_view().start,
            "form": Lanes::from(shown.scene.traces.form).word(),
            "loaded_bytes": report.loaded_bytes,
            "fidelity": fidelity_json(report.fidelity),
            "status": shown.status,
            "theme": if model.settings.light { "light" } else { "dark" },
            "scale": model.settings.scale,
            "overlay": model.overlay.as_ref().map(Overlay::word),
            "boxing": shown.boxing || shown.zoom_box.is_some(),
            "pointed": shown.read_out().map(|found| json!({
                "channel": found.wanted.channel,
                "span": [found.wanted.span.start, found.wanted.span.end],
                "range": found.range,
            })),
            "ruler": shown.measuring.ruler.map(|ruler| json!({
                "channel": ruler.from.channel,
                "seconds": ruler.seconds(shown.info.rate_hz),
                "rise": ruler.rise(),
            })),
            "playing": model.motion.playing,
            "hidden": of(|channel| channel.hidden),
            "bad": of(|channel| channel.bad),
            "selected": of(|channel| channel.selected),
            "order": shown.channels.order.word(),
            "color_by": shown.channels.color_by.word(),
            "detail": (shown.detail_columns > 0).then(|| json!({
                "view_start": shown.detail().start().as_f64(),
                "samples_per_px": shown.detail().samples_per_px(),
                "columns": shown.detail_columns,
                "lacks": shown.detail_lacks,
            })),
            "panels": {
                "channels": model.panels.channels,
                "probe": model.panels.probe,
                "overview": model.panels.overview,
                "log": model.panels.log,
                "facts": model.panels.facts,
                "detail": model.panels.detail,
                "events": model.panels.events,
                "statistics": model.panels.statistics,
                "crosshair": model.panels.crosshair,
            },
            "annotations": shown.notes.all().len(),
            "events": shown.layers.all.iter().map(|layer| layer.marks.len()).sum::<usize>(),
            "event": shown.layers.at,
            "copied": model.copied,
            "exporting": model.exporting,
            "statistics": shown.statistics.found.as_ref().map(|found| json!({
                "span": [found.wanted.span.start, found.wanted.span.end],
                "read": found.is_read(),
                "ranges": found.rows.iter().map(|row| row.range).collect::<Vec<_>>(),
            })),
            "filter": crate::signal::words(&model.strip.signal),
            "as_wanted": model.is_as_wanted(),
            "log_lines": model.log.len(),
            "strip": model.strip.at(),
            "strips": model.strip.iter().map(strip).collect::<Vec<_>>(),
            "streams": model.streams.len(),
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
