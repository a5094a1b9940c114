//! The detail strip: what the pointer is at in the plot, or else the plot's middle, from twenty times as near. Its picture is
//! galvani's own, drawn before each frame.

use anyhow::Result;
use galvani::plan::Fidelity;
use galvani::renderer::{Loading, Picture, Report};
use galvani::scene::PxRect;
use galvani::view::View;

use super::app::App;
use super::model::Shown;
use crate::{engine, stack};

/// How many times as near.
const TIMES: f64 = 20.0;

/// Whether something is on its way.
fn lacks(report: &Report) -> bool {
    report.coming && matches!(report.fidelity, Fidelity::Partial { .. })
}

impl App<'_> {
    /// Draws the strip for the frame that comes next.
    pub(super) fn draw_detail(&mut self, place: PxRect, scale_factor: f32) -> Result<()> {
        let shift_s = self.model.strip.shift_s;
        let (Some(renderer), Some(recording), Some(shown)) = (
            &mut self.renderer,
            &mut self.behind.recording,
            &mut self.model.strip.shown,
        ) else {
            return Ok(());
        };
        let size = [place.w, place.h];
        if size.contains(&0) || !shown.placed {
            (shown.detail_columns, shown.detail_lacks) = (0, false);
            shown.detail_fidelity = None;
            return Ok(());
        }
        // Its own axis, wherever the plot's is.
        let axes = shown.scene.axes;
        stack::fit(&mut shown.scene, true, shift_s, 0);
        shown.detail_columns = shown.scene.plot(&shown.info, size, scale_factor).w;
        let (view, lanes) = (shown.detail(), shown.lanes_in_view());
        let picture = Picture {
            lanes: [lanes.start, lanes.end],
            scale_factor,
            loading: Loading::UpTo(engine::FRAME_BYTES),
            ..Picture::new(&shown.scene, &view)
        };
        let report = self
            .detail
            .draw(renderer, recording, &picture, ("detail", size))?;
        shown.scene.axes = axes;
        shown.detail_lacks = lacks(&report);
        shown.detail_fidelity = Some(report.fidelity);
        Ok(())
    }

    /// Asks for what the strip lacks once more after a frame: what was drawn last is read first, and that was the plot. Where the
    /// plot itself lacks anything, that comes first.
    pub(super) fn ask_for_detail(&mut self, place: PxRect, scale_factor: f32) -> Result<()> {
        let asks = |shown: &Shown| shown.detail_lacks && !shown.report.as_ref().is_some_and(lacks);
        match self.model.strip.shown.as_ref().is_some_and(asks) {
            true => self.draw_detail(place, scale_factor),
            false => Ok(()),
        }
    }
}

impl Shown {
    /// From where the strip is seen.
    pub(super) fn detail(&self) -> View {
        let (view, columns) = (&self.browser.view, self.detail_columns.max(1));
        let across = view.samples_across(self.browser.columns) / TIMES;
        let middle = view.sample_from_px(self.pointer_px().unwrap_or(f64::from(self.browser.columns) / 2.0));
        let (least, _) = self.browser.reach.density_limits(columns);
        let mut detail = View::new(middle, (across / f64::from(columns)).max(least));
        detail.put(middle, f64::from(columns) / 2.0);
        detail.hold(&self.browser.reach, columns);
        detail
    }

    /// What of the plot the strip shows, in pixels from its left edge; `None` where there is no strip.
    pub(super) fn detail_px(&self) -> Option<[f64; 2]> {
        if self.detail_columns == 0 {
            return None;
        }
        let detail = self.detail();
        let left = self.browser.view.px_from_sample(detail.start());
        let across = detail.samples_across(self.detail_columns) / self.browser.view.samples_per_px();
        Some([left, left + across])
    }

    /// The pointer's column of the plot, where it is over it.
    fn pointer_px(&self) -> Option<f64> {
        let [x, y] = self.measuring.pointer?;
        let plot = self.plot;
        let rows = f64::from(plot.y)..f64::from(plot.bottom());
        let px = x - f64::from(plot.x);
        (rows.contains(&y) && (0.0..f64::from(plot.w)).contains(&px)).then_some(px)
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::Action;
    use super::super::model::Model;
    use super::*;

    /// 4 channels of 100 s at 1 kHz, 10 s of them from 20 s on in 1000 columns, and 800 columns of strip.
    fn model() -> Model {
        let mut model = Model::from_near();
        let shown = model.strip.shown.as_mut().expect("it is open");
        shown.plot = PxRect {
            x: 50,
            y: 20,
            w: 1000,
            h: 400,
        };
        shown.detail_columns = 800;
        model
    }

    fn seconds(model: &Model) -> [f64; 2] {
        let shown = model.strip.shown.as_ref().expect("it is open");
        let (detail, rate_hz) = (shown.detail(), shown.info.rate_hz);
        let start = detail.start().as_f64() / rate_hz;
        [start, start + detail.duration_s(800, rate_hz)]
    }

    fn near(found: [f64; 2], wanted: [f64; 2]) {
        let off = (0..2).map(|i| (found[i] - wanted[i]).abs());
        assert!(off.fold(0.0, f64::max) < 1e-6, "{found:?}, not {wanted:?}");
    }

    #[test]
    fn it_shows_what_the_pointer_is_at() {
        let mut model = model();
        near(seconds(&model), [24.75, 25.25]);
        assert!(model.act(Action::Point(Some([50.0 + 300.0, 100.0]))));
        near(seconds(&model), [22.75, 23.25]);
        let shown = model.strip.shown.as_ref().expect("it is open");
        near(shown.detail_px().expect("a strip"), [275.0, 325.0]);
        assert!(model.act(Action::Point(Some([350.0, 700.0]))));
        near(seconds(&model), [24.75, 25.25]);
    }

    #[test]
    fn it_ends_with_the_recording() {
        let mut model = model();
        model.strip.shown.as_mut().expect("it is open").browser.view = View::span(90.0, 10.0, 1000.0, 1000);
        assert!(model.act(Action::Point(Some([1049.0, 100.0]))));
        near(seconds(&model), [99.5, 100.0]);
    }
}
