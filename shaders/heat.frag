// One pixel of lanes that are rows of colour, over the lines that are still seen through it: their whole sum, and no
// blending. Twin: src/reference/heat.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    HeatPush heat;
};

DrawPush push;

#include "lib/tiles.glsl"
#include "lib/coverage.glsl"
#include "lib/lanes.glsl"
#include "lib/heat.glsl"

layout(location = 0) out vec4 color;

void main() {
    push = DrawPushOf(heat.draw).at;
    uvec2 at = uvec2(gl_FragCoord.xy);
    uint c = at.x - low(push.plot_columns) + push.skip;
    uint row = at.y - low(push.plot_rows);
    uvec3 sum = uvec3(0u);
    if (heat.share < FULL) {
        sum = lanes_before(push.lane_count, c, row, at.y);
    }
    sum = over(sum, heat_color(lanes_on(row), c), heat.share);
    color = vec4(vec3(sum) / 255.0, 1.0);
}
