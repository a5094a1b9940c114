//! From a scene and a view to what the device is given: the plan, the samples, the lanes, the frame's struct.

use std::ops::Range;

use super::{Loading, Picture, Renderer, Report};
use crate::Result;
use crate::abi::{self, Frame, Lane, Push, TILE_BITS};
use crate::gpu::{Commands, ImageRef};
use crate::passes::{Arena, Arrays, Shape, group_size};
use crate::plan::Plan;
use crate::scene::overlay::Shown;
use crate::scene::{Layout, Overlay, Rgba8, Scene};
use crate::source::Dtype;
use crate::store::{Recording, Wanted};
use crate::{Error, gpu};

/// Which columns the arrays hold from the frame before.
#[derive(Default, PartialEq)]
pub(super) struct Kept {
    recording: u64,
    samples_per_px: u64,
    generation: u64,
    /// Whether no raw sample was missing, so that more of them change nothing.
    complete: bool,
    mode: u32,
    channels: Vec<u32>,
    tiles: Range<i64>,
}

/// A frame ready to be recorded.
pub(super) struct Prepared {
    pub(super) report: Report,
    pub(super) push: Push,
    pub(super) slot: usize,
    /// Tiles at most, of all lanes.
    pub(super) tiles: u32,
    pub(super) dtype: Dtype,
    pub(super) overlap: bool,
    pub(super) background: Rgba8,
    pub(super) overlay: (abi::OverlayPush, u32),
}

impl Renderer {
    /// Lays out, plans, loads, and writes what the stages read; what loading copies is recorded.
    pub(super) fn prepare(
        &mut self,
        commands: &mut Commands,
        recording: &mut Recording<'_>,
        picture: &Picture<'_>,
        target: ImageRef,
    ) -> Result<Prepared> {
        let (scene, dtype) = (picture.scene, recording.info().dtype);
        let amplitudes: Vec<f32> = recording.robust().iter().map(|r| r.amplitude).collect();
        let everything = 0..usize::MAX;
        let layout = Layout::new(
            target.extent,
            scene,
            recording.info(),
            &amplitudes,
            everything,
            picture.scale_factor,
        );
        let half_width = (scene.style.line_width_px * layout.scale_factor / 2.0).clamp(0.0, 32.0);
        let reach = half_width.ceil() as u32 + 2;
        let start = recording.span().start as i64;
        let plan = Plan::new(recording.geometry(), start, picture.view, layout.plot.w, reach);
        let busy = self.device.next_value();
        let wanted = match picture.loading {
            Loading::Complete => Wanted::All,
            Loading::UpTo(bytes) => Wanted::Bytes(bytes),
        };
        let came = recording.want(&plan, wanted, commands, busy)?;

        let lanes: Vec<Lane> = lanes(scene, &layout, half_width);
        let shape = Shape {
            lanes: lanes.len() as u32,
            tiles: plan.tiles,
            target: target.extent,
        };
        if shape.lanes >= 1 << (32 - TILE_BITS) || shape.tiles >= 1 << TILE_BITS {
            let problem = format!(
                "{} lanes and {} tiles across are too many",
                shape.lanes, shape.tiles
            );
            return Err(Error::Invalid {
                what: "the scene",
                problem,
            });
        }
        let cached = self.keep(recording, &plan, &lanes, shape, came.absent == 0)?;
        let bytes = plan.edges.len() * 8 + lanes.len() * size_of::<Lane>() + plan.pages.clone().count() * 8;
        let overlay = Overlay::new(
            &mut self.text,
            &Shown {
                scene,
                info: recording.info(),
                layout: &layout,
                view: picture.view,
                status: picture.status,
            },
        );
        let quads = (overlay.rects.len() + overlay.glyphs.len()) * size_of::<abi::Quad>();
        let (slot, mut arena, overflow) = self.slots.take((bytes + quads + 4096) as u64)?;
        let frame = self.frame(
            recording,
            &plan,
            &lanes,
            &layout,
            scene,
            &mut arena,
            target,
            cached,
            came.absent == 0,
        );
        let push = Push {
            frame: arena.put(&[frame]),
        };
        let overlay =
            self.overlay
                .prepare(&self.device, target.format, &overlay, &mut arena, target.extent)?;
        let overlap = scene.traces.overlap;
        self.draw.prepare(&self.device, target.format, dtype, overlap)?;
        self.slots.give(slot, &arena, commands, busy)?;
        let report = Report {
            fidelity: plan.fidelity(came.absent, came.coming),
            rasteriser: self.rasteriser,
            samples_per_px: plan.samples_per_px,
            plot: layout.plot,
            lanes: shape.lanes,
            loaded_bytes: came.bytes,
            overflow: overflow != 0,
        };
        let background = scene.style.background;
        Ok(Prepared {
            report,
            push,
            slot,
            tiles: shape.lanes * shape.tiles,
            dtype,
            overlap,
            background,
            overlay,
        })
    }

    /// Makes room for the frame's columns, and says which tiles of the frame before are still valid, counted from the
    /// view's first.
    fn keep(
        &mut self,
        recording: &Recording<'_>,
        plan: &Plan,
        lanes: &[Lane],
        shape: Shape,
        complete: bool,
    ) -> Result<Range<u32>> {
        let first = plan.first_tile;
        let kept = Kept {
            recording: recording.id(),
            samples_per_px: plan.samples_per_px.to_bits(),
            generation: recording.generation(),
            complete,
            mode: plan.mode,
            channels: lanes.iter().map(|lane| lane.channel).collect(),
            tiles: first + i64::from(plan.data.start)..first + i64::from(plan.data.end),
        };
        let fits = self.arrays.as_ref().is_some_and(|arrays| arrays.shape == shape);
        if !fits {
            self.arrays = None;
            self.arrays = Some(Arrays::new(&self.device, shape)?);
        }
        let old = std::mem::replace(&mut self.kept, kept);
        let new = &self.kept;
        let same = fits
            && old.recording == new.recording
            && old.samples_per_px == new.samples_per_px
            && old.mode == new.mode
            && old.channels == new.channels
            && (old.generation == new.generation || old.complete);
        if !same {
            return Ok(0..0);
        }
        let from = |tile: i64| (tile - first).clamp(0, i64::from(plan.tiles)) as u32;
        Ok(from(old.tiles.start)..from(old.tiles.end))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "each is a part of the frame that is put together here alone"
    )]
    fn frame(
        &self,
        recording: &Recording<'_>,
        plan: &Plan,
        lanes: &[Lane],
        layout: &Layout,
        scene: &Scene,
        arena: &mut Arena,
        target: ImageRef,
        cached: Range<u32>,
        complete: bool,
    ) -> Frame {
        let Some(arrays) = &self.arrays else {
            return Frame::default();
        };
        let at = |buffer: &gpu::Buffer| abi::address(buffer.address());
        let geometry = recording.geometry();
        let pages = recording.page_table(plan);
        let first_sample = plan.pages.start << geometry.page_shift;
        Frame {
            edges: arena.put(&plan.edges),
            lanes: arena.put(lanes),
            offsets: at(&arrays.offsets),
            resolve_list: at(&arrays.resolve_list),
            draw_list: at(&arrays.draw_list),
            counts: at(&arrays.counts),
            columns: at(&arrays.columns),
            extents: at(&arrays.extents),
            bins: at(&arrays.bins),
            pages: arena.put(&pages),
            page_count: pages.len() as u32,
            page_shift: geometry.page_shift,
            page_stride: recording.page_stride(),
            samples: geometry.samples.saturating_sub(first_sample).min(u32::MAX.into()) as u32,
            fine: recording.level(plan.level, plan.origin),
            coarse: recording.level(plan.level + 1, plan.coarse_origin()),
            mode: plan.mode,
            polyline: (plan.polyline && complete).into(),
            px_per_sample: (1.0 / plan.samples_per_px) as f32,
            lane_count: lanes.len() as u32,
            tiles: plan.tiles,
            tile_slots: plan.tiles,
            tile_slot: plan.first_tile.rem_euclid(plan.tiles.into()) as u32,
            cached_first: cached.start,
            cached_end: cached.end,
            data_first: plan.data.start,
            data_end: plan.data.end,
            skip: plan.skip,
            plot_x: layout.plot.x,
            plot_y: layout.plot.y,
            plot_width: layout.plot.w,
            plot_height: layout.plot.h,
            target_width: target.extent[0],
            target_height: target.extent[1],
            background: word(scene.style.background),
            bands: arrays.shape.bands(),
            list_capacity: arrays.shape.lanes * arrays.shape.tiles,
            group: group_size(self.device.caps()),
        }
    }
}

/// The lanes of a layout, whose rows count from the target's top, as shaders see them, from the plot's.
fn lanes(scene: &Scene, layout: &Layout, half_width_px: f32) -> Vec<Lane> {
    let top = layout.plot.y as f32;
    let lane = |strip: &crate::scene::LaneStrip| Lane {
        channel: strip.channel as u32,
        color: word(scene.traces.channels[strip.trace].color),
        zero_px: strip.y0 - top,
        px_per_stored: strip.px_per_stored,
        half_width_px,
        clip_top: strip.clip_top - top,
        clip_bottom: strip.clip_bottom - top,
        strip_top: strip.top - top,
        strip_bottom: strip.bottom - top,
    };
    layout.lanes.iter().map(lane).collect()
}

fn word(color: Rgba8) -> u32 {
    u32::from_le_bytes([color.r, color.g, color.b, color.a])
}
