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

/// Seconds since 1970 of a date and time in ISO 8601; `None` for anything else. Of one without a time zone those that it would be at
/// Greenwich.
pub(crate) fn date_s(text: &str) -> Option<f64> {
    let (date, time) = text.trim().split_once(['T', ' '])?;
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    // The sign of a time zone's hours comes after the seconds.
    let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone_at);
    let hours = |text: &str| {
        let parts: Vec<f64> = text
            .split(':')
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        let second = |index: usize| parts.get(index).copied().unwrap_or(0.0);
        Some(second(0) * 3600.0 + second(1) * 60.0 + second(2))
    };
    let ahead_s = match zone.strip_prefix(['+', '-']) {
        Some(ahead) => hours(ahead)? * if zone.starts_with('-') { -1.0 } else { 1.0 },
        None => 0.0,
    };
    // Days from the civil calendar: Howard Hinnant, chrono-compatible low-level date algorithms.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let in_era = shifted - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + of_year - 719_468;
    Some(days as f64 * 86_400.0 + hours(clock)? - ahead_s)
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
    fn dates() {
        assert_eq!(date_s("1970-01-02T00:00:01.5"), Some(86_401.5));
        assert_eq!(date_s("2000-03-01 12:30:00Z"), Some(951_913_800.0));
        assert_eq!(date_s("2000-03-01T14:30:00+02:00"), Some(951_913_800.0));
        for wrong in ["", "2000-03-01", "a-b-cTd", "12:30"] {
            assert_eq!(date_s(wrong), None, "{wrong}");
        }
    }

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
