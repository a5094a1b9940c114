//! Neuroscope's sorted spikes: a sample a line in `.res.N`, a cluster a line in `.clu.N`, of electrode group N.

use std::path::Path;

use super::events::{EventKind, Events};
use super::reader::{failed, names_in, text};
use crate::Result;

const FORMAT: &str = "Neuroscope";
const MAX_TEXT: u64 = 4 << 30;

/// The spikes of all groups in a folder, or of those of one session, at `rate_hz` of the wide-band samples.
pub(crate) fn read(folder: &Path, session: Option<&str>, rate_hz: f64) -> Result<Vec<Events>> {
    let mut found = Vec::new();
    for name in names_in(folder)? {
        let Some((stem, group)) = name.split_once(".res.") else {
            continue;
        };
        if group.parse::<u32>().is_err() || session.is_some_and(|session| session != stem) {
            continue;
        }
        let samples = numbers(&folder.join(&name))?;
        let clusters = folder.join(format!("{stem}.clu.{group}"));
        // The first line is the number of clusters; what has no cluster is left out, as it was not sorted.
        let clusters = if clusters.is_file() {
            numbers(&clusters)?.into_iter().skip(1).collect()
        } else {
            vec![0; samples.len()]
        };
        let spikes = samples
            .iter()
            .zip(clusters)
            .map(|(sample, cluster)| (*sample as f64 / rate_hz, cluster));
        let name_of = |cluster: &i64| match cluster {
            0 => format!("group {group}: artefacts"),
            1 => format!("group {group}: noise"),
            unit => format!("group {group}: {unit}"),
        };
        found.push(Events::at(
            format!("{stem}, group {group}"),
            EventKind::Spikes,
            spikes,
            name_of,
        ));
    }
    Ok(found)
}

/// A number a line.
fn numbers(path: &Path) -> Result<Vec<i64>> {
    let written = text(FORMAT, path, MAX_TEXT)?;
    let number = |word: &str| {
        word.parse().map_err(|_| {
            failed(
                FORMAT,
                path,
                word.as_ptr() as u64 - written.as_ptr() as u64,
                format!("{word:?} is no number"),
            )
        })
    };
    written.split_whitespace().map(number).collect()
}
