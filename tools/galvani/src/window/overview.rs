//! The overview bar's picture: the whole recording drawn by galvani, kept as an image, and drawn again only where it
//! would differ, and not often.

use std::time::{Duration, Instant};

use anyhow::Result;
use galvani::gpu::{Commands, ImageRef};
use galvani::plan::Fidelity;
use galvani::renderer::{Loading, Picture, Renderer};
use galvani::scene::{Form, PxRect, Rgba8, Scale, Scene, Style, Trace};
use galvani::source::ChannelKind;
use galvani::store::Recording;
use galvani::view::View;

use super::model::Shown;
use super::still::Still;
use crate::engine;

/// How long a picture stays at least while a recording is being read.
const LEAST: Duration = Duration::from_millis(400);

/// And so many times what it took.
const TIMES_COST: u32 = 20;

/// What a picture was drawn from.
#[derive(Debug, Clone, PartialEq)]
struct From {
    size: [u32; 2],
    style: Style,
    traces: Vec<Trace>,
    /// Samples that there were.
    samples: u64,
    /// How much news of samples there had been.
    news: u64,
}

/// The picture, if there is one.
#[derive(Default)]
pub(super) struct Overview {
    still: Still,
    from: Option<From>,
    /// When it may be drawn again.
    not_before: Option<Instant>,
    /// When it is to be drawn again.
    due: Option<Instant>,
    /// Whether all of the recording is in it.
    whole: bool,
}

impl Overview {
    /// Another recording is opened.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// When it is to be drawn again, where something is new and it is too early for that.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Draws it in a submission of its own, where it would differ from what it is; whether it did. After a frame, not before:
    /// what is read next is what the last picture lacks.
    pub(super) fn draw(
        &mut self,
        renderer: &mut Renderer,
        recording: &mut Recording<'static>,
        shown: &Shown,
        (place, news): (PxRect, u64),
    ) -> Result<bool> {
        if place.w == 0 || place.h == 0 {
            self.due = None;
            return Ok(false);
        }
        let from = From {
            size: [place.w, place.h],
            style: shown.scene.style.clone(),
            traces: traces(shown, place.h),
            samples: recording.span().end,
            news,
        };
        let now = Instant::now();
        let same_look = self
            .from
            .as_ref()
            .is_some_and(|old| (old.size, &old.style, &old.traces) == (from.size, &from.style, &from.traces));
        let same_data = self
            .from
            .as_ref()
            .is_some_and(|old| old.samples == from.samples && (self.whole || old.news == from.news));
        if same_look && same_data {
            self.due = None;
            return Ok(false);
        }
        if same_look && self.not_before.is_some_and(|least| now < least) {
            self.due = self.not_before;
            return Ok(false);
        }
        self.record(renderer, recording, shown, &from)?;
        (self.due, self.not_before) = (None, Some(now + LEAST.max(now.elapsed() * TIMES_COST)));
        self.from = Some(from);
        Ok(true)
    }

    fn record(
        &mut self,
        renderer: &mut Renderer,
        recording: &mut Recording<'static>,
        shown: &Shown,
        from: &From,
    ) -> Result<()> {
        let mut scene = Scene {
            axes: None,
            marks: Vec::new(),
            ..shown.scene.clone()
        };
        scene.traces.channels.clone_from(&from.traces);
        (scene.traces.gain, scene.traces.overlap) = (1.0, true);
        scene.traces.form = Form::Lines;
        scene.traces.scale = Scale::PerUnit(1.0);
        let view = View::fit(recording.span().end, from.size[0]);
        let picture = Picture {
            loading: Loading::UpTo(engine::FRAME_BYTES),
            ..Picture::new(&scene, &view)
        };
        let named = ("overview", from.size);
        let report = self.still.draw(renderer, recording, &picture, named)?;
        self.whole = !matches!(report.fidelity, Fidelity::Partial { .. });
        Ok(())
    }

    /// Puts it into a frame, in use as [`ImageUse::Color`](galvani::gpu::ImageUse::Color) before and after.
    pub(super) fn place(&self, commands: &mut Commands, target: &ImageRef, place: PxRect) -> Result<()> {
        self.still.place(commands, target, place)
    }
}

/// The share of the bar that the usual range of signals fills.
const FILL: f64 = 0.8;

/// All that is shown over one another in the middle of a bar so many pixels high, in one quiet colour: neural signals by
/// one gain, and others, each by its own, only where there are no neural ones.
fn traces(shown: &Shown, height: u32) -> Vec<Trace> {
    let info = &shown.info;
    let amplitude = |channel: usize| {
        let stored = shown
            .robust
            .get(channel)
            .map_or(0.0, |robust| f64::from(robust.amplitude));
        stored * info.channels[channel].gain.abs()
    };
    let is_neural = |trace: &&Trace| info.channels[trace.channel].kind == ChannelKind::Neural;
    let visible = || shown.scene.traces.channels.iter().filter(|trace| trace.visible);
    let neural: Vec<&Trace> = visible().filter(is_neural).collect();
    let mut all: Vec<f64> = neural.iter().map(|trace| amplitude(trace.channel)).collect();
    all.sort_by(f64::total_cmp);
    let common = all.get(all.len() * 9 / 10).copied();
    let chosen: Vec<&Trace> = if neural.is_empty() {
        visible().collect()
    } else {
        neural
    };
    let (count, height) = (chosen.len().max(1) as f64, f64::from(height));
    let color = quiet(&shown.scene.style);
    let laid = chosen.into_iter().enumerate().map(|(index, trace)| {
        let range = common.unwrap_or_else(|| amplitude(trace.channel));
        let px_per_unit = match FILL * height / 2.0 / range {
            px if px.is_normal() => px,
            _ => 1.0,
        };
        // From the middle of its own lane to that of the bar.
        let down_px = height / 2.0 - (index as f64 + 0.5) * height / count;
        Trace {
            color,
            gain: px_per_unit as f32,
            offset: shown.first.all[trace.channel].offset + down_px / px_per_unit,
            ..*trace
        }
    });
    laid.collect()
}

fn quiet(style: &Style) -> Rgba8 {
    let (ink, ground) = (style.foreground, style.background);
    let mix = |a: u8, b: u8| ((u16::from(a) * 3 + u16::from(b) * 4) / 7) as u8;
    Rgba8 {
        r: mix(ink.r, ground.r),
        g: mix(ink.g, ground.g),
        b: mix(ink.b, ground.b),
        a: 255,
    }
}
