//! Runs of one stream on the clock by which they were acquired: pauses become gaps.

use super::joined::{Joined, Part};
use super::{Info, Source};
use crate::Result;

/// A longer pause than this is taken for another clock, or damage, and not shown as a gap.
const MAX_GAP_S: f64 = 24.0 * 3600.0;

/// More jumps than a clock has; what follows is taken as one run.
const MAX_RUNS: usize = 100_000;

/// A run of samples, and the number of its first on the clock.
pub(crate) struct Run {
    pub(crate) clock: i64,
    pub(crate) source: Box<dyn Source>,
}

/// The runs as one recording, in the order given; one run as it is.
///
/// A clock that goes back, or ahead by more than a day, has been set anew: then runs follow one right after another, with a
/// warning.
pub(crate) fn place(mut runs: Vec<Run>, warnings: Vec<String>) -> Result<Box<dyn Source>> {
    if let [_] = runs.as_slice()
        && warnings.is_empty()
        && let Some(only) = runs.pop()
    {
        return Ok(only.source);
    }
    let (mut parts, mut warnings) = (Vec::new(), warnings);
    let (mut end, mut clock_end) = (0_u64, None);
    for Run { clock, source } in runs {
        let Info { samples, rate_hz, .. } = *source.info();
        let pause = clock_end.map_or(0, |before: i64| clock.saturating_sub(before));
        let gap = u64::try_from(pause)
            .ok()
            .filter(|gap| *gap as f64 <= MAX_GAP_S * rate_hz);
        if gap.is_none() {
            warnings.push(format!(
                "the clock goes from {} to {clock} at sample {end}: what follows is shown right after it",
                clock_end.unwrap_or(0)
            ));
        }
        let start = end + gap.unwrap_or(0);
        end = start + samples;
        clock_end = Some(clock.saturating_add_unsigned(samples));
        parts.push(Part {
            source,
            start,
            skip: 0,
        });
    }
    Ok(Box::new(Joined::at(parts)?.with_warnings(warnings)))
}

/// Where a clock that counts `step` an item jumps, among `count` items: its value at the first item of each run, and which
/// item that is.
///
/// The clock is read at few items, as jumps are looked for by halves; a pair of jumps that cancel each other out is not seen.
/// Stops at [`MAX_RUNS`], from where on all is one run.
pub(crate) fn runs(count: u64, step: u64, clock: impl Fn(u64) -> Result<i64>) -> Result<Vec<(i64, u64)>> {
    runs_within(count, step, 0, u64::MAX, clock)
}

/// The same for a clock that may be `tolerance` off, and that drifts: it is looked at every `grid` items, between which it
/// drifts by no more than that.
pub(crate) fn runs_within(
    count: u64,
    step: u64,
    tolerance: u64,
    grid: u64,
    clock: impl Fn(u64) -> Result<i64>,
) -> Result<Vec<(i64, u64)>> {
    let mut found = Vec::new();
    if count == 0 {
        return Ok(found);
    }
    let mut from = (0, clock(0)?);
    found.push((from.1, 0));
    while from.0 + 1 < count {
        let item = from.0.saturating_add(grid).min(count - 1);
        let to = (item, clock(item)?);
        // Spans whose ends are known, the earliest last.
        let mut spans = vec![(from, to)];
        while let Some(((from, before), (to, after))) = spans.pop() {
            let steady = i64::try_from((to - from).saturating_mul(step)).unwrap_or(i64::MAX);
            let off = after.saturating_sub(before).abs_diff(steady);
            if off <= tolerance || found.len() >= MAX_RUNS {
                continue;
            }
            if to - from == 1 {
                found.push((after, to));
                continue;
            }
            let middle = from + (to - from) / 2;
            let at = (middle, clock(middle)?);
            spans.push((at, (to, after)));
            spans.push(((from, before), at));
        }
        from = to;
    }
    Ok(found)
}
