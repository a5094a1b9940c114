//! Frames of FLAC: a header, and for each channel a subframe, predicted and Rice-coded.
//!
//! RFC 9639, <https://www.rfc-editor.org/rfc/rfc9639>. A frame is believed if both of its checksums are right.

/// What the stream says of all of its frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamInfo {
    /// Samples in a frame; the last may have fewer.
    pub(crate) block: u16,
    pub(crate) rate_hz: u32,
    pub(crate) channels: usize,
    /// Bits of a sample.
    pub(crate) bits: u32,
    /// Samples of each channel; 0 where the writer did not know.
    pub(crate) samples: u64,
}

impl StreamInfo {
    /// Parses the 34 bytes of the metadata block.
    pub(crate) fn parse(bytes: &[u8; 34]) -> Self {
        let packed = u64::from_be_bytes([
            bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15], bytes[16], bytes[17],
        ]);
        Self {
            block: u16::from_be_bytes([bytes[2], bytes[3]]),
            rate_hz: (packed >> 44) as u32,
            channels: (packed >> 41 & 7) as usize + 1,
            bits: (packed >> 36 & 31) as u32 + 1,
            samples: packed & ((1 << 36) - 1),
        }
    }

    /// More bytes than a sensible frame takes: twice those of samples as they are.
    pub(crate) fn most_bytes(&self) -> usize {
        let block = usize::from(self.block).max(1 << 16);
        64 + 2 * self.channels * (64 + block * (self.bits as usize + 1) / 8)
    }
}

/// How two channels were made independent of one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stereo {
    Plain,
    LeftSide,
    SideRight,
    MidSide,
}

/// A frame, decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The number of its first sample in the stream.
    pub(crate) first: u64,
    /// Samples of each channel.
    pub(crate) len: usize,
    /// `[channel, len]`.
    pub(crate) planar: Vec<i64>,
    /// Bytes that it takes.
    pub(crate) bytes: usize,
}

impl Frame {
    /// Whether a frame's header is at the head of `bytes`.
    pub(crate) fn begins(bytes: &[u8], stream: &StreamInfo) -> bool {
        Header::parse(bytes, stream).is_some()
    }

    /// The frame at the head of `bytes`; `None` where there is none, or not all of one.
    pub(crate) fn decode(bytes: &[u8], stream: &StreamInfo) -> Option<Self> {
        let header = Header::parse(bytes, stream)?;
        let mut bits = Bits::new(bytes, header.bytes);
        let mut planar = vec![0; header.len * stream.channels];
        for (channel, into) in planar.chunks_exact_mut(header.len).enumerate() {
            // The difference of two takes a bit more.
            let side = match header.stereo {
                Stereo::Plain => false,
                Stereo::LeftSide | Stereo::MidSide => channel == 1,
                Stereo::SideRight => channel == 0,
            };
            subframe(&mut bits, stream.bits + u32::from(side), into)?;
        }
        let end = bits.byte_end();
        let stored = bytes.get(end..end + 2)?;
        if crc16(&bytes[..end]) != u16::from_be_bytes([stored[0], stored[1]]) {
            return None;
        }
        if header.stereo != Stereo::Plain {
            let (first, second) = planar.split_at_mut(header.len);
            join(header.stereo, first, second);
        }
        Some(Self {
            first: header.first,
            len: header.len,
            planar,
            bytes: end + 2,
        })
    }
}

fn join(stereo: Stereo, first: &mut [i64], second: &mut [i64]) {
    for (a, b) in first.iter_mut().zip(second) {
        match stereo {
            Stereo::Plain => {}
            Stereo::LeftSide => *b = a.wrapping_sub(*b),
            Stereo::SideRight => *a = a.wrapping_add(*b),
            Stereo::MidSide => {
                let mid = a.wrapping_shl(1) | (*b & 1);
                (*a, *b) = (mid.wrapping_add(*b) >> 1, mid.wrapping_sub(*b) >> 1);
            }
        }
    }
}

struct Header {
    first: u64,
    len: usize,
    stereo: Stereo,
    bytes: usize,
}

impl Header {
    /// The header at the head of `bytes`, if it is one that this stream may have.
    fn parse(bytes: &[u8], stream: &StreamInfo) -> Option<Self> {
        let &[0xff, sync @ (0xf8 | 0xf9), sizes, kinds, ..] = bytes else {
            return None;
        };
        let (number, mut at) = coded_number(bytes, 4)?;
        let mut extra = |count: usize| -> Option<usize> {
            let value = bytes.get(at..at + count)?;
            at += count;
            Some(
                value
                    .iter()
                    .fold(0, |value, byte| value << 8 | usize::from(*byte)),
            )
        };
        let len = match sizes >> 4 {
            0 => return None,
            1 => 192,
            code @ 2..=5 => 576 << (code - 2),
            6 => extra(1)? + 1,
            7 => extra(2)? + 1,
            code => 256 << (code - 8),
        };
        match sizes & 15 {
            12 => drop(extra(1)?),
            13 | 14 => drop(extra(2)?),
            15 => return None,
            _ => {}
        }
        let stereo = match kinds >> 4 {
            count @ 0..=7 if usize::from(count) + 1 == stream.channels => Stereo::Plain,
            8 if stream.channels == 2 => Stereo::LeftSide,
            9 if stream.channels == 2 => Stereo::SideRight,
            10 if stream.channels == 2 => Stereo::MidSide,
            _ => return None,
        };
        let width = match kinds >> 1 & 7 {
            0 => stream.bits,
            3 => return None,
            code => [0, 8, 12, 0, 16, 20, 24, 32][usize::from(code)],
        };
        if kinds & 1 != 0 || width != stream.bits || crc8(&bytes[..at]) != *bytes.get(at)? {
            return None;
        }
        // Frames of one size are numbered, others say their first sample.
        let first = if sync == 0xf8 {
            number * u64::from(stream.block)
        } else {
            number
        };
        Some(Self {
            first,
            len,
            stereo,
            bytes: at + 1,
        })
    }
}

/// A number of up to 36 bits, coded as in UTF-8, and where it ends.
fn coded_number(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let head = *bytes.get(at)?;
    let more = match head.leading_ones() {
        0 => 0,
        ones @ 2..=7 => ones as usize - 1,
        _ => return None,
    };
    let start = u64::from(head) & if more == 0 { 0x7f } else { 0x3f >> more };
    let tail = bytes.get(at + 1..at + 1 + more)?;
    let number = tail.iter().try_fold(start, |number, byte| {
        (byte >> 6 == 0b10).then(|| number << 6 | u64::from(byte & 0x3f))
    })?;
    Some((number, at + 1 + more))
}

/// Decodes the samples of a channel, of `width` bits.
fn subframe(bits: &mut Bits, width: u32, into: &mut [i64]) -> Option<()> {
    if bits.take(1)? != 0 {
        return None;
    }
    let kind = bits.take(6)? as usize;
    // Lowest bits that are 0 throughout are left out.
    let wasted = match bits.take(1)? {
        0 => 0,
        _ => u32::try_from(bits.zeros()?).ok()?.checked_add(1)?,
    };
    let width = width.checked_sub(wasted).filter(|width| *width > 0)?;
    match kind {
        0 => into.fill(bits.signed(width)?),
        1 => {
            for value in into.iter_mut() {
                *value = bits.signed(width)?;
            }
        }
        8..=12 => {
            let order = kind - 8;
            residual(bits, width, order, into)?;
            fixed(order, into);
        }
        32..=63 => {
            let order = kind - 31;
            linear(bits, width, order, into)?;
        }
        _ => return None,
    }
    if wasted > 0 {
        into.iter_mut().for_each(|value| *value <<= wasted);
    }
    Some(())
}

/// The first samples as they are, then what each differs from its prediction.
fn residual(bits: &mut Bits, width: u32, order: usize, into: &mut [i64]) -> Option<()> {
    for value in into.get_mut(..order)? {
        *value = bits.signed(width)?;
    }
    rice(bits, order, into)
}

/// Differences from predictions by polynomials, to samples.
fn fixed(order: usize, values: &mut [i64]) {
    for at in order..values.len() {
        let back = |steps: usize| values[at - steps];
        let predicted = match order {
            0 => 0,
            1 => back(1),
            2 => back(1).wrapping_mul(2).wrapping_sub(back(2)),
            3 => (back(1).wrapping_sub(back(2)))
                .wrapping_mul(3)
                .wrapping_add(back(3)),
            _ => {
                let odd = back(1).wrapping_add(back(3)).wrapping_mul(4);
                odd.wrapping_sub(back(2).wrapping_mul(6)).wrapping_sub(back(4))
            }
        };
        values[at] = values[at].wrapping_add(predicted);
    }
}

/// Samples that are predicted by weights, which come before the differences.
fn linear(bits: &mut Bits, width: u32, order: usize, into: &mut [i64]) -> Option<()> {
    for value in into.get_mut(..order)? {
        *value = bits.signed(width)?;
    }
    let precision = bits.take(4)? as u32 + 1;
    if precision == 16 {
        return None;
    }
    let shift = u32::try_from(bits.signed(5)?).ok()?;
    let mut weights = [0; 32];
    // Oldest first, as samples are.
    for weight in weights[..order].iter_mut().rev() {
        *weight = bits.signed(precision)?;
    }
    rice(bits, order, into)?;
    let weights = &weights[..order];
    for at in order..into.len() {
        let (before, after) = into.split_at_mut(at);
        let sum = before[at - order..]
            .iter()
            .zip(weights)
            .fold(0_i64, |sum, (value, weight)| {
                sum.wrapping_add(value.wrapping_mul(*weight))
            });
        after[0] = after[0].wrapping_add(sum >> shift);
    }
    Some(())
}

/// Differences, Rice-coded in parts that each have a parameter of their own.
fn rice(bits: &mut Bits, order: usize, into: &mut [i64]) -> Option<()> {
    let width = match bits.take(2)? {
        0 => 4,
        1 => 5,
        _ => return None,
    };
    let parts = 1_usize << bits.take(4)?;
    let part = into.len() / parts;
    if !into.len().is_multiple_of(parts) || part < order {
        return None;
    }
    let mut start = order;
    for number in 1..=parts {
        let values = into.get_mut(start..number * part)?;
        start = number * part;
        let parameter = bits.take(width)? as u32;
        if parameter == (1 << width) - 1 {
            let plain = bits.take(5)? as u32;
            for value in values {
                *value = if plain == 0 { 0 } else { bits.signed(plain)? };
            }
            continue;
        }
        for value in values {
            let high = u64::from(u32::try_from(bits.zeros()?).ok()?);
            let folded = high << parameter | bits.take(parameter)?;
            *value = (folded >> 1) as i64 ^ -((folded & 1) as i64);
        }
    }
    Some(())
}

/// Bits, highest first.
struct Bits<'a> {
    bytes: &'a [u8],
    /// The next byte to load.
    at: usize,
    /// Loaded bits, from the highest down; below those that count, zeros or bits that will be loaded again.
    loaded: u64,
    /// How many count.
    left: u32,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            loaded: 0,
            left: 0,
        }
    }

    /// Loads until at least 56 bits count, or none are left.
    fn load(&mut self) {
        if let Some(word) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            self.loaded |= u64::from_be_bytes(*word) >> self.left;
            self.at += ((63 - self.left) >> 3) as usize;
            self.left |= 56;
            return;
        }
        while self.left <= 56
            && let Some(byte) = self.bytes.get(self.at)
        {
            self.loaded |= u64::from(*byte) << (56 - self.left);
            self.left += 8;
            self.at += 1;
        }
    }

    /// The next bits, 33 at most.
    fn take(&mut self, count: u32) -> Option<u64> {
        if count == 0 {
            return Some(0);
        }
        if self.left < count {
            self.load();
            if self.left < count {
                return None;
            }
        }
        let value = self.loaded >> (64 - count);
        self.loaded <<= count;
        self.left -= count;
        Some(value)
    }

    /// The same as a number with a sign.
    fn signed(&mut self, count: u32) -> Option<i64> {
        let value = self.take(count)?;
        Some((value << (64 - count)) as i64 >> (64 - count))
    }

    /// Counts zeros up to the next one, which is passed.
    fn zeros(&mut self) -> Option<u64> {
        let mut count = 0;
        loop {
            if self.left == 0 {
                self.load();
                if self.left == 0 {
                    return None;
                }
            }
            let zeros = self.loaded.leading_zeros();
            if zeros < self.left {
                self.loaded = self.loaded << zeros << 1;
                self.left -= zeros + 1;
                return Some(count + u64::from(zeros));
            }
            count += u64::from(self.left);
            (self.loaded, self.left) = (0, 0);
        }
    }

    /// Where the byte ends of which a bit was taken last.
    fn byte_end(&self) -> usize {
        self.at - (self.left / 8) as usize
    }
}

const CRC8: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let (mut value, mut bit) = (at as u8, 0);
        while bit < 8 {
            value = value << 1 ^ if value & 0x80 != 0 { 0x07 } else { 0 };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
};

/// Of a byte with as many zero bytes behind it as the first index says, so that eight bytes are one step.
const CRC16: [[u16; 256]; 8] = {
    let mut tables = [[0; 256]; 8];
    let mut at = 0;
    while at < 256 {
        let (mut value, mut bit) = ((at as u16) << 8, 0);
        while bit < 8 {
            value = value << 1 ^ if value & 0x8000 != 0 { 0x8005 } else { 0 };
            bit += 1;
        }
        tables[0][at] = value;
        at += 1;
    }
    let mut behind = 1;
    while behind < 8 {
        let mut at = 0;
        while at < 256 {
            let before = tables[behind - 1][at];
            tables[behind][at] = before << 8 ^ tables[0][(before >> 8) as usize];
            at += 1;
        }
        behind += 1;
    }
    tables
};

fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |crc, byte| CRC8[usize::from(crc ^ byte)])
}

fn crc16(bytes: &[u8]) -> u16 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let crc = eights.iter().fold(0_u16, |crc, eight| {
        let [high, low] = crc.to_be_bytes();
        let first = [eight[0] ^ high, eight[1] ^ low];
        let of = |place: usize, byte: u8| CRC16[7 - place][usize::from(byte)];
        let head = of(0, first[0]) ^ of(1, first[1]);
        (2..8).fold(head, |crc, place| crc ^ of(place, eight[place]))
    });
    rest.iter().fold(crc, |crc, byte| {
        crc << 8 ^ CRC16[0][usize::from((crc >> 8) as u8 ^ byte)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame that libFLAC 1.4 wrote: 40 samples of two channels that are much alike.
    #[test]
    fn a_frame_of_libflac() {
        let stream = StreamInfo {
            block: 4096,
            rate_hz: 30_000,
            channels: 2,
            bits: 16,
            samples: 40,
        };
        let bytes = [
            0xff, 0xf8, 0x6c, 0x88, 0x00, 0x27, 0x1e, 0x10, 0x12, 0xfe, 0x0c, 0x09, 0xed, 0xb4, 0xbb, 0x91,
            0x4a, 0x66, 0x13, 0x79, 0xf4, 0x4b, 0x4e, 0x65, 0xa7, 0x09, 0x97, 0x86, 0xe8, 0xbb, 0xef, 0x68,
            0xf6, 0x50, 0x92, 0x2e, 0x94, 0x94, 0x6d, 0x2a, 0x09, 0x4f, 0x18, 0xaa, 0xd6, 0x5e, 0x45, 0x82,
            0xca, 0x9a, 0x34, 0x93, 0x6b, 0x7e, 0x23, 0x57, 0x6c, 0xff, 0x5f, 0x73, 0xc5, 0x22, 0x67, 0x1a,
            0x4b, 0xc0, 0x2f, 0xff, 0xb0, 0x4a, 0x82,
        ];
        let frame = Frame::decode(&bytes, &stream).expect("a frame");
        assert_eq!((frame.first, frame.len, frame.bytes), (0, 40, bytes.len()));
        let expected = |first: i64| (0..40).map(move |i| i * i * 7 % 1000 + first + i * 20);
        assert!(
            frame
                .planar
                .iter()
                .copied()
                .eq(expected(-500).chain(expected(-480)))
        );
        for at in 0..bytes.len() {
            let mut damaged = bytes;
            damaged[at] ^= 0x10;
            assert_eq!(Frame::decode(&damaged, &stream), None, "byte {at}");
            assert_eq!(Frame::decode(&bytes[..at], &stream), None, "cut at {at}");
        }
    }

    #[test]
    fn checksums() {
        let bytes: Vec<u8> = (0..1000_u32).map(|i| ((i * i) >> 3) as u8).collect();
        for len in [0, 1, 7, 8, 9, 1000] {
            let plain = bytes[..len].iter().fold(0_u16, |crc, byte| {
                crc << 8 ^ CRC16[0][usize::from((crc >> 8) as u8 ^ byte)]
            });
            assert_eq!(crc16(&bytes[..len]), plain, "{len}");
        }
    }
}
