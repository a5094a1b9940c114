//! A set of page numbers.

use std::ops::Range;

/// Numbers below a fixed length, a bit each.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    words: Vec<u64>,
    len: u64,
}

impl Bits {
    /// The empty set of numbers below `len`.
    pub(super) fn new(len: u64) -> Self {
        Self {
            words: vec![0; len.div_ceil(64) as usize],
            len,
        }
    }

    /// Whether it has `i`.
    pub(super) fn has(&self, i: u64) -> bool {
        self.words
            .get((i / 64) as usize)
            .is_some_and(|word| word >> (i % 64) & 1 == 1)
    }

    /// Adds or takes out all of `range` that lies below the length.
    pub(super) fn set(&mut self, range: Range<u64>, to: bool) {
        for (word, mask) in pieces(range.start..range.end.min(self.len)) {
            if to {
                self.words[word] |= mask;
            } else {
                self.words[word] &= !mask;
            }
        }
    }

    /// How many of `range` it has.
    pub(super) fn count(&self, range: Range<u64>) -> u64 {
        pieces(range.start..range.end.min(self.len))
            .map(|(word, mask)| u64::from((self.words[word] & mask).count_ones()))
            .sum()
    }

    /// The first number from `from` on that it has, or has not; the length where there is none.
    pub(super) fn next(&self, from: u64, has: bool) -> u64 {
        pieces(from..self.len)
            .find_map(|(word, mask)| {
                let bits = if has { self.words[word] } else { !self.words[word] } & mask;
                (bits != 0).then(|| word as u64 * 64 + u64::from(bits.trailing_zeros()))
            })
            .unwrap_or(self.len)
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> u64 {
        self.words.len() as u64 * 8
    }
}

/// The words of a range, and which of their bits belong to it.
fn pieces(range: Range<u64>) -> impl Iterator<Item = (usize, u64)> {
    let words = match range.is_empty() {
        true => 0..0,
        false => range.start / 64..range.end.div_ceil(64),
    };
    words.map(move |word| {
        let first = range.start.saturating_sub(word * 64).min(63);
        let past = (word * 64 + 64).saturating_sub(range.end);
        (word as usize, u64::MAX << first & u64::MAX >> past)
    })
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn ranges_are_set_counted_and_found() {
        let mut bits = Bits::new(200);
        bits.set(3..130, true);
        bits.set(64..66, false);
        assert_eq!(bits.count(0..200), 125);
        assert_eq!(bits.count(60..70), 8);
        assert_eq!(
            (bits.next(0, true), bits.next(3, false), bits.next(66, false)),
            (3, 64, 130)
        );
        assert_eq!((bits.next(130, true), bits.next(200, false)), (200, 200));
        assert!(bits.has(129) && !bits.has(130) && !bits.has(900));
        bits.set(190..1000, true);
        assert_eq!(bits.count(0..1000), 135);
        assert_eq!(bits.count(5..5), 0);
    }
}
