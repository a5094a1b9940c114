//! CSV: a line for each instant, a column for each channel, perhaps one for time, perhaps a line of names.
//!
//! Values are kept in memory as 32-bit floats. Time that skips becomes gaps; time that is uneven is taken as even.

use std::path::Path;

use super::reader::{Reader, failed, text};
use super::streams::Streams;
use super::table::Table;
use crate::Result;

const FORMAT: &str = "CSV";
/// Text is a bad place for more.
const MAX_BYTES: u64 = 4 << 30;
const MAX_COLUMNS: usize = 1 << 16;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".csv, .tsv",
    knows: |probe| !probe.is_dir && matches!(probe.extension.as_str(), "csv" | "tsv"),
    open,
    events: super::events_csv::read,
};

fn open(path: &Path) -> Result<Streams> {
    let written = text(FORMAT, path, MAX_BYTES)?;
    let table = parse(&written).map_err(|(offset, problem)| failed(FORMAT, path, offset, problem))?;
    Ok(Streams::one(path, "", table.source(FORMAT, "text")?))
}

/// Where in the text something is wrong, and what.
type Problem = (u64, String);

fn parse(written: &str) -> std::result::Result<Table, Problem> {
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
    Ok(Table {
        names,
        columns,
        warnings,
    })
}
