//! Nice lengths for scale bars: 1, 2, 5 × 10ⁿ of a unit, in the prefix that keeps the number short.

/// Units that take prefixes, and the prefixes.
const BASES: [&str; 4] = ["V", "A", "s", "Hz"];
const PREFIXES: [(&str, i32); 9] = [
    ("p", -12),
    ("n", -9),
    ("µ", -6),
    ("μ", -6),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
];

/// The greatest 1, 2 or 5 × 10ⁿ that is no more than `max`, in `unit`, and its label: `(200.0, "200 µV")`.
///
/// Volts, amperes, seconds and hertz change their prefix where that makes the number shorter: `(2000.0, "2 mV")` of
/// `µV`. Other units and none are kept as they are. `None` unless `max` is a positive number from 1e-15 to 1e15.
#[must_use]
pub fn nice_scale(max: f64, unit: &str) -> Option<(f64, String)> {
    if !(1e-15..=1e15).contains(&max) {
        return None;
    }
    let (digit, exponent) = nice(max);
    let value = tens(digit, exponent);
    let Some((prefix, base)) = split(unit) else {
        let label = format!("{} {unit}", number(digit, exponent));
        return Some((value, label.trim_end().to_owned()));
    };
    // The greatest prefix in which the number is at least 1; the spelling µ (U+00B5) stands for all three.
    let absolute = exponent + prefix;
    let (name, power) = PREFIXES
        .iter()
        .filter(|(name, power)| *power <= absolute && *name != "u" && *name != "μ")
        .max_by_key(|(_, power)| *power)
        .copied()
        .unwrap_or(PREFIXES[0]);
    Some((value, format!("{} {name}{base}", number(digit, absolute - power))))
}

/// The digit and the exponent of the greatest 1-2-5 number at most `max`.
fn nice(max: f64) -> (i64, i32) {
    let guess = max.log10().floor() as i32;
    // The logarithm may round up to the next power of ten, or down below this one.
    [guess + 1, guess, guess - 1]
        .into_iter()
        .flat_map(|exponent| [5, 2, 1].map(|digit| (digit, exponent)))
        .find(|&(digit, exponent)| tens(digit, exponent) <= max)
        .unwrap_or((1, guess - 1))
}

/// `digit · 10^exponent`, rounded once while the exponent is within ±22.
fn tens(digit: i64, exponent: i32) -> f64 {
    let power = f64::powi(10.0, exponent.abs());
    if exponent < 0 {
        digit as f64 / power
    } else {
        digit as f64 * power
    }
}

/// `digit · 10^exponent` as plain decimals within six places, else as `1e9`.
fn number(digit: i64, exponent: i32) -> String {
    match exponent {
        0..=6 => (digit * 10_i64.pow(exponent.unsigned_abs())).to_string(),
        -6..0 => format!("{:.*}", exponent.unsigned_abs() as usize, tens(digit, exponent)),
        _ => format!("{digit}e{exponent}"),
    }
}

/// The prefix's power of ten and the base, of a unit that takes prefixes.
fn split(unit: &str) -> Option<(i32, &'static str)> {
    BASES.iter().find_map(|base| {
        let prefix = unit.strip_suffix(base)?;
        PREFIXES
            .iter()
            .find(|(name, _)| *name == prefix)
            .map(|(_, power)| (*power, *base))
    })
}
