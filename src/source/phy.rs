//! Folders of Kilosort and phy: `params.py` says where the samples are, arrays beside it where the electrodes are.
//!
//! <https://phy.readthedocs.io/en/latest/sorting_user_guide/#dataset-format>.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::DataFile;
use super::joined::Joined;
use super::literals::{Literal, assignments};
use super::plain::{Facts, Plain};
use super::reader::{Probe, Reader, failed, inside, text};
use super::spikeglx_meta::Meta;
use super::stored::StoredType;
use super::streams::Streams;
use super::{Channel, Source, npy, numbered_channels};
use crate::Result;

const FORMAT: &str = "phy";
const PARAMS: &str = "params.py";
const MAX_TEXT: u64 = 1 << 20;
const MAX_CHANNELS: f64 = 1e6;

pub(crate) const READER: Reader = Reader {
    name: "Kilosort or phy",
    takes: "a folder with params.py",
    knows,
    open,
    events: super::phy_events::read,
};

fn knows(probe: &Probe) -> bool {
    let name = probe.path.file_name().unwrap_or_default();
    if probe.is_dir {
        probe.has(PARAMS) || probe.has("spike_times.npy")
    } else {
        name == PARAMS
    }
}

fn open(path: &Path) -> Result<Streams> {
    let params = if path.is_dir() {
        path.join(PARAMS)
    } else {
        path.to_path_buf()
    };
    let folder = params.parent().unwrap_or(Path::new("."));
    let written: HashMap<String, Literal> = assignments(&text(FORMAT, &params, MAX_TEXT)?)
        .into_iter()
        .collect();
    let failed = |problem: String| failed(FORMAT, &params, 0, problem);
    let number = |key: &str| written.get(key).and_then(Literal::number);
    let need = |key: &str| number(key).ok_or_else(|| failed(format!("{key} is missing or no number")));
    let (count, rate_hz) = (need("n_channels_dat")?, need("sample_rate")?);
    if !(1.0..=MAX_CHANNELS).contains(&count) {
        return Err(failed(format!("n_channels_dat is {count}")));
    }
    let dtype = written.get("dtype").map(Literal::texts).unwrap_or_default();
    let stored: StoredType = dtype.first().unwrap_or(&"int16").parse()?;
    let names = written.get("dat_path").map(Literal::texts).unwrap_or_default();
    let mut channels = numbered_channels(count as usize);
    place(folder, &mut channels);
    let (mut sources, mut warnings): (Vec<Box<dyn Source>>, Vec<String>) = (Vec::new(), Vec::new());
    for name in &names {
        let data = find(folder, name).ok_or_else(|| {
            failed(format!(
                "the samples are in {name:?}, which is not in this folder, and names may not lead out of it: put or link \
                 the file here, or open it itself (the program's --raw-channels {count} --rate {rate_hz} --dtype {stored})"
            ))
        })?;
        // What SpikeGLX wrote says its scale beside it.
        let mut channels = channels.clone();
        if let Ok(meta) = Meta::open(data.with_extension("meta"))
            && meta.channels.len() == channels.len()
        {
            for (channel, known) in channels.iter_mut().zip(meta.channels) {
                *channel = Channel {
                    group: channel.group,
                    position_um: channel.position_um,
                    ..known
                };
            }
        }
        let facts = Facts {
            format: FORMAT,
            channels,
            rate_hz,
            stored,
            offset: number("offset").unwrap_or(0.0).max(0.0) as u64,
            bytes: None,
            start_s: 0.0,
        };
        if data.extension().is_some_and(|extension| extension == "cbin") {
            sources.push(super::open(&data)?);
        } else {
            sources.push(Box::new(Plain::open(Arc::new(DataFile::open(&data)?), facts)?));
        }
        if data
            .file_name()
            .is_some_and(|file| Path::new(name).as_os_str() != file)
        {
            warnings.push(format!("{name:?} is taken from this folder"));
        }
    }
    let source = match sources.len() {
        0 => return Err(failed("dat_path is missing".into())),
        1 => sources.remove(0),
        _ => Box::new(Joined::back_to_back(sources)?),
    };
    let mut streams = Streams::one(path, "", source);
    streams.format = FORMAT;
    streams.warnings = warnings;
    Ok(streams)
}

/// A file of samples: by its name in the folder, or, where the name leads elsewhere, by its last part.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    [name, last]
        .iter()
        .filter_map(|name| inside(folder, name).ok())
        .find(|path| path.is_file())
}

/// Says where the sorted channels' electrodes are, as far as the arrays do.
fn place(folder: &Path, channels: &mut [Channel]) {
    let array = |name: &str| npy::read_values(folder.join(name)).map(|(_, values)| values);
    let Ok(map) = array("channel_map.npy") else { return };
    let positions = array("channel_positions.npy").unwrap_or_default();
    let shanks = array("channel_shanks.npy").unwrap_or_default();
    for (number, channel) in map.iter().enumerate() {
        let known = (*channel >= 0.0)
            .then(|| channels.get_mut(*channel as usize))
            .flatten();
        let Some(known) = known else { continue };
        known.group = shanks.get(number).map(|shank| *shank as u32);
        if let [x, y] = positions.get(2 * number..2 * number + 2).unwrap_or_default() {
            known.position_um = Some([*x as f32, *y as f32]);
        }
    }
}
