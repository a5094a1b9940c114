//! What is asked of the operating system, where it can be asked: threads that give way, and memory in large pages.

/// From so many bytes on memory is worth large pages.
pub(crate) const LARGE: usize = 2 << 20;

/// Lets frames go before the calling thread where there are fewer cores than threads. Where that cannot be had, all are equal.
pub(crate) fn yield_to_frames() {
    // On Linux it is the calling thread's alone; elsewhere it would be the whole process's.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(10);
}

/// Asks for large pages under memory that nothing was written to yet; little memory is left alone. Scattered accesses
/// otherwise wait for page tables (measured: a sixth to a third of drawing), and first ones for pages (a GB took 0.37 s in small ones,
/// and 0.11 s in large ones).
///
/// # Safety
/// All of it is mapped and stays so during the call.
pub(crate) unsafe fn use_large_pages(start: *mut u8, bytes: usize) {
    const PAGE: usize = 4096;
    #[cfg(target_os = "linux")]
    if bytes >= LARGE {
        let skip = start.align_offset(PAGE);
        let whole = bytes.saturating_sub(skip) / PAGE * PAGE;
        // SAFETY: whole pages of a mapping that lives; the advice changes nothing but how they are backed. A refusal costs
        // speed only.
        let _ = unsafe {
            rustix::mm::madvise(
                start.wrapping_byte_add(skip).cast(),
                whole,
                rustix::mm::Advice::LinuxHugepage,
            )
        };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (start, bytes);
}

/// Room for so many elements, in large pages if they are many.
pub(crate) fn room<T>(count: usize) -> Vec<T> {
    let mut room = Vec::with_capacity(count);
    let spare = room.spare_capacity_mut();
    let bytes = size_of_val(spare);
    // SAFETY: the vector's own memory.
    unsafe { use_large_pages(spare.as_mut_ptr().cast(), bytes) };
    room
}
