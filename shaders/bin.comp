// Each seen tile's extent, and which bands of the target it touches. One invocation a tile.
// Twin: src/reference/bin.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/frame.glsl"
#include "lib/dispatch.glsl"
#include "lib/coverage.glsl"

layout(constant_id = 2) const uint STEP = 0;

// Columns that a polyline's width reaches into from either side.
uint spill(Lane lane) {
    return FRAME.polyline == 0u ? 0u : min(uint(lane.half_width_px) + 2u, TILE);
}

void main() {
    uint entry = invocation();
    if (entry >= CountsOf(FRAME.counts).at.draw_tiles) {
        return;
    }
    uint tile_id = Words(FRAME.draw_list).at[entry];
    uint index = lane_of(tile_id);
    uint tile = tile_of(tile_id);
    Lane lane = Lanes(FRAME.lanes).at[index];
    uint reach = spill(lane);
    uint first = max(tile * TILE, FRAME.data_first * TILE + reach) - reach;
    uint end = min((tile + 1u) * TILE + reach, FRAME.data_end * TILE);
    Extent extent = Extent(KEY_HIGHEST, KEY_LOWEST);
    for (uint c = first; c < end; c++) {
        Column column = Columns(FRAME.columns).at[slot_of(index, c / TILE) * TILE + c % TILE];
        if (column.lo <= column.hi) {
            extent.lo = min(extent.lo, key_from_bits(floatBitsToUint(column.lo)));
            extent.hi = max(extent.hi, key_from_bits(floatBitsToUint(column.hi)));
        }
    }
    Extents(FRAME.extents).at[slot_of(index, tile)] = extent;
    if (STEP == 0 || extent.lo > extent.hi) {
        return;
    }
    vec2 rows = rows_of(lane, uintBitsToFloat(bits_from_key(extent.lo)), uintBitsToFloat(bits_from_key(extent.hi)));
    rows += vec2(-1.0, 1.0);
    rows = clamp(rows, max(lane.clip_top, 0.0), min(lane.clip_bottom, float(FRAME.plot_height)));
    if (rows.x >= rows.y) {
        return;
    }
    uint words = (FRAME.lane_count + 31u) / 32u;
    uint top = (FRAME.plot_y + uint(rows.x)) / BAND;
    uint bottom = min((FRAME.plot_y + uint(ceil(rows.y)) - 1u) / BAND, FRAME.bands - 1u);
    for (uint band = top; band <= bottom; band++) {
        atomicOr(Words(FRAME.bins).at[(tile * FRAME.bands + band) * words + index / 32u], 1u << (index % 32u));
    }
}
