// As pyramid.comp, with pages as texels: software drivers load a vector word by word, each in a loop over the subgroup,
// but fetch a texel whole. A page's place is its first texel.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(set = 0, binding = 1) uniform utextureBuffer texels;

uvec4 load_vector(uvec2 page, uint at) {
    return texelFetch(texels, int(page.x + at));
}

#include "lib/levels.glsl"
