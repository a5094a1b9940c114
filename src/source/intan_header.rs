//! Intan's headers, of RHD2000 and RHS2000 systems: which channels there are, and how a block of samples is laid out.
//!
//! <https://intantech.com/files/Intan_RHD2000_data_file_formats.pdf>, `…_RHS2000_…`.

use super::fields::Fields;
use super::file::DataFile;
use super::{Channel, ChannelKind};
use crate::Result;

pub(crate) const FORMAT: &str = "Intan";
pub(crate) const RHD_MAGIC: [u8; 4] = 0xC691_2702_u32.to_le_bytes();
pub(crate) const RHS_MAGIC: [u8; 4] = 0xD691_27AC_u32.to_le_bytes();
/// A header of some thousand channels takes half a megabyte.
const MAX_HEADER: u64 = 64 << 20;

/// A group of channels that are sampled alike.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// The stream's name.
    pub(crate) name: &'static str,
    /// Its file in a folder of one file for each type of signal, without the extension.
    pub(crate) file: &'static str,
    /// What begins the name of a channel's own file in a folder of one for each channel.
    pub(crate) prefix: &'static str,
    pub(crate) channels: Vec<Channel>,
    /// The names of the channels' own files behind the prefix.
    pub(crate) natives: Vec<String>,
    /// Values of a channel in a block; 0 where blocks have none.
    pub(crate) values: u64,
    /// Of one word for all channels, a bit each.
    pub(crate) word: bool,
    /// Stored with a sign; in files of their own, amplifiers are, too.
    pub(crate) signed: bool,
}

/// What a header says.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) rate_hz: f64,
    /// Samples of a block.
    pub(crate) block: u64,
    /// In the order in which they lie in a block, behind its time stamps.
    pub(crate) groups: Vec<Group>,
    /// Bytes of the header.
    pub(crate) bytes: u64,
    /// Whether time stamps are signed.
    pub(crate) signed_time: bool,
}

impl Header {
    pub(crate) fn read(file: &DataFile) -> Result<Self> {
        let mut fields = Fields::read(FORMAT, file, 0, MAX_HEADER)?;
        match fields.array()? {
            RHD_MAGIC => rhd(fields),
            RHS_MAGIC => rhs(fields),
            _ => Err(fields.failed("it does not begin as Intan's files do")),
        }
    }
}

/// What separates the two systems' lists of channels.
struct Signals {
    /// Of each type of signal.
    by_type: Vec<Vec<Named>>,
}

/// A channel, and the name that the system gives it, by which its files are called.
type Named = (Channel, String);

impl Signals {
    /// Reads the groups of ports; `types` of signals are known.
    fn read(fields: &mut Fields, types: usize, rhs: bool) -> Result<Self> {
        let mut by_type = vec![Vec::new(); types];
        let groups = fields.i16()?;
        for group in 0..groups.max(0) {
            let (_, _) = (string(fields)?, string(fields)?);
            let enabled = fields.i16()?;
            let count = fields.i16()?;
            let _amplifiers = fields.i16()?;
            if enabled == 0 {
                continue;
            }
            for _ in 0..count.max(0) {
                let native = string(fields)?;
                let custom = string(fields)?;
                fields.skip(4)?;
                let at = fields.offset();
                let (kind, enabled) = (fields.i16()?, fields.i16()?);
                // Chip, streams, trigger; impedance.
                fields.skip(if rhs { 6 } else { 4 } + 8 + 8)?;
                if enabled == 0 {
                    continue;
                }
                let name = if custom.is_empty() { native.clone() } else { custom };
                let Some(list) = usize::try_from(kind).ok().and_then(|kind| by_type.get_mut(kind)) else {
                    fields.seek(at);
                    return Err(fields.failed(format!("signals of type {kind} are not known")));
                };
                let channel = Channel {
                    group: u32::try_from(group).ok(),
                    ..Channel::new(name)
                };
                list.push((channel, native));
            }
        }
        Ok(Self { by_type })
    }

    /// The channels of a type, with what they measure.
    fn take(&mut self, kind: usize, unit: &str, gain: f64, offset: f64, is: ChannelKind) -> Vec<Named> {
        let mut channels = std::mem::take(&mut self.by_type[kind]);
        for (channel, _) in &mut channels {
            (channel.gain, channel.offset, channel.kind) = (gain, offset, is);
            unit.clone_into(&mut channel.unit);
        }
        channels
    }
}

/// A stream of 16-bit values.
fn group(
    name: &'static str,
    file: &'static str,
    prefix: &'static str,
    named: Vec<Named>,
    values: u64,
) -> Group {
    let (channels, natives) = named.into_iter().unzip();
    Group {
        name,
        file,
        prefix,
        channels,
        natives,
        values,
        word: false,
        signed: false,
    }
}

fn rhd(mut fields: Fields) -> Result<Header> {
    let version = (fields.i16()?, fields.i16()?);
    let rate_hz = f64::from(fields.f32()?);
    // Filters and the test of impedance.
    fields.skip(2 + 6 * 4 + 2 + 2 * 4)?;
    // Three notes of the user.
    for _ in 0..3 {
        string(&mut fields)?;
    }
    let sensors = if version >= (1, 1) { fields.i16()? } else { 0 };
    let board = if version >= (1, 3) { fields.i16()? } else { 0 };
    if version >= (2, 0) {
        string(&mut fields)?;
    }
    let mut signals = Signals::read(&mut fields, 6, false)?;
    let block = if version >= (2, 0) { 128 } else { 60 };
    let (adc_gain, adc_offset) = match board {
        1 => (152.59e-6, -152.59e-6 * 32768.0),
        13 => (312.5e-6, -312.5e-6 * 32768.0),
        _ => (50.354e-6, 0.0),
    };
    let sensor = |number: i16| {
        let channel = Channel {
            unit: "°C".into(),
            gain: 0.01,
            kind: ChannelKind::Auxiliary,
            ..Channel::new(format!("T{number}"))
        };
        (channel, String::new())
    };
    use ChannelKind::{Auxiliary, Digital, Neural};
    let amplifier = signals.take(0, "µV", 0.195, -0.195 * 32768.0, Neural);
    let auxiliary = signals.take(1, "V", 37.4e-6, 0.0, Auxiliary);
    let supply = signals.take(2, "V", 74.8e-6, 0.0, Auxiliary);
    let adc = signals.take(3, "V", adc_gain, adc_offset, Auxiliary);
    let inputs = signals.take(4, "", 1.0, 0.0, Digital);
    let outputs = signals.take(5, "", 1.0, 0.0, Digital);
    let groups = vec![
        group("amplifier", "amplifier", "amp", amplifier, block),
        group("auxiliary", "auxiliary", "aux", auxiliary, block / 4),
        group("supply", "supply", "vdd", supply, 1),
        Group {
            signed: true,
            ..group("temperature", "", "", (1..=sensors).map(sensor).collect(), 1)
        },
        group("adc", "analogin", "board", adc, block),
        Group {
            word: true,
            ..group("digital-in", "digitalin", "board", inputs, block)
        },
        Group {
            word: true,
            ..group("digital-out", "digitalout", "board", outputs, block)
        },
    ];
    Ok(header(fields, rate_hz, block, groups, version >= (1, 2)))
}

fn rhs(mut fields: Fields) -> Result<Header> {
    let _version = (fields.i16()?, fields.i16()?);
    let rate_hz = f64::from(fields.f32()?);
    // Filters, the test of impedance, settling and recovery.
    fields.skip(2 + 8 * 4 + 2 + 2 * 4 + 2 * 2 + 3 * 4)?;
    // Three notes of the user.
    for _ in 0..3 {
        string(&mut fields)?;
    }
    let dc_saved = fields.i16()? != 0;
    let _board = fields.i16()?;
    string(&mut fields)?;
    let mut signals = Signals::read(&mut fields, 7, true)?;
    let block = 128;
    use ChannelKind::{Auxiliary, Digital, Neural};
    let amplifier = signals.take(0, "µV", 0.195, -0.195 * 32768.0, Neural);
    let like = |unit: &str, gain: f64, offset: f64, kind: ChannelKind| -> Vec<Named> {
        let one = |(channel, native): &Named| {
            let channel = Channel {
                unit: unit.to_owned(),
                gain,
                offset,
                kind,
                ..channel.clone()
            };
            (channel, native.clone())
        };
        amplifier.iter().map(one).collect()
    };
    let dc = like("V", -19.23e-3, 19.23e-3 * 512.0, Auxiliary);
    // Magnitude, sign and flags in one word.
    let stimulation = like("", 1.0, 0.0, Digital);
    let adc = signals.take(3, "V", 312.5e-6, -312.5e-6 * 32768.0, Auxiliary);
    let dac = signals.take(4, "V", 312.5e-6, -312.5e-6 * 32768.0, Auxiliary);
    let inputs = signals.take(5, "", 1.0, 0.0, Digital);
    let outputs = signals.take(6, "", 1.0, 0.0, Digital);
    let groups = vec![
        group("amplifier", "amplifier", "amp", amplifier, block),
        group("dc", "dcamplifier", "dc", dc, if dc_saved { block } else { 0 }),
        group("stimulation", "stim", "stim", stimulation, block),
        group("adc", "analogin", "board", adc, block),
        group("dac", "analogout", "board", dac, block),
        Group {
            word: true,
            ..group("digital-in", "digitalin", "board", inputs, block)
        },
        Group {
            word: true,
            ..group("digital-out", "digitalout", "board", outputs, block)
        },
    ];
    Ok(header(fields, rate_hz, block, groups, true))
}

fn header(fields: Fields, rate_hz: f64, block: u64, groups: Vec<Group>, signed_time: bool) -> Header {
    Header {
        rate_hz,
        block,
        groups,
        bytes: fields.offset(),
        signed_time,
    }
}

/// Qt's string: its length in bytes, then UTF-16.
fn string(fields: &mut Fields) -> Result<String> {
    let bytes = fields.u32()?;
    if bytes == u32::MAX {
        return Ok(String::new());
    }
    let units: Vec<u16> = fields
        .take(bytes as usize)?
        .as_chunks::<2>()
        .0
        .iter()
        .map(|unit| u16::from_le_bytes(*unit))
        .collect();
    Ok(String::from_utf16_lossy(&units))
}
