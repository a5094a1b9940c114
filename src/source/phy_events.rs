//! The sorted spikes of Kilosort's and phy's folders.

use std::collections::HashMap;
use std::path::Path;

use super::events::{Event, EventKind, Events};
use super::literals::{Literal, assignments};
use super::reader::{failed, text};
use super::{npy, phy_channels};
use crate::Result;

const MAX_TEXT: u64 = 64 << 20;
/// The rate where no `params.py` says one.
const USUAL_RATE_HZ: f64 = 30_000.0;

/// The spikes in a folder, labelled by cluster, with the group that a person or Kilosort gave it; where there are
/// templates, on the channel on which theirs is largest.
pub(crate) fn read(path: &Path) -> Result<Vec<Events>> {
    let folder = if path.is_dir() {
        path
    } else {
        path.parent().unwrap_or(Path::new("."))
    };
    let times = folder.join("spike_times.npy");
    let (_, samples) = npy::read_values(&times)?;
    let clusters = npy::read_values(folder.join("spike_clusters.npy"))
        .or_else(|_| npy::read_values(folder.join("spike_templates.npy")));
    let (_, clusters) = clusters?;
    if clusters.len() != samples.len() {
        return Err(failed(
            "phy",
            times,
            0,
            format!("{} spikes have {} clusters", samples.len(), clusters.len()),
        ));
    }
    let rate_hz = text("phy", &folder.join("params.py"), MAX_TEXT)
        .ok()
        .and_then(|params| {
            let found = assignments(&params)
                .into_iter()
                .find(|(name, _)| name == "sample_rate");
            found.and_then(|(_, rate)| Literal::number(&rate))
        })
        .filter(|rate| *rate > 0.0);
    let name = match rate_hz {
        Some(_) => "spikes".to_owned(),
        None => format!("spikes, at {USUAL_RATE_HZ} Hz for want of params.py"),
    };
    let rate_hz = rate_hz.unwrap_or(USUAL_RATE_HZ);
    let groups = groups(folder);
    let templates = npy::read_values(folder.join("spike_templates.npy")).ok();
    let channels = templates
        .filter(|(_, templates)| templates.len() == samples.len())
        .and_then(|(_, templates)| {
            let of = phy_channels::of_templates(folder)?;
            let channel = |template: &f64| of.get(*template as usize).copied();
            templates.iter().map(channel).collect::<Option<Vec<u32>>>()
        });
    let spike = |(i, (sample, cluster)): (usize, (&f64, &f64))| Event {
        time_s: sample / rate_hz,
        duration_s: f64::NAN,
        label: *cluster as i64,
        channel: channels.as_ref().map(|channels| channels[i]),
    };
    let spikes = samples.iter().zip(&clusters).enumerate().map(spike).collect();
    let name_of = |cluster: &i64| match groups.get(cluster) {
        Some(group) => format!("{cluster} {group}"),
        None => cluster.to_string(),
    };
    Ok(vec![Events::new(name, EventKind::Spikes, spikes, name_of)])
}

/// The group of each cluster: what a person said, else what Kilosort thought.
fn groups(folder: &Path) -> HashMap<i64, String> {
    let table = ["cluster_group.tsv", "cluster_KSLabel.tsv"]
        .iter()
        .find_map(|name| text("phy", &folder.join(name), MAX_TEXT).ok())
        .unwrap_or_default();
    let row = |line: &str| {
        let mut fields = line.split(['\t', ',']);
        Some((
            fields.next()?.trim().parse().ok()?,
            fields.next()?.trim().to_owned(),
        ))
    };
    table.lines().filter_map(row).collect()
}
