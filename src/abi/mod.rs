//! Every struct and constant shared with GLSL, and the policy of numbers.
//!
//! [`glsl`] writes `shaders/abi.glsl` from this file; a test holds the two equal. What values mean is in [`numbers`].

#[macro_use]
mod shared;

pub mod custom;
pub mod numbers;
pub mod points;
pub mod solids;
pub mod strokes;

use bytemuck::{Pod, Zeroable};
pub use numbers::{NODE_WORDS, Node, Sample, f32_from_key, heat_word, interpolate, key_from_f32, level};
use shared::Glsl;

/// Samples of a leaf. Leaf `k` covers samples `64k ..= 64k + 64`: closed at both ends, so that the segment which
/// crosses a boundary belongs to a node.
pub const LEAF: u32 = 64;
/// log2 of [`LEAF`].
pub const LEAF_SHIFT: u32 = 6;
/// Samples of a run: a node that lies with its page's samples, so that the ends of a column read few of those. Run `k`
/// covers samples `16k .. 16k + 16`.
pub const RUN: u32 = 16;
/// log2 of [`RUN`].
pub const RUN_SHIFT: u32 = 4;
/// Nodes of one level that make a node of the next.
pub const FANOUT: u32 = 8;
/// log2 of [`FANOUT`].
pub const FANOUT_SHIFT: u32 = 3;
/// Columns of a tile.
pub const TILE: u32 = 64;
/// Rows of a step, in which the compute rasteriser draws polylines.
pub const STEP_ROWS: u32 = 8;
/// Iterations that an invocation may run in all its loops: a software driver silently ends them after 65,535.
pub const MAX_ITERATIONS: u32 = 49_152;
/// Colours that come before the tints of a frame; number 0 is never looked up.
pub const TINTS: u32 = 256;
/// Colours of a lane that is a row of colour: number 0 is the background, where there is nothing.
pub const LEVELS: u32 = 256;
/// Coverage of a pixel is counted in 1/32.
pub const COVER_SHIFT: u32 = 5;
/// An edge of a column may be snapped to nodes of at most 1/8 of a column.
pub const EDGE_SHIFT: u32 = 3;
/// Below this many samples per column traces are drawn as polylines.
pub const POLYLINE_BELOW: f64 = 2.0;
/// Groups along x before a dispatch folds into y.
pub const FOLD: u32 = 32_768;
/// Bits of a tile's index in a [`tile_id`].
pub const TILE_BITS: u32 = 12;

/// Specialization constant: invocations of a group.
pub const CONSTANT_GROUP: u32 = 0;
/// Specialization constant: 0 for `i16` samples, 1 for `f32`.
pub const CONSTANT_F32: u32 = 1;
/// Specialization constant: which step of a stage of several a pipeline does, or in which mode: a software driver
/// runs both sides of every branch.
pub const CONSTANT_STEP: u32 = 2;

/// Step of resolving: columns from nodes, edges snapped to them.
pub const MODE_NODES: u32 = 0;
/// Step of resolving: columns from raw samples at the edges and leaves inside.
pub const MODE_RAW: u32 = 1;
/// Step of rasterising: columns.
pub const MODE_COLUMNS: u32 = 0;
/// Step of rasterising: polylines.
pub const MODE_POLYLINE: u32 = 1;

/// [`Column::flags`]: a gap lies inside.
pub const FLAG_GAP: u32 = 1;
/// [`Column::flags`]: raw samples were wanted and are absent, and the range is that of the leaves around; or nodes are
/// absent, and the range is that of the others.
pub const FLAG_ABSENT: u32 = 2;

/// [`Counts::overflow`]: more tiles than the lists hold.
pub const OVERFLOW_TILES: u32 = 1;

/// The address of device memory, low word first. `[0, 0]` is nowhere.
pub type Address = [u32; 2];

/// An [`Address`] from the 64-bit one.
#[must_use]
pub const fn address(raw: u64) -> Address {
    [raw as u32, (raw >> 32) as u32]
}

/// Two numbers below 2¹⁶ in one word, the first in the low half.
#[must_use]
pub const fn pair(low: u32, high: u32) -> u32 {
    low & 0xffff | high << 16
}

/// log2 of the parts of a pixel that spans of rows count in, for a target so high: such that its rows fit 16 bits, and
/// no finer than coverage is counted.
#[must_use]
pub const fn row_shift(target_height: u32) -> u32 {
    let spare = (65_535 / (target_height + 1)).ilog2();
    if spare < COVER_SHIFT { spare } else { COVER_SHIFT }
}

/// The rows that values `lo ..= hi` touch in a lane, with the line's width around them, cut at the lane's clip: first
/// and last in parts of a pixel, a [`pair`]; 0 where there is nothing.
///
/// Rows are rounded to those parts once, here, so that all that follows is counted in integers.
#[must_use]
pub fn rows_word(lane: &Lane, lo: f32, hi: f32, row_shift: u32) -> u32 {
    let parts = (1_u32 << row_shift) as f32;
    let row = |value: f32| (value * lane.px_per_stored + lane.zero_px).clamp(-1_048_576.0, 1_048_576.0);
    let (a, b) = (row(lo), row(hi));
    let top = (a.min(b) - lane.half_width_px).max(lane.clip_top);
    let bottom = (a.max(b) + lane.half_width_px).min(lane.clip_bottom);
    let rounded = |row: f32| (row * parts + 0.5).floor().clamp(0.0, 65_535.0) as i32 as u32;
    // Chosen at the end: without branches several columns are done at a time.
    let rows = pair(rounded(top), rounded(bottom));
    if lo > hi || top >= bottom { 0 } else { rows }
}

/// A lane and a tile in one word.
#[must_use]
pub const fn tile_id(lane: u32, tile: u32) -> u32 {
    lane << TILE_BITS | tile
}

shared! {
    /// One level of the pyramid as a shader sees it, in blocks of `2^block_shift` nodes of all channels: node `i` from
    /// the view's origin is node `j = first + i` from the start of the first block, and of channel `c` element
    /// `c · stride + j mod 2^block_shift` of block `j / 2^block_shift`.
    struct Level {
        /// `uvec2` addresses of the view's blocks, nowhere where absent; one at least.
        blocks: Address,
        /// Nodes from one channel to the next.
        stride: u32,
        /// Nodes from the origin to the level's end; 0 where there is no such level.
        count: u32,
        /// Nodes from the first block's start to the origin.
        first: u32,
    }

    /// What the steps of the pyramid's builder are given, as push constants.
    struct Build {
        /// Samples (first step) or finer nodes (second step).
        source: Address,
        /// Nodes to write.
        target: Address,
        /// Elements from one channel of the source to the next.
        source_stride: u32,
        /// Nodes from one channel of the target to the next.
        target_stride: u32,
        /// Elements of each channel in the source; those past it do not exist.
        count: u32,
        /// Nodes of each channel to write.
        nodes: u32,
        /// Number of channels.
        channels: u32,
    }

    /// The left edge of a column, which is the right edge of the one before.
    struct Edge {
        /// Node ([`MODE_NODES`]) or sample ([`MODE_RAW`]) at or before the edge, from the view's origin.
        index: u32,
        /// Fraction of a sample past it, a multiple of 2⁻²⁴ below 1; 0 for nodes.
        fraction: f32,
    }

    /// A channel's strip of the target.
    struct Lane {
        /// The recording's channel.
        channel: u32,
        /// RGBA, red in the low byte.
        color: u32,
        /// Row of the value 0, in pixels from the plot's top.
        zero_px: f32,
        /// Rows per stored unit; negative where larger values are higher up.
        px_per_stored: f32,
        /// Half of the line's width, in pixels.
        half_width_px: f32,
        /// First row of the lane's clip, in pixels from the plot's top.
        clip_top: f32,
        /// One past the last row of the lane's clip.
        clip_bottom: f32,
        /// First row of the lane's strip, by which it is culled.
        strip_top: f32,
        /// One past the last row of the lane's strip.
        strip_bottom: f32,
        /// Steps of colour for one stored unit between a column's lowest and highest value, see [`level`].
        level_per_stored: f32,
    }

    /// What a column of a lane shows: the lowest and highest stored value; empty where `lo > hi`.
    struct Column {
        /// Lowest value.
        lo: f32,
        /// Highest value.
        hi: f32,
        /// [`FLAG_GAP`], [`FLAG_ABSENT`].
        flags: u32,
    }

    /// What the GPU counts: the arguments of its own indirect commands, in the order of Vulkan's structs.
    struct Counts {
        /// Groups of resolve.
        resolve_x: u32,
        /// See `resolve_x`.
        resolve_y: u32,
        /// See `resolve_x`.
        resolve_z: u32,
        /// Groups of the compute rasteriser.
        raster_x: u32,
        /// See `raster_x`.
        raster_y: u32,
        /// See `raster_x`.
        raster_z: u32,
        /// Vertices of the draw: two triangles.
        draw_vertices: u32,
        /// Tiles to draw.
        draw_tiles: u32,
        /// Always 0.
        draw_first_vertex: u32,
        /// Always 0.
        draw_first_instance: u32,
        /// Tiles to resolve.
        resolve_tiles: u32,
        /// `OVERFLOW_*` bits; the host reads them and reports.
        overflow: u32,
    }

    /// What culling is given.
    struct CullPush {
        /// [`Lane`], in the order of drawing.
        lanes: Address,
        /// `u32`: for each lane the tiles to resolve and to draw before it, two words a lane.
        offsets: Address,
        /// `u32` [`tile_id`]s to resolve, by lane and tile.
        resolve_list: Address,
        /// `u32` [`tile_id`]s to draw, by lane and tile.
        draw_list: Address,
        /// [`Counts`].
        counts: Address,
        /// Number of lanes.
        lane_count: u32,
        /// Tiles across the view.
        tiles: u32,
        /// First tile whose columns are still valid.
        cached_first: u32,
        /// One past the last tile whose columns are still valid.
        cached_end: u32,
        /// First tile that holds data.
        data_first: u32,
        /// One past the last tile that holds data.
        data_end: u32,
        /// Height of the plot.
        plot_height: u32,
        /// Entries that each list of tiles holds.
        list_capacity: u32,
        /// Invocations of the compute rasteriser: the target's width times its bands.
        raster: u32,
        /// Invocations of a group of resolve and the rasteriser.
        group: u32,
    }

    /// What resolving is given.
    struct ResolvePush {
        /// [`Counts`].
        counts: Address,
        /// `u32` [`tile_id`]s to resolve.
        resolve_list: Address,
        /// [`Lane`]s.
        lanes: Address,
        /// [`Edge`], one for each column and one more.
        edges: Address,
        /// [`Column`]s: `[lanes, tile_slots, TILE]`.
        columns: Address,
        /// `uvec2` addresses of raw pages from the view's origin, nowhere where absent.
        pages: Address,
        /// log2 of a page's samples.
        page_shift: u32,
        /// Samples from one channel of a page to the next.
        page_stride: u32,
        /// Words of a page before its runs, `[channels, page / RUN]` nodes.
        page_runs: u32,
        /// Samples from the view's origin to the end.
        samples: u32,
        /// Nodes at the columns' edges, or the leaves under raw samples.
        fine: Level,
        /// The level above `fine`.
        coarse: Level,
        /// log2 of a block's nodes.
        block_shift: u32,
        /// Tiles that `columns` holds of each lane; tile `t` lies in slot `(tile_slot + t) % tile_slots`.
        tile_slots: u32,
        /// Slot of the view's first tile.
        tile_slot: u32,
    }

    /// What binning is given.
    struct BinPush {
        /// [`Counts`].
        counts: Address,
        /// `u32` [`tile_id`]s to draw.
        draw_list: Address,
        /// [`Lane`]s.
        lanes: Address,
        /// [`Column`]s: `[lanes, tile_slots, TILE]`.
        columns: Address,
        /// `u32` spans of rows of each column, see [`rows_word`]: `[lanes, tile_slots, TILE]`.
        rows: Address,
        /// `u32` spans of rows of each tile: `[lanes, tile_slots]`.
        extents: Address,
        /// `u32` masks of lanes: `[tiles, bands, ceil(lanes / 32)]`.
        bins: Address,
        /// Number of lanes.
        lane_count: u32,
        /// See [`ResolvePush::tile_slots`].
        tile_slots: u32,
        /// See [`ResolvePush::tile_slot`].
        tile_slot: u32,
        /// First tile that holds data.
        data_first: u32,
        /// One past the last tile that holds data.
        data_end: u32,
        /// 1 where traces are drawn as polylines, whose width reaches into the columns beside.
        polyline: u32,
        /// Top and height of the plot on the target, the height in the high half.
        plot_rows: u32,
        /// Bands of the target.
        bands: u32,
        /// Rows of a band.
        band_rows: u32,
        /// log2 of the parts of a pixel that spans of rows count in.
        row_shift: u32,
    }

    /// What both rasterisers are given. Pairs keep the first in the low half.
    struct DrawPush {
        /// `u32` [`tile_id`]s to draw.
        draw_list: Address,
        /// [`Lane`]s.
        lanes: Address,
        /// `u32` spans of rows of each column.
        rows: Address,
        /// `u32` spans of rows of each tile.
        extents: Address,
        /// `u32` masks of lanes: `[tiles, bands, ceil(lanes / 32)]`.
        bins: Address,
        /// [`Edge`]s of polylines.
        edges: Address,
        /// `uvec2` addresses of raw pages.
        pages: Address,
        /// [`TINTS`] colours, of which number `k` is that of tint `k`, then tints, a byte each: `[lanes, tile_slots, TILE]`,
        /// the view's first tile first; 0 for a lane's own colour. Nowhere where there are none.
        tints: Address,
        /// log2 of a page's samples.
        page_shift: u32,
        /// Samples from one channel of a page to the next.
        page_stride: u32,
        /// Samples from the view's origin to the end.
        samples: u32,
        /// Pixels per sample.
        px_per_sample: f32,
        /// Number of lanes.
        lane_count: u32,
        /// See [`ResolvePush::tile_slots`].
        tile_slots: u32,
        /// See [`ResolvePush::tile_slot`].
        tile_slot: u32,
        /// First and one past the last tile that holds data.
        data_tiles: u32,
        /// Columns of the first tile that lie left of the plot.
        skip: u32,
        /// Left edge and width of the plot.
        plot_columns: u32,
        /// Top and height of the plot.
        plot_rows: u32,
        /// Width and height of the target.
        target: u32,
        /// RGBA behind all.
        background: u32,
        /// Bands of the target, and rows of a band.
        bands: u32,
        /// log2 of the parts of a pixel that spans of rows count in.
        row_shift: u32,
    }

    /// What drawing lanes as rows of colour is given.
    struct HeatPush {
        /// [`DrawPush`]: what the lines are drawn from.
        draw: Address,
        /// [`Column`]s: `[lanes, tile_slots, TILE]`.
        columns: Address,
        /// `u32`: for each row of the plot the first lane on it and the one past the last, two words a row.
        rows: Address,
        /// [`LEVELS`] colours.
        colors: Address,
        /// How much of it covers the lines, in 1/32.
        share: u32,
    }

    /// A rectangle of the overlay: plain colour, diagonal lines of it, or a glyph's coverage of it.
    struct Quad {
        /// Left, in pixels of the target.
        x: i32,
        /// Top.
        y: i32,
        /// Width.
        width: u32,
        /// Height.
        height: u32,
        /// First byte of the coverage; [`PLAIN`] or [`HATCH`] for none.
        coverage: u32,
        /// Bytes from one row of coverage to the next.
        stride: u32,
        /// RGBA.
        color: u32,
    }

    /// The push constants of the overlay.
    struct OverlayPush {
        /// [`Quad`]s.
        quads: Address,
        /// Coverage, one byte a pixel.
        coverage: Address,
        /// Width of the target.
        width: u32,
        /// Height of the target.
        height: u32,
    }
}

/// [`Quad::coverage`] of a plain rectangle.
pub const PLAIN: u32 = u32::MAX;

/// [`Quad::coverage`] of a rectangle that is filled with diagonal lines: those pixels whose column and row add up to less
/// than [`HATCH_WIDTH`] modulo [`HATCH_PITCH`], so that rectangles side by side go on in one another.
pub const HATCH: u32 = u32::MAX - 1;
/// Pixels across from a line of a hatch to the next.
pub const HATCH_PITCH: u32 = 12;
/// Pixels across of a line of a hatch.
pub const HATCH_WIDTH: u32 = 2;

/// The text of `shaders/abi.glsl`.
#[must_use]
pub fn glsl() -> String {
    let mut out = String::from("// Generated from src/abi/mod.rs; a test holds it equal. Do not edit.\n\n");
    for (name, value) in [
        ("LEAF", LEAF),
        ("LEAF_SHIFT", LEAF_SHIFT),
        ("RUN", RUN),
        ("RUN_SHIFT", RUN_SHIFT),
        ("FANOUT", FANOUT),
        ("FANOUT_SHIFT", FANOUT_SHIFT),
        ("TILE", TILE),
        ("STEP_ROWS", STEP_ROWS),
        ("TINTS", TINTS),
        ("LEVELS", LEVELS),
        ("COVER_SHIFT", COVER_SHIFT),
        ("FOLD", FOLD),
        ("TILE_BITS", TILE_BITS),
        ("CONSTANT_GROUP", CONSTANT_GROUP),
        ("CONSTANT_F32", CONSTANT_F32),
        ("CONSTANT_STEP", CONSTANT_STEP),
        ("MODE_NODES", MODE_NODES),
        ("MODE_RAW", MODE_RAW),
        ("MODE_POLYLINE", MODE_POLYLINE),
        ("FLAG_GAP", FLAG_GAP),
        ("FLAG_ABSENT", FLAG_ABSENT),
        ("OVERFLOW_TILES", OVERFLOW_TILES),
        ("PLAIN", PLAIN),
        ("HATCH", HATCH),
        ("HATCH_PITCH", HATCH_PITCH),
        ("HATCH_WIDTH", HATCH_WIDTH),
        ("NODE_WORDS_I16", NODE_WORDS[0]),
        ("NODE_WORDS_F32", NODE_WORDS[1]),
        ("POINTS_SIDE", points::POINTS_SIDE),
        ("STEP_POINTS", points::STEP_POINTS),
        ("STEP_POINTS_64", points::STEP_POINTS_64),
        ("STEP_TILES", points::STEP_TILES),
        ("SOLIDS_BLOCK", solids::SOLIDS_BLOCK),
        ("SOLIDS_BALLS", solids::SOLIDS_BALLS),
        ("SOLIDS_FARTHEST", solids::SOLIDS_FARTHEST),
        ("SOLIDS_WIDEST", solids::SOLIDS_WIDEST),
    ] {
        out.push_str(&format!("#define {name} {value}u\n"));
    }
    structs(&mut out);
    custom::structs(&mut out);
    points::structs(&mut out);
    solids::structs(&mut out);
    strokes::structs(&mut out);
    out
}
