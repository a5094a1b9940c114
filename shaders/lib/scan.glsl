// What comes before each: pairs of words become the sums of those before them. By one group of SCAN invocations, each of which has the sum of
// all up to its own share in the end: the last one that of all. Needs lib/memory.glsl.
const uint SCAN = 64u;
shared uvec2 sums[SCAN];

uvec2 scan(Words pairs, uint count) {
    uint me = gl_LocalInvocationID.x;
    uint share = (count + SCAN - 1u) / SCAN;
    uint first = min(me * share, count);
    uint end = min(first + share, count);
    uvec2 sum = uvec2(0u);
    for (uint i = first; i < end; i++) {
        sum += uvec2(pairs.at[2u * i], pairs.at[2u * i + 1u]);
    }
    sums[me] = sum;
    barrier();
    uvec2 before = uvec2(0u);
    for (uint i = 0u; i < me; i++) {
        before += sums[i];
    }
    for (uint i = first; i < end; i++) {
        uvec2 mine = uvec2(pairs.at[2u * i], pairs.at[2u * i + 1u]);
        pairs.at[2u * i] = before.x;
        pairs.at[2u * i + 1u] = before.y;
        before += mine;
    }
    return before;
}
