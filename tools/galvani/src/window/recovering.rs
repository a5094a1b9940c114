//! A device that is lost: all that was on it goes, and what is shown is brought to a new one.
//!
//! The model, and with it the view and the annotations, is plain data, and files are the sources'; so nothing is lost but pages and pyramids,
//! which are read again. A second loss soon after the first is the end, since a device that fails at this work will fail at it again:
//! the error says so, and what people have written is on disk by then.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use galvani::Error;

use super::app::App;
use super::behind::Behind;
use super::canvas::Canvas;
use super::news::News;
use super::still::Still;
use crate::engine;

/// A device has to last so long to be replaced once more.
const LASTS: Duration = Duration::from_secs(5);

/// The devices that were lost.
pub(super) struct Losses {
    count: usize,
    last: Option<Instant>,
    /// How many frames each device lasts, first to last, as tests ask for it; those that are not named last.
    asked: Vec<u64>,
}

impl Losses {
    pub(super) fn new(asked: &[u64]) -> Self {
        Self {
            count: 0,
            last: None,
            asked: asked.to_vec(),
        }
    }

    /// How many frames the present device lasts, where that is asked for.
    pub(super) fn next(&self) -> Option<u64> {
        self.asked.get(self.count).copied()
    }

    /// The present device, counted from 0.
    pub(super) fn present(&self) -> usize {
        self.count
    }

    /// Another is lost; whether that comes too soon after the one before.
    fn add(&mut self, now: Instant) -> bool {
        self.count += 1;
        let before = self.last.replace(now);
        before.is_some_and(|before| now.duration_since(before) < LASTS)
    }
}

/// Whether an error, or what caused it, is a device's loss.
pub(super) fn is_lost(error: &anyhow::Error) -> bool {
    let lost = ash::vk::Result::ERROR_DEVICE_LOST;
    error.chain().any(|cause| {
        let ours = matches!(cause.downcast_ref(), Some(Error::DeviceLost(_)));
        ours || cause.downcast_ref() == Some(&lost)
    })
}

impl App<'_> {
    /// Brings all that is shown to a new device.
    ///
    /// # Errors
    /// The loss itself where it is not the first of late; why there is no new device.
    pub(super) fn recover(&mut self, loss: anyhow::Error) -> Result<()> {
        let Some((canvas, window)) = self.canvas.as_ref().zip(self.window.clone()) else {
            return Err(loss);
        };
        if self.losses.add(Instant::now()) {
            let what = "the graphics device was lost twice within seconds; annotations are kept";
            return Err(loss.context(what));
        }
        let instance = canvas.instance().clone();
        self.leave_device();
        let device = engine::device(&instance, self.global, true).with_context(|| {
            format!("there is no other device after this: {loss:#}; annotations are kept")
        })?;
        self.model.facts.device.clone_from(&device.caps().name);
        self.model.facts.driver.clone_from(&device.caps().driver);
        self.canvas = Some(Canvas::new(instance, device, window, self.losses.next())?);
        self.each(|app| {
            app.bring();
            Ok(())
        })?;
        let line = "The graphics device was lost; the recording is being loaded again on a new one.";
        self.news(News::Told(line.into()))
    }

    /// Gives back all that is on the device, and the device.
    pub(super) fn leave_device(&mut self) {
        self.exporting = None;
        self.overview.forget();
        self.detail = Still::default();
        self.behind.iter_mut().for_each(Behind::leave_device);
        self.renderer = None;
        // What it says is of a device that is gone.
        self.last = None;
        if let Some(gui) = &mut self.gui {
            gui.leave();
        }
        self.canvas = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_found_below_other_errors() {
        let lost = |error: anyhow::Error| is_lost(&error.context("drawing").context("a frame"));
        assert!(lost(Error::DeviceLost("a submission").into()));
        assert!(lost(ash::vk::Result::ERROR_DEVICE_LOST.into()));
        let surface = ash::vk::Result::ERROR_SURFACE_LOST_KHR;
        assert!(!lost(Error::vulkan("presenting", surface).into()) && !lost(surface.into()));
    }

    #[test]
    fn the_second_of_late_is_one_too_many() {
        let mut losses = Losses::new(&[3]);
        assert_eq!(losses.next(), Some(3));
        let now = Instant::now();
        assert!(!losses.add(now) && losses.next().is_none() && losses.present() == 1);
        assert!(!losses.add(now + LASTS) && losses.add(now + LASTS * 3 / 2));
    }
}
