//! All that makes a scene besides its recording: the one way in which the window, `render` and exports come by theirs.

use anyhow::{Result, ensure};
use galvani::scene::marks::{Layer, Show};
use galvani::scene::{Form, Scene, Style};
use galvani::source::{Info, Robust};

use super::annotations::{Annotation, Annotations};
use super::channels::{Channels, ColorBy};
use super::layers::Layers;
use crate::cli::{Channels as List, LookArgs};
use crate::input;

/// What is put into a scene.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looks<'a> {
    pub(super) style: &'a Style,
    pub(super) channels: &'a Channels,
    pub(super) layers: &'a [Layer],
    pub(super) gain: f64,
}

impl Looks<'_> {
    /// Makes traces and marks of a scene anew. Where events colour pieces of traces, these are quiet, unless their own colours tell
    /// something.
    pub(super) fn dress(&self, scene: &mut Scene, info: &Info) {
        scene.style.clone_from(self.style);
        scene.traces.channels = self.channels.traces(info, self.style);
        scene.traces.gain = self.gain as f32;
        scene.marks = self.layers.to_vec();
        let tints = |layer: &Layer| layer.visible && matches!(layer.show, Show::Lanes { .. });
        if self.channels.color_by == ColorBy::Channel && self.layers.iter().any(tints) {
            let loud = scene.traces.channels.clone();
            scene.traces.quiet(self.style);
            for (trace, loud) in scene.traces.channels.iter_mut().zip(loud) {
                if self.channels.all[trace.channel].bad {
                    trace.color = loud.color;
                }
            }
        }
    }
}

/// How a recording is to be shown, as arguments ask for it.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    style: Style,
    channels: Channels,
    layers: Layers,
    gain: f64,
    overlap: bool,
    form: Form,
}

impl Look {
    /// What is asked for of a recording, of which `scene` shows all, and of the listed channels those.
    ///
    /// # Errors
    /// Where a channel is asked for that the recording lacks.
    pub(crate) fn new(
        args: &LookArgs,
        (listed, bad): (Option<&List>, Option<&List>),
        mut scene: Scene,
        info: &Info,
    ) -> Result<Self> {
        input::select(&mut scene, listed)?;
        let mut channels = Channels::new(&scene.traces, info);
        apply(args, bad, &mut channels)?;
        Ok(Self {
            style: scene.style,
            channels,
            layers: Layers::default(),
            gain: args.trace_gain.unwrap_or(1.0),
            overlap: !args.cut,
            form: args.lanes.unwrap_or_default().into(),
        })
    }

    /// What happened when, and what people have written down, as arguments ask for it.
    pub(crate) fn events(&mut self, found: Vec<Layer>, notes: Vec<Annotation>, args: &LookArgs, info: &Info) {
        self.layers.take(found);
        if !notes.is_empty() {
            self.layers.write(&Annotations::new(notes), info, &self.style);
        }
        self.layers.hide(&args.hide_events);
        self.layers.paint(&args.event_color);
        self.layers.recolor(&self.style);
    }

    /// Puts what was measured of the view in the middle of lanes, and with `fill` lets it fill them; `first` fills them at first.
    pub(crate) fn measured(&mut self, now: &[Robust], first: Option<&[Robust]>, info: &Info) {
        self.channels.center(now, info);
        if let Some(first) = first {
            self.channels.scale(now, first);
        }
    }

    /// Makes a scene look so.
    pub(crate) fn dress(&self, scene: &mut Scene, info: &Info) {
        (scene.traces.overlap, scene.traces.form) = (self.overlap, self.form);
        let looks = Looks {
            style: &self.style,
            channels: &self.channels,
            layers: &self.layers.labelled(),
            gain: self.gain,
        };
        looks.dress(scene, info);
    }
}

/// Gives channels what arguments say of them, and leaves the rest as it is.
///
/// # Errors
/// Where one is asked for that the recording lacks.
pub(super) fn apply(args: &LookArgs, bad: Option<&List>, channels: &mut Channels) -> Result<()> {
    let many = channels.all.len();
    let known = |option: &str, channel: usize| {
        ensure!(
            channel < many,
            "{option}: there is no channel {channel}; the recording has {many}, the first is 0"
        );
        Ok(channel)
    };
    for &channel in args.hide.iter().flat_map(|List(list)| list) {
        channels.all[known("--hide", channel)?].hidden = true;
    }
    for &channel in bad.iter().flat_map(|List(list)| list) {
        channels.all[known("--bad", channel)?].bad = true;
    }
    for &(channel, gain) in args.channel_gain.iter().flat_map(|list| &list.0) {
        channels.all[known("--channel-gain", channel)?].gain = gain as f32;
    }
    for &(channel, offset) in args.channel_offset.iter().flat_map(|list| &list.0) {
        channels.all[known("--channel-offset", channel)?].offset = offset;
    }
    channels.order = args.sort.unwrap_or(channels.order);
    channels.color_by = args.color_by.unwrap_or(channels.color_by);
    Ok(())
}
