//! WFDB's annotations: words of 16 bits, of a type and an interval, in files beside the header.
//!
//! <https://physionet.org/physiotools/wag/annot-5.htm>.

use std::path::Path;

use super::events::{EventKind, Events};
use super::file::DataFile;
use super::reader::{failed, names_in};
use super::wfdb_header::Header;
use crate::Result;

/// Extensions of annotators that are looked for.
const ANNOTATORS: [&str; 8] = ["atr", "qrs", "ecg", "ari", "st", "apn", "man", "hyp"];
/// An hour of beats takes some kilobytes.
const MAX_BYTES: u64 = 1 << 30;
/// The symbols of types, from 0.
const SYMBOLS: &str = " NLRaVFJASEj/Q~ | sT*D\"=pB^t+u?![]en@xf()r";
const SKIP: u16 = 59;
const AUXILIARY: u16 = 63;
const NOTE: u16 = 22;

/// The annotations of all known annotators of a record.
pub(crate) fn read(path: &Path) -> Result<Vec<Events>> {
    let path = path.with_extension("hea");
    let header = Header::read(&path)?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut found = Vec::new();
    for name in names_in(folder)? {
        let annotator = name.strip_prefix(&stem).and_then(|rest| rest.strip_prefix('.'));
        let Some(annotator) = annotator.filter(|annotator| ANNOTATORS.contains(annotator)) else {
            continue;
        };
        let file = DataFile::open(&folder.join(&name))?;
        let bytes = file.read_vec(0, file.len().min(MAX_BYTES) as usize)?;
        let annotations = parse(&bytes)
            .map_err(|offset| failed("WFDB", folder.join(&name), offset, "an annotation is cut short"))?;
        let rate_hz = annotations.rate_hz.unwrap_or(header.rate_hz);
        let times = annotations
            .found
            .into_iter()
            .map(|(sample, kind)| (sample as f64 / rate_hz, kind));
        let name_of = |kind: &u16| {
            let symbol = SYMBOLS
                .chars()
                .nth(usize::from(*kind))
                .filter(|symbol| *symbol != ' ');
            symbol.map_or_else(|| format!("type {kind}"), String::from)
        };
        found.push(Events::at(annotator, EventKind::Annotations, times, name_of));
    }
    Ok(found)
}

/// What a file of annotations holds.
struct Annotations {
    /// Samples and types.
    found: Vec<(i64, u16)>,
    /// Samples a second that annotations are counted in, where that is not the record's.
    rate_hz: Option<f64>,
}

/// The annotations, or where the file ends in the middle of one.
fn parse(bytes: &[u8]) -> std::result::Result<Annotations, u64> {
    let (mut found, mut sample, mut at): (Vec<(i64, u16)>, i64, usize) = (Vec::new(), 0, 0);
    let mut rate_hz = None;
    let word = |at: usize| {
        bytes
            .get(at..at + 2)
            .map(|word| u16::from_le_bytes([word[0], word[1]]))
    };
    while let Some(next) = word(at) {
        let (kind, interval) = (next >> 10, next & 0x3ff);
        at += 2;
        match kind {
            0 if interval == 0 => break,
            SKIP => {
                // The higher half comes first.
                let (high, low) = word(at).zip(word(at + 2)).ok_or(at as u64)?;
                sample = sample.saturating_add(i64::from((u32::from(high) << 16 | u32::from(low)) as i32));
                at += 4;
            }
            AUXILIARY => {
                let text = bytes.get(at..at + usize::from(interval)).unwrap_or_default();
                // Notes before all else are about the file.
                if *found == [(0, NOTE)] {
                    found.clear();
                    let text = String::from_utf8_lossy(text);
                    let stated = text
                        .strip_prefix("## time resolution:")
                        .map(|rate| rate.trim_matches(['\0', ' ']));
                    rate_hz = stated.and_then(|rate| rate.parse().ok()).or(rate_hz);
                }
                at += usize::from(interval.next_multiple_of(2));
            }
            // Numbers, subtypes and channels of the annotation before.
            60..=62 => {}
            kind => {
                sample = sample.saturating_add(i64::from(interval));
                found.push((sample, kind));
            }
        }
    }
    Ok(Annotations {
        found,
        rate_hz: rate_hz.filter(|rate: &f64| *rate > 0.0),
    })
}
