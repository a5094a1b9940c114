// As pyramid.comp, with loads of 64 bits: software drivers read a vector component by component, each in a loop over
// the subgroup, so that half as many components take about half the time.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#include "lib/memory.glsl"

layout(buffer_reference, scalar, buffer_reference_align = 16) readonly buffer Longs2 {
    u64vec2 at[];
};

uvec4 load_vector(uvec2 page, uint at) {
    u64vec2 two = Longs2(page).at[at];
    return uvec4(unpack32(two.x), unpack32(two.y));
}

#include "lib/levels.glsl"
