//! What a synthetic recording consists of: a field, noise, units that fire, and one artefact.
//!
//! Everything is a pure function of (seed, channel, sample). Randomness is a hash of place, never a sequence, and only
//! sums and products of floats are used, so values are the same on every machine, whatever span they are read in.
//!
//! Time is cut into *blocks* of a power of two of samples, about 1/30 s. Within a block the field is one cubic
//! polynomial, as each octave's knots lie a power of two of blocks apart. For each unit time is also cut into *slots*
//! with at most one spike, which lies wholly inside; so the spikes near a place are found by looking at a slot or two.

use std::ops::Range;

/// Physical size of one step of the extracellular channels.
pub(crate) const STEP_UV: f64 = 0.195;
/// Physical size of one step of the intracellular channel.
pub(crate) const STEP_MV: f64 = 0.01;

/// The most samples that a block has.
pub(crate) const MAX_BLOCK: usize = 4096;
/// Channels between independent places of the field in depth.
const FIELD_CHANNELS: usize = 16;
/// Octaves of the field: blocks between knots as a power of two, and amplitude in µV.
const FIELD: [(u32, f64); 3] = [(3, 90.0), (1, 45.0), (0, 20.0)];
/// The same of the membrane potential, in mV.
const MEMBRANE: [(u32, f64); 3] = [(3, 2.0), (1, 1.0), (0, 0.4)];
const REST_MV: f64 = -65.0;
const NOISE_UV: f64 = 8.0;
const NOISE_MV: f64 = 0.3;
/// Channels on either side that see a unit.
const REACH: usize = 4;
/// Where the artefact lies in the recording, in hundredths.
const ARTEFACT_AT: u64 = 37;
const ARTEFACT_UV: f64 = 4000.0;

/// One true spike of a synthetic recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spike {
    /// Where its extreme lies: the trough, or the peak of an intracellular action potential.
    pub sample: u64,
    /// Which unit fired.
    pub unit: u32,
    /// The channel that sees it largest.
    pub channel: u32,
}

/// One neuron.
#[derive(Debug, Clone)]
struct Unit {
    key: u64,
    channel: usize,
    /// One spike, in steps of its channel.
    wave: Vec<f32>,
    /// Index of the extreme in `wave`.
    extreme: usize,
    /// Samples of a slot, at least `2 · wave.len()`.
    slot: u64,
    /// A slot has a spike if its hash's low half is below this.
    chance: u32,
}

/// The parts of a recording.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    seed: u64,
    channels: usize,
    /// Of all channels, those outside a cell: all but perhaps the last.
    extracellular: usize,
    block_shift: u32,
    units: Vec<Unit>,
    /// For each channel, the units that it sees, and how much of each.
    seen: Vec<Vec<(usize, f32)>>,
    artefact_start: u64,
    artefact: Vec<f32>,
}

impl Model {
    pub(crate) fn new(seed: u64, channels: usize, samples: u64, rate_hz: f64, intracellular: bool) -> Self {
        let extracellular = channels - usize::from(intracellular);
        // The power of two below 1/30 s, so that the field's fastest knots are some tens of hertz.
        let block_shift = ((rate_hz / 30.0).clamp(64.0, MAX_BLOCK as f64) as u64).ilog2();
        let mut units: Vec<Unit> = (0..extracellular.div_ceil(4))
            .map(|unit| Unit::extracellular(seed, unit, extracellular, rate_hz))
            .collect();
        let mut seen = vec![Vec::new(); channels];
        for (index, unit) in units.iter().enumerate() {
            let spread = 0.7 + unit_interval(mix(unit.key, 5));
            let near = unit.channel.saturating_sub(REACH)..(unit.channel + REACH + 1).min(extracellular);
            for channel in near {
                let distance = channel.abs_diff(unit.channel) as f64 / spread;
                seen[channel].push((index, (1.0 / (1.0 + distance * distance)) as f32));
            }
        }
        if intracellular {
            seen[extracellular].push((units.len(), 1.0));
            units.push(Unit::intracellular(seed, extracellular, rate_hz));
        }
        let artefact_start = (u128::from(samples) * u128::from(ARTEFACT_AT) / 100) as u64;
        let artefact = artefact((rate_hz * 0.02).clamp(8.0, 65536.0) as usize);
        Self {
            seed,
            channels,
            extracellular,
            block_shift,
            units,
            seen,
            artefact_start,
            artefact,
        }
    }

    /// Samples of a block, a power of two up to [`MAX_BLOCK`].
    pub(crate) fn block(&self) -> u64 {
        1 << self.block_shift
    }

    /// Writes samples `first..first + out.len()` of a channel, in steps, not yet rounded. They lie within one block.
    pub(crate) fn fill(&self, channel: usize, first: u64, out: &mut [f32]) {
        let block = first >> self.block_shift;
        let inside = (first & (self.block() - 1)) as u32;
        let cubic = self.field(channel, block);
        let key = mix(self.seed ^ NOISE, mix(channel as u64, block));
        let deviation = if channel < self.extracellular {
            NOISE_UV / STEP_UV
        } else {
            NOISE_MV / STEP_MV
        };
        noise_and_field(out, inside, self.block() as u32, key, deviation, cubic);
        let span = first..first + out.len() as u64;
        for (unit, weight) in &self.seen[channel] {
            let unit = &self.units[*unit];
            for start in unit.starts(&span) {
                add(out, first, &unit.wave, start, *weight);
            }
        }
        let weight = if channel < self.extracellular {
            0.8 + 0.4 * unit_interval(mix(self.seed ^ ARTEFACT, channel as u64))
        } else {
            0.1
        };
        add(out, first, &self.artefact, self.artefact_start, weight as f32);
    }

    /// The field of a channel in a block: coefficients of a cubic in the block's own time, 0 to 1.
    fn field(&self, channel: usize, block: u64) -> [f32; 4] {
        let outside = channel < self.extracellular;
        let (octaves, step) = if outside {
            (FIELD, STEP_UV)
        } else {
            (MEMBRANE, STEP_MV)
        };
        let (near, far, share) = if outside {
            let near = (channel / FIELD_CHANNELS) as u64;
            (
                near,
                near + 1,
                (channel % FIELD_CHANNELS) as f64 / FIELD_CHANNELS as f64,
            )
        } else {
            (u64::MAX, u64::MAX, 0.0)
        };
        let mut cubic = [if outside { 0.0 } else { REST_MV / STEP_MV }, 0.0, 0.0, 0.0];
        for (shift, amplitude) in octaves {
            let segment = block >> shift;
            let knot = |offset: u64| {
                let time = segment.wrapping_add(offset).wrapping_sub(1);
                let at = |place: u64| {
                    signed_unit(mix(
                        self.seed ^ mix(FIELD_KEY, u64::from(shift)),
                        mix(place, time),
                    ))
                };
                let value = at(near) * (1.0 - share) + at(far) * share;
                value * amplitude / step
            };
            let [a, b, c, d] = [knot(0), knot(1), knot(2), knot(3)];
            // Catmull-Rom between b and c, in u from 0 to 1.
            let p = [
                b,
                (c - a) / 2.0,
                a - 2.5 * b + 2.0 * c - d / 2.0,
                (d - a) / 2.0 + 1.5 * (b - c),
            ];
            // The same in the block's time x, where u = start + width · x.
            let blocks = 1u64 << shift;
            let width = 1.0 / blocks as f64;
            let start = (block & (blocks - 1)) as f64 * width;
            cubic[0] += p[0] + start * (p[1] + start * (p[2] + start * p[3]));
            cubic[1] += width * (p[1] + start * (2.0 * p[2] + 3.0 * start * p[3]));
            cubic[2] += width * width * (p[2] + 3.0 * start * p[3]);
            cubic[3] += width * width * width * p[3];
        }
        cubic.map(|coefficient| coefficient as f32)
    }

    /// The spikes whose extremes lie in `span`, in order of time.
    pub(crate) fn spikes(&self, span: Range<u64>) -> Vec<Spike> {
        let mut spikes = Vec::new();
        for (index, unit) in self.units.iter().enumerate() {
            let samples = unit.starts(&span).map(|start| start + unit.extreme as u64);
            let samples = samples.filter(|sample| span.contains(sample));
            spikes.extend(samples.map(|sample| Spike {
                sample,
                unit: index as u32,
                channel: unit.channel as u32,
            }));
        }
        spikes.sort_unstable();
        spikes
    }

    /// Number of channels.
    pub(crate) fn channels(&self) -> usize {
        self.channels
    }
}

impl Unit {
    /// Unit number `unit` of an extracellular recording: one for every four channels, near its own four.
    fn extracellular(seed: u64, unit: usize, channels: usize, rate_hz: f64) -> Self {
        let key = mix(seed ^ UNIT, unit as u64);
        let draw = |which: u64| unit_interval(mix(key, which));
        let channel = (unit * 4 + (draw(0) * 4.0) as usize).min(channels - 1);
        let microvolts = 60.0 + 190.0 * draw(1);
        // Extremes by place in the 2 ms of a spike, half width, height: fast-spiking, regular, with a first peak.
        let bumps: &[[f64; 3]] = match unit % 3 {
            0 => &[[0.2, 0.09, -1.0], [0.38, 0.2, 0.45]],
            1 => &[[0.2, 0.14, -1.0], [0.55, 0.4, 0.3]],
            _ => &[[0.09, 0.09, 0.35], [0.2, 0.1, -1.0], [0.34, 0.16, 0.25]],
        };
        let (wave, extreme) = wave(bumps, rate_hz * 0.002, 0.2, -microvolts / STEP_UV);
        let slot = slot(rate_hz * (0.03 + 0.03 * draw(2)), wave.len());
        // From under one to over ten a second, more of the slow.
        let rate = 0.5 + 14.0 * draw(3) * draw(4);
        Self {
            key,
            channel,
            wave,
            extreme,
            slot,
            chance: chance(rate * slot as f64 / rate_hz),
        }
    }

    /// The cell that the last channel is inside.
    fn intracellular(seed: u64, channel: usize, rate_hz: f64) -> Self {
        let key = mix(seed ^ UNIT, u64::MAX);
        // A slow rise to threshold, the action potential, and the undershoot after it.
        let bumps = [[0.12, 0.12, 0.12], [0.2, 0.07, 0.88], [0.5, 0.35, -0.09]];
        let (wave, extreme) = wave(&bumps, rate_hz * 0.006, 0.2, (30.0 - REST_MV) / STEP_MV);
        let slot = slot(rate_hz * 0.25, wave.len());
        Self {
            key,
            channel,
            wave,
            extreme,
            slot,
            chance: chance(0.6),
        }
    }

    /// First samples of the spikes that may touch `span`, in order.
    fn starts(&self, span: &Range<u64>) -> impl Iterator<Item = u64> {
        let slots = span.start / self.slot..span.end.div_ceil(self.slot);
        slots.filter_map(|slot| {
            let hash = mix(self.key, slot);
            let room = self.slot - self.wave.len() as u64;
            let late = ((hash >> 32) * room) >> 32;
            ((hash as u32) < self.chance).then(|| slot * self.slot + late)
        })
    }
}

/// Samples of a slot of about `samples`, with room for a spike and a pause.
fn slot(samples: f64, wave: usize) -> u64 {
    (samples.min(f64::from(1 << 30)) as u64).max(2 * wave as u64)
}

/// A probability as a bound of 32-bit hashes.
fn chance(probability: f64) -> u32 {
    (probability.clamp(0.0, 0.95) * f64::from(u32::MAX)) as u32
}

/// A spike of about `samples` made of `bumps` (place, half width, height), scaled to `extreme` at `place`; and the
/// extreme's index.
fn wave(bumps: &[[f64; 3]], samples: f64, place: f64, extreme: f64) -> (Vec<f32>, usize) {
    let len = samples.clamp(8.0, 4096.0) as usize;
    let at = |index: usize| -> f64 {
        let time = index as f64 / len as f64;
        bumps
            .iter()
            .map(|[centre, width, height]| height * bump((time - centre) / width))
            .sum()
    };
    let index = (place * len as f64 + 0.5) as usize;
    let scale = extreme / at(index);
    ((0..len).map(|index| (at(index) * scale) as f32).collect(), index)
}

/// A smooth bump of height 1 over −1 to 1.
fn bump(x: f64) -> f64 {
    let y = (1.0 - x * x).max(0.0);
    y * y * y
}

/// An oscillation that dies down over `len` samples, as of a movement or a stimulus.
fn artefact(len: usize) -> Vec<f32> {
    let value = |index: usize| {
        let time = index as f64 / len as f64;
        let phase = (time * 5.0).fract();
        let triangle = 1.0 - 4.0 * (phase - 0.5).abs();
        (-triangle * (1.0 - time) * (1.0 - time) * ARTEFACT_UV / STEP_UV) as f32
    };
    (0..len).map(value).collect()
}

/// Adds what of `wave`, begun at sample `start`, lies within `out`, begun at sample `first`.
fn add(out: &mut [f32], first: u64, wave: &[f32], start: u64, weight: f32) {
    let skip = first.saturating_sub(start);
    let into = start.saturating_sub(first);
    if skip >= wave.len() as u64 || into >= out.len() as u64 {
        return;
    }
    for (out, value) in out[into as usize..].iter_mut().zip(&wave[skip as usize..]) {
        *out += weight * value;
    }
}

/// The sum of four hashed bytes: a bell within 3.5 deviations; and the cubic on top. `inside` is the first's place in
/// its block of `block` samples.
fn noise_and_field(out: &mut [f32], inside: u32, block: u32, key: u64, deviation: f64, cubic: [f32; 4]) {
    /// Of the sum of four bytes.
    const MEAN: f32 = 510.0;
    const DEVIATION: f64 = 147.801_2;
    let scale = (deviation / DEVIATION) as f32;
    let per_sample = 1.0 / block as f32;
    let (low, high) = (key as u32, (key >> 32) as u32);
    let [a, b, c, d] = cubic;
    for (index, out) in out.iter_mut().enumerate() {
        let index = inside + index as u32;
        let mut hash = index.wrapping_mul(0x9e37_79b9) ^ low;
        hash = (hash ^ (hash >> 16)).wrapping_mul(0x7feb_352d) ^ high;
        hash = (hash ^ (hash >> 15)).wrapping_mul(0x846c_a68b);
        hash ^= hash >> 16;
        let pairs = (hash & 0x00ff_00ff) + ((hash >> 8) & 0x00ff_00ff);
        let sum = ((pairs & 0xffff) + (pairs >> 16)) as i32;
        let x = index as i32 as f32 * per_sample;
        *out = (a + x * (b + x * (c + x * d))) + (sum as f32 - MEAN) * scale;
    }
}

const NOISE: u64 = 0x6e6f_6973_6500_0000;
const FIELD_KEY: u64 = 0x6669_656c_6400_0000;
const UNIT: u64 = 0x756e_6974_0000_0000;
const ARTEFACT: u64 = 0x6172_7465_0000_0000;

/// Hashes two words to one (the finaliser of SplitMix64, twice).
fn mix(a: u64, b: u64) -> u64 {
    finalise(a ^ finalise(b.wrapping_add(0x9e37_79b9_7f4a_7c15)))
}

fn finalise(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A hash to 0 ≤ x < 1.
fn unit_interval(hash: u64) -> f64 {
    (hash >> 11) as f64 / (1u64 << 53) as f64
}

/// A hash to −1 ≤ x < 1.
fn signed_unit(hash: u64) -> f64 {
    2.0 * unit_interval(hash) - 1.0
}
