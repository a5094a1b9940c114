//! Units that would be mistaken for one another if they were bare numbers.

/// Bytes in one MiB.
pub const MIB: u64 = 1 << 20;

/// Seconds that `samples` take at `rate_hz`.
#[must_use]
pub fn seconds_from_samples(samples: f64, rate_hz: f64) -> f64 {
    samples / rate_hz
}

/// Samples (with their fraction) in `seconds` at `rate_hz`.
#[must_use]
pub fn samples_from_seconds(seconds: f64, rate_hz: f64) -> f64 {
    seconds * rate_hz
}
