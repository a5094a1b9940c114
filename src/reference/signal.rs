//! The plain twins of filters and references: `scipy.signal.sosfiltfilt`, and NumPy's mean and median.

/// One pass of second-order sections `b0 b1 b2 a0 a1 a2` from a state for each: the transposed direct form II.
fn sosfilt(sections: &[[f64; 6]], mut states: Vec<[f64; 2]>, values: &[f64]) -> Vec<f64> {
    let mut filtered = Vec::new();
    for value in values {
        let mut x = *value;
        for ([b0, b1, b2, _, a1, a2], [first, second]) in sections.iter().zip(&mut states) {
            let y = b0 * x + *first;
            *first = b1 * x - a1 * y + *second;
            *second = b2 * x - a2 * y;
            x = y;
        }
        filtered.push(x);
    }
    filtered
}

/// Each section's state after 1 for ever.
#[must_use]
pub fn sosfilt_zi(sections: &[[f64; 6]]) -> Vec<[f64; 2]> {
    let mut states = Vec::new();
    let mut input = 1.0;
    for [b0, b1, b2, a0, a1, a2] in sections {
        let first = ((b1 - a1 * b0) + (b2 - a2 * b0)) / (1.0 + a1 + a2);
        let second = (1.0 + a1) * first - (b1 - a1 * b0);
        states.push([input * first, input * second]);
        input *= (b0 + b1 + b2) / (a0 + a1 + a2);
    }
    states
}

/// Filters a run of finite values forwards and backwards, continued by `pad` values, fewer than it has, on either side.
///
/// # Panics
/// If the run is not longer than `pad`.
#[must_use]
pub fn sosfiltfilt(sections: &[[f64; 6]], pad: usize, run: &[f64]) -> Vec<f64> {
    assert!(pad < run.len(), "a run longer than its padding");
    let (first, last) = (run[0], run[run.len() - 1]);
    let mut values: Vec<f64> = run[1..=pad].iter().rev().map(|x| 2.0 * first - x).collect();
    values.extend(run);
    let end = &run[run.len() - 1 - pad..run.len() - 1];
    values.extend(end.iter().rev().map(|x| 2.0 * last - x));
    for _ in 0..2 {
        let steady = |state: [f64; 2]| state.map(|state| state * values[0]);
        let states = sosfilt_zi(sections).into_iter().map(steady).collect();
        values = sosfilt(sections, states, &values);
        values.reverse();
    }
    values[pad..pad + run.len()].to_vec()
}

/// The same for a channel with gaps: each run between values that are not finite by itself.
#[must_use]
pub fn filter(sections: &[[f64; 6]], pad: usize, channel: &[f64]) -> Vec<f64> {
    let mut filtered = Vec::new();
    for run in channel.chunk_by(|a, b| a.is_finite() == b.is_finite()) {
        if run[0].is_finite() {
            filtered.extend(sosfiltfilt(sections, pad.min(run.len() - 1), run));
        } else {
            filtered.extend(run.iter().map(|_| f64::NAN));
        }
    }
    filtered
}

/// The mean of what is no gap; NaN of nothing.
#[must_use]
pub fn average(values: &[f64]) -> f64 {
    let there: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    there.iter().sum::<f64>() / there.len() as f64
}

/// The value in the middle of what is no gap, or the mean of the two there; NaN of nothing.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut there: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    there.sort_by(f64::total_cmp);
    match there.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => there[len / 2],
        len => (there[len / 2 - 1] + there[len / 2]) / 2.0,
    }
}
