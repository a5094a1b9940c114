// The rows that each column of a seen tile touches, the tile's own, and which bands of the target that is. One
// invocation a tile. Twin: src/reference/bin.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"
#include "lib/dispatch.glsl"

layout(push_constant, scalar) uniform PushConstants {
    BinPush push;
};

#include "lib/tiles.glsl"

// Rows from the plot's top, far outside instead of infinite.
float row_of(Lane lane, float value) {
    precise float scaled = value * lane.px_per_stored;
    precise float row = scaled + lane.zero_px;
    return clamp(row, -1048576.0, 1048576.0);
}

uint rounded(float row) {
    precise float parts = row * float(1u << push.row_shift);
    precise float up = parts + 0.5;
    return uint(clamp(floor(up), 0.0, 65535.0));
}

// As `rows_word` in src/abi/mod.rs.
uint rows_word(Lane lane, float lo, float hi) {
    if (lo > hi) {
        return 0u;
    }
    float a = row_of(lane, lo);
    float b = row_of(lane, hi);
    float top = max(min(a, b) - lane.half_width_px, lane.clip_top);
    float bottom = min(max(a, b) + lane.half_width_px, lane.clip_bottom);
    return top >= bottom ? 0u : rounded(top) | rounded(bottom) << 16;
}

void main() {
    uint entry = invocation();
    if (entry >= CountsOf(push.counts).at.draw_tiles) {
        return;
    }
    uint tile_id = Words(push.draw_list).at[entry];
    uint index = lane_of(tile_id);
    uint tile = tile_of(tile_id);
    Lane lane = Lanes(push.lanes).at[index];
    uint reach = push.polyline == 0u ? 0u : min(uint(lane.half_width_px) + 2u, TILE);
    uint first = max(tile * TILE, push.data_first * TILE + reach) - reach;
    uint end = min((tile + 1u) * TILE + reach, push.data_end * TILE);
    uint top = 0xffffu;
    uint bottom = 0u;
    for (uint c = first; c < end; c++) {
        uint at = slot_of(index, c / TILE) * TILE + c % TILE;
        uint rows = rows_word(lane, Columns(push.columns).at[at].lo, Columns(push.columns).at[at].hi);
        if (c / TILE == tile) {
            Words(push.rows).at[at] = rows;
        }
        if (rows != 0u) {
            top = min(top, low(rows));
            bottom = max(bottom, high(rows));
        }
    }
    bool empty = top >= bottom;
    if (!empty && push.polyline != 0u) {
        // Half a pixel of smoothing, on whole rows.
        uint parts = 1u << push.row_shift;
        top -= min(top, parts);
        bottom = min(bottom + parts, high(push.plot_rows) << push.row_shift);
    }
    Words(push.extents).at[slot_of(index, tile)] = empty ? 0u : top | bottom << 16;
    if (empty) {
        return;
    }
    uint words = (push.lane_count + 31u) / 32u;
    uint first_band = (low(push.plot_rows) + (top >> push.row_shift)) / push.band_rows;
    uint last_band = (low(push.plot_rows) + ((bottom - 1u) >> push.row_shift)) / push.band_rows;
    for (uint band = first_band; band <= min(last_band, push.bands - 1u); band++) {
        atomicOr(Words(push.bins).at[(tile * push.bands + band) * words + index / 32u], 1u << (index % 32u));
    }
}
