//! What the window does for what is exported, counted and read out of wide columns: threads for what reads a file, the renderer for what is in
//! the pyramid.

use std::time::{Duration, Instant};

use anyhow::Result;
use egui::OutputCommand;
use galvani::abi::TILE;
use galvani::plan::Fidelity;
use galvani::renderer::Columns;

use super::action::Action;
use super::app::App;
use super::exporting::{self, Exported, Exporting, Job, Material};
use super::loading;
use super::measuring::{Found, Wanted};
use super::model::Shown;
use super::statistics::{self, Row};
use super::turning::columns;

/// How long a view rests before it is counted.
const REST: Duration = Duration::from_millis(150);

impl App<'_> {
    /// Starts an export, unless one is at work.
    pub(super) fn export(&mut self, job: Job) {
        if self.model.exporting.is_some() {
            self.model.tell("Something is being exported already.");
            return;
        }
        let (Some(source), Some(canvas)) = (&self.behind.source, &self.canvas) else {
            return;
        };
        let strips = self
            .model
            .strip
            .iter()
            .zip(self.behind.iter())
            .filter_map(|(strip, behind)| {
                let shown = strip.shown.as_ref()?;
                Some(exporting::Shown {
                    source: behind.source.clone()?,
                    events: shown.layers.all[..shown.layers.found].to_vec(),
                    notes: shown.notes.all().iter().map(|(_, note)| note.clone()).collect(),
                })
            });
        let material = Material {
            device: canvas.device().clone(),
            source: source.clone(),
            strips: strips.collect(),
            global: self.global.clone(),
        };
        self.exporting = Some(Exporting::start(job, material, self.tell()));
        self.model.exporting = Some(0);
        self.dirty = true;
    }

    /// Takes what came of it.
    pub(super) fn exported(&mut self, done: Result<Exported>) {
        (self.exporting, self.model.exporting) = (None, None);
        match done {
            Ok(Exported::Told(line)) => self.model.tell(line),
            Ok(Exported::Picture(image)) => {
                let [width, height] = image.size;
                if let Some(gui) = &mut self.gui {
                    gui.copy(OutputCommand::CopyImage(*image));
                }
                self.model.tell(format!("Copied: the picture, {width}×{height}"));
            }
            Err(error) => {
                self.model
                    .tell(format!("cannot export: {}", crate::answer::told(&error)));
                self.model.panels.log = true;
            }
        }
    }

    /// After a frame: has what is in view counted once it rests, where that is to be seen and not known.
    pub(super) fn count_soon(&mut self) {
        let known = self
            .model
            .strip
            .shown
            .as_ref()
            .is_none_or(|shown| shown.statistics.is_of(shown));
        match self.model.panels.statistics && !known {
            true => self.counting_due = Some(Instant::now() + REST),
            false => self.counting_due = None,
        }
    }

    /// Counts what is in view: its samples on a thread, or where they are too many, the pyramid's ranges.
    pub(super) fn count(&mut self) -> Result<()> {
        self.counting_due = None;
        let (Some(source), Some(shown)) = (&self.behind.source, &mut self.model.strip.shown) else {
            return Ok(());
        };
        let wanted = shown.statistics_wanted();
        if statistics::can_read(&wanted, shown.info.channels.len()) {
            if shown.statistics.counting.as_ref() != Some(&wanted) {
                shown.statistics.counting = Some(wanted.clone());
                loading::count(source.clone(), wanted, self.tell());
            }
            return Ok(());
        }
        let (Some(renderer), Some(recording)) = (&mut self.renderer, &mut self.behind.recording) else {
            return Ok(());
        };
        let traces: Vec<usize> = shown.scene.traces.visible().collect();
        let (report, columns) = columns(renderer, recording, shown, &traces)?;
        let rows = columns.lanes.iter().enumerate().map(|(lane, facts)| {
            let whole = 0..shown.plot.w;
            Row {
                channel: facts.channel as usize,
                range: range_of(&columns, shown, lane, whole),
                moments: None,
            }
        });
        let found = statistics::Found {
            wanted,
            rows: rows.collect(),
            partial: matches!(report.fidelity, Fidelity::Partial { .. }) && report.coming,
        };
        self.act(vec![Action::Statistics(found)])
    }

    /// Reads out a column that is too wide to be read from the file: its range in the pyramid, as it is drawn.
    pub(super) fn look_wide(&mut self, wanted: Wanted) -> Result<()> {
        let (Some(renderer), Some(recording), Some(shown)) = (
            &mut self.renderer,
            &mut self.behind.recording,
            &self.model.strip.shown,
        ) else {
            return Ok(());
        };
        let traces = &shown.scene.traces.channels;
        let trace = traces.iter().position(|trace| trace.channel == wanted.channel);
        let (Some(trace), Some([x, _])) = (trace, shown.measuring.pointer) else {
            return self.act(vec![Action::Found(None)]);
        };
        let (_, columns) = columns(renderer, recording, shown, &[trace])?;
        let px = (x - f64::from(shown.plot.x)).max(0.0) as u32;
        let px = px.min(shown.plot.w.saturating_sub(1));
        let range = range_of(&columns, shown, 0, px..px + 1);
        self.act(vec![Action::Found(Some(Found { wanted, range }))])
    }
}

/// The least and the greatest physical value of some of a plot's columns; `None` where nothing is known of them.
fn range_of(columns: &Columns, shown: &Shown, lane: usize, of: std::ops::Range<u32>) -> Option<[f64; 2]> {
    let plan = &columns.plan;
    let channel = &shown.info.channels[columns.lanes.get(lane)?.channel as usize];
    let each = (plan.tiles * TILE) as usize;
    let mine = columns.columns.get(lane * each..(lane + 1) * each)?;
    let there = plan.data.start * TILE..plan.data.end * TILE;
    let range = of
        .map(|column| plan.skip + column)
        .filter(|column| there.contains(column))
        .map(|column| mine[column as usize])
        .filter(|column| column.lo <= column.hi)
        .fold(None, |range: Option<[f32; 2]>, column| {
            let [lo, hi] = range.unwrap_or([column.lo, column.hi]);
            Some([lo.min(column.lo), hi.max(column.hi)])
        })?;
    let [a, b] = range.map(|stored| f64::from(stored) * channel.gain + channel.offset);
    Some([a.min(b), a.max(b)])
}
