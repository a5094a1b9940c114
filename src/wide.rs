//! What processors can do that compilers do not make of loops by themselves: wider registers, fetching ahead, and minima of
//! a few packed numbers.

/// Defines `$name`, which is `$inner` compiled for AVX2 where the processor has it: loops over arrays then take half as
/// many instructions as with what every x86-64 has. `$inner` and what it calls in its loops are to be `inline(always)`.
macro_rules! wide {
    ($(#[$doc:meta])* $vis:vis fn $name:ident$(<$t:ident: $bound:path>)?($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? = $inner:path) => {
        $(#[$doc])*
        $vis fn $name$(<$t: $bound>)?($($arg: $ty),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn with_avx2$(<$t: $bound>)?($($arg: $ty),*) $(-> $ret)? {
                    $inner($($arg),*)
                }
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has AVX2, as it was just asked.
                    return unsafe { with_avx2$(::<$t>)?($($arg),*) };
                }
            }
            $inner($($arg),*)
        }
    };
}
pub(crate) use wide;

/// Has the processor fetch element `at` of a slice into its caches, where it can be told to; nothing if there is no such
/// element.
#[inline(always)]
pub(crate) fn prefetch<T>(slice: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(element) = slice.get(at) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 has the instruction, and it changes nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(element).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, at);
}

/// The lowest of the low halves and the highest of the high halves of words, at least one: both at once, as the lowest of
/// halves of which the high ones are inverted.
#[inline(always)]
pub(crate) fn range_of_halves(words: &[u32]) -> (i16, i16) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{
            _mm_cvtsi128_si32, _mm_loadu_si128, _mm_min_epi16, _mm_set1_epi32, _mm_shuffle_epi32,
            _mm_xor_si128,
        };
        let end = words.len() - 1;
        // Of less than four some are taken twice.
        let few = || [words[0], words[end.min(1)], words[end.min(2)], words[end]];
        let last = words.last_chunk::<4>().copied().unwrap_or_else(few);
        // SAFETY: every x86-64 has SSE2, and what is loaded is four words.
        let lowest = unsafe {
            let load = |four: &[u32; 4]| _mm_loadu_si128(four.as_ptr().cast());
            let inverted = _mm_set1_epi32(0xffff_0000_u32 as i32);
            let first = _mm_xor_si128(load(&last), inverted);
            let whole = words.as_chunks::<4>().0.iter();
            let all = whole.fold(first, |all, four| {
                _mm_min_epi16(all, _mm_xor_si128(load(four), inverted))
            });
            let two = _mm_min_epi16(all, _mm_shuffle_epi32::<0b01_00_11_10>(all));
            _mm_cvtsi128_si32(_mm_min_epi16(two, _mm_shuffle_epi32::<0b10_11_00_01>(two)))
        };
        (lowest as i16, !((lowest >> 16) as i16))
    }
    #[cfg(not(target_arch = "x86_64"))]
    words.iter().fold((i16::MAX, i16::MIN), |(lo, hi), word| {
        (lo.min(*word as i16), hi.max((word >> 16) as i16))
    })
}

#[cfg(test)]
mod tests {
    use super::range_of_halves;

    #[test]
    fn halves_are_ranged_as_one_by_one() {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state ^ state >> 15
        };
        for len in 1..70 {
            let words: Vec<u32> = (0..len).map(|_| next()).collect();
            let lo = words.iter().map(|word| *word as i16).min();
            let hi = words.iter().map(|word| (word >> 16) as i16).max();
            let (low, high) = range_of_halves(&words);
            assert_eq!((Some(low), Some(high)), (lo, hi), "{len} words");
        }
        assert_eq!(range_of_halves(&[0x7fff_8000]), (i16::MIN, i16::MAX));
        assert_eq!(
            range_of_halves(&[0x8000_7fff]),
            (i16::MAX, i16::MIN),
            "a node of nothing"
        );
    }
}
