//! The headers of ABF 1 and 2, as far as samples and sweeps need them.

use std::ops::Range;

use super::Channel;
use super::fields::Fields;
use super::file::DataFile;
use crate::Result;

pub(crate) const FORMAT: &str = "ABF";
/// Sections start at multiples of this.
const BLOCK: u64 = 512;
/// Header and sections but the samples; an ABF 2 has its strings behind the header.
const MAX_HEADER: u64 = 1 << 20;
const MAX_CHANNELS: u64 = 4096;
/// Where an ABF 1 header ends that knows of telegraphs.
const LONG_HEADER: u64 = 6144;

/// What both versions' headers say.
pub(crate) struct Header {
    /// In the order in which they are multiplexed.
    pub(crate) channels: Vec<Channel>,
    /// Of each channel.
    pub(crate) rate_hz: f64,
    /// Whether samples are 32-bit floats of physical units, and not 16-bit integers.
    pub(crate) float: bool,
    pub(crate) mode: i16,
    /// Number of sweeps, as written.
    pub(crate) episodes: u64,
    /// Where the first sample lies, in bytes.
    pub(crate) data: u64,
    /// Samples of all channels together.
    pub(crate) values: u64,
    /// Where the table of sweeps lies, in bytes.
    pub(crate) synch: Range<u64>,
    /// Its unit of time in µs; 0 for samples of all channels.
    pub(crate) synch_us: f64,
    /// Where tags lie, in bytes.
    pub(crate) tags: Range<u64>,
    pub(crate) started: Option<String>,
}

/// How a channel's integers become physical values.
struct Scale {
    range: f32,
    resolution: i32,
    instrument: f32,
    instrument_offset: f32,
    signal: f32,
    signal_offset: f32,
    programmable: f32,
    /// 1 where the amplifier does not tell its gain.
    telegraph: f32,
}

impl Scale {
    fn channel(&self, name: String, unit: String, float: bool) -> Channel {
        let divisor = [self.instrument, self.signal, self.programmable, self.telegraph]
            .map(f64::from)
            .iter()
            .fold(f64::from(self.resolution), |product, factor| product * factor);
        let gain = f64::from(self.range) / divisor;
        let known = gain.is_finite() && gain != 0.0 && !float;
        Channel {
            unit: unit.replace("uV", "µV"),
            gain: if known { gain } else { 1.0 },
            offset: if known {
                f64::from(self.instrument_offset) - f64::from(self.signal_offset)
            } else {
                0.0
            },
            ..Channel::new(name)
        }
    }
}

pub(crate) fn header(file: &DataFile) -> Result<Header> {
    let mut fields = Fields::read(FORMAT, file, 0, MAX_HEADER)?;
    let magic: [u8; 4] = fields.array()?;
    let header = if &magic == b"ABF2" {
        second(file, &mut fields)?
    } else {
        first(&mut fields)?
    };
    if !header.rate_hz.is_finite() || header.rate_hz <= 0.0 {
        return Err(fields.failed(format!("the sampling rate comes out as {} Hz", header.rate_hz)));
    }
    Ok(header)
}

/// A field at its place.
macro_rules! at {
    ($fields:expr, $kind:ident, $offset:expr) => {{
        $fields.seek($offset);
        $fields.$kind()?
    }};
}

fn unsigned(value: impl TryInto<u64>) -> u64 {
    value.try_into().unwrap_or(0)
}

/// ABF 1: fields at fixed places, arrays by the number of the input.
fn first(fields: &mut Fields) -> Result<Header> {
    let count = unsigned(at!(fields, i16, 120));
    if count == 0 || count > 16 {
        return Err(fields.failed(format!("{count} channels are none, or more than 16")));
    }
    let float = at!(fields, i16, 100) == 1;
    let width = if float { 4 } else { 2 };
    let start = unsigned(at!(fields, i32, 40)) * BLOCK;
    // Behind a short header lie samples already.
    let telegraphs = start >= LONG_HEADER;
    let (range, resolution) = (at!(fields, f32, 244), at!(fields, i32, 252));
    let mut channels = Vec::new();
    for number in 0..count {
        let input = at!(fields, i16, 410 + 2 * number);
        let input = u64::try_from(input)
            .ok()
            .filter(|input| *input < 16)
            .unwrap_or(number);
        let telegraph = telegraphs && at!(fields, i16, 4512 + 2 * input) == 1;
        let scale = Scale {
            range,
            resolution,
            instrument: at!(fields, f32, 922 + 4 * input),
            instrument_offset: at!(fields, f32, 986 + 4 * input),
            signal: at!(fields, f32, 1050 + 4 * input),
            signal_offset: at!(fields, f32, 1114 + 4 * input),
            programmable: at!(fields, f32, 730 + 4 * input),
            telegraph: if telegraph {
                at!(fields, f32, 4576 + 4 * input)
            } else {
                1.0
            },
        };
        fields.seek(442 + 10 * input);
        let name = fields.text(10)?;
        fields.seek(602 + 8 * input);
        let unit = fields.text(8)?;
        channels.push(scale.channel(name, unit, float));
    }
    let interval_us = f64::from(at!(fields, f32, 122)) * count as f64;
    let synch = unsigned(at!(fields, i32, 92)) * BLOCK;
    let entries = unsigned(at!(fields, i32, 96));
    let ignored = unsigned(at!(fields, i16, 14));
    let (date, second) = (at!(fields, i32, 20), at!(fields, i32, 24));
    Ok(Header {
        channels,
        rate_hz: 1e6 / interval_us,
        float,
        mode: at!(fields, i16, 8),
        episodes: unsigned(at!(fields, i32, 16)),
        data: start + ignored * width,
        values: unsigned(at!(fields, i32, 10)),
        synch: synch..synch + 8 * entries,
        synch_us: f64::from(at!(fields, f32, 130)),
        tags: {
            let start = unsigned(at!(fields, i32, 44)) * BLOCK;
            start..start + 64 * unsigned(at!(fields, i32, 48))
        },
        started: started(unsigned(date), unsigned(second) * 1000),
    })
}

/// A section of ABF 2.
struct Section {
    start: u64,
    entry: u64,
    entries: u64,
}

impl Section {
    /// The one that the table at byte 76 has at `place`.
    fn read(fields: &mut Fields, place: u64) -> Result<Self> {
        Ok(Self {
            start: u64::from(at!(fields, u32, 76 + 16 * place)) * BLOCK,
            entry: u64::from(fields.u32()?),
            entries: unsigned(fields.i64()?),
        })
    }
}

/// ABF 2: a table of sections.
fn second(file: &DataFile, fields: &mut Fields) -> Result<Header> {
    let [protocol, inputs, strings, data, tags, synch] = [
        Section::read(fields, 0)?,
        Section::read(fields, 1)?,
        Section::read(fields, 9)?,
        Section::read(fields, 10)?,
        Section::read(fields, 11)?,
        Section::read(fields, 15)?,
    ];
    if inputs.entries == 0 || inputs.entries > MAX_CHANNELS || inputs.entry < 82 {
        return Err(fields.failed(format!(
            "{} inputs of {} bytes mean no channels",
            inputs.entries, inputs.entry
        )));
    }
    let float = at!(fields, i16, 30) == 1;
    let (episodes, date, millisecond) = (at!(fields, u32, 12), fields.u32()?, fields.u32()?);
    let strings = texts(file, &strings)?;
    let text = |index: i32| strings.get(index.max(0) as usize).cloned().unwrap_or_default();

    let mut fields = Fields::read(FORMAT, file, protocol.start, MAX_HEADER)?;
    let mode = fields.i16()?;
    let interval_us = f64::from(fields.f32()?);
    let synch_us = f64::from(at!(fields, f32, protocol.start + 14));
    let (range, resolution) = (
        at!(fields, f32, protocol.start + 110),
        at!(fields, i32, protocol.start + 118),
    );
    let mut fields = Fields::read(
        FORMAT,
        file,
        inputs.start,
        inputs.entries * inputs.entry.min(4096),
    )?;
    let mut channels = Vec::new();
    for number in 0..inputs.entries {
        let start = inputs.start + number * inputs.entry;
        let telegraph = at!(fields, i16, start + 2) != 0;
        let scale = Scale {
            range,
            resolution,
            programmable: at!(fields, f32, start + 28),
            instrument: at!(fields, f32, start + 40),
            instrument_offset: fields.f32()?,
            signal: fields.f32()?,
            signal_offset: fields.f32()?,
            telegraph: if telegraph {
                at!(fields, f32, start + 6)
            } else {
                1.0
            },
        };
        let (name, unit) = (at!(fields, i32, start + 74), fields.i32()?);
        channels.push(scale.channel(text(name), text(unit), float));
    }
    Ok(Header {
        channels,
        rate_hz: 1e6 / interval_us,
        float,
        mode,
        episodes: u64::from(episodes),
        data: data.start,
        values: data.entries,
        synch: synch.start..synch.start.saturating_add(synch.entries.saturating_mul(8)),
        synch_us,
        tags: tags.start..tags.start.saturating_add(tags.entries.saturating_mul(64)),
        started: started(u64::from(date), u64::from(millisecond)),
    })
}

/// The strings that others name by their number, from 1.
fn texts(file: &DataFile, section: &Section) -> Result<Vec<String>> {
    let mut fields = Fields::read(FORMAT, file, section.start, section.entry.min(MAX_HEADER))?;
    // A header of 44 bytes comes first.
    let bytes = fields.take(fields.left())?;
    let strings = bytes.get(44..).unwrap_or_default().split(|byte| *byte == 0);
    let strings = strings.map(|text| super::reader::latin1(text).trim().to_owned());
    Ok(std::iter::once(String::new()).chain(strings).collect())
}

/// `yyyymmdd` and milliseconds of the day to ISO 8601.
fn started(date: u64, millisecond: u64) -> Option<String> {
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let second = millisecond / 1000;
    let known = (1900..3000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    (known && second < 86_400).then(|| {
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}",
            second / 3600,
            second / 60 % 60,
            second % 60,
            millisecond % 1000
        )
    })
}
