// What is seen at a sample: the number of the triangle, or of the ball if the sample lies on it.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(location = 0) flat in uint written;
layout(location = 1) flat in vec3 disc;

layout(location = 0) out uint seen;

void main() {
    if (STEP == SOLIDS_BALLS) {
        vec2 off = gl_FragCoord.xy - disc.xy;
        if (dot(off, off) > disc.z * disc.z) {
            discard;
        }
    }
    seen = written;
}
