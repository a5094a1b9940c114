//! Neuroscope: interleaved integers in `.dat`, `.lfp`, `.eeg` and `.fil`, described by an `.xml` of the same name.
//!
//! <https://neurosuite.sourceforge.net/formats.html>.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use roxmltree::{Document, Node};

use super::events::Events;
use super::file::DataFile;
use super::plain::{Facts, Plain};
use super::reader::{Probe, Reader, failed, names_in, text};
use super::stored::{ByteOrder, Kind, StoredType};
use super::streams::Streams;
use super::{Channel, Source};
use crate::Result;

const FORMAT: &str = "Neuroscope";
const MAX_TEXT: u64 = 64 << 20;
const MAX_CHANNELS: usize = 1 << 20;
/// Extensions of samples, and whether they are at the rate of field potentials.
const DATA: [(&str, bool); 4] = [("dat", false), ("fil", false), ("lfp", true), ("eeg", true)];

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".xml, .dat, .lfp or .eeg, or the folder",
    knows,
    open,
    events,
};

fn knows(probe: &Probe) -> bool {
    if probe.is_dir {
        return !sessions(&probe.path, &probe.names).is_empty();
    }
    let is_data = DATA.iter().any(|(extension, _)| *extension == probe.extension);
    let xml = probe.path.with_extension("xml");
    (is_data || probe.extension == "xml") && is_parameters(&xml)
}

/// Whether an `.xml` begins as Neuroscope's do.
fn is_parameters(xml: &Path) -> bool {
    let head = DataFile::open(xml).and_then(|file| file.read_vec(0, file.len().min(1024) as usize));
    head.is_ok_and(|head| head.windows(11).any(|window| window == b"<parameters"))
}

/// The `.xml` files in a folder beside which there are samples.
fn sessions(folder: &Path, names: &[String]) -> Vec<PathBuf> {
    let xmls = names.iter().filter(|name| name.ends_with(".xml"));
    xmls.map(|name| folder.join(name))
        .filter(|xml| DATA.iter().any(|(data, _)| xml.with_extension(data).is_file()) && is_parameters(xml))
        .collect()
}

fn open(path: &Path) -> Result<Streams> {
    let mut opened = Vec::new();
    if path.is_dir() {
        for xml in sessions(path, &names_in(path)?) {
            opened.extend(open_session(&xml, None)?);
        }
    } else {
        let extension = path
            .extension()
            .map(|extension| extension.to_string_lossy().to_lowercase());
        let only = extension.filter(|extension| extension != "xml");
        opened = open_session(&path.with_extension("xml"), only.as_deref())?;
    }
    Streams::gather(FORMAT, path, opened)?.ok_or_else(|| {
        failed(
            FORMAT,
            path,
            0,
            format!("there is no {} beside it", DATA.map(|(data, _)| data).join(", ")),
        )
    })
}

/// The sorted spikes of an `.xml`, or of all of them in a folder.
fn events(path: &Path) -> Result<Vec<Events>> {
    let folder = match path.is_dir() {
        true => path,
        false => path.parent().unwrap_or(Path::new(".")),
    };
    let sessions = sessions(folder, &names_in(folder)?);
    // Of one session are all spikes in its folder, whatever their files are called.
    let several = sessions.len() > 1;
    let xmls = match path.is_dir() {
        true => sessions,
        false => vec![path.with_extension("xml")],
    };
    let mut found = Vec::new();
    for xml in xmls {
        let written = text(FORMAT, &xml, MAX_TEXT)?;
        let session = Session::parse(&written).map_err(|problem| failed(FORMAT, &xml, 0, problem))?;
        let stem = xml.file_stem().unwrap_or_default().to_string_lossy();
        let only = several.then_some(&*stem);
        found.extend(super::neuroscope_events::read(folder, only, session.rate_hz)?);
    }
    Ok(found)
}

/// A stream's name, and its samples or why there are none.
type Opened = (String, Result<Box<dyn Source>>);

/// The streams that one `.xml` describes, or the one of an extension.
fn open_session(xml: &Path, only: Option<&str>) -> Result<Vec<Opened>> {
    let written = text(FORMAT, xml, MAX_TEXT)?;
    let session = Session::parse(&written).map_err(|problem| failed(FORMAT, xml, 0, problem))?;
    let mut opened = Vec::new();
    for (extension, is_field) in DATA {
        let data = xml.with_extension(extension);
        if only.map_or_else(|| data.is_file(), |only| only == extension) {
            let name = data
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            opened.push((name, session.open(&data, is_field)));
        }
    }
    Ok(opened)
}

/// What an `.xml` says.
struct Session {
    channels: Vec<Channel>,
    stored: StoredType,
    rate_hz: f64,
    field_rate_hz: Option<f64>,
}

impl Session {
    fn parse(written: &str) -> std::result::Result<Self, String> {
        let document = Document::parse(written).map_err(|error| format!("it is no XML: {error}"))?;
        let root = document.root_element();
        let system = child(root, "acquisitionSystem").ok_or("<acquisitionSystem> is missing")?;
        let need =
            |name: &str| number(system, name).ok_or_else(|| format!("<{name}> is missing or no number"));
        let bits = need("nBits")?;
        let kind = match bits as u32 {
            1..=8 => Kind::I8,
            9..=16 => Kind::I16,
            17..=32 => Kind::I32,
            _ => return Err(format!("{bits} bits a sample are not read")),
        };
        let count = need("nChannels")? as usize;
        if count == 0 || count > MAX_CHANNELS {
            return Err(format!("{count} channels are none, or too many"));
        }
        let (range, amplification) = (number(system, "voltageRange"), number(system, "amplification"));
        let gain = match (range, amplification) {
            (Some(range), Some(amplification)) => range / 2_f64.powf(bits) / amplification * 1000.0,
            _ => f64::NAN,
        };
        let groups = groups(root, count);
        let channel = |number: usize| {
            let group = groups[number];
            let name = group.map_or_else(|| format!("ch{number}"), |group| format!("ch{number}grp{group}"));
            let known = gain.is_finite() && gain != 0.0;
            Channel {
                unit: if known { "mV".to_owned() } else { String::new() },
                gain: if known { gain } else { 1.0 },
                group,
                ..Channel::new(name)
            }
        };
        Ok(Self {
            channels: (0..count).map(channel).collect(),
            stored: StoredType {
                kind,
                order: ByteOrder::Little,
            },
            rate_hz: need("samplingRate")?,
            field_rate_hz: child(root, "fieldPotentials").and_then(|field| number(field, "lfpSamplingRate")),
        })
    }

    fn open(&self, data: &Path, is_field: bool) -> Result<Box<dyn Source>> {
        let facts = Facts {
            format: FORMAT,
            channels: self.channels.clone(),
            rate_hz: self.field_rate_hz.filter(|_| is_field).unwrap_or(self.rate_hz),
            stored: self.stored,
            offset: 0,
            bytes: None,
            start_s: 0.0,
        };
        let plain = Plain::open(Arc::new(DataFile::open(data)?), facts)?;
        let unsaid = is_field && self.field_rate_hz.is_none();
        Ok(Box::new(plain.describe(|info| {
            if unsaid {
                let warning = "the .xml has no lfpSamplingRate: the samplingRate is taken";
                info.warnings.push(warning.to_owned());
            }
        })))
    }
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name(name))
}

fn number(node: Node<'_, '_>, name: &str) -> Option<f64> {
    child(node, name)?.text()?.trim().parse().ok()
}

/// The anatomical group of each channel.
fn groups(root: Node<'_, '_>, channels: usize) -> Vec<Option<u32>> {
    let mut of = vec![None; channels];
    let all = child(root, "anatomicalDescription").and_then(|node| child(node, "channelGroups"));
    let groups = all
        .into_iter()
        .flat_map(|all| all.children().filter(|node| node.has_tag_name("group")));
    for (number, group) in (0..).zip(groups) {
        for channel in group.children().filter(|node| node.has_tag_name("channel")) {
            let channel = channel.text().and_then(|text| text.trim().parse::<usize>().ok());
            if let Some(of) = channel.and_then(|channel| of.get_mut(channel)) {
                *of = Some(number);
            }
        }
    }
    of
}
