//! What is in view in numbers: of each channel that is shown the range, and where its samples can be read, mean and deviation as well.

use std::fmt::Write as _;
use std::ops::Range;

use galvani::Result;
use galvani::source::{Info, Owned, Samples, Source};

use super::model::Shown;

/// Values, of all channels together, that are read at most: some tenths of a second.
const MOST_VALUES: u64 = 64 << 20;
/// Values that are read at a time.
const CHUNK: u64 = 2 << 20;

/// Samples of channels that are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) span: Range<u64>,
    pub(super) channels: Vec<usize>,
    /// Which version of the recording.
    pub(super) version: u64,
}

/// What was counted of a channel, in physical values; `None` where there is nothing, or it is not known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) channel: usize,
    /// The least and the greatest.
    pub(super) range: Option<[f64; 2]>,
    /// The mean, the standard deviation about it, and the root of the mean square.
    pub(super) moments: Option<[f64; 3]>,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) wanted: Wanted,
    pub(super) rows: Vec<Row>,
    /// Whether some of it was not there yet.
    pub(super) partial: bool,
}

impl Found {
    /// Whether it is of the samples themselves.
    pub(super) fn is_read(&self) -> bool {
        self.rows.iter().any(|row| row.moments.is_some())
    }
}

/// What is known, and what is being counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Statistics {
    pub(super) found: Option<Found>,
    pub(super) counting: Option<Wanted>,
}

impl Statistics {
    /// Whether what is in view is known.
    pub(super) fn is_of(&self, shown: &Shown) -> bool {
        let found = self.found.as_ref().filter(|found| !found.partial);
        found.is_some_and(|found| found.wanted == shown.statistics_wanted())
    }

    /// All of it with tabs between, for a table.
    pub(super) fn table(&self, info: &Info) -> Option<String> {
        let found = self.found.as_ref()?;
        let mut text = "channel\tunit\tmin\tmax\tpeak-to-peak\tmean\tSD\tRMS\n".to_owned();
        for row in &found.rows {
            let channel = &info.channels[row.channel];
            // Writing to a string cannot fail.
            let _ = write!(text, "{}\t{}", channel.name, channel.unit);
            let range = row.range.map(|[lo, hi]| [lo, hi, hi - lo]);
            for values in [range, row.moments] {
                match values {
                    Some([a, b, c]) => write!(text, "\t{a}\t{b}\t{c}"),
                    None => write!(text, "\t\t\t"),
                }
                .unwrap_or_default();
            }
            text.push('\n');
        }
        Some(text)
    }
}

impl Shown {
    /// What is in view.
    pub(super) fn statistics_wanted(&self) -> Wanted {
        let traces = &self.scene.traces;
        Wanted {
            version: self.version,
            span: self.span(),
            channels: traces
                .visible()
                .map(|trace| traces.channels[trace].channel)
                .collect(),
        }
    }
}

/// Whether all samples can be read.
pub(super) fn can_read(wanted: &Wanted, channels: usize) -> bool {
    (wanted.span.end - wanted.span.start).saturating_mul(channels as u64) <= MOST_VALUES
}

/// Sums over values, about one that lies among them: so nothing is lost where all are far from 0.
#[derive(Debug, Clone, Copy)]
struct Sum {
    about: f64,
    count: u64,
    sum: f64,
    squares: f64,
    range: [f64; 2],
}

impl Sum {
    const EMPTY: Self = Self {
        about: 0.0,
        count: 0,
        sum: 0.0,
        squares: 0.0,
        range: [f64::INFINITY, f64::NEG_INFINITY],
    };

    fn add(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        if self.count == 0 {
            self.about = value;
        }
        let by = value - self.about;
        self.count += 1;
        self.sum += by;
        self.squares += by * by;
        self.range = [self.range[0].min(value), self.range[1].max(value)];
    }

    /// Of stored values, as physical ones.
    fn row(&self, channel: usize, info: &Info) -> Row {
        let (gain, offset) = (info.channels[channel].gain, info.channels[channel].offset);
        if self.count == 0 {
            return Row {
                channel,
                range: None,
                moments: None,
            };
        }
        let count = self.count as f64;
        let by = self.sum / count;
        let mean = (self.about + by) * gain + offset;
        let variance = (self.squares / count - by * by).max(0.0) * gain * gain;
        let [a, b] = self.range.map(|value| value * gain + offset);
        Row {
            channel,
            range: Some([a.min(b), a.max(b)]),
            moments: Some([mean, variance.sqrt(), (variance + mean * mean).sqrt()]),
        }
    }
}

/// Reads and counts all that is wanted; gaps and infinities are passed over.
///
/// # Errors
/// Those of [`Source::read`].
pub(super) fn count(source: &dyn Source, wanted: Wanted) -> Result<Found> {
    let info = source.info();
    let step = (CHUNK / info.channels.len() as u64).max(1);
    let mut sums = vec![Sum::EMPTY; wanted.channels.len()];
    let mut start = wanted.span.start;
    while start < wanted.span.end {
        let end = wanted.span.end.min(start + step);
        let owned = Owned::read(source, start..end)?;
        let len = (end - start) as usize;
        let samples = owned.samples();
        for (sum, &channel) in sums.iter_mut().zip(&wanted.channels) {
            match &samples {
                Samples::I16(block) => (0..len).for_each(|t| sum.add(block.at(channel, t).into())),
                Samples::F32(block) => (0..len).for_each(|t| sum.add(block.at(channel, t).into())),
            }
        }
        start = end;
    }
    let rows = sums.iter().zip(&wanted.channels);
    Ok(Found {
        rows: rows.map(|(sum, &channel)| sum.row(channel, info)).collect(),
        wanted,
        partial: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use galvani::source::Memory;

    #[test]
    fn samples_are_counted() {
        let values: Vec<f32> = vec![1e6 + 1.0, 1e6 + 3.0, f32::NAN, 1e6 + 2.0, 5.0, 5.0, 5.0, 5.0];
        let source = Memory::planar(values, 2, 1000.0).expect("a source");
        let wanted = Wanted {
            span: 0..4,
            channels: vec![1, 0],
            version: 0,
        };
        let found = count(&source, wanted).expect("it can be read");
        assert!(found.is_read() && !found.partial);
        let [five, far] = &found.rows[..] else {
            panic!("two rows");
        };
        assert_eq!((five.channel, five.range), (1, Some([5.0; 2])));
        assert_eq!(five.moments, Some([5.0, 0.0, 5.0]));
        assert_eq!(far.range, Some([1e6 + 1.0, 1e6 + 3.0]));
        let [mean, sd, _] = far.moments.expect("it was read");
        assert!(
            (mean - 1e6 - 2.0).abs() < 1e-9 && (sd * sd - 2.0 / 3.0).abs() < 1e-9,
            "{mean} {sd}"
        );
        let statistics = Statistics {
            found: Some(found),
            counting: None,
        };
        let table = statistics.table(source.info()).expect("a table");
        assert_eq!(table.lines().count(), 3);
        assert!(table.lines().all(|line| line.split('\t').count() == 8), "{table}");
    }

    #[test]
    fn what_is_too_much_is_not_read() {
        let wanted = |samples| Wanted {
            span: 0..samples,
            channels: vec![0],
            version: 0,
        };
        assert!(can_read(&wanted(1 << 20), 64) && !can_read(&wanted(1 << 20), 65));
        assert!(!can_read(&wanted(u64::MAX), 2));
    }
}
