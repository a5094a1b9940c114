// A dispatch of one dimension, folded in two where it is long.
layout(local_size_x_id = 0) in;

uint invocation() {
    return (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
}
