// A rectangle of the overlay: one instance each.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(push_constant, scalar) uniform PushConstants {
    OverlayPush push;
};

layout(location = 0) flat out uint index;

void main() {
    index = gl_InstanceIndex;
    Quad quad = Quads(push.quads).at[index];
    const uvec2 corners[6] = uvec2[](uvec2(0, 0), uvec2(1, 0), uvec2(0, 1), uvec2(0, 1), uvec2(1, 0), uvec2(1, 1));
    vec2 at = vec2(quad.x, quad.y) + vec2(corners[gl_VertexIndex] * uvec2(quad.width, quad.height));
    gl_Position = vec4(at / vec2(push.width, push.height) * 2.0 - 1.0, 0.0, 1.0);
}
