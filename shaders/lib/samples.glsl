// Raw samples of resident pages, and nodes, as ranges of keys.
#include "lib/keys.glsl"

layout(constant_id = 1) const uint F32 = 0;

// The range of keys seen so far; empty where lo > hi.
struct Range {
    int lo;
    int hi;
    uint flags;
};

const Range NOTHING = Range(KEY_HIGHEST, KEY_LOWEST, 0u);

void take_word(inout Range range, uint word) {
    if (F32 == 0) {
        int a = bitfieldExtract(int(word), 0, 16);
        int b = int(word) >> 16;
        range.lo = min(range.lo, min(a, b));
        range.hi = max(range.hi, max(a, b));
    } else if (is_gap(word)) {
        range.flags |= FLAG_GAP;
    } else {
        int key = key_from_bits(word);
        range.lo = min(range.lo, key);
        range.hi = max(range.hi, key);
    }
}

void take_key(inout Range range, int key) {
    range.lo = min(range.lo, key);
    range.hi = max(range.hi, key);
}

// Samples in a vector of 16 bytes.
const uint PER_VECTOR = F32 == 0 ? 8u : 4u;

// Those of a vector's samples, the first of which is sample `i`, that lie in first ..= last.
void take_masked(inout Range range, uvec4 v, uint i, uint first, uint last) {
    if (F32 == 0) {
        for (uint j = 0u; j < 4u; j++) {
            int even = bitfieldExtract(int(v[j]), 0, 16);
            int odd = int(v[j]) >> 16;
            bool a = i + 2u * j >= first && i + 2u * j <= last;
            bool b = i + 2u * j + 1u >= first && i + 2u * j + 1u <= last;
            range.lo = min(range.lo, min(a ? even : KEY_HIGHEST, b ? odd : KEY_HIGHEST));
            range.hi = max(range.hi, max(a ? even : KEY_LOWEST, b ? odd : KEY_LOWEST));
        }
    } else {
        for (uint j = 0u; j < 4u; j++) {
            bool inside = i + j >= first && i + j <= last;
            bool gap = is_gap(v[j]);
            int key = key_from_bits(v[j]);
            range.flags |= inside && gap ? FLAG_GAP : 0u;
            range.lo = min(range.lo, inside && !gap ? key : KEY_HIGHEST);
            range.hi = max(range.hi, inside && !gap ? key : KEY_LOWEST);
        }
    }
}

// Sample `i` of a row of a page, at the row's first sample `row`: for f32 its bits, for i16 its value as an int.
uint load_raw(uvec2 page, uint row, uint i) {
    uint at = row + i;
    if (F32 == 0) {
        uint word = Words(page).at[at >> 1];
        return uint(bitfieldExtract(int(word), int(at & 1u) * 16, 16));
    }
    return Words(page).at[at];
}

void take_raw(inout Range range, uint raw) {
    if (F32 == 0) {
        take_key(range, int(raw));
    } else {
        take_word(range, raw);
    }
}

// Node `i` of those that start `offset` words from an address.
void take_node(inout Range range, uvec2 nodes, uint offset, uint i) {
    if (F32 == 0) {
        uint word = Words(nodes).at[offset + i];
        range.lo = min(range.lo, bitfieldExtract(int(word), 0, 16));
        range.hi = max(range.hi, int(word) >> 16);
    } else {
        uint at = offset + NODE_WORDS_F32 * i;
        range.lo = min(range.lo, int(Words(nodes).at[at]));
        range.hi = max(range.hi, int(Words(nodes).at[at + 1u]));
        range.flags |= Words(nodes).at[at + 2u];
    }
}

// The range in keys of floats, whatever the samples are.
Range in_floats(Range range) {
    if (F32 == 0 && range.lo <= range.hi) {
        range.lo = key_from_bits(floatBitsToUint(float(range.lo)));
        range.hi = key_from_bits(floatBitsToUint(float(range.hi)));
    } else if (F32 == 0) {
        range.lo = KEY_HIGHEST;
        range.hi = KEY_LOWEST;
    }
    return range;
}

// The bits of a raw sample's value as a float; a gap stays one.
uint float_bits(uint raw) {
    return F32 == 0 ? floatBitsToUint(float(int(raw))) : raw;
}
