//! From a scene and a view to what the device is given: the plan, the samples, the lanes, the frame's struct.

use std::ops::Range;

use super::{Loading, Picture, Rasteriser, Renderer, Report};
use crate::abi::{
    self, BinPush, COVER_SHIFT, CullPush, DrawPush, HeatPush, LEVELS, Lane, ResolvePush, TILE, TILE_BITS,
    TINTS, pair,
};
use crate::gpu::{Buffer, Commands, Device, ImageRef};
use crate::passes::{Arena, Arrays, Shape, group_size};
use crate::plan::Plan;
use crate::pyramid::Geometry;
use crate::scene::marks::{Tints, tints};
use crate::scene::overlay::{Shown, hatch};
use crate::scene::{Heat, Layout, Overlay, PxRect, Rgba8, Scene};
use crate::source::Dtype;
use crate::store::{Recording, Seen, Table, Wanted};
use crate::{Error, Result};

/// Which columns the arrays hold from the frame before.
#[derive(Default, PartialEq)]
pub(super) struct Kept {
    recording: u64,
    /// Samples that the recording had.
    samples: u64,
    samples_per_px: u64,
    generation: u64,
    /// Whether nothing was missing, so that what comes changes nothing.
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
    /// Of lanes as rows of colour, where they are.
    pub heat: Option<HeatPush>,
}

/// A frame laid out and planned, its samples loaded: what every rasteriser starts from.
pub(super) struct Laid {
    pub(super) report: Report,
    pub(super) plan: Plan,
    pub(super) lanes: Vec<Lane>,
    pub(super) polyline: bool,
    /// Whether nothing was missing.
    complete: bool,
    pub(super) background: Rgba8,
    pub(super) tints: Option<Tints>,
    pub(super) heat: Option<Heat>,
    pub(super) overlay: Overlay,
    /// The submission that it goes with.
    busy: u64,
}

/// What the last frame was made of.
pub(super) struct Last {
    pub(super) pushes: Pushes,
    pub(super) lanes: Vec<Lane>,
    pub(super) tints: Option<Tints>,
    pub(super) plan: Plan,
}

/// What a frame's overlay is drawn from.
pub(super) struct Given {
    pub(super) slot: usize,
    pub(super) push: abi::OverlayPush,
    pub(super) quads: u32,
}

/// A frame ready for the device's stages.
pub(super) struct Prepared {
    pub(super) pushes: Pushes,
    /// Tiles at most, of all lanes.
    pub(super) tiles: u32,
    pub(super) dtype: Dtype,
    /// `abi::MODE_*` of resolving and of rasterising.
    pub(super) modes: [u32; 2],
    pub(super) background: Rgba8,
    pub(super) overlay: Given,
}

impl Prepared {
    /// Whether anything is seen of lines.
    pub(super) fn has_lines(&self) -> bool {
        self.pushes.heat.is_none_or(|heat| heat.share < 1 << COVER_SHIFT)
    }
}

impl Renderer {
    /// Lays out, plans and loads, for the device's stages or for the host's; what loading copies for the device is recorded.
    pub(super) fn lay_out(
        &mut self,
        commands: &mut Commands,
        recording: &mut Recording<'_>,
        picture: &Picture<'_>,
        target: [u32; 2],
        by_host: bool,
    ) -> Result<Laid> {
        recording.lengthen();
        let scene = picture.scene;
        let layout = layout(recording, picture, target);
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
            by_host,
        };
        let came = recording.want(&plan, seen, wanted, commands, busy)?;
        let lanes: Vec<Lane> = lanes(scene, &layout, half_width);
        if lanes.len() >= 1 << (32 - TILE_BITS) || plan.tiles >= 1 << TILE_BITS {
            let problem = format!(
                "{} lanes and {} tiles across are too many",
                lanes.len(),
                plan.tiles
            );
            return Err(Error::Invalid {
                what: "the scene",
                problem,
            });
        }
        let tiled = (plan.skip as usize, (plan.tiles * TILE) as usize);
        let tints = tints(scene, &layout, picture.view, tiled);
        let start = start as u64;
        let missing: Vec<Range<u64>> = came
            .missing
            .iter()
            .map(|run| run.start + start..run.end + start)
            .collect();
        let overlay = self.overlay(recording, picture, &layout, &missing);
        let report = Report {
            fidelity: came.fidelity(&plan),
            coming: came.coming,
            missing,
            problems: recording.problems().len(),
            rasteriser: self.rasteriser,
            samples_per_px: plan.samples_per_px,
            plot: layout.plot,
            lanes: lanes.len() as u32,
            loaded_bytes: came.bytes,
            overflow: false,
            host: None,
        };
        let heat = Heat::new(&layout, scene.style.background);
        let has_lines = heat.as_ref().is_none_or(|heat| share(heat) < 1 << COVER_SHIFT);
        Ok(Laid {
            report,
            polyline: plan.polyline && came.is_complete() && has_lines,
            complete: came.is_complete(),
            background: scene.style.background,
            tints,
            heat,
            plan,
            lanes,
            overlay,
            busy,
        })
    }

    /// The axes, the labels, and the hatches of what is missing.
    pub(super) fn overlay(
        &mut self,
        recording: &Recording<'_>,
        picture: &Picture<'_>,
        layout: &Layout,
        missing: &[Range<u64>],
    ) -> Overlay {
        let scene = picture.scene;
        let mut overlay = Overlay::new(
            &mut self.text,
            &Shown {
                scene,
                info: recording.info(),
                layout,
                view: picture.view,
                status: picture.status,
            },
        );
        overlay.hatches = hatch(layout.plot, picture.view, missing, scene.style.foreground);
        overlay
    }

    /// Writes what the device's stages read.
    pub(super) fn prepare(
        &mut self,
        commands: &mut Commands,
        recording: &Recording<'_>,
        laid: &mut Laid,
        target: ImageRef,
    ) -> Result<Prepared> {
        let dtype = recording.info().dtype;
        let (plan, count) = (&laid.plan, laid.lanes.len() as u32);
        let shape = Shape {
            lanes: count,
            tiles: plan.tiles,
            target: target.extent,
            band_rows: band_rows(&self.device, count, target.extent[1]),
        };
        let cached = self.keep(recording, plan, &laid.lanes, shape, laid.complete)?;
        let tables = recording.block_tables(plan);
        let blocks: usize = tables.iter().map(|table| table.blocks.len()).sum();
        let addresses = plan.pages.clone().count() + blocks;
        let tinted = laid
            .tints
            .as_ref()
            .map_or(0, |tints| tints.of.len() + TINTS as usize * 4);
        let heated = laid.heat.as_ref().map_or(0, |heat| {
            heat.rows.len() * 8 + LEVELS as usize * 4 + size_of::<DrawPush>()
        });
        let bytes =
            plan.edges.len() * 8 + laid.lanes.len() * size_of::<Lane>() + addresses * 8 + tinted + heated;
        let (slot, mut arena, overflow) = self.slots.take((bytes + overlay_bytes(&laid.overlay)) as u64)?;
        laid.report.overflow = overflow != 0;
        let Some(pushes) = self.pushes(&mut arena, recording, laid, (cached, &tables)) else {
            return Err(Error::Invalid {
                what: "the scene",
                problem: "no room was made for it".into(),
            });
        };
        let (push, quads) = self.overlay.prepare(
            &self.device,
            target.format,
            &laid.overlay,
            &mut arena,
            target.extent,
        )?;
        self.slots.give(slot, &arena, commands, laid.busy)?;
        let overlay = Given { slot, push, quads };
        if let Some(stages) = &mut self.stages {
            let kind = (target.format, dtype, laid.polyline.into());
            match (self.rasteriser, &laid.heat) {
                (Rasteriser::Draw, Some(_)) => stages.heat.prepare_drawn(&self.device, kind)?,
                (Rasteriser::Draw, None) => stages.draw.prepare(&self.device, kind)?,
                (_, Some(_)) => stages.heat.prepare(&self.device)?,
                (_, None) => {}
            }
        }
        let modes = [laid.plan.mode, laid.polyline.into()];
        self.last = Some(Last {
            pushes,
            lanes: laid.lanes.clone(),
            tints: laid.tints.clone(),
            plan: laid.plan.clone(),
        });
        Ok(Prepared {
            pushes,
            tiles: shape.lanes * shape.tiles,
            dtype,
            modes,
            background: laid.background,
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
            samples: recording.geometry().samples,
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
            && old.samples == new.samples
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
    fn pushes(
        &self,
        arena: &mut Arena,
        recording: &Recording<'_>,
        laid: &Laid,
        (cached, tables): (Range<u32>, &[Table; 2]),
    ) -> Option<Pushes> {
        let arrays = self.arrays.as_ref()?;
        let (plan, shape, plot) = (&laid.plan, arrays.shape, laid.report.plot);
        let at = |buffer: &Buffer| abi::address(buffer.address());
        let geometry = recording.geometry();
        let samples = samples_after(geometry, plan);
        let lanes = arena.put(&laid.lanes);
        let edges = arena.put(&plan.edges);
        let pages = arena.put(&recording.page_table(plan));
        let tints = match &laid.tints {
            Some(tints) => put_tints(arena, tints),
            None => [0, 0],
        };
        let [fine, coarse] = [&tables[0], &tables[1]].map(|table| abi::Level {
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
        let polyline = laid.polyline.into();
        let draw = DrawPush {
            draw_list,
            lanes,
            rows,
            extents,
            bins,
            edges,
            pages,
            tints,
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
            background: word(laid.background),
            bands: pair(shape.bands(), shape.band_rows),
            row_shift,
        };
        let heat = laid.heat.as_ref().map(|heat| HeatPush {
            draw: arena.put(&[draw]),
            columns,
            rows: arena.put(&heat.rows),
            colors: arena.put(&heat.colors.map(word)),
            share: share(heat),
        });
        Some(Pushes {
            cull: CullPush {
                lanes,
                offsets: at(&arrays.offsets),
                resolve_list,
                draw_list,
                counts,
                lane_count: shape.lanes,
                tiles: plan.tiles,
                cached_first: cached.start,
                cached_end: cached.end,
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
            draw,
            heat,
        })
    }
}

/// The colours of tints as rasterisers look them up, the first of them that of tint 1.
pub(super) fn tint_colors(tints: &Tints) -> [u32; TINTS as usize] {
    let mut colors = [0; TINTS as usize];
    for (to, color) in colors[1..].iter_mut().zip(&tints.palette) {
        *to = word(*color);
    }
    colors
}

/// How much of rows of colour covers the lines, in 1/32; at least one, so that something is seen of what is there.
pub(super) fn share(heat: &Heat) -> u32 {
    let full = 1 << COVER_SHIFT;
    ((heat.share * full as f32).round() as u32).clamp(1, full)
}

/// The colours, and right behind them the tints.
fn put_tints(arena: &mut Arena, tints: &Tints) -> abi::Address {
    let address = arena.put(&tint_colors(tints));
    arena.put(&tints.of);
    address
}

/// Where everything goes.
pub(super) fn layout(recording: &Recording<'_>, picture: &Picture<'_>, target: [u32; 2]) -> Layout {
    let amplitudes: Vec<f32> = recording.robust().iter().map(|r| r.amplitude).collect();
    let ([w, h], [first, end]) = (target, picture.lanes);
    Layout::within(
        target,
        picture.within.unwrap_or(PxRect { x: 0, y: 0, w, h }),
        picture.scene,
        recording.info(),
        &amplitudes,
        first..end,
        picture.scale_factor,
    )
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
        level_per_stored: steps(strip.px_per_stored, layout.full_px),
    };
    layout.lanes.iter().map(lane).collect()
}

/// Steps of colour for one stored value, where `full_px` rows have the last one. What shaders may flush to 0 is 0.
fn steps(px_per_stored: f32, full_px: f64) -> f32 {
    let steps = (f64::from(LEVELS - 2) * f64::from(px_per_stored.abs()) / full_px) as f32;
    match steps.is_finite() {
        true if steps.is_normal() => steps,
        true => 0.0,
        false => f32::MAX,
    }
}

/// Samples from the view's origin to the end.
pub(super) fn samples_after(geometry: &Geometry, plan: &Plan) -> u32 {
    let samples = geometry
        .samples
        .saturating_sub(plan.pages.start << geometry.page_shift);
    samples.min(u32::MAX.into()) as u32
}

/// What an overlay takes in an arena, at most.
fn overlay_bytes(overlay: &Overlay) -> usize {
    overlay.len() * size_of::<abi::Quad>() + 4096
}

pub(super) fn word(color: Rgba8) -> u32 {
    u32::from_le_bytes([color.r, color.g, color.b, color.a])
}
