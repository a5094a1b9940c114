//! FLAC, written with every kind of frame and subframe that the standard has.

/// Bits, highest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    filled: u32,
}

impl Bits {
    fn push(&mut self, value: i64, count: u32) {
        for bit in (0..count).rev() {
            if self.filled.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().expect("a byte");
            *last |= ((value >> bit & 1) as u8) << (7 - self.filled % 8);
            self.filled += 1;
        }
    }

    fn rice(&mut self, value: i64, parameter: u32) {
        let folded = value << 1 ^ value >> 63;
        for _ in 0..folded >> parameter {
            self.push(0, 1);
        }
        self.push(1, 1);
        self.push(folded, parameter);
    }
}

pub(crate) fn crc(bytes: &[u8], width: u32, polynomial: u32) -> u32 {
    let top = 1 << (width - 1);
    bytes.iter().fold(0, |mut crc: u32, byte| {
        crc ^= u32::from(*byte) << (width - 8);
        for _ in 0..8 {
            crc = crc << 1 ^ if crc & top != 0 { polynomial } else { 0 };
        }
        crc & (top << 1).wrapping_sub(1)
    })
}

/// How a subframe is coded.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Constant,
    Verbatim,
    /// By a polynomial, with plain differences of so many bits, or Rice-coded in 2^`.2` parts.
    Fixed(usize, Option<u32>, u32),
    /// By the weights of the latest samples, newest first, and a shift.
    Linear(&'static [i64], u32),
}

fn subframe(bits: &mut Bits, samples: &[i64], width: u32, wasted: u32, kind: Kind) {
    let samples: Vec<i64> = samples.iter().map(|sample| sample >> wasted).collect();
    let width = width - wasted;
    let code = match kind {
        Kind::Constant => 0,
        Kind::Verbatim => 1,
        Kind::Fixed(order, ..) => 8 + order,
        Kind::Linear(weights, _) => 31 + weights.len(),
    };
    bits.push(code as i64, 7);
    if wasted > 0 {
        bits.push(1, 1);
        bits.push(1, wasted);
    } else {
        bits.push(0, 1);
    }
    let (weights, shift): (&[i64], u32) = match kind {
        Kind::Constant => return bits.push(samples[0], width),
        Kind::Verbatim => return samples.iter().for_each(|sample| bits.push(*sample, width)),
        Kind::Fixed(order, ..) => ([&[][..], &[1], &[2, -1], &[3, -3, 1], &[4, -6, 4, -1]][order], 0),
        Kind::Linear(weights, shift) => (weights, shift),
    };
    let order = weights.len();
    samples[..order]
        .iter()
        .for_each(|sample| bits.push(*sample, width));
    if let Kind::Linear(..) = kind {
        bits.push(11, 4);
        bits.push(i64::from(shift), 5);
        weights.iter().for_each(|weight| bits.push(*weight, 12));
    }
    let difference = |at: usize| {
        let sum: i64 = weights
            .iter()
            .enumerate()
            .map(|(back, weight)| weight * samples[at - 1 - back])
            .sum();
        samples[at] - (sum >> shift)
    };
    match kind {
        Kind::Fixed(_, Some(plain), _) => {
            bits.push(1, 2);
            bits.push(0, 4);
            bits.push(31, 5);
            bits.push(i64::from(plain), 5);
            (order..samples.len()).for_each(|at| bits.push(difference(at), plain));
        }
        _ => {
            let parts = if let Kind::Fixed(_, _, parts) = kind {
                parts
            } else {
                0
            };
            bits.push(0, 2);
            bits.push(i64::from(parts), 4);
            let part = samples.len() >> parts;
            for number in 0..1 << parts {
                let parameter = 5 + number as u32 % 3;
                bits.push(i64::from(parameter), 4);
                let start = if number == 0 { order } else { number * part };
                (start..(number + 1) * part).for_each(|at| bits.rice(difference(at), parameter));
            }
        }
    }
}

/// The channels' subframes: their samples, of how many bits more than the stream's, with how many bits wasted, and how coded.
pub(crate) type Sub<'a> = (&'a [i64], u32, u32, Kind);

pub(crate) fn frame(
    number: u64,
    variable: bool,
    assignment: i64,
    width: u32,
    subframes: &[Sub<'_>],
) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.push(if variable { 0xfff9 } else { 0xfff8 }, 16);
    bits.push(0x70, 8);
    bits.push(assignment, 4);
    bits.push(if width == 16 { 4 << 1 } else { 0 }, 4);
    // As in UTF-8.
    if number < 0x80 {
        bits.push(number as i64, 8);
    } else {
        let more = (1..6)
            .find(|more| number < 1 << (6 + 5 * more))
            .expect("a number of 31 bits");
        let ones = 0xff << (7 - more) & 0xff;
        bits.push(ones | (number >> (6 * more)) as i64, 8);
        for byte in (0..more).rev() {
            bits.push(0x80 | (number >> (6 * byte) & 0x3f) as i64, 8);
        }
    }
    bits.push(subframes[0].0.len() as i64 - 1, 16);
    let check = crc(&bits.bytes, 8, 0x07);
    bits.push(i64::from(check), 8);
    for (samples, more, wasted, kind) in subframes {
        subframe(&mut bits, samples, width + more, *wasted, *kind);
    }
    let mut bytes = bits.bytes;
    let check = crc(&bytes, 16, 0x8005) as u16;
    bytes.extend(check.to_be_bytes());
    bytes
}

pub(crate) fn file(block: u16, channels: u64, width: u64, samples: u64, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"fLaC\x00\x00\x00\x22".to_vec();
    bytes.extend(block.to_be_bytes());
    bytes.extend(block.to_be_bytes());
    bytes.extend([0; 6]);
    bytes.extend((25_000_u64 << 44 | (channels - 1) << 41 | (width - 1) << 36 | samples).to_be_bytes());
    bytes.extend([0; 16]);
    // A comment of nothing, the last of the metadata.
    bytes.extend([0x84, 0, 0, 3, 1, 2, 3]);
    bytes.extend(frames.concat());
    bytes
}
