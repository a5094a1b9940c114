//! `galvani convert`: a span of some channels, in a format that others read.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use galvani::source::{Channel, Dtype, Info, Owned, Samples, Source};
use serde_json::json;

use crate::answer::{Answer, thousands, warn};
use crate::cli::{Channels, ConvertArgs, SpanArgs};
use crate::{convert_zarr, input, picture, progress};

/// Values that are read at a time, of all channels together.
const CHUNK: u64 = 4 << 20;
/// The largest size that a RIFF file can say.
const RIFF_MOST: u64 = u32::MAX as u64 - 1024;

/// What is written, told by the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Npy,
    Wav,
    Csv,
    /// A folder of one array.
    Zarr,
    /// A folder of raw samples and SpikeInterface's `binary.json`.
    Binary,
}

impl Format {
    fn of(out: &Path) -> Result<Self> {
        match out
            .extension()
            .map(|extension| extension.to_string_lossy().to_lowercase())
            .as_deref()
        {
            Some("npy") => Ok(Self::Npy),
            Some("wav") => Ok(Self::Wav),
            Some("csv") => Ok(Self::Csv),
            Some("zarr") => Ok(Self::Zarr),
            None => Ok(Self::Binary),
            Some(other) => bail!(
                "{}: .{other} is not written; name an .npy, .wav, .csv or .zarr, or a folder without an extension",
                out.display()
            ),
        }
    }
}

pub(crate) fn run(args: &ConvertArgs) -> Result<Answer> {
    // A name that says no format is told before anything is read.
    Format::of(&args.output)?;
    let source = args.signal.apply(input::open(&args.file)?)?;
    let info = source.info();
    warn(&info.warnings);
    let span = span(&args.span, info)?;
    let channels = chosen(args.span.channels.as_ref(), info)?;
    let samples = span.end - span.start;
    let bar = progress::bar("converting", samples);
    let filtered = !args.signal.settings().bands.is_empty();
    let asked = (&span, channels.as_slice());
    export(source.as_ref(), asked, &args.output, filtered, &|done, _| {
        bar.set_position(done)
    })?;
    bar.finish_and_clear();
    let output = args.output.display().to_string();
    let text = format!(
        "{output}: {} channels × {} samples",
        channels.len(),
        thousands(samples)
    );
    let json =
        json!({ "output": output, "channels": channels.len(), "samples": samples, "rate_hz": info.rate_hz });
    Ok(Answer { text, json })
}

/// Writes a span of some channels as the output's name says; what is there stays until the new one is whole. `progress` is told the samples
/// that are done, and how many there are.
pub(crate) fn export(
    source: &dyn Source,
    (span, channels): (&Range<u64>, &[usize]),
    output: &Path,
    is_filtered: bool,
    progress: &dyn Fn(u64, u64),
) -> Result<()> {
    let format = Format::of(output)?;
    let info = source.info();
    let file = match format {
        Format::Binary => {
            fs::create_dir_all(output).with_context(|| format!("cannot make {}", output.display()))?;
            output.join("traces_cached_seg0.raw")
        }
        _ => output.to_path_buf(),
    };
    // What is there stays until the new one is whole.
    let part = PathBuf::from(format!("{}.part", file.display()));
    let written = if format == Format::Zarr {
        convert_zarr::check_replaceable(&file)?;
        let written = convert_zarr::write(source, span, channels, &part);
        let written = written.and_then(|()| Ok(replace_folder(&part, &file)?));
        if written.is_err() {
            let _ = fs::remove_dir_all(&part);
        }
        written
    } else {
        picture::check_writable(&file)?;
        let written = write(format, source, (span, channels), &part, progress);
        let written = written.and_then(|()| Ok(fs::rename(&part, &file)?));
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written
    };
    written.with_context(|| format!("cannot write {}", file.display()))?;
    if format == Format::Binary {
        let described = output.join("binary.json");
        fs::write(&described, describe(info, span, channels, is_filtered))
            .with_context(|| format!("cannot write {}", described.display()))?;
    }
    Ok(())
}

/// Puts a folder in the place of an older one.
fn replace_folder(new: &Path, old: &Path) -> std::io::Result<()> {
    if old.exists() {
        fs::remove_dir_all(old)?;
    }
    fs::rename(new, old)
}

/// The samples that are asked for.
fn span(args: &SpanArgs, info: &Info) -> Result<Range<u64>> {
    let sample = |seconds: f64| (seconds * info.rate_hz).round().clamp(0.0, info.samples as f64) as u64;
    let start = args.start.unwrap_or(0.0);
    let end = args.duration.map_or(f64::INFINITY, |duration| start + duration);
    let span = sample(start)..sample(end);
    ensure!(!span.is_empty(), "there are no samples from {start} to {end} s");
    Ok(span)
}

fn chosen(list: Option<&Channels>, info: &Info) -> Result<Vec<usize>> {
    let Some(Channels(numbers)) = list else {
        return Ok((0..info.channels.len()).collect());
    };
    for number in numbers {
        ensure!(
            *number < info.channels.len(),
            "--channels: there is no channel {number}; the recording has {}, the first is 0",
            info.channels.len()
        );
    }
    Ok(numbers.clone())
}

fn write(
    format: Format,
    source: &dyn Source,
    (span, channels): (&Range<u64>, &[usize]),
    path: &Path,
    progress: &dyn Fn(u64, u64),
) -> Result<()> {
    let info = source.info();
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let samples = span.end - span.start;
    match format {
        Format::Npy => file.write_all(&npy_header(info, samples, channels.len()))?,
        Format::Wav => file.write_all(&wav_header(info, samples, channels.len())?)?,
        Format::Csv => {
            let names = channels.iter().map(|channel| heading(&info.channels[*channel]));
            writeln!(file, "time,{}", names.collect::<Vec<_>>().join(","))?;
        }
        Format::Zarr | Format::Binary => {}
    }
    let step = (CHUNK / info.channels.len() as u64).max(1);
    let (mut start, mut bytes) = (span.start, Vec::new());
    while start < span.end {
        let end = span.end.min(start + step);
        let owned = Owned::read(source, start..end)?;
        bytes.clear();
        match format {
            Format::Csv => lines(&owned.samples(), info, channels, start, &mut bytes),
            _ => values(&owned.samples(), channels, &mut bytes),
        }
        file.write_all(&bytes)?;
        progress(end - span.start, samples);
        start = end;
    }
    file.into_inner()
        .map_err(std::io::IntoInnerError::into_error)?
        .sync_all()?;
    Ok(())
}

/// Samples as they are read, little-endian, instant after instant.
pub(crate) fn values(samples: &Samples<'_>, channels: &[usize], bytes: &mut Vec<u8>) {
    match samples {
        Samples::I16(block) => {
            for t in 0..block.len {
                bytes.extend(
                    channels
                        .iter()
                        .flat_map(|channel| block.at(*channel, t).to_le_bytes()),
                );
            }
        }
        Samples::F32(block) => {
            for t in 0..block.len {
                bytes.extend(
                    channels
                        .iter()
                        .flat_map(|channel| block.at(*channel, t).to_le_bytes()),
                );
            }
        }
    }
}

/// A channel's name and unit, for a column.
fn heading(channel: &Channel) -> String {
    let name = channel.name.replace([',', '"', '\n'], " ");
    if channel.unit.is_empty() {
        name
    } else {
        format!("{name} ({})", channel.unit)
    }
}

/// Seconds and physical values, a line for each instant; gaps are left empty.
fn lines(samples: &Samples<'_>, info: &Info, channels: &[usize], start: u64, bytes: &mut Vec<u8>) {
    let len = match samples {
        Samples::I16(block) => block.len,
        Samples::F32(block) => block.len,
    };
    for t in 0..len {
        let mut line = ((start + t as u64) as f64 / info.rate_hz).to_string();
        for number in channels {
            let value = match samples {
                Samples::I16(block) => f64::from(block.at(*number, t)),
                Samples::F32(block) => f64::from(block.at(*number, t)),
            };
            let channel = &info.channels[*number];
            line.push(',');
            if !value.is_nan() {
                line.push_str(&(value * channel.gain + channel.offset).to_string());
            }
        }
        line.push('\n');
        bytes.extend(line.as_bytes());
    }
}

/// NumPy's header of version 1.0, of shape `[samples, channels]`.
fn npy_header(info: &Info, samples: u64, channels: usize) -> Vec<u8> {
    let descr = numpy(info.dtype);
    let header =
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({samples}, {channels}), }}");
    // The samples start at a multiple of 64 bytes.
    let padded = (10 + header.len() + 1).next_multiple_of(64) - 11;
    let header = format!("{header:<padded$}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes
}

fn numpy(dtype: Dtype) -> &'static str {
    match dtype {
        Dtype::I16 => "<i2",
        Dtype::F32 => "<f4",
    }
}

/// A RIFF header, or beyond 4 GiB one of RF64.
fn wav_header(info: &Info, samples: u64, channels: usize) -> Result<Vec<u8>> {
    let rate = info.rate_hz.round();
    ensure!(
        (1.0..4e9).contains(&rate) && channels <= 65_535,
        "a .wav has whole rates from 1 Hz and 65535 channels"
    );
    if (rate - info.rate_hz).abs() > 1e-9 * rate {
        warn(&[format!("a .wav has a whole rate: {rate} Hz for {}", info.rate_hz)]);
    }
    let width = info.dtype.bytes();
    let data = samples * (channels * width) as u64;
    let large = data > RIFF_MOST;
    let mut bytes = if large { b"RF64".to_vec() } else { b"RIFF".to_vec() };
    let short = |size: u64| if large { u32::MAX } else { size as u32 };
    let header = if large { 36 } else { 0 } + 36;
    bytes.extend(short(data + header).to_le_bytes());
    bytes.extend(b"WAVE");
    if large {
        bytes.extend(b"ds64");
        bytes.extend(28_u32.to_le_bytes());
        for size in [data + header, data, samples] {
            bytes.extend(size.to_le_bytes());
        }
        bytes.extend([0; 4]);
    }
    bytes.extend(b"fmt ");
    bytes.extend(16_u32.to_le_bytes());
    let tag: u16 = if info.dtype == Dtype::F32 { 3 } else { 1 };
    bytes.extend(tag.to_le_bytes());
    bytes.extend((channels as u16).to_le_bytes());
    bytes.extend((rate as u32).to_le_bytes());
    bytes.extend(((rate as u64 * (channels * width) as u64).min(u64::from(u32::MAX)) as u32).to_le_bytes());
    bytes.extend(((channels * width).min(65_535) as u16).to_le_bytes());
    bytes.extend((8 * width as u16).to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(short(data).to_le_bytes());
    Ok(bytes)
}

/// SpikeInterface's description of the raw file.
fn describe(info: &Info, span: &Range<u64>, channels: &[usize], is_filtered: bool) -> String {
    let to_uv = |unit: &str| match unit {
        "V" => Some(1e6),
        "mV" => Some(1e3),
        "µV" => Some(1.0),
        "nV" => Some(1e-3),
        _ => None,
    };
    let of = |number: &usize| &info.channels[*number];
    let scales: Option<Vec<f64>> = channels.iter().map(|number| to_uv(&of(number).unit)).collect();
    let scaled = |value: &dyn Fn(&Channel) -> f64| {
        let scales = scales.as_ref()?;
        let each = channels
            .iter()
            .zip(scales)
            .map(|(number, scale)| value(of(number)) * scale);
        Some(each.collect::<Vec<f64>>())
    };
    let kwargs = json!({
        "file_paths": ["traces_cached_seg0.raw"],
        "sampling_frequency": info.rate_hz,
        "num_channels": channels.len(),
        "dtype": numpy(info.dtype),
        "channel_ids": channels.iter().map(|number| of(number).name.clone()).collect::<Vec<_>>(),
        "time_axis": 0,
        "t_starts": [span.start as f64 / info.rate_hz],
        "file_offset": 0,
        "is_filtered": is_filtered,
        "gain_to_uV": scaled(&|channel| channel.gain),
        "offset_to_uV": scaled(&|channel| channel.offset),
    });
    let described = json!({
        "class": "spikeinterface.core.binaryrecordingextractor.BinaryRecordingExtractor",
        "module": "spikeinterface",
        "kwargs": kwargs,
        "annotations": {},
        "properties": {},
        "relative_paths": true,
    });
    format!("{described:#}\n")
}
