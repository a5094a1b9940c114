//! SpikeGLX's `.meta`: what the samples of a `.bin` are.
//!
//! `key=value` a line; tables are `~key=(header)(entry)…`. See
//! <https://billkarsh.github.io/SpikeGLX/Sgl_help/Metadata_30.html>.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::file::DataFile;
use super::reader::failed;
use super::spikeglx::FORMAT;
use super::{Channel, ChannelKind, check_shape};
use crate::{Error, Result};

/// The largest `.meta` that is believed to be one; real ones take tens of kilobytes.
const MAX_BYTES: u64 = 64 << 20;

/// The device that acquired a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Device {
    /// A Neuropixels probe.
    Imec,
    /// A National Instruments card.
    Nidq,
    /// A OneBox's own inputs.
    OneBox,
}

impl Device {
    /// The prefix of the keys of the device's own facts.
    fn prefix(self) -> &'static str {
        match self {
            Self::Imec => "im",
            Self::Nidq => "ni",
            Self::OneBox => "ob",
        }
    }

    /// The name of the counts of channels, and the groups that are counted, in the order of acquisition.
    fn groups(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Imec => ("ApLfSy", &["AP", "LF", "SY"]),
            Self::Nidq => ("MnMaXaDw", &["MN", "MA", "XA", "XD"]),
            Self::OneBox => ("XaDwSy", &["XA", "XD", "SY"]),
        }
    }
}

/// A `.meta`, understood.
#[derive(Debug, Clone)]
pub struct Meta {
    /// The device.
    pub device: Device,
    /// The saved channels, in the `.bin`'s order, with the gains to µV (probes) or V (others).
    pub channels: Vec<Channel>,
    /// Samples a second of each channel.
    pub rate_hz: f64,
    /// Bytes that the `.bin` had when the `.meta` was written; often stale.
    pub file_bytes: Option<u64>,
    /// Where the file's first sample lies on the acquisition's clock, in samples of this stream.
    pub first_sample: Option<u64>,
    path: PathBuf,
    values: HashMap<String, String>,
}

impl Meta {
    /// Reads and understands a `.meta`; its `.bin` is not looked for.
    ///
    /// # Errors
    /// [`Error::Open`] or [`Error::Read`] if it cannot be read, [`Error::Format`] if what the channels are is missing
    /// or contradictory.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let file = DataFile::open(path.as_ref())?;
        let len = usize::try_from(file.len().min(MAX_BYTES)).unwrap_or(usize::MAX);
        let text = file.read_vec(0, len)?;
        let mut meta = Self {
            device: Device::Imec,
            channels: Vec::new(),
            rate_hz: 0.0,
            file_bytes: None,
            first_sample: None,
            path: path.as_ref().to_path_buf(),
            values: parse(&String::from_utf8_lossy(&text)),
        };
        meta.device = match meta.need("typeThis")? {
            "imec" => Device::Imec,
            "nidq" => Device::Nidq,
            "obx" => Device::OneBox,
            other => return Err(meta.failed(format!("typeThis is {other:?}, none of imec, nidq and obx"))),
        };
        meta.rate_hz = meta.number(&format!("{}SampRate", meta.device.prefix()))?;
        meta.file_bytes = meta.get("fileSizeBytes").and_then(|bytes| bytes.parse().ok());
        meta.first_sample = meta.get("firstSample").and_then(|first| first.parse().ok());
        let mut channels = meta.saved_channels()?;
        super::spikeglx_geometry::place(&meta, &mut channels);
        meta.channels = channels;
        check_shape(meta.channels.len(), meta.rate_hz).map_err(|error| meta.failed(error.to_string()))?;
        Ok(meta)
    }

    /// The value of a key as it is written, without the `~` of tables.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// Numbers of the saved channels among those acquired, then counts of those acquired, group by group.
    fn numbering(&self) -> Result<(Vec<usize>, Vec<usize>)> {
        let saved: usize = self.number("nSavedChans")?;
        let (counts, groups) = self.device.groups();
        let acquired = self
            .get(&format!("acq{counts}"))
            .or_else(|| self.get(&format!("sns{counts}")));
        let acquired =
            acquired.ok_or_else(|| self.failed(format!("acq{counts} and sns{counts} are missing")))?;
        let acquired = acquired
            .split(',')
            .map(|count| count.trim().parse::<usize>().ok());
        let acquired: Option<Vec<usize>> = acquired.collect();
        let acquired = acquired.filter(|acquired| acquired.len() == groups.len());
        let acquired = acquired.ok_or_else(|| {
            self.failed(format!(
                "acq{counts} or sns{counts} does not count {}",
                groups.join(", ")
            ))
        })?;
        let total = acquired
            .iter()
            .fold(0, |total: usize, count| total.saturating_add(*count));
        let numbers = match self.get("snsSaveChanSubset") {
            None | Some("" | "all") if saved <= total => (0..saved).collect(),
            None | Some("" | "all") => Vec::new(),
            Some(subset) => parse_ranges(subset, total).ok_or_else(|| {
                self.failed(format!("snsSaveChanSubset={subset} is no list within 0:{total}"))
            })?,
        };
        if numbers.len() != saved {
            return Err(self.failed(format!(
                "nSavedChans is {saved}, but snsSaveChanSubset and acq{counts} make it {}",
                if numbers.is_empty() { total } else { numbers.len() }
            )));
        }
        Ok((numbers, acquired))
    }

    /// The channels that the `.bin` holds.
    fn saved_channels(&self) -> Result<Vec<Channel>> {
        let (numbers, acquired) = self.numbering()?;
        let (_, groups) = self.device.groups();
        let names = self.names();
        let gains = Gains::of(self)?;
        let channel = |number: usize| {
            let mut index = number;
            let mut group = 0;
            while index >= acquired[group] {
                index -= acquired[group];
                group += 1;
            }
            let group = groups[group];
            let (gain, unit, kind) = match (group, self.device) {
                ("SY" | "XD", _) => (1.0, "", ChannelKind::Digital),
                ("AP" | "LF", _) => (gains.gain(self, group, index)?, "µV", ChannelKind::Neural),
                ("MN", _) => (gains.gain(self, group, index)?, "V", ChannelKind::Neural),
                _ => (gains.gain(self, group, index)?, "V", ChannelKind::Auxiliary),
            };
            let name = names
                .get(&number)
                .map_or_else(|| format!("{group}{index}"), |name| (*name).to_owned());
            Ok(Channel {
                unit: unit.to_owned(),
                gain,
                kind,
                ..Channel::new(name)
            })
        };
        numbers.into_iter().map(channel).collect()
    }

    /// Names by acquired number, from entries `(AP0;0:202)`: name, number, place in the view.
    fn names(&self) -> HashMap<usize, &str> {
        let entries = self.get("snsChanMap").map(entries).unwrap_or_default();
        let named = entries.into_iter().filter_map(|entry| {
            let (name, places) = entry.split_once(';')?;
            Some((places.split(':').next()?.parse().ok()?, name))
        });
        named.collect()
    }

    fn need(&self, key: &str) -> Result<&str> {
        self.get(key)
            .ok_or_else(|| self.failed(format!("the key {key} is missing")))
    }

    fn number<T: FromStr>(&self, key: &str) -> Result<T> {
        let text = self.need(key)?;
        text.parse()
            .map_err(|_| self.failed(format!("{key}={text} is not a number that it can be")))
    }

    fn number_or<T: FromStr>(&self, key: &str, default: T) -> Result<T> {
        if self.get(key).is_some() {
            self.number(key)
        } else {
            Ok(default)
        }
    }

    fn failed(&self, problem: String) -> Error {
        failed(FORMAT, &self.path, 0, problem)
    }
}

/// How stored values become volts: what differs between devices and probes.
enum Gains {
    /// `step / amplification`, with a table of amplifications of AP and LF, by channel.
    Table {
        step: f64,
        amplification: HashMap<usize, [f64; 2]>,
        other: [Option<f64>; 2],
    },
    /// One gain for all.
    One(f64),
    /// `step / amplification` of the MN and MA groups; the others are not amplified.
    Nidq { step: f64, neural: f64, auxiliary: f64 },
}

impl Gains {
    fn of(meta: &Meta) -> Result<Self> {
        let prefix = meta.device.prefix();
        let range: f64 = meta.number(&format!("{prefix}AiRangeMax"))?;
        let steps = |default: f64| meta.number_or(&format!("{prefix}MaxInt"), default);
        match meta.device {
            Device::Imec => Self::of_probe(meta, range),
            Device::OneBox => Ok(Self::One(range / steps(32768.0)?)),
            Device::Nidq => Ok(Self::Nidq {
                step: range / steps(32768.0)?,
                neural: meta.number_or("niMNGain", 1.0)?,
                auxiliary: meta.number_or("niMAGain", 1.0)?,
            }),
        }
    }

    /// Probes of the first generation amplify each channel by its own factors, later ones all by one.
    fn of_probe(meta: &Meta, range: f64) -> Result<Self> {
        // The first probes (3A) had no type yet.
        let probe: u32 = meta.number_or("imDatPrb_type", 0)?;
        let first_generation = matches!(probe, 0 | 1000..=1999);
        if !first_generation {
            let steps: f64 = meta.number_or("imMaxInt", 8192.0)?;
            let usual = if matches!(probe, 21 | 24) { 80.0 } else { 100.0 };
            let amplification: f64 = meta.number_or("imChan0apGain", usual)?;
            return Ok(Self::One(range / steps / amplification * 1e6));
        }
        let step = range / meta.number_or("imMaxInt", 512.0)?;
        let table = meta.get("imroTbl").map(entries).unwrap_or_default();
        let mut other = [None; 2];
        for (other, key) in other.iter_mut().zip(["imChan0apGain", "imChan0lfGain"]) {
            *other = meta.get(key).and_then(|gain| gain.parse().ok());
        }
        let mut amplification = HashMap::new();
        if probe == 1110 {
            // One pair for the whole probe, in the table's header: (type, columns, reference, AP, LF, filter).
            let header: Vec<&str> = table
                .first()
                .map(|header| header.split(',').collect())
                .unwrap_or_default();
            if let [_, _, _, ap, lf, ..] = header[..] {
                other = [ap.trim().parse().ok(), lf.trim().parse().ok()];
            }
        } else {
            // Entries: (channel bank reference AP LF …); the first is the header.
            for entry in table.iter().skip(1) {
                let fields: Vec<&str> = entry.split_whitespace().collect();
                if let [channel, _, _, ap, lf, ..] = fields[..]
                    && let (Ok(channel), Ok(ap), Ok(lf)) = (channel.parse(), ap.parse(), lf.parse())
                {
                    amplification.insert(channel, [ap, lf]);
                }
            }
        }
        Ok(Self::Table {
            step,
            amplification,
            other,
        })
    }

    /// The gain of channel `index` of `group`.
    fn gain(&self, meta: &Meta, group: &str, index: usize) -> Result<f64> {
        let gain = match self {
            Self::One(gain) => *gain,
            Self::Nidq { step, neural, .. } if group == "MN" => step / neural,
            Self::Nidq { step, auxiliary, .. } if group == "MA" => step / auxiliary,
            Self::Nidq { step, .. } => *step,
            Self::Table {
                step,
                amplification,
                other,
            } => {
                let band = usize::from(group == "LF");
                let factor = amplification.get(&index).map(|pair| pair[band]).or(other[band]);
                let factor = factor.ok_or_else(|| {
                    meta.failed(format!("the gain of {group}{index} is missing from imroTbl"))
                })?;
                step / factor * 1e6
            }
        };
        if gain.is_finite() && gain > 0.0 {
            return Ok(gain);
        }
        Err(meta.failed(format!("the gain of {group}{index} comes out as {gain}")))
    }
}

/// `key=value` lines to a map, without the `~` of tables.
fn parse(text: &str) -> HashMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.trim().split_once('='));
    pairs
        .map(|(key, value)| (key.trim_start_matches('~').to_owned(), value.trim().to_owned()))
        .collect()
}

/// What is in each pair of parentheses of a table.
pub(super) fn entries(table: &str) -> Vec<&str> {
    table
        .split('(')
        .skip(1)
        .map(|entry| entry.split(')').next().unwrap_or(entry))
        .collect()
}

/// `0:383,768` to the numbers, each below `total`.
fn parse_ranges(text: &str, total: usize) -> Option<Vec<usize>> {
    let mut numbers = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once(':').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        if first > last || last >= total {
            return None;
        }
        numbers.extend(first..=last);
    }
    Some(numbers)
}
