//! What values mean: keys, nodes, gaps, and what lies between two samples.
//!
//! All reduction is done on order-preserving `i32` *keys*, because integer minimum and maximum are exact and the
//! same on every driver, while denormals, NaN and −0 are not:
//!
//! - `i16` is its own key.
//! - `f32` maps to a key by [`key_from_f32`]. −0 and denormals (magnitude below 2⁻¹²⁶) count as 0, as on drivers
//!   that flush them; that map never changes an order, so it may be applied before or after a minimum.
//! - ±inf are values beyond all others and are drawn to the edge of the clip.
//! - NaN is a *gap*: it is no value, no segment leads to it, and a node or column that holds one says so.
//! - A value between two samples is [`interpolate`]d in `f32` by one subtraction, one product and one sum, each
//!   rounded once, so that a shader and its twin agree bit for bit.

use bytemuck::Pod;

/// A node: the range of its samples' keys, and whether it has a gap. Empty where `lo > hi`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Key of the lowest sample.
    pub lo: i32,
    /// Key of the highest sample.
    pub hi: i32,
    /// Whether a NaN lies inside.
    pub gap: bool,
}

impl Node {
    /// The node of no sample.
    pub const EMPTY: Self = Self {
        lo: i32::MAX,
        hi: i32::MIN,
        gap: false,
    };

    /// The node of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            lo: self.lo.min(other.lo),
            hi: self.hi.max(other.hi),
            gap: self.gap | other.gap,
        }
    }
}

/// Words of a node on the device, for each [`CONSTANT_F32`](super::CONSTANT_F32): `i16` packs `lo` in the low half and `hi` in the high
/// half of one word (its recordings have no gaps); `f32` takes `lo`, `hi` and the gap in a word each.
pub const NODE_WORDS: [u32; 2] = [1, 3];

/// A sample's type as the reduction sees it: a key or a gap, and how its nodes are stored.
pub trait Sample: Copy + Send + Sync + Pod + 'static {
    /// Index into [`NODE_WORDS`], the value of [`CONSTANT_F32`](super::CONSTANT_F32).
    const F32: u32;
    /// The key; `None` for a gap.
    fn key(self) -> Option<i32>;
    /// The value for interpolation; `None` for a gap.
    fn value(self) -> Option<f32>;
    /// The node's words on the device, of which the first [`NODE_WORDS`] count.
    fn words(node: Node) -> [u32; 3];
    /// The value of a key.
    fn value_of_key(key: i32) -> f32;
}

impl Sample for i16 {
    const F32: u32 = 0;
    fn key(self) -> Option<i32> {
        Some(self.into())
    }
    fn value(self) -> Option<f32> {
        Some(self.into())
    }
    fn words(node: Node) -> [u32; 3] {
        let lo = node.lo.clamp(i16::MIN.into(), i16::MAX.into()) as u32 & 0xffff;
        let hi = node.hi.clamp(i16::MIN.into(), i16::MAX.into()) as u32;
        [lo | hi << 16, 0, 0]
    }
    fn value_of_key(key: i32) -> f32 {
        key as f32
    }
}

impl Sample for f32 {
    const F32: u32 = 1;
    fn key(self) -> Option<i32> {
        key_from_f32(self)
    }
    fn value(self) -> Option<f32> {
        (!self.is_nan()).then_some(self)
    }
    fn words(node: Node) -> [u32; 3] {
        [node.lo as u32, node.hi as u32, node.gap.into()]
    }
    fn value_of_key(key: i32) -> f32 {
        f32_from_key(key)
    }
}

/// The order-preserving key of a float; `None` for NaN. −0 and denormals count as 0.
#[must_use]
pub fn key_from_f32(value: f32) -> Option<i32> {
    let bits = value.to_bits();
    let magnitude = bits & 0x7fff_ffff;
    if magnitude > 0x7f80_0000 {
        return None;
    }
    let bits = if magnitude < 0x0080_0000 { 0 } else { bits as i32 };
    Some(bits ^ ((bits >> 31) & 0x7fff_ffff))
}

/// The float of a key. Keys order like `i32`, and so do their floats.
#[must_use]
pub fn f32_from_key(key: i32) -> f32 {
    f32::from_bits((key ^ ((key >> 31) & 0x7fff_ffff)) as u32)
}

/// The value a fraction `t` of the way from sample `a` to sample `b`.
///
/// Beforehand magnitudes are cut at 2¹²⁶ and those below 2⁻⁹⁶ taken as 0, so that nothing on the way overflows, and
/// what may be flushed to 0 on the way is too small to change the result.
#[must_use]
pub fn interpolate(a: f32, b: f32, t: f32) -> f32 {
    let a = tame(a);
    let b = tame(b);
    a + (b - a) * t
}

/// The colour of a column of a lane that is a row of colour, by how far its highest value lies above its lowest: 1 for not
/// at all, 255 for so far or further that 254 steps of `per_stored` fit, and 0 where there is no value.
///
/// Values are cut at 1.7e38 beforehand, and a difference below 2⁻¹²⁶ is none, so that a shader that flushes what is so small
/// agrees.
#[must_use]
pub fn level(per_stored: f32, lo: f32, hi: f32) -> u32 {
    const MOST: f32 = 1.7e38;
    let far = hi.clamp(-MOST, MOST) - lo.clamp(-MOST, MOST);
    let far = if far >= f32::MIN_POSITIVE { far } else { 0.0 };
    let steps = ((far * per_stored).min(254.0) + 0.5).floor() as i32 as u32;
    // Chosen at the end: without branches several columns are done at a time.
    if lo > hi { 0 } else { 1 + steps }
}

/// What of several lanes on one row of pixels is seen is the greatest of these: where any has the colour of an event, the
/// strongest of those, else the strongest of all. A [`level`] is in the second byte, the tint in the first; 0 where there is
/// nothing.
#[must_use]
pub const fn heat_word(level: u32, tint: u32) -> u32 {
    let tinted = if tint == 0 { 0 } else { 1 << 16 };
    if level == 0 { 0 } else { tinted | level << 8 | tint }
}

fn tame(value: f32) -> f32 {
    const LARGE: f32 = f32::from_bits((126 + 127) << 23);
    const SMALL: f32 = f32::from_bits((127 - 96) << 23);
    if value.abs() < SMALL {
        0.0
    } else {
        value.clamp(-LARGE, LARGE)
    }
}
