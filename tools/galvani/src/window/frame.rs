//! A frame of the window: panels, then what they leave for the plot, then both into one image.

use std::time::{Duration, Instant};

use anyhow::Result;
use galvani::gpu::{Frame, ImageUse};
use galvani::plan::Fidelity;
use galvani::renderer::{Loading as Limit, Picture};
use galvani::scene::{Layout, PxRect};
use galvani::view::gesture::{Browser, Input};

use super::app::App;
use super::gui::{Gui, Panels};
use super::log::Told;
use super::model::{FRAMES_KEPT, Request, Shown};
use crate::{engine, stack};

/// How often the title may change.
const TITLE_EVERY: Duration = Duration::from_millis(100);

impl App<'_> {
    pub(super) fn draw(&mut self) -> Result<()> {
        self.dirty = false;
        if self.frames == 0 {
            // At once, before anything else is made.
            return self.draw_nothing();
        }
        let Some(panels) = self.draw_panels()? else {
            return Ok(());
        };
        match (&self.renderer, &self.behind.first().recording) {
            (Some(_), Some(_)) => {
                self.each(Self::choose)?;
                self.draw_recordings(&panels)
            }
            _ => self.draw_panels_alone(&panels),
        }
    }

    /// Runs the panels, and once more where they have changed what they show.
    fn draw_panels(&mut self) -> Result<Option<Panels>> {
        let Some(window) = self.window.clone() else {
            return Ok(None);
        };
        let gui = self.gui.get_or_insert_with(|| Gui::new(&window));
        let mut actions = Vec::new();
        let mut panels = gui.run(&window, &self.model, &mut actions);
        if !actions.is_empty() {
            self.act(actions)?;
            let mut more = Vec::new();
            if let Some(gui) = &mut self.gui {
                panels = gui.run(&window, &self.model, &mut more);
            }
            self.act(more)?;
        }
        let now = Instant::now();
        self.again = panels.again.map(|delay| now + delay);
        Ok(Some(panels))
    }

    /// Strip after strip, the first right into the frame, others from pictures of their own.
    fn draw_recordings(&mut self, panels: &Panels) -> Result<()> {
        let scale_factor =
            self.window
                .as_ref()
                .map_or(1.0, |window| window.scale_factor() * self.model.settings.scale) as f32;
        let size = self
            .window
            .as_ref()
            .map_or([1, 1], |window| window.inner_size().into());
        let areas = self.lay_out(size, panels.plot, scale_factor);
        self.draw_detail(panels.detail, scale_factor)?;
        for (index, area) in areas.iter().enumerate().skip(1) {
            self.at(index, |app| app.draw_strip([area.w, area.h]))?;
        }
        let drawn = self.at(0, |app| app.draw_main(panels, &areas, scale_factor))?;
        if let Some(size) = drawn {
            let told = Told {
                number: self.frames,
                size,
            };
            self.log.frame(told, &self.model)?;
        }
        self.ask_for_detail(panels.detail, scale_factor)?;
        self.bar = panels.overview;
        self.count_soon();
        self.at(0, Self::draw_overview)
    }

    /// Fits every strip of several to its part of an image's area, and lets all views follow; the parts, from the top down. One alone is fit
    /// to its image.
    fn lay_out(&mut self, size: [u32; 2], area: PxRect, scale_factor: f32) -> Vec<PxRect> {
        let model = &mut self.model;
        if !model.is_stacked() {
            return vec![area];
        }
        let shares: Vec<f64> = model.strip.iter().map(|strip| strip.share).collect();
        let areas = stack::areas(area, &shares);
        let last = areas.len() - 1;
        let margins = areas
            .iter()
            .zip(model.strip.iter_mut())
            .filter_map(|(area, strip)| {
                let shown = strip.shown.as_mut()?;
                Some(stack::margin(&mut shown.scene, &shown.info, *area, scale_factor))
            });
        let margin = margins.max().unwrap_or(0);
        for ((index, area), strip) in areas.iter().enumerate().zip(model.strip.iter_mut()) {
            if let Some(shown) = &mut strip.shown {
                stack::fit(&mut shown.scene, index == last, strip.shift_s, margin);
                self.dirty |= shown.lay_out(size, *area, scale_factor);
            }
        }
        model.follow();
        areas
    }

    /// Draws another strip than the first, for the frame that comes next.
    fn draw_strip(&mut self, size: [u32; 2]) -> Result<()> {
        let titles = [self.model.strip.title()];
        let behind = &mut *self.behind;
        let (Some(renderer), Some(recording), Some(shown)) = (
            &mut self.renderer,
            &mut behind.recording,
            &mut self.model.strip.shown,
        ) else {
            return Ok(());
        };
        if size.contains(&0) {
            return Ok(());
        }
        let lanes = shown.lanes_in_view();
        let picture = Picture {
            status: &titles,
            scale_factor: shown.scale_factor,
            loading: Limit::UpTo(engine::FRAME_BYTES),
            lanes: [lanes.start, lanes.end],
            ..Picture::new(&shown.scene, &shown.browser.view)
        };
        let report = behind
            .still
            .draw(renderer, recording, &picture, ("strip", size))?;
        self.dirty |= shown.fidelity() != Some(report.fidelity);
        shown.report = Some(report);
        self.drawn();
        Ok(())
    }

    /// What there is to do for a strip that has been drawn.
    fn drawn(&mut self) {
        self.keep_up();
        let first = self.behind.measure_first.take().map(Request::Measure);
        self.model.strip.requests.extend(first);
        // What is missing says when it comes; the end of saying so, and what only a frame can take in, do not.
        let status = self.told();
        if let (Some(recording), Some(shown)) = (&self.behind.recording, &mut self.model.strip.shown) {
            self.dirty |= recording.is_waiting() || shown.status != status;
            shown.status = status;
        }
    }

    /// Draws the first strip into the frame, and puts the others and the panels over it; the frame's size where it was shown.
    fn draw_main(
        &mut self,
        panels: &Panels,
        areas: &[PxRect],
        scale_factor: f32,
    ) -> Result<Option<[u32; 2]>> {
        let titles = match self.model.is_stacked() {
            true => vec![self.model.strip.title()],
            false => Vec::new(),
        };
        let (Some(canvas), Some(gui)) = (&mut self.canvas, &mut self.gui) else {
            return Ok(None);
        };
        let (behind, others) = self.behind.split();
        let (Some(renderer), Some(recording), Some(shown)) = (
            &mut self.renderer,
            &mut behind.recording,
            &mut self.model.strip.shown,
        ) else {
            return Ok(None);
        };
        let begun = Instant::now();
        let device = canvas.device().clone();
        let place = areas.first().copied().unwrap_or(panels.plot);
        let frame = canvas.frame(|commands, image| {
            let moved = shown.lay_out(image.extent, place, scale_factor);
            let lanes = shown.lanes_in_view();
            let picture = Picture {
                within: Some(place),
                status: &titles,
                scale_factor,
                loading: Limit::UpTo(engine::FRAME_BYTES),
                lanes: [lanes.start, lanes.end],
                ..Picture::new(&shown.scene, &shown.browser.view)
            };
            let uses = (ImageUse::Undefined, ImageUse::Color);
            let report = renderer.record(commands, recording, &picture, image, uses)?;
            for (other, place) in others.iter().zip(areas.iter().skip(1)) {
                if other.recording.is_some() {
                    other.still.place(commands, image, place.cut(image.extent))?;
                }
            }
            if panels.overview.h > 0 {
                self.overview
                    .place(commands, image, panels.overview.cut(image.extent))?;
            }
            if panels.detail.h > 0 {
                self.detail
                    .place(commands, image, panels.detail.cut(image.extent))?;
            }
            gui.record(commands, &device, image, panels)?;
            commands.image_barrier(image, ImageUse::Color, ImageUse::Present);
            Ok((report, image.extent, moved))
        })?;
        match frame {
            Frame::Drawn((report, size, moved), value) => {
                // Panels drew marks on it where it was before.
                self.dirty |= moved;
                self.frames += 1;
                self.last = Some((value, begun.elapsed()));
                if let Some(latency) = &mut self.latency {
                    latency.frame(self.frames, &device, value);
                }
                self.title_due.get_or_insert(begun + TITLE_EVERY);
                self.dirty |= shown.report.as_ref().map(|old| old.fidelity) != Some(report.fidelity);
                self.model.facts.rasteriser = engine::rasteriser_word(report.rasteriser);
                shown.report = Some(report);
                self.drawn();
                Ok(Some(size))
            }
            Frame::Again => {
                self.dirty = true;
                Ok(None)
            }
            Frame::Nothing => Ok(None),
        }
    }

    /// The overview's picture, for the next frame to show.
    pub(super) fn draw_overview(&mut self) -> Result<()> {
        let arrivals = self.behind.arrivals;
        let (Some(renderer), Some(recording), Some(shown)) = (
            &mut self.renderer,
            &mut self.behind.recording,
            &self.model.strip.shown,
        ) else {
            return Ok(());
        };
        // What the plot lacks is read first.
        let plot_first = shown
            .report
            .as_ref()
            .is_none_or(|report| report.coming && matches!(report.fidelity, Fidelity::Partial { .. }));
        if !(plot_first && recording.is_waiting()) {
            let drawn = self
                .overview
                .draw(renderer, recording, shown, (self.bar, arrivals))?;
            self.dirty |= drawn;
        }
        Ok(())
    }

    /// Panels over the background, until the recording can be drawn.
    fn draw_panels_alone(&mut self, panels: &Panels) -> Result<()> {
        let (Some(canvas), Some(gui)) = (&mut self.canvas, &mut self.gui) else {
            return Ok(());
        };
        let (device, color) = (canvas.device().clone(), self.model.style().background);
        let frame = canvas.clear_and(color, |commands, image| {
            gui.record(commands, &device, image, panels)
        })?;
        self.drawn_without(frame)
    }

    /// The background alone.
    fn draw_nothing(&mut self) -> Result<()> {
        let Some(canvas) = &mut self.canvas else {
            return Ok(());
        };
        let frame = canvas.clear_and(self.model.style().background, |_, _| Ok(()))?;
        self.drawn_without(frame)?;
        // The panels follow.
        self.dirty = true;
        Ok(())
    }

    fn drawn_without(&mut self, frame: Frame<[u32; 2]>) -> Result<()> {
        match frame {
            Frame::Drawn(size, _) => {
                self.frames += 1;
                self.log.loading(self.frames, size)?;
            }
            Frame::Again => self.dirty = true,
            Frame::Nothing => {}
        }
        Ok(())
    }

    /// What the frame before took of the host and of the device, once that is known; whether it is.
    pub(super) fn timed(&mut self) -> Option<Duration> {
        let (value, host) = self.last?;
        let passes = self.canvas.as_ref()?.device().timings(value)?;
        let device_s = passes.iter().map(|(_, ms)| ms).sum::<f64>() * 1e-3;
        let facts = &mut self.model.facts;
        if facts.frame_ms.len() == FRAMES_KEPT {
            facts.frame_ms.pop_front();
        }
        let ms = [host.as_secs_f64() * 1e3, device_s * 1e3].map(|ms| ms as f32);
        facts.frame_ms.push_back(ms);
        Some(host + Duration::from_secs_f64(device_s))
    }
}

impl Shown {
    /// Fits the view to a part of an image of this size; whether the plot is somewhere else now.
    fn lay_out(&mut self, size: [u32; 2], area: PxRect, scale_factor: f32) -> bool {
        let before = (self.plot, self.area);
        let lanes = self.lanes_in_view();
        let amplitudes: Vec<f32> = self.robust.iter().map(|robust| robust.amplitude).collect();
        self.scene.traces.gain = self.browser.gain as f32;
        let layout = Layout::within(
            size,
            area,
            &self.scene,
            &self.info,
            &amplitudes,
            lanes,
            scale_factor,
        );
        (self.plot, self.measuring.lanes) = (layout.plot, layout.lanes);
        (self.area, self.scale_factor) = (area, scale_factor);
        if self.report.is_none() && !self.placed {
            let gain = self.browser.gain;
            self.browser = Browser::new(self.info.samples, layout.plot.w);
            self.browser.gain = gain;
            self.placed = true;
        }
        if self.browser.columns != layout.plot.w {
            self.browser.apply(Input::Resize {
                columns: layout.plot.w,
            });
        }
        before != (self.plot, self.area)
    }
}
