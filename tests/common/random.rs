//! Numbers and samples at random, the same in every run.

/// A small generator: `xorshift64*`.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// In `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Noise of some hundred steps with rare extremes: lanes are neither empty nor full.
pub(crate) fn i16s(seed: u64, count: usize) -> Vec<i16> {
    let mut random = Random::new(seed);
    (0..count)
        .map(|_| match random.below(300) {
            0 => i16::MIN,
            1 => i16::MAX,
            _ => random.below(801) as i16 - 400,
        })
        .collect()
}

/// Walks of floats, one value in `rarity` hostile: NaN, ±inf, −0, denormals, the largest; none where `rarity` is 0.
pub(crate) fn f32s(seed: u64, count: usize, rarity: u64) -> Vec<f32> {
    const HOSTILE: [f32; 9] = [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        -0.0,
        f32::from_bits(7),
        f32::from_bits(0x8000_0007),
        f32::MAX,
        f32::MIN,
        f32::MIN_POSITIVE,
    ];
    let mut random = Random::new(seed);
    let mut level = 0.0_f64;
    (0..count)
        .map(|_| {
            level = 0.98 * level + random.unit() - 0.5;
            match random.below(rarity) {
                0 if rarity > 0 => HOSTILE[random.below(HOSTILE.len() as u64) as usize],
                _ => level as f32,
            }
        })
        .collect()
}
