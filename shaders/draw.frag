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
#include "lib/lanes.glsl"

layout(location = 0) flat in uint lane_index;
layout(location = 0) out vec4 color;

void main() {
    uvec2 at = uvec2(gl_FragCoord.xy);
    uint c = at.x - low(push.plot_columns) + push.skip;
    uint row = at.y - low(push.plot_rows);
    uint mine = cover_of(lane_index, c, row);
    if (mine == 0u) {
        discard;
    }
    uvec3 sum = lanes_before(mine < FULL ? lane_index : 0u, c, row, at.y);
    sum = over(sum, color_of(lane_index, c), mine);
    color = vec4(vec3(sum) / 255.0, 1.0);
}
