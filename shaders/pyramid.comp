// Builds one level. Twin: src/reference/pyramid.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

uvec4 load_vector(uvec2 page, uint at) {
    return Words4(page).at[at];
}

#include "lib/levels.glsl"
