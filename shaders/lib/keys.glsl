// Order-preserving keys of floats, and interpolation: the twins are in src/abi/numbers.rs.

const int KEY_HIGHEST = 0x7fffffff;
const int KEY_LOWEST = int(0x80000000);

bool is_gap(uint bits) {
    return (bits & 0x7fffffffu) > 0x7f800000u;
}

// Of a float that is no NaN, given by its bits.
int key_from_bits(uint bits) {
    int b = (bits & 0x7fffffffu) < 0x00800000u ? 0 : int(bits);
    return b ^ ((b >> 31) & 0x7fffffff);
}

uint bits_from_key(int key) {
    return uint(key ^ ((key >> 31) & 0x7fffffff));
}

// By bits, since a driver may flush or canonicalize what it compares as a float.
uint tame(uint bits) {
    uint magnitude = min(bits & 0x7fffffffu, uint(126 + 127) << 23);
    return magnitude < uint(127 - 96) << 23 ? 0u : (bits & 0x80000000u) | magnitude;
}

int key_between(uint a_bits, uint b_bits, float t) {
    precise float a = uintBitsToFloat(tame(a_bits));
    precise float b = uintBitsToFloat(tame(b_bits));
    precise float step = b - a;
    precise float part = step * t;
    precise float value = a + part;
    return key_from_bits(floatBitsToUint(value));
}
