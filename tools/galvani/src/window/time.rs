//! Times as people type and read them.

/// Seconds from `12.5`, `90s`, `250 ms`, `1:02:03.5`, `2:30`; `None` for anything else.
pub(super) fn parse(typed: &str) -> Option<f64> {
    let text = typed.trim();
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
    let units = [
        ("µs", 1e-6),
        ("us", 1e-6),
        ("ms", 1e-3),
        ("min", 60.0),
        ("s", 1.0),
        ("h", 3600.0),
    ];
    if text.contains(':') {
        let parts: Vec<f64> = text.split(':').map(number).collect::<Option<_>>()?;
        let fits = parts.len() <= 3 && parts.iter().all(|part| *part >= 0.0);
        return fits.then(|| parts.iter().fold(0.0, |sum, part| sum * 60.0 + part));
    }
    match units.iter().find(|(unit, _)| text.ends_with(unit)) {
        Some((unit, seconds)) => number(text.strip_suffix(unit)?).map(|value| value * seconds),
        None => number(text),
    }
}

/// A time since the start, to the digits that a window of `window_s` seconds shows: `1:02:03.5`, `12.34 s`.
pub(super) fn told(seconds: f64, window_s: f64) -> String {
    let decimals = (3.0 - window_s.max(1e-9).log10().floor()).clamp(0.0, 9.0) as usize;
    if seconds.abs() < 60.0 {
        // A start that is a rounding error early is the start.
        let seconds = if seconds.abs() < 1e-9 { 0.0 } else { seconds };
        return format!("{seconds:.decimals$} s");
    }
    // Rounded first, so that 59.999 is never told as 60.
    let unit = 10_f64.powi(decimals as i32);
    let whole = (seconds.abs() * unit).round() / unit;
    let (hours, minutes) = ((whole / 3600.0).floor(), (whole / 60.0).floor() % 60.0);
    let rest = whole - (whole / 60.0).floor() * 60.0;
    let width = if decimals > 0 { decimals + 3 } else { 2 };
    let sign = if seconds < 0.0 { "−" } else { "" };
    match hours > 0.0 {
        true => format!("{sign}{hours}:{minutes:02}:{rest:0width$.decimals$}"),
        false => format!("{sign}{minutes}:{rest:0width$.decimals$}"),
    }
}

/// A length of time, in three digits: `20.0 s`, `1.25 ms`, `10.0 min`.
pub(super) fn length(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 1e-3 => (s * 1e6, "µs"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s if s < 120.0 => (s, "s"),
        s if s < 7200.0 => (s / 60.0, "min"),
        s => (s / 3600.0, "h"),
    };
    let decimals = (2.0 - value.max(1e-9).log10().floor()).clamp(0.0, 2.0) as usize;
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        for (typed, seconds) in [
            ("12.5", 12.5),
            (" 90 s", 90.0),
            ("250ms", 0.25),
            ("2 min", 120.0),
            ("1:30", 90.0),
            ("1:02:03.5", 3723.5),
            ("0.5h", 1800.0),
        ] {
            assert_eq!(parse(typed), Some(seconds), "{typed}");
        }
        for wrong in ["", "x", "1:2:3:4", "1:-5", "s", "inf"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_are_told() {
        assert_eq!(told(12.3456, 0.1), "12.3456 s");
        assert_eq!(told(3723.5, 10.0), "1:02:03.50");
        assert_eq!(told(119.9999, 20_000.0), "2:00");
        assert_eq!(length(20.0), "20.0 s");
        assert_eq!(length(0.00125), "1.25 ms");
        assert_eq!(length(600.0), "10.0 min");
    }
}
