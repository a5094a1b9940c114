//! WAV: interleaved integers or floats in a RIFF file, or in an RF64 or BW64 one beyond 4 GiB.
//!
//! <https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html>,
//! <https://tech.ebu.ch/docs/tech/tech3306v1_0.pdf>.

use std::path::Path;
use std::sync::Arc;

use super::fields::Fields;
use super::file::DataFile;
use super::numbered_channels;
use super::plain::{Facts, Plain};
use super::reader::{Reader, no_events};
use super::stored::{ByteOrder, Kind, StoredType};
use super::streams::Streams;
use crate::Result;

const FORMAT: &str = "WAV";
/// More chunks than a file has before its samples.
const MAX_CHUNKS: usize = 10_000;
/// A size that stands for one that is elsewhere, or not known.
const UNKNOWN: u64 = u32::MAX as u64;

pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".wav",
    knows: |probe| {
        let magic = probe.head.get(..4).unwrap_or_default();
        matches!(magic, b"RIFF" | b"RF64" | b"BW64") && probe.head.get(8..12) == Some(b"WAVE")
    },
    open,
    events: no_events,
};

/// How samples are stored.
struct Layout {
    channels: u16,
    rate_hz: u32,
    stored: StoredType,
}

fn open(path: &Path) -> Result<Streams> {
    let file = Arc::new(DataFile::open(path)?);
    let mut at = 12;
    let (mut layout, mut large) = (None, None);
    for _ in 0..MAX_CHUNKS {
        let mut fields = Fields::read(FORMAT, &file, at, 64)?;
        let id: [u8; 4] = fields.array()?;
        let bytes = u64::from(fields.u32()?);
        match &id {
            b"ds64" => {
                fields.skip(8)?;
                large = Some(fields.u64()?);
            }
            b"fmt " => layout = Some(format(&mut fields, bytes)?),
            b"data" => {
                let Some(layout) = layout else {
                    return Err(fields.failed("the samples come before what says how they are stored"));
                };
                let stated = large.filter(|_| bytes == UNKNOWN).unwrap_or(bytes);
                return data(path, file, at + 8, stated, &layout);
            }
            _ => {}
        }
        // Chunks lie at even offsets.
        at = at.saturating_add(8 + bytes + bytes % 2);
    }
    Err(Fields::read(FORMAT, &file, at, 0)?.failed("there are no samples among its chunks"))
}

fn format(fields: &mut Fields, bytes: u64) -> Result<Layout> {
    let at = fields.offset();
    let mut tag = fields.u16()?;
    let channels = fields.u16()?;
    let rate_hz = fields.u32()?;
    fields.skip(4)?;
    let (block, bits) = (fields.u16()?, fields.u16()?);
    if tag == 0xfffe && bytes >= 40 {
        // The true tag begins the extension's identifier.
        fields.skip(8)?;
        tag = fields.u16()?;
    }
    let width = block.checked_div(channels).unwrap_or(0);
    let kind = match (tag, width) {
        (1, 1) => Kind::U8,
        (1, 2) => Kind::I16,
        (1, 3) => Kind::I24,
        (1, 4) => Kind::I32,
        (3, 4) => Kind::F32,
        (3, 8) => Kind::F64,
        _ => {
            fields.seek(at);
            return Err(fields.failed(format!(
                "samples with tag {tag} of {bits} bits, {block} bytes for {channels} channels, are not read"
            )));
        }
    };
    Ok(Layout {
        channels,
        rate_hz,
        stored: StoredType {
            kind,
            order: ByteOrder::Little,
        },
    })
}

fn data(path: &Path, file: Arc<DataFile>, offset: u64, stated: u64, layout: &Layout) -> Result<Streams> {
    let mut channels = numbered_channels(usize::from(layout.channels));
    if layout.stored.kind == Kind::U8 {
        // Silence is 128.
        channels.iter_mut().for_each(|channel| channel.offset = -128.0);
    }
    // A writer that streams, or is still at it, leaves no size.
    let bytes = (stated != 0 && stated != UNKNOWN).then_some(stated);
    let facts = Facts {
        format: FORMAT,
        channels,
        rate_hz: f64::from(layout.rate_hz),
        stored: layout.stored,
        offset,
        bytes,
        start_s: 0.0,
    };
    Ok(Streams::one(path, "", Box::new(Plain::open(file, facts)?)))
}
