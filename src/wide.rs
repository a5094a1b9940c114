//! What processors can do beside what every one of their kind does: wider registers, and fetching ahead.

/// Defines `$name`, which is `$inner` compiled for AVX2 where the processor has it: loops over arrays then take half as
/// many instructions as with what every x86-64 has. `$inner` and what it calls in its loops are to be `inline(always)`.
macro_rules! wide {
    ($(#[$doc:meta])* $vis:vis fn $name:ident<$t:ident: $bound:path>($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? = $inner:path) => {
        $(#[$doc])*
        $vis fn $name<$t: $bound>($($arg: $ty),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn with_avx2<$t: $bound>($($arg: $ty),*) $(-> $ret)? {
                    $inner($($arg),*)
                }
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has AVX2, as it was just asked.
                    return unsafe { with_avx2::<$t>($($arg),*) };
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
