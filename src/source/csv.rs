//! CSV: a line for each instant, a column for each channel, perhaps one for time, perhaps a line of names.
//!
//! Values are kept in memory as 32-bit floats. Time that skips becomes gaps; time that is uneven is taken as even.

use std::path::Path;

use super::described::ASSUMED;
use super::memory::Memory;
use super::reader::{Reader, text};
use super::streams::Streams;
use super::{Channel, Info, Segment, Source};
use crate::{Error, Result};

const FORMAT: &str = "CSV";
/// Text is a bad place for more.
const MAX_BYTES: u64 = 4 << 30;
const MAX_COLUMNS: usize = 1 << 16;
/// Samples that gaps may come to, to one that is there.
const MAX_GAPS: f64 = 16.0;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".csv, .tsv",
    knows: |probe| !probe.is_dir && matches!(probe.extension.as_str(), "csv" | "tsv"),
    open,
    events: super::events_csv::read,
};

fn open(path: &Path) -> Result<Streams> {
    let written = text(FORMAT, path, MAX_BYTES)?;
    let table = Table::parse(&written).map_err(|(offset, problem)| Error::Format {
        format: FORMAT,
        path: path.to_path_buf(),
        offset,
        problem,
    })?;
    Ok(Streams::one(path, "", Box::new(table.source()?)))
}

/// Columns of numbers.
struct Table {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    warnings: Vec<String>,
}

/// Where in the text something is wrong, and what.
type Problem = (u64, String);

impl Table {
    fn parse(written: &str) -> std::result::Result<Self, Problem> {
        let offset = |line: &str| line.as_ptr() as u64 - written.as_ptr() as u64;
        let mut lines = written
            .trim_start_matches('\u{feff}')
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
            .peekable();
        let first = *lines.peek().ok_or((0, "there are no lines".to_owned()))?;
        let mark = [',', ';', '\t']
            .into_iter()
            .find(|mark| first.contains(*mark))
            .unwrap_or(',');
        // Where columns are parted by semicolons, decimals may have commas.
        let number = |field: &str| -> Option<f64> {
            let field = field.trim().trim_matches('"').trim();
            match field {
                "" => Some(f64::NAN),
                _ if mark == ';' => field.replace(',', ".").parse().ok(),
                _ => field.parse().ok(),
            }
        };
        let fields: Vec<&str> = first.split(mark).collect();
        if fields.len() > MAX_COLUMNS {
            return Err((offset(first), format!("{} columns are too many", fields.len())));
        }
        let headed = fields.iter().any(|field| number(field).is_none());
        let names = if headed {
            lines.next();
            fields
                .iter()
                .map(|name| name.trim().trim_matches('"').to_owned())
                .collect()
        } else {
            (0..fields.len()).map(|column| column.to_string()).collect()
        };
        let mut columns = vec![Vec::new(); fields.len()];
        let mut warnings = Vec::new();
        while let Some(line) = lines.next() {
            let before = columns[0].len();
            let mut fields = line.split(mark);
            for column in &mut columns {
                match fields.next().map(number) {
                    Some(Some(value)) => column.push(value),
                    _ => break,
                }
            }
            let whole = columns.iter().all(|column| column.len() == before + 1);
            if whole && fields.all(|field| field.trim().is_empty()) {
                continue;
            }
            let problem = format!("line {} of values is not {} numbers", before + 1, columns.len());
            // A writer that was stopped leaves the last line short.
            if before == 0 || lines.peek().is_some() {
                return Err((offset(line), problem));
            }
            columns.iter_mut().for_each(|column| column.truncate(before));
            warnings.push(format!("{problem}: it is left out"));
        }
        if columns[0].is_empty() {
            return Err((0, "there are no values".into()));
        }
        Ok(Self {
            names,
            columns,
            warnings,
        })
    }

    /// Seconds of one step of the first column, if that is time.
    fn time_unit(&self) -> Option<f64> {
        let name = self.names[0].to_lowercase();
        let time = ["time", "t", "timestamp", "seconds", "s", "sec", "ms"]
            .iter()
            .any(|word| {
                name.strip_prefix(word)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', ' ', '(', '[', '/', 's']))
            });
        let unit = match () {
            () if name.contains("ms") || name.contains("milli") => 1e-3,
            () if name.contains("us") || name.contains("µs") || name.contains("micro") => 1e-6,
            () => 1.0,
        };
        (time && self.columns.len() > 1).then_some(unit)
    }

    fn source(mut self) -> Result<impl Source> {
        let samples = self.columns[0].len();
        let mut places: Vec<u64> = (0..samples as u64).collect();
        let (mut rate_hz, mut start_s) = (1.0, 0.0);
        match self.time_unit() {
            Some(unit) => {
                let times: Vec<f64> = self.columns.remove(0).iter().map(|time| time * unit).collect();
                self.names.remove(0);
                start_s = times[0];
                match even(&times) {
                    Some((step_s, even)) => (rate_hz, places) = (1.0 / step_s, even),
                    None => {
                        let warning = "the column of time does not ascend evenly: the mean step is taken";
                        self.warnings.push(warning.to_owned());
                        let mean_s = (times[samples - 1] - times[0]) / (samples - 1).max(1) as f64;
                        rate_hz = if mean_s > 0.0 && mean_s.is_finite() {
                            1.0 / mean_s
                        } else {
                            1.0
                        };
                    }
                }
            }
            None => {
                let warning = format!("there is no column of time: {ASSUMED}");
                self.warnings.push(warning);
            }
        }
        let len = places[samples - 1] as usize + 1;
        let mut values = vec![f32::NAN; len * self.columns.len()];
        for (column, row) in self.columns.iter().zip(values.chunks_exact_mut(len)) {
            for (value, place) in column.iter().zip(&places) {
                row[*place as usize] = *value as f32;
            }
        }
        let segments = segments(&places, rate_hz, start_s);
        let memory = Memory::planar(values, self.columns.len(), rate_hz)?;
        Ok(memory.described(|info: &mut Info| {
            info.format = FORMAT;
            "text".clone_into(&mut info.stored);
            info.channels = self.names.into_iter().map(Channel::new).collect();
            info.segments = segments;
            info.warnings = self.warnings;
        }))
    }
}

/// The usual step of times, and the number of steps at which each lies; `None` where they do not lie at whole steps.
fn even(times: &[f64]) -> Option<(f64, Vec<u64>)> {
    let mut steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_by(f64::total_cmp);
    let usual = *steps
        .get(steps.len() / 2)
        .filter(|step| step.is_finite() && **step > 0.0)?;
    // Written digits round a step; over the steps that are alike that evens out.
    let alike: Vec<f64> = steps
        .into_iter()
        .filter(|step| (step - usual).abs() < 0.25 * usual)
        .collect();
    let step_s = alike.iter().sum::<f64>() / alike.len() as f64;
    let (mut places, mut place) = (vec![0], 0_u64);
    for pair in times.windows(2) {
        let steps = (pair[1] - pair[0]) / step_s;
        if !(0.5..).contains(&steps) || (steps - steps.round()).abs() > 0.4 {
            return None;
        }
        place = place.saturating_add(steps.round() as u64);
        if place as f64 > MAX_GAPS * times.len() as f64 {
            return None;
        }
        places.push(place);
    }
    Some((step_s, places))
}

/// Runs of places that follow one another.
fn segments(places: &[u64], rate_hz: f64, start_s: f64) -> Vec<Segment> {
    places
        .chunk_by(|a, b| a + 1 == *b)
        .map(|run| Segment {
            samples: run[0]..run[run.len() - 1] + 1,
            start_s: start_s + run[0] as f64 / rate_hz,
        })
        .collect()
}
