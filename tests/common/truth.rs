//! Columns by brute force, from the true edges: what the contract promises, whatever the engine planned.

use galvani::abi::{Sample, TILE};
use galvani::plan::Fidelity;
use galvani::renderer::Inspection;
use galvani::source::{Block, Samples};
use galvani::view::grid::grid_position;

/// A place in a block: a sample, and the part of one past it in `[0, 1)`.
type Place = (i64, f64);

/// Values, and how far rounding may have moved them where they were interpolated.
#[derive(Debug, Clone, Copy)]
struct Values {
    lo: f64,
    hi: f64,
    slack: f64,
}

impl Values {
    const NONE: Self = Self {
        lo: f64::INFINITY,
        hi: f64::NEG_INFINITY,
        slack: 0.0,
    };

    fn take(&mut self, value: f64) {
        self.lo = self.lo.min(value);
        self.hi = self.hi.max(value);
    }

    fn is_empty(&self) -> bool {
        self.lo > self.hi
    }

    /// Whether `other` lies inside, give or take the slack of both.
    fn holds(&self, other: &Self) -> bool {
        let slack = self.slack + other.slack;
        other.is_empty() || (self.lo <= other.lo + slack && other.hi <= self.hi + slack)
    }
}

/// What the samples count for: denormals for 0, gaps for nothing.
fn value<T: Sample>(sample: T) -> Option<f64> {
    let value = f64::from(sample.value()?);
    Some(if value.abs() < f64::from(f32::MIN_POSITIVE) {
        0.0
    } else {
        value
    })
}

/// The value at a place between two samples, infinities held to 2¹²⁶.
fn between<T: Sample>(block: &Block<'_, T>, channel: usize, (sample, fraction): Place, values: &mut Values) {
    let t = sample as usize;
    if fraction == 0.0 || t + 1 >= block.len {
        return;
    }
    let large = f64::powi(2.0, 126);
    if let (Some(a), Some(b)) = (value(block.at(channel, t)), value(block.at(channel, t + 1))) {
        let (a, b) = (a.clamp(-large, large), b.clamp(-large, large));
        values.take(a + (b - a) * fraction);
        // The fraction is held in steps of 2⁻²⁴, and three operations of f32 are rounded.
        values.slack = values
            .slack
            .max(a.abs().max(b.abs()) * f64::powi(2.0, -21) + f64::powi(2.0, -90));
    }
}

/// The range of the polyline through a channel's samples between two places.
fn range<T: Sample>(block: &Block<'_, T>, channel: usize, a: Place, b: Place) -> Values {
    let mut values = Values::NONE;
    let last = (block.len as i64 - 1, 0.0);
    if a >= b || b <= (0, 0.0) || a > last {
        return values;
    }
    let (a, b) = (
        if a < (0, 0.0) { (0, 0.0) } else { a },
        if b > last { last } else { b },
    );
    for t in a.0 + i64::from(a.1 > 0.0)..=b.0 {
        if let Some(value) = value(block.at(channel, t as usize)) {
            values.take(value);
        }
    }
    between(block, channel, a, &mut values);
    between(block, channel, b, &mut values);
    values
}

fn moved((sample, fraction): Place, by: f64) -> Place {
    let to = fraction + by;
    (sample + to.floor() as i64, to - to.floor())
}

/// Holds every column of the last frame to the samples, `first` being the first of them in the view's samples: equal
/// where the frame is exact, its edges moved by no more than was reported where it is not.
pub(crate) fn check_truth(
    samples: &Samples<'_>,
    first: i64,
    seen: &Inspection,
    fidelity: Fidelity,
    what: &str,
) {
    match samples {
        Samples::I16(block) => check_block(block, first, seen, fidelity, what),
        Samples::F32(block) => check_block(block, first, seen, fidelity, what),
    }
}

fn check_block<T: Sample>(
    block: &Block<'_, T>,
    first: i64,
    seen: &Inspection,
    fidelity: Fidelity,
    what: &str,
) {
    let plan = &seen.plan;
    let spp = plan.samples_per_px;
    let reach = match fidelity {
        Fidelity::Exact => 0.0,
        Fidelity::Snapped { max_px } => max_px * spp * (1.0 + 1e-12) + 1e-6,
        Fidelity::Partial { .. } => panic!("{what}: not complete"),
    };
    let edge = |c: u32| {
        let (sample, fraction) = grid_position(plan.first_tile * i64::from(TILE) + i64::from(c), spp);
        (sample - first, fraction)
    };
    for (index, lane) in seen.lanes.iter().enumerate() {
        let channel = lane.channel as usize;
        for c in plan.data.start * TILE..plan.data.end * TILE {
            let column = seen.column(index as u32, c);
            let found = Values {
                lo: column.lo.into(),
                hi: column.hi.into(),
                slack: 0.0,
            };
            let (left, right) = (edge(c), edge(c + 1));
            let most = range(block, channel, moved(left, -reach), moved(right, reach));
            let least = range(block, channel, moved(left, reach), moved(right, -reach));
            assert!(
                most.holds(&found) && found.holds(&least),
                "{what}: lane {index}, column {c} from {left:?} to {right:?}, {fidelity:?}: {column:?} is not between \
                 {least:?} and {most:?}"
            );
        }
        check_all_shown(block, channel, index as u32, first, seen, reach / spp);
    }
}

/// No sample in view is missed: a column no farther from it than edges are moved has it.
fn check_all_shown<T: Sample>(
    block: &Block<'_, T>,
    channel: usize,
    lane: u32,
    first: i64,
    seen: &Inspection,
    reach_px: f64,
) {
    let plan = &seen.plan;
    let columns = i64::from(plan.data.start * TILE)..i64::from(plan.data.end * TILE);
    let origin = plan.first_tile * i64::from(TILE);
    let reach = reach_px.ceil() as i64 + 1;
    let place =
        |c: i64| (grid_position(origin + c, plan.samples_per_px).0 - first).clamp(0, block.len as i64);
    for t in place(columns.start + reach) + 1..place(columns.end - reach) {
        let Some(value) = value(block.at(channel, t as usize)) else {
            continue;
        };
        let at = ((t + first) as f64 / plan.samples_per_px) as i64 - origin;
        let near = (at - reach).max(columns.start)..(at + reach + 1).min(columns.end);
        let shown = near.clone().any(|c| {
            let column = seen.column(lane, c as u32);
            (f64::from(column.lo)..=f64::from(column.hi)).contains(&value)
        });
        assert!(
            shown,
            "sample {t} of channel {channel} is in none of the columns {near:?}"
        );
    }
}
