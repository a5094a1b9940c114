// The blocks that a stretch of a level's nodes lies in: two at most, for a block is longer than any stretch that is asked
// for. Needs lib/samples.glsl.

struct Blocks {
    uint first;
    uvec2 left;
    uvec2 right;
};

// Of nodes [a, b) from the origin, as far as they exist; of node `a` alone where there are none.
Blocks blocks_of(Level level, uint a, uint b) {
    uint from = min(a, level.count);
    uint first = (level.first + from) >> push.block_shift;
    uint last = (level.first + max(min(b, level.count), from + 1u) - 1u) >> push.block_shift;
    return Blocks(first, Addresses(level.blocks).at[first], Addresses(level.blocks).at[last]);
}

uint in_block(uint node) {
    return node & ((1u << push.block_shift) - 1u);
}

// Element `at` of a block, where that is there.
void take_in_block(inout Range range, uvec2 block, uint at) {
    if (block == uvec2(0u)) {
        range.flags |= FLAG_ABSENT;
    } else {
        take_node(range, block, 0u, at);
    }
}
