//! How long each pass took, by the device's own clock.

use std::collections::VecDeque;

use ash::vk;

use super::{Caps, Device, During, lock};
use crate::Result;

/// Passes of a recording that are timed; those beyond are labelled only.
const MOST: u32 = 64;

/// Submissions whose timings are kept.
const KEPT: usize = 256;

/// Timings of the last submissions, by their values.
#[derive(Default)]
pub(super) struct Timings(VecDeque<(u64, Vec<(&'static str, f64)>)>);

impl Timings {
    pub(super) fn push(&mut self, value: u64, passes: Vec<(&'static str, f64)>) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back((value, passes));
    }
}

impl Device {
    /// The passes of the submission that ended at `value`, in the order in which they began, and what each took in
    /// milliseconds: from the completion of all before it to its own. `None` while it is not complete, and once 256
    /// later ones are. Empty where [`Caps::timestamp_period_ns`] is `None`, and on an embedder's device.
    pub fn timings(&self, value: u64) -> Option<Vec<(&'static str, f64)>> {
        self.collect();
        let timings = lock(&self.inner.timings);
        timings
            .0
            .iter()
            .find(|(at, _)| *at == value)
            .map(|(_, passes)| passes.clone())
    }
}

/// The timestamps of one recording: two a pass.
pub(super) struct Clock {
    pub(super) pool: vk::QueryPool,
    passes: Vec<&'static str>,
}

impl Clock {
    /// A pool, on devices that have a clock.
    pub(super) fn new(raw: &ash::Device, caps: &Caps) -> Result<Option<Self>> {
        if caps.timestamp_period_ns.is_none() {
            return Ok(None);
        }
        let info = vk::QueryPoolCreateInfo::default()
            .query_type(vk::QueryType::TIMESTAMP)
            .query_count(2 * MOST);
        // SAFETY: `info` is valid, and lives until the call returns.
        let pool = unsafe { raw.create_query_pool(&info, None) }.during("making a pool of timestamps")?;
        Ok(Some(Self {
            pool,
            passes: Vec::new(),
        }))
    }

    /// Forgets what it has timed; at the start of a recording.
    pub(super) fn reset(&mut self, raw: &ash::Device, commands: vk::CommandBuffer) {
        self.passes.clear();
        // SAFETY: the recording is open and outside rendering, and the pool's last use has completed.
        unsafe { raw.cmd_reset_query_pool(commands, self.pool, 0, 2 * MOST) };
    }

    /// Starts a pass; its number, where it is timed.
    pub(super) fn start(
        &mut self,
        raw: &ash::Device,
        commands: vk::CommandBuffer,
        name: &'static str,
    ) -> Option<u32> {
        let pass = self.passes.len() as u32;
        if pass == MOST {
            return None;
        }
        self.passes.push(name);
        self.stamp(raw, commands, 2 * pass);
        Some(pass)
    }

    /// Ends the pass of that number.
    pub(super) fn end(&self, raw: &ash::Device, commands: vk::CommandBuffer, pass: u32) {
        self.stamp(raw, commands, 2 * pass + 1);
    }

    fn stamp(&self, raw: &ash::Device, commands: vk::CommandBuffer, query: u32) {
        // Written when all that was recorded before has completed.
        let stage = vk::PipelineStageFlags2::ALL_COMMANDS;
        // SAFETY: the recording is open, and each query is written once after its reset.
        unsafe { raw.cmd_write_timestamp2(commands, stage, self.pool, query) };
    }

    /// Milliseconds of each pass, of a recording that has completed.
    pub(super) fn read(&self, raw: &ash::Device, caps: &Caps) -> Vec<(&'static str, f64)> {
        let (Some(period), false) = (caps.timestamp_period_ns, self.passes.is_empty()) else {
            return Vec::new();
        };
        let mut stamps = vec![0u64; 2 * self.passes.len()];
        // SAFETY: as many 64-bit queries are read as `stamps` holds; the recording that wrote them has completed.
        let read =
            unsafe { raw.get_query_pool_results(self.pool, 0, &mut stamps, vk::QueryResultFlags::TYPE_64) };
        if read.is_err() {
            return Vec::new();
        }
        // The clock wraps at its valid bits.
        let mask = u64::MAX >> (64 - caps.timestamp_bits.clamp(1, 64));
        let ms = |pair: &[u64]| (pair[1].wrapping_sub(pair[0]) & mask) as f64 * f64::from(period) * 1e-6;
        self.passes
            .iter()
            .copied()
            .zip(stamps.chunks_exact(2).map(ms))
            .collect()
    }
}
