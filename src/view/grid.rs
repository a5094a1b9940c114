//! The absolute grid of columns: column `k` covers positions `[k·spp, (k+1)·spp)`, with `spp` samples to a pixel.
//!
//! A view is drawn from the grid line nearest its left edge, so that panning by whole pixels shows the very same
//! columns elsewhere: nothing shimmers and what was resolved can be kept. For that, a column must lie at the same place
//! whichever view asks: `k·spp` is computed in integers, exactly, and rounded once.

use super::View;

/// Splits a finite float into `mantissa · 2^exponent`, exactly; the mantissa is odd or 0, below 2⁵³.
#[must_use]
pub fn decompose(value: f64) -> (i64, i32) {
    let bits = value.to_bits();
    let biased = ((bits >> 52) & 0x7ff) as i32;
    let stored = (bits & ((1 << 52) - 1)) as i64;
    let (mantissa, exponent) = if biased == 0 {
        (stored, -1074)
    } else {
        (stored | 1 << 52, biased - 1075)
    };
    if mantissa == 0 {
        return (0, 0);
    }
    let zeros = mantissa.trailing_zeros();
    let odd = mantissa >> zeros;
    (if value < 0.0 { -odd } else { odd }, exponent + zeros as i32)
}

/// Where column `k` starts: a whole sample, and the part of a sample past it in `[0, 1)`.
///
/// Exact for every `k`, while `samples_per_px` is at least 2⁻⁶⁰: the fraction is the nearest `f64` to the true one.
/// Samples beyond i64 stop at its ends.
#[must_use]
pub fn grid_position(k: i64, samples_per_px: f64) -> (i64, f64) {
    let (mantissa, exponent) = decompose(samples_per_px);
    let product = i128::from(k) * i128::from(mantissa); // at most 2⁶³ · 2⁵³
    if exponent >= 0 {
        let whole = if product == 0 {
            0
        } else if exponent > 62 {
            saturated(product.signum() << 64)
        } else {
            saturated(product.saturating_mul(1 << exponent))
        };
        return (whole, 0.0);
    }
    let shift = exponent.unsigned_abs();
    if shift > 126 {
        // Less than 2⁻¹⁰ of a sample from the start.
        let tiny = k as f64 * samples_per_px;
        return if tiny < 0.0 {
            carried(-1, tiny + 1.0)
        } else {
            (0, tiny)
        };
    }
    let floor = product >> shift;
    let rest = product - (floor << shift); // in 0 .. 2^shift
    carried(saturated(floor), rest as f64 * f64::powi(2.0, exponent))
}

/// The column that starts nearest the view's left edge (half a column: the later one).
#[must_use]
pub fn first_column(view: &View) -> i64 {
    let spp = view.samples_per_px();
    // The quotient of floats is a few columns off at worst; exact positions put it right.
    let mut k = (view.start().as_f64() / spp).round() as i64;
    for _ in 0..4 {
        let (sample, fraction) = grid_position(k, spp);
        let ahead = view.start().since(super::Position::new(sample, fraction)) / spp;
        let step = (ahead + 0.5).floor() as i64;
        if step == 0 {
            break;
        }
        k = k.saturating_add(step);
    }
    k
}

fn saturated(value: i128) -> i64 {
    value.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

/// A fraction that rounded up to 1 belongs to the next sample.
fn carried(sample: i64, fraction: f64) -> (i64, f64) {
    if fraction >= 1.0 {
        (sample.saturating_add(1), 0.0)
    } else {
        (sample, fraction)
    }
}
