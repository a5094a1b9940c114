// Device memory by address. Loads are not bounded by the driver: each caller keeps to the counts in its structs.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_GOOGLE_include_directive : require

#include "abi.glsl"

layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Words {
    uint at[];
};
layout(buffer_reference, scalar, buffer_reference_align = 16) readonly buffer Words4 {
    uvec4 at[];
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Addresses {
    uvec2 at[];
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Edges {
    Edge at[];
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Lanes {
    Lane at[];
};
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Columns {
    Column at[];
};
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer CountsOf {
    Counts at;
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer DrawPushOf {
    DrawPush at;
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Quads {
    Quad at[];
};
