//! The two small codecs of Blosc's frames that no crate of ours reads: BloscLZ, and Snappy's raw format.
//!
//! Both copy literals, and matches of what has been decoded before. A match may overlap what it makes.

/// Where bytes go, one run after another, and never beyond the end.
struct Output<'a> {
    bytes: &'a mut [u8],
    filled: usize,
}

impl<'a> Output<'a> {
    fn new(bytes: &'a mut [u8]) -> Self {
        Self { bytes, filled: 0 }
    }

    fn literal(&mut self, run: &[u8]) -> Result<(), String> {
        let room = self.bytes[self.filled..].get_mut(..run.len());
        room.ok_or("more bytes than fit")?.copy_from_slice(run);
        self.filled += run.len();
        Ok(())
    }

    fn repeat(&mut self, back: usize, len: usize) -> Result<(), String> {
        if back == 0 || back > self.filled {
            return Err(format!("a match {back} bytes back, where {} are", self.filled));
        }
        if len > self.bytes.len() - self.filled {
            return Err("more bytes than fit".into());
        }
        let from = self.filled - back;
        if back >= len {
            self.bytes.copy_within(from..from + len, self.filled);
        } else {
            for i in from..from + len {
                self.bytes[i + back] = self.bytes[i];
            }
        }
        self.filled += len;
        Ok(())
    }
}

/// Bytes that come one after another.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Result<usize, String> {
        let (first, rest) = self.0.split_first().ok_or("it ends too soon")?;
        self.0 = rest;
        Ok(usize::from(*first))
    }

    /// A number of up to eight bytes, the lowest first.
    fn number(&mut self, bytes: usize) -> Result<usize, String> {
        let taken = self.take(bytes)?.iter().rev();
        Ok(taken.fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or("it ends too soon")?;
        self.0 = rest;
        Ok(taken)
    }
}

/// Decodes BloscLZ, and says how many bytes there are.
///
/// A control byte below 32 begins a literal. Of any other one the three highest bits are a match's length, the rest the high
/// bits of its distance; greater lengths and distances have bytes of their own.
pub(super) fn blosclz(packed: &[u8], into: &mut [u8]) -> Result<usize, String> {
    /// Distances that the control byte holds end here.
    const NEAR: usize = 0x1fff;
    let (mut input, mut output) = (Input(packed), Output::new(into));
    let mut control = input.byte()? & 31;
    loop {
        if control < 32 {
            output.literal(input.take(control + 1)?)?;
        } else {
            let (mut len, high) = ((control >> 5) + 2, (control & 31) << 8);
            if len == 9 {
                loop {
                    let more = input.byte()?;
                    len += more;
                    if more != 255 {
                        break;
                    }
                }
            }
            let low = input.byte()?;
            let distance = if low == 255 && high == 31 << 8 {
                NEAR + (input.byte()? << 8) + input.byte()?
            } else {
                high + low
            };
            output.repeat(distance + 1, len)?;
        }
        if input.0.is_empty() {
            return Ok(output.filled);
        }
        control = input.byte()?;
    }
}

/// Decodes Snappy's raw format, and says how many bytes there are.
///
/// <https://github.com/google/snappy/blob/main/format_description.txt>.
pub(super) fn snappy(packed: &[u8], into: &mut [u8]) -> Result<usize, String> {
    let (mut input, mut output) = (Input(packed), Output::new(into));
    // The length, which the frame says as well, in groups of seven bits.
    while input.byte()? >= 128 {}
    while !input.0.is_empty() {
        let tag = input.byte()?;
        let upper = tag >> 2;
        match tag & 3 {
            0 => {
                let len = match upper {
                    60..=63 => input.number(upper - 59)?,
                    short => short,
                };
                output.literal(input.take(len.saturating_add(1))?)?;
            }
            1 => {
                let (len, high) = ((upper & 7) + 4, upper >> 3 << 8);
                output.repeat(high + input.byte()?, len)?;
            }
            wide => {
                let back = input.number(if wide == 2 { 2 } else { 4 })?;
                output.repeat(back, upper + 1)?;
            }
        }
    }
    Ok(output.filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snappy_by_hand() {
        // "abcd", four more from four back, then "e" and six from one back.
        let packed = [
            15,
            3 << 2,
            b'a',
            b'b',
            b'c',
            b'd',
            1,
            4,
            0,
            b'e',
            5 << 2 | 2,
            1,
            0,
        ];
        let mut into = [0; 15];
        assert_eq!(snappy(&packed, &mut into), Ok(15));
        assert_eq!(&into, b"abcdabcdeeeeeee");
        assert!(snappy(&packed, &mut [0; 9]).is_err());
        assert!(snappy(&packed[..7], &mut into).is_err());
    }

    #[test]
    fn blosclz_by_hand() {
        // Four bytes as they are, then four from four back.
        let packed = [3, b'a', b'b', b'c', b'd', 2 << 5, 3];
        let mut into = [0; 8];
        assert_eq!(blosclz(&packed, &mut into), Ok(8));
        assert_eq!(&into, b"abcdabcd");
        assert!(blosclz(&[3, b'a', 2 << 5], &mut into).is_err());
    }
}
