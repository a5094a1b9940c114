// Writes the whole target once: one invocation a column of pixels in a band, its lanes composited in order in registers.
// Twin: src/reference/raster.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/frame.glsl"
#include "lib/dispatch.glsl"
#include "lib/coverage.glsl"

layout(set = 0, binding = 0, rgba8) writeonly uniform image2D target;

void put_columns(Lane lane, Column column, float top, inout vec3 pixels[BAND]) {
    vec3 color = rgb_of(lane.color);
    vec2 rows = rows_of(lane, column.lo, column.hi);
    if (rows.x >= top + float(BAND) || rows.y <= top) {
        return;
    }
    for (uint r = 0u; r < BAND; r++) {
        pixels[r] = over(pixels[r], color, cover_column(rows, top + float(r)));
    }
}

void put_polyline(Lane lane, Edge left, float top, inout vec3 pixels[BAND]) {
    float nearest2[BAND];
    for (uint r = 0u; r < BAND; r++) {
        nearest2[r] = 1e30;
    }
    uvec2 reach = reach_of(lane, left);
    float slack = lane.half_width_px + 1.0;
    Vertex a = vertex_of(lane, left, reach.x);
    // A sample alone between gaps, or the only one, is a dot.
    bool joined = false;
    for (uint i = reach.x; i <= reach.y; i++) {
        Vertex b = a;
        bool last = i == reach.y;
        if (!last) {
            b = vertex_of(lane, left, i + 1u);
        }
        bool segment = !last && !a.gap && !b.gap;
        if (segment || (!a.gap && !joined)) {
            vec2 to = segment ? b.at : a.at;
            if (max(a.at.y, to.y) + slack >= top && min(a.at.y, to.y) - slack <= top + float(BAND)) {
                for (uint r = 0u; r < BAND; r++) {
                    nearest2[r] = min(nearest2[r], distance2(a.at, to, top + float(r) + 0.5));
                }
            }
        }
        joined = segment;
        a = b;
    }
    vec3 color = rgb_of(lane.color);
    for (uint r = 0u; r < BAND; r++) {
        float row = top + float(r);
        float cover = cover_distance(lane, nearest2[r]);
        cover = row >= lane.clip_top && row < lane.clip_bottom ? cover : 0.0;
        pixels[r] = over(pixels[r], color, cover);
    }
}

void put_lanes(uint x, uint band, inout vec3 pixels[BAND]) {
    uint c = x - FRAME.plot_x + FRAME.skip;
    uint tile = c / TILE;
    if (tile < FRAME.data_first || tile >= FRAME.data_end) {
        return;
    }
    float top = float(int(band * BAND) - int(FRAME.plot_y));
    uint words = (FRAME.lane_count + 31u) / 32u;
    uint bin = (tile * FRAME.bands + band) * words;
    for (uint word = 0u; word < words; word++) {
        uint mask = Words(FRAME.bins).at[bin + word];
        while (mask != 0u) {
            uint bit = uint(findLSB(mask));
            mask &= mask - 1u;
            uint index = word * 32u + bit;
            Lane lane = Lanes(FRAME.lanes).at[index];
            if (FRAME.polyline != 0u) {
                put_polyline(lane, Edges(FRAME.edges).at[c], top, pixels);
            } else {
                put_columns(lane, Columns(FRAME.columns).at[slot_of(index, tile) * TILE + c % TILE], top, pixels);
            }
        }
    }
}

void main() {
    uint id = invocation();
    uint x = id % FRAME.target_width;
    uint band = id / FRAME.target_width;
    if (band >= FRAME.bands) {
        return;
    }
    vec3 background = rgb_of(FRAME.background);
    vec3 pixels[BAND];
    for (uint r = 0u; r < BAND; r++) {
        pixels[r] = background;
    }
    if (x >= FRAME.plot_x && x < FRAME.plot_x + FRAME.plot_width) {
        put_lanes(x, band, pixels);
    }
    for (uint r = 0u; r < BAND; r++) {
        uint y = band * BAND + r;
        if (y >= FRAME.target_height) {
            break;
        }
        bool inside = y >= FRAME.plot_y && y < FRAME.plot_y + FRAME.plot_height;
        vec3 color = inside ? pixels[r] : background;
        imageStore(target, ivec2(x, y), vec4(color / 255.0, 1.0));
    }
}
