// A quad around the columns of the plot that hold data: two triangles.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(push_constant, scalar) uniform PushConstants {
    HeatPush heat;
};

DrawPush push;

#include "lib/tiles.glsl"

void main() {
    push = DrawPushOf(heat.draw).at;
    int width = int(high(push.plot_columns));
    int left = clamp(int(low(push.data_tiles) * TILE) - int(push.skip), 0, width);
    int right = clamp(int(high(push.data_tiles) * TILE) - int(push.skip), left, width);
    vec2 a = vec2(left, 0.0);
    vec2 b = vec2(right, high(push.plot_rows));
    const uvec2 corners[6] = uvec2[](uvec2(0, 0), uvec2(1, 0), uvec2(0, 1), uvec2(0, 1), uvec2(1, 0), uvec2(1, 1));
    vec2 origin = vec2(low(push.plot_columns), low(push.plot_rows));
    vec2 at = mix(a, b, vec2(corners[gl_VertexIndex])) + origin;
    gl_Position = vec4(at / vec2(low(push.target), high(push.target)) * 2.0 - 1.0, 0.0, 1.0);
}
