// A rectangle of the overlay: one instance each.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(push_constant, scalar) uniform PushConstants {
    OverlayPush push;
};

layout(location = 0) flat out ivec2 origin;
layout(location = 1) flat out uvec2 coverage;
layout(location = 2) flat out vec4 ink;

void main() {
    Quad quad = Quads(push.quads).at[gl_InstanceIndex];
    origin = ivec2(quad.x, quad.y);
    coverage = uvec2(quad.coverage, quad.stride);
    ink = unpackUnorm4x8(quad.color);
    const uvec2 corners[6] = uvec2[](uvec2(0, 0), uvec2(1, 0), uvec2(0, 1), uvec2(0, 1), uvec2(1, 0), uvec2(1, 1));
    vec2 at = vec2(quad.x, quad.y) + vec2(corners[gl_VertexIndex] * uvec2(quad.width, quad.height));
    gl_Position = vec4(at / vec2(push.width, push.height) * 2.0 - 1.0, 0.0, 1.0);
}
