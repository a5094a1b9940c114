//! What the window says of itself: its title, and the lines of its status.

use std::time::{Duration, Instant};

use galvani::plan::Fidelity;
use galvani::store::SidecarState;

use super::app::App;
use crate::answer::{duration, fidelity_text};

/// How often the title is looked at, until it is known what a frame took.
const TITLE_EVERY: Duration = Duration::from_millis(100);

impl App<'_> {
    /// Shows what there is to say now, where it is something else.
    pub(super) fn note_status(&mut self) {
        let told = self.told();
        if let Some(shown) = &mut self.model.strip.shown
            && shown.status != told
        {
            shown.status = told;
            self.dirty = true;
        }
    }

    /// The file, how exact the picture is, and what the last frame took, of the host and of the device.
    pub(super) fn retitle(&mut self) {
        if self.last.is_none() {
            return;
        }
        let Some(took) = self.timed() else {
            // It is not complete yet.
            self.title_due = Some(Instant::now() + TITLE_EVERY);
            return;
        };
        self.model.facts.frames = self.frames;
        if let Some(recording) = &self.behind.recording {
            self.model.facts.held = recording.memory();
            let budget = recording.budget();
            self.model.facts.budget = [
                budget.levels + budget.pages,
                budget.ring + budget.buffers + budget.building,
            ];
        }
        let fidelity = self.model.strip.shown.as_ref().and_then(|shown| shown.fidelity());
        if let (Some(window), Some(fidelity)) = (&self.window, fidelity) {
            let (fidelity, took) = (fidelity_text(fidelity), duration(took.as_secs_f64()));
            window.set_title(&format!(
                "{} — {fidelity} — {took} — galvani",
                self.model.strip.first().name
            ));
        }
    }

    /// What there is to say: what has become of the file, what is missing, and how far reading is; nothing where all is
    /// well.
    pub(super) fn told(&self) -> Vec<String> {
        let mut lines = Vec::from_iter(self.behind.trouble.clone());
        let Some(recording) = &self.behind.recording else {
            return lines;
        };
        let report = self
            .model
            .strip
            .shown
            .as_ref()
            .and_then(|shown| shown.report.as_ref());
        match report {
            Some(report) if matches!(report.fidelity, Fidelity::Partial { .. }) => {
                lines.push(match report.coming {
                    true => fidelity_text(report.fidelity),
                    false => "hatched: it cannot be read".into(),
                });
            }
            _ => {}
        }
        let (done, of) = recording.progress();
        let percent = (u128::from(done) * 100 / u128::from(of.max(1))) as u64;
        if percent < 100 && recording.is_building() {
            lines.push(format!("overview: {percent} %"));
        }
        lines.extend(
            self.model
                .exporting
                .map(|percent| format!("exporting: {percent} %")),
        );
        lines.extend(self.filtering().map(|percent| format!("filtering: {percent} %")));
        match recording.sidecar() {
            SidecarState::Building { done, total } if total > 0 => {
                lines.push(format!(
                    "sidecar: {} %",
                    u128::from(done) * 100 / u128::from(total)
                ));
            }
            SidecarState::Failed(why) => lines.push(why),
            _ => {}
        }
        lines.extend(recording.problems().last().cloned());
        lines
    }
}
