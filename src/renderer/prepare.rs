//! From a scene and a view to what the device is given: the plan, the samples, the lanes, the frame's struct.

use std::ops::Range;

use super::{Loading, Picture, Rasteriser, Renderer, Report};
use crate::abi::{self, BinPush, CullPush, DrawPush, Lane, ResolvePush, TILE_BITS, pair};
use crate::gpu::{Buffer, Commands, Device, ImageRef};
use crate::passes::{Arena, Arrays, Shape, group_size};
use crate::plan::Plan;
use crate::scene::overlay::{Shown, hatch};
use crate::scene::{Layout, Overlay, PxRect, Rgba8, Scene};
use crate::source::Dtype;
use crate::store::{Recording, Seen, Table, Wanted};
use crate::{Error, Result};

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

/// The push constants of each stage.
#[derive(Debug, Clone, Copy)]
pub struct Pushes {
    /// Of culling.
    pub cull: CullPush,
    /// Of resolving.
    pub resolve: ResolvePush,
    /// Of binning.
    pub bin: BinPush,
    /// Of either rasteriser.
    pub draw: DrawPush,
}

/// What [`Pushes`] are made of.
struct Parts<'a> {
    plan: &'a Plan,
    tables: &'a [Table; 2],
    lanes: &'a [Lane],
    plot: PxRect,
    cached: Range<u32>,
    polyline: bool,
    background: Rgba8,
}

/// What the last frame was made of.
pub(super) struct Last {
    pub(super) pushes: Pushes,
    pub(super) lanes: Vec<Lane>,
    pub(super) plan: Plan,
}

/// A frame ready to be recorded.
pub(super) struct Prepared {
    pub(super) report: Report,
    pub(super) pushes: Pushes,
    pub(super) slot: usize,
    /// Tiles at most, of all lanes.
    pub(super) tiles: u32,
    pub(super) dtype: Dtype,
    /// `abi::MODE_*` of resolving and of rasterising.
    pub(super) modes: [u32; 2],
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
        let half_width = half_width_px(scene.style.line_width_px * layout.scale_factor);
        let reach = half_width.ceil() as u32 + 2;
        let start = recording.span().start as i64;
        let plan = Plan::new(recording.geometry(), start, picture.view, layout.plot.w, reach);
        let busy = self.device.next_value();
        let wanted = match picture.loading {
            Loading::Complete => Wanted::All,
            Loading::UpTo(bytes) => Wanted::Bytes(bytes),
        };
        let seen = Seen {
            view: picture.view,
            columns: layout.plot.w,
            reach,
        };
        let came = recording.want(&plan, seen, wanted, commands, busy)?;

        let lanes: Vec<Lane> = lanes(scene, &layout, half_width);
        let count = lanes.len() as u32;
        let shape = Shape {
            lanes: count,
            tiles: plan.tiles,
            target: target.extent,
            band_rows: band_rows(&self.device, count, target.extent[1]),
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
        let cached = self.keep(recording, &plan, &lanes, shape, came.is_complete())?;
        let tables = recording.block_tables(&plan);
        let blocks = tables.iter().map(|table| table.blocks.len() * 8).sum::<usize>();
        let pages = plan.pages.clone().count() * 8;
        let bytes = plan.edges.len() * 8 + lanes.len() * size_of::<Lane>() + pages + blocks;
        let mut overlay = Overlay::new(
            &mut self.text,
            &Shown {
                scene,
                info: recording.info(),
                layout: &layout,
                view: picture.view,
                status: picture.status,
            },
        );
        let missing: Vec<Range<u64>> = came
            .missing
            .iter()
            .map(|run| run.start + start as u64..run.end + start as u64)
            .collect();
        overlay.hatches = hatch(layout.plot, picture.view, &missing, scene.style.foreground);
        let quads = overlay.len() * size_of::<abi::Quad>();
        let (slot, mut arena, overflow) = self.slots.take((bytes + quads + 4096) as u64)?;
        let background = scene.style.background;
        let parts = Parts {
            plan: &plan,
            tables: &tables,
            lanes: &lanes,
            plot: layout.plot,
            cached,
            polyline: plan.polyline && came.is_complete(),
            background,
        };
        let Some(pushes) = self.pushes(&mut arena, recording, &parts) else {
            return Err(Error::Invalid {
                what: "the scene",
                problem: "no room was made for it".into(),
            });
        };
        let overlay =
            self.overlay
                .prepare(&self.device, target.format, &overlay, &mut arena, target.extent)?;
        if self.rasteriser == Rasteriser::Draw {
            let kind = (target.format, dtype, parts.polyline.into());
            self.draw.prepare(&self.device, kind)?;
        }
        self.slots.give(slot, &arena, commands, busy)?;
        let report = Report {
            fidelity: came.fidelity(&plan),
            coming: came.coming,
            missing,
            problems: recording.problems().len(),
            rasteriser: self.rasteriser,
            samples_per_px: plan.samples_per_px,
            plot: layout.plot,
            lanes: shape.lanes,
            loaded_bytes: came.bytes,
            overflow: overflow != 0,
        };
        let modes = [plan.mode, parts.polyline.into()];
        self.last = Some(Last { pushes, lanes, plan });
        Ok(Prepared {
            report,
            pushes,
            slot,
            tiles: shape.lanes * shape.tiles,
            dtype,
            modes,
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

    /// What each stage is given.
    fn pushes(&self, arena: &mut Arena, recording: &Recording<'_>, parts: &Parts<'_>) -> Option<Pushes> {
        let arrays = self.arrays.as_ref()?;
        let (plan, shape, plot) = (parts.plan, arrays.shape, parts.plot);
        let at = |buffer: &Buffer| abi::address(buffer.address());
        let geometry = recording.geometry();
        let samples = geometry
            .samples
            .saturating_sub(plan.pages.start << geometry.page_shift);
        let samples = samples.min(u32::MAX.into()) as u32;
        let lanes = arena.put(parts.lanes);
        let edges = arena.put(&plan.edges);
        let pages = arena.put(&recording.page_table(plan));
        let [fine, coarse] = parts.tables;
        let [fine, coarse] = [fine, coarse].map(|table| abi::Level {
            blocks: arena.put(&table.blocks),
            ..table.level
        });
        let tile_slots = plan.tiles;
        let tile_slot = plan.first_tile.rem_euclid(plan.tiles.into()) as u32;
        let (counts, resolve_list, draw_list) = (
            at(&arrays.counts),
            at(&arrays.resolve_list),
            at(&arrays.draw_list),
        );
        let (columns, rows) = (at(&arrays.columns), at(&arrays.rows));
        let (extents, bins) = (at(&arrays.extents), at(&arrays.bins));
        let row_shift = abi::row_shift(shape.target[1]);
        let plot_rows = pair(plot.y, plot.h);
        let polyline = parts.polyline.into();
        Some(Pushes {
            cull: CullPush {
                lanes,
                offsets: at(&arrays.offsets),
                resolve_list,
                draw_list,
                counts,
                lane_count: shape.lanes,
                tiles: plan.tiles,
                cached_first: parts.cached.start,
                cached_end: parts.cached.end,
                data_first: plan.data.start,
                data_end: plan.data.end,
                plot_height: plot.h,
                list_capacity: shape.lanes * shape.tiles,
                raster: shape.target[0] * shape.bands(),
                group: group_size(self.device.caps()),
            },
            resolve: ResolvePush {
                counts,
                resolve_list,
                lanes,
                edges,
                columns,
                pages,
                page_shift: geometry.page_shift,
                page_stride: recording.page_stride(),
                page_runs: recording.page_runs(),
                samples,
                fine,
                coarse,
                block_shift: geometry.block_shift(),
                tile_slots,
                tile_slot,
            },
            bin: BinPush {
                counts,
                draw_list,
                lanes,
                columns,
                rows,
                extents,
                bins,
                lane_count: shape.lanes,
                tile_slots,
                tile_slot,
                data_first: plan.data.start,
                data_end: plan.data.end,
                polyline,
                plot_rows,
                bands: shape.bands(),
                band_rows: shape.band_rows,
                row_shift,
            },
            draw: DrawPush {
                draw_list,
                lanes,
                rows,
                extents,
                bins,
                edges,
                pages,
                page_shift: geometry.page_shift,
                page_stride: recording.page_stride(),
                samples,
                px_per_sample: (1.0 / plan.samples_per_px) as f32,
                lane_count: shape.lanes,
                tile_slots,
                tile_slot,
                data_tiles: pair(plan.data.start, plan.data.end),
                skip: plan.skip,
                plot_columns: pair(plot.x, plot.w),
                plot_rows,
                target: pair(shape.target[0], shape.target[1]),
                background: word(parts.background),
                bands: pair(shape.bands(), shape.band_rows),
                row_shift,
            },
        })
    }
}

/// Half of a line's width. Held to a quarter of a pixel or more, so that a flat trace still lights the pixels it is in.
fn half_width_px(width: f32) -> f32 {
    const LEAST: f32 = 0.125;
    if width.is_finite() {
        (width / 2.0).clamp(LEAST, 32.0)
    } else {
        LEAST
    }
}

/// Rows of a band: on a GPU few, so that a pixel sees few lanes; on a software device as many as its limit on
/// iterations allows, since each band costs each column a turn.
fn band_rows(device: &Device, lanes: u32, height: u32) -> u32 {
    match device.caps().software {
        true => (abi::MAX_ITERATIONS / lanes.max(1))
            .saturating_sub(4)
            .clamp(1, height),
        false => 16.min(height),
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
