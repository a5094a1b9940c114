// The items that are `seen`, in their order. Step 0 counts each chunk's, step 1 sums the counts of the chunks before and writes the indirect
// arguments, step 2 lists the items. Needs `push` with what is named here, STEP, lib/memory.glsl, lib/dispatch.glsl and lib/scan.glsl.
bool seen(uint index);

void list() {
    if (STEP == 1) {
        uvec2 sum = scan(Words(push.sums), push.chunks);
        if (gl_LocalInvocationID.x == SCAN - 1u) {
            Words(push.arguments).at[0] = push.corners;
            Words(push.arguments).at[1] = sum.x;
            Words(push.arguments).at[2] = 0u;
            Words(push.arguments).at[3] = 0u;
        }
        return;
    }
    uint chunk = invocation();
    if (chunk >= push.chunks) {
        return;
    }
    Words sums = Words(push.sums);
    uint first = chunk * push.chunk;
    uint end = min(first + push.chunk, push.count);
    uint at = STEP == 0 ? 0u : sums.at[2u * chunk];
    for (uint index = first; index < end; index++) {
        if (seen(index)) {
            if (STEP == 2) {
                Words(push.items).at[at] = index;
            }
            at++;
        }
    }
    if (STEP == 0) {
        sums.at[2u * chunk] = at;
        sums.at[2u * chunk + 1u] = 0u;
    }
}
