// One pixel of a tile: its lane over all lanes before it that touch the pixel, the very sum that the compute
// rasteriser comes to, and no blending. Tiles are drawn in the order of lanes, so the last to touch a pixel is right.
// Twin: src/reference/raster.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    DrawPush push;
};

#include "lib/tiles.glsl"
#include "lib/coverage.glsl"

layout(location = 0) flat in uint lane_index;
layout(location = 0) out vec4 color;

uint cover_of(uint index, uint c, uint row) {
    if (STEP != MODE_POLYLINE) {
        return cover_rows(Words(push.rows).at[slot_of(index, c / TILE) * TILE + c % TILE], row);
    }
    Line line = line_of(index);
    float nearest2[STEP_ROWS];
    nearest_rows(line, Edges(push.edges).at[c], row, nearest2);
    return cover_distance(line, nearest2[0], row);
}

void main() {
    uvec2 at = uvec2(gl_FragCoord.xy);
    uint c = at.x - low(push.plot_columns) + push.skip;
    uint row = at.y - low(push.plot_rows);
    uint mine = cover_of(lane_index, c, row);
    if (mine == 0u) {
        discard;
    }
    uint background = push.background;
    uvec3 sum = uvec3(background & 0xffu, (background >> 8) & 0xffu, (background >> 16) & 0xffu);
    uint words = (push.lane_count + 31u) / 32u;
    uint bin = (c / TILE * low(push.bands) + at.y / high(push.bands)) * words;
    for (uint word = 0u; word <= lane_index / 32u && mine < FULL; word++) {
        uint mask = Words(push.bins).at[bin + word];
        if (word == lane_index / 32u) {
            mask &= (1u << (lane_index % 32u)) - 1u;
        }
        while (mask != 0u) {
            uint index = word * 32u + uint(findLSB(mask));
            mask &= mask - 1u;
            uint cover = cover_of(index, c, row);
            if (cover != 0u) {
                sum = over(sum, color_of(index, c), cover);
            }
        }
    }
    sum = over(sum, color_of(lane_index, c), mine);
    color = vec4(vec3(sum) / 255.0, 1.0);
}
