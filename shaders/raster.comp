// Draws into a cleared target: one invocation a column of pixels in a band, its lanes one after another. Nobody else
// touches its pixels, so that a lane composites with what the lanes before it left there.
//
// Where lanes do not overlap each pixel is written once. The rows of all lanes in a band bound the loops; the host makes
// bands so low that they stay below what a software driver allows. Twin: src/reference/raster.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"
#include "lib/dispatch.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    DrawPush push;
};

#include "lib/tiles.glsl"
#include "lib/coverage.glsl"

layout(set = 0, binding = 0, rgba8) uniform image2D target;

void put(ivec2 at, uint color, uint cover) {
    uvec3 below = uvec3(imageLoad(target, at).rgb * 255.0 + 0.5);
    imageStore(target, at, vec4(vec3(over(below, color, cover)) / 255.0, 1.0));
}

// Rows of the plot.
struct Span {
    uint first;
    uint end;
};

void put_column(int x, uint rows, uint color, Span span) {
    uint first = max(low(rows) >> push.row_shift, span.first);
    uint last = (high(rows) - 1u) >> push.row_shift;
    uint end = min(last + 1u, span.end);
    if (first >= end) {
        return;
    }
    int y = int(low(push.plot_rows));
    put(ivec2(x, y + int(first)), color, cover_rows(rows, first));
    vec4 solid = unpackUnorm4x8(color | 0xff000000u);
    for (uint row = first + 1u; row + 1u < end; row++) {
        imageStore(target, ivec2(x, y + int(row)), solid);
    }
    if (end - 1u > first) {
        put(ivec2(x, y + int(end - 1u)), color, cover_rows(rows, end - 1u));
    }
}

void put_polyline(int x, uint index, uint c, uint color, Span span) {
    Line line = line_of(index);
    // The line's width reaches into the columns beside.
    uint top = 0xffffu;
    uint bottom = 0u;
    uint reach = uint(line.half_width_px) + 1u;
    uint end = min(c + reach, high(push.data_tiles) * TILE - 1u);
    for (uint near = max(c, low(push.data_tiles) * TILE + reach) - reach; near <= end; near++) {
        uint rows = Words(push.rows).at[slot_of(index, near / TILE) * TILE + near % TILE];
        if (rows != 0u) {
            top = min(top, low(rows));
            bottom = max(bottom, high(rows));
        }
    }
    if (top >= bottom) {
        return;
    }
    top = top >> push.row_shift;
    uint first = max(top - min(top, 1u), span.first);
    end = min(((bottom - 1u) >> push.row_shift) + 2u, span.end);
    Edge left = Edges(push.edges).at[c];
    int y = int(low(push.plot_rows));
    for (uint row = first; row < end; row += STEP_ROWS) {
        float nearest2[STEP_ROWS];
        nearest_rows(line, left, row, nearest2);
        // Covers are packed, a byte a row, for a loop over those few rows that have any.
        uvec2 covers = uvec2(0u);
        uint lit = 0u;
        for (uint r = 0u; r < STEP_ROWS; r++) {
            uint cover = row + r < end ? cover_distance(line, nearest2[r], row + r) : 0u;
            covers[r / 4u] |= cover << (r % 4u * 8u);
            lit |= cover != 0u ? 1u << r : 0u;
        }
        if (lit != 0u) {
            uint last = uint(findMSB(lit));
            for (uint r = uint(findLSB(lit)); r <= last; r++) {
                uint word = r < 4u ? covers.x : covers.y;
                put(ivec2(x, y + int(row + r)), color, (word >> (r % 4u * 8u)) & 0xffu);
            }
        }
    }
}

void main() {
    uint width = low(push.target);
    uint id = invocation();
    uint x = id % width;
    uint band = id / width;
    uint plot_x = low(push.plot_columns);
    if (band >= low(push.bands) || x < plot_x || x >= plot_x + high(push.plot_columns)) {
        return;
    }
    uint c = x - plot_x + push.skip;
    uint tile = c / TILE;
    if (tile < low(push.data_tiles) || tile >= high(push.data_tiles)) {
        return;
    }
    uint plot_y = low(push.plot_rows);
    uint band_first = band * high(push.bands);
    Span span = Span(band_first - min(band_first, plot_y),
                     min(band_first + high(push.bands) - min(plot_y, band_first + high(push.bands)),
                         high(push.plot_rows)));
    uint words = (push.lane_count + 31u) / 32u;
    uint bin = (tile * low(push.bands) + band) * words;
    for (uint word = 0u; word < words; word++) {
        uint mask = Words(push.bins).at[bin + word];
        while (mask != 0u) {
            uint index = word * 32u + uint(findLSB(mask));
            mask &= mask - 1u;
            uint color = color_of(index, c);
            if (STEP == MODE_POLYLINE) {
                put_polyline(int(x), index, c, color, span);
            } else {
                uint rows = Words(push.rows).at[slot_of(index, tile) * TILE + c % TILE];
                if (rows != 0u) {
                    put_column(int(x), rows, color, span);
                }
            }
        }
    }
}
