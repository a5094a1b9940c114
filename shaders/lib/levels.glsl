// Builds one level: step 0 leaves from a page's samples, step 1 nodes from the level below. One invocation a node.
// Whoever includes this says how a vector of samples is read: `uvec4 load_vector(uvec2 page, uint at)`, `at` in vectors.
#include "lib/dispatch.glsl"
#include "lib/samples.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    Build build;
};

void store(uint at, Range range) {
    if (F32 == 0) {
        // An empty range clamps to 32767 and -32768, which is empty too.
        uint lo = uint(clamp(range.lo, -32768, 32767)) & 0xffffu;
        uint hi = uint(clamp(range.hi, -32768, 32767));
        Words(build.target).at[at] = lo | hi << 16;
    } else {
        Words(build.target).at[3u * at] = uint(range.lo);
        Words(build.target).at[3u * at + 1u] = uint(range.hi);
        Words(build.target).at[3u * at + 2u] = range.flags;
    }
}

void main() {
    uint id = invocation();
    if (id >= build.nodes * build.channels) {
        return;
    }
    uint channel = id / build.nodes;
    uint node = id % build.nodes;
    Range range = NOTHING;
    uint row = channel * build.source_stride;
    if (STEP == 0) {
        // Whole vectors, of which what lies past the end is masked: a row has room for them.
        uint first = node * LEAF;
        uint last = build.count - 1u;
        for (uint v = 0u; v < LEAF / PER_VECTOR; v++) {
            uint i = first + v * PER_VECTOR;
            take_masked(range, load_vector(build.source, (row + i) / PER_VECTOR), i, first, last);
        }
        if (first + LEAF <= last) {
            // The first of a vector, as rows and leaves are whole ones.
            uint word = load_vector(build.source, (row + first + LEAF) / PER_VECTOR).x;
            take_raw(range, F32 == 0 ? uint(bitfieldExtract(int(word), 0, 16)) : word);
        }
    } else {
        uint end = min((node + 1u) * FANOUT, build.count);
        for (uint i = node * FANOUT; i < end; i++) {
            take_node(range, build.source, 0u, row + i);
        }
    }
    store(channel * build.target_stride + node, range);
}
