//! How much memory of the device a recording may take, decided in one place.

use crate::gpu::Caps;
use crate::pyramid::Geometry;
use crate::units::MIB;
use crate::{Error, Result};

/// Bytes of the device's memory, by what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// For the pyramid, which stays.
    pub levels: u64,
    /// For raw pages, which come and go with the view.
    pub pages: u64,
}

impl Budget {
    /// Splits `total` bytes for a recording of `geometry`, of which every page takes `page_bytes`.
    ///
    /// Without a `total` it is half of the device's memory. Raw pages get what the pyramid leaves, but no more than a
    /// quarter of the device's memory, or a thirtieth on a software device, whose memory is the host's.
    ///
    /// # Errors
    /// [`Error::OutOfBudget`] if the pyramid and one page do not fit.
    pub fn new(caps: &Caps, geometry: &Geometry, page_bytes: u64, total: Option<u64>) -> Result<Self> {
        let levels = (0..geometry.levels())
            .map(|l| level_bytes(geometry, l))
            .sum::<u64>();
        let share = if caps.software { 30 } else { 4 };
        let total = total.unwrap_or(caps.device_heap / 2);
        let pages = total
            .saturating_sub(levels)
            .min((caps.device_heap / share).max(32 * MIB));
        if levels.saturating_add(page_bytes) > total {
            return Err(Error::OutOfBudget {
                what: "the recording's pyramid and one page of its samples",
                needs: levels.saturating_add(page_bytes),
                has: total,
                advice: "open a shorter span of it, or raise the budget",
            });
        }
        Ok(Self {
            levels,
            pages: pages.max(page_bytes),
        })
    }
}

/// Bytes of one level of all channels.
#[must_use]
pub(super) fn level_bytes(geometry: &Geometry, level: usize) -> u64 {
    let words = crate::abi::NODE_WORDS[usize::from(geometry.dtype == crate::source::Dtype::F32)];
    geometry.nodes(level) * geometry.channels as u64 * u64::from(words) * 4
}
