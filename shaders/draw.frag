// The coverage of one pixel of a tile. Step 0, where lanes never overlap, composites with the background itself and
// needs no blending; step 1 leaves that to the blend unit.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/frame.glsl"
#include "lib/coverage.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(location = 0) flat in uint lane_index;
layout(location = 0) out vec4 color;

float cover_polyline(Lane lane, Edge left, float row) {
    if (row < lane.clip_top || row >= lane.clip_bottom) {
        return 0.0;
    }
    float nearest2 = 1e30;
    uvec2 reach = reach_of(lane, left);
    Vertex a = vertex_of(lane, left, reach.x);
    bool joined = false;
    for (uint i = reach.x; i <= reach.y; i++) {
        Vertex b = a;
        bool last = i == reach.y;
        if (!last) {
            b = vertex_of(lane, left, i + 1u);
        }
        bool segment = !last && !a.gap && !b.gap;
        if (segment || (!a.gap && !joined)) {
            nearest2 = min(nearest2, distance2(a.at, segment ? b.at : a.at, row + 0.5));
        }
        joined = segment;
        a = b;
    }
    return cover_distance(lane, nearest2);
}

void main() {
    Lane lane = Lanes(FRAME.lanes).at[lane_index];
    uint c = uint(gl_FragCoord.x) - FRAME.plot_x + FRAME.skip;
    float row = floor(gl_FragCoord.y) - float(FRAME.plot_y);
    float cover;
    if (FRAME.polyline != 0u) {
        cover = cover_polyline(lane, Edges(FRAME.edges).at[c], row);
    } else {
        Column column = Columns(FRAME.columns).at[slot_of(lane_index, c / TILE) * TILE + c % TILE];
        cover = cover_column(rows_of(lane, column.lo, column.hi), row);
    }
    if (STEP == 0) {
        color = vec4(over(rgb_of(FRAME.background), rgb_of(lane.color), cover) / 255.0, 1.0);
    } else {
        color = vec4(rgb_of(lane.color) / 255.0, cover);
    }
}
