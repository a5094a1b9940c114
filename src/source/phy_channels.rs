//! On which channel the spikes of Kilosort's and phy's folders are: where their template is largest from its highest
//! to its lowest value, as phy finds the best channel, but in the templates as they are stored.

use std::path::Path;

use super::npy::{self, Header};

/// Values of templates that are read at most: 512 MiB of them.
const MAX_VALUES: u64 = 64 << 20;

/// The recording's channel of each template; `None` where the arrays that tell are missing or do not fit.
pub(crate) fn of_templates(folder: &Path) -> Option<Vec<u32>> {
    let path = folder.join("templates.npy");
    let header = npy::header(&path).ok()?;
    if header.elements()? > MAX_VALUES {
        return None;
    }
    let (header, values) = npy::read_values(&path).ok()?;
    // Which of the sorted channels a template's are, where it has not all of them.
    let local = npy::read_values(folder.join("templates_ind.npy")).ok();
    let map = npy::read_values(folder.join("channel_map.npy")).ok()?.1;
    let [count, _, channels] = three(&header)?;
    (0..count)
        .map(|template| {
            let best = largest(&header, &values, template)?;
            let sorted = match &local {
                Some((Header { shape, .. }, local)) if *shape == [count as u64, channels as u64] => {
                    *local.get(template * channels + best)?
                }
                _ => best as f64,
            };
            let sorted = (sorted >= 0.0).then_some(sorted as usize)?;
            map.get(sorted).map(|channel| *channel as u32)
        })
        .collect()
}

/// Templates, samples, channels.
fn three(header: &Header) -> Option<[usize; 3]> {
    let shape: Vec<usize> = header.shape.iter().map(|n| *n as usize).collect();
    shape.try_into().ok()
}

/// The channel with the largest range; the first of equals.
fn largest(header: &Header, values: &[f64], template: usize) -> Option<usize> {
    let [count, samples, channels] = three(header)?;
    let at = |sample: usize, channel: usize| match header.fortran_order {
        true => template + count * (sample + samples * channel),
        false => (template * samples + sample) * channels + channel,
    };
    let range = |channel: usize| {
        let ends = (0..samples).filter_map(|sample| values.get(at(sample, channel)));
        let [lo, hi] = ends.fold([f64::INFINITY, f64::NEG_INFINITY], |[lo, hi], value| {
            [lo.min(*value), hi.max(*value)]
        });
        hi - lo
    };
    let mut best = None;
    for channel in 0..channels {
        let range = range(channel);
        if best.is_none_or(|(_, most)| range > most) {
            best = Some((channel, range));
        }
    }
    best.map(|(channel, _)| channel)
}
